"""Rows with valid defaults, made through the deeds: a test names only what it is about."""

from datetime import date

from app.fieldwork.agreement import agree
from app.fieldwork.attendance import enrol, hold_session, tick
from app.fieldwork.plan import meet, open_visit, plan_visit, register_enterprise
from app.models.database import Author
from app.models.driver import Database
from app.models.visits import VisitKind

VISIT_DAY = date(2026, 11, 24)


def make_enterprise(db: Database, by: Author, name: str = "Confecciones Andina", **changes: object) -> str:
    """Returns the enterprise's id."""
    return register_enterprise(db, by, name, **({"country": "PE", "city": "Lima", "sector": "Garments"} | changes))


def make_visit(db: Database, by: Author, enterprise_id: str | None = None, **changes: object) -> str:
    """An opened follow-up visit, to an enterprise of its own unless one is given. Returns its id."""
    enterprise_id = enterprise_id or make_enterprise(db, by)
    planned = {"kind": VisitKind.FOLLOW_UP, "on": VISIT_DAY, "purpose": "Follow up module 1"} | changes
    visit_id = plan_visit(db, by, enterprise_id, **planned)
    open_visit(db, by, visit_id)
    return visit_id


def make_person_met(db: Database, by: Author, visit_id: str, **changes: object) -> str:
    """Returns the row's id."""
    who = {"role": "manager", "sex": "woman", "count": 1} | changes
    return meet(db, by, visit_id, "Production head", **who)


def make_session(db: Database, by: Author, visit_id: str, *people: tuple[str, str], **changes: object) -> str:
    """A session on a visit; everybody of `people` (sex, role) is enrolled and present. Returns the session's id."""
    enterprise_id = db.conn.execute("SELECT enterprise_id FROM visit WHERE id = ?", (visit_id,)).fetchone()[0]
    held = {"on": VISIT_DAY, "visit_id": visit_id, "minutes": 60} | changes
    session_id = hold_session(db, by, "5S on the line", **held)
    tick(db, by, session_id, [enrol(db, by, enterprise_id, sex=sex, role=role) for sex, role in people])
    return session_id


def make_improvement(
    db: Database, by: Author, visit_id: str, what: str = "Mark the walkways", **changes: object
) -> str:
    """Returns the improvement's id."""
    promised = {"responsible": "Production head", "due_on": date(2026, 12, 15)} | changes
    return agree(db, by, visit_id, what, **promised)
