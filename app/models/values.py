"""Judging a value on entry: what a person or a file gives becomes what is stored, or `Invalid` says why not."""

import json
import math
import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime

from app.errors import Invalid
from app.models.ids import stamp
from app.models.registry import Field, Kind

Stored = str | int | float | None

_PERIOD = re.compile(r"\d{4}(-Q[1-4]|-(0[1-9]|1[0-2])(-\d{2})?)?")
_SHAPES = {
    Kind.HASH: re.compile(r"[0-9a-f]{64}"),
    Kind.CURRENCY: re.compile(r"[A-Z]{3}"),
    Kind.LANGUAGE: re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*"),
}
_LARGEST = 2**63 - 1
_OLDEST, _NEWEST = 1900, 2200  # years that a visit, a figure or a due date may be of; beyond are slips of the hand
_FLAGS = {"1": 1, "0": 0, "yes": 1, "no": 0, "true": 1, "false": 0}


def checked(field: Field, value: object) -> Stored:
    """`value` as it is stored in `field`; None and empty text mean no value.

    Numbers may come as text in any script's digits; dates as `date` or ISO text. Raises Invalid.
    """
    if value is None or value == "":
        return None
    try:
        stored = _CHECKS[field.kind](field, value)
        if isinstance(stored, int | float):
            _check_range(field, stored)
    except Invalid as refused:
        raise Invalid(field.name, refused.problem, refused.value, about=field) from refused
    return None if stored == "" else stored


def missing(field: Field, value: object) -> bool:
    """Whether `field` must be filled and is not."""
    return field.required and (value is None or (isinstance(value, str) and not value.strip()))


def _text(field: Field, value: object) -> str:
    if not isinstance(value, str):
        raise Invalid(field.name, "not-text", value)
    text = unicodedata.normalize("NFC", value)
    if any(unicodedata.category(c) in {"Cc", "Cs"} and c not in "\n\t\r" for c in text):
        raise Invalid(field.name, "control-characters", value)
    return text


def _line(field: Field, value: object) -> str:
    text = _text(field, value).strip()
    if "\n" in text or "\r" in text:
        raise Invalid(field.name, "one-line", value)
    return text


def _shaped(field: Field, value: object) -> str:
    text = _line(field, value)
    if not _SHAPES[field.kind].fullmatch(text):
        raise Invalid(field.name, f"not-a-{field.kind}", value)
    return text


def _link(field: Field, value: object) -> str:
    return _line(field, value)


def _choice(field: Field, value: object) -> str:
    if value not in field.choices:
        raise Invalid(field.name, "not-a-choice", value)
    return str(value)


def _choices(field: Field, value: object) -> str:
    codes = value.split() if isinstance(value, str) and not value.startswith("[") else _parsed(field, value)
    if not isinstance(codes, list | tuple) or not all(isinstance(code, str) for code in codes):
        raise Invalid(field.name, "not-a-choice", value)
    if field.choices and set(codes) - set(field.choices):
        raise Invalid(field.name, "not-a-choice", value)
    return _text(field, json.dumps(sorted(set(codes)) if field.choices else list(codes), ensure_ascii=False))


def _parsed(field: Field, value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError as error:
        raise Invalid(field.name, "not-json", value) from error


def _json(field: Field, value: object) -> str:
    try:
        text = json.dumps(
            _parsed(field, value), ensure_ascii=False, sort_keys=True, allow_nan=False, separators=(",", ":")
        )
    except (TypeError, ValueError) as error:
        raise Invalid(field.name, "not-json", value) from error
    return _text(field, text)


def _whole(field: Field, value: object) -> int:
    try:
        number = int(value) if isinstance(value, str) else value
    except ValueError as error:
        raise Invalid(field.name, "not-a-whole-number", value) from error
    if isinstance(number, bool) or not isinstance(number, int) or abs(number) > _LARGEST:
        raise Invalid(field.name, "not-a-whole-number", value)
    return number


def _number(field: Field, value: object) -> float:
    try:
        number = float(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else math.nan
    except (ValueError, OverflowError) as error:
        raise Invalid(field.name, "not-a-number", value) from error
    if not math.isfinite(number):
        raise Invalid(field.name, "not-a-number", value)
    return number


def _flag(field: Field, value: object) -> int:
    found = _FLAGS.get(str(value).casefold())
    if found is None:
        raise Invalid(field.name, "not-yes-or-no", value)
    return found


def _day(field: Field, value: object) -> str:
    try:
        day = value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError as error:
        raise Invalid(field.name, "not-a-day", value) from error
    if isinstance(day, datetime) or not _OLDEST <= day.year <= _NEWEST:
        raise Invalid(field.name, "not-a-day", value)
    return day.isoformat()


def _instant(field: Field, value: object) -> str:
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError as error:
        raise Invalid(field.name, "not-an-instant", value) from error
    if not _OLDEST <= moment.year <= _NEWEST:
        raise Invalid(field.name, "not-an-instant", value)
    return stamp(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def _period(field: Field, value: object) -> str:
    text = _line(field, value)
    if not _PERIOD.fullmatch(text) or not _OLDEST <= int(text[:4]) <= _NEWEST:
        raise Invalid(field.name, "not-a-period", value)
    if len(text) == len("2026-09-14"):
        try:
            date.fromisoformat(text)
        except ValueError as error:
            raise Invalid(field.name, "not-a-period", value) from error
    return text


def _check_range(field: Field, number: float) -> None:
    if (field.low is not None and number < field.low) or (field.high is not None and number > field.high):
        raise Invalid(field.name, "out-of-range", number)


_CHECKS: dict[Kind, Callable[[Field, object], Stored]] = {
    Kind.TEXT: _line,
    Kind.NOTE: _text,
    Kind.CHOICE: _choice,
    Kind.CHOICES: _choices,
    Kind.WHOLE: _whole,
    Kind.NUMBER: _number,
    Kind.MONEY: _whole,
    Kind.FLAG: _flag,
    Kind.DAY: _day,
    Kind.INSTANT: _instant,
    Kind.PERIOD: _period,
    Kind.LANGUAGE: _shaped,
    Kind.CURRENCY: _shaped,
    Kind.HASH: _shaped,
    Kind.LINK: _link,
    Kind.JSON: _json,
}
