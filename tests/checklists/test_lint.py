"""What an author may have overlooked is said, and what is right is not."""

from pathlib import Path

import pytest

from app.checklists.catalogue import list_checklists
from app.checklists.lint import remarks_on
from app.checklists.remarks import Doubt, Remark
from app.checklists.xlsform import load

CHOICES = """
| choices |
| | list_name | name | label::English (en) | label::Spanish (es) | region | media::image |
| | yes_no | yes | Yes | Sí | | |
| | yes_no | no | No | No | | |
| | size | 1 | One | Uno | | |
| | size | 2 | Two | Dos | | |
"""
SETTINGS = """
| settings |
| | form_id | form_title | version | default_language | namespaces | gemba:title::Spanish (es) | gemba:module |
| | fire | Fire | 1 | English (en) | gemba="urn:gemba:checklist" | Fuego | osh |
"""


def form(*rows: str, choices: str = CHOICES, settings: str = SETTINGS, columns: str = "relevant"):
    """A form of a yes-or-no question `a`, a size `s`, several sizes `m`, a text `t`, and `rows`."""
    head = f"| survey |\n| | type | name | label::English (en) | label::Spanish (es) | {columns} |\n"
    asked = "select_one yes_no | a", "select_one size | s", "select_multiple size | m", "text | t"
    blank = "| " * len(columns.split("|"))
    lines = [f"| | {one} | Q | P {blank}|" for one in asked] + [f"| | {row} |" for row in rows]
    return load(head + "\n".join(lines) + "\n" + choices + settings)


def only(checklist, **more) -> Remark:
    (found,) = remarks_on(checklist, **more)
    return found


@pytest.mark.parametrize("checklist", list_checklists(), ids=lambda checklist: checklist.id)
def test_there_is_nothing_to_say_about_the_programs_own(checklist):
    assert remarks_on(checklist, beside=Path("resources/checklists/x.md")) == ()


@pytest.mark.parametrize(
    "condition",
    [
        "false()",
        "no",
        "1 = 2",
        "not(true())",
        "${a} = 'maybe'",
        "'maybe' = ${a}",
        "selected(${a}, 'maybe')",
        "selected(${m}, '3')",
        "${s} = 3",
        "${a} = 'yes' and ${a} = 'no'",
        "${a} = 'maybe' or ${s} = '7'",
        "${a} = 'yes' and not(${a} = 'yes')",
        "${a} != 'yes' and ${a} = 'yes'",
        "${t} = 'x' and ${a} = 'maybe'",
        "(${a} = 'yes' or ${a} = 'no') and ${a} = ''",
    ],
)
def test_what_can_never_be_shown_is_said(condition):
    found = only(form(f"text | q | Q | P | {condition}"))
    assert (found.doubt, found.sheet, found.column, found.names) == (Doubt.NEVER_SHOWN, "survey", "relevant", ("q",))


@pytest.mark.parametrize(
    "condition",
    [
        "true()",
        "${a} = 'yes'",
        "${a} != 'no' and ${a} = ''",
        "${s} = 2",
        "selected(${m}, '1') and selected(${m}, '2')",
        "${t} = 'x' and ${t} = 'y'",
        "${a} = 'yes' and ${s} > 1",
        "today() > '2020-01-01'",
        "not(${a} = 'yes')",
        "count-selected(${m}) = 9",
        "string-length(${t}) = 1 = 2",
        "${s} + 1 = 2",
    ],
)
def test_what_may_be_shown_is_left_alone(condition):
    assert remarks_on(form(f"text | q | Q | P | {condition}")) == ()


def test_a_group_that_never_shows_is_said_once():
    checklist = form(
        "begin_group | g | G | G | ${a} = 'yes'",
        "begin_group | inner | G | G | ${a} = 'no'",
        "text | q | Q | P | ${a} = 'maybe'",
        "end_group | | | |",
        "text | other | Q | P | ${a} = 'no'",
        "end_group | | | |",
    )
    assert only(checklist).names == ("inner", "other")


def test_the_rounds_of_a_repeat_may_differ():
    """Outside of it, several answers are seen at once."""
    checklist = form(
        "begin_repeat | r | R | R | ",
        "select_one yes_no | in | Q | P | ",
        "text | q | Q | P | ${in} = 'yes' and ${in} = 'no'",
        "end_repeat | | | |",
        "text | after | Q | P | ${in} = 'yes' and ${in} = 'no'",
    )
    assert only(checklist).names == ("q",)


