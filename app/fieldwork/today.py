"""What a day asks for: its visits, what was promised for now, what waits for a decision."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pkgutil import resolve_name

from app.fieldwork.incidents import OPEN, Incident, list_incidents
from app.models.disputes import count_disputes
from app.models.driver import Database
from app.models.improvements import (
    Improvement,
    list_improvements,
    list_open_improvements,
    list_unverified_improvements,
)
from app.models.past import moments_of
from app.models.rows import list_rows
from app.models.visits import (
    Visit,
    count_missed_visits,
    find_earlier_visit,
    find_next_visit_day,
    list_missed_visits,
    list_returned_visits,
    list_visits_on,
)

_SOON = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Today:
    """`promised`: open improvements that are overdue or due within a week.

    `conflicts`: differences that nobody settled.
    `incidents`: suspicions that the office was not told of yet, the most urgent first.
    `missed`: the latest of `missed_count` visits that were missed.
    """

    visits: tuple[Visit, ...]
    promised: tuple[Improvement, ...]
    missed: tuple[Visit, ...]
    missed_count: int
    returned: tuple[Visit, ...]
    to_verify: tuple[Improvement, ...]
    conflicts: int
    incidents: tuple[Incident, ...] = ()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a visit's checklists are; `worked_at` is when anything of the visit was last written."""

    answered: int
    items: int
    worked_at: datetime | None


def today(db: Database, on: date, *, most_missed: int | None = None) -> Today:
    """What the day `on` asks for; of the visits that were missed at most so many, or all."""
    return Today(
        visits=tuple(list_visits_on(db, on)),
        promised=tuple(list_open_improvements(db, on + _SOON)),
        missed=tuple(list_missed_visits(db, on, most=most_missed)),
        missed_count=count_missed_visits(db, on),
        returned=tuple(list_returned_visits(db)),
        to_verify=tuple(list_unverified_improvements(db)),
        conflicts=count_disputes(db),
        incidents=tuple(one for one in list_incidents(db, open_only=True) if one.status == OPEN),
    )


def next_visit_day(db: Database, on: date) -> date:
    """The day to be ready for: `on` while a visit of that day is not finished, else the next with one, else `on`."""
    if any(visit.can_be_edited for visit in list_visits_on(db, on)):
        return on
    return find_next_visit_day(db, on) or on


def progress_of(db: Database, visit_id: str) -> Progress:
    """How far the visit's checklists are, and when it was last worked on."""
    answered = asked = 0
    if any(list_rows(db, "assessment", visit_id=visit_id)):
        # Checklists with their rules take longer to load than Today; most days begin without one.
        answered, asked = resolve_name("app.fieldwork.answers:count_answers")(db, visit_id)
    moments = moments_of(db, visit_id)
    return Progress(answered, asked, moments[-1].at if moments else None)


def waiting_for_after(db: Database) -> frozenset[str]:
    """Ids of the improvements whose place was photographed before and not yet after."""
    rows = db.conn.execute(
        "SELECT DISTINCT improvement_id FROM photo_pair WHERE status = 'after_missing' AND binned_at IS NULL"
        " AND improvement_id IS NOT NULL"
    )
    return frozenset(row[0] for row in rows)


def promised_before(db: Database, visit: Visit) -> list[Improvement]:
    """What the enterprise had promised when this visit began: open then, agreed on earlier visits."""
    agreed = (i for i in list_improvements(db, enterprise_id=visit.enterprise_id) if i.visit_id != visit.id)
    return [i for i in agreed if i.is_open or (i.done_on is not None and i.done_on >= visit.day)]


def last_promise(db: Database, visit: Visit) -> str:
    """The next steps that the visit before this one ended with; empty for the first."""
    earlier = find_earlier_visit(db, visit)
    return earlier.next_steps if earlier else ""
