"""Head office's workbook: a cover that explains it, and one sheet for each kind of record."""

from collections.abc import Iterator
from pathlib import Path

from app.errors import FileLocked
from app.exchange.columns import SHEETS, Column, SheetColumns
from app.exchange.words import DEFINITIONS, EMPTY_FINDING, word_of
from app.exchange.workbook import About, Cover, DataSheet, Line, Look, heading, write_workbook
from app.i18n import N_, Language
from app.models.catalogue import load_improvement_categories
from app.models.database import translated
from app.models.snapshots import HeadOfficeSnapshot

_PROGRAM = "Gemba"
_COVER_WIDTHS = (22, 24, 84, 10)
_ABOUT = {
    N_("Contents"): N_("All enterprises, visits and figures in the store. What is in the bin is left out."),
    N_("People"): N_(
        "People are counted, never named. Telephone numbers, e-mail addresses and internal notes are not in this file,"
        " nor are incidents and the answers that brought them up."
    ),
    N_("Codes"): N_("Cells hold the same codes in every language, so that the files of many countries can be joined."),
    N_("Empty cells"): N_("An empty cell means that nothing was written down. It is not a zero."),
}


def write_head_office(snapshot: HeadOfficeSnapshot, path: Path, language: Language) -> None:
    """Write the workbook to `path`, in the place of what is there; never half of one.

    Raises the kinds of DiskTrouble: FileLocked when the old one is open in another program.
    """
    sheets = [DataSheet(sheet.title, sheet.columns, snapshot.sheets.get(sheet.title, ())) for sheet in SHEETS]
    about = About(language._("Records for head office"), _PROGRAM, snapshot.made_on)
    cover = Cover("README", _COVER_WIDTHS, tuple(_cover(snapshot, language)))
    half = path.with_name(path.name + ".part")
    with translated(path):
        try:
            with half.open("wb") as file:
                write_workbook(file, sheets, cover=cover, about=about, language=language)
            _put_in_place(half, path)
        finally:
            half.unlink(missing_ok=True)


def _put_in_place(half: Path, path: Path) -> None:
    try:
        half.replace(path)
    except PermissionError as error:
        # The folder took the new file, so it is the old one that is held: Windows refuses while Excel shows it.
        raise FileLocked(path, str(error)) from error


def _cover(snapshot: HeadOfficeSnapshot, language: Language) -> Iterator[Line]:
    _ = language._
    yield Line((_("Records for head office"),), Look.TITLE)
    yield Line()
    yield Line((_("Made on"), snapshot.made_on))
    yield Line((_("Made by"), _(word_of(snapshot.made_by))))
    yield Line((_("Program"), f"{_PROGRAM} {snapshot.program_version}"))
    yield Line()
    yield _section(language, N_("What is in this file"))
    for subject, text in _ABOUT.items():
        yield Line((_(subject), None, _(text)))
    yield from _sheets(snapshot, language)
    yield from _definitions(language)
    for sheet in SHEETS:
        yield from _columns(sheet, language)
    yield from _codes(language)


def _section(language: Language, *headings: str) -> Line:
    return Line(tuple(language._(text) for text in headings), Look.SECTION)


def _sheets(snapshot: HeadOfficeSnapshot, language: Language) -> Iterator[Line]:
    yield Line()
    yield _section(language, N_("Sheet"), N_("Rows"), N_("One row is"))
    for sheet in SHEETS:
        yield Line((sheet.title, len(snapshot.sheets.get(sheet.title, ())), language._(sheet.one_row)))


def _definitions(language: Language) -> Iterator[Line]:
    yield Line()
    yield _section(language, N_("Figures and findings"), N_("Code"), N_("What it means"))
    for code, meaning in DEFINITIONS.items():
        yield Line((None, code, language._(meaning)))
    yield Line((None, None, language._(EMPTY_FINDING)))


def _columns(sheet: SheetColumns, language: Language) -> Iterator[Line]:
    yield Line()
    yield Line((sheet.title, *(language._(text) for text in (N_("Column"), N_("Meaning"), N_("Unit")))), Look.SECTION)
    for column in sheet.columns:
        # Of the empty text gettext gives the catalogue's own header.
        unit = language._(column.unit) if column.unit else None
        yield Line((None, heading(column, language), language._(column.meaning), unit))


def _codes(language: Language) -> Iterator[Line]:
    yield Line()
    yield _section(language, N_("Codes in the cells"), N_("Code"), N_("What it means"))
    told: set[tuple[str, ...]] = set()
    for column in (column for sheet in SHEETS for column in sheet.columns):
        codes = _codes_of(column)
        if codes and codes not in told:
            told.add(codes)
            for place, code in enumerate(codes):
                first = heading(column, language) if place == 0 else None
                yield Line((first, code, language._(word_of(code, column.key))))


def _codes_of(column: Column) -> tuple[str, ...]:
    if column.key == "category":
        return tuple(category.id for category in load_improvement_categories())
    return () if set(column.codes) <= set(DEFINITIONS) else column.codes
