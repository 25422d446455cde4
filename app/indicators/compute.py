"""Measures become values: what was counted, divided by what it is counted against."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TypeGuard

from app.indicators.definitions import Basis, BasisRule, Indicator

MONTHS_OF_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class Measure:
    """What one enterprise gave for one period. None: not tracked, refused or not applicable; never a zero."""

    numerator: float | None
    denominator: float | None = None


@dataclass(frozen=True, slots=True)
class Aggregate:
    """One value for many measures; `used` of the `asked` measures could be counted, and `value` is None for none.

    `numerator` and `denominator` are the sums over the measures used; both are 0 when `value` is a median.
    """

    value: float | None
    used: int
    asked: int
    numerator: float = 0.0
    denominator: float = 0.0

    @property
    def coverage(self) -> float | None:
        """Share of those asked that gave data, 0-1; None when nobody was asked."""
        return self.used / self.asked if self.asked else None


def rate(numerator: float | None, denominator: float | None, *, factor: float = 1.0) -> float | None:
    """numerator / denominator x factor; None when either is missing or there is nothing to divide by.

    Source: docs/indicators.md#rates.
    """
    if not _is_number(numerator) or not _is_number(denominator) or denominator <= 0:
        return None
    # The product comes first: 5 x 100 / 200 is exact where 5 / 200 x 100 need not be.
    value = numerator * factor / denominator
    return value if math.isfinite(value) else None


def value(indicator: Indicator, measure: Measure, *, basis: Basis | None = None) -> float | None:
    """The indicator's value in its unit; None where the measure lacks a part.

    An injury rate needs the basis it is counted on: ValueError without one.
    Source: docs/indicators.md, under the indicator's key.
    """
    if indicator.is_ratio:
        return rate(measure.numerator, measure.denominator, factor=_factor(indicator, basis))
    return measure.numerator if _is_number(measure.numerator) else None


def aggregate(indicator: Indicator, measures: Iterable[Measure], *, basis: Basis | None = None) -> Aggregate:
    """Sum of numerators over sum of denominators, never a mean of rates; plain sums where there is no denominator.

    A measure that has no value of its own is left out whole. Money must be in one currency.
    Source: docs/indicators.md#aggregates.
    """
    given = list(measures)
    usable = [measure for measure in given if value(indicator, measure, basis=basis) is not None]
    numerator = math.fsum(measure.numerator or 0.0 for measure in usable)
    if not indicator.is_ratio:
        return Aggregate(numerator if usable else None, len(usable), len(given), numerator)
    denominator = math.fsum(measure.denominator or 0.0 for measure in usable)
    whole = rate(numerator, denominator, factor=_factor(indicator, basis))
    return Aggregate(whole, len(usable), len(given), numerator, denominator)


def aggregate_rates(rates: Iterable[float | None]) -> Aggregate:
    """The median, for rates that came without what they were made from.

    Source: docs/indicators.md#aggregates.
    """
    given = list(rates)
    known = [one for one in given if _is_number(one)]
    return Aggregate(median(known) if known else None, len(known), len(given))


def average_headcount(start: float | None, end: float | None) -> float | None:
    """Mean of the workers at both ends of a period; None when one is missing.

    Source: docs/indicators.md#turnover.
    """
    return (start + end) / 2 if _is_number(start) and _is_number(end) else None


def year_of_months(months: Sequence[Measure]) -> Measure:
    """Twelve months' leavers over the average of their headcounts: what `turnover_year` is made from.

    Both parts are None unless all twelve months are known: eleven would pass for a better year.
    Source: docs/indicators.md#turnover_year.
    """
    left = [month.numerator for month in months if _is_number(month.numerator)]
    present = [month.denominator for month in months if _is_number(month.denominator)]
    if not len(left) == len(present) == len(months) == MONTHS_OF_A_YEAR:
        return Measure(None, None)
    return Measure(math.fsum(left), math.fsum(present) / MONTHS_OF_A_YEAR)


def _factor(indicator: Indicator, basis: Basis | None) -> float:
    if indicator.basis is BasisRule.FIXED:
        return indicator.factor
    if basis is None:
        raise ValueError(f"{indicator.key} needs a basis")
    return basis.factor


def _is_number(value: float | None) -> TypeGuard[float]:
    return value is not None and math.isfinite(value)
