"""Writing a workbook: a cover of words, sheets that are Excel tables, the same bytes for the same content."""

import errno
import re
import shutil
import tempfile
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from pathlib import Path
from typing import IO, Any, cast
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from lxml.etree import SerialisationError
from openpyxl import Workbook
from openpyxl.cell import Cell as ExcelCell
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.filters import AutoFilter
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.table import Table, TableColumn, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from app.exchange.cells import Pen, cleaned, lines_needed
from app.exchange.columns import Column
from app.i18n import Language
from app.models.snapshots import Cell

_HEADING_FILL = PatternFill("solid", fgColor="0F2A33")
_FONT = "Calibri"
_HEADING_FONT = Font(_FONT, bold=True, color="FFFFFF")
_HEADING_PLACE = Alignment(vertical="center", wrap_text=True)
_HEADING_HEIGHT = 32  # points: two lines
_LINE_HEIGHT = 15  # points
_MOST_LINES = 8
_TITLE_FONT = Font(_FONT, bold=True, size=16, color="0B665A")
_SECTION_FONT = Font(_FONT, bold=True, color="0B665A")
_SECTION_BORDER = Border(bottom=Side("thin", color="0D7A6B"))
_TABLE_STYLE = TableStyleInfo(name="TableStyleLight1", showRowStripes=True)
_A4 = 9  # Excel's number for the paper
_TABLE_NAME = re.compile(r"[^\W\d]\w{0,250}")
_LIKE_A_CELL = re.compile(r"[A-Za-z]{1,3}\d+|[RrCc]\d*|[Rr]\d+[Cc]\d+")
# Zip entries carry a time, a system and rights; fixed, so that they do not make two equal workbooks differ.
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_RIGHTS = 0o600 << 16
_CONTENT_TYPES = "[Content_Types].xml"


class Look(StrEnum):
    """How a line of the cover stands out."""

    TITLE = "title"
    SECTION = "section"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Line:
    cells: tuple[Cell, ...] = ()
    look: Look = Look.PLAIN


