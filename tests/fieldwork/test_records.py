"""Records by table and field obey the same rules as the deeds."""

import pytest

from app.errors import Invalid, NotAllowed, NotFound
from app.fieldwork.answers import answer_id, begin_assessment
from app.fieldwork.catalogues import newest_checklist_id
from app.fieldwork.finish import finish_visit
from app.fieldwork.plan import write_visit
from app.fieldwork.records import bin_record, new_record, restore_record, set_record
from app.models.rows import find_row, get_row, list_rows
from tests.factories import make_enterprise, make_improvement, make_person_met, make_visit


@pytest.fixture
def finished(db, by):
    visit_id = make_visit(db, by)
    make_person_met(db, by, visit_id)
    make_improvement(db, by, visit_id)
    write_visit(db, by, visit_id, summary="S", next_steps="N")
    finish_visit(db, by, visit_id)
    return visit_id


def test_new_set_bin_restore(db, by):
    enterprise_id = new_record(db, by, "enterprise", {"name": "PT Laksana", "country": "ID"})
    set_record(db, by, "enterprise", enterprise_id, {"city": "Cibubur", "founded": "1999"})
    assert get_row(db, "enterprise", enterprise_id)["founded"] == 1999
    bin_record(db, by, "enterprise", enterprise_id)
    assert find_row(db, "enterprise", enterprise_id) is None
    restore_record(db, by, "enterprise", enterprise_id)
    assert get_row(db, "enterprise", enterprise_id)["city"] == "Cibubur"


@pytest.mark.parametrize(
    ("table", "values", "kind"),
    [
        ("enterprise", {"name": "No country"}, Invalid),
        ("enterprise", {"name": "X", "country": "ID", "colour": "red"}, Invalid),
        ("enterprise", {"name": "X", "country": "ID", "founded": "long ago"}, Invalid),
        ("area", {"enterprise_id": "nowhere", "name": "Line 1"}, (Invalid, NotFound)),
        ("no_table", {}, NotFound),
        ("module", {"key": "x", "name": "X"}, NotAllowed),
        ("photo", {"caption": "X"}, NotAllowed),
    ],
)
def test_what_cannot_be_added(db, by, table, values, kind):
    with pytest.raises(kind):
        new_record(db, by, table, values)


def test_an_answer_is_judged_here_too(db, by):
    assessment_id = begin_assessment(db, by, make_visit(db, by), newest_checklist_id(db, "osh"), moment="baseline")
    new_record(db, by, "answer", {"assessment_id": assessment_id, "item": "exits", "value": "no"})
    row_id = answer_id(assessment_id, "exits")
    assert get_row(db, "answer", row_id)["finding"] == "finding"
    set_record(db, by, "answer", row_id, {"note": "Locked at noon"})
    row = get_row(db, "answer", row_id)
    assert (row["value"], row["finding"], row["note"]) == ("no", "finding", "Locked at noon")


def test_a_figure_is_computed_here_too(db, by):
    visit_id = make_visit(db, by)
    figure = {"visit_id": visit_id, "indicator": "defect", "period": "2026-09", "numerator": "5", "denominator": "100"}
    row_id = new_record(db, by, "indicator_value", figure)
    set_record(db, by, "indicator_value", row_id, {"denominator": "200"})
    assert get_row(db, "indicator_value", row_id)["value"] == 2.5
    set_record(db, by, "indicator_value", row_id, {"value": "3"})
    row = get_row(db, "indicator_value", row_id)
    assert (row["value"], row["numerator"]) == (3.0, None)
    set_record(db, by, "indicator_value", row_id, {"status": "not_tracked"})
    assert get_row(db, "indicator_value", row_id)["value"] is None


def test_a_finished_visit_is_closed_here_too(db, by, finished):
    person = db.conn.execute("SELECT id FROM visit_person").fetchone()[0]
    improvement = db.conn.execute("SELECT id FROM improvement").fetchone()[0]
    for refused in (
        lambda: set_record(db, by, "visit", finished, {"summary": "Late"}),
        lambda: set_record(db, by, "visit_person", person, {"count": 9}),
        lambda: bin_record(db, by, "visit_person", person),
        lambda: new_record(db, by, "session", {"visit_id": finished, "topic": "T", "on": "2026-11-24"}),
    ):
        with pytest.raises(NotAllowed, match="visit-finished"):
            refused()
    set_record(db, by, "improvement", improvement, {"status": "in_progress"})
    assert get_row(db, "improvement", improvement)["status"] == "in_progress"


