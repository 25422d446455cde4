"""The command palette: any enterprise, visit, page or action by a few letters."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget
from shiboken6 import isValid

from app.i18n import _
from app.models.search import folded
from app.ui.theme import px

MOST = 12


@dataclass(frozen=True, slots=True)
class Command:
    """`kind` is what it is in words: Page, Action, Enterprise, Visit."""

    words: str
    kind: str
    run: Callable[[], object]


class CommandPalette(QFrame):
    """Signals:
    typed: what was typed; whoever searches the store answers with `add_found`.
    """

    typed = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("palette")
        self._fixed: Sequence[Command] = ()
        self._commands: list[Command] = []
        self._back: QWidget | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(12), px(12), px(12), px(12))
        self.field = QLineEdit()
        self.field.setPlaceholderText(_("Find an enterprise, a visit, a page or an action"))
        self.field.setAccessibleName(_("Command palette"))
        self.list = QListWidget()
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setAccessibleName(_("Found"))
        layout.addWidget(self.field)
        layout.addWidget(self.list)
        self.field.textChanged.connect(self._on_typed)
        self.field.returnPressed.connect(self._run)
        self.field.installEventFilter(self)
        self.list.itemClicked.connect(lambda _item: self._run())
        self.hide()

    def open(self, commands: Sequence[Command], back: QWidget | None) -> None:
        """Show over the window, empty, with the keyboard in it; afterwards that goes `back`."""
        self._fixed = commands
        if not self.isVisible():
            self._back = back
        stage = self.parentWidget()
        if stage:
            width = min(px(640), stage.width() - px(40))
            self.setGeometry((stage.width() - width) // 2, px(60), width, px(420))
        self.field.clear()
        self._on_typed("")
        self.show()
        self.raise_()
        self.field.setFocus()

    def add_found(self, text: str, found: Sequence[Command]) -> None:
        """What the store holds for `text`; dropped when something else was typed meanwhile."""
        if text == self.field.text():
            self._show([*self._matching(text), *found])

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # Esc and the arrows are the palette's while it is open, not the page's
            return True
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
            if step:
                self.list.setCurrentRow(max(0, min(self.list.count() - 1, self.list.currentRow() + step)))
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.hide()
                self._give_back()
                return True
        if event.type() == QEvent.Type.FocusOut and not self.list.underMouse():
            self.hide()
        return False

    def _give_back(self) -> None:
        if self._back and isValid(self._back) and self._back.isVisible():
            self._back.setFocus()

    def _on_typed(self, text: str) -> None:
        self._show(self._matching(text))
        if text.strip():
            self.typed.emit(text)

    def _matching(self, text: str) -> list[Command]:
        words = folded(text).split()
        return [command for command in self._fixed if all(word in folded(command.words) for word in words)]

    def _show(self, commands: list[Command]) -> None:
        self._commands = commands[:MOST]
        self.list.clear()
        for command in self._commands:
            self.list.addItem(QListWidgetItem(_("{words}   ·   {kind}").format(words=command.words, kind=command.kind)))
        if self._commands:
            self.list.setCurrentRow(0)

    def _run(self) -> None:
        row = self.list.currentRow()
        self.hide()
        self._give_back()
        if 0 <= row < len(self._commands):
            self._commands[row].run()
