"""What laptops give back to a restored server is judged as strictly as any other work."""

import pytest

from app.sync.merge import LIFE
from app.sync.protocol import CONFLICT, Op
from server import tables
from tests.server.world import Laptop, World, made, put

LOST = {"recovered": True, "epoch": "lost-epoch", "base": 0, "lost": 9}
ID, ROW = "0190a1b2-0000-7000-8000-000000000001", "0190a1b2-0000-7000-8000-000000000002"
DISPUTE = {
    "tbl": "enterprise", "row_id": ROW, "field": "city", "kind": "field", "base": None, "kept": "Lima",
    "other": "Cusco", "kept_by": "a", "other_by": "b", "kept_at": 2_000, "other_at": 1_000,
}  # fmt: skip


def given_back(laptop: Laptop, conflict_id: str = ID, **changed):
    return laptop.push(Op(table=CONFLICT, id=conflict_id, set=DISPUTE | changed), **LOST).results[0]


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({"conflict_id": "x"}, "invalid-id", ""),
        ({"row_id": "x"}, "invalid-id", ""),
        ({"row_id": None}, "invalid-id", ""),
        ({"tbl": "DROP TABLE"}, "invalid-field", ""),
        ({"field": None}, "invalid-field", ""),
        ({"kind": 5}, "invalid-field", ""),
        ({"kept": "a\x00b"}, "invalid-value", "kept"),
        ({"other": 2**63}, "invalid-value", "other"),
        ({"kept_by": 5}, "invalid-value", "kept_by"),
        ({"kept_at": "soon"}, "invalid-value", "kept_at"),
        ({"a b": "\x00"}, "invalid-value", ""),
    ],
)
def test_a_conflict_that_can_not_be_one_is_put_aside(quick_world: World, changed, code, field):
    said = given_back(quick_world.laptop("Ana"), **changed)
    assert (said.status, said.code, said.table, said.field) == ("rejected", code, CONFLICT, field)
    assert quick_world.conflicts() == []
    assert [kept["code"] for kept in quick_world.rows(tables.mutation_quarantine)] == [code]


def test_a_conflict_about_a_life_has_no_field(quick_world: World):
    assert given_back(quick_world.laptop("Ana"), field=LIFE, kind="child_of_deleted").status == "applied"
    assert [conflict["field"] for conflict in quick_world.conflicts()] == [LIFE]


def test_a_conflict_about_a_row_that_nobody_touches_goes_where_the_row_is_seen(world: World):
    ana = world.laptop("Ana")
    enterprise = ana.enterprise(city="Lima")
    visit = ana.visit(enterprise)
    assert given_back(ana, tbl="visit", row_id=visit, field="summary").status == "applied"
    [row] = [row for row in world.laptop("Budi", "d9").pull() if row.table == CONFLICT]
    assert (row.id, row.scope, row.values["row_id"]) == (ID, enterprise, visit)
    assert world.open_conflicts() == ["visit.summary field"]


def test_a_conflict_is_given_back_once_and_settled_by_who_saw_it_settled(world: World):
    ana = world.laptop("Ana")
    enterprise = ana.enterprise(city="Lima")
    for _ in range(2):
        given_back(ana, row_id=enterprise)
    assert world.open_conflicts() == ["enterprise.city field"]
    given_back(ana, row_id=enterprise, resolved_by="b")
    given_back(ana, row_id=enterprise)
    assert (world.open_conflicts(), len(world.conflicts())) == ([], 1)


def test_a_conflict_given_back_is_settled_by_the_next_who_saw_it(world: World):
    ana = world.laptop("Ana")
    enterprise = ana.enterprise(city="Lima")
    given_back(ana, row_id=enterprise)
    budi = world.laptop("Budi")
    budi.pull()
    budi.push(put("enterprise", enterprise, city="Cusco"))
    assert world.open_conflicts() == []


@pytest.mark.parametrize("other", [ROW, "PT Laksana", 5, None])
def test_two_of_one_code_of_which_one_is_not_here_hinder_nobody(world: World, other):
    ana, budi = world.laptop("Ana"), world.laptop("Budi")
    enterprise = ana.enterprise(code="C-1")
    about = {"row_id": enterprise, "field": "code", "kind": "duplicate", "kept": "C-1"}
    assert given_back(ana, **about, other=other).status == "applied"
    budi.pull()
    [said] = budi.push(put("enterprise", enterprise, code="C-2")).results
    assert said.status == "applied"
    assert world.open_conflicts() == ([] if other == ROW else ["enterprise.code duplicate"])
    twin = ana.new_id()
    ana.push(made("enterprise", twin, code="C-2"))
    told = [c["other"].strip('"') for c in world.conflicts() if c["row_id"] == twin and c["resolved_seq"] is None]
    assert told == [enterprise]
