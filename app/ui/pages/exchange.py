"""Exchange: where things stand with the server, what waits, what needs somebody; and the workbook for head office."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pkgutil import resolve_name
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.i18n import N_, _
from app.messages.standing import standing_sentence
from app.models.database import Author
from app.models.driver import Database
from app.sync.conflicts import Difference, list_differences, list_settled
from app.sync.refused import Refused, list_refused
from app.sync.status import Standing, standing
from app.ui.desk import Desk
from app.ui.labels import near_moment
from app.ui.page import Page, page_layout
from app.ui.theme import px
from app.ui.widgets.basics import PageHeader, column
from app.ui.widgets.connection_card import ConnectionCard
from app.ui.widgets.difference_rows import DifferencesCard, RefusedCard
from app.ui.widgets.notices import Banner, ProgressStrip
from app.ui.widgets.waiting_card import WaitingCard
from app.ui.widgets.workbook_card import WorkbookCard

if TYPE_CHECKING:
    from app.sync.verify import Verified
    from app.ui.dialogs.difference_panel import DifferencePanel
    from app.ui.dialogs.refused_panel import RefusedPanel


@dataclass(frozen=True, slots=True)
class _Seen:
    standing: Standing
    refused: list[Refused]
    differences: list[Difference]
    settled: list[Difference]


class ExchangePage(Page):
    """`open_at`: `differences`, and behind it the id of one."""

    keys = (
        (N_("F5"), N_("sync now")),
        (N_("Enter"), N_("open what the keyboard is on")),
        (N_("K, T"), N_("keep what is on top, take what was kept aside")),
    )

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._wanted: Sequence[str] = ()
        self._seen: _Seen | None = None
        self._shows_settled = False
        self.header = PageHeader(_("Exchange"))
        self.strip = ProgressStrip()
        self.done = Banner()
        self.connection = ConnectionCard(desk)
        self.workbook = WorkbookCard(desk, self.strip, self.done)
        self.waiting = WaitingCard()
        self.refused = RefusedCard()
        self.differences = DifferencesCard()
        self._lay_out()
        self.refused.opened.connect(lambda number: self.refused_panel.open_refused(number))
        self.differences.opened.connect(lambda key: self.difference_panel.open_difference(key))
        self.differences.settled_wanted.connect(self._show_settled)
        desk.courier.changed.connect(self._on_courier)
        desk.courier.verified.connect(self._on_verified)

    @cached_property
    def difference_panel(self) -> "DifferencePanel":
        """Named, not imported, and made when it is first asked for: the page does not wait for it."""
        kind: type[DifferencePanel] = resolve_name("app.ui.dialogs.difference_panel:DifferencePanel")
        made = kind(self.desk, self)
        made.settled.connect(self._on_settled)
        return made

    @cached_property
    def refused_panel(self) -> "RefusedPanel":
        kind: type[RefusedPanel] = resolve_name("app.ui.dialogs.refused_panel:RefusedPanel")
        return kind(self.desk, self)

    def reload(self) -> None:
        by = self.desk.by
        self.desk.jobs.run_reading(self, lambda db: _read(db, by), self._show)

    def open_at(self, route: Sequence[str]) -> None:
        self._wanted = route
        if self._seen and not self._stale:
            self._go_to_wanted()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F5:
            self.desk.courier.sync_now()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._on_courier()  # where things stand may have changed while another page was shown

    def _lay_out(self) -> None:
        layout = page_layout(self)
        for widget in (self.header, self.done, self.strip):
            layout.addWidget(widget)
        columns = QHBoxLayout()
        columns.setSpacing(px(16))
        columns.addLayout(column(self.refused, self.differences, self.waiting, None, spacing=16), 3)
        columns.addLayout(column(self.connection, self.workbook, None, spacing=16), 2)
        layout.addLayout(columns)
        layout.addStretch(1)
        self.refused.hide()
        self.differences.hide()

    def _on_courier(self) -> None:
        """An exchange began or ended, or where things stand is known anew; the lists follow the records."""
        if self._seen is None or not self.isVisible():
            return
        found = self.desk.courier.standing or self._seen.standing
        self._show_standing(found)
        if found.rejected != len(self._seen.refused):
            self.reload()

    def _on_verified(self, done: "Verified") -> None:
        """Named, not imported: the page does not wait for what compares."""
        words: Callable[[Verified], list[str]] = resolve_name("app.messages.verified:verified_lines")
        self.done.say(" ".join(words(done)))

    def _show(self, seen: _Seen) -> None:
        self._seen = seen
        self._show_standing(seen.standing)
        self.refused.setVisible(bool(seen.refused))
        if seen.refused:
            self.refused.show_refused(seen.refused)
        self._show_differences(seen)
        self._go_to_wanted()

    def _show_standing(self, found: Standing) -> None:
        self.header.say(_("Exchange"), standing_sentence(found, lambda at: near_moment(at, self._today)))
        self.connection.show_standing(found)
        refused = bool(found.rejected)
        self.waiting.show_outbox(found.waits, self._today, is_enrolled=found.is_enrolled, refused=refused)

    def _show_differences(self, seen: _Seen) -> None:
        shown = seen.settled if self._shows_settled else seen.differences
        self.differences.setVisible(bool(seen.differences or seen.settled))
        self.differences.show_differences(shown, settled=self._shows_settled, has_settled=bool(seen.settled))

    def _show_settled(self, settled: bool) -> None:
        self._shows_settled = settled
        if self._seen:
            self._show_differences(self._seen)

    def _on_settled(self, settled: str) -> None:
        """On to the next one, so that many are settled without going back and forth."""
        left = [one for one in self._seen.differences if one.id != settled] if self._seen else []
        if left and not self._shows_settled:
            self.difference_panel.open_difference(left[0].id)
        else:
            self.difference_panel.close_panel()

    def _go_to_wanted(self) -> None:
        wanted, self._wanted = self._wanted, ()
        if not wanted or wanted[0] != "differences":
            return
        if len(wanted) > 1:
            self.difference_panel.open_difference(wanted[1])
        else:
            self.differences.focus_first()

    @property
    def _today(self) -> date:
        return self.desk.by.clock.today()


def _read(db: Database, by: Author) -> _Seen:
    return _Seen(standing(db), list_refused(db), list_differences(db, by), list_settled(db, by))
