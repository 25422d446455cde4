"""Ready to leave: is everything for tomorrow's factory on this laptop, and will the laptop carry the day?"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from app.models.backups import daily_copies
from app.models.driver import Database
from app.models.ids import Clock
from app.models.visits import Visit, find_earlier_visit, list_visits_on
from app.paths import DataFolder, unsafe_place
from app.photos.store import stored_hashes

NEEDED_BYTES = 500_000_000
_CLOCK_SLACK = timedelta(minutes=2)
_CHANGES_LOOKED_AT = 5000  # some days of work; looking at all of them took longer the longer somebody had worked


class Ready(StrEnum):
    """What is looked at; the words are in the pages and on the command line."""

    VISIT = "visit"
    LAST_PHOTOS = "last-photos"
    CHECKLISTS = "checklists"
    FONTS = "fonts"
    CLOCK = "clock"
    DISK = "disk"
    COPY = "copy"
    PLACE = "place"


@dataclass(frozen=True, slots=True)
class ReadyItem:
    """`subject`: the enterprise, folder or number it is about; empty when there is none."""

    about: Ready
    is_ready: bool
    subject: str = ""


def ready_to_leave(
    db: Database, photos: Database, folder: DataFolder, clock: Clock, *, on: date, fonts_missing: list[str]
) -> list[ReadyItem]:
    """Everything that was looked at for the visits of `on`, ready or not; `fonts_missing` is what reports lack."""
    return ready_with(db, stored_hashes(photos), folder, clock, on=on, fonts_missing=fonts_missing)


def ready_with(
    db: Database, photos_here: set[str], folder: DataFolder, clock: Clock, *, on: date, fonts_missing: list[str]
) -> list[ReadyItem]:
    """The same for who has the hashes of the stored photos already: each connection stays on its own thread."""
    visits = list_visits_on(db, on)
    free = shutil.disk_usage(folder.root).free
    copies = daily_copies(folder.backups)
    return [
        ReadyItem(Ready.VISIT, bool(visits), ", ".join(visit.enterprise for visit in visits)),
        *_last_photos(db, photos_here, visits),
        ReadyItem(Ready.CHECKLISTS, _has_checklists(db)),
        ReadyItem(Ready.FONTS, not fonts_missing, ", ".join(fonts_missing)),
        ReadyItem(Ready.CLOCK, _clock_is_right(db, clock)),
        ReadyItem(Ready.DISK, free >= NEEDED_BYTES, str(free // 1_000_000)),
        ReadyItem(Ready.COPY, bool(copies), copies[0].name if copies else ""),
        ReadyItem(Ready.PLACE, unsafe_place(folder.root) is None, str(folder.root)),
    ]


def _last_photos(db: Database, here: set[str], visits: list[Visit]) -> Iterator[ReadyItem]:
    """Whether the pictures of the visit before are here, to take the after from the same spot."""
    for visit in visits:
        if earlier := find_earlier_visit(db, visit):
            wanted = db.conn.execute(
                "SELECT p.working_sha256 FROM photo_link l JOIN photo p ON p.id = l.photo_id"
                " WHERE l.visit_id = ? AND l.binned_at IS NULL AND p.binned_at IS NULL",
                (earlier.id,),
            )
            yield ReadyItem(Ready.LAST_PHOTOS, all(sha256 in here for (sha256,) in wanted), visit.enterprise)


def _has_checklists(db: Database) -> bool:
    return bool(db.conn.execute("SELECT count(*) FROM checklist WHERE definition IS NOT NULL").fetchone()[0])


def _clock_is_right(db: Database, clock: Clock) -> bool:
    """A clock that runs behind what was written last, or behind the server, is wrong; ahead cannot be known here."""
    newest, floor = db.conn.execute(
        "SELECT (SELECT coalesce(max(at_ms), 0) FROM (SELECT at_ms FROM history ORDER BY id DESC LIMIT ?)),"
        " (SELECT server_floor_ms FROM sync_state)",
        (_CHANGES_LOOKED_AT,),
    ).fetchone()
    latest_ms = int((clock.now() + _CLOCK_SLACK).timestamp() * 1000)
    return latest_ms >= int(max(newest, floor))
