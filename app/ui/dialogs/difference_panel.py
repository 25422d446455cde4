"""One difference: what both started from, what each wrote, and the three ways to settle it."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from app.checklists.answer_text import number_in
from app.checklists.items import AnswerKind
from app.errors import AppError, NotFound
from app.fieldwork.merging import Merging
from app.i18n import N_, _, window_language
from app.messages import message
from app.messages.codes import code_words
from app.messages.differences import (
    field_words,
    hand_words,
    kind_words,
    pair_words,
    place_words,
    title_words,
    value_words,
)
from app.models.database import Author
from app.models.disputes import DUPLICATE
from app.models.driver import Database
from app.models.registry import Kind
from app.models.values import Stored
from app.sync.conflicts import Difference, Part, edit_both, get_difference, keep, take
from app.sync.twins import ways_to_one
from app.ui.desk import Desk
from app.ui.dialogs.twins_box import TwinsBox
from app.ui.labels import near_moment
from app.ui.theme import px
from app.ui.widgets.basics import ChipKind, button, clear, label, row, rule
from app.ui.widgets.fields import FormRow, choice_field
from app.ui.widgets.side_panel import SidePanel
from app.ui.widgets.typed_fields import raw_number
from app.ui.widgets.typed_number import bare_words
from app.ui.widgets.value_box import ValueBox

_NUMBERS = {Kind.WHOLE, Kind.NUMBER}
_ONE_LINE = {Kind.TEXT, *_NUMBERS}
_ASKED_BY_CHOICE = {AnswerKind.CHOICE}
_ASKED_BY_TEXT = {AnswerKind.TEXT, AnswerKind.INTEGER, AnswerKind.DECIMAL, AnswerKind.RANGE}
Deed = Callable[[Database, Author], object]


class DifferencePanel(SidePanel):
    """Signals:
    settled: the id of a difference that was settled here just now.
    """

    settled = Signal(str)
    keys = ((N_("K, T"), N_("keep what is on top, take what was kept aside")),)

    def __init__(self, desk: Desk, stage: QWidget) -> None:
        super().__init__(stage, _("A difference to settle"), width=460)
        self._desk = desk
        self._found: Difference | None = None
        self._wanted = ""
        self.place = label("", "muted", wrap=True)
        self.what = label("", "strong", wrap=True)
        self.story = label("", wrap=True)
        self.values = QVBoxLayout()
        self.values.setSpacing(px(12))
        self.error = label("", "error", wrap=True)
        self.twins = TwinsBox(desk)
        self.twins.two.connect(self._keep)
        self.twins.one.connect(self._made_one)
        self.twins.failed.connect(self._failed)
        for widget in (self.place, self.what, self.story):
            self.body.addWidget(widget)
        self.body.addLayout(self.values)
        self.body.addWidget(self.twins)
        self.body.addWidget(self.error)
        self.keep = button(_("Keep this"), self._keep, tip=_("K"))
        self.take = button(_("Take this"), self._take, tip=_("T"))
        self.edit: BothField | None = None
        self.open = button(_("Open the record"), self._open, name="quiet")
        self.foot.addWidget(self.open)
        self.foot.addStretch(1)

    def open_difference(self, difference_id: str) -> None:
        """Read it and show it, with the keyboard on what keeps."""
        self._wanted = difference_id
        by = self._desk.by
        self._desk.jobs.run_reading(self, lambda db: _read(db, by, difference_id), self._show, self._failed)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        deeds = {Qt.Key.Key_K: self._keep, Qt.Key.Key_T: self._take}
        is_typing = isinstance(QApplication.focusWidget(), QLineEdit | QPlainTextEdit)
        deed = deeds.get(Qt.Key(event.key()))
        if deed and not is_typing and not event.modifiers():
            deed()
        else:
            super().keyPressEvent(event)

    def _show(self, read: tuple[Difference, list[Merging]]) -> None:
        found, ways = read
        if found.id != self._wanted and self._wanted not in found.ids:
            return
        self._found = found
        self.title.setText(_("A difference to settle") if found.is_open else _("A settled difference"))
        self.place.setText(pair_words(found) if found.pair else place_words(found.where))
        self.what.setText(title_words(found))
        self.story.setText(kind_words(found))
        self.story.setVisible(bool(kind_words(found)))
        self.error.setText("")
        self.open.setVisible(bool(found.where.enterprise_id))
        self._fill(found, ways)
        self.open_panel(self.twins.first() or (self.keep if found.is_open else self.take))

    def _fill(self, found: Difference, ways: list[Merging]) -> None:
        for kept in (self.keep, self.take):
            kept.setParent(self)
            kept.hide()
        clear(self.values)
        self.edit = None
        self.twins.show_ways(found.id, ways)
        if not ways:
            self._fill_values(found)

    def _fill_values(self, found: Difference) -> None:
        if not found.is_about_life:
            self.values.addWidget(ValueBox(_("What both started from"), _values(found, lambda part: part.base)))
        when, suspect = self._when, found.is_clock_suspect
        top = ValueBox(hand_words(found.kept_by, when, is_suspect=suspect), _values(found, lambda part: part.kept))
        aside = ValueBox(hand_words(found.other_by, when), _values(found, lambda part: part.other))
        top.sign(_("On top now"))
        aside.sign(_("Kept aside"), ChipKind.WARN)
        if found.is_open:
            top.offer(self.keep)
        if found.kind != DUPLICATE:
            aside.offer(self.take)
        for box in (top, aside):
            self.values.addWidget(box)
        if found.is_open and (field := both_field(found)):
            self.edit = field
            field.use.clicked.connect(self._edit)
            self.values.addWidget(rule())
            self.values.addWidget(field)

    def _keep(self) -> None:
        self._settle(keep, _("Settled: it stays as it is"), undoable=False)

    def _take(self) -> None:
        if self._found and self._found.kind != DUPLICATE and not self.twins.is_asking:
            self._settle(take, _("Settled: the other value is in its place"))

    def _edit(self) -> None:
        if self.edit:
            values = self.edit.values()
            says = _("Settled: what you wrote is in its place")
            self._settle(lambda db, by, found: edit_both(db, by, found, values), says)

    def _settle(self, how: Callable[[Database, Author, str], None], says: str, *, undoable: bool = True) -> None:
        """Only `keep` writes nothing that could be undone."""
        if self._found is None or not (self._found.is_open or how is take):
            return
        settled = self._found.id

        def done(_none: object) -> None:
            self._told(settled, says, undoable=undoable)

        self._desk.write(self, lambda db, by: how(db, by, settled), done, failed=self._failed)

    def _made_one(self, settled: str, says: str) -> None:
        self._told(settled, says, undoable=True)

    def _told(self, settled: str, says: str, *, undoable: bool) -> None:
        self._desk.said.emit(says, undoable)
        self.settled.emit(settled)

    def _failed(self, error: BaseException) -> None:
        """What cannot be done is said here; a difference that is gone closes the panel."""
        if isinstance(error, NotFound) and not self.isVisible():
            return
        if not isinstance(error, AppError):
            self._desk.jobs.failed.emit(error)
            return
        words = message(error).says
        self.error.setText(words)
        if self.edit:
            self.edit.complain(words)
            self.error.setText("")

    def _open(self) -> None:
        if self._found is None:
            return
        where = self._found.where
        self.close_panel()
        if where.visit is None:
            self._desk.go("enterprise", where.enterprise_id)
        elif where.item:
            self._desk.go("visit", where.visit.id, "checklists", where.item.id)
        else:
            tabs = {"improvement": "improvements", "photo": "photos", "indicator_value": "indicators"}
            self._desk.go("visit", where.visit.id, tabs.get(where.table, "overview"))

    def _when(self, at: datetime) -> str:
        return near_moment(at, self._desk.by.clock.today())


class BothField(QWidget):
    """Where neither is right: what is, written in the way the field takes it."""

    def __init__(self, part: Part, field: QLineEdit | QPlainTextEdit | QComboBox, *, is_number: bool = False) -> None:
        super().__init__()
        self._part = part
        self._is_number = is_number
        self.field = field
        self._row = FormRow(_("Or write what is right"), field)
        self.use = button(_("Use what I wrote"), lambda: None)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._row)
        layout.addLayout(row(self.use, None))

    def values(self) -> dict[str, object]:
        if isinstance(self.field, QComboBox):
            return {self._part.name: self.field.currentData()}
        text = self.field.text() if isinstance(self.field, QLineEdit) else self.field.toPlainText()
        text = raw_number(text, window_language()) if self._is_number else text.strip()
        return {self._part.name: text or None}

    def complain(self, words: str) -> None:
        self._row.complain(words)


def _read(db: Database, by: Author, difference_id: str) -> tuple[Difference, list[Merging]]:
    found = get_difference(db, by, difference_id)
    return found, ways_to_one(db, found) if found.is_open else []


def both_field(found: Difference) -> BothField | None:
    """A field for what is right, begun with what both wrote; None where it is better done on the record's own page."""
    part = found.parts[0]
    if found.is_about_life or part.about is None or found.where.is_binned or not found.where.is_here:
        return None
    if found.where.item and part.name == "value":
        return _answer_field(found, part)
    if len(found.parts) > 1:
        return None
    kind = part.about.kind
    if kind is Kind.NOTE:
        return BothField(part, _note(_joined(part)))
    if kind is Kind.CHOICE:
        return BothField(part, _choice([(code, code_words(code)) for code in part.about.choices], part))
    if kind is Kind.FLAG:
        return BothField(part, _choice([("1", _("Yes")), ("0", _("No"))], part))
    return _line(part, is_number=kind in _NUMBERS) if kind in _ONE_LINE else None


