"""Finds an enterprise by any part of its name and hands it on."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from app.i18n import _
from app.models.search import Found, search
from app.ui.desk import Desk
from app.ui.theme import px
from app.ui.widgets.basics import label

_MOST = 6


class EnterpriseFinder(QWidget):
    """A field, and below it what was found while something is typed. Down and Up choose, Enter takes.

    Signals:
        chosen: (enterprise id, name).
    """

    chosen = Signal(str, str)

    def __init__(self, desk: Desk, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.field = QLineEdit()
        self.field.setPlaceholderText(words)
        self.field.setAccessibleName(words)
        self.field.setClearButtonEnabled(True)
        self.list = QListWidget()
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setAccessibleName(_("Enterprises found"))
        self.list.setFixedHeight(px(34 * _MOST))
        self.nothing = label(_("No enterprise has this in its name."), "muted", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(px(4))
        for widget in (self.field, self.list, self.nothing):
            layout.addWidget(widget)
        self.list.hide()
        self.nothing.hide()
        self.field.textChanged.connect(self._on_typed)
        self.field.returnPressed.connect(self._take)
        self.field.installEventFilter(self)
        self.list.itemClicked.connect(lambda _item: self._take())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        if step and self.list.isVisible():
            self.list.setCurrentRow(max(0, min(self.list.count() - 1, self.list.currentRow() + step)))
            return True
        if event.key() == Qt.Key.Key_Escape and self.field.text():
            self.field.clear()
            return True
        return False

    def _on_typed(self, text: str) -> None:
        if not text.strip():
            self.list.hide()
            self.nothing.hide()
            return
        self._desk.jobs.run_with_db(
            self, lambda db: search(db, text, table="enterprise", limit=_MOST), lambda found: self._show(text, found)
        )

    def _show(self, text: str, found: list[Found]) -> None:
        if text != self.field.text():
            return
        self.list.clear()
        for one in found:
            item = QListWidgetItem(one.title)
            item.setData(Qt.ItemDataRole.UserRole, (one.row_id, one.title))
            self.list.addItem(item)
        if found:
            self.list.setCurrentRow(0)
        self.list.setVisible(bool(found))
        self.nothing.setVisible(not found)

    def _take(self) -> None:
        item = self.list.currentItem()
        if item is not None and self.list.isVisible():
            self.chosen.emit(*item.data(Qt.ItemDataRole.UserRole))
            self.field.clear()
