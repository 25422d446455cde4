import pytest

from app.fieldwork.plan import write_visit
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
    desk.jobs.run_with_db(tab, lambda db: change_row(db, desk.by, "visit", visit_id, status="finished"))
    qtbot.wait_until(lambda: not tab.made.visit.can_be_edited)
    for name in ("one.pdf", "two.pdf"):
        tab.save_to(tmp_path / name)
        qtbot.wait_until((tmp_path / name).exists)
    qtbot.wait_until(lambda: tab.made.is_issued)
    assert len(desk.jobs.db(lambda db: report_work.read_issued(db, visit_id))) == 1
    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()


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