def _answer_field(found: Difference, part: Part) -> BothField | None:
    item = found.where.item
    if item and item.kind in _ASKED_BY_CHOICE:
        return BothField(part, _choice([(one.name, value_words(part, one.name, item)) for one in item.choices], part))
    return _line(part, is_number=item.kind is not AnswerKind.TEXT) if item and item.kind in _ASKED_BY_TEXT else None


def _line(part: Part, *, is_number: bool) -> BothField:
    """A number stands there, and is read, as the person types numbers; one that is none as it is."""
    text = "" if part.kept is None else str(part.kept)
    number = number_in(text) if is_number else None
    shown = text if number is None else bare_words(number, window_language())
    return BothField(part, QLineEdit(shown), is_number=is_number)


def _choice(options: list[tuple[str, str]], part: Part) -> QComboBox:
    made = choice_field(options, empty=_("Nothing"))
    made.setCurrentIndex(max(0, made.findData(str(part.kept) if part.kept is not None else None)))
    return made


def _note(text: str) -> QPlainTextEdit:
    made = QPlainTextEdit(text)
    made.setTabChangesFocus(True)
    made.setFixedHeight(px(120))
    return made


def _joined(part: Part) -> str:
    return "\n\n".join(str(text) for text in (part.kept, part.other) if text)


def _values(found: Difference, choose: Callable[[Part], Stored]) -> list[tuple[str, str]]:
    return [(field_words(part), value_words(part, choose(part), found.where.item)) for part in found.parts]
