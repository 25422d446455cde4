from collections import namedtuple
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from app.fieldwork import ready
from app.fieldwork.plan import plan_visit
from app.models.visits import VisitKind, list_visits
from app.paths import fonts_folder
from app.reports.families import missing_fonts
from app.ui.pages.today import TodayPage
from app.ui.widgets.link_row import LinkRow
from tests.factories import VISIT_DAY, make_enterprise, make_improvement, make_visit

DAY = timedelta(days=1)


@pytest.fixture
def fonts(tmp_path):
    """A folder in which every font of reports is, by name."""
    folder = tmp_path / "fonts"
    folder.mkdir()
    for name in missing_fonts(folder):
        (folder / f"{name}.ttf").touch()
    return folder


@pytest.fixture
def page(qtbot, desk, fonts):
    page = TodayPage(desk, fonts=fonts)
    qtbot.add_widget(page)
    page.resize(1100, 700)
    return page


def shown(qtbot, page):
    page.show()
    qtbot.wait_until(lambda: len(texts(page.visits)) > 1 and len(texts(page.decisions)) > 1)
    return page


def texts(widget):
    return [one.text() for one in widget.findChildren(QLabel) if one.isVisibleTo(widget)]


def buttons(widget):
    return {one.text(): one for one in widget.findChildren(QPushButton) if one.isVisibleTo(widget)}


def grave(page):
    return {one.text(): one.property("kind") for one in page.ready.findChildren(QLabel, "chip")}


def test_an_empty_day_offers_to_plan(page, qtbot, desk):
    shown(qtbot, page)
    assert "No visit today" in page.header.second.text()
    buttons(page.visits)["Plan a visit"].click()
    assert page.panel.isVisible()
    assert "Nothing waits for you." in texts(page.decisions)


def test_the_visit_under_way_is_continued(page, qtbot, desk):
    visit_id = desk.jobs.db(lambda db: make_visit(db, desk.by, make_enterprise(db, desk.by, "PT Laksana")))
    shown(qtbot, page)
    assert "In progress" in texts(page.visits)
    go_on = buttons(page.visits)["Continue"]
    assert go_on.objectName() == "primary"
    go_on.click()
    assert desk.asked_for == [f"visit/{visit_id}"]


def test_what_was_promised_opens_its_visit(page, qtbot, desk):
    def fill(db):
        visit_id = make_visit(db, desk.by)
        make_improvement(db, desk.by, visit_id, "Late", due_on=VISIT_DAY - 4 * DAY)
        make_improvement(db, desk.by, visit_id, "Soon", due_on=VISIT_DAY + 2 * DAY)
        make_improvement(db, desk.by, visit_id, "Far", due_on=VISIT_DAY + 60 * DAY)
        return visit_id

    visit_id = desk.jobs.db(fill)
    shown(qtbot, page)
    kinds = {one.text(): one.property("kind") for one in page.promised.findChildren(QLabel, "chip")}
    assert kinds == {"4 days overdue": "bad", "Due in 2 days": "warn"}
    qtbot.keyClick(page.promised.findChildren(LinkRow)[0], Qt.Key.Key_Return)
    assert desk.asked_for == [f"visit/{visit_id}/improvements"]


def test_a_missed_visit_is_planned_again(page, qtbot, desk):
    def fill(db):
        on = VISIT_DAY - DAY
        return plan_visit(db, desk.by, make_enterprise(db, desk.by), kind=VisitKind.FOLLOW_UP, on=on)

    desk.jobs.db(fill)
    shown(qtbot, page)
    buttons(page.decisions)["Plan again"].click()
    page.panel.plan.click()
    qtbot.wait_until(lambda: "Nothing waits for you." in texts(page.decisions))
    (visit,) = desk.jobs.db(list_visits)
    assert visit.planned_on == desk.by.clock.today() + DAY


def test_only_the_latest_of_many_missed_visits_are_shown(page, qtbot, desk):
    def fill(db):
        for days in range(1, 11):
            enterprise_id = make_enterprise(db, desk.by, f"Factory {days}")
            plan_visit(db, desk.by, enterprise_id, kind=VisitKind.FOLLOW_UP, on=VISIT_DAY - days * DAY)

    desk.jobs.db(fill)
    shown(qtbot, page)
    titles = [words for words in texts(page.decisions) if words.startswith("Visit to")]
    assert titles == [f"Visit to Factory {days} was missed" for days in range(1, 9)]
    buttons(page.decisions)["Show 2 more"].click()
    assert desk.asked_for == ["visits"]


def test_ready_turns_when_something_is_taken_away(page, qtbot, desk, fonts, monkeypatch):
    desk.jobs.db(lambda db: make_visit(db, desk.by))
    shown(qtbot, page)
    assert "bad" not in grave(page).values()

    def look_again(words, kind):
        page.reload()
        qtbot.wait_until(lambda: grave(page).get(words) == kind)

    (fonts / f"{'NotoSansArabic'}-Bold.ttf").unlink()
    look_again("Missing", "bad")
    desk.by.clock.move(hours=-1)
    look_again("Wrong", "bad")
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(ready.shutil, "disk_usage", lambda _path: usage(10**12, 10**12, 10**6))
    look_again("1 MB free", "bad")


def test_the_keyboard_stays_where_it_was(page, qtbot, desk):
    def fill(db):
        visit_id = make_visit(db, desk.by)
        make_improvement(db, desk.by, visit_id, "Late", due_on=VISIT_DAY)
        return visit_id

    visit_id = desk.jobs.db(fill)
    shown(qtbot, page)
    page.activateWindow()
    page.promised.findChildren(LinkRow)[0].setFocus()
    desk.jobs.run_with_db(page, lambda db: make_improvement(db, desk.by, visit_id, "Other", due_on=VISIT_DAY - DAY))
    qtbot.wait_until(lambda: "Other" in texts(page.promised))
    assert page.focusWidget().accessibleName().startswith("Late")


def test_looking_writes_nothing(page, qtbot, desk):
    desk.jobs.db(lambda db: make_visit(db, desk.by))
    before = desk.jobs.db(lambda db: db.conn.total_changes)
    shown(qtbot, page)
    assert desk.jobs.db(lambda db: db.conn.total_changes) == before


def test_the_fonts_of_this_program_are_looked_for():
    assert len(missing_fonts(fonts_folder() / "nowhere")) == 24
