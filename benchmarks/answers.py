"""One answer, one commit: a trainer's tap against a raw statement, and the steps between the two."""

import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass

from app.checklists.scoring import Verdict, verdict
from app.fieldwork.answers import answer_id, answer_item
from app.fieldwork.identity import author_of
from app.models.database import Author, Key, connect, edit
from app.models.driver import Database
from app.models.ids import stamp
from app.models.rows import save_row
from app.sample.programme import clock_before
from benchmarks.notes import note
from benchmarks.rounds import Comparison, Way, compare, timed
from benchmarks.stores import DAY, Stores, drop_triggers, items

ROUNDS = 15
_UPSERT = """INSERT INTO answer(id, created_at, assessment_id, item, value, finding, note) VALUES(?, ?, ?, ?, ?, ?, ?)
ON CONFLICT(id) DO UPDATE SET value = excluded.value, finding = excluded.finding, note = excluded.note"""


@dataclass(frozen=True, slots=True)
class Tap:
    """What is written at once. An item is first answered, and later answered otherwise and with a note."""

    id: str
    created_at: str
    assessment_id: str
    item: str
    value: str
    finding: Verdict | None
    note: str | None


Put = Callable[[Database, Author, Tap], object]


def run(stores: Stores) -> Iterator[Comparison]:
    yield _compare(stores, "encrypted", stores.key)
    yield _compare(stores, "plain", None)


def _compare(stores: Stores, title: str, key: Key | None) -> Comparison:
    puts: dict[str, Put] = {
        "raw statement and COMMIT, no triggers": _put_raw,
        "the same statement in edit(), triggers": _put_in_edit,
        "models.rows.save_row": _put_row,
        "fieldwork.answers.answer_item": _put_answer,
    }
    with ExitStack() as stack:
        ways = []
        for number, (name, put) in enumerate(puts.items()):
            folder, waiting = stores.begun(f"answers-{title}-{number}", ROUNDS + 1, key=key)
            db = stack.enter_context(closing(connect(folder.records, key)))
            if put is _put_raw:
                drop_triggers(db)
            ways.append(Way(name, _rounds_of(db, put, waiting)))
        things = 2 * len(items(db))
        return compare(f"answers: {title} store, each answered, then changed", ways, rounds=ROUNDS, things=things)


def _rounds_of(db: Database, put: Put, waiting: list[str]) -> Callable[[], float]:
    """Each round fills in the next checklist that waits."""
    by = author_of(db, clock_before(DAY))

    def measure() -> float:
        taps = _taps(db, by, waiting.pop())
        return timed(lambda: [put(db, by, tap) for tap in taps])

    return measure


def _taps(db: Database, by: Author, assessment_id: str) -> list[Tap]:
    chance = random.Random(len(assessment_id))
    asked = items(db)
    taps = []
    for number, item in enumerate([*asked, *asked]):
        value = "no" if number < len(asked) else "yes"
        said = None if number < len(asked) else note(chance, number)
        place = (answer_id(assessment_id, item.id), stamp(by.clock.now()), assessment_id, item.id)
        taps.append(Tap(*place, value, verdict(item, value), said))
    return taps


def _put_raw(db: Database, by: Author, tap: Tap) -> None:  # noqa: ARG001 - all ways are called alike
    db.conn.execute("BEGIN IMMEDIATE")
    _upsert(db, tap)
    db.conn.execute("COMMIT")


def _put_in_edit(db: Database, by: Author, tap: Tap) -> None:
    with edit(db, by):
        _upsert(db, tap)


def _upsert(db: Database, tap: Tap) -> None:
    values = (tap.id, tap.created_at, tap.assessment_id, tap.item, tap.value, tap.finding, tap.note)
    db.conn.execute(_UPSERT, values)


def _put_row(db: Database, by: Author, tap: Tap) -> None:
    names = ("assessment_id", "item", "value", "finding", "note")
    save_row(db, by, "answer", {name: getattr(tap, name) for name in names})


def _put_answer(db: Database, by: Author, tap: Tap) -> None:
    answer_item(db, by, tap.assessment_id, tap.item, tap.value, note=tap.note)
