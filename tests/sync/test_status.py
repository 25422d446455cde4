"""Where things stand with the server: what waits, when it last confirmed, why not."""

from datetime import timedelta

import pytest

from app.checklists.xlsform import load
from app.errors import (
    ClockOff,
    CutShort,
    DeviceRefused,
    NotEnrolled,
    NotTrusted,
    ServerBusy,
    ServerRefuses,
    SignInWanted,
    SyncTrouble,
    Unreachable,
    WrongServer,
)
from app.fieldwork.catalogues import load_catalogues
from app.fieldwork.forms import import_form
from app.fieldwork.outbox import outbox
from app.models.rows import save_row
from app.sync.conflicts import keep
from app.sync.status import note_trouble, set_paused, standing
from tests.conftest import GATE
from tests.disputes import make_dispute
from tests.factories import make_enterprise

GATE_MS = int(GATE.timestamp() * 1000)
PHOTO = {"thumbnail_sha256": "b" * 64, "size": 300_000}


def enrol(db):
    db.conn.execute("UPDATE sync_state SET server_id = 'server', url = 'https://gemba.example'")


def seal_by_hand(db, mseq=1):
    """What a seal does, as far as it matters for what waits."""
    db.conn.execute(
        "INSERT INTO sync_overlay(tbl, row_id, field, mseq, base_seq)"
        " SELECT DISTINCT tbl, row_id, '*', ?, 0 FROM sync_capture WHERE user_id <> '' AND kind <> 'close'",
        (mseq,),
    )
    db.conn.execute(
        "INSERT INTO sync_outbox(mseq, grp, at_ms, body, body_sha256) VALUES(?, 1, ?, x'', x'')", (mseq, GATE_MS)
    )
    db.conn.execute("DELETE FROM sync_capture")


def make_blob(db, sha256, state, *, kind="working", offset=0):
    db.conn.execute(
        "INSERT INTO blob(sha256, size, kind, lane, state, offset_acked) VALUES(?, 300000, ?, 2, ?, ?)",
        (sha256, kind, state, offset),
    )


def test_a_device_without_a_server(db, by):
    found = standing(db)
    assert (found.is_enrolled, found.url, found.confirmed_at, found.trouble, found.tried_at) == (
        False,
        "",
        None,
        None,
        None,
    )
    assert (found.is_paused, found.clock_off_ms, found.rejected, found.differences) == (False, None, 0, 0)
    assert found.waits.is_empty  # the local user is made by the program, and becomes an account of the server


def test_what_is_sealed_waits_until_it_is_confirmed(db, by):
    make_enterprise(db, by)
    before = outbox(db)
    seal_by_hand(db)
    assert outbox(db) == before
    make_enterprise(db, by)
    assert dict(outbox(db).records) == {"enterprise": 2}
    db.conn.execute("UPDATE sync_outbox SET acked_seq = 7, acked_ms = ?", (GATE_MS,))
    assert dict(outbox(db).records) == {"enterprise": 1}


def test_a_record_that_is_sealed_and_changed_again_counts_once(db, by):
    make_enterprise(db, by)
    seal_by_hand(db, 1)
    db.conn.execute("INSERT INTO sync_overlay SELECT tbl, row_id, 'city', 2, 0, 'x' FROM sync_overlay")
    db.conn.execute(
        "INSERT INTO sync_outbox(mseq, grp, at_ms, body, body_sha256) VALUES(2, 2, ?, x'', x'')", (GATE_MS,)
    )
    assert outbox(db).total == 1


def test_catalogues_wait_for_nobody_and_imported_forms_do(db, by, clock):
    load_catalogues(db, clock)
    assert outbox(db).is_empty
    form = (
        "| survey |\n| | type | name | label |\n| | text | why | Why? |\n"
        "| settings |\n| | form_id | form_title | version |\n| | own | Own | 1 |\n"
    )
    import_form(db, by, load(form))
    assert dict(outbox(db).records)["checklist"] == 1


