"""What a person settles, and how: keep, take, edit both."""

from dataclasses import replace

import pytest

from app.errors import Invalid, NotAllowed, NotFound
from app.fieldwork.answers import answer_item, begin_assessment, checklist_of
from app.fieldwork.catalogues import load_catalogues, newest_checklist_id
from app.fieldwork.today import today
from app.fieldwork.undo import redo, undo
from app.models.disputes import disputes_with, open_disputes
from app.models.rows import bin_row, change_row, find_row, get_row, save_row
from app.sync.conflicts import edit_both, get_difference, keep, list_differences, list_settled, take
from tests.disputes import make_colleague, make_dispute
from tests.factories import make_enterprise, make_improvement, make_visit


@pytest.fixture
def enterprise(db, by):
    return make_enterprise(db, by, "PT Laksana", city="Solo")


@pytest.fixture
def dispute(db, by, enterprise):
    """Siti wrote Semarang while this device said Solo, which is on top."""
    siti = make_colleague(db)
    return make_dispute(
        db, "enterprise", enterprise, "city", ("Lima", "Solo", "Semarang"), kept_by=by.user_id, other_by=siti
    )


def closings(db):
    rows = db.conn.execute("SELECT row_id, grp, user_id, seen FROM sync_capture WHERE kind = 'close' ORDER BY cid")
    return rows.fetchall()


def settle_on_server(db, dispute_id, *, by=None):
    db.conn.execute(
        "UPDATE sync_conflict SET resolved_seq = 90, resolved_by = ?, closing = 0 WHERE id = ?", (by, dispute_id)
    )


def test_a_difference_says_what_who_and_where(db, by, enterprise, dispute):
    (found,) = list_differences(db, by)
    (part,) = found.parts
    assert (part.name, part.about.label, part.base, part.kept, part.other) == (
        "city",
        "City",
        "Lima",
        "Solo",
        "Semarang",
    )
    assert part.now == "Solo"
    assert (found.kept_by.name, found.kept_by.is_mine) == ("Trainer", True)
    assert (found.other_by.name, found.other_by.is_mine) == ("Siti", False)
    assert found.kept_by.at > found.other_by.at
    assert (found.where.enterprise, found.where.visit) == ("PT Laksana", None)
    assert found.is_open
    assert not found.is_clock_suspect
    assert not found.is_about_life
    assert get_difference(db, by, dispute) == found


def test_the_question_the_visit_and_the_enterprise_are_named(db, by):
    load_catalogues(db, by.clock)
    visit = make_visit(db, by, make_enterprise(db, by, "Andina"))
    assessment = begin_assessment(db, by, visit, newest_checklist_id(db, "osh"), moment="interim")
    item = next(one for one in checklist_of(db, assessment).items if one.is_assessed)
    answer = answer_item(db, by, assessment, item.id, "yes")
    make_dispute(db, "answer", answer, "note", (None, "seen", "not seen"), suspect=True)
    (found,) = list_differences(db, by)
    assert found.where.enterprise == "Andina"
    assert found.where.visit.id == visit
    assert found.where.question == item.label
    assert found.where.item.id == item.id
    assert found.is_clock_suspect
    assert (found.kept_by.name, found.kept_by.is_mine) == ("", False)


def test_an_improvement_is_named_and_links_too(db, by):
    area = save_row(db, by, "area", {"enterprise_id": make_enterprise(db, by), "name": "Sewing"})
    visit = make_visit(db, by)
    improvement = make_improvement(db, by, visit, "Mark the walkways")
    make_dispute(db, "improvement", improvement, "area_id", (None, area, "gone"))
    (found,) = list_differences(db, by)
    assert found.where.title == "Mark the walkways"
    assert found.parts[0].names == {area: "Sewing", "gone": ""}


def test_what_is_not_here_is_named_by_its_table(db, by):
    make_dispute(db, "enterprise", "0190cccc-0000-7000-8000-000000000001", "city", (None, "a", "b"))
    make_dispute(db, "wages", "0190cccc-0000-7000-8000-000000000002", "basis", (None, 1, 2), opened=41)
    newer, missing = list_differences(db, by)
    assert (newer.where.table, newer.where.is_here, newer.parts[0].about) == ("wages", False, None)
    assert (missing.where.table, missing.where.is_here, missing.parts[0].now) == ("enterprise", False, None)
    for one in (newer, missing):
        with pytest.raises(NotFound):
            take(db, by, one.id)
        keep(db, by, one.id)
    assert list_differences(db, by) == []


def test_a_question_of_a_checklist_that_is_not_here_has_its_permanent_name(db, by):
    load_catalogues(db, by.clock)
    assessment = begin_assessment(db, by, make_visit(db, by), newest_checklist_id(db, "osh"), moment="interim")
    answer = save_row(db, by, "answer", {"assessment_id": assessment, "item": "of_tomorrow", "value": "1"})
    make_dispute(db, "answer", answer, "value", (None, "1", "2"))
    (found,) = list_differences(db, by)
    assert found.where.question.in_language("en") == "of_tomorrow"
    assert found.where.item is None


