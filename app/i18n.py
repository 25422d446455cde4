"""Words, numbers and dates in a person's language; the window's language and a report's are two things.

Window and command line use `_` and `ngettext`, which follow `use`. Reports and workbooks are handed a `Language`.
"""

import gettext
import re
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_skeleton
from babel.numbers import format_currency, format_decimal

from app.paths import translations_folder

RIGHT_TO_LEFT = "right-to-left"
PSEUDO = "qps"


def N_(text: str) -> str:  # noqa: N802 - the name that gettext tools look for
    """Marks `text` for translation where it is written; it is translated where it is shown."""
    return text


@dataclass(frozen=True, slots=True)
class Language:
    """One locale: strings, plural forms, numbers and dates. English strings where no catalogue has the text."""

    tag: str
    locale: Locale
    words: gettext.NullTranslations = field(repr=False)

    def _(self, text: str) -> str:
        return self.words.gettext(text)

    def ngettext(self, one: str, many: str, n: int) -> str:
        return self.words.ngettext(one, many, n)

    @property
    def is_right_to_left(self) -> bool:
        return self.locale.character_order == RIGHT_TO_LEFT

    def number(self, value: float | Decimal, digits: int = 0) -> str:
        """`value` with exactly `digits` decimals."""
        pattern = "#,##0." + "0" * digits if digits else "#,##0"
        return format_decimal(value, format=pattern, locale=self.locale)

    def money(self, minor_units: int, currency: str, minor_digits: int = 2) -> str:
        return format_currency(Decimal(minor_units).scaleb(-minor_digits), currency, locale=self.locale)

    def day(self, value: date) -> str:
        return format_date(value, format="long", locale=self.locale)

    def short_day(self, value: date) -> str:
        """The month is a word in every language: nobody has to know which number comes first."""
        return str(format_skeleton("yMMMd", value, locale=self.locale))

    def weekday(self, value: date) -> str:
        return format_date(value, format="EEEE", locale=self.locale)

    def long_day(self, value: date) -> str:
        """Weekday, day, month and year in words: `Tuesday, November 24, 2026`."""
        return format_date(value, format="full", locale=self.locale)

    def month(self, value: date) -> str:
        """Month and year, short: `Sep 2026`."""
        return str(format_skeleton("yMMM", value, locale=self.locale))

    def moment(self, value: datetime) -> str:
        return format_datetime(value, format="medium", locale=self.locale)


class _Pseudo(gettext.NullTranslations):
    """Accented, longer English in brackets: what is not translated, and what does not fit, can be seen."""

    def gettext(self, message: str) -> str:
        # What stands in braces is a name for format() and stays.
        parts = re.split(r"(\{[^}]*\})", message)
        words = "".join(part if part.startswith("{") else part.translate(_ACCENTS) for part in parts)
        return f"[{words}{'~' * (len(message) // 4)}]"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)


_ACCENTS = str.maketrans("aeiouyAEIOUYcnsz", "áéíóúýÁÉÍÓÚÝçñšž")


def language(tag: str) -> Language:
    """The language called `tag` (`en`, `es_CL`, `ar-JO`); English rules when the tag is unknown.

    `qps` is the pseudo-language that shows what was not made ready for translation.
    """
    if tag == PSEUDO:
        return Language(tag, Locale("en"), _Pseudo())
    try:
        locale = Locale.parse(tag.replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        locale = Locale("en")
    words = gettext.translation("app", str(translations_folder()), [str(locale), locale.language], fallback=True)
    return Language(tag, locale, words)


def is_language(tag: str) -> bool:
    """Whether `tag` is one that `language` knows, not merely takes."""
    try:
        Locale.parse(tag.replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        return False
    return True


_window = language("en")


def use(tag: str) -> None:
    """From now on `_` and `ngettext` speak the language called `tag`."""
    global _window
    _window = language(tag)


def window_language() -> Language:
    return _window


def _(text: str) -> str:
    return _window._(text)


def ngettext(one: str, many: str, n: int) -> str:
    return _window.ngettext(one, many, n)
