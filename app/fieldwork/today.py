"""What a day asks for: its visits, what was promised for now, what waits for a decision."""

from dataclasses import dataclass
from datetime import date, timedelta

from app.models.driver import Database
from app.models.improvements import Improvement, ImprovementStatus, list_improvements, list_open_improvements
from app.models.visits import Visit, VisitStatus, find_earlier_visit, list_visits, list_visits_on

_SOON = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Today:
    """`promised`: open improvements that are overdue or due within a week. `decisions`: what only a person settles."""

    visits: tuple[Visit, ...]
    promised: tuple[Improvement, ...]
    missed: tuple[Visit, ...]
    returned: tuple[Visit, ...]
    to_verify: tuple[Improvement, ...]
    conflicts: int


def today(db: Database, on: date) -> Today:
    every_visit = list_visits(db)
    done = (i for i in list_improvements(db) if i.status is ImprovementStatus.DONE and i.verified_on is None)
    conflicts = db.conn.execute("SELECT count(*) FROM sync_conflict WHERE resolved_seq IS NULL").fetchone()[0]
    return Today(
        visits=tuple(list_visits_on(db, on)),
        promised=tuple(list_open_improvements(db, on + _SOON)),
        missed=tuple(visit for visit in every_visit if visit.is_missed(on)),
        returned=tuple(visit for visit in every_visit if visit.status is VisitStatus.RETURNED),
        to_verify=tuple(done),
        conflicts=conflicts,
    )


def promised_before(db: Database, visit: Visit) -> list[Improvement]:
    """What the enterprise had promised when this visit began: open then, agreed on earlier visits."""
    agreed = (i for i in list_improvements(db, enterprise_id=visit.enterprise_id) if i.visit_id != visit.id)
    return [i for i in agreed if i.is_open or (i.done_on is not None and i.done_on >= visit.day)]


def last_promise(db: Database, visit: Visit) -> str:
    """The next steps that the visit before this one ended with; empty for the first."""
    earlier = find_earlier_visit(db, visit)
    return earlier.next_steps if earlier else ""