def test_photos_wait_with_their_bytes(db, by):
    for n in range(3):
        save_row(db, by, "photo", PHOTO | {"working_sha256": f"{n:064d}"})
    found = outbox(db)
    assert (found.photos, found.photo_bytes, found.file_bytes) == (3, 900_000, 900_000)
    make_blob(db, f"{0:064d}", "verified")
    make_blob(db, f"{1:064d}", "uploading", offset=100_000)
    assert (outbox(db).photos, outbox(db).photo_bytes) == (2, 500_000)
    seal_by_hand(db)
    db.conn.execute("UPDATE sync_outbox SET acked_seq = 7")
    found = outbox(db)
    assert (found.total, found.photos, found.photo_bytes) == (0, 1, 200_000)
    make_blob(db, "c" * 64, "local", kind="issued report")
    assert outbox(db).file_bytes == 500_000
    assert not outbox(db).is_empty


def test_a_settled_difference_waits_too(db, by):
    enterprise = make_enterprise(db, by)
    dispute = make_dispute(db, "enterprise", enterprise, "city", (None, "a", "b"))
    assert standing(db).differences == 1
    keep(db, by, dispute)
    found = standing(db)
    assert (found.differences, found.waits.settled, found.waits.total) == (0, 1, 2)
    db.conn.execute("UPDATE sync_conflict SET resolved_seq = 9")
    assert outbox(db).settled == 0


def test_when_the_server_last_confirmed(db):
    enrol(db)
    note_trouble(db, Unreachable("no route"), GATE_MS)
    assert standing(db).trouble
    db.conn.execute("UPDATE sync_state SET last_contact_ms = ?, last_trouble = NULL", (GATE_MS + 1000,))
    found = standing(db)
    assert (found.is_enrolled, found.url) == (True, "https://gemba.example")
    assert (found.confirmed_at, found.trouble) == (GATE + timedelta(seconds=1), None)


@pytest.mark.parametrize(
    "trouble",
    [
        Unreachable("a"),
        CutShort("b"),
        SignInWanted("c"),
        NotTrusted("d"),
        NotEnrolled("e"),
        DeviceRefused("f"),
        WrongServer("g"),
        ServerBusy("h"),
        ClockOff(90_000, "i"),
        ClockOff(None, "j"),
        ServerRefuses("proto", "k", 426),
    ],
    ids=lambda one: type(one).__name__,
)
def test_every_trouble_is_remembered_over_a_restart(db, trouble):
    note_trouble(db, trouble, GATE_MS)
    found = standing(db)
    assert type(found.trouble) is type(trouble)
    assert vars(found.trouble) == vars(trouble)
    assert found.tried_at == GATE


def test_a_trouble_that_only_a_newer_program_knows(db):
    note_trouble(db, Unreachable("x"), GATE_MS)
    db.conn.execute("UPDATE sync_state SET last_trouble = replace(last_trouble, 'Unreachable', 'Tired')")
    assert type(standing(db).trouble) is SyncTrouble


def test_a_clock_that_is_off_is_told_from_two_minutes_on(db):
    db.conn.execute("UPDATE sync_state SET clock_offset_ms = 119000")
    assert standing(db).clock_off_ms is None
    db.conn.execute("UPDATE sync_state SET clock_offset_ms = -7200000")
    assert standing(db).clock_off_ms == 7_200_000


def test_pause_and_go_on(db):
    set_paused(db, True)
    assert standing(db).is_paused
    set_paused(db, False)
    assert not standing(db).is_paused


def test_what_the_server_did_not_take_is_counted(db):
    db.conn.execute(
        "INSERT INTO sync_rejected(incarnation, mseq, body, code, tbl, field, at_ms)"
        " VALUES(1, 3, x'', 'invalid-value', 'visit', 'number', 0)"
    )
    assert standing(db).rejected == 1


def test_a_store_without_anything(db):
    assert outbox(db).is_empty
    assert outbox(db).oldest is None
