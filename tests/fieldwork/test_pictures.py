"""Photos on a visit: bytes before rows, pairs of one enterprise, nothing lost by a crash between the two files."""

import io

import pytest
from PIL import Image

from app.errors import BadFile, NotAllowed
from app.fieldwork.check import check_store
from app.fieldwork.finish import finish_visit
from app.fieldwork.pictures import NewPhoto, add_after, mark_before, photo_in
from app.fieldwork.plan import write_visit
from app.models.rows import get_row, list_rows
from app.photos.store import get_bytes, stored_hashes
from tests.factories import make_person_met, make_visit


def picture(colour: str = "red", size: tuple[int, int] = (640, 480)) -> NewPhoto:
    data = io.BytesIO()
    Image.new("RGB", size, colour).save(data, "JPEG")
    return NewPhoto(data.getvalue(), f"{colour}.jpg")


def test_a_photo_is_stored_and_filed(db, photos, by):
    visit_id = make_visit(db, by)
    photo_id = photo_in(db, photos, by, visit_id, picture(), place="Gate", caption="The gate")
    row = get_row(db, "photo", photo_id)
    assert (row["width"], row["height"], row["place"], row["original_sha256"]) == (640, 480, "Gate", None)
    assert len(get_bytes(photos, row["working_sha256"])) == row["size"]
    assert [link["visit_id"] for link in list_rows(db, "photo_link", photo_id=photo_id)] == [visit_id]
    assert check_store(db, photos).is_clean


def test_the_original_is_kept_on_wish(db, photos, by):
    new = picture()
    photo_id = photo_in(db, photos, by, make_visit(db, by), NewPhoto(new.data, new.name, keep_original=True))
    assert get_bytes(photos, get_row(db, "photo", photo_id)["original_sha256"]) == new.data


def test_the_same_picture_twice_takes_room_once(db, photos, by):
    visit_id = make_visit(db, by)
    photo_in(db, photos, by, visit_id, picture())
    before = stored_hashes(photos)
    photo_in(db, photos, by, visit_id, picture())
    assert stored_hashes(photos) == before
    assert len(list(list_rows(db, "photo"))) == 2


def test_what_is_no_photo_leaves_nothing(db, photos, by):
    with pytest.raises(BadFile):
        photo_in(db, photos, by, make_visit(db, by), NewPhoto(b"not a picture", "notes.jpg"))
    assert list(list_rows(db, "photo")) == []
    assert stored_hashes(photos) == set()


def test_a_pair_waits_for_its_after(db, photos, by):
    visit_id = make_visit(db, by)
    before = photo_in(db, photos, by, visit_id, picture("red"))
    pair_id = mark_before(db, by, before, place="From the door")
    assert get_row(db, "photo_pair", pair_id)["status"] == "after_missing"
    add_after(db, by, pair_id, photo_in(db, photos, by, visit_id, picture("green")), what_changed="Cleared")
    pair = get_row(db, "photo_pair", pair_id)
    assert (pair["status"], pair["before_photo_id"], pair["what_changed"]) == ("closed", before, "Cleared")


def test_a_pair_is_of_one_enterprise(db, photos, by):
    pair_id = mark_before(db, by, photo_in(db, photos, by, make_visit(db, by), picture("red")), place="Door")
    elsewhere = photo_in(db, photos, by, make_visit(db, by), picture("green"))
    with pytest.raises(NotAllowed, match="pair-of-two-enterprises"):
        add_after(db, by, pair_id, elsewhere)


def test_a_finished_visit_takes_no_photo(db, photos, by):
    visit_id = make_visit(db, by)
    make_person_met(db, by, visit_id)
    write_visit(db, by, visit_id, summary="S", next_steps="N")
    finish_visit(db, by, visit_id)
    with pytest.raises(NotAllowed):
        photo_in(db, photos, by, visit_id, picture())
    assert stored_hashes(photos) == set()


def test_a_crash_between_bytes_and_row_leaves_an_orphan_and_no_gap(db, photos, by):
    visit_id = make_visit(db, by)
    with pytest.raises(Exception, match="no-such-row"):
        photo_in(db, photos, by, visit_id, picture(), area_id="nowhere")
    found = check_store(db, photos)
    assert len(found.orphans) == 2
    assert found.is_clean


def test_check_finds_what_is_missing_or_damaged(db, photos, by):
    photo_id = photo_in(db, photos, by, make_visit(db, by), picture())
    row = get_row(db, "photo", photo_id)
    photos.conn.execute("DELETE FROM stored_bytes WHERE sha256 = ?", (row["thumbnail_sha256"],))
    photos.conn.execute("UPDATE stored_bytes SET bytes = x'00'")
    found = check_store(db, photos)
    assert found.missing_bytes == [row["thumbnail_sha256"]]
    assert found.damaged_bytes == [row["working_sha256"]]
    assert not found.is_clean
