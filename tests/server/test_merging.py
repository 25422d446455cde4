"""Rules R5 and R6 through the server: who had seen what decides, nothing is lost, every loser is listed."""

import pytest

from app.sync.protocol import Op
from server import tables
from tests.server.world import World, back, gone, made, put


@pytest.fixture
def pair(world: World):
    """Ana and Budi, who both have seen an enterprise `PT Laksana`."""
    ana, budi = world.laptop("Ana"), world.laptop("Budi")
    row_id = ana.enterprise()
    ana.pull()
    budi.pull()
    return ana, budi, row_id


def listed(world: World):
    """(field, kind, base, kept, other) of every conflict."""
    return [(c["field"], c["kind"], c["base"], c["kept"], c["other"]) for c in world.conflicts()]


def test_different_fields_of_two_people_meet_without_conflict(world: World, pair):
    ana, budi, row_id = pair
    ana.push(put("enterprise", row_id, name="A"))
    [result] = budi.push(put("enterprise", row_id, sector="garments")).results
    assert (result.status, world.conflicts()) == ("applied", [])


def test_the_later_value_is_on_top_and_the_other_is_listed(world: World, pair):
    ana, budi, row_id = pair
    ana.push(put("enterprise", row_id, name="A"))
    world.clock.move(minutes=1)
    [result] = budi.push(put("enterprise", row_id, name="B")).results
    assert world.value("enterprise", row_id, "name") == "B"
    assert result.status == "conflict"
    assert listed(world) == [("name", "field", '"PT Laksana"', '"B"', '"A"')]
    [conflict] = world.conflicts()
    assert result.conflicts == [conflict["id"]]
    assert (conflict["kept_by"], conflict["other_by"]) == (world.people["Budi"].id, world.people["Ana"].id)
    assert (conflict["kept_at"], conflict["other_at"]) == (world.now, world.now - 60_000)
    assert (conflict["opened_seq"], conflict["resolved_seq"]) == (result.seq, None)


def test_an_earlier_value_that_arrives_later_is_listed(world: World, pair):
    ana, budi, row_id = pair
    late = budi.seal(put("enterprise", row_id, name="B"))
    world.clock.move(minutes=1)
    ana.push(put("enterprise", row_id, name="A"))
    budi.send(late)
    assert world.value("enterprise", row_id, "name") == "A"
    assert listed(world) == [("name", "field", '"PT Laksana"', '"A"', '"B"')]


def test_everybody_is_told_of_a_conflict(world: World, pair):
    ana, budi, row_id = pair
    ana.push(put("enterprise", row_id, name="A"))
    world.clock.move(minutes=1)
    budi.push(put("enterprise", row_id, name="B"))
    [conflict] = [row for row in ana.pull() if row.table == "conflict"]
    assert conflict.values == {
        "tbl": "enterprise", "row_id": row_id, "field": "name", "kind": "field", "base": "PT Laksana",
        "kept": "B", "other": "A", "kept_by": world.people["Budi"].id, "other_by": world.people["Ana"].id,
        "kept_at": world.now, "other_at": world.now - 60_000, "clock_suspect": 0, "opened_seq": conflict.seq,
    }  # fmt: skip
    assert conflict.scope == row_id
    assert conflict.id in {row.id for row in budi.pull()}


def test_who_saw_both_and_closes_settles_it(world: World, pair):
    ana, budi, row_id = pair
    ana.push(put("enterprise", row_id, name="A"))
    budi.push(put("enterprise", row_id, name="B"))
    ana.pull()
    [conflict] = world.conflicts()
    answer = ana.push(put("enterprise", row_id, name="Both"), closes=[conflict["id"]])
    [settled] = world.conflicts()
    assert (settled["resolved_seq"], settled["resolved_by"]) == (answer.results[0].seq, world.people["Ana"].id)
    row = next(row for row in budi.pull() if row.table == "conflict")
    assert (row.seq, row.values["resolved_by"]) == (answer.results[0].seq, world.people["Ana"].id)


