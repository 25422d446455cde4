"""Raw answers as they are stored: what each kind of question takes, and what is wrong with one."""

import math
import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from enum import StrEnum
from functools import partial

from app.checklists.items import OF_CHOICES, AnswerKind, Choice, Item

ACKNOWLEDGED = "OK"
_WHOLE = re.compile(r"[+-]?[0-9]{1,15}")
# A step of 0.1 is not exact in binary.
_SLACK = 1e-6
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")


class AnswerProblem(StrEnum):
    """What keeps an answer from being right. It is stored all the same."""

    REQUIRED = "required"
    NOT_WHOLE = "not-whole"
    NOT_A_NUMBER = "not-a-number"
    OUT_OF_RANGE = "out-of-range"
    NOT_A_DATE = "not-a-date"
    NOT_A_TIME = "not-a-time"
    NOT_A_CHOICE = "not-a-choice"
    CONSTRAINT = "constraint"


def problem_of(item: Item, value: str, choices: Iterable[Choice]) -> AnswerProblem | None:
    """What the kind of the question says of an answer that is not empty; `choices` are those that are offered."""
    if item.kind in OF_CHOICES:
        names = [value] if item.kind is AnswerKind.CHOICE else value.split()
        return None if set(names) <= {choice.name for choice in choices} else AnswerProblem.NOT_A_CHOICE
    if item.kind is AnswerKind.RANGE:
        return _range_problem(item, value)
    fits, problem = _SHAPES.get(item.kind, (bool, None))
    return None if fits(value) else problem


def number_in(value: str) -> float | None:
    """The number that an answer is; None for one that is none."""
    number = float(value) if _NUMBER.fullmatch(value) else math.nan
    return number if math.isfinite(number) else None


def range_of(item: Item) -> tuple[float, float, float]:
    """Start, end and step of a range; those that XLSForm takes where the form has none."""
    given = {name: number_in(text) for name, text in item.parameters}
    start, end, step = (given.get(name) for name in ("start", "end", "step"))
    return (1.0 if start is None else start, 10.0 if end is None else end, step or 1.0)


def _range_problem(item: Item, value: str) -> AnswerProblem | None:
    number = number_in(value)
    if number is None:
        return AnswerProblem.NOT_A_NUMBER
    start, end, step = range_of(item)
    steps = (number - start) / step
    is_on_it = min(start, end) <= number <= max(start, end) and abs(steps - round(steps)) < _SLACK
    return None if is_on_it else AnswerProblem.OUT_OF_RANGE


def _parses(read: Callable[[str], object], value: str) -> bool:
    try:
        read(value)
    except ValueError:
        return False
    return True


_SHAPES: dict[AnswerKind, tuple[Callable[[str], object], AnswerProblem]] = {
    AnswerKind.INTEGER: (_WHOLE.fullmatch, AnswerProblem.NOT_WHOLE),
    AnswerKind.DECIMAL: (lambda value: number_in(value) is not None, AnswerProblem.NOT_A_NUMBER),
    AnswerKind.DATE: (partial(_parses, date.fromisoformat), AnswerProblem.NOT_A_DATE),
    AnswerKind.DATE_TIME: (partial(_parses, datetime.fromisoformat), AnswerProblem.NOT_A_DATE),
    AnswerKind.TIME: (partial(_parses, time.fromisoformat), AnswerProblem.NOT_A_TIME),
    AnswerKind.ACKNOWLEDGE: (lambda value: value == ACKNOWLEDGED, AnswerProblem.NOT_A_CHOICE),
}
