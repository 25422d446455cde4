"""Every kind of question on the sheet, and the rules between them, in the real tab."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QLabel, QLineEdit

from app.checklists.stored import checklist_to_text
from app.checklists.xlsform import load
from app.fieldwork.answers import answer_id, answer_item, begin_assessment
from app.fieldwork.undo import undo
from app.i18n import language, use
from app.models.rows import find_row, list_rows, save_row
from app.ui.visit.checklists import ChecklistsTab
from tests.factories import make_enterprise, make_visit

FORM = Path(__file__).parent / "all_kinds.md"


@pytest.fixture
def visits(desk):
    """(earlier visit, its assessment, visit, assessment) with the form of all kinds."""

    def deed(db):
        form = load(FORM)
        row = {"key": "kinds 1", "title": form.title, "version": "1", "definition": checklist_to_text(form)}
        checklist = save_row(db, desk.by, "checklist", row)
        enterprise = make_enterprise(db, desk.by)
        today = desk.by.clock.today()
        made = []
        for day in (today.replace(month=9), today):
            visit = make_visit(db, desk.by, enterprise, on=day)
            made += [visit, begin_assessment(db, desk.by, visit, checklist, moment="interim")]
        return made

    return desk.jobs.db(deed)


@pytest.fixture
def tab(qtbot, desk, visits):
    tab = ChecklistsTab(desk)
    qtbot.add_widget(tab)
    tab.resize(1120, 700)
    tab.show_visit(visits[2])
    tab.show()
    tab.activateWindow()
    qtbot.wait_until(lambda: bool(tab.sheet.current))
    tab.activateWindow()
    return tab


def stored(desk, tab, item, column="value", round=""):
    row_id = answer_id(tab.sheet.sheet.assessment_id, item, round)
    row = desk.jobs.db(lambda db: find_row(db, "answer", row_id))
    return row[column] if row else None


def press(qtbot, tab, item, *keys):
    tab.sheet.go_to(item)
    for key in keys:
        qtbot.keyClick(tab.window().focusWidget(), key)


def type_into(qtbot, tab, item, text):
    tab.sheet.go_to(item)
    field = tab.sheet.rows[item].field.findChild(QLineEdit)
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


@pytest.mark.parametrize(
    ("item", "keys", "value"),
    [
        ("yes_no", "y", "yes"),
        ("scale", "0", "0"),
        ("scale", "a", "na"),
        ("several", "13", "one three"),
        ("several", "31", "one three"),
        ("several", "11", None),
        ("ranked", "31", "three one"),
        ("rating", "4", "4"),
        ("agreed", "y", "OK"),
    ],
)
def test_one_key_is_an_answer(qtbot, desk, tab, item, keys, value):
    tab.sheet.go_to(item)
    for key in keys:
        qtbot.keyClick(tab.sheet.rows[item], key)
    qtbot.wait_until(lambda: stored(desk, tab, item) == value)


@pytest.mark.parametrize(
    ("item", "typed", "value", "problem"),
    [
        ("workers", "120", "120", ""),
        ("workers", "1,250", "1250", ""),
        ("workers", "12 peop", "12 peop", "This must be a whole number."),
        ("share", "12.5", "12.5", ""),
        ("share", "12,", "12,", "This is not a number yet."),
        ("slide", "55", "55", ""),
        ("slide", "57", "57", "This is not on the scale."),
        ("at", "1430", "14:30", ""),
        ("at", "2.30 pm", "14:30", ""),
        ("at", "later", "later", "This is not a time yet. Write it as 14:30."),
        ("remarks", "Clean", "Clean", ""),
    ],
)
def test_what_is_typed_is_kept_and_judged(qtbot, desk, tab, item, typed, value, problem):
    type_into(qtbot, tab, item, typed)
    qtbot.wait_until(lambda: stored(desk, tab, item) == value)
    assert tab.sheet.rows[item].shown.problem == problem
    assert tab.sheet.current != item  # Enter went on


def test_one_of_many_is_found_by_any_part_of_its_words(qtbot, desk, tab):
    tab.sheet.go_to("sector")
    field = tab.sheet.rows["sector"].field.findChild(QLineEdit)
    field.setText("arm")  # not typed: the list that opens would want a real screen
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.wait_until(lambda: stored(desk, tab, "sector") == "garments")
    assert field.text() == "Garments"


def test_a_number_that_another_reader_would_take_is_kept_and_is_none(qtbot, desk, tab):
    field = tab.sheet.rows["share"].field
    field._spoken = language("es")
    type_into(qtbot, tab, "share", "1.5")
    qtbot.wait_until(lambda: stored(desk, tab, "share") == '"1.5"')
    assert field.field.text() == "1.5"
    assert tab.sheet.rows["share"].shown.problem


def test_typing_is_one_step_of_undo_and_keeps_itself(qtbot, desk, tab):
    tab.sheet.go_to("remarks")
    field = tab.sheet.rows["remarks"].field.findChild(QLineEdit)
    for word in ("Clean ", "and ", "dry"):
        qtbot.keyClicks(field, word)
        desk.flushed.emit()
        qtbot.wait_until(lambda: stored(desk, tab, "remarks") == field.text().strip())
    desk.jobs.db(lambda db: undo(db, desk.by))
    assert stored(desk, tab, "remarks") is None


def test_what_does_not_apply_goes_and_says_why(qtbot, desk, tab):
    rows, card = tab.sheet.rows, tab.sheet.cards[1]
    assert rows["dorm_beds"].isHidden()
    assert card.unasked.fold.text() == "1 question is not asked here: show why"
    card.unasked.fold.click()
    assert card.unasked.texts == [
        "2.2 How many beds has the dormitory?. Because of 2.1 Is there a dormitory?: not answered"
    ]
    press(qtbot, tab, "dorm", Qt.Key.Key_Y)
    assert not rows["dorm_beds"].isHidden()
    assert card.unasked.isHidden()
    type_into(qtbot, tab, "dorm_beds", "40")
    press(qtbot, tab, "dorm", Qt.Key.Key_N)
    assert rows["dorm_beds"].isHidden()
    qtbot.wait_until(lambda: stored(desk, tab, "dorm") == "no")
    assert stored(desk, tab, "dorm_beds") == "40"  # what was said is kept
    press(qtbot, tab, "dorm", Qt.Key.Key_Y)
    assert rows["dorm_beds"].field.value == "40"


def test_required_is_marked_and_calculations_follow_with_their_reasons(qtbot, desk, tab):
    rows = tab.sheet.rows
    tab.sheet.finish_building()
    assert rows["dorm"].shown.is_required
    assert rows["per_toilet"].shown.result == "not known yet"
    type_into(qtbot, tab, "workers", "120")
    type_into(qtbot, tab, "toilets", "3")
    assert rows["per_toilet"].shown.result == "40"
    tab.sheet.go_to("per_toilet")
    tab._show_item()
    assert "How many workers?: 120" in tab.finding._why.text()


def test_a_label_quotes_answers(qtbot, tab):
    tab.sheet.finish_building()
    assert tab.sheet.rows["toilets"].shown.words == "How many toilets for … workers?"
    type_into(qtbot, tab, "workers", "120")
    assert tab.sheet.rows["toilets"].shown.words == "How many toilets for 120 workers?"


def test_a_filter_offers_other_choices(qtbot, tab):
    tab.sheet.finish_building()
    press(qtbot, tab, "country", Qt.Key.Key_1)
    assert [one.code for one in tab.sheet.rows["city"].field.segments] == ["lima", "cusco"]
    press(qtbot, tab, "country", Qt.Key.Key_2)
    assert [one.code for one in tab.sheet.rows["city"].field.segments] == ["cali"]
    press(qtbot, tab, "city", Qt.Key.Key_1)
    assert tab.sheet.rows["city"].segments.value == "cali"


def test_a_warning_is_passed_over_with_a_reason(qtbot, desk, tab):
    type_into(qtbot, tab, "workers", "90000")
    row = tab.sheet.rows["workers"]
    assert row.shown.problem == "Fewer than 50,000 people work in one factory."
    row.accept.click()
    editor = tab.notes.editor("workers", "override_reason")
    qtbot.keyClicks(editor, "The whole park")
    qtbot.keyClick(editor, Qt.Key.Key_Escape)
    qtbot.wait_until(lambda: stored(desk, tab, "workers", "override_reason") == "The whole park")
    assert row.shown.problem == ""
    assert row.shown.reason == "The whole park"
    assert stored(desk, tab, "workers") == "90000"


def test_u_gives_the_answer_of_the_last_visit(qtbot, desk, visits, tab):
    desk.jobs.db(lambda db: answer_item(db, desk.by, visits[1], "yes_no", "no"))
    tab.reload()
    row = tab.sheet.rows["yes_no"]
    qtbot.wait_until(lambda: row.shown.earlier == "No")
    press(qtbot, tab, "yes_no", Qt.Key.Key_U)
    qtbot.wait_until(lambda: stored(desk, tab, "yes_no") == "no")
    tab.bar.filter.button("changed").click()
    assert row.isHidden()
    tab.bar.filter.button("all").click()
    press(qtbot, tab, "yes_no", Qt.Key.Key_Y)
    tab.bar.filter.button("changed").click()
    assert not row.isHidden()


def test_e_says_where_it_was_seen_and_an_item_may_be_left_out_for_a_reason(qtbot, desk, tab):
    tab.sheet.go_to("yes_no")
    qtbot.keyClick(tab.sheet.rows["yes_no"], Qt.Key.Key_E)
    qtbot.keyClick(tab.window().focusWidget(), Qt.Key.Key_1)
    qtbot.keyClick(tab.window().focusWidget(), Qt.Key.Key_2)
    qtbot.wait_until(lambda: stored(desk, tab, "yes_no", "evidence") == '["documents", "workers"]')
    assert tab.sheet.rows["yes_no"].shown.beside == "Seen in: Document, Worker"
    tab.finding.reason.setCurrentIndex(tab.finding.reason.findData("no_access"))
    tab.finding.reason.activated.emit(tab.finding.reason.currentIndex())
    qtbot.wait_until(lambda: stored(desk, tab, "yes_no", "not_assessed") == "no_access")
    assert tab.sheet.state.is_answered("yes_no")


def test_rounds_have_tabs_are_added_named_and_removed(qtbot, desk, tab):
    block = tab.sheet.lines.blocks["areas", ""]
    block.add.click()
    (first,) = block.rounds
    assert tab.sheet.current == f"area@{first}"
    qtbot.keyClicks(tab.window().focusWidget(), "Sewing")
    desk.flushed.emit()
    qtbot.wait_until(lambda: block.tabs[first].text().startswith("Sewing"))
    press(qtbot, tab, f"tidy_1@{first}", Qt.Key.Key_3)
    assert block.tabs[first].text() == "Sewing · 3.0 of 4"
    press(qtbot, tab, f"tidy_1@{first}", Qt.Key.Key_Insert)
    second = block.current
    assert second != first
    press(qtbot, tab, f"tidy_2@{second}", Qt.Key.Key_4)
    qtbot.wait_until(lambda: stored(desk, tab, "tidy_2", round=second) == "4")
    assert stored(desk, tab, "tidy_1", round=first) == "3"
    tab.sheet.go_to(f"tidy_1@{first}")
    assert block.current == first
    block.remove.click()
    assert list(block.rounds) == [second]
    qtbot.wait_until(lambda: len(desk.jobs.db(lambda db: list(list_rows(db, "answer")))) == 1)


def test_the_words_are_those_of_the_window(qtbot, desk, visits):
    use("es")
    try:
        tab = ChecklistsTab(desk)
        qtbot.add_widget(tab)
        tab.show_visit(visits[2])
        tab.show()
        qtbot.wait_until(lambda: bool(tab.sheet.current))
        tab.sheet.finish_building()
        assert tab.sheet.rows["yes_no"].shown.words == "¿Hay política?"
    finally:
        use("en")


def test_a_short_repeat_is_a_table_filled_by_keys_and_from_a_spreadsheet(qtbot, desk, tab):
    block = tab.sheet.lines.grids["buyers", ""]
    grid = block.grid
    block.add.click()
    assert grid.rounds.rowCount() == 1
    qtbot.keyClicks(grid, "A")
    field = grid.findChild(QLineEdit)
    qtbot.keyClicks(field, "cme")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.wait_until(lambda: grid.state() == QAbstractItemView.State.NoState)
    grid.setCurrentIndex(grid.rounds.index(0, 2))
    qtbot.keyClick(grid, Qt.Key.Key_N)
    first = grid.rounds.rounds[0]
    qtbot.wait_until(lambda: stored(desk, tab, "visits_us", "finding", round=first) == "finding")
    assert stored(desk, tab, "buyer", round=first) == "Acme"
    assert [grid.rounds.index(0, column).data() for column in (0, 2, 3)] == ["Acme", "No", "0 %"]
    grid.setCurrentIndex(grid.rounds.index(0, 0))
    grid.paste("Acme Ltd\t40\tYes\nBeta\t1x\tnot applicable\r\nGamma\t200\t?\n")
    cells = [[grid.rounds.index(line, column).data() for column in range(3)] for line in range(3)]
    assert cells == [["Acme Ltd", "40", "Yes"], ["Beta", "1x", "Not applicable"], ["Gamma", "200", ""]]
    last = grid.rounds.rounds[2]
    qtbot.wait_until(lambda: stored(desk, tab, "share_of", round=last) == "200")
    assert grid.rounds.index(2, 1).data(Qt.ItemDataRole.ToolTipRole) == "At most 100."
    grid.setCurrentIndex(grid.rounds.index(1, 0))
    block.remove.click()
    assert grid.rounds.rowCount() == 2
    with qtbot.wait_signal(desk.jobs.changed):
        desk.write(tab, lambda db, by: undo(db, by))
    qtbot.wait_until(lambda: grid.rounds.rowCount() == 3)


def test_a_newer_version_is_offered_with_what_changes_and_gone_on_with(qtbot, desk, tab, tmp_path):
    press(qtbot, tab, "yes_no", Qt.Key.Key_N)
    press(qtbot, tab, "scale", Qt.Key.Key_3)
    qtbot.wait_until(lambda: stored(desk, tab, "scale") == "3")

    def publish(db):
        text = FORM.read_text(encoding="utf-8").replace("| select_one scale | scale |", "| select_one scale | scaled |")
        newer = tmp_path / "newer.md"
        newer.write_text(text, encoding="utf-8")
        form = load(newer)
        row = {"key": "kinds 2", "title": form.title, "version": "2", "definition": checklist_to_text(form)}
        return save_row(db, desk.by, "checklist", row)

    desk.jobs.db(publish)
    tab.upgrade.look(tab.sheet.sheet, can_edit=True)
    qtbot.wait_until(lambda: not tab.upgrade.banner.isHidden())
    tab.upgrade.banner.offer.click()
    said = [one.text() for one in tab.upgrade.panel.findChildren(QLabel)]
    assert "1 answer goes over, with its note and photos." in said
    assert said.count("How clean is it?") == 2  # dropped, and new
    old = tab.sheet.sheet.assessment_id
    tab.upgrade.go.click()
    qtbot.wait_until(lambda: tab.sheet.sheet.assessment_id != old)
    assert tab.sheet.given["yes_no"].value == "no"
    assert "scale" not in tab.sheet.rows
