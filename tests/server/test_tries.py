"""What was tried and undone leaves nothing behind: with every first try thrown away all comes out the same."""

from collections.abc import Callable
from typing import Any, TypeVar

import pytest
import sqlalchemy as sa

from app.sync.protocol import Op
from server import tables
from server.database import Database, Stale, open_database
from tests.server.test_twin_databases import Play
from tests.server.world import Laptop, World, put

T = TypeVar("T")
LATER = "the-epoch-after"


class Unlucky(Database):
    """Undoes the first try of everything that is written."""

    def write(self, work: Callable[[sa.Connection, bool], T]) -> T:
        tries: list[bool] = []

        def tried(connection: sa.Connection, alone: bool) -> T:
            done = work(connection, alone)
            tries.append(alone)
            if len(tries) == 1:
                raise Stale
            return done

        return super().write(tried)


def restore(world: World) -> int:
    """The server goes on in a new epoch, as after a restore; the head at which it begins."""
    [head] = [row["last_seq"] for row in world.rows(tables.sync_head)]
    row = {"tenant_id": world.tenant, "number": 2, "id": LATER, "began_seq": head, "began_ms": world.now}
    world.database.write(lambda connection, _alone: connection.execute(tables.epoch.insert(), row))
    return head


def become_unlucky(world: World) -> None:
    world.database = Unlucky(world.database.engine, pause=lambda _seconds: None)


def test_work_of_an_old_epoch_that_saw_what_is_given_back_is_no_dispute(world: World):
    ana, budi = world.laptop("Ana"), world.laptop("Budi")
    enterprise = ana.enterprise(city="Lima")
    for laptop in (ana, budi):
        laptop.pull()
    become_unlucky(world)
    old, head = ana.epoch, restore(world)
    ana.epoch = budi.epoch = LATER
    lost = Op(table="enterprise", id=enterprise, set={"city": "Lost"}, bases={"city": head + 1})
    budi.push(lost, epoch=old, base=head, recovered=True, lost=head + 1)
    assert world.value("enterprise", enterprise, "city") == "Lost"
    ana.push(put("enterprise", enterprise, city="Ana's"), epoch=old, base=head + 1)
    assert world.value("enterprise", enterprise, "city") == "Ana's"
    assert world.conflicts() == []


class OldWork(Play):
    """After a restore: some of the work is of the old epoch, some is given back."""

    def __init__(self, world: World, seed: int) -> None:
        super().__init__(world, seed)
        self.old = self.laptops[0].epoch

    def mutation(self, laptop: Laptop) -> Any:
        [head] = [row["last_seq"] for row in self.world.rows(tables.sync_head)]
        kind = self.random.random()
        if laptop.epoch == self.old or kind < 0.5:
            return super().mutation(laptop)
        known = {"epoch": self.old, "base": self.random.randint(0, head + 30)}
        if kind < 0.75:
            known |= {"recovered": True, "lost": head + self.random.randint(0, 30)}
        return laptop.seal(*(self.op(laptop) for _ in range(self.random.randint(1, 3))), **known)

    def op(self, laptop: Laptop) -> Op:
        few = self.ids["enterprise"][:2]
        if len(few) < 2 or self.random.random() < 0.3:
            return super().op(laptop)
        return put("enterprise", self.random.choice(few), **self.values("enterprise"))


@pytest.mark.parametrize("seed", range(4))
def test_a_first_try_that_is_thrown_away_changes_nothing(postgres_url, quick_world: World, seed: int):
    unlucky = World(open_database(postgres_url()))
    plays = [OldWork(world, seed) for world in (quick_world, unlucky)]
    become_unlucky(unlucky)
    for count in (40, 80):
        for one, other in zip(*(play.steps(count) for play in plays), strict=True):
            assert one == other
        if count == 40:
            assert restore(quick_world) == restore(unlucky)
    assert quick_world.dump() == unlucky.dump()
    unlucky.database.close()
