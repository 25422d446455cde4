"""The reports that were issued: open their visit, or save a copy of the very bytes that were handed over."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QWidget

from app.fieldwork.everywhere import IssuedReport, issued_reports
from app.i18n import N_, _, ngettext, window_language
from app.models.ids import on_the_wall
from app.photos.store import get_bytes
from app.ui.desk import Desk
from app.ui.labels import visit_title
from app.ui.page import Page, page_layout
from app.ui.tables.rows_table import RECORD, Column
from app.ui.widgets.basics import EmptyState, PageHeader, button
from app.ui.widgets.choices import language_name
from app.ui.widgets.data_table import DataTable
from app.ui.widgets.filters import Filters

_SHOWN_OF_HASH = 12


class ReportsPage(Page):
    """Newest first."""

    tables = frozenset({"report", "visit", "enterprise"})
    keys = ((N_("Enter"), N_("open the report's visit")), (N_("Ctrl+C"), N_("copy the rows")))

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.save = button(_("Save a copy"), self._save, tip=_("The chosen report, byte for byte as it was issued"))
        self.header = PageHeader(_("Reports"))
        empty = EmptyState(
            _("No report was issued yet. A report is issued when that of a finished visit is saved or printed."),
            _("Go to the visits"),
            lambda: desk.go("visits"),
        )
        self.table: DataTable[IssuedReport] = DataTable(
            _columns(), self._open, empty=empty, filter_words=_("Filter by enterprise, visit or hash")
        )
        self.table.view.setAccessibleName(_("Reports"))
        self.table.tools.addWidget(self.save)
        layout = page_layout(self, scrolls=False)
        layout.addWidget(self.header)
        layout.addWidget(self.table, 1)
        self.filters = Filters(desk, lambda: None, words=self.table.filter)

    def reload(self) -> None:
        self.desk.jobs.run_with_db(self, issued_reports, self._show)

    def open_at(self, route: Sequence[str]) -> None:
        self.filters.open_at(route)

    def place(self) -> Sequence[str]:
        return self.filters.place()

    def focus_filter(self) -> bool:
        self.table.filter.setFocus()
        return True

    def _show(self, found: list[IssuedReport]) -> None:
        self.table.show_rows(found)
        self.save.setEnabled(bool(found))
        words = ngettext("{n} report was issued.", "{n} reports were issued.", len(found)) if found else ""
        second = words.format(n=len(found))
        self.header.say(_("Reports"), second)

    def _open(self, report: IssuedReport) -> None:
        if report.visit_id:
            self.desk.go("visit", report.visit_id, "report")

    def _save(self) -> None:
        index = self.table.view.currentIndex()
        if not index.isValid():
            return
        report: IssuedReport = index.data(RECORD)
        name = _("{enterprise} {day} revision {n}.pdf").format(
            enterprise=report.enterprise.replace("/", "-"), day=report.issued_at.date().isoformat(), n=report.revision
        )
        if path := self.desk.ask.new_file(self, _("Save a copy"), name, _("PDF files (*.pdf)")):
            self._write(report, path)

    def _write(self, report: IssuedReport, path: Path) -> None:
        jobs = self.desk.jobs

        def work() -> None:
            # Only here: with it come the makers of PDF and Excel, for which the start of the window need not wait.
            from app.outputs import write_file

            write_file(path, jobs.photos(lambda photos: get_bytes(photos, report.pdf_sha256)))

        says = _("Saved as {name}").format(name=path.name)
        jobs.run(self, work, lambda _done: self.desk.said.emit(says, False))


def _columns() -> list[Column[IssuedReport]]:
    return [
        Column(_("Enterprise"), lambda one: one.enterprise),
        Column(_("Visit"), lambda one: visit_title(one.visit) if one.visit else _("no visit")),
        Column(_("Revision"), lambda one: window_language().number(one.revision), lambda one: one.revision, width=90),
        Column(_("Language"), lambda one: language_name(one.language), width=120),
        Column(_("Issued"), _issued, lambda one: one.issued_at, width=130),
        Column(_("Content hash"), lambda one: one.content_sha256[:_SHOWN_OF_HASH], width=140),
    ]


def _issued(report: IssuedReport) -> str:
    return window_language().short_day(on_the_wall(report.issued_at).date())
