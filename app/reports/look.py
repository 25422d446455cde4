"""How reports look: colours, sizes of letters, and which side of the page a text begins on."""

from dataclasses import dataclass, replace

from reportlab.pdfgen.canvas import Canvas

from app.i18n import Language
from app.reports.bidi import needs_levels
from app.reports.fonts import Fonts
from app.reports.text import Align, Anchor, Text, TextStyle, draw_line, shorten

# docs: the window's light colours, so that the report and the screen are known as one thing.
INK = "#1b2733"
MUTED = "#566573"
RULE = "#dfe5ea"
PALE = "#f4f6f8"
WHITE = "#ffffff"
ACCENT = "#0d7a6b"
ACCENT_SOFT = "#e7f3f1"
ACCENT_INK = "#0b665a"
WARN_SOFT = "#fdf1dc"
WARN_INK = "#7a4f00"
BAD = "#b93a2a"
BAD_SOFT = "#fde8e6"
BAD_INK = "#9c2719"
RAIL = "#0f2a33"
RAIL_INK = "#c9d8dd"

_TURNED: dict[Align, Align] = {"start": "end", "end": "start", "centre": "centre"}


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
class Look:
    """What every part of a report is made with. `width` and `height`: points between the margins of a page."""

    language: Language
    fonts: Fonts
    width: float
    height: float

    @property
    def is_mirrored(self) -> bool:
        return self.language.is_right_to_left

    def words(self, text: str, face: Face = BODY, *, align: Align = "start", after: float = 0) -> Text:
        """Our own words. `align` is seen from the side where the page begins; `after` is room below, in points."""
        return Text(text, self._style(text, face, align, is_mirrored=self._runs_mirrored(text)), space_after=after)

    def typed(self, text: str, face: Face = BODY, *, align: Align = "start", after: float = 0) -> Text:
        """What people wrote, in whatever language: it runs as its own letters do."""
        is_mirrored = TextStyle(self.fonts).runs_right_to_left(text)
        return Text(text, self._style(text, face, align, is_mirrored=is_mirrored), space_after=after)

    def line(self, canvas: Canvas, x: float, y: float, text: str, face: Face, *, width: float) -> None:
        """One line at the beginning of the `width` points that start at `x` on the left, shortened to fit."""
        self._draw(canvas, x + width if self.is_mirrored else x, y, text, face, width, "start")

    def line_at_end(self, canvas: Canvas, x: float, y: float, text: str, face: Face, *, width: float) -> None:
        """One line at the other end of them."""
        self._draw(canvas, x if self.is_mirrored else x + width, y, text, face, width, "end")
