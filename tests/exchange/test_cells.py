"""Values become cells, and texts stay texts."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from app.exchange.cells import MOST_CHARACTERS, Pen, cleaned, lines_needed, number_format
from app.exchange.columns import Column, Kind
from app.i18n import language

NOTE = Column(key="note", heading="Note", meaning="In words.", width=40)
CODE = Column(key="code", heading="Code", meaning="A code.", width=10)


@pytest.fixture(scope="module")
def pen():
    return Pen(Workbook(write_only=True).create_sheet("Sheet"), language("en"))


@pytest.mark.parametrize(
    ("value", "held", "shown_as"),
    [
        (date(2026, 11, 24), date(2026, 11, 24), "yyyy-mm-dd_)"),
        (datetime(2026, 11, 24, 1, 12, tzinfo=UTC), datetime.fromisoformat("2026-11-24T01:12"), "yyyy-mm-dd hh:mm_)"),
        (
            datetime(2026, 11, 24, 1, 12, tzinfo=timezone(timedelta(hours=-5))),
            datetime.fromisoformat("2026-11-24T06:12"),
            "yyyy-mm-dd hh:mm_)",
        ),
        (datetime.fromisoformat("2026-11-24T09:30"), datetime.fromisoformat("2026-11-24T09:30"), "yyyy-mm-dd hh:mm_)"),
        (12, 12, "General_)"),
        (0.5, 0.5, "General_)"),
        ("2026-10", "2026-10", "General"),
        (True, "yes", "General"),
        (False, "no", "General"),
    ],
)
def test_a_value_keeps_its_type(pen, value, held, shown_as):
    cell = pen.cell(value, CODE, {})
    assert (cell.value, cell.number_format) == (held, shown_as)


@pytest.mark.parametrize("value", [None, ""])
def test_nothing_written_is_an_empty_cell(pen, value):
    assert pen.cell(value, CODE, {}) is None


@pytest.mark.parametrize(
    ("value", "held"),
    [(date(1899, 12, 31), "1899-12-31"), (float("inf"), "inf"), (float("nan"), "nan")],
)
def test_what_excel_cannot_count_is_written_in_letters(pen, value, held):
    cell = pen.cell(value, CODE, {})
    assert (cell.value, cell.data_type) == (held, "s")


@pytest.mark.parametrize(
    ("kind", "row", "expected"),
    [
        (Kind.WHOLE, {}, "0_)"),
        (Kind.PERCENT, {}, "0%_)"),
        (Kind.MONEY, {"digits": 2}, "#,##0.00_)"),
        (Kind.MONEY, {"digits": 0}, "#,##0_)"),
        (Kind.NUMBER, {"digits": None}, "General_)"),
    ],
)
def test_the_row_says_how_many_decimals_are_shown(kind, row, expected):
    assert number_format(Column(key="n", heading="N", meaning="N.", kind=kind, digits="digits"), row) == expected


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "\0"])
def test_a_text_that_looks_like_a_formula_is_marked_as_text(pen, start):
    cell = pen.cell(f"{start}1+1", NOTE, {})
    assert cell.data_type == "s"
    assert cell.quotePrefix


@pytest.mark.parametrize("text", ["#N/A", "#REF!", "12", "TRUE", "a = b"])
def test_any_other_text_is_a_plain_text(pen, text):
    cell = pen.cell(text, NOTE, {})
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\0b\x1fc", "a\ufffdb\ufffdc"),
        ("\ud800 \uffff", "\ufffd \ufffd"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        ("_x0041_", "_x005F_x0041_"),
        ("_x0041_x0042_", "_x005F_x0041_x005F_x0042_"),
        ("_x", "_x"),
        ("a" * MOST_CHARACTERS, "a" * MOST_CHARACTERS),
        ("a" * (MOST_CHARACTERS + 1), "a" * (MOST_CHARACTERS - 1) + "…"),
        ("😀" * MOST_CHARACTERS, "😀" * (MOST_CHARACTERS // 2) + "…"),
    ],
)
def test_a_text_is_made_to_fit(text, expected):
    assert cleaned(text) == expected


@given(st.text())
def test_cleaning_twice_changes_nothing_more_but_escapes(text):
    once = cleaned(text)
    assert cleaned(once.replace("_x005F_", "_")) == once


@pytest.mark.parametrize(
    ("value", "column", "lines"),
    [
        ("a" * 400, CODE, 1),
        (12, NOTE, 1),
        ("short", NOTE, 1),
        ("one\ntwo\n\nfour", NOTE, 4),
        ("a" * 100, NOTE, 3),
        ("安" * 50, NOTE, 3),
    ],
)
def test_only_wide_columns_wrap(value, column, lines):
    assert lines_needed(value, column) == lines
