"""The whole sample: everything before the day, then the day itself."""

from datetime import time

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


def prepare(db: Database, photos: Database, clock: FixedClock) -> tuple[Stage, Laksana]:
    """Everything that happened before the day on which `clock` stands; the store is marked as a sample for ever."""
    with_clock = Stage(db, photos, ensure_user(db, clock, name="Trainer", role="trainer"), clock, clock.today())
    db.conn.execute("INSERT OR REPLACE INTO setting(name, value) VALUES(?, '1')", (_IS_SAMPLE,))
    jordan.prepare(with_clock)
    others.prepare(with_clock)
    anclote.prepare(with_clock)
    return with_clock, laksana.prepare(with_clock)


def is_sample(db: Database) -> bool:
    """Whether the store holds sample data; such a store is never enrolled at a server."""
    return bool(db.conn.execute("SELECT 1 FROM setting WHERE name = ? AND value = '1'", (_IS_SAMPLE,)).fetchone())


def evening_before(stage: Stage, folder: DataFolder, fonts_missing: list[str]) -> list[ReadyItem]:
    """Ready to leave, looked at on the evening before the day."""
    stage.go_to(stage.ago(1), time(19, 30))
    return ready_to_leave(stage.db, stage.photos, folder, stage.clock, on=stage.day, fonts_missing=fonts_missing)


def at_the_gate(stage: Stage) -> Today:
    return today(stage.db, stage.day)
