"""A hundred thousand answers in one edit, as an import or a first sync brings them."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

from app.fieldwork.identity import author_of
from app.models.database import Author, connect, edit
from app.models.driver import Database
from app.sample.programme import clock_before
from benchmarks.rounds import Comparison, Way, compare, timed
from benchmarks.stores import DAY, INSERT, AnswerRow, Stores, drop_triggers, items, rows_for

ROUNDS = 3
ANSWERS = 100_000
_SEARCH_TRIGGERS = ("answer_found", "answer_refound")

Write = Callable[[Database, Author, Sequence[AnswerRow]], None]


def run(stores: Stores) -> Iterator[Comparison]:
    # The number of items decides how many checklists it takes; an empty store knows it.
    with closing(connect(stores.answered(0).records, stores.key)) as db:
        assessments = ANSWERS // len(items(db))
    template, waiting = stores.begun("bulk", assessments, key=stores.key)
    with closing(connect(template.records, stores.key)) as db:
        rows = rows_for(db, waiting)
        db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def way(name: str, write: Write, *, without: Sequence[str] = ()) -> Way:
        def measure() -> float:
            copy = stores.root / "bulk-copy.db"
            shutil.copyfile(template.records, copy)
            try:
                with closing(connect(copy, stores.key)) as db:
                    for name in without:
                        drop_triggers(db, only=name)
                    by = author_of(db, clock_before(DAY))
                    return timed(lambda: write(db, by, rows))
            finally:
                _remove(copy)

        return Way(name, measure)

    ways = [
        way("raw executemany and COMMIT, no triggers", _write_raw, without=("",)),
        way("edit() with capture and history, no search", _write_in_edit, without=_SEARCH_TRIGGERS),
        way("edit() with capture, history and search", _write_in_edit),
    ]
    yield compare("bulk: answers with a note each, encrypted", ways, rounds=ROUNDS, things=len(rows), warm_up=False)


def _write_raw(db: Database, by: Author, rows: Sequence[AnswerRow]) -> None:  # noqa: ARG001 - called alike
    db.conn.execute("BEGIN IMMEDIATE")
    db.conn.executemany(INSERT, rows)
    db.conn.execute("COMMIT")


def _write_in_edit(db: Database, by: Author, rows: Sequence[AnswerRow]) -> None:
    with edit(db, by):
        db.conn.executemany(INSERT, rows)


def _remove(store: Path) -> None:
    for end in ("", "-wal", "-shm"):
        store.with_name(store.name + end).unlink(missing_ok=True)
