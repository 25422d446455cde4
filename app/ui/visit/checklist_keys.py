"""The keys of a checklist, as CSEntry taught them: a letter answers, Enter goes on."""

from collections.abc import Sequence
from enum import StrEnum

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QComboBox, QLineEdit, QPlainTextEdit

from app.checklists.items import NOT_APPLICABLE
from app.ui.widgets.segments import Segment

_LETTERS = {"yes": "y", "no": "n", NOT_APPLICABLE: "a"}


class SheetKey(StrEnum):
    NEXT = "next"
    PREVIOUS = "previous"
    NEXT_UNANSWERED = "next unanswered"
    TAKE_BACK = "take back"
    NOTE = "note"
    PHOTO = "photo"
    IMPROVEMENT = "improvement"


_KEYS = {
    Qt.Key.Key_Down: SheetKey.NEXT,
    Qt.Key.Key_Up: SheetKey.PREVIOUS,
    Qt.Key.Key_Return: SheetKey.NEXT_UNANSWERED,
    Qt.Key.Key_Enter: SheetKey.NEXT_UNANSWERED,
    Qt.Key.Key_Backspace: SheetKey.TAKE_BACK,
    Qt.Key.Key_T: SheetKey.NOTE,
    Qt.Key.Key_P: SheetKey.PHOTO,
    Qt.Key.Key_I: SheetKey.IMPROVEMENT,
}


def key_of_answer(code: str, place: int) -> str:
    """The letter of yes, no and not applicable; the place in the row for others."""
    return _LETTERS.get(code, str(place) if place < 10 else "")


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


def is_writing() -> bool:
    """Whether the keyboard is in a field that takes letters."""
    return isinstance(QApplication.focusWidget(), QLineEdit | QPlainTextEdit | QComboBox | QAbstractSpinBox)
