"""Looking a database over: the log without gap and unbroken, every row as its digest says, the sum of all right."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import msgspec
import sqlalchemy as sa

from app.sync.checksum import row_digest
from app.sync.protocol import BLOB, CONFLICT, PUSH_ONLY
from server import tables
from server.database import Database
from server.log import FIRST_HASH, hash_of
from server.stored import Key, read_values

_AT_ONCE = 500
Wrong = Literal["file", "gap", "chain", "head", "digest", "row-missing", "row-unknown", "sum", "conflict", "sequence"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it must be; `where`: a sequence, or a table and a row's id."""

    wrong: Wrong
    tenant: str
    where: str = ""


def looked_over(database: Database) -> list[Finding]:
    """All findings, as of one moment; none when all is well."""
    return database.read(lambda connection: list(_findings(connection, is_postgres=database.is_postgres)))


def _findings(connection: sa.Connection, *, is_postgres: bool) -> Iterator[Finding]:
    if not is_postgres:
        said = connection.exec_driver_sql("PRAGMA quick_check").scalars().all()
        yield from (Finding("file", "", line) for line in said if line != "ok")
    for head in connection.execute(sa.select(tables.sync_head)).mappings().all():
        tenant = head["tenant_id"]
        yield from _log(connection, tenant, head)
        yield from _rows(connection, tenant, head)
        yield from _strays(connection, tenant)
        yield from _conflicts(connection, tenant)


def _streamed(connection: sa.Connection, statement: sa.Select[Any]) -> Iterator[Any]:
    return iter(connection.execution_options(yield_per=_AT_ONCE).execute(statement).mappings())


def _log(connection: sa.Connection, tenant: str, head: Any) -> Iterator[Finding]:
    log, last_hash, seq = tables.change_log, FIRST_HASH, 0
    statement = sa.select(log).where(log.c.tenant_id == tenant).order_by(log.c.seq, log.c.ord)
    for row in _streamed(connection, statement):
        if row["seq"] not in (seq, seq + 1):
            yield Finding("gap", tenant, str(row["seq"]))
        if row["prev_hash"] != last_hash:
            yield Finding("chain", tenant, f"{row['seq']}.{row['ord']}")
        seq, last_hash = row["seq"], hash_of(dict(row))
    if (seq, last_hash) != (head["last_seq"], head["last_hash"]):
        yield Finding("head", tenant, str(seq))


def _rows(connection: sa.Connection, tenant: str, head: Any) -> Iterator[Finding]:
    row, sums = tables.sync_row, 0
    chosen = sa.select(row.c.tbl, row.c.row_id, row.c.row_seq, row.c.deleted, row.c.digest)
    statement = chosen.where(row.c.tenant_id == tenant, row.c.tbl.not_in([CONFLICT, BLOB]))
    waiting: list[Any] = []
    for found in _streamed(connection, statement.order_by(row.c.tbl, row.c.row_id)):
        sums += 0 if found["tbl"] in PUSH_ONLY else found["digest"]
        if found["row_seq"] > head["last_seq"]:
            yield Finding("sequence", tenant, f"{found['tbl']} {found['row_id']}")
        waiting.append(found)
        if len(waiting) == _AT_ONCE:
            yield from _digests(connection, tenant, waiting)
            waiting = []
    yield from _digests(connection, tenant, waiting)
    if sums != head["sums"]:
        yield Finding("sum", tenant)


def _digests(connection: sa.Connection, tenant: str, rows: list[Any]) -> Iterator[Finding]:
    values = read_values(connection, tenant, (Key(row["tbl"], row["row_id"]) for row in rows))
    for row in rows:
        key = Key(row["tbl"], row["row_id"])
        if key not in values:
            yield Finding("row-missing", tenant, f"{key.table} {key.id}")
            continue
        said = row_digest(key.table, key.id, row["row_seq"], deleted=bool(row["deleted"]), values=values[key])
        if said != row["digest"]:
            yield Finding("digest", tenant, f"{key.table} {key.id}")


def _strays(connection: sa.Connection, tenant: str) -> Iterator[Finding]:
    row = tables.sync_row
    for name, table in tables.ENTITIES.items():
        known = sa.select(row.c.row_id).where(row.c.tenant_id == tenant, row.c.tbl == name, row.c.row_id == table.c.id)
        statement = sa.select(table.c.id).where(table.c.tenant_id == tenant, ~known.exists()).order_by(table.c.id)
        yield from (Finding("row-unknown", tenant, f"{name} {key}") for key in connection.execute(statement).scalars())


def _conflicts(connection: sa.Connection, tenant: str) -> Iterator[Finding]:
    """Each one that everybody may see travels, and says something that can be read."""
    conflict, row = tables.conflict, tables.sync_row
    travels = sa.select(row.c.row_id).where(
        row.c.tenant_id == tenant, row.c.tbl == CONFLICT, row.c.row_id == conflict.c.id
    )
    statement = sa.select(conflict, travels.exists().label("travels")).where(conflict.c.tenant_id == tenant)
    for found in _streamed(connection, statement.order_by(conflict.c.id)):
        is_shown = bool(found["travels"]) == (found["tbl"] not in PUSH_ONLY)
        if not is_shown or not all(_is_json(found[name]) for name in ("base", "kept", "other")):
            yield Finding("conflict", tenant, found["id"])


def _is_json(text: str) -> bool:
    try:
        msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False
    return True
