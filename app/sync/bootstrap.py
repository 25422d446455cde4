"""The first rows of a new laptop, by segments of a snapshot: what everybody needs, then factory by factory.

A unit is what is shown together: some small scopes in one segment, or one large scope in several. Until all units are
shown the cursor stands at the snapshot, nothing else is pulled, and own work is pushed as ever. What was downloaded of
a segment is kept in the store, so it goes on at the byte where it was cut, whatever cut it.
"""

import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Protocol, TypeVar

import msgspec

from app.errors import CutShort, NotOurs, ServerRefuses, WrongServer
from app.models.driver import Database
from app.models.ids import Clock
from app.sync.compact import rows_restored
from app.sync.moments import passed
from app.sync.promote import promote_inside
from app.sync.protocol import Manifest, Row, SegmentInfo, SegmentRows
from app.sync.stage import put_staged
from app.sync.state import read_state, transaction, write_state
from app.sync.wire import inflated

logger = logging.getLogger(__name__)

T = TypeVar("T")

KEEP_BYTES = 32 << 10  # as much of a segment is lost at most when the process dies
_WAITS, _STAGED, _SHOWN = 0, 1, 2  # sync_segment.state
_MOST_MANIFESTS = 3  # of one sync: segments go after two days
_TRIES = 2  # of a segment whose bytes are not what its name says
_rows_decoder = msgspec.json.Decoder(SegmentRows)


class Records(Protocol):
    """The store, reached on the thread that owns it."""

    def records(self, work: Callable[[Database], T]) -> T: ...


class Source(Protocol):
    """Where segments come from. Both raise the kinds of SyncTrouble."""

    def manifest(self) -> Manifest: ...

    def segment(self, sha256: str, start: int) -> Iterator[bytes]: ...


