"""The visits as Qt shows them in a table."""

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.i18n import N_, _, window_language
from app.models.visits import Visit, VisitStatus

Index = QModelIndex | QPersistentModelIndex
HEADERS = (N_("Enterprise"), N_("Day"), N_("Module"), N_("Status"))
RECORD = Qt.ItemDataRole.UserRole
_STATUSES = {
    VisitStatus.DRAFT: N_("Draft"),
    VisitStatus.FINISHED: N_("Finished"),
    VisitStatus.SUBMITTED: N_("Submitted"),
    VisitStatus.RETURNED: N_("Returned"),
    VisitStatus.APPROVED: N_("Approved"),
}


class VisitTableModel(QAbstractTableModel):
    """Rows are visits, in the order given. The RECORD role gives the whole Visit."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._visits: list[Visit] = []

    def show(self, visits: list[Visit]) -> None:
        self.beginResetModel()
        self._visits = list(visits)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._visits)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(HEADERS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return _(HEADERS[section])
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        visit = self._visits[index.row()]
        if role == RECORD:
            return visit
        if role == Qt.ItemDataRole.DisplayRole:
            day = window_language().short_day(visit.day)
            return (visit.enterprise, day, visit.module, _(_STATUSES[visit.status]))[index.column()]
        return None
