"""The sheet of a checklist: its sections as cards, its items as rows, one of which is the current one."""

from collections.abc import Iterator

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QProgressBar, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.checklists.items import NOT_APPLICABLE, AnswerKind, Item, Section
from app.fieldwork.walkthrough import Given, Sheet, is_finding, number_items
from app.i18n import _, ngettext, window_language
from app.ui.theme import px
from app.ui.visit.checklist_keys import SheetKey, key_of_answer, sheet_key
from app.ui.widgets.answer_row import AnswerRow, Question, Shown
from app.ui.widgets.basics import Card, EmptyState, label, row
from app.ui.widgets.picked_row import flowing
from app.ui.widgets.segments import Segment

_FIRST_ROWS, _ROWS_AT_ONCE = 8, 3
ALL, UNANSWERED, FINDINGS, CRITICAL = "all", "unanswered", "findings", "critical"


class SectionCard(Card):
    """A section: its heading, how far it is, its rows."""

    def __init__(self, number: int, section: Section, tag: str) -> None:
        super().__init__()
        self.heading = flowing(f"{number}  {section.label.in_language(tag)}", "heading")
        self.section = section
        self.rows: list[AnswerRow] = []
        self.progress = label("", "muted")
        head = row(self.heading, self.progress)
        head.setStretch(0, 1)
        self.body.addLayout(head)
        self.body.addSpacing(px(8))
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, max(1, len(section.items)))
        self.bar.setAccessibleName(self.heading.text())
        self.body.addWidget(self.bar)
        self.body.setSpacing(0)
        self.answered = 0

    def tell(self, answered: int) -> None:
        there_are = len(self.section.items)
        self.answered = answered
        words = ngettext("{n} of {count} answered", "{n} of {count} answered", there_are)
        self.progress.setText(words.format(n=answered, count=there_are))
        self.bar.setValue(answered)


