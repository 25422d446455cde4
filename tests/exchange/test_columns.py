"""The tables of columns hold together, and agree with the rows that fieldwork gathers."""

from collections import Counter
from datetime import date

import pytest

from app.exchange.columns import SHEETS
from app.exchange.words import word_of
from app.fieldwork.head_office import head_office_snapshot
from app.models.catalogue import load_improvement_categories
from tests.exchange.planting import plant_one_of_each

EVERY_COLUMN = [(sheet.title, column) for sheet in SHEETS for column in sheet.columns]


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.title)
def test_keys_and_headings_are_used_once(sheet):
    for name in ("key", "heading"):
        used = Counter(getattr(column, name) for column in sheet.columns)
        assert [text for text, times in used.items() if times > 1] == []


def test_every_column_says_what_it_means():
    assert [(title, column.key) for title, column in EVERY_COLUMN if not column.meaning.endswith(".")] == []


def test_every_heading_fits_its_column():
    """On two lines, beside the arrow of the filter."""
    narrow = [
        (title, column.heading)
        for title, column in EVERY_COLUMN
        if max(map(len, column.heading.split())) + 1 > column.width or len(column.heading) > 2 * column.width - 4
    ]
    assert narrow == []


def test_every_code_has_words():
    codes = {code for _, column in EVERY_COLUMN for code in column.codes}
    assert {code for code in codes if word_of(code) == code} == set()
    categories = load_improvement_categories()
    assert [word_of(category.id, "category") for category in categories] == [category.name for category in categories]


def test_a_code_without_words_stands_for_itself():
    assert word_of("from_2031") == "from_2031"


def test_every_sheet_finds_its_values(db, by, clock):
    plant_one_of_each(db, by)
    sheets = head_office_snapshot(db, made_on=date(2026, 12, 31), made_by="trainer", program_version="1").sheets
    assert list(sheets) == [sheet.title for sheet in SHEETS]
    for sheet in SHEETS:
        keys = {column.key for column in sheet.columns}
        assert sheets[sheet.title], sheet.title
        assert set(sheets[sheet.title][0]) - {"digits"} == keys
