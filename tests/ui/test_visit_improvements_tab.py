from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox

from app.fieldwork.agreement import follow_up
from app.models.changes import undo
from app.models.improvements import ImprovementStatus, get_improvement, list_improvements
from app.models.rows import change_row
from app.ui.visit.improvements import ImprovementsTab
from tests.factories import make_enterprise, make_improvement, make_visit


@pytest.fixture
def tab(qtbot, desk):
    """The tab on a visit with one improvement of its own and one, overdue, from the visit before."""

    def fill(db):
        enterprise_id = make_enterprise(db, desk.by)
        first = make_visit(db, desk.by, enterprise_id, on=date(2026, 9, 1))
        second = make_visit(db, desk.by, enterprise_id)
        make_improvement(db, desk.by, first, "Label the shelves", due_on=date(2026, 11, 20))
        make_improvement(db, desk.by, second)
        return second

    tab = ImprovementsTab(desk)
    qtbot.add_widget(tab)
    tab.resize(1120, 640)
    tab.show_visit(desk.jobs.db(fill))
    tab.show()
    tab.activateWindow()
    qtbot.wait_until(lambda: len(tab.rows) == 2 and tab.panel.form is not None)
    return tab


def current(desk, tab):
    return desk.jobs.db(lambda db: get_improvement(db, tab.panel.form.improvement_id))


def test_both_lists_say_what_is_due(tab):
    ours, before = tab.rows.values()
    assert (ours.what.text(), ours.due.text()) == ("Mark the walkways", "due Dec 15, 2026")
    assert (before.what.text(), before.due.text()) == ("Label the shelves", "4 days overdue")
    assert before.due.property("kind") == "bad"


def test_opening_writes_nothing(qtbot, desk, tab):
    before = desk.jobs.db(lambda db: db.conn.total_changes)
    tab.reload()
    qtbot.wait(20)
    assert desk.jobs.db(lambda db: db.conn.total_changes) == before


def test_typing_and_enter_adds_one(qtbot, desk, tab):
    qtbot.keyClicks(tab.new, "Hang a lamp")
    qtbot.keyClick(tab.new, Qt.Key.Key_Return)
    qtbot.wait_until(lambda: len(tab.rows) == 3)
    qtbot.wait_until(lambda: tab.panel.form.what.toPlainText() == "Hang a lamp")
    assert tab.new.text() == ""
    assert current(desk, tab).visit_id == tab.visit_id


def test_an_amount_is_read_by_the_locale_and_echoed(qtbot, desk, tab):
    tab.panel.form.cost.setText("1,250.50")
    desk.flushed.emit()
    qtbot.wait_until(lambda: current(desk, tab).cost == 125050)
    assert current(desk, tab).currency == "PEN"
    qtbot.wait_until(lambda: "costs PEN" in next(iter(tab.rows.values())).second.text())


@pytest.mark.parametrize(("title", "field", "code"), [("Priority", "priority", "high"),
                                                      ("The cost is", "cost_basis", "measured")])  # fmt: skip
def test_what_is_chosen_is_kept_and_undone(qtbot, desk, tab, title, field, code):
    (box,) = (one for one in tab.panel.form.findChildren(QComboBox) if one.accessibleName() == title)
    box.setCurrentIndex(box.findData(code))
    box.activated.emit(box.currentIndex())
    qtbot.wait_until(lambda: getattr(current(desk, tab), field) == code)
    desk.write(tab, undo)
    qtbot.wait_until(lambda: box.currentText() == "Not said")
    assert getattr(current(desk, tab), field) == ""


def test_what_is_no_amount_is_said_under_the_field(qtbot, desk, tab):
    tab.panel.form.cost.setText("much")
    desk.flushed.emit()
    row = tab.panel.form.cost.parentWidget()
    qtbot.wait_until(lambda: row.error.text() != "")
    assert row.error.text() == "Cost must be a number, not much."
    assert current(desk, tab).cost is None


def test_status_and_due_follow_what_is_chosen(qtbot, desk, tab):
    status = tab.panel.form.status
    status.setCurrentIndex(status.findData("done"))
    status.activated.emit(status.currentIndex())
    qtbot.wait_until(lambda: current(desk, tab).status is ImprovementStatus.DONE)
    assert current(desk, tab).done_on == date(2026, 11, 24)
    tab.panel.form.due.clear.click()
    qtbot.wait_until(lambda: current(desk, tab).due_on is None)


def test_a_trainer_cannot_verify_and_is_told_why(qtbot, desk, tab):
    improvement_id = tab.panel.form.improvement_id
    desk.jobs.run_with_db(tab, lambda db: follow_up(db, desk.by, improvement_id, ImprovementStatus.DONE))
    qtbot.wait_until(lambda: tab.panel.verify.isVisible())
    tab.panel.verify.click()
    qtbot.wait_until(lambda: tab.panel._error.text() != "")
    assert tab.panel._error.text() == "Only an expert trainer or head office can verify an improvement."


def test_an_advisor_verifies(qtbot, desk, tab):
    improvement_id = tab.panel.form.improvement_id

    def done(db):
        change_row(db, desk.by, "user", desk.by.user_id, role="expert")
        follow_up(db, desk.by, improvement_id, ImprovementStatus.DONE)

    desk.jobs.run_with_db(tab, done)
    qtbot.wait_until(lambda: tab.panel.verify.isVisible())
    tab.panel.verify.click()
    qtbot.wait_until(lambda: current(desk, tab).verified_on == date(2026, 11, 24))
    qtbot.wait_until(lambda: not tab.panel.verify.isVisible())


def test_to_the_bin_and_back(qtbot, desk, tab):
    with qtbot.wait_signal(desk.said) as said:
        tab.panel.bin.click()
    assert said.args == ["Improvement moved to the bin", True]
    qtbot.wait_until(lambda: len(tab.rows) == 1)
    desk.jobs.run_with_db(tab, lambda db: undo(db, desk.by))
    qtbot.wait_until(lambda: len(tab.rows) == 2)


def test_arrows_choose_and_the_fields_follow(qtbot, tab):
    first, second = tab.rows
    qtbot.keyClick(tab.rows[first], Qt.Key.Key_Down)
    assert tab.panel.form.improvement_id == second
    assert tab.panel.form.what.toPlainText() == "Label the shelves"
    qtbot.keyClick(tab.rows[second], Qt.Key.Key_Up)
    assert tab.panel.form.improvement_id == first


def test_letters_typed_last_stay_with_the_improvement_they_were_typed_in(qtbot, desk, tab):
    first, second = tab.rows
    tab.panel.form.responsible.setText("Purchasing")
    tab.choose(second)
    responsible = lambda db: {i.id: i.responsible for i in list_improvements(db)}  # noqa: E731
    qtbot.wait_until(lambda: desk.jobs.db(responsible)[first] == "Purchasing")
    assert desk.jobs.db(responsible)[second] == "Production head"


def test_the_route_leads_to_an_improvement(tab):
    second = list(tab.rows)[1]
    tab.open_at([second])
    assert tab.panel.form.improvement_id == second


def test_a_finished_visit_is_only_read(qtbot, tab):
    tab.set_editable(False)
    assert not tab.new.isEnabled()
    assert not tab.panel.bin.isEnabled()
    qtbot.keyClick(next(iter(tab.rows.values())), Qt.Key.Key_Delete)
    assert len(tab.rows) == 2
