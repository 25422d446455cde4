"""Bytes of photos and reports: which may come, which are under way, which are verified; from the spool to the store.

A tenant's bytes are known by their SHA-256, and only as far as a row of the same tenant names them: nobody learns here
what another tenant has.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.dialects.postgresql import ARRAY

from app.sync.moments import passed
from app.sync.protocol import BLOB, BYTES_OF, FILES_PATH, MAX_BLOB, MAX_HASHES, MAX_REHASHED, BlobKnown
from server import tables
from server.database import Busy, Database, among
from server.feed import publish
from server.objects import Objects, ObjectTroubleError
from server.refusals import Refused
from server.spool import SHA256, Announced, GoneError, HeldError, Spool, Upload, Writing
from server.stored import Key

VERIFIED, MISSING = "verified", "missing"
MOST_UNDER_WAY_BYTES = 8 << 30  # of one tenant in the spool

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep did, in numbers of uploads: put into the store at last, found wrong, expired, never really begun."""

    finished: int = 0
    wrong: int = 0
    expired: int = 0
    strays: int = 0


@dataclass(frozen=True, slots=True)
class Blobs:
    """`now_ms`: the server's clock."""

    database: Database
    spool: Spool
    objects: Objects
    now_ms: Callable[[], int]

    def known(self, tenant: str, hashes: list[str], *, rehash: bool = False) -> list[BlobKnown]:
        """What is known of each. Raises Refused."""
        if len(hashes) > (MAX_REHASHED if rehash else MAX_HASHES):
            raise Refused("too-many-hashes")
        if not all(SHA256.fullmatch(sha256) for sha256 in hashes):
            raise Refused("invalid-hash")
        named, sizes = self.database.read(lambda read: (_named(read, tenant, hashes), _verified(read, tenant, hashes)))
        if rehash:
            sizes = {sha256: size for sha256, size in sizes.items() if sha256 in named and self._reread(tenant, sha256)}
        return [self._known(tenant, sha256, sha256 in named, sizes.get(sha256)) for sha256 in hashes]

    def _known(self, tenant: str, sha256: str, is_named: bool, size: int | None) -> BlobKnown:
        if not is_named:
            return BlobKnown(sha256=sha256, state="unnamed")
        if size is not None:
            return BlobKnown(sha256=sha256, state="have", offset=size, size=size)
        upload = self.spool.find(tenant, sha256)
        if upload is None or self.is_expired(upload):
            return BlobKnown(sha256=sha256, state="missing")
        return BlobKnown(
            sha256=sha256, state="partial", offset=upload.offset, size=upload.size, url=f"{FILES_PATH}{sha256}"
        )

    def _reread(self, tenant: str, sha256: str) -> bool:
        if self.objects.has_right(tenant, sha256):
            return True
        self.note_lost(tenant, sha256)
        return False

    def size_of(self, tenant: str, sha256: str) -> int:
        """Of verified bytes that a row names. Raises Refused: for others it is as if they were nowhere."""
        if SHA256.fullmatch(sha256):
            named, sizes = self.database.read(
                lambda read: (_named(read, tenant, [sha256]), _verified(read, tenant, [sha256]))
            )
            if named and sizes:
                return sizes[sha256]
        raise Refused("no-such-bytes", status=404)

    def begin(self, tenant: str, sha256: str, size: int) -> Upload:
        """The upload of bytes that a row names; one that is under way goes on. Raises Refused and HeldError."""
        if not SHA256.fullmatch(sha256):
            raise Refused("invalid-hash")
        if not 0 < size <= MAX_BLOB:
            raise Refused("too-large" if size > 0 else "empty", status=413 if size > 0 else 400)
        known = self.known(tenant, [sha256])[0]
        if known.state == "unnamed":
            raise Refused("not-named", status=409)
        if known.state == "have":
            raise Refused("have", status=409)
        if known.state == "missing":
            self._refuse_full(tenant, size)
        try:
            return self.spool.begin(
                tenant, sha256, Announced(size, self.now_ms()), unless=lambda: self._is_verified(tenant, sha256)
            )
        except GoneError:
            raise Refused("have", status=409) from None

    def _is_verified(self, tenant: str, sha256: str) -> bool:
        return bool(self.database.read(lambda read: _verified(read, tenant, [sha256])))

    def _refuse_full(self, tenant: str, size: int) -> None:
        if sum(upload.size for upload in self.spool.uploads(tenant)) + size > MOST_UNDER_WAY_BYTES:
            raise Refused("too-much-under-way", status=429)

    def is_expired(self, upload: Upload) -> bool:
        return self.now_ms() > upload.expires_ms

    def finish(self, writing: Writing) -> None:
        """Verify and store the bytes of a complete upload. Raises Refused for another hash, and discards them.

        When the store or the database cannot take them now, they are kept until a `sweep` does it.
        """
        upload = writing.upload
        if not writing.has_right():
            writing.discard()
            logger.warning("upload discarded", reason="hash", size=upload.size)
            raise Refused("wrong-bytes", status=460)
        try:
            self.objects.put(upload.tenant, upload.sha256, self.spool.part_of(upload))
            passed("server:stored")
            self._note(upload.tenant, upload.sha256, upload.size, VERIFIED)
            passed("server:verified")
        except (ObjectTroubleError, Busy, sa.exc.SQLAlchemyError) as error:
            logger.error("upload not stored yet", exc_info=error, size=upload.size)
            writing.keep(self.now_ms())
            return
        writing.discard()

    def sweep(self) -> Swept:
        """Finish what a crash or a store that was away left complete, remove what expired and what never began."""
        finished = wrong = expired = 0
        for upload in self.spool.uploads():
            try:
                with self.spool.hold(upload.tenant, upload.sha256, patience_s=0) as writing:
                    if writing.upload.is_complete:
                        self.finish(writing)
                        finished += self.spool.find(upload.tenant, upload.sha256) is None
                    elif self.is_expired(writing.upload):
                        writing.discard()
                        expired += 1
            except Refused:
                wrong += 1
            except (HeldError, GoneError):
                continue
        return Swept(finished, wrong, expired, self.spool.remove_strays())

    def note_lost(self, tenant: str, sha256: str) -> None:
        """The store has not the bytes that were verified: tell all laptops, so that one that has them sends them."""
        logger.error("bytes lost", tenant=tenant, sha256=sha256)
        self._note(tenant, sha256, 0, MISSING)

    def _note(self, tenant: str, sha256: str, size: int, state: str) -> None:
        now_ms = self.now_ms()
        self.database.write(lambda write, _serial: _noted(write, tenant, _Fact(sha256, size, state, now_ms)))


