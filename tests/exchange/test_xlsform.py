"""A checklist written as XLSForm is the same checklist when it is read again, here and by other tools."""

import csv
import io
import tempfile
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pyxform.xls2xform import convert

from app.checklists.catalogue import list_checklists
from app.checklists.items import Checklist
from app.checklists.xlsform import examine, load
from app.exchange.xlsform import write_xlsform

BOTH = ("", "::English (en)", "::Spanish (es)")
NASTY = (
    "=1+1",
    "+5",
    "-3",
    "@home",
    '=cmd|" /C calc"!A0',
    "_x0041_",
    "a\nb",
    "Ñandú",
    "سلامة",
    "a  b",
    "| pipe |",
    "'q'",
)
TEXTS = st.one_of(
    st.sampled_from(NASTY), st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=8)
)
NUMBERS = st.sampled_from(("0", "1", "0.5", "2.25", "3", "1e-05"))
LISTS = {"yes_no": ("yes", "no", "na"), "colours": ("red", "green", "blue")}
TYPES = (
    "select_one yes_no",
    "select_multiple colours",
    "rank colours",
    "select_one yes_no or_other",
    "select_one_from_file places.csv",
    "text",
    "barcode",
    "geopoint",
    "integer",
    "decimal",
    "range",
    "date",
    "time",
    "dateTime",
    "acknowledge",
    "image",
    "audio",
    "geotrace",
    "note",
    "calculate",
    "hidden",
    "today",
)
CONDITIONS = ("true()", "1 = 2", "${first} = 'yes'", "selected(${first}, 'no') and today() > 1", "yes", "no")


def translated(column):
    """A text in no, one or two languages, or in none that is stated."""
    return st.sampled_from((BOTH[:1], BOTH[1:], BOTH[1:2], BOTH[2:])).flatmap(
        lambda ends: st.fixed_dictionaries({}, optional={column + end: TEXTS for end in ends})
    )


@st.composite
def questions(draw, number):
    kind = draw(st.sampled_from(TYPES))
    row = {"type": kind, "name": f"q{number}", "label::English (en)": draw(TEXTS)}
    for column in ("label", "hint", "guidance_hint", "constraint_message", "required_message"):
        row |= draw(translated(column))
    optional = {
        "relevant": st.sampled_from(CONDITIONS),
        "required": st.sampled_from(("yes", "no", "${first} = 'no'")),
        "readonly": st.sampled_from(("yes", "1 = 1")),
        "constraint": st.sampled_from((". != ''", "regex(., '[a-z]+')", "-1 < 2")),
        "appearance": st.sampled_from(("minimal", "likert", "numbers")),
        "media::image": st.just("a.png"),
        "media::image::Spanish (es)": st.just("b.png"),
        "our_note": TEXTS,
        "bind::odk:length": st.just("5"),
        "bind::gemba:weight": NUMBERS,
        "bind::gemba:mapping_id": st.just("elsewhere"),
        "bind::gemba:legal_reference": TEXTS,
        "bind::gemba:evidence": st.sampled_from(("observation", "documents photo")),
        "bind::gemba:pair": st.sampled_from(("yes", "no")),
        "bind::gemba:compliance_point": st.just("os.1"),
        "default": st.sampled_from(("7", "yes", "today()", "-3", "${first}")),
    }
    row |= draw(st.fixed_dictionaries({}, optional=optional))
    match kind.split()[0]:
        case "select_one":
            row |= draw(
                st.fixed_dictionaries(
                    {},
                    optional={
                        "bind::gemba:nc_when": st.sampled_from(("no", "yes no")),
                        "choice_filter": st.sampled_from(("name != 'na'", "${first} = 'yes'")),
                        "parameters": st.just("randomize=true seed=42"),
                    },
                )
            )
        case "range":
            row["parameters"] = draw(st.sampled_from(("start=0 end=4 step=1", "start=-1 end=1 step=0.5")))
            row["bind::gemba:nc_when"] = ". < 1"
        case "calculate":
            row["calculation"] = draw(st.sampled_from(("1 + 1", "-1", "concat(${first}, 'x')")))
            row |= draw(st.fixed_dictionaries({}, optional={"trigger": st.just("${first}")}))
        case "hidden":
            row["bind::gemba:parameter"] = "minimum_age"
    return row


