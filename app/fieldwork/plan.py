"""Before and at the gate: register an enterprise, plan a visit, open it."""

from dataclasses import dataclass
from datetime import date

from app.models.database import Author, edit
from app.models.driver import Database
from app.models.rows import change_row, get_row, save_row
from app.models.visits import VisitKind, VisitStatus, list_visits_to, require_open


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the next visit to an enterprise probably is. `number` is None for kinds that are not counted."""

    kind: VisitKind
    number: int | None
    module_id: str | None


def register_enterprise(db: Database, by: Author, name: str, **profile: object) -> str:
    """A new enterprise; `profile` are fields of the enterprise. Returns its id."""
    return save_row(db, by, "enterprise", {"name": name, "status": "active"} | profile)


def describe_enterprise(db: Database, by: Author, enterprise_id: str, on: date, **figures: object) -> str:
    """The enterprise's people, shifts and buyers as of a day. Returns the profile's id."""
    return save_row(db, by, "enterprise_profile", {"enterprise_id": enterprise_id, "on": on} | figures)


def plan_visit(db: Database, by: Author, enterprise_id: str, *, kind: VisitKind, on: date, **more: object) -> str:
    """A visit in the calendar; `more` are fields of the visit. Returns its id. Raises NotFound without enterprise."""
    with edit(db, by):
        get_row(db, "enterprise", enterprise_id)
        planned = {"enterprise_id": enterprise_id, "kind": kind, "planned_on": on, "status": VisitStatus.DRAFT}
        return save_row(db, by, "visit", planned | {"trainer_id": by.user_id or None, "revision": 1} | more)


def propose_visit(db: Database, enterprise_id: str) -> Proposal:
    """The intake visit at first; afterwards the next follow-up, about the module of the newest visit that had one."""
    visits = list_visits_to(db, enterprise_id)
    if not visits:
        return Proposal(VisitKind.INTAKE, None, None)
    module_id = next((visit.module_id for visit in visits if visit.module_id), None)
    numbers = [visit.number or 0 for visit in visits if visit.kind is VisitKind.FOLLOW_UP]
    return Proposal(VisitKind.FOLLOW_UP, max(numbers, default=0) + 1, module_id)


def open_visit(db: Database, by: Author, visit_id: str) -> None:
    """The trainer is at the gate: the visit starts now. Opening it again changes nothing."""
    with edit(db, by):
        if require_open(db, visit_id).started_at is None:
            change_row(db, by, "visit", visit_id, started_at=by.clock.now())


def write_visit(db: Database, by: Author, visit_id: str, **texts: object) -> None:
    """Purpose, summary, advice, next steps and whatever else the visit itself says. Raises NotAllowed once finished."""
    with edit(db, by):
        require_open(db, visit_id)
        change_row(db, by, "visit", visit_id, **texts)


def meet(db: Database, by: Author, visit_id: str, position: str, **who: object) -> str:
    """People met on a visit: `role`, `sex`, `count`. Returns the row's id."""
    with edit(db, by):
        require_open(db, visit_id)
        return save_row(db, by, "visit_person", {"visit_id": visit_id, "position": position, "count": 1} | who)