def test_an_answer_that_is_no_choice_is_said_where_it_does_not_hide():
    found = remarks_on(form("text | q | Q | P | ${a} = 'maybe' or ${t} = 'x'"))
    assert found == (Remark(Doubt.NO_SUCH_CHOICE, "survey", "relevant", ("q",), "a: maybe"),)
    checklist = form("text | q | Q | P | selected(${m}, '3')", columns="constraint")
    assert only(checklist) == Remark(Doubt.NO_SUCH_CHOICE, "survey", "constraint", ("q",), "m: 3")


def test_texts_without_a_translation_are_gathered_by_language_and_column():
    checklist = form("text | q | Q | | ", "text | p | Q | | ", "begin_group | g | | G |", "end_group | | | |")
    assert remarks_on(checklist) == (
        Remark(Doubt.NO_TRANSLATION, "survey", "label::English (en)", ("g",), "en"),
        Remark(Doubt.NO_TRANSLATION, "survey", "label::Spanish (es)", ("q", "p"), "es"),
    )
    choices = CHOICES.replace("Sí", "")
    found = only(form(choices=choices))
    assert (found.sheet, found.names) == ("choices", ("yes_no yes",))
    found = only(form("text | q | Q | P | Look", columns="hint::English (en)"))
    assert (found.column, found.names) == ("hint::Spanish (es)", ("q",))


def test_a_title_without_a_translation_is_said():
    settings = SETTINGS.replace(" | gemba:title::Spanish (es)", "").replace(" | Fuego", "")
    assert only(form(settings=settings)) == Remark(
        Doubt.NO_TRANSLATION, "settings", "gemba:title::Spanish (es)", (), "es"
    )


@pytest.mark.parametrize(
    ("kind", "said"),
    [("audio", "audio"), ("geotrace", "geotrace"), ("select_one_from_file a.csv", "select_one_from_file a.csv")],
)
def test_kinds_that_take_no_answer_are_said(kind, said):
    assert only(form(f"{kind} | q | Q | P |")) == Remark(Doubt.TAKES_NO_ANSWER, "survey", "type", ("q",), said)


def test_files_are_looked_for_beside_the_form(tmp_path):
    checklist = form("text | q | Q | P | a.png", columns="media::image")
    assert remarks_on(checklist) == ()
    path = tmp_path / "form.xlsx"
    assert only(checklist, beside=path) == Remark(Doubt.NO_FILE, "survey", "media::image", ("q",), "a.png")
    (tmp_path / "form-media").mkdir()
    (tmp_path / "form-media" / "a.png").write_bytes(b"")
    assert remarks_on(checklist, beside=path) == ()


def test_columns_that_do_nothing_are_said():
    found = remarks_on(form("text | q | Q | P | x", "text | p | Q | P | y", columns="our_note"))
    assert found == (Remark(Doubt.COLUMN_IGNORED, "survey", "our_note", ("q", "p")),)
    assert only(form(settings=SETTINGS.replace("version |", "style |").replace("| 1 |", "| pages |"))).column == "style"
    assert only(form(choices=CHOICES.replace("| Uno | |", "| Uno | north |"))) == Remark(
        Doubt.COLUMN_IGNORED, "choices", "region", ("size 1",)
    )


def test_what_a_filter_or_a_parameter_uses_does_something():
    choices = CHOICES.replace("| Uno | |", "| Uno | north |")
    assert remarks_on(form("select_one size | q | Q | P | region = ''", columns="choice_filter", choices=choices)) == ()
    assert remarks_on(form("text | q | Q | P | rows=3", columns="parameters")) == ()


def test_a_weight_without_a_rule_is_said():
    rows = ("select_one yes_no | q | Q | P | 3 | ", "select_one yes_no | p | Q | P | 3 | no")
    found = only(form(*rows, columns="bind::gemba:weight | bind::gemba:nc_when"))
    assert (found.doubt, found.names) == (Doubt.WEIGHT_WITHOUT_RULE, ("q",))


def test_names_of_the_catalogues_are_known():
    rows = ("text | q | Q | P | os.99", "text | p | Q | P | os.1")
    found = only(form(*rows, columns="bind::gemba:compliance_point"))
    assert (found.doubt, found.names, found.detail) == (Doubt.UNKNOWN_POINT, ("q",), "os.99")
    found = only(form(settings=SETTINGS.replace("| osh |", "| ohs |")))
    assert (found.doubt, found.sheet, found.detail) == (Doubt.UNKNOWN_MODULE, "settings", "ohs")


def test_a_form_without_a_version_is_told():
    assert only(form(), has_version=False) == Remark(Doubt.NO_VERSION, "settings", "version")
