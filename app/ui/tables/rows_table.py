"""Any records as Qt shows them in a table: the columns say how."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QIcon

from app.models.search import folded

Index = QModelIndex | QPersistentModelIndex
RECORD = int(Qt.ItemDataRole.UserRole)
T = TypeVar("T")


@dataclass(frozen=True)  # no slots: Column[Visit](...) could not be written
class Column(Generic[T]):
    """`words` is what the cell says; `order` what it is sorted by (the words when None); `width` in design pixels.
    `sign` is a small picture before the words, which never speaks alone."""

    heading: str
    words: Callable[[T], str]
    order: Callable[[T], Any] | None = None
    width: int = 0
    is_number: bool = False
    sign: Callable[[T], QIcon | None] | None = None

    def key(self, record: T) -> Any:
        return self.order(record) if self.order else folded(self.words(record))


class RowsTableModel(QAbstractTableModel, Generic[T]):
    """Rows in the order given until a column is asked to sort. The RECORD role gives the whole record."""

    def __init__(self, columns: Sequence[Column[T]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = columns
        self._all: list[T] = []
        self._shown: list[T] = []
        self._asked = ""
        self._texts: dict[int, str] = {}  # folded once, not at each key

    def show_columns(self, columns: Sequence[Column[T]]) -> None:
        """Other columns, for the records that come with the next `show`."""
        self.beginResetModel()
        self.columns, self._all, self._shown, self._texts = columns, [], [], {}
        self.endResetModel()

    def show(self, records: Sequence[T]) -> None:
        self._all = list(records)
        self._texts = {}
        self._refresh()

    def filter(self, text: str) -> None:
        """Show the rows in which every word is found, in any column, accents and case ignored."""
        self._asked = folded(text)
        self._refresh()

    def record(self, row: int) -> T:
        return self._shown[row]

    @property
    def counts(self) -> tuple[int, int]:
        """Rows shown, and rows there are."""
        return len(self._shown), len(self._all)

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return self.columns[section].heading
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        record, column = self._shown[index.row()], self.columns[index.column()]
        if role == RECORD:
            return record
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}:
            return column.words(record)
        if role == Qt.ItemDataRole.DecorationRole and column.sign:
            return column.sign(record)
        if role == Qt.ItemDataRole.TextAlignmentRole and column.is_number:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        if column >= 0:
            self._all.sort(key=self.columns[column].key, reverse=order == Qt.SortOrder.DescendingOrder)
            self._refresh()

    def _refresh(self) -> None:
        self.beginResetModel()
        words = self._asked.split()
        self._shown = [record for record in self._all if self._has(record, words)] if words else list(self._all)
        self.endResetModel()

    def _has(self, record: T, words: list[str]) -> bool:
        if id(record) not in self._texts:
            self._texts[id(record)] = folded(" ".join(column.words(record) for column in self.columns))
        text = self._texts[id(record)]
        return all(word in text for word in words)
