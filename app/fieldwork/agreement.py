"""Improvements: agreed on a visit, made from a finding in one step, followed to the end."""

from datetime import date

from app.errors import NotAllowed
from app.fieldwork.answers import answer_with_visit
from app.models.database import Author, edit
from app.models.driver import Database
from app.models.improvements import ImprovementStatus, get_improvement
from app.models.rows import change_row, get_row, save_row
from app.models.visits import require_open

_MAY_VERIFY = {"expert", "me_officer", "head_office", "admin"}


def agree(db: Database, by: Author, visit_id: str, what: str, **more: object) -> str:
    """An improvement agreed on a visit: `responsible`, `due_on`, `type`, `cost`, `saving`... Returns its id."""
    with edit(db, by):
        visit = require_open(db, visit_id)
        agreed = {"status": ImprovementStatus.AGREED, "origin": "visit"} | more
        improvement = {"enterprise_id": visit.enterprise_id, "visit_id": visit_id, "what": what} | agreed
        improvement_id = save_row(db, by, "improvement", improvement)
        _tell(db, by, improvement_id, ImprovementStatus(str(agreed["status"])), visit_id)
        return improvement_id


def improve_answer(db: Database, by: Author, answer_id: str, what: str, **more: object) -> str:
    """An improvement made from an answer in one step: it takes visit and finding from there. Returns its id."""
    with edit(db, by):
        answer, visit = answer_with_visit(db, answer_id)
        return agree(db, by, visit["id"], what, **({"origin": "answer", "answer_id": answer["id"]} | more))


def follow_up(
    db: Database,
    by: Author,
    improvement_id: str,
    status: ImprovementStatus,
    *,
    visit_id: str | None = None,
    **more: object,
) -> None:
    """What became of it: the new status, the day it was done, `effect`, `saving`; told on a visit or without one."""
    with edit(db, by):
        if visit_id:
            require_open(db, visit_id)
        is_done = status is ImprovementStatus.DONE
        done_on = {"done_on": by.clock.today() if is_done else None}
        change_row(db, by, "improvement", improvement_id, **({"status": status} | done_on | more))
        _tell(db, by, improvement_id, status, visit_id)


def verify(db: Database, by: Author, improvement_id: str, *, on: date) -> None:
    """An advisor saw it with own eyes. Raises NotAllowed for other roles and for what is not done."""
    with edit(db, by):
        if get_row(db, "user", by.user_id)["role"] not in _MAY_VERIFY:
            raise NotAllowed("verify-role")
        if get_improvement(db, improvement_id).status is not ImprovementStatus.DONE:
            raise NotAllowed("verify-not-done")
        change_row(db, by, "improvement", improvement_id, verified_by=by.user_id, verified_on=on)


def _tell(db: Database, by: Author, improvement_id: str, status: ImprovementStatus, visit_id: str | None) -> None:
    event = {"improvement_id": improvement_id, "status": status, "visit_id": visit_id, "at": by.clock.now()}
    save_row(db, by, "improvement_event", event | {"author_id": by.user_id or None})
