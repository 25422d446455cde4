"""Differences on the Exchange page: listed, compared, settled by mouse and keyboard, one after the other."""

from threading import Event

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPlainTextEdit

from app.fieldwork.answers import answer_item, begin_assessment, checklist_of
from app.fieldwork.catalogues import newest_checklist_id
from app.fieldwork.undo import undo
from app.i18n import use
from app.models.rows import bin_row, change_row, find_row, get_row
from app.ui.dialogs.difference_panel import ValueBox
from app.ui.pages.exchange import ExchangePage
from app.ui.pages.today import TodayPage
from app.ui.widgets.link_row import LinkRow
from tests.disputes import make_colleague, make_dispute
from tests.factories import make_enterprise, make_improvement, make_visit


@pytest.fixture
def enterprise(desk):
    return desk.jobs.db(lambda db: make_enterprise(db, desk.by, "PT Laksana", city="Solo", address="Jalan 1"))


def dispute(desk, *args, **more):
    """Theirs is Siti's, kept aside; mine is on top."""

    def work(db):
        siti = make_colleague(db)
        return make_dispute(db, *args, **({"kept_by": desk.by.user_id, "other_by": siti} | more))

    return desk.jobs.db(work)


@pytest.fixture
def city(desk, enterprise):
    return dispute(desk, "enterprise", enterprise, "city", ("Lima", "Solo", "Semarang"))


@pytest.fixture
def show(desk, qtbot):
    """The page with a difference open."""

    def opened(difference_id=None):
        page = ExchangePage(desk)
        qtbot.add_widget(page)
        page.resize(1200, 900)
        page.show()
        page.activateWindow()
        qtbot.wait_until(lambda: page._seen is not None)
        if difference_id:
            page.difference_panel.open_difference(difference_id)
            qtbot.wait_until(page.difference_panel.isVisible)
        return page

    return opened


def words(widget):
    """What stands there, the chips last."""
    found = [one for one in widget.findChildren(QLabel) if one.text() and not one.isHidden()]
    return [one.text() for one in sorted(found, key=lambda one: one.objectName() == "chip")]


def values(panel):
    """What the boxes hold, without whose it is."""
    return [words(box)[1:] for box in panel.findChildren(ValueBox)]


def row(desk, table, row_id):
    return desk.jobs.db(lambda db: get_row(db, table, row_id))


def listed(page):
    """Without those that were taken away and wait to be deleted."""
    taken_away = Qt.WidgetAttribute.WA_WState_ExplicitShowHide
    rows = page.differences.findChildren(LinkRow)
    return [one.accessibleName() for one in rows if not (one.isHidden() and one.testAttribute(taken_away))]


def test_they_are_listed_with_place_field_and_both_values(show, city):
    page = show()
    assert listed(page) == ["Enterprise: City. PT Laksana. Solo or Semarang"]
    assert page.differences.card.heading.text() == "Differences to settle"


def test_texts_are_not_squeezed_into_the_list(show, desk, enterprise):
    dispute(desk, "enterprise", enterprise, "address", (None, "Jalan Raya Bogor 17", "Jalan Raya Bogor 18"))
    assert listed(show())[0].endswith("Two texts")


def test_enter_opens_one_with_base_mine_and_theirs(show, city, qtbot):
    page = show()
    (line,) = page.differences.findChildren(LinkRow)
    qtbot.keyClick(line, Qt.Key.Key_Return)
    panel = page.difference_panel
    qtbot.wait_until(panel.isVisible)
    qtbot.wait_until(panel.keep.hasFocus)
    assert (panel.place.text(), panel.what.text()) == ("PT Laksana", "Enterprise: City")
    base, top, aside = (words(box) for box in panel.findChildren(ValueBox))
    assert base == ["What both started from", "Lima"]
    assert top[0].startswith("You, ")
    assert top[1:] == ["Solo", "On top now"]
    assert aside[0].startswith("Siti, ")
    assert aside[1:] == ["Semarang", "Kept aside"]
    qtbot.keyClick(panel, Qt.Key.Key_Escape)
    assert not panel.isVisible()


