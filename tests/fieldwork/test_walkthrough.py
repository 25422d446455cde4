from datetime import date

import pytest

from app.checklists.stored import checklist_from_text
from app.fieldwork.agreement import improve_answer
from app.fieldwork.answers import answer_item, begin_assessment, keep_beside
from app.fieldwork.catalogues import load_catalogues, newest_checklist_id
from app.fieldwork.promises import promises
from app.fieldwork.walkthrough import number_items, propose_due, walk_through
from app.models.rows import get_row
from tests.factories import make_enterprise, make_improvement, make_visit


@pytest.fixture
def visits(db, by, clock):
    """Three visits to one enterprise, the OSH checklist begun on each: (visit id, assessment id)."""
    load_catalogues(db, clock)
    enterprise_id = make_enterprise(db, by)
    made = []
    for month in (9, 10, 11):
        visit_id = make_visit(db, by, enterprise_id, on=date(2026, month, 24))
        osh = newest_checklist_id(db, "osh")
        made.append((visit_id, begin_assessment(db, by, visit_id, osh, moment="baseline" if month == 9 else "interim")))
    return made


def test_before_anything_is_begun_a_moment_is_proposed(db, by, clock):
    load_catalogues(db, clock)
    enterprise_id = make_enterprise(db, by)
    first = make_visit(db, by, enterprise_id, on=date(2026, 9, 1))
    second = make_visit(db, by, enterprise_id)
    assert (walk_through(db, first).moment, walk_through(db, second).moment) == ("baseline", "end_line")
    assert walk_through(db, first).sheet is None
    assert walk_through(db, first).offers[0].title == "Occupational Safety and Health"


def test_the_newest_visit_before_is_what_is_compared(db, by, visits):
    (_first, one), (_second, two), (third, _three) = visits
    answer_item(db, by, one, "policy", "no")
    answer_item(db, by, two, "policy", "yes")
    sheet = walk_through(db, third).sheet
    assert sheet.earlier.words("policy", "en") == "Yes"
    assert sheet.earlier.words("policy", "es") == "Sí"
    assert sheet.earlier.words("drill", "en") == ""
    assert sheet.given == {}


def test_a_finding_is_open_since_the_start_of_its_unbroken_run(db, by, visits):
    (_first, one), (_second, two), (third, three) = visits
    for assessment in (one, two, three):
        answer_item(db, by, assessment, "policy", "no")
    answer_item(db, by, one, "drill", "no")
    answer_item(db, by, two, "drill", "yes")
    assert walk_through(db, third).sheet.since.keys() == {"policy"}


def test_later_visits_are_not_known_yet(db, by, visits):
    (first, _one), (_second, two), _third = visits
    answer_item(db, by, two, "policy", "no")
    sheet = walk_through(db, first).sheet
    assert sheet.earlier is None
    assert not sheet.since


def test_a_note_leaves_the_answer_and_an_unanswered_item_unanswered(db, by, visits):
    visit_id, assessment_id = visits[0]
    answer_item(db, by, assessment_id, "policy", "no")
    keep_beside(db, by, assessment_id, "policy", note="Not found")
    keep_beside(db, by, assessment_id, "drill", note="Ask again")
    given = walk_through(db, visit_id).sheet.given
    assert (given["policy"].value, given["policy"].note) == ("no", "Not found")
    assert (given["drill"].value, given["drill"].note) == (None, "Ask again")


def test_an_improvement_stands_at_its_item(db, by, visits):
    visit_id, assessment_id = visits[2]
    answer = answer_item(db, by, assessment_id, "drill", "no")
    improvement_id = improve_answer(db, by, answer, "Hold a drill")
    assert walk_through(db, visit_id).sheet.improvements["drill"].id == improvement_id
    make_improvement(db, by, visits[0][0])
    found = promises(db, visit_id)
    assert [(one.improvement.what, one.finding.number) for one in found.ours] == [("Hold a drill", "5.4")]
    assert [(one.improvement.what, one.finding) for one in found.before] == [("Mark the walkways", None)]
    assert found.currency == "PEN"


def test_items_are_numbered_by_section(db, by, visits):
    checklist = checklist_from_text(get_row(db, "checklist", newest_checklist_id(db, "osh"))["definition"])
    numbers = number_items(checklist)
    assert (numbers["policy"], numbers["drill"]) == ("1.1", "5.4")
    visit = walk_through(db, visits[0][0]).visit
    items = {item.id: item for item in checklist.items}
    assert (propose_due(items["exits"], visit) - visit.day).days == 14
    assert (propose_due(items["policy"], visit) - visit.day).days == 30
