import pytest
from PySide6.QtWidgets import QLabel

from app.fieldwork.plan import write_visit
from app.ui.dialogs.as_it_was import open_as_it_was
from tests.factories import make_improvement, make_person_met, make_visit


@pytest.fixture
def dialog(desk, clock, qtbot):
    """A visit that first said one thing and then another."""

    def plant(db):
        visit = make_visit(db, desk.by)
        make_person_met(db, desk.by, visit)
        clock.move(minutes=5)
        write_visit(db, desk.by, visit, summary="As it was first")
        clock.move(minutes=5)
        write_visit(db, desk.by, visit, summary="As it is now")
        make_improvement(db, desk.by, visit)
        return visit

    dialog = open_as_it_was(desk, desk.jobs.db(plant), None)
    qtbot.add_widget(dialog)
    return dialog


def texts(dialog):
    return [one.text() for one in dialog.findChildren(QLabel) if one.isVisibleTo(dialog)]


def test_it_opens_at_the_newest_moment_and_walks_back(dialog, qtbot):
    qtbot.wait_until(lambda: "As it is now" in texts(dialog))
    assert dialog.heading.text() == "Confecciones Andina as it was"
    last = dialog.list.count() - 1
    dialog.slider.setValue(last - 2)
    qtbot.wait_until(lambda: "As it was first" in texts(dialog))
    assert dialog.list.currentRow() == last - 2
    qtbot.wait_until(lambda: "Mark the walkways" not in texts(dialog))


def test_before_the_visit_there_is_nothing(dialog, qtbot):
    qtbot.wait_until(lambda: "As it is now" in texts(dialog))
    dialog._show(dialog._asked, None)
    qtbot.wait_until(lambda: "At this moment the visit was not there, or it was in the bin." in texts(dialog))


def test_looking_back_writes_nothing(dialog, desk, qtbot):
    before = desk.jobs.db(lambda db: db.conn.total_changes)
    qtbot.wait_until(lambda: "As it is now" in texts(dialog))
    dialog.list.setCurrentRow(0)
    qtbot.wait_until(lambda: dialog.second.text().startswith("Moment 1 of"))
    assert desk.jobs.db(lambda db: db.conn.total_changes) == before
