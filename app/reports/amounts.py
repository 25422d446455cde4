"""Amounts of money in words."""

import re
from decimal import Decimal

from babel.numbers import format_currency

from app.i18n import Language
from app.models.catalogue import load_countries

_USUAL_DIGITS = 2
# A code instead of a sign needs a space, which patterns made for signs do not have.
_LETTER_BEFORE_DIGIT = re.compile(r"(?<=[A-Za-z])(?=\d)")


def minor_digits(currency: str) -> int:
    """Decimals of the currency's smallest unit, as amounts are stored."""
    known = (country.minor_digits for country in load_countries() if country.currency == currency)
    return next(known, _USUAL_DIGITS)


def money(minor_units: int, currency: str, language: Language) -> str:
    """An amount in words; decimals only where it has some."""
    digits = minor_digits(currency)
    value = Decimal(minor_units).scaleb(-digits)
    if not currency:
        return language.number(value, 0 if value == value.to_integral_value() else digits)
    pattern = language.locale.currency_formats["standard"].pattern
    if value == value.to_integral_value():
        pattern = pattern.replace(".00", "")
    amount = format_currency(value, currency, pattern, locale=language.locale, currency_digits=False)
    return _LETTER_BEFORE_DIGIT.sub("\N{NO-BREAK SPACE}", amount)
