"""The bin: what was thrown away, from where it can be taken back."""

from dataclasses import dataclass
from datetime import datetime

from app.models.driver import Database
from app.models.ids import instant
from app.models.registry import TABLE_BY_NAME, TABLES, Kind, Table
from app.models.rows import Row, find_row
from app.models.schema import quoted

_WORDS = {Kind.TEXT, Kind.NOTE}
_LONGEST = 120


@dataclass(frozen=True, slots=True)
class Binned:
    """`table` by name; `words` is what the row says of itself, `enterprise` whose it was; both may be empty."""

    table: str
    row_id: str
    words: str
    enterprise: str
    binned_at: datetime


def binned_rows(db: Database) -> list[Binned]:
    """Everything in the bin, last thrown away first."""
    found = [
        Binned(table.name, row["id"], _says(db, table, row), _enterprise(db, row), instant(row["binned_at"]))
        for table in TABLES
        for row in db.query(f"SELECT * FROM {quoted(table.name)} WHERE binned_at IS NOT NULL")
    ]
    return sorted(found, key=lambda one: (one.binned_at, one.row_id), reverse=True)


def _says(db: Database, table: Table, row: Row) -> str:
    """The first words of the row, or those of the row it stands under."""
    fields = sorted((f for f in table.fields if f.kind in _WORDS), key=lambda f: (not f.searched, not f.required))
    for field in fields:
        if row[field.name]:
            return str(row[field.name]).splitlines()[0][:_LONGEST]
    for field in table.fields:
        if field.refers_to and row[field.name] and field.refers_to != "enterprise":
            above = find_row(db, field.refers_to, row[field.name], binned=True)
            if above and (words := _says(db, TABLE_BY_NAME[field.refers_to], above)):
                return words
    return ""


def _enterprise(db: Database, row: Row) -> str:
    enterprise_id = row.get("enterprise_id")
    if not enterprise_id and row.get("visit_id"):
        enterprise_id = (find_row(db, "visit", row["visit_id"], binned=True) or {}).get("enterprise_id")
    found = find_row(db, "enterprise", enterprise_id, binned=True) if enterprise_id else None
    return str(found["name"] or "") if found else ""
