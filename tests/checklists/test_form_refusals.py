# ruff: noqa: E501 - a form is a table
"""What XLSForm itself refuses is refused with sheet, row and column, as far as they can be told."""

import pytest

from app.checklists.form_file import FormProblem
from app.checklists.xlsform import load
from app.errors import BadFile

CHOICES = "| choices |\n| | list_name | name | label |\n| | l | a | A |\n| | l | b | B |"


@pytest.mark.parametrize(
    ("form", "where"),
    [
        ("| survey |\n| | type | name | label |\n| | text | a | A |\n| | text | b | |", "survey:3:name"),
        ("| survey |\n| | type | name | label |\n| | text | a b | A |", "survey:2:name"),
        ("| survey |\n| | type | name | label | relevant |\n| | text | a | A | ${gone} = 1 |", "survey:2:relevant"),
        (
            "| survey |\n| | type | name | label | parameters |\n| | text | a | A | |\n| | image | b | B | quality=foo |",
            "survey:3:parameters",
        ),
        ("| survey |\n| | type | name | label |\n| | select_one l | a | A |", "choices"),
        (
            "| survey |\n| | type | name | label |\n| | select_one l | a | A |\n" + CHOICES + "\n| | l | b | B |",
            "choices:4:name",
        ),
        ("| survey |\n| | name | label |\n| | a | A |", "survey:type"),
    ],
)  # fmt: skip
def test_the_place_of_a_refusal(form, where):
    with pytest.raises(BadFile) as caught:
        load(form)
    assert (caught.value.problem, caught.value.where) == (FormProblem.REFUSED, where)
