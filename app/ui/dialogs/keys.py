"""The keys of the page that is shown, and those that work everywhere."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from app.i18n import _
from app.ui.theme import px
from app.ui.widgets.basics import Card, button, chip, column, label, row

Keys = Sequence[tuple[str, str]]
_BAR = 14  # design pixels of the scroll bar


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
        cards = [
            _listed(title, keys) for title, keys in ((_("On this page"), here), (_("Everywhere"), everywhere)) if keys
        ]
        content = QWidget()
        content.setObjectName("page")
        listed = column(*cards, None, spacing=12)
        listed.setContentsMargins(0, 0, px(6), 0)
        content.setLayout(listed)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the arrows scroll it from the button
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(content)
        layout.addWidget(self._area, 1)
        close = button(_("Close"), self.close, name="primary")
        layout.addLayout(row(None, close))
        close.setFocus()
        wanted = content.sizeHint()
        self._area.setMinimumWidth(wanted.width() + px(_BAR))
        self._fit(wanted.height() + layout.sizeHint().height() - self._area.sizeHint().height(), parent)

    def _fit(self, height: int, parent: QWidget | None) -> None:
        """As high as its lists, at most as the window."""
        most = parent.window().height() if parent else height
        self.resize(self.sizeHint().width(), min(height, most))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        bar = self._area.verticalScrollBar()
        steps = {Qt.Key.Key_Down: bar.singleStep(), Qt.Key.Key_Up: -bar.singleStep()}
        steps |= {Qt.Key.Key_PageDown: bar.pageStep(), Qt.Key.Key_PageUp: -bar.pageStep()}
        if step := steps.get(Qt.Key(event.key())):
            bar.setValue(bar.value() + step)
        else:
            super().keyPressEvent(event)


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
