import pytest
from PySide6.QtCore import Qt

from app.fieldwork.attendance import enrol
from app.models.rows import list_rows
from app.ui.visit.attendance import AttendanceTab
from tests.factories import make_enterprise, make_session, make_visit


@pytest.fixture
def enterprise(desk):
    return desk.jobs.db(lambda db: make_enterprise(db, desk.by))


@pytest.fixture
def visit_id(desk, enterprise):
    return desk.jobs.db(lambda db: make_visit(db, desk.by, enterprise))


@pytest.fixture
def session_id(desk, visit_id):
    return desk.jobs.db(lambda db: make_session(db, desk.by, visit_id, ("woman", "manager")))


@pytest.fixture
def tab(desk, visit_id, qtbot):
    tab = AttendanceTab(desk)
    qtbot.add_widget(tab)
    tab.resize(1100, 600)
    tab.show_visit(visit_id)
    tab.show()
    qtbot.wait_until(lambda: tab.roster is not None)
    return tab


def people(desk, enterprise):
    return desk.jobs.db(lambda db: list(list_rows(db, "participant", enterprise_id=enterprise)))


def present(desk, session_id):
    return desk.jobs.db(lambda db: len(list(list_rows(db, "attendance", session_id=session_id, was_present=1))))


def add(qtbot, tab, name, sex):
    tab.new.name.setText(name)
    tab.new.sex.setCurrentIndex(tab.new.sex.findData(sex))
    qtbot.keyClick(tab.new.name, Qt.Key.Key_Return)


def test_a_session_is_added_and_shown(tab, desk, visit_id, qtbot):
    tab.sessions.topic.setText("5S on the line")
    tab.sessions.minutes.setText("90")
    qtbot.keyClick(tab.sessions.topic, Qt.Key.Key_Return)
    qtbot.wait_until(lambda: tab.heading.text() == "5S on the line")
    (session,) = desk.jobs.db(lambda db: list(list_rows(db, "session", visit_id=visit_id)))
    assert (session["minutes"], session["on"]) == (90, "2026-11-24")


def test_a_session_without_a_topic_is_not_added(tab, desk, visit_id, qtbot):
    qtbot.keyClick(tab.sessions.topic, Qt.Key.Key_Return)
    assert desk.jobs.db(lambda db: list(list_rows(db, "session", visit_id=visit_id))) == []


def test_space_ticks_enter_goes_on_and_the_counts_follow(session_id, enterprise, tab, desk, qtbot):
    desk.jobs.db(lambda db: enrol(db, desk.by, enterprise, sex="man", role="worker", name="Budi"))
    qtbot.wait_until(lambda: tab.model.rowCount() == 2)
    tab.grid.setCurrentIndex(tab.model.index(0, 0))
    qtbot.keyClick(tab.grid, Qt.Key.Key_Return)
    assert tab.grid.currentIndex().row() == 1
    qtbot.keyClick(tab.grid, Qt.Key.Key_Space)
    qtbot.wait_until(lambda: tab.counts.chips["present"].text() == "2 present")
    assert tab.counts.chips["men"].text() == "1 man"
    assert present(desk, session_id) == 2
    assert tab.grid.currentIndex().row() == 1
    qtbot.keyClick(tab.grid, Qt.Key.Key_Space)
    qtbot.wait_until(lambda: tab.counts.chips["present"].text() == "1 present")


def test_somebody_is_added_by_enter_and_is_there(session_id, enterprise, tab, desk, qtbot):
    qtbot.wait_until(lambda: tab.model.rowCount() == 1)
    add(qtbot, tab, "Siti Rahayu", "woman")
    qtbot.wait_until(lambda: tab.counts.chips["women"].text() == "2 women")
    assert people(desk, enterprise)[-1]["name"] == "Siti Rahayu"
    assert tab.new.name.text() == ""


def test_nobody_is_added_without_a_sex(tab, enterprise, desk, qtbot):
    tab.new.name.setText("Siti Rahayu")
    qtbot.keyClick(tab.new.name, Qt.Key.Key_Return)
    assert tab.new.error.text() == "Choose the sex; not said is an answer too."
    assert people(desk, enterprise) == []
    assert tab.new.name.text() == "Siti Rahayu"


def test_pasted_rows_are_previewed_and_the_good_ones_added(session_id, enterprise, tab, desk, qtbot):
    tab.paste_button.click()
    tab.paste.text.setPlainText("Siti\tOperator\tP\tpekerja\nBudi\tSupervisor\tL\tmanajer\nAgus\tSprayer\tzz\t\n")
    assert tab.paste.preview.rowCount() == 3
    assert tab.paste.preview.item(2, 5).text().startswith("Left out: zz is not understood as a sex.")
    assert tab.paste.add.text() == "Add 2 people"
    tab.paste.add.click()
    qtbot.wait_until(lambda: tab.counts.chips["present"].text() == "3 present")
    assert [(p["name"], p["sex"], p["role"]) for p in people(desk, enterprise)][1:] == [
        ("Siti", "woman", "worker"),
        ("Budi", "man", "manager"),
    ]


def test_a_cell_is_corrected(session_id, enterprise, tab, desk, qtbot):
    qtbot.wait_until(lambda: tab.model.rowCount() == 1)
    assert tab.model.setData(tab.model.index(0, 1), "Rina")
    qtbot.wait_until(lambda: people(desk, enterprise)[0]["name"] == "Rina")


def test_delete_takes_somebody_off_the_list(session_id, tab, desk, qtbot):
    qtbot.wait_until(lambda: tab.model.rowCount() == 1)
    tab.grid.setCurrentIndex(tab.model.index(0, 0))
    qtbot.keyClick(tab.grid, Qt.Key.Key_Delete)
    qtbot.wait_until(lambda: tab.model.rowCount() == 0)


def test_a_finished_visit_cannot_be_ticked(session_id, tab, desk, qtbot):
    qtbot.wait_until(lambda: tab.model.rowCount() == 1)
    tab.set_editable(False)
    tab.grid.setCurrentIndex(tab.model.index(0, 0))
    qtbot.keyClick(tab.grid, Qt.Key.Key_Space)
    assert present(desk, session_id) == 1
    assert not tab.paste_button.isEnabled()


def test_the_grid_is_a_sound_model(session_id, tab, model_tester, qtbot):
    model_tester(tab.model)
    qtbot.wait_until(lambda: tab.model.rowCount() == 1)
    add(qtbot, tab, "Budi", "man")
    qtbot.wait_until(lambda: tab.model.rowCount() == 2)
