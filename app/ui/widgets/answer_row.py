"""One item of a checklist: its number, question and answer, with what was seen and what hangs on it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.checklists.items import AnswerKind, Choice, Item
from app.i18n import Language, _, ngettext, window_language
from app.ui.theme import px
from app.ui.widgets.answer_fields import (
    AcknowledgeField,
    AnswerField,
    ChoiceFieldOf,
    is_searched,
    range_field,
    segments_of,
)
from app.ui.widgets.basics import ChipKind, button, chip, column, label
from app.ui.widgets.flow import Flow
from app.ui.widgets.picked_row import PickedRow, clear_of_bar, flowing
from app.ui.widgets.segments import Segment, Segmented
from app.ui.widgets.typed_fields import (
    DayField,
    MomentField,
    NoField,
    NumberField,
    TextAnswer,
    TimeField,
    is_multiline,
)

# Answers in more letters than this stand below the question.
_MOST_LETTERS = 26
_MOST_BESIDE = 4
# A row of which nothing is seen yet is about as high as one with a short question.
_USUAL_HEIGHT = 64
_WRITTEN = frozenset({AnswerKind.NOTE, AnswerKind.UNSUPPORTED, AnswerKind.CALCULATED})


@dataclass(frozen=True, slots=True)
class Question:
    """What the row asks. `tag` is the language of its words, `spoken` that of its numbers."""

    number: str
    item: Item
    tag: str
    spoken: Language = field(default_factory=window_language)

    @property
    def segments(self) -> Sequence[Segment]:
        """The answers that a key gives, with those that a filter hides; none for what is written."""
        return [] if is_searched(self.item) else segments_of(self.item, self.item.choices, self.tag)

    @property
    def name(self) -> str:
        """What a screen reader calls it."""
        return f"{self.number} {self.item.label.in_language(self.tag)}".strip()


@dataclass(frozen=True, slots=True)
class Shown:
    """What stands at the item now. `words`: the question, `earlier`: the answer of the last visit, `beside`: how it was
    found out or why it was not assessed, `result`: of a calculation,
    `chosen`: the words of a point on a scale. `problem` may be passed over with `reason`."""

    words: str = ""
    value: str | None = None
    answer: str = ""
    note: str = ""
    photos: int = 0
    earlier: str = ""
    can_repeat: bool = False
    beside: str = ""
    is_finding: bool = False
    has_improvement: bool = False
    is_required: bool = False
    is_readonly: bool = False
    problem: str = ""
    can_accept: bool = False
    reason: str = ""
    result: str = ""
    chosen: str = ""
    choices: tuple[Choice, ...] = ()


class AnswerRow(PickedRow):
    """Nothing but an empty line until `build` is called: long checklists are built near what is looked at.

    Signals:
        answered: the raw answer, None when it was taken back.
        asked: `note`, `photo`, `improvement`, `same` or `accept` was pressed.
        built: its widgets are there now.
    """

    answered = Signal(object)
    asked = Signal(str)
    built = Signal()

    def __init__(self, question: Question, read: Callable[[], Shown]) -> None:
        """`read` says what stands at the item when the row is built."""
        super().__init__()
        self.question = question
        self.shown: Shown | None = None
        self.is_built = False
        self._read = read
        self._editor: QWidget | None = None
        self._editable = True
        self.setMinimumHeight(px(_USUAL_HEIGHT))
        self.setAccessibleName(question.name)

    @property
    def field(self) -> AnswerField:
        self.build()
        return self._field

    @property
    def segments(self) -> Segmented:
        """The buttons of a question with a few choices. Raises TypeError for another."""
        buttons = self.field.buttons
        if not isinstance(buttons, Segmented):
            raise TypeError(self.question.item.kind)
        return buttons

    def build(self) -> None:
        if self.is_built:
            return
        self.is_built = True
        self.setMinimumHeight(0)
        self._field = _field_of(self.question)
        self._make()
        self._lay_out()
        self.watch(*self._field.inputs, *self._buttons)
        self._field.given.connect(self.answered.emit)
        self.show_answer(self._read())
        self.set_editable(self._editable)
        self.built.emit()

    def show_answer(self, shown: Shown) -> None:
        """Show what stands at the item, touching only what changed; says nothing. Before it is built, at that time."""
        if not self.is_built or shown == self.shown:
            return
        old, self.shown = self.shown, shown
        if old is None or old.choices != shown.choices:
            self._offer(shown.choices)
        if self._field.value != (shown.value or ""):
            self._field.show_value(shown.value or "")
        _say(self._words, shown.words)
        _say(self._result, shown.result)
        _say(self._earlier, _("Last visit: {answer}").format(answer=shown.earlier) if shown.earlier else "")
        _say(self._note, shown.note, bool(shown.note) and self._editor is None)
        _say(self._photos, ngettext("{n} photo", "{n} photos", shown.photos).format(n=shown.photos), bool(shown.photos))
        _say(self._beside, shown.beside)
        _say(self._chosen, shown.chosen if self._has_short_words(shown) else "")
        _say(self._problem, shown.problem)
        _say(self._reason, _("Accepted: {reason}").format(reason=shown.reason) if shown.reason else "")
        self._show_signs(shown)
        if old is None or old.is_readonly != shown.is_readonly:
            self._field.setEnabled(self._editable and not shown.is_readonly)
        self._name()

    def _offer(self, choices: Sequence[Choice]) -> None:
        """The choices that a filter leaves; their buttons are made anew when they are others."""
        before = list(self._field.inputs)
        self._field.show_choices(choices)
        if self._field.inputs != before:
            self.watched = [one for one in self.watched if one not in before]
            self.watch(*self._field.inputs)
            self.built.emit()

    def set_editable(self, editable: bool) -> None:
        self._editable = editable
        if self.is_built:
            for widget in self._buttons:
                widget.setEnabled(editable)
            self._field.setEnabled(editable and not (self.shown and self.shown.is_readonly))

    def take_keyboard(self) -> None:
        """Into the place to write in, where it has one; else into the row, whose keys answer."""
        if not (self._editable and self.field.take_keyboard()):
            self.setFocus()

    def put_under(self, editor: QWidget) -> None:
        """Show an editor of the note below the question, in the note's place."""
        self._editor = editor
        self._note.hide()
        if self._under.indexOf(editor) < 0:
            self._under.addWidget(editor)

    def take_away(self, editor: QWidget, note: str | None = None) -> None:
        self._editor = None
        editor.hide()
        if note is not None and self.shown:
            self.shown = replace(self.shown, note=note)
        _say(self._note, self.shown.note if self.shown else "")

    def _make(self) -> None:
        asks = self.asked.emit
        self.note_button = button(_("Note"), lambda: asks("note"), large=True, tip="T")
        self.photo_button = button(_("+ Photo"), lambda: asks("photo"), large=True, tip="P")
        self.improve = button(_("Create improvement"), lambda: asks("improvement"), name="inline", tip="I")
        self.same = button(_("Unchanged"), lambda: asks("same"), name="inline", tip="U")
        self.accept = button(_("Accept with a reason"), lambda: asks("accept"), name="inline")
        self._buttons = [self.note_button, self.photo_button, self.improve, self.same, self.accept]
        self._words = flowing()
        self._result = flowing("", "strong")
        self._earlier = flowing("", "small")
        self._beside = flowing("", "small")
        self._chosen = flowing("", "small")
        self._note = flowing("", "muted")
        self._problem = flowing("", "warning")
        self._reason = flowing("", "small")
        self._photos = chip("")
        self._required = chip(_("Required"), ChipKind.WARN)
        self._improvement = chip(_("Improvement agreed"))
        self._under = QVBoxLayout()

    def _lay_out(self) -> None:
        item = self.question.item
        layout = QHBoxLayout(self)
        clear_of_bar(layout)
        layout.setSpacing(px(8))
        number = label("" if item.kind is AnswerKind.NOTE else self.question.number, "muted")
        number.setFixedWidth(px(36))
        layout.addWidget(number, 0, Qt.AlignmentFlag.AlignTop)
        text = column(self._words, spacing=4)
        for words in (item.hint, item.guidance):
            if said := words.in_language(self.question.tag):
                text.addWidget(flowing(said, "small"))
        for widget in (self._result, self._earlier):
            text.addWidget(widget)
        is_beside = _is_beside(self.question)
        if not is_beside:
            text.addWidget(self._field)
        for widget in (self._chosen, self._problem, self._reason, self._beside, self._note):
            text.addWidget(widget)
        text.addLayout(self._under)
        text.addWidget(self._signs())
        layout.addLayout(text, 1)
        right = [self._field] if is_beside else []
        is_read = item.kind in _WRITTEN
        for widget in (*right, *(() if is_read else (self.note_button, self.photo_button))):
            layout.addWidget(widget, 0, Qt.AlignmentFlag.AlignTop)
        for later in (self.note_button, self.photo_button) if is_read else ():
            later.setParent(self)
            later.hide()

    def _signs(self) -> QWidget:
        critical = [chip(_("Critical"), ChipKind.WARN)] if self.question.item.is_critical else []
        parts = (self._required, *critical, self._photos, self._improvement, self.improve, self.same, self.accept)
        self._parts: tuple[QWidget, ...] = parts
        self._strip = QWidget()
        self._strip.setLayout(Flow(*parts, spacing=6))
        return self._strip

    def _show_signs(self, shown: Shown) -> None:
        self._required.setVisible(shown.is_required and not shown.value)
        self._improvement.setVisible(shown.has_improvement)
        self.improve.setVisible(shown.is_finding and not shown.has_improvement)
        self.same.setVisible(shown.can_repeat)
        self.accept.setVisible(shown.can_accept and not shown.reason)
        self._strip.setVisible(any(not widget.isHidden() for widget in self._parts))

    def _has_short_words(self, shown: Shown) -> bool:
        return any(one.code == one.words == shown.value != shown.chosen for one in self._field.segments)

    def _name(self) -> None:
        """What a screen reader says when the row becomes the current one."""
        assert self.shown is not None
        answer = self.shown.answer or self.shown.result or _("Not answered")
        parts = [self.question.number, self.shown.words, answer, self.shown.problem, self._earlier.text()]
        self.setAccessibleName(". ".join(part for part in (*parts, self.shown.note) if part))


