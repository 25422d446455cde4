"""What to do when an answer makes people suspect the gravest things: calm steps, the clock, and what was seen."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QLineEdit

from app.fieldwork.incidents import CLOSED, OPEN, Incident, close_incident, describe_incident, report_incident
from app.i18n import N_, _
from app.models.database import Author
from app.models.driver import Database
from app.ui.desk import Desk
from app.ui.theme import px
from app.ui.widgets.basics import Card, ChipKind, button, chip, column, label, row, set_property
from app.ui.widgets.fields import FormRow, kept_text
from app.ui.widgets.incident_words import clock_words, kind_words

_STEPS = (
    N_("Stop asking about this in front of others."),
    N_("Do no harm: nobody may be put at risk by what was seen or said. If somebody is in danger now, get help first."),
    N_("Do not confront the enterprise, and promise nothing."),
    N_("Write down what you saw and when, without names."),
    N_("Tell the office by the time shown here. The office decides what comes next."),
)
_TICK_MS = 20_000


class IncidentCard(Card):
    """Everything on it works without a network. What it says is in no report, workbook, search or export.

    Signals:
        left: the card was closed; the incident stays as it is.
        all_wanted: the list of incidents.
    """

    left = Signal()
    all_wanted = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__(" ")
        self._desk = desk
        self.incident: Incident | None = None
        self.clock = chip("", ChipKind.WARN)
        self.body.addWidget(label(_("You have done nothing wrong by asking. Take a breath, then:"), wrap=True))
        steps = [label(f"{place}.  {_(words)}", wrap=True) for place, words in enumerate(_STEPS, start=1)]
        self.body.addLayout(column(*steps, spacing=6))
        self.body.addLayout(row(self.clock, None))
        what, self.keeper = kept_text(
            desk,
            _("What was seen"),
            self._save_what,
            lines=4,
            hint=_("No names. Kept as you write, and in no report."),
        )
        self.what = what.field
        self.told_to = QLineEdit()
        self.told_to.setProperty("large", True)
        self.told_to.setMaximumWidth(px(420))
        self.told = button(_("The office was told"), self._report, name="primary", large=True)
        self.close_case = button(_("Nothing more to do"), self._close_case, large=True)
        self.close_card = button(_("Close this card"), self.left.emit, large=True, tip=_("Esc"))
        every = button(_("All incidents"), self.all_wanted.emit, name="quiet", large=True)
        self.body.addWidget(what)
        self._who = FormRow(_("Who was told"), self.told_to)
        self.body.addWidget(self._who)
        self.body.addLayout(row(self.told, self.close_case, self.close_card, every, None))
        self.body.addStretch(1)
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._tell_clock)

    def show_kind(self, kind: str) -> None:
        """At once, before the incident is on the disk."""
        self.incident = None
        self.heading.setText(_heading(kind))
        self.clock.hide()
        self._set_ready(False)

    def show_incident(self, incident: Incident) -> None:
        is_other = self.incident is None or self.incident.id != incident.id
        self.incident = incident
        self.heading.setText(_heading(incident.kind))
        if is_other or not self.told_to.hasFocus():
            self.told_to.setText(incident.told_to)
        self.keeper.show(incident.what)
        self._set_ready(True)
        self.told.setVisible(incident.status == OPEN)
        self.close_case.setVisible(incident.status not in (OPEN, CLOSED))
        self._tell_clock()
        self._timer.start()

    def _set_ready(self, ready: bool) -> None:
        for widget in (self.what, self.told_to, self.told, self.close_case):
            widget.setEnabled(ready)

    def _tell_clock(self) -> None:
        if self.incident is None:
            return
        now = self._desk.by.clock.now()
        self.clock.show()
        self.clock.setText(clock_words(self.incident, now))
        kind = ChipKind.BAD if self.incident.is_late(now) else ChipKind.WARN
        set_property(self.clock, "kind", str(kind if self.incident.status == OPEN else ChipKind.NEUTRAL))

    def _save_what(self, db: Database, by: Author, text: str) -> None:
        if self.incident:
            describe_incident(db, by, self.incident.id, what=text)

    def _report(self) -> None:
        told_to = self.told_to.text().strip()
        self._who.complain("" if told_to else _("Write who was told: a name or a place in the office."))
        if not told_to:
            self.told_to.setFocus()
        elif incident := self.incident:
            self.keeper.flush()
            self._desk.write(
                self,
                lambda db, by: report_incident(db, by, incident.id, told_to),
                says=_("Written down: the office was told"),
            )

    def _close_case(self) -> None:
        if incident := self.incident:
            self._desk.write(self, lambda db, by: close_incident(db, by, incident.id), says=_("Closed"))


def _heading(kind: str) -> str:
    return _("This may be serious: {kind}").format(kind=kind_words(kind).lower())
