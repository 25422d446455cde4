"""What a laptop is told that looks for where its rows differ from the server's: sums, marks, and rows by name."""

from collections.abc import Sequence

import sqlalchemy as sa

from app.sync.checksum import PREFIXES
from app.sync.protocol import MAX_FETCH, PUSH_ONLY, SCHEMA, Fetch, Fetched, Marks, MarksWanted, Row, Sums, SumsWanted
from app.sync.wire import MAX_INFLATED
from server import tables
from server.commit import read_head
from server.database import Database, among
from server.epochs import read_epochs
from server.judge import is_id
from server.pull import message, values_of, weight_of
from server.refusals import Refused
from server.stored import Key

MARKS_AT_ONCE = 4_000
_MOST_RAW = MAX_INFLATED // 2  # of the rows of one answer, unless a single one is larger
_COUNTED = sorted(tables.ENTITIES.keys() - PUSH_ONLY)
_PREFIX = sa.func.substr(tables.sync_row.c.row_id, 35, 2)  # of an id of 36 characters: app.sync.checksum.prefix_of


def sums(database: Database, tenant: str, asked: SumsWanted) -> Sums:
    """Raises Refused where sums of rows in today's shape would say nothing."""
    if asked.schema != SCHEMA:
        raise Refused("other-schema", status=409)
    row = tables.sync_row
    statement = (
        sa.select(_PREFIX, sa.func.sum(row.c.digest))
        .where(row.c.tenant_id == tenant, row.c.tbl.in_(_COUNTED))
        .group_by(_PREFIX)
    )

    def read(connection: sa.Connection) -> Sums:
        found = {int(prefix, 16): int(total) for prefix, total in connection.execute(statement)}
        made = [found.get(prefix, 0) for prefix in range(PREFIXES)]
        server, epoch, head = _moment(connection, tenant)
        return Sums(server=server, epoch=epoch, head=head, sums=made)

    return database.read(read)


def marks(database: Database, tenant: str, asked: MarksWanted, *, limit: int = MARKS_AT_ONCE) -> Marks:
    if not all(0 <= prefix < PREFIXES for prefix in asked.prefixes):
        raise Refused("shape", "prefix")
    if asked.after is not None and not _is_key(asked.after):
        raise Refused("shape", "after")
    row = tables.sync_row
    statement = (
        sa.select(row.c.tbl, row.c.row_id, row.c.row_seq, row.c.digest)
        .where(row.c.tenant_id == tenant, row.c.tbl.in_(_COUNTED))
        .where(_PREFIX.in_(sorted(f"{prefix:02x}" for prefix in set(asked.prefixes))))
        .order_by(row.c.tbl, row.c.row_id)
        .limit(limit + 1)
    )
    if asked.after is not None:
        statement = statement.where(sa.tuple_(row.c.tbl, row.c.row_id) > asked.after)

    def read(connection: sa.Connection) -> Marks:
        found = [(one.tbl, one.row_id, one.row_seq, one.digest) for one in connection.execute(statement)]
        server, epoch, head = _moment(connection, tenant)
        return Marks(server=server, epoch=epoch, head=head, marks=found[:limit], more=len(found) > limit)

    return database.read(read)


def fetch(database: Database, tenant: str, asked: Fetch) -> Fetched:
    """Rows as they are now, as many of those asked for as fit into an answer. Raises Refused."""
    if len(asked.keys) > MAX_FETCH:
        raise Refused("too-many-keys")

    def read(connection: sa.Connection) -> Fetched:
        found = _rows(connection, tenant, [Key(*key) for key in asked.keys if _is_key(key)])
        told, count, size = [], 0, 0
        for key in asked.keys:
            row = found.get(Key(*key))
            size += weight_of([row]) if row else 0
            if count and size > _MOST_RAW:
                break
            count += 1
            told += [row] if row else []
        server, epoch, head = _moment(connection, tenant)
        return Fetched(server=server, epoch=epoch, head=head, count=count, rows=told)

    return database.read(read)


def _is_key(said: tuple[str, str]) -> bool:
    table, row_id = said
    return table in _COUNTED and is_id(row_id)


def _rows(connection: sa.Connection, tenant: str, keys: Sequence[Key]) -> dict[Key, Row]:
    row = tables.sync_row
    statement = sa.select(row).where(
        row.c.tenant_id == tenant,
        among(connection, row.c.tbl, {key.table for key in keys}),
        among(connection, row.c.row_id, {key.id for key in keys}),
    )
    wanted = set(keys)
    metas = {
        key: one for one in connection.execute(statement).mappings() if (key := Key(one.tbl, one.row_id)) in wanted
    }
    values = values_of(connection, tenant, metas)
    return {key: message(one, values.get(key, {})) for key, one in metas.items()}


def _moment(connection: sa.Connection, tenant: str) -> tuple[str, str, int]:
    """Which server this is, in which epoch, and how far its rows reach."""
    server = connection.execute(sa.select(tables.server_identity.c.id)).scalar_one()
    return server, read_epochs(connection, tenant).current, read_head(connection, tenant).seq
