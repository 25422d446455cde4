"""The improvements that matter on a visit: agreed on it, and open from before; with the finding each one mends."""

from dataclasses import dataclass

from app.checklists.items import Words
from app.checklists.stored import checklist_from_text
from app.fieldwork.amounts import currency_in
from app.fieldwork.today import promised_before
from app.fieldwork.walkthrough import number_items
from app.models.driver import Database
from app.models.improvements import Improvement, list_improvements
from app.models.rows import get_row
from app.models.visits import Visit, get_visit


@dataclass(frozen=True, slots=True)
class Finding:
    """The checklist's item behind an improvement: its number as people see it, and its question."""

    item: str
    number: str
    question: Words


@dataclass(frozen=True, slots=True)
class Promise:
    improvement: Improvement
    finding: Finding | None
    verified_by: str


@dataclass(frozen=True, slots=True)
class Promises:
    """`currency` is that of the enterprise's country, for amounts that have none yet."""

    visit: Visit
    ours: tuple[Promise, ...]
    before: tuple[Promise, ...]
    currency: str

    @property
    def every(self) -> tuple[Promise, ...]:
        return self.ours + self.before


def promises(db: Database, visit_id: str) -> Promises:
    """Raises NotFound."""
    visit = get_visit(db, visit_id)
    found = {row["id"]: row for row in db.query(_BESIDE, [visit.enterprise_id])}

    def promise(one: Improvement) -> Promise:
        row = found[one.id]
        finding = _finding(row["definition"], row["item"]) if row["definition"] else None
        return Promise(one, finding, row["verified_by"] or "")

    ours = [one for one in list_improvements(db, enterprise_id=visit.enterprise_id) if one.visit_id == visit_id]
    country = get_row(db, "enterprise", visit.enterprise_id)["country"] or ""
    return Promises(
        visit=visit,
        ours=tuple(map(promise, ours)),
        before=tuple(map(promise, promised_before(db, visit))),
        currency=currency_in(country),
    )


_BESIDE = """
SELECT i.id, a.item, c.definition, u.name AS verified_by FROM improvement i
LEFT JOIN answer a ON a.id = i.answer_id LEFT JOIN assessment s ON s.id = a.assessment_id
LEFT JOIN checklist c ON c.id = s.checklist_id LEFT JOIN "user" u ON u.id = i.verified_by
WHERE i.enterprise_id = ?"""


def _finding(definition: str, item_id: str) -> Finding | None:
    checklist = checklist_from_text(definition)
    numbers = number_items(checklist)
    return next((Finding(i.id, numbers[i.id], i.label) for i in checklist.items if i.id == item_id), None)
