"""Zero tolerance: guidance at once, the clock, and the list of what nobody was told of yet."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from app.fieldwork.answers import begin_assessment
from app.fieldwork.catalogues import newest_checklist_id
from app.fieldwork.incidents import list_incidents
from app.ui.pages.incidents import IncidentsPage
from app.ui.pages.today import TodayPage
from app.ui.visit.checklists import ChecklistsTab
from tests.factories import make_visit


@pytest.fixture
def tab(qtbot, desk):
    def deed(db):
        visit_id = make_visit(db, desk.by)
        begin_assessment(db, desk.by, visit_id, newest_checklist_id(db, "better_work"), moment="baseline")
        return visit_id

    tab = ChecklistsTab(desk)
    qtbot.add_widget(tab)
    tab.resize(1120, 600)
    tab.show_visit(desk.jobs.db(deed))
    tab.show()
    qtbot.wait_until(lambda: bool(tab.sheet.current))
    return tab


def suspect(qtbot, tab):
    """Answer the first question of zero tolerance so that it is a finding."""
    items = (item for item in tab.sheet.sheet.checklist.items if item.zero_tolerance and item.nc_when)
    item = next(item for item in items if tab.sheet.state.is_visible(item.id))
    tab.sheet.go_to(item.id)
    tab.sheet.rows[item.id].segments.button(item.nc_when[0]).click()
    assert tab.guidance.card.isVisible()  # at once
    qtbot.wait_until(lambda: tab.guidance.card.incident is not None)
    return item.id


def only_incident(desk):
    (found,) = desk.jobs.db(list_incidents)
    return found


def test_the_guidance_is_there_at_once_with_its_clock_and_keeps_what_was_seen(qtbot, desk, tab, clock):
    item = suspect(qtbot, tab)
    card = tab.guidance.card
    assert card.clock.text() == "Tell the office in 48 h 0 min"
    assert not tab.sheet.isVisible()
    qtbot.keyClicks(card.what, "Two children at the loom")
    desk.flushed.emit()
    qtbot.wait_until(lambda: only_incident(desk).what == "Two children at the loom")
    card.told.click()
    assert only_incident(desk).told_to == ""  # nobody was named
    card.told_to.setText("Programme manager")
    card.told.click()
    qtbot.wait_until(lambda: only_incident(desk).status == "reported")
    qtbot.wait_until(lambda: "Programme manager was told" in card.clock.text())
    qtbot.keyClick(tab, Qt.Key.Key_Escape)
    assert tab.sheet.isVisible()
    assert tab.sheet.current == item


def test_an_answer_that_is_no_finding_shows_no_card(qtbot, desk, tab):
    item = next(item for item in tab.sheet.sheet.checklist.items if item.zero_tolerance and item.nc_when)
    tab.sheet.go_to(item.id)
    other = next(c.name for c in item.choices if c.name not in item.nc_when and c.name != "na")
    tab.sheet.rows[item.id].segments.button(other).click()
    assert tab.sheet.isVisible()
    assert not desk.jobs.db(list_incidents)


def test_what_the_office_was_not_told_of_needs_a_decision(qtbot, desk, tab):
    suspect(qtbot, tab)
    today = TodayPage(desk)
    qtbot.add_widget(today)
    today.show()
    qtbot.wait_until(lambda: any("Tell the office in" in one.text() for one in today.decisions.findChildren(QLabel)))
    page = IncidentsPage(desk)
    qtbot.add_widget(page)
    page.show()
    page.open_at([only_incident(desk).id])
    qtbot.wait_until(lambda: page.card.isVisible() and bool(page.found))
    page.card.told_to.setText("Office")
    page.card.told.click()
    qtbot.wait_until(lambda: page.card.close_case.isVisible())
    page.card.close_case.click()
    qtbot.wait_until(lambda: only_incident(desk).status == "closed")
    page.card.close_card.click()
    assert page.card.isHidden()
