"""Rows below and above: work below what somebody deleted is not buried, scopes follow the links."""

import pytest

from server import tables
from server.moves import ROWS_AT_ONCE
from tests.server.test_writers import check_log, check_pulled
from tests.server.world import World, back, gone, made, put


@pytest.fixture
def pair(world: World):
    """Ana and Budi, who both have seen an enterprise with a visit, an assessment and an answer."""
    ana, budi = world.laptop("Ana"), world.laptop("Budi")
    enterprise = ana.enterprise()
    visit = ana.visit(enterprise)
    checklist = ana.adds("checklist", key="k", title="T", version="1")
    assessment = ana.adds("assessment", visit_id=visit, checklist_id=checklist)
    answer = ana.adds("answer", assessment_id=assessment, item="q1")
    ana.pull()
    budi.pull()
    return ana, budi, {"enterprise": enterprise, "visit": visit, "assessment": assessment, "answer": answer}


def test_scopes_follow_the_links(world: World, pair):
    ana, _, ids = pair
    photo = ana.adds("photo", file_name="a.jpg")
    link = ana.adds("photo_link", photo_id=photo, answer_id=ids["answer"])
    training = ana.adds("training", starts_on="2026-11-01")
    session = ana.adds("session", training_id=training, visit_id=ids["visit"], topic="5S")
    found = scopes(world)
    assert {found[row_id] for row_id in (*ids.values(), link, session)} == {ids["enterprise"]}
    assert found[photo] == found[training] == found[world.people["Ana"].id] == ""


def test_a_row_that_moves_changes_its_scope(world: World, pair):
    ana, _, ids = pair
    other = ana.enterprise(name="Other")
    ana.push(put("visit", ids["visit"], enterprise_id=other))
    assert world.rows(tables.sync_row, tbl="visit")[0]["scope_id"] == other


def scopes(world: World) -> dict[str, str]:
    return {row["row_id"]: row["scope_id"] for row in world.rows(tables.sync_row)}


def test_what_is_below_a_row_that_moves_goes_with_it(world: World, pair):
    ana, budi, ids = pair
    other = ana.enterprise(name="Other")
    person = ana.adds("visit_person", visit_id=ids["visit"], position="head")
    gone_person = ana.adds("visit_person", visit_id=ids["visit"], position="clerk")
    ana.push(gone("visit_person", gone_person))
    budi.pull()
    answer = ana.push(put("visit", ids["visit"], enterprise_id=other))
    follow = {ids["assessment"], ids["answer"], person}
    assert {scopes(world)[row_id] for row_id in (*follow, ids["visit"])} == {other}
    told = {row.id: row for row in budi.pull()}
    assert (told.keys(), {row.scope for row in told.values()}) == (follow | {ids["visit"]}, {other})
    assert {told[row_id].seq for row_id in follow} == {answer.head}
    assert told[person].values["position"] == "head"
    ana.push(put("visit", ids["visit"], enterprise_id=other, purpose="again"))
    assert [row.id for row in budi.pull()] == [ids["visit"]]
    check_log(world)
    check_pulled(world, budi)


@pytest.mark.parametrize("at_once", [True, False])
def test_what_was_added_before_the_enterprise_was_chosen_goes_to_it(world: World, pair, at_once):
    ana, budi, ids = pair
    visit, person = ana.new_id(), ana.new_id()
    work = [
        ana.seal(made("visit", visit, kind="follow_up")),
        ana.seal(made("visit_person", person, visit_id=visit, position="head")),
        ana.seal(put("visit", visit, enterprise_id=ids["enterprise"])),
    ]
    for part in [work] if at_once else [[one] for one in work]:
        assert {result.status for result in ana.send(*part).results} == {"applied"}
    assert scopes(world)[visit] == scopes(world)[person] == ids["enterprise"]
    budi.pull()
    check_log(world)
    check_pulled(world, budi)


def test_more_rows_than_fit_into_a_page_go_under_several_sequences(quick_world: World):
    ana, budi = quick_world.laptop("Ana"), quick_world.laptop("Budi")
    visit = ana.visit(ana.enterprise())
    people = [ana.new_id() for _ in range(2 * ROWS_AT_ONCE + 1)]
    ana.push(*(made("visit_person", person, visit_id=visit) for person in people))
    budi.pull()
    other = ana.enterprise(name="Other")
    ana.push(put("visit", visit, enterprise_id=other))
    told = [row.seq for row in budi.pull() if row.table == "visit_person"]
    assert [told.count(seq) for seq in sorted(set(told))] == [ROWS_AT_ONCE, ROWS_AT_ONCE, 1]
    check_log(quick_world)


