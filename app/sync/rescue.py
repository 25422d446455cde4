"""Work that only the journal still holds goes back into the records, as edits of then."""

from datetime import UTC, datetime

from app.models.database import Author, edit
from app.models.driver import Database, dbapi
from app.models.ids import FixedClock, stamp
from app.models.registry import TABLE_BY_NAME, Table
from app.models.rows import find_row
from app.models.schema import quoted
from app.sync.journal import Frame, Journal
from app.sync.overlay import DELETED
from app.sync.protocol import CONFLICT, Mutation, Op


class _Then(FixedClock):
    """The moment of a mutation, told as the device told it then."""

    def __init__(self, mutation: Mutation) -> None:
        super().__init__(datetime.fromtimestamp(mutation.at / 1000, UTC))
        self._boot, self._mono_ms = mutation.boot, mutation.mono or 0

    def boot_id(self) -> str:
        return self._boot

    def uptime_ms(self) -> int:
        return self._mono_ms


class _NotYet(Exception):  # noqa: N818 - no error: a row that this one leans on has not come back yet
    """The mutation cannot be applied to the rows that are here."""


def bring_back(db: Database, by: Author, journal: Journal) -> int:
    """How many mutations were applied again, each as one edit of its own time and with what was seen then, so that it
    is merged with what others wrote meanwhile and covers nothing unseen. Best done after a sync: what leans on rows
    that are not here stays in the journal for another time. Raises the kinds of DiskTrouble."""
    done = [frame for frame in journal.missing_from(db) if _is_applied(db, by, frame)]
    if done:
        journal.forget(db, done)
    return len(done)


def _is_applied(db: Database, by: Author, frame: Frame) -> bool:
    mutation = frame.mutation
    then = Author(by.user_id, by.device_id, _Then(mutation))
    try:
        with edit(db, then, seen=_seen(mutation)):
            for op in mutation.ops:
                _apply(db, then, op)
            for conflict in mutation.closes:
                _close(db, conflict)
    except _NotYet:
        return False
    return True


def _seen(mutation: Mutation) -> int:
    bases = [base for op in mutation.ops for base in (*op.bases.values(), op.life_base) if base is not None]
    return min([mutation.base, *bases])


def _apply(db: Database, by: Author, op: Op) -> None:
    table = TABLE_BY_NAME.get(op.table)
    if table is None:
        raise _NotYet(op.table)
    there = find_row(db, op.table, op.id, binned=True)
    values = {name: value for name, value in op.set.items() if name in table.captured}
    try:
        if there is None:
            _insert(db, table, {"id": op.id, **values})
        elif values:
            sets = ", ".join(f"{quoted(name)} = ?" for name in values)
            db.conn.execute(f"UPDATE {quoted(table.name)} SET {sets} WHERE id = ?", [*values.values(), op.id])
    except dbapi.IntegrityError as error:
        raise _NotYet(op.table, op.id) from error
    is_binned = bool(there and there["binned_at"])
    if op.life is not None and is_binned != (op.life == DELETED):
        binned_at = stamp(by.clock.now()) if op.life == DELETED else None
        db.conn.execute(f"UPDATE {quoted(table.name)} SET binned_at = ? WHERE id = ?", (binned_at, op.id))


def _insert(db: Database, table: Table, values: dict[str, object]) -> None:
    columns, marks = ", ".join(map(quoted, values)), ",".join("?" * len(values))
    db.conn.execute(f"INSERT INTO {quoted(table.name)}({columns}) VALUES({marks})", list(values.values()))


def _close(db: Database, conflict: str) -> None:
    db.conn.execute("UPDATE sync_conflict SET closing = 1 WHERE id = ? AND resolved_seq IS NULL", (conflict,))
    db.conn.execute(
        "INSERT INTO sync_capture(grp, tbl, row_id, kind, at_ms, user_id, seen, boot_id, mono_ms)"
        " SELECT e.grp, ?, c.id, 'close', e.at_ms, coalesce(e.user_id, ''), e.seen, e.boot_id, e.mono_ms"
        " FROM edit_context e, sync_conflict c WHERE c.id = ? AND c.resolved_seq IS NULL",
        (CONFLICT, conflict),
    )
