"""Functions of numbers and truths."""

import math
from collections.abc import Callable
from decimal import ROUND_HALF_DOWN, ROUND_HALF_UP, Decimal, localcontext

from app.checklists.expressions.functions.function import Function
from app.checklists.expressions.functions.texts import each
from app.checklists.expressions.problems import Problem, Refusal
from app.checklists.expressions.values import Scope, Value, exact_number, number, text, truth, whole

_MOST_PLACES = 30


def remainder(dividend: float, divisor: float) -> float:
    """With the sign of the dividend; NaN of nothing, as Java has it."""
    if divisor == 0 or math.isinf(dividend):
        return math.nan
    return math.fmod(dividend, divisor)


def quotient(dividend: float, divisor: float) -> float:
    if divisor != 0:
        return dividend / divisor
    if dividend == 0 or math.isnan(dividend):
        return math.nan
    return math.copysign(math.inf, dividend) * math.copysign(1.0, divisor)


def rounded(value: float, places: int) -> float:
    """Halves go up, those of negative numbers towards zero: -1.5 becomes -1, as JavaRosa has it."""
    if math.isnan(value) or math.isinf(value):
        return value
    if abs(places) > _MOST_PLACES:
        return math.nan
    if places < 0:
        scaled = value / 10.0**-places
        return math.trunc(scaled + 0.5) * 10.0**-places
    with localcontext(prec=400):
        exact = Decimal(repr(value)).quantize(
            Decimal(1).scaleb(-places), ROUND_HALF_DOWN if value < 0 else ROUND_HALF_UP
        )
    return float(exact)


def power(base: float, exponent: float) -> float:
    if exponent == 0:
        return 1.0
    if math.isnan(exponent) or (abs(base) == 1 and math.isinf(exponent)):
        return math.nan
    try:
        return math.pow(base, exponent)
    except OverflowError:
        return -math.inf if base < 0 and exponent % 2 == 1 else math.inf
    except ValueError:
        if base != 0:
            return math.nan
        return -math.inf if math.copysign(1.0, base) < 0 and exponent % 2 == 1 else math.inf


def _of_one(function: Callable[[float], float]) -> Function:
    """A function of one number that is NaN where it is not defined and infinite where it is too large."""

    def answer(scope: Scope, values: list[Value]) -> Value:
        try:
            return function(exact_number(values[0], scope))
        except OverflowError:
            return math.inf
        except ValueError:
            return math.nan

    return Function(answer, 1, 1)


def _logarithm(function: Callable[[float], float]) -> Callable[[float], float]:
    return lambda value: -math.inf if value == 0 else function(value)


def _floor(value: float) -> float:
    return value if math.isinf(value) else float(math.floor(value))


def _ceiling(value: float) -> float:
    return value if math.isinf(value) else float(math.ceil(value))


def _number(scope: Scope, values: list[Value]) -> Value:
    return number(values[0], scope)


def _int(scope: Scope, values: list[Value]) -> Value:
    found = number(values[0], scope)
    return found if math.isnan(found) or math.isinf(found) else math.copysign(float(math.trunc(found)), found)


def _round(scope: Scope, values: list[Value]) -> Value:
    return rounded(number(values[0], scope), whole(values[1], scope) if len(values) > 1 else 0)


def _pow(scope: Scope, values: list[Value]) -> Value:
    return power(exact_number(values[0], scope), exact_number(values[1], scope))


def _atan2(scope: Scope, values: list[Value]) -> Value:
    return math.atan2(exact_number(values[0], scope), exact_number(values[1], scope))


def _pi(_scope: Scope, _values: list[Value]) -> Value:
    return math.pi


def _random(scope: Scope, _values: list[Value]) -> Value:
    return scope.host.random()


def _sum(scope: Scope, values: list[Value]) -> Value:
    """What is no number counts for nothing."""
    if not isinstance(values[0], list):
        raise Refusal(Problem.NOT_NODES, "sum")
    return sum(_numbers(scope, values), 0.0)


def _max(scope: Scope, values: list[Value]) -> Value:
    return max(_numbers(scope, values), default=math.nan)


def _min(scope: Scope, values: list[Value]) -> Value:
    return min(_numbers(scope, values), default=math.nan)


def _numbers(scope: Scope, values: list[Value]) -> list[float]:
    found = [number([node], scope) for value in values if isinstance(value, list) for node in value]
    found += [number(value, scope) for value in values if not isinstance(value, list)]
    return [one for one in found if not math.isnan(one)]


def _boolean(scope: Scope, values: list[Value]) -> Value:
    return truth(values[0], scope)


def _boolean_from_string(scope: Scope, values: list[Value]) -> Value:
    written = text(values[0], scope)
    return written.lower() == "true" or written == "1"


def _not(scope: Scope, values: list[Value]) -> Value:
    return not truth(values[0], scope)


def _true(_scope: Scope, _values: list[Value]) -> Value:
    return True


def _false(_scope: Scope, _values: list[Value]) -> Value:
    return False


def _checklist(scope: Scope, values: list[Value]) -> Value:
    """Whether so many are true; a bound below zero does not bind."""
    fewest, most = whole(values[0], scope), whole(values[1], scope)
    count = sum(truth(value, scope) for value in each(scope, values[2:]))
    return (fewest < 0 or count >= fewest) and (most < 0 or count <= most)


def _weighted_checklist(scope: Scope, values: list[Value]) -> Value:
    """Whether the weights of what is true come to so much; a bound below zero binds like any other."""
    flags, weights = each(scope, values[2::2]), each(scope, values[3::2])
    if len(flags) != len(weights):
        raise Refusal(Problem.OUT_OF_RANGE, f"{len(flags)} {len(weights)}")
    total = sum(number(weight, scope) for flag, weight in zip(flags, weights, strict=True) if truth(flag, scope))
    return number(values[0], scope) <= total <= number(values[1], scope)


NUMBER_FUNCTIONS = {
    "number": Function(_number, 1, 1),
    "int": Function(_int, 1, 1),
    "round": Function(_round, 1, 2),
    "floor": _of_one(_floor),
    "ceiling": _of_one(_ceiling),
    "abs": _of_one(abs),
    "pow": Function(_pow, 2, 2),
    "sqrt": _of_one(math.sqrt),
    "exp": _of_one(math.exp),
    "exp10": _of_one(lambda value: power(10.0, value)),
    "log": _of_one(_logarithm(math.log)),
    "log10": _of_one(_logarithm(math.log10)),
    "sin": _of_one(math.sin),
    "cos": _of_one(math.cos),
    "tan": _of_one(math.tan),
    "asin": _of_one(math.asin),
    "acos": _of_one(math.acos),
    "atan": _of_one(math.atan),
    "atan2": Function(_atan2, 2, 2),
    "pi": Function(_pi, 0, 0),
    "random": Function(_random, 0, 0),
    "sum": Function(_sum, 1, 1),
    "max": Function(_max, 0, None),
    "min": Function(_min, 0, None),
    "boolean": Function(_boolean, 1, 1),
    "boolean-from-string": Function(_boolean_from_string, 1, 1),
    "not": Function(_not, 1, 1),
    "true": Function(_true, 0, 0),
    "false": Function(_false, 0, 0),
    "checklist": Function(_checklist, 2, None),
    "weighted-checklist": Function(_weighted_checklist, 2, None, step=2),
}
