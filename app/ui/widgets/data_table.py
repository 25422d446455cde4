"""A list as a table: sorted by its headings, filtered by typing, copied as a table, opened with Enter."""

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QHeaderView,
    QLineEdit,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app.i18n import _, ngettext
from app.ui.tables.rows_table import Column, RowsTableModel
from app.ui.theme import px
from app.ui.widgets.basics import EmptyState, label, plain_table, row, turn

T = TypeVar("T")
_BAR = 16  # the scroll bar and the borders
_LEAST, _ROOMY = 170, 330  # design pixels of a column that takes what the others leave
_READING = 3  # place of the words that say so
_TIGHTEST = 0.78  # of the width that a column asks for


class DataTable(QWidget, Generic[T]):
    """A filter, a count, and the rows; or what to do when there are none. `opened` is called with the record."""

    def __init__(
        self,
        columns: Sequence[Column[T]],
        opened: Callable[[T], object],
        *,
        empty: EmptyState,
        filter_words: str = "",
        roomy: int = _ROOMY,
    ) -> None:
        """`roomy`: design pixels that a column without a width has before the others gain too."""
        super().__init__()
        self._roomy = roomy
        self._opened = opened
        self._columns = columns
        self.model: RowsTableModel[T] = RowsTableModel(columns, self)
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(filter_words or _("Filter what is shown"))
        self.filter.setAccessibleName(self.filter.placeholderText())
        self.filter.setClearButtonEnabled(True)
        self.filter.setMinimumWidth(px(260))
        self.count = label("", "muted")
        self.tools = row()
        self.view = _Table(self._open_current)
        self.view.setModel(self.model)
        self.view.horizontalHeader().sectionClicked.connect(self._on_heading)
        self._shape(columns)
        self._nothing_found = EmptyState(
            _("Nothing here has what was typed."), _("Clear the filter"), self.filter.clear
        )
        self._stack = QStackedWidget()
        for widget in (self.view, empty, self._nothing_found, EmptyState(_("Reading..."))):
            self._stack.addWidget(widget)
        self._stack.setCurrentIndex(_READING)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(px(8))
        self._filter_line = row(self.filter, self.count, None)
        tools = row()
        tools.addLayout(self.tools)
        tools.addStretch(0)
        self._head = row()
        self._head.addLayout(self._filter_line, 1)
        self._head.addLayout(tools)
        layout.addLayout(self._head)
        layout.addWidget(self._stack, 1)
        self.filter.textChanged.connect(self._on_filter)
        self.view.doubleClicked.connect(lambda _index: self._open_current())

    def show_rows(self, records: Sequence[T]) -> None:
        """Show `records`, keeping filter, order, and the row that was current."""
        current = self.view.currentIndex().row()
        self.model.show(records)
        header = self.view.horizontalHeader()
        if header.isSortIndicatorShown() and header.sortIndicatorSection() < len(self.model.columns):
            self.model.sort(header.sortIndicatorSection(), header.sortIndicatorOrder())
        self.view.selectRow(min(max(0, current), self.model.rowCount() - 1))
        self._tell()

    def _shape(self, columns: Sequence[Column[Any]]) -> None:
        header = self.view.horizontalHeader()
        header.setSortIndicatorShown(False)
        header.setSectionsClickable(True)
        header.setHighlightSections(False)
        # Qt measures two lines as one, and would cut both.
        has_lines = any("\n" in column.heading for column in columns)
        header.setTextElideMode(Qt.TextElideMode.ElideNone if has_lines else Qt.TextElideMode.ElideRight)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
        for number, column in enumerate(columns):
            if column.width:
                self.view.setColumnWidth(number, px(column.width))
            stretches = QHeaderView.ResizeMode.Interactive if column.width else QHeaderView.ResizeMode.Stretch
            header.setSectionResizeMode(number, stretches)

    def show_columns(self, columns: Sequence[Column[T]]) -> None:
        """Other columns; the rows go until they are shown again."""
        self._columns = columns
        self.model.show_columns(columns)
        self._shape(columns)
        self._share_width()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_width()
        wanted = self._filter_line.sizeHint().width() + self.tools.sizeHint().width() + self._head.spacing()
        turn(self._head, (1, 0), beside=wanted <= self.width())

    def _share_width(self) -> None:
        """The first words of a row keep room enough on a narrow page; on a wide one every column gains. Where the
        cells would be cut too short, the table scrolls sideways."""
        fixed = sum(px(column.width) for column in self._columns)
        free = sum(not column.width for column in self._columns)
        room = self.width() - px(_BAR)
        if not fixed:
            return
        least, most = (room - free * px(_LEAST)) / fixed, (room - free * px(self._roomy)) / fixed
        scrolls = least < _TIGHTEST
        factor = 1.0 if scrolls else min(1.0, least) if least < 1 else min(1.6, max(1.0, most))
        modes = QHeaderView.ResizeMode
        for number, column in enumerate(self._columns):
            if column.width:
                self.view.setColumnWidth(number, int(px(column.width) * factor))
            else:
                mode = modes.Interactive if scrolls else modes.Stretch
                self.view.horizontalHeader().setSectionResizeMode(number, mode)
                self.view.setColumnWidth(number, px(_LEAST))

    def _on_heading(self, section: int) -> None:
        header = self.view.horizontalHeader()
        again = header.isSortIndicatorShown() and header.sortIndicatorSection() == section
        down = again and header.sortIndicatorOrder() == Qt.SortOrder.AscendingOrder
        order = Qt.SortOrder.DescendingOrder if down else Qt.SortOrder.AscendingOrder
        header.setSortIndicatorShown(True)
        header.setSortIndicator(section, order)
        self.model.sort(section, order)

    def _on_filter(self, text: str) -> None:
        self.model.filter(text)
        self.view.selectRow(0)
        if self._stack.currentIndex() != _READING:
            self._tell()

    def _tell(self) -> None:
        shown, there_are = self.model.counts
        words = ngettext("{shown} of {n} row", "{shown} of {n} rows", there_are).format(shown=shown, n=there_are)
        self.count.setText(words if there_are else "")
        self._stack.setCurrentIndex(0 if shown else 2 if there_are else 1)
        holder = QApplication.focusWidget()
        if shown and holder and holder.isAncestorOf(self) and not holder.isWindow():
            self.view.setFocus()  # the page has just been opened: Enter and the arrows are for its rows

    def _open_current(self) -> None:
        index = self.view.currentIndex()
        if index.isValid():
            self._opened(self.model.record(index.row()))


