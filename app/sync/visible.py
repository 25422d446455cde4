"""The rows that a person sees, brought to what the server and unsent work together say; inside a promotion."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from app.models.driver import Database
from app.models.ids import stamp
from app.models.registry import Table
from app.models.schema import quoted
from app.models.triggers import ALIVE, BINNED, LIFE
from app.sync.protocol import Value

_OWN_COLUMNS = ("stub", "extra", "binned_at")
_HISTORY = (
    "INSERT INTO history(grp, undoes, user_id, device_id, at_ms, tbl, row_id, field, old, new)"
    " VALUES(?, NULL, ?, '', ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET new = excluded.new"
)


@dataclass(frozen=True, slots=True)
class Shown:
    """How a row is to be seen. `by`, `at_ms`: who changed it last on the server, and when."""

    row_id: str
    values: Mapping[str, Value]
    deleted: bool
    by: str
    at_ms: int


class Groups:
    """New numbers for history, one for what one hand did at one time. They are of no device, so no undo takes them."""

    def __init__(self, db: Database) -> None:
        newest = db.conn.execute("SELECT max(grp, (SELECT coalesce(max(grp), 0) FROM history)) FROM edit_context")
        self._last = int(newest.fetchone()[0])
        self._numbers: dict[tuple[str, int], int] = {}

    def number(self, by: str, at_ms: int) -> int:
        if (by, at_ms) not in self._numbers:
            self._last += 1
            self._numbers[by, at_ms] = self._last
        return self._numbers[by, at_ms]


def show(db: Database, table: Table, rows: Iterable[Shown], groups: Groups) -> bool:
    """Whether anything is seen differently now. A row without its parents that is in the bin anyway is not made."""
    rows = list(rows)
    writing = _Writing(table, groups)
    there = _there(db, table, [row.row_id for row in rows])
    for row in rows:
        if (old := there.get(row.row_id)) is None:
            writing.add(row)
        else:
            writing.change(row, old)
    return writing.write(db)


def _there(db: Database, table: Table, row_ids: list[str]) -> dict[str, dict[str, Any]]:
    names = ("id", *_OWN_COLUMNS, *table.captured)
    columns = ", ".join(map(quoted, names))
    found = db.conn.execute(
        f"SELECT {columns} FROM {quoted(table.name)} WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(row_ids),),
    )
    return {values[0]: dict(zip(names, values, strict=True)) for values in found}


class _Writing:
    """What is to be written in one table, gathered so that few statements write it."""

    def __init__(self, table: Table, groups: Groups) -> None:
        self.table = table
        self.groups = groups
        self.captured = table.captured
        self.known = set(self.captured)
        self.needed = ["created_at", *(field.name for field in table.fields if field.parent)]
        self.new: list[list[Value]] = []
        self.changed: defaultdict[tuple[str, ...], list[list[Value]]] = defaultdict(list)
        self.history: list[tuple[object, ...]] = []

    def add(self, row: Shown) -> None:
        values = {"created_at": _stamp(row.at_ms), **row.values}
        if any(values.get(name) is None for name in self.needed):
            return
        binned_at = _stamp(row.at_ms) if row.deleted else None
        own: list[Value] = [row.row_id, 0, self._extra(row), binned_at]
        self.new.append(own + [values.get(name) for name in self.captured])
        self._remember(row, LIFE, None, BINNED if row.deleted else ALIVE)

    def change(self, row: Shown, old: Mapping[str, Any]) -> None:
        new = self._wanted(row, old)
        names = tuple(name for name, value in new.items() if value != old[name])
        if not names:
            return
        self.changed[names].append([*(new[name] for name in names), row.row_id])
        was, is_now = (BINNED if binned_at else ALIVE for binned_at in (old["binned_at"], new["binned_at"]))
        if old["stub"]:
            self._remember(row, LIFE, None, is_now)
            return
        for name in names:
            if name not in _OWN_COLUMNS:
                self._remember(row, name, old[name], new[name])
        if was != is_now:
            self._remember(row, LIFE, was, is_now)

    def _wanted(self, row: Shown, old: Mapping[str, Any]) -> dict[str, Value]:
        new: dict[str, Value] = {name: row.values.get(name) for name in self.captured}
        for name in self.needed:
            if new[name] is None:
                new[name] = old[name]
        new["stub"] = 0
        new["extra"] = self._extra(row)
        new["binned_at"] = (old["binned_at"] or _stamp(row.at_ms)) if row.deleted else None
        return new

    def _remember(self, row: Shown, field: str, old: Value, new: Value) -> None:
        group = self.groups.number(row.by, row.at_ms)
        self.history.append((group, row.by, row.at_ms, self.table.name, row.row_id, field, old, new))

    def _extra(self, row: Shown) -> str | None:
        """What a newer program stored that this one has no column for."""
        if self.known.issuperset(row.values):
            return None
        unknown = {n: value for n, value in row.values.items() if n not in self.known and value is not None}
        return json.dumps(unknown, ensure_ascii=False, sort_keys=True) if unknown else None

    def write(self, db: Database) -> bool:
        name = quoted(self.table.name)
        columns = ("id", *_OWN_COLUMNS, *self.captured)
        marks = ",".join("?" * len(columns))
        db.conn.executemany(f"INSERT INTO {name}({', '.join(map(quoted, columns))}) VALUES({marks})", self.new)
        for names, rows in self.changed.items():
            sets = ", ".join(f"{quoted(one)} = ?" for one in names)
            db.conn.executemany(f"UPDATE {name} SET {sets} WHERE id = ?", rows)
        db.conn.executemany(_HISTORY, self.history)
        return bool(self.new or self.changed)


def _stamp(at_ms: int) -> str:
    return stamp(datetime.fromtimestamp(at_ms / 1000, UTC))
