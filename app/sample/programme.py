"""The whole sample: everything before the day, then the day itself."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

from app.fieldwork.identity import ensure_user
from app.fieldwork.ready import ReadyItem, ready_to_leave
from app.fieldwork.today import Today, today
from app.models.driver import Database
from app.models.ids import FixedClock
from app.paths import DataFolder
from app.sample import anclote, jordan, laksana, others
from app.sample.laksana import Laksana
from app.sample.scene import Stage

_IS_SAMPLE = "is_sample"
_LONG_BEFORE = timedelta(days=1700)


def clock_before(day: date) -> FixedClock:
    """A clock that stands before anything of the sample happened."""
    return FixedClock(datetime.combine(day - _LONG_BEFORE, time(8, 0), tzinfo=UTC))


def prepare(
    db: Database,
    photos: Database,
    clock: FixedClock,
    day: date,
    *,
    report: Callable[[int, int], None] = lambda _done, _total: None,
) -> tuple[Stage, Laksana]:
    """Everything that happened before `day`; the store is marked as a sample for ever. `report`: (done, total)."""
    stage = Stage(db, photos, ensure_user(db, clock, name="Trainer", role="trainer"), clock, day)
    db.conn.execute("INSERT OR REPLACE INTO setting(name, value) VALUES(?, '1')", (_IS_SAMPLE,))
    chapters = (jordan.prepare, others.prepare, anclote.prepare)
    for number, chapter in enumerate(chapters):
        report(number, len(chapters) + 1)
        chapter(stage)
    report(len(chapters), len(chapters) + 1)
    return stage, laksana.prepare(stage)


def is_sample(db: Database) -> bool:
    """Whether the store holds sample data; such a store is never enrolled at a server."""
    return bool(db.conn.execute("SELECT 1 FROM setting WHERE name = ? AND value = '1'", (_IS_SAMPLE,)).fetchone())


def evening_before(stage: Stage, folder: DataFolder, fonts_missing: list[str]) -> list[ReadyItem]:
    """Ready to leave, looked at on the evening before the day."""
    stage.go_to(stage.ago(1), time(19, 30))
    return ready_to_leave(stage.db, stage.photos, folder, stage.clock, on=stage.day, fonts_missing=fonts_missing)


def at_the_gate(stage: Stage) -> Today:
    return today(stage.db, stage.day)
