"""The parts that pages are made of: headings with bookmarks, blocks that stay together, chips, bars, tiles."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import CondPageBreak, Flowable, Table

from app.reports.look import (
    ACCENT,
    ACCENT_INK,
    ACCENT_SOFT,
    BAD_INK,
    BAD_SOFT,
    BODY,
    HEADING,
    MUTED,
    PALE,
    RAIL,
    RAIL_INK,
    RULE,
    SMALL_BOLD,
    SUBHEADING,
    TITLE,
    Face,
    Look,
    Strip,
)
from app.reports.printable import clean
from app.reports.signs import Sign, draw_sign
from app.reports.text import brief, text_width

MOST_IN_CHIP = 60  # characters
_MOST_IN_HEADING = 160
_MOST_SAID = 500  # of what a picture shows, to who cannot see it
_HEADING_ABOVE = 16
_HEADING_BELOW = 6
_ENOUGH_OF_A_TEXT = 40  # points of a text that must fit below its heading


class Heading(Flowable):  # type: ignore[misc]
    """The title of a section, over a rule; it is a bookmark of the document."""

    def __init__(self, title: str, look: Look) -> None:
        super().__init__()
        self.title = title
        self.look = look
        self.spaceBefore = _HEADING_ABOVE
        self.spaceAfter = _HEADING_BELOW + 2
        self._text = look.words(title, HEADING)

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        self.width, height = self._text.wrap(available_width, available_height)
        self.height = height + 4
        return self.width, self.height

    def draw(self) -> None:
        # The page and the height name the place: no two headings share both.
        key = f"{self.canv.getPageNumber()}-{self.canv.absolutePosition(0, 0)[1]:.0f}"
        self.canv.bookmarkHorizontal(key, 0, self.height + _HEADING_ABOVE / 2)
        self.canv.addOutlineEntry(self.title, key, level=0)
        self._text.drawOn(self.canv, 0, 4)
        self.canv.setStrokeColor(HexColor(RULE))
        self.canv.setLineWidth(0.8)
        self.canv.line(0, 0, self.width, 0)
        self.canv.setStrokeColor(HexColor(ACCENT))
        self.canv.setLineWidth(2)
        start = self.width - 36 if self.look.is_mirrored else 0
        self.canv.line(start, 0, start + 36, 0)


class Block(Flowable):  # type: ignore[misc]
    """Parts one below another that are not parted by a page's end, unless they are taller than a page."""

    def __init__(self, parts: Sequence[Flowable], look: Look, *, before: float = 0, after: float = 0) -> None:
        super().__init__()
        self.parts = list(parts)
        self.look = look
        self.spaceBefore = before
        self.spaceAfter = after
        self._heights: list[float] = []

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:  # noqa: ARG002
        tall = 10 * self.look.height
        self._heights = [part.wrapOn(None, available_width, tall)[1] for part in self.parts]
        self.width = available_width
        self.height = sum(self._heights) + sum(part.getSpaceAfter() for part in self.parts[:-1])
        return self.width, self.height

    def split(self, available_width: float, available_height: float) -> list[Flowable]:  # noqa: ARG002
        return self.parts if self.height > self.look.height else []

    def draw(self) -> None:
        y = self.height
        for part, height in zip(self.parts, self._heights, strict=True):
            part.drawOn(self.canv, 0, y - height)
            y -= height + part.getSpaceAfter()


class Chip(Flowable):  # type: ignore[misc]
    """A word with its sign on a tinted ground: the colour only repeats what both say."""

    def __init__(self, words: str, look: Look, *, sign: Sign, ink: str = MUTED, ground: str = PALE) -> None:
        super().__init__()
        face = Face(7.5, bold=True, colour=ink)
        self.text = look.words(brief(words, MOST_IN_CHIP), face)
        self.look = look
        self.sign = sign
        self.ink = ink
        self.ground = ground
        self.spaceAfter = 2

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        around = _CHIP_SIGN + 3 * _CHIP_PAD
        wanted = text_width(self.text.text, self.text.style) + 0.1
        width, height = self.text.wrap(min(wanted, available_width - around), available_height)
        self.chip_width = width + around
        self.width = available_width
        self.height = height + 3
        return self.width, self.height

    def draw(self) -> None:
        left = self.width - self.chip_width if self.look.is_mirrored else 0
        self.canv.setFillColor(HexColor(self.ground))
        self.canv.roundRect(left, 0, self.chip_width, self.height, 6, stroke=0, fill=1)
        sign_at = left + (self.chip_width - _CHIP_PAD - _CHIP_SIGN if self.look.is_mirrored else _CHIP_PAD)
        text_at = left + (_CHIP_PAD if self.look.is_mirrored else 2 * _CHIP_PAD + _CHIP_SIGN)
        middle = self.height - 1.5 - self.text.style.line_height / 2
        draw_sign(self.canv, self.sign, sign_at, middle - _CHIP_SIGN / 2, size=_CHIP_SIGN, colour=self.ink)
        self.text.drawOn(self.canv, text_at, 1.5)


_CHIP_SIGN = 6
_CHIP_PAD = 4


def good_chip(words: str, look: Look, *, sign: Sign = Sign.TICK) -> Chip:
    return Chip(words, look, sign=sign, ink=ACCENT_INK, ground=ACCENT_SOFT)


def bad_chip(words: str, look: Look, *, sign: Sign = Sign.WARNING) -> Chip:
    return Chip(words, look, sign=sign, ink=BAD_INK, ground=BAD_SOFT)


