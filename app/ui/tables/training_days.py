"""Who was at which day of a training: people of many enterprises by days; it is ticked, and corrects nobody."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.fieldwork.training import Trainee, TrainingDay
from app.i18n import _, window_language
from app.ui.labels import PARTICIPANT_ROLES, SEXES

Index = QModelIndex | QPersistentModelIndex
FIXED = 3  # columns before the days: person, enterprise, sex and role
Ticked = Callable[[str, list[str], bool], object]


class TrainingDaysTableModel(QAbstractTableModel):
    """A row is a person, a column after the first three a day. `ticked(session id, participant ids, present)`."""

    def __init__(self, ticked: Ticked, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ticked = ticked
        self.days: Sequence[TrainingDay] = ()
        self.people: Sequence[Trainee] = ()
        self._present: dict[str, set[str]] = {}

    def show(self, days: Sequence[TrainingDay], people: Sequence[Trainee]) -> None:
        """The same people and days again keep the place of the keyboard."""
        present = {day.id: {one.id for one in people if day.id in one.present_at} for day in days}
        shape = ([day.id for day in self.days], [one.id for one in self.people])
        if shape == ([day.id for day in days], [one.id for one in people]):
            self.days, self.people, self._present = days, people, present
            if people:
                self.dataChanged.emit(self.index(0, 0), self.index(len(people) - 1, self.columnCount() - 1))
            return
        self.beginResetModel()
        self.days, self.people, self._present = days, people, present
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.people)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else FIXED + len(self.days)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.ToolTipRole and section >= FIXED:
            return self.days[section - FIXED].topic
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if section < FIXED:
            return (_("Person"), _("Enterprise"), _("Sex, role"))[section]
        return window_language().short_day(self.days[section - FIXED].day)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        found = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return found | Qt.ItemFlag.ItemIsUserCheckable if index.column() >= FIXED else found

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        person, column = self.people[index.row()], index.column()
        if column >= FIXED:
            return self._day_cell(person, self.days[column - FIXED], role)
        if role not in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}:
            return None
        who = person.name or person.position or _("Participant {n}").format(n=window_language().number(index.row() + 1))
        kind = f"{_(SEXES.get(person.sex, person.sex))}, {_(PARTICIPANT_ROLES.get(person.role, person.role))}"
        return (who, person.enterprise, kind)[column]

    def _day_cell(self, person: Trainee, day: TrainingDay, role: int) -> Any:
        there = person.id in self._present[day.id]
        match role:
            case Qt.ItemDataRole.CheckStateRole:
                return Qt.CheckState.Checked if there else Qt.CheckState.Unchecked
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                return _("present") if there else ""
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole or index.column() < FIXED:
            return False
        self.tick([index.row()], index.column() - FIXED, Qt.CheckState(value) == Qt.CheckState.Checked)
        return True

    def tick(self, rows: Sequence[int], day: int, present: bool) -> None:
        """Shown at once, then handed on to be written."""
        session_id, ids = self.days[day].id, [self.people[row].id for row in rows]
        there = self._present[session_id]
        there.update(ids) if present else there.difference_update(ids)
        column = FIXED + day
        self.dataChanged.emit(self.index(min(rows), column), self.index(max(rows), column))
        self._ticked(session_id, ids, present)

    def tick_everybody(self, day: int) -> None:
        """All present; nobody, when all were."""
        everybody = {one.id for one in self.people}
        if everybody:
            self.tick(range(len(self.people)), day, not everybody <= self._present[self.days[day].id])

    def counts(self, day: int) -> dict[str, int]:
        """How many are ticked: all, woman, man, manager, worker."""
        there = [one for one in self.people if one.id in self._present[self.days[day].id]]
        found = {"all": len(there)}
        found |= {sex: sum(one.sex == sex for one in there) for sex in ("woman", "man")}
        return found | {role: sum(one.role == role for one in there) for role in ("manager", "worker")}
