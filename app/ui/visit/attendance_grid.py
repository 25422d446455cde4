"""The grid of who was there, worked by keyboard: arrows move, Space ticks, Enter goes on, F2 corrects."""

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from app.i18n import _
from app.ui.labels import options
from app.ui.tables.attendance_table import CHOICES, COLUMNS, AttendanceTableModel
from app.ui.theme import px
from app.ui.widgets.basics import plain_table
from app.ui.widgets.fields import choice_field

Index = QModelIndex | QPersistentModelIndex
_WIDTHS = {"present": 84, "sex": 92, "role": 100}
_TIGHT = {"present": 72, "sex": 76, "role": 84}
_NARROW_NAME = 124


class AttendanceGrid(QTableView):
    """Signals:
    removed: the id of a participant whom somebody wants off the list (Delete).
    """

    removed = Signal(str)

    def __init__(self, model: AttendanceTableModel) -> None:
        super().__init__()
        self.people = model
        self.setModel(model)
        self.setObjectName("attendance")
        self.setAccessibleName(_("Who was there"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.DoubleClicked | triggers.EditKeyPressed)
        plain_table(self, line=40)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._choice = ChoiceDelegate(self)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
        for number, column in enumerate(COLUMNS):
            if column in _WIDTHS:
                self.setColumnWidth(number, px(_WIDTHS[column]))
            else:
                header.setSectionResizeMode(number, QHeaderView.ResizeMode.Stretch)
            if column in CHOICES:
                self.setItemDelegateForColumn(number, self._choice)

    def tighten(self, narrow: bool) -> None:
        """Names and positions keep some room where there is little; sex and role are then scrolled to."""
        modes, policy = QHeaderView.ResizeMode, Qt.ScrollBarPolicy
        self.setHorizontalScrollBarPolicy(policy.ScrollBarAsNeeded if narrow else policy.ScrollBarAlwaysOff)
        for number, column in enumerate(COLUMNS):
            if column in _WIDTHS:
                self.setColumnWidth(number, px((_TIGHT if narrow else _WIDTHS)[column]))
            else:
                self.horizontalHeader().setSectionResizeMode(number, modes.Interactive if narrow else modes.Stretch)
                self.setColumnWidth(number, px(_NARROW_NAME))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Whoever comes by Tab stands on a row at once."""
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self.people.rowCount():
            self.setCurrentIndex(self.people.index(0, 0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        here = self.currentIndex()
        is_editing = self.state() == QAbstractItemView.State.EditingState
        if is_editing or not here.isValid() or not self._does(event.key(), here.row(), here.column()):
            super().keyPressEvent(event)

    def _does(self, key: int, row: int, column: int) -> bool:
        match key:
            case Qt.Key.Key_Space:
                self.people.tick(row)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                if row + 1 < self.people.rowCount():
                    self.setCurrentIndex(self.people.index(row + 1, column))
            case Qt.Key.Key_Delete:
                self.removed.emit(self.people.participant(row)["id"])
            case _:
                return False
        return True


class ChoiceDelegate(QStyledItemDelegate):
    """Sex and role are chosen, not typed."""

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        box = choice_field(options(CHOICES[COLUMNS[index.column()]]))
        box.setParent(parent)
        box.activated.connect(lambda _n: self.commitData.emit(box))
        return box

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        box = _box(editor)
        box.setCurrentIndex(max(0, box.findData(index.data(Qt.ItemDataRole.EditRole))))

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        model.setData(index, _box(editor).currentData(), Qt.ItemDataRole.EditRole)


def _box(editor: QWidget) -> QComboBox:
    assert isinstance(editor, QComboBox)
    return editor
