"""XLSForm files are read, whatever they come in, and what is wrong with one is said with its place."""

import csv
import io
from pathlib import Path

import pytest
from openpyxl import Workbook

from app.checklists.items import AnswerKind, EvidenceSource, Words
from app.checklists.xlsform import FormProblem, examine, load
from app.errors import BadFile
from tests.checklists.forms import end, markdown, q

HEADER = [
    "type",
    "name",
    "label::English (en)",
    "label::Spanish (es)",
    "bind::gemba:nc_when",
    "bind::gemba:weight",
    "bind::gemba:critical",
    "bind::gemba:evidence",
    "required",
]
SURVEY = [
    HEADER,
    ["note", "welcome", "Walk through the hall.", "Recorra la nave."],
    ["begin_group", "fire", "Fire", "Incendio"],
    [
        "select_one yes_no",
        "exits",
        "Are exits free?",
        "¿Salidas libres?",
        "no",
        "2.5",
        "yes",
        "observation photo",
        "yes",
    ],
    ["integer", "doors", "How many doors?", "¿Cuántas puertas?"],
    ["decimal", "width", "How wide, in metres?", "¿Qué ancho, en metros?"],
    ["end_group"],
    ["text", "remarks", "Anything else?", "¿Algo más?"],
]
CHOICES = [
    ["list_name", "name", "label::English (en)", "label::Spanish (es)"],
    ["yes_no", "yes", "Yes", "Sí"],
    ["yes_no", "no", "No", "No"],
    ["yes_no", "na", "Not applicable", "No aplica"],
]
SETTINGS = [
    ["form_id", "form_title", "version", "default_language", "namespaces"],
    ["fire", "Fire", "7", "English (en)", "gemba=urn:gemba:checklist"],
]
FORM = {"survey": SURVEY, "choices": CHOICES, "settings": SETTINGS}


def padded(sheets):
    return {name: [row + [""] * (len(rows[0]) - len(row)) for row in rows] for name, rows in sheets.items()}


def as_markdown(sheets):
    lines = []
    for name, rows in padded(sheets).items():
        lines += [f"| {name} |", *("| | " + " | ".join(row) + " |" for row in rows)]
    return "\n".join(lines)


def as_xlsx(sheets):
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def as_csv(sheets):
    text = io.StringIO()
    writer = csv.writer(text)
    for name, rows in padded(sheets).items():
        writer.writerows([[name], *(["", *row] for row in rows)])
    return text.getvalue().encode()


def one_question(**changes):
    """A form of one choice question, whose cells `changes` replaces by column."""
    cells = {"type": "select_one yes_no", "name": "exits", "label": "Are exits free?", "bind::gemba:nc_when": "no"}
    cells |= {column.replace("gemba_", "bind::gemba:"): cell for column, cell in changes.items()}
    return FORM | {"survey": [list(cells), list(cells.values())]}


def refusal(sheets) -> BadFile:
    with pytest.raises(BadFile) as caught:
        load(as_markdown(sheets))
    return caught.value


def test_sections_hold_the_items_in_their_order():
    checklist = load(as_markdown(FORM))
    assert (checklist.id, checklist.title, checklist.version) == ("fire", "Fire", "7")
    assert checklist.languages == ("en", "es")
    assert [(section.id, [item.id for item in section.items]) for section in checklist.sections] == [
        ("", ["welcome"]),
        ("fire", ["exits", "doors", "width"]),
        ("", ["remarks"]),
    ]
    assert [item.kind for item in checklist.items] == [
        AnswerKind.NOTE,
        AnswerKind.CHOICE,
        AnswerKind.INTEGER,
        AnswerKind.DECIMAL,
        AnswerKind.TEXT,
    ]


def test_the_rules_of_an_item_are_read():
    exits = load(as_markdown(FORM)).items[1]
    assert (exits.nc_when, exits.weight, exits.is_critical, exits.required) == (("no",), 2.5, True, "true()")
    assert exits.evidence == (EvidenceSource.OBSERVATION, EvidenceSource.PHOTO)
    assert [choice.name for choice in exits.choices] == ["yes", "no", "na"]
    assert exits.mapping_id == "exits"


