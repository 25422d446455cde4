"""Lists of enterprises that people bring: read, understood, judged row by row."""

from datetime import date

import pytest
from openpyxl import Workbook

from app.errors import BadFile
from app.exchange import table_files
from app.exchange.enterprise_headings import field_called
from app.exchange.enterprise_import import preview
from app.exchange.table_files import pasted_table, read_table
from app.i18n import language
from app.messages import message
from app.models.enterprises import sameness

ENGLISH = language("en")


def looked(text, *known, country=""):
    return preview(pasted_table(text), {sameness(*one) for one in known}, language=ENGLISH, country=country)


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Name", "name"),
        ("NOMBRE DE LA EMPRESA *", "name"),
        ("Factory name (as registered)", "name"),
        ("País", "country"),
        ("Teléfono", "phone"),
        ("E-mail", "email"),
        ("Razón social", "legal_name"),
        ("report_language", "report_language"),
        ("Joined on", "joined_on"),
        ("Fax", None),
        ("", None),
        ("Advisor", None),
    ],
)
def test_headings_in_english_and_spanish(heading, field):
    assert field_called(heading, ENGLISH) == field


def test_columns_in_any_order_and_what_is_not_understood():
    found = looked("List of 2026\n\nPaís\tFax\tEmpresa\tFundada\nPerú\t12\tTextil Ñandú\t1990\nEC\t\tNova\t\n")
    assert [row.values for row in found.rows] == [
        {"country": "PE", "name": "Textil Ñandú", "founded": 1990},
        {"country": "EC", "name": "Nova"},
    ]
    assert [row.number for row in found.rows] == [4, 5]
    assert found.unused == ("Fax",)
    assert len(found.new) == 2


def test_duplicates_of_what_is_there_and_within_the_list():
    found = looked("Name\tCountry\nDANG  textiles\tVN\nNova\tEC\nNova\tEC\nNova\tPE", ("Đặng Textiles", "VN"))
    assert [row.is_duplicate for row in found.rows] == [True, False, True, False]
    assert found.duplicates == 2


def test_troubles_name_row_and_column_in_words():
    found = looked("Name\tCountry\tFounded\tOwnership\n\tPE\t19x\tmartian\nNova\tAtlantis\t\t")
    first, second = found.faulty
    assert [(t.heading, t.error.field, t.error.problem) for t in first.troubles] == [
        ("Founded", "founded", "not-a-whole-number"),
        ("Ownership", "ownership", "not-a-choice"),
        ("Name", "name", "missing"),
    ]
    assert [message(t.error).says for t in second.troubles] == [
        "Country must be a country's name or its two letters, not Atlantis."
    ]
    assert found.new == ()


def test_a_country_for_rows_that_name_none_and_choices_in_words():
    found = looked("Name,Ownership,May be shared\nNova,Cooperative,sí\n", country="PE")
    assert found.rows[0].values == {"country": "PE", "name": "Nova", "ownership": "cooperative", "may_share": 1}


def test_no_headings_is_said():
    with pytest.raises(BadFile) as caught:
        looked("Nova\tPeru")
    assert caught.value.problem == "no-headings"
    assert "headings" in message(caught.value).says


def test_an_excel_list(tmp_path):
    book = Workbook()
    book.active.append(["Name", "Country", "Founded", "Joined on", "Latitude"])
    book.active.append(["Nova", "Peru", 1990.0, date(2026, 3, 1), -12.05])
    path = tmp_path / "list.xlsx"
    book.save(path)
    (row,) = preview(read_table(path), set(), language=ENGLISH).rows
    assert row.values == {
        "name": "Nova", "country": "PE", "founded": 1990, "joined_on": "2026-03-01", "latitude": -12.05,
    }  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_csv_as_excel_writes_it(tmp_path, encoding):
    path = tmp_path / "list.csv"
    path.write_bytes('Nombre;País\r\n"Ñandú; hijos";España\r\n'.encode(encoding))
    assert read_table(path) == [["Nombre", "País"], ["Ñandú; hijos", "España"]]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "empty-file"),
        (b"\xd0\xcf\x11\xe0 old", "old-excel"),
        (b"PK\x03\x04 broken", "not-a-table"),
        (b"\x89PNG\0\0\0\0", "not-a-table"),
        (b"a" * 200_000, "not-a-table"),
    ],
)
def test_files_that_are_no_list(tmp_path, data, problem):
    path = tmp_path / "list.xlsx"
    path.write_bytes(data)
    with pytest.raises(BadFile) as caught:
        read_table(path)
    assert caught.value.problem == problem
    assert message(caught.value).says


def test_limits(tmp_path, monkeypatch):
    monkeypatch.setattr(table_files, "MOST_ROWS", 3)
    with pytest.raises(BadFile, match="too-many-rows"):
        pasted_table("Name\n" + "x\n" * 3)
    monkeypatch.setattr(table_files, "MOST_BYTES", 3)
    (tmp_path / "list.csv").write_text("Name")
    with pytest.raises(BadFile, match="table-too-large"):
        read_table(tmp_path / "list.csv")