class ChecklistSheet(QScrollArea):
    """Builds what is seen at once and the rest in between, so that a long checklist opens without waiting.

    Signals:
        answered: (item id, code or None).
        asked: (item id, `note`, `photo` or `improvement`).
        moved: the id of the item that is current now.
        ended: Enter found nothing that is unanswered.
    """

    answered = Signal(str, object)
    asked = Signal(str, str)
    moved = Signal(str)
    ended = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.sheet: Sheet | None = None
        self.given: dict[str, Given] = {}
        self.rows: dict[str, AnswerRow] = {}
        self.cards: list[SectionCard] = []
        self.current = ""
        self._numbers: dict[str, str] = {}
        self._items: dict[str, Item] = {}
        self._card_of: dict[str, SectionCard] = {}
        self._filter = ALL
        self._editable = True
        self._to_build: Iterator[None] = iter(())
        self._builder = QTimer(self)
        self._builder.setInterval(0)
        self._builder.timeout.connect(lambda: self._build(_ROWS_AT_ONCE))
        self._empty = EmptyState(_("Nothing here is left to show."), _("Show all"), lambda: self.filter(ALL))

    def show_sheet(self, sheet: Sheet, *, keep: frozenset[str] = frozenset()) -> None:
        """Show what the store holds; items in `keep` are being written and stay as the person left them."""
        fresh = self.sheet is None or self.sheet.assessment_id != sheet.assessment_id
        self.sheet = sheet
        self.given = dict(sheet.given) | {item: self.given[item] for item in keep if item in self.given}
        if fresh:
            self._begin()
        for item_id in self.rows:
            self._show_item(item_id)
        self._tell_progress()

    def set_answer(self, item_id: str, value: str | None) -> None:
        self.set_given(item_id, value=value)

    def set_given(self, item_id: str, *, value: str | None = None, note: str | None = None) -> None:
        """Show a new answer, or with `note` a new note, before it is on the disk."""
        old = self.given.get(item_id, Given())
        new = Given(value, old.note, old.photos) if note is None else Given(old.value, note, old.photos)
        self.given[item_id] = new
        self._show_item(item_id)
        self._tell_card(self._card_of[item_id])

    def set_editable(self, editable: bool) -> None:
        self._editable = editable
        for answer_row in self.rows.values():
            answer_row.set_editable(editable)

    def item(self, item_id: str) -> Item:
        return self._items[item_id]

    def has_item(self, item_id: str) -> bool:
        return item_id in self._items

    def number(self, item_id: str) -> str:
        return self._numbers[item_id]

    @property
    def counts(self) -> tuple[int, int]:
        """Answered items, and items there are."""
        return sum(card.answered for card in self.cards), len(self._items)

    def filter(self, which: str) -> None:
        """Show `all`, `unanswered`, `findings` or `critical` ones, by what stands there now."""
        self.finish_building()
        self._filter = which
        shown = 0
        for card in self.cards:
            wanted = [row for row in card.rows if self._is_wanted(self._id_of(row))]
            for answer_row in card.rows:
                answer_row.setVisible(answer_row in wanted)
            card.setVisible(bool(wanted))
            shown += len(wanted)
        self._empty.setVisible(not shown)

    def go_to(self, item_id: str, *, focus: bool = True) -> None:
        """Make an item the current one and bring it into view."""
        if item_id not in self.rows:
            self.finish_building()
        row = self.rows[item_id]
        if row.isHidden() or self._card_of[item_id].isHidden():
            self.filter(ALL)
        self._enter(item_id)
        if focus:
            row.setFocus()
        self._settle()
        self.ensureWidgetVisible(row, 0, px(48))

    def go_to_section(self, number: int) -> None:
        """The first item of the section that waits for an answer, else its first."""
        items = self.cards[number].section.items
        waiting = (item.id for item in items if not self._is_answered(item.id))
        self.go_to(next(waiting, items[0].id))
        self.ensureWidgetVisible(self.cards[number].heading, 0, px(16))

    def step(self, by: int, *, unanswered: bool = False) -> None:
        """Up or down by one row that is shown, or to the next one without an answer, around the end."""
        self.finish_building()
        shown = [i for i, row in self.rows.items() if not row.isHidden() and not self._card_of[i].isHidden()]
        if not shown:
            return
        at = shown.index(self.current) if self.current in shown else -1
        if not unanswered:
            self.go_to(shown[max(0, min(len(shown) - 1, at + by))])
            return
        waiting = [i for i in shown[at + 1 :] + shown[: at + 1] if not self._is_answered(i)]
        if waiting:
            self.go_to(waiting[0])
        else:
            self.ended.emit()

    def take_key(self, event: QKeyEvent) -> bool:
        """Do what a key says; False for one that says nothing here."""
        if not self.current:
            return False
        segments = self.rows[self.current].question.segments if self.current in self.rows else ()
        found = sheet_key(event, segments)
        match found:
            case None:
                return False
            case SheetKey.NEXT | SheetKey.PREVIOUS:
                self.step(1 if found is SheetKey.NEXT else -1)
            case SheetKey.NEXT_UNANSWERED:
                self.step(1, unanswered=True)
            case SheetKey.TAKE_BACK:
                self._answer(self.current, None)
            case SheetKey():
                if self._editable:
                    self.asked.emit(self.current, found.value)
            case code:
                self._answer(self.current, code)
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys of the rows come here before the scroll area makes them its own."""
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        is_enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if is_enter and isinstance(watched, QPushButton) and watched.objectName() != "segment":
            watched.click()
            return True
        return self.take_key(event) or super().eventFilter(watched, event)

    def finish_building(self) -> None:
        while self._build(_ROWS_AT_ONCE):
            pass

    def _begin(self) -> None:
        assert self.sheet is not None
        self.rows, self.cards, self._card_of, self.current = {}, [], {}, ""
        checklist = self.sheet.checklist
        self._numbers = number_items(checklist)
        self._items = {item.id: item for item in checklist.items}
        content = QWidget()
        content.setObjectName("page")
        layout = QVBoxLayout(content)
        layout.setContentsMargins(0, 0, px(6), 0)
        layout.setSpacing(px(12))
        tag = window_language().tag
        for number, section in enumerate(checklist.sections, start=1):
            card = SectionCard(number, section, tag)
            self.cards.append(card)
            self._card_of |= dict.fromkeys((item.id for item in section.items), card)
            layout.addWidget(card)
        layout.addWidget(self._empty)
        self._empty.hide()
        layout.addStretch(1)
        if old := self.takeWidget():
            old.deleteLater()
        self._to_build = self._building(tag)
        self._build(_FIRST_ROWS)
        self.setWidget(content)
        self._builder.start()

    def _building(self, tag: str) -> Iterator[None]:
        for card in self.cards:
            for item in card.section.items:
                row = AnswerRow(_question(item, self._numbers[item.id], tag))
                row.answered.connect(lambda code, item_id=item.id: self._answer(item_id, code))
                row.asked.connect(lambda what, item_id=item.id: self.asked.emit(item_id, what))
                row.entered.connect(lambda item_id=item.id: self._enter(item_id))
                row.set_editable(self._editable)
                for child in (row, *row.watched):
                    child.installEventFilter(self)
                card.rows.append(row)
                self.rows[item.id] = row
                self._show_item(item.id)
                card.body.addWidget(row)
                row.show()  # else it counts as hidden until the next event, and Enter passes over it
                yield

    def _build(self, most: int) -> bool:
        """Build some more rows; whether there may be more."""
        for _number in range(most):
            try:
                next(self._to_build)
            except StopIteration:
                self._builder.stop()
                return False
        return True

    def _settle(self) -> None:
        """Rows that were just added or shown take their places now, so that scrolling to one arrives."""
        content = self.widget()
        if content and (layout := content.layout()):
            layout.activate()

    def _answer(self, item_id: str, code: str | None) -> None:
        if not self._editable or (code is None and not self._is_answered(item_id)):
            return
        self._enter(item_id)
        if self.given.get(item_id, Given()).value != code:
            self.set_answer(item_id, code)
            self.answered.emit(item_id, code)

    def _enter(self, item_id: str) -> None:
        if item_id == self.current:
            return
        if self.current in self.rows:
            self.rows[self.current].mark(False)
        self.current = item_id
        self.rows[item_id].mark(True)
        self.moved.emit(item_id)

    def _show_item(self, item_id: str) -> None:
        assert self.sheet is not None
        if item_id not in self.rows:
            return
        given = self.given.get(item_id, Given())
        earlier = self.sheet.earlier.words(item_id, window_language().tag) if self.sheet.earlier else ""
        finding = is_finding(self._items[item_id], given.value)
        has_improvement = item_id in self.sheet.improvements
        self.rows[item_id].show_answer(Shown(given.value, given.note, given.photos, earlier, finding, has_improvement))

    def _tell_progress(self) -> None:
        for card in self.cards:
            self._tell_card(card)

    def _tell_card(self, card: SectionCard) -> None:
        card.tell(sum(self._is_answered(item.id) for item in card.section.items))

    def _is_answered(self, item_id: str) -> bool:
        return self.given.get(item_id, Given()).value is not None or self._items[item_id].kind is AnswerKind.NOTE

    def _is_wanted(self, item_id: str) -> bool:
        item = self._items[item_id]
        match self._filter:
            case "unanswered":
                return not self._is_answered(item_id)
            case "findings":
                return is_finding(item, self.given.get(item_id, Given()).value)
            case "critical":
                return item.is_critical
        return True

    def _id_of(self, wanted: AnswerRow) -> str:
        return next(item_id for item_id, row in self.rows.items() if row is wanted)


def _question(item: Item, number: str, tag: str) -> Question:
    full = {choice.name: choice.label.in_language(tag) for choice in item.choices}
    short = full | ({NOT_APPLICABLE: _("N/A")} if NOT_APPLICABLE in full else {})
    segments = [
        Segment(code, short[code], key_of_answer(code, place), code in item.nc_when)
        for place, code in enumerate(full, start=1)
    ]
    return Question(number, item.label.in_language(tag), item.hint.in_language(tag), segments, full, item.is_critical)
