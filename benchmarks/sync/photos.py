"""Workloads of photos: up and down, with a cut every 200 kB, and behind rows."""

import time
from time import perf_counter

import sqlalchemy as sa

from benchmarks.links import Cut, Way
from benchmarks.sync.bench import Bench, Figure, Outcome, World
from benchmarks.sync.workloads import CHANGED, PHOTO_BYTES, PHOTOS, VISITS
from server import tables
from server.database import Database

CUT_EVERY = 200_000
_LONGEST_S = 60


def photos(bench: Bench) -> Outcome:
    """W5: 200 photos go up, and down to somebody else who has the visit before them."""
    with bench.world("LAN", 1, 0) as world:
        one, other = world.laptops
        _with_photos(world)
        up = world.measured(one)
        down = world.measured(other)
        figures = [
            *up.figures("push", seconds=3, size=60_300_000),
            Figure("verified by the server", one.do("photo_states").get("verified", 0), least=2 * PHOTOS),
            *down.figures("pull"),
            Figure("both here and there", other.do("photo_states").get("both", 0), least=2 * PHOTOS),
        ]
        facts = {"push": up.facts(), "pull": down.facts()}
        return Outcome(f"W5: {PHOTOS} photos of {PHOTO_BYTES // 1_000} kB, LAN", figures, facts)


def cut_photos(bench: Bench) -> Outcome:
    """W8: W5 with a cut after every 200 kB."""
    with bench.world("LAN", 1) as world:
        _with_photos(world)
        needed = world.measured(world.laptops[0])
    with bench.world("LAN", 1) as world:
        (one,) = world.laptops
        _with_photos(world)
        world.proxy.cut(Cut(Way.UP, CUT_EVERY, again=True))
        push = world.measured(one, last=True)
        figures = [
            *push.figures("push"),
            Figure("cuts", push.counts.cuts, least=PHOTOS * PHOTO_BYTES // CUT_EVERY),
            Figure("wasted, over no cuts", round((push.bytes / needed.bytes - 1) * 100, 2), "%", most=3),
            Figure("verified by the server", one.do("photo_states").get("verified", 0), least=2 * PHOTOS),
        ]
        return Outcome(f"W8: {PHOTOS} photos, a cut every {CUT_EVERY // 1_000} kB, LAN", figures, push.facts())


def rows_before_photos(bench: Bench) -> Outcome:
    """W9: 100 changed rows and 200 photos wait, and the link comes: how long until the server has all the rows."""
    with bench.world("3G", VISITS) as world:
        (one,) = world.laptops
        world.sync(one)
        visits = one.do("visits")
        _with_photos(world)
        one.do("change", visits=visits[:CHANGED], number=1)
        expected = one.do("count_waiting")
        with world.server.opened() as database:
            head, began = _head(database), perf_counter()
            one.do("hang_up")
            one.begin("sync", url=world.proxy.url)
            while _head(database) < head + expected and perf_counter() - began < _LONGEST_S:
                time.sleep(0.01)
            seconds = perf_counter() - began
        counts = world.proxy.counts()
        one.kill()  # the photos would take half an hour
        figures = [
            Figure("all rows are on the server after", round(seconds, 2), "s", most=2),
            Figure("rows: changed, and of photos", expected),
        ]
        return Outcome("W9: rows before photos, 3G", figures, {"up": counts.up, "down": counts.down})


def _with_photos(world: World) -> None:
    (one, *_others) = world.laptops
    world.sync(one)
    one.do("add_photos", visit_id=one.do("visits")[0], count=PHOTOS)


def _head(database: Database) -> int:
    def read(connection: sa.Connection) -> int:
        return int(connection.execute(sa.select(tables.sync_head.c.last_seq)).scalar_one())

    return database.read(read)
