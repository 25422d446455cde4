"""One item of a checklist: its number, question and answer, with what was seen and what hangs on it."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.i18n import _, ngettext
from app.ui.theme import px
from app.ui.widgets.basics import ChipKind, button, chip, column, label, row
from app.ui.widgets.flow import Flow
from app.ui.widgets.picked_row import PickedRow, clear_of_bar, flowing
from app.ui.widgets.segments import Segment, Segmented

# Answers in more letters than this stand below the question.
_MOST_LETTERS = 26


@dataclass(frozen=True, slots=True)
class Question:
    """What the row asks; `full` are the answers' whole words by code, where the segments show short ones."""

    number: str
    words: str
    hint: str
    segments: Sequence[Segment]
    full: dict[str, str]
    is_critical: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """What stands at the item. `earlier` is the answer of the last visit in words."""

    value: str | None = None
    note: str = ""
    photos: int = 0
    earlier: str = ""
    is_finding: bool = False
    has_improvement: bool = False


class AnswerRow(PickedRow):
    """Signals:
    answered: the code that was chosen, None when the answer was taken back.
    asked: `note`, `photo` or `improvement` was pressed.
    """

    answered = Signal(object)
    asked = Signal(str)

    def __init__(self, question: Question) -> None:
        super().__init__()
        self.question = question
        self.shown: Shown | None = None
        self._editor: QWidget | None = None
        self.segments = self._segments()
        self.note_button = button(_("Note"), lambda: self.asked.emit("note"), large=True, tip="T")
        self.photo_button = button(_("+ Photo"), lambda: self.asked.emit("photo"), large=True, tip="P")
        self.improve = button(_("Create improvement"), lambda: self.asked.emit("improvement"), name="quiet", tip="I")
        self._earlier = flowing("", "small")
        self._photos = chip("")
        self._improvement = chip(_("Improvement agreed"))
        self._note = flowing("", "muted")
        self._under = QVBoxLayout()
        self._lay_out()
        buttons = [self.segments.button(segment.code) for segment in question.segments]
        self.watch(*buttons, self.note_button, self.photo_button, self.improve)

    def show_answer(self, shown: Shown) -> None:
        """Show what stands at the item, touching only what changed; says nothing."""
        if shown == self.shown:
            return
        self.shown = shown
        if self.segments.value != shown.value:
            self.segments.show_value(shown.value)
        words = _("Last visit: {answer}").format(answer=shown.earlier) if shown.earlier else ""
        _say(self._earlier, words)
        _say(self._note, shown.note, bool(shown.note) and self._editor is None)
        _say(self._photos, ngettext("{n} photo", "{n} photos", shown.photos).format(n=shown.photos), bool(shown.photos))
        self._improvement.setVisible(shown.has_improvement)
        self.improve.setVisible(shown.is_finding and not shown.has_improvement)
        self._name()

    def set_editable(self, editable: bool) -> None:
        for widget in (self.segments, self.note_button, self.photo_button, self.improve):
            widget.setEnabled(editable)

    def put_under(self, editor: QWidget) -> None:
        """Show an editor of the note below the question, in the note's place."""
        self._editor = editor
        self._note.hide()
        if self._under.indexOf(editor) < 0:
            self._under.addWidget(editor)

    def take_away(self, editor: QWidget, note: str) -> None:
        self._editor = None
        editor.hide()
        _say(self._note, note)

    def _segments(self) -> Segmented:
        made = Segmented(self.question.segments, f"{self.question.number} {self.question.words}")
        for code, words in self.question.full.items():
            made.button(code).setAccessibleName(f"{self.question.number} {self.question.words}: {words}")
        made.chosen.connect(self.answered.emit)
        return made

    def _lay_out(self) -> None:
        layout = QHBoxLayout(self)
        clear_of_bar(layout)
        layout.setSpacing(px(8))
        number = label(self.question.number, "muted")
        number.setFixedWidth(px(32))
        layout.addWidget(number, 0, Qt.AlignmentFlag.AlignTop)
        text = column(flowing(self.question.words), spacing=4)
        if self.question.hint:
            text.addWidget(flowing(self.question.hint, "small"))
        text.addWidget(self._earlier)
        text.addWidget(self._note)
        text.addLayout(self._under)
        is_long = sum(len(segment.words) for segment in self.question.segments) > _MOST_LETTERS
        if is_long:
            text.addLayout(row(self.segments, None))
        text.addLayout(self._signs())
        layout.addLayout(text, 1)
        right = () if is_long else (self.segments,)
        for widget in (*right, self.note_button, self.photo_button):
            layout.addWidget(widget, 0, Qt.AlignmentFlag.AlignTop)
        for later in (self._earlier, self._note, self._photos, self._improvement, self.improve):
            later.hide()

    def _signs(self) -> Flow:
        critical = [chip(_("Critical"), ChipKind.WARN)] if self.question.is_critical else []
        return Flow(*critical, self._photos, self._improvement, self.improve, spacing=6)

    def _name(self) -> None:
        """What a screen reader says when the row becomes the current one."""
        assert self.shown is not None
        answer = self.question.full.get(self.shown.value or "", _("Not answered"))
        parts = [self.question.number, self.question.words, answer, self._earlier.text(), self.shown.note]
        self.setAccessibleName(". ".join(part for part in parts if part))


def _say(where: QLabel, words: str, visible: bool | None = None) -> None:
    if where.text() != words:
        where.setText(words)
    where.setVisible(bool(words) if visible is None else visible)
