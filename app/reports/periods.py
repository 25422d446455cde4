"""Periods of figures (`2026`, `2026-Q3`, `2026-09`, `2026-09-14`): their order, what lies between, their words."""

from datetime import date, timedelta
from enum import StrEnum

from babel.dates import format_skeleton

from app.i18n import Language

MONTHS_OF_A_QUARTER = 3
MONTHS_OF_A_YEAR = 12
_LENGTHS = {4: "year", 7: "month", 10: "day"}


class PeriodKind(StrEnum):
    YEAR = "year"
    QUARTER = "quarter"
    MONTH = "month"
    DAY = "day"


_MONTHS = {PeriodKind.YEAR: MONTHS_OF_A_YEAR, PeriodKind.QUARTER: MONTHS_OF_A_QUARTER, PeriodKind.MONTH: 1}


def kind_of(period: str) -> PeriodKind:
    return PeriodKind.QUARTER if "Q" in period else PeriodKind(_LENGTHS[len(period)])


def first_day(period: str) -> date:
    match kind_of(period):
        case PeriodKind.YEAR:
            return date(int(period), 1, 1)
        case PeriodKind.QUARTER:
            return date(int(period[:4]), (int(period[-1]) - 1) * MONTHS_OF_A_QUARTER + 1, 1)
        case PeriodKind.MONTH:
            return date.fromisoformat(f"{period}-01")
        case PeriodKind.DAY:
            return date.fromisoformat(period)


def last_day(period: str) -> date:
    """Two periods are in the order of their last days: a quarter is known after each of its months."""
    start = first_day(period)
    months = _MONTHS.get(kind_of(period))
    return start if months is None else _months_later(start, months) - timedelta(days=1)


def days_from(first: str, last: str, *, most: int) -> list[date]:
    """The first days of the periods from `first` to `last`, both of one kind that is no single day, oldest first.

    Only the newest `most` of them.
    """
    step, end = _MONTHS[kind_of(first)], first_day(last)
    found = [first_day(first)]
    while found[-1] < end:
        found.append(_months_later(found[-1], step))
    return found[-most:]


def period_words(period: str, language: Language) -> str:
    return words_of_day(first_day(period), kind_of(period), language)


def words_of_day(day: date, kind: PeriodKind, language: Language) -> str:
    """The period of `kind` that begins on `day`."""
    match kind:
        case PeriodKind.YEAR:
            return str(format_skeleton("y", day, locale=language.locale))
        case PeriodKind.QUARTER:
            return str(format_skeleton("yQQQ", day, locale=language.locale))
        case PeriodKind.MONTH:
            return language.month(day)
        case PeriodKind.DAY:
            return language.short_day(day)


def _months_later(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, MONTHS_OF_A_YEAR)
    return date(day.year + years, month + 1, 1)
