from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QPushButton

from app.fieldwork.finish import finish_visit
from app.fieldwork.plan import write_visit
from app.models.changes import undo
from app.models.improvements import ImprovementStatus
from app.models.rows import list_rows
from app.models.visits import VisitStatus, get_visit
from app.ui.pages.visit import TABS, VisitPage
from tests.factories import make_enterprise, make_improvement, make_person_met, make_session, make_visit


@pytest.fixture
def enterprise(desk):
    return desk.jobs.db(lambda db: make_enterprise(db, desk.by, "PT Laksana", city="Cibubur", country="ID"))


@pytest.fixture
def visit_id(desk, enterprise):
    return desk.jobs.db(lambda db: make_visit(db, desk.by, enterprise))


@pytest.fixture
def page(qtbot, desk, visit_id):
    page = VisitPage(desk)
    qtbot.add_widget(page)
    page.resize(1120, 768)
    page.open_at([visit_id])
    page.show()
    qtbot.wait_until(lambda: page.visit is not None)
    return page


@pytest.fixture
def overview(qtbot, page):
    qtbot.wait_until(lambda: page.tab("overview").notes is not None)
    return page.tab("overview")


@pytest.fixture
def complete(desk, visit_id):
    """The visit, with all that a reviewer asks for."""

    def fill(db):
        write_visit(db, desk.by, visit_id, summary="Done", next_steps="Drill")
        make_person_met(db, desk.by, visit_id)

    desk.jobs.db(fill)
    return visit_id


def rows(desk, table, **equal):
    return desk.jobs.db(lambda db: list(list_rows(db, table, **equal)))


def stored(desk, visit_id):
    return desk.jobs.db(lambda db: get_visit(db, visit_id))


def test_the_header_says_where_and_who(page):
    assert page.header.title.text() == "Follow-up visit"
    assert page.header.second.text() == "Nov 24, 2026 · Cibubur, Indonesia · Trainer"
    assert page.header.breadcrumb.text() == "Visits / PT Laksana"


def test_opening_every_tab_writes_nothing(page, desk, qtbot):
    before = desk.jobs.db(lambda db: db.conn.total_changes)
    for name in TABS.keys() - {"report"}:  # which goes on making its pages long after; its own tests wait for them
        page.open_at([page.visit_id, name])
        qtbot.wait(5)
    assert desk.jobs.db(lambda db: db.conn.total_changes) == before


def test_tabs_count_what_stands_on_them(page, desk, qtbot):
    desk.write(page, lambda db, by: make_session(db, by, page.visit_id, ("woman", "worker"), ("man", "manager")))
    qtbot.wait_until(lambda: page.bar.tabText(1) == "Attendance 2")


