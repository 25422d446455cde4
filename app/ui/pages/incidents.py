"""Suspicions of zero tolerance: what nobody was told of yet comes first, each with its clock."""

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from app.fieldwork.incidents import OPEN, Incident, list_incidents
from app.i18n import N_, _, window_language
from app.ui.desk import Desk
from app.ui.page import Page, page_layout
from app.ui.widgets.basics import Card, ChipKind, ListRow, PageHeader, button, chip, label
from app.ui.widgets.incident_card import IncidentCard
from app.ui.widgets.incident_words import clock_words, kind_words
from app.ui.widgets.link_row import fill_card


class IncidentsPage(Page):
    """`open_at`: the id of an incident."""

    tables = frozenset({"incident"})
    keys = ((N_("Esc"), N_("close the card")),)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._wanted = ""
        self.found: list[Incident] = []
        layout = page_layout(self)
        self.header = PageHeader()
        self.header.say(_("Incidents"), _("Kept apart: they are in no report, workbook, search or export."))
        self.card = IncidentCard(desk)
        self.list = Card(_("All incidents"))
        for widget in (self.header, self.card, self.list):
            layout.addWidget(widget)
        layout.addStretch(1)
        self.card.hide()
        self.card.left.connect(lambda: self._open(""))
        self.card.all_wanted.connect(lambda: self._open(""))

    def open_at(self, route: Sequence[str]) -> None:
        self._open(route[0])

    def place(self) -> Sequence[str]:
        return (self._wanted,) if self._wanted else ()

    def reload(self) -> None:
        self.desk.jobs.run_with_db(self, list_incidents, self._show)

    def _show(self, found: list[Incident]) -> None:
        self.found = found
        rows: list[QWidget] = [self._row(one) for one in found]
        fill_card(self.list, rows or [label(_("There are none."), "muted", wrap=True)])
        self._open(self._wanted)

    def _row(self, one: Incident) -> QWidget:
        now = self.desk.by.clock.now()
        kind = ChipKind.NEUTRAL if one.status != OPEN else ChipKind.BAD if one.is_late(now) else ChipKind.WARN
        opens = button(_("Open"), lambda: self._open(one.id))
        opens.setAccessibleName(_("Open: {what}").format(what=kind_words(one.kind)))
        second = _("{enterprise} · {day}").format(
            enterprise=one.enterprise, day=window_language().short_day(one.found_at.date())
        )
        return ListRow(kind_words(one.kind), second, chip(clock_words(one, now), kind), opens)

    def _open(self, incident_id: str) -> None:
        self._wanted = incident_id
        shown = next((one for one in self.found if one.id == incident_id), None)
        if shown:
            self.card.show_incident(shown)
        self.card.setVisible(shown is not None)
