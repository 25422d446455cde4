"""The keys of a checklist, as CSEntry taught them: a letter answers, Enter goes on."""

from collections.abc import Sequence
from enum import StrEnum

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QComboBox, QLineEdit, QPlainTextEdit

from app.ui.widgets.segments import Segment


class SheetKey(StrEnum):
    NEXT = "next"
    PREVIOUS = "previous"
    NEXT_UNANSWERED = "next unanswered"
    TAKE_BACK = "take back"
    LEAVE = "leave"
    NOTE = "note"
    PHOTO = "photo"
    IMPROVEMENT = "improvement"
    SAME = "same"
    FILE = "file"
    EVIDENCE = "evidence"
    ADD_ROUND = "add"


_KEYS = {
    Qt.Key.Key_Down: SheetKey.NEXT,
    Qt.Key.Key_Up: SheetKey.PREVIOUS,
    Qt.Key.Key_Return: SheetKey.NEXT_UNANSWERED,
    Qt.Key.Key_Enter: SheetKey.NEXT_UNANSWERED,
    Qt.Key.Key_Backspace: SheetKey.TAKE_BACK,
    Qt.Key.Key_T: SheetKey.NOTE,
    Qt.Key.Key_P: SheetKey.PHOTO,
    Qt.Key.Key_I: SheetKey.IMPROVEMENT,
    Qt.Key.Key_U: SheetKey.SAME,
    Qt.Key.Key_F: SheetKey.FILE,
    Qt.Key.Key_E: SheetKey.EVIDENCE,
    Qt.Key.Key_Insert: SheetKey.ADD_ROUND,
}
_ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter}


def sheet_key(event: QKeyEvent, segments: Sequence[Segment]) -> SheetKey | str | None:
    """What the key means for an item with these answers: a deed, the code of an answer, or nothing."""
    plain = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier
    if event.modifiers() not in (*plain, Qt.KeyboardModifier.ShiftModifier) or is_writing():
        return None
    pressed = event.text().casefold()
    for segment in segments:
        if pressed and pressed == segment.key:
            return segment.code
    return _KEYS.get(Qt.Key(event.key()))


def written_key(event: QKeyEvent, field: object) -> SheetKey | None:
    """What the key means in the place where an answer is written: most keys are letters there."""
    key = Qt.Key(event.key())
    if key == Qt.Key.Key_Escape:
        return SheetKey.LEAVE
    has_control = event.modifiers() == Qt.KeyboardModifier.ControlModifier
    if key in _ENTER and (has_control or not isinstance(field, QPlainTextEdit)):
        return SheetKey.NEXT_UNANSWERED
    is_line = isinstance(field, QLineEdit) and not isinstance(field.parent(), QComboBox)
    return _KEYS[key] if is_line and key in {Qt.Key.Key_Up, Qt.Key.Key_Down} else None


def is_writing() -> bool:
    """Whether the keyboard is in a field that takes letters."""
    return takes_letters(QApplication.focusWidget())


def takes_letters(widget: object) -> bool:
    return isinstance(widget, QLineEdit | QPlainTextEdit | QComboBox | QAbstractSpinBox)
