"""The rounds of a short repeat as a table: a line for each area, sheet or buyer, a column for each question."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date

from PySide6.QtCore import QAbstractItemModel, QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QLineEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app.checklists.items import NUMBERS, OF_CHOICES, AnswerKind, Item
from app.checklists.states import Key
from app.fieldwork.walkthrough import key_of, spot
from app.i18n import Language, _, window_language
from app.ui.theme import px, tokens
from app.ui.visit.sheet_state import SheetState
from app.ui.widgets.answer_fields import segments_of
from app.ui.widgets.answer_row import Shown
from app.ui.widgets.basics import button, label, plain_table, row
from app.ui.widgets.segments import Segment
from app.ui.widgets.typed_fields import raw_number, read_time

# More questions than this in a round are asked one under the other.
MOST_COLUMNS = 12
_LINE, _HEAD = 40, 34
_WIDTHS = {AnswerKind.TEXT: 200, AnswerKind.CHOICES: 200}
Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class RoundTableModel(QAbstractTableModel):
    """A line for each round; the last column is its score, where there is one."""

    def __init__(self, state: SheetState, repeat: str, outer: str, items: Sequence[Item]) -> None:
        super().__init__()
        self.state, self.repeat, self.outer, self.items = state, repeat, outer, items
        self.rounds: tuple[str, ...] = ()
        self.has_score = any(item.is_assessed for item in items)

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.rounds)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.items) + self.has_score

    def refresh(self) -> None:
        rounds = self.state.filling.rounds(self.repeat, self.outer)
        if rounds != self.rounds:
            self.beginResetModel()
            self.rounds = rounds
            self.endResetModel()
        elif rounds:
            self.dataChanged.emit(self.index(0, 0), self.index(len(rounds) - 1, self.columnCount() - 1))

    def spot(self, index: Index) -> str:
        """The item that a cell asks; empty for a score."""
        is_item = index.isValid() and index.column() < len(self.items)
        return spot(Key(self.items[index.column()].id, self.rounds[index.row()])) if is_item else ""

    def index_of(self, one: str) -> QModelIndex:
        key = key_of(one)
        ids = [item.id for item in self.items]
        return self.index(self.rounds.index(key.round), ids.index(key.name))

    def flags(self, index: Index) -> Qt.ItemFlag:
        usual = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        one = self.spot(index)
        if not one or not self.state.is_visible(one) or self.state.state(one).is_readonly:
            return usual
        return usual | Qt.ItemFlag.ItemIsEditable

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        if orientation == Qt.Orientation.Vertical:
            return str(section + 1)
        if section == len(self.items):
            return _("Score")
        return self.items[section].label.in_language(window_language().tag)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        one = self.spot(index)
        if not one:
            is_shown = role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)
            return self.state.round_score(self.repeat, self.rounds[index.row()]) if is_shown else None
        shown, is_asked = self.state.shown(one), self.state.is_visible(one)
        words = (shown.answer or shown.result) if is_asked else _("not asked")
        colours = _colours(shown, is_asked=is_asked)
        said = (shown.words, shown.answer or _("Not answered"), shown.problem)
        roles = {
            Qt.ItemDataRole.DisplayRole: words,
            Qt.ItemDataRole.ToolTipRole: shown.problem or shown.words,
            Qt.ItemDataRole.AccessibleTextRole: ". ".join(part for part in said if part),
            Qt.ItemDataRole.BackgroundRole: QColor(colours[0]) if colours[0] else None,
            Qt.ItemDataRole.ForegroundRole: QColor(colours[1]) if colours[1] else None,
        }
        return roles.get(Qt.ItemDataRole(role))


class RoundGrid(QTableView):
    """Keys answer the cell that is marked; letters begin to write in one that is written in.

    Signals:
        given: (spot, raw answer or None).
        entered: the spot of the cell that is marked now.
        asked: the key is the sheet's: Enter, notes, photos.
        wanted: another line.
    """

    given = Signal(str, object)
    entered_cell = Signal(str)
    asked = Signal(QKeyEvent)
    wanted = Signal()

    def __init__(self, model: RoundTableModel, name: str) -> None:
        super().__init__()
        self.rounds = model
        self.setModel(model)
        self.setAccessibleName(name)
        plain_table(self, line=_LINE)
        self.setShowGrid(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        head = self.horizontalHeader()
        head.setFixedHeight(px(_HEAD))
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
        head.setTextElideMode(Qt.TextElideMode.ElideRight)
        head.setStretchLastSection(True)
        self.setItemDelegate(_CellDelegate(self))
        for column, item in enumerate(model.items):
            self.setColumnWidth(column, px(_WIDTHS.get(item.kind, 130)))
        model.modelReset.connect(self._fit)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        one = self.rounds.spot(self.currentIndex())
        if event.matches(QKeySequence.StandardKey.Paste):
            self.paste(QGuiApplication.clipboard().text())
        elif event.key() == Qt.Key.Key_Insert:
            self.wanted.emit()
        elif not one or not self._take(one, event):
            super().keyPressEvent(event)

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if one := self.rounds.spot(current):
            self.entered_cell.emit(one)

    def write(self, index: Index, text: str) -> None:
        """Takes what was written or pasted into a cell, as a raw answer."""
        if self.rounds.flags(index) & Qt.ItemFlag.ItemIsEditable:
            one = self.rounds.spot(index)
            item = self.rounds.state.state(one).item
            self.given.emit(one, raw_answer(item, text, window_language().tag, self.rounds.state.spoken) or None)

    def paste(self, text: str) -> None:
        """Cells as a spreadsheet copies them, from the marked one on; lines that are missing are added."""
        start = self.currentIndex()
        first, column = max(0, start.row()), max(0, start.column())
        for down, line in enumerate(text.rstrip("\n").split("\n") if text.strip() else ()):
            if first + down >= self.rounds.rowCount():
                self.wanted.emit()
            for across, cell in enumerate(line.rstrip("\r").split("\t")):
                if column + across < len(self.rounds.items):
                    self.write(self.rounds.index(first + down, column + across), cell)

    def _take(self, one: str, event: QKeyEvent) -> bool:
        """Whether the key meant something for the cell."""
        state = self.rounds.state.state(one)
        pressed = event.text().casefold()
        is_editable = bool(self.rounds.flags(self.currentIndex()) & Qt.ItemFlag.ItemIsEditable)
        code = next((seg.code for seg in self._segments(state.item) if seg.key and seg.key == pressed), None)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.asked.emit(event)
        elif event.key() in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete) and is_editable:
            self.given.emit(one, None)
        elif code is not None and is_editable:
            self.given.emit(one, _toggled(state.item, state.answer, code))
        elif is_editable and pressed.isprintable() and pressed and state.item.kind not in OF_CHOICES:
            self.edit(self.currentIndex())
            if isinstance(field := self.indexWidget(self.currentIndex()) or self.findChild(QLineEdit), QLineEdit):
                field.setText(event.text())
        else:
            return False
        return True

    def _segments(self, item: Item) -> list[Segment]:
        return segments_of(item, item.choices, window_language().tag) if item.kind in OF_CHOICES else []

    def _fit(self) -> None:
        """As high as its lines: the page scrolls downwards, the table only sideways."""
        bar = self.horizontalScrollBar().sizeHint().height()
        self.setFixedHeight(px(_HEAD) + px(_LINE) * self.rounds.rowCount() + bar + 4)


class GridBlock(QWidget):
    """The table with what adds and removes lines.

    Signals:
        unwanted: (round) the marked line is to go.
    """

    unwanted = Signal(str)

    def __init__(self, model: RoundTableModel, title: str, *, is_counted: bool) -> None:
        super().__init__()
        self.grid = RoundGrid(model, title)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, px(8), 0, px(4))
        layout.setSpacing(px(6))
        self.heading = label(title, "strong", wrap=True)
        self.add = button(_("Add a line"), self.grid.wanted.emit, large=True, tip=_("Ins"))
        self.remove = button(_("Remove the line"), self._remove, name="quiet", large=True)
        hint = label(_("Lines can be pasted from a spreadsheet."), "small", wrap=True)
        for widget in (self.add, self.remove, hint):
            widget.setVisible(not is_counted)
        layout.addWidget(self.heading)
        layout.addWidget(self.grid)
        foot = row(self.add, self.remove, hint)
        foot.setStretch(2, 1)
        layout.addLayout(foot)

    def set_editable(self, editable: bool) -> None:
        for widget in (self.add, self.remove):
            widget.setEnabled(editable)

    def _remove(self) -> None:
        rounds = self.grid.rounds.rounds
        at = self.grid.currentIndex().row()
        if rounds:
            self.unwanted.emit(rounds[at if 0 <= at < len(rounds) else -1])


class _CellDelegate(QStyledItemDelegate):
    """A list for choices, a line for the rest."""

    def __init__(self, grid: RoundGrid) -> None:
        super().__init__(grid)
        self._grid = grid

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        item = self._grid.rounds.state.state(self._grid.rounds.spot(index)).item
        if item.kind is not AnswerKind.CHOICE:
            return QLineEdit(parent)
        made = QComboBox(parent)
        made.addItem("", "")
        for choice in item.choices:
            made.addItem(choice.label.in_language(window_language().tag), choice.name)
        return made

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        words = str(index.data() or "")
        if isinstance(editor, QComboBox):
            editor.setCurrentIndex(max(0, editor.findText(words)))
        elif isinstance(editor, QLineEdit):
            editor.setText(words)

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        text = editor.currentText() if isinstance(editor, QComboBox) else ""
        self._grid.write(index, editor.text() if isinstance(editor, QLineEdit) else text)


def _colours(shown: Shown, *, is_asked: bool) -> tuple[str, str]:
    """Behind a cell, and of its words; empty for the usual ones."""
    if not is_asked:
        return "", tokens().muted
    if shown.is_finding:
        return tokens().bad_soft, tokens().bad_text
    return (tokens().warn_soft, tokens().warn_text) if shown.problem else ("", "")


def raw_answer(item: Item, text: str, tag: str, spoken: Language) -> str:
    """What is written in a cell as the answer that is stored; what it is not, is kept as it was written."""
    text = text.strip()
    if item.kind in OF_CHOICES:
        parts = [text] if item.kind is AnswerKind.CHOICE else text.split(",")
        return " ".join(_choice(item, part.strip(), tag) for part in parts)
    if item.kind in NUMBERS:
        return raw_number(text, spoken)
    if item.kind is AnswerKind.TIME:
        return read_time(text)
    with suppress(ValueError):
        if item.kind is AnswerKind.DATE and text:
            return date.fromisoformat(text).isoformat()
    return text


def _choice(item: Item, words: str, tag: str) -> str:
    wanted = words.casefold()
    for choice in item.choices:
        if wanted in (choice.name.casefold(), choice.label.in_language(tag).casefold()):
            return choice.name
    # The checklist takes no answer to a choice that it does not offer.
    return "" if item.kind is AnswerKind.CHOICE else words


def _toggled(item: Item, answer: str, code: str) -> str | None:
    if item.kind is AnswerKind.CHOICE:
        return code
    chosen = answer.split()
    return " ".join([one for one in chosen if one != code] if code in chosen else [*chosen, code]) or None
