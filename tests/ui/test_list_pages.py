"""Improvements, indicators, reports and the bin: lists over everything that open their visit."""

from datetime import date

import pytest
from PySide6.QtCore import Qt

from app.fieldwork.agreement import follow_up
from app.fieldwork.catalogues import programme_id
from app.fieldwork.measure import take_figure
from app.fieldwork.records import bin_record
from app.models.improvements import ImprovementStatus
from app.models.rows import find_row, save_row
from app.photos.store import BytesKind, put_bytes
from app.ui.pages.bin import BinPage
from app.ui.pages.improvements import ImprovementsPage
from app.ui.pages.indicators import IndicatorsPage
from app.ui.pages.reports import ReportsPage
from tests.factories import make_enterprise, make_improvement, make_visit

EMPTY = 1  # of the table's stack


@pytest.fixture
def open_page(qtbot, desk):
    def opened(kind, rows=None):
        page = kind(desk)
        qtbot.add_widget(page)
        page.show()
        if rows is not None:
            qtbot.wait_until(lambda: page.table.model.rowCount() == rows)
        return page

    return opened


@pytest.fixture
def visit(desk):
    def plant(db):
        enterprise = make_enterprise(db, desk.by, "PT Laksana", country_programme_id=programme_id("score", "ID"))
        return make_visit(db, desk.by, enterprise)

    return desk.jobs.db(plant)


@pytest.mark.parametrize("kind", [ImprovementsPage, IndicatorsPage, ReportsPage, BinPage])
def test_an_empty_page_says_what_it_is_and_leads_on(kind, open_page, desk, qtbot):
    page = open_page(kind)
    qtbot.wait_until(lambda: page.table._stack.currentIndex() == EMPTY)
    assert page.focus_filter()


@pytest.mark.parametrize("kind", [ImprovementsPage, IndicatorsPage, ReportsPage, BinPage])
def test_opening_a_page_writes_nothing(kind, open_page, desk, visit, qtbot):
    before = desk.jobs.db(lambda db: db.conn.total_changes)
    page = open_page(kind)
    qtbot.wait_until(lambda: page.table._stack.currentIndex() != 3)
    assert desk.jobs.db(lambda db: db.conn.total_changes) == before


@pytest.fixture
def improvements(open_page, desk, visit):
    def plant(db):
        late = make_improvement(db, desk.by, visit, "Mark the walkways", due_on=date(2026, 11, 20))
        done = make_improvement(db, desk.by, visit, "Guard the press", due_on=date(2026, 11, 1))
        make_improvement(db, desk.by, visit, "Hang a lamp", due_on=date(2026, 12, 24))
        other = make_visit(db, desk.by, make_enterprise(db, desk.by, "Anclote"))
        make_improvement(db, desk.by, other, "Fans in the kitchen", due_on=date(2026, 12, 25))
        follow_up(db, desk.by, done, ImprovementStatus.DONE)
        return late

    late = desk.jobs.db(plant)
    return open_page(ImprovementsPage, 4), late


def test_improvements_are_counted_by_status_and_filtered(improvements):
    page, __ = improvements
    assert page.header.second.text() == "3 improvements are open, 1 of them overdue."
    assert [page.statuses.button(code).text() for code in ("all", "overdue", "agreed", "done", "to_verify")] == [
        "All 4",
        "Overdue 1",
        "Agreed 3",
        "Done 1",
        "To verify 1",
    ]
    page.statuses.button("overdue").click()
    assert page.table.model.rowCount() == 1
    assert page.table.model.index(0, 3).data() == "4 days overdue"
    page.statuses.button("overdue").click()
    assert page.table.model.rowCount() == 4
    page.programme.setCurrentIndex(page.programme.findData("score"))
    assert page.table.model.rowCount() == 3
    assert page.statuses.button("agreed").text() == "Agreed 2"


