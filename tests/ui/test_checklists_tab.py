import io
from threading import Event

import pytest
from PIL import Image
from PySide6.QtCore import Qt

from app.fieldwork.answers import answer_id, answer_item, begin_assessment
from app.fieldwork.catalogues import newest_checklist_id
from app.fieldwork.finish import VisitStatus
from app.models.rows import change_row, find_row, get_row, list_rows, save_row
from app.ui.visit.checklists import ChecklistsTab
from tests.factories import make_enterprise, make_visit


@pytest.fixture
def visit_id(desk):
    return desk.jobs.db(lambda db: make_visit(db, desk.by))


@pytest.fixture
def tab(qtbot, desk, visit_id):
    """The tab on a visit on which the OSH checklist was begun."""
    begin(desk, visit_id)
    tab = opened(qtbot, desk, visit_id)
    qtbot.wait_until(lambda: bool(tab.sheet.current))
    return tab


def begin(desk, visit_id, moment="baseline"):
    def deed(db):
        return begin_assessment(db, desk.by, visit_id, newest_checklist_id(db, "osh"), moment=moment)

    return desk.jobs.db(deed)


def opened(qtbot, desk, visit_id, width=1120):
    tab = ChecklistsTab(desk)
    qtbot.add_widget(tab)
    tab.resize(width, 600)
    tab.show_visit(visit_id)
    tab.show()
    tab.activateWindow()
    return tab


def stored(desk, tab, item):
    assessment_id = tab.sheet.sheet.assessment_id
    return desk.jobs.db(lambda db: find_row(db, "answer", answer_id(assessment_id, item)))


def press(qtbot, tab, *keys):
    for key in keys:
        qtbot.keyClick(tab.sheet.rows[tab.sheet.current], key)


def test_a_checklist_is_chosen_and_begun(qtbot, desk, visit_id):
    tab = opened(qtbot, desk, visit_id)
    qtbot.wait_until(lambda: tab.start.checklist.count() > 1)
    assert tab.start.checklist.currentText() == "Occupational Safety and Health"
    assert tab.start.moment.value == "baseline"  # the first visit
    tab.start.go.click()
    qtbot.wait_until(lambda: tab.sheet.current == "policy")
    assert desk.jobs.db(lambda db: next(list_rows(db, "assessment", visit_id=visit_id)))["moment"] == "baseline"


def test_a_later_visit_is_an_end_line_and_shows_what_was_said_before(qtbot, desk):
    enterprise_id = desk.jobs.db(lambda db: make_enterprise(db, desk.by))
    day = desk.by.clock.today()
    first, second = (
        desk.jobs.db(lambda db, on=on: make_visit(db, desk.by, enterprise_id, on=on))
        for on in (day.replace(month=9), day)
    )
    earlier = begin(desk, first)
    desk.jobs.db(lambda db: answer_item(db, desk.by, earlier, "policy", "no"))
    tab = opened(qtbot, desk, second)
    qtbot.wait_until(lambda: tab.start.moment.value == "end_line")
    tab.start.go.click()
    qtbot.wait_until(lambda: bool(tab.sheet.current))
    assert tab.sheet.rows["policy"].shown.earlier == "No"
    press(qtbot, tab, Qt.Key.Key_N)
    qtbot.wait_until(lambda: tab.finding.heading.text() == "Finding 1.1")
    assert tab.sheet.sheet.since.keys() == {"policy"}


def test_opening_writes_nothing(qtbot, desk, tab):
    before = desk.jobs.db(lambda db: db.conn.total_changes)
    tab.reload()
    qtbot.wait(20)
    assert desk.jobs.db(lambda db: db.conn.total_changes) == before


def test_letters_answer_and_enter_goes_on(qtbot, desk, tab):
    press(qtbot, tab, Qt.Key.Key_Y, Qt.Key.Key_Return, Qt.Key.Key_N, Qt.Key.Key_Return, Qt.Key.Key_A)
    assert tab.sheet.current == "risks"
    qtbot.wait_until(lambda: stored(desk, tab, "risks") is not None)
    found = {item: stored(desk, tab, item) for item in ("policy", "committee", "risks")}
    assert {item: row["value"] for item, row in found.items()} == {"policy": "yes", "committee": "no", "risks": "na"}
    assert found["committee"]["finding"] == "finding"
    assert tab.sheet.cards[0].progress.text() == "3 of 4 answered"


def test_an_answer_is_shown_at_once_and_saved_after_the_commit(qtbot, desk, tab):
    with qtbot.wait_signal(desk.saved):
        press(qtbot, tab, Qt.Key.Key_N)
        assert tab.sheet.rows["policy"].segments.value == "no"
    assert stored(desk, tab, "policy")["value"] == "no"


