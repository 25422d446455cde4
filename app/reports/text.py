"""The only way text gets into a PDF: any script, either direction, searchable.

reportlab's own Paragraph and drawString set Arabic in the wrong order, let the baseline of Khmer drift, know no
fallback font and leave text that cannot be searched. Here HarfBuzz shapes, UAX #9 orders, ICU breaks the lines, and
the glyphs are written as PDF operators. reportlab is left with pages, frames, tables and the embedding of fonts.
"""

from bisect import bisect_left
from dataclasses import dataclass, replace
from math import inf
from typing import Literal, Self

from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

from app.reports.bidi import is_right_to_left
from app.reports.fonts import Fonts
from app.reports.lines import Line, break_lines, clusters, widest_unit
from app.reports.operators import PlacedLine, text_operators
from app.reports.printable import clean

Align = Literal["start", "end", "centre"]
Anchor = Literal["start", "middle", "end"]

LEADING_FACTOR = 1.4
ELLIPSIS = "\u2026"
# Half the way between the top of Latin capitals with accents and the lowest descender, from the baseline: puts the
# letters in the middle of the line's height.
_MIDDLE = 0.388
_BEFORE_ANCHOR: dict[Anchor, float] = {"start": 0, "middle": 0.5, "end": 1}
_FEWEST_LEFT = 2  # lines before a page's end
_LONGEST_LINE = 2_000  # characters; whatever is longer is shortened without asking how much room it needs
_ROUNDING = 1e-6  # a text must fit into the width that was measured for it


@dataclass(frozen=True, slots=True)
class TextStyle:
    """How text looks. Sizes are in points; `leading` None is 1.4 times the size. `colour` is `#rrggbb`.

    `align` is relative to the direction. `right_to_left` None means: as the text's first strong character runs.
    """

    fonts: Fonts
    size: float = 9
    leading: float | None = None
    bold: bool = False
    colour: str = "#1b2733"
    align: Align = "start"
    right_to_left: bool | None = None

    @property
    def line_height(self) -> float:
        return self.size * LEADING_FACTOR if self.leading is None else self.leading

    def runs_right_to_left(self, text: str) -> bool:
        return is_right_to_left(text) if self.right_to_left is None else self.right_to_left


class Text(Flowable):  # type: ignore[misc]
    """A paragraph, or several parted by line ends. May stand in a frame or in a cell of a Table."""

    def __init__(self, text: str, style: TextStyle, *, space_before: float = 0, space_after: float = 0) -> None:
        super().__init__()
        self.text = clean(text)
        self.style = replace(style, right_to_left=style.runs_right_to_left(self.text))
        self.spaceBefore = space_before
        self.spaceAfter = space_after
        self._lines: list[Line] = []
        self._wrapped_at: float | None = None

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:  # noqa: ARG002 - asked so
        """Takes the whole width offered, so that alignment is within it."""
        if self._wrapped_at != available_width:
            self._lines = break_lines(
                self.text,
                self.style.fonts,
                bold=self.style.bold,
                right_to_left=_direction(self.style),
                width=available_width * 1000 / self.style.size + _ROUNDING,
            )
            self._wrapped_at = available_width
        self.width = available_width
        self.height = len(self._lines) * self.style.line_height
        return self.width, self.height

    def minWidth(self) -> float:  # noqa: N802 - reportlab's name
        """Points needed by the longest part that no line end may part."""
        thousandths = widest_unit(
            self.text, self.style.fonts, bold=self.style.bold, right_to_left=_direction(self.style)
        )
        return _points(thousandths, self.style)

    def split(self, available_width: float, available_height: float) -> list[Self]:
        """Two texts, parted between lines; none when not even one line fits."""
        self.wrap(available_width, available_height)
        fitting = int(available_height / self.style.line_height + 1e-6)
        if fitting < 1:
            return []
        if fitting >= len(self._lines):
            return [self]
        if fitting == len(self._lines) - 1 > _FEWEST_LEFT:
            fitting -= 1  # a last line does not go to the next page alone
        end = sum(line.length for line in self._lines[:fitting])
        make = type(self)
        first = make(self.text[:end].removesuffix("\n"), self.style, space_before=self.spaceBefore)
        rest = make(self.text[end:], self.style, space_after=self.spaceAfter)
        # Broken once: a text over a hundred pages would else be broken anew on each.
        first._lines, rest._lines = self._lines[:fitting], self._lines[fitting:]
        first._wrapped_at = rest._wrapped_at = available_width
        return [first, rest]

    def draw(self) -> None:
        placed = []
        for number, line in enumerate(self._lines):
            free = self.width - _points(line.width, self.style)
            y = self.height - number * self.style.line_height - _baseline(self.style)
            placed.append(PlacedLine(line, free * _free_on_the_left(self.style), y))
        _draw(self.canv, placed, self.style)


def text_width(text: str, style: TextStyle) -> float:
    """Points that `text` needs in one line."""
    return _points(_single_line(text, style).width, style)


def draw_line(canvas: Canvas, x: float, y: float, text: str, style: TextStyle, *, anchor: Anchor = "start") -> None:
    """One line on the baseline `y`. `anchor` says which point of it stands at `x`: the left end (start), the middle or
    the right end; it does not turn round with the direction."""
    line = _single_line(text, style)
    width = _points(line.width, style)
    _draw(canvas, [PlacedLine(line, x - width * _BEFORE_ANCHOR[anchor], y)], style)


def shorten(text: str, style: TextStyle, width: float) -> str:
    """`text` in one line, with an ellipsis in place of what does not fit into `width` points."""
    text = clean(text).replace("\n", " ")
    if len(text) <= _LONGEST_LINE and text_width(text, style) <= width:
        return text
    parts = clusters(text[:_LONGEST_LINE])
    # The direction is the whole text's: a rest without letters would not know.
    style = replace(style, right_to_left=style.runs_right_to_left(text))
    kept = bisect_left(range(1, len(parts)), True, key=lambda count: text_width(_cut(parts, count), style) > width)
    return _cut(parts, kept)


def brief(text: str, most: int) -> str:
    """`text` in one line of at most about `most` characters, for a place whose width nobody knows."""
    text = clean(text).replace("\n", " ")
    return text if len(text) <= most else _cut(clusters(text[:most]), -1)


def _cut(parts: list[str], count: int) -> str:
    return "".join(parts[:count]).rstrip() + ELLIPSIS


def _single_line(text: str, style: TextStyle) -> Line:
    text = clean(text).replace("\n", " ")
    direction = style.runs_right_to_left(text)
    return break_lines(text, style.fonts, bold=style.bold, right_to_left=direction, width=inf)[0]


def _direction(style: TextStyle) -> bool:
    return bool(style.right_to_left)


def _free_on_the_left(style: TextStyle) -> float:
    """Which share of a line's free room stands left of it."""
    if style.align == "centre":
        return 0.5
    return float((style.align == "end") != _direction(style))


def _points(thousandths: float, style: TextStyle) -> float:
    return thousandths * style.size / 1000


def _baseline(style: TextStyle) -> float:
    """Points from the top of a line down to its baseline."""
    return style.line_height / 2 + _MIDDLE * style.size


def _draw(canvas: Canvas, lines: list[PlacedLine], style: TextStyle) -> None:
    canvas.addLiteral(text_operators(lines, canvas._doc, size=style.size, colour=style.colour))
