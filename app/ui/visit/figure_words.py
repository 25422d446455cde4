"""Figures in words: what stands in a cell of the month grid, and how far an indicator moved."""

from app.fieldwork.sheet import FigureCell, Sheet, SheetRow
from app.i18n import N_, Language, _, ngettext
from app.indicators.definitions import Indicator, get_basis
from app.reports.periods import period_words
from app.reports.readings import Reading, read, value_words
from app.ui.labels import NO_NUMBER
from app.ui.widgets.month_grid import GridCell, GridRow
from app.ui.widgets.typed_number import plain_words

ROLES = {"monthly": N_("Monthly figure"), "baseline": N_("Baseline"), "end_line": N_("End line")}


def grid_row(row: SheetRow, sheet: Sheet, spoken: Language) -> GridRow:
    cells = tuple(_grid_cell(row, row.cells.get(month), spoken) for month in sheet.months)
    known = sum(cell.is_number for cell in cells)
    n = ngettext("{known} of {n} month", "{known} of {n} months", len(cells)).format(known=known, n=len(cells))
    unit = unit_words(row.indicator, next(iter(row.cells.values()), None), sheet)
    second = _("{n} · {unit}").format(unit=unit, n=n) if unit else n
    return GridRow(row.indicator.key, _(row.indicator.name), second, cells)


def _grid_cell(row: SheetRow, cell: FigureCell | None, spoken: Language) -> GridCell:
    if cell is None:
        return GridCell()
    role = "" if cell.role == "monthly" else _(ROLES[cell.role])
    if cell.status != "number" or cell.value is None:
        return GridCell(_(NO_NUMBER.get(cell.status, "")), role)
    text = spoken.number(cell.value, row.indicator.decimals)
    return GridCell(text, role, typed_words(cell, spoken), is_number=True)


def typed_words(cell: FigureCell, spoken: Language) -> str:
    """What somebody would type to get this figure: `200 / 10,000` where it was computed from two numbers."""
    if cell.numerator is not None and cell.denominator is not None:
        return f"{plain_words(cell.numerator, spoken)} / {plain_words(cell.denominator, spoken)}"
    return "" if cell.value is None else plain_words(cell.value, spoken)


def unit_words(indicator: Indicator, cell: FigureCell | None, sheet: Sheet) -> str:
    match indicator.unit.id:
        case "money":
            return (cell.currency if cell else "") or sheet.currency
        case "injury_rate":
            return _(get_basis((cell.basis if cell else "") or sheet.basis).name)
    return _(indicator.unit.name)


def moved_words(row: SheetRow, spoken: Language) -> tuple[str, str]:
    """From the baseline to now, and what that means; empty where there is nothing to compare."""
    reading = read(row.figure)
    if not (reading.baseline and reading.now and reading.change.is_comparable):
        return "", _nothing_to_compare(reading)
    words = _("{base} → {now} since baseline, {month}").format(
        base=value_words(reading.baseline, reading.indicator, spoken),
        now=value_words(reading.now, reading.indicator, spoken),
        month=period_words(reading.baseline.period, spoken),
    )
    return words, _verdict(reading)


def _verdict(reading: Reading) -> str:
    if reading.change.is_unchanged:
        return _("Unchanged")
    return {True: _("Better"), False: _("Worse"), None: ""}[reading.change.improved]


def _nothing_to_compare(reading: Reading) -> str:
    if reading.baseline is None:
        return _("No baseline yet. Make one of the figures the baseline.") if reading.known else ""
    return _("Nothing to compare with the baseline yet.")
