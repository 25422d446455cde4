"""Bars that lie: one line each, walked with the arrows. The words beside a bar say what it shows."""

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QStyle, QWidget

from app.charts.spec import Bar, BarChart
from app.ui.theme import px, tokens

_LINE, _HEADING, _BAR, _GAP = 28, 30, 12, 10
_WORDS = 112  # design pixels for the words behind a bar
_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -8, Qt.Key.Key_PageDown: 8}


@dataclass(frozen=True, slots=True)
class _Line:
    """Where a bar stands; `heading` is written above it."""

    top: int
    place: int
    heading: str


class Bars(QWidget):
    """Signals:
    chosen: the place of the bar that is current now.
    """

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._chart = BarChart("", ())
        self._lines: tuple[_Line, ...] = ()
        self.current = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_chart(self, chart: BarChart) -> None:
        """The bar that was current stays so, by its label."""
        before = self._chart.bars[self.current].label if self._chart.bars else ""
        self._chart = chart
        self._lines = tuple(_lines(chart))
        self.current = next((place for place, bar in enumerate(chart.bars) if bar.label == before), 0)
        self.setAccessibleName(chart.title)
        self._tell()
        self.updateGeometry()
        self.update()

    def choose(self, place: int) -> None:
        if not self._chart.bars:
            return
        self.current = min(max(0, place), len(self._chart.bars) - 1)
        self._tell()
        self.update()
        self.chosen.emit(self.current)

    def line_of(self, place: int) -> QRect:
        """Where the bar is drawn, with its heading."""
        line = self._lines[place]
        top = line.top - (px(_HEADING) if line.heading else 0)
        return QRect(0, top, self.width(), line.top + px(_LINE) - top)

    def sizeHint(self) -> QSize:
        height = self._lines[-1].top + px(_LINE) if self._lines else 0
        return QSize(px(420), height + px(8))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(Qt.Key(event.key()))
        if step:
            self.choose(self.current + step)
        elif event.key() in {Qt.Key.Key_Home, Qt.Key.Key_End}:
            self.choose(0 if event.key() == Qt.Key.Key_Home else len(self._lines))
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        y = event.position().y()
        for line in self._lines:
            if line.top <= y < line.top + px(_LINE):
                self.choose(line.place)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)  # each text in the direction of its script
        for line in self._lines:
            if event.rect().intersects(self.line_of(line.place)):
                self._draw(painter, line, self._chart.bars[line.place])

    def _tell(self) -> None:
        if self._chart.bars:
            bar = self._chart.bars[self.current]
            self.setAccessibleDescription(f"{bar.label}: {bar.words}")

    def _draw(self, painter: QPainter, line: _Line, bar: Bar) -> None:
        if line.heading:
            self._write(painter, QRect(px(8), line.top - px(_HEADING), self.width() - px(16), px(_HEADING)),
                        line.heading, tokens().muted, is_strong=True)  # fmt: skip
        whole = QRect(0, line.top, self.width(), px(_LINE))
        if line.place == self.current:
            painter.setPen(QPen(QColor(tokens().accent), px(2)) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens().accent_soft))
            painter.drawRoundedRect(QRectF(whole).adjusted(1, 1, -1, -1), px(6), px(6))
        label, track, words = self._places(whole)
        self._write(painter, label, bar.label, tokens().text)
        self._write(painter, words, bar.words, tokens().text)
        _draw_bar(painter, track, bar, is_mirrored=self.layoutDirection() == Qt.LayoutDirection.RightToLeft)

    def _places(self, whole: QRect) -> tuple[QRect, QRect, QRect]:
        """Label, bar and words, as they stand in the direction of the page."""
        room = whole.width() - px(16) - px(_WORDS) - 2 * px(_GAP)
        label = QRect(px(8), whole.top(), int(room * 0.5), whole.height())
        track = QRect(label.right() + px(_GAP), whole.top(), room - label.width(), whole.height())
        words = QRect(track.right() + px(_GAP), whole.top(), px(_WORDS), whole.height())
        return self._mirrored(label), self._mirrored(track), self._mirrored(words)

    def _mirrored(self, place: QRect) -> QRect:
        return QStyle.visualRect(self.layoutDirection(), self.rect(), place)

    def _write(self, painter: QPainter, place: QRect, words: str, colour: str, *, is_strong: bool = False) -> None:
        font = QFont(self.font())
        font.setPixelSize(px(12 if is_strong else 13))
        font.setWeight(QFont.Weight.DemiBold if is_strong else QFont.Weight.Normal)
        painter.setFont(font)
        painter.setPen(QColor(colour))
        is_mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        side = Qt.AlignmentFlag.AlignRight if is_mirrored else Qt.AlignmentFlag.AlignLeft
        said = QFontMetrics(font).elidedText(words, Qt.TextElideMode.ElideRight, place.width())
        place = self._mirrored(place) if is_strong else place
        painter.drawText(place, int(side | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute), said)


def _lines(chart: BarChart) -> Iterator[_Line]:
    top, heading = px(4), ""
    for place, bar in enumerate(chart.bars):
        is_new = bar.heading != heading and bool(bar.heading)
        top += px(_HEADING) if is_new else 0
        heading = bar.heading
        yield _Line(top, place, heading if is_new else "")
        top += px(_LINE)


def _draw_bar(painter: QPainter, track: QRect, bar: Bar, *, is_mirrored: bool) -> None:
    """A line for the whole, a bar for the share, an open diamond for what it was before."""
    middle = QRectF(track.left(), track.center().y() - px(_BAR) / 2, track.width(), px(_BAR))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(tokens().line))
    painter.drawRoundedRect(middle, px(3), px(3))
    if bar.share:
        width = max(px(3), middle.width() * bar.share)
        left = middle.right() - width if is_mirrored else middle.left()
        painter.setBrush(QColor(tokens().bad))
        painter.drawRoundedRect(QRectF(left, middle.top(), width, middle.height()), px(3), px(3))
    if bar.before is not None and bar.before != bar.share:
        reach = middle.width() * bar.before
        at = QPointF(middle.right() - reach if is_mirrored else middle.left() + reach, middle.center().y())
        painter.setPen(QPen(QColor(tokens().text), px(2)))
        painter.setBrush(QColor(tokens().card))
        painter.drawPolygon(_diamond(at, px(5)))


def _diamond(middle: QPointF, reach: float) -> QPolygonF:
    steps = ((0.0, -reach), (reach, 0.0), (0.0, reach), (-reach, 0.0))
    return QPolygonF([QPointF(middle.x() + x, middle.y() + y) for x, y in steps])
