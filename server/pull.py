"""What a laptop is sent: rows above its cursor, in the order of their sequences, a page at a time."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import msgspec
import sqlalchemy as sa

from app.models.registry import TABLE_BY_NAME
from app.sync.protocol import BLOB, CONFLICT, PUSH_ONLY, Row
from app.sync.schemas import brought_down
from server import tables
from server.database import among
from server.stored import Key, by_table, read_values

_SMALLEST_PAGE = 8_192
_MOST_RAW = 6 << 20  # below the limit of what a laptop inflates
_RAW_PER_PACKED = 4  # what a byte on the link carries at least; rows of visits are packed to a fifth
_FIRST_READ, _NEXT_READ = 200, 1_000
_CONFLICT_VALUES = ("tbl", "row_id", "field", "kind", "kept_by", "other_by", "kept_at", "other_at", "clock_suspect",
                    "opened_seq", "resolved_seq", "resolved_by")  # fmt: skip
_JSON_VALUES = ("base", "kept", "other")


@dataclass(slots=True)
class Page:
    """Rows up to `cursor`; `more`: there are further ones."""

    cursor: int
    rows: list[Row] = field(default_factory=list)
    more: bool = False


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: `hand` names device and incarnation, whose own plain writes are left out; `since`: what it has.

    `parts`: it has every row as it was at `since`.
    """

    tenant: str
    hand: str
    since: int
    schema: int
    parts: bool = False


def read_page(connection: sa.Connection, reader: Reader, *, head: int, max_bytes: int) -> Page:
    """The next page of about `max_bytes` packed; never cut inside one sequence."""
    room = min(max(max_bytes, _SMALLEST_PAGE) * _RAW_PER_PACKED, _MOST_RAW)
    page, size = Page(reader.since), 0
    for seq, rows, weight in _sequences(_rows(connection, reader)):
        if page.rows and size + weight > room:
            page.more = True
            return page
        page.rows += rows
        page.cursor, size = seq, size + weight
    page.cursor = max(head, page.cursor)
    return page


def _sequences(rows: Iterable[Row]) -> Iterator[tuple[int, list[Row], int]]:
    """The rows of one sequence at a time, with their size as JSON."""
    group: list[Row] = []
    for row in rows:
        if group and row.seq != group[0].seq:
            yield group[0].seq, group, weight_of(group)
            group = []
        group.append(row)
    if group:
        yield group[0].seq, group, weight_of(group)


def weight_of(rows: Iterable[Row]) -> int:
    """Their size as JSON."""
    return sum(len(msgspec.json.encode(row)) + 1 for row in rows)


def _rows(connection: sa.Connection, reader: Reader) -> Iterator[Row]:
    asked: dict[str, Any] = {"tenant": reader.tenant, "since": reader.since, "hand": reader.hand, "most": _FIRST_READ}
    statement = _feed()
    while True:
        found = connection.execute(statement, asked).mappings().all()
        yield from _messages(connection, reader, found)
        if len(found) < asked["most"]:
            return
        last = {"seq": found[-1]["row_seq"], "name": found[-1]["tbl"], "id": found[-1]["row_id"]}
        statement, asked = _feed_after(), asked | last | {"most": _NEXT_READ}


@cache
def _feed() -> sa.Select[Any]:
    """What is newer than `since`, but for what `hand` itself wrote plainly."""
    row = tables.sync_row
    since: sa.BindParameter[int] = sa.bindparam("since", type_=sa.BigInteger())
    return (
        sa.select(row)
        .where(row.c.tenant_id == sa.bindparam("tenant"), row.c.row_seq > since, row.c.tbl.not_in(sorted(PUSH_ONLY)))
        .where((row.c.plain_by != sa.bindparam("hand")) | (row.c.plain_after > since))
        .order_by(row.c.row_seq, row.c.tbl, row.c.row_id)
        .limit(sa.bindparam("most"))
    )


@cache
def _feed_after() -> sa.Select[Any]:
    """The same, from after a row on."""
    row, seq = tables.sync_row, sa.bindparam("seq", type_=sa.BigInteger())
    place = sa.tuple_(row.c.row_seq, row.c.tbl, row.c.row_id)
    after = sa.tuple_(seq, sa.bindparam("name", type_=sa.Text()), sa.bindparam("id", type_=sa.Text()))
    return _feed().where(row.c.row_seq >= seq, place > after)


def _messages(connection: sa.Connection, reader: Reader, found: Sequence[Mapping[Any, Any]]) -> Iterator[Row]:
    values = values_of(connection, reader.tenant, (Key(one["tbl"], one["row_id"]) for one in found))
    for one in found:
        row = brought_down(message(one, values.get(Key(one["tbl"], one["row_id"]), {})), reader.schema)
        if row is not None:
            yield _newer_part(row, reader.since) if reader.parts and _was_there(row, reader.since) else row


def _was_there(row: Row, since: int) -> bool:
    """And lived, as it does now."""
    return row.table in TABLE_BY_NAME and not row.deleted and row.life is not None and row.life <= since


def _newer_part(row: Row, since: int) -> Row:
    seqs = {name: seq for name, seq in row.seqs.items() if seq > since}
    values = {name: value for name, value in row.values.items() if row.seqs.get(name, row.seq) > since}
    return msgspec.structs.replace(row, values=values, seqs=seqs, life=None, part=True)


def message(found: Mapping[Any, Any], values: dict[str, Any]) -> Row:
    """A row of `sync_row` and what it holds, as it travels."""
    return Row(
        table=found["tbl"],
        id=found["row_id"],
        seq=found["row_seq"],
        values=values,
        seqs=msgspec.json.decode(found["fseq"]),
        life=found["life_seq"] if found["life_seq"] != found["row_seq"] else None,
        deleted=bool(found["deleted"]),
        scope=found["scope_id"],
        by=found["by_user"],
        at=found["edited_ms"],
    )


def values_of(connection: sa.Connection, tenant: str, keys: Iterable[Key]) -> dict[Key, dict[str, Any]]:
    """What rows of any table that travels hold, as it travels: without what is null."""
    tabled = by_table(keys)
    conflicts, blobs = tabled.pop(CONFLICT, []), tabled.pop(BLOB, [])
    found: dict[Key, dict[str, Any]] = {}
    found |= read_values(connection, tenant, (Key(name, row_id) for name, ids in tabled.items() for row_id in ids))
    if conflicts:
        found |= _conflicts(connection, tenant, conflicts)
    if blobs:
        found |= _blobs(connection, tenant, blobs)
    return found


def _conflicts(connection: sa.Connection, tenant: str, ids: list[str]) -> dict[Key, dict[str, Any]]:
    table = tables.conflict
    statement = sa.select(table).where(table.c.tenant_id == tenant, among(connection, table.c.id, ids))
    return {
        Key(CONFLICT, one["id"]): {name: one[name] for name in _CONFLICT_VALUES if one[name] is not None}
        | {name: value for name in _JSON_VALUES if (value := msgspec.json.decode(one[name])) is not None}
        for one in connection.execute(statement).mappings()
    }


def _blobs(connection: sa.Connection, tenant: str, ids: list[str]) -> dict[Key, dict[str, Any]]:
    table = tables.blob
    statement = sa.select(table.c.sha256, table.c.state, table.c.size, table.c.verified_ms).where(
        table.c.tenant_id == tenant, among(connection, table.c.sha256, ids)
    )
    return {
        Key(BLOB, sha256): {"state": state, "size": size} | ({} if at is None else {"verified_at": at})
        for sha256, state, size, at in connection.execute(statement)
    }
