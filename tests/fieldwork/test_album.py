import io

import pytest
from PIL import Image

from app.errors import NotAllowed
from app.fieldwork.album import (
    begin_pair,
    bin_photo,
    close_pair,
    describe_pair,
    describe_photo,
    part_pair,
    read_album,
    say_what_it_shows,
)
from app.fieldwork.pictures import NewPhoto, photo_in
from app.models.changes import undo
from app.models.rows import change_row
from tests.factories import make_enterprise, make_improvement, make_visit


@pytest.fixture
def enterprise_id(db, by):
    return make_enterprise(db, by)


@pytest.fixture
def visit_id(db, by, enterprise_id):
    return make_visit(db, by, enterprise_id)


@pytest.fixture
def add(db, photos, by, visit_id):
    def make(colour="red", visit=visit_id):
        file = io.BytesIO()
        Image.new("RGB", (8, 6), colour).save(file, "JPEG")
        return photo_in(db, photos, by, visit, NewPhoto(file.getvalue(), f"{colour}.jpg"))

    return make


def test_a_pair_from_an_earlier_visit_waits_here_and_is_closed_here(db, by, enterprise_id, visit_id, add):
    earlier = make_visit(db, by, enterprise_id)
    before = add("red", earlier)
    describe_photo(db, by, earlier, before, place="Press 4")
    pair_id = begin_pair(db, by, earlier, before)
    after = add("green")
    album = read_album(db, visit_id)
    assert [photo.id for photo in album.photos] == [after]
    assert [pair.before.id for pair in album.waiting] == [before]
    describe_pair(db, by, visit_id, pair_id, what_changed="A guard was fitted.")
    close_pair(db, by, visit_id, pair_id, after)
    (pair,) = read_album(db, visit_id).pairs
    assert (pair.place, pair.what_changed, pair.after.place) == ("Press 4", "A guard was fitted.", "Press 4")
    part_pair(db, by, visit_id, pair_id)
    assert read_album(db, visit_id).waiting
    part_pair(db, by, visit_id, pair_id)
    assert read_album(db, visit_id).pairs == ()


def test_a_photo_is_unfiled_until_it_says_what_it_shows(db, by, visit_id, add):
    photo_id = add()
    assert [photo.id for photo in read_album(db, visit_id).unfiled] == [photo_id]
    improvement_id = make_improvement(db, by, visit_id)
    say_what_it_shows(db, by, visit_id, photo_id, improvement_id=improvement_id)
    assert read_album(db, visit_id).unfiled == ()
    pair_id = begin_pair(db, by, visit_id, photo_id)
    assert read_album(db, visit_id).pair(pair_id).improvement == "Mark the walkways"


def test_a_binned_photo_takes_its_pair_along_and_undo_is_one_step(db, by, visit_id, add):
    before, after = add("red"), add("green")
    pair_id = begin_pair(db, by, visit_id, before)
    close_pair(db, by, visit_id, pair_id, after)
    bin_photo(db, by, visit_id, after)
    assert read_album(db, visit_id).waiting
    undo(db, by)
    assert not read_album(db, visit_id).waiting
    bin_photo(db, by, visit_id, before)
    assert read_album(db, visit_id).pairs == ()
    undo(db, by)
    assert read_album(db, visit_id).pair(pair_id).after.id == after


def test_a_finished_visit_is_left_alone(db, by, visit_id, add):
    photo_id = add()
    change_row(db, by, "visit", visit_id, status="finished")
    for deed in (begin_pair, bin_photo):
        with pytest.raises(NotAllowed):
            deed(db, by, visit_id, photo_id)
