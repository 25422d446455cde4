"""Lines of glyphs to PDF operators."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from reportlab.lib.colors import HexColor

from app.reports.embedding import ReportFont
from app.reports.lines import Line, Piece


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A line and where its baseline begins on the left, in points."""

    line: Line
    x: float
    y: float


def text_operators(lines: Iterable[PlacedLine], document: Any, *, size: float, colour: str) -> str:
    """Operators that draw `lines` and leave the canvas's own font and colour as they were.

    `document` is the canvas's PDF document: it collects the glyphs used.
    """
    writer = _Writer(document, size)
    for placed in lines:
        writer.begin_line(placed.x, placed.y)
        for piece in placed.line.pieces:
            writer.show(piece)
        writer.end_line()
    red, green, blue = HexColor(colour).rgb()
    return " ".join(["q", f"{_number(red)} {_number(green)} {_number(blue)} rg BT", *writer.operators, "ET Q"])


class _Writer:
    """Keeps what the PDF viewer's text state will be, so that only changes are written."""

    def __init__(self, document: Any, size: float) -> None:
        self.operators: list[str] = []
        self._document = document
        self._size = size
        self._font = ""
        self._shown: list[str] = []  # the array of the TJ operator under way: glyphs in hexadecimal and moves
        self._bytes = bytearray()
        self._move = 0  # thousandths of the size that the pen must go right before the next glyph

    def begin_line(self, x: float, y: float) -> None:
        self.operators.append(f"1 0 0 1 {_number(x)} {_number(y)} Tm")
        self._move = 0

    def end_line(self) -> None:
        self._flush()

    def show(self, piece: Piece) -> None:
        font = piece.font
        glyphs = iter(piece.shaped.glyphs)
        codes = "".join(chr(glyph.code) for glyph in piece.shaped.glyphs)
        for subset, data in font.splitString(codes, self._document):
            self._use(font, subset)
            # Not strict: `glyphs` goes on in the next subset. `data` stands first, else it would lose one.
            for byte, glyph in zip(data, glyphs, strict=False):
                self._put(byte)
                self._move += glyph.advance - font.width(glyph.code)

    def _use(self, font: ReportFont, subset: int) -> None:
        name = font.getSubsetInternalName(subset, self._document)
        if name != self._font:
            self._flush()
            self.operators.append(f"{name} {_number(self._size)} Tf")
            self._font = name

    def _put(self, byte: int) -> None:
        if self._move:
            self._close_string()
            self._shown.append(_number(-self._move))
            self._move = 0
        self._bytes.append(byte)

    def _close_string(self) -> None:
        if self._bytes:
            self._shown.append(f"<{self._bytes.hex()}>")
            self._bytes.clear()

    def _flush(self) -> None:
        self._close_string()
        if self._shown:
            self.operators.append(f"[{''.join(self._shown)}] TJ")
            self._shown.clear()


def _number(value: float) -> str:
    """Three decimals at most, as PDF writes numbers."""
    text = f"{value:.3f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
