"""Of each record and photo: confirmed by the server at, or waiting, or refused."""

import json
from datetime import timedelta

import pytest

from app.errors import NotFound
from app.fieldwork.catalogues import load_catalogues
from app.models.rows import bin_row, change_row, save_row
from app.sync.overlay import REFUSED, TAKEN
from app.sync.receipts import Arrival, count, photo_receipts, record_receipts, visit_receipts
from tests.conftest import GATE
from tests.factories import make_enterprise, make_improvement, make_person_met, make_visit

GATE_MS = int(GATE.timestamp() * 1000)


def lay(db, table, row_id, mseq):
    db.conn.execute("DELETE FROM sync_capture WHERE tbl = ? AND row_id = ?", (table, row_id))
    db.conn.execute(
        "INSERT INTO sync_overlay(tbl, row_id, field, mseq, base_seq) VALUES(?, ?, 'x', ?, 0)", (table, row_id, mseq)
    )


def put_in_outbox(db, mseq, *, acked_ms=None):
    db.conn.execute(
        "INSERT INTO sync_outbox(mseq, grp, at_ms, body, body_sha256, acked_seq, acked_ms)"
        " VALUES(?, 1, 0, x'', x'', ?, ?)",
        (mseq, acked_ms and 5, acked_ms),
    )


def confirm(db, table, row_id, at_ms):
    db.conn.execute("DELETE FROM sync_capture WHERE tbl = ? AND row_id = ?", (table, row_id))
    db.conn.execute(
        "INSERT INTO sync_base(tbl, row_id, scope_id, vals, fseq, life_seq, deleted, row_seq, digest, confirmed_ms)"
        " VALUES(?, ?, '', '{}', '{}', 1, 0, 1, 0, ?)",
        (table, row_id, at_ms),
    )


def arrival(db, table, row_id):
    (found,) = record_receipts(db, {table: [row_id]})
    return found.arrival, found.at


def test_a_record_waits_until_the_server_confirms_it(db, by):
    enterprise = make_enterprise(db, by)
    assert arrival(db, "enterprise", enterprise) == (Arrival.WAITING, None)
    lay(db, "enterprise", enterprise, 1)
    put_in_outbox(db, 1)
    assert arrival(db, "enterprise", enterprise) == (Arrival.WAITING, None)
    db.conn.execute("UPDATE sync_outbox SET acked_seq = 7, acked_ms = ?", (GATE_MS,))
    assert arrival(db, "enterprise", enterprise) == (Arrival.CONFIRMED, GATE)
    db.conn.execute("DELETE FROM sync_overlay")
    confirm(db, "enterprise", enterprise, GATE_MS + 1000)
    assert arrival(db, "enterprise", enterprise) == (Arrival.CONFIRMED, GATE + timedelta(seconds=1))
    change_row(db, by, "enterprise", enterprise, city="Solo")
    assert arrival(db, "enterprise", enterprise) == (Arrival.WAITING, None)


def test_the_newest_confirmation_counts(db, by):
    enterprise = make_enterprise(db, by)
    confirm(db, "enterprise", enterprise, GATE_MS)
    put_in_outbox(db, 1, acked_ms=GATE_MS + 2000)
    lay(db, "enterprise", enterprise, 1)
    assert arrival(db, "enterprise", enterprise) == (Arrival.CONFIRMED, GATE + timedelta(seconds=2))


def test_what_the_server_did_not_take_says_so(db, by):
    enterprise = make_enterprise(db, by)
    lay(db, "enterprise", enterprise, REFUSED + 1)
    assert arrival(db, "enterprise", enterprise) == (Arrival.REFUSED, None)


def test_what_an_earlier_incarnation_had_confirmed_is_confirmed(db, by):
    enterprise = make_enterprise(db, by)
    lay(db, "enterprise", enterprise, TAKEN)
    put_in_outbox(db, TAKEN, acked_ms=GATE_MS)
    assert arrival(db, "enterprise", enterprise) == (Arrival.CONFIRMED, GATE)


def test_what_the_program_brings_has_no_receipt(db, by, clock):
    load_catalogues(db, clock)
    module = db.conn.execute("SELECT id FROM module LIMIT 1").fetchone()[0]
    assert record_receipts(db, {"module": [module]}) == []


def test_the_bytes_of_a_photo_have_a_receipt_of_their_own(db, by):
    photo = {"thumbnail_sha256": "b" * 64, "size": 1}
    ids = [save_row(db, by, "photo", photo | {"working_sha256": f"{n:064d}"}) for n in range(4)]
    for n, state, verified in ((0, "verified", GATE_MS), (1, "uploading", None), (2, "remote", None)):
        db.conn.execute(
            "INSERT INTO blob(sha256, size, kind, lane, state, verified_ms) VALUES(?, 1, 'working', 2, ?, ?)",
            (f"{n:064d}", state, verified),
        )
    found = photo_receipts(db, ids)
    assert [(one.arrival, one.at) for one in found] == [
        (Arrival.CONFIRMED, GATE),
        (Arrival.WAITING, None),
        (Arrival.CONFIRMED, None),
        (Arrival.WAITING, None),
    ]
    bin_row(db, by, "photo", ids[3])
    assert len(photo_receipts(db, ids)) == 3


def test_a_visit_has_the_receipts_of_all_that_was_recorded_on_it(db, by):
    visit = make_visit(db, by)
    person, improvement = make_person_met(db, by, visit), make_improvement(db, by, visit)
    event = db.conn.execute("SELECT id FROM improvement_event").fetchone()[0]
    photo = save_row(db, by, "photo", {"working_sha256": "a" * 64, "thumbnail_sha256": "b" * 64, "size": 1})
    link = save_row(db, by, "photo_link", {"photo_id": photo, "visit_id": visit})
    found = visit_receipts(db, visit)
    assert {(one.table, one.row_id) for one in found.records} == {
        ("visit", visit),
        ("visit_person", person),
        ("improvement", improvement),
        ("improvement_event", event),
        ("photo", photo),
        ("photo_link", link),
    }
    assert [one.row_id for one in found.photos] == [photo]
    assert (count(found.all, Arrival.WAITING), found.last, found.is_complete) == (7, None, False)
    for one in found.records:
        confirm(db, one.table, one.row_id, GATE_MS)
    db.conn.execute(
        "INSERT INTO blob(sha256, size, kind, lane, state, verified_ms) VALUES(?, 1, 'working', 2, 'both', ?)",
        ("a" * 64, GATE_MS + 1000),
    )
    found = visit_receipts(db, visit)
    assert (found.is_complete, found.last) == (True, GATE + timedelta(seconds=1))
    assert json.dumps([one.arrival for one in found.photos]) == '["confirmed"]'
    with pytest.raises(NotFound):
        visit_receipts(db, "nothing")
