"""The page of all forms: which are offered, and the way in for those of head office."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from app.fieldwork.forms import Standing, StoredForm, list_forms, version_order
from app.i18n import N_, _, ngettext, window_language
from app.ui.desk import Desk
from app.ui.dialogs.checklist_panel import ChecklistPanel
from app.ui.page import Page, page_layout
from app.ui.tables.rows_table import Column
from app.ui.widgets.basics import EmptyState, PageHeader, button
from app.ui.widgets.data_table import DataTable
from app.ui.widgets.filters import Filters
from app.ui.widgets.form_words import (
    countries_words,
    form_languages,
    form_title,
    module_words,
    standing_words,
)


class ChecklistsPage(Page):
    """Every version of every form. A file that is dropped anywhere on the page is looked at."""

    tables = frozenset({"checklist", "module"})
    keys = (
        (N_("Enter"), N_("look at the checklist")),
        (N_("Ctrl+O"), N_("open a form")),
        (N_("Ctrl+C"), N_("copy the chosen rows as a table")),
        (N_("Esc"), N_("close the panel")),
    )

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.open = button(_("Open a form"), self._ask, name="primary", tip=_("Ctrl+O"))
        self.open.setShortcut("Ctrl+O")
        self.header = PageHeader(_("Checklists"), self.open)
        empty = EmptyState(
            _("Checklists are the forms that are filled in on visits. Open one that head office wrote as an XLSForm."),
            _("Open a form"),
            self._ask,
        )
        self.table: DataTable[StoredForm] = DataTable(
            _columns(), self._look, empty=empty, filter_words=_("Filter by title, country or state")
        )
        self.table.view.setAccessibleName(_("Checklists"))
        layout = page_layout(self, scrolls=False)
        layout.addWidget(self.header)
        layout.addWidget(self.table, 1)
        self.filters = Filters(desk, lambda: None, words=self.table.filter)
        self.panel = ChecklistPanel(desk, self)
        self.setAcceptDrops(True)

    def reload(self) -> None:
        today = self.desk.by.clock.today()
        self.desk.jobs.run_reading(self, lambda db: list_forms(db, today), self._show)

    def open_at(self, route: Sequence[str]) -> None:
        self.filters.open_at(route)

    def place(self) -> Sequence[str]:
        return self.filters.place()

    def focus_filter(self) -> bool:
        self.table.filter.setFocus()
        return True

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if len(_files(event)) == 1:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.panel.open_path(_files(event)[0])
        event.acceptProposedAction()

    def _show(self, found: list[StoredForm]) -> None:
        self.table.show_rows(found)
        self.filters.read()
        n = sum(one.standing is Standing.OFFERED for one in found)
        words = ngettext("{n} checklist is offered on visits.", "{n} checklists are offered on visits.", n)
        self.header.say(_("Checklists"), words.format(n=n) if found else "")

    def _ask(self) -> None:
        self.panel.ask_file()

    def _look(self, form: StoredForm) -> None:
        self.panel.open_stored(form)


def _files(event: QDragEnterEvent | QDropEvent) -> list[Path]:
    return [Path(QUrl(url).toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]


def _columns() -> list[Column[StoredForm]]:
    number = window_language().number

    def asked(form: StoredForm) -> int:
        return sum(item.is_asked for item in form.checklist.items)

    return [
        Column(_("Title"), lambda one: form_title(one.checklist)),
        Column(
            _("Version"), lambda one: one.checklist.version, lambda one: version_order(one.checklist.version), width=100
        ),
        Column(_("Languages"), lambda one: form_languages(one.checklist), width=130),
        Column(_("Country"), lambda one: countries_words(one.country), width=110),
        Column(_("Module"), lambda one: module_words(one.checklist), width=170),
        Column(_("Items"), lambda one: number(asked(one)), asked, width=76),
        Column(_("State"), standing_words, lambda one: (one.standing, one.active_from or date.min), width=180),
    ]
