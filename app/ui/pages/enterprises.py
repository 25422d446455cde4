"""The page that lists enterprises."""

from collections.abc import Sequence
from datetime import date

from PySide6.QtWidgets import QWidget

from app.i18n import N_, _, ngettext, window_language
from app.models.enterprises import Enterprise, list_enterprises
from app.ui.desk import Desk
from app.ui.dialogs.add_enterprise import AddEnterprise
from app.ui.dialogs.import_enterprises import ImportEnterprises
from app.ui.labels import near_day
from app.ui.page import Page, page_layout
from app.ui.tables.rows_table import Column
from app.ui.widgets.basics import EmptyState, PageHeader, button
from app.ui.widgets.country_field import country_name
from app.ui.widgets.data_table import DataTable, show_in_place
from app.ui.widgets.filters import Filters


class EnterprisesPage(Page):
    """All enterprises by name, found by any part of what their row says."""

    tables = frozenset({"enterprise", "visit", "improvement", "country_programme"})
    keys = (
        (N_("Enter"), N_("open the enterprise")),
        (N_("Ctrl+N"), N_("add an enterprise")),
        (N_("Ctrl+I"), N_("import a list")),
        (N_("Ctrl+C"), N_("copy the chosen rows as a table")),
    )

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._found: list[Enterprise] = []
        self._today = desk.by.clock.today()
        layout = page_layout(self, scrolls=False)
        self.bring = button(_("Import a list"), self._import, tip=_("Ctrl+I"))
        self.bring.setShortcut("Ctrl+I")
        self.add = button(_("Add an enterprise"), self._add, name="primary", tip=_("Ctrl+N"))
        self.add.setShortcut("Ctrl+N")
        self.header = PageHeader(_("Enterprises"), self.bring, self.add)
        empty = EmptyState(
            _("Here are the enterprises you work with. Add the first, or bring a whole list from Excel."),
            _("Import a list"),
            self._import,
        )
        self.table: DataTable[Enterprise] = DataTable(
            self._columns(), self._open, empty=empty, filter_words=_("Part of a name, town or sector")
        )
        self.table.view.setAccessibleName(_("Enterprises"))
        layout.addWidget(self.header)
        layout.addWidget(self.table, 1)
        self.filters = Filters(desk, lambda: None, words=self.table.filter)
        self.adding = AddEnterprise(desk, self)
        self.importing = ImportEnterprises(desk, self)

    def reload(self) -> None:
        today = self.desk.by.clock.today()
        self.desk.jobs.run_with_db(self, lambda db: list_enterprises(db, today), lambda found: self._show(found, today))

    def open_at(self, route: Sequence[str]) -> None:
        self.filters.open_at(route)

    def place(self) -> Sequence[str]:
        return self.filters.place()

    def focus_filter(self) -> bool:
        self.table.filter.setFocus()
        self.table.filter.selectAll()
        return True

    def _columns(self) -> list[Column[Enterprise]]:
        return [
            Column(_("Name"), lambda one: one.name),
            Column(_("City"), lambda one: one.city, width=100),
            Column(_("Country"), lambda one: country_name(one.country), width=100),
            Column(_("Sector"), lambda one: one.sector, width=125),
            Column(_("Last visit"), self._last, lambda one: one.last_visit_on or date.min, width=105),
            Column(_("Next visit"), self._next, lambda one: one.next_visit_on or date.max, width=105),
            Column(_("To improve"), _improvements, lambda one: (one.open_improvements, one.overdue), width=130),
        ]

    def _last(self, one: Enterprise) -> str:
        return near_day(one.last_visit_on, self._today) if one.last_visit_on else _("not yet")

    def _next(self, one: Enterprise) -> str:
        return near_day(one.next_visit_on, self._today) if one.next_visit_on else _("not planned")

    def _show(self, found: list[Enterprise], today: date) -> None:
        if found == self._found and today == self._today and found:
            return
        self._found, self._today = found, today
        show_in_place(self.table, found, lambda one: one.id)

    def _open(self, one: Enterprise) -> None:
        self.desk.go("enterprise", one.id)

    def begin(self) -> None:
        self._add()

    def _add(self) -> None:
        self.importing.close_panel()
        self.adding.open_new()

    def _import(self) -> None:
        self.adding.close_panel()
        self.importing.open_new()


def _improvements(one: Enterprise) -> str:
    if not one.open_improvements:
        return ""
    n = window_language().number
    words = ngettext("{n} open", "{n} open", one.open_improvements).format(n=n(one.open_improvements))
    if not one.overdue:
        return words
    late = ngettext("{n} overdue", "{n} overdue", one.overdue).format(n=n(one.overdue))
    return _("{open}, {overdue}").format(open=words, overdue=late)