def test_what_is_brought_back_comes_to_where_its_parent_is(world: World, pair):
    ana, _, ids = pair
    other = ana.enterprise(name="Other")
    ana.push(gone("answer", ids["answer"]))
    ana.push(put("visit", ids["visit"], enterprise_id=other))
    assert scopes(world)[ids["answer"]] == ids["enterprise"]
    ana.push(back("answer", ids["answer"]))
    assert scopes(world)[ids["answer"]] == other


def test_a_new_child_keeps_its_parent(world: World, pair):
    ana, budi, ids = pair
    budi.visit(ids["enterprise"])
    [result] = ana.push(gone("enterprise", ids["enterprise"])).results
    assert result.status == "conflict"
    assert not world.is_deleted("enterprise", ids["enterprise"])
    assert world.open_conflicts() == ["enterprise.* delete_vs_child"]


@pytest.mark.parametrize("above", ["enterprise", "visit", "assessment"])
def test_work_at_any_depth_keeps_what_is_above(world: World, pair, above):
    ana, budi, ids = pair
    budi.push(put("answer", ids["answer"], value="yes"))
    ana.push(gone(above, ids[above]))
    assert not world.is_deleted(above, ids[above])


@pytest.mark.parametrize("above", ["enterprise", "visit", "assessment"])
def test_work_at_any_depth_brings_back_what_was_deleted_above(world: World, pair, above):
    ana, budi, ids = pair
    ana.push(gone(above, ids[above]))
    assert world.is_deleted(above, ids[above])
    [result] = budi.push(put("answer", ids["answer"], value="yes")).results
    assert result.status == "conflict"
    assert not world.is_deleted(above, ids[above])
    assert world.open_conflicts() == [f"{above}.* child_of_deleted"]
    assert ids[above] in {row.id for row in ana.pull()}
    assert ids[above] not in {row.id for row in budi.pull() if row.deleted}


def test_everything_above_comes_back(world: World, pair):
    ana, budi, ids = pair
    ana.push(*(gone(table, ids[table]) for table in ("answer", "assessment", "visit", "enterprise")))
    budi.push(put("answer", ids["answer"], value="yes"))
    assert not any(world.is_deleted(table, row_id) for table, row_id in ids.items())
    assert len(world.open_conflicts()) == 4


def test_what_was_seen_below_goes_with_it(world: World, pair):
    ana, budi, ids = pair
    budi.push(put("answer", ids["answer"], value="yes"))
    ana.pull()
    ana.push(gone("visit", ids["visit"]))
    assert (world.is_deleted("visit", ids["visit"]), world.conflicts()) == (True, [])


def test_own_work_below_is_seen(world: World, pair):
    ana, _, ids = pair
    ana.send(ana.seal(put("answer", ids["answer"], value="yes")), ana.seal(gone("visit", ids["visit"])))
    assert (world.is_deleted("visit", ids["visit"]), world.conflicts()) == (True, [])


def test_deleted_work_below_keeps_nothing(world: World, pair):
    ana, budi, ids = pair
    budi.push(gone("answer", ids["answer"]))
    ana.push(gone("visit", ids["visit"]))
    assert (world.is_deleted("visit", ids["visit"]), world.conflicts()) == (True, [])


def test_who_knew_of_the_delete_brings_nothing_back(world: World, pair):
    ana, budi, ids = pair
    ana.push(gone("visit", ids["visit"]))
    budi.pull()
    budi.push(put("answer", ids["answer"], value="yes"))
    assert (world.is_deleted("visit", ids["visit"]), world.conflicts()) == (True, [])


def test_a_link_does_not_bring_a_photo_back(world: World, pair):
    ana, budi, ids = pair
    photo = ana.adds("photo", file_name="a.jpg")
    budi.pull()
    ana.pull()
    ana.push(gone("photo", photo))
    results = budi.send(
        budi.seal(made("photo_link", budi.new_id(), photo_id=photo, visit_id=ids["visit"])),
        budi.seal(made("photo_link", budi.new_id(), photo_id=photo, answer_id=ids["answer"])),
    ).results
    assert [result.status for result in results] == ["conflict", "applied"]
    assert world.is_deleted("photo", photo)
    assert world.open_conflicts() == ["photo.* child_of_deleted"]


