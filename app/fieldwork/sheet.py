"""The enterprise's figures by month, as they are asked for on a visit; and what is done with one of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from app.fieldwork.amounts import currency_in
from app.fieldwork.measure import take_figure
from app.indicators.definitions import BasisRule, Frequency, Indicator, load_bases, load_indicators
from app.models.database import Author, edit
from app.models.driver import Database
from app.models.rows import Row, bin_row, change_row, find_row, get_row, list_rows, save_row, table_called
from app.models.snapshots import Figure, FigureValue
from app.models.visits import Visit, get_visit, require_open

MONTHS = 6
_MOST_OWN = 5
# Asked for where the module has no monthly figures of its own, or the visit follows no module.
_USUAL = ("productivity", "defect", "absenteeism", "accidents")
_ROLES = ("baseline", "end_line", "monthly")


@dataclass(frozen=True, slots=True)
class FigureCell:
    """One figure of one month. `value` is None unless `status` is `number`. `taken_on`: the day of its visit."""

    id: str
    role: str
    status: str
    value: float | None
    numerator: float | None
    denominator: float | None
    basis: str
    currency: str
    source: str
    told_by: str
    note: str
    taken_on: date | None


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One indicator: its cells by month, and all its figures up to this visit."""

    indicator: Indicator
    cells: Mapping[str, FigureCell]
    figure: Figure


@dataclass(frozen=True, slots=True)
class Sheet:
    """`months` are periods, oldest first, the last that of the visit; `others` can be added as rows.

    `currency` and `basis` are what a new amount and a new injury rate are written with.
    """

    visit: Visit
    months: tuple[str, ...]
    rows: tuple[SheetRow, ...]
    others: tuple[Indicator, ...]
    currency: str
    basis: str


def read_sheet(db: Database, visit_id: str, *, added: frozenset[str] = frozenset()) -> Sheet:
    """The module's own indicators first, then those with figures, then those `added` by hand. Raises NotFound."""
    visit = get_visit(db, visit_id)
    months = tuple(month_before(visit.day, back) for back in reversed(range(MONTHS)))
    found: dict[str, list[Row]] = {}
    for row in list_rows(db, "indicator_value", enterprise_id=visit.enterprise_id, area_id=None):
        if (row["period"] or "")[:10] <= visit.day.isoformat():
            found.setdefault(row["indicator"], []).append(row)
    shown = _shown(_module_key(db, visit), set(found) | added)
    days = {
        row["id"]: get_visit(db, row["id"]).day for row in list_rows(db, "visit", enterprise_id=visit.enterprise_id)
    }
    return Sheet(
        visit=visit,
        months=months,
        rows=tuple(_row(db, visit, one, found.get(one.key, []), days=days) for one in shown),
        others=tuple(one for one in load_indicators() if one not in shown),
        currency=_currency(db, visit.enterprise_id),
        basis=_injury_basis(db, visit.enterprise_id),
    )


def month_before(day: date, months: int) -> str:
    """The month `months` before that of `day`, as a period."""
    index = day.year * 12 + day.month - 1 - months
    return f"{index // 12}-{index % 12 + 1:02}"


def _shown(module: str, wanted: set[str]) -> list[Indicator]:
    known = load_indicators()
    monthly = [one for one in known if one.frequency is Frequency.MONTH]
    own = [one for one in monthly if module in one.modules][:_MOST_OWN] if module else []
    first = own or [one for one in known if one.key in _USUAL]
    return first + [one for one in known if one.key in wanted and one not in first]


def _module_key(db: Database, visit: Visit) -> str:
    return str((find_row(db, "module", visit.module_id or "") or {}).get("key") or "")


def _currency(db: Database, enterprise_id: str) -> str:
    """The one its amounts were written in last, else that of its country."""
    for table in ("indicator_value", "improvement"):
        used = [row["currency"] for row in list_rows(db, table, enterprise_id=enterprise_id) if row["currency"]]
        if used:
            return str(used[-1])
    return currency_in(get_row(db, "enterprise", enterprise_id)["country"] or "")


def _injury_basis(db: Database, enterprise_id: str) -> str:
    """The country programme's, else that of the labour statisticians' resolution."""
    enterprise = get_row(db, "enterprise", enterprise_id)
    programme = find_row(db, "country_programme", enterprise["country_programme_id"] or "") or {}
    return str(programme.get("injury_basis") or load_bases()[0].id)


