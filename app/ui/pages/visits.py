"""The page that lists visits."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QAbstractItemView, QLabel, QLineEdit, QTableView, QVBoxLayout, QWidget

from app.i18n import _, ngettext
from app.models.search import folded
from app.models.visits import Visit, list_visits
from app.ui.jobs import Jobs
from app.ui.page import Page
from app.ui.tables.visit_table import VisitTableModel


class VisitsPage(Page):
    """Every visit, latest first, narrowed by any part of the enterprise's name."""

    def __init__(self, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(jobs, parent)
        self._visits: list[Visit] = []
        self.text = QLineEdit()
        self.text.setPlaceholderText(_("Part of the enterprise's name"))
        self.text.setAccessibleName(_("Part of the enterprise's name"))
        self.count = QLabel()
        self.rows = VisitTableModel(self)
        self.table = QTableView()
        self.table.setModel(self.rows)
        self.table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.verticalHeader().hide()
        self.table.setColumnWidth(0, 320)
        self.table.setColumnWidth(2, 300)
        self.table.horizontalHeader().setStretchLastSection(True)
        layout = QVBoxLayout(self)
        for widget in (self.text, self.count, self.table):
            layout.addWidget(widget)
        self.text.textChanged.connect(self._refilter)

    def reload(self) -> None:
        self.jobs.run_with_db(self, list_visits, self._show)

    def _show(self, visits: list[Visit]) -> None:
        self._visits = visits
        self._refilter()

    @Slot()
    def _refilter(self) -> None:
        asked = folded(self.text.text())
        chosen = [visit for visit in self._visits if asked in folded(visit.enterprise)]
        self.rows.show(chosen)
        words = ngettext("{n} visit of {all}", "{n} visits of {all}", len(chosen))
        self.count.setText(words.format(n=len(chosen), all=len(self._visits)))
