"""One improvement in a list: what, from which finding, who, until when, how far, and what it costs and saves."""

from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel

from app.fieldwork.promises import Promise
from app.i18n import _, window_language
from app.models.improvements import Improvement, ImprovementStatus
from app.reports.amounts import money
from app.ui.labels import due_words, improvement_words
from app.ui.theme import px
from app.ui.widgets.basics import ChipKind, chip, column
from app.ui.widgets.picked_row import PickedRow, clear_of_bar, flowing

_SOON_DAYS = 7


class PromiseRow(PickedRow):
    """Signals:
    opened: its fields are wanted, by a double click.
    """

    opened = Signal()

    def __init__(self, improvement_id: str) -> None:
        super().__init__()
        self.improvement_id = improvement_id
        self._promise: tuple[Promise, date] | None = None
        self.what = flowing("", "strong")
        self.second = flowing("", "muted")
        self.due = chip("")
        self.status = chip("")
        layout = QHBoxLayout(self)
        clear_of_bar(layout)
        layout.setSpacing(px(12))
        layout.addLayout(column(self.what, self.second, spacing=3), 1)
        for sign in (self.due, self.status):
            layout.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)

    def show_promise(self, promise: Promise, today: date) -> None:
        if self._promise == (promise, today):
            return
        self._promise = promise, today
        improvement = promise.improvement
        self.what.setText(improvement.what or _("Nothing is written yet"))
        self.second.setText(second_line(promise))
        words, kind = due_chip(improvement, today)
        _show_chip(self.due, words, kind)
        is_over = improvement.status is ImprovementStatus.DROPPED
        _show_chip(self.status, status_line(improvement), ChipKind.WARN if is_over else ChipKind.NEUTRAL)
        self.setAccessibleName(". ".join([self.what.text(), self.second.text(), words, self.status.text()]))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.opened.emit()


def second_line(promise: Promise) -> str:
    """From which finding, who is in charge, what it costs and saves."""
    improvement, language = promise.improvement, window_language()
    parts = [_("Finding {number}").format(number=promise.finding.number)] if promise.finding else []
    parts.append(improvement.responsible or _("Nobody is responsible yet"))
    if improvement.cost is not None:
        parts.append(_("costs {amount}").format(amount=money(improvement.cost, improvement.currency, language)))
    if improvement.saving is not None:
        amount = money(improvement.saving, improvement.currency, language)
        parts.append(_("saves {amount} a year").format(amount=amount))
    return " · ".join(parts)


def due_chip(improvement: Improvement, today: date) -> tuple[str, ChipKind]:
    """When it is due, and how loudly to say so."""
    if not improvement.is_open:
        day = window_language().short_day(improvement.done_on) if improvement.done_on else ""
        return (_("done {day}").format(day=day) if day else ""), ChipKind.NEUTRAL
    if improvement.days_overdue(today):
        return due_words(improvement, today), ChipKind.BAD
    is_soon = improvement.due_on is None or (improvement.due_on - today).days <= _SOON_DAYS
    return due_words(improvement, today), ChipKind.WARN if is_soon else ChipKind.NEUTRAL


def status_line(improvement: Improvement) -> str:
    words = improvement_words(improvement.status)
    return _("{status}, verified").format(status=words) if improvement.verified_on else words


def _show_chip(sign: QLabel, words: str, kind: ChipKind) -> None:
    sign.setText(words)
    sign.setVisible(bool(words))
    if sign.property("kind") != str(kind):
        sign.setProperty("kind", str(kind))
        sign.style().unpolish(sign)
        sign.style().polish(sign)
