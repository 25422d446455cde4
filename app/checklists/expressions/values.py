"""Values and how they become one another, as JavaRosa does it.

A value is a number, a text, a truth, a day (`date`), an instant (an aware `datetime`) or a list of nodes. Dates are
numbers of days since 1970-01-01 and, as text, ISO days.
"""

import math
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias

from app.checklists.expressions.document import Document, Kind, Node
from app.checklists.expressions.host import Host
from app.checklists.expressions.moments import days_of, exact_days_of, find_moment
from app.checklists.expressions.problems import Problem, Refusal

Plain: TypeAlias = float | str | bool | date
Value: TypeAlias = Plain | list[Node]

# Closer numbers than this are the same, and a smaller one is nothing.
_TINY = 1e-12
_NUMERIC = frozenset("0123456789-.")


@dataclass(slots=True)
class Scope:
    """Where an expression is evaluated; not frozen, for a predicate moves its own from candidate to candidate.

    `node` changes inside predicates, `origin` (current()) does not. `position` is that of `node` among the
    candidates of a predicate, from 1; 0 outside of predicates.
    """

    document: Document | None
    node: Node | None
    origin: Node | None
    host: Host
    position: int = 0
    size: int = 0


def plain(value: Value, scope: Scope) -> Plain:
    """A node's own value; the empty text of no node. More than one is refused: which is meant cannot be told."""
    if not isinstance(value, list):
        return value
    if not value:
        return ""
    if len(value) > 1:
        raise Refusal(Problem.REPEATED, value[0].generic_path)
    return value_of(value[0], scope)


def value_of(node: Node, scope: Scope) -> Plain:
    """What the node's answer stands for; its text where it does not read as its kind."""
    text = node.text
    if node.kind is Kind.TEXT or not text:
        return text
    if node.kind is Kind.NUMBER:
        number = number_in(text)
        return text if math.isnan(number) else number
    moment = find_moment(text, scope.host)
    if moment is None:
        return text
    return moment.date() if node.kind is Kind.DATE and isinstance(moment, datetime) else moment


def truth(value: Value, scope: Scope) -> bool:
    value = plain(value, scope)
    if isinstance(value, bool):
        return value
    if isinstance(value, float):
        return abs(value) > _TINY  # never of NaN
    return value != ""


def number(value: Value, scope: Scope) -> float:
    """NaN when it is none. The text of a node may be a day; a text in quotes is one only through date()."""
    if isinstance(value, float):
        return value
    is_answer = isinstance(value, list)
    value = plain(value, scope)
    if isinstance(value, bool):
        return 1.0 if value else 0.0
    if isinstance(value, float):
        return value
    if isinstance(value, date):
        return days_of(value)
    found = number_in(value)
    if is_answer and math.isnan(found) and "-" in value:
        moment = find_moment(value, scope.host)
        return math.nan if moment is None else days_of(moment)
    return found


def exact_number(value: Value, scope: Scope) -> float:
    """As number(), but an instant keeps its part of the day."""
    value = plain(value, scope)
    return exact_days_of(value, scope.host) if isinstance(value, date) else number(value, scope)


def whole(value: Value, scope: Scope) -> int:
    """The number without its fraction, 0 of NaN, within what 32 bits hold: Java's intValue()."""
    found = number(value, scope)
    if math.isnan(found):
        return 0
    return int(max(-(2.0**31), min(2.0**31 - 1, found)))


def text(value: Value, scope: Scope) -> str:
    return text_of(plain(value, scope))


def text_of(value: Plain) -> str:
    """A day of an instant too, as JavaRosa's string() has it."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return number_text(value)
    return value.date().isoformat() if isinstance(value, datetime) else value.isoformat()


def stored_text(value: Plain) -> str:
    """What is written into the document: as text_of(), but an instant keeps its time and offset."""
    return value.isoformat(timespec="milliseconds") if isinstance(value, datetime) else text_of(value)


def number_in(written: str) -> float:
    """NaN of anything but digits, a sign and a decimal point or comma: neither exponents nor infinities."""
    written = written.strip().replace(",", ".")
    if not written or not _NUMERIC.issuperset(written):
        return math.nan
    try:
        return float(written)
    except ValueError:
        return math.nan


def number_text(value: float) -> str:
    """`3`, not `3.0`; never an exponent."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if abs(value) < _TINY:
        return "0"
    if abs(value - round(value)) < _TINY:
        value = float(round(value))
    return format(Decimal(repr(value)), "f").removesuffix(".0")


def same(left: Value, right: Value, scope: Scope) -> bool:
    """As truths if one is a truth, as numbers if one is a number, else as text."""
    one, other = plain(left, scope), plain(right, scope)
    if isinstance(one, str) and isinstance(other, str):
        return one == other
    if isinstance(one, bool) or isinstance(other, bool):
        return truth(one, scope) == truth(other, scope)
    if isinstance(one, float) or isinstance(other, float):
        a, b = number(left, scope), number(right, scope)
        return a == b or abs(a - b) < _TINY
    return text_of(one) == text_of(other)