@dataclass(frozen=True, slots=True)
class Cover:
    """The first sheet: lines of words. `widths` of its columns, in characters."""

    title: str
    widths: tuple[int, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class DataSheet:
    """One record a row; a row is column key to value.

    `title` is the table's name too: raises ValueError for what cannot name one, such as two words or a cell's place.
    """

    title: str
    columns: tuple[Column, ...]
    rows: Sequence[Mapping[str, Cell]]

    def __post_init__(self) -> None:
        if not _TABLE_NAME.fullmatch(self.title) or _LIKE_A_CELL.fullmatch(self.title):
            raise ValueError(f"{self.title!r} cannot name a table")


@dataclass(frozen=True, slots=True)
class About:
    """What the file says about itself: its only date is the one given, never the clock's."""

    title: str
    author: str
    made_on: date


def write_workbook(
    file: IO[bytes], sheets: Iterable[DataSheet], *, cover: Cover, about: About, language: Language
) -> None:
    """Write an xlsx into `file`, which must be seekable. Headings and yes and no are put into `language`.

    Raises OSError when a disk does not take it.
    """
    with new_book(file, about) as book:
        _write_cover(book, cover, language)
        for sheet in sheets:
            _write_sheet(book, sheet, language)


@contextmanager
def new_book(file: IO[bytes], about: About) -> Iterator[Workbook]:
    """A workbook whose sheets are written row by row; it is in `file`, which must be seekable, at the end.

    Raises OSError when a disk does not take it.
    """
    book = Workbook(write_only=True)
    with _rows_dropped(book), _lxml_translated(), tempfile.TemporaryFile() as draft:
        _describe(book, about)
        yield book
        # Workbook.save would write the clock's time into the file.
        ExcelWriter(book, ZipFile(draft, "w", ZIP_STORED)).save()
        _copy_archive(draft, file)


@contextmanager
def _rows_dropped(book: Workbook) -> Iterator[None]:
    """openpyxl keeps the rows of a workbook that failed until the program ends: confidential, and on a full disk."""
    try:
        yield
    finally:
        writers = (getattr(sheet, "_writer", None) for sheet in book.worksheets)
        for rows in (Path(writer.out) for writer in writers if writer):
            # Windows does not remove a file that is still open; openpyxl tries again at the end.
            with suppress(PermissionError):
                rows.unlink(missing_ok=True)


@contextmanager
def _lxml_translated() -> Iterator[None]:
    """The rows wait in the system's folder for temporary files; lxml says in its own way that it is full."""
    try:
        yield
    except SerialisationError as error:
        code = errno.ENOSPC if "ENOSPC" in str(error) else errno.EIO
        raise OSError(code, str(error), tempfile.gettempdir()) from error


def heading(column: Column, language: Language) -> str:
    """The translated heading, with its unit."""
    words = language._(column.heading)
    if not column.unit:
        return words
    return language._("{heading} ({unit})").format(heading=words, unit=language._(column.unit))


def _describe(book: Workbook, about: About) -> None:
    properties = book.properties
    properties.title = cleaned(about.title)
    properties.creator = cleaned(about.author)
    properties.created = properties.modified = datetime.combine(about.made_on, time())


def _write_cover(book: Workbook, cover: Cover, language: Language) -> None:
    sheet = _new_sheet(book, cover.title, language)
    sheet.sheet_view.showGridLines = False
    sheet.sheet_view.tabSelected = True
    sheet.page_setup.orientation = "portrait"
    _set_widths(sheet, cover.widths)
    pen = Pen(sheet, language, to_the_side=True)
    columns = [Column(key="", heading="", meaning="", width=width) for width in cover.widths]
    for number, line in enumerate(cover.lines, start=1):
        if line.look is Look.PLAIN:
            pairs = list(zip(line.cells, columns, strict=False))
            _append(sheet, number, pairs, (pen.cell(value, column, {}) for value, column in pairs))
        else:
            sheet.append(_standing_out(sheet, line, len(columns)))


def _standing_out(sheet: Worksheet, line: Line, width: int) -> list[ExcelCell]:
    """A section's line is ruled over the whole width of the page."""
    texts = [str(value or "") for value in line.cells]
    if line.look is Look.TITLE:
        return [_styled(sheet, text, font=_TITLE_FONT) for text in texts]
    texts += [""] * (width - len(texts))
    return [_styled(sheet, text, font=_SECTION_FONT, border=_SECTION_BORDER) for text in texts]


def _write_sheet(book: Workbook, sheet: DataSheet, language: Language) -> None:
    excel = _new_sheet(book, sheet.title, language)
    excel.page_setup.orientation = "landscape"
    excel.print_title_rows = "1:1"
    # The headings stay in view, and the first column, which says whose row it is.
    excel.freeze_panes = "B2"
    _set_widths(excel, [column.width for column in sheet.columns])
    excel.row_dimensions[1].height = _HEADING_HEIGHT
    headings = _distinct([heading(column, language) for column in sheet.columns])
    excel.append(
        [_styled(excel, text, font=_HEADING_FONT, fill=_HEADING_FILL, alignment=_HEADING_PLACE) for text in headings]
    )
    pen = Pen(excel, language)
    for number, row in enumerate(sheet.rows, start=2):
        pairs = [(row.get(column.key), column) for column in sheet.columns]
        _append(excel, number, pairs, (pen.cell(value, column, row) for value, column in pairs))
    excel.tables.add(_table(sheet.title, headings, len(sheet.rows)))


def _append(
    sheet: Worksheet,
    number: int,
    values: Iterable[tuple[Cell, Column]],
    cells: Generator[ExcelCell | None, None, None],
) -> None:
    """Write row `number`, one cell after the other, see Pen: a list would hold the same cell more than once.

    A row that needs several lines says how high it is: not every program that opens the file works it out.
    """
    lines = max(lines_needed(value, column) for value, column in values) if values else 1
    if lines > 1:
        sheet.row_dimensions[number].height = _LINE_HEIGHT * min(lines, _MOST_LINES)
    sheet.append(cast(Any, cells))
    sheet.row_dimensions.pop(number, None)  # written; a hundred thousand of them need not be kept


def _new_sheet(book: Workbook, title: str, language: Language) -> Worksheet:
    # In write-only mode it lacks nothing of what is used here, but openpyxl gives it another class.
    sheet = cast(Worksheet, book.create_sheet(title))
    sheet.sheet_view.rightToLeft = language.is_right_to_left or None
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins = PageMargins(left=0.5, right=0.5, top=0.6, bottom=0.7)  # inches
    sheet.page_setup.paperSize = _A4
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0  # as many pages as it takes
    sheet.HeaderFooter.oddFooter = HeaderFooterItem(center=_HeaderFooterPart(text="&A   &P / &N"))
    return sheet


def _set_widths(sheet: Worksheet, widths: Iterable[int]) -> None:
    for place, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width


def _styled(sheet: Worksheet, text: str, **style: object) -> ExcelCell:
    cell = WriteOnlyCell(sheet)
    if text:
        cell.value = cleaned(text)
        cell.data_type = "s"
    for name, value in style.items():
        setattr(cell, name, value)
    return cell


def _distinct(headings: list[str]) -> list[str]:
    """Excel repairs, that is: damages, a table with two equal headings; a translation may well give two."""
    found: list[str] = []
    taken: set[str] = set()
    for text in headings:
        name, n = text, 1
        while name.casefold() in taken:
            n += 1
            name = f"{text} {n}"
        taken.add(name.casefold())
        found.append(name)
    return found


def _table(name: str, headings: Sequence[str], rows: int) -> Table:
    # A table has at least one row: Excel itself leaves an empty one when the last record is deleted.
    ref = f"A1:{get_column_letter(len(headings))}{max(rows, 1) + 1}"
    table = Table(displayName=name, ref=ref, tableStyleInfo=_TABLE_STYLE, autoFilter=AutoFilter(ref=ref))
    table.tableColumns = [TableColumn(id=place, name=text) for place, text in enumerate(headings, start=1)]
    return table


def _copy_archive(draft: IO[bytes], file: IO[bytes]) -> None:
    """The same entries, compressed, in a fixed order and without times; the list of contents first, as readers like."""
    with ZipFile(draft) as source, ZipFile(file, "w", ZIP_DEFLATED) as target:
        for name in sorted(source.namelist(), key=lambda name: (name != _CONTENT_TYPES, name)):
            entry = ZipInfo(name, _ZIP_TIME)
            entry.compress_type = ZIP_DEFLATED
            entry.create_system = _UNIX
            entry.external_attr = _RIGHTS
            entry.file_size = source.getinfo(name).file_size
            with source.open(name) as plain, target.open(entry, "w") as packed:
                shutil.copyfileobj(plain, packed)
