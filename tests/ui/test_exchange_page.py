"""The Exchange page: every state in words, what was not taken, and the workbook."""

import json
import threading
from pathlib import Path

import openpyxl
import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from app.errors import (
    ClockOff,
    CutShort,
    DeviceRefused,
    DiskFull,
    NotAllowed,
    NotTrusted,
    ServerBusy,
    ServerRefuses,
    SignInWanted,
    SyncTrouble,
    Unreachable,
    WrongServer,
)
from app.fieldwork.outbox import outbox
from app.fieldwork.whereabouts import Whereabouts
from app.sync.overlay import REFUSED
from app.sync.refused import list_refused
from app.sync.repair import Repaired
from app.sync.state import write_state
from app.sync.status import note_trouble
from app.sync.verify import Verified
from app.ui.courier import Courier
from app.ui.pages.exchange import ExchangePage
from app.ui.widgets.fields import FormRow
from app.ui.widgets.link_row import LinkRow
from tests.conftest import GATE
from tests.factories import make_enterprise, make_visit
from tests.ui.ways import Brought, ScriptedWay, enrolled_at

CONTACT = "UPDATE sync_state SET last_contact_ms = ?"


@pytest.fixture
def page(qtbot, desk):
    desk.jobs.db(lambda db: make_visit(db, desk.by, make_enterprise(db, desk.by, "PT Laksana")))
    page = ExchangePage(desk)
    qtbot.add_widget(page)
    page.show()
    qtbot.wait_until(lambda: bool(page.header.second.text()))
    return page


def test_it_says_what_waits_in_plain_words(page):
    assert page.header.second.text().startswith("Not connected yet. To be sent: 2 records")
    shown = [one.text() for one in page.waiting.findChildren(QLabel)]
    assert {"Enterprise", "Visit"} <= set(shown)
    assert "The oldest change that waits: Today." in shown


def test_the_workbook_is_made_and_its_folder_offered(page, desk, qtbot, tmp_path):
    target = tmp_path / "head office.xlsx"
    desk.ask.paths = [target]
    page.workbook.make.click()
    assert page.strip.isVisible()
    qtbot.wait_until(page.done.isVisible)
    assert page.done.words.text().startswith("head office.xlsx is made")
    assert page.done.offer.text() == "Open folder"
    assert page.workbook.make.isEnabled()
    assert not page.strip.isVisible()
    assert "Enterprises" in openpyxl.load_workbook(target, read_only=True).sheetnames


def test_a_workbook_that_cannot_be_written_is_told(page, desk, qtbot, tmp_path):
    target = tmp_path / "no folder" / "x.xlsx"
    desk.ask.paths = [target]
    with qtbot.wait_signal(desk.jobs.failed):
        page.workbook.make.click()
    assert page.workbook.make.isEnabled()


def test_a_cancelled_question_does_nothing(page, desk):
    page.workbook.make.click()
    assert page.workbook.make.isEnabled()
    assert not page.strip.isVisible()
    assert [(title, proposal) for title, proposal, _kinds in desk.ask.asked] == [
        ("Make the workbook", "Head office 2026-11-24.xlsx")
    ]


@pytest.fixture
def way(desk, qtbot):
    """A server that does what a test says, and a device that works with it."""
    made = ScriptedWay()
    desk.courier = Courier(desk.jobs, lambda: made, share=lambda: 0.0)
    desk.jobs.db(enrolled_at())
    return made


def refresh(page, qtbot):
    """Read again as after a change, and wait until it is shown."""
    page._seen = None
    page.reload()
    qtbot.wait_until(lambda: page._seen is not None)


def shown(qtbot, desk):
    page = ExchangePage(desk)
    qtbot.add_widget(page)
    page.resize(1100, 760)
    page.show()
    qtbot.wait_until(lambda: page._seen is not None)
    return page


def sign(page):
    """The newest: one that was taken away waits to be deleted."""
    return [one for one in page.connection.findChildren(QLabel, "chip") if one.parent() is page.connection][-1].text()


def test_not_connected_it_asks_for_an_address_and_a_code(desk, qtbot, page):
    assert page.connection.form.isVisible()
    assert not page.connection.sync.isVisible()
    page.connection.form.connect_.click()
    texts = [row.error.text() for row in page.connection.form.findChildren(FormRow)]
    assert texts == ["Write the server's address.", "Write the code."]


