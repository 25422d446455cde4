"""The keys of the page that is shown, and those that work everywhere."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QVBoxLayout, QWidget

from app.i18n import _
from app.ui.theme import px
from app.ui.widgets.basics import Card, button, chip, label, row

Keys = Sequence[tuple[str, str]]


class KeysDialog(QDialog):
    """Two lists of (key, what it does), in the window's language. Esc and Enter close it."""

    def __init__(self, here: Keys, everywhere: Keys, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Keys of this page"))
        self.setMinimumWidth(px(460))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(20), px(16), px(20), px(16))
        layout.setSpacing(px(12))
        for title, keys in ((_("On this page"), here), (_("Everywhere"), everywhere)):
            if keys:
                layout.addWidget(_listed(title, keys))
        layout.addStretch(1)
        close = button(_("Close"), self.close, name="primary")
        layout.addLayout(row(None, close))
        close.setFocus()


def _listed(title: str, keys: Keys) -> Card:
    card = Card(title)
    grid = QGridLayout()
    grid.setHorizontalSpacing(px(16))
    grid.setVerticalSpacing(px(6))
    grid.setColumnStretch(1, 1)
    for line, (key, does) in enumerate(keys):
        grid.addWidget(chip(key), line, 0)
        words = label(does)
        words.setAccessibleName(f"{key}: {does}")
        grid.addWidget(words, line, 1)
    card.body.addLayout(grid)
    return card
