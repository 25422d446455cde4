"""Charts in a PDF: charts.spec drawn with lines and dots, its words by app.reports.text.

Colour never says anything alone: the target is dashed, the baseline's mark has its own shape, untracked periods are
shaded and said in words, so that a black-and-white print tells as much.
"""

from dataclasses import dataclass, replace

from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

from app.charts.scale import Scale, labelled, places, scale_for
from app.charts.spec import LineChart
from app.i18n import Language
from app.reports.fonts import Fonts
from app.reports.quantities import quantity
from app.reports.text import TextStyle, draw_line, shorten, text_width

TEXT = "#1b2733"
MUTED = "#566573"
RULE = "#dfe5ea"
GAP = "#eef1f4"
ACCENT = "#0d7a6b"
PAPER = "#ffffff"

_TITLE_SIZE = 9
_LABEL_SIZE = 7
_DOT = 1.7
_DIAMOND = 3.4
_ROOM = 4  # points between a mark or an axis and its words
_HEAD = 28  # points that title and unit take
_FOOT = 14  # points that the labels of the periods take
_ROOM_OF_TICK = 22  # points of height for each tick


class ChartDrawing(Flowable):  # type: ignore[misc]
    """A LineChart of `width` by `height` points. Time runs from left to right in every language."""

    def __init__(self, chart: LineChart, language: Language, fonts: Fonts, *, width: float, height: float) -> None:
        super().__init__()
        self.chart = chart
        self.language = language
        self.fonts = fonts
        self.width = width
        self.height = height

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:  # noqa: ARG002
        return self.width, self.height

    def draw(self) -> None:
        plot = _plot(self)
        self.canv.saveState()
        _draw_head(plot, self.width, self.height)
        _draw_gaps(plot)
        _draw_value_axis(plot)
        _draw_time_axis(plot)
        if plot.chart.target is not None:
            _draw_target(plot, plot.chart.target)
        if plot.chart.known:
            _draw_line(plot)
            _draw_ends(plot)
        else:
            words = plot.language._("Not tracked")
            plot.write(plot.left + plot.width / 2, plot.bottom + plot.height / 2 + 3, words, anchor_share=0.5)
        self.canv.restoreState()


@dataclass(frozen=True, slots=True)
class _Plot:
    """The area between the axes, in points from the flowable's lower left corner."""

    canvas: Canvas
    chart: LineChart
    language: Language
    scale: Scale
    label: TextStyle
    left: float
    bottom: float
    width: float
    height: float

    def x(self, place: int) -> float:
        return self.left + places(len(self.chart.points))[place] * self.width

    def y(self, value: float) -> float:
        return self.bottom + self.scale.position(value) * self.height

    def value(self, value: float) -> str:
        return quantity(value, self.chart.digits, self.language)

    def write(self, x: float, y: float, words: str, *, anchor_share: float, colour: str = MUTED) -> None:
        """One line that stays between the sides of the plot. `anchor_share` 0 begins at `x`, 0.5 is centred on it."""
        style = replace(self.label, colour=colour)
        width = text_width(words, style)
        start = min(max(x - width * anchor_share, self.left), self.left + self.width - width)
        draw_line(self.canvas, start, y, words, style)


def _plot(drawing: ChartDrawing) -> _Plot:
    label = TextStyle(drawing.fonts, size=_LABEL_SIZE, colour=MUTED)
    height = drawing.height - _HEAD - _FOOT
    scale = scale_for(drawing.chart, most=max(3, min(6, int(height / _ROOM_OF_TICK) + 1)))
    left = _ROOM + max(text_width(quantity(tick, scale.digits, drawing.language), label) for tick in scale.ticks)
    return _Plot(
        canvas=drawing.canv,
        chart=drawing.chart,
        language=drawing.language,
        scale=scale,
        label=label,
        left=left,
        bottom=_FOOT,
        width=drawing.width - left,
        height=height,
    )


def _draw_head(plot: _Plot, width: float, height: float) -> None:
    """Title and unit, on the side where the language begins."""
    chart, is_mirrored = plot.chart, plot.language.is_right_to_left
    unit = chart.unit
    if chart.known and len(chart.known) < len(chart.points):
        unit = plot.language._("{unit} (grey: not tracked)").format(unit=unit)
    title = replace(plot.label, size=_TITLE_SIZE, bold=True, colour=TEXT)
    for words, style, down in ((chart.title, title, _TITLE_SIZE), (unit, plot.label, 2 * _TITLE_SIZE + 1)):
        shown = shorten(words, style, width)
        if is_mirrored:
            draw_line(plot.canvas, width, height - down, shown, style, anchor="end")
        else:
            draw_line(plot.canvas, 0, height - down, shown, style)


