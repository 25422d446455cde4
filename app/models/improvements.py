"""Improvements: the record, its rules, its queries."""

from dataclasses import dataclass
from datetime import date

from app.errors import NotFound
from app.models.codes import OpenEnum
from app.models.driver import Database
from app.models.rows import Row
from app.models.visits import day_or_none


class ImprovementStatus(OpenEnum):
    PROPOSED = "proposed"
    AGREED = "agreed"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Improvement:
    """A change agreed with the enterprise. Amounts are minor units of `currency`, None where nobody said."""

    id: str
    enterprise_id: str
    enterprise: str
    visit_id: str | None
    what: str
    root_cause: str
    type: str
    category: str
    priority: str
    responsible: str
    due_on: date | None
    status: ImprovementStatus
    done_on: date | None
    verified_on: date | None
    cost: int | None
    cost_basis: str
    saving: int | None
    saving_basis: str
    currency: str
    effect: str

    @property
    def is_open(self) -> bool:
        return self.status not in {ImprovementStatus.DONE, ImprovementStatus.DROPPED}

    def days_overdue(self, today: date) -> int:
        """0 when it is not open, not due yet or has no date."""
        if not self.is_open or self.due_on is None:
            return 0
        return max(0, (today - self.due_on).days)


_IMPROVEMENTS = """
SELECT i.*, e.name AS enterprise FROM improvement i JOIN enterprise e ON e.id = i.enterprise_id
WHERE i.binned_at IS NULL AND e.binned_at IS NULL"""
_DUE_FIRST = "ORDER BY i.due_on IS NULL, i.due_on, i.id"


def list_improvements(db: Database, *, enterprise_id: str | None = None) -> list[Improvement]:
    """Of one enterprise or of all, soonest due first, those without a day last."""
    rows = db.query(f"{_IMPROVEMENTS} AND (:e IS NULL OR i.enterprise_id = :e) {_DUE_FIRST}", {"e": enterprise_id})
    return [_improvement(row) for row in rows]


def list_open_improvements(db: Database, due_until: date) -> list[Improvement]:
    """Open ones that are due on or before a day, soonest first."""
    rows = db.query(
        f"{_IMPROVEMENTS} AND i.due_on <= ? AND i.status NOT IN ('done', 'dropped') {_DUE_FIRST}",
        [due_until.isoformat()],
    )
    return [_improvement(row) for row in rows]


def list_unverified_improvements(db: Database) -> list[Improvement]:
    """Done, as the enterprise says, and not seen by an advisor yet."""
    rows = db.query(f"{_IMPROVEMENTS} AND i.status = 'done' AND i.verified_on IS NULL {_DUE_FIRST}")
    return [_improvement(row) for row in rows]


def get_improvement(db: Database, improvement_id: str) -> Improvement:
    """Raises NotFound."""
    for row in db.query(f"{_IMPROVEMENTS} AND i.id = ?", [improvement_id]):
        return _improvement(row)
    raise NotFound("improvement", improvement_id)


def _improvement(row: Row) -> Improvement:
    return Improvement(
        id=row["id"],
        enterprise_id=row["enterprise_id"],
        enterprise=row["enterprise"] or "",
        visit_id=row["visit_id"],
        what=row["what"] or "",
        root_cause=row["root_cause"] or "",
        type=row["type"] or "",
        category=row["category"] or "",
        priority=row["priority"] or "",
        responsible=row["responsible"] or "",
        due_on=day_or_none(row["due_on"]),
        status=ImprovementStatus(row["status"] or ImprovementStatus.PROPOSED),
        done_on=day_or_none(row["done_on"]),
        verified_on=day_or_none(row["verified_on"]),
        cost=row["cost"],
        cost_basis=row["cost_basis"] or "",
        saving=row["saving"],
        saving_basis=row["saving_basis"] or "",
        currency=row["currency"] or "",
        effect=row["effect"] or "",
    )
