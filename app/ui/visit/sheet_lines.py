"""The lines of a checklist's sheet: rows and rounds, laid out once and built when somebody comes near them."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.checklists.items import AnswerKind, Item
from app.checklists.states import Key
from app.fieldwork.walkthrough import key_of, spot
from app.i18n import window_language
from app.ui.theme import px
from app.ui.visit.checklist_card import SectionCard
from app.ui.visit.checklist_rounds import RoundsBlock
from app.ui.visit.round_grid import MOST_COLUMNS, GridBlock, RoundTableModel
from app.ui.visit.sheet_state import ALL, SheetState, is_seen
from app.ui.widgets.answer_row import AnswerRow, Question
from app.ui.widgets.basics import clear
from app.ui.widgets.segments import Segment

if TYPE_CHECKING:
    from app.ui.visit.checklist_sheet import ChecklistSheet

# How far beyond what is seen rows are built, in design pixels, and how many at once.
_MARGIN, _AT_ONCE = 500, 6
_SETTLED_MS = 30
_READ = frozenset({AnswerKind.NOTE, AnswerKind.UNSUPPORTED})


class SheetLines(QObject):
    """`rows` are those that are laid out, by spot: of a repeat those of the round that is shown."""

    def __init__(self, sheet: "ChecklistSheet") -> None:
        super().__init__(sheet)
        self._sheet = sheet
        self.rows: dict[str, AnswerRow] = {}
        self.blocks: dict[tuple[str, str], RoundsBlock] = {}
        self.grids: dict[tuple[str, str], GridBlock] = {}
        self._state: SheetState | None = None
        self._wanted: set[str] | None = None
        self._editable = True
        # Where one went: it is kept in view while the rows around it grow.
        self._aim = ""
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._build_near)

    # Laying out

    def begin(self, state: SheetState, cards: Sequence[SectionCard], *, editable: bool) -> None:
        self.rows.clear()
        self.blocks.clear()
        self.grids.clear()
        self._state, self._wanted, self._editable = state, None, editable
        for card in cards:
            self._lay(card.lines, card.section.items, 0, "")

    def _lay(self, lines: QVBoxLayout, items: Sequence[Item], depth: int, round_: str) -> None:
        """Rows, and a block for each run of items of one repeat."""
        state = self._read()
        repeats = state.filling.layout.repeats
        place = 0
        while place < len(items):
            inner = repeats[items[place].id][: depth + 1]
            if len(inner) <= depth:
                if is_seen(items[place]):
                    self._add_row(lines, Key(items[place].id, round_))
                place += 1
                continue
            while place < len(items) and repeats[items[place].id][: depth + 1] == inner:
                place += 1
            self._add_block(lines, inner[depth], round_)

    def _add_row(self, lines: QVBoxLayout, key: Key) -> None:
        state, one = self._read(), spot(key)
        question = Question(state.numbers[key.name], state.items[key.name], window_language().tag, state.spoken)
        row = AnswerRow(question, lambda: state.shown(one))
        row.answered.connect(lambda value: self._sheet.give(one, value))
        row.asked.connect(lambda what: self._ask(one, what))
        row.entered.connect(lambda: self._sheet.enter(one))
        row.built.connect(lambda: self._watch(row))
        row.set_editable(self._editable)
        self.rows[one] = row
        lines.addWidget(row)
        row.setVisible(self._is_shown(one))

    def _add_block(self, lines: QVBoxLayout, repeat: str, outer: str) -> None:
        layout = self._read().filling.layout
        title = layout.groups[repeat].label.in_language(window_language().tag)
        if (items := self._columns(repeat)) is not None:
            self._add_grid(lines, repeat, outer, items)
            return
        block = RoundsBlock(repeat, outer, title)
        # A section that is a repeat has its name above already.
        block.heading.setVisible(bool(layout.chains[repeat]) and bool(title))
        block.set_editable(self._editable)
        block.chosen.connect(lambda round_: self._open(block, round_))
        block.wanted.connect(lambda: self._sheet.round_wanted.emit(repeat, outer))
        block.unwanted.connect(lambda: self._sheet.round_unwanted.emit(repeat, block.current))
        block.chosen.connect(lambda _round: self._go_into(block))
        for button in (block.add, block.remove):
            button.installEventFilter(self._sheet)
        self.blocks[repeat, outer] = block
        lines.addWidget(block)
        self._show_rounds(block)

    def _columns(self, repeat: str) -> list[Item] | None:
        """What a table of the rounds has for columns; None where it would have too many, or rounds inside rounds."""
        state = self._read()
        names = state.filling.layout.contents[repeat]
        items = [state.items[name] for name in names if is_seen(state.items[name])]
        is_flat = all(state.filling.layout.repeats[name][-1] == repeat for name in names)
        asked = [item for item in items if item.kind not in _READ]
        return asked if is_flat and len(asked) <= MOST_COLUMNS else None

    def _add_grid(self, lines: QVBoxLayout, repeat: str, outer: str, items: list[Item]) -> None:
        state = self._read()
        group = state.filling.layout.groups[repeat]
        model = RoundTableModel(state, repeat, outer, items)
        model.refresh()
        block = GridBlock(model, group.label.in_language(window_language().tag), is_counted=bool(group.count))
        block.heading.setVisible(bool(state.filling.layout.chains[repeat]))
        block.set_editable(self._editable)
        grid = block.grid
        grid.given.connect(self._sheet.give)
        grid.entered_cell.connect(self._sheet.enter)
        grid.asked.connect(self._sheet.take_key)
        grid.wanted.connect(lambda: self._sheet.round_wanted.emit(repeat, outer))
        block.unwanted.connect(lambda round_: self._sheet.round_unwanted.emit(repeat, round_))
        self.grids[repeat, outer] = block
        lines.addWidget(block)

    def _show_rounds(self, block: RoundsBlock) -> None:
        """The rounds that are there now; the rows of the one that is shown."""
        state = self._read()
        rounds = state.filling.rounds(block.repeat, block.outer)
        current = block.current if block.current in rounds else rounds[0] if rounds else ""
        names = [state.round_name(block.repeat, one, place) for place, one in enumerate(rounds, start=1)]
        is_counted = bool(state.filling.layout.groups[block.repeat].count)
        was = block.current
        block.show_rounds(rounds, names, current, is_counted=is_counted)
        if current != was:
            self._open(block, current)

    def _open(self, block: RoundsBlock, round_: str) -> None:
        """Show the rows of another round."""
        state = self._read()
        inside = {one for one in self.rows if _is_inside(block, key_of(one), state)}
        for one in inside:
            del self.rows[one]
        for place in [place for place in self.blocks if place[1] and place[1].startswith(block.current or "/")]:
            if place[0] != block.repeat:
                del self.blocks[place]
        clear(block.lines)
        block.current = round_
        for other, tab in block.tabs.items():
            tab.setChecked(other == round_)
        if round_:
            items = [state.items[name] for name in state.filling.layout.contents[block.repeat]]
            depth = len(state.filling.layout.repeats[block.repeat])
            self._lay(block.lines, items, depth, round_)
        self.build_soon()

    def _go_into(self, block: RoundsBlock) -> None:
        """The keyboard follows into the round that was chosen: to what waits there, else to its first row."""
        state = self._read()
        here = [one for one in self.rows if key_of(one).round == block.current and not self.rows[one].isHidden()]
        if here:
            waiting = (one for one in here if not state.is_answered(one))
            self._sheet.go_to(next(waiting, here[0]))

    # What is shown

    def refresh(self, changed: set[str], which: str, current: str) -> None:
        """What changed is painted again; rounds may have come and gone. The current row stays where the filter
        would take it away, until somebody leaves it."""
        state = self._read()
        for block in list(self.blocks.values()):
            self._show_rounds(block)
        for grid in self.grids.values():
            grid.grid.rounds.refresh()
        for one in changed & self.rows.keys():
            row = self.rows[one]
            row.show_answer(state.shown(one)) if row.is_built else None
            if which == ALL or not state.is_visible(one):
                row.setVisible(state.is_visible(one))
        if current in self.rows:
            self.rows[current].mark(True)
        self.build_soon()

    def show_wanted(self, which: str) -> None:
        state = self._read()
        self._wanted = None if which == ALL else {one for one in state.spots() if state.is_wanted(one, which)}
        for one, row in self.rows.items():
            row.setVisible(self._is_shown(one))

    def is_wanted(self, one: str) -> bool:
        return self._wanted is None or one in self._wanted

    def has_something(self, card: SectionCard, *, is_all: bool) -> bool:
        state = self._read()
        if is_all:
            return True
        ids = {item.id for item in card.section.items}
        return any(key_of(one).name in ids and state.is_visible(one) for one in self._wanted or ())

    def set_editable(self, editable: bool) -> None:
        self._editable = editable
        for row in self.rows.values():
            row.set_editable(editable)
        for block in self.blocks.values():
            block.set_editable(editable)
        for grid in self.grids.values():
            grid.set_editable(editable)

    # One line

    def open_round(self, one: str) -> None:
        """Lay out the round that the item is in, where another one is shown."""
        state, key = self._read(), key_of(one)
        if one in self.rows or self._grid_of(one):
            return
        steps = key.round.split("/")
        for depth, repeat in enumerate(state.filling.layout.repeats[key.name], start=1):
            block = self.blocks[repeat, "/".join(steps[: depth - 1])]
            if block.current != (round_ := "/".join(steps[:depth])):
                self._open(block, round_)

    def widget(self, one: str) -> QWidget:
        return self._grid_of(one) or self.rows[one]

    def take_keyboard(self, one: str) -> None:
        if block := self._grid_of(one):
            block.grid.setCurrentIndex(block.grid.rounds.index_of(one))
            block.grid.setFocus()
        else:
            self.rows[one].take_keyboard()

    def _grid_of(self, one: str) -> GridBlock | None:
        key = key_of(one)
        repeats = self._read().filling.layout.repeats[key.name]
        return self.grids.get((repeats[-1], key.round.rpartition("/")[0])) if repeats else None

    def segments(self, one: str) -> Sequence[Segment]:
        return self.rows[one].field.segments if one in self.rows else ()

    def press(self, one: str, code: str) -> None:
        """The key of an answer: what it means, the field knows."""
        row = self.rows.get(one)
        if row and row.field.isEnabled():
            row.field.press(code)

    def block_of(self, one: str) -> RoundsBlock | None:  # grids add their own lines
        """The innermost rounds that the item is in; else those of its section."""
        state, key = self._read(), key_of(one)
        repeats = state.filling.layout.repeats[key.name]
        if repeats:
            return self.blocks.get((repeats[-1], key.round.rpartition("/")[0]))
        section = state.section_of(one)
        return next((b for b in self.blocks.values() if not b.outer and self._section(b) == section), None)

    # Building

    def build_soon(self) -> None:
        self._soon.start()

    def build_all(self) -> None:
        for row in self.rows.values():
            row.build()

    def build_around(self, one: str) -> None:
        """The row and what is seen with it."""
        self._aim = one
        spots = list(self.rows)
        if one in self.rows:
            at = spots.index(one)
            for near in spots[max(0, at - _AT_ONCE) : at + _AT_ONCE + 1]:
                if not self.rows[near].isHidden():
                    self.rows[near].build()
        self.build_soon()

    def _build_near(self) -> None:
        """Some rows near what is looked at; again, until there is none. What is looked at stays where it is."""
        waiting = list(self._near())
        anchor = self._anchor() if waiting and not self._aim else None
        for row in waiting[:_AT_ONCE]:
            row.build()
        if not waiting:
            # Rows take their last height once their own layouts have run.
            QTimer.singleShot(_SETTLED_MS, self, self._arrive)
            return
        self._sheet.settle()
        if self._is_there(self._aim):
            self._sheet.bring_into_view(self._aim)
        if anchor:
            row, was = anchor
            bar = self._sheet.verticalScrollBar()
            bar.setValue(bar.value() + self._top(row) - was)
        self._soon.start()

    def _arrive(self) -> None:
        aim, self._aim = self._aim, ""
        if self._is_there(aim) and aim == self._sheet.current:
            self._sheet.settle()
            self._sheet.bring_into_view(aim)

    def _is_there(self, one: str) -> bool:
        return bool(one) and (one in self.rows or self._grid_of(one) is not None)

    def _near(self) -> Iterable[AnswerRow]:
        content = self._sheet.widget()
        if content is None:
            return
        height, margin = self._sheet.viewport().height(), px(_MARGIN)
        for row in self.rows.values():
            if row.is_built or row.isHidden():
                continue
            top = self._top(row)
            if top > height + margin:
                return
            if top + row.height() >= -margin:
                yield row

    def _anchor(self) -> tuple[AnswerRow, int] | None:
        """The first row that was built and is seen, and where."""
        if not self._sheet.verticalScrollBar().value():
            return None
        built = (row for row in self.rows.values() if row.is_built and not row.isHidden())
        return next(((row, top) for row in built if (top := self._top(row)) >= 0), None)

    def _top(self, row: QWidget) -> int:
        return row.mapTo(self._sheet.viewport(), QPoint(0, 0)).y()

    def _watch(self, row: AnswerRow) -> None:
        for child in (row, *row.watched):
            child.installEventFilter(self._sheet)

    def _ask(self, one: str, what: str) -> None:
        if what == "same":
            self._sheet.give_same(one)
        else:
            self._sheet.asked.emit(one, what)

    def _is_shown(self, one: str) -> bool:
        return self._read().is_visible(one) and self.is_wanted(one)

    def _section(self, block: RoundsBlock) -> int:
        state = self._read()
        return state.section_of(state.filling.layout.contents[block.repeat][0])

    def _read(self) -> SheetState:
        assert self._state is not None
        return self._state


def _is_inside(block: RoundsBlock, key: Key, state: SheetState) -> bool:
    return block.repeat in state.filling.layout.repeats[key.name] and (
        not block.outer or key.round.startswith(f"{block.outer}/")
    )
