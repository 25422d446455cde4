"""The second copy of unsent work: there when the database is not, and gone when the server has it."""

import shutil

import pytest

from app.models.database import RECORDS, connect, edit, new_key, path_of
from app.models.encryption import encrypt_file
from app.sync.journal import NAME, Frame, Journal, encrypt_journal
from app.sync.protocol import Mutation, Op, encoded
from app.sync.rescue import bring_back
from app.sync.seal import seal

PLACE = {"country": "PE"}


@pytest.fixture(params=[None, new_key()], ids=["plain", "encrypted"])
def key(request):
    return request.param


@pytest.fixture
def journal(tmp_path, key):
    return Journal(tmp_path / NAME, key)


def again(journal, key):
    """The journal as the next process finds it."""
    return Journal(journal.path, key)


def copied_store(laptop, path):
    laptop.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copyfile(path_of(laptop.db), path)


def put_back(laptop, copy):
    """The records as they were when `copy` was made."""
    path = path_of(laptop.db)
    laptop.db.close()
    shutil.copyfile(copy, path)
    laptop.db = connect(path, None)


def test_unsent_work_is_in_the_file_until_the_server_has_it(ana, journal):
    ana.add("enterprise", name="Andina", **PLACE)
    seal(ana.db, ana.clock)
    journal.write(ana.db)
    assert journal.path.stat().st_size > 100
    assert journal.missing_from(ana.db) == []
    ana.sync(journal=journal)
    assert not journal.path.exists()


def test_no_word_of_an_encrypted_store_is_readable(ana, tmp_path):
    journal = Journal(tmp_path / NAME, new_key())
    ana.add("enterprise", name="Canary Limited", **PLACE)
    seal(ana.db, ana.clock)
    journal.write(ana.db)
    assert b"Canary" not in journal.path.read_bytes()


def test_more_work_is_added_and_a_torn_end_is_cut_off(ana, journal, key, tmp_path):
    copied_store(ana, tmp_path / "copy.db")
    for name in ("Andina", "Bolivar", "Condor"):
        ana.add("enterprise", name=name, **PLACE)
        seal(ana.db, ana.clock)
        journal.write(ana.db)
    whole = journal.path.read_bytes()
    journal.path.write_bytes(whole[:-3])
    put_back(ana, tmp_path / "copy.db")
    assert len(again(journal, key).missing_from(ana.db)) == 2
    journal.path.write_bytes(whole + b"\0\0\1")
    assert len(again(journal, key).missing_from(ana.db)) == 3
    damaged = bytearray(whole)
    damaged[-1] ^= 1
    journal.path.write_bytes(damaged)
    assert len(again(journal, key).missing_from(ana.db)) == 2


def test_after_a_torn_end_the_next_work_is_whole(ana, journal, key):
    ana.add("enterprise", name="Andina", **PLACE)
    seal(ana.db, ana.clock)
    journal.write(ana.db)
    with journal.path.open("ab") as file:
        file.write(b"\0\0\1\0torn")
    ana.add("enterprise", name="Bolivar", **PLACE)
    seal(ana.db, ana.clock)
    again(journal, key).write(ana.db)
    ana.db.conn.execute("DELETE FROM sync_outbox")
    ana.db.conn.execute("UPDATE sync_state SET next_mseq = 1")
    assert [frame.mutation.m for frame in again(journal, key).missing_from(ana.db)] == [1, 2]


def test_work_that_a_restored_copy_lost_comes_back_and_goes_up(ana, budi, journal, key, tmp_path):
    row = ana.add("enterprise", name="Andina", **PLACE)
    ana.sync(journal=journal)
    copied_store(ana, tmp_path / "copy.db")
    ana.write("enterprise", row, city="Lima")
    new = ana.add("enterprise", name="Bolivar", **PLACE)
    binned = ana.add("area", enterprise_id=new, name="Line 1")
    ana.bin("area", binned)
    seal(ana.db, ana.clock)
    journal.write(ana.db)
    put_back(ana, tmp_path / "copy.db")
    journal = again(journal, key)
    ana.sync(journal=journal)
    assert len(journal.missing_from(ana.db)) == 4
    assert bring_back(ana.db, ana.by, journal) == 4
    assert journal.missing_from(ana.db) == []
    assert ana.read("enterprise", row)["city"] == "Lima"
    assert ana.read("enterprise", new)["name"] == "Bolivar"
    assert ana.one("SELECT binned_at IS NOT NULL FROM area WHERE id = ?", binned) == 1
    ana.sync(journal=journal)
    budi.sync()
    assert budi.read("enterprise", row)["city"] == "Lima"
    assert not journal.path.exists()


def test_what_comes_back_does_not_cover_what_others_wrote_meanwhile(ana, budi, journal, key, tmp_path):
    row = ana.add("enterprise", name="Andina", **PLACE)
    ana.sync(journal=journal), budi.sync()
    copied_store(ana, tmp_path / "copy.db")
    ana.write("enterprise", row, city="Lima")
    seal(ana.db, ana.clock)
    journal.write(ana.db)
    put_back(ana, tmp_path / "copy.db")
    budi.clock.move(hours=1)
    budi.write("enterprise", row, city="Callao")
    budi.sync()
    ana.clock.move(hours=1)
    journal = again(journal, key)
    ana.sync(journal=journal)
    bring_back(ana.db, ana.by, journal)
    ana.sync(journal=journal)
    assert ana.read("enterprise", row)["city"] == "Callao"
    assert ana.db.conn.execute("SELECT kept_value, other_value FROM sync_conflict").fetchall() == [("Callao", "Lima")]


