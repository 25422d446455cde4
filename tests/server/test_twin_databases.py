"""The same requests to a server on SQLite and to one on PostgreSQL: equal answers, equal rows to the last byte."""

import random
from collections.abc import Iterator

import pytest

from app.models.ids import catalogue_id
from app.sync.protocol import Op, Want
from server.database import open_database
from server.schema import create_schema
from tests.server.world import Laptop, World, back, gone, put

FIELDS = {
    "enterprise": {"name": "tüv x", "code": "A-1", "notes": "line", "sector": "garments", "unheard_of": "new"},
    "visit": {"purpose": "why", "summary": "so", "status": "finished", "finished_at": "2026", "advice": "\U0001f3ed"},
    "assessment": {"moment": "baseline", "notes": "n"},
    "answer": {"value": "yes", "finding": "met", "note": "seen", "evidence": '["photo"]'},
    "measurement_group": {"name": "Line 4", "indicators": '["a", "b"]'},
    "indicator_value": {"value": 0.1, "status": "number", "numerator": 1e-9, "denominator": 3},
    "photo": {"width": 5, "caption": "c", "is_upright": 1},
    "photo_link": {"position": 1},
    "incident": {"status": "open", "what": "w"},
}
PARENTS = {
    "visit": {"enterprise_id": "enterprise"},
    "assessment": {"visit_id": "visit"},
    "answer": {"assessment_id": "assessment"},
    "measurement_group": {"enterprise_id": "enterprise"},
    "indicator_value": {"enterprise_id": "enterprise"},
    "photo_link": {"photo_id": "photo", "answer_id": "answer"},
    "incident": {"enterprise_id": "enterprise"},
}


class Play:
    """What two people do, decided by `random` and by nothing that a server says but its cursors."""

    def __init__(self, world: World, seed: int) -> None:
        self.world, self.random = world, random.Random(seed)
        self.laptops = [world.laptop("Ana"), world.laptop("Budi"), world.laptop("Ana", "second")]
        self.ids: dict[str, list[str]] = {table: [] for table in FIELDS}
        self.ids["checklist"] = [catalogue_id("checklist", "k")]

    def steps(self, count: int) -> Iterator[object]:
        for _ in range(count):
            self.world.clock.move(seconds=self.random.choice([1, 30, 4000]))
            laptop = self.random.choice(self.laptops)
            if self.random.random() < 0.35:
                yield laptop.pull()
            elif laptop.sent and self.random.random() < 0.1:
                yield laptop.send(*laptop.sent[-self.random.randint(1, 5) :])
            else:
                sealed = [self.mutation(laptop) for _ in range(self.random.randint(1, 6))]
                yield laptop.send(*sealed, want=Want(max_bytes=self.random.choice([1, 262_144])))

    def mutation(self, laptop: Laptop):
        skew = self.random.choice([0, 0, -(10**9), 10**9])
        known = {"at": self.world.now + skew, "hlc": (self.world.now + skew) << 16}
        if self.random.random() < 0.3:
            known["base"] = self.random.randint(-1, laptop.cursor + 5)
        if self.random.random() < 0.2:
            known["closes"] = [row["id"] for row in self.world.conflicts()[:2]]
        return laptop.seal(*(self.op(laptop) for _ in range(self.random.randint(0, 3))), **known)

    def op(self, laptop: Laptop) -> Op:
        table = self.random.choice(list(FIELDS))
        ids = self.ids[table]
        if not ids or self.random.random() < 0.3:
            ids.append(laptop.new_id())
            links = {
                name: self.random.choice(self.ids[above] or ["x"]) for name, above in PARENTS.get(table, {}).items()
            }
            return put(table, ids[-1], created_at="2026-11-24T01:12:00.000Z", **links, **self.values(table))
        row_id = self.random.choice(ids)
        kind = self.random.random()
        if kind < 0.15:
            return gone(table, row_id)
        if kind < 0.25:
            return back(table, row_id)
        if kind < 0.27:
            return put(table, row_id, **{next(iter(FIELDS[table])): ["not", "a", "value"][0:1] and 10**30})
        return put(table, row_id, **self.values(table))

    def values(self, table: str):
        chosen = self.random.sample(sorted(FIELDS[table]), self.random.randint(1, len(FIELDS[table])))
        return {name: self._varied(FIELDS[table][name]) for name in chosen}

    def _varied(self, value):
        number = self.random.randint(0, 3)
        if number == 0:
            return None
        if isinstance(value, str):
            return value if value.startswith("[") else f"{value} {number}"
        return value * number


@pytest.mark.parametrize("seed", range(6))
def test_equal_answers_and_equal_rows(postgres_url, seed):
    databases = [open_database("sqlite://"), open_database(postgres_url())]
    create_schema(databases[0])
    first, second = (World(database) for database in databases)
    for one, other in zip(Play(first, seed).steps(100), Play(second, seed).steps(100), strict=True):
        assert one == other
    assert first.dump() == second.dump()
    assert first.conflicts()
    for database in databases:
        database.close()
