"""Beside the list of improvements: all fields of the current one, where it comes from, and whether it was seen."""

from PySide6.QtCore import Signal

from app.fieldwork.promises import Promise, Promises
from app.i18n import _, window_language
from app.models.improvements import ImprovementStatus
from app.ui.desk import Desk
from app.ui.visit.improvement_form import ImprovementForm
from app.ui.widgets.basics import Card, button, column, label, row, rule


class ImprovementPanel(Card):
    """Signals:
    binned: the id of the improvement that is to go to the bin.
    verified: the id of the one that an advisor saw done.
    finding_wanted: the id of the checklist's item it comes from.
    """

    binned = Signal(str)
    verified = Signal(str)
    finding_wanted = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__(_("Improvement"))
        self._desk = desk
        self._promise: Promise | None = None
        self._editable = True
        self.form: ImprovementForm | None = None
        self._source = label("", "muted", wrap=True)
        self.to_finding = button(_("Show the finding"), self._ask_finding)
        self._place = column()
        self._seen = label("", "muted", wrap=True)
        self._error = label("", "error", wrap=True)
        self.verify = button(_("Mark as verified"), self._ask_verify, large=True)
        self.bin = button(_("Move to the bin"), self._ask_bin, large=True)
        self.body.addWidget(self._source)
        self.body.addLayout(row(self.to_finding, None))
        self.body.addLayout(self._place)
        self.body.addWidget(rule())
        self.body.addWidget(self._seen)
        self.body.addLayout(row(self.verify, self.bin, None))
        self.body.addWidget(self._error)

    def show_promise(self, promise: Promise, around: Promises) -> None:
        improvement = promise.improvement
        if self.form is None or self.form.improvement_id != improvement.id:
            self._make_form(promise, around)
        assert self.form is not None
        self._promise = promise
        self.form.show_improvement(improvement)
        self.form.setEnabled(self._editable)
        finding = promise.finding
        words = finding.question.in_language(window_language().tag) if finding else ""
        self._source.setText(_("From finding {number}: {question}").format(number=finding.number, question=words)
                             if finding else "")  # fmt: skip
        self._source.setVisible(finding is not None)
        self.to_finding.setVisible(finding is not None and improvement.visit_id == around.visit.id)
        self._say_seen(promise)

    def set_editable(self, editable: bool) -> None:
        self._editable = editable
        for widget in (self.form, self.verify, self.bin):
            if widget is not None:
                widget.setEnabled(editable)

    def complain(self, words: str) -> None:
        """Say why it cannot be verified; empty words take it back."""
        self._error.setText(words)
        self._error.setVisible(bool(words))

    def focus_first(self) -> None:
        if self.form:
            self.form.focus_what()

    def _make_form(self, promise: Promise, around: Promises) -> None:
        if self.form:
            self._place.removeWidget(self.form)
            self.form.hide()
            self.form.deleteLater()
        self.form = ImprovementForm(self._desk, promise.improvement, around.visit.id, around.currency, full=True)
        self._place.addWidget(self.form)
        self.complain("")

    def _say_seen(self, promise: Promise) -> None:
        improvement = promise.improvement
        if improvement.verified_on:
            day = window_language().short_day(improvement.verified_on)
            words = _("Seen by {name} on {day}").format(name=promise.verified_by, day=day)
        elif improvement.status is ImprovementStatus.DONE:
            words = _("Said to be done. An advisor who sees it there marks it as verified.")
        else:
            words = ""
        self._seen.setText(words)
        self._seen.setVisible(bool(words))
        self.verify.setVisible(improvement.status is ImprovementStatus.DONE and improvement.verified_on is None)
        if improvement.status is not ImprovementStatus.DONE:
            self.complain("")

    def _ask_finding(self) -> None:
        if self._promise and self._promise.finding:
            self.finding_wanted.emit(self._promise.finding.item)

    def _ask_verify(self) -> None:
        if self._promise:
            self.verified.emit(self._promise.improvement.id)

    def _ask_bin(self) -> None:
        if self._promise:
            self.binned.emit(self._promise.improvement.id)
