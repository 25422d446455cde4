"""How reports look: colours, sizes of letters, and which side of the page a text begins on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar
from unicodedata import bidirectional

from reportlab.pdfgen.canvas import Canvas

from app.i18n import Language
from app.reports.fonts import Fonts
from app.reports.text import Align, Anchor, Text, TextStyle, draw_line, shorten

# The window's light colours, so that the report and the screen are known as one thing.
INK = "#1b2733"
MUTED = "#566573"
RULE = "#dfe5ea"
PALE = "#f4f6f8"
WHITE = "#ffffff"
ACCENT = "#0d7a6b"
ACCENT_SOFT = "#e7f3f1"
ACCENT_INK = "#0b665a"
BAD_SOFT = "#fde8e6"
BAD_INK = "#9c2719"
RAIL = "#0f2a33"
RAIL_INK = "#c9d8dd"

T = TypeVar("T")

_RIGHT_TO_LEFT = ("R", "AL")
_TURNED: dict[Align, Align] = {"start": "end", "end": "start", "centre": "centre"}
_TURNED_ANCHORS: dict[Anchor, Anchor] = {"start": "end", "middle": "middle", "end": "start"}
_FILLED = 0.85  # of lines that end between words
_SHARES: dict[Anchor, float] = {"start": 0, "middle": 0.5, "end": 1}


@dataclass(frozen=True, slots=True)
class Face:
    """Letters of one size, weight and colour; the size is in points."""

    size: float
    bold: bool = False
    colour: str = INK


TITLE = Face(20, bold=True, colour=WHITE)
HEADING = Face(13, bold=True)
SUBHEADING = Face(10, bold=True)
BODY = Face(9.5)
CELL = Face(8.5)
CELL_BOLD = Face(8.5, bold=True)
NOTE = Face(8, colour=MUTED)
NOTE_INK = Face(8)
NOTE_BOLD = Face(8, bold=True)
SMALL = Face(7.5, colour=MUTED)
SMALL_BOLD = Face(7.5, bold=True, colour=MUTED)


@dataclass(frozen=True, slots=True)
class Strip:
    """Room for one line, in points: its left end, its baseline, how long it is."""

    x: float
    y: float
    width: float


@dataclass(frozen=True, slots=True)
class Look:
    """What every part of a report is made with. `width` and `height`: points between the margins of a page."""

    language: Language
    fonts: Fonts
    width: float
    height: float

    @property
    def is_mirrored(self) -> bool:
        return self.language.is_right_to_left

    @property
    def start(self) -> str:
        """The side where the page begins, as reportlab calls it."""
        return "RIGHT" if self.is_mirrored else "LEFT"

    def words(self, text: str, face: Face = BODY, *, align: Align = "start", after: float = 0) -> Text:
        """Our own words. `align` is seen from the side where the page begins; `after` is room below, in points."""
        return Text(text, self._style(face, align, is_mirrored=self._runs_mirrored(text)), space_after=after)

    def typed(self, text: str, face: Face = BODY, *, align: Align = "start", after: float = 0) -> Text:
        """What people wrote, in whatever language: it runs as its own letters do."""
        is_mirrored = TextStyle(self.fonts).runs_right_to_left(text)
        return Text(text, self._style(face, align, is_mirrored=is_mirrored), space_after=after)

    def line(self, canvas: Canvas, strip: Strip, text: str, face: Face, *, anchor: Anchor = "start") -> None:
        """One line within `strip`, shortened to fit. `anchor` is seen from the side where the page begins."""
        style = self._style(face, "start", is_mirrored=self._runs_mirrored(text))
        side = _TURNED_ANCHORS[anchor] if self.is_mirrored else anchor
        x = strip.x + strip.width * _SHARES[side]
        draw_line(canvas, x, strip.y, shorten(text, style, strip.width), style, anchor=side)

    def shortened(self, text: str, face: Face, *, width: float) -> str:
        """`text` in one line, with an ellipsis for what does not fit."""
        return shorten(text, self._style(face, "start", is_mirrored=self._runs_mirrored(text)), width)

    def capped(self, text: str, face: Face, *, width: float, lines: int) -> str:
        """`text` itself when it takes no more than so many lines, else shortened: for a place that cannot grow.

        Where it is another, the whole of it belongs where it may flow.
        """
        whole = self.typed(text, face)
        height = whole.wrap(width, self.height)[1]
        if height <= (lines + 0.5) * whole.style.line_height:
            return text
        return self.shortened(text, face, width=width * (1 + (lines - 1) * _FILLED))

    def in_order(self, parts: Sequence[T]) -> list[T]:
        """`parts` that are read one after another, as they stand from left to right."""
        return list(reversed(parts)) if self.is_mirrored else list(parts)

    def _runs_mirrored(self, text: str) -> bool:
        # Words that nobody has translated yet are English also where the page is mirrored; a date among them may bring
        # marks of direction, which are no letters.
        return self.is_mirrored and any(bidirectional(letter) in _RIGHT_TO_LEFT for letter in text if letter.isalpha())

    def _style(self, face: Face, align: Align, *, is_mirrored: bool) -> TextStyle:
        side = align if is_mirrored == self.is_mirrored else _TURNED[align]
        return TextStyle(
            self.fonts, size=face.size, bold=face.bold, colour=face.colour, align=side, right_to_left=is_mirrored
        )
