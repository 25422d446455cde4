"""XLSForm files are read, and what cannot be done is refused with its place."""

import csv
import io
from pathlib import Path

import pytest
from openpyxl import Workbook

from app.checklists.items import AnswerKind, EvidenceSource, Words
from app.checklists.xlsform import FormProblem, load
from app.errors import BadFile

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
    assert (exits.nc_when, exits.weight, exits.is_critical, exits.is_required) == (("no",), 2.5, True, True)
    assert exits.evidence == (EvidenceSource.OBSERVATION, EvidenceSource.PHOTO)
    assert [choice.name for choice in exits.choices] == ["yes", "no", "na"]
    assert exits.mapping_id == "exits"


def test_what_the_form_leaves_open_has_its_default():
    doors = load(as_markdown(FORM)).items[2]
    assert (doors.nc_when, doors.weight, doors.is_critical, doors.is_required) == ((), 1.0, False, False)
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
        ({"type": "geopoint"}, FormProblem.UNKNOWN_TYPE, "survey:2:type", "geopoint"),
        ({"type": "begin_repeat"}, FormProblem.UNKNOWN_TYPE, "survey:2:type", "begin_repeat"),
        (
            {"type": "select_one_from_file a.csv"},
            FormProblem.UNKNOWN_TYPE,
            "survey:2:type",
            "select_one_from_file a.csv",
        ),
        ({"relevant": "1 = 1"}, FormProblem.NOT_SUPPORTED, "survey:2:relevant", ""),
        ({"constraint": ". > 1"}, FormProblem.NOT_SUPPORTED, "survey:2:constraint", ""),
        ({"choice_filter": "name = 'yes'"}, FormProblem.NOT_SUPPORTED, "survey:2:choice_filter", ""),
        ({"default": "yes"}, FormProblem.NOT_SUPPORTED, "survey:2:default", ""),
        ({"label": "Is ${exits} free?"}, FormProblem.NOT_SUPPORTED, "survey:2:label", ""),
        ({"gemba_wieght": "2"}, FormProblem.UNKNOWN_RULE, "survey:2:gemba:wieght", ""),
        ({"gemba_weight": "1,5"}, FormProblem.BAD_VALUE, "survey:2:gemba:weight", "1,5"),
        ({"gemba_weight": "-1"}, FormProblem.BAD_VALUE, "survey:2:gemba:weight", "-1"),
        ({"gemba_weight": "nan"}, FormProblem.BAD_VALUE, "survey:2:gemba:weight", "nan"),
        ({"gemba_critical": "maybe"}, FormProblem.BAD_VALUE, "survey:2:gemba:critical", "maybe"),
        ({"gemba_nc_when": "never"}, FormProblem.BAD_VALUE, "survey:2:gemba:nc_when", "never"),
        ({"gemba_nc_when": "na"}, FormProblem.BAD_VALUE, "survey:2:gemba:nc_when", "na"),
        ({"gemba_evidence": "hearsay"}, FormProblem.BAD_VALUE, "survey:2:gemba:evidence", "hearsay"),
        ({"gemba_critical": "yes", "gemba_nc_when": ""}, FormProblem.MISSING, "survey:2:gemba:nc_when", ""),
        ({"type": "text"}, FormProblem.BAD_VALUE, "survey:2:gemba:nc_when", "no"),
        ({"required": "${a} = 1"}, FormProblem.REFUSED, "survey:2", None),
        ({"required": "1 = 1"}, FormProblem.BAD_VALUE, "survey:2:required", "1 = 1"),
        ({"type": "select_one missing"}, FormProblem.REFUSED, "survey:2", None),
    ],
)
def test_what_cannot_be_done_is_refused_with_its_place(changes, problem, where, detail):
    refused = refusal(one_question(**changes))
    assert (refused.problem, refused.where) == (problem, where)
    assert detail is None or refused.detail == detail


def test_the_row_is_the_rows_own():
    survey = [*SURVEY[:5], ["barcode", "code", "Scan"], *SURVEY[5:]]
    assert refusal(FORM | {"survey": survey}).where == "survey:6:type"


def test_empty_rows_of_a_workbook_are_counted(tmp_path: Path):
    path = tmp_path / "form.xlsx"
    path.write_bytes(as_xlsx(FORM | {"survey": [SURVEY[0], [None], [None], ["barcode", "code", "Scan"]]}))
    with pytest.raises(BadFile) as caught:
        load(path)
    assert (caught.value.path, caught.value.where) == (path, "survey:4:type")


def test_a_name_is_used_once_in_the_whole_form():
    refused = refusal(FORM | {"survey": [*SURVEY, ["text", "exits", "Again?"]]})
    assert (refused.problem, refused.where) == (FormProblem.SAME_NAME, "survey:9:name")


def test_groups_are_one_deep():
    survey = [*SURVEY[:3], ["begin_group", "inner", "Inner"], *SURVEY[3:6], ["end_group"], *SURVEY[6:]]
    refused = refusal(FORM | {"survey": survey})
    assert (refused.problem, refused.where) == (FormProblem.NESTED_GROUP, "survey:4:type")


def test_a_condition_on_a_whole_group_is_refused():
    survey = [[*HEADER, "relevant"], *SURVEY[1:2], [*SURVEY[2], *[""] * 5, "1 = 1"], *SURVEY[3:]]
    refused = refusal(FORM | {"survey": survey})
    assert (refused.problem, refused.where) == (FormProblem.NOT_SUPPORTED, "survey:3:relevant")


@pytest.mark.parametrize("column", ["form_id", "version"])
def test_a_form_says_which_it_is(column):
    place = SETTINGS[0].index(column)
    settings = [row[:place] + row[place + 1 :] for row in SETTINGS]
    refused = refusal(FORM | {"settings": settings})
    assert (refused.problem, refused.where) == (FormProblem.MISSING, f"settings:2:{column}")


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