def test_it_is_connected_by_keyboard(desk, qtbot):
    made = ScriptedWay()
    desk.courier = Courier(desk.jobs, lambda: made, share=lambda: 0.0)
    page = shown(qtbot, desk)
    form = page.connection.form
    form.url.setFocus()
    qtbot.keyClicks(form.url, "gemba.example")
    qtbot.keyClick(form.url, Qt.Key.Key_Return)
    qtbot.keyClicks(form.code, "ABCD")
    with qtbot.wait_signal(desk.courier.enrolled):
        qtbot.keyClick(form.code, Qt.Key.Key_Return)
    assert made.codes == [("gemba.example", "ABCD")]
    qtbot.wait_until(lambda: page.connection.sync.isVisible())
    assert not form.isVisible()
    assert form.code.text() == ""
    assert sign(page) == "Connected"


def test_a_code_that_is_no_good_is_said_under_it(desk, qtbot):
    made = ScriptedWay()
    made.refuses = ServerRefuses("code-refused")
    desk.courier = Courier(desk.jobs, lambda: made)
    page = shown(qtbot, desk)
    form = page.connection.form
    form.url.setText("gemba.example")
    form.code.setText("ABCD")
    form.connect_.click()
    qtbot.wait_until(lambda: "This code is not good" in form._code_row.error.text())
    assert form.connect_.isEnabled()


@pytest.mark.parametrize("refusal", [None, ServerRefuses("code-refused")], ids=["connected", "refused"])
def test_the_window_may_be_made_anew_while_it_is_connected(desk, qtbot, refusal, monkeypatch):
    made, go_on = ScriptedWay(), threading.Event()
    made.refuses = refusal
    enrol = made.enrol
    monkeypatch.setattr(made, "enrol", lambda *args: go_on.wait(5) and enrol(*args))
    desk.courier = Courier(desk.jobs, lambda: made)
    first = shown(qtbot, desk)
    first.connection.form.url.setText("gemba.example")
    first.connection.form.code.setText("ABCD")
    first.connection.form.connect_.click()
    shiboken6.delete(first)
    page = shown(qtbot, desk)
    form = page.connection.form
    assert not form.connect_.isEnabled()
    with qtbot.capture_exceptions() as faults:
        go_on.set()
        if refusal:
            qtbot.wait_until(lambda: "This code is not good" in form._code_row.error.text())
            assert form.connect_.isEnabled()
        else:
            qtbot.wait_until(page.connection.sync.isVisible)
    assert faults == []


@pytest.mark.parametrize(
    ("refusal", "place", "words"),
    [
        (Unreachable(), "url", "Nobody answers at this address. Check that there is a network here"),
        (SignInWanted(), "url", "No Gemba server answers at this address."),
        (NotTrusted(), "url", "The server at this address cannot prove who it is."),
        (NotAllowed("open-connection", "http://x"), "url", "http://x is not encrypted."),
        (ServerRefuses("code-refused"), "code", "This code is not good."),
        (ServerRefuses("too-old"), "form", "This version of Gemba is too old for the server."),
        (CutShort(), "form", "The connection broke off before the server had answered. Try again, with the same code."),
        (ServerBusy(), "form", "The server is there and cannot serve just now. Try again in a minute"),
        (ClockOff(), "form", "The clock of this device is wrong. Set its date and time, then try again."),
        (
            ClockOff(7_200_000),
            "form",
            "The clock of this device is 2 hours fast. Set its date and time. Then try again.",
        ),
        (SyncTrouble(), "form", "Connecting did not work. Try again."),
        (NotAllowed("sample-folder"), "form", "Sample data stay on this device"),
        (DiskFull(Path("records.db")), "form", "The disk is full"),
        (UnicodeError("label too long"), "form", "Connecting ended by a mistake in Gemba."),
    ],
    ids=lambda one: type(one).__name__ if isinstance(one, Exception) else None,
)
def test_what_keeps_a_device_from_being_connected_is_said_where_the_fault_is(desk, qtbot, refusal, place, words):
    made = ScriptedWay()
    made.refuses = refusal
    desk.courier = Courier(desk.jobs, lambda: made)
    failed = []
    desk.jobs.failed.connect(failed.append)
    form = shown(qtbot, desk).connection.form
    form.url.setText("gemba.example")
    form.code.setText("ABCD")
    form.connect_.click()
    qtbot.wait_until(lambda: any(complaints(form).values()))
    said = complaints(form)
    assert said.pop(place).startswith(words)
    assert set(said.values()) == {""}
    assert failed == []
    made.refuses = None
    with qtbot.wait_signal(desk.courier.enrolled):
        form.connect_.click()
    assert not any(complaints(form).values())


