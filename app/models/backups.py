"""Copies of the records: made daily and before a migration, each tried by opening it, the old ones dropped."""

import os
import re
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path

from app.errors import DiskTrouble, FileCorrupt, StoreMissing
from app.models.database import (
    RECORDS,
    FileKind,
    Key,
    bring_up_to_date,
    connect,
    path_of,
    refuse_newer,
    translated,
)
from app.models.driver import Database
from app.models.ids import Clock
from app.paths import replacing

KEPT_DAILY = 3
_WEEKLY_GROWS_UNTIL = timedelta(days=14)
_DAILY = re.compile(r"records-(\d{4}-\d{2}-\d{2})\.db")
_BEFORE = "records-before-"


def copy_store(db: Database, target: Path, key: Key | None, *, kind: FileKind = RECORDS) -> None:
    """Write a complete copy of `db` to `target`, under the same key, and try it. Replaces what is there."""
    with translated(target), replacing(target) as half:
        db.conn.execute("VACUUM INTO ?", (str(half),))
        try_copy(half, key, kind=kind)


def try_copy(path: Path, key: Key | None, *, kind: FileKind = RECORDS) -> None:
    """Raises FileCorrupt when the file does not hold together or is no store of this kind, StoreNewer, KeyRefused."""
    with closing(connect(path, key, kind=kind, reading=True)) as db, translated(path):
        said = [row[0] for row in db.conn.execute("PRAGMA quick_check")]
        if said != ["ok"]:
            raise FileCorrupt(path, "; ".join(map(str, said[:3])))
        tables = {row[0] for row in db.conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if kind.table not in tables:
            raise FileCorrupt(path, f"no table {kind.table}")
        if kind is RECORDS:
            refuse_newer(db)


def copy_daily(db: Database, folder: Path, key: Key | None, today: date) -> Path | None:
    """The copy of `today`, or None when there is one already. Drops what is no longer kept."""
    target = folder / f"records-{today.isoformat()}.db"
    if target.exists():
        return None
    copy_store(db, target, key)
    # A copy of a day to come was made while the clock was wrong: it counts once that day is here.
    for path in not_kept([path for path in daily_copies(folder) if _day_of(path) <= today], today):
        path.unlink()
    return target


def copy_before_migration(db: Database, folder: Path, key: Key | None, step: str) -> Path:
    """The copy from before `step`; the one from before an earlier step is dropped."""
    target = folder / f"{_BEFORE}{step}.db"
    copy_store(db, target, key)
    for path in folder.glob(f"{_BEFORE}*.db"):
        if path != target:
            path.unlink()
    return target


def daily_copies(folder: Path) -> list[Path]:
    """Newest first."""
    return sorted((path for path in folder.glob("records-*.db") if _DAILY.fullmatch(path.name)), reverse=True)


def not_kept(copies: list[Path], today: date) -> list[Path]:
    """Which of `copies` (newest first) are dropped: all but the newest three and one that is about a week old."""
    older = copies[KEPT_DAILY:]
    if not older:
        return []
    oldest = older[-1]
    weekly = older[0] if today - _day_of(oldest) >= _WEEKLY_GROWS_UNTIL and len(older) > 1 else oldest
    return [path for path in older if path != weekly]


def _day_of(path: Path) -> date:
    found = _DAILY.fullmatch(path.name)
    if not found:
        raise ValueError(path.name)
    return date.fromisoformat(found[1])


def newest_good_copy(folder: Path, key: Key | None) -> Path:
    """The newest copy that opens and holds together. Raises StoreMissing when there is none."""
    copies = [*daily_copies(folder), *folder.glob(f"{_BEFORE}*.db")]
    for path in sorted(copies, key=lambda path: path.stat().st_mtime_ns, reverse=True):
        try:
            try_copy(path, key)
        except DiskTrouble:
            continue
        return path
    raise StoreMissing(folder)


def restore(source: Path, target: Path, key: Key | None, clock: Clock, *, kind: FileKind = RECORDS) -> Path | None:
    """Put the copy `source` in the place of the store `target`, which nothing may have open.

    What was there is set aside, never deleted: its new place, or None when there was nothing. Raises FileCorrupt
    before anything is touched when the copy is no good.
    """
    try_copy(source, key, kind=kind)
    with translated(target), replacing(target) as half:
        # Not the file but what it holds: a store that was cut off has its newest work in a log beside it.
        with closing(connect(source, key, kind=kind, reading=True)) as db:
            db.conn.execute("PRAGMA query_only = OFF")
            db.conn.execute("VACUUM INTO ?", (str(half),))
        with half.open("rb+") as file:
            os.fsync(file.fileno())
        aside = set_aside(target, clock.now())
    if kind is RECORDS:
        _mark_restored(target, key, clock)
    return aside


def set_aside(target: Path, at: datetime) -> Path | None:
    """Move a store's file and its log files into a folder of their own beside it; None when there was no file."""
    if not target.exists():
        return None
    aside = target.parent / f"set-aside-{at:%Y%m%dT%H%M%S%f}"
    aside.mkdir()
    for path in (target, target.with_name(target.name + "-wal"), target.with_name(target.name + "-shm")):
        if path.exists():
            path.rename(aside / path.name)
    return aside


def _mark_restored(target: Path, key: Key | None, clock: Clock) -> None:
    """Its counters went backwards, so it is to go on as a new incarnation of its device (sync R8).

    The server gives its number, once what only the second copy of unsent work still knows was told from what is here.
    """
    db = connect(target, key)
    try:
        bring_up_to_date(db, clock)
        with translated(path_of(db)):
            db.conn.execute("UPDATE sync_state SET install_nonce = randomblob(16)")
    finally:
        db.close()
