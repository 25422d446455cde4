"""A box that says what one side wrote, or what one of two is; a button at its foot chooses it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from app.i18n import _
from app.ui.theme import px
from app.ui.widgets.basics import ChipKind, chip, label, row


class ValueBox(QFrame):
    """Whose value, when, and what it is; a button at its foot chooses it."""

    def __init__(self, head: str, values: list[tuple[str, str]]) -> None:
        """`values`: (field, value) each; the field is said only where there are several."""
        super().__init__()
        self.setObjectName("valueBox")
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(px(12), px(10), px(12), px(10))
        self._layout.setSpacing(px(6))
        self._head = row(label(head, "small", wrap=True))
        self._head.setStretch(0, 1)
        self._layout.addLayout(self._head)
        for name, words in values:
            said = _("{field}: {value}").format(field=name, value=words) if len(values) > 1 else words
            shown = label(said, wrap=True)
            shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._layout.addWidget(shown)

    def sign(self, words: str, kind: ChipKind = ChipKind.NEUTRAL) -> None:
        self._head.addWidget(chip(words, kind))

    def offer(self, choose: QWidget) -> None:
        self._layout.addLayout(row(choose, None))
        choose.show()
