"""What one question takes its answer with: one field for each kind. All speak raw answers, as they are stored."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QCompleter, QPushButton, QVBoxLayout, QWidget

from app.checklists.answer_text import ACKNOWLEDGED, number_in, range_of
from app.checklists.items import NOT_APPLICABLE, AnswerKind, Choice, Item
from app.i18n import Language, _
from app.ui.theme import px
from app.ui.widgets.basics import row
from app.ui.widgets.choices import refill
from app.ui.widgets.fields import choice_field
from app.ui.widgets.flow import Flow
from app.ui.widgets.segments import Segment, Segmented, segment_button
from app.ui.widgets.typed_number import plain_words

# One key for each answer ends here; longer lists are searched.
MOST_SEGMENTS = 9
_MOST_STEPS = 10
# Answers in more letters than this stand in several lines.
_MOST_LETTERS = 64
_LETTERS = {"yes": "y", "no": "n", NOT_APPLICABLE: "a"}


class AnswerField(QWidget):
    """Signals:
    given: the raw answer; None when it was taken back.

    `segments` are the answers that a key gives. `inputs` are the widgets in it that take the keyboard.
    """

    given = Signal(object)
    segments: Sequence[Segment] = ()
    buttons: object = None

    def __init__(self) -> None:
        super().__init__()
        self.value = ""
        self.inputs: list[QWidget] = []

    def show_value(self, value: str) -> None:
        """Show what is stored; says nothing."""
        self.value = value

    def show_choices(self, choices: Sequence[Choice]) -> None:
        """Of a question that has a filter, those that are offered now."""

    def press(self, code: str) -> None:
        """The key of an answer was pressed."""

    def take_keyboard(self) -> bool:
        """Whether it has a place to write in, which has the keyboard now."""
        return False

    def flush(self) -> None:
        """Give what was typed and not given yet."""

    def complain(self, words: str) -> None:
        """What is wrong with what was typed, for fields that paint it."""

    def _give(self, value: str) -> None:
        if value != self.value:
            self.show_value(value)
            self.given.emit(value or None)


class ChoiceField(AnswerField):
    """One of a few, by key or click."""

    def __init__(self, segments: Sequence[Segment], name: str, full: dict[str, str]) -> None:
        super().__init__()
        self.segments = segments
        self._name = name
        self._full = full
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self.buttons: Segmented = self._made()

    def show_value(self, value: str) -> None:
        self.value = value
        self.buttons.show_value(value or None)

    def press(self, code: str) -> None:
        self._give(code)

    def show_segments(self, segments: Sequence[Segment]) -> None:
        if list(segments) == list(self.segments):
            return
        self.segments = segments
        self.buttons.deleteLater()
        self._layout.removeWidget(self.buttons)
        self.buttons = self._made()
        self.show_value(self.value)

    def _made(self) -> Segmented:
        letters = sum(len(segment.words) for segment in self.segments)
        made = Segmented(self.segments, self._name, wraps=letters > _MOST_LETTERS)
        for segment in self.segments:
            words = self._full.get(segment.code, segment.words)
            made.button(segment.code).setAccessibleName(f"{self._name}: {words}")
            if words != segment.words:
                made.button(segment.code).setToolTip(words)
        made.chosen.connect(self._on_chosen)
        self.inputs[:] = [made.button(segment.code) for segment in self.segments]
        self._layout.addWidget(made)
        return made

    def _on_chosen(self, code: str | None) -> None:
        self.value = code or ""
        self.given.emit(code)


class SeveralField(AnswerField):
    """Several of them; `ranked`: in the order in which they were pressed, each with its place."""

    def __init__(self, segments: Sequence[Segment], name: str, *, ranked: bool = False) -> None:
        super().__init__()
        self.segments = segments
        self._ranked = ranked
        self._name = name
        self._flow = Flow(spacing=6)
        self.setLayout(self._flow)
        self._buttons: dict[str, QPushButton] = {}
        self._fill()

    def show_value(self, value: str) -> None:
        self.value = value
        chosen = value.split()
        for segment in self.segments:
            button = self._buttons[segment.code]
            button.setChecked(segment.code in chosen)
            if self._ranked:
                place = chosen.index(segment.code) + 1 if segment.code in chosen else 0
                ranked = _("{place}. {words}").format(place=place, words=segment.words)
                button.setText(ranked if place else segment.words)

    def show_segments(self, segments: Sequence[Segment]) -> None:
        if list(segments) == list(self.segments):
            return
        self.segments = segments
        while item := self._flow.takeAt(0):
            if widget := item.widget():
                widget.deleteLater()
        self._fill()
        self.show_value(self.value)

    def press(self, code: str) -> None:
        chosen = self.value.split()
        if code in chosen:
            chosen.remove(code)
        elif code == NOT_APPLICABLE:
            chosen = [code]
        else:
            chosen = [*(one for one in chosen if one != NOT_APPLICABLE), code]
        order = [segment.code for segment in self.segments]
        kept = chosen if self._ranked else sorted(chosen, key=lambda one: order.index(one) if one in order else 99)
        self._give(" ".join(kept))

    def take_keyboard(self) -> bool:
        self.inputs[0].setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Outside the rows of a checklist, whose keys the sheet reads."""
        code = next((one.code for one in self.segments if one.key and one.key == event.text().casefold()), None)
        if code is None:
            super().keyPressEvent(event)
        else:
            self.press(code)

    def _fill(self) -> None:
        self._buttons = {}
        for segment in self.segments:
            made = segment_button(segment.words)
            made.setProperty("finding", segment.is_finding)
            made.setToolTip(segment.key.upper())
            made.setAccessibleName(f"{self._name}: {segment.words}")
            made.clicked.connect(lambda _checked, code=segment.code: self._on_clicked(code))
            self._buttons[segment.code] = made
            self._flow.addWidget(made)
        self.inputs[:] = list(self._buttons.values())

    def _on_clicked(self, code: str) -> None:
        self._buttons[code].setChecked(code in self.value.split())
        self.press(code)


