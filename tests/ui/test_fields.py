"""What is typed is kept by itself: after a pause, on leaving, on flush; one edit from focus to focus."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.errors import DiskFull
from app.models.changes import history_of, undo
from app.models.rows import change_row, get_row
from app.ui.widgets.fields import PAUSE_MS, kept_text, saved_words
from tests.factories import make_enterprise


@pytest.fixture
def row_id(desk):
    return desk.jobs.db(lambda db: make_enterprise(db, desk.by, city="Lima"))


@pytest.fixture
def city(desk, qtbot, row_id):
    """The city of an enterprise in a field, beside another field to go to."""
    panel = QWidget()
    layout = QVBoxLayout(panel)
    form, keeper = kept_text(desk, "City", lambda db, by, text: change_row(db, by, "enterprise", row_id, city=text))
    other, _keeper = kept_text(desk, "Other", lambda db, by, text: None)
    layout.addWidget(form)
    layout.addWidget(other)
    keeper.show("Lima")
    qtbot.add_widget(panel)
    panel.show()
    qtbot.wait_exposed(panel)
    panel.activateWindow()
    form.field.setFocus()
    qtbot.wait_until(lambda: form.field.hasFocus())
    panel.form, panel.keeper, panel.other = form, keeper, other
    return panel


def stored(desk, row_id):
    return desk.jobs.db(lambda db: get_row(db, "enterprise", row_id)["city"])


def test_kept_after_a_pause_and_then_said(city, desk, qtbot, row_id):
    with qtbot.wait_signal(desk.saved, timeout=PAUSE_MS + 2000):
        qtbot.keyClicks(city.form.field, " Norte")
    assert stored(desk, row_id) == "Lima Norte"


def test_kept_on_leaving(city, desk, qtbot, row_id):
    qtbot.keyClicks(city.form.field, "!")
    with qtbot.wait_signal(desk.saved):
        city.other.field.setFocus()
    assert stored(desk, row_id) == "Lima!"


def test_kept_on_flush(city, desk, qtbot, row_id):
    qtbot.keyClicks(city.form.field, "?")
    desk.flushed.emit()
    assert stored(desk, row_id) == "Lima?"


def test_from_focus_to_focus_it_is_one_edit(city, desk, qtbot, row_id):
    for letters in (" N", "or", "te"):
        with qtbot.wait_signal(city.keeper.kept):
            qtbot.keyClicks(city.form.field, letters)
            desk.flushed.emit()
    changes = desk.jobs.db(lambda db: [c for c in history_of(db, "enterprise", row_id) if c.field == "city"])
    assert [(c.old, c.new) for c in changes if c.old is not None] == [("Lima", "Lima Norte")]
    desk.jobs.db(lambda db: undo(db, desk.by))
    assert stored(desk, row_id) == "Lima"


def test_what_is_being_typed_is_not_overwritten(city, desk, qtbot):
    qtbot.keyClicks(city.form.field, " Sur")
    city.keeper.show("Puno")
    assert city.form.field.text() == "Lima Sur"


def test_what_was_read_before_a_writing_takes_none_of_its_letters_away(city, desk, qtbot, row_id):
    qtbot.keyClicks(city.form.field, " Norte")
    desk.flushed.emit()
    city.keeper.show("Lima")  # read before, shown while the writing is under way
    qtbot.keyClicks(city.form.field, "!")
    desk.flushed.emit()
    assert stored(desk, row_id) == "Lima Norte!"


def test_once_it_is_written_the_store_is_shown_again(city, desk, qtbot, row_id):
    with qtbot.wait_signal(city.keeper.kept):
        qtbot.keyClicks(city.form.field, " Norte")
        desk.flushed.emit()
    city.keeper.show("Puno")
    assert city.form.field.text() == "Puno"


def test_what_comes_from_the_store_is_not_written_back(city, desk, qtbot):
    city.keeper.show("Cusco")
    assert city.form.field.text() == "Cusco"
    with qtbot.assert_not_emitted(desk.saved, wait=PAUSE_MS + 50):
        city.other.field.setFocus()


def test_a_refused_text_stays_and_says_why(desk, qtbot, row_id):
    form, keeper = kept_text(
        desk, "Founded", lambda db, by, text: change_row(db, by, "enterprise", row_id, founded=text)
    )
    qtbot.add_widget(form)
    form.show()
    form.field.setText("long ago")
    with qtbot.wait_signal(keeper.refused):
        keeper.flush()
    assert form.field.text() == "long ago"
    assert "whole number" in form.error.text()
    form.field.setText("1999")
    with qtbot.wait_signal(keeper.kept):
        keeper.flush()
    assert form.error.isHidden()


def test_what_could_not_be_written_is_tried_again(desk, qtbot, row_id):
    full = [True]

    def save(db, by, text):
        if full[0]:
            raise DiskFull("records.db")
        change_row(db, by, "enterprise", row_id, city=text)

    form, keeper = kept_text(desk, "City", save)
    qtbot.add_widget(form)
    form.field.setText("Cusco")
    with qtbot.wait_signal(desk.jobs.failed):
        keeper.flush()
    full.clear()
    full.append(False)
    with qtbot.wait_signal(keeper.kept):
        desk.flushed.emit()
    assert stored(desk, row_id) == "Cusco"


def test_tab_leaves_a_box_of_several_lines(desk, qtbot):
    form, _keeper = kept_text(desk, "Notes", lambda db, by, text: None, lines=4)
    qtbot.add_widget(form)
    assert form.field.tabChangesFocus()
    assert form.field.accessibleName() == "Notes"
    assert form.field.focusPolicy() & Qt.FocusPolicy.TabFocus


@pytest.mark.parametrize(("seconds", "words"), [(0, "Saved"), (7, "Saved 7 s ago"), (125, "Saved 2 min ago")])
def test_saved_in_words(seconds, words):
    assert saved_words(seconds) == words


def test_what_others_wrote_is_shown_without_moving_the_caret(city, desk, qtbot):
    city.form.field.setCursorPosition(2)
    show(city, desk, qtbot, "Lima Norte")
    assert (city.form.field.text(), city.form.field.cursorPosition()) == ("Lima Norte", 2)
    show(city, desk, qtbot, "L")
    assert city.form.field.cursorPosition() == 1
    city.other.field.setFocus()
    qtbot.wait_until(city.other.field.hasFocus)
    show(city, desk, qtbot, "Lima Sur")
    assert city.form.field.cursorPosition() == len("Lima Sur")


def test_nor_in_a_text_of_several_lines(desk, qtbot):
    form, keeper = kept_text(desk, "Notes", lambda db, by, text: None, lines=3)
    qtbot.add_widget(form)
    form.show()
    form.activateWindow()
    keeper.show("one\ntwo")
    form.field.setFocus()
    qtbot.wait_until(form.field.hasFocus)
    caret = form.field.textCursor()
    caret.setPosition(5)
    form.field.setTextCursor(caret)
    keeper.show("one\ntwo\nthree")
    assert form.field.textCursor().position() == 5


def set_cursor(desk, cursor):
    desk.jobs.db(lambda db: db.conn.execute("UPDATE sync_state SET cursor = ?", (cursor,)) and None)


def show(city, desk, qtbot, text):
    """As a page does: read, then show."""
    done = []
    desk.jobs.run_with_db(city, lambda db: text, done.append)
    qtbot.wait_until(lambda: bool(done))
    city.keeper.show(text)


def bases(desk):
    sql = "SELECT json_extract(vals, '$.city'), seen FROM sync_capture WHERE kind = 'upd' ORDER BY cid"
    return desk.jobs.db(lambda db: db.conn.execute(sql).fetchall())


def test_the_merge_base_is_what_the_person_saw_when_the_typing_began(city, desk, qtbot):
    show(city, desk, qtbot, "Lima")
    qtbot.keyClicks(city.form.field, " N")
    set_cursor(desk, 8)  # somebody else's work arrives meanwhile, and the page reads again
    show(city, desk, qtbot, "Puno")
    with qtbot.wait_signal(city.keeper.kept):
        desk.flushed.emit()
    show(city, desk, qtbot, "Lima N")
    qtbot.keyClicks(city.form.field, "!")
    with qtbot.wait_signal(city.keeper.kept):
        desk.flushed.emit()
    assert bases(desk) == [("Lima N", 0), ("Lima N!", 8)]


def test_a_field_that_was_filled_before_it_stood_on_a_page_takes_its_base_from_there(desk, qtbot, row_id):
    form, keeper = kept_text(desk, "City", lambda db, by, text: change_row(db, by, "enterprise", row_id, city=text))
    keeper.show("Lima")
    page, done = QWidget(), []
    QVBoxLayout(page).addWidget(form)
    qtbot.add_widget(page)
    desk.jobs.run_with_db(page, lambda db: 1, done.append)
    qtbot.wait_until(lambda: bool(done))
    page.show()
    page.activateWindow()
    form.field.setFocus()
    qtbot.wait_until(form.field.hasFocus)
    set_cursor(desk, 8)
    qtbot.keyClicks(form.field, "!")
    with qtbot.wait_signal(keeper.kept):
        desk.flushed.emit()
    assert bases(desk) == [("Lima!", 0)]
