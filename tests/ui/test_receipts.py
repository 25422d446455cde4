"""Receipts on a visit and under a photo: what the server confirmed, waits, or did not take."""

import pytest

from app.fieldwork.plan import write_visit
from app.i18n import use
from app.models.rows import save_row
from app.sync.overlay import REFUSED
from app.ui.visit.overview import OverviewTab
from app.ui.visit.receipts import PhotoReceipt
from tests.conftest import GATE
from tests.factories import make_enterprise, make_person_met, make_visit
from tests.ui.ways import enrolled_at

GATE_MS = int(GATE.timestamp() * 1000)
_BASE = (
    "INSERT INTO sync_base(tbl, row_id, scope_id, vals, fseq, life_seq, deleted, row_seq, digest, confirmed_ms)"
    " SELECT DISTINCT tbl, row_id, '', '{}', '{}', 1, 0, 1, 0, ? FROM sync_capture WHERE user_id <> ''"
)


@pytest.fixture
def visit(desk):
    def work(db):
        visit_id = make_visit(db, desk.by, make_enterprise(db, desk.by, "PT Laksana"))
        make_person_met(db, desk.by, visit_id)
        return visit_id

    use("en")
    return desk.jobs.db(work)


@pytest.fixture
def show(desk, qtbot, visit):
    def shown():
        tab = OverviewTab(desk)
        tab.show_visit(visit)
        qtbot.add_widget(tab)
        tab.resize(1000, 700)
        tab.show()
        qtbot.wait_until(lambda: tab._shown == visit)
        return tab

    return shown


def confirm_all(db):
    db.conn.execute(_BASE, (GATE_MS,))
    db.conn.execute("DELETE FROM sync_capture")


def test_without_a_server_nothing_is_said_of_it(show, desk, qtbot):
    tab = show()
    qtbot.wait(50)
    assert not tab.receipts.isVisible()


def test_what_waits_is_counted(show, desk, qtbot):
    desk.jobs.db(enrolled_at())
    tab = show()
    qtbot.wait_until(tab.receipts.isVisible)
    assert tab.receipts.words.text() == "Confirmed by the server: 0 of 2 records."


def test_once_all_is_confirmed_it_says_when_and_follows_what_is_written(show, desk, visit, qtbot):
    desk.jobs.db(enrolled_at())
    tab = show()
    qtbot.wait_until(tab.receipts.isVisible)
    desk.jobs.db(confirm_all)
    desk.courier.refresh()
    desk.courier.changed.emit()
    qtbot.wait_until(lambda: tab.receipts.words.text().startswith("The server has confirmed everything of this visit"))
    desk.jobs.db(lambda db: write_visit(db, desk.by, visit, purpose="Another"))
    qtbot.wait_until(lambda: tab.receipts.words.text() == "Confirmed by the server: 1 of 2 records.")


def test_each_record_and_photo_has_its_line(show, desk, visit, qtbot):
    def work(db):
        enrolled_at()(db)
        photo = {"working_sha256": "a" * 64, "thumbnail_sha256": "b" * 64, "size": 1, "place": "Gate"}
        photo_id = save_row(db, desk.by, "photo", photo)
        save_row(db, desk.by, "photo_link", {"photo_id": photo_id, "visit_id": visit})
        confirm_all(db)
        db.conn.execute("INSERT INTO sync_overlay VALUES('visit', ?, 'summary', ?, 0, 'x')", (visit, REFUSED + 1))

    desk.jobs.db(work)
    tab = show()
    qtbot.wait_until(tab.receipts.isVisible)
    assert tab.receipts.words.text() == (
        "Confirmed by the server: 3 of 4 records, 0 of 1 photos. It did not take 1: see Exchange."
    )
    tab.receipts.each.click()
    panel = tab.receipts.panel
    qtbot.wait_until(lambda: panel.list.count() == 5)
    lines = [panel.list.item(n).text().split("\n") for n in range(5)]
    assert lines[0] == ["Visit", "Not taken by the server"]
    assert lines[1] == ["Photo file: Gate", "Waits to be sent"]
    assert lines[2][1].startswith("Confirmed by the server: Today, ")
    assert [one[0] for one in lines if one[0].startswith("Person")] == ["Person met: Production head"]


def test_a_photo_says_whether_its_bytes_have_arrived(desk, qtbot):
    photo = {"working_sha256": "a" * 64, "thumbnail_sha256": "b" * 64, "size": 1}
    photo_id = desk.jobs.db(lambda db: save_row(db, desk.by, "photo", photo))
    line = PhotoReceipt(desk)
    qtbot.add_widget(line)
    line.show_photo(photo_id)
    desk.jobs.db(enrolled_at())
    line.show_photo(photo_id)
    qtbot.wait_until(lambda: line.text() == "Waits to be sent")
    desk.jobs.db(
        lambda db: (
            db.conn.execute(
                "INSERT INTO blob(sha256, size, kind, lane, state, verified_ms)"
                " VALUES(?, 1, 'working', 2, 'verified', ?)",
                ("a" * 64, GATE_MS),
            )
            and None
        )
    )
    line.show_photo(photo_id)
    qtbot.wait_until(lambda: line.text().startswith("Confirmed by the server: Today, "))
