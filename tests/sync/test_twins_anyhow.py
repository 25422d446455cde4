"""Three people work on two enterprises that are one, and settle that as chance has it: no visit is lost, all agree."""

from random import Random

import pytest

from app.errors import Conflict, NotAllowed
from app.fieldwork.undo import undo
from app.models.rows import list_rows
from app.sync.conflicts import keep, list_differences
from app.sync.twins import make_one
from tests.sync.drills import shown, sums_agree, sync_all

PLACE = {"country": "ID", "code": "A-1"}
FIGURE = {"indicator": "absenteeism", "role": "monthly"}
ROUNDS = 40


class Run:
    def __init__(self, seed, laptops):
        self.random, self.laptops = Random(seed), laptops
        self.enterprises = [laptops[n].add("enterprise", name=f"Place {n}", **PLACE) for n in range(2)]
        self.visits = set()
        self.are_two = False  # somebody said so
        sync_all(*laptops)

    def go(self):
        deeds = [self.visit, self.visit, self.figure, self.figure, self.write, self.one, self.one, self.two]
        for _ in range(ROUNDS):
            laptop = self.random.choice(self.laptops)
            laptop.clock.move(seconds=1)
            self.random.choice([*deeds, self.sync, self.sync, self.sync])(laptop)

    def sync(self, laptop):
        laptop.sync()

    def visit(self, laptop):
        if enterprise := self.here(laptop):
            self.visits.add(laptop.add("visit", enterprise_id=enterprise, purpose=f"Visit {len(self.visits)}"))

    def figure(self, laptop):
        if enterprise := self.here(laptop):
            period = self.random.choice(["2026-09", "2026-10"])
            laptop.add("indicator_value", enterprise_id=enterprise, period=period, value=self.random.random(), **FIGURE)

    def write(self, laptop):
        if visits := laptop.db.conn.execute("SELECT id FROM visit WHERE binned_at IS NULL ORDER BY id").fetchall():
            laptop.write("visit", self.random.choice(visits)[0], summary=f"Seen {self.random.random()}")

    def one(self, laptop):
        for found in self.pairs(laptop)[:1]:
            kept = [row_id for row_id in found.pair if laptop.read("enterprise", row_id)]
            make_one(laptop.db, laptop.by, found.id, self.random.choice(kept))
            if self.random.random() < 0.2:
                self.undo(laptop)

    def undo(self, laptop):
        try:
            undo(laptop.db, laptop.by)
        except (Conflict, NotAllowed):
            return

    def two(self, laptop):
        if self.random.random() < 0.1:
            for found in self.pairs(laptop)[:1]:
                self.are_two = True
                keep(laptop.db, laptop.by, found.id)

    def here(self, laptop):
        there = [row_id for row_id in self.enterprises if laptop.read("enterprise", row_id)]
        return self.random.choice(there) if there else None

    def pairs(self, laptop):
        found = [one for one in list_differences(laptop.db, laptop.by) if one.pair]
        return [one for one in found if any(laptop.read("enterprise", row_id) for row_id in one.pair)]

    def settle(self):
        """All that is asked about the two is answered, by one and by the other."""
        for turn in range(10):
            sync_all(*self.laptops)
            laptop = self.laptops[turn % len(self.laptops)]
            found = self.pairs(laptop)
            if not found:
                return
            kept = min(row_id for row_id in found[0].pair if laptop.read("enterprise", row_id))
            make_one(laptop.db, laptop.by, found[0].id, kept)
        raise AssertionError([(one.kind, one.pair) for one in self.pairs(self.laptops[0])])


@pytest.mark.parametrize("seed", range(12))
def test_no_visit_is_lost_and_all_agree(server, make_laptop, seed):
    laptops = [make_laptop(name) for name in ("Ana", "Budi", "Cleo")]
    run = Run(seed, laptops)
    run.go()
    run.settle()
    first = laptops[0]
    assert all(shown(laptop) == shown(first) for laptop in laptops)
    assert all(laptop.is_clean for laptop in laptops)
    assert sums_agree(server, *laptops)
    alive = {row["id"] for row in list_rows(first.db, "enterprise")}
    there = {row["id"] for row in list_rows(first.db, "visit") if row["enterprise_id"] in alive}
    assert there == run.visits
    assert len(alive) == 1 or run.are_two
