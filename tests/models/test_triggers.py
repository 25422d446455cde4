"""Every synced table, every way to write: exactly the expected capture and history rows, or a refusal."""

import json
import re
from pathlib import Path

import pytest

from app.models.database import edit
from app.models.driver import dbapi
from app.models.ids import FixedClock
from app.models.registry import TABLES, Field, Kind, Table
from app.models.schema import quoted
from app.models.triggers import LIFE, NEVER_DELETED, OUTSIDE_EDIT

OLD = "2026-01-01T00:00:00.000Z"
TEXTS = {Kind.DAY: ("2026-01-01", "2026-02-02"), Kind.FLAG: (0, 1), Kind.WHOLE: (1, 2), Kind.MONEY: (100, 250)}
BY_NAME = pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)


@pytest.fixture(autouse=True)
def no_parents(db):
    """Links point to rows that are not there: what triggers write does not depend on them."""
    db.conn.execute("PRAGMA foreign_keys = OFF")


def value(field: Field, turn: int) -> object:
    """A first and a second value of a field's type."""
    if field.sql_type == "REAL":
        return (0.1 + 0.2, -5.5)[turn]
    if field.sql_type == "INTEGER":
        return TEXTS.get(field.kind, (1, 2))[turn]
    return ("first \u0111 'quoted'", "second \u4f60")[turn]


def row(table: Table, row_id: str, turn: int = 0) -> dict[str, object]:
    return {"id": row_id, "created_at": OLD} | {field.name: value(field, turn) for field in table.fields}


def captured(db) -> list[tuple[str, str, object]]:
    rows = db.conn.execute("SELECT tbl, row_id, kind, vals FROM sync_capture ORDER BY cid").fetchall()
    db.conn.execute("DELETE FROM sync_capture")
    return [(table, row_id, kind, json.loads(vals) if vals else None) for table, row_id, kind, vals in rows]


def remembered(db) -> set[tuple[str, str, object, object]]:
    rows = db.conn.execute("SELECT row_id, field, old, new FROM history").fetchall()
    db.conn.execute("DELETE FROM history")
    return set(rows)


def without_id(values: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in values.items() if name != "id"}


def births(*row_ids: str) -> set[tuple[str, str, object, object]]:
    return {(row_id, LIFE, None, "alive") for row_id in row_ids}


@BY_NAME
def test_insert_upsert_insert_all_and_executemany(db, by, table):
    captured(db), remembered(db)
    rows = [row(table, f"r{n}") for n in range(6)]
    target = db.table(table.name)
    with edit(db, by):
        target.insert(rows[0])
        target.upsert(rows[1], pk="id")
        target.insert_all(rows[2:4])
        columns = ", ".join(quoted(name) for name in rows[0])
        marks = ", ".join(f":{name}" for name in rows[0])
        db.conn.executemany(f"INSERT INTO {quoted(table.name)}({columns}) VALUES({marks})", rows[4:])
    assert captured(db) == [(table.name, one["id"], "ins", without_id(one)) for one in rows]
    assert remembered(db) == births(*(one["id"] for one in rows))


@BY_NAME
def test_empty_fields_are_left_out_of_a_capture(db, by, table):
    captured(db)
    only_needed = {"id": "r", "created_at": OLD} | {f.name: value(f, 0) for f in table.fields if f.parent}
    with edit(db, by):
        db.table(table.name).insert(only_needed)
    assert captured(db) == [(table.name, "r", "ins", without_id(only_needed))]


@BY_NAME
def test_update_of_each_column(db, by, table):
    with edit(db, by):
        db.table(table.name).insert(row(table, "r"))
    captured(db), remembered(db)
    for field in table.fields:
        with edit(db, by):
            db.table(table.name).update("r", {field.name: value(field, 1)})
        assert captured(db) == [(table.name, "r", "upd", {field.name: value(field, 1)})]
        assert remembered(db) == {("r", field.name, value(field, 0), value(field, 1))}
    with edit(db, by):
        db.conn.execute(f"UPDATE {quoted(table.name)} SET created_at = 'later' WHERE id = 'r'")
    assert captured(db) == [(table.name, "r", "upd", {"created_at": "later"})]


@BY_NAME
def test_an_upsert_that_changes_captures_only_what_changed(db, by, table):
    with edit(db, by):
        db.table(table.name).insert(row(table, "r"))
    captured(db), remembered(db)
    changed = table.fields[-1]
    with edit(db, by):
        db.table(table.name).upsert(row(table, "r") | {changed.name: value(changed, 1)}, pk="id")
        db.table(table.name).upsert(row(table, "r") | {changed.name: value(changed, 1)}, pk="id")
    assert captured(db) == [(table.name, "r", "upd", {changed.name: value(changed, 1)})]
    assert remembered(db) == {("r", changed.name, value(changed, 0), value(changed, 1))}


