"""A row of a card that opens something: by click, Enter or Space."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.ui.theme import px
from app.ui.widgets.basics import Card, clear, column, label, rule

_INSET = 10  # between the ring that shows the keyboard and the words


def link_card(title: str) -> Card:
    """A card for LinkRows: their rings reach nearly to its edge, so that their words line up with its title."""
    card = Card(title)
    inset = px(_INSET)
    layout = card.layout()
    if layout:
        edges = layout.contentsMargins()
        layout.setContentsMargins(edges.left() - inset, edges.top(), edges.right() - inset, edges.bottom())
    card.heading.setContentsMargins(inset, 0, inset, 0)
    card.body.setSpacing(px(2))
    return card


def fill_card(card: Card, rows: Sequence[QWidget]) -> None:
    """Rows with rules between, in a `link_card`."""
    clear(card.body)
    for number, made in enumerate(rows):
        if number:
            card.body.addLayout(_inset(rule()))
        if isinstance(made, LinkRow):
            card.body.addWidget(made)
        else:
            card.body.addLayout(_inset(made))


def _inset(made: QWidget) -> QHBoxLayout:
    layout = QHBoxLayout()
    layout.setContentsMargins(px(_INSET), 0, px(_INSET), 0)
    layout.addWidget(made)
    return layout


class LinkRow(QFrame):
    """Who and what, a second line, and signs at the trailing side.

    Signals:
        opened: the person wants to see what it stands for.
    """

    opened = Signal()

    def __init__(self, title: str, second: str, *signs: QWidget) -> None:
        super().__init__()
        self.setObjectName("linkRow")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        said = [sign.text() for sign in signs if isinstance(sign, QLabel)]
        self.setAccessibleName(". ".join(text for text in (title, second, *said) if text))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(px(8), px(6), px(8), px(6))
        layout.setSpacing(px(8))
        texts: list[QWidget] = [label(title, "strong", wrap=True)]
        if second:
            texts.append(label(second, "muted", wrap=True))
        layout.addLayout(column(*texts, spacing=2), 1)
        stacked = QVBoxLayout()
        stacked.setSpacing(px(4))
        stacked.addStretch(1)
        for sign in signs:  # one above the other: the words keep their room
            stacked.addWidget(sign, 0, Qt.AlignmentFlag.AlignTrailing)
        stacked.addStretch(1)
        layout.addLayout(stacked)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self.opened.emit()
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.opened.emit()