def test_an_answer_keeps_the_rows(qtbot, desk, tab):
    tab.sheet.finish_building()
    before = dict(tab.sheet.rows)
    press(qtbot, tab, Qt.Key.Key_Y)
    qtbot.wait_until(lambda: tab.sheet.sheet.given.get("policy") is not None)
    assert tab.sheet.rows == before
    assert tab.sheet.current == "policy"


def test_backspace_takes_an_answer_back(qtbot, desk, tab):
    press(qtbot, tab, Qt.Key.Key_Y, Qt.Key.Key_Backspace)
    qtbot.wait_until(lambda: (stored(desk, tab, "policy") or {"value": ""})["value"] is None)
    assert tab.sheet.rows["policy"].segments.value is None


def test_arrows_walk_the_rows_from_any_button(qtbot, tab):
    button = tab.sheet.rows["policy"].segments.button("no")
    qtbot.keyClick(button, Qt.Key.Key_Down)
    assert tab.sheet.current == "committee"
    press(qtbot, tab, Qt.Key.Key_Up, Qt.Key.Key_Up)
    assert tab.sheet.current == "policy"


def test_a_click_answers_and_makes_the_item_the_current_one(qtbot, desk, tab):
    tab.sheet.finish_building()
    tab.sheet.rows["chem_eating"].segments.button("yes").click()
    assert tab.sheet.current == "chem_eating"
    qtbot.wait_until(lambda: (stored(desk, tab, "chem_eating") or {"finding": ""})["finding"] == "finding")


def test_a_note_keeps_itself_and_leaves_the_answer(qtbot, desk, tab):
    press(qtbot, tab, Qt.Key.Key_Y, Qt.Key.Key_T)
    editor = tab.notes.editor("policy")
    qtbot.keyClicks(editor, "Any note")  # N and Y are letters here
    desk.flushed.emit()
    qtbot.wait_until(lambda: tab.sheet.given["policy"].note == "Any note")
    assert not tab.sheet.rows["policy"]._note.isVisible()  # not twice while it is written
    qtbot.keyClick(editor, Qt.Key.Key_Escape)
    qtbot.wait_until(lambda: (stored(desk, tab, "policy") or {"note": ""})["note"] == "Any note")
    assert stored(desk, tab, "policy")["value"] == "yes"


@pytest.mark.parametrize("leaves", [True, False])
def test_a_reading_that_began_before_a_note_was_written_does_not_bring_the_old_one_back(qtbot, desk, tab, leaves):
    first, second, is_read = Event(), Event(), []
    press(qtbot, tab, Qt.Key.Key_T)
    editor = tab.notes.editor("policy")
    desk.jobs.run_with_db(tab, lambda db: first.wait(5))
    tab.reload()
    desk.jobs.run_with_db(tab, lambda db: None, is_read.append)
    desk.jobs.run_with_db(tab, lambda db: second.wait(5))
    qtbot.keyClicks(editor, "Exit blocked")
    qtbot.keyClick(editor, Qt.Key.Key_Escape) if leaves else desk.flushed.emit()
    first.set()
    qtbot.wait_until(lambda: bool(is_read))  # shown, and the note not yet on the disk
    if leaves:
        press(qtbot, tab, Qt.Key.Key_T)
    assert editor.toPlainText() == "Exit blocked"
    qtbot.keyClicks(editor, "!")
    second.set()
    desk.flushed.emit()
    qtbot.wait_until(lambda: stored(desk, tab, "policy")["note"] == "Exit blocked!")


def test_a_finding_becomes_an_improvement_in_one_step(qtbot, desk, tab):
    press(qtbot, tab, Qt.Key.Key_N, Qt.Key.Key_I)
    qtbot.wait_until(lambda: tab.finding.form is not None)
    (made,) = desk.jobs.db(lambda db: list(list_rows(db, "improvement")))
    assert made["answer_id"] == answer_id(tab.sheet.sheet.assessment_id, "policy")
    assert made["what"].startswith("Is there a written safety")
    assert made["due_on"] == "2026-12-24"
    field = tab.finding.form.responsible
    field.setText("Safety officer")
    desk.flushed.emit()
    row_of = lambda db: get_row(db, "improvement", made["id"])  # noqa: E731
    qtbot.wait_until(lambda: desk.jobs.db(row_of)["responsible"] == "Safety officer")


def test_what_is_met_makes_no_improvement(qtbot, desk, tab):
    with qtbot.wait_signal(desk.said):
        press(qtbot, tab, Qt.Key.Key_Y, Qt.Key.Key_I)
    assert not desk.jobs.db(lambda db: list(list_rows(db, "improvement")))


