"""Notes under the items of a checklist: each opens in its row, keeps itself, and closes when the keyboard leaves."""

from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit

from app.fieldwork.answers import keep_beside
from app.fieldwork.walkthrough import Given
from app.i18n import _
from app.models.database import Author
from app.models.driver import Database
from app.ui.desk import Desk
from app.ui.theme import px
from app.ui.visit.checklist_sheet import ChecklistSheet
from app.ui.widgets.answer_row import AnswerRow
from app.ui.widgets.fields import TextKeeper

# The window or a menu took the keyboard for a moment: the person is still writing.
_STILL_WRITING = {Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason}


_SETTLED_MS = 30


class ItemNotes(QObject):
    def __init__(self, desk: Desk, sheet: ChecklistSheet) -> None:
        super().__init__(sheet)
        self._desk = desk
        self._sheet = sheet
        self._editors: dict[str, tuple[QPlainTextEdit, TextKeeper]] = {}

    def forget(self) -> None:
        """The rows went away, and the editors with them."""
        self._editors = {}

    def editor(self, item_id: str) -> QPlainTextEdit:
        return self._editors[item_id][0]

    def open(self, item_id: str) -> None:
        row = self._sheet.rows[item_id]
        if item_id not in self._editors:
            self._editors[item_id] = self._make(item_id, row)
        editor, keeper = self._editors[item_id]
        keeper.show(self._sheet.given.get(item_id, Given()).note)
        row.put_under(editor)
        editor.show()
        editor.setFocus()
        self._sheet.go_to(item_id, focus=False)
        # The row grows only once its layout has run; before, the editor would stay below the edge.
        QTimer.singleShot(_SETTLED_MS, editor, lambda: self._sheet.ensureWidgetVisible(row, 0, px(16)))

    def refresh(self) -> None:
        """The store may hold other words now: show them where nobody is writing."""
        for item_id, (editor, keeper) in self._editors.items():
            if not editor.isHidden():
                keeper.show(self._sheet.given.get(item_id, Given()).note)

    def being_written(self) -> frozenset[str]:
        """The items whose notes are on their way to the disk."""
        return frozenset(item_id for item_id, (_editor, keeper) in self._editors.items() if keeper.is_writing)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        item_id = next((i for i, (editor, _keeper) in self._editors.items() if editor is watched), "")
        if not item_id:
            return False
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Escape:
            self._sheet.rows[item_id].setFocus()
            return True
        if isinstance(event, QFocusEvent) and event.lostFocus() and event.reason() not in _STILL_WRITING:
            self._close(item_id)
        return False

    def _make(self, item_id: str, row: AnswerRow) -> tuple[QPlainTextEdit, TextKeeper]:
        editor = QPlainTextEdit()
        editor.setAccessibleName(_("Note to {number}").format(number=row.question.number))
        editor.setPlaceholderText(_("What you saw and heard, with numbers where there are some"))
        editor.setTabChangesFocus(True)
        editor.setFixedHeight(px(62))
        sheet = self._sheet.sheet
        assert sheet is not None
        keeper = TextKeeper(self._desk, editor, partial(_save_note, sheet.assessment_id, item_id))
        keeper.refused.connect(lambda words: self._desk.said.emit(words, False))
        editor.installEventFilter(self)
        row.watch(editor)
        return editor, keeper

    def _close(self, item_id: str) -> None:
        editor, keeper = self._editors[item_id]
        keeper.flush()
        self._sheet.rows[item_id].take_away(editor, editor.toPlainText())
        self._sheet.set_given(item_id, note=editor.toPlainText())


def _save_note(assessment_id: str, item_id: str, db: Database, by: Author, text: str) -> None:
    keep_beside(db, by, assessment_id, item_id, note=text)
