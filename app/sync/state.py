"""What the engine remembers across a crash, and the transactions in which it writes."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields

from app.models.database import path_of, translated
from app.models.driver import Database
from app.sync.moments import passed


@dataclass(frozen=True, slots=True)
class SyncState:
    """The one row of `sync_state`, but for the secrets. `server_id` None: the device works with no server yet."""

    device_id: str
    incarnation: int
    next_mseq: int
    hlc_last: int
    clock_offset_ms: int | None
    server_floor_ms: int
    cursor: int
    stage_cursor: int
    acked_m: int
    server_id: str | None
    epoch: str
    clock_samples: str | None
    batch_bytes: int | None


_COLUMNS = [field.name for field in fields(SyncState)]


def read_state(db: Database) -> SyncState:
    return SyncState(*db.conn.execute(f"SELECT {', '.join(_COLUMNS)} FROM sync_state").fetchone())


def write_state(db: Database, **values: object) -> None:
    """Names of columns of `sync_state`; inside the caller's transaction."""
    sets = ", ".join(f"{name} = ?" for name in values)
    db.conn.execute(f"UPDATE sync_state SET {sets}", list(values.values()))


@contextmanager
def transaction(db: Database, *, applying: bool = False, moment: str = "") -> Iterator[None]:
    """All or nothing, alone. `applying`: rows are written as the server has them, so nothing of it is captured.

    `moment`: what tests call it, to have the process die right before it counts.
    """
    with translated(path_of(db)):
        db.conn.execute("BEGIN IMMEDIATE")
        try:
            if applying:
                db.conn.execute("PRAGMA defer_foreign_keys = ON")
                write_state(db, applying=1)
            yield
            if applying:
                write_state(db, applying=0)
            if moment:
                passed(f"before:{moment}")
            db.conn.execute("COMMIT")
        except BaseException:
            db.rollback()
            raise