def test_a_link_does_not_keep_a_photo_either(world: World, pair):
    ana, budi, ids = pair
    photo = ana.adds("photo", file_name="a.jpg")
    ana.pull()
    budi.adds("photo_link", photo_id=photo, visit_id=ids["visit"])
    [result] = ana.push(gone("photo", photo)).results
    assert (result.status, world.is_deleted("photo", photo)) == ("conflict", True)
    assert world.open_conflicts() == ["photo.* child_of_deleted"]


def test_a_mark_on_a_photo_keeps_it(world: World, pair):
    ana, budi, ids = pair
    photo = ana.adds("photo", file_name="a.jpg")
    budi.adds("photo_link", photo_id=photo, visit_id=ids["visit"])
    budi.adds("annotation", photo_id=photo, kind="arrow", shape="[]")
    ana.push(gone("photo", photo), base=0)
    assert not world.is_deleted("photo", photo)


def test_two_enterprises_of_one_code_are_told(world: World):
    ana, budi = world.laptop("Ana"), world.laptop("Budi")
    first = ana.enterprise(code="A-1")
    second = budi.new_id()
    [result] = budi.push(made("enterprise", second, code="A-1")).results
    assert result.status == "conflict"
    [conflict] = world.conflicts()
    assert (conflict["row_id"], conflict["field"], conflict["kind"]) == (second, "code", "duplicate")
    assert (conflict["kept"], conflict["other"]) == ('"A-1"', f'"{first}"')
    assert (conflict["kept_by"], conflict["other_by"]) == (world.people["Budi"].id, world.people["Ana"].id)


def test_two_of_one_batch_are_told_once(world: World):
    ana = world.laptop("Ana")
    ids = [ana.new_id(), ana.new_id()]
    ana.send(*(ana.seal(made("enterprise", row_id, code="A-1")) for row_id in ids))
    [conflict] = world.conflicts()
    assert (conflict["row_id"], conflict["other"]) == (ids[1], f'"{ids[0]}"')


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("how", ["renamed", "emptied", "deleted"])
def test_a_duplicate_is_settled_when_either_changes(world: World, which, how):
    ana = world.laptop("Ana")
    ids = [ana.new_id(), ana.new_id()]
    ana.send(*(ana.seal(made("enterprise", row_id, code="A-1")) for row_id in ids))
    ana.push(put("enterprise", ids[which], name="Other"))
    assert world.open_conflicts() == ["enterprise.code duplicate"]
    changed = {
        "renamed": put("enterprise", ids[which], code="A-2"),
        "emptied": put("enterprise", ids[which], code=None),
    }
    ana.push(changed.get(how) or gone("enterprise", ids[which]))
    assert world.open_conflicts() == []


def test_a_duplicate_that_is_changed_and_changed_back_at_once_is_the_same(world: World):
    ana = world.laptop("Ana")
    ids = [ana.enterprise(code="A-1"), ana.new_id()]
    ana.push(made("enterprise", ids[1], code="A-1"))
    before = [conflict["id"] for conflict in world.conflicts()]
    ana.send(*(ana.seal(put("enterprise", ids[1], code=code)) for code in ("A-2", "A-1")))
    assert [conflict["id"] for conflict in world.conflicts()] == before
    assert world.open_conflicts() == ["enterprise.code duplicate"]


def test_codes_of_deleted_enterprises_are_free(world: World):
    ana = world.laptop("Ana")
    ana.push(gone("enterprise", ana.enterprise(code="A-1")))
    ana.enterprise(code="A-1")
    assert world.conflicts() == []


def test_a_duplicate_that_is_back_is_told_anew(world: World):
    ana = world.laptop("Ana")
    ids = [ana.enterprise(code="A-1"), ana.enterprise(code="A-2")]
    for code in ("A-1", "A-2", "A-1"):
        ana.push(put("enterprise", ids[1], code=code))
    assert [conflict["resolved_seq"] is None for conflict in world.conflicts()].count(True) == 1
    assert len(world.conflicts()) == 2
