"""Numbers as people type them: by the window's way of writing numbers, never guessed."""

import re
from dataclasses import dataclass
from decimal import Decimal

from babel.numbers import NumberFormatError, format_decimal, parse_decimal

from app.errors import Invalid
from app.i18n import Language, _, language, window_language
from app.settings import Settings

# What is a thousand to one reader and a decimal to another.
_TWO_WAYS = re.compile(r"-?\d{1,3}[.,]\d{3}")


@dataclass(frozen=True, slots=True)
class TypedNumber:
    """`words`: the number in full as it was understood."""

    value: float
    words: str


def number_language(settings: Settings) -> Language:
    """By whose rules numbers are read and written: the person's choice, else the window's language."""
    return language(settings.number_locale) if settings.number_locale else window_language()


def read_number(text: str, spoken: Language) -> TypedNumber:
    """Raises Invalid("value", "not-a-number") for what is no number, or could be two."""
    plain = "".join(_plain_digit(sign) for sign in text.strip())
    if any(sign.isalpha() for sign in plain):
        raise Invalid("value", "not-a-number", text.strip())
    try:
        number = parse_decimal(plain, locale=spoken.locale, strict=True)
    except NumberFormatError as error:
        raise Invalid("value", "not-a-number", text.strip()) from error
    return TypedNumber(float(number), plain_words(number, spoken))


def plain_words(value: float | Decimal, spoken: Language) -> str:
    """`value` with the decimals it has, and no more."""
    return str(format_decimal(value, format="#,##0.######", locale=spoken.locale))


def bare_words(value: float | Decimal, spoken: Language) -> str:
    """The same without signs between thousands: a year is written so, and so is any number in a field."""
    return str(format_decimal(value, format="0.######", locale=spoken.locale))


def echo(text: str, spoken: Language) -> str:
    """How `text` is read, where it could be read in two ways; empty otherwise. Raises Invalid."""
    read = read_number(text, spoken)
    if not _TWO_WAYS.fullmatch(text.strip()) and read.words == text.strip():
        return ""
    if text.strip().lstrip("-").isdigit():
        return ""
    if read.value.is_integer():
        return _("{typed} is read as the whole number {number}.").format(typed=text.strip(), number=read.words)
    return _("{typed} is read as {number}, with decimals.").format(typed=text.strip(), number=read.words)


def _plain_digit(sign: str) -> str:
    """Digits of other scripts are digits too; a space that parts thousands is the narrow one that locales write."""
    return str(int(sign)) if sign.isdecimal() else "\u202f" if sign in " \u00a0\u2009" else sign
