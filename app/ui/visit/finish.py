"""Finishing a visit: everything that is missing in words, each with the way to its place."""

from collections.abc import Sequence
from itertools import groupby

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.fieldwork.gaps import Gap, GapKind
from app.fieldwork.workspace import GapLine
from app.i18n import N_, _, ngettext
from app.messages import gap_words
from app.ui.theme import px
from app.ui.widgets.basics import Card, ChipKind, ListRow, button, chip, clear, label, row, rule

# Table of a gap: tab, and what stands there for a person.
_PLACES = {
    "visit": ("overview", N_("Overview")),
    "visit_person": ("overview", N_("Overview")),
    "session": ("attendance", N_("Attendance")),
    "assessment": ("checklists", N_("Checklists")),
    "answer": ("checklists", N_("Checklists")),
    "improvement": ("improvements", N_("Improvements")),
    "indicator_value": ("indicators", N_("Indicators")),
}
# Shown at once of one tab; the rest follows as these are filled in.
MOST = 100


class FinishPanel(Card):
    """Signals:
    jumped: somebody wants to see the place of a gap: tab and what stands behind it in the route.
    started: the visit is to be opened now.
    finished: nothing stops it, and the person wants to finish.
    closed: back to the visit.
    """

    jumped = Signal(object)
    started = Signal()
    finished = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("Finish this visit"), parent)
        self.close_ = button(_("Close"), self.closed.emit, name="quiet", large=True)
        self.corner.addWidget(self.close_)
        self.says = label("", "muted", wrap=True)
        self.lines = QVBoxLayout()
        self.lines.setSpacing(0)
        self.finish = button(_("Finish visit"), self.finished.emit, name="primary", large=True)
        self.body.addWidget(self.says)
        self.body.addWidget(_scrolled(self.lines), 1)
        self.body.addLayout(row(None, self.finish))
        self._shown: Sequence[GapLine] | None = None

    def show_gaps(self, gaps: Sequence[GapLine]) -> None:
        """Show them by tab; a list that did not change stays as it is, with the keyboard in it."""
        stopping = sum(line.gap.stops for line in gaps)
        self.finish.setEnabled(not stopping)
        self.says.setText(_verdict(stopping, len(gaps) - stopping))
        if gaps == self._shown:
            return
        is_first, self._shown = self._shown is None, list(gaps)
        clear(self.lines)
        for words, found in groupby(gaps, key=lambda line: _PLACES[line.gap.table][1]):
            self._add_tab(_(words), list(found))
        self.lines.addStretch(1)
        if is_first and self.close_.hasFocus():
            self.take_keyboard()

    def take_keyboard(self) -> None:
        """To the first thing to do here; before it is known what that is, to what closes the panel."""
        first = self.findChild(QWidget, "jump")
        known = self.finish if self.finish.isEnabled() else first
        (known if isinstance(known, QWidget) and self._shown is not None else self.close_).setFocus()

    def forget(self) -> None:
        """What is missing is asked anew."""
        self._shown = None
        self.finish.setEnabled(False)
        clear(self.lines)

    def _add_tab(self, words: str, lines: list[GapLine]) -> None:
        self.lines.addWidget(_heading(_("{tab}: {n}").format(tab=words, n=len(lines))))
        for line in lines[:MOST]:
            self.lines.addWidget(self._row(line))
            self.lines.addWidget(rule())
        if len(lines) > MOST:
            more = ngettext("and {n} more", "and {n} more", len(lines) - MOST).format(n=len(lines) - MOST)
            self.lines.addWidget(label(more, "muted"))

    def _row(self, line: GapLine) -> QWidget:
        title, second = _words(line)
        is_start = line.gap.kind is GapKind.NOT_STARTED
        jump = button(_("Start now") if is_start else _("Jump"), lambda: self._on_jump(line.gap), large=True)
        jump.setObjectName("jump")
        jump.setAccessibleName(_("Jump to: {what}").format(what=title))
        signs = [] if line.gap.stops else [chip(_("Advice"), ChipKind.WARN)]
        made = ListRow(title, second, *signs, jump)
        if not second:
            made.findChildren(QLabel, "muted")[0].hide()
        return made

    def _on_jump(self, gap: Gap) -> None:
        if gap.kind is GapKind.NOT_STARTED:
            self.started.emit()
        else:
            self.jumped.emit(place_of(gap))


def place_of(gap: Gap) -> tuple[str, ...]:
    """Tab and what stands behind it in the route: `("overview", "summary")`, `("checklists", ITEM)`."""
    tab = _PLACES[gap.table][0]
    match gap.table:
        case "visit":
            return (tab, gap.field)
        case "visit_person":
            return (tab, "people", gap.row_id, gap.field)
        case "assessment" | "answer":
            return (tab, gap.field)
        case "indicator_value":
            return (tab,)
    return (tab, gap.row_id, gap.field) if gap.field else (tab, gap.row_id)


def _words(line: GapLine) -> tuple[str, str]:
    """What is missing, and what it is about."""
    match line.gap.kind:
        case GapKind.UNANSWERED:
            return line.about, _("This question has no answer and no reason why.")
        case GapKind.CRITICAL_WITHOUT_IMPROVEMENT:
            return line.about, _("This critical finding has no improvement yet.")
    return gap_words(line.gap.kind, line.gap.table, line.gap.field), line.about


def _verdict(stopping: int, advice: int) -> str:
    if stopping:
        words = ngettext(
            "{n} thing is missing before this visit can be finished.",
            "{n} things are missing before this visit can be finished.",
            stopping,
        )
        return words.format(n=stopping)
    if advice:
        return _("Nothing is missing. Look at the advice below, or finish: the visit is then read only.")
    return _("Nothing is missing. A finished visit is read only; you can reopen it as a new revision.")


def _heading(words: str) -> QWidget:
    made = label(words, "strong")
    made.setContentsMargins(0, px(12), 0, px(4))
    return made


def _scrolled(layout: QVBoxLayout) -> QScrollArea:
    content = QWidget()
    content.setObjectName("gaps")
    content.setLayout(layout)
    layout.setContentsMargins(0, 0, px(10), 0)
    area = QScrollArea()
    area.setObjectName("gaps")
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(content)
    return area
