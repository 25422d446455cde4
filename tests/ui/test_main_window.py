"""The shell: routes, rail, palette, undo everywhere, status in words."""

import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from app.models.rows import change_row, get_row
from app.ui.dialogs.add_enterprise import AddEnterprise
from app.ui.dialogs.keys import KeysDialog
from app.ui.dialogs.plan_visit import PlanVisit
from app.ui.main_window import MainWindow
from app.ui.pages import PAGES
from tests.factories import make_enterprise, make_visit
from tests.ui.ways import ScriptedWay, enrolled_at


@pytest.fixture
def window(desk, qtbot):
    desk.jobs.db(lambda db: make_visit(db, desk.by, make_enterprise(db, desk.by, "Đặng Textiles")))
    window = MainWindow(desk)
    qtbot.add_widget(window)
    window.show_route("visits")
    window.show()
    qtbot.wait_exposed(window)
    return window


def test_every_place_of_the_rail_is_a_page(window):
    for button in filter(QPushButton.isCheckable, window.rail.findChildren(QPushButton)):
        button.click()
        assert button.isChecked()
        assert window.route in PAGES


def test_an_unknown_route_shows_the_first_page(window):
    window.show_route("nowhere/at/all")
    assert window.page() is not None


def test_undo_and_redo_from_anywhere(window, desk, qtbot):
    row_id = desk.jobs.db(lambda db: make_enterprise(db, desk.by, city="Lima"))
    desk.jobs.db(lambda db: change_row(db, desk.by, "enterprise", row_id, city="Cusco"))

    def city():
        return desk.jobs.db(lambda db: get_row(db, "enterprise", row_id)["city"])

    with qtbot.wait_signal(desk.said) as said:
        window._undo()
    assert (city(), said.args) == ("Lima", ["Undone", False])
    with qtbot.wait_signal(desk.said):
        window._redo()
    assert city() == "Cusco"


def test_a_change_by_somebody_else_is_asked_about(window, desk, qtbot, clock):
    from app.models.database import Author

    row_id = desk.jobs.db(lambda db: make_enterprise(db, desk.by, city="Lima"))
    desk.jobs.db(lambda db: change_row(db, desk.by, "enterprise", row_id, city="Cusco"))
    desk.jobs.db(lambda db: change_row(db, Author("other", "device", clock), "enterprise", row_id, city="Puno"))
    window._undo()
    qtbot.wait_until(window.banner.isVisible)
    assert "Puno" in window.banner.words.text()
    with qtbot.wait_signal(desk.said):
        window.banner.offer.click()
    assert desk.jobs.db(lambda db: get_row(db, "enterprise", row_id)["city"]) == "Lima"


def test_the_rail_shows_what_finds_anything_and_the_keys(window, qtbot):
    find, keys = window.rail.find_button, window.rail.keys_button
    assert [one.findChild(QLabel, "key").text() for one in (find, keys)] == ["Ctrl+K", "?"]
    find.setFocus()
    qtbot.keyClick(find, Qt.Key.Key_Space)
    assert window.palette_.field.hasFocus()
    qtbot.keyClick(window.palette_.field, Qt.Key.Key_Escape)
    assert window.palette_.isHidden()
    assert not window.rail.isAncestorOf(window.focusWidget())  # the keys of the page work at once
    keys.click()
    assert window.findChild(KeysDialog).isVisible()


def test_the_palette_finds_pages_and_enterprises(window, desk, qtbot):
    window._open_palette()
    assert window.palette_.isVisible()
    qtbot.keyClicks(window.palette_.field, "dang")
    qtbot.wait_until(
        lambda: any("Đặng" in window.palette_.list.item(n).text() for n in range(window.palette_.list.count()))
    )
    with qtbot.wait_signal(desk.asked) as asked:
        qtbot.keyClick(window.palette_.field, Qt.Key.Key_Return)
    assert asked.args[0].startswith("enterprise/")
    window._open_palette()
    qtbot.keyClicks(window.palette_.field, "visits")
    qtbot.keyClick(window.palette_.field, Qt.Key.Key_Escape)
    assert window.palette_.isHidden()


def test_the_status_says_what_waits(window, desk, qtbot):
    qtbot.wait_until(lambda: "to send" in window.rail.status.waiting.text())
    before = window.rail.status.waiting.text()
    desk.jobs.run_with_db(window, lambda db: make_enterprise(db, desk.by))
    qtbot.wait_until(lambda: window.rail.status.waiting.text() != before)
    desk.saved.emit()
    qtbot.wait_until(lambda: window.rail.status.saved.text() == "Saved")


@pytest.mark.parametrize("route", sorted(PAGES))
def test_opening_a_page_writes_nothing(window, desk, qtbot, route):
    before = desk.jobs.db(lambda db: db.conn.total_changes)
    window.show_route(route)
    done = []
    desk.jobs.run_with_db(desk, lambda db: None, done.append)
    qtbot.wait_until(lambda: bool(done))
    assert desk.jobs.db(lambda db: db.conn.total_changes) == before


def test_the_palette_opens_before_any_page_is_shown(desk, qtbot):
    window = MainWindow(desk)
    qtbot.add_widget(window)
    window.show()
    window._open_palette()
    assert window.palette_.isVisible()


def test_the_palette_plans_a_visit_and_adds_an_enterprise(window, qtbot):
    for words, panel in (("plan a visit", PlanVisit), ("add an enterprise", AddEnterprise)):
        window._open_palette()
        window.palette_.field.setText(words)
        qtbot.keyClick(window.palette_.field, Qt.Key.Key_Return)
        qtbot.wait_until(lambda kind=panel: window.findChild(kind) is not None)


def test_the_status_says_what_the_exchange_does_and_leads_to_it(window, desk, qtbot):
    status = window.rail.status
    way = ScriptedWay()
    go_on = threading.Event()

    def confirm_all(db):
        enrolled_at()(db)
        db.conn.execute("DELETE FROM sync_capture")
        db.conn.execute("UPDATE sync_state SET last_contact_ms = 0")

    def half_way(stores, report):
        report(1, 2)
        go_on.wait(5)
        return frozenset()

    desk.jobs.db(confirm_all)
    desk.courier._make_way = lambda: way
    desk.courier.refresh()
    qtbot.wait_until(lambda: status.waiting.text().startswith("Confirmed by the server: "))
    way.script = [half_way]
    window._sync_now()
    qtbot.wait_until(lambda: status.waiting.text() == "Exchanging: 50 %")
    go_on.set()
    qtbot.wait_until(lambda: "Confirmed" in status.waiting.text())
    window.show_route("today")
    qtbot.mouseClick(status, Qt.MouseButton.LeftButton)
    assert window.route == "exchange"