@BY_NAME
def test_bin_and_back(db, by, table):
    with edit(db, by):
        db.table(table.name).insert(row(table, "r"))
    captured(db), remembered(db)
    with edit(db, by):
        db.table(table.name).update("r", {"binned_at": OLD})
    assert captured(db) == [(table.name, "r", "del", None)]
    assert remembered(db) == {("r", LIFE, "alive", "binned")}
    with edit(db, by):
        db.table(table.name).update("r", {"binned_at": None})
    assert captured(db) == [(table.name, "r", "undel", None)]
    assert remembered(db) == {("r", LIFE, "binned", "alive")}


@BY_NAME
def test_replace_adds_a_new_row_and_never_an_old_one(db, by, table):
    """INSERT OR REPLACE on a row that is there would be a delete and an insert: it is refused, and nothing is lost."""
    captured(db), remembered(db)
    with edit(db, by):
        db.table(table.name).insert(row(table, "r"), replace=True, pk="id")
    assert captured(db) == [(table.name, "r", "ins", without_id(row(table, "r")))]
    remembered(db)
    with pytest.raises(dbapi.IntegrityError, match=NEVER_DELETED), edit(db, by):
        db.table(table.name).insert(row(table, "r", 1), replace=True, pk="id")
    assert captured(db) == []
    assert remembered(db) == set()
    kept = next(db.query(f"SELECT * FROM {quoted(table.name)} WHERE id = 'r'"))
    assert kept.items() >= row(table, "r").items()


@BY_NAME
def test_what_is_refused(db, by, table):
    with edit(db, by):
        db.table(table.name).insert(row(table, "r"))
    captured(db), remembered(db)
    name = quoted(table.name)
    with pytest.raises(dbapi.IntegrityError, match=NEVER_DELETED), edit(db, by):
        db.conn.execute(f"DELETE FROM {name}")
    for column in ("id", "stub", "extra"):
        with pytest.raises(dbapi.IntegrityError), edit(db, by):
            db.conn.execute(f"UPDATE {name} SET {column} = '7'")
    with pytest.raises(dbapi.IntegrityError, match=OUTSIDE_EDIT):
        db.table(table.name).insert(row(table, "outside"))
    with pytest.raises(dbapi.IntegrityError, match=OUTSIDE_EDIT):
        db.conn.execute(f"UPDATE {name} SET created_at = 'x'")
    assert (captured(db), remembered(db)) == ([], set())


@BY_NAME
def test_the_sync_engine_writes_unseen(db, table):
    """While `applying` is set nothing is captured, and life is in the engine's hands."""
    captured(db)
    db.conn.execute("UPDATE sync_state SET applying = 1")
    db.table(table.name).insert(row(table, "r") | {"stub": 1, "extra": "{}"})
    db.table(table.name).update("r", row(table, "r", 1))
    db.conn.execute(f"DELETE FROM {quoted(table.name)}")
    db.conn.execute("UPDATE sync_state SET applying = 0")
    assert captured(db) == []


def test_the_commits_of_one_edit_share_a_history_row(db, by):
    with edit(db, by) as group:
        db.table("enterprise").insert({"id": "e", "created_at": OLD, "name": "P"})
    remembered(db)
    with edit(db, by) as group:
        db.table("enterprise").update("e", {"name": "PT"})
    with edit(db, by, group=group):
        db.table("enterprise").update("e", {"name": "PT Laksana"})
    assert remembered(db) == {("e", "name", "P", "PT Laksana")}


def test_capture_carries_group_and_time_of_the_clock(db, by, clock: FixedClock):
    captured(db)
    clock.move(days=3)
    with edit(db, by) as group:
        db.table("enterprise").insert({"id": "e", "created_at": OLD, "name": "PT Laksana"})
    at_ms = int(clock.now().timestamp() * 1000)
    assert db.conn.execute("SELECT grp, at_ms FROM sync_capture").fetchall() == [(group, at_ms)]


def test_applying_is_set_nowhere_else():
    allowed = {Path(f"app/models/{name}.py") for name in ("database", "triggers", "schema", "sync_tables")}
    setting = re.compile(r"applying", re.IGNORECASE)
    found = {path for path in Path("app").rglob("*.py") if setting.search(path.read_text(encoding="utf-8"))}
    assert {path for path in found - allowed if not path.is_relative_to("app/sync")} == set()
    # Triggers only read it, the schema only names it.
    for path in allowed:
        assert not re.search(r"set\s+applying", path.read_text(encoding="utf-8"), re.IGNORECASE)
