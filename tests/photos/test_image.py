"""Taking in pictures: what comes out upright, small and bare, and what is refused. The pictures are made here."""

import io
import struct
import time
import tracemalloc
import zlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageCms
from pillow_heif import register_heif_opener  # writes, where pi_heif only reads

from app.errors import BadFile
from app.photos.image import TakenIn, take_in

register_heif_opener()

RED, GREEN, BLUE, GREY = (220, 30, 30), (30, 180, 40), (30, 40, 220), (128, 128, 128)


def scene(size: tuple[int, int] = (96, 64)) -> Image.Image:
    """Grey, with a red top left, green top right and blue bottom left corner."""
    image = Image.new("RGB", size, GREY)
    corner = (size[0] // 3, size[1] // 3)
    image.paste(RED, (0, 0, *corner))
    image.paste(GREEN, (size[0] - corner[0], 0, size[0], corner[1]))
    image.paste(BLUE, (0, size[1] - corner[1], corner[0], size[1]))
    return image


def saved(image: Image.Image, kind: str = "JPEG", **options) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def exif_of(*, orientation: int | None = None, taken: str = "", offset: str = "", location: bool = False) -> Image.Exif:
    exif = Image.Exif()
    if orientation is not None:
        exif[ExifTags.Base.Orientation] = orientation
    times = {ExifTags.Base.DateTimeOriginal: taken, ExifTags.Base.OffsetTimeOriginal: offset}
    exif[ExifTags.IFD.Exif] = {tag: text for tag, text in times.items() if text}
    if location:
        exif[ExifTags.IFD.GPSInfo] = {1: "S", 2: (6.0, 12.0, 30.0), 3: "E", 4: (106.0, 49.0, 0.0)}
    return exif


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def is_near(pixel: object, colour: tuple[int, int, int], slack: int = 28) -> bool:
    assert isinstance(pixel, tuple)
    return all(abs(one - other) <= slack for one, other in zip(pixel, colour, strict=True))


def assert_upright(taken: TakenIn) -> None:
    for data in (taken.working, taken.thumbnail):
        image = opened(data)
        right, bottom = image.width - 5, image.height - 5
        assert is_near(image.getpixel((4, 4)), RED)
        assert is_near(image.getpixel((right, 4)), GREEN)
        assert is_near(image.getpixel((4, bottom)), BLUE)
        assert is_near(image.getpixel((right, bottom)), GREY)


# How a camera held so stores an upright scene: the inverse of what a viewer has to do.
STORED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", STORED)
def test_every_orientation_comes_out_upright(orientation, kind):
    stored = STORED[orientation]
    image = scene() if stored is None else scene().transpose(stored)
    taken = take_in(saved(image, kind, exif=exif_of(orientation=orientation), quality=90))
    assert (taken.width, taken.height) == (96, 64)
    assert taken.original_size == (96, 64)
    assert_upright(taken)


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_an_orientation_that_does_not_exist_turns_nothing(orientation):
    assert_upright(take_in(saved(scene(), exif=exif_of(orientation=orientation))))


@pytest.mark.parametrize("orientation", [1, 6])
def test_heic(orientation):
    stored = STORED[orientation]
    image = scene() if stored is None else scene().transpose(stored)
    exif = exif_of(orientation=orientation, taken="2026:03:04 09:15:00", location=True)
    taken = take_in(saved(image, "HEIF", quality=90, exif=exif.tobytes()))
    assert_upright(taken)
    assert taken.taken_at == datetime.fromisoformat("2026-03-04T09:15:00")
    assert taken.had_location


def greyscale() -> Image.Image:
    return scene().convert("L")


def sixteen_bit() -> Image.Image:
    return greyscale().convert("I").point(lambda value: value * 257).convert("I;16")


def holed() -> Image.Image:
    """White shows through on the left, grey stands on the right."""
    image = Image.new("RGBA", (96, 64), (0, 0, 0, 0))
    image.paste((*GREY, 255), (48, 0, 96, 64))
    return image


@pytest.mark.parametrize(
    ("data", "left", "right"),
    [
        pytest.param(saved(scene(), "JPEG", progressive=True), RED, GREEN, id="progressive"),
        pytest.param(saved(scene().convert("CMYK"), "JPEG"), RED, GREEN, id="cmyk"),
        pytest.param(saved(greyscale(), "JPEG"), (86, 86, 86), (119, 119, 119), id="grey jpeg"),
        pytest.param(saved(greyscale(), "PNG"), (86, 86, 86), (119, 119, 119), id="grey png"),
        pytest.param(saved(sixteen_bit(), "PNG"), (86, 86, 86), (119, 119, 119), id="16 bit"),
        pytest.param(saved(scene().quantize(8), "PNG"), RED, GREEN, id="palette"),
        pytest.param(saved(scene().convert("1"), "PNG"), None, None, id="black and white"),
        pytest.param(saved(holed(), "PNG"), (255, 255, 255), GREY, id="alpha"),
        pytest.param(saved(holed().convert("LA"), "PNG"), (255, 255, 255), GREY, id="grey with alpha"),
        pytest.param(saved(holed().quantize(4), "PNG"), (255, 255, 255), GREY, id="palette with alpha"),
        pytest.param(
            saved(Image.new("RGB", (96, 64)), "PNG", transparency=(0, 0, 0)), (255,) * 3, (255,) * 3, id="key"
        ),
        pytest.param(saved(holed(), "WEBP", lossless=True), (255, 255, 255), GREY, id="webp with alpha"),
    ],
)
def test_every_kind_of_pixel_becomes_plain_rgb(data, left, right):
    taken = take_in(data)
    image = opened(taken.working)
    assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (96, 64))
    if left:
        assert is_near(image.getpixel((4, 4)), left)
        assert is_near(image.getpixel((91, 4)), right)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_the_first_frame_of_an_animation_is_taken(kind):
    frames = [Image.new("RGB", (40, 30), colour) for colour in (RED, GREEN, BLUE)]
    data = saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)
    assert is_near(opened(take_in(data).working).getpixel((20, 15)), RED)


