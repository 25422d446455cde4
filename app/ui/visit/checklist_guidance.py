"""What to do now, shown the moment an answer makes people suspect the gravest things."""

from PySide6.QtCore import QObject, Signal

from app.checklists.scoring import Verdict
from app.fieldwork.answers import answer_id
from app.fieldwork.incidents import Incident, find_incident
from app.fieldwork.walkthrough import key_of
from app.ui.desk import Desk
from app.ui.visit.sheet_state import SheetState
from app.ui.widgets.incident_card import IncidentCard


class Guidance(QObject):
    """`spot` is the item it is about; empty while it is not shown.

    Signals:
        begun: it is to be seen, before anything else.
        left: (spot) the person goes on with the checklist.
    """

    begun = Signal()
    left = Signal(str)

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self.card = IncidentCard(desk)
        self.spot = ""
        self.card.left.connect(self.leave)
        self.card.all_wanted.connect(lambda: desk.go("incidents"))

    def follow(self, state: SheetState, spot: str) -> None:
        """After the answer was given to the database thread: the incident is there when this is read."""
        now = state.state(spot)
        if not now.item.zero_tolerance or now.verdict is not Verdict.FINDING:
            return
        key = key_of(spot)
        finding = answer_id(state.sheet.assessment_id, key.name, key.round)
        self.spot = spot
        self.card.show_kind(now.item.zero_tolerance)
        self.begun.emit()
        self.card.close_card.setFocus()

        def show(incident: Incident | None) -> None:
            if incident and self.spot == spot:
                self.card.show_incident(incident)

        self._desk.jobs.run_with_db(self, lambda db: find_incident(db, finding), show)

    def refresh(self) -> None:
        """The incident may have been told of."""
        if self.spot and self.card.incident:
            wanted = self.card.incident.answer_id or ""
            self._desk.jobs.run_with_db(
                self,
                lambda db: find_incident(db, wanted),
                lambda found: self.card.show_incident(found) if found else None,
            )

    def leave(self) -> None:
        spot, self.spot = self.spot, ""
        self.left.emit(spot)
