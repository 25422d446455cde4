"""Eight laptops write at once on PostgreSQL while one pulls: no sequence is missing, none comes late."""

import random
import threading

import pytest
import sqlalchemy as sa

from app.sync.protocol import Want
from server import tables
from server.database import open_database
from server.log import FIRST_HASH, hash_of
from tests.server.world import Laptop, World, gone, made, put

WRITERS, ROUNDS = 8, 12


class Crowd:
    """Each of the laptops on a database of its own, as in processes of their own."""

    def __init__(self, url: str) -> None:
        self.world = World(open_database(url, pool=12))
        self.url = url
        self.world.database.pause = threading.Event().wait
        self.laptops = [self.world.laptop("Ana", f"d{number}") for number in range(WRITERS)]
        self.shared = [self.laptops[0].enterprise(name=f"E{number}", code=f"C-{number}") for number in range(6)]
        self.visits = [self.laptops[0].visit(self.shared[0]) for _ in range(ROUNDS)]
        for laptop in self.laptops:
            laptop.pull()
        self.together = threading.Barrier(WRITERS, timeout=60)
        self.troubles: list[BaseException] = []

    def write(self, laptop: Laptop, seed: int) -> None:
        chance = random.Random(seed)
        try:
            for number in range(ROUNDS):
                race = laptop.seal(*self.race(chance, seed, self.visits[number]))
                self.together.wait()
                laptop.send(race, want=Want(rows=False))
                laptop.send(*(laptop.seal(*self.ops(chance, seed)) for _ in range(chance.randint(1, 5))))
        except BaseException as error:
            self.troubles.append(error)
            raise

    def race(self, chance: random.Random, seed: int, visit: str):
        """Some delete a visit while others work on it."""
        if seed % 3 == 0:
            yield gone("visit", visit)
        else:
            yield made("visit_person", new_id(chance, seed), visit_id=visit, position="head")

    def ops(self, chance: random.Random, seed: int):
        kind = chance.random()
        if kind < 0.4:
            yield put("enterprise", chance.choice(self.shared), code=f"C-{chance.randint(0, 5)}")
        else:
            for enterprise in chance.sample(self.shared, 3):
                yield put("enterprise", enterprise, name=str(chance.random()))
        yield made("visit", new_id(chance, seed), enterprise_id=chance.choice(self.shared), purpose="p")

    def close(self) -> None:
        self.world.database.close()


def new_id(chance: random.Random, seed: int) -> str:
    return f"{chance.getrandbits(32):08x}-0000-7000-8000-{seed:012x}"


@pytest.fixture
def crowd(postgres_url):
    crowd = Crowd(postgres_url())
    yield crowd
    crowd.close()


def test_what_is_pulled_meanwhile_is_all_there_is(crowd: Crowd):
    puller = crowd.world.laptop("Budi")
    writers = [
        threading.Thread(target=crowd.write, args=(laptop, seed)) for seed, laptop in enumerate(crowd.laptops, start=1)
    ]
    for writer in writers:
        writer.start()
    heads = []
    while any(writer.is_alive() for writer in writers):
        rows = puller.pull()
        assert [row.seq for row in rows] == sorted(row.seq for row in rows)
        heads.append(puller.cursor)
    for writer in writers:
        writer.join()
    puller.pull()
    assert crowd.troubles == []
    assert heads == sorted(heads)
    assert len(set(heads)) > 3
    check_log(crowd.world)
    check_pulled(crowd.world, puller)
    check_families(crowd.world)


def check_log(world: World) -> None:
    """No gap, one chain, and every result names a sequence of the log."""
    log = world.rows(tables.change_log)
    head = world.rows(tables.sync_head)[0]
    assert sorted({row["seq"] for row in log}) == list(range(1, head["last_seq"] + 1))
    last = FIRST_HASH
    for row in log:
        assert row["prev_hash"] == last
        last = hash_of(row)
    assert head["last_hash"] == last
    taken = [row["seq"] for row in world.rows(tables.mutation_result) if row["status"] not in ("rejected", "parked")]
    assert len(taken) == len(set(taken))
    for laptop in world.rows(tables.device):
        own = [row["seq"] for row in world.rows(tables.mutation_result, device_id=laptop["id"])]
        assert own == sorted(own)


def check_pulled(world: World, puller: Laptop) -> None:
    """What was pulled bit by bit is what a fresh laptop gets at once, and what the sums are of."""
    fresh = world.laptop("Budi", "fresh")
    fresh.pull()
    assert puller.rows == fresh.rows
    digests = [row["digest"] for row in world.rows(tables.sync_row) if row["tbl"] in tables.ENTITIES]
    assert world.rows(tables.sync_head)[0]["sums"] == sum(digests)


def check_families(world: World) -> None:
    """Work and the deletion of what it hangs on never passed each other unseen; two of one code are told."""
    codes = world.database.read(
        lambda c: c.execute(sa.select(tables.ENTITIES["enterprise"].c.id, tables.ENTITIES["enterprise"].c.code)).all()
    )
    pairs = {frozenset((a, b)) for a, code in codes for b, other in codes if a < b and code == other}
    told = {
        frozenset((row["row_id"], row["other"].strip('"')))
        for row in world.conflicts(kind="duplicate")
        if row["resolved_seq"] is None
    }
    assert pairs == told
    people = world.rows(tables.ENTITIES["visit_person"])
    for visit in {row["visit_id"] for row in people}:
        assert not world.is_deleted("visit", visit)
