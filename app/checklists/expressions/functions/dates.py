"""Functions of days and instants."""

import math
from datetime import date, datetime

from app.checklists.expressions.functions.function import Function
from app.checklists.expressions.moments import (
    day_after_epoch,
    exact_days_of,
    formatted,
    instant_after_epoch,
    moment,
    share_of_day,
    start_of,
    time_of_day,
)
from app.checklists.expressions.problems import Problem, Refusal
from app.checklists.expressions.values import Plain, Scope, Value, plain, text


def _today(scope: Scope, _values: list[Value]) -> Value:
    return scope.host.local_now().date()


def _now(scope: Scope, _values: list[Value]) -> Value:
    return scope.host.local_now()


def _date(scope: Scope, values: list[Value]) -> Value:
    """What is empty or no number stays what it is."""
    value = plain(values[0], scope)
    if isinstance(value, float) and not math.isnan(value):
        return day_after_epoch(value)
    found = _moment(value, scope)
    return found.date() if isinstance(found, datetime) else found


def _date_time(scope: Scope, values: list[Value]) -> Value:
    value = plain(values[0], scope)
    if isinstance(value, float) and not math.isnan(value):
        return instant_after_epoch(value, scope.host)
    found = _moment(value, scope)
    return start_of(found, scope.host) if isinstance(found, date) else found


def _moment(value: Plain, scope: Scope) -> Plain:
    if isinstance(value, bool):
        raise Refusal(Problem.NOT_A_DATE, "true" if value else "false")
    return moment(value, scope.host) if isinstance(value, str) and value else value


def _decimal_date_time(scope: Scope, values: list[Value]) -> Value:
    value = plain(values[0], scope)
    if isinstance(value, float):
        return value
    found = _moment(value, scope)
    return exact_days_of(found, scope.host) if isinstance(found, date) else found


def _decimal_time(scope: Scope, values: list[Value]) -> Value:
    value = plain(values[0], scope)
    if isinstance(value, float):
        return value if math.isnan(value) or math.isinf(value) else value - math.floor(value)
    if isinstance(value, str) and ":" in value and "T" not in value:
        share = time_of_day(value, scope.host)
        if share is not None:
            return share
    found = _moment(value, scope)
    return share_of_day(start_of(found, scope.host)) if isinstance(found, date) else found


def _format_date(scope: Scope, values: list[Value]) -> Value:
    """Nothing when there is nothing to format."""
    found = _date_time(scope, values[:1])
    pattern = text(values[1], scope)
    return formatted(found, pattern, scope.host) if isinstance(found, date) else ""


DATE_FUNCTIONS = {
    "today": Function(_today, 0, 0),
    "now": Function(_now, 0, 0),
    "date": Function(_date, 1, 1),
    "date-time": Function(_date_time, 1, 1),
    "decimal-date-time": Function(_decimal_date_time, 1, 1),
    "decimal-time": Function(_decimal_time, 1, 1),
    "format-date": Function(_format_date, 2, 2),
    "format-date-time": Function(_format_date, 2, 2),
}