def test_a_conflict_can_be_closed_without_a_word(world: World, pair):
    ana, budi, row_id = pair
    ana.push(put("enterprise", row_id, name="A"))
    budi.push(put("enterprise", row_id, name="B"))
    [conflict] = world.conflicts()
    answer = ana.send(ana.seal(closes=[conflict["id"]]), ana.seal(closes=[conflict["id"], ana.new_id()]))
    assert world.conflicts()[0]["resolved_seq"] == answer.results[0].seq
    assert [row["op"] for row in world.rows(tables.change_log)][-2:] == ["close", "close"]
    assert ana.push(closes=[conflict["id"]]).results[0].status == "applied"
    assert world.conflicts()[0]["resolved_seq"] == answer.results[0].seq


def test_closing_and_opening_in_one_batch(world: World, pair):
    ana, budi, row_id = pair
    ana.push(put("enterprise", row_id, name="A"))
    world.clock.move(minutes=1)
    budi.send(
        budi.seal(put("enterprise", row_id, name="B")),
        budi.seal(put("enterprise", row_id, name="A")),
    )
    [conflict] = world.conflicts()
    assert (conflict["opened_seq"], conflict["resolved_seq"]) == (5, 6)


def test_equal_values_are_no_conflict(world: World, pair):
    ana, budi, row_id = pair
    ana.push(put("enterprise", row_id, name="Same"))
    budi.push(put("enterprise", row_id, name="Same"))
    assert world.conflicts() == []


def test_own_values_are_seen_values(world: World, pair):
    ana, _, row_id = pair
    ana.send(*(ana.seal(put("enterprise", row_id, name=name), base=0) for name in "ABC"))
    ana.push(put("enterprise", row_id, name="D"), base=0)
    assert (world.value("enterprise", row_id, "name"), world.conflicts()) == ("D", [])


def test_the_same_laptop_in_another_life_has_not_seen_them(world: World, pair):
    ana, _, row_id = pair
    ana.push(put("enterprise", row_id, name="A"))
    ana.inc, ana.m = 2, 0
    ana.push(put("enterprise", row_id, name="B"))
    assert len(world.conflicts()) == 1


def test_a_field_may_have_a_base_of_its_own(world: World, pair):
    ana, budi, row_id = pair
    ana.push(put("enterprise", row_id, name="A"))
    seen = ana.pull() and ana.cursor
    budi.push(Op(table="enterprise", id=row_id, set={"name": "B"}, bases={"name": seen}))
    assert (world.value("enterprise", row_id, "name"), world.conflicts()) == ("B", [])


def test_a_base_from_the_future_is_no_base(world: World, pair):
    ana, budi, row_id = pair
    sealed = budi.seal(put("enterprise", row_id, name="B"), base=2**60)
    ana.push(put("enterprise", row_id, name="A"))
    budi.send(sealed)
    budi.send(budi.seal(Op(table="enterprise", id=row_id, set={"name": "C"}, bases={"name": 2**62}, life_base=2**63)))
    assert world.value("enterprise", row_id, "name") == "C"


def test_the_base_of_a_conflict_is_what_the_writer_had_seen(world: World, pair):
    ana, budi, row_id = pair
    for name in ("A", "B", "C"):
        ana.push(put("enterprise", row_id, name=name))
    ana.pull()
    ana.push(put("enterprise", row_id, name="D"))
    budi.push(put("enterprise", row_id, name="E"), base=5)
    assert listed(world)[0][2] == '"B"'