def test_keep_is_said_without_offering_undo(show, city, enterprise, desk, qtbot):
    page = show(city)
    with qtbot.wait_signal(desk.said) as said:
        page.difference_panel.keep.click()
    assert said.args == ["Settled: it stays as it is", False]
    qtbot.wait_until(lambda: not page.difference_panel.isVisible())
    qtbot.wait_until(lambda: page._seen.differences == [])
    assert row(desk, "enterprise", enterprise)["city"] == "Solo"


def test_take_can_be_undone(show, city, enterprise, desk, qtbot):
    page = show(city)
    with qtbot.wait_signal(desk.said) as said:
        page.difference_panel.take.click()
    assert said.args == ["Settled: the other value is in its place", True]
    assert row(desk, "enterprise", enterprise)["city"] == "Semarang"
    desk.jobs.db(lambda db: undo(db, desk.by))
    assert row(desk, "enterprise", enterprise)["city"] == "Solo"


def test_keys_settle_one_after_the_other(show, city, enterprise, desk, qtbot):
    sector = dispute(desk, "enterprise", enterprise, "sector", (None, "Garments", "Food"), opened=39)
    page = show(city)
    panel = page.difference_panel
    qtbot.keyClick(panel, Qt.Key.Key_K)
    qtbot.wait_until(lambda: panel._found.id == sector)
    qtbot.wait_until(panel.keep.hasFocus)
    qtbot.keyClick(panel, Qt.Key.Key_T)
    qtbot.wait_until(lambda: not panel.isVisible())
    assert row(desk, "enterprise", enterprise)["sector"] == "Food"


def test_letters_are_letters_where_one_writes(show, desk, enterprise, qtbot):
    address = dispute(desk, "enterprise", enterprise, "address", (None, "Jalan 1", "Jalan 2"))
    page = show(address)
    field = page.difference_panel.edit.field
    assert isinstance(field, QPlainTextEdit)
    assert field.toPlainText() == "Jalan 1\n\nJalan 2"
    field.setFocus()
    qtbot.wait_until(field.hasFocus)
    qtbot.keyClicks(field, "kt")
    assert page.difference_panel.isVisible()
    field.setPlainText("Jalan 1 and 2")
    page.difference_panel.edit.use.click()
    qtbot.wait_until(lambda: not page.difference_panel.isVisible())
    assert row(desk, "enterprise", enterprise)["address"] == "Jalan 1 and 2"


def test_what_cannot_be_taken_is_said_under_the_field(show, desk, enterprise, qtbot):
    visit = desk.jobs.db(lambda db: make_visit(db, desk.by, enterprise))
    number = dispute(desk, "visit", visit, "number", (1, 2, 3))
    page = show(number)
    edit = page.difference_panel.edit
    assert isinstance(edit.field, QLineEdit)
    edit.field.setText("many")
    edit.use.click()
    qtbot.wait_until(lambda: "must be a whole number" in edit._row.error.text())
    assert page.difference_panel.isVisible()
    edit.field.setText("4")
    edit.use.click()
    qtbot.wait_until(lambda: not page.difference_panel.isVisible())
    assert row(desk, "visit", visit)["number"] == 4


def test_a_number_is_shown_and_read_as_the_person_types_it(show, desk, enterprise, qtbot):
    use("es")
    try:
        page = show(dispute(desk, "enterprise", enterprise, "latitude", (1.0, 0.0, 12.5)))
        edit = page.difference_panel.edit
        assert edit.field.text() == "0"
        edit.field.setText("-7,25")
        edit.use.click()
        qtbot.wait_until(lambda: not page.difference_panel.isVisible())
    finally:
        use("en")
    assert row(desk, "enterprise", enterprise)["latitude"] == -7.25


def test_what_is_refused_is_said_on_the_panel(show, desk, enterprise, qtbot):
    visit = desk.jobs.db(lambda db: make_visit(db, desk.by, enterprise))
    summary = dispute(desk, "visit", visit, "cycle", (None, 1, 2))
    desk.jobs.db(lambda db: change_row(db, desk.by, "visit", visit, status="finished"))
    page = show(summary)
    page.difference_panel.take.click()
    panel = page.difference_panel
    qtbot.wait_until(lambda: any("is finished. Reopen it" in text for text in words(panel)))


