"""Who is at one session of a visit: the enterprise's people as rows, a tick each, and their fields to correct."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.i18n import N_, _
from app.models.rows import Row
from app.ui.labels import PARTICIPANT_ROLES, SEXES

Index = QModelIndex | QPersistentModelIndex
COLUMNS = ("present", "name", "position", "sex", "role")
_HEADINGS = {
    "present": N_("Present"),
    "name": N_("Name"),
    "position": N_("Position"),
    "sex": N_("Sex"),
    "role": N_("Role"),
}
CHOICES = {"sex": SEXES, "role": PARTICIPANT_ROLES}


class AttendanceTableModel(QAbstractTableModel):
    """`ticked` is called with a participant's id and whether they are there; `changed` with id, field and value."""

    def __init__(
        self,
        ticked: Callable[[str, bool], object],
        changed: Callable[[str, str, str], object],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._ticked = ticked
        self._changed = changed
        self._people: list[Row] = []
        self._present: set[str] = set()
        self._can_tick = False
        self._can_edit = True

    def show(self, people: Sequence[Row], present: frozenset[str], *, can_tick: bool) -> None:
        """Rows that stay keep their place, so that the keyboard does too."""
        same = [row["id"] for row in people] == [row["id"] for row in self._people]
        if not same:
            self.beginResetModel()
        self._people, self._present, self._can_tick = list(people), set(present), can_tick
        if not same:
            self.endResetModel()
        elif people:
            self.dataChanged.emit(self.index(0, 0), self.index(len(people) - 1, len(COLUMNS) - 1))

    def set_editable(self, editable: bool) -> None:
        self._can_edit = editable
        if self._people:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._people) - 1, len(COLUMNS) - 1))

    def row_of(self, participant_id: str) -> int:
        """-1 when the person is not shown."""
        return next((n for n, row in enumerate(self._people) if row["id"] == participant_id), -1)

    def participant(self, row: int) -> Row:
        return self._people[row]

    def is_present(self, row: int) -> bool:
        return self._people[row]["id"] in self._present

    def tick(self, row: int) -> None:
        """The other way round from what it is."""
        if self._can_edit and self._can_tick and 0 <= row < len(self._people):
            self.setData(self.index(row, 0), not self.is_present(row), Qt.ItemDataRole.CheckStateRole)

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._people)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return _(_HEADINGS[COLUMNS[section]])
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if not self._can_edit:
            return flags
        if index.column() == 0:
            return flags | Qt.ItemFlag.ItemIsUserCheckable if self._can_tick else flags
        return flags | Qt.ItemFlag.ItemIsEditable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        person, column = self._people[index.row()], COLUMNS[index.column()]
        if column == "present":
            return self._tick_of(index.row(), role)
        if role == Qt.ItemDataRole.EditRole:
            return person[column] or ""
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}:
            return self._words(person, column)
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        person, column = self._people[index.row()], COLUMNS[index.column()]
        if column == "present" and role == Qt.ItemDataRole.CheckStateRole:
            is_there = value is True or (value is not False and Qt.CheckState(value) == Qt.CheckState.Checked)
            (self._present.add if is_there else self._present.discard)(person["id"])
            self.dataChanged.emit(index, index)
            self._ticked(person["id"], is_there)
            return True
        if column == "present" or role != Qt.ItemDataRole.EditRole or value == (person[column] or ""):
            return False
        self._changed(person["id"], column, value)
        return True

    def _tick_of(self, row: int, role: int) -> Any:
        is_there = self.is_present(row)
        if role == Qt.ItemDataRole.CheckStateRole and self._can_tick:
            return Qt.CheckState.Checked if is_there else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.DisplayRole:
            return _("Yes") if is_there else ""
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return _("Present") if is_there else _("Not present")
        return None

    def _words(self, person: Row, column: str) -> str:
        value = person[column] or ""
        if column in CHOICES:
            return _(CHOICES[column][value]) if value in CHOICES[column] else _("Not written down")
        if column == "name" and not value:
            return _("No name")
        return str(value)
