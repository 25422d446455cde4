"""The sheet of a checklist: its sections as cards, its items as rows, one of which is the current one."""

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.checklists.form_tree import is_in
from app.checklists.items import Item
from app.fieldwork.walkthrough import Given, Sheet, key_of
from app.i18n import _, window_language
from app.ui.desk import Desk
from app.ui.theme import px
from app.ui.visit.checklist_card import SectionCard
from app.ui.visit.checklist_keys import SheetKey, sheet_key, takes_letters, written_key
from app.ui.visit.sheet_lines import SheetLines
from app.ui.visit.sheet_state import ALL, SheetState
from app.ui.widgets.answer_row import AnswerRow
from app.ui.widgets.basics import EmptyState
from app.ui.widgets.typed_number import number_language


class ChecklistSheet(QScrollArea):
    """An item is named by its spot: its id, with its rounds behind it. Only rows near what is looked at are built, so
    that a long checklist opens without waiting, and an answer paints only what it changed.

    Signals:
        answered: (spot, raw answer or None).
        asked: (spot, `note`, `photo`, `improvement`, `accept` or `evidence`).
        moved: the spot that is current now.
        ended: Enter found nothing that is unanswered.
        rounds_wanted: (repeat, the round around it) another round is to be added.
        round_unwanted: (repeat, round) it is to go.
    """

    answered = Signal(str, object)
    asked = Signal(str, str)
    moved = Signal(str)
    ended = Signal()
    round_wanted = Signal(str, str)
    round_unwanted = Signal(str, str)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._desk = desk
        self.state: SheetState | None = None
        self.cards: list[SectionCard] = []
        self.lines = SheetLines(self)
        self.rows: dict[str, AnswerRow] = self.lines.rows
        self.current = ""
        self._filter = ALL
        self._editable = True
        self._empty = EmptyState(_("Nothing here is left to show."), _("Show all"), lambda: self.filter(ALL))
        self.verticalScrollBar().valueChanged.connect(self.lines.build_soon)

    @property
    def sheet(self) -> Sheet | None:
        return self.state.sheet if self.state else None

    @property
    def given(self) -> dict[str, Given]:
        return self.state.given if self.state else {}

    def show_sheet(self, sheet: Sheet, *, keep: frozenset[str] = frozenset()) -> None:
        """Show what the store holds; items in `keep` are being written and stay as the person left them."""
        old = self.state.sheet if self.state else None
        if self.state is None or old is None or (old.assessment_id, old.form) != (sheet.assessment_id, sheet.form):
            self.state = SheetState(sheet, self._desk.by.clock.now(), number_language(self._desk.settings))
            self._begin(self.state)
        else:
            self._refresh(self.state.take(sheet, keep))
        self._tell_cards(range(len(self.cards)))

    def set_answer(self, spot: str, value: str | None) -> None:
        """Show a new answer, before it is on the disk, and all that it shows, hides or judges anew."""
        if self.state:
            changed = self.state.answer(spot, value)
            self._refresh(changed)
            self._tell_cards({self.state.section_of(one) for one in changed | {spot}})

    def set_beside(self, spot: str, **facts: object) -> None:
        """Show another note, other evidence or another reason before it is on the disk."""
        if self.state:
            self.state.set_beside(spot, **facts)
            self._refresh({spot})
            self._tell_cards([self.state.section_of(spot)])

    def add_round(self, repeat: str, round_: str) -> None:
        """Show a new, empty round, and go into it."""
        assert self.state is not None
        self._refresh(self.state.add_round(repeat, round_))
        self._tell_cards(range(len(self.cards)))
        first = next((one for one in self.state.spots() if is_in(key_of(one).round, round_)), "")
        if first:
            self.go_to(first)
            self.step(1, unanswered=True) if self.state.is_answered(first) else None

    def remove_round(self, repeat: str, round_: str) -> None:
        assert self.state is not None
        self._refresh(self.state.remove_round(repeat, round_))
        self._tell_cards(range(len(self.cards)))

    def set_editable(self, editable: bool) -> None:
        self._editable = editable
        self.lines.set_editable(editable)

    def item(self, spot: str) -> Item:
        assert self.state is not None
        return self.state.state(spot).item

    def has_item(self, spot: str) -> bool:
        return self.state is not None and self.state.has(spot)

    def number(self, spot: str) -> str:
        assert self.state is not None
        return self.state.numbers[spot.partition("@")[0]]

    @property
    def counts(self) -> tuple[int, int]:
        """Answered items, and items that are asked."""
        return sum(card.answered for card in self.cards), sum(card.asked for card in self.cards)

    def filter(self, which: str) -> None:
        """Show `all`, `unanswered`, `findings`, `critical` or `changed` ones, by what stands there now."""
        assert self.state is not None
        self._filter = which
        self.lines.show_wanted(which)
        for card in self.cards:
            card.setVisible(self.lines.has_something(card, is_all=which == ALL))
        self._empty.setVisible(all(card.isHidden() for card in self.cards))
        self.settle()
        self.lines.build_soon()

    def go_to(self, spot: str, *, focus: bool = True) -> None:
        """Make an item the current one and bring it into view."""
        assert self.state is not None
        self.lines.open_round(spot)
        line = self.lines.widget(spot)
        if line.isHidden() or self.card_of(spot).isHidden():
            self.filter(ALL)
        self.lines.build_around(spot)
        self._enter(spot)
        if focus and not line.isHidden():
            self.lines.take_keyboard(spot)
        self.settle()
        self.bring_into_view(spot)

    def bring_into_view(self, spot: str) -> None:
        """All of it where it is seen whole, and something of what stands around it."""
        line = self.lines.widget(spot)
        spare = max(0, self.viewport().height() - line.height()) // 2
        self.ensureWidgetVisible(line, 0, min(px(48), spare))

    def go_to_section(self, number: int) -> None:
        """The first item of the section that waits for an answer, else its first."""
        assert self.state is not None
        here = [one for one in self._shown_spots(ALL) if self.state.section_of(one) == number]
        waiting = (one for one in here if not self.state.is_answered(one))
        if here:
            self.go_to(next(waiting, here[0]))
        self.ensureWidgetVisible(self.cards[number].heading, 0, px(16))

    def step(self, by: int, *, unanswered: bool = False) -> None:
        """Up or down by one row that is shown, or to the next one without an answer, around the end."""
        assert self.state is not None
        shown = self._shown_spots(self._filter, {self.current})
        if not shown:
            return
        at = shown.index(self.current) if self.current in shown else -1
        if not unanswered:
            self.go_to(shown[max(0, min(len(shown) - 1, at + by))])
            return
        waiting = [one for one in shown[at + 1 :] + shown[: at + 1] if not self.state.is_answered(one)]
        if waiting:
            self.go_to(waiting[0])
        else:
            self.ended.emit()

    def take_key(self, event: QKeyEvent) -> bool:
        """Do what a key says; False for one that says nothing here."""
        if not self.current or self.state is None:
            return False
        found = sheet_key(event, self.lines.segments(self.current))
        return found is not None and self.do(found)

    def do(self, key: SheetKey | str) -> bool:
        """A deed of the current item, or an answer to it by its code."""
        match key:
            case SheetKey.NEXT | SheetKey.PREVIOUS:
                self.step(1 if key is SheetKey.NEXT else -1)
            case SheetKey.NEXT_UNANSWERED:
                self.step(1, unanswered=True)
            case SheetKey.LEAVE:
                self.rows[self.current].setFocus()
            case _ if self._editable:
                self._change(key)
        return True

    def flush(self) -> None:
        """Give what was typed and not given yet."""
        if row := self.rows.get(self.current):
            row.field.flush()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys of the rows come here before the scroll area makes them its own."""
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        is_enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if is_enter and isinstance(watched, QPushButton) and watched.objectName() != "segment":
            watched.click()
            return True
        if takes_letters(watched):
            found = written_key(event, watched)
            if found is None:
                return False
            self.flush()
            return self.do(found)
        return self.take_key(event) or super().eventFilter(watched, event)

    def finish_building(self) -> None:
        self.lines.build_all()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.lines.build_soon()

    def settle(self) -> None:
        """Rows that were just added or shown take their places now, so that scrolling to one arrives."""
        content = self.widget()
        if content and (layout := content.layout()):
            layout.activate()

    def card_of(self, spot: str) -> SectionCard:
        assert self.state is not None
        return self.cards[self.state.section_of(spot)]

    def can_edit(self) -> bool:
        return self._editable

    def give(self, spot: str, value: str | None) -> None:
        """An answer by a key or a click."""
        if not self._editable or self.state is None or not self.state.has(spot):
            return
        state = self.state.state(spot)
        if state.is_readonly or not state.item.is_asked:
            return
        self._enter(spot)
        if (self.state.of(spot).value or None) != value:
            self.set_answer(spot, value)
            self.answered.emit(spot, value)

    def enter(self, spot: str) -> None:
        """The keyboard or the mouse came to an item."""
        self._enter(spot)

    def _change(self, key: SheetKey | str) -> None:
        match key:
            case SheetKey.TAKE_BACK:
                self.give(self.current, None)
            case SheetKey.SAME:
                self.give_same(self.current)
            case SheetKey.ADD_ROUND:
                if block := self.lines.block_of(self.current):
                    self.round_wanted.emit(block.repeat, block.outer)
            case SheetKey():
                self.asked.emit(self.current, key.value)
            case code:
                self.lines.press(self.current, code)

    def give_same(self, spot: str) -> None:
        """The answer of the last visit stands."""
        if self.state and self.state.shown(spot).can_repeat and self.sheet and self.sheet.earlier:
            self.give(spot, self.sheet.earlier.values[spot])

    def _begin(self, state: SheetState) -> None:
        self.cards, self.current, self._filter = [], "", ALL
        content = QWidget()
        content.setObjectName("page")
        layout = QVBoxLayout(content)
        layout.setContentsMargins(0, 0, px(6), 0)
        layout.setSpacing(px(12))
        tag = window_language().tag
        for number, section in enumerate(state.sheet.checklist.sections, start=1):
            card = SectionCard(number, section, tag)
            card.unasked.unfolded.connect(self.settle)
            self.cards.append(card)
            layout.addWidget(card)
        layout.addWidget(self._empty)
        self._empty.hide()
        layout.addStretch(1)
        self.lines.begin(state, self.cards, editable=self._editable)
        if old := self.takeWidget():
            old.deleteLater()
        self.setWidget(content)
        self.lines.build_soon()

    def _refresh(self, changed: Iterable[str]) -> None:
        assert self.state is not None
        if self.current and not self.state.has(self.current):
            self.current = ""
        self.lines.refresh(set(changed), self._filter, self.current)

    def _enter(self, spot: str) -> None:
        if spot == self.current:
            return
        if self.current in self.rows:
            self.rows[self.current].mark(False)
        self.current = spot
        if spot in self.rows:
            self.rows[spot].mark(True)
        self.moved.emit(spot)

    def _shown_spots(self, which: str, more: set[str] = frozenset()) -> list[str]:  # type: ignore[assignment]
        """What the filter showed when it was set, and `more`, in the form's order."""
        assert self.state is not None
        if which == ALL:
            return [one for one in self.state.spots() if self.state.is_visible(one)]
        return [one for one in self.state.spots() if one in more or self.lines.is_wanted(one)]

    def _tell_cards(self, sections: Iterable[int]) -> None:
        assert self.state is not None
        for place in sections:
            self.cards[place].tell(*self.state.counts(place))
            unasked = self.state.unasked(place)
            self.cards[place].unasked.say(len(unasked), lambda n=place: self._why(n))  # type: ignore[misc]

    def _why(self, section: int) -> list[tuple[str, str]]:
        return self.state.why_unasked(section) if self.state else []
