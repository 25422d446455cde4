"""Choosing an enterprise by typing any part of its name."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from app.i18n import _
from app.models.enterprises import Enterprise
from app.models.search import folded
from app.ui.theme import px

_MOST = 6
_ROW = 30


class EnterprisePicker(QWidget):
    """A field, and below it the enterprises that hold every typed part of a word; arrows and Enter choose.

    Signals:
        chosen: the enterprise's id, or an empty text when the name was changed again.
    """

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.value = ""
        self._all: list[tuple[str, Enterprise]] = []
        self._found: list[Enterprise] = []
        self.field = QLineEdit()
        self.field.setPlaceholderText(_("Part of the name or town"))
        self.field.setClearButtonEnabled(True)
        self.list = QListWidget()
        self.list.setObjectName("picker")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setAccessibleName(_("Enterprises found"))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.list.hide()
        self.setFocusProxy(self.field)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(px(4))
        layout.addWidget(self.field)
        layout.addWidget(self.list)
        self.field.textEdited.connect(self._on_typed)
        self.field.textChanged.connect(self._on_cleared)
        self.field.installEventFilter(self)
        self.list.itemClicked.connect(lambda item: self._choose(self.list.row(item)))

    def setAccessibleName(self, name: str) -> None:
        super().setAccessibleName(name)
        self.field.setAccessibleName(name)

    def offer(self, enterprises: Sequence[Enterprise]) -> None:
        """What there is to choose from; what was chosen stays."""
        self._all = [(folded(f"{one.name} {one.city} {one.code}"), one) for one in enterprises]

    def show_value(self, enterprise_id: str) -> None:
        """Show an enterprise as chosen; an empty id shows none. Says nothing."""
        self.value = enterprise_id
        self.field.setText(next((one.name for _text, one in self._all if one.id == enterprise_id), ""))
        self.list.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and self.list.isVisible():
            return self._on_key(Qt.Key(event.key()))
        return False

    def _on_key(self, key: Qt.Key) -> bool:
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(key)
        if step:
            self.list.setCurrentRow(max(0, min(self.list.count() - 1, self.list.currentRow() + step)))
            return True
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab}:
            self._choose(self.list.currentRow())
            return key is not Qt.Key.Key_Tab
        if key is Qt.Key.Key_Escape:
            self.list.hide()
            return True
        return False

    def _on_cleared(self, text: str) -> None:
        if not text:
            self._on_typed("")

    def _on_typed(self, text: str) -> None:
        if self.value:
            self.value = ""
            self.chosen.emit("")
        words = folded(text).split()
        matching = (one for written, one in self._all if all(word in written for word in words)) if words else ()
        self._found = []
        for one in matching:
            self._found.append(one)
            if len(self._found) == _MOST:
                break
        self._show()

    def _show(self) -> None:
        self.list.clear()
        for one in self._found:
            words = _("{name}, {city}").format(name=one.name, city=one.city) if one.city else one.name
            self.list.addItem(QListWidgetItem(words))
        self.list.setFixedHeight(px(_ROW * max(1, len(self._found)) + 6))
        self.list.setVisible(bool(self._found))
        if self._found:
            self.list.setCurrentRow(0)

    def _choose(self, number: int) -> None:
        if 0 <= number < len(self._found):
            chosen = self._found[number]
            self.show_value(chosen.id)
            self.chosen.emit(chosen.id)
