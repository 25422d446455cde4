"""A line chart on the screen, with the same numbers as a table for who would rather read them, or cannot see it.

Colour never says anything alone: the target is dashed, the baseline's mark has its own shape, months without a figure
are shaded and said in words.
"""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from app.charts.scale import Scale, labelled, places, scale_for
from app.charts.spec import LineChart
from app.i18n import Language, _
from app.ui.theme import px, tokens
from app.ui.widgets.basics import button, plain_table, row

_TICK_ROOM = 30


class ChartCard(QWidget):
    """The chart and, at a press, the table behind it."""

    def __init__(self, *, height: int = 190) -> None:
        super().__init__()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(px(4))
        self.painting = _Painting()
        self.table = QTableWidget(0, 2)
        plain_table(self.table)
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.horizontalHeader().setStretchLastSection(True)
        self.stack = QStackedWidget()
        self.stack.setFixedHeight(px(height))
        self.stack.addWidget(self.painting)
        self.stack.addWidget(self.table)
        self.turn = button("", self._turn, name="quiet")
        layout.addWidget(self.stack)
        layout.addLayout(row(self.turn, None))
        self._tell()

    def show_chart(self, chart: LineChart, spoken: Language) -> None:
        self.painting.show_chart(chart, spoken)
        self.table.setAccessibleName(chart.title)
        self.table.setHorizontalHeaderLabels([_("Period"), chart.unit])
        self.table.setRowCount(len(chart.points))
        for place, point in enumerate(chart.points):
            words = _("No number") if point.value is None else spoken.number(point.value, chart.digits)
            self.table.setItem(place, 0, QTableWidgetItem(point.label))
            self.table.setItem(place, 1, QTableWidgetItem(words))

    def _turn(self) -> None:
        self.stack.setCurrentIndex(1 - self.stack.currentIndex())
        self._tell()

    def _tell(self) -> None:
        self.turn.setText(_("Show as a table") if self.stack.currentIndex() == 0 else _("Show as a chart"))


class _Painting(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._chart: LineChart | None = None
        self._spoken: Language | None = None

    def sizeHint(self) -> QSize:
        return QSize(px(280), px(170))

    def show_chart(self, chart: LineChart, spoken: Language) -> None:
        self._chart, self._spoken = chart, spoken
        self.setAccessibleName(chart.title)
        said = [
            f"{point.label}: {spoken.number(point.value, chart.digits)}"
            for point in chart.points
            if point.value is not None
        ]
        self.setAccessibleDescription("; ".join(said))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._chart is None or self._spoken is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = QFont(self.font())
        font.setPixelSize(px(12))
        painter.setFont(font)
        plot = _plot(painter, self._chart, self._spoken, QRectF(self.rect()))
        _draw_gaps(plot)
        _draw_values(plot)
        _draw_periods(plot)
        _draw_target(plot)
        _draw_line(plot)


@dataclass(frozen=True, slots=True)
class _Plot:
    """`room` is the area between the axes. Time runs from left to right in every language."""

    painter: QPainter
    chart: LineChart
    spoken: Language
    scale: Scale
    metrics: QFontMetrics
    room: QRectF

    def x(self, place: int) -> float:
        return self.room.left() + places(len(self.chart.points))[place] * self.room.width()

    def y(self, value: float) -> float:
        return self.room.bottom() - self.scale.position(value) * self.room.height()

    def write(self, x: float, y: float, words: str, colour: str) -> None:
        """Centred on `x`, inside the room, its base line at `y`."""
        width = self.metrics.horizontalAdvance(words)
        left = min(max(x - width / 2, self.room.left()), self.room.right() - width)
        self.painter.setPen(QColor(colour))
        self.painter.drawText(QPointF(left, y), words)


def _plot(painter: QPainter, chart: LineChart, spoken: Language, whole: QRectF) -> _Plot:
    metrics = QFontMetrics(painter.font())
    height = whole.height() - metrics.height() * 2
    scale = scale_for(chart, most=max(3, min(5, int(height / px(_TICK_ROOM)) + 1)))
    widest = max(metrics.horizontalAdvance(spoken.number(tick, scale.digits)) for tick in scale.ticks)
    room = whole.adjusted(widest + px(8), metrics.height(), -px(4), -metrics.height() - px(4))
    return _Plot(painter, chart, spoken, scale, metrics, room)


def _draw_gaps(plot: _Plot) -> None:
    share = plot.room.width() / max(1, len(plot.chart.points))
    for place, point in enumerate(plot.chart.points):
        if point.value is None:
            band = QRectF(plot.room.left() + place * share, plot.room.top(), share, plot.room.height())
            plot.painter.fillRect(band, QColor(tokens().page))


def _draw_values(plot: _Plot) -> None:
    for tick in plot.scale.ticks:
        y = plot.y(tick)
        plot.painter.setPen(QPen(QColor(tokens().line), 1))
        plot.painter.drawLine(QPointF(plot.room.left(), y), QPointF(plot.room.right(), y))
        words = plot.spoken.number(tick, plot.scale.digits)
        left = plot.room.left() - px(6) - plot.metrics.horizontalAdvance(words)
        plot.painter.setPen(QColor(tokens().muted))
        plot.painter.drawText(QPointF(left, y + plot.metrics.ascent() / 2 - px(1)), words)


def _draw_periods(plot: _Plot) -> None:
    """As many labels as have room, the newest always."""
    points = plot.chart.points
    widest = max((plot.metrics.horizontalAdvance(point.label) for point in points), default=1)
    for place in labelled(len(points), most=int(plot.room.width() / (widest + px(10)))):
        plot.write(plot.x(place), plot.room.bottom() + plot.metrics.height(), points[place].label, tokens().muted)


def _draw_target(plot: _Plot) -> None:
    target = plot.chart.target
    if target is None:
        return
    y = plot.y(target)
    plot.painter.setPen(QPen(QColor(tokens().muted), px(1), Qt.PenStyle.DashLine))
    plot.painter.drawLine(QPointF(plot.room.left(), y), QPointF(plot.room.right(), y))
    words = _("Target {value}").format(value=plot.spoken.number(target, plot.chart.digits))
    plot.write(plot.room.right(), y - px(3), words, tokens().muted)


def _draw_line(plot: _Plot) -> None:
    painter, accent = plot.painter, QColor(tokens().accent)
    known = plot.chart.known
    for run in plot.chart.runs:
        painter.setPen(QPen(accent, px(2)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF([QPointF(plot.x(place), plot.y(value)) for place, value in run]))
    for place, value in known:
        painter.setPen(QPen(accent, px(2)))
        is_baseline = place == plot.chart.baseline
        painter.setBrush(QColor(tokens().card) if is_baseline else accent)
        spot = QPointF(plot.x(place), plot.y(value))
        if is_baseline:
            painter.drawPolygon(_diamond(spot, px(5)))
        else:
            painter.drawEllipse(spot, px(3), px(3))
    for place, value in {known[0], known[-1]} if known else ():
        words = plot.spoken.number(value, plot.chart.digits)
        above = plot.y(value) - px(9)
        y = above if above > plot.room.top() - px(6) else plot.y(value) + plot.metrics.height()
        plot.write(plot.x(place), y, words, tokens().text)


def _diamond(middle: QPointF, reach: float) -> QPolygonF:
    steps = ((0.0, -reach), (reach, 0.0), (0.0, reach), (-reach, 0.0))
    return QPolygonF([QPointF(middle.x() + x, middle.y() + y) for x, y in steps])
