"""Numbers of any size in words."""

from math import isfinite, isnan

from babel.numbers import format_scientific

from app.i18n import Language

_LARGE = 1e15  # from here on a float has no decimals left, and nobody counts the digits
_SMALL = 1e-6
_MOST_DIGITS = 12
_SCIENTIFIC = "0.###E0"


def quantity(value: float, digits: int, language: Language) -> str:
    """`value` with exactly `digits` decimals; a very large or a very small one as `1.5E300`."""
    if not isfinite(value):
        return language._("no number") if isnan(value) else ("\N{INFINITY}" if value > 0 else "-\N{INFINITY}")
    if abs(value) >= _LARGE or 0 < abs(value) < _SMALL:
        return str(format_scientific(float(value), _SCIENTIFIC, locale=language.locale))
    return language.number(value, min(digits, _MOST_DIGITS))
