"""What is synced: visits with a text, changes to them, photos. The same in every run."""

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, time

from app.bootstrap import Store, writing
from app.fieldwork.identity import ensure_user
from app.fieldwork.pictures import StoredPhoto, file_photo
from app.fieldwork.plan import plan_visit, register_enterprise, write_visit
from app.models.database import Author, Key, edit
from app.models.ids import FixedClock
from app.models.visits import VisitKind
from app.paths import DataFolder
from app.photos.store import BytesKind, put_bytes

VISITS = 10_000
VISITS_AN_ENTERPRISE = 50
WORDS = 30
FEW_WORDS = 4
CHANGED = 100
PHOTOS = 200
PHOTO_BYTES = 300_000
THUMBNAIL_BYTES = 15_000
FIRST_DAY = date(2026, 1, 5)

_WORDS = """
the line and workers were shown a new plan for exit door of hall press guard is missing again manager agreed to repair
it before next visit committee meets every week noise dust wage overtime first aid kit empty machine stopped training
finished results better than last month
"""
VOCABULARY = _WORDS.split()


def text_of(chance: random.Random, words: int = WORDS) -> str:
    """As a trainer's summary has them. From few words: it packs a little better than prose does."""
    return " ".join(chance.choices(VOCABULARY, k=words)).capitalize() + "."


def fill(folder: DataFolder, key: Key | None, *, visits: int = VISITS) -> list[str]:
    """A store with enterprises and visits, each visit an edit of its own: 7 fields and a text. Ids of the visits."""
    chance = random.Random(visits)
    clock = FixedClock(datetime.combine(FIRST_DAY, time(1, 0), tzinfo=UTC))
    found: list[str] = []
    with writing(folder, key, clock=clock) as store:
        by = ensure_user(store.records, clock, name="Trainer", role="trainer")
        for number in range(visits):
            if number % VISITS_AN_ENTERPRISE == 0:
                enterprise_id = register_enterprise(store.records, by, f"Enterprise {number}", country="ID")
            clock.move(minutes=17, milliseconds=chance.randrange(60_000))
            facts = {"number": 1 + number % VISITS_AN_ENTERPRISE, "summary": text_of(chance)}
            on = clock.today()
            found.append(plan_visit(store.records, by, enterprise_id, kind=VisitKind.FOLLOW_UP, on=on, **facts))
        store.records.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return found


def change_texts(store: Store, by: Author, visits: Sequence[str], *, round_number: int, words: int) -> None:
    """For each of these visits another text of so many words, each an edit of its own: its summary; its advice, when it
    is shorter than summaries are."""
    chance, field = random.Random(f"{by.device_id} {round_number}"), "summary" if words == WORDS else "advice"
    for visit_id in visits:
        write_visit(store.records, by, visit_id, **{field: text_of(chance, words)})


def add_photos(store: Store, by: Author, visit_id: str, *, count: int = PHOTOS, salt: str = "") -> int:
    """Photos of one visit: PHOTO_BYTES each that do not pack, of which THUMBNAIL_BYTES its thumbnail. Bytes of all.

    `salt`: with another one they are other photos.
    """
    chance = random.Random(f"{count}{salt}")
    for number in range(count):
        working, thumbnail = chance.randbytes(PHOTO_BYTES - THUMBNAIL_BYTES), chance.randbytes(THUMBNAIL_BYTES)
        facts = {
            "working_sha256": put_bytes(store.photos, working, BytesKind.WORKING),
            "thumbnail_sha256": put_bytes(store.photos, thumbnail, BytesKind.THUMBNAIL),
            "width": 2_048,
            "height": 1_536,
            "size": len(working),
            "is_upright": True,
            "file_name": f"IMG_{number:04}.jpg",
        }
        with edit(store.records, by):
            file_photo(store.records, by, visit_id, StoredPhoto(facts))
    return count * PHOTO_BYTES
