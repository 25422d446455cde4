"""One row in every table of the registry, each text telling whether it may leave the store."""

from app.checklists.items import Checklist
from app.checklists.stored import checklist_to_text
from app.models.database import Author, edit
from app.models.driver import Database
from app.models.registry import TABLES, Field, Kind, Sensitivity, Table
from app.models.schema import quoted

CANARY = "canary"
_CONFIDENT = {Sensitivity.PERSONAL, Sensitivity.RESTRICTED}
# Head office counts participants by these two; they are in no row of a person.
_COUNTED = {("participant", "sex"), ("participant", "role")}
_VALUES = {
    Kind.WHOLE: 3,
    Kind.MONEY: 1234,
    Kind.NUMBER: 2.5,
    Kind.FLAG: 1,
    Kind.DAY: "2026-11-24",
    Kind.INSTANT: "2026-11-24T01:12:00.000Z",
    Kind.PERIOD: "2026-10",
    Kind.LANGUAGE: "es",
    Kind.CURRENCY: "PEN",
    Kind.HASH: "a" * 64,
    Kind.JSON: "[]",
    Kind.CHOICES: "[]",
}
_EMPTY_CHECKLIST = checklist_to_text(Checklist("osh", "OSH", "1", ("en",), ()))


def plant_one_of_each(db: Database, by: Author) -> list[str]:
    """Fill every field of one row of each table, links pointing at the rows of the other tables.

    Returns the canaries, which stand in the fields that nobody outside may see.
    """
    ids = {table.name: by.clock.new_id() for table in TABLES}
    canaries = []
    with edit(db, by):
        db.conn.execute("PRAGMA defer_foreign_keys = ON")
        for table in TABLES:
            values = {field.name: _value(table, field, ids) for field in table.fields}
            canaries += [value for value in values.values() if str(value).startswith(CANARY)]
            row = {"id": ids[table.name], "created_at": "2026-11-24T01:12:00.000Z"} | values
            names = ", ".join(map(quoted, row))
            marks = ", ".join("?" * len(row))
            db.conn.execute(f"INSERT INTO {quoted(table.name)}({names}) VALUES({marks})", list(row.values()))
    return canaries


def _value(table: Table, field: Field, ids: dict[str, str]) -> object:
    if field.kind is Kind.LINK:
        # An incident's answer would stay in, and with it what the test wants to see leave.
        return None if (table.name, field.name) == ("incident", "answer_id") else ids[field.refers_to]
    is_confident = table.sensitivity_of(field) in _CONFIDENT and (table.name, field.name) not in _COUNTED
    if is_confident and field.sql_type == "TEXT":
        return f"{CANARY}-{table.name}-{field.name}"
    if (table.name, field.name) == ("checklist", "definition"):
        return _EMPTY_CHECKLIST
    if field.kind is Kind.CHOICE:
        return field.choices[0]
    return _VALUES.get(field.kind, f"open {table.name} {field.name}")
