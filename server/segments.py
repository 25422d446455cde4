"""Snapshots in segments: packed, immutable pieces named by their hash, from which a new laptop takes what there is."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
import obstore
import sqlalchemy as sa
import structlog
from obstore.exceptions import BaseError
from obstore.store import ObjectStore

from app.sync.protocol import PUSH_ONLY, SCHEMA, Manifest, ManifestWanted, Row, SegmentInfo
from server import tables
from server.commit import read_head
from server.database import Database
from server.epochs import read_epochs
from server.packing import Segment, packed
from server.pull import message, values_of
from server.refusals import Refused
from server.sessions import DeviceSession
from server.spool import SHA256
from server.stored import Key, canonical

WORTHWHILE = 5_000  # rows from which on segments are offered
FRESH_MS = 86_400_000
KEPT_MS = 2 * FRESH_MS
_ROWS_AT_ONCE = 1_000
_MOST_FIRST = 20  # scopes that a manifest names as wanted first

logger = structlog.get_logger(__name__)
_infos = msgspec.json.Decoder(list[SegmentInfo])


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All rows of a tenant as they were at `as_of`."""

    as_of: int
    rows: int
    built_ms: int
    segments: list[SegmentInfo]


@dataclass(frozen=True, slots=True)
class Segments:
    """`now_ms`: the server's clock. `worthwhile`: the number of rows from which on segments are offered."""

    database: Database
    store: ObjectStore
    now_ms: Callable[[], int]
    worthwhile: int = WORTHWHILE
    building: threading.Lock = field(default_factory=threading.Lock)

    def manifest(self, session: DeviceSession, asked: ManifestWanted) -> Manifest:
        """Without segments where there are few rows, or the laptop does not know today's shape of them."""
        tenant = session.tenant

        def read(connection: sa.Connection) -> tuple[Manifest, int]:
            server = connection.execute(sa.select(tables.server_identity.c.id)).scalar_one()
            made = Manifest(server=server, epoch=read_epochs(connection, tenant).current)
            made.first = _wanted_first(connection, session, self.now_ms())
            return made, _count(connection, tenant)

        made, rows = self.database.read(read)
        if asked.schema == SCHEMA and rows > self.worthwhile:
            snapshot = self._fresh(tenant)
            made.as_of, made.rows, made.segments = snapshot.as_of, snapshot.rows, snapshot.segments
        return made

    def _fresh(self, tenant: str) -> Snapshot:
        """Raises Refused while somebody else has one built and there is no older one."""
        newest = self.newest(tenant)
        if newest and self._is_fresh(newest):
            return newest
        if not self.building.acquire(blocking=False):
            if newest:
                return newest
            raise Refused("busy", "snapshot", status=503)
        try:
            newest = self.newest(tenant)  # somebody may have had it built just now
            if newest and self._is_fresh(newest):
                return newest
            made = self.build(tenant)
        finally:
            self.building.release()
        logger.info("snapshot built", rows=made.rows, segments=len(made.segments), as_of=made.as_of)
        return made

    def _is_fresh(self, snapshot: Snapshot) -> bool:
        return self.now_ms() - snapshot.built_ms < FRESH_MS

    def newest(self, tenant: str) -> Snapshot | None:
        kept = self.database.read(lambda connection: _snapshots(connection, tenant))
        return kept[-1] if kept else None

    def build(self, tenant: str) -> Snapshot:
        """A snapshot as of now, in the store when this returns; those that are too old leave it. Raises Refused."""
        with TemporaryDirectory(prefix="gemba-segments-") as named:
            folder = Path(named)
            made = self.database.read(lambda connection: self._packed(connection, tenant, folder))
            # Only now: a store may take minutes, and the database ends a transaction in which nothing happens.
            for info in made.segments:
                self._put(tenant, info.sha256, folder / info.sha256)
        self.database.write(lambda connection, _alone: _keep(connection, tenant, made))
        self._drop_old(tenant)
        return made

    def _packed(self, connection: sa.Connection, tenant: str, folder: Path) -> Snapshot:
        infos = []
        for segment in packed(_rows(connection, tenant)):
            (folder / segment.sha256).write_bytes(segment.data)
            infos.append(_info(segment))
        rows = sum(info.rows for info in infos)
        return Snapshot(read_head(connection, tenant).seq, rows, self.now_ms(), infos)

    def read(self, tenant: str, sha256: str) -> bytes:
        """Raises Refused when there is no such segment, or not any more; then the next manifest names others."""
        if not SHA256.fullmatch(sha256):
            raise Refused("no-such-segment", status=404)
        try:
            data = bytes(obstore.get(self.store, _key(tenant, sha256)).bytes())
        except FileNotFoundError:
            data = b""
        except BaseError as error:
            raise _away(error) from error
        if hashlib.sha256(data).hexdigest() != sha256:
            self.database.write(lambda connection, _alone: _forget(connection, tenant, sha256))
            raise Refused("no-such-segment", status=404)
        return data

    def _put(self, tenant: str, sha256: str, path: Path) -> None:
        try:
            obstore.put(self.store, _key(tenant, sha256), path)
        except (BaseError, OSError) as error:
            raise _away(error) from error

    def _drop_old(self, tenant: str) -> None:
        now_ms = self.now_ms()
        kept = self.database.write(lambda connection, _alone: _dropped(connection, tenant, now_ms - KEPT_MS))
        names = {_key(tenant, info.sha256) for snapshot in kept for info in snapshot.segments}
        before = datetime.fromtimestamp(now_ms / 1000, UTC) - timedelta(milliseconds=KEPT_MS)
        try:
            there = [one for batch in obstore.list(self.store, prefix=tenant) for one in batch]
            old = [one["path"] for one in there if one["path"] not in names and one["last_modified"] < before]
            if old:
                obstore.delete(self.store, old)
        except (BaseError, OSError) as error:
            logger.warning("old segments not removed", exc_info=error)