@dataclass(frozen=True, slots=True)
class Step:
    """A unit that is shown now. `scopes`: whose rows it holds; `done`, `total`: rows shown, and in the snapshot."""

    scopes: tuple[str, ...]
    rows: int
    done: int
    total: int
    changed: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A segment that is to be fetched, and what is here of it."""

    sha256: str
    size: int
    data: bytes


def is_under_way(db: Database) -> bool:
    return bool(db.conn.execute("SELECT EXISTS (SELECT 1 FROM sync_segment)").fetchone()[0])


def is_wanted(db: Database) -> bool:
    """Whether no row of the server is here yet, or a snapshot was not shown to its end."""
    new = db.conn.execute("SELECT cursor = 0 AND stage_cursor = 0 FROM sync_state").fetchone()[0]
    return bool(new) or is_under_way(db)


def begin(db: Database, manifest: Manifest) -> bool:
    """Whether there is something to fetch by segments. What was shown of an earlier snapshot and is the same stays.

    Raises WrongServer.
    """
    with transaction(db):
        state = read_state(db)
        if manifest.server != state.server_id:
            raise WrongServer(manifest.server)
        if manifest.epoch != state.epoch or not manifest.segments:
            forget(db)
            return False
        if not is_under_way(db):
            db.conn.execute("DELETE FROM sync_stage")
        kept = dict(db.conn.execute("SELECT sha256, bytes FROM sync_segment"))
        done = dict(db.conn.execute("SELECT sha256, state FROM sync_segment"))
        db.conn.execute("DELETE FROM sync_segment")
        db.conn.executemany(
            "INSERT INTO sync_segment(sha256, unit, scopes, position, size, row_count, as_of, bytes, state)"
            " VALUES(?,?,?,?,?,?,?,?,?)",
            [
                (
                    info.sha256, info.scopes[0], msgspec.json.encode(info.scopes).decode(), position, info.size,
                    info.rows, manifest.as_of, kept.get(info.sha256, b""), done.get(info.sha256, _WAITS),
                )
                for position, info in enumerate(_in_order(db, manifest))
            ],
        )  # fmt: skip
        if state.cursor == 0:
            write_state(db, stage_cursor=manifest.as_of)
        return True


def forget(db: Database) -> None:
    """Everything is to be pulled from the beginning, if a snapshot was not shown to its end; in a transaction."""
    if is_under_way(db):
        db.conn.execute("DELETE FROM sync_segment")
        db.conn.execute("DELETE FROM sync_stage")
        write_state(db, cursor=0, stage_cursor=0)


def _in_order(db: Database, manifest: Manifest) -> list[SegmentInfo]:
    """What everybody needs, then what the person is likely to want, then what is there soonest."""
    own = db.conn.execute("SELECT enterprise_id FROM visit WHERE binned_at IS NULL ORDER BY planned_on DESC LIMIT 100")
    wanted = {scope: place for place, scope in enumerate(dict.fromkeys([*(row[0] for row in own), *manifest.first]))}
    sizes: dict[str, int] = {}
    for info in manifest.segments:
        sizes[info.scopes[0]] = sizes.get(info.scopes[0], 0) + info.size

    def place(info: SegmentInfo) -> tuple[bool, int, int, str]:
        first = min((wanted.get(scope, len(wanted)) for scope in info.scopes), default=0)
        return "" not in info.scopes, first, sizes[info.scopes[0]], info.scopes[0]

    return sorted(manifest.segments, key=place)


def steps(stores: Records, source: Source, clock: Clock) -> Iterator[Step]:
    """Fetch and show what is missing, a unit at a time. What was fetched before a trouble is kept."""
    manifests = 0
    while piece := stores.records(_next_piece):
        try:
            _fetch(stores, source, piece)
        except ServerRefuses as refusal:
            manifests += 1
            if refusal.status != HTTPStatus.NOT_FOUND or manifests > _MOST_MANIFESTS:
                raise
            logger.info("a segment is not kept any more")
            manifest = source.manifest()
            if not stores.records(partial(begin, manifest=manifest)):
                return
        passed("after:segment")
        yield from _shown_now(stores, clock)
    yield from _shown_now(stores, clock)
    if stores.records(is_under_way):  # else what was pushed meanwhile met a server that was restored
        yield stores.records(lambda db: _finish(db, clock))


def _shown_now(stores: Records, clock: Clock) -> Iterator[Step]:
    while step := stores.records(lambda db: _show(db, clock)):
        passed("after:unit")
        yield step


def _next_piece(db: Database) -> _Piece | None:
    found = db.conn.execute(
        "SELECT sha256, size, bytes FROM sync_segment WHERE state = ? ORDER BY position LIMIT 1", (_WAITS,)
    ).fetchone()
    return _Piece(*found) if found else None


def _fetch(stores: Records, source: Source, piece: _Piece) -> None:
    """Until it is staged. Raises CutShort when its bytes are not what its name says, however often it is fetched."""
    data = bytearray(piece.data)
    for _ in range(_TRIES):
        _download(stores, source, piece, data)
        if hashlib.sha256(data).hexdigest() == piece.sha256:
            stores.records(partial(_stage, sha256=piece.sha256, rows=_rows_of(bytes(data))))
            return
        data.clear()
        stores.records(partial(_keep, sha256=piece.sha256, data=b""))
    raise CutShort(f"segment {piece.sha256}")


def _download(stores: Records, source: Source, piece: _Piece, data: bytearray) -> None:
    kept = len(data)
    try:
        for part in source.segment(piece.sha256, kept) if kept < piece.size else ():
            data += part
            if len(data) > piece.size:
                return
            if len(data) - kept >= KEEP_BYTES:
                kept = len(data)
                stores.records(partial(_keep, sha256=piece.sha256, data=bytes(data)))
    finally:
        if kept < len(data) <= piece.size:
            stores.records(partial(_keep, sha256=piece.sha256, data=bytes(data)))
    if len(data) < piece.size:
        raise CutShort(f"segment {piece.sha256}")


def _keep(db: Database, sha256: str, data: bytes) -> None:
    with transaction(db):
        db.conn.execute("UPDATE sync_segment SET bytes = ? WHERE sha256 = ?", (data, sha256))


def _rows_of(data: bytes) -> list[Row]:
    try:
        found = _rows_decoder.decode(inflated(data))
        return rows_restored(found.compact) if found.compact else found.rows
    except (NotOurs, msgspec.DecodeError) as error:
        raise ServerRefuses("shape", f"segment: {error}") from error


def _stage(db: Database, sha256: str, rows: list[Row]) -> None:
    with transaction(db):
        put_staged(db, rows)
        db.conn.execute("UPDATE sync_segment SET state = ?, bytes = x'' WHERE sha256 = ?", (_STAGED, sha256))


def _show(db: Database, clock: Clock) -> Step | None:
    """The first unit of which all is staged becomes visible; None when there is none."""
    found = db.conn.execute(
        "SELECT unit FROM sync_segment GROUP BY unit HAVING min(state) = ? ORDER BY min(position) LIMIT 1",
        (_STAGED,),
    ).fetchone()
    if found is None:
        return None
    with transaction(db, applying=True):
        changed = promote_inside(db, clock, in_part=True)
        db.conn.execute("UPDATE sync_segment SET state = ? WHERE unit = ?", (_SHOWN, found[0]))
        return _step(db, found[0], changed)


def _step(db: Database, unit: str, changed: frozenset[str]) -> Step:
    rows = db.conn.execute("SELECT scopes, row_count FROM sync_segment WHERE unit = ?", (unit,)).fetchall()
    done, total = db.conn.execute(
        "SELECT sum(iif(state = ?, row_count, 0)), sum(row_count) FROM sync_segment", (_SHOWN,)
    ).fetchone()
    scopes = _scopes(text for text, _ in rows)
    return Step(scopes, sum(count for _, count in rows), done, total, changed)


def _scopes(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(scope for text in texts for scope in msgspec.json.decode(text, type=list[str])))


def _finish(db: Database, clock: Clock) -> Step:
    """All is shown: the cursor stands where the newest of the snapshots does, and the ordinary pull goes on from there.

    It stood at the oldest until now, since some units were of that one.
    """
    with transaction(db, applying=True):
        as_of, total = db.conn.execute("SELECT max(as_of), sum(row_count) FROM sync_segment").fetchone()
        write_state(db, stage_cursor=as_of)
        db.conn.execute("DELETE FROM sync_segment")
        changed = promote_inside(db, clock)
        return Step((), 0, total, total, changed)
