from datetime import date

import pytest
from PySide6.QtCore import QDate, Qt

from app.fieldwork.attendance import enrol
from app.fieldwork.catalogues import module_id
from app.fieldwork.training import add_day, add_enterprise, create_training, list_trainings, training_file
from app.models.rows import get_row
from app.ui.pages.training import TrainingPage
from app.ui.tables.training_days import FIXED, TrainingDaysTableModel
from tests.factories import make_enterprise

DAY = date(2026, 11, 24)


@pytest.fixture
def page(qtbot, desk):
    page = TrainingPage(desk)
    qtbot.add_widget(page)
    page.resize(1162, 768)
    page.show()
    desk.asked.connect(lambda route: page.open_at(route.split("/")[1:]))
    return page


@pytest.fixture
def training(desk):
    """A training with one enterprise, two people of it, and a day."""

    def plant(db):
        by = desk.by
        training_id = create_training(db, by, module_id("wpc"), starts_on=DAY, venue="Hotel")
        enterprise = make_enterprise(db, by, "PT Laksana")
        add_enterprise(db, by, training_id, enterprise)
        for sex, role, name in (("woman", "manager", "Ana"), ("man", "worker", "Budi")):
            enrol(db, by, enterprise, sex=sex, role=role, name=name)
        add_day(db, by, training_id, "5S", on=DAY)
        return training_id

    return desk.jobs.db(plant)


@pytest.fixture
def view(page, training, qtbot):
    """The page of that training."""
    page.open_at([training])
    qtbot.wait_until(lambda: page.stack.currentIndex() == 1 and page.view.grid.rowCount() == 2)
    return page.view


def test_an_empty_list_says_what_to_do(page, qtbot):
    qtbot.wait_until(lambda: page.table._stack.currentIndex() == 1)


def test_a_training_is_created_and_opened(page, desk, qtbot):
    page.new.click()
    page.module.setCurrentIndex(page.module.findData("qm"))
    page.starts.setDate(QDate(2026, 12, 9))
    assert page.ends.date() == QDate(2026, 12, 9)
    page.venue.setText("Training centre")
    page.create_.click()
    qtbot.wait_until(lambda: page.stack.currentIndex() == 1)
    (found,) = desk.jobs.db(list_trainings)
    assert (found.module, found.starts_on, found.venue) == ("Quality Improvement", date(2026, 12, 9), "Training centre")
    assert desk.asked_for == [f"training/{found.id}"]


def test_the_last_day_cannot_come_first(page, desk, qtbot):
    page.new.click()
    page.ends.setDate(QDate(2020, 1, 1))
    page.create_.click()
    qtbot.wait_until(lambda: page.ends_row.error.text() == "The last day cannot be before the first day.")
    assert desk.jobs.db(list_trainings) == []


def test_space_ticks_and_the_counts_follow_at_once(view, desk, qtbot, training):
    view.table.setFocus()
    view.table.setCurrentIndex(view.grid.index(0, FIXED))
    qtbot.keyClick(view.table, Qt.Key.Key_Space)
    assert "1 present; women 1, men 0; managers 1, workers 0" in view.counts.itemAt(0).widget().text()
    qtbot.wait_until(lambda: desk.jobs.db(lambda db: training_file(db, training)).days[0].counts.present == 1)


def test_a_ticks_everybody_and_again_nobody(view, desk, qtbot, training):
    view.table.setCurrentIndex(view.grid.index(1, FIXED))
    for expected in (2, 0):
        qtbot.keyClick(view.table, Qt.Key.Key_A)
        qtbot.wait_until(
            lambda expected=expected: (
                desk.jobs.db(lambda db: training_file(db, training)).days[0].counts.present == expected
            )
        )
    assert view.table.currentIndex() == view.grid.index(1, FIXED)


def test_an_enterprise_is_found_and_added_then_removed(view, desk, qtbot, training):
    desk.jobs.db(lambda db: make_enterprise(db, desk.by, "Đặng Textiles"))
    view.finder.field.setText("dang")
    qtbot.wait_until(lambda: view.finder.list.count() == 1)
    qtbot.keyClick(view.finder.field, Qt.Key.Key_Return)
    qtbot.wait_until(lambda: len(desk.jobs.db(lambda db: training_file(db, training)).enterprises) == 2)
    view._remove(desk.jobs.db(lambda db: training_file(db, training)).enterprises[0][0], "PT Laksana")
    qtbot.wait_until(lambda: len(desk.jobs.db(lambda db: training_file(db, training)).enterprises) == 1)


def test_a_day_and_a_participant_are_added(view, desk, qtbot, training):
    assert view.day_on.date() == QDate(2026, 11, 25)
    view.day_topic.setText("Second day")
    view.add_day.click()
    qtbot.wait_until(lambda: view.grid.columnCount() == FIXED + 2)
    view.person_name.setText("Citra")
    view.add_person.click()
    qtbot.wait_until(lambda: view.grid.rowCount() == 3)
    assert view.person_name.text() == ""


def test_a_day_without_a_topic_is_refused_in_words(view, qtbot):
    view.add_day.click()
    qtbot.wait_until(lambda: view.day_error.text() == "Topic is missing.")


def test_fields_keep_themselves(view, desk, qtbot, training):
    view.venue._field.setText("Town hall")
    desk.flushed.emit()
    view.independence.setCurrentIndex(view.independence.findData("high"))
    view.ends.setDate(QDate(2026, 11, 26))

    def kept():
        row = desk.jobs.db(lambda db: get_row(db, "training", training))
        return (row["venue"], row["independence"], row["ends_on"]) == ("Town hall", "high", "2026-11-26")

    qtbot.wait_until(kept)


def test_esc_goes_back_to_the_list(view, page, qtbot):
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert page.stack.currentIndex() == 0


def test_looking_writes_nothing(view, page, desk, qtbot):
    before = desk.jobs.db(lambda db: db.conn.total_changes)
    page.reload()
    qtbot.wait(30)
    assert desk.jobs.db(lambda db: db.conn.total_changes) == before


def test_the_grid_is_a_sound_qt_model(desk, training, model_tester):
    found = desk.jobs.db(lambda db: training_file(db, training))
    ticked = []
    grid = TrainingDaysTableModel(lambda *what: ticked.append(what))
    model_tester(grid)
    grid.show(found.days, found.trainees)
    grid.setData(grid.index(0, FIXED), Qt.CheckState.Checked.value, Qt.ItemDataRole.CheckStateRole)
    assert ticked == [(found.days[0].id, [found.trainees[0].id], True)]