@pytest.mark.parametrize(
    ("given_size", "working", "thumbnail"),
    [
        ((480, 64), (480, 64), (320, 43)),
        ((100, 80), (100, 80), (100, 80)),
        ((1, 1), (1, 1), (1, 1)),
        ((2000, 100), (1600, 80), (320, 16)),
        ((30, 1800), (27, 1600), (5, 320)),
        ((4000, 1), (1600, 1), (320, 1)),
    ],
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_sizes(kind, given_size, working, thumbnail):
    taken = take_in(saved(Image.new("RGB", given_size, GREY), kind))
    assert taken.original_size == given_size
    assert (taken.width, taken.height) == working == opened(taken.working).size
    assert opened(taken.thumbnail).size == thumbnail


def test_a_large_jpeg_is_sharp_after_the_quick_shrink():
    """Had the decoder shrunk below the target and the rest been enlarged, the edge would be soft."""
    halves = Image.new("L", (4000, 16), 255)
    halves.paste(0, (0, 0, 2000, 16))
    image = opened(take_in(saved(halves, "JPEG", quality=95)).working)
    assert image.size == (1600, 6)
    assert is_near(image.getpixel((797, 3)), (0, 0, 0))
    assert is_near(image.getpixel((802, 3)), (255, 255, 255))


@pytest.mark.parametrize(
    ("taken", "offset", "expected"),
    [
        ("2026:03:04 09:15:00", "", datetime.fromisoformat("2026-03-04T09:15:00")),
        ("2026:03:04 09:15:00", "+07:00", datetime(2026, 3, 4, 2, 15, tzinfo=UTC)),
        ("2026:03:04 09:15:00", "-05:30", datetime(2026, 3, 4, 14, 45, tzinfo=UTC)),
        ("2026:03:04 09:15:00", "nonsense", datetime.fromisoformat("2026-03-04T09:15:00")),
        ("0001:01:01 00:00:00", "+07:00", datetime.fromisoformat("0001-01-01T00:00:00")),
        ("0000:00:00 00:00:00", "", None),
        ("    :  :     :  :  ", "", None),
        ("yesterday", "", None),
        ("", "+07:00", None),
    ],
)
def test_when_it_was_taken(taken, offset, expected):
    assert take_in(saved(scene(), exif=exif_of(taken=taken, offset=offset))).taken_at == expected


def test_a_picture_without_exif_says_nothing():
    taken = take_in(saved(scene(), "PNG"))
    assert taken.taken_at is None
    assert not taken.had_location


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data:UserWarning")
@pytest.mark.parametrize(
    "exif", [b"Exif\0\0nonsense", b"Exif\0\0II*\0\x08\0\0\0\xff\xff", b"Exif\0\0MM\0*\0\0\0\x08\0\x01"]
)
def test_broken_exif_does_not_cost_the_photo(exif):
    assert_upright(take_in(saved(scene(), exif=exif)))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_nothing_but_pixels_leaves(kind):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exif = exif_of(orientation=1, taken="2026:03:04 09:15:00", location=True).tobytes()
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Secret/></x:xmpmeta>'
    options = {"comment": b"a secret"} if kind == "JPEG" else {}
    taken = take_in(saved(scene(), kind, exif=exif, icc_profile=profile, xmp=xmp, dpi=(300, 300), **options))
    assert taken.had_location
    for data in (taken.working, taken.thumbnail):
        image = opened(data)
        assert not dict(image.getexif())
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        assert segments(data) == {0xE0, 0xDB, 0xC0, 0xC4, 0xDA}
        assert b"ecret" not in data


def segments(data: bytes) -> set[int]:
    """The marker of each segment of a JPEG up to its scan."""
    found, at = set(), 2
    while 0xDA not in found:
        found.add(data[at + 1])
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return found


def swapped_profile() -> bytes:
    """An RGB profile whose red and blue primaries changed places: what is not converted is seen at once."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    for at in range(132, 132 + 12 * int.from_bytes(profile[128:132], "big"), 12):
        tag = bytes(profile[at : at + 4])
        profile[at : at + 4] = {b"rXYZ": b"bXYZ", b"bXYZ": b"rXYZ"}.get(tag, tag)
    return bytes(profile)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_an_icc_profile_is_worked_into_the_pixels(kind):
    image = opened(take_in(saved(Image.new("RGB", (40, 40), RED), kind, icc_profile=swapped_profile())).working)
    red, _, blue = image.getpixel((20, 20))
    assert blue > 150 > red


@pytest.mark.parametrize(
    ("image", "profile"),
    [
        pytest.param(scene(), b"no profile at all", id="broken"),
        pytest.param(scene().convert("CMYK"), swapped_profile(), id="of other colours"),
    ],
)
def test_a_profile_of_no_use_is_passed_over(image, profile):
    assert_upright(take_in(saved(image, icc_profile=profile)))


def test_same_input_gives_same_bytes():
    data = saved(scene((700, 500)), exif=exif_of(orientation=6))
    assert take_in(data, "a.jpg") == take_in(data, "b.png")


def png_header(width: int, height: int) -> bytes:
    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(b"\0" * 1000)
    packed = b"IDAT" + data
    return (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", 13)
        + body
        + struct.pack(">I", zlib.crc32(body))
        + struct.pack(">I", len(data))
        + packed
        + struct.pack(">I", zlib.crc32(packed))
    )


def jpeg_header(width: int, height: int) -> bytes:
    """A small JPEG whose frame header lies about the size."""
    data = bytearray(saved(Image.new("RGB", (16, 16), GREY)))
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def webp_header(width: int, height: int) -> bytes:
    """A WebP with a canvas of its own, as alpha makes it, that lies about the size."""
    data = bytearray(saved(holed(), "WEBP"))
    assert data[12:16] == b"VP8X"
    data[24:30] = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return bytes(data)


def heic_header(width: int, height: int) -> bytes:
    """A small HEIC whose boxes lie about the size."""
    data, at = bytearray(saved(scene(), "HEIF")), 0
    while (at := data.find(b"ispe", at + 1)) > 0:
        data[at + 8 : at + 16] = struct.pack(">II", width, height)
    return bytes(data)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(png_header(60_000, 60_000), id="60,000 a side"),
        pytest.param(png_header(10_000, 9_500), id="where Pillow only warns"),
        pytest.param(png_header(8_000, 7_000), id="where Pillow is silent"),
        pytest.param(jpeg_header(60_000, 60_000), id="jpeg"),
        pytest.param(webp_header(60_000, 60_000), id="webp"),
        pytest.param(heic_header(60_000, 60_000), id="heic"),
    ],
)
def test_too_many_pixels_are_refused_before_decoding(data):
    tracemalloc.start()
    began = time.perf_counter()
    with pytest.raises(BadFile) as refused:
        take_in(data, "bomb.png")
    took_s = time.perf_counter() - began
    most_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert refused.value.problem == "too-many-pixels"
    assert took_s < 0.5
    assert most_bytes < 1_000_000


NOISE = Image.effect_noise((120, 90), 80)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        pytest.param(b"", "empty-file", id="empty"),
        pytest.param(b"Minutes of the meeting\n" * 20, "not-a-photo", id="text"),
        pytest.param(b"\xff\xd8", "not-a-photo", id="two bytes"),
        pytest.param(b"%PDF-1.7\n", "not-a-photo", id="pdf"),
        pytest.param(saved(scene(), "GIF"), "not-a-photo", id="gif"),
        pytest.param(saved(scene(), "TIFF"), "not-a-photo", id="tiff"),
        pytest.param(b"RIFF\x24\0\0\0WAVEfmt ", "not-a-photo", id="sound"),
        pytest.param(b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", "not-a-photo", id="film"),
        pytest.param(saved(NOISE, "JPEG")[:-900], "damaged-photo", id="jpeg cut off"),
        pytest.param(saved(NOISE, "JPEG")[:40], "damaged-photo", id="jpeg of a header"),
        pytest.param(b"\xff\xd8\xff\xe0", "damaged-photo", id="jpeg of four bytes"),
        pytest.param(saved(NOISE, "PNG")[:-900], "damaged-photo", id="png cut off"),
        pytest.param(saved(NOISE, "PNG").replace(b"IDAT", b"IDAX", 1), "damaged-photo", id="png without pixels"),
        pytest.param(png_header(50, 50), "damaged-photo", id="png with too few pixels"),
        pytest.param(saved(scene(), "WEBP")[:-40], "damaged-photo", id="webp cut off"),
        pytest.param(saved(scene(), "HEIF")[:-40], "damaged-photo", id="heic cut off"),
        pytest.param(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "damaged-photo", id="heic of a header"),
    ],
)
def test_what_is_no_sound_photo_is_refused(data, problem):
    with pytest.raises(BadFile) as refused:
        take_in(data, "desk.jpg")
    assert refused.value.problem == problem
    assert refused.value.path.name == "desk.jpg"


WHOLE = {kind: saved(NOISE.resize((24, 18)), kind) for kind in ("JPEG", "PNG", "WEBP")}


@pytest.mark.filterwarnings("ignore::UserWarning")
@given(kind=st.sampled_from(sorted(WHOLE)), at=st.floats(0, 1, exclude_max=True), byte=st.integers(0, 255))
def test_one_wrong_byte_is_a_photo_or_a_known_trouble(kind, at, byte):
    data = bytearray(WHOLE[kind])
    data[int(at * len(data))] = byte
    assert problem_of(bytes(data)) in {"", "not-a-photo", "damaged-photo", "too-many-pixels"}


def problem_of(data: bytes) -> str:
    try:
        take_in(data)
    except BadFile as refused:
        return refused.problem
    return ""