def test_an_improvement_opens_its_visit(improvements, desk, visit, qtbot):
    page, late = improvements
    qtbot.keyClick(page.table.view, Qt.Key.Key_Return)
    assert desk.asked_for == [f"visit/{visit}/improvements/{late}"]


def test_indicators_say_in_words_what_became_of_them(open_page, desk, visit, qtbot):
    def plant(db):
        for period, role, count in (("2026-08", "baseline", 500), ("2026-11", "monthly", 200)):
            take_figure(db, desk.by, visit, "defect", period, role=role, numerator=count, denominator=10_000)
        take_figure(db, desk.by, visit, "accidents", "2026-11", status="not_tracked")

    desk.jobs.db(plant)
    page = open_page(IndicatorsPage, 2)
    rows = [[page.table.model.index(row, column).data() for column in range(6)] for row in range(2)]
    assert rows[0] == ["PT Laksana", "Accidents", "none", "not tracked, Nov 2026", "Needs two numbers", "0 of 1"]
    assert rows[1][2:] == ["5.0 %, Aug 2026", "2.0 %, Nov 2026", "Better: -3.0 points", "2 of 4"]
    assert page.header.second.text() == "1 of 1 figure that can be compared is better than its baseline."
    page.verdicts.button("better").click()
    assert page.table.model.rowCount() == 1
    qtbot.keyClick(page.table.view, Qt.Key.Key_Return)
    assert desk.asked_for == [f"visit/{visit}/indicators"]


@pytest.fixture
def reports(open_page, desk, visit):
    sha256 = desk.jobs._photo_thread.submit(
        lambda: put_bytes(desk.jobs._photos, b"%PDF as issued", BytesKind.ISSUED_REPORT)
    ).result()

    def plant(db):
        enterprise = db.conn.execute("SELECT enterprise_id FROM visit").fetchone()[0]
        facts = {"template": "visit_report 1", "language": "id", "revision": 1, "issued_at": desk.by.clock.now()}
        hashes = {"content_sha256": "ab" * 32, "pdf_sha256": sha256}
        save_row(db, desk.by, "report", {"enterprise_id": enterprise, "visit_id": visit} | facts | hashes)

    desk.jobs.db(plant)
    return open_page(ReportsPage, 1)


def test_a_report_shows_its_language_and_the_start_of_its_hash(reports, desk, visit, qtbot):
    cells = [reports.table.model.index(0, column).data() for column in range(6)]
    assert cells == ["PT Laksana", "Follow-up visit", "1", "Indonesian", "Nov 24, 2026", "ab" * 6]
    qtbot.keyClick(reports.table.view, Qt.Key.Key_Return)
    assert desk.asked_for == [f"visit/{visit}/report"]


def test_a_copy_has_the_bytes_that_were_issued(reports, desk, qtbot, tmp_path):
    target = tmp_path / "copy.pdf"
    desk.ask.paths = [target]
    with qtbot.wait_signal(desk.said):
        reports.save.click()
    assert target.read_bytes() == b"%PDF as issued"
    assert desk.ask.asked == [("Save a copy", "PT Laksana 2026-11-24 revision 1.pdf", "PDF files (*.pdf)")]


def test_what_is_in_the_bin_comes_back_with_undo(open_page, desk, visit, qtbot):
    improvement = desk.jobs.db(lambda db: make_improvement(db, desk.by, visit))
    desk.jobs.db(lambda db: bin_record(db, desk.by, "improvement", improvement))
    page = open_page(BinPage, 1)
    cells = [page.table.model.index(0, column).data() for column in range(3)]
    assert cells == ["Mark the walkways", "Improvement", "PT Laksana"]
    with qtbot.wait_signal(desk.said) as said:
        page.restore.click()
    assert said.args == ["Restored: Mark the walkways", True]
    qtbot.wait_until(lambda: page.table.model.rowCount() == 0)
    assert desk.jobs.db(lambda db: find_row(db, "improvement", improvement))
    assert not page.restore.isEnabled()
