from contextlib import closing

import pypdfium2
import pytest
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QPushButton

from app.fieldwork.plan import write_visit
from app.messages import message
from app.models.rows import change_row
from app.paths import fonts_folder
from app.ui.visit import report_work
from app.ui.visit.report import ReportTab
from tests.factories import make_visit

pytestmark = pytest.mark.skipif(not (fonts_folder() / "NotoSans-Regular.ttf").exists(), reason="fonts are not made")


@pytest.fixture
def visit_id(desk):
    return desk.jobs.db(lambda db: make_visit(db, desk.by))


@pytest.fixture
def tab(qtbot, desk, visit_id):
    tab = ReportTab(desk)
    qtbot.add_widget(tab)
    tab.resize(1100, 600)
    tab.show_visit(visit_id)
    tab.show()
    qtbot.wait_until(lambda: bool(tab.pages.pages) and tab.pages.pages[0]._picture is not None)
    return tab


def test_the_pages_follow_the_visit(tab, qtbot, desk, visit_id):
    first = tab.made.pdf.content_sha256
    desk.jobs.run_with_db(tab, lambda db: write_visit(db, desk.by, visit_id, summary="Two of four are done."))
    qtbot.wait_until(lambda: tab.made.pdf.content_sha256 != first)
    assert "content" in tab.count.text()


def test_a_draft_says_what_is_missing(tab):
    assert "things are missing" in tab.gaps.text()


def test_a_draft_is_saved_and_not_issued(tab, qtbot, desk, visit_id, tmp_path):
    tab.save_to(tmp_path / "draft.pdf")
    qtbot.wait_until(tab.open_folder.isVisible)
    assert (tmp_path / "draft.pdf").read_bytes().startswith(b"%PDF")
    assert desk.jobs.db(lambda db: report_work.read_issued(db, visit_id)) == ()


def test_a_finished_visit_issues_its_report_once(tab, qtbot, desk, visit_id, tmp_path):
    finish(tab, qtbot, desk, visit_id)
    for name in ("one.pdf", "two.pdf"):
        tab.save_to(tmp_path / name)
        qtbot.wait_until((tmp_path / name).exists)
    qtbot.wait_until(lambda: tab.made.is_issued)
    assert len(desk.jobs.db(lambda db: report_work.read_issued(db, visit_id))) == 1
    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()


def test_a_report_is_saved_where_the_person_says(tab, qtbot, desk, visit_id, tmp_path):
    tab.save.click()  # and thinks better of it
    ((title, proposal, kinds),) = desk.ask.asked
    assert (title, kinds) == ("Save the report", "PDF files (*.pdf)")
    assert proposal.endswith("Confecciones Andina 2026-11-24.pdf")
    assert not tab.open_folder.isVisible()
    desk.ask.paths = [tmp_path / "mine.pdf"]
    with qtbot.wait_signal(desk.said) as said:
        tab.save.click()
    assert said.args[0] == "Saved as mine.pdf"
    assert (tmp_path / "mine.pdf").read_bytes() == tab.made.pdf.data


def test_a_copy_of_an_issued_report_is_saved(tab, qtbot, desk, visit_id, tmp_path):
    finish(tab, qtbot, desk, visit_id)
    tab.save_to(tmp_path / "first.pdf")
    qtbot.wait_until(lambda: tab.made.is_issued and tab.findChild(QPushButton, "quiet") is not None)
    desk.ask.paths = [tmp_path / "copy.pdf"]
    (press,) = (one for one in tab.findChildren(QPushButton) if one.text() == "Save a copy")
    press.click()
    qtbot.wait_until((tmp_path / "copy.pdf").exists)
    assert (tmp_path / "copy.pdf").read_bytes() == (tmp_path / "first.pdf").read_bytes()


class Printer:
    """A person at the printers' dialog who prints into a file, or thinks better of it when there is none."""

    def __init__(self, target):
        self.target = target
        self.document = ""

    def __call__(self, printer, _parent):
        self.document = printer.docName()
        if self.target:
            printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
            printer.setOutputFileName(str(self.target))
        return self.target is not None


