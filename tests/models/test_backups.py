"""Copies are made, tried, kept for long enough, and bring the data back."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import FileCorrupt, KeyRefused, StoreMissing, StoreNewer
from app.models.backups import (
    copy_before_migration,
    copy_daily,
    copy_store,
    daily_copies,
    newest_good_copy,
    not_kept,
    restore,
    try_copy,
)
from app.models.database import Key, bring_up_to_date, connect
from app.models.rows import list_rows
from tests.factories import make_enterprise

KEYS = pytest.mark.parametrize("key", [None, Key("5a" * 32)], ids=["plain", "encrypted"])
DAY = date(2026, 11, 24)


@KEYS
def test_a_file_of_zeros_is_restored_from_the_daily_copy(tmp_path, clock, by, key):
    path, db = tmp_path / "zeroed.db", connect(tmp_path / "zeroed.db", key)
    bring_up_to_date(db, clock)
    make_enterprise(db, by, "PT Laksana")
    copy_daily(db, tmp_path / "backups", key, DAY)
    device, nonce = db.conn.execute("SELECT device_id, install_nonce FROM sync_state").fetchone()
    db.close()
    path.write_bytes(bytes(path.stat().st_size))
    with pytest.raises(FileCorrupt):
        connect(path, key)

    aside = restore(newest_good_copy(tmp_path / "backups", key), path, key, clock)

    db = connect(path, key)
    assert [row["name"] for row in list_rows(db, "enterprise")] == ["PT Laksana"]
    same_device, other_nonce = db.conn.execute("SELECT device_id, install_nonce FROM sync_state").fetchone()
    assert (same_device, len(other_nonce), other_nonce == nonce) == (device, 16, False)
    db.close()
    assert set((aside / "zeroed.db").read_bytes()) == {0}


@KEYS
def test_a_copy_is_whole_and_under_the_same_key(tmp_path, clock, by, key):
    db = connect(tmp_path / "other.db", key)
    bring_up_to_date(db, clock)
    make_enterprise(db, by, "canary-7f3a")
    copy_store(db, tmp_path / "copy.db", key)
    db.close()
    try_copy(tmp_path / "copy.db", key)
    assert (b"canary-7f3a" in (tmp_path / "copy.db").read_bytes()) == (key is None)
    with pytest.raises(KeyRefused):
        try_copy(tmp_path / "copy.db", None if key else Key("00" * 32))


def test_a_damaged_copy_is_passed_over(db, tmp_path):
    folder = tmp_path / "backups"
    copy_daily(db, folder, None, DAY - timedelta(days=1))
    newest = copy_daily(db, folder, None, DAY)
    newest.write_bytes(newest.read_bytes()[: newest.stat().st_size // 2])
    assert newest_good_copy(folder, None) == folder / "records-2026-11-23.db"
    with pytest.raises(StoreMissing):
        newest_good_copy(tmp_path / "nowhere", None)


def test_a_damaged_copy_never_takes_the_place_of_the_store(db, tmp_path, clock):
    bad = tmp_path / "bad.db"
    bad.write_bytes(b"SQLite format 3\x00" + bytes(5000))
    before = (tmp_path / "records.db").read_bytes()
    with pytest.raises(FileCorrupt):
        restore(bad, tmp_path / "records.db", None, clock)
    assert (tmp_path / "records.db").read_bytes() == before


def test_one_copy_a_day(db, tmp_path):
    assert copy_daily(db, tmp_path / "b", None, DAY)
    assert copy_daily(db, tmp_path / "b", None, DAY) is None


def test_the_copy_before_a_migration_replaces_the_one_before(db, tmp_path):
    copy_before_migration(db, tmp_path, None, "m0002")
    copy_before_migration(db, tmp_path, None, "m0003")
    assert [path.name for path in tmp_path.glob("records-before-*")] == ["records-before-m0003.db"]


@given(st.sets(st.integers(0, 120), min_size=1))
def test_three_days_and_one_about_a_week_old_are_kept(days):
    """Whatever days the laptop was used on: the newest three stay, and one older that is never older than needed."""
    kept: list[date] = []
    for offset in sorted(days):
        today = DAY + timedelta(days=offset)
        kept.append(today)
        copies = [Path(f"records-{day.isoformat()}.db") for day in sorted(kept, reverse=True)]
        dropped = {path.name for path in not_kept(copies, today)}
        kept = [day for day in kept if f"records-{day.isoformat()}.db" not in dropped]
    used = sorted(DAY + timedelta(days=offset) for offset in days)
    assert len(kept) == min(4, len(used))
    assert kept[-3:] == used[-3:]


def test_used_daily_the_fourth_copy_is_three_days_to_two_weeks_old():
    kept: list[date] = []
    ages = set()
    for offset in range(60):
        today = DAY + timedelta(days=offset)
        kept.append(today)
        copies = [Path(f"records-{day.isoformat()}.db") for day in sorted(kept, reverse=True)]
        dropped = {path.name for path in not_kept(copies, today)}
        kept = [day for day in kept if f"records-{day.isoformat()}.db" not in dropped]
        if len(kept) == 4:
            ages.add((today - kept[0]).days)
    assert min(ages) >= 3
    assert max(ages) < 14
    assert len(daily_copies(Path("nowhere"))) == 0


@pytest.mark.parametrize("made", ["empty", "photos", "newer"])
def test_what_is_no_store_of_ours_is_no_copy(db, photos, tmp_path, clock, made):
    source = tmp_path / "source.db"
    if made == "empty":
        source.touch()
    elif made == "photos":
        photos.conn.execute("VACUUM INTO ?", (str(source),))
    else:
        copy_store(db, source, None)
        newer = connect(source, None)
        newer.conn.execute(
            "INSERT INTO _sqlite_migrations(migration_set, name, applied_at) VALUES('gemba', 'm9999', 'then')"
        )
        newer.close()
    before = (tmp_path / "records.db").read_bytes()
    with pytest.raises(StoreNewer if made == "newer" else FileCorrupt):
        restore(source, tmp_path / "records.db", None, clock)
    assert (tmp_path / "records.db").read_bytes() == before


def test_an_empty_copy_is_passed_over(db, tmp_path):
    folder = tmp_path / "backups"
    copy_daily(db, folder, None, DAY)
    (folder / "records-2026-11-30.db").touch()
    assert newest_good_copy(folder, None) == folder / "records-2026-11-24.db"


def test_what_is_still_in_the_log_of_a_copy_is_restored_too(db, by, tmp_path, clock):
    """A store that was cut off keeps its newest work in the -wal file beside it."""
    make_enterprise(db, by, "Only in the log")
    cut_off = tmp_path / "cut-off"
    cut_off.mkdir()
    for name in ("records.db", "records.db-wal"):
        (cut_off / name).write_bytes((tmp_path / name).read_bytes())
    assert (cut_off / "records.db-wal").stat().st_size > 0
    target = tmp_path / "new" / "records.db"
    assert restore(cut_off / "records.db", target, None, clock) is None
    restored = connect(target, None)
    assert [row["name"] for row in list_rows(restored, "enterprise")] == ["Only in the log"]
    restored.close()


def test_a_copy_that_fails_leaves_nothing_half(db, tmp_path, monkeypatch):
    def damaged(*_args, **_more):
        raise FileCorrupt(tmp_path)

    monkeypatch.setattr("app.models.backups.try_copy", damaged)
    with pytest.raises(FileCorrupt):
        copy_store(db, tmp_path / "copy.db", None)
    assert list(tmp_path.glob("copy*")) == []


def test_a_copy_from_a_day_to_come_is_not_counted(db, tmp_path):
    folder = tmp_path / "backups"
    copy_daily(db, folder, None, DAY + timedelta(days=400))
    for offset in range(6):
        copy_daily(db, folder, None, DAY + timedelta(days=offset))
    assert len(daily_copies(folder)) == 5
