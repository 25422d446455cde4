"""Disputes as they arrive from a server: rows of sync_conflict, with valid defaults."""

from datetime import datetime
from itertools import count

from app.models.driver import Database
from tests.conftest import GATE

_numbers = count(1)


def make_dispute(
    db: Database,
    table: str,
    row_id: str,
    field: str,
    values: tuple[object, object, object],
    *,
    kept_by: str | None = None,
    other_by: str | None = None,
    kind: str = "field",
    at: datetime = GATE,
    opened: int = 40,
    suspect: bool = False,
) -> str:
    """`values`: base, kept, other. Returns the dispute's id."""
    dispute_id = f"0190aaaa-0000-7000-8000-{next(_numbers):012d}"
    at_ms = int(at.timestamp() * 1000)
    db.conn.execute(
        "INSERT INTO sync_conflict(id, tbl, row_id, field, kind, base_value, kept_value, other_value, kept_by,"
        " other_by, kept_at_ms, other_at_ms, clock_suspect, opened_seq)"
        " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (dispute_id, table, row_id, field, kind, *values, kept_by, other_by, at_ms, at_ms - 60_000, suspect, opened),
    )
    return dispute_id


def make_colleague(db: Database, name: str = "Siti") -> str:
    """Somebody else's user, as it comes from a server. Returns its id."""
    user_id = f"0190bbbb-0000-7000-8000-{next(_numbers):012d}"
    db.conn.execute("UPDATE sync_state SET applying = 1")
    db.conn.execute(
        'INSERT INTO "user"(id, created_at, name, role) VALUES(?, ?, ?, ?)',
        (user_id, "2026-11-01T00:00:00.000Z", name, "trainer"),
    )
    db.conn.execute("UPDATE sync_state SET applying = 0")
    return user_id