class FindField(AnswerField):
    """One of many: a list that is searched by typing any part of the words."""

    def __init__(self, options: list[tuple[str, str]], name: str) -> None:
        super().__init__()
        self.field = choice_field(options, empty="")
        self.field.setEditable(True)
        self.field.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.field.setProperty("large", True)
        self.field.setAccessibleName(name)
        self.field.setMinimumWidth(px(280))
        completer = self.field.completer() or QCompleter(self.field)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        if line := self.field.lineEdit():
            line.setPlaceholderText(_("Type to search"))
            line.setAccessibleName(name)
            line.editingFinished.connect(self.flush)
            self.inputs = [line, self.field]
        self.setLayout(row(self.field, None))
        self.field.activated.connect(lambda: self._give(self.field.currentData() or ""))

    def show_value(self, value: str) -> None:
        self.value = value
        at = self.field.findData(value) if value else 0
        with QSignalBlocker(self.field):
            self.field.setCurrentIndex(at)
            if at < 0:
                self.field.setEditText(value)

    def show_options(self, options: list[tuple[str, str]]) -> None:
        refill(self.field, options, empty="")
        self.show_value(self.value)

    def take_keyboard(self) -> bool:
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def flush(self) -> None:
        typed = self.field.currentText().strip()
        at = self.field.findText(typed, Qt.MatchFlag.MatchFixedString) if typed else 0
        if at < 0:
            at = self.field.findText(typed, Qt.MatchFlag.MatchContains)
        if at >= 0:
            self._give(self.field.itemData(at) or "")
        self.show_value(self.value)


