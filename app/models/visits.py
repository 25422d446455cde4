"""Visits: the record, its rules, its queries."""

from dataclasses import dataclass
from datetime import date, datetime

from app.errors import NotAllowed, NotFound
from app.models.codes import OpenEnum
from app.models.driver import Database
from app.models.ids import instant, on_the_wall
from app.models.rows import Row


class VisitKind(OpenEnum):
    INTAKE = "intake"
    FOLLOW_UP = "follow_up"
    YEAR_AFTER = "year_after"
    ASSESSMENT = "assessment"
    ADVISORY = "advisory"
    FEEDBACK_MEETING = "feedback_meeting"


class VisitStatus(OpenEnum):
    DRAFT = "draft"
    FINISHED = "finished"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit, with the names that stand behind its links. Empty text where nothing was written."""

    id: str
    enterprise_id: str
    enterprise: str
    kind: VisitKind
    number: int | None
    module_id: str | None
    module: str
    trainer: str
    mode: str
    planned_on: date
    started_at: datetime | None
    finished_at: datetime | None
    status: VisitStatus
    revision: int
    purpose: str
    summary: str
    advice: str
    good_practice: str
    next_steps: str
    next_visit_on: date | None

    @property
    def day(self) -> date:
        """The day it was held, as the laptop's wall had it; the planned day while it was not."""
        return on_the_wall(self.started_at).date() if self.started_at else self.planned_on

    @property
    def can_be_edited(self) -> bool:
        """A finished visit is reopened first; one that head office returned is open again."""
        return self.status in {VisitStatus.DRAFT, VisitStatus.RETURNED}

    def is_missed(self, today: date) -> bool:
        return self.status is VisitStatus.DRAFT and self.started_at is None and self.planned_on < today


_VISITS = """
SELECT v.*, e.name AS enterprise, m.name AS module, u.name AS trainer
FROM visit v JOIN enterprise e ON e.id = v.enterprise_id
LEFT JOIN module m ON m.id = v.module_id LEFT JOIN "user" u ON u.id = v.trainer_id
WHERE v.binned_at IS NULL AND e.binned_at IS NULL"""
_MISSED = "AND v.status = 'draft' AND v.started_at IS NULL AND v.planned_on < ?"
_ALL = -1  # to SQLite's LIMIT


def list_visits(db: Database) -> list[Visit]:
    """All visits, latest planned day first."""
    return [_visit(row) for row in db.query(f"{_VISITS} ORDER BY v.planned_on DESC, v.id DESC")]


def list_visits_on(db: Database, day: date) -> list[Visit]:
    """The visits planned for `day`, and those of any day that were started and are not finished."""
    rows = db.query(
        f"{_VISITS} AND (v.planned_on = ? OR (v.status IN ('draft', 'returned') AND v.started_at IS NOT NULL))"
        " ORDER BY v.planned_on, v.id",
        [day.isoformat()],
    )
    return [_visit(row) for row in rows]


def list_visits_to(db: Database, enterprise_id: str) -> list[Visit]:
    """All visits to one enterprise, latest planned day first."""
    rows = db.query(f"{_VISITS} AND v.enterprise_id = ? ORDER BY v.planned_on DESC, v.id DESC", [enterprise_id])
    return [_visit(row) for row in rows]


def list_missed_visits(db: Database, today: date, *, most: int | None = None) -> list[Visit]:
    """Planned for a day before `today` and never opened, latest first; at most so many, or all."""
    rows = db.query(
        f"{_VISITS} {_MISSED} ORDER BY v.planned_on DESC, v.id DESC LIMIT ?",
        [today.isoformat(), _ALL if most is None else most],
    )
    return [_visit(row) for row in rows]


def count_missed_visits(db: Database, today: date) -> int:
    return int(db.conn.execute(f"SELECT count(*) FROM ({_VISITS} {_MISSED})", (today.isoformat(),)).fetchone()[0])


def list_returned_visits(db: Database) -> list[Visit]:
    """Sent back by head office, latest first."""
    rows = db.query(f"{_VISITS} AND v.status = 'returned' ORDER BY v.planned_on DESC, v.id DESC")
    return [_visit(row) for row in rows]


def find_next_visit_day(db: Database, since: date) -> date | None:
    """The first day, `since` or later, that a visit which is not begun is planned for; None when there is none."""
    found = db.conn.execute(
        "SELECT min(planned_on) FROM visit WHERE binned_at IS NULL AND status = 'draft' AND started_at IS NULL"
        " AND planned_on >= ?",
        (since.isoformat(),),
    ).fetchone()[0]
    return day_or_none(found)


def get_visit(db: Database, visit_id: str) -> Visit:
    """Raises NotFound."""
    for row in db.query(f"{_VISITS} AND v.id = ?", [visit_id]):
        return _visit(row)
    raise NotFound("visit", visit_id)


def find_earlier_visit(db: Database, visit: Visit) -> Visit | None:
    """The visit to the same enterprise before this one; None for the first."""
    rows = db.query(
        f"{_VISITS} AND v.enterprise_id = ? AND (v.planned_on, v.id) < (?, ?)"
        " ORDER BY v.planned_on DESC, v.id DESC LIMIT 1",
        [visit.enterprise_id, visit.planned_on.isoformat(), visit.id],
    )
    return next(map(_visit, rows), None)


def require_open(db: Database, visit_id: str) -> Visit:
    """The visit, if it can be written in. Raises NotFound, and NotAllowed once it is finished."""
    visit = get_visit(db, visit_id)
    if not visit.can_be_edited:
        raise NotAllowed("visit-finished", visit.enterprise)
    return visit


def _visit(row: Row) -> Visit:
    return Visit(
        id=row["id"],
        enterprise_id=row["enterprise_id"],
        enterprise=row["enterprise"] or "",
        kind=VisitKind(row["kind"] or VisitKind.FOLLOW_UP),
        number=row["number"],
        module_id=row["module_id"],
        module=row["module"] or "",
        trainer=row["trainer"] or "",
        mode=row["mode"] or "",
        planned_on=date.fromisoformat(row["planned_on"] or row["created_at"][:10]),
        started_at=_instant(row["started_at"]),
        finished_at=_instant(row["finished_at"]),
        status=VisitStatus(row["status"] or VisitStatus.DRAFT),
        revision=row["revision"] or 1,
        purpose=row["purpose"] or "",
        summary=row["summary"] or "",
        advice=row["advice"] or "",
        good_practice=row["good_practice"] or "",
        next_steps=row["next_steps"] or "",
        next_visit_on=day_or_none(row["next_visit_on"]),
    )


def _instant(text: str | None) -> datetime | None:
    return instant(text) if text else None


def day_or_none(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
