"""What is written under the items of a checklist: it opens in its row, keeps itself, and closes behind."""

from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit

from app.fieldwork.answers import keep_beside
from app.fieldwork.walkthrough import key_of
from app.i18n import N_, _
from app.models.database import Author
from app.models.driver import Database
from app.ui.desk import Desk
from app.ui.theme import px
from app.ui.visit.checklist_sheet import ChecklistSheet
from app.ui.widgets.answer_row import AnswerRow
from app.ui.widgets.fields import TextKeeper

# The window or a menu took the keyboard for a moment: the person is still writing.
_STILL_WRITING = {Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason}
NOTE, REASON = "note", "override_reason"
_NAMES = {NOTE: N_("Note to {number}"), REASON: N_("Why the answer to {number} is right all the same")}
_HINTS = {
    NOTE: N_("What you saw and heard, with numbers where there are some"),
    REASON: N_("Why this answer is right all the same"),
}
_SETTLED_MS = 30


class ItemNotes(QObject):
    """A note to an item, and the reason for which a warning is passed over."""

    def __init__(self, desk: Desk, sheet: ChecklistSheet) -> None:
        super().__init__(sheet)
        self._desk = desk
        self._sheet = sheet
        self._editors: dict[tuple[str, str], tuple[QPlainTextEdit, TextKeeper]] = {}

    def forget(self) -> None:
        """The rows went away, and the editors with them."""
        self._editors = {}

    def editor(self, spot: str, what: str = NOTE) -> QPlainTextEdit:
        return self._editors[spot, what][0]

    def open(self, spot: str, what: str = NOTE) -> None:
        self._sheet.go_to(spot, focus=False)
        row = self._sheet.rows.get(spot)
        if row is None:
            return
        row.build()
        if (spot, what) in self._editors and self._is_gone(spot, what, row):
            del self._editors[spot, what]
        if (spot, what) not in self._editors:
            self._editors[spot, what] = self._make(spot, what, row)
        editor, keeper = self._editors[spot, what]
        keeper.show(self._stored(spot, what))
        row.put_under(editor)
        editor.show()
        editor.setFocus()
        # The row grows only once its layout has run; before, the editor would stay below the edge.
        QTimer.singleShot(_SETTLED_MS, editor, lambda: self._sheet.ensureWidgetVisible(row, 0, px(16)))

    def refresh(self) -> None:
        """The store may hold other words now: show them where nobody is writing."""
        rows = self._sheet.rows
        self._editors = {
            place: pair
            for place, pair in self._editors.items()
            if place[0] in rows and not self._is_gone(*place, rows[place[0]])
        }
        for (spot, what), (editor, keeper) in self._editors.items():
            if not editor.isHidden():
                keeper.show(self._stored(spot, what))

    def being_written(self) -> frozenset[str]:
        """The items whose texts are on their way to the disk."""
        return frozenset(spot for (spot, _what), (_editor, keeper) in self._editors.items() if keeper.is_writing)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        place = next((place for place, (editor, _keeper) in self._editors.items() if editor is watched), None)
        if place is None:
            return False
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Escape:
            self._sheet.rows[place[0]].setFocus()
            return True
        if isinstance(event, QFocusEvent) and event.lostFocus() and event.reason() not in _STILL_WRITING:
            self._close(*place)
        return False

    def _make(self, spot: str, what: str, row: AnswerRow) -> tuple[QPlainTextEdit, TextKeeper]:
        editor = QPlainTextEdit()
        editor.setAccessibleName(_(_NAMES[what]).format(number=row.question.number))
        editor.setPlaceholderText(_(_HINTS[what]))
        editor.setTabChangesFocus(True)
        editor.setFixedHeight(px(62))
        sheet = self._sheet.sheet
        assert sheet is not None
        keeper = TextKeeper(self._desk, editor, partial(_save, sheet.assessment_id, spot, what))
        keeper.refused.connect(lambda words: self._desk.said.emit(words, False))
        editor.installEventFilter(self)
        row.watch(editor)
        return editor, keeper

    def _close(self, spot: str, what: str) -> None:
        editor, keeper = self._editors[spot, what]
        keeper.flush()
        text = editor.toPlainText()
        if spot in self._sheet.rows:
            self._sheet.rows[spot].take_away(editor, text if what == NOTE else None)
        self._sheet.set_beside(spot, **{"note" if what == NOTE else "reason": text})

    def _stored(self, spot: str, what: str) -> str:
        given = self._sheet.given.get(spot)
        return (given.note if what == NOTE else given.reason) if given else ""

    def _is_gone(self, spot: str, what: str, row: AnswerRow) -> bool:
        """Whether the row was made anew since, and the editor went with the old one."""
        return self._editors[spot, what][0] not in row.watched


def _save(assessment_id: str, spot: str, what: str, db: Database, by: Author, text: str) -> None:
    key = key_of(spot)
    keep_beside(db, by, assessment_id, key.name, round=key.round, **{what: text})
