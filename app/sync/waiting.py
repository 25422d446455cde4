"""Which staged rows cannot be shown yet: they hold what no column takes, or lean on a row that is not known here."""

import json
import logging
from collections import defaultdict
from collections.abc import Iterator

import msgspec

from app.models.driver import Database
from app.models.registry import TABLE_BY_NAME, TABLES, Table
from app.models.schema import quoted
from app.sync.overlay import RowKey
from app.sync.protocol import Row

logger = logging.getLogger(__name__)

_TYPES: dict[str, tuple[type, ...]] = {"TEXT": (str,), "INTEGER": (int,), "REAL": (int, float)}
_LARGEST = 2**63 - 1
_EPOCH = "1970-01-01T00:00:00.000Z"
_decoder = msgspec.json.Decoder(Row)


def staged_rows(db: Database, table: str, row_ids: list[str]) -> dict[str, Row]:
    """Of the rows given, those that are staged."""
    rows = db.conn.execute(
        "SELECT body FROM sync_stage WHERE tbl = ? AND row_id IN (SELECT value FROM json_each(?))",
        (table, json.dumps(row_ids)),
    )
    return {row.id: row for row in (_decoder.decode(body) for (body,) in rows)}


def held_back(db: Database) -> set[RowKey]:
    """Staged rows that go on waiting. Where the missing row leans on nothing itself, an empty one is made for it."""
    unfit, missing = _looked_through(db)
    for table, ids in missing.items():
        if not _PARENTS[table]:
            _make_stubs(db, table, ids)
    lacking = {(table, row_id) for table, ids in missing.items() if _PARENTS[table] for row_id in ids}
    held = unfit | (_leaning_on(db, lacking, unfit) if lacking else set())
    if held:
        logger.warning("%d rows of the server cannot be shown yet", len(held))
    return held


def _known(db: Database) -> Iterator[Row]:
    for (body,) in db.conn.execute("SELECT body FROM sync_stage"):
        row = _decoder.decode(body)
        if row.table in TABLE_BY_NAME:
            yield row


_PARENTS = {table.name: [field.name for field in table.fields if field.parent] for table in TABLES}
_LINKS = {table.name: [(field.name, field.refers_to) for field in table.fields if field.refers_to] for table in TABLES}
_COLUMN_TYPES = {
    table.name: {"created_at": (str,)} | {field.name: _TYPES[field.sql_type] for field in table.fields}
    for table in TABLES
}


def _fits(row: Row) -> bool:
    types = _COLUMN_TYPES[row.table]
    return (row.deleted or _has_parents(row)) and all(
        name not in types or _is_of(types[name], value) for name, value in row.values.items()
    )


def _has_parents(row: Row) -> bool:
    return all(row.values.get(name) is not None for name in _PARENTS[row.table])


def is_of_type(table: Table, name: str, value: object) -> bool:
    """Whether the column of a captured field can hold `value`."""
    return _is_of(_COLUMN_TYPES[table.name][name], value)


def _is_of(types: tuple[type, ...], value: object) -> bool:
    if isinstance(value, int) and (isinstance(value, bool) or abs(value) > _LARGEST):
        return False
    return value is None or isinstance(value, types)


def _links(row: Row) -> Iterator[RowKey]:
    for name, target in _LINKS[row.table]:
        if (linked := row.values.get(name)) is not None:
            yield target, linked


def _looked_through(db: Database) -> tuple[set[RowKey], dict[str, set[str]]]:
    """The staged rows that hold what no column takes; and those that others link to and that are neither here nor
    coming, by table."""
    unfit: set[RowKey] = set()
    wanted: defaultdict[str, set[str]] = defaultdict(set)
    coming: defaultdict[str, set[str]] = defaultdict(set)
    for row in _known(db):
        if not _fits(row):
            unfit.add((row.table, row.id))
            continue
        for table, row_id in _links(row):
            wanted[table].add(row_id)
        if not row.deleted or _has_parents(row):  # a row in the bin without its parents gets no place in its table
            coming[row.table].add(row.id)
    absent = {table: _absent(db, table, ids - coming[table]) for table, ids in wanted.items()}
    return unfit, {table: ids for table, ids in absent.items() if ids}


def _absent(db: Database, table: str, row_ids: set[str]) -> set[str]:
    rows = db.conn.execute(
        f"SELECT value FROM json_each(?) WHERE value NOT IN (SELECT id FROM {quoted(table)})",
        (json.dumps(list(row_ids)),),
    )
    return {row[0] for row in rows}


def _make_stubs(db: Database, table: str, row_ids: set[str]) -> None:
    db.conn.executemany(
        f"INSERT INTO {quoted(table)}(id, created_at, stub) VALUES(?, '{_EPOCH}', 1)",
        [(row_id,) for row_id in sorted(row_ids)],
    )


def _leaning_on(db: Database, lacking: set[RowKey], unfit: set[RowKey]) -> set[RowKey]:
    """The rows that link to one that is lacking, and those that link to them, where those are not here already."""
    found: set[RowKey] = set()
    while more := {
        (row.table, row.id)
        for row in _known(db)
        if (row.table, row.id) not in found | unfit and any(link in lacking for link in _links(row))
    }:
        found |= more
        for table in {key[0] for key in more}:
            lacking |= {(table, row_id) for row_id in _absent(db, table, {key[1] for key in more if key[0] == table})}
    return found
