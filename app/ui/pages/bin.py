"""The bin: everything that was thrown away, and the way back for each."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from app.fieldwork.records import restore_record
from app.fieldwork.waste import Binned, binned_rows
from app.i18n import N_, _, ngettext
from app.models.registry import TABLE_BY_NAME
from app.ui.desk import Desk
from app.ui.labels import near_moment
from app.ui.page import Page, page_layout
from app.ui.tables.rows_table import RECORD, Column
from app.ui.widgets.basics import EmptyState, PageHeader, button
from app.ui.widgets.data_table import DataTable


class BinPage(Page):
    """Last thrown away first."""

    keys = ((N_("Enter"), N_("restore what is chosen")), (N_("Esc"), N_("back to the settings")))

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.header = PageHeader(_("Bin"))
        self.header.up.connect(lambda: desk.go("settings"))
        self.restore = button(_("Restore"), self._restore_current, name="primary")
        empty = EmptyState(
            _("The bin is empty. What you throw away anywhere waits here, and nothing is ever deleted for good."),
            _("Go to the settings"),
            lambda: desk.go("settings"),
        )
        self.table: DataTable[Binned] = DataTable(
            self._columns(), self._restore, empty=empty, filter_words=_("Filter by words, kind or enterprise")
        )
        self.table.view.setAccessibleName(_("Bin"))
        self.table.tools.addWidget(self.restore)
        layout = page_layout(self, scrolls=False)
        layout.addWidget(self.header)
        layout.addWidget(self.table, 1)

    def reload(self) -> None:
        self.desk.jobs.run_reading(self, binned_rows, self._show)

    def focus_filter(self) -> bool:
        self.table.filter.setFocus()
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.desk.go("settings")
        else:
            super().keyPressEvent(event)

    def _columns(self) -> list[Column[Binned]]:
        return [
            Column(_("What it was"), lambda one: one.words or _("without words")),
            Column(_("Kind"), lambda one: _(TABLE_BY_NAME[one.table].label), width=180),
            Column(_("Enterprise"), lambda one: one.enterprise, width=220),
            Column(_("Thrown away"), self._when, lambda one: one.binned_at, width=170),
        ]

    def _when(self, binned: Binned) -> str:
        return near_moment(binned.binned_at, self.desk.by.clock.today())

    def _show(self, found: list[Binned]) -> None:
        self.table.show_rows(found)
        self.restore.setEnabled(bool(found))
        words = ngettext("{n} thing can be restored.", "{n} things can be restored.", len(found)) if found else ""
        self.header.say(_("Bin"), words.format(n=len(found)), _("Settings"))

    def _restore_current(self) -> None:
        index = self.table.view.currentIndex()
        if index.isValid():
            self._restore(index.data(RECORD))

    def _restore(self, binned: Binned) -> None:
        says = _("Restored: {what}").format(what=binned.words or _(TABLE_BY_NAME[binned.table].label))
        self.desk.write(self, lambda db, by: restore_record(db, by, binned.table, binned.row_id), says=says)