def _draw_gaps(plot: _Plot) -> None:
    """A grey band over each period without a figure; where all are, words say so instead."""
    if not plot.chart.known:
        return
    share = plot.width / len(plot.chart.points)
    plot.canvas.setFillColor(HexColor(GAP))
    for place, point in enumerate(plot.chart.points):
        if point.value is None:
            plot.canvas.rect(plot.left + place * share, plot.bottom, share, plot.height, stroke=0, fill=1)


def _draw_value_axis(plot: _Plot) -> None:
    canvas = plot.canvas
    canvas.setLineWidth(0.5)
    for tick in plot.scale.ticks:
        y = plot.y(tick)
        canvas.setStrokeColor(HexColor(MUTED if tick == 0 else RULE))
        canvas.line(plot.left, y, plot.left + plot.width, y)
        words = quantity(tick, plot.scale.digits, plot.language)
        draw_line(canvas, plot.left - _ROOM, y - _LABEL_SIZE * 0.35, words, plot.label, anchor="end")


def _draw_time_axis(plot: _Plot) -> None:
    """As many labels as have room, the newest always."""
    points = plot.chart.points
    widest = max((text_width(point.label, plot.label) for point in points), default=0)
    for place in labelled(len(points), most=int(plot.width / (widest + 2 * _ROOM))):
        plot.write(plot.x(place), _ROOM, points[place].label, anchor_share=0.5)


def _draw_target(plot: _Plot, target: float) -> None:
    """Dashed, with its words at the end that is farther from the curve."""
    canvas, y = plot.canvas, plot.y(target)
    canvas.saveState()
    canvas.setStrokeColor(HexColor(MUTED))
    canvas.setLineWidth(0.9)
    canvas.setDash(4, 2.5)
    canvas.line(plot.left, y, plot.left + plot.width, y)
    canvas.restoreState()
    words = plot.language._("Target: {value}").format(value=plot.value(target))
    known = plot.chart.known
    is_on_the_left = bool(known) and abs(known[0][1] - target) > abs(known[-1][1] - target)
    is_low = plot.scale.position(target) > 0.9
    height = y - _LABEL_SIZE - 1 if is_low else y + 2.5
    plot.write(plot.left if is_on_the_left else plot.left + plot.width, height, words, anchor_share=not is_on_the_left)


def _draw_line(plot: _Plot) -> None:
    canvas = plot.canvas
    canvas.setStrokeColor(HexColor(ACCENT))
    canvas.setLineWidth(1.3)
    canvas.setLineJoin(1)
    for run in plot.chart.runs:
        path = canvas.beginPath()
        path.moveTo(plot.x(run[0][0]), plot.y(run[0][1]))
        for place, value in run[1:]:
            path.lineTo(plot.x(place), plot.y(value))
        canvas.drawPath(path)
    for place, value in plot.chart.known:
        if place == plot.chart.baseline:
            _draw_diamond(canvas, plot.x(place), plot.y(value))
        else:
            canvas.setFillColor(HexColor(ACCENT))
            canvas.circle(plot.x(place), plot.y(value), _DOT, stroke=0, fill=1)


def _draw_diamond(canvas: Canvas, x: float, y: float) -> None:
    path = canvas.beginPath()
    path.moveTo(x - _DIAMOND, y)
    for dx, dy in ((0, _DIAMOND), (_DIAMOND, 0), (0, -_DIAMOND)):
        path.lineTo(x + dx, y + dy)
    path.close()
    canvas.setFillColor(HexColor(PAPER))
    canvas.drawPath(path, stroke=1, fill=1)


def _draw_ends(plot: _Plot) -> None:
    """The first and the last value in figures, and the baseline's when it is another."""
    known = plot.chart.known
    marked = {0, len(known) - 1} | {i for i, (place, _) in enumerate(known) if place == plot.chart.baseline}
    for index in sorted(marked):
        place, value = known[index]
        words = plot.value(value)
        if place == plot.chart.baseline:
            words = plot.language._("Baseline: {value}").format(value=words)
        y, share = _beside(plot, index)
        plot.write(plot.x(place), y, words, anchor_share=share, colour=TEXT)


def _beside(plot: _Plot, index: int) -> tuple[float, float]:
    """Where words about a known value have room: the baseline, and which share of them stands left of the mark.

    Before and after a peak the curve runs below, so words go above; in a valley below. Beside a rising curve there is
    room below on the right, beside a falling one above on the right.
    """
    values = [value for _, value in plot.chart.known]
    value = values[index]
    before = values[index - 1] if index > 0 else None
    after = values[index + 1] if index + 1 < len(values) else None
    is_slope = before is not None and after is not None and (before < value < after or before > value > after)
    rises_on = after > value if after is not None else before is not None and before > value
    y = plot.y(value)
    below, above = y - _DIAMOND - _LABEL_SIZE, y + _DIAMOND + 1.5
    has_room = below > plot.bottom + 1 if rises_on else above + _LABEL_SIZE * 0.75 < plot.bottom + plot.height + _ROOM
    return (below if rises_on == has_room else above), (0.0 if is_slope else 0.5)