def _row(db: Database, visit: Visit, indicator: Indicator, rows: list[Row], *, days: dict[str, date]) -> SheetRow:
    rows = sorted(rows, key=lambda row: (row["period"], _ROLES.index(row["role"] or "monthly")))
    cells: dict[str, FigureCell] = {}
    for row in rows:
        cells.setdefault(row["period"], _cell(row, days))
    targets = list(list_rows(db, "target", enterprise_id=visit.enterprise_id, indicator=indicator.key))
    return SheetRow(
        indicator, cells, Figure(indicator.key, tuple(_values(rows)), targets[-1]["value"] if targets else None)
    )


def _cell(row: Row, days: dict[str, date]) -> FigureCell:
    return FigureCell(
        id=row["id"],
        role=row["role"] or "monthly",
        status=row["status"] or "number",
        value=row["value"],
        numerator=row["numerator"],
        denominator=row["denominator"],
        basis=row["basis"] or "",
        currency=row["currency"] or "",
        source=row["source"] or "",
        told_by=row["told_by"] or "",
        note=row["note"] or "",
        taken_on=days.get(row["visit_id"] or ""),
    )


def _values(rows: list[Row]) -> Iterator[FigureValue]:
    for row in rows:
        words = (row[name] or "" for name in ("source", "basis", "currency", "note"))
        numbers = (row["value"], row["numerator"], row["denominator"])
        yield FigureValue(row["period"], row["role"] or "monthly", row["status"] or "number", *numbers, *words)


def write_figure(db: Database, by: Author, visit_id: str, indicator: str, period: str, **given: object) -> str:
    """A figure of a cell: what take_figure takes; role, basis and currency of the figure that stands there are kept."""
    with edit(db, by):
        sheet = read_sheet(db, visit_id, added=frozenset({indicator}))
        row = next(row for row in sheet.rows if row.indicator.key == indicator)
        cell = row.cells.get(period)
        kept = {"role": cell.role, "basis": cell.basis, "currency": cell.currency} if cell else {}
        if row.indicator.unit.id == "money":
            kept["currency"] = kept.get("currency") or sheet.currency
        if row.indicator.basis is BasisRule.INJURY:
            kept["basis"] = kept.get("basis") or sheet.basis
        return take_figure(db, by, visit_id, indicator, period, **({n: v for n, v in kept.items() if v} | given))


def describe_figure(db: Database, by: Author, visit_id: str, figure_id: str, **facts: object) -> None:
    """Source, who told it, note, currency. Raises NotAllowed on a finished visit."""
    with edit(db, by):
        require_open(db, visit_id)
        change_row(db, by, "indicator_value", figure_id, **facts)


def set_role(db: Database, by: Author, visit_id: str, figure_id: str, role: str) -> str:
    """Make the figure the baseline, a monthly one or the end line; there is one baseline and one end line, so another
    that stands as one becomes monthly. Returns the figure's id, which is a new one: the role is part of the key."""
    with edit(db, by):
        require_open(db, visit_id)
        row = get_row(db, "indicator_value", figure_id)
        if row["role"] == role:
            return figure_id
        same = {"enterprise_id": row["enterprise_id"], "indicator": row["indicator"], "area_id": None}
        for other in list_rows(db, "indicator_value", role=role, **same) if role != "monthly" else ():
            _move(db, by, other, "monthly")
        return _move(db, by, row, role)


def set_basis(db: Database, by: Author, visit_id: str, figure_id: str, basis: str) -> None:
    """Count an injury rate on another basis: its value is computed anew."""
    with edit(db, by):
        row = get_row(db, "indicator_value", figure_id)
        numbers = {name: row[name] for name in ("numerator", "denominator") if row[name] is not None}
        given = (numbers or {"value": row["value"]}) if row["status"] == "number" else {}
        given |= {"status": row["status"], "role": row["role"], "basis": basis}
        take_figure(db, by, visit_id, row["indicator"], row["period"], **given)


def clear_figure(db: Database, by: Author, visit_id: str, figure_id: str) -> None:
    """Nothing was said of this month. Raises NotAllowed on a finished visit."""
    with edit(db, by):
        require_open(db, visit_id)
        bin_row(db, by, "indicator_value", figure_id)


def _move(db: Database, by: Author, row: Row, role: str) -> str:
    """The same figure of the same visit under another role."""
    bin_row(db, by, "indicator_value", row["id"])
    kept = {field.name: row[field.name] for field in table_called("indicator_value").fields}
    return save_row(db, by, "indicator_value", kept | {"role": role})


def figure_id_of(db: Database, visit_id: str, indicator: str, period: str) -> str | None:
    """The figure that stands in a cell of the visit's sheet; None for an empty one."""
    for row in read_sheet(db, visit_id, added=frozenset({indicator})).rows:
        if row.indicator.key == indicator and (cell := row.cells.get(period)):
            return cell.id
    return None