def _away(error: Exception) -> Refused:
    """Its words name endpoint, bucket and organisation: they are for nobody."""
    logger.error("store away", exc_info=error)
    return Refused("store-away", status=503)


def _key(tenant: str, sha256: str) -> str:
    return f"{tenant}/{sha256}"


def _info(segment: Segment) -> SegmentInfo:
    return SegmentInfo(sha256=segment.sha256, size=len(segment.data), rows=segment.rows, scopes=list(segment.scopes))


def _count(connection: sa.Connection, tenant: str) -> int:
    row = tables.sync_row
    statement = sa.select(sa.func.count()).where(row.c.tenant_id == tenant, row.c.tbl.not_in(sorted(PUSH_ONLY)))
    return int(connection.execute(statement).scalar_one())


def _rows(connection: sa.Connection, tenant: str) -> Iterator[Row]:
    """Every row that travels, as it travels, scope by scope; in each in the order in which they were written."""
    row = tables.sync_row
    place = (row.c.scope_id, row.c.row_seq, row.c.tbl, row.c.row_id)
    statement = (
        sa.select(row)
        .where(row.c.tenant_id == tenant, row.c.tbl.not_in(sorted(PUSH_ONLY)))
        .order_by(*place)
        .limit(_ROWS_AT_ONCE)
    )
    last: tuple[Any, ...] | None = None
    while True:
        following = statement if last is None else statement.where(sa.tuple_(*place) > last)
        found = connection.execute(following).mappings().all()
        values = values_of(connection, tenant, (Key(one["tbl"], one["row_id"]) for one in found))
        for one in found:
            yield message(one, values.get(Key(one["tbl"], one["row_id"]), {}))
        if len(found) < _ROWS_AT_ONCE:
            return
        last = tuple(found[-1][column.name] for column in place)


def _wanted_first(connection: sa.Connection, session: DeviceSession, now_ms: int) -> list[str]:
    """The enterprises that the user visits next, then those visited last."""
    visit, row = tables.ENTITIES["visit"], tables.sync_row
    today = datetime.fromtimestamp(now_ms / 1000, UTC).date().isoformat()
    statement = (
        sa.select(visit.c.enterprise_id)
        .join_from(visit, row, (row.c.tenant_id == visit.c.tenant_id) & (row.c.row_id == visit.c.id))
        .where(visit.c.tenant_id == session.tenant, row.c.tbl == "visit", row.c.deleted == 0)
        .where((visit.c.trainer_id == session.user_id) | (visit.c.second_trainer_id == session.user_id))
        .where(visit.c.planned_on.is_not(None), visit.c.enterprise_id.is_not(None))
    )
    coming = statement.where(visit.c.planned_on >= today).order_by(visit.c.planned_on, visit.c.id)
    past = statement.where(visit.c.planned_on < today).order_by(visit.c.planned_on.desc(), visit.c.id)
    places = [place for when in (coming, past) for place in connection.execute(when.limit(_MOST_FIRST)).scalars()]
    return list(dict.fromkeys(places))[:_MOST_FIRST]


def _snapshots(connection: sa.Connection, tenant: str) -> list[Snapshot]:
    """Oldest first."""
    kept = tables.snapshot
    statement = (
        sa.select(kept.c.as_of, kept.c.rows, kept.c.built_ms, kept.c.segments)
        .where(kept.c.tenant_id == tenant)
        .order_by(kept.c.built_ms, kept.c.as_of)
    )
    return [
        Snapshot(as_of, rows, built_ms, _infos.decode(segments))
        for as_of, rows, built_ms, segments in connection.execute(statement)
    ]


def _keep(connection: sa.Connection, tenant: str, made: Snapshot) -> None:
    kept = tables.snapshot
    connection.execute(kept.delete().where(kept.c.tenant_id == tenant, kept.c.as_of == made.as_of))
    row = {
        "tenant_id": tenant,
        "as_of": made.as_of,
        "rows": made.rows,
        "built_ms": made.built_ms,
        "segments": canonical(made.segments),
    }
    connection.execute(kept.insert(), row)


def _dropped(connection: sa.Connection, tenant: str, before_ms: int) -> list[Snapshot]:
    """Drops the snapshots built before `before_ms`; those that are left."""
    kept = tables.snapshot
    connection.execute(kept.delete().where(kept.c.tenant_id == tenant, kept.c.built_ms < before_ms))
    return _snapshots(connection, tenant)


def _forget(connection: sa.Connection, tenant: str, sha256: str) -> None:
    """The snapshots that need a segment which is lost."""
    kept = tables.snapshot
    for snapshot in _snapshots(connection, tenant):
        if any(info.sha256 == sha256 for info in snapshot.segments):
            connection.execute(kept.delete().where(kept.c.tenant_id == tenant, kept.c.as_of == snapshot.as_of))