def test_lost_work_survives_new_work_and_a_new_incarnation(ana, journal, key, tmp_path):
    row = ana.add("enterprise", name="Andina", **PLACE)
    ana.sync(journal=journal)
    copied_store(ana, tmp_path / "copy.db")
    ana.write("enterprise", row, city="Lima")
    seal(ana.db, ana.clock)
    journal.write(ana.db)
    put_back(ana, tmp_path / "copy.db")
    ana.write("enterprise", row, city="Cusco")
    journal = again(journal, key)
    ana.sync(journal=journal)
    journal = again(journal, key)
    ana.write("enterprise", row, region="South")
    ana.sync(journal=journal)
    (lost,) = again(journal, key).missing_from(ana.db)
    assert lost.mutation.ops[0].set["city"] == "Lima"


def test_what_leans_on_rows_that_are_not_here_waits_in_the_journal(ana, journal, key, tmp_path):
    copied_store(ana, tmp_path / "copy.db")
    parent = ana.add("enterprise", name="Andina", **PLACE)
    ana.sync(journal=journal)
    child = ana.add("area", enterprise_id=parent, name="Line 1")
    seal(ana.db, ana.clock)
    journal.write(ana.db)
    put_back(ana, tmp_path / "copy.db")
    journal = again(journal, key)
    assert bring_back(ana.db, ana.by, journal) == 0
    ana.sync(journal=journal)
    assert bring_back(ana.db, ana.by, journal) == 1
    assert ana.read("area", child)["name"] == "Line 1"


def test_a_file_that_cannot_be_written_keeps_nobody_from_syncing(ana, tmp_path, caplog):
    (tmp_path / NAME).mkdir()
    ana.add("enterprise", name="Andina", **PLACE)
    ana.sync(journal=Journal(tmp_path / NAME))
    assert ana.is_clean
    assert "no second copy" in caplog.text


def test_a_store_that_was_encrypted_since_gets_an_encrypted_journal(ana, tmp_path):
    ana.add("enterprise", name="Canary Limited", **PLACE)
    seal(ana.db, ana.clock)
    Journal(tmp_path / NAME).write(ana.db)
    assert b"Canary" in (tmp_path / NAME).read_bytes()
    plain = (tmp_path / NAME).read_bytes()
    key = new_key()
    Journal(tmp_path / NAME, key).write(ana.db)
    assert b"Canary" not in (tmp_path / NAME).read_bytes()
    assert Journal(tmp_path / NAME).missing_from(ana.db) == []
    (tmp_path / NAME).write_bytes(plain)
    ana.db.conn.execute("DELETE FROM sync_outbox")
    ana.db.conn.execute("UPDATE sync_state SET next_mseq = 1")
    Journal(tmp_path / NAME, key).encrypt(ana.db)
    assert b"Canary" not in (tmp_path / NAME).read_bytes()
    assert len(Journal(tmp_path / NAME, key).missing_from(ana.db)) == 1
    Journal(tmp_path / NAME, key).encrypt(ana.db)
    assert len(Journal(tmp_path / NAME, key).missing_from(ana.db)) == 1


def test_who_encrypts_the_records_encrypts_the_journal_too(ana, tmp_path):
    ana.add("enterprise", name="Canary Limited", **PLACE)
    seal(ana.db, ana.clock)
    records = path_of(ana.db)
    Journal(records.with_name(NAME)).write(ana.db)
    ana.db.close()
    key = new_key()
    encrypt_file(records, key, kind=RECORDS)
    encrypt_journal(records, key)
    assert b"Canary" not in records.with_name(NAME).read_bytes()
    ana.db = connect(records, key)
    ana.db.conn.execute("DELETE FROM sync_outbox")
    ana.db.conn.execute("UPDATE sync_state SET next_mseq = 1")
    assert len(Journal(records.with_name(NAME), key).missing_from(ana.db)) == 1


def test_what_was_settled_comes_back_as_settled(ana, journal, key, tmp_path):
    row = ana.add("enterprise", name="Andina", **PLACE)
    ana.sync(journal=journal)
    for conflict, resolved in (("c1", None), ("c2", 5)):
        ana.db.conn.execute(
            "INSERT INTO sync_conflict(id, tbl, row_id, field, kind, opened_seq, resolved_seq)"
            " VALUES(?, 'enterprise', ?, 'city', 'field', 1, ?)",
            (conflict, row, resolved),
        )
    copied_store(ana, tmp_path / "copy.db")
    with edit(ana.db, ana.by):
        for conflict in ("c1", "c2", "c3"):
            ana.db.conn.execute(
                "INSERT INTO sync_capture(grp, tbl, row_id, kind, at_ms, user_id)"
                " SELECT grp, 'conflict', ?, 'close', at_ms, user_id FROM edit_context",
                (conflict,),
            )
    seal(ana.db, ana.clock)
    journal.write(ana.db)
    put_back(ana, tmp_path / "copy.db")
    assert bring_back(ana.db, ana.by, again(journal, key)) == 1
    assert ana.db.conn.execute("SELECT row_id FROM sync_capture WHERE kind = 'close'").fetchall() == [("c1",)]
    assert ana.one("SELECT closing FROM sync_conflict WHERE id = 'c1'") == 1


def test_what_a_newer_program_had_done_waits_for_it(ana, journal, key):
    done = Mutation(m=1, schema=9, hlc=1, at=1, base=0, ops=[Op(table="future", id="r", set={"shape": "round"})])
    frame = Frame(ana.device, 7, encoded(done).decode())
    journal.path.write_bytes(journal._coder.header + journal._coder.packed(frame))
    assert bring_back(ana.db, ana.by, again(journal, key)) == 0
    assert len(again(journal, key).missing_from(ana.db)) == 1
