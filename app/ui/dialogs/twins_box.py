"""Two enterprises that may be one: which is kept, what would come over, and only then it is done."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from app.fieldwork.merging import Merging
from app.i18n import _, ngettext, window_language
from app.messages.merging import done_words, moved_words, recorded_words, unlike_words
from app.models.database import Author
from app.models.driver import Database
from app.reports.labels import joined
from app.sync.twins import make_one
from app.ui.desk import Desk
from app.ui.jobs import Progress
from app.ui.theme import px
from app.ui.widgets.basics import button, clear, label, row
from app.ui.widgets.notices import ProgressStrip
from app.ui.widgets.value_box import ValueBox

_MOST_NAMED = 12  # things that differ


class TwinsBox(QWidget):
    """Hidden where nothing is about two enterprises.

    Signals:
        two: they are two, both stay.
        one: (the difference, what is said of it) they were made one.
        failed: why they were not.
    """

    two = Signal()
    one = Signal(str, str)
    failed = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._difference = ""
        self._ways: list[Merging] = []
        self._asked: Merging | None = None
        self.choices: list[QPushButton] = []
        self.both = button(_("They are two: keep both"), self.two.emit, tip=_("K"))
        self.go = button(_("Make them one"), self._go, name="primary")
        self.cancel = button(_("Cancel"), self._show_two)
        self.strip = ProgressStrip()
        self.strip.cancel.clicked.connect(self._on_stopped)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(px(12))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(px(12))
        layout.addLayout(self._lines)
        layout.addLayout(row(self.both, self.go, self.cancel, None))
        layout.addWidget(self.strip)

    @property
    def is_asking(self) -> bool:
        """Whether there are two to choose from."""
        return bool(self._ways)

    def show_ways(self, difference_id: str, ways: list[Merging]) -> None:
        """`ways`: what it takes to keep the one, and to keep the other; none hides it all."""
        self._difference, self._ways = difference_id, ways
        self.setVisible(bool(ways))
        self._show_two()

    def first(self) -> QPushButton | None:
        """Where the keyboard begins; None while it is hidden."""
        return self.choices[0] if self.choices else None

    def _show_two(self) -> None:
        had_focus = self.cancel.hasFocus()
        self._asked = None
        self._turn(is_asked=False)
        self.choices = [self._choice(way) for way in self._ways]
        if had_focus and self.choices:
            self.choices[0].setFocus()

    def _choice(self, way: Merging) -> QPushButton:
        recorded = (recorded_words(one) for one in self._ways if one.other["id"] == way.kept["id"])
        says = [str(way.kept["name"] or ""), *filter(None, recorded)]
        box = ValueBox(joined([way.kept["city"] or "", way.kept["code"] or ""]), [("", "\n".join(says))])
        choose = button(_("Keep this one"), lambda: self._ask(way))
        choose.setAccessibleName(_("Keep {enterprise}").format(enterprise=says[0]))
        box.offer(choose)
        self._lines.addWidget(box)
        return choose

    def _ask(self, way: Merging) -> None:
        self._asked = way
        self._turn(is_asked=True)
        kept, other = way.kept["name"] or "", way.other["name"] or ""
        words = _("{other} becomes one with {enterprise}, and its own record goes to the bin. Undo takes it back.")
        self._say(words.format(other=other, enterprise=kept), "strong")
        self._say(moved_words(way))
        if way.unlike:
            self._say(_("Of this, both say something else:"))
        for one in way.unlike[:_MOST_NAMED]:
            self._say(unlike_words(one), "muted")
        if (rest := len(way.unlike) - _MOST_NAMED) > 0:
            more = ngettext("and {n} more thing", "and {n} more things", rest)
            self._say(more.format(n=window_language().number(rest)), "muted")
        self.go.setFocus()

    def _say(self, words: str, name: str = "") -> None:
        self._lines.addWidget(label(words, name, wrap=True))

    def _turn(self, *, is_asked: bool) -> None:
        """To the two, or to the question."""
        clear(self._lines)
        self.choices = []
        self.both.setVisible(not is_asked)
        for widget in (self.go, self.cancel):
            widget.setVisible(is_asked)
            widget.setEnabled(True)
        self.strip.hide()

    def _go(self) -> None:
        asked, difference = self._asked, self._difference
        if asked is None or self.strip.isVisible():
            return
        progress = Progress(self)
        self.strip.follow(_("Making them one"), progress)
        self.go.setEnabled(False)
        self.cancel.setEnabled(False)

        def deed(db: Database, by: Author) -> Merging:
            return make_one(db, by, difference, asked.kept["id"], progress.report)

        self._desk.write(self, deed, lambda made: self.one.emit(difference, done_words(made)), failed=self._on_failed)

    def _on_stopped(self) -> None:
        """It is taken back at the next report; nothing of it stays."""
        self._show_two()

    def _on_failed(self, error: BaseException) -> None:
        self._show_two()
        self.failed.emit(error)