def test_what_the_form_leaves_open_has_its_default():
    doors = load(as_markdown(FORM)).items[2]
    assert (doors.nc_when, doors.weight, doors.is_critical, doors.required) == ((), 1.0, False, "")
    assert not doors.is_assessed


@pytest.mark.parametrize(
    ("tag", "text"),
    [("es", "Sí"), ("es-CL", "Sí"), ("es_MX", "Sí"), ("en", "Yes"), ("km", "Yes")],
)
def test_words_come_in_the_language_asked_for_or_the_forms_own(tag, text):
    assert load(as_markdown(FORM)).items[1].choices[0].label.in_language(tag) == text


def test_no_words_are_an_empty_text():
    assert Words().in_language("en") == ""


def test_labels_in_no_language_are_in_the_forms_own():
    checklist = load(as_markdown(one_question()))
    assert checklist.languages == ("en",)
    assert checklist.items[0].label.in_language("es") == "Are exits free?"


def test_the_same_form_has_the_same_hash_in_every_kind_of_file(tmp_path: Path):
    for name, content in {
        "a.md": as_markdown(FORM).encode(),
        "b.xlsx": as_xlsx(FORM),
        "c.csv": as_csv(FORM),
    }.items():
        tmp_path.joinpath(name).write_bytes(content)
    checklists = [load(path) for path in sorted(tmp_path.iterdir())]
    assert checklists[0] == checklists[1] == checklists[2] == load(as_markdown(FORM))
    assert len({checklist.hash for checklist in checklists}) == 1
    assert len(checklists[0].hash) == 64


@pytest.mark.parametrize("changes", [{"label": "Are exits open?"}, {"gemba_nc_when": "yes"}, {"gemba_weight": "2"}])
def test_any_change_of_meaning_changes_the_hash(changes):
    assert load(as_markdown(one_question(**changes))).hash != load(as_markdown(one_question())).hash