def test_lists_are_united_and_notes_appended(world: World, pair):
    ana, budi, enterprise = pair
    group = ana.adds("measurement_group", enterprise_id=enterprise, indicators='["a", "b"]')
    budi.pull()
    ana.push(put("measurement_group", group, indicators='["a", "c"]'), put("enterprise", enterprise, notes="first"))
    [result] = budi.push(
        put("measurement_group", group, indicators='["a", "b", "d"]'), put("enterprise", enterprise, notes="second")
    ).results
    assert result.status == "merged"
    assert world.value("measurement_group", group, "indicators") == '["a", "c", "d"]'
    assert world.value("enterprise", enterprise, "notes") == "first\n\nsecond"
    assert {row.table for row in budi.pull()} >= {"measurement_group", "enterprise"}  # the server made them


def test_what_belongs_together_is_merged_together(world: World, pair):
    ana, budi, enterprise = pair
    visit = ana.visit(enterprise)
    budi.pull()
    budi.push(put("visit", visit, status="finished", finished_at="2026-11-24T08:00:00.000Z", revision=1))
    ana.push(put("visit", visit, status="finished", finished_at="2026-11-24T09:00:00.000Z", revision=1))
    assert world.value("visit", visit, "finished_at") == "2026-11-24T08:00:00.000Z"
    assert {c["field"] for c in world.conflicts()} >= {"finished_at"}


def test_a_delete_that_saw_all_deletes(world: World, pair):
    ana, budi, row_id = pair
    ana.push(gone("enterprise", row_id))
    assert world.is_deleted("enterprise", row_id)
    budi.pull()
    [result] = budi.push(back("enterprise", row_id), put("enterprise", row_id, name="Again")).results
    assert (result.status, world.is_deleted("enterprise", row_id), world.conflicts()) == ("applied", False, [])


def test_a_delete_yields_to_what_it_had_not_seen(world: World, pair):
    ana, budi, row_id = pair
    ana.push(put("enterprise", row_id, name="A"))
    [result] = budi.push(gone("enterprise", row_id)).results
    assert (result.status, world.is_deleted("enterprise", row_id)) == ("conflict", False)
    assert listed(world) == [("*", "delete_vs_edit", '"alive"', '"alive"', '"deleted"')]


def test_an_edit_of_what_was_deleted_unseen_revives(world: World, pair):
    ana, budi, row_id = pair
    ana.push(gone("enterprise", row_id))
    [result] = budi.push(put("enterprise", row_id, name="B")).results
    assert (result.status, world.is_deleted("enterprise", row_id)) == ("conflict", False)
    assert listed(world) == [("*", "edit_after_delete", '"alive"', '"alive"', '"deleted"')]


def test_two_deletes_are_one(world: World, pair):
    ana, budi, row_id = pair
    ana.push(gone("enterprise", row_id))
    budi.push(gone("enterprise", row_id))
    assert (world.is_deleted("enterprise", row_id), world.conflicts()) == (True, [])


def test_deleting_what_nobody_knows_is_parked(world: World):
    """What made the row was put aside; a mark of it would let other work be hung below a row that is not there."""
    ana = world.laptop("Ana")
    row_id = ana.new_id()
    assert ana.push(gone("enterprise", row_id)).results[0].code == "row-missing"
    assert ana.push(made("area", ana.new_id(), enterprise_id=row_id)).results[0].code == "parent-missing"
    assert not world.rows(tables.ENTITIES["enterprise"])


def test_a_natural_key_is_one_row(world: World, pair):
    ana, budi, enterprise = pair
    training = ana.adds("training", starts_on="2026-11-01")
    row_id = ana.new_id()
    for laptop in (ana, budi):
        laptop.push(made("training_enterprise", row_id, training_id=training, enterprise_id=enterprise), base=0)
    assert (len(world.rows(tables.ENTITIES["training_enterprise"])), world.conflicts()) == (1, [])


def test_taking_turns_makes_no_conflict(world: World, pair):
    ana, budi, row_id = pair
    for number in range(10):
        laptop = (ana, budi)[number % 2]
        laptop.pull()
        world.clock.move(days=-1 if number % 3 else 2)
        laptop.push(put("enterprise", row_id, name=str(number)))
    assert (world.value("enterprise", row_id, "name"), world.conflicts()) == ("9", [])
