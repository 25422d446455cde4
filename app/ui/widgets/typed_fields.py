"""Fields of questions that are answered by writing: numbers, texts, days and times. What is half typed is kept."""

import re
from contextlib import suppress
from datetime import date, datetime

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QDateEdit, QLineEdit, QPlainTextEdit, QVBoxLayout

from app.checklists.answer_text import number_in
from app.errors import Invalid
from app.i18n import Language, _
from app.ui.theme import px
from app.ui.widgets.answer_fields import AnswerField
from app.ui.widgets.basics import label, row
from app.ui.widgets.day_or_none import DayOrNone
from app.ui.widgets.fields import PAUSE_MS
from app.ui.widgets.typed_number import bare_words, echo, read_number

_TIME = re.compile(r"\s*(\d{1,2})\s*(?:[:.hH]?\s*([0-5]\d))?\s*(am|pm)?\s*", re.IGNORECASE)

# Whole numbers up to here are exact.
_EXACT = 1e15


class WrittenField(AnswerField):
    """Gives what is written 300 ms after the first letter not yet given, and when the keyboard leaves."""

    def __init__(self, field: QLineEdit | QPlainTextEdit, name: str) -> None:
        super().__init__()
        self.field = field
        self.inputs = [field]
        field.setProperty("large", True)
        field.setAccessibleName(name)
        field.installEventFilter(self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE_MS)
        self._timer.timeout.connect(self.flush)
        field.textChanged.connect(self._on_changed)

    def show_value(self, value: str) -> None:
        """Not over what the person is typing."""
        self.value = value
        if self.field.hasFocus() and self._raw() == value:
            return
        if self._text() != (words := self._words(value)):
            self.field.blockSignals(True)
            self.field.setText(words) if isinstance(self.field, QLineEdit) else self.field.setPlainText(words)
            self.field.blockSignals(False)
        self._timer.stop()

    def take_keyboard(self) -> bool:
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        if isinstance(self.field, QLineEdit):
            self.field.selectAll()
        return True

    def flush(self) -> None:
        self._timer.stop()
        if (raw := self._raw()) != self.value:
            self.value = raw
            self.given.emit(raw or None)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and event.type() in {QEvent.Type.FocusOut, QEvent.Type.Hide}:
            self.flush()
            if event.type() == QEvent.Type.FocusOut:
                self._on_left()
        return False

    def _on_left(self) -> None:
        """The keyboard left: say the answer as it is understood."""

    def _raw(self) -> str:
        return self._text().strip()

    def _words(self, value: str) -> str:
        return value

    def _text(self) -> str:
        return self.field.text() if isinstance(self.field, QLineEdit) else self.field.toPlainText()

    def _on_changed(self) -> None:
        if not self._timer.isActive():
            self._timer.start()


class TextAnswer(WrittenField):
    def __init__(self, name: str, *, lines: int = 1) -> None:
        field = QLineEdit() if lines == 1 else QPlainTextEdit()
        super().__init__(field, name)
        if isinstance(field, QPlainTextEdit):
            field.setTabChangesFocus(True)
            field.setFixedHeight(px(22 * lines + 18))
        self.setLayout(row(field))


class NumberField(WrittenField):
    """By the way of writing numbers that the person chose. What is no number is kept as it was typed."""

    def __init__(self, name: str, spoken: Language, hint: str = "") -> None:
        field = QLineEdit()
        super().__init__(field, name)
        self._spoken = spoken
        field.setFixedWidth(px(160))
        field.setPlaceholderText(hint)
        self.echo = label("", "small")
        self.setLayout(row(field, self.echo, None))
        field.textChanged.connect(self._say)

    def show_value(self, value: str) -> None:
        super().show_value(value)
        self._say()

    def _raw(self) -> str:
        return raw_number(self._text(), self._spoken)

    def _words(self, value: str) -> str:
        number = number_in(value)
        return value.strip('"') if number is None else bare_words(number, self._spoken)

    def _on_left(self) -> None:
        if not self.value or number_in(self.value) is not None:
            self.show_value(self.value)

    def _say(self) -> None:
        said = ""
        if text := self._text().strip():
            with suppress(Invalid):
                said = echo(text, self._spoken) if self.field.hasFocus() else ""
        self.echo.setText(said)


class TimeField(WrittenField):
    """`14:30`, `1430`, `2.30 pm`."""

    def __init__(self, name: str) -> None:
        field = QLineEdit()
        super().__init__(field, name)
        field.setFixedWidth(px(110))
        field.setPlaceholderText(_("14:30"))
        self.setLayout(row(field, None))

    def _raw(self) -> str:
        return read_time(self._text())

    def _on_left(self) -> None:
        self.show_value(self.value)


class DayField(AnswerField):
    """A day, typed or picked."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.day = DayOrNone(_("Not said"))
        self.day.setAccessibleName(name)
        self.inputs = list(self.day.findChildren(QDateEdit))
        for inner in self.inputs:
            inner.setProperty("large", True)
        self.setLayout(row(self.day, None))
        self.day.chosen.connect(lambda day: self._give(day.isoformat() if day else ""))

    def show_value(self, value: str) -> None:
        self.value = value
        day = None
        with suppress(ValueError):
            day = date.fromisoformat(value)
        self.day.show_day(day)

    def take_keyboard(self) -> bool:
        self.day.setFocus(Qt.FocusReason.OtherFocusReason)
        return True


class MomentField(AnswerField):
    """A day and a time."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._day, self._time = DayField(name), TimeField(name)
        self.inputs = [*self._day.inputs, *self._time.inputs]
        self.setLayout(row(self._day, self._time, None))
        for part in (self._day, self._time):
            part.given.connect(lambda _value: self._put_together())

    def show_value(self, value: str) -> None:
        self.value = value
        day, _sign, time = value.partition("T")
        with suppress(ValueError):
            time = datetime.fromisoformat(value).strftime("%H:%M") if time else ""
        self._day.show_value(day)
        self._time.show_value(time)

    def take_keyboard(self) -> bool:
        return self._day.take_keyboard()

    def flush(self) -> None:
        self._time.flush()

    def _put_together(self) -> None:
        day, time = self._day.value, self._time.value
        self._give(f"{day}T{time}" if time else day)


class NoField(AnswerField):
    """Of what is read and not answered."""

    def __init__(self) -> None:
        super().__init__()
        QVBoxLayout(self).setContentsMargins(0, 0, 0, 0)


def raw_number(text: str, spoken: Language) -> str:
    """The number as it is stored; what is none as it was typed."""
    text = text.strip()
    if not text:
        return ""
    try:
        value = read_number(text, spoken).value
    except Invalid:
        # What another reader would take for a number must not be one: nobody knows which was meant.
        return f'"{text}"' if number_in(text) is not None else text
    return str(int(value)) if value.is_integer() and abs(value) < _EXACT else repr(value)


def read_time(text: str) -> str:
    """`HH:MM`; what is no time as it was typed."""
    found = _TIME.fullmatch(text)
    hour = int(found[1]) if found else 99
    half = (found[3] or "").lower() if found else ""
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return f"{hour:02}:{int(found[2] or 0):02}" if found and hour < 24 else text.strip()


def is_multiline(appearance: str) -> bool:
    return "multiline" in appearance.split()