def complaints(form):
    """What is said under each field, and beside them."""
    rows = {row.field: row.error.text() for row in form.findChildren(FormRow)}
    return {"url": rows[form.url], "code": rows[form.code], "form": form.trouble.words.text()}


def test_a_server_that_moved_gets_its_new_address(desk, qtbot, way):
    desk.jobs.db(lambda db: note_trouble(db, WrongServer(), 0))
    page = shown(qtbot, desk)
    card, form = page.connection, page.connection.form
    assert card.trouble.words.text().endswith("a new code, then change the address.")
    assert not form.isVisible()
    qtbot.keyClick(card.change, Qt.Key.Key_Space)
    assert form.isVisible()
    assert not card.buttons.isVisible()
    assert (form.url.text(), form.url.selectedText()) == ("https://gemba.example",) * 2
    assert form.why.text() == "At another address this device needs a new code, too: ask head office."
    form.connect_.click()
    assert complaints(form)["code"] == "Write the code."
    form.leave.click()
    assert not form.isVisible()
    card.change.click()
    assert not any(complaints(form).values())
    form.url.setText("https://moved.example")
    form.code.setText("ABCD")
    form.connect_.click()
    qtbot.wait_until(lambda: card.address.text() == "Server: https://moved.example")
    assert way.codes == [("https://moved.example", "ABCD")]
    assert not form.isVisible()
    assert card.buttons.isVisible()


def test_all_confirmed(desk, qtbot, way):
    desk.jobs.db(
        lambda db: (
            db.conn.execute("DELETE FROM sync_capture")
            and db.conn.execute(CONTACT, (int(GATE.timestamp() * 1000),))
            and None
        )
    )
    page = shown(qtbot, desk)
    assert page.header.second.text().startswith("The server has confirmed all work on this device, last: Today, ")
    assert page.connection.words.text().startswith("Last confirmed by the server: Today, ")
    assert page.connection.address.text() == "Server: https://gemba.example"
    assert not page.connection.trouble.isVisible()
    assert not page.refused.isVisible()
    assert not page.differences.isVisible()


@pytest.mark.parametrize(
    ("trouble", "chip", "sentence"),
    [
        (Unreachable(), "No network", "There is no network here"),
        (SignInWanted(), "This network wants a sign-in", "This network wants a sign-in. Open any page"),
        (DeviceRefused(), "Sign in again", "The server does not let this device in any more."),
        (ClockOff(7_200_000), "The clock is wrong", "The clock of this device is 2 hours fast."),
    ],
    ids=lambda one: type(one).__name__ if isinstance(one, Exception) else "",
)
def test_it_says_why_not(desk, qtbot, way, trouble, chip, sentence):
    desk.jobs.db(lambda db: note_trouble(db, trouble, 0))
    page = shown(qtbot, desk)
    assert page.header.second.text().startswith(f"{chip}. ")
    assert sign(page) == chip
    assert page.connection.trouble.words.text().startswith(sentence)
    assert page.connection.form.isVisible() == isinstance(trouble, DeviceRefused)


def test_shown_again_it_says_how_things_stand_now(desk, qtbot, way):
    desk.jobs.db(lambda db: note_trouble(db, Unreachable(), 0))
    page = shown(qtbot, desk)
    assert sign(page) == "No network"
    page.hide()
    desk.jobs.db(lambda db: write_state(db, last_trouble=None))
    with qtbot.wait_signal(desk.courier.changed):
        desk.courier.refresh()
    page.show()
    assert sign(page) == "Connected"


def test_a_clock_that_is_off_is_said_even_though_all_works(desk, qtbot, way):
    desk.jobs.db(lambda db: db.conn.execute("UPDATE sync_state SET clock_offset_ms = -7200000") and None)
    page = shown(qtbot, desk)
    assert page.connection.clock.words.text() == "The clock of this device is 2 hours fast. Set its date and time."


