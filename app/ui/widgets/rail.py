"""The rail at the side: what finds anything, where one can go, and at its foot whether work is saved and what waits."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.i18n import _
from app.ui.theme import px
from app.ui.widgets.basics import label, set_property

_LOW = 600  # design pixels of height below which the places stand closer to each other


@dataclass(frozen=True, slots=True)
class Place:
    """A page of the rail: its route, words, and the key that opens it."""

    route: str
    words: str
    key: str


class Rail(QFrame):
    """Signals:
    chosen: the route of the page that was clicked.
    find_wanted: whoever looks for something, or wants something done, asks for the palette.
    keys_wanted: somebody asks for the keys of the page.
    """

    chosen = Signal(str)
    find_wanted = Signal()
    keys_wanted = Signal()

    def __init__(self, places: Sequence[Place], foot: Sequence[Place], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rail")
        self.setFixedWidth(px(204))
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QPushButton] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(10), px(14), px(10), px(10))
        layout.setSpacing(px(2))
        brand = label(_("Gemba"), "brand")
        brand.setContentsMargins(px(12), 0, 0, px(10))
        layout.addWidget(brand)
        self.find_button = KeyedButton(_("Find or do…"), _("Ctrl+K"), "find")
        self.find_button.setAccessibleName(_("Find or do"))
        self.find_button.setAccessibleDescription(_("Find an enterprise, a visit, a page or an action"))
        self.find_button.clicked.connect(self.find_wanted)
        layout.addWidget(self.find_button)
        layout.addSpacing(px(6))
        for place in places:
            layout.addWidget(self._button(place))
        layout.addStretch(1)
        for place in foot:
            layout.addWidget(self._button(place))
        self.keys_button = KeyedButton(_("Keys"), "?", "keys")
        self.keys_button.setAccessibleName(_("Keys of this page"))
        self.keys_button.clicked.connect(self.keys_wanted)
        layout.addWidget(self.keys_button)
        layout.addSpacing(px(6))
        self.status = StatusCard()
        layout.addWidget(self.status)

    def show_route(self, route: str) -> None:
        """Mark the page that is shown; a route of no place leaves the mark."""
        if route in self._buttons:
            self._buttons[route].setChecked(True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for made in self.findChildren(QPushButton):
            set_property(made, "tight", self.height() < px(_LOW))

    def _button(self, place: Place) -> QPushButton:
        made = QPushButton(place.words)
        made.setCheckable(True)
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keyboard to the page it opens
        made.setToolTip(place.key)
        made.setAccessibleName(place.words)
        made.clicked.connect(lambda: self.chosen.emit(place.route))
        self._group.addButton(made)
        self._buttons[place.route] = made
        return made


class KeyedButton(QPushButton):
    """What it does, and at its end the key that does the same."""

    def __init__(self, words: str, key: str, name: str) -> None:
        super().__init__(words)
        self.setObjectName(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        hint = label(key, "key")
        hint.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(px(12), 0, px(12), 0)
        layout.addStretch(1)
        layout.addWidget(hint)


class StatusCard(QFrame):
    """Says in words whether work is saved here and what waits to be sent.

    Signals:
        opened: somebody wants to know more.
    """

    opened = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("status")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(12), px(8), px(12), px(8))
        layout.setSpacing(px(2))
        self.saved = label("", wrap=True)
        self.waiting = label("", wrap=True)
        layout.addWidget(self.saved)
        layout.addWidget(self.waiting)

    def say(self, saved: str, waiting: str) -> None:
        self.saved.setText(saved)
        self.waiting.setText(waiting)
        self.waiting.setVisible(bool(waiting))
        self.setAccessibleName(f"{saved} {waiting}")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.rect().contains(event.position().toPoint()):
            self.opened.emit()