@pytest.mark.parametrize(("field", "values", "choice"), [("status", ("active", "paused", "left"), "left")])
def test_codes_are_chosen_in_words(show, desk, enterprise, qtbot, field, values, choice):
    one = dispute(desk, "enterprise", enterprise, field, values)
    page = show(one)
    box = page.difference_panel.edit.field
    assert isinstance(box, QComboBox)
    assert box.currentText() == "Paused"
    box.setCurrentIndex(box.findData(choice))
    page.difference_panel.edit.use.click()
    qtbot.wait_until(lambda: not page.difference_panel.isVisible())
    assert row(desk, "enterprise", enterprise)[field] == choice


def test_yes_and_no(show, desk, enterprise, qtbot):
    visit = desk.jobs.db(lambda db: make_visit(db, desk.by, enterprise))
    flag = dispute(desk, "visit", visit, "is_unannounced", (None, 1, 0))
    page = show(flag)
    assert [one[0] for one in values(page.difference_panel)] == ["Nothing", "Yes", "No"]
    assert page.difference_panel.edit.values() == {"is_unannounced": "1"}


def test_an_answer_is_chosen_as_it_was_offered(show, desk, enterprise, qtbot):
    def answered(db):
        visit = make_visit(db, desk.by, enterprise)
        assessment = begin_assessment(db, desk.by, visit, newest_checklist_id(db, "osh"), moment="interim")
        item = next(one for one in checklist_of(db, assessment).items if one.is_assessed)
        return visit, item, answer_item(db, desk.by, assessment, item.id, "yes")

    visit, item, answer = desk.jobs.db(answered)
    value = dispute(desk, "answer", answer, "value", (None, "yes", "no"))
    siti = desk.jobs.db(lambda db: db.conn.execute("SELECT other_by FROM sync_conflict").fetchone()[0])
    dispute(desk, "answer", answer, "finding", (None, "met", "finding"), other_by=siti)
    page = show(value)
    panel = page.difference_panel
    assert panel.what.text() == item.label.in_language("en")
    assert values(panel)[2][:2] == ["Answer: No", "Finding: Finding"]
    panel.edit.field.setCurrentIndex(panel.edit.field.findData("no"))
    panel.edit.use.click()
    qtbot.wait_until(lambda: not panel.isVisible())
    stored = row(desk, "answer", answer)
    assert (stored["value"], stored["finding"]) == ("no", "finding")
    page = show()
    page.difference_panel.open_difference(value)
    qtbot.wait_until(page.difference_panel.isVisible)
    page.difference_panel.open.click()
    assert desk.asked_for[-1] == f"visit/{visit}/checklists/{item.id}"


def test_a_record_is_kept_or_goes_to_the_bin(show, desk, enterprise, qtbot):
    life = dispute(desk, "enterprise", enterprise, "*", ("alive", "alive", "deleted"), kind="delete_vs_edit")
    page = show(life)
    panel = page.difference_panel
    assert listed(page)[0].endswith("Keep it or not")
    assert panel.story.text().startswith("It was put in the bin by somebody")
    assert [one[0] for one in values(panel)] == ["It stays", "It goes to the bin"]
    assert panel.edit is None
    panel.take.click()
    qtbot.wait_until(lambda: not panel.isVisible())
    assert desk.jobs.db(lambda db: find_row(db, "enterprise", enterprise)) is None


def test_what_is_better_done_on_its_own_page_is_opened_there(show, desk, enterprise, qtbot):
    def made(db):
        visit = make_visit(db, desk.by, enterprise)
        return visit, make_improvement(db, desk.by, visit)

    visit, improvement = desk.jobs.db(made)
    due = dispute(desk, "improvement", improvement, "due_on", (None, "2026-12-01", "2026-12-15"))
    page = show(due)
    assert page.difference_panel.edit is None
    assert listed(page)[0].endswith("Dec 1, 2026 or Dec 15, 2026")
    page.difference_panel.open.click()
    assert desk.asked_for[-1] == f"visit/{visit}/improvements"
    assert not page.difference_panel.isVisible()


