"""Fields that keep what is typed by themselves: there is no Save button anywhere."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QDateEdit, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from app.errors import Invalid
from app.i18n import _
from app.messages import message
from app.models.database import Author, edit
from app.models.driver import Database
from app.ui.desk import Desk
from app.ui.jobs import seen_by
from app.ui.theme import px
from app.ui.widgets.basics import label

PAUSE_MS = 300
TextInput = QLineEdit | QPlainTextEdit
SaveText = Callable[[Database, Author, str], object]


class TextKeeper(QObject):
    """Writes a text field 300 ms after the first letter not yet written, at focus-out, and when the desk is flushed.

    Not after the last one: who types without a pause would have nothing on the disk when the battery gives out.

    From focus-in to focus-out all commits share one group: one step of undo, one line of history.

    Signals:
        kept: the text in the field is on the disk.
        refused: (words) it cannot be taken; the field still shows it.
    """

    kept = Signal()
    refused = Signal(str)

    def __init__(self, desk: Desk, field: TextInput, save: SaveText) -> None:
        super().__init__(field)
        self._desk = desk
        self._field = field
        self._save = save
        self._group: int | None = None
        self._seen: int | None = None
        self._written: str | None = self._text()
        self._under_way = 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE_MS)
        self._timer.timeout.connect(self.flush)
        field.textChanged.connect(self._on_changed)
        field.installEventFilter(self)
        desk.flushed.connect(self.flush)

    @property
    def is_writing(self) -> bool:
        """Whether a text is on its way to the disk: what was read before it arrives is older than the field."""
        return self._under_way > 0

    def show(self, text: str) -> None:
        """Put a text from the store into the field, unless the person is typing there or the field is ahead of it.

        Then the merge base stays, too: it is what the person saw when the typing began.
        """
        if self.is_writing or (self._field.hasFocus() and self._text() != self._written):
            return
        self._written = text
        self._seen = seen_by(self._field)
        if self._text() != text:
            self._field.blockSignals(True)
            self._put(text)
            self._field.blockSignals(False)

    def flush(self) -> None:
        """Write what is not written yet."""
        self._timer.stop()
        text = self._text()
        if text == self._written:
            return
        self._written = text
        group, seen = self._group, self._seen

        def deed(db: Database) -> int:
            with edit(db, self._desk.by, group=group, seen=seen) as number:
                self._save(db, self._desk.by, text)
            return number

        self._under_way += 1
        self._desk.jobs.run_with_db(self, deed, self._on_kept, self._on_failed)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusIn:
            self._group = None
            if self._seen is None:  # it was filled before it stood anywhere
                self._seen = seen_by(self._field)
        elif event.type() in {QEvent.Type.FocusOut, QEvent.Type.Hide}:
            self.flush()
        return False

    def _put(self, text: str) -> None:
        """The caret stays where it is, for whoever stands in the field and reads."""
        if isinstance(self._field, QLineEdit):
            place = self._field.cursorPosition()
            self._field.setText(text)
            self._field.setCursorPosition(min(place, len(text)) if self._field.hasFocus() else len(text))
            return
        place = self._field.textCursor().position()
        self._field.setPlainText(text)
        if self._field.hasFocus():
            caret = self._field.textCursor()
            caret.setPosition(min(place, len(text)))
            self._field.setTextCursor(caret)

    def _text(self) -> str:
        return self._field.text() if isinstance(self._field, QLineEdit) else self._field.toPlainText()

    def _on_changed(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def _on_kept(self, group: int) -> None:
        self._under_way -= 1
        if self._field.hasFocus():
            self._group = group
        self._desk.saved.emit()
        self.kept.emit()

    def _on_failed(self, error: BaseException) -> None:
        self._under_way -= 1
        self._written = None  # so that the next flush tries again
        if isinstance(error, Invalid):
            self.refused.emit(message(error).says)
        else:
            self._desk.jobs.failed.emit(error)


class FormRow(QWidget):
    """A label above a field, a hint below it, and an error in words under the field."""

    def __init__(self, title: str, field: QWidget, *, hint: str = "") -> None:
        super().__init__()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(px(4))
        self.field = field
        field.setAccessibleName(title)
        name = label(title, "strong")
        name.setBuddy(field)
        self.error = label("", "error", wrap=True)
        self.error.hide()
        layout.addWidget(name)
        layout.addWidget(field)
        if hint:
            layout.addWidget(label(hint, "small", wrap=True))
        layout.addWidget(self.error)

    def complain(self, words: str) -> None:
        """Say what is wrong with what was typed; empty words take it back."""
        self.error.setText(words)
        self.error.setVisible(bool(words))


def kept_text(desk: Desk, title: str, save: SaveText, *, lines: int = 1, hint: str = "") -> tuple[FormRow, TextKeeper]:
    """A text field with its label that keeps itself; `lines` > 1 makes it a box of that height."""
    field: TextInput = QLineEdit() if lines == 1 else QPlainTextEdit()
    if isinstance(field, QPlainTextEdit):
        field.setTabChangesFocus(True)
        field.setFixedHeight(px(22 * lines + 18))
    form_row = FormRow(title, field, hint=hint)
    keeper = TextKeeper(desk, field, save)
    keeper.refused.connect(form_row.complain)
    keeper.kept.connect(lambda: form_row.complain(""))
    return form_row, keeper


def choice_field(options: list[tuple[str, str]], *, empty: str | None = None) -> QComboBox:
    """`options`: (code, words); `empty`: words for no choice, whose code is None."""
    made = QComboBox()
    if empty is not None:
        made.addItem(empty, None)
    for code, words in options:
        made.addItem(words, code)
    made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    made.installEventFilter(_NoWheel(made))
    return made


class DayField(QDateEdit):
    """Tab leaves it: Qt walks day, month and year first, and never leaves without a day. Left and Right walk them."""

    def focusNextPrevChild(self, forward: bool) -> bool:
        return QWidget.focusNextPrevChild(self, forward)


def day_field() -> QDateEdit:
    made = DayField()
    made.setCalendarPopup(True)
    made.setDisplayFormat("d MMM yyyy")  # the month is a word: nobody has to know which number comes first
    made.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)
    made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    made.installEventFilter(_NoWheel(made))
    return made


class _NoWheel(QObject):
    """Scrolling a page must not change a field that the pointer happens to pass."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        return event.type() == QEvent.Type.Wheel and not (isinstance(watched, QWidget) and watched.hasFocus())


def saved_words(seconds: int) -> str:
    """How long ago the last commit was, in words."""
    if seconds < 5:
        return _("Saved")
    if seconds < 60:
        return _("Saved {n} s ago").format(n=seconds)
    return _("Saved {n} min ago").format(n=seconds // 60)