def _is_beside(question: Question) -> bool:
    """Whether the answer stands right of the question: a few short ones do."""
    segments = question.segments
    letters = sum(len(segment.words) for segment in segments)
    is_few = 0 < len(segments) <= _MOST_BESIDE and letters <= _MOST_LETTERS
    return is_few and question.item.kind is AnswerKind.CHOICE


def _field_of(question: Question) -> AnswerField:
    item, name, spoken = question.item, question.name, question.spoken
    numbers = dict(item.parameters)
    hint = _("{start} to {end}").format(start=numbers.get("start", 1), end=numbers.get("end", 10))
    match item.kind:
        case AnswerKind.CHOICE | AnswerKind.CHOICES | AnswerKind.RANK:
            return ChoiceFieldOf(item, name, question.tag)
        case AnswerKind.INTEGER | AnswerKind.DECIMAL:
            return NumberField(name, spoken)
        case AnswerKind.RANGE:
            return range_field(item, name, lambda: NumberField(name, spoken, hint), spoken)
        case AnswerKind.TEXT:
            return TextAnswer(name, lines=3 if is_multiline(item.appearance) else 1)
    made = _SIMPLE.get(item.kind)
    return made(name) if made else NoField()


_SIMPLE: dict[AnswerKind, Callable[[str], AnswerField]] = {
    AnswerKind.DATE: DayField,
    AnswerKind.TIME: TimeField,
    AnswerKind.DATE_TIME: MomentField,
    AnswerKind.ACKNOWLEDGE: AcknowledgeField,
}


def _say(where: QLabel, words: str, visible: bool | None = None) -> None:
    if where.text() != words:
        where.setText(words)
    where.setVisible(bool(words) if visible is None else visible)