def test_a_record_without_a_visit_is_opened_on_its_enterprise(show, desk, enterprise, city):
    page = show(city)
    page.difference_panel.open.click()
    assert desk.asked_for[-1] == f"enterprise/{enterprise}"


def test_what_is_in_the_bin_or_not_here_is_only_kept(show, desk, enterprise, city, qtbot):
    desk.jobs.db(lambda db: bin_row(db, desk.by, "enterprise", enterprise))
    page = show(city)
    assert page.difference_panel.edit is None
    gone = dispute(desk, "wages", "0190cccc-0000-7000-8000-000000000001", "basis", (None, 1, 2))
    page = show(gone)
    assert not page.difference_panel.open.isVisible()
    assert page.difference_panel.edit is None


def test_settled_ones_can_be_looked_at_and_taken_from(show, desk, enterprise, city, qtbot):
    page = show(city)
    page.difference_panel.keep.click()
    qtbot.wait_until(lambda: bool(page._seen.settled))
    qtbot.wait_until(lambda: not page.difference_panel.isVisible())
    qtbot.wait_until(lambda: "Nothing waits to be settled." in words(page.differences))
    page.differences.settled_wanted.emit(True)
    assert page.differences.card.heading.text() == "Settled differences"
    qtbot.wait_until(lambda: bool(listed(page)))
    assert listed(page)[0].endswith("Settled by Trainer")
    page.difference_panel.open_difference(city)
    qtbot.wait_until(page.difference_panel.isVisible)
    assert not page.difference_panel.keep.isVisible()
    page.difference_panel._keep()
    page.difference_panel.take.click()
    qtbot.wait_until(lambda: not page.difference_panel.isVisible())
    assert row(desk, "enterprise", enterprise)["city"] == "Semarang"
    page.differences.settled_wanted.emit(False)
    qtbot.wait_until(lambda: listed(page) == [])


@pytest.fixture
def twin(desk, enterprise):
    """Another enterprise, with a visit, and with the same number as the first one."""

    def work(db):
        change_row(db, desk.by, "enterprise", enterprise, code="A-1")
        other = make_enterprise(db, desk.by, "Laksana", city="Bogor", code="A-1")
        make_visit(db, desk.by, other)
        return other

    return desk.jobs.db(work)


@pytest.fixture
def twins(desk, enterprise, twin):
    return dispute(desk, "enterprise", enterprise, "code", (None, "A-1", twin), kind="duplicate")


def test_two_enterprises_under_one_number_are_shown_side_by_side(show, twins, qtbot):
    page = show(twins)
    panel = page.difference_panel
    assert listed(page) == ["Enterprise: One or two. PT Laksana, Laksana. One or two?"]
    assert panel.story.text().startswith("Two enterprises have the same number.")
    first, second = (words(box) for box in panel.findChildren(ValueBox))
    assert first == ["Solo · A-1", "PT Laksana"]
    assert second == ["Bogor · A-1", "Laksana\n1 visit"]
    qtbot.wait_until(panel.twins.choices[0].hasFocus)
    qtbot.keyClick(panel, Qt.Key.Key_T)
    assert panel.error.text() == ""
    assert panel.isVisible()


def test_they_become_one_after_a_question_with_numbers(show, twins, desk, enterprise, twin, qtbot):
    page = show(twins)
    box = page.difference_panel.twins
    box.choices[0].click()
    qtbot.wait_until(box.go.hasFocus)
    qtbot.wait_until(lambda: "To PT Laksana come: 1 visit." in words(box))
    said = words(box)
    assert said[0] == "Laksana becomes one with PT Laksana, and its own record goes to the bin. Undo takes it back."
    assert "City: Solo stays, Bogor is kept in the bin" in said
    with qtbot.wait_signal(desk.said) as told:
        box.go.click()
    assert told.args == ["Settled: they are one, PT Laksana", True]
    qtbot.wait_until(lambda: not page.difference_panel.isVisible())
    qtbot.wait_until(lambda: page._seen.differences == [])
    assert row(desk, "enterprise", enterprise)["city"] == "Solo"
    assert desk.jobs.db(lambda db: find_row(db, "enterprise", twin)) is None
    desk.jobs.db(lambda db: undo(db, desk.by))
    assert row(desk, "enterprise", twin)["merged_into"] is None