@pytest.mark.parametrize(
    ("changes", "problem", "where", "detail"),
    [
        ({"type": "qeopoint"}, FormProblem.UNKNOWN_TYPE, "survey:2:type", "qeopoint"),
        ({"type": "begin_loop over yes_no"}, FormProblem.UNKNOWN_TYPE, "survey:2:type", "begin_loop over yes_no"),
        ({"relevant": "1 = "}, FormProblem.BAD_EXPRESSION, "survey:2:relevant", None),
        ({"relevant": "nope()"}, FormProblem.BAD_EXPRESSION, "survey:2:relevant", "nope() · nope"),
        ({"constraint": "(. > 1"}, FormProblem.BAD_EXPRESSION, "survey:2:constraint", None),
        ({"required": "if(1, 2)"}, FormProblem.BAD_EXPRESSION, "survey:2:required", "if(1, 2) · if"),
        ({"readonly": ")"}, FormProblem.BAD_EXPRESSION, "survey:2:readonly", None),
        ({"choice_filter": "name == 'yes'"}, FormProblem.BAD_EXPRESSION, "survey:2:choice_filter", None),
        ({"default": "1 + + 2"}, FormProblem.BAD_EXPRESSION, "survey:2:default", None),
        ({"gemba_nc_when": ". >"}, FormProblem.BAD_EXPRESSION, "survey:2:bind::gemba:nc_when", None),
        ({"label": "Is ${gone} free?"}, FormProblem.REFUSED, "survey:2:label", None),
        ({"relevant": "${exits} = 'yes'"}, FormProblem.CIRCLE, "survey:2", "exits → exits"),
        ({"gemba_wieght": "2"}, FormProblem.UNKNOWN_RULE, "survey:2:gemba:wieght", ""),
        ({"gemba_weight": "1,5"}, FormProblem.BAD_VALUE, "survey:2:gemba:weight", "1,5"),
        ({"gemba_weight": "-1"}, FormProblem.BAD_VALUE, "survey:2:gemba:weight", "-1"),
        ({"gemba_weight": "nan"}, FormProblem.BAD_VALUE, "survey:2:gemba:weight", "nan"),
        ({"gemba_critical": "maybe"}, FormProblem.BAD_VALUE, "survey:2:gemba:critical", "maybe"),
        ({"gemba_nc_when": "never"}, FormProblem.BAD_VALUE, "survey:2:gemba:nc_when", "never"),
        ({"gemba_nc_when": "na"}, FormProblem.BAD_VALUE, "survey:2:gemba:nc_when", "na"),
        ({"gemba_evidence": "hearsay"}, FormProblem.BAD_VALUE, "survey:2:gemba:evidence", "hearsay"),
        ({"gemba_critical": "yes", "gemba_nc_when": ""}, FormProblem.MISSING, "survey:2:gemba:nc_when", ""),
        ({"gemba_zero_tolerance": "theft"}, FormProblem.BAD_VALUE, "survey:2:gemba:zero_tolerance", "theft"),
        (
            {"gemba_zero_tolerance": "violence", "gemba_nc_when": ""},
            FormProblem.MISSING,
            "survey:2:gemba:nc_when",
            "",
        ),
        ({"gemba_weight": "1000001"}, FormProblem.BAD_VALUE, "survey:2:gemba:weight", "1000001"),
        ({"type": "text"}, FormProblem.BAD_VALUE, "survey:2:gemba:nc_when", "no"),
        ({"required": "${a} = 1"}, FormProblem.REFUSED, "survey:2:required", None),
        ({"type": "select_one missing"}, FormProblem.REFUSED, "survey:2", None),
    ],
)
def test_what_cannot_be_done_is_refused_with_its_place(changes, problem, where, detail):
    refused = refusal(one_question(**changes))
    assert (refused.problem, refused.where) == (problem, where)
    assert detail is None or refused.detail == detail


def test_the_row_is_the_rows_own():
    survey = [*SURVEY[:5], ["brocade", "code", "Scan"], *SURVEY[5:]]
    assert refusal(FORM | {"survey": survey}).where == "survey:6:type"


def test_empty_rows_of_a_workbook_are_counted(tmp_path: Path):
    path = tmp_path / "form.xlsx"
    path.write_bytes(as_xlsx(FORM | {"survey": [SURVEY[0], [None], [None], ["brocade", "code", "Scan"]]}))
    with pytest.raises(BadFile) as caught:
        load(path)
    assert (caught.value.path, caught.value.where) == (path, "survey:4:type")


def test_a_name_is_used_once_in_the_whole_form():
    refused = refusal(FORM | {"survey": [*SURVEY, ["text", "exits", "Again?"]]})
    assert (refused.problem, refused.where) == (FormProblem.SAME_NAME, "survey:9:name")


@pytest.mark.parametrize("points", ["half", "-0.1", "2", "nan"])
def test_points_of_a_choice_are_a_share(points):
    choices = {"marks": [{"name": "yes", "label": "Yes", "gemba_points": "1"}, {"name": "no", "gemba_points": points}]}
    with pytest.raises(BadFile) as caught:
        load(markdown(q("select_one marks m"), choices=choices))
    # Three choices of another list stand before them.
    assert (caught.value.problem, caught.value.where) == (FormProblem.BAD_VALUE, "choices:6:gemba_points")


