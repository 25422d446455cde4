"""Where the window stands and what is typed are kept while one works, not only when one stops."""

from threading import Event

import pytest
from PySide6.QtCore import QDate, Qt
from PySide6.QtWidgets import QDateEdit, QLineEdit

from app.fieldwork.answers import begin_assessment
from app.fieldwork.catalogues import module_id, newest_checklist_id
from app.fieldwork.measure import take_figure
from app.fieldwork.plan import write_visit
from app.models.rows import get_row
from app.settings import load_settings
from app.ui.main_window import MainWindow
from app.ui.widgets.day_or_none import DayOrNone
from app.ui.widgets.fields import PAUSE_MS, TextKeeper
from tests.factories import make_enterprise, make_visit


def opened(qtbot, desk, route):
    window = MainWindow(desk)
    qtbot.add_widget(window)
    window.show_route(route)
    window.show()
    qtbot.wait_until(window.isActiveWindow)
    return window


def test_the_text_that_is_written_is_kept_as_the_place(qtbot, desk):
    visit_id = desk.jobs.db(lambda db: make_visit(db, desk.by))
    window = opened(qtbot, desk, f"visit/{visit_id}/overview/next_steps")
    here = f"visit/{visit_id}/overview/next_steps"
    assert window.standing() == here  # while it is read, too
    tab = window.page().tab("overview")
    qtbot.wait_until(lambda: tab.notes is not None and tab.notes.fields["next_steps"].hasFocus())
    qtbot.wait_until(lambda: load_settings(desk.folder.settings).route == here, timeout=PAUSE_MS * 4)
    tab.notes.fields["advice"].setFocus()
    qtbot.wait_until(lambda: load_settings(desk.folder.settings).route.endswith("/advice"), timeout=PAUSE_MS * 4)


def begun(desk):
    """A visit on which the OSH checklist was begun: (its id, the assessment's)."""

    def deed(db):
        visit_id = make_visit(db, desk.by)
        return visit_id, begin_assessment(db, desk.by, visit_id, newest_checklist_id(db, "osh"), moment="baseline")

    return desk.jobs.db(deed)


@pytest.mark.parametrize("on_the_tabs", [False, True])
def test_the_item_that_a_checklist_opens_at_is_kept_before_anybody_moves(qtbot, desk, on_the_tabs):
    visit_id, assessment_id = begun(desk)
    bare, let_go = f"visit/{visit_id}/checklists", Event()
    window = opened(qtbot, desk, f"visit/{visit_id}/overview/summary")
    tab = window.page().tab("overview")
    qtbot.wait_until(lambda: tab.notes is not None and tab.notes.fields["summary"].hasFocus())
    if on_the_tabs:
        window.page().bar.setFocus()
    desk.jobs.run_with_db(desk, lambda db: let_go.wait(5))
    desk.go("visit", visit_id, "checklists")
    qtbot.wait_until(lambda: load_settings(desk.folder.settings).route == bare, timeout=PAUSE_MS * 4)
    let_go.set()
    sheet = window.page().tab("checklists").sheet
    qtbot.wait_until(lambda: sheet.current == "policy")
    assert sheet.rows["policy"].hasFocus() != on_the_tabs  # who walks the tabs goes on walking
    here = f"{bare}/{assessment_id}/policy"
    qtbot.wait_until(lambda: load_settings(desk.folder.settings).route == here, timeout=PAUSE_MS * 4)


def test_a_start_that_is_cut_off_keeps_the_item_it_was_to_open_at(qtbot, desk):
    visit_id, assessment_id = begun(desk)
    here, let_go = f"visit/{visit_id}/checklists/{assessment_id}/signs_posted", Event()
    desk.jobs.run_with_db(desk, lambda db: let_go.wait(5))
    window = opened(qtbot, desk, here)
    qtbot.wait_until(lambda: load_settings(desk.folder.settings).route == here, timeout=PAUSE_MS * 4)
    assert not window.page().tab("checklists").sheet.current  # not read yet
    let_go.set()
    qtbot.wait_until(lambda: window.page().tab("checklists").sheet.current == "signs_posted")


