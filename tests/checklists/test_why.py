"""Why an item is hidden, wrong, a finding, required or has its value: the answers that decided, and no others."""

import pytest

from app.checklists.form import form_of
from app.checklists.runtime import Filling
from app.checklists.states import Key, Reason, Surroundings
from app.checklists.why import why
from app.checklists.xlsform import load

FORM = """
| survey |
| | type | name | label | relevant | constraint | required | calculation | bind::gemba:nc_when | bind::gemba:parameter |
| | hidden | least_age | | | | | | | minimum_age |
| | integer | workers | How many workers? | | . >= 0 | | | | |
| | integer | women | How many women? | | . <= ${workers} | | | | |
| | integer | youngest | How old is the youngest? | | | ${workers} > 0 and ${women} > 0 | | . < ${least_age} | |
| | select_one yn | housed | Does it house workers? | | | | | | |
| | begin_group | housing | Housing | ${housed} = 'yes' and ${workers} > 10 | | | | | |
| | select_one yn | exits | Are the exits free? | | | | | no | |
| | select_one yn | locks | Are there locks? | ${exits} = 'no' | | | | | |
| | end_group | | | | | | | | |
| | calculate | men | | | | | ${workers} - ${women} | | |
| | begin_repeat | areas | Areas | | | | | | |
| | integer | people | How many work here? | | | | | | |
| | text | crowded | Why so many? | ${people} > 50 | | | | | |
| | end_repeat | | | | | | | | |
| choices |
| | list_name | name | label |
| | yn | yes | Yes |
| | yn | no | No |
| settings |
| | form_id | version | namespaces |
| | why | 1 | gemba="urn:gemba:checklist" |
"""


@pytest.fixture(scope="module")
def form():
    return form_of(load(FORM))


def because(form, item, reason, round_="", **answers):
    """(owner, what decided) or None."""
    given = {Key(*name.split("__")): value for name, value in answers.items()}
    found = why(Filling(form, given, Surroundings(settings={"minimum_age": "15"})), Key(item, round_), reason)
    return found and (found.owner.name, [(one.item.id, one.value) for one in found.causes])


def test_a_group_is_hidden_by_what_is_false_in_its_condition(form):
    assert because(form, "exits", Reason.HIDDEN, housed="no", workers="90") == ("housing", [("housed", "no")])
    assert because(form, "exits", Reason.HIDDEN, housed="yes", workers="9") == ("housing", [("workers", "9")])
    assert because(form, "exits", Reason.HIDDEN) == ("housing", [("housed", ""), ("workers", "")])


def test_the_group_farthest_out_speaks_before_the_item(form):
    assert because(form, "locks", Reason.HIDDEN, housed="no", workers="90")[0] == "housing"
    shown = {"housed": "yes", "workers": "90", "exits": "yes"}
    assert because(form, "locks", Reason.HIDDEN, **shown) == ("locks", [("exits", "yes")])


def test_what_is_shown_has_no_reason_to_be_hidden(form):
    assert because(form, "workers", Reason.HIDDEN) is None
    assert because(form, "locks", Reason.HIDDEN, housed="yes", workers="90", exits="no") is None


def test_a_constraint_is_broken_by_the_answer_and_what_it_is_held_against(form):
    assert because(form, "women", Reason.PROBLEM, workers="5", women="7") == (
        "women",
        [("women", "7"), ("workers", "5")],
    )
    assert because(form, "women", Reason.PROBLEM, workers="7", women="5") is None


def test_a_finding_names_the_countrys_limit(form):
    assert because(form, "youngest", Reason.FINDING, youngest="13") == (
        "youngest",
        [("youngest", "13"), ("least_age", "15")],
    )
    assert because(form, "youngest", Reason.FINDING, youngest="16") is None
    assert (
        because(form, "exits", Reason.FINDING, housed="yes", workers="90", exits="no") is None
    )  # the form's list says so


def test_required_and_calculated(form):
    assert because(form, "youngest", Reason.REQUIRED, workers="5", women="3") == (
        "youngest",
        [("workers", "5"), ("women", "3")],
    )
    assert because(form, "men", Reason.CALCULATED, workers="5", women="3") == (
        "men",
        [("workers", "5"), ("women", "3")],
    )


def test_in_a_repeat_the_reason_is_in_the_same_round(form):
    answers = {"people__a": "20", "people__b": "80"}
    assert because(form, "crowded", Reason.HIDDEN, "a", **answers) == ("crowded", [("people", "20")])
    assert because(form, "crowded", Reason.HIDDEN, "b", **answers) is None


def test_what_has_no_answer_yet_breaks_no_rule(form):
    assert because(form, "workers", Reason.PROBLEM) is None
    assert because(form, "women", Reason.PROBLEM, workers="5") is None