def test_everything_is_compared_and_what_was_found_is_said(desk, qtbot, way):
    way.found = Verified(Repaired(looked_at=1_487, fetched=2), photos=10, photos_queued=1, photos_damaged=1)
    page = shown(qtbot, desk)
    page.connection.compare.click()
    qtbot.wait_until(page.done.isVisible)
    assert page.done.words.text() == (
        "1,487 records compared with the server. 10 photos and reports read again. 2 records differed and were mended."
        " 1 photo is sent again. 1 photo or report here is damaged."
    )
    way.found = Verified(Repaired(looked_at=1), photos=0)
    qtbot.wait_until(page.connection.compare.isEnabled)
    page.connection.compare.click()
    qtbot.wait_until(lambda: page.done.words.text().endswith("Nothing differed."))


def test_damaged_photos_are_said_so_that_somebody_can_act(desk, qtbot, way):
    lost = (
        Whereabouts("photo", "a", enterprise="PT Laksana", title="Press 4"),
        *(Whereabouts("photo", str(number)) for number in range(5)),
    )
    way.found = Verified(photos=10, photos_damaged=8, photos_fetched=2, lost=lost)
    page = shown(qtbot, desk)
    page.connection.compare.click()
    qtbot.wait_until(page.done.isVisible)
    assert page.done.words.text().endswith(
        "8 photos and reports here are damaged. 2 are fetched again from the server. 6 are whole neither here nor at"
        " the server; take the photos, or issue the reports, again: PT Laksana, Press 4; Photo; Photo; Photo; Photo;"
        " 1 more."
    )


def test_what_a_person_should_hear_of_an_exchange_is_said(desk, qtbot, way):
    way.script = [Brought(frozenset(), ("two-incarnations", "of-tomorrow"))]
    page = shown(qtbot, desk)
    desk.courier.sync_now()
    qtbot.wait_until(page.connection.notice.isVisible)
    assert page.connection.notice.words.text().startswith("This data folder is used on two devices")


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (DiskFull(Path("records.db")), "The disk is full"),
        (ZeroDivisionError(), "The exchange ended by a mistake in Gemba."),
    ],
    ids=["disk", "bug"],
)
def test_a_fault_in_the_background_is_said_on_the_page(desk, qtbot, way, fault, sentence):
    way.script = [fault]
    page = shown(qtbot, desk)
    desk.courier.sync_now()
    qtbot.wait_until(page.connection.fault.isVisible)
    assert page.connection.fault.words.text().startswith(sentence)
    assert sign(page) == "The exchange did not work"
    desk.courier.sync_now()
    qtbot.wait_until(lambda: not desk.courier.is_busy)
    assert not page.connection.fault.isVisible()


def test_on_a_link_that_costs_photos_go_when_somebody_asks(desk, qtbot, way):
    desk.courier = Courier(desk.jobs, lambda: way, share=lambda: 0.0, metered=lambda: True)
    card = shown(qtbot, desk).connection
    assert not card.photos.isVisible()
    desk.courier.sync_now()
    qtbot.wait_until(card.photos.isVisible)
    assert card.costs.words.text().startswith("This network costs by the amount")
    card.photos.click()
    qtbot.wait_until(lambda: [one.thumbnails_only for one in way.limits] == [True, False])


def test_sync_now_shows_how_far_it_is_and_can_be_ended(desk, qtbot, way):
    go_on = threading.Event()

    def slow(stores, report):
        report(1, 4)
        go_on.wait(5)
        report(2, 4)
        raise AssertionError("it went on")

    way.script = [slow]
    page = shown(qtbot, desk)
    qtbot.keyClick(page, Qt.Key.Key_F5)
    strip = page.connection.strip
    qtbot.wait_until(lambda: strip.count.text() == "25 %")
    assert sign(page) == "Exchanging"
    assert not page.connection.sync.isEnabled()
    strip.cancel.click()
    go_on.set()
    qtbot.wait_until(lambda: page.connection.sync.isEnabled())
    assert not strip.isVisible()
    assert sign(page) == "Connected"


def test_pause_and_go_on(desk, qtbot, way):
    page = shown(qtbot, desk)
    page.connection.pause.click()
    qtbot.wait_until(lambda: page.connection.pause.text() == "Go on")
    assert (sign(page), page.header.second.text()[:7]) == ("Paused", "Paused.")
    page.connection.pause.click()
    qtbot.wait_until(lambda: page.connection.pause.text() == "Pause")