@pytest.fixture
def printing(qtbot, desk, visit_id):
    def open_tab(target):
        choose = Printer(target)
        tab = ReportTab(desk, choose_printer=choose)
        qtbot.add_widget(tab)
        tab.show_visit(visit_id)
        tab.show()
        qtbot.wait_until(tab.print.isEnabled)
        return tab, choose

    return open_tab


def test_every_page_is_printed_and_fills_its_paper(printing, qtbot, desk, visit_id, tmp_path):
    tab, choose = printing(tmp_path / "paper.pdf")
    finish(tab, qtbot, desk, visit_id)
    with qtbot.wait_signal(desk.said, timeout=30_000) as said:
        tab.print.click()
    pages = tab.made.pdf.page_count
    assert said.args[0].startswith(f"{pages} page")
    assert choose.document == "Confecciones Andina"
    assert len(desk.jobs.db(lambda db: report_work.read_issued(db, visit_id))) == 1
    with closing(pypdfium2.PdfDocument(tmp_path / "paper.pdf")) as printed:
        assert len(printed) == pages
        for page, issued in zip(printed, pypdfium2.PdfDocument(tab.made.pdf.data), strict=True):
            on_paper, as_made = (one.render(scale=0.5).to_pil().convert("L") for one in (page, issued))
            assert abs(ink(on_paper) - ink(as_made.resize(on_paper.size))) < 0.02


def test_nothing_is_printed_nor_issued_when_the_dialog_is_left(printing, qtbot, desk, visit_id):
    tab, choose = printing(None)
    finish(tab, qtbot, desk, visit_id)
    with qtbot.assert_not_emitted(desk.said):
        tab.print.click()
    assert choose.document
    assert desk.jobs.db(lambda db: report_work.read_issued(db, visit_id)) == ()


@pytest.mark.qt_log_ignore("QPainter::begin", extend=True)
def test_a_printer_that_takes_nothing_is_told_and_nothing_is_issued(printing, qtbot, desk, visit_id, tmp_path):
    tab, _choose = printing(tmp_path / "no folder" / "paper.pdf")
    finish(tab, qtbot, desk, visit_id)
    with qtbot.wait_signal(desk.jobs.failed) as failed:
        tab.print.click()
    assert message(failed.args[0]).says.startswith("The printer did not take the report.")
    assert desk.jobs.db(lambda db: report_work.read_issued(db, visit_id)) == ()


def finish(tab, qtbot, desk, visit_id):
    desk.jobs.run_with_db(tab, lambda db: change_row(db, desk.by, "visit", visit_id, status="finished"))
    qtbot.wait_until(lambda: not tab.made.visit.can_be_edited)


def ink(page):
    """The share of a page that is not white, 0-1."""
    return sum(page.histogram()[:200]) / (page.width * page.height)


def test_another_language_makes_another_report(tab, qtbot):
    first = tab.made.pdf.content_sha256
    tab.language.setCurrentIndex(tab.language.findData("es"))
    tab.language.activated.emit(1)
    qtbot.wait_until(lambda: tab.made.language == "es")
    assert tab.made.pdf.content_sha256 != first


def test_opening_writes_nothing(tab, desk):
    before = desk.jobs.db(lambda db: db.conn.total_changes)
    tab.reload()
    assert desk.jobs.db(lambda db: db.conn.total_changes) == before


def test_missing_fonts_are_said(qtbot, desk, visit_id, tmp_path, monkeypatch):
    monkeypatch.setattr("app.outputs.fonts_folder", lambda: tmp_path)
    tab = ReportTab(desk)
    qtbot.add_widget(tab)
    tab.show_visit(visit_id)
    tab.show()
    qtbot.wait_until(lambda: "fonts" in tab.trouble.text())
    assert not tab.save.isEnabled()
