"""Periods of figures (`2026`, `2026-Q3`, `2026-09`, `2026-09-14`): their order, what lies between, their words.

Older data may have a period that is none (`0000-12-99`): it is shown as it was written and stands before all others.
"""

import re
from datetime import MAXYEAR, date, timedelta
from enum import StrEnum

from babel.dates import format_skeleton

from app.i18n import Language

MONTHS_OF_A_QUARTER = 3
MONTHS_OF_A_YEAR = 12


class PeriodKind(StrEnum):
    YEAR = "year"
    QUARTER = "quarter"
    MONTH = "month"
    DAY = "day"
    OTHER = "other"


_MONTHS = {PeriodKind.YEAR: MONTHS_OF_A_YEAR, PeriodKind.QUARTER: MONTHS_OF_A_QUARTER, PeriodKind.MONTH: 1}
_SHAPES = (
    (PeriodKind.YEAR, re.compile("(?P<year>[0-9]{4})")),
    (PeriodKind.QUARTER, re.compile("(?P<year>[0-9]{4})-Q(?P<quarter>[1-4])")),
    (PeriodKind.MONTH, re.compile("(?P<year>[0-9]{4})-(?P<month>[0-9]{2})")),
    (PeriodKind.DAY, re.compile("(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})")),
)


def kind_of(period: str) -> PeriodKind:
    return _read(period)[0]


def first_day(period: str) -> date:
    """Raises ValueError for what is no period."""
    kind, day = _read(period)
    if kind is PeriodKind.OTHER:
        raise ValueError(f"no period: {period}")
    return day


def last_day(period: str) -> date:
    """Two periods are in the order of their last days: a quarter is known after each of its months. The very first
    day for what is no period."""
    kind, start = _read(period)
    months = _MONTHS.get(kind)
    if months is None:
        return start
    return date.max if _is_the_last(start, months) else _months_later(start, months) - timedelta(days=1)


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
    kind, day = _read(period)
    return period if kind is PeriodKind.OTHER else words_of_day(day, kind, language)


def words_of_day(day: date, kind: PeriodKind, language: Language) -> str:
    """The period of `kind` that begins on `day`."""
    match kind:
        case PeriodKind.YEAR:
            return str(format_skeleton("y", day, locale=language.locale))
        case PeriodKind.QUARTER:
            return str(format_skeleton("yQQQ", day, locale=language.locale))
        case PeriodKind.MONTH:
            return language.month(day)
    return language.short_day(day)


def _read(period: str) -> tuple[PeriodKind, date]:
    """The kind and the first day."""
    for kind, shape in _SHAPES:
        if found := shape.fullmatch(period):
            parts = {name: int(digits) for name, digits in found.groupdict().items()}
            month = (parts.get("quarter", 1) - 1) * MONTHS_OF_A_QUARTER + 1
            try:
                return kind, date(parts["year"], parts.get("month", month), parts.get("day", 1))
            except ValueError:  # the shape of a day that no calendar has
                break
    return PeriodKind.OTHER, date.min


def _is_the_last(start: date, months: int) -> bool:
    """Whether the calendar ends with the period of so many months."""
    return start.year == MAXYEAR and start.month + months > MONTHS_OF_A_YEAR


def _months_later(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, MONTHS_OF_A_YEAR)
    return date(day.year + years, month + 1, 1)
