"""A visit as it was: its rows and all they point to, rolled back by the history into a store in memory.

Every reading function works on that store as on the real one.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from app.models.changes import Value
from app.models.driver import Database
from app.models.registry import TABLE_BY_NAME, TABLES, Table
from app.models.rows import Row, get_row
from app.models.schema import quoted, statements
from app.models.triggers import BINNED, LIFE

_BELOW = {"visit_id", "merged_into"}  # links to what a row belongs to, though it may be without it

RowsById = dict[str, dict[str, Row]]


@dataclass(frozen=True, slots=True)
class Moment:
    """One edit of a visit or of what belongs to it: its number, when, whose, and how many fields."""

    group: int
    at: datetime
    user_id: str
    fields: int


def visit_as_it_was(db: Database, visit_id: str, after: int) -> Database:
    """A store in memory with the visit and its enterprise as they were after edit number `after`.

    To be closed by the caller. The visit is missing from it when it did not exist yet. Edits are numbered in the
    order in which they were written, whatever the clock said. Raises NotFound when there is no such visit now either.
    """
    enterprise_id = get_row(db, "visit", visit_id, binned=True)["enterprise_id"]
    rows = _with_targets(db, belonging(db, "enterprise", enterprise_id))
    for table, by_id in rows.items():
        _roll_back(db, table, by_id, after)
    past = Database(memory=True)
    past.conn.execute("PRAGMA foreign_keys = OFF")
    for statement in statements():
        past.conn.execute(statement)
    for table, by_id in rows.items():
        past.table(table).insert_all(by_id.values())
    return past


def moments_of(db: Database, visit_id: str) -> list[Moment]:
    """When the visit or anything recorded on it was changed, oldest first, one an edit."""
    rows = belonging(db, "visit", visit_id)
    of_visit = json.dumps([[table, row_id] for table, by_id in rows.items() for row_id in by_id])
    found = db.conn.execute(
        "SELECT h.grp, max(h.at_ms), h.user_id, count(*) FROM history h JOIN json_each(?) r"
        " ON h.tbl = r.value ->> 0 AND h.row_id = r.value ->> 1 GROUP BY h.grp ORDER BY h.grp",
        (of_visit,),
    )
    return [Moment(group, datetime.fromtimestamp(at / 1000, UTC), user, n) for group, at, user, n in found]


def belonging(db: Database, table: str, row_id: str) -> RowsById:
    """The row, what was recorded on it, and what stands under those rows; binned ones too. Raises NotFound."""
    rows: RowsById = defaultdict(dict)
    rows[table][row_id] = get_row(db, table, row_id, binned=True)
    fresh = {table: {row_id}}
    while fresh:
        found: dict[str, set[str]] = defaultdict(set)
        for below, name, target in _downward():
            for row in _where_in(db, below, name, fresh.get(target, ())):
                if row["id"] not in rows[below.name]:
                    rows[below.name][row["id"]] = row
                    found[below.name].add(row["id"])
        fresh = found
    return rows


def _downward() -> Iterator[tuple[Table, str, str]]:
    for table in TABLES:
        for field in table.fields:
            if field.refers_to and (field.parent or field.name in _BELOW):
                yield table, field.name, field.refers_to


def _with_targets(db: Database, rows: RowsById) -> RowsById:
    """`rows`, and the rows they link to, and the rows those link to."""
    waiting = [(name, row) for name, by_id in list(rows.items()) for row in by_id.values()]
    while waiting:
        name, row = waiting.pop()
        for field in TABLE_BY_NAME[name].fields:
            target = row[field.name] if field.refers_to else None
            if target and target not in rows[field.refers_to]:
                rows[field.refers_to][target] = get_row(db, field.refers_to, target, binned=True)
                waiting.append((field.refers_to, rows[field.refers_to][target]))
    return rows


def _where_in(db: Database, table: Table, name: str, values: Iterable[str]) -> Iterator[Row]:
    if not values:
        return iter(())
    sql = f"SELECT * FROM {quoted(table.name)} WHERE {quoted(name)} IN (SELECT value FROM json_each(?))"
    return iter(db.query(sql, [json.dumps(list(values))]))


def _roll_back(db: Database, table: str, by_id: dict[str, Row], after: int) -> None:
    """Put into every field what it held after that edit: the old value of the first change since."""
    earliest: dict[tuple[str, str], Value] = {}
    changes = db.conn.execute(
        "SELECT row_id, field, old FROM history WHERE tbl = ? AND grp > ?"
        " AND row_id IN (SELECT value FROM json_each(?)) ORDER BY id DESC",
        (table, after, json.dumps(list(by_id))),
    )
    for row_id, field, old in changes:
        earliest[row_id, field] = old
    for (row_id, field), old in earliest.items():
        if field != LIFE:
            by_id[row_id][field] = old
        elif old is None:
            del by_id[row_id]
        else:
            by_id[row_id]["binned_at"] = by_id[row_id]["binned_at"] or "then" if old == BINNED else None
