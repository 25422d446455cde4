"""A data folder as a whole: encrypted completely, copied, restored, and never half of either."""

import pytest

from app.bootstrap import reading, writing
from app.errors import DiskFull, KeyRefused, NotAllowed, StoreMissing
from app.fieldwork.care import copy_to, encrypt_folder, restore_folder
from app.fieldwork.identity import ensure_user
from app.models import backups
from app.models.database import is_plain
from app.models.encryption import read_key, write_new_key
from app.models.ids import Clock
from app.models.rows import list_rows
from app.paths import DataFolder
from tests.factories import make_enterprise

CANARY = b"canary-4411"


@pytest.fixture
def folder(tmp_path):
    """A folder with a store, daily copy, a copy made inside it, and what a restore set aside."""
    folder = DataFolder(tmp_path / "data")
    for name in ("first", CANARY.decode()):
        with writing(folder) as store:
            by = ensure_user(store.records, store.author.clock, name="Trainer", role="trainer")
            make_enterprise(store.records, by, name)
    with writing(folder) as store:
        copy_to(store.records, store.photos, folder.backups / "stick", None)
    restore_folder(folder, folder.backups / "stick", None, Clock())
    return folder


def names(folder, key=None):
    with reading(folder, key) as store:
        return {row["name"] for row in list_rows(store.records, "enterprise")}


def readable(folder):
    return [path for path in folder.root.rglob("*") if path.is_file() and CANARY in path.read_bytes()]


def test_nothing_in_the_folder_can_be_read_after_encryption(folder, tmp_path):
    assert len(readable(folder)) >= 3
    encrypted = encrypt_folder(folder, tmp_path / "key")
    assert readable(folder) == []
    assert encrypted.left == []
    key = read_key(tmp_path / "key")
    assert names(folder, key) == {"first", CANARY.decode()}
    restore_folder(folder, None, key, Clock())
    assert "first" in names(folder, key)


def test_a_damaged_copy_stops_nothing_and_is_named(folder, tmp_path):
    damaged = folder.backups / "records-2026-01-01.db"
    damaged.write_bytes(b"SQLite format 3\x00" + b"x" * 9000)
    zeroed = folder.backups / "records-2026-01-02.db"
    zeroed.write_bytes(bytes(9000))
    encrypted = encrypt_folder(folder, tmp_path / "key")
    assert encrypted.left == [damaged]
    assert not is_plain(folder.records)
    assert readable(folder) == []


def test_a_second_run_finishes_what_a_first_began(folder, tmp_path):
    key = write_new_key(tmp_path / "key")
    from app.models.database import PHOTOS
    from app.models.encryption import encrypt_file

    encrypt_file(folder.photos, key, kind=PHOTOS)
    encrypt_folder(folder, tmp_path / "key")
    assert names(folder, key) == {"first", CANARY.decode()}


def test_records_and_photos_stay_under_one_key(folder, tmp_path):
    with writing(folder) as store:
        copy_to(store.records, store.photos, tmp_path / "plain", None)
    encrypt_folder(folder, tmp_path / "key")
    with pytest.raises(KeyRefused) as refused:
        restore_folder(folder, tmp_path / "plain" / "records.db", None, Clock())
    assert refused.value.detail == "mixed"
    assert names(folder, read_key(tmp_path / "key")) == {"first", CANARY.decode()}


def test_a_copy_onto_itself_is_refused(folder):
    with writing(folder) as store, pytest.raises(NotAllowed, match="copy-onto-itself"):
        copy_to(store.records, store.photos, folder.root, None)


def test_nothing_to_restore_and_nothing_to_encrypt(tmp_path):
    with pytest.raises(StoreMissing):
        restore_folder(DataFolder(tmp_path), None, None, Clock())
    (tmp_path / "empty").mkdir()
    with pytest.raises(StoreMissing):
        restore_folder(DataFolder(tmp_path), tmp_path / "empty", None, Clock())
    with pytest.raises(NotAllowed, match="nothing-to-encrypt"):
        encrypt_folder(DataFolder(tmp_path), tmp_path / "key")
    assert not (tmp_path / "key").exists()


def test_a_daily_copy_is_made_and_one_that_finds_no_room_stops_nobody(tmp_path, monkeypatch):
    folder = DataFolder(tmp_path / "data")
    with writing(folder):
        assert backups.daily_copies(folder.backups) == []

    def full(*_args, **_more):
        raise DiskFull(folder.backups)

    with monkeypatch.context() as context:
        context.setattr(backups, "copy_store", full)
        with writing(folder) as store:
            by = ensure_user(store.records, store.author.clock, name="Trainer", role="trainer")
            make_enterprise(store.records, by, "kept")
    assert names(folder) == {"kept"}
    with writing(folder):
        assert len(backups.daily_copies(folder.backups)) == 1


def test_a_copy_is_made_before_a_migration(tmp_path, monkeypatch):
    folder = DataFolder(tmp_path / "data")
    with writing(folder):
        pass
    from app.models.migrations import KNOWN, migrations

    step = migrations._Migration("m9999_trial", lambda db: db.conn.execute("CREATE TABLE trial(id)"))
    monkeypatch.setattr(migrations, "_migrations", [*migrations._migrations, step])
    monkeypatch.setattr("app.models.database.KNOWN", (*KNOWN, "m9999_trial"))
    with writing(folder) as store:
        assert store.records.table("trial").exists()
    assert (folder.backups / "records-before-m9999_trial.db").exists()


def test_a_read_only_place_can_be_read(tmp_path, monkeypatch):
    """As from a stick that takes no file: the store was closed, so nothing needs to be written beside it."""
    folder = DataFolder(tmp_path / "data")
    with writing(folder) as store:
        by = ensure_user(store.records, store.author.clock, name="Trainer", role="trainer")
        make_enterprise(store.records, by, "on the stick")
    from app.models import database

    opened = database._opened

    def no_room_beside(path, key, kind, how):
        if "immutable" not in how:
            raise database.dbapi.OperationalError("unable to open database file")
        return opened(path, key, kind, how)

    monkeypatch.setattr(database, "_opened", no_room_beside)
    assert names(folder) == {"on the stick"}