class ShareBar(Flowable):  # type: ignore[misc]
    """A share of a whole as a bar; None draws an empty one. The number stands beside it."""

    def __init__(self, share: float | None, look: Look) -> None:
        super().__init__()
        self.share = share
        self.look = look

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:  # noqa: ARG002
        self.width, self.height = available_width, 12.0
        return self.width, self.height

    def draw(self) -> None:
        filled = self.width * (self.share or 0)
        left = self.width - filled if self.look.is_mirrored else 0
        self.canv.setFillColor(HexColor(RULE))
        self.canv.rect(0, 3, self.width, 6, stroke=0, fill=1)
        self.canv.setFillColor(HexColor(ACCENT))
        self.canv.rect(left, 3, filled, 6, stroke=0, fill=1)


class Band(Flowable):  # type: ignore[misc]
    """The head of the report: `over`, the title in large letters, `under`; `marks` stand in the upper far corner.

    It cannot grow: `fitting_band` cuts what is too long.
    """

    def __init__(self, over: str, title: str, under: str, *, marks: str, look: Look) -> None:
        super().__init__()
        self.over = over
        self.marks = marks
        self.look = look
        self.lines = [look.typed(title, TITLE), look.words(under, _UNDER)]
        self.spaceAfter = 12

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        inside = available_width - 2 * _BAND_PAD
        self.width = available_width
        self.height = sum(line.wrap(inside, available_height)[1] for line in self.lines) + 2 * _BAND_PAD + _BAND_TOP
        return self.width, self.height

    def draw(self) -> None:
        self.canv.setFillColor(HexColor(RAIL))
        self.canv.roundRect(0, 0, self.width, self.height, 8, stroke=0, fill=1)
        half = _half(self.width)
        left, right = self.look.in_order([_BAND_PAD, self.width - _BAND_PAD - half])
        y = self.height - _BAND_PAD - 7
        self.look.line(self.canv, Strip(left, y, half), self.over, _OVER)
        marks = replace(_OVER, bold=True, colour="#ffffff")
        self.look.line(self.canv, Strip(right, y, half), self.marks, marks, anchor="end")
        y = self.height - _BAND_PAD - _BAND_TOP
        for line in self.lines:
            y -= line.height
            line.drawOn(self.canv, _BAND_PAD, y)


_BAND_PAD = 14
_BAND_TOP = 14
_BAND_LINES = 3  # at most, of the title and of what stands under it
_OVER = Face(9, colour=RAIL_INK)
_UNDER = Face(10.5, colour=RAIL_INK)


def _half(width: float) -> float:
    return (width - 2 * _BAND_PAD - 12) / 2


def fitting_band(over: str, title: str, under: str, look: Look) -> tuple[str, str, str]:
    """The three as a Band has room for them."""
    inside = look.width - 2 * _BAND_PAD
    return (
        look.shortened(over, _OVER, width=_half(look.width)),
        look.capped(title, TITLE, width=inside, lines=_BAND_LINES),
        look.capped(under, _UNDER, width=inside, lines=_BAND_LINES),
    )


class Described(Flowable):  # type: ignore[misc]
    """A drawing with words for who cannot see it."""

    def __init__(self, drawing: Flowable, words: str) -> None:
        super().__init__()
        self.drawing = drawing
        self.words = words

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        self.width, self.height = self.drawing.wrap(available_width, available_height)
        return self.width, self.height

    def draw(self) -> None:
        with described(self.canv, self.words):
            self.drawing.drawOn(self.canv, 0, 0)


@contextmanager
def described(canvas: Canvas, words: str) -> Iterator[None]:
    """What is drawn inside carries `words` as its alternative text."""
    said = brief(words, _MOST_SAID).encode("utf-16-be").hex().upper()
    canvas.addLiteral(f"/Span <</Alt <FEFF{said}>>> BDC")
    yield
    canvas.addLiteral("EMC")


def section(title: str, look: Look, body: Sequence[Flowable]) -> list[Flowable]:
    """A heading and what stands below it; the heading goes to the next page together with the beginning of it.

    A title too long for a heading is read in full below."""
    shown = brief(title, _MOST_IN_HEADING)
    whole = [look.typed(title, BODY, after=6)] if len(clean(title)) > _MOST_IN_HEADING else []
    return _led(Heading(shown, look), look, [*whole, *body])


def subsection(title: str, look: Look, body: Sequence[Flowable]) -> list[Flowable]:
    heading = look.typed(title, SUBHEADING, after=4)
    heading.spaceBefore = 10
    return _led(heading, look, body)


def eyebrow(words: str, look: Look) -> Flowable:
    """The small label above a value."""
    return look.words(words, SMALL_BOLD)


def _led(heading: Flowable, look: Look, body: Sequence[Flowable]) -> list[Flowable]:
    height = heading.wrapOn(None, look.width, look.height)[1] + heading.getSpaceBefore() + heading.getSpaceAfter()
    needed = height + _beginning(body, look)
    return [CondPageBreak(min(needed, look.height)), heading, *body]


def _beginning(body: Sequence[Flowable], look: Look) -> float:
    """Points that the first things below a heading need, so that it does not stand alone at the foot of a page."""
    needed = 0.0
    for part in body:
        height = part.wrapOn(None, look.width, look.height)[1]
        match part:
            case Table():
                return needed + float(sum(part._rowHeights[: part.repeatRows + 1]))
            case Block():
                return needed + float(height)
        needed += float(min(height, _ENOUGH_OF_A_TEXT)) + float(part.getSpaceAfter())
        if height > _ENOUGH_OF_A_TEXT / 2:
            break
    return needed
