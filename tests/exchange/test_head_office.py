"""Head office's workbook as a file."""

import io
import zipfile
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from app.errors import DiskTrouble, FileLocked, NoPermission
from app.exchange.columns import SHEETS
from app.exchange.head_office import write_head_office
from app.fieldwork.head_office import head_office_snapshot
from app.i18n import language
from app.models.snapshots import HeadOfficeSnapshot
from tests.exchange.planting import CANARY, plant_one_of_each
from tests.factories import make_enterprise, make_improvement, make_visit

ENGLISH = language("en")
TITLES = ["README", "Enterprises", "Visits", "Sessions", "Participants"]
TITLES += ["Checklist_answers", "Indicators", "Improvements", "Photos"]


def snapshot(db):
    return head_office_snapshot(db, made_on=date(2026, 11, 30), made_by="trainer", program_version="1.2.3")


@pytest.fixture
def path(tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    return folder / "head office.xlsx"


def readme(path: Path) -> str:
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name("README").to_python()
    return "\n".join(" | ".join(str(cell) for cell in row) for row in rows)


def test_an_empty_store_gives_every_sheet_with_its_headings(db, path):
    write_head_office(snapshot(db), path, ENGLISH)
    book = load_workbook(path)
    assert book.sheetnames == TITLES
    for sheet in SHEETS:
        assert len(book[sheet.title][1]) == len(sheet.columns)
        assert book[sheet.title].tables[sheet.title].ref.endswith("2")


def test_values_are_typed(db, by, path):
    enterprise_id = make_enterprise(db, by, "مصنع النور", joined_on=date(2026, 1, 5), may_share=True, founded=1984)
    make_improvement(db, by, make_visit(db, by, enterprise_id), cost=1250, currency="JOD")
    write_head_office(snapshot(db), path, ENGLISH)
    book = load_workbook(path)
    enterprise = {head.value: cell for head, cell in zip(*book["Enterprises"], strict=True)}
    assert enterprise["Enterprise"].value == "مصنع النور"
    assert enterprise["Joined on"].is_date
    assert (enterprise["Founded"].value, enterprise["May be shared"].value) == (1984, "yes")
    improvement = {head.value: cell for head, cell in zip(*book["Improvements"], strict=True)}
    assert (improvement["Cost"].value, improvement["Cost"].number_format) == (1.25, "#,##0.000_)")


def test_the_cover_explains_the_file(db, by, path):
    make_visit(db, by)
    write_head_office(snapshot(db), path, ENGLISH)
    text = readme(path)
    assert "Made on | 2026-11-30" in text
    assert "Made by | Trainer" in text
    assert "Program | Gemba 1.2.3" in text
    assert "Visits | 1.0 | A visit, held or planned." in text
    assert "Photos | 0.0" in text
    for code in ("not_tracked", "refused", "not_applicable", "finding"):
        assert f"| {code} | " in text
    for sheet in SHEETS:
        assert all(column.meaning in text for column in sheet.columns)


def test_no_field_that_nobody_may_see_is_in_the_file(db, by, path):
    canaries = plant_one_of_each(db, by)
    write_head_office(snapshot(db), path, ENGLISH)
    archive = zipfile.ZipFile(path)
    content = b"".join(archive.read(name) for name in archive.namelist())
    assert len(canaries) > 30
    assert CANARY.encode() not in content
    # What may leave did leave: the search above looked into full sheets.
    assert [table for table in ("enterprise", "visit", "improvement") if f"open {table}".encode() not in content] == []


def test_the_same_records_give_the_same_bytes(db, by, path):
    plant_one_of_each(db, by)
    again = path.with_name("again.xlsx")
    for target in (path, again):
        write_head_office(snapshot(db), target, ENGLISH)
    assert path.read_bytes() == again.read_bytes()


def test_an_older_file_is_replaced_and_nothing_else_is_left(db, path):
    path.write_bytes(b"an older one")
    write_head_office(snapshot(db), path, ENGLISH)
    assert zipfile.is_zipfile(path)
    assert list(path.parent.iterdir()) == [path]


class _HeldFile(type(Path())):
    """A file that another program shows, as Windows has it: it can be written beside, and not be replaced."""

    def replace(self, target):
        raise PermissionError(13, "used by another process", str(target))


class _ClosedFolder(type(Path())):
    def open(self, *arguments, **options):
        raise PermissionError(13, "not allowed", str(self))


@pytest.mark.parametrize(("kind", "trouble"), [(_HeldFile, FileLocked), (_ClosedFolder, NoPermission)])
def test_a_refusal_is_told_and_the_older_file_stays(db, path, kind, trouble):
    path.write_bytes(b"an older one")
    with pytest.raises(trouble):
        write_head_office(snapshot(db), kind(path), ENGLISH)
    assert path.read_bytes() == b"an older one"
    assert list(path.parent.iterdir()) == [path]


def test_a_folder_that_is_gone(db, path):
    with pytest.raises(DiskTrouble):
        write_head_office(snapshot(db), path.parent / "gone" / path.name, ENGLISH)


def test_a_folder_of_that_name(db, path):
    path.mkdir()
    with pytest.raises(DiskTrouble):
        write_head_office(snapshot(db), path, ENGLISH)
    assert list(path.parent.iterdir()) == [path]


def test_five_thousand_answers(path):
    row = {"enterprise": "مصنع النور", "visit_on": date(2026, 11, 24), "item": "policy", "value": "no"}
    rows = tuple(row | {"id": str(number), "note": "Not on the wall.\nIn a drawer."} for number in range(5000))
    sheets = {"Checklist_answers": rows}
    write_head_office(HeadOfficeSnapshot(date(2026, 11, 30), "trainer", "1", sheets), path, language("ar"))
    read = CalamineWorkbook.from_path(path).get_sheet_by_name("Checklist_answers").to_python()
    assert len(read) == 5001
    assert [line[-1] for line in read[1:]] == [row["id"] for row in rows]
    archive = zipfile.ZipFile(io.BytesIO(path.read_bytes()))
    assert archive.testzip() is None
