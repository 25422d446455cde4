"""What can be chosen from: languages of the window, number formats, country programmes."""

from datetime import date
from decimal import Decimal

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QComboBox

from app.i18n import N_, _, language, window_language
from app.models.catalogue import load_countries
from app.models.driver import Database
from app.paths import translations_folder
from app.ui.labels import PROGRAMMES

_SOURCE = "en"
_EXAMPLE_NUMBER, _EXAMPLE_DAY = Decimal("1234567.8"), date(2026, 11, 24)
SCALES = (80, 90, 100, 110, 125, 150, 175, 200)
THEMES = (("system", N_("As the system")), ("light", N_("Light")), ("dark", N_("Dark")))


def language_name(tag: str) -> str:
    """In the window's language."""
    return language(tag).locale.get_display_name(window_language().locale) or tag


def offered_languages() -> list[tuple[str, str]]:
    """(tag, its name in itself): English, and what the program is translated into."""
    made = sorted(path.parent.parent.name for path in translations_folder().glob("*/LC_MESSAGES/app.mo"))
    tags = [_SOURCE, *(tag for tag in made if tag != _SOURCE)]
    return [(tag, (language(tag).locale.get_display_name() or tag).capitalize()) for tag in tags]


def number_formats(tag: str) -> list[tuple[str, str]]:
    """(locale, country and an example) of the countries that write the language called `tag`; the usual one first."""
    spoken = language(tag).locale.language
    found = [("", _("Usual: {example}").format(example=_example(tag)))]
    for country in load_countries():
        locale = f"{spoken}_{country.code}"
        if str(language(locale).locale) == locale:
            found.append((locale, f"{_(country.name)}: {_example(locale)}"))
    return found


def _example(tag: str) -> str:
    speech = language(tag)
    return f"{speech.number(_EXAMPLE_NUMBER, 1)} · {speech.short_day(_EXAMPLE_DAY)}"


def country_programmes(db: Database) -> list[tuple[str, str]]:
    """(id, country and programme), by country."""
    rows = db.conn.execute("SELECT id, name, programme FROM country_programme WHERE binned_at IS NULL").fetchall()
    named = [(row[0], f"{_(row[1] or '')} · {_(PROGRAMMES.get(row[2], row[2] or ''))}") for row in rows]
    return sorted(named, key=lambda one: one[1])


def show_choice(field: QComboBox, code: object) -> None:
    """Show a choice from the store; says nothing."""
    with QSignalBlocker(field):
        field.setCurrentIndex(max(0, field.findData(code)))


def refill(field: QComboBox, options: list[tuple[str, str]], *, empty: str | None = None) -> None:
    """Other options, the same choice as far as it is still there; says nothing."""
    wanted: list[tuple[str | None, str]] = [(None, empty)] if empty is not None else []
    wanted += options
    if wanted == [(field.itemData(n), field.itemText(n)) for n in range(field.count())]:
        return
    chosen = field.currentData()
    with QSignalBlocker(field):
        field.clear()
        for code, words in wanted:
            field.addItem(words, code)
        field.setCurrentIndex(max(0, field.findData(chosen)))
