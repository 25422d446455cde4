"""Numbers by month, typed like in a workbook: digits begin, Enter goes on, a letter says why there is no number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from app.ui.theme import px, tokens
from app.ui.widgets.basics import plain_table

CELL = int(Qt.ItemDataRole.UserRole)
Index = QModelIndex | QPersistentModelIndex
_ROW, _NAME, _NARROW_NAME, _HEAD, _ROOMY, _LEAST_MONTH = 72, 220, 130, 48, 640, 40


@dataclass(frozen=True, slots=True)
class GridCell:
    """`text` is the number or the word why there is none; `second` says what it is, such as Baseline; `typed` is what
    editing begins with."""

    text: str = ""
    second: str = ""
    typed: str = ""
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class GridRow:
    """One indicator: its name, its unit with how many months are known, and a cell for each month."""

    key: str
    name: str
    second: str
    cells: tuple[GridCell, ...]


class MonthGrid(QTableView):
    """Signals:
    chosen: (row key, month number) the cell that is current now.
    typed: (row key, month number, text) somebody typed into a cell.
    said: (row key, month number, code) a key of `letters` was pressed on a cell.
    cleared: (row key, month number) Delete was pressed on a cell.
    """

    chosen = Signal(str, int)
    typed = Signal(str, int, str)
    said = Signal(str, int, str)
    cleared = Signal(str, int)

    def __init__(self, name: str, letters: Mapping[Qt.Key, str]) -> None:
        super().__init__()
        self.setObjectName("months")
        self.setAccessibleName(name)
        self._letters = letters
        self._model = _Months(self)
        self.can_edit = True
        self.setModel(self._model)
        self.setItemDelegate(_CellPainter(self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.AnyKeyPressed
            | QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        plain_table(self, line=_ROW)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setSectionsClickable(False)
        self.selectionModel().currentChanged.connect(self._on_current)
        self._model.typed.connect(self.typed)

    def show_rows(self, months: Sequence[str], rows: Sequence[GridRow]) -> None:
        """Show these, keeping the current cell and an editor that is open."""
        if self.state() == QAbstractItemView.State.EditingState:
            self._model.show_quietly(rows)
            return
        current = self.currentIndex()
        row, column = (current.row(), current.column()) if current.isValid() else (0, len(months))
        key = self._model.rows[row].key if row < len(self._model.rows) else ""
        self._model.show(months, rows)
        self._shape()
        keys = [one.key for one in rows]
        self.choose(key if key in keys else keys[0] if keys else "", min(max(column, 1), len(months)) - 1)

    def choose(self, key: str, month: int) -> None:
        for row, one in enumerate(self._model.rows):
            if one.key == key:
                self.setCurrentIndex(self._model.index(row, month + 1))

    def place(self) -> tuple[str, int]:
        """Row key and month of the current cell; ("", -1) when there is none."""
        index = self.currentIndex()
        return (self._model.rows[index.row()].key, index.column() - 1) if index.isValid() else ("", -1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, month = self.place()
        letter = self._letters.get(Qt.Key(event.key()))
        if self.state() == QAbstractItemView.State.EditingState:
            event.accept()  # the editor lets Enter through once it has used it
        elif month < 0 or not self.can_edit:
            super().keyPressEvent(event)
        elif letter and not event.modifiers():
            self.said.emit(key, month, letter)
        elif event.key() in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:
            self.cleared.emit(key, month)
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.edit(self.currentIndex())
        elif event.text().isalpha():
            event.ignore()
        else:
            super().keyPressEvent(event)

    def go_on(self) -> None:
        """To the next month, from the last to the next indicator."""
        index = self.currentIndex()
        if index.column() + 1 < self._model.columnCount():
            self.setCurrentIndex(index.siblingAtColumn(index.column() + 1))
        elif index.row() + 1 < self._model.rowCount():
            self.setCurrentIndex(self._model.index(index.row() + 1, 1))

    def _shape(self) -> None:
        header = self.horizontalHeader()
        header.setMinimumSectionSize(px(_LEAST_MONTH))
        header.setFixedHeight(px(_HEAD))
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)
        self._share_width()
        self.setMinimumHeight(px(_ROW) * min(2, self._model.rowCount()) + px(_HEAD) + px(6))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._share_width()
        super().resizeEvent(event)

    def _share_width(self) -> None:
        room = self.viewport().width()
        left = room - (self._model.columnCount() - 1) * px(_LEAST_MONTH)
        self.setColumnWidth(0, px(_NAME) if room >= px(_ROOMY) else max(px(80), min(px(_NARROW_NAME), left)))

    def _on_current(self, current: QModelIndex) -> None:
        if current.isValid() and current.column() == 0:
            self.setCurrentIndex(current.siblingAtColumn(1))
        elif current.isValid():
            self.chosen.emit(*self.place())


class _Months(QAbstractTableModel):
    """Signals:
    typed: see MonthGrid.
    """

    typed = Signal(str, int, str)

    def __init__(self, grid: MonthGrid) -> None:
        super().__init__(grid)
        self._grid = grid
        self.months: Sequence[str] = ()
        self.rows: Sequence[GridRow] = ()

    def show(self, months: Sequence[str], rows: Sequence[GridRow]) -> None:
        self.beginResetModel()
        self.months, self.rows = months, rows
        self.endResetModel()

    def show_quietly(self, rows: Sequence[GridRow]) -> None:
        """While somebody types in a cell: what the others say, where the rows are still the same."""
        if [row.key for row in rows] == [row.key for row in self.rows]:
            self.rows = rows
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(self.months)))

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.months) + 1

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.months[section - 1] if section else ""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            edge = Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter
            return int(edge) | int(Qt.TextFlag.TextWordWrap)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() and self._grid.can_edit else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.rows[index.row()]
        cell = row.cells[index.column() - 1] if index.column() else GridCell(row.name, row.second)
        if role == CELL:
            return cell
        if role == Qt.ItemDataRole.EditRole:
            return cell.typed
        if role == Qt.ItemDataRole.DisplayRole:
            return cell.text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            month = self.months[index.column() - 1] if index.column() else ""
            return ", ".join(part for part in (row.name, month, cell.text, cell.second) if part)
        if role == Qt.ItemDataRole.ToolTipRole:  # what has no room is read here
            return "\n".join(part for part in (cell.text, cell.second) if part)
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role == Qt.ItemDataRole.EditRole and str(value).strip() != self.data(index, role):
            self.typed.emit(self.rows[index.row()].key, index.column() - 1, str(value).strip())
        return True


class _CellPainter(QStyledItemDelegate):
    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        field = QLineEdit(parent)
        field.setObjectName("cell")
        field.setAccessibleName(index.data(Qt.ItemDataRole.AccessibleTextRole))
        field.setAlignment(Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter)
        field.returnPressed.connect(self._go_on, Qt.ConnectionType.QueuedConnection)
        return field

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        if isinstance(editor, QLineEdit):
            model.setData(index, editor.text())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        cell: GridCell = index.data(CELL)
        room: QRect = option.rect
        state = option.state
        colours = tokens()
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(room.adjusted(px(2), px(2), -px(2), -px(2)), QColor(colours.accent_soft))
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(colours.accent), px(2)))
            painter.drawRect(room.adjusted(px(2), px(2), -px(2), -px(2)))
        painter.setPen(QPen(QColor(colours.line), 1))
        painter.drawLine(room.bottomLeft(), room.bottomRight())
        edge = Qt.AlignmentFlag.AlignTrailing if index.column() else Qt.AlignmentFlag.AlignLeading
        flags = QStyle.visualAlignment(option.direction, edge | Qt.AlignmentFlag.AlignVCenter)
        is_strong = not index.column() or cell.is_number
        self._write(painter, room, (cell.text, cell.second), int(flags), strong=is_strong)
        painter.restore()

    def _write(self, painter: QPainter, room: QRect, lines: tuple[str, str], flags: int, *, strong: bool) -> None:
        """Two lines; a word where a number could be is as quiet as the second one."""
        sizes = ((13 if strong else 12, strong), (12, False))
        width = room.width() - px(10)
        shown = [self._line(painter, words, width, *size) for words, size in zip(lines, sizes, strict=True)]
        heights = [height for _font, _words, height in shown]
        top = room.center().y() - sum(heights) // 2
        for (font, words, height), (_size, is_strong) in zip(shown, sizes, strict=True):
            painter.setFont(font)
            painter.setPen(QColor(tokens().text if is_strong else tokens().muted))
            where = QRect(room.left() + px(5), top, width, height)
            painter.drawText(where, flags | int(Qt.TextFlag.TextWordWrap), words)
            top += height

    def _line(self, painter: QPainter, words: str, width: int, size: int, strong: bool) -> tuple[QFont, str, int]:
        """Font, what of `words` has room on two lines at most, and the height that takes."""
        font = QFont(painter.font())
        font.setPixelSize(px(size))
        font.setWeight(QFont.Weight.DemiBold if strong else QFont.Weight.Normal)
        metrics = QFontMetrics(font)
        if not words:
            return font, "", 0
        if metrics.horizontalAdvance(words) <= width:
            return font, words, metrics.height()
        if max(map(metrics.horizontalAdvance, words.split())) > width:  # a word that no line has room for
            return font, metrics.elidedText(words, Qt.TextElideMode.ElideRight, width), metrics.height()
        shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, width * 2 - px(12))
        return font, shown, metrics.height() * 2

    def _go_on(self) -> None:
        grid = self.parent()
        if isinstance(grid, MonthGrid):
            grid.go_on()