def test_cancel_goes_back_to_the_two(show, twins, desk, twin, qtbot):
    box = show(twins).difference_panel.twins
    box.choices[1].click()
    nothing = "Nothing was recorded of the other one that would come to Laksana."
    qtbot.wait_until(lambda: nothing in words(box))
    box.cancel.setFocus()
    qtbot.keyClick(box.cancel, Qt.Key.Key_Space)
    assert len(box.choices) == 2
    qtbot.wait_until(box.choices[0].hasFocus)
    assert row(desk, "enterprise", twin)["merged_into"] is None


def test_who_stops_it_under_way_finds_all_as_it_was(show, twins, desk, enterprise, twin, qtbot):
    box = show(twins).difference_panel.twins
    box.choices[0].click()
    held, let_go = Event(), Event()
    desk.jobs.run_with_db(box, lambda _db: held.set() or let_go.wait(10))
    box.go.click()
    held.wait(10)
    box.strip.cancel.click()
    let_go.set()
    assert len(box.choices) == 2
    assert row(desk, "enterprise", twin)["merged_into"] is None
    assert box.isVisible()


def test_they_are_two_by_k(show, twins, desk, enterprise, twin, qtbot):
    page = show(twins)
    qtbot.keyClick(page.difference_panel, Qt.Key.Key_K)
    qtbot.wait_until(lambda: not page.difference_panel.isVisible())
    assert row(desk, "enterprise", enterprise)["code"] == row(desk, "enterprise", twin)["code"] == "A-1"


def test_one_that_is_thrown_away_meanwhile_cannot_be_kept(show, twins, desk, enterprise, qtbot):
    panel = show(twins).difference_panel
    panel.twins.choices[0].click()
    desk.jobs.db(lambda db: bin_row(db, desk.by, "enterprise", enterprise))
    panel.twins.go.click()
    qtbot.wait_until(lambda: panel.error.text().startswith("This record is in the bin"))


def test_much_that_differs_is_named_in_part(show, twins, desk, enterprise, twin, qtbot):
    names = ("address", "region", "isic", "products", "phone", "email", "tier", "legal_name", "sector", "market",
             "status_reason", "ownership", "founded")  # fmt: skip
    values = ({"market": "local", "ownership": "family", "founded": 1990}, {"market": "export", "ownership": "state"})

    def differ(db):
        for row_id, more, text in ((enterprise, values[0], "a"), (twin, values[1] | {"founded": 1991}, "b")):
            change_row(db, desk.by, "enterprise", row_id, **(dict.fromkeys(names, text) | more))

    desk.jobs.db(differ)
    box = show(twins).difference_panel.twins
    box.choices[0].click()
    qtbot.wait_until(lambda: "and 3 more things" in words(box))


def test_many_are_shown_a_few_at_a_time(show, desk, enterprise, qtbot):
    names = ("city", "address", "sector", "products", "code", "legal_name", "market", "ownership")
    for n, name in enumerate(names):
        dispute(desk, "enterprise", enterprise, name, (None, "a", "b"), opened=50 + n)
    page = show()
    assert len(listed(page)) == 6
    page.differences._show_all()
    qtbot.wait_until(lambda: len(listed(page)) == 8)


def test_today_leads_to_the_first_one(show, desk, city, qtbot):
    today = TodayPage(desk)
    qtbot.add_widget(today)
    today.show()
    qtbot.wait_until(lambda: "1 difference to settle" in words(today))
    page = show()
    page.open_at(["differences"])
    (line,) = page.differences.findChildren(LinkRow)
    qtbot.wait_until(line.hasFocus)
    page.open_at(["differences", city])
    qtbot.wait_until(page.difference_panel.isVisible)


def test_one_that_is_gone_meanwhile_opens_nothing(show, desk, city, qtbot):
    page = show()
    page.difference_panel.open_difference("gone")
    page.difference_panel.open_difference(city)
    qtbot.wait_until(page.difference_panel.isVisible)
    assert page.difference_panel._found.id == city
