"""Photos on a page: shrunk to what the printer can show, each different one embedded once."""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PIL import Image
from reportlab.lib.colors import HexColor
from reportlab.pdfbase.pdfdoc import PDFImageXObject
from reportlab.platypus import Flowable

from app.errors import NotFound
from app.models.snapshots import PhotoFacts
from app.reports.look import MUTED, NOTE, PALE, Look
from app.reports.parts import described

DOTS_PER_INCH = 170
QUALITY = 82
_POINTS_PER_INCH = 72
_ROOM_ABOVE_CAPTION = 2


@dataclass(frozen=True, slots=True)
class Album:
    """Where the bytes of photos come from, and how wide each is printed at most (points, by SHA-256)."""

    photo_bytes: Callable[[str], bytes]
    widths: Mapping[str, float]

    def jpeg(self, photo: PhotoFacts) -> bytes | None:
        """Small enough for its print; None when the bytes are not on this device or are no picture."""
        try:
            data = self.photo_bytes(photo.sha256)
            return print_copy(data, width=self.widths[photo.sha256])
        except (NotFound, OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError):
            return None


def print_copy(data: bytes, *, width: float) -> bytes:
    """A JPEG of the picture in `data` for a print of `width` points; never enlarged.

    Raises OSError for what is no picture; for a broken one Pillow may raise SyntaxError, ValueError or EOFError too.
    """
    pixels = round(width / _POINTS_PER_INCH * DOTS_PER_INCH)
    with Image.open(io.BytesIO(data)) as image:
        target = min(pixels, image.width), max(1, round(image.height * min(1, pixels / image.width)))
        image.draft("RGB", target)
        small = image.convert("RGB").resize(target, Image.Resampling.LANCZOS)
    small.info = {}
    file = io.BytesIO()
    small.save(file, "JPEG", quality=QUALITY)
    return file.getvalue()


class Picture(Flowable):  # type: ignore[misc]
    """A photo within a box, whole and undistorted. `words` tell what it shows to who cannot see it."""

    def __init__(self, photo: PhotoFacts, album: Album, look: Look, *, height: float, words: str) -> None:
        super().__init__()
        self.photo = photo
        self.album = album
        self.look = look
        self.height = height
        self.words = words
        self.spaceAfter = _ROOM_ABOVE_CAPTION

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:  # noqa: ARG002
        self.width = available_width
        return self.width, self.height

    def draw(self) -> None:
        name = f"photo-{self.photo.sha256}"
        image = self._embedded(name)
        if image is None:
            words = self.look.language._("This picture is not on the device that made the report.")
            _draw_dashed_box(self, words)
            return
        scale = min(self.width / image.width, self.height / image.height)
        width, height = image.width * scale, image.height * scale
        self.canv.setFillColor(HexColor(PALE))
        self.canv.rect(0, 0, self.width, self.height, stroke=0, fill=1)
        with described(self.canv, self.words):
            self.canv.saveState()
            self.canv.translate((self.width - width) / 2, (self.height - height) / 2)
            self.canv.scale(width, height)
            self.canv.doForm(name)
            self.canv.restoreState()

    def _embedded(self, name: str) -> PDFImageXObject | None:
        """The picture in the document, put there on first need. Bytes are passed on as they are: reportlab would
        unpack a picture to find out whether it knows it."""
        document = self.canv._doc
        known = document.idToObject.get(document.getXObjectName(name))
        if known is not None:
            return known
        jpeg = self.album.jpeg(self.photo)
        if jpeg is None:
            return None
        image = PDFImageXObject(name)
        image.loadImageFromJPEG(io.BytesIO(jpeg))
        self.canv._setXObjects(image)
        document.Reference(image, document.getXObjectName(name))
        document.addForm(name, image)
        return image


class MissingPicture(Flowable):  # type: ignore[misc]
    """A dashed box that says in words which picture is missing."""

    def __init__(self, words: str, look: Look, *, height: float) -> None:
        super().__init__()
        self.words = words
        self.look = look
        self.height = height
        self.spaceAfter = _ROOM_ABOVE_CAPTION

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:  # noqa: ARG002
        self.width = available_width
        return self.width, self.height

    def draw(self) -> None:
        _draw_dashed_box(self, self.words)


def _draw_dashed_box(box: Picture | MissingPicture, words: str) -> None:
    canvas = box.canv
    canvas.saveState()
    canvas.setStrokeColor(HexColor(MUTED))
    canvas.setLineWidth(0.8)
    canvas.setDash(4, 3)
    canvas.rect(0.5, 0.5, box.width - 1, box.height - 1, stroke=1, fill=0)
    canvas.restoreState()
    text = box.look.words(words, NOTE, align="centre")
    _, height = text.wrap(box.width - 24, box.height)
    text.drawOn(canvas, 12, (box.height - height) / 2)
