"""What stands in the file, read back by two programs of other people."""

import io
import re
import zipfile
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from app.exchange.columns import Column, Kind
from app.exchange.workbook import About, Cover, DataSheet, Line, Look, write_workbook
from app.i18n import language

ENGLISH = language("en")
ABOUT = About("Records", "Gemba", date(2026, 11, 30))
COVER = Cover("README", (20, 40), (Line(("Title",), Look.TITLE), Line(("Code", "Code")), Line(("a", 3))))
NAME = Column(key="name", heading="Name", meaning="A name.", width=30)
COUNT = Column(key="count", heading="Length", meaning="A number.", kind=Kind.WHOLE, unit="min")
DAY = Column(key="day", heading="Day", meaning="A day.", kind=Kind.DAY)
PAYLOADS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "\0=1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://example.org","x")',
    "{=1+1}",
    "#REF!",
]


def written(*rows, columns=(NAME, COUNT, DAY), spoken=ENGLISH, title="Records"):
    file = io.BytesIO()
    write_workbook(file, [DataSheet(title, columns, rows)], cover=COVER, about=ABOUT, language=spoken)
    return file.getvalue()


def names_read(data):
    """The first column below the heading, as each of the two readers has it."""
    ours = [row[0] for row in load_workbook(io.BytesIO(data))["Records"].iter_rows(min_row=2, values_only=True)]
    theirs = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name("Records").to_python()
    return ours, [row[0] for row in theirs[1:]]


def test_headings_values_and_cover():
    data = written({"name": "Ana", "count": 3, "day": date(2026, 11, 24)}, {"name": "مصنع", "count": 0, "day": None})
    theirs = CalamineWorkbook.from_filelike(io.BytesIO(data))
    assert theirs.sheet_names == ["README", "Records"]
    assert theirs.get_sheet_by_name("Records").to_python() == [
        ["Name", "Length (min)", "Day"],
        ["Ana", 3.0, date(2026, 11, 24)],
        ["مصنع", 0.0, ""],
    ]
    assert theirs.get_sheet_by_name("README").to_python() == [["Title", ""], ["Code", "Code"], ["a", 3.0]]
    cells = load_workbook(io.BytesIO(data))["Records"][2]
    assert [cell.data_type for cell in cells] == ["s", "n", "d"]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_formula_that_somebody_typed_is_a_text(payload):
    data = written({"name": payload, "count": 1})
    cell = load_workbook(io.BytesIO(data))["Records"]["A2"]
    seen = payload.replace("\0", "\ufffd")
    assert (cell.data_type, cell.value) == ("s", seen)
    assert names_read(data)[1] == [seen]
    sheet = zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet2.xml")
    assert not re.search(rb"<f[ >/]", sheet)
    assert b't="e"' not in sheet


def test_the_mark_of_a_text_that_looks_like_a_formula_reaches_the_file():
    book = load_workbook(io.BytesIO(written({"name": "=1"}, {"name": "one"})))
    assert [book["Records"][place].quotePrefix for place in ("A2", "A3")] == [True, False]


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00\ufffe\uffff")))
def test_any_text_comes_back(text):
    expected = "".join("\ufffd" if c < " " and c not in "\t\n\r" else c for c in text)
    ours, theirs = names_read(written({"name": "first"}, {"name": text}, {"name": "last"}))
    assert [ours[0], (ours[1] or "").replace("_x005F_", "_"), ours[2]] == ["first", expected, "last"]
    assert theirs == ["first", expected, "last"]


@pytest.mark.parametrize(("rows", "ref"), [(0, "A1:C2"), (1, "A1:C2"), (5, "A1:C6")])
def test_the_table_covers_the_rows(rows, ref):
    sheet = load_workbook(io.BytesIO(written(*[{"name": str(n)} for n in range(rows)])))["Records"]
    table = sheet.tables["Records"]
    assert (table.ref, table.autoFilter.ref) == (ref, ref)
    assert table.column_names == ["Name", "Length (min)", "Day"]
    assert sheet.freeze_panes == "B2"
    assert sheet.print_title_rows == "$1:$1"
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage


def test_equal_headings_are_told_apart():
    columns = (NAME, Column(key="other", heading="name", meaning="The same word."))
    table = load_workbook(io.BytesIO(written({"name": "a"}, columns=columns)))["Records"].tables["Records"]
    assert table.column_names == ["Name", "name 2"]


@pytest.mark.parametrize("title", ["A1", "R1C1", "c", "two words", "1st", "Q4"])
def test_a_title_that_cannot_name_a_table_is_refused(title):
    with pytest.raises(ValueError, match="cannot name a table"):
        written(title=title)


@pytest.mark.parametrize(("tag", "expected"), [("ar", True), ("es", None)])
def test_the_sheets_run_as_the_language_does(tag, expected):
    book = load_workbook(io.BytesIO(written(spoken=language(tag))))
    assert [sheet.sheet_view.rightToLeft for sheet in book] == [expected, expected]


def test_a_row_is_high_enough_for_its_note():
    sheet = load_workbook(io.BytesIO(written({"name": "a"}, {"name": "a\nb\nc"}, {"name": "a\n" * 90})))["Records"]
    assert [sheet.row_dimensions[number].height for number in (2, 3, 4)] == [None, 45, 120]


def test_the_same_content_gives_the_same_bytes():
    assert written({"name": "Ana"}) == written({"name": "Ana"})


def test_the_only_date_in_the_file_is_the_one_given():
    data = written({"name": "Ana"})
    properties = load_workbook(io.BytesIO(data)).properties
    assert {properties.created.date(), properties.modified.date()} == {date(2026, 11, 30)}
    archive = zipfile.ZipFile(io.BytesIO(data))
    assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert archive.namelist()[0] == "[Content_Types].xml"
