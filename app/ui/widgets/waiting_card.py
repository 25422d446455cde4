"""What waits to be sent, kind of record by kind of record."""

from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout

from app.fieldwork.outbox import Outbox
from app.i18n import _, window_language
from app.messages.differences import table_words
from app.messages.standing import file_words
from app.ui.labels import near_day
from app.ui.theme import px
from app.ui.widgets.basics import Card, EmptyState, label

_COLUMNS = 2


class WaitingCard(Card):
    """Made anew only when something else waits than is shown."""

    def __init__(self) -> None:
        super().__init__(_("What waits to be sent"))
        self._shown: tuple[Outbox, bool, bool] | None = None

    def show_outbox(self, found: Outbox, today: date, *, is_enrolled: bool, refused: bool) -> None:
        """`refused`: whether there is work that the server did not take."""
        if self._shown == (found, is_enrolled, refused):
            return
        self._shown = (found, is_enrolled, refused)
        self.clear()
        if found.is_empty:
            words = _("Nothing waits to be sent. What you write down from now on is listed here.")
            if is_enrolled:
                words = _("Nothing waits to be sent: the server has confirmed everything.")
            if refused:
                words = _("Nothing else waits to be sent: the server has confirmed all but what needs your attention.")
            self.body.addWidget(EmptyState(words))
            return
        if found.oldest:
            words = _("The oldest change that waits: {day}.").format(day=near_day(found.oldest, today))
            self.body.addWidget(label(words, "muted", wrap=True))
        self.body.addLayout(_grid(found))
        if files := file_words(found):
            self.body.addWidget(label(_("To upload: {files}.").format(files=files), wrap=True))
        self.body.addStretch(1)


def _grid(found: Outbox) -> QGridLayout:
    made = QGridLayout()
    made.setHorizontalSpacing(px(12))
    made.setVerticalSpacing(px(6))
    lines = [(table_words(table), count) for table, count in found.records]
    if found.settled:
        lines.append((_("Settled differences"), found.settled))
    height = -(-len(lines) // _COLUMNS)
    for number, (words, count) in enumerate(lines):
        line, side = number % height, number // height * (_COLUMNS + 1)
        if side:
            made.setColumnMinimumWidth(side - 1, px(28))
        made.addWidget(label(words, wrap=True), line, side)
        shown = label(window_language().number(count), "strong")
        made.addWidget(shown, line, side + 1, Qt.AlignmentFlag.AlignTrailing)
        made.setColumnStretch(side, 1)
    return made
