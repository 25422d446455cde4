import openpyxl
import pytest
from PySide6.QtWidgets import QLabel

from app.ui.pages.exchange import ExchangePage
from tests.factories import make_enterprise, make_visit


@pytest.fixture
def page(qtbot, desk):
    desk.jobs.db(lambda db: make_visit(db, desk.by, make_enterprise(db, desk.by, "PT Laksana")))
    page = ExchangePage(desk)
    qtbot.add_widget(page)
    page.show()
    qtbot.wait_until(lambda: bool(page.header.second.text()))
    return page


def test_it_says_what_waits_in_plain_words(page):
    assert page.header.second.text().startswith("Not connected yet. To be sent: 2 records")
    shown = [one.text() for one in page.waiting.findChildren(QLabel)]
    assert {"Enterprise", "Visit"} <= set(shown)
    assert "The oldest change that waits: Today." in shown


def test_the_workbook_is_made_and_its_folder_offered(page, desk, qtbot, tmp_path):
    target = tmp_path / "head office.xlsx"
    desk.ask.paths = [target]
    page.make.click()
    assert page.strip.isVisible()
    qtbot.wait_until(page.done.isVisible)
    assert page.done.words.text().startswith("head office.xlsx is made")
    assert page.done.offer.text() == "Open folder"
    assert page.make.isEnabled()
    assert not page.strip.isVisible()
    assert "Enterprises" in openpyxl.load_workbook(target, read_only=True).sheetnames


def test_a_workbook_that_cannot_be_written_is_told(page, desk, qtbot, tmp_path):
    target = tmp_path / "no folder" / "x.xlsx"
    desk.ask.paths = [target]
    with qtbot.wait_signal(desk.jobs.failed):
        page.make.click()
    assert page.make.isEnabled()


def test_a_cancelled_question_does_nothing(page, desk):
    page.make.click()
    assert page.make.isEnabled()
    assert not page.strip.isVisible()
    assert [(title, proposal) for title, proposal, _kinds in desk.ask.asked] == [
        ("Make the workbook", "Head office 2026-11-24.xlsx")
    ]