@pytest.fixture
def refused(desk, way):
    """A change of an enterprise that the server did not take; as its engine leaves it."""

    def work(db):
        row_id = make_enterprise(db, desk.by, "PT Laksana")
        db.conn.execute("DELETE FROM sync_capture")
        body = {"m": 3, "schema": 1, "hlc": 1, "at": int(GATE.timestamp() * 1000), "base": 0}
        body["ops"] = [{"t": "enterprise", "id": row_id, "set": {"city": "Solo", "address": "Jalan 1"}}]
        db.conn.execute(
            "INSERT INTO sync_rejected(id, incarnation, mseq, body, code, tbl, field, at_ms)"
            " VALUES(7, 1, 3, ?, 'invalid-value', 'enterprise', 'city', 0)",
            (json.dumps(body).encode(),),
        )
        db.conn.executemany(
            "INSERT INTO sync_overlay VALUES('enterprise', ?, ?, ?, 0, ?)",
            [(row_id, "city", REFUSED + 7, "Solo"), (row_id, "address", REFUSED + 7, "Jalan 1")],
        )
        return row_id

    return desk.jobs.db(work)


def test_what_was_not_taken_is_listed_and_opened(desk, qtbot, refused):
    page = shown(qtbot, desk)
    assert page.header.second.text() == "The server did not take 1 change."
    row = page.refused.findChild(LinkRow)
    assert "cannot take what is written in City" in row.accessibleName()
    assert [one.text() for one in page.waiting.findChildren(QLabel)][1:] == [
        "Nothing else waits to be sent: the server has confirmed all but what needs your attention."
    ]
    qtbot.keyClick(row, Qt.Key.Key_Return)
    panel = page.refused_panel
    qtbot.wait_until(panel.isVisible)
    assert "City: Solo" in [one.text() for one in panel.findChildren(QLabel)]
    qtbot.wait_until(panel.again.hasFocus)
    qtbot.keyClick(panel, Qt.Key.Key_Escape)
    assert not panel.isVisible()


def test_it_is_sent_again(desk, qtbot, refused):
    page = shown(qtbot, desk)
    page.refused_panel.open_refused(7)
    qtbot.wait_until(page.refused_panel.isVisible)
    with qtbot.wait_signal(desk.said) as said:
        page.refused_panel.again.click()
    assert said.args == ["It is sent again", False]
    qtbot.wait_until(lambda: not page.refused.isVisible())
    assert not page.refused_panel.isVisible()
    assert desk.jobs.db(outbox).total == 1


def test_giving_up_asks_first(desk, qtbot, refused):
    page = shown(qtbot, desk)
    panel = page.refused_panel
    panel.open_refused(7)
    qtbot.wait_until(panel.isVisible)
    panel.drop.click()
    assert panel.sure.isVisible()
    panel._leave()
    assert not panel.sure.isVisible()
    panel.drop.click()
    with qtbot.wait_signal(desk.said):
        panel.really.click()
    qtbot.wait_until(lambda: not page.refused.isVisible())
    assert desk.jobs.db(lambda db: list_refused(db)) == []


def test_it_is_exported(desk, qtbot, refused, tmp_path):
    page = shown(qtbot, desk)
    panel = page.refused_panel
    panel.open_refused(7)
    qtbot.wait_until(panel.isVisible)
    panel._export()
    desk.ask.paths = [tmp_path / "refused.json"]
    with qtbot.wait_signal(desk.said) as said:
        panel.export.click()
    assert said.args == ["Written: refused.json", False]
    assert json.loads((tmp_path / "refused.json").read_text(encoding="utf-8"))["code"] == "invalid-value"


def test_its_record_is_opened(desk, qtbot, refused):
    page = shown(qtbot, desk)
    panel = page.refused_panel
    panel._open()
    panel.open_refused(7)
    qtbot.wait_until(panel.isVisible)
    panel.open.click()
    assert desk.asked_for == [f"enterprise/{refused}"]


def test_what_is_gone_meanwhile_is_said(desk, qtbot, refused):
    page = shown(qtbot, desk)
    panel = page.refused_panel
    panel.open_refused(7)
    qtbot.wait_until(panel.isVisible)
    desk.jobs.db(lambda db: db.conn.execute("DELETE FROM sync_rejected") and None)
    panel.again.click()
    qtbot.wait_until(lambda: "There is nothing 7 in that list" in panel.error.text())
