"""A day that may be left open."""

from datetime import date

from PySide6.QtCore import QDate, QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDateEdit, QHBoxLayout, QWidget

from app.i18n import _
from app.ui.theme import px
from app.ui.widgets.basics import button
from app.ui.widgets.fields import day_field

# Stands for "no day": Qt's field always holds one.
_NEVER = QDate(2000, 1, 1)


class DayOrNone(QWidget):
    """Signals:
    chosen: the day a person put in, or None when it was taken out.
    """

    chosen = Signal(object)

    def __init__(self, words_for_none: str) -> None:
        super().__init__()
        self._field = day_field()
        self._field.setMinimumDate(_NEVER)
        self._field.setSpecialValueText(words_for_none)
        self._field.setMinimumWidth(px(124))  # beside the button a day is enough; the words for none stand alone
        self._field.setKeyboardTracking(False)
        self._field.setDisplayFormat("d MMM yyyy")  # the month in words: nobody has to know which number comes first
        self._field.dateChanged.connect(self._on_changed)
        self._field.installEventFilter(self)
        self._field.calendarWidget().installEventFilter(self)
        self.setFocusProxy(self._field)
        self.clear = button(_("Clear"), lambda: self._field.setDate(_NEVER), name="quiet")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._field, 1)
        layout.addWidget(self.clear)
        self.show_day(None)

    def setAccessibleName(self, name: str) -> None:
        super().setAccessibleName(name)
        self._field.setAccessibleName(name)
        self.clear.setAccessibleName(_("Clear: {field}").format(field=name))

    def show_day(self, day: date | None) -> None:
        """Show a day from the store; says nothing."""
        self._field.blockSignals(True)
        self._field.setDate(QDate(day.year, day.month, day.day) if day else _NEVER)
        self._field.blockSignals(False)
        self.clear.setVisible(day is not None)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self._field.date() != _NEVER:
            return False
        now = QDate.currentDate()
        if event.type() == QEvent.Type.Show and watched is not self._field:
            self._field.calendarWidget().setCurrentPage(now.year(), now.month())
        elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and _begins_a_day(event):
            # The words for no day cannot be typed over: begin from today, and let the key go on from there.
            self._field.setDate(now)
            self._field.setSelectedSection(QDateEdit.Section.DaySection)
        return False

    def _on_changed(self, day: QDate) -> None:
        self.clear.setVisible(day != _NEVER)
        self.chosen.emit(None if day == _NEVER else date(day.year(), day.month(), day.day()))


def _begins_a_day(event: QKeyEvent) -> bool:
    return event.text().isdecimal() or event.key() in {Qt.Key.Key_Up, Qt.Key.Key_Down}
