"""Opening a store, the one door for writes, and every trouble of the disk as its own error."""

import errno
import os
import shutil

import pytest

from app.errors import (
    DiskFull,
    DiskTrouble,
    FileCorrupt,
    FileLocked,
    KeyRefused,
    NoPermission,
    StoreMissing,
    StoreNewer,
    StoreOlder,
)
from app.models.backups import try_copy
from app.models.database import RECORDS, Key, bring_up_to_date, connect, edit, open_reader, refuse_newer, translated
from app.models.driver import dbapi
from app.models.encryption import encrypt_file, read_key, write_new_key
from app.models.rows import list_rows, save_row
from tests.factories import make_enterprise

KEY = Key("c0ffee" * 10 + "c0ff")


def names(db):
    return [row["name"] for row in list_rows(db, "enterprise")]


@pytest.mark.parametrize("key", [None, KEY], ids=["plain", "encrypted"])
def test_pragmas_of_the_house(tmp_path, clock, key):
    db = connect(tmp_path / "r.db", key)
    bring_up_to_date(db, clock)
    names = ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers", "secure_delete", "trusted_schema")
    found = {name: db.conn.execute(f"PRAGMA {name}").fetchone()[0] for name in names}
    db.close()
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "recursive_triggers": 1,
                     "secure_delete": 1, "trusted_schema": 0}  # fmt: skip


def test_an_encrypted_store_tells_nothing_without_its_key(tmp_path, clock, by):
    path = tmp_path / "r.db"
    db = connect(path, KEY)
    bring_up_to_date(db, clock)
    make_enterprise(db, by, "canary-91")
    raw = path.read_bytes() + (tmp_path / "r.db-wal").read_bytes()
    db.close()
    assert b"canary-91" not in raw
    assert not raw.startswith(b"SQLite format 3")
    for key, why in ((None, "needed"), (Key("00" * 32), "wrong")):
        with pytest.raises(KeyRefused) as refused:
            connect(path, key)
        assert refused.value.detail == why
    assert repr(KEY) == "Key()"


def test_a_plain_store_refuses_a_key(db, tmp_path):
    with pytest.raises(KeyRefused) as refused:
        connect(tmp_path / "records.db", KEY)
    assert refused.value.detail == "plain"


def test_a_flipped_byte_of_an_encrypted_store_is_noticed(tmp_path, clock):
    path = tmp_path / "r.db"
    db = connect(path, KEY)
    bring_up_to_date(db, clock)
    db.close()
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(FileCorrupt):
        try_copy(path, KEY)


def test_nothing_of_a_failed_edit_is_kept(db, by):
    before = db.conn.execute("SELECT (SELECT count(*) FROM history), (SELECT count(*) FROM sync_capture)").fetchone()
    with pytest.raises(RuntimeError), edit(db, by):
        save_row(db, by, "enterprise", {"name": "half"})
        raise RuntimeError
    assert names(db) == []
    after = db.conn.execute("SELECT (SELECT count(*) FROM history), (SELECT count(*) FROM sync_capture)").fetchone()
    assert after == before
    make_enterprise(db, by, "whole")
    assert names(db) == ["whole"]


def test_an_edit_within_an_edit_joins_it(db, by):
    with edit(db, by) as outer, edit(db, by) as inner:
        assert inner == outer
    with pytest.raises(RuntimeError), edit(db, by):
        with edit(db, by):
            save_row(db, by, "enterprise", {"name": "inner"})
        raise RuntimeError
    assert names(db) == []


def test_a_full_disk_is_said_and_what_was_saved_stays(db, by):
    make_enterprise(db, by, "saved")
    db.conn.execute(f"PRAGMA max_page_count = {db.conn.execute('PRAGMA page_count').fetchone()[0]}")
    with pytest.raises(DiskFull):
        save_row(db, by, "enterprise", {"name": "x" * 100_000})
    assert names(db) == ["saved"]
    db.conn.execute("PRAGMA max_page_count = 1000000")
    make_enterprise(db, by, "again")
    assert names(db) == ["saved", "again"]