@dataclass(frozen=True, slots=True)
class _Fact:
    sha256: str
    size: int
    state: str
    at_ms: int


@cache
def _naming(is_postgres: bool) -> sa.CompoundSelect[Any]:
    """(hash, scope of a row that names it), of the parameters `tenant` and `hashes`. Made once: it is asked often."""
    row = tables.sync_row
    return sa.union_all(
        *(
            sa.select(column, row.c.scope_id)
            .join_from(table, row, (row.c.tenant_id == table.c.tenant_id) & (row.c.row_id == table.c.id))
            .where(table.c.tenant_id == sa.bindparam("tenant"), row.c.tbl == table.name)
            .where(_among_hashes(column, is_postgres=is_postgres))
            for table, column in _naming_columns()
        )
    )


def _naming_columns() -> Iterator[tuple[sa.Table, sa.Column[str]]]:
    for name, fields in BYTES_OF.items():
        for field in fields:
            yield tables.ENTITIES[name], tables.ENTITIES[name].c[field]


def _among_hashes(column: sa.Column[str], *, is_postgres: bool) -> sa.ColumnElement[bool]:
    if is_postgres:
        return column == sa.any_(sa.bindparam("hashes", type_=ARRAY(sa.Text())))
    listed = sa.func.json_each(sa.bindparam("hashes", type_=sa.JSON())).table_valued("value")
    return column.in_(sa.select(listed.c.value))


def _named(connection: sa.Connection, tenant: str, hashes: Collection[str]) -> dict[str, str]:
    """The scope of a row that names each; only of those that one names. One in the bin may come back, so it counts."""
    found: dict[str, str] = {}
    statement = _naming(connection.dialect.name == "postgresql")
    for sha256, scope in connection.execute(statement, {"tenant": tenant, "hashes": sorted(set(hashes))}):
        found[sha256] = min(scope, found.get(sha256, scope))
    return found


def _verified(connection: sa.Connection, tenant: str, hashes: Collection[str]) -> dict[str, int]:
    """The sizes of those that are."""
    blob = tables.blob
    statement = sa.select(blob.c.sha256, blob.c.size).where(
        blob.c.tenant_id == tenant, blob.c.state == VERIFIED, among(connection, blob.c.sha256, hashes)
    )
    return {str(sha256): int(size) for sha256, size in connection.execute(statement)}


def _noted(connection: sa.Connection, tenant: str, fact: _Fact) -> None:
    """Write it and put its row into the feed at the next sequence; nothing when it is known already."""
    blob = tables.blob
    is_it = (blob.c.tenant_id == tenant) & (blob.c.sha256 == fact.sha256)
    was = connection.execute(sa.select(blob.c.state).where(is_it).with_for_update()).scalar()
    if was == fact.state:
        return
    values = {"size": fact.size, "state": fact.state, "verified_ms": fact.at_ms}
    if was is None:
        connection.execute(blob.insert().values(tenant_id=tenant, sha256=fact.sha256, **values))
    else:
        connection.execute(blob.update().where(is_it).values(values))
    scope = _named(connection, tenant, [fact.sha256]).get(fact.sha256, "")
    publish(connection, tenant, Key(BLOB, fact.sha256), fact.at_ms, scope=scope)