def test_incidents_are_shown_to_nobody(db, by, enterprise):
    make_dispute(db, "incident", enterprise, "status", ("open", "reported", "closed"))
    assert list_differences(db, by) == []
    assert today(db, by.clock.today()).conflicts == 0


def test_keep_closes_and_writes_nothing(db, by, enterprise, dispute):
    before = db.conn.execute("SELECT count(*) FROM history").fetchone()
    keep(db, by, dispute)
    assert list_differences(db, by) == []
    assert get_row(db, "enterprise", enterprise)["city"] == "Solo"
    assert db.conn.execute("SELECT count(*) FROM history").fetchone() == before
    ((closed, _grp, user, seen),) = closings(db)
    assert (closed, user, seen) == (dispute, by.user_id, 0)


def test_settling_twice_closes_once(db, by, dispute):
    keep(db, by, dispute)
    keep(db, by, dispute)
    assert len(closings(db)) == 1


def test_take_writes_the_other_value_in_the_same_group(db, by, enterprise, dispute):
    take(db, by, dispute)
    assert get_row(db, "enterprise", enterprise)["city"] == "Semarang"
    captured = db.conn.execute("SELECT kind FROM sync_capture WHERE grp = ? ORDER BY cid", (closings(db)[0][1],))
    assert [row[0] for row in captured] == ["close", "upd"]


def test_what_is_taken_is_said_also_when_it_is_shown_already(db, by, enterprise):
    """One's own value that is not confirmed lies over the other's, which the server keeps and would show soon."""
    one = make_dispute(db, "enterprise", enterprise, "city", ("Lima", "Semarang", "Solo"))
    assert get_row(db, "enterprise", enterprise)["city"] == "Solo"
    take(db, by, one)
    captured = db.conn.execute("SELECT kind, vals FROM sync_capture WHERE grp = ? ORDER BY cid", (closings(db)[0][1],))
    assert [tuple(row) for row in captured] == [("close", None), ("upd", '{"city": "Solo"}')]


def test_edit_both_writes_what_was_made_of_the_two(db, by, enterprise, dispute):
    edit_both(db, by, dispute, {"city": "Solo and Semarang"})
    assert get_row(db, "enterprise", enterprise)["city"] == "Solo and Semarang"
    assert len(closings(db)) == 1


def test_a_value_that_cannot_be_taken_settles_nothing(db, by, enterprise, dispute):
    for wrong in ({"city": "two\nlines"}, {"sector": "Food"}):
        with pytest.raises(Invalid):
            edit_both(db, by, dispute, wrong)
    assert closings(db) == []
    assert [one.id for one in list_differences(db, by)] == [dispute]


def test_the_base_is_what_was_seen_when_the_difference_was_shown(db, by, enterprise, dispute):
    db.conn.execute("UPDATE sync_state SET cursor = 50")
    take(db, replace(by, seen=40), dispute)
    assert {
        row[0] for row in db.conn.execute("SELECT seen FROM sync_capture WHERE grp = (SELECT max(grp) FROM history)")
    } == {40}


def test_undo_takes_the_value_back_and_leaves_the_difference_settled(db, by, enterprise, dispute):
    """Whether it was sent already makes no difference: an undo is one more edit."""
    take(db, by, dispute)
    undo(db, by)
    assert get_row(db, "enterprise", enterprise)["city"] == "Solo"
    assert list_differences(db, by) == []
    assert [one.id for one in list_settled(db, by)] == [dispute]
    assert len(closings(db)) == 1
    redo(db, by)
    assert get_row(db, "enterprise", enterprise)["city"] == "Semarang"


def test_what_was_not_chosen_can_be_taken_from_the_settled_ones(db, by, enterprise, dispute):
    keep(db, by, dispute)
    (settled,) = list_settled(db, by)
    assert (settled.is_open, settled.settled_by) == (False, "Trainer")
    settle_on_server(db, dispute, by=make_colleague(db, "Budi"))
    (settled,) = list_settled(db, by)
    assert settled.settled_by == "Budi"
    take(db, by, dispute)
    assert get_row(db, "enterprise", enterprise)["city"] == "Semarang"
    assert len(closings(db)) == 1


def test_fields_that_belong_together_are_settled_together(db, by):
    load_catalogues(db, by.clock)
    assessment = begin_assessment(db, by, make_visit(db, by), newest_checklist_id(db, "osh"), moment="interim")
    item = next(one for one in checklist_of(db, assessment).items if one.is_assessed)
    answer = answer_item(db, by, assessment, item.id, "yes")
    finding = make_dispute(db, "answer", answer, "finding", (None, "met", "finding"))
    value = make_dispute(db, "answer", answer, "value", (None, "yes", "no"))
    note = make_dispute(db, "answer", answer, "note", (None, "a", "b"))
    assert sorted(len(one.ids) for one in list_differences(db, by)) == [1, 2]
    assert today(db, by.clock.today()).conflicts == 2
    assert [one.field for one in disputes_with(db, finding)] == ["value", "finding"]
    take(db, by, finding)
    assert {one[0] for one in closings(db)} == {finding, value}
    row = get_row(db, "answer", answer)
    assert (row["value"], row["finding"]) == ("no", "finding")
    assert [one.id for one in list_differences(db, by)] == [note]