def test_a_file_that_another_program_holds(db, by, tmp_path):
    other = dbapi.connect(str(tmp_path / "records.db"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    db.conn.execute("PRAGMA busy_timeout = 1")
    with pytest.raises(FileLocked):
        make_enterprise(db, by)
    other.execute("ROLLBACK")
    other.close()
    make_enterprise(db, by, "after")
    assert names(db) == ["after"]


@pytest.mark.parametrize("content", [b"no database at all" * 500, bytes(9000)], ids=["text", "zeros"])
def test_a_file_that_is_no_database(tmp_path, content):
    path = tmp_path / "r.db"
    path.write_bytes(content)
    with pytest.raises(FileCorrupt):
        connect(path, None)
    assert path.read_bytes() == content


def test_a_damaged_page(db, by, tmp_path):
    for number in range(300):
        make_enterprise(db, by, f"Enterprise {number}")
    db.close()
    path = tmp_path / "records.db"
    data = bytearray(path.read_bytes())
    data[4096 * 2 :] = os.urandom(len(data) - 4096 * 2)
    path.write_bytes(data)
    with pytest.raises(FileCorrupt):
        open_reader(path)


def test_a_newer_store_is_refused_and_not_touched(db, tmp_path):
    db.conn.execute(
        "INSERT INTO _sqlite_migrations(migration_set, name, applied_at) VALUES('gemba', 'm9999_tomorrow', 'then')"
    )
    with pytest.raises(StoreNewer) as newer:
        refuse_newer(db)
    assert newer.value.detail == "m9999_tomorrow"
    with pytest.raises(StoreNewer):
        open_reader(tmp_path / "records.db")


def test_an_older_store_is_not_read_before_it_is_migrated(tmp_path):
    connect(tmp_path / "old.db", None).close()
    with pytest.raises(StoreOlder):
        open_reader(tmp_path / "old.db")


def test_no_store_and_no_permission(tmp_path):
    with pytest.raises(StoreMissing):
        open_reader(tmp_path / "none.db")
    for number, kind in ((errno.EACCES, NoPermission), (errno.ENOSPC, DiskFull), (errno.EIO, DiskTrouble)):
        with pytest.raises(kind), translated(tmp_path):
            raise OSError(number, os.strerror(number))


def test_a_reader_cannot_write(db, by, tmp_path):
    make_enterprise(db, by)
    reader = open_reader(tmp_path / "records.db")
    with pytest.raises(NoPermission), translated(tmp_path):
        reader.conn.execute("UPDATE edit_context SET active = 1")
    assert len(names(reader)) == 1
    reader.close()


def test_triggers_are_renewed_when_they_are_not_the_registrys(db, tmp_path, clock, by):
    db.conn.execute('DROP TRIGGER "visit_inserted"')
    db.conn.execute("CREATE TRIGGER stranger AFTER INSERT ON visit BEGIN SELECT 1; END")
    bring_up_to_date(db, clock)
    found = {row[0] for row in db.conn.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")}
    assert "visit_inserted" in found
    assert "stranger" not in found


@pytest.fixture
def plain(db, by, tmp_path):
    """A closed plain store with an enterprise."""
    make_enterprise(db, by, "canary-12")
    db.close()
    return tmp_path / "records.db"


def test_encrypting_a_plain_store(plain, tmp_path):
    key = write_new_key(tmp_path / "gemba.key")
    assert encrypt_file(plain, key, kind=RECORDS)
    assert b"canary-12" not in b"".join(path.read_bytes() for path in tmp_path.glob("records.db*"))
    assert not encrypt_file(plain, key, kind=RECORDS)
    db = open_reader(plain, read_key(tmp_path / "gemba.key"))
    assert names(db) == ["canary-12"]
    assert db.conn.execute("SELECT count(*) FROM search_text('canary')").fetchone() == (1,)
    db.close()


def test_an_encryption_that_was_cut_off_is_finished_by_a_second_run(plain, tmp_path):
    key = write_new_key(tmp_path / "gemba.key")
    shutil.copy(plain, tmp_path / "records.db.part")
    assert encrypt_file(plain, key, kind=RECORDS)
    assert not (tmp_path / "records.db.part").exists()


def test_key_files(tmp_path):
    key = write_new_key(tmp_path / "k")
    assert read_key(tmp_path / "k") == key
    assert (tmp_path / "k").stat().st_mode & 0o077 == 0
    with pytest.raises(KeyRefused) as refused:
        write_new_key(tmp_path / "k")
    assert refused.value.detail == "exists"
    (tmp_path / "bad").write_text("open sesame")
    with pytest.raises(KeyRefused) as refused:
        read_key(tmp_path / "bad")
    assert refused.value.detail == "no-key"
