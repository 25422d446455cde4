"""A row that can be the current one of a list: marked by a bar at its side, entered by Tab, click or arrow."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QFrame, QLabel, QLayout, QSizePolicy, QWidget

from app.ui.theme import px, tokens
from app.ui.widgets.basics import label


def flowing(text: str = "", name: str = "") -> QLabel:
    """A label that wraps and takes just the height its width asks for: hundreds of rows must not leave gaps."""
    made = label(text, name, wrap=True)
    made.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
    return made


def clear_of_bar(layout: QLayout) -> None:
    """Margins that leave room for the bar, at the side where it stands: Qt does not mirror margins."""
    sides = (px(4), px(14)) if QApplication.isRightToLeft() else (px(14), px(4))
    layout.setContentsMargins(sides[0], px(10), sides[1], px(10))


class PickedRow(QFrame):
    """Signals:
    entered: the keyboard came into the row, or it was clicked.
    """

    entered = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("picked_row")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.is_current = False
        self.watched: list[QWidget] = []

    def mark(self, current: bool) -> None:
        if current != self.is_current:
            self.is_current = current
            self.update()

    def watch(self, *widgets: QWidget) -> None:
        """The keyboard in one of these is in the row."""
        self.watched += widgets
        for widget in widgets:
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusIn:
            self.entered.emit()
        return False

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.entered.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.is_current:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens().accent))
        width = px(4)
        at = self.width() - width if self.layoutDirection() == Qt.LayoutDirection.RightToLeft else 0
        painter.drawRoundedRect(at, px(8), width, self.height() - px(16), width / 2, width / 2)
        painter.end()