def test_the_key_of_a_row_stays(db, by):
    visit_id = make_visit(db, by)
    assessment_id = begin_assessment(db, by, visit_id, newest_checklist_id(db, "osh"), moment="baseline")
    with pytest.raises(Invalid, match="part-of-key"):
        set_record(db, by, "assessment", assessment_id, {"moment": "end_line"})


def test_set_on_what_is_not_there(db, by):
    with pytest.raises(NotFound):
        set_record(db, by, "enterprise", "nobody", {"city": "X"})
    with pytest.raises(NotFound):
        restore_record(db, by, "enterprise", make_enterprise(db, by)[:-1] + "z")


@pytest.mark.parametrize("values", [{"status": "approved"}, {"revision": "9"}, {"finished_at": "2026-11-24T10:00Z"}])
def test_only_finish_finishes(db, by, values):
    visit_id = make_visit(db, by)
    with pytest.raises(NotAllowed, match="by-deed"):
        set_record(db, by, "visit", visit_id, values)
    planned = {"enterprise_id": make_enterprise(db, by), "kind": "intake", "planned_on": "2026-11-24"}
    texts = {"purpose": "P", "summary": "S", "next_steps": "N"}
    with pytest.raises(NotAllowed, match="by-deed"):
        new_record(db, by, "visit", planned | texts | values)
    row = get_row(db, "visit", new_record(db, by, "visit", planned | texts | {"status": "draft"}))
    assert (row["status"], row["revision"]) == ("draft", 1)


def test_only_an_advisor_verifies(db, by):
    improvement_id = make_improvement(db, by, make_visit(db, by))
    with pytest.raises(NotAllowed, match="by-deed"):
        set_record(db, by, "improvement", improvement_id, {"verified_on": "2026-11-24"})


def test_a_new_status_is_told_in_the_improvements_history(db, by):
    improvement_id = make_improvement(db, by, make_visit(db, by))
    set_record(db, by, "improvement", improvement_id, {"status": "done", "effect": "Quieter"})
    row = get_row(db, "improvement", improvement_id)
    assert (row["status"], row["done_on"], row["effect"]) == ("done", "2026-11-24", "Quieter")
    events = [event["status"] for event in list_rows(db, "improvement_event", improvement_id=improvement_id)]
    assert events == ["agreed", "done"]


def test_nothing_is_moved_into_a_finished_visit(db, by, finished):
    person = make_person_met(db, by, make_visit(db, by))
    with pytest.raises(NotAllowed, match="visit-finished"):
        set_record(db, by, "visit_person", person, {"visit_id": finished})


def test_a_figure_and_an_answer_stay_where_they_are(db, by):
    visit_id = make_visit(db, by)
    figure = {"visit_id": visit_id, "indicator": "defect", "period": "2026-09", "value": "5"}
    row_id = new_record(db, by, "indicator_value", figure)
    with pytest.raises(Invalid, match="part-of-key"):
        set_record(db, by, "indicator_value", row_id, {"period": "2026-10"})
    with pytest.raises(Invalid, match="not-of-visit"):
        new_record(db, by, "indicator_value", figure | {"enterprise_id": make_enterprise(db, by)})
    assert len(list(list_rows(db, "indicator_value"))) == 1


def test_a_figure_of_an_area_is_its_own(db, by):
    visit_id = make_visit(db, by)
    enterprise_id = get_row(db, "visit", visit_id)["enterprise_id"]
    area = new_record(db, by, "area", {"enterprise_id": enterprise_id, "name": "Line 1"})
    figure = {"visit_id": visit_id, "indicator": "defect", "period": "2026-09", "value": "5"}
    whole = new_record(db, by, "indicator_value", figure)
    of_area = new_record(db, by, "indicator_value", figure | {"area_id": area, "value": "9"})
    assert whole != of_area
    assert get_row(db, "indicator_value", of_area)["area_id"] == area


def test_a_repeated_question_is_answered_in_its_round(db, by):
    assessment_id = begin_assessment(db, by, make_visit(db, by), newest_checklist_id(db, "five_s"), moment="baseline")
    answer = {"assessment_id": assessment_id, "item": "sort_needed", "repeat_id": "a1", "value": "1"}
    row_id = new_record(db, by, "answer", answer)
    set_record(db, by, "answer", row_id, {"value": "4"})
    row = get_row(db, "answer", answer_id(assessment_id, "sort_needed", "a1"))
    assert (row["id"], row["value"], row["finding"]) == (row_id, "4", "met")
