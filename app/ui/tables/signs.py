"""Small pictures that stand before a verdict's words: a tick, a cross, a line. They never speak alone."""

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap, QPolygonF

from app.checklists.scoring import Trend, Verdict
from app.ui.theme import px, tokens

SIDE = 14
_SHARP = 3  # times as many points, for screens of any density
_TICK = ((3.0, 7.6), (5.8, 10.4), (11.0, 4.0))
_CROSS = (((3.8, 3.8), (10.2, 10.2)), ((10.2, 3.8), (3.8, 10.2)))
_LINE = ((4.0, 7.0), (10.0, 7.0))
_UP, _DOWN = ((3.0, 9.0), (7.0, 4.4), (11.0, 9.0)), ((3.0, 5.0), (7.0, 9.6), (11.0, 5.0))


def verdict_sign(found: Verdict | None) -> QIcon:
    match found:
        case Verdict.MET:
            return _drawn(tokens().accent, _TICK)
        case Verdict.FINDING:
            return _drawn(tokens().bad, *_CROSS)
        case Verdict.NOT_APPLICABLE:
            return _drawn(tokens().muted, _LINE)
    return _drawn(tokens().muted)


def compliance_sign(is_compliant: bool | None) -> QIcon:
    if is_compliant is None:
        return _drawn(tokens().muted)
    return verdict_sign(Verdict.MET if is_compliant else Verdict.FINDING)


def trend_sign(trend: Trend) -> QIcon:
    match trend:
        case Trend.BETTER:
            return _drawn(tokens().accent, _UP)
        case Trend.WORSE:
            return _drawn(tokens().bad, _DOWN)
        case Trend.SAME:
            return _drawn(tokens().muted, _LINE)
    return _drawn(tokens().muted)


def sign_size() -> QSize:
    return QSize(px(SIDE), px(SIDE))


def _drawn(colour: str, *lines: tuple[tuple[float, float], ...]) -> QIcon:
    """No lines: an empty place, so that the words of a column still stand in one line."""
    pixmap = QPixmap(sign_size() * _SHARP)
    pixmap.setDevicePixelRatio(_SHARP)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(px(SIDE) / SIDE, px(SIDE) / SIDE)
    painter.setPen(QPen(QColor(colour), 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    for line in lines:
        painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in line]))
    painter.end()
    made = QIcon(pixmap)
    made.addPixmap(pixmap, QIcon.Mode.Selected)  # else Qt tints it in a selected row
    return made
