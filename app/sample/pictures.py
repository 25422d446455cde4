"""The photos of the sample data: before and after of six improvements, drawn so that nobody's photo is shipped."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from PIL import ExifTags, Image, ImageDraw

from app.sample import premises, workshop
from app.sample.perspective import FINER, Brush
from app.sample.room import Look, look_of

QUALITY = 85


class Scene(StrEnum):
    SPRAYING_ROOM = "spraying_room"
    PPE = "ppe"
    SIGNS = "signs"
    STORAGE = "storage"
    EXIT = "exit"
    KITCHEN = "kitchen"


class State(StrEnum):
    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class CameraNote:
    """What a phone would write into the file. `taken_at`: naive local time, or aware, which also writes the offset.
    `location`: degrees north and east. `is_sideways`: stored lying on its side with EXIF orientation 6."""

    taken_at: datetime | None = None
    location: tuple[float, float] | None = None
    is_sideways: bool = False


Painter = Callable[[Brush, Look], None]

PAINTERS: MappingProxyType[tuple[Scene, State], Painter] = MappingProxyType(
    {
        (Scene.SPRAYING_ROOM, State.BEFORE): workshop.paint_spraying_before,
        (Scene.SPRAYING_ROOM, State.AFTER): workshop.paint_spraying_after,
        (Scene.PPE, State.BEFORE): workshop.paint_ppe_before,
        (Scene.PPE, State.AFTER): workshop.paint_ppe_after,
        (Scene.SIGNS, State.BEFORE): workshop.paint_signs_before,
        (Scene.SIGNS, State.AFTER): workshop.paint_signs_after,
        (Scene.STORAGE, State.BEFORE): premises.paint_storage_before,
        (Scene.STORAGE, State.AFTER): premises.paint_storage_after,
        (Scene.EXIT, State.BEFORE): premises.paint_exit_before,
        (Scene.EXIT, State.AFTER): premises.paint_exit_after,
        (Scene.KITCHEN, State.BEFORE): premises.paint_kitchen_before,
        (Scene.KITCHEN, State.AFTER): premises.paint_kitchen_after,
    }
)


def draw_scene(
    scene: Scene, state: State, *, seed: int, size: tuple[int, int] = (1600, 1200), note: CameraNote | None = None
) -> bytes:
    """A JPEG. The same arguments give the same bytes; before and after of one `seed` are the same place from the same
    spot, another seed is another place. `size`: as one looks at it, about 4:3."""
    look = look_of(seed)
    image = Image.new("RGB", (size[0] * FINER, size[1] * FINER))
    brush = Brush(image, ImageDraw.Draw(image, "RGBA"), look.dodge)
    PAINTERS[scene, state](brush, look)
    upright = image.reduce(FINER)
    if state == State.BEFORE:
        upright = _dimmed(upright)
    return _as_file(upright, note or CameraNote())


def _dimmed(image: Image.Image) -> Image.Image:
    """A little darker and yellower: the light of a place nobody has cleaned the lamps of."""
    table = [round(value * share) for share in (0.95, 0.93, 0.87) for value in range(256)]
    return image.point(table)


def _as_file(upright: Image.Image, note: CameraNote) -> bytes:
    exif = Image.Exif()
    stored = upright
    if note.is_sideways:
        exif[ExifTags.Base.Orientation] = 6
        stored = upright.transpose(Image.Transpose.ROTATE_90)
    if note.taken_at:
        exif[ExifTags.IFD.Exif] = _times(note.taken_at)
    if note.location:
        exif[ExifTags.IFD.GPSInfo] = _place(*note.location)
    file = io.BytesIO()
    stored.save(file, "JPEG", quality=QUALITY, exif=exif)
    return file.getvalue()


def _times(taken_at: datetime) -> dict[int, str]:
    times: dict[int, str] = {ExifTags.Base.DateTimeOriginal: taken_at.strftime("%Y:%m:%d %H:%M:%S")}
    if taken_at.tzinfo:
        times[ExifTags.Base.OffsetTimeOriginal] = taken_at.isoformat()[-6:]
    return times


def _place(north: float, east: float) -> dict[int, str | tuple[float, float, float]]:
    return {
        ExifTags.GPS.GPSLatitudeRef: "N" if north >= 0 else "S",
        ExifTags.GPS.GPSLatitude: _degrees(abs(north)),
        ExifTags.GPS.GPSLongitudeRef: "E" if east >= 0 else "W",
        ExifTags.GPS.GPSLongitude: _degrees(abs(east)),
    }


def _degrees(angle: float) -> tuple[float, float, float]:
    """Degrees, minutes, seconds."""
    minutes, seconds = divmod(round(angle * 3600, 2), 60)
    return (*divmod(minutes, 60), round(seconds, 2))