def restarted(qtbot, desk, window, kept):
    """The window as the next start opens it, with what the settings kept."""
    qtbot.wait_until(lambda: kept(load_settings(desk.folder.settings)), timeout=PAUSE_MS * 4)
    window.close()
    desk.settings = load_settings(desk.folder.settings)
    return opened(qtbot, desk, desk.settings.route)


def test_the_month_is_kept(qtbot, desk):
    visit_id = desk.jobs.db(lambda db: make_visit(db, desk.by, module_id=module_id("osh")))
    window = opened(qtbot, desk, f"visit/{visit_id}/indicators")
    grid = window.page().tab("indicators").grid
    qtbot.wait_until(lambda: grid.place()[0] != "")
    grid.choose("accidents", 2)
    again = restarted(qtbot, desk, window, lambda settings: settings.route.endswith("/accidents/2026-08"))
    grid = again.page().tab("indicators").grid
    qtbot.wait_until(lambda: grid.place() == ("accidents", 2))


def test_the_filter_of_photos_is_kept(qtbot, desk):
    visit_id = desk.jobs.db(lambda db: make_visit(db, desk.by))
    window = opened(qtbot, desk, f"visit/{visit_id}/photos")
    tab = window.page().tab("photos")
    qtbot.wait_until(lambda: tab.filters["all"].isChecked())
    tab.filters["unfiled"].click()
    again = restarted(qtbot, desk, window, lambda settings: settings.route.endswith("/photos/unfiled"))
    tab = again.page().tab("photos")
    qtbot.wait_until(lambda: tab.filters["unfiled"].isChecked())


def test_what_narrows_a_list_is_kept_for_each_page_and_can_be_taken_back(qtbot, desk):
    def plant(db):
        visit_id = make_visit(db, desk.by, make_enterprise(db, desk.by, "PT Laksana"))
        take_figure(db, desk.by, visit_id, "waste", "2026-10", value=4)

    desk.jobs.db(plant)
    window = opened(qtbot, desk, "indicators")
    page = window.page()
    qtbot.wait_until(lambda: page.table.model.rowCount() == 1)
    page.indicator.setCurrentIndex(page.indicator.findData("waste"))
    page.verdicts.button("no_number").click()
    window.show_route("visits")
    window.page().table.filter.setText("laksana/50 %")
    window.page().standing.setCurrentIndex(1)
    again = restarted(qtbot, desk, window, lambda settings: settings.route.count("=") == 2)
    page = again.page()
    assert page.table.filter.text() == "laksana/50 %"
    assert page.standing.currentData() == "planned"
    again.show_route("indicators")
    page = again.page()
    qtbot.wait_until(lambda: page.indicator.currentData() == "waste")
    assert page.verdicts.value == "no_number"
    page.verdicts.button("all").click()
    page.indicator.setCurrentIndex(0)
    last = restarted(qtbot, desk, again, lambda settings: settings.route == "indicators")
    qtbot.wait_until(lambda: last.page().table.model.rowCount() == 1)
    assert last.page().filters.place() == ()


def test_a_full_disk_keeps_nobody_from_going_on(desk):
    desk.folder.settings.mkdir(parents=True)  # nothing can be written there
    desk.stand_at("visits")
    assert desk.settings.route == "visits"


def test_who_types_without_a_pause_is_kept_too(qtbot, desk):
    visit_id = desk.jobs.db(lambda db: make_visit(db, desk.by))
    field = QLineEdit()
    qtbot.add_widget(field)
    kept = []
    keeper = TextKeeper(desk, field, lambda db, by, text: write_visit(db, by, visit_id, summary=text))
    keeper.kept.connect(lambda: kept.append(desk.jobs.db(lambda db: get_row(db, "visit", visit_id)["summary"])))
    while not kept and len(field.text()) < 60:
        qtbot.keyClicks(field, "a")
        qtbot.wait(20)
    assert kept
    assert 0 < len(kept[0]) <= len(field.text())


def test_a_day_that_is_not_said_can_be_typed(qtbot):
    made = DayOrNone("Not said")
    qtbot.add_widget(made)
    said = []
    made.chosen.connect(said.append)
    field = made.findChild(QDateEdit)
    qtbot.keyClicks(field, "1")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert said[-1].day == 1
    assert field.date() == QDate.currentDate().addDays(1 - QDate.currentDate().day())
    assert not made.clear.isHidden()
