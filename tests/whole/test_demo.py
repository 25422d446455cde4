"""The sample day from an empty folder to PDF and workbook, as `make run` plays it without a display."""

import json
from pathlib import Path

import pypdfium2
import pytest
from python_calamine import CalamineWorkbook

from app.bootstrap import reading
from app.cli import main
from app.fieldwork.check import check_store
from app.models.rows import list_rows
from app.paths import DataFolder
from app.sample.programme import is_sample

DAY = "2026-11-24"


@pytest.fixture(scope="module")
def played(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("demo")
    assert main(["demo", "--out", str(out), "--day", DAY]) == 0
    return out


@pytest.fixture(scope="module")
def words(played) -> str:
    with pypdfium2.PdfDocument(played / f"PT-Laksana-Tekhnik-Makmur-{DAY}.pdf") as pdf:
        return "\n".join(page.get_textpage().get_text_bounded() for page in pdf)


def test_the_report_tells_the_day(words):
    for said in (
        "PT Laksana Tekhnik Makmur",
        "Follow-up visit 2",
        "November 24, 2026",
        "Workers' representative",
        "Caring for respirators and filters",
        "Build three spray cubicles",
        "14 days overdue",
        "Before",
        "After picture missing",
        "26 of 31 items",
        "5.0 %",
        "2.0 %",
        "not tracked",
        "refused",
        "rank A",
        "Illustrative, not published.",
        "Page 6 of 6",
    ):
        assert said.casefold() in " ".join(words.split()).casefold(), said


def test_the_workbook_has_the_same_day(played):
    book = CalamineWorkbook.from_path(played / "head-office.xlsx")
    assert book.sheet_names == ["README", "Enterprises", "Visits", "Sessions", "Participants", "Checklist_answers",
                                "Indicators", "Improvements", "Photos"]  # fmt: skip
    rows = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    assert len(rows["Enterprises"]) == 1 + 39
    laksana = [row for row in rows["Improvements"] if "PT Laksana Tekhnik Makmur" in row]
    assert len(laksana) == 8
    assert len([row for row in rows["Improvements"] if "Anclote" in row]) == 34


def test_the_store_is_in_order_and_marked_as_a_sample(played):
    with reading(DataFolder(played / "data")) as store:
        assert check_store(store.records, store.photos).is_clean
        assert is_sample(store.records)
        assert len(list(list_rows(store.records, "report"))) == 1
        jordan = [row for row in list_rows(store.records, "assessment") if row["extent"] == "partial"]
        assert len(jordan) == 4


def test_the_rates_of_its_better_work_factories_say_whom_they_are_over(played, capsys):
    asked = ["rates", "compliance_points", "--population", "panel", "--data", str(played / "data")]
    assert main([*asked, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [(one["cycle"], one["enterprises"]) for one in told["groups"]] == [(1, 3), (2, 3), (3, 3)]
    assert main(asked) == 0
    words = capsys.readouterr().out
    assert "in each of the cycles 1 to 3: 3 enterprises" in words
    assert "Premium Pay: 67 %, 2 of 3;" in words
    assert main(["rates", "compliance_points", "--country", "Atlantis", "--data", str(played / "data")]) == 5
    assert main(["rates", "nothing", "--data", str(played / "data")]) == 3


def test_played_again_it_is_the_same_report_and_a_fresh_folder(played, tmp_path, capsys):
    assert main(["demo", "--out", str(tmp_path), "--day", DAY, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    again = Path(told["report"]).read_bytes()
    assert again == (played / f"PT-Laksana-Tekhnik-Makmur-{DAY}.pdf").read_bytes()
    issued = tmp_path / "again.pdf"
    assert main(["report", told["visit"], "--out", str(issued), "--data", told["data"]]) == 0
    assert issued.read_bytes() == again


def test_what_is_no_sample_is_never_removed(tmp_path, capsys):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "mine.txt").write_text("work")
    assert main(["demo", "--out", str(tmp_path)]) == 6
    assert "holds other files" in capsys.readouterr().err
    assert (tmp_path / "data" / "mine.txt").read_text() == "work"
