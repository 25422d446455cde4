"""Ready to leave turns from well to not well when something is taken away."""

from collections import namedtuple
from datetime import timedelta

import pytest

from app.fieldwork import ready as module
from app.fieldwork.catalogues import load_catalogues
from app.fieldwork.pictures import photo_in
from app.fieldwork.ready import Ready, ready_to_leave
from app.models.backups import copy_daily
from app.paths import DataFolder, Place, unsafe_place
from tests.factories import VISIT_DAY, make_enterprise, make_visit
from tests.fieldwork.test_pictures import picture


@pytest.fixture
def not_ready(db, photos, by, clock, tmp_path):
    folder = DataFolder(tmp_path)

    def look(*, on=VISIT_DAY, fonts_missing=()):
        items = ready_to_leave(db, photos, folder, clock, on=on, fonts_missing=list(fonts_missing))
        return {item.about for item in items if not item.is_ready}

    copy_daily(db, folder.backups, None, VISIT_DAY)
    make_visit(db, by)
    return look


def test_all_is_well(not_ready):
    assert not_ready() == set()


def test_no_visit_on_the_day(not_ready, db, by):
    assert not_ready(on=VISIT_DAY + timedelta(days=1)) == set()  # the one begun today is still open
    db.conn.execute("UPDATE sync_state SET applying = 1")
    db.conn.execute("DELETE FROM visit")
    assert not_ready() == {Ready.VISIT}


def test_fonts_clock_disk_and_copy(not_ready, clock, tmp_path, monkeypatch):
    assert not_ready(fonts_missing=["NotoSansArabic-Regular.ttf"]) == {Ready.FONTS}
    clock.move(hours=-1)
    assert not_ready() == {Ready.CLOCK}
    clock.move(hours=1)
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(module.shutil, "disk_usage", lambda _path: usage(10**12, 10**12, 10**6))
    assert not_ready() == {Ready.DISK}
    monkeypatch.undo()
    for path in (tmp_path / "backups").iterdir():
        path.unlink()
    assert not_ready() == {Ready.COPY}


def test_a_clock_that_was_wrong_is_forgiven_in_time(not_ready, db, by, clock, monkeypatch):
    """Only what was written last counts: a look at all of it takes the longer the more there is."""
    clock.move(days=400)
    make_enterprise(db, by, "Written in another year")
    clock.move(days=-400)
    assert not_ready() == {Ready.CLOCK}
    monkeypatch.setattr(module, "_CHANGES_LOOKED_AT", 1)
    make_enterprise(db, by, "Written today")
    assert not_ready() == set()


def test_the_last_visits_photos_are_here(not_ready, db, photos, by):
    enterprise_id = make_enterprise(db, by)
    first = make_visit(db, by, enterprise_id, on=VISIT_DAY - timedelta(days=30))
    photo_in(db, photos, by, first, picture())
    make_visit(db, by, enterprise_id)
    assert not_ready() == set()
    photos.conn.execute("DELETE FROM stored_bytes")
    assert not_ready() == {Ready.LAST_PHOTOS}


def test_a_cloud_folder_is_no_place_for_data(tmp_path):
    assert unsafe_place(tmp_path) is None
    assert unsafe_place(tmp_path / "OneDrive - ILO" / "Gemba") is Place.CLOUD_FOLDER


def test_catalogues_are_loaded_once_and_signed_by_nobody(db, clock):
    assert load_catalogues(db, clock) is False
    assert {user for (user,) in db.conn.execute("SELECT DISTINCT user_id FROM history WHERE tbl = 'module'")} == {""}
    db.conn.execute("UPDATE setting SET value = 'older' WHERE name = 'catalogues_sha256'")
    before = db.conn.execute("SELECT count(*) FROM module").fetchone()
    assert load_catalogues(db, clock) is True
    assert db.conn.execute("SELECT count(*) FROM module").fetchone() == before
