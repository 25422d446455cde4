"""Days and instants: reading, counting and writing them."""

import math
from datetime import UTC, date, datetime, time, timedelta

from app.checklists.expressions.host import Host
from app.checklists.expressions.problems import Problem, Refusal

_EPOCH = date(1970, 1, 1)
_EPOCH_INSTANT = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)
_MOST_DAYS = 2.0**31


def find_moment(text: str, host: Host) -> date | None:
    """The day, or with a `T` the instant in the host's zone, that `text` writes in ISO's way; None when it is none."""
    day, separator, clock = text.strip().partition("T")
    try:
        year, month, of_month = (int(part) for part in day.split("-"))
        found = date(year, month, of_month)
        return _instant(found, clock, host) if separator else found
    except (ValueError, OverflowError):
        return None


def moment(text: str, host: Host) -> date:
    """Raises Refusal: NOT_A_DATE."""
    found = find_moment(text, host)
    if found is None:
        raise Refusal(Problem.NOT_A_DATE, text)
    return found


def time_of_day(text: str, host: Host) -> float | None:
    """The share of the local day at a time such as `17:30` or `06:00:00.000-07:00`; None when it is no time."""
    try:
        instant = _instant(_EPOCH, text, host)
    except (ValueError, OverflowError):
        return None
    return share_of_day(instant)


def share_of_day(instant: datetime) -> float:
    midnight = instant.replace(hour=0, minute=0, second=0, microsecond=0)
    return (instant.replace(tzinfo=None) - midnight.replace(tzinfo=None)) / _DAY


def days_of(moment: date) -> float:
    """Whole days since 1970-01-01, by the local calendar."""
    day = moment.date() if isinstance(moment, datetime) else moment
    return float((day - _EPOCH).days)


def exact_days_of(moment: date, host: Host) -> float:
    """Days with their fraction since 1970-01-01, 0 o'clock UTC."""
    return (start_of(moment, host) - _EPOCH_INSTANT) / _DAY


def start_of(moment: date, host: Host) -> datetime:
    """The instant itself, or that at which the day begins in the host's zone."""
    return moment if isinstance(moment, datetime) else _local(moment, time(), host)


def day_after_epoch(days: float) -> date:
    """Raises Refusal: OUT_OF_RANGE."""
    try:
        return _EPOCH + timedelta(days=math.trunc(_in_range(days)))
    except OverflowError as trouble:
        raise Refusal(Problem.OUT_OF_RANGE, repr(days)) from trouble


def instant_after_epoch(days: float, host: Host) -> datetime:
    """Raises Refusal: OUT_OF_RANGE."""
    try:
        found = _EPOCH_INSTANT + timedelta(milliseconds=math.trunc(_in_range(days) * 86_400_000))
        return found.astimezone(host.zone)
    except (OverflowError, ValueError) as trouble:
        raise Refusal(Problem.OUT_OF_RANGE, repr(days)) from trouble


def formatted(moment: date, pattern: str, host: Host) -> str:
    """Raises Refusal: BAD_FORMAT."""
    instant = start_of(moment, host)
    written: list[str] = []
    at = 0
    while at < len(pattern):
        if pattern[at] != "%":
            written.append(pattern[at])
            at += 1
            continue
        written.append(_part(instant, pattern[at + 1 : at + 2], host))
        at += 2
    return "".join(written)


def _part(instant: datetime, letter: str, host: Host) -> str:
    parts = {
        "%": "%",
        "Y": f"{instant.year:04}",
        "y": f"{instant.year % 100:02}",
        "m": f"{instant.month:02}",
        "n": str(instant.month),
        "b": host.months[instant.month - 1],
        "d": f"{instant.day:02}",
        "e": str(instant.day),
        "a": host.days[instant.weekday()],
        "W": str(instant.isocalendar().week),
        "H": f"{instant.hour:02}",
        "h": str(instant.hour),
        "M": f"{instant.minute:02}",
        "S": f"{instant.second:02}",
        "3": f"{instant.microsecond // 1000:03}",
    }
    if letter not in parts:
        raise Refusal(Problem.BAD_FORMAT, f"%{letter}")
    return parts[letter]


def _in_range(days: float) -> float:
    if math.isinf(days) or abs(days) >= _MOST_DAYS:
        raise Refusal(Problem.OUT_OF_RANGE, repr(days))
    return days


def _instant(day: date, clock: str, host: Host) -> datetime:
    """Raises ValueError or OverflowError."""
    offset: timedelta | None = None
    if clock.endswith("Z"):
        clock, offset = clock[:-1], timedelta()
    elif "+" in clock or "-" in clock:
        sign = "+" if "+" in clock else "-"
        clock, _, written = clock.partition(sign)
        hours, _, minutes = written.partition(":")
        offset = timedelta(hours=int(hours), minutes=int(minutes or 0)) * (1 if sign == "+" else -1)
    found = _time(clock)
    if offset is None:
        return _local(day, found, host)
    there = datetime.combine(day, found, tzinfo=UTC) - offset
    return there.astimezone(host.zone)


def _time(clock: str) -> time:
    hours, minutes, *seconds = clock.split(":")
    if len(seconds) > 1:
        raise ValueError(clock)
    exact = float(seconds[0]) if seconds else 0.0
    return time(int(hours), int(minutes), int(exact), min(999, round(exact % 1 * 1000)) * 1000)


def _local(day: date, clock: time, host: Host) -> datetime:
    if host.zone is not None:
        return datetime.combine(day, clock, tzinfo=host.zone)
    try:
        return datetime.combine(day, clock).astimezone()
    except (OSError, OverflowError):  # some systems know no zone for the far past
        return datetime.combine(day, clock, tzinfo=UTC)
