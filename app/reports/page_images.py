"""Pages of a PDF as pictures, for the screen and for printers."""

from dataclasses import dataclass
from threading import Lock

import pypdfium2

_POINTS_OF_AN_INCH = 72
# The library behind it serves one thread at a time, whoever calls.
_ONE_AT_A_TIME = Lock()


@dataclass(frozen=True, slots=True)
class PageImage:
    """`data` are rows of `stride` bytes, three bytes a pixel: red, green, blue."""

    data: bytes
    width: int
    height: int
    stride: int


def page_count(pdf: bytes) -> int:
    with _ONE_AT_A_TIME:
        document = pypdfium2.PdfDocument(pdf)
        try:
            return len(document)
        finally:
            document.close()


def page_image(pdf: bytes, page: int, *, width: int = 0, dots_per_inch: int = 0) -> PageImage:
    """Page `page`, counted from 0, `width` pixels wide or at a density for paper."""
    with _ONE_AT_A_TIME:
        document = pypdfium2.PdfDocument(pdf)
        try:
            leaf = document[page]
            scale = dots_per_inch / _POINTS_OF_AN_INCH if dots_per_inch else width / leaf.get_width()
            bitmap = leaf.render(scale=scale, rev_byteorder=True)
            image = PageImage(bytes(bitmap.buffer), bitmap.width, bitmap.height, bitmap.stride)
            bitmap.close()
            leaf.close()
            return image
        finally:
            document.close()
