"""The segmented answer: a row of buttons of which at most one is chosen; keys choose too."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QApplication, QLayout, QPushButton, QWidget

from app.ui.widgets.basics import row
from app.ui.widgets.flow import Flow

# Padding and border of a button at both sides, in design pixels.
_AROUND = 28


@dataclass(frozen=True, slots=True)
class Segment:
    """`key` is the letter or digit that chooses it; `is_finding` paints it as a finding when chosen."""

    code: str
    words: str
    key: str = ""
    is_finding: bool = False


class Segmented(QWidget):
    """Signals:
    chosen: the code, or None when the chosen one was pressed again.
    """

    chosen = Signal(object)

    def __init__(self, segments: Sequence[Segment], name: str, *, wraps: bool = False) -> None:
        """`wraps`: apart from each other, and in several lines where one has no room for all."""
        super().__init__()
        self.setAccessibleName(name)
        self._buttons: dict[str, QPushButton] = {}
        layout: QLayout = Flow(spacing=6) if wraps else row(spacing=0)
        self.setLayout(layout)
        for number, segment in enumerate(segments):
            made = segment_button(segment.words, "both" if wraps else _end(number, len(segments)))
            made.setProperty("finding", segment.is_finding)
            made.setAccessibleName(f"{name}: {segment.words}")
            if segment.key:
                made.setToolTip(segment.key.upper())
            made.clicked.connect(lambda _checked, code=segment.code: self._on_clicked(code))
            self._buttons[segment.code] = made
            layout.addWidget(made)
        self.value: str | None = None

    def show_value(self, code: str | None) -> None:
        """Show a value from the store; says nothing."""
        self.value = code
        for other, made in self._buttons.items():
            made.setChecked(other == code)

    @property
    def first(self) -> str:
        return next(iter(self._buttons))

    def has(self, code: str) -> bool:
        return code in self._buttons

    def button(self, code: str) -> QPushButton:
        return self._buttons[code]

    def _on_clicked(self, code: str) -> None:
        new = None if code == self.value else code
        self.show_value(new)
        self.chosen.emit(new)


class SegmentButton(QPushButton):
    """As wide as its words in the heavier letters that they have when it is chosen."""

    def sizeHint(self) -> QSize:
        heavy = QFont(self.font())
        heavy.setWeight(QFont.Weight.DemiBold)
        more = QFontMetrics(heavy).horizontalAdvance(self.text()) - self.fontMetrics().horizontalAdvance(self.text())
        return super().sizeHint() + QSize(max(0, more), 0)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


def segment_button(words: str, end: str = "both") -> QPushButton:
    """`end`: which of its corners are round."""
    made = SegmentButton(words)
    made.setObjectName("segment")
    made.setProperty("end", end)
    made.setCheckable(True)
    return made


def _end(number: int, count: int) -> str:
    """Which of its corners are round: the first and the last close the row, on the side where they really stand."""
    is_first, is_last = number == 0, number == count - 1
    if is_first and is_last:
        return "both"
    if is_first or is_last:
        return "left" if is_first != QApplication.isRightToLeft() else "right"
    return ""
