"""Zero tolerance: a suspicion is written down apart from all else, with the clock of the protocol running.

Nothing of it is in a report, a workbook, the search or any other export: see app/models/incidents.py.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.models.database import Author, edit
from app.models.driver import Database
from app.models.ids import instant
from app.models.rows import Row, change_row, get_row, list_rows, save_row

# The protocol that names a time asks for the first step within two days: domain fact, Egypt's draft protocol of 2021.
REPORT_WITHIN = timedelta(hours=48)
OPEN, REPORTED, CLOSED = "open", "reported", "closed"


@dataclass(frozen=True, slots=True)
class Incident:
    """`report_by` is the protocol's deadline; `question` the item that brought it up, empty when none did."""

    id: str
    enterprise: str
    enterprise_id: str
    visit_id: str | None
    answer_id: str | None
    item: str
    kind: str
    status: str
    what: str
    told_to: str
    found_at: datetime
    report_by: datetime
    told_at: datetime | None

    def is_late(self, now: datetime) -> bool:
        return self.status == OPEN and now > self.report_by


def open_incident(db: Database, by: Author, visit_id: str, answer_id: str | None, kind: str) -> str:
    """The suspicion that an answer raises, or one without an answer. Returns its id.

    One for each answer: answering again goes on with the incident that is there, and taking the answer back closes
    none, since only people may do that.
    """
    with edit(db, by):
        for row in list_rows(db, "incident", answer_id=answer_id) if answer_id else ():
            return str(row["id"])
        visit = get_row(db, "visit", visit_id)
        found_at = by.clock.now()
        times = {"found_at": found_at, "report_by": found_at + REPORT_WITHIN}
        about = {"enterprise_id": visit["enterprise_id"], "visit_id": visit_id, "answer_id": answer_id}
        return save_row(db, by, "incident", about | times | {"kind": kind, "status": OPEN})


def describe_incident(db: Database, by: Author, incident_id: str, **facts: object) -> None:
    """What was seen, the kind. Whether the visit is finished does not matter. Raises NotFound, Invalid."""
    change_row(db, by, "incident", incident_id, **facts)


def report_incident(db: Database, by: Author, incident_id: str, told_to: str) -> None:
    """The office was told, now: the clock stops."""
    told = {"told_to": told_to, "told_at": by.clock.now(), "status": REPORTED}
    change_row(db, by, "incident", incident_id, **told)


def close_incident(db: Database, by: Author, incident_id: str) -> None:
    change_row(db, by, "incident", incident_id, status=CLOSED)


def list_incidents(db: Database, *, open_only: bool = False) -> list[Incident]:
    """The most urgent first: what nobody was told of yet, by its deadline, then the rest."""
    found = [_incident(row) for row in db.query(_INCIDENTS)]
    kept = (one for one in found if not open_only or one.status != CLOSED)
    return sorted(kept, key=lambda one: (one.status != OPEN, one.report_by))


def find_incident(db: Database, answer_id: str) -> Incident | None:
    """The incident that an answer opened; None when it opened none."""
    return next((one for one in list_incidents(db) if one.answer_id == answer_id), None)


_INCIDENTS = """
SELECT i.*, e.name AS enterprise, a.item FROM incident i JOIN enterprise e ON e.id = i.enterprise_id
LEFT JOIN answer a ON a.id = i.answer_id WHERE i.binned_at IS NULL ORDER BY i.id"""


def _incident(row: Row) -> Incident:
    found_at = instant(row["found_at"])
    return Incident(
        id=row["id"],
        enterprise=row["enterprise"],
        enterprise_id=row["enterprise_id"],
        visit_id=row["visit_id"],
        answer_id=row["answer_id"],
        item=row["item"] or "",
        kind=row["kind"] or "",
        status=row["status"] or OPEN,
        what=row["what"] or "",
        told_to=row["told_to"] or "",
        found_at=found_at,
        report_by=instant(row["report_by"]) if row["report_by"] else found_at + REPORT_WITHIN,
        told_at=instant(row["told_at"]) if row["told_at"] else None,
    )
