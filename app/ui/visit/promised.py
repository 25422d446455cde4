"""What the factory promised on earlier visits, and in one step what became of it."""

from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.fieldwork.agreement import follow_up
from app.fieldwork.workspace import Opening
from app.i18n import _
from app.models.database import Author
from app.models.driver import Database
from app.models.improvements import Improvement, ImprovementStatus
from app.ui.labels import due_words, improvement_words
from app.ui.theme import px
from app.ui.visit.keyed import KeyedRows
from app.ui.visit.tab import VisitTab
from app.ui.widgets.basics import Card, ChipKind, chip, column, label
from app.ui.widgets.segments import Segment, Segmented

_STEPS = (ImprovementStatus.IN_PROGRESS, ImprovementStatus.DONE)


class Promised(Card):
    """The improvements that are to be followed up on this visit."""

    def __init__(self, tab: VisitTab) -> None:
        super().__init__(_("Promised last time"))
        self._tab = tab
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        self._nothing = label(_("Nothing is open from earlier visits."), "muted", wrap=True)
        self.count = chip("")
        self.corner.addWidget(self.count)
        self.body.addLayout(self._list)
        self.body.addWidget(self._nothing)
        self.body.addStretch(1)
        self.rows: KeyedRows[Improvement, PromiseRow] = KeyedRows(self._list, self._make, self._update)

    def show_opening(self, opening: Opening) -> None:
        self.rows.show([(one.id, one) for one in opening.promised])
        still = sum(one.is_open for one in opening.promised)
        self.count.setText(_("{n} of {all} still open").format(n=still, all=len(opening.promised)))
        self.count.setVisible(bool(opening.promised))
        self._nothing.setVisible(not opening.promised)

    def _make(self, improvement: Improvement) -> "PromiseRow":
        made = PromiseRow(improvement)
        made.steps.chosen.connect(partial(self._follow_up, improvement.id))
        self._tab.edits(made.steps)
        return made

    def _update(self, row: "PromiseRow", improvement: Improvement) -> None:
        row.show_improvement(improvement, self._tab.desk.by)

    def _follow_up(self, improvement_id: str, code: str | None) -> None:
        """The chosen step pressed again takes it back to what was agreed."""
        status = ImprovementStatus(code) if code else ImprovementStatus.AGREED
        visit_id = self._tab.visit_id

        def deed(db: Database, by: Author) -> None:
            follow_up(db, by, improvement_id, status, visit_id=visit_id)

        self._tab.desk.write(self, deed)


class PromiseRow(QWidget):
    """What, who and until when; a chip with its state; In progress and Done."""

    def __init__(self, improvement: Improvement) -> None:
        super().__init__()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, px(6), 0, px(6))
        layout.setSpacing(px(12))
        self.what = label("", "strong", wrap=True)
        self.second = label("", "muted", wrap=True)
        self.state = chip("")
        segments = [Segment(str(step), improvement_words(step)) for step in _STEPS]
        self.steps = Segmented(segments, _("What became of it: {what}").format(what=improvement.what))
        self.steps.setObjectName("steps")
        layout.addLayout(column(self.what, self.second, spacing=2), 1)
        layout.addWidget(self.state)
        layout.addWidget(self.steps)

    def show_improvement(self, improvement: Improvement, by: Author) -> None:
        today = by.clock.today()
        self.what.setText(improvement.what)
        words = [improvement.responsible] if improvement.responsible else []
        late = improvement.days_overdue(today)
        if improvement.is_open and not late:
            words.append(due_words(improvement, today))
        if improvement.effect:
            words.append(improvement.effect)
        self.second.setText(" · ".join(words))
        self.state.setText(due_words(improvement, today) if late else improvement_words(improvement.status))
        self.state.setProperty("kind", str(ChipKind.BAD if late else ChipKind.NEUTRAL))
        self.state.style().unpolish(self.state)
        self.state.style().polish(self.state)
        # What the chosen step says already is not said twice.
        self.state.setVisible(bool(late) or improvement.status not in _STEPS)
        self.steps.show_value(str(improvement.status) if improvement.status in _STEPS else None)