def test_an_answer_is_judged_anew_when_both_are_edited(db, by):
    load_catalogues(db, by.clock)
    assessment = begin_assessment(db, by, make_visit(db, by), newest_checklist_id(db, "osh"), moment="interim")
    item = next(one for one in checklist_of(db, assessment).items if one.is_assessed)
    answer = answer_item(db, by, assessment, item.id, "yes")
    value = make_dispute(db, "answer", answer, "value", (None, "yes", "na"))
    edit_both(db, by, value, {"value": "no"})
    assert get_row(db, "answer", answer)["finding"] == "finding"
    again = make_dispute(db, "answer", answer, "value", ("no", "no", None), opened=50)
    take(db, by, again)
    assert get_row(db, "answer", answer)["value"] is None
    alone = make_dispute(db, "answer", answer, "finding", (None, None, "met"), opened=60)
    take(db, by, alone)
    assert get_row(db, "answer", answer)["finding"] == "met"


def test_a_life_is_kept_or_goes_to_the_bin(db, by, enterprise):
    kept = make_dispute(db, "enterprise", enterprise, "*", ("alive", "alive", "deleted"), kind="delete_vs_edit")
    (found,) = list_differences(db, by)
    assert found.is_about_life
    assert found.kind == "delete_vs_edit"
    with pytest.raises(NotAllowed) as refused:
        edit_both(db, by, kept, {})
    assert refused.value.reason == "life-is-kept-or-not"
    keep(db, by, kept)
    assert find_row(db, "enterprise", enterprise)
    taken = make_dispute(
        db, "enterprise", enterprise, "*", ("alive", "alive", "deleted"), kind="edit_after_delete", opened=50
    )
    take(db, by, taken)
    assert find_row(db, "enterprise", enterprise) is None
    undo(db, by)
    assert find_row(db, "enterprise", enterprise)


def test_what_is_in_the_bin_already_stays_there(db, by, enterprise, dispute):
    bin_row(db, by, "enterprise", enterprise)
    life = make_dispute(db, "enterprise", enterprise, "*", ("alive", "alive", "deleted"), opened=50)
    take(db, by, life)
    with pytest.raises(NotAllowed) as refused:
        take(db, by, dispute)
    assert refused.value.reason == "in-the-bin"
    assert [one.where.is_binned for one in list_differences(db, by)] == [True]
    missing = make_dispute(db, "enterprise", "0190cccc-0000-7000-8000-000000000009", "*", (None, "alive", "deleted"))
    with pytest.raises(NotFound):
        take(db, by, missing)


def test_a_finished_visit_is_reopened_first(db, by):
    visit = make_visit(db, by)
    summary = make_dispute(db, "visit", visit, "summary", (None, "mine", "theirs"))
    change_row(db, by, "visit", visit, summary="mine", status="finished")
    with pytest.raises(NotAllowed) as refused:
        take(db, by, summary)
    assert refused.value.reason == "visit-finished"
    assert closings(db) == []
    keep(db, by, summary)
    assert len(closings(db)) == 1


def test_whether_a_visit_is_finished_can_be_settled(db, by):
    visit = make_visit(db, by)
    change_row(db, by, "visit", visit, status="finished", revision=1)
    status = make_dispute(db, "visit", visit, "status", ("draft", "finished", "draft"))
    take(db, by, status)
    assert get_row(db, "visit", visit)["status"] == "draft"


def test_an_issued_report_keeps_its_revision_closed(db, by):
    visit = make_visit(db, by)
    change_row(db, by, "visit", visit, status="finished", revision=1)
    report = {"enterprise_id": get_row(db, "visit", visit)["enterprise_id"], "visit_id": visit, "revision": 1}
    hashes = {"content_sha256": "a" * 64, "pdf_sha256": "b" * 64}
    save_row(
        db,
        by,
        "report",
        report | hashes | {"template": "visit 1", "language": "en", "issued_at": by.clock.now()},
    )
    same = make_dispute(db, "visit", visit, "status", ("draft", "finished", "draft"))
    with pytest.raises(NotAllowed) as refused:
        take(db, by, same)
    assert refused.value.reason == "report-issued"
    later = make_dispute(db, "visit", visit, "status", ("finished", "finished", "draft"), opened=60)
    make_dispute(db, "visit", visit, "revision", (1, 1, 2), opened=60)
    take(db, by, later)
    row = get_row(db, "visit", visit)
    assert (row["status"], row["revision"]) == ("draft", 2)


def test_what_is_not_there_cannot_be_settled(db, by):
    for settle in (keep, take, lambda *these: edit_both(*these, {})):
        with pytest.raises(NotFound):
            settle(db, by, "nothing")
    with pytest.raises(NotFound):
        get_difference(db, by, "nothing")


def test_today_counts_what_is_open(db, by, dispute):
    assert today(db, by.clock.today()).conflicts == 1
    keep(db, by, dispute)
    assert today(db, by.clock.today()).conflicts == 0
    assert open_disputes(db) == []
