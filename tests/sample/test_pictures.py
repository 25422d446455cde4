"""The drawn photos: the same bytes each time, the same place before and after, and files that exercise the intake."""

import io
import itertools
from datetime import UTC, datetime, timedelta, timezone

import pytest
from PIL import ExifTags, Image, ImageChops, ImageStat

from app.photos.image import take_in
from app.sample.pictures import CameraNote, Scene, State, draw_scene

SMALL = (80, 60)
EVERY_SCENE = pytest.mark.parametrize("scene", Scene)


def drawn(scene: Scene, state: State, seed: int = 1, size: tuple[int, int] = SMALL) -> Image.Image:
    return Image.open(io.BytesIO(draw_scene(scene, state, seed=seed, size=size)))


def difference(one: Image.Image, other: Image.Image) -> float:
    """Mean distance of two pictures, 0-255."""
    return sum(ImageStat.Stat(ImageChops.difference(one, other)).mean) / 3


@EVERY_SCENE
@pytest.mark.parametrize("state", State)
def test_is_a_jpeg_of_the_size_asked_for(scene, state):
    image = drawn(scene, state)
    image.load()
    assert (image.format, image.mode, image.size) == ("JPEG", "RGB", SMALL)
    assert not dict(image.getexif())


@EVERY_SCENE
def test_same_seed_same_bytes(scene):
    assert draw_scene(scene, State.BEFORE, seed=5, size=SMALL) == draw_scene(scene, State.BEFORE, seed=5, size=SMALL)


@EVERY_SCENE
def test_another_seed_is_another_place(scene):
    assert difference(drawn(scene, State.AFTER, 1), drawn(scene, State.AFTER, 2)) > 2


@EVERY_SCENE
def test_before_and_after_differ_and_yet_show_the_same_place(scene):
    before, after = drawn(scene, State.BEFORE), drawn(scene, State.AFTER)
    assert difference(before, after) > 12
    corner = (0, 0, 10, 4)  # the ceiling at the upper left: only the light over it changes
    assert difference(before.crop(corner), after.crop(corner)) < 40


def test_no_two_scenes_are_alike():
    afters = [drawn(scene, State.AFTER) for scene in Scene]
    assert min(difference(one, other) for one, other in itertools.combinations(afters, 2)) > 5


@pytest.mark.parametrize(
    ("taken_at", "expected"),
    [
        (datetime.fromisoformat("2026-02-03T10:20:30"), datetime.fromisoformat("2026-02-03T10:20:30")),
        (
            datetime(2026, 2, 3, 10, 20, 30, tzinfo=timezone(timedelta(hours=7))),
            datetime(2026, 2, 3, 3, 20, 30, tzinfo=UTC),
        ),
        (datetime(2026, 2, 3, 10, 20, 30, tzinfo=UTC), datetime(2026, 2, 3, 10, 20, 30, tzinfo=UTC)),
    ],
)
def test_the_intake_reads_when_it_was_taken(taken_at, expected):
    data = draw_scene(Scene.EXIT, State.BEFORE, seed=1, size=SMALL, note=CameraNote(taken_at=taken_at))
    assert take_in(data).taken_at == expected


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ((-6.2088, 106.8456), ("S", (6, 12, 31.68), "E", (106, 50, 44.16))),
        ((19.4326, -99.1332), ("N", (19, 25, 57.36), "W", (99, 7, 59.52))),
    ],
)
def test_a_location_is_written_and_stripped_at_intake(location, expected):
    data = draw_scene(Scene.PPE, State.AFTER, seed=1, size=SMALL, note=CameraNote(location=location))
    written = Image.open(io.BytesIO(data)).getexif().get_ifd(ExifTags.IFD.GPSInfo)
    assert (written[1], written[3]) == (expected[0], expected[2])
    assert tuple(map(float, written[2])) == pytest.approx(expected[1])
    assert tuple(map(float, written[4])) == pytest.approx(expected[3])
    taken = take_in(data)
    assert taken.had_location
    assert not dict(Image.open(io.BytesIO(taken.working)).getexif())


def test_one_stored_sideways_comes_out_of_the_intake_upright():
    plain = draw_scene(Scene.SIGNS, State.AFTER, seed=1, size=SMALL)
    sideways = draw_scene(Scene.SIGNS, State.AFTER, seed=1, size=SMALL, note=CameraNote(is_sideways=True))
    assert Image.open(io.BytesIO(sideways)).size == (60, 80)
    one, other = (Image.open(io.BytesIO(take_in(data).working)) for data in (plain, sideways))
    assert one.size == other.size == SMALL
    turned_wrong = other.transpose(Image.Transpose.ROTATE_180)
    assert difference(one, other) * 4 < difference(one, turned_wrong)


def test_another_shape_than_four_to_three_is_filled():
    image = drawn(Scene.STORAGE, State.AFTER, size=(90, 40))
    assert image.size == (90, 40)