class ChoiceFieldOf(AnswerField):
    """The field of a question with choices, made for their number; a filter may offer others later."""

    def __init__(self, item: Item, name: str, tag: str) -> None:
        super().__init__()
        self._item, self._name, self._tag = item, name, tag
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self.inner = self._make()
        self.segments, self.inputs = self.inner.segments, self.inner.inputs
        self.inner.given.connect(self._on_given)
        self.buttons = self.inner.buttons
        layout.addWidget(self.inner)

    def show_value(self, value: str) -> None:
        self.value = value
        self.inner.show_value(value)

    def show_choices(self, choices: Sequence[Choice]) -> None:
        segments = segments_of(self._item, choices, self._tag)
        if isinstance(self.inner, FindField):
            self.inner.show_options([(choice.name, choice.label.in_language(self._tag)) for choice in choices])
        elif isinstance(self.inner, ChoiceField | SeveralField):
            self.inner.show_segments(segments)
            self.segments, self.buttons = segments, self.inner.buttons

    def press(self, code: str) -> None:
        self.inner.press(code)

    def take_keyboard(self) -> bool:
        return isinstance(self.inner, FindField) and self.inner.take_keyboard()

    def flush(self) -> None:
        self.inner.flush()

    def _make(self) -> AnswerField:
        item, full = self._item, full_words(self._item, self._tag)
        if item.kind is not AnswerKind.CHOICE:
            segments = segments_of(item, item.choices, self._tag)
            return SeveralField(segments, self._name, ranked=item.kind is AnswerKind.RANK)
        if is_searched(item):
            return FindField([*full.items()], self._name)
        return ChoiceField(segments_of(item, item.choices, self._tag), self._name, full)

    def _on_given(self, value: str | None) -> None:
        self.value = value or ""
        self.given.emit(value)


class AcknowledgeField(AnswerField):
    """One button that says it was read."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.segments = [Segment(ACKNOWLEDGED, _("Read and understood"), "y")]
        self._buttons = Segmented(self.segments, name)
        self.inputs = [self._buttons.button(ACKNOWLEDGED)]
        self.setLayout(row(self._buttons, None))
        self._buttons.chosen.connect(lambda code: self._give(code or ""))

    def show_value(self, value: str) -> None:
        self.value = value
        self._buttons.show_value(value or None)

    def press(self, code: str) -> None:
        self._give(code)


def is_searched(item: Item) -> bool:
    """Whether one of so many is found by typing."""
    return len([one for one in item.choices if one.name != NOT_APPLICABLE]) > MOST_SEGMENTS


def is_scale(item: Item) -> bool:
    """Whether its answers are the points of a scale: digits, and perhaps not applicable."""
    names = [choice.name for choice in item.choices if choice.name != NOT_APPLICABLE]
    return item.kind is AnswerKind.CHOICE and len(names) > 1 and all(_is_digit(name) for name in names)


def full_words(item: Item, tag: str) -> dict[str, str]:
    return {choice.name: choice.label.in_language(tag) or choice.name for choice in item.choices}


def segments_of(item: Item, choices: Sequence[Choice], tag: str) -> list[Segment]:
    """The answers with the key of each; a digit answers itself where answers are digits."""
    has_digits = any(_is_digit(choice.name) for choice in choices)
    is_short = is_scale(item) and sum(len(choice.label.in_language(tag)) for choice in item.choices) > _MOST_LETTERS
    made = []
    for place, choice in enumerate(choices, start=1):
        words = choice.label.in_language(tag) or choice.name
        if choice.name == NOT_APPLICABLE:
            words = _("N/A")
        elif is_short:
            words = choice.name
        key = key_of_answer(choice.name, 10 if has_digits else place)
        made.append(Segment(choice.name, words, key, choice.name in item.nc_when))
    return made


def key_of_answer(code: str, place: int) -> str:
    """The letter of yes, no and not applicable; a digit for itself; the place in the row for others."""
    if code in _LETTERS:
        return _LETTERS[code]
    return code if _is_digit(code) else str(place) if place < 10 else ""


def range_field(item: Item, name: str, otherwise: Callable[[], AnswerField], spoken: Language) -> AnswerField:
    """Its steps as segments where they are few."""
    start, end, step = range_of(item)
    steps = round(abs((end - start) / step))
    if steps >= _MOST_STEPS:
        return otherwise()
    values = [start + number * (step if end >= start else -abs(step)) for number in range(steps + 1)]
    codes = [f"{value:.10g}" for value in values]
    words = {code: plain_words(number_in(code) or 0.0, spoken) for code in codes}
    segments = [Segment(code, words[code], code if _is_digit(code) else "", code in item.nc_when) for code in codes]
    return ChoiceField(segments, name, words)


def _is_digit(code: str) -> bool:
    return len(code) == 1 and code.isdecimal()
