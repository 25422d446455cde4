"""What an enterprise's figures tell: where they began, where they were, where they are, and how far they moved."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from math import isfinite

from app.charts.spec import LineChart, Point
from app.errors import NotFound
from app.i18n import N_, Language
from app.indicators.change import Change, compare
from app.indicators.definitions import (
    BasisRule,
    Better,
    Frequency,
    Indicator,
    Unit,
    get_basis,
    get_indicator,
)
from app.models.catalogue import Evidence
from app.models.snapshots import Figure, FigureValue
from app.reports.labels import NO_NUMBER, label
from app.reports.periods import PeriodKind, days_from, first_day, kind_of, last_day, words_of_day
from app.reports.quantities import quantity

BASELINE = "baseline"
IS_NUMBER = "number"
_MOST_POINTS = 36
_FEWEST_POINTS = 2
_LONGEST_SHORT_UNIT = 4
_LARGEST_DRAWN = 1e300  # the distance between two larger numbers may be more than a float can say


@dataclass(frozen=True, slots=True)
class Reading:
    """One indicator, read. `change` is from `baseline` to `now`. `known` of `asked` periods have a number."""

    indicator: Indicator
    figure: Figure
    baseline: FigureValue | None
    previous: FigureValue | None
    now: FigureValue | None
    change: Change
    known: int
    asked: int
    kind: PeriodKind


def read(figure: Figure) -> Reading:
    indicator = _indicator(figure.indicator)
    baselines = [one for one in figure.values if one.role == BASELINE]
    later = sorted((one for one in figure.values if one.role != BASELINE), key=lambda one: last_day(one.period))
    baseline = baselines[0] if baselines else None
    now = later[-1] if later else None
    series = _series(figure)
    return Reading(
        indicator=indicator,
        figure=figure,
        baseline=baseline,
        previous=later[-2] if len(later) > 1 else None,
        now=now,
        change=compare(indicator, _number(baseline), _number(now)),
        known=sum(value is not None for value in series.values()),
        asked=len(series),
        kind=_usual_kind(figure),
    )


def value_words(value: FigureValue, indicator: Indicator, language: Language) -> str:
    """The number, with its unit where that is short, or the word why there is none."""
    number = _number(value)
    if number is None:
        return language._("no number") if value.status == IS_NUMBER else label(NO_NUMBER, value.status, language)
    unit = unit_words(value, indicator, language)
    figure = quantity(number, indicator.decimals, language)
    return figure if len(unit) > _LONGEST_SHORT_UNIT else joined_unit(figure, unit, language)


def joined_unit(number: str, unit: str, language: Language) -> str:
    return language._("{number} {unit}").format(number=number, unit=unit) if unit else number


def long_unit(value: FigureValue, indicator: Indicator, language: Language) -> str:
    """The unit or basis where it is too long to stand behind the number; else empty."""
    unit = unit_words(value, indicator, language)
    return unit if _number(value) is not None and len(unit) > _LONGEST_SHORT_UNIT else ""


def unit_words(value: FigureValue, indicator: Indicator, language: Language) -> str:
    """Empty for what is simply counted."""
    match indicator.unit.id:
        case "" | "count":
            return ""
        case "money":
            return value.currency
        case "injury_rate":
            return _basis_words(value.basis, language)
    return language._(indicator.unit.name)


def _basis_words(basis: str, language: Language) -> str:
    """The code itself when a newer program brought the basis."""
    try:
        return language._(get_basis(basis).name) if basis else ""
    except NotFound:
        return basis


def chart_of(reading: Reading, language: Language) -> LineChart | None:
    """The figure over time; None when there are not two numbers to draw a line between, or one is beyond drawing."""
    series = _series(reading.figure)
    if reading.known < _FEWEST_POINTS or not is_drawable(reading):
        return None
    days = list(series)
    kind = _usual_kind(reading.figure)
    baseline = reading.baseline
    is_marked = baseline is not None and kind_of(baseline.period) is kind and _number(baseline) is not None
    start = first_day(baseline.period) if baseline and is_marked else None
    latest = reading.now or baseline
    return LineChart(
        title=language._(reading.indicator.name),
        unit=_axis_words(latest, reading.indicator, language) if latest else "",
        points=tuple(Point(words_of_day(day, kind, language), value) for day, value in series.items()),
        target=reading.figure.target,
        baseline=days.index(start) if start in series else None,
        digits=reading.indicator.decimals,
    )


def is_drawable(reading: Reading) -> bool:
    numbers = [one.value for one in reading.figure.values] + [reading.figure.target]
    return all(abs(number) <= _LARGEST_DRAWN for number in numbers if number is not None)


def unseen(reading: Reading) -> list[FigureValue]:
    """Values that neither a column nor the chart shows, though they have a number: those of a period that is none,
    and all that are beyond drawing."""
    seen = (reading.baseline, reading.previous, reading.now)
    hidden = [one for one in reading.figure.values if one not in seen and _number(one) is not None]
    return [one for one in hidden if kind_of(one.period) is PeriodKind.OTHER or not is_drawable(reading)]


def _axis_words(value: FigureValue, indicator: Indicator, language: Language) -> str:
    return unit_words(value, indicator, language) or language._(indicator.unit.name or N_("number"))


def _series(figure: Figure) -> dict[date, float | None]:
    """Number or None by the first day of each period, oldest first, of the kind of period that most values have.

    A baseline comes before a monthly value of the same period. Empty where there are only single days.
    """
    kind = _usual_kind(figure)
    values = [one for one in figure.values if kind_of(one.period) is kind]
    if kind is PeriodKind.DAY or not values:
        return {}
    numbers: dict[date, float | None] = {}
    for one in values:
        day = first_day(one.period)
        numbers[day] = numbers[day] if numbers.get(day) is not None else _number(one)
    periods = sorted((one.period for one in values), key=first_day)
    return {day: numbers.get(day) for day in days_from(periods[0], periods[-1], most=_MOST_POINTS)}


def _usual_kind(figure: Figure) -> PeriodKind:
    counts = Counter(kind_of(one.period) for one in figure.values)
    del counts[PeriodKind.OTHER]
    return counts.most_common(1)[0][0] if counts else PeriodKind.MONTH


def _number(value: FigureValue | None) -> float | None:
    if value is None or value.value is None or value.status != IS_NUMBER:
        return None
    return value.value if isfinite(value.value) else None


def _indicator(key: str) -> Indicator:
    """An indicator that a newer program brought is printed under its key, and no change of it is judged."""
    try:
        return get_indicator(key)
    except NotFound:
        return Indicator(
            key=key,
            name=key or N_("Figure"),
            formula="",
            unit=Unit("", ""),
            better=Better.CONTEXT,
            basis=BasisRule.FIXED,
            frequency=Frequency.MONTH,
            modules=(),
            numerator="",
            denominator="",
            factor=1,
            decimals=2,
            by_sex=False,
            evidence=Evidence.PROPOSAL,
        )
