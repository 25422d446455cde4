"""Amounts of money as people type them."""

import unicodedata
from decimal import Decimal

from babel import Locale
from babel.numbers import NumberFormatError, get_decimal_symbol, get_group_symbol, parse_decimal

from app.errors import Invalid
from app.models.catalogue import load_countries, minor_digits

_ARABIC_DECIMAL, _ARABIC_GROUP = "\N{ARABIC DECIMAL SEPARATOR}", "\N{ARABIC THOUSANDS SEPARATOR}"


def typed_amount(field: str, text: str, currency: str, locale: Locale) -> int | None:
    """Minor units of `currency` for a number typed by the rules of `locale`, in any script's digits; None for nothing.

    Raises Invalid for what is no number there, such as decimals written with the other sign, and for parts of the
    smallest unit.
    """
    if not text.strip():
        return None
    if any(sign.isalpha() for sign in text):
        raise Invalid(field, "not-a-number", text)  # Babel would take 1e5 and NaN
    try:
        value = parse_decimal(_plain(text, locale), locale=locale, strict=True)
    except NumberFormatError as error:
        raise Invalid(field, "not-a-number", text) from error
    units = value.scaleb(minor_digits(currency))
    if units != units.to_integral_value():
        raise Invalid(field, "not-a-number", text)
    return int(units)


def amount_to_type(minor_units: int | None, currency: str) -> Decimal | None:
    """The number that `typed_amount` reads back, in whole units."""
    return None if minor_units is None else Decimal(minor_units).scaleb(-minor_digits(currency))


def currency_in(country: str) -> str:
    """The currency of a country of the programmes; empty for others."""
    return next((one.currency for one in load_countries() if one.code == country), "")


def _plain(text: str, locale: Locale) -> str:
    signs = {_ARABIC_DECIMAL: get_decimal_symbol(locale), _ARABIC_GROUP: get_group_symbol(locale)}
    return "".join(_digit(sign) or signs.get(sign, sign) for sign in text.strip())


def _digit(sign: str) -> str:
    value = unicodedata.decimal(sign, None)
    return "" if value is None else str(value)
