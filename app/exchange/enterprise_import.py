"""A list of enterprises from a spreadsheet, a CSV file or the clipboard, read and judged; nothing is written here."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from babel import Locale

from app.errors import BadFile, Invalid
from app.exchange.enterprise_headings import field_called
from app.exchange.words import word_of
from app.i18n import Language
from app.models.enterprises import sameness
from app.models.registry import TABLE_BY_NAME, Field, Kind
from app.models.rows import gaps
from app.models.search import folded
from app.models.values import Stored, checked

Cells = Sequence[Sequence[str]]
_HEADINGS_WITHIN = 20  # rows of titles and blanks that may stand above the headings
_YES = {"yes", "si", "oui", "x", "1", "true", "ya"}
_NO = {"no", "non", "0", "false", "tidak"}
_DECIMAL_COMMA = re.compile(r"-?\d+,\d+")


@dataclass(frozen=True, slots=True)
class Trouble:
    """One cell that cannot be taken; `heading` is its column as the file calls it."""

    heading: str
    error: Invalid


@dataclass(frozen=True, slots=True)
class ImportRow:
    """`number` counts the rows of the sheet from 1, as Excel shows them; `values` are ready to be stored."""

    number: int
    values: Mapping[str, Stored]
    troubles: tuple[Trouble, ...]
    is_duplicate: bool

    @property
    def is_new(self) -> bool:
        return not self.troubles and not self.is_duplicate


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """`unused` are the headings that say nothing to the program."""

    rows: tuple[ImportRow, ...]
    fields: tuple[Field, ...]
    unused: tuple[str, ...]

    @property
    def new(self) -> tuple[ImportRow, ...]:
        return tuple(row for row in self.rows if row.is_new)

    @property
    def duplicates(self) -> int:
        return sum(row.is_duplicate and not row.troubles for row in self.rows)

    @property
    def faulty(self) -> tuple[ImportRow, ...]:
        return tuple(row for row in self.rows if row.troubles)


def preview(
    cells: Cells, known: set[tuple[str, str]], *, language: Language, country: str = "", source: str = ""
) -> ImportPreview:
    """Every row under the headings, judged; `known` as in app.models.enterprises.sameness.

    `country` is taken where a row names none; `source` is the file, for the error. Raises BadFile without headings.
    """
    at = _heading_row(cells, language)
    if at is None:
        raise BadFile(source, "no-headings")
    fields = _columns(cells[at], language)
    seen = set(known)
    rows = []
    for number, row in enumerate(cells[at + 1 :], start=at + 2):
        if any(cell.strip() for cell in row):
            made = _row(number, row, cells[at], fields, language, country)
            same = sameness(str(made.values.get("name") or ""), str(made.values.get("country") or ""))
            rows.append(ImportRow(number, made.values, made.troubles, same in seen))
            if not made.troubles:
                seen.add(same)
    unused = tuple(cell.strip() for column, cell in enumerate(cells[at]) if cell.strip() and column not in fields)
    return ImportPreview(tuple(rows), tuple(dict.fromkeys(fields.values())), unused)


def _heading_row(cells: Cells, language: Language) -> int | None:
    for number, row in enumerate(cells[:_HEADINGS_WITHIN]):
        if any(field_called(cell, language) == "name" for cell in row):
            return number
    return None


def _columns(headings: Sequence[str], language: Language) -> dict[int, Field]:
    """Column to field; where two columns say the same, the first counts."""
    found: dict[int, Field] = {}
    for column, heading in enumerate(headings):
        name = field_called(heading, language)
        if name and name not in {field.name for field in found.values()}:
            found[column] = TABLE_BY_NAME["enterprise"].field(name)
    return found


def _row(
    number: int,
    row: Sequence[str],
    headings: Sequence[str],
    fields: Mapping[int, Field],
    language: Language,
    country: str,
) -> ImportRow:
    values: dict[str, Stored] = {"country": country} if country else {}
    troubles = []
    for column, field in fields.items():
        cell = row[column].strip() if column < len(row) else ""
        try:
            value = _judged(field, cell, language)
        except Invalid as error:
            troubles.append(Trouble(headings[column].strip(), error))
            continue
        if value is not None:
            values[field.name] = value
    named = {field.name: headings[column].strip() for column, field in fields.items()}
    complained = {trouble.error.field for trouble in troubles}
    empty = [field.name for field in gaps(TABLE_BY_NAME["enterprise"], values) if field.name not in complained]
    troubles += [Trouble(named.get(name, ""), Invalid(name, "missing")) for name in empty]
    return ImportRow(number, values, tuple(troubles), is_duplicate=False)


def _judged(field: Field, cell: str, language: Language) -> Stored:
    if not cell:
        return None
    if field.name == "country":
        return _country(field, cell, language)
    match field.kind:
        case Kind.CHOICE:
            return checked(field, _codes(field.name, language).get(folded(cell), cell))
        case Kind.FLAG:
            return checked(field, "yes" if folded(cell) in _YES else "no" if folded(cell) in _NO else cell)
        case Kind.TEXT:
            return checked(field, " ".join(cell.split()))
        case Kind.NUMBER if _DECIMAL_COMMA.fullmatch(cell):
            return checked(field, cell.replace(",", "."))
    return checked(field, cell)


def _country(field: Field, cell: str, language: Language) -> str:
    """Two letters, or the country's name in English, Spanish or the language of the window."""
    names = _country_names(language.tag)
    code = names.get(folded(cell)) or (cell.upper() if cell.upper() in names.values() else "")
    if not code:
        raise Invalid(field.name, "not-a-country", cell)
    return code


@cache
def _country_names(tag: str) -> dict[str, str]:
    tags = ("en", "es", tag.replace("-", "_"))
    return {
        folded(name): code
        for one in tags
        for code, name in Locale.parse(one).territories.items()
        if len(code) == 2 and code.isalpha()
    }


def _codes(field: str, language: Language) -> dict[str, str]:
    """Words, in English or the window's language, and the codes themselves, to codes."""
    choices = TABLE_BY_NAME["enterprise"].field(field).choices
    words = {folded(code): code for code in choices}
    for code in choices:
        said = word_of(code, field)
        words |= {folded(said): code, folded(language._(said)): code}
    return words
