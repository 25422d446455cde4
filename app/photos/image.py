"""Taking in a picture file: judged by its first bytes, turned upright, made small, rid of all but its pixels."""

import io
import struct
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime

from pi_heif import register_heif_opener
from PIL import ExifTags, Image, ImageCms

from app.errors import BadFile

# The one place that teaches Pillow to open HEIC. Previews, depth maps and the like inside the file are of no use here.
register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)

WORKING_SIDE = 1600
THUMBNAIL_SIDE = 320
QUALITY = 80
# 50 binary megapixels: phones sold as "50 megapixels" give 8160 x 6144, a little over 50 million.
MOST_PIXELS = 50 * 1024 * 1024

HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"})

TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

# What Pillow and the libraries below it raise on bytes that break off or make no sense.
DAMAGE = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    RuntimeError,
    struct.error,
    zlib.error,
)


@dataclass(frozen=True, slots=True)
class TakenIn:
    """A picture as the program keeps it: both JPEGs are upright, in sRGB, and carry nothing but pixels.

    `width`, `height`: pixels of the working copy. `original_size`: (width, height) in pixels of the file, upright.
    `taken_at`: what the camera's clock said. Aware UTC when the file names the offset, else naive local time of the
    place, for EXIF has no zone of its own; None when the file does not say. `had_location`: the file told the place.
    """

    working: bytes
    thumbnail: bytes
    width: int
    height: int
    taken_at: datetime | None
    had_location: bool
    original_size: tuple[int, int]


def take_in(data: bytes, name: str = "") -> TakenIn:
    """The working copy (long side at most 1600 px) and thumbnail (320 px) of a JPEG, PNG, WebP or HEIC file.

    Nothing is enlarged; the same bytes always give the same bytes; of an animation the first frame is taken. `name` is
    only for the error. Raises BadFile: `empty-file`, `not-a-photo`, `too-many-pixels`, `damaged-photo`.
    """
    if not data:
        raise BadFile(name, "empty-file")
    kind = _kind(data)
    if kind is None:
        raise BadFile(name, "not-a-photo")
    decoded, size = _decoded(data, kind, name)
    exif = _exif(decoded)
    working = _working(decoded, _fit(size, WORKING_SIDE))
    turn = exif.get(ExifTags.Base.Orientation)
    if turn in TURNS:  # after the shrink: turning the full picture takes more than twice as long
        working = working.transpose(TURNS[turn])
    thumbnail = working.resize(_fit(working.size, THUMBNAIL_SIDE), Image.Resampling.LANCZOS)
    return TakenIn(
        working=_jpeg(working),
        thumbnail=_jpeg(thumbnail),
        width=working.width,
        height=working.height,
        taken_at=_taken_at(exif),
        had_location=_had_location(exif),
        original_size=size[::-1] if turn in (5, 6, 7, 8) else size,
    )


def _kind(data: bytes) -> str | None:
    """Pillow's name of the format by the first bytes; file names lie."""
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp" and data[8:12] in HEIF_BRANDS:
        return "HEIF"
    return None


def _fit(size: tuple[int, int], side: int) -> tuple[int, int]:
    """`size` scaled so that its long side is at most `side`; never enlarged, never below one pixel."""
    longest = max(size)
    if longest <= side:
        return size
    return max(1, round(size[0] * side / longest)), max(1, round(size[1] * side / longest))


def _decoded(data: bytes, kind: str, name: str) -> tuple[Image.Image, tuple[int, int]]:
    """The picture, not turned, at working size or somewhat above; and the size that its header told."""
    try:
        image = Image.open(io.BytesIO(data), formats=[kind])
        size = image.size
        if size[0] * size[1] > MOST_PIXELS:
            raise BadFile(name, "too-many-pixels", detail=f"{size[0]} x {size[1]}")
        # The JPEG decoder halves for free, but only for the true target: a square box would be too tall to halve for.
        image.draft(None, _fit(size, WORKING_SIDE))
        image.load()
    # Where warnings are errors, Pillow's warning of a bomb arrives as one too; elsewhere the count above catches it.
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise BadFile(name, "too-many-pixels", detail=str(error)) from error
    except DAMAGE as error:
        raise BadFile(name, "damaged-photo", detail=str(error)) from error
    return image, size


def _working(image: Image.Image, target: tuple[int, int]) -> Image.Image:
    """The picture in sRGB at working size, not turned."""
    profile = image.info.get("icc_profile")
    small = _plain(image)
    if small.size != target:
        small = small.resize(target, Image.Resampling.LANCZOS)
    return _srgb(_flattened(small), profile)


def _plain(image: Image.Image) -> Image.Image:
    """The picture in a mode that can be scaled smoothly and that an ICC profile can speak of: L, RGB, RGBA or CMYK."""
    if image.mode.startswith("I"):  # 16-bit grey: Pillow's own conversion cuts off instead of scaling
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if image.has_transparency_data:
        return image.convert("RGBA")
    if image.mode in ("L", "RGB", "CMYK"):
        return image
    return image.convert("L" if image.mode == "1" else "RGB")


def _flattened(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image
    white = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(white, image).convert("RGB")


def _srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """`image` in sRGB. A profile that is broken or speaks of other colours than the picture has is passed over."""
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, OSError):
            return image.convert("RGB")
        if converted is not None:
            return converted
    return image.convert("RGB")


def _jpeg(image: Image.Image) -> bytes:
    image.info = {}  # Pillow would carry a comment of the source over
    file = io.BytesIO()
    image.save(file, "JPEG", quality=QUALITY, optimize=True)
    return file.getvalue()


def _exif(image: Image.Image) -> Image.Exif:
    try:
        return image.getexif()
    except DAMAGE:
        return Image.Exif()


def _taken_at(exif: Image.Exif) -> datetime | None:
    try:
        said = exif.get_ifd(ExifTags.IFD.Exif)
    except DAMAGE:
        return None
    text = str(said.get(ExifTags.Base.DateTimeOriginal, "")).strip("\0 ")
    offset = str(said.get(ExifTags.Base.OffsetTimeOriginal, "")).strip("\0 ")
    for written in (text + offset, text):  # an offset that makes no sense does not cost the time
        try:
            when = datetime.fromisoformat(written[:10].replace(":", "-") + written[10:])
            return when.astimezone(UTC) if when.tzinfo else when
        except (ValueError, OverflowError):
            continue
    return None


def _had_location(exif: Image.Exif) -> bool:
    try:
        return ExifTags.GPS.GPSLatitude in exif.get_ifd(ExifTags.IFD.GPSInfo)
    except DAMAGE:
        return False