def test_the_route_leads_to_an_item(qtbot, tab):
    tab.open_at(["item", "signs_posted"])
    assert tab.sheet.current == "signs_posted"
    assert tab.sheet.rows["signs_posted"].is_current


def test_the_filters_show_what_they_say(qtbot, desk, tab):
    press(qtbot, tab, Qt.Key.Key_Y, Qt.Key.Key_Down, Qt.Key.Key_N)
    tab.bar.filter.button("findings").click()
    shown = [item for item, row in tab.sheet.rows.items() if not row.isHidden()]
    assert shown == ["committee"]
    tab.bar.filter.button("unanswered").click()
    assert tab.sheet.rows["policy"].isHidden()
    assert not tab.sheet.rows["risks"].isHidden()


def test_photos_are_filed_under_the_item(qtbot, desk, tab, tmp_path):
    data = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(data, "PNG")
    path = tmp_path / "p.png"
    path.write_bytes(data.getvalue())
    tab.take_in("policy", [path])
    qtbot.wait_until(lambda: tab.sheet.given.get("policy") is not None and tab.sheet.given["policy"].photos == 1)
    (link,) = desk.jobs.db(lambda db: list(list_rows(db, "photo_link")))
    assert link["answer_id"] == answer_id(tab.sheet.sheet.assessment_id, "policy")
    assert stored(desk, tab, "policy")["value"] is None


def test_a_finished_visit_is_only_read(qtbot, desk, tab, visit_id):
    desk.jobs.db(lambda db: change_row(db, desk.by, "visit", visit_id, status=VisitStatus.FINISHED))
    tab.set_editable(False)
    press(qtbot, tab, Qt.Key.Key_Y, Qt.Key.Key_T)
    assert tab.sheet.rows["policy"].segments.value is None
    press(qtbot, tab, Qt.Key.Key_Down)
    assert tab.sheet.current == "committee"


def test_a_refused_answer_goes_back_to_what_is_stored(qtbot, desk, tab, visit_id):
    desk.jobs.db(lambda db: change_row(db, desk.by, "visit", visit_id, status=VisitStatus.FINISHED))
    with qtbot.wait_signal(desk.jobs.failed):
        press(qtbot, tab, Qt.Key.Key_Y)
    qtbot.wait_until(lambda: tab.sheet.rows["policy"].segments.value is None)


def test_where_there_is_little_room_the_finding_stands_instead_of_the_list(qtbot, desk, visit_id):
    begin(desk, visit_id)
    tab = opened(qtbot, desk, visit_id, width=700)
    qtbot.wait_until(lambda: bool(tab.sheet.current))
    assert not tab.finding.isVisible()
    press(qtbot, tab, Qt.Key.Key_N, Qt.Key.Key_I)
    qtbot.wait_until(lambda: tab.finding.form is not None)
    assert tab.finding.isVisible()
    assert not tab.sheet.isVisible()
    tab.side.back.click()
    assert tab.sheet.isVisible()


def test_photos_that_were_taken_first_are_filed_under_the_item_in_one_step(qtbot, desk, tab, visit_id):
    def picture(sign):
        return {"working_sha256": sign * 64, "thumbnail_sha256": sign * 64}

    def take(db):
        rows = ({"visit_id": visit_id, "photo_id": save_row(db, desk.by, "photo", picture(s))} for s in "ab")
        return [save_row(db, desk.by, "photo_link", row) for row in rows]

    links = desk.jobs.db(take)
    qtbot.wait_until(lambda: tab.finding.file_photos.text() == "File 2 photos without a place here")
    tab.sheet.go_to("exits")
    press(qtbot, tab, Qt.Key.Key_F)
    row_id = answer_id(tab.sheet.sheet.assessment_id, "exits")

    def filed():
        return desk.jobs.db(lambda db: [get_row(db, "photo_link", link)["answer_id"] for link in links])

    qtbot.wait_until(lambda: filed() == [row_id, row_id])
    qtbot.wait_until(lambda: tab.finding.file_photos.isHidden())
    assert tab.sheet.given["exits"].photos == 2


def test_until_another_visit_is_read_no_key_answers_for_it(qtbot, desk, tab):
    other = desk.jobs.db(lambda db: make_visit(db, desk.by))
    let_go = Event()
    desk.jobs.run_with_db(desk, lambda db: let_go.wait(5))
    tab.show_visit(other)
    assert not tab.sheet.isVisible()
    let_go.set()
    qtbot.wait_until(lambda: tab.start.isVisible())
