# ruff: noqa: E501 - a form is a table
"""Answers of a checklist with rules: what shows, hides and judges what, and what others are told of it."""

import pytest

from app.checklists.items import Checklist
from app.checklists.states import Key
from app.checklists.stored import checklist_to_text
from app.checklists.xlsform import load
from app.errors import Invalid, NotAllowed
from app.fieldwork.answers import (
    answer_id,
    answer_item,
    begin_assessment,
    filling_of,
    keep_beside,
    remove_round,
    told_answers,
)
from app.fieldwork.finish import finish_visit, gaps_of_visit
from app.fieldwork.gaps import GapKind
from app.fieldwork.head_office import head_office_snapshot
from app.fieldwork.undo import undo
from app.fieldwork.visit_file import visit_snapshot
from app.fieldwork.workspace import read_workspace
from app.models.rows import change_row, find_row, get_row, save_row
from tests.factories import VISIT_DAY, make_enterprise, make_visit

FORM = """
| survey |
| | type | name | label | relevant | constraint | constraint_message | required | default | calculation | bind::gemba:nc_when | bind::gemba:parameter | trigger |
| | hidden | least_age | | | | | | 15 | | | minimum_age | |
| | begin_group | people | People | | | | | | | | | |
| | integer | workers | How many workers? | | . >= 0 | No fewer than none. | yes | | | | | |
| | integer | youngest | How old is the youngest? | ${workers} > 0 | | | | | | . < ${least_age} | | |
| | select_one yn | dormitory | Is there a dormitory? | | | | | no | | | | |
| | select_one yn | exits | Are its exits free? | ${dormitory} = 'yes' | | | | | | no | | |
| | calculate | twice | | | | | | | ${workers} * 2 | | | |
| | calculate | at_start | | | | | | | ${workers} | | | ${dormitory} |
| | end_group | | | | | | | | | | | |
| | begin_repeat | areas | Areas | | | | | | | | | |
| | text | area | Which area? | | | | | | | | | |
| | select_one s04 | order | Order | | | | | | | . <= 1 | | |
| | end_repeat | | | | | | | | | | | |
| choices |
| | list_name | name | label |
| | yn | yes | Yes |
| | yn | no | No |
| | s04 | 0 | None |
| | s04 | 2 | Some |
| | s04 | 4 | All |
| settings |
| | form_id | version | namespaces |
| | rules | 1 | gemba="urn:gemba:checklist" |
"""


@pytest.fixture
def form() -> Checklist:
    return load(FORM)


@pytest.fixture
def visit_id(db, by):
    return make_visit(db, by, make_enterprise(db, by, "PT Laksana"))


def store(db, by, form):
    row = {"key": f"{form.id} {form.version}", "title": form.title, "version": form.version}
    return save_row(db, by, "checklist", row | {"definition": checklist_to_text(form)})


@pytest.fixture
def begun(db, by, form, visit_id):
    return begin_assessment(db, by, visit_id, store(db, by, form), moment="baseline")


def finding(db, assessment_id, item, round_=""):
    return get_row(db, "answer", answer_id(assessment_id, item, round_))["finding"]


def sheet_values(db):
    snapshot = head_office_snapshot(db, made_on=VISIT_DAY, made_by="trainer", program_version="1")
    return {(row["item"], row["value"]) for row in snapshot.sheets["Checklist_answers"]}


def test_a_form_that_is_begun_has_its_default_answers(db, by, begun, visit_id, form):
    assert get_row(db, "answer", answer_id(begun, "dormitory"))["value"] == "no"
    answer_item(db, by, begun, "dormitory", "yes")
    assert begin_assessment(db, by, visit_id, store(db, by, form), moment="baseline") == begun
    assert get_row(db, "answer", answer_id(begun, "dormitory"))["value"] == "yes"


def test_a_number_is_judged_by_its_own_condition_and_by_what_the_country_says(db, by, begun, visit_id):
    answer_item(db, by, begun, "workers", "90")
    answer_item(db, by, begun, "youngest", "14")
    assert finding(db, begun, "youngest") == "finding"
    enterprise_id = get_row(db, "visit", visit_id)["enterprise_id"]
    programme = save_row(db, by, "country_programme", {"key": "better_work XX", "minimum_age": 14})
    change_row(db, by, "enterprise", enterprise_id, country_programme_id=programme)
    answer_item(db, by, begun, "youngest", "14")
    assert finding(db, begun, "youngest") == "met"


def test_an_answer_that_hides_another_takes_its_finding_and_brings_it_back(db, by, begun):
    answer_item(db, by, begun, "dormitory", "yes")
    answer_item(db, by, begun, "exits", "no", note="Chained")
    assert finding(db, begun, "exits") == "finding"
    answer_item(db, by, begun, "dormitory", "no")
    hidden = get_row(db, "answer", answer_id(begun, "exits"))
    assert (hidden["value"], hidden["note"], hidden["finding"]) == ("no", "Chained", None)
    assert not filling_of(db, begun).state(Key("exits")).is_visible
    answer_item(db, by, begun, "dormitory", "yes")
    assert finding(db, begun, "exits") == "finding"


