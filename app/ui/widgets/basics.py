"""The small parts everything is made of: labels, buttons, chips, cards, rules, rows."""

from collections.abc import Callable, Sequence
from enum import StrEnum

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QApplication,
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QSizePolicy,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app.ui.theme import px


class ChipKind(StrEnum):
    NEUTRAL = "neutral"
    WARN = "warn"
    BAD = "bad"


def label(text: str = "", name: str = "", *, wrap: bool = False) -> QLabel:
    """Plain text, never markup. `name`: title, heading, muted, small, strong, error."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setObjectName(name)
    made.setWordWrap(wrap)
    if QApplication.isRightToLeft():
        # A label else goes to the side of its text's script: a Latin name would stand left in a mirrored page.
        made.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute)
    if wrap:
        made.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.MinimumExpanding)
    return made


def button(
    text: str, clicked: Callable[[], object], *, name: str = "", large: bool = False, tip: str = ""
) -> QPushButton:
    """`name`: primary (one a page) or quiet. `large`: 40 pixels high, for the visit workspace."""
    made = QPushButton(text)
    made.setObjectName(name)
    made.setProperty("large", large)
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    if tip:
        made.setToolTip(tip)
    made.clicked.connect(lambda: clicked())
    return made


def chip(text: str, kind: ChipKind = ChipKind.NEUTRAL) -> QLabel:
    """Words on a soft colour; the colour never speaks alone."""
    made = label(text, "chip")
    made.setProperty("kind", str(kind))
    made.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    return made


def set_property(widget: QWidget, name: str, value: object) -> None:
    """For a rule of the style sheet that asks for it; the look follows at once."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def plain_table(view: QTableView, *, line: int = 0) -> None:
    """No rules between cells, no numbers of rows, and Tab leaves it. `line`: height of a row in design pixels."""
    view.setShowGrid(False)
    view.setTabKeyNavigation(False)
    view.setHorizontalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
    view.verticalHeader().hide()
    if line:
        view.verticalHeader().setDefaultSectionSize(px(line))


def rule() -> QFrame:
    made = QFrame()
    made.setObjectName("rule")
    return made


def row(*items: QWidget | int | None, spacing: int = 8) -> QHBoxLayout:
    """Widgets side by side; None is a stretch, a number a gap in design pixels."""
    made = QHBoxLayout()
    _fill(made, items, spacing)
    return made


def turn(layout: QBoxLayout, stretches: tuple[int, ...], *, beside: bool) -> None:
    """The parts of `layout` beside each other, sharing the width by `stretches`, or one below the other."""
    ways = QBoxLayout.Direction
    layout.setDirection(ways.LeftToRight if beside else ways.TopToBottom)
    for number, stretch in enumerate(stretches):
        layout.setStretch(number, stretch if beside else 0)
    if stage := layout.parentWidget():
        stage.updateGeometry()


def column(*items: QWidget | QLayout | int | None, spacing: int = 8) -> QVBoxLayout:
    made = QVBoxLayout()
    _fill(made, items, spacing)
    return made


def _fill(layout: QHBoxLayout | QVBoxLayout, items: tuple[QWidget | QLayout | int | None, ...], spacing: int) -> None:
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(px(spacing))
    for item in items:
        if item is None:
            layout.addStretch(1)
        elif isinstance(item, int):
            layout.addSpacing(px(item))
        elif isinstance(item, QLayout):
            layout.addLayout(item)
        else:
            layout.addWidget(item)


class Card(QFrame):
    """A titled surface; `body` takes what stands on it, `corner` what stands right of the title."""

    def __init__(self, title: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(px(16), px(14), px(16), px(14))
        outer.setSpacing(px(8))
        self.heading = label(title, "heading")
        self.heading.setWordWrap(True)
        self.corner = row()
        if title:
            head = row(self.heading)
            head.setStretch(0, 1)
            head.addLayout(self.corner)
            outer.addLayout(head)
        self.body = QVBoxLayout()
        self.body.setSpacing(px(8))
        outer.addLayout(self.body, 1)

    def clear(self) -> None:
        """Take everything off the body."""
        clear(self.body)


def side_by_side(*columns: tuple[Sequence[Card], int]) -> QHBoxLayout:
    """Columns of cards, each with its share of the width."""
    made = row(spacing=16)
    for cards, share in columns:
        made.addLayout(column(*cards, None, spacing=16), share)
    return made


def clear(layout: QLayout) -> None:
    """Take everything out of `layout` and delete it, inner layouts too."""
    while (item := layout.takeAt(0)) is not None:
        if widget := item.widget():
            widget.hide()
            widget.deleteLater()
        elif inner := item.layout():
            clear(inner)
            inner.deleteLater()


class EmptyState(QWidget):
    """What a list says when there is nothing in it: what this is, and the one thing to do."""

    def __init__(self, says: str, action: str = "", clicked: Callable[[], object] | None = None) -> None:
        super().__init__()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(24), px(28), px(24), px(28))
        layout.setSpacing(px(12))
        words = label(says, "muted", wrap=True)
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout.addStretch(1)
        layout.addWidget(words)
        if action and clicked:
            layout.addWidget(button(action, clicked), 0, Qt.AlignmentFlag.AlignCenter)
        layout.addStretch(1)


class ListRow(QWidget):
    """One thing in a card's list: who and what, a second line, signs, and the one thing to do."""

    def __init__(self, title: str, second: str, *right: QWidget) -> None:
        super().__init__()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, px(6), 0, px(6))
        layout.setSpacing(px(8))
        self.title = label(title, "strong", wrap=True)
        layout.addLayout(column(self.title, label(second, "muted", wrap=True), spacing=2), 1)
        for widget in right:
            layout.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)


class PageHeader(QWidget):
    """Breadcrumb, title, second line; at most two actions at the right.

    Signals:
        up: the breadcrumb was pressed.
    """

    up = Signal()

    def __init__(self, title: str = "", *actions: QPushButton) -> None:
        super().__init__()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(px(12))
        self.breadcrumb = button("", self.up.emit, name="breadcrumb")
        self.title = label(title, "title", wrap=True)
        self.second = label("", "muted", wrap=True)
        self.breadcrumb.hide()
        self.second.hide()
        layout.addLayout(column(row(self.breadcrumb, None), self.title, self.second, spacing=2), 1)
        for action in actions:
            layout.addWidget(action, 0, Qt.AlignmentFlag.AlignTop)

    def say(self, title: str, second: str = "", breadcrumb: str = "") -> None:
        for widget, text in ((self.title, title), (self.second, second), (self.breadcrumb, breadcrumb)):
            widget.setText(text)
            widget.setVisible(bool(text))
