"""Opening a data folder, as every command and the window do first."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from pathlib import Path

import sqlcipher3

from app.bootstrap import Store, reading, writing
from app.models.database import Key
from app.paths import DataFolder
from app.sample.programme import clock_before
from benchmarks.rounds import Comparison, Way, compare, timed
from benchmarks.stores import DAY, Stores

ROUNDS = 15


def run(stores: Stores) -> Iterator[Comparison]:
    for answers in (0, 100_000):
        folder = stores.answered(answers)
        clock = clock_before(DAY)
        # The second opening is measured: the first of a day makes the day's copy.
        with writing(folder, stores.key, clock=clock):
            size_mb = folder.records.stat().st_size / 1e6
        ways = [
            Way("connect, key, count sqlite_master", _measured(lambda: _open_bare(folder.records, stores.key))),
            Way("bootstrap.reading", _measured(lambda: _open(reading(folder, stores.key, clock=clock)))),
            Way("bootstrap.writing", _measured(lambda: _open(writing(folder, stores.key, clock=clock)))),
        ]
        yield compare(f"opening: {answers:,} answers, {size_mb:.0f} MB, encrypted", ways, rounds=ROUNDS)