class _Table(QTableView):
    """Rows by keyboard: Enter opens, Ctrl+C copies the selected rows with tabs between cells."""

    def __init__(self, opened: Callable[[], object]) -> None:
        super().__init__()
        self._opened = opened
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        plain_table(self, line=36)
        self.setWordWrap(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._opened()
        elif event.matches(QKeySequence.StandardKey.Copy):
            self._copy()
        else:
            super().keyPressEvent(event)

    def _copy(self) -> None:
        model = self.model()
        rows = sorted({index.row() for index in self.selectionModel().selectedRows()})
        columns = range(model.columnCount())
        lines = ["\t".join(str(model.index(r, c).data() or "") for c in columns) for r in rows]
        QGuiApplication.clipboard().setText("\n".join(lines))


def show_in_place(table: DataTable[Any], records: Sequence[Any], key: Callable[[Any], str]) -> None:
    """Show `records`; the current record, found by `key`, stays current and the list stays scrolled as it was."""
    view, model = table.view, table.model
    index = view.currentIndex()
    current = key(model.record(index.row())) if index.isValid() else None
    scrolled = view.verticalScrollBar().value()
    table.show_rows(records)
    for number in range(model.rowCount()) if current else ():
        if key(model.record(number)) == current:
            view.selectRow(number)
            break
    view.verticalScrollBar().setValue(scrolled)