@st.composite
def surveys(draw):
    """A first question that the others may ask about, then questions in groups and repeats up to three deep."""
    rows = [{"type": "select_one yes_no", "name": "first", "label::English (en)": "First?"}]
    open_groups = []
    for number in range(draw(st.integers(1, 6))):
        if len(open_groups) < 3 and draw(st.booleans()):
            kind = draw(st.sampled_from(("group", "repeat")))
            group = {"type": f"begin_{kind}", "name": f"g{number}"} | draw(translated("label"))
            optional = {"relevant": st.sampled_from(CONDITIONS), "appearance": st.just("field-list")}
            if kind == "repeat":
                optional["repeat_count"] = st.sampled_from(("3", "${first}"))
            rows.append(group | draw(st.fixed_dictionaries({}, optional=optional)))
            open_groups.append(f"end_{kind}")
        rows.append(draw(questions(number)))
        while open_groups and draw(st.booleans()):
            rows.append({"type": open_groups.pop()})
    return rows + [{"type": end} for end in reversed(open_groups)]


@st.composite
def forms(draw):
    choices = [
        {"list_name": name, "name": choice} | draw(translated("label")) | {"label::English (en)": choice} | draw(more)
        for name, listed in LISTS.items()
        for choice in listed
    ]
    about = {
        "form_id": "generated",
        "form_title": draw(TEXTS),
        "default_language": draw(st.sampled_from(("", "English (en)", "Spanish (es)", "Khmer (km)"))),
        "namespaces": draw(st.sampled_from(('gemba="urn:gemba:checklist"', 'gemba="urn:gemba:checklist" a="urn:b"'))),
    }
    optional = {
        "version": NUMBERS,
        "gemba:module": st.just("osh"),
        "gemba:title::Spanish (es)": TEXTS,
        "style": st.just("pages"),
        "our_note": TEXTS,
    }
    return {
        "survey": draw(surveys()),
        "choices": choices,
        "settings": [about | draw(st.fixed_dictionaries({}, optional=optional))],
    }


more = st.fixed_dictionaries({}, optional={"gemba_points": NUMBERS, "region": TEXTS, "media::image": st.just("c.png")})


def as_csv(sheets) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    for name, rows in sheets.items():
        columns = list(dict.fromkeys(column for row in rows for column in row))
        writer.writerow([name])
        writer.writerows([["", *columns], *(["", *(row.get(column, "") for column in columns)] for row in rows)])
    return text.getvalue().encode()


def again(checklist: Checklist, path: Path) -> Checklist:
    write_xlsform(checklist, path)
    return load(path)


@pytest.mark.parametrize("checklist", list_checklists(), ids=lambda checklist: checklist.id)
def test_every_checklist_of_the_program_comes_back(checklist, tmp_path):
    path = tmp_path / "form.xlsx"
    found = again(checklist, path)
    assert found == checklist
    assert found.hash == checklist.hash
    warnings = []
    assert "<h:html" in convert(path, warnings=warnings).xform
    assert warnings == []


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(forms())
def test_any_form_comes_back(sheets):
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "a.csv"), Path(folder, "b.xlsx")
        source.write_bytes(as_csv(sheets))
        examined = examine(source)
        assume(examined.checklist is not None)
        found = again(examined.checklist, target) if not examined.troubles else None
        assume(found is not None)
        assert found == examined.checklist
        assert found.hash == examined.checklist.hash
        convert(target)


def test_the_same_checklist_gives_the_same_bytes(tmp_path):
    checklist = next(iter(list_checklists()))
    for name in ("a.xlsx", "b.xlsx"):
        write_xlsform(checklist, tmp_path / name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_no_cell_is_a_formula(tmp_path):
    """Excel must not compute what an author, or somebody who sent a form, typed."""
    source, target = tmp_path / "a.csv", tmp_path / "b.xlsx"
    survey = [
        {"type": "text", "name": "q", "label::English (en)": '=HYPERLINK("http://x")', "default": "-1", "x": "@a"}
    ]
    about = {"form_id": "f", "form_title": "+1", "version": "1", "default_language": "English (en)"}
    source.write_bytes(as_csv({"survey": survey, "settings": [about]}))
    found = again(load(source), target)
    assert found == load(source)
    assert found.items[0].label.in_language("en") == '=HYPERLINK("http://x")'
    book = openpyxl.load_workbook(target)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert {str(cell.value) for cell in cells if cell.quotePrefix} == {'=HYPERLINK("http://x")', "-1", "@a", "+1"}
    assert all(b"<f>" not in ZipFile(target).read(name) for name in ZipFile(target).namelist())


def test_columns_stand_where_authors_look_for_them(tmp_path):
    write_xlsform(next(one for one in list_checklists() if one.id == "osh"), tmp_path / "osh.xlsx")
    book = openpyxl.load_workbook(tmp_path / "osh.xlsx")
    assert book.sheetnames == ["survey", "choices", "settings"]
    assert [cell.value for cell in book["survey"][1]][:4] == [
        "type",
        "name",
        "label::English (en)",
        "label::Spanish (es)",
    ]
    assert book["survey"].freeze_panes == "C2"
