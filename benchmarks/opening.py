"""Opening a data folder, as every command and the window do first."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import sqlcipher3

from app.bootstrap import Store, reading, writing
from app.models.database import Key
from app.sample.programme import clock_before
from benchmarks.rounds import Comparison, Way, compare, timed
from benchmarks.stores import DAY, Stores

ROUNDS = 15
MANY_ANSWERS = 100_000


def run(stores: Stores) -> Iterator[Comparison]:
    yield _compare(stores, 0)
    yield _compare(stores, MANY_ANSWERS)


def _compare(stores: Stores, answers: int) -> Comparison:
    folder, key, clock = stores.answered(answers), stores.key, clock_before(DAY)
    # The first opening of a day makes the day's copy; what is measured are the later ones.
    _open(writing(folder, key, clock=clock))
    ways = [
        Way("connect, key, count of sqlite_master", lambda: timed(lambda: _open_bare(folder.records, key))),
        Way("bootstrap.reading", lambda: timed(lambda: _open(reading(folder, key, clock=clock)))),
        Way("bootstrap.writing", lambda: timed(lambda: _open(writing(folder, key, clock=clock)))),
    ]
    size_mb = folder.records.stat().st_size / 1e6
    return compare(f"opening and closing: {answers:,} answers, {size_mb:.1f} MB, encrypted", ways, rounds=ROUNDS)


def _open(door: AbstractContextManager[Store]) -> None:
    with door:
        pass


def _open_bare(path: Path, key: Key) -> None:
    connection = sqlcipher3.connect(path)
    connection.execute(f'PRAGMA key = "{key.literal}"')
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    connection.close()
