"""The history of every field, and undo and redo made from it."""

from dataclasses import dataclass
from datetime import UTC, datetime

from app.errors import Conflict
from app.models.database import Author, edit
from app.models.driver import Database
from app.models.ids import stamp
from app.models.schema import quoted
from app.models.triggers import ALIVE, LIFE

Value = str | int | float | None

# What was handed to the factory cannot be taken back by a key.
_LASTING = "('report', 'signature')"


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one row, changed by one edit. Field `*` is the row's life: None before birth, alive, binned."""

    group: int
    undoes: int | None
    user_id: str
    device_id: str
    at: datetime
    table: str
    row_id: str
    field: str
    old: Value
    new: Value


def history_of(db: Database, table: str, row_id: str) -> list[Change]:
    """Every change of one row, newest first."""
    return _changes(db, "tbl = ? AND row_id = ? ORDER BY id DESC", table, row_id)


def changes_in(db: Database, group: int) -> list[Change]:
    """What one edit changed, last first: the order in which it is taken back."""
    return _changes(db, "grp = ? AND old IS NOT new ORDER BY id DESC", group)


def next_undo(db: Database, by: Author) -> int | None:
    """The newest edit of this person on this device that still stands; None when there is none."""
    group = _newest_own(db, by, before=None)
    while group is not None and _is_undone(db, group):
        group = _newest_own(db, by, before=group)
    return group


def next_redo(db: Database, by: Author) -> int | None:
    """The newest undo that still stands, unless something was edited since; None when there is none."""
    newest_edit = next_undo(db, by)
    rows = db.conn.execute(
        "SELECT DISTINCT grp, undoes FROM history WHERE undoes IS NOT NULL AND user_id = ? AND device_id = ?"
        " AND grp > ? ORDER BY grp DESC",
        (by.user_id, by.device_id, newest_edit or 0),
    )
    for group, undone in rows:
        if not _undoes_an_undo(db, undone) and not _is_undone(db, group):
            return int(group)
    return None


def undo(db: Database, by: Author, *, anyway: bool = False) -> list[Change]:
    """Take back `next_undo`; what it had changed, or nothing when there is nothing to undo.

    A new row goes to the bin, a binned one comes back. Raises Conflict, with the values that others wrote since,
    when a field no longer holds what the edit wrote; `anyway` takes it back all the same.
    """
    return _take_back(db, by, next_undo(db, by), anyway)


def redo(db: Database, by: Author, *, anyway: bool = False) -> list[Change]:
    """Take back `next_redo`; see `undo`."""
    return _take_back(db, by, next_redo(db, by), anyway)


def _take_back(db: Database, by: Author, group: int | None, anyway: bool) -> list[Change]:
    if group is None:
        return []
    changes = changes_in(db, group)
    differences = [found for change in changes if (found := _difference(db, change))]
    if differences and not anyway:
        raise Conflict(differences)
    with edit(db, by, undoes=group) as taking_back:
        for change in changes:
            _reverse(db, by, change)
        if not changes_in(db, taking_back):
            _mark(db, by, group, taking_back)
    return changes


def _mark(db: Database, by: Author, group: int, taking_back: int) -> None:
    """Somebody else had brought every field back already: the edit counts as undone all the same."""
    db.conn.execute(
        "INSERT INTO history(grp, undoes, user_id, device_id, at_ms, tbl, row_id, field)"
        " SELECT ?, ?, ?, ?, at_ms, '', '', '' FROM edit_context",
        (taking_back, group, by.user_id, by.device_id),
    )


def _difference(db: Database, change: Change) -> tuple[str, str, str, object] | None:
    if change.field == LIFE:
        return None
    now = db.conn.execute(
        f"SELECT {quoted(change.field)} FROM {quoted(change.table)} WHERE id = ?", (change.row_id,)
    ).fetchone()[0]
    return None if now == change.new else (change.table, change.row_id, change.field, now)


def _reverse(db: Database, by: Author, change: Change) -> None:
    column, value = change.field, change.old
    if change.field == LIFE:
        column, value = "binned_at", None if change.old == ALIVE else stamp(by.clock.now())
    db.conn.execute(f"UPDATE {quoted(change.table)} SET {quoted(column)} = ? WHERE id = ?", (value, change.row_id))


def _newest_own(db: Database, by: Author, *, before: int | None) -> int | None:
    found = db.conn.execute(
        "SELECT grp FROM history WHERE undoes IS NULL AND user_id = ? AND device_id = ? AND old IS NOT new"
        f" AND tbl NOT IN {_LASTING} AND grp < ? ORDER BY grp DESC LIMIT 1",
        (by.user_id, by.device_id, before if before is not None else 1 << 62),
    ).fetchone()
    return found and int(found[0])


def _is_undone(db: Database, group: int) -> bool:
    taken_back = db.conn.execute("SELECT max(grp) FROM history WHERE undoes = ?", (group,)).fetchone()[0]
    return taken_back is not None and not _is_undone(db, taken_back)


def _undoes_an_undo(db: Database, group: int) -> bool:
    return bool(
        db.conn.execute("SELECT 1 FROM history WHERE grp = ? AND undoes IS NOT NULL LIMIT 1", (group,)).fetchone()
    )


def _changes(db: Database, condition: str, *parameters: object) -> list[Change]:
    columns = "grp, undoes, user_id, device_id, at_ms, tbl, row_id, field, old, new"
    rows = db.conn.execute(f"SELECT {columns} FROM history WHERE {condition}", parameters)
    return [
        Change(group, undoes, user, device, datetime.fromtimestamp(at_ms / 1000, UTC), table, row_id, field, old, new)
        for group, undoes, user, device, at_ms, table, row_id, field, old, new in rows
    ]