@pytest.mark.parametrize(
    ("survey", "names"),
    [
        ([q("integer a", calculation="${b}"), q("integer b", calculation="${a}")], {"a", "b"}),
        ([q("integer a", relevant="${b} = 1"), q("integer b", relevant="${a} = 1")], {"a", "b"}),
        ([q("begin_group g", relevant="${a} = 1"), q("integer a"), end()], {"g", "a"}),
        ([q("begin_repeat r", repeat_count="${a}"), q("integer a"), end("repeat")], {"r", "a"}),
        (
            [
                q("integer a", calculation="sum(${b})"),
                q("begin_repeat r"),
                q("integer b", calculation="${a}"),
                end("repeat"),
            ],
            {"a", "b"},
        ),
        ([q("select_one yes_no a", choice_filter="${a} = name")], {"a"}),
        (
            [
                q("select_one yes_no a", choice_filter="${b} = name"),
                q("select_one yes_no b", choice_filter="${a} = name"),
            ],
            {"a", "b"},
        ),
    ],
)
def test_what_waits_for_itself_is_refused_and_its_circle_named(survey, names):
    with pytest.raises(BadFile) as caught:
        load(markdown(*survey))
    circle = caught.value.detail.split(" → ")
    assert (caught.value.problem, circle[0], set(circle)) == (FormProblem.CIRCLE, circle[-1], names)


def test_every_trouble_of_a_form_is_told():
    survey = [
        q("integer age", gemba_weight="heavy", gemba_critical="maybe"),
        q("text name", relevant="(("),
        q("select_one yes_no ok", gemba_nc_when="never", constraint="nope()"),
    ]
    examined = examine(markdown(*survey))
    assert sorted(trouble.where for trouble in examined.troubles) == [
        "survey:2:gemba:critical",
        "survey:2:gemba:weight",
        "survey:3:relevant",
        "survey:4:constraint",
        "survey:4:gemba:nc_when",
    ]


def test_a_form_that_cannot_be_read_to_its_end_has_one_trouble_and_no_checklist():
    examined = examine(markdown(q("select_one missing a"), q("text a"), q("text a")))
    assert examined.checklist is None
    assert [trouble.problem for trouble in examined.troubles] == [FormProblem.REFUSED]


def test_a_sound_form_has_no_trouble():
    examined = examine(markdown(q("text a")))
    assert (examined.troubles, [item.id for item in examined.checklist.items]) == ((), ["a"])


@pytest.mark.parametrize("name", ["walk-through.md", "5S audit.md", "auditoría.md", "检查.md"])
def test_a_form_that_does_not_say_which_it_is_goes_by_the_name_of_its_file(tmp_path: Path, name):
    path = tmp_path / name
    path.write_text(markdown(q("text a")), encoding="utf-8")
    checklist = load(path)
    assert (checklist.id, checklist.title, checklist.version) == (path.stem, path.stem, "1")


def test_our_columns_need_their_namespace():
    refused = refusal(FORM | {"settings": [row[:4] for row in SETTINGS]})
    assert (refused.problem, refused.where) == (FormProblem.NO_NAMESPACE, "settings:2:namespaces")


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("form.pdf", b"%PDF", FormProblem.WRONG_KIND),
        ("form.md", b"no table in here", FormProblem.UNREADABLE),
        ("form.md", b"| survey |\n| | type |\n| | text | more cells than headers |", FormProblem.UNREADABLE),
        ("form.md", b"\xff\xfe", FormProblem.UNREADABLE),
        ("form.csv", b"\xff\xfe", FormProblem.UNREADABLE),
        ("form.xlsx", b"PK\x03\x04 not a workbook", FormProblem.UNREADABLE),
        ("form.xlsx", b"", FormProblem.UNREADABLE),
        ("form.xlsx", as_xlsx(FORM)[:2000], FormProblem.UNREADABLE),
        ("form.xlsx", as_xlsx(FORM).replace(b"\x08\x00", b"\x63\x00"), FormProblem.UNREADABLE),
    ],
)
def test_a_damaged_file_is_named(tmp_path: Path, name, content, problem):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(BadFile) as caught:
        load(path)
    assert (caught.value.path, caught.value.problem) == (path, problem)


def test_a_missing_file_is_named(tmp_path: Path):
    with pytest.raises(BadFile) as caught:
        load(tmp_path / "gone.md")
    assert caught.value.problem == FormProblem.UNREADABLE


def test_a_book_of_other_sheets_is_refused():
    assert refusal({"settings": SETTINGS}).problem == FormProblem.REFUSED
