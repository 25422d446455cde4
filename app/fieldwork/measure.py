"""The enterprise's own figures, taken on a visit: a number, or the word why there is none."""

from app.errors import Invalid
from app.indicators.compute import Measure, value
from app.indicators.definitions import BasisRule, Indicator, get_basis, get_indicator, load_bases
from app.models.database import Author, edit
from app.models.driver import Database
from app.models.registry import TABLE_BY_NAME
from app.models.rows import save_row
from app.models.values import checked
from app.models.visits import require_open

NO_NUMBER = ("not_tracked", "refused", "not_applicable")


def take_figure(db: Database, by: Author, visit_id: str, indicator: str, period: str, **more: object) -> str:
    """A figure of a period: `value`, or `numerator` and `denominator`, or `status` why there is none.

    `role` is monthly unless said. The value of a rate is computed here, never typed beside its parts. Returns the
    row's id. Raises NotFound for an unknown indicator, Invalid when a number is missing or comes with a reason.
    """
    definition = get_indicator(indicator)
    given: dict[str, object] = {"status": "number", "role": "monthly"} | more
    if definition.basis is BasisRule.INJURY:
        given.setdefault("basis", load_bases()[0].id)
    numbers = {name: given.get(name) for name in ("value", "numerator", "denominator") if given.get(name) is not None}
    if given["status"] in NO_NUMBER:
        if numbers:
            raise Invalid("status", "number-and-reason", given["status"])
    elif definition.is_ratio and numbers.keys() & {"numerator", "denominator"}:
        given["value"] = _value_of(definition, numbers, basis_id=given.get("basis"))
    elif "value" not in numbers:
        raise Invalid("value", "missing")
    with edit(db, by):
        visit = require_open(db, visit_id)
        if given.get("enterprise_id", visit.enterprise_id) != visit.enterprise_id:
            raise Invalid("enterprise_id", "not-of-visit", given["enterprise_id"])
        key = {"enterprise_id": visit.enterprise_id, "area_id": None, "indicator": indicator, "period": period}
        empty = {"value": None, "numerator": None, "denominator": None}
        return save_row(db, by, "indicator_value", key | empty | given | {"visit_id": visit_id})


def _value_of(indicator: Indicator, numbers: dict[str, object], *, basis_id: object) -> float:
    """Raises Invalid when a part is missing, is no number, or there is nothing to divide by."""
    table = TABLE_BY_NAME["indicator_value"]
    parts = {name: checked(table.field(name), numbers.get(name)) for name in ("numerator", "denominator")}
    for name, part in parts.items():
        if part is None:
            raise Invalid(name, "missing")
    basis = get_basis(str(basis_id)) if basis_id else None
    measure = Measure(float(parts["numerator"] or 0), float(parts["denominator"] or 0))
    computed = value(indicator, measure, basis=basis)
    if computed is None:
        raise Invalid("denominator", "nothing-to-divide-by", parts["denominator"])
    return computed