def test_keys_switch_tabs_and_the_route_follows(page, desk, qtbot):
    page.activateWindow()
    qtbot.keyClick(page, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert page.stack.currentWidget() is page.tab("attendance")
    assert desk.asked_for[-1] == f"visit/{page.visit_id}/attendance"
    qtbot.keyClick(page, Qt.Key.Key_Tab, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert page.stack.currentWidget() is page.tab("overview")


def test_a_visit_opens_at_its_last_tab(page, desk, enterprise):
    other = desk.jobs.db(lambda db: make_visit(db, desk.by, enterprise))
    page.open_at([page.visit_id, "attendance"])
    first = page.visit_id
    page.open_at([other])
    assert page.stack.currentWidget() is page.tab("overview")
    page.open_at([first])
    assert page.stack.currentWidget() is page.tab("attendance")


def test_saved_is_said_after_a_commit_and_not_before(page, desk, qtbot):
    assert page.saved.text() == ""
    desk.write(page, lambda db, by: write_visit(db, by, page.visit_id, summary="Better"))
    qtbot.wait_until(lambda: page.saved.text() == "Saved")


def test_what_is_typed_is_kept(overview, page, desk, qtbot):
    field = overview.notes.fields["summary"]
    assert isinstance(field, QPlainTextEdit)
    field.setPlainText("Two of three are done")
    overview.notes.keepers["summary"].flush()
    qtbot.wait_until(lambda: stored(desk, page.visit_id).summary == "Two of three are done")


def test_texts_of_one_visit_never_land_in_another(overview, page, desk, enterprise, qtbot):
    other = desk.jobs.db(lambda db: make_visit(db, desk.by, enterprise, summary="Of the other"))
    first = page.visit_id
    overview.notes.fields["summary"].setPlainText("Of the first")
    desk.flushed.emit()
    page.open_at([other])
    qtbot.wait_until(lambda: overview.notes.fields["summary"].toPlainText() == "Of the other")
    assert stored(desk, first).summary == "Of the first"
    assert stored(desk, other).summary == "Of the other"


def test_the_next_visit_gets_a_day_and_loses_it(overview, page, desk, qtbot):
    overview.notes.next_visit.set_day.click()
    qtbot.wait_until(lambda: stored(desk, page.visit_id).next_visit_on == date(2026, 12, 24))
    qtbot.wait_until(overview.notes.next_visit.clear.isVisible)
    overview.notes.next_visit.clear.click()
    qtbot.wait_until(lambda: stored(desk, page.visit_id).next_visit_on is None)


def test_how_it_is_held_is_kept_and_taken_back(overview, page, desk, qtbot):
    mode = overview.notes.mode
    mode.setCurrentIndex(mode.findData("hybrid"))
    mode.activated.emit(mode.currentIndex())
    qtbot.wait_until(lambda: stored(desk, page.visit_id).mode == "hybrid")
    desk.write(page, undo)
    qtbot.wait_until(lambda: mode.currentText() == "Not said")
    assert stored(desk, page.visit_id).mode == ""


def test_people_met_are_added_by_enter_changed_and_removed(overview, page, desk, qtbot):
    people = overview.people
    new = people.new
    new.choices["role"].setCurrentIndex(1)
    new.choices["sex"].setCurrentIndex(1)
    new.position.setText("Owner")
    new.position.setFocus()
    qtbot.keyClick(new.position, Qt.Key.Key_Return)
    qtbot.wait_until(lambda: len(people.rows.widgets) == 1)
    (row,) = rows(desk, "visit_person", visit_id=page.visit_id)
    assert [row[name] for name in ("position", "role", "sex", "count", "met_in")] == [
        "Owner",
        "manager",
        "woman",
        1,
        "opening",
    ]
    line = people.rows.widgets[row["id"]]
    line.count.setText("3")
    line.keepers["count"].flush()
    qtbot.wait_until(lambda: people.counts.text() == "3 people, 3 women of them")
    line.last.click()
    qtbot.wait_until(lambda: not people.rows.widgets)
    assert len(rows(desk, "visit_person", visit_id=page.visit_id)) == 0


def test_a_number_that_is_none_is_refused_and_said(overview, page, desk, qtbot):
    row_id = desk.jobs.db(lambda db: make_person_met(db, desk.by, page.visit_id))
    qtbot.wait_until(lambda: row_id in overview.people.rows.widgets)
    line = overview.people.rows.widgets[row_id]
    line.count.setText("many")
    with qtbot.wait_signal(desk.said) as said:
        line.keepers["count"].flush()
    assert "many" in said.args[0]


def test_a_promise_is_followed_up_in_one_step(desk, enterprise, qtbot):
    earlier = desk.jobs.db(lambda db: make_visit(db, desk.by, enterprise, on=date(2026, 9, 1)))
    promise = desk.jobs.db(lambda db: make_improvement(db, desk.by, earlier, due_on=date(2026, 11, 20)))
    visit_id = desk.jobs.db(lambda db: make_visit(db, desk.by, enterprise))
    page = VisitPage(desk)
    qtbot.add_widget(page)
    page.open_at([visit_id])
    page.show()
    promised = page.tab("overview").promised
    qtbot.wait_until(lambda: promise in promised.rows.widgets)
    assert promised.rows.widgets[promise].state.text() == "4 days overdue"
    promised.rows.widgets[promise].steps.button("done").click()
    qtbot.wait_until(lambda: promised.count.text() == "0 of 1 still open")
    (row,) = [one for one in rows(desk, "improvement") if one["id"] == promise]
    assert row["status"] == ImprovementStatus.DONE
    events = rows(desk, "improvement_event", improvement_id=promise)
    assert events[-1]["visit_id"] == visit_id


def test_what_is_missing_is_listed_with_a_jump(page, desk, qtbot):
    page.main.click()
    qtbot.wait_until(lambda: page.finish.findChild(QPushButton, "jump") is not None)
    assert not page.finish.finish.isEnabled()
    assert page.finish.says.text() == "3 things are missing before this visit can be finished."
    page.finish.findChild(QPushButton, "jump").click()
    assert desk.asked_for[-1] == f"visit/{page.visit_id}/overview/summary"
    page.activateWindow()
    page.open_at([page.visit_id, "overview", "summary"])
    qtbot.wait_until(lambda: page.tab("overview").notes.fields["summary"].hasFocus())


def test_the_keyboard_goes_to_what_is_missing_and_back_to_the_visit(page, qtbot):
    page.setFocus()
    page._on_finish_key()
    assert page.finish.close_.hasFocus()
    qtbot.wait_until(lambda: page.finish.findChild(QPushButton, "jump") is not None)
    assert page.finish.findChild(QPushButton, "jump").hasFocus()
    qtbot.keyClick(page.window().focusWidget(), Qt.Key.Key_Escape)
    assert page.finish.isHidden()
    assert page.hasFocus()


def test_a_complete_visit_is_finished_read_only_and_reopened(complete, page, desk, qtbot):
    page.main.click()
    qtbot.wait_until(page.finish.finish.isEnabled)
    page.finish.finish.click()
    qtbot.wait_until(page.banner.isVisible)
    assert stored(desk, complete).status is VisitStatus.FINISHED
    assert page.banner.words.text() == "This visit was finished on Nov 24, 2026. Reopen it to change something."
    overview = page.tab("overview")
    assert not any(field.isEnabled() for field in overview.findChildren(QPlainTextEdit))
    assert not any(field.isEnabled() for field in overview.findChildren(QLineEdit))
    assert page.main.text() == "Reopen"
    page.main.click()
    qtbot.wait_until(lambda: page.main.text() == "Finish visit")
    assert stored(desk, complete).revision == 2
    assert page.tab("overview").notes.isEnabled()


def test_a_finished_visit_opens_read_only(complete, desk, qtbot):
    desk.jobs.db(lambda db: finish_visit(db, desk.by, complete))
    page = VisitPage(desk)
    qtbot.add_widget(page)
    page.open_at([complete, "attendance"])
    page.show()
    qtbot.wait_until(page.banner.isVisible)
    assert not page.tab("attendance").new.isEnabled()


def test_a_visit_that_is_gone_says_so(page, desk, qtbot):
    page.open_at(["00000000-0000-7000-8000-000000000000"])
    qtbot.wait_until(page.missing.isVisible)
    assert not page.bar.isVisible()


def test_esc_goes_back_one_level(page, desk, qtbot):
    page.main.click()
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert not page.finish.isVisible()
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert desk.asked_for[-1] == "visits"


def test_every_control_has_a_name(page, qtbot):
    for name in ("overview", "attendance"):
        page.open_at([page.visit_id, name])
        for kind in (QLineEdit, QPlainTextEdit, QPushButton):
            for control in page.tab(name).findChildren(kind):
                is_inner = control.objectName().startswith("qt_")
                assert is_inner or control.accessibleName() or getattr(control, "text", str)(), control


def test_ctrl_enter_shows_what_is_missing_then_finishes(complete, page, desk, qtbot):
    page.activateWindow()
    qtbot.keyClick(page, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.wait_until(page.finish.finish.isEnabled)
    qtbot.keyClick(page, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.wait_until(page.banner.isVisible)
    assert stored(desk, complete).status is VisitStatus.FINISHED


def test_undo_of_finishing_opens_the_fields_again(complete, page, desk, qtbot):
    desk.write(page, lambda db, by: finish_visit(db, by, complete))
    qtbot.wait_until(lambda: page.main.text() == "Reopen")
    desk.jobs.run_with_db(page, lambda db: undo(db, desk.by))
    qtbot.wait_until(lambda: page.main.text() == "Finish visit")
    assert page.tab("overview").notes.isEnabled()
    assert not page.banner.isVisible()


def test_a_reload_leaves_the_keyboard_where_it_is(overview, page, desk, qtbot):
    page.activateWindow()
    field = overview.notes.fields["advice"]
    field.setFocus()
    qtbot.keyClicks(field, "Hal")
    desk.write(page, lambda db, by: make_person_met(db, by, page.visit_id))
    qtbot.wait_until(lambda: bool(overview.people.rows.widgets))
    assert field.hasFocus()
    assert field.toPlainText() == "Hal"
