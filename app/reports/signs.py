"""Small signs that say what a colour says, drawn rather than taken from a font."""

from enum import StrEnum

from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas


class Sign(StrEnum):
    EMPTY = "empty circle"
    DOT = "circle with a dot"
    HALF = "half circle"
    TICK = "tick"
    CROSS = "cross"
    WARNING = "exclamation mark in a triangle"
    UP = "triangle, upward"
    DOWN = "triangle, downward"
    SAME = "bar"


# Points of the straight lines of a sign, in shares of its size from the lower left corner.
_STROKES: dict[Sign, tuple[tuple[tuple[float, float], ...], ...]] = {
    Sign.TICK: (((0.08, 0.5), (0.38, 0.18), (0.95, 0.85)),),
    Sign.CROSS: (((0.12, 0.12), (0.88, 0.88)), ((0.12, 0.88), (0.88, 0.12))),
    Sign.WARNING: (((0.5, 0.98), (1.02, 0.04), (-0.02, 0.04), (0.5, 0.98)), ((0.5, 0.66), (0.5, 0.36))),
    Sign.SAME: (((0.05, 0.5), (0.95, 0.5)),),
}
_TRIANGLES = {
    Sign.UP: ((0.5, 0.95), (1.0, 0.1), (0.0, 0.1)),
    Sign.DOWN: ((0.5, 0.05), (1.0, 0.9), (0.0, 0.9)),
}
_LINE = 0.15  # width of a stroke, of the size


def draw_sign(canvas: Canvas, sign: Sign, x: float, y: float, *, size: float, colour: str) -> None:
    """`x`, `y`: the lower left corner, in points."""
    canvas.saveState()
    canvas.setStrokeColor(HexColor(colour))
    canvas.setFillColor(HexColor(colour))
    canvas.setLineWidth(size * _LINE)
    canvas.setLineCap(1)
    canvas.setLineJoin(1)
    canvas.translate(x, y)
    if sign in _TRIANGLES:
        _fill(canvas, _TRIANGLES[sign], size)
    for stroke in _STROKES.get(sign, ()):
        _stroke(canvas, stroke, size)
    if sign in (Sign.EMPTY, Sign.DOT, Sign.HALF):
        _circle(canvas, sign, size)
    if sign is Sign.WARNING:
        canvas.circle(size * 0.5, size * 0.2, size * 0.05, stroke=0, fill=1)
    canvas.restoreState()


def _circle(canvas: Canvas, sign: Sign, size: float) -> None:
    middle, radius = size / 2, size * 0.43
    canvas.circle(middle, middle, radius, stroke=1, fill=0)
    if sign is Sign.DOT:
        canvas.circle(middle, middle, size * 0.17, stroke=0, fill=1)
    if sign is Sign.HALF:
        canvas.wedge(middle - radius, middle - radius, middle + radius, middle + radius, 90, 180, stroke=0, fill=1)


def _stroke(canvas: Canvas, points: tuple[tuple[float, float], ...], size: float) -> None:
    path = canvas.beginPath()
    path.moveTo(points[0][0] * size, points[0][1] * size)
    for x, y in points[1:]:
        path.lineTo(x * size, y * size)
    canvas.drawPath(path, stroke=1, fill=0)


def _fill(canvas: Canvas, points: tuple[tuple[float, float], ...], size: float) -> None:
    path = canvas.beginPath()
    path.moveTo(points[0][0] * size, points[0][1] * size)
    for x, y in points[1:]:
        path.lineTo(x * size, y * size)
    path.close()
    canvas.drawPath(path, stroke=0, fill=1)