def test_one_undo_takes_back_the_answer_and_what_it_changed(db, by, begun):
    answer_item(db, by, begun, "dormitory", "yes")
    answer_item(db, by, begun, "exits", "no")
    answer_item(db, by, begun, "dormitory", "no")
    undo(db, by)
    assert get_row(db, "answer", answer_id(begun, "dormitory"))["value"] == "yes"
    assert finding(db, begun, "exits") == "finding"


def test_hidden_answers_are_told_to_nobody(db, by, begun, visit_id):
    answer_item(db, by, begun, "dormitory", "yes")
    answer_item(db, by, begun, "exits", "no", note="Chained")
    answer_item(db, by, begun, "dormitory", "no")
    assert Key("exits") not in told_answers(db, begun)
    assert ("exits", "no") not in sheet_values(db)
    assert "Chained" not in repr(visit_snapshot(db, visit_id))
    answer_item(db, by, begun, "dormitory", "yes")
    assert ("exits", "no") in sheet_values(db)
    assert "Chained" in repr(visit_snapshot(db, visit_id))


def test_a_calculation_that_waits_for_an_answer_is_kept_as_it_was_then(db, by, begun):
    answer_item(db, by, begun, "workers", "90")
    answer_item(db, by, begun, "dormitory", "yes")
    answer_item(db, by, begun, "workers", "95")
    assert get_row(db, "answer", answer_id(begun, "at_start"))["value"] == "90"
    assert filling_of(db, begun).state(Key("twice")).value == "190"


def test_rounds_are_answered_judged_and_taken_away_with_undo(db, by, begun):
    for round_, name, order in (("r1", "Sewing", "0"), ("r2", "Packing", "4")):
        answer_item(db, by, begun, "area", name, round=round_)
        answer_item(db, by, begun, "order", order, round=round_)
    assert (finding(db, begun, "order", "r1"), finding(db, begun, "order", "r2")) == ("finding", "met")
    assert filling_of(db, begun).rounds("areas") == ("r1", "r2")
    remove_round(db, by, begun, "areas", "r1")
    assert filling_of(db, begun).rounds("areas") == ("r2",)
    assert find_row(db, "answer", answer_id(begun, "order", "r1")) is None
    undo(db, by)
    assert finding(db, begun, "order", "r1") == "finding"


def test_notes_stand_beside_the_answer_of_their_round(db, by, begun):
    answer_item(db, by, begun, "order", "2", round="r1")
    keep_beside(db, by, begun, "order", round="r1", note="Boxes")
    row = get_row(db, "answer", answer_id(begun, "order", "r1"))
    assert (row["value"], row["note"]) == ("2", "Boxes")


def test_a_visit_is_finished_when_what_is_asked_is_answered_rightly(db, by, begun, visit_id):
    def gaps():
        found = gaps_of_visit(db, visit_id)
        return [(gap.kind, gap.field) for gap in found if gap.table in ("assessment", "answer")]

    assert gaps() == [(GapKind.UNANSWERED, "workers")]
    answer_item(db, by, begun, "workers", "-3")
    assert gaps() == [(GapKind.ANSWER_NOT_ACCEPTED, "workers")]
    with pytest.raises(Invalid):
        finish_visit(db, by, visit_id)
    keep_beside(db, by, begun, "workers", override_reason="Counted twice by mistake, see note")
    assert gaps() == []
    answer_item(db, by, begun, "workers", "3 or 4")
    keep_beside(db, by, begun, "workers", override_reason=None)
    assert gaps() == [(GapKind.ANSWER_NOT_ACCEPTED, "workers")]
    answer_item(db, by, begun, "workers", "4")
    assert gaps() == [(GapKind.UNANSWERED, "youngest")]
    keep_beside(db, by, begun, "youngest", not_assessed="refused")
    assert gaps() == []


def test_what_is_not_asked_is_in_no_count(db, by, begun, visit_id):
    def counts():
        found = read_workspace(db, visit_id).counts
        return found.answered, found.asked

    assert counts() == (1, 2)
    answer_item(db, by, begun, "workers", "4")
    assert counts() == (2, 3)
    answer_item(db, by, begun, "order", "2", round="r1")
    assert counts() == (3, 5)


def test_a_choice_that_is_not_offered_is_refused_and_nothing_is_written(db, by, begun):
    with pytest.raises(Invalid):
        answer_item(db, by, begun, "dormitory", "maybe")
    assert get_row(db, "answer", answer_id(begun, "dormitory"))["value"] == "no"


def test_a_finished_visit_takes_no_rounds_away(db, by, begun, visit_id):
    answer_item(db, by, begun, "order", "2", round="r1")
    change_row(db, by, "visit", visit_id, status="finished")
    with pytest.raises(NotAllowed):
        remove_round(db, by, begun, "areas", "r1")


@pytest.mark.parametrize(("item", "round_"), [("workers", "r1"), ("order", ""), ("order", "r1/r2")])
def test_an_answer_stands_in_a_round_when_its_item_is_repeated_and_else_in_none(db, by, begun, item, round_):
    with pytest.raises(Invalid):
        answer_item(db, by, begun, item, "2", round=round_)
