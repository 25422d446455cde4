"""One value as one cell: typed, formatted, and harmless whatever a person typed."""

import math
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from unicodedata import east_asian_width

from openpyxl.cell import Cell as ExcelCell
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment
from openpyxl.worksheet.worksheet import Worksheet

from app.exchange.columns import Column, Kind
from app.i18n import Language
from app.models.snapshots import Cell

# Characters, in UTF-16 units, that Excel keeps in one cell.
MOST_CHARACTERS = 32_767
_REPLACED = "\ufffd"
_ELLIPSIS = "…"
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Excel reads _x0041_ as the letter A; the underscore itself is then written as _x005F_.
_LIKE_AN_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
# What Excel, or a program that the file passes through as CSV, may take for the beginning of a formula.
_FORMULA_STARTS = frozenset("=+-@\t\r\n\0")
# Excel's calendar begins here, and is wrong about the two months before.
_FIRST_DAY = date(1900, 3, 1)
_GENERAL = "General"
# Every number ends in a blank as wide as a bracket, so that it does not touch the text in the next column.
_BLANK = "_)"
_DAY = "yyyy-mm-dd" + _BLANK
_INSTANT = "yyyy-mm-dd hh:mm" + _BLANK
_WRAPS_FROM = 30
# A width is counted in digits, and the letters of a text are narrower.
_LETTERS_A_DIGIT = 1.15
_LONGEST_LOOKED_AT = 2000  # more lines than a row is made high for


class Pen:
    """Writes values into the rows of one sheet, which must be written one after the other.

    A style is given to one cell, and that cell is used again for every value that looks the same: a hundred thousand
    rows take half the time. It works because the sheet writes each cell out before it asks for the next.
    """

    __slots__ = ("_cells", "_language", "_sheet", "_side")

    def __init__(self, sheet: Worksheet, language: Language, *, to_the_side: bool = False) -> None:
        """`to_the_side`: numbers and days begin where the texts do, as lines of words want it."""
        self._sheet = sheet
        self._side = ("right" if language.is_right_to_left else "left") if to_the_side else None
        self._language = language
        self._cells: dict[tuple[str, bool, bool], ExcelCell] = {}

    def cell(self, value: Cell, column: Column, row: Mapping[str, Cell]) -> ExcelCell | None:
        """`row` is where the number of decimals stands, if the column says so. None for a cell that stays empty."""
        wraps = _wraps(column)
        match value:
            case None | "":
                return None
            case bool():
                return self.text(self._language._("yes") if value else self._language._("no"), wraps=wraps)
            case str():
                return self.text(value, wraps=wraps)
            case date():
                return self._day(value)
            case int() | float() if math.isfinite(value):
                return self._number(value, number_format(column, row))
        return self.text(str(value), wraps=wraps)

    def text(self, text: str, *, wraps: bool = False) -> ExcelCell:
        """Always a text, never a formula or an error value, whatever it begins with."""
        cell = self._cell(_GENERAL, wraps=wraps, is_quoted=text[:1] in _FORMULA_STARTS)
        cell.value = cleaned(text)
        cell.data_type = "s"
        return cell

    def _number(self, value: float, shown_as: str) -> ExcelCell:
        cell = self._cell(shown_as)
        cell.value = value
        return cell

    def _day(self, value: date) -> ExcelCell:
        """Excel knows no zones: an aware instant is written in UTC, a naive one as it is."""
        if isinstance(value, datetime) and value.tzinfo:
            value = value.astimezone(UTC).replace(tzinfo=None)
        is_instant = isinstance(value, datetime)
        if (value.date() if isinstance(value, datetime) else value) < _FIRST_DAY:
            return self.text(value.isoformat())
        cell = self._cell(_INSTANT if is_instant else _DAY)
        cell.value = value
        return cell

    def _cell(self, shown_as: str, *, wraps: bool = False, is_quoted: bool = False) -> ExcelCell:
        look = (shown_as, wraps, is_quoted)
        if look not in self._cells:
            cell = WriteOnlyCell(self._sheet)
            cell.number_format = shown_as
            cell.alignment = Alignment(horizontal=self._side, vertical="top", wrap_text=wraps or None)
            cell.quotePrefix = is_quoted
            self._cells[look] = cell
        return self._cells[look]


def number_format(column: Column, row: Mapping[str, Cell]) -> str:
    """As many decimals as the row says; all that there are when it says nothing."""
    match column.kind:
        case Kind.WHOLE:
            return "0" + _BLANK
        case Kind.PERCENT:
            return "0%" + _BLANK
    digits = row.get(column.digits) if column.digits else None
    if not isinstance(digits, int):
        return _GENERAL + _BLANK
    return "#,##0" + ("." + "0" * digits if digits else "") + _BLANK


def lines_needed(value: Cell, column: Column) -> int:
    """Lines that `value` takes in its column, estimated; 1 where nothing wraps."""
    if not isinstance(value, str) or not _wraps(column):
        return 1
    if len(value) * 2 <= column.width and "\n" not in value:
        return 1
    letters = column.width * _LETTERS_A_DIGIT
    return sum(max(1, math.ceil(_width(line) / letters)) for line in value[:_LONGEST_LOOKED_AT].split("\n"))


def _wraps(column: Column) -> bool:
    return column.width >= _WRAPS_FROM


def _width(text: str) -> int:
    return len(text) if text.isascii() else sum(2 if east_asian_width(c) in "WF" else 1 for c in text)


def cleaned(text: str) -> str:
    """As a cell can hold it: what XML forbids is seen to be replaced, what is too long ends in an ellipsis."""
    text = storable(text)
    escaped = _LIKE_AN_ESCAPE.sub("_x005F_", text)
    return escaped if len(escaped) <= MOST_CHARACTERS else text


def storable(text: str) -> str:
    """The same for programs that, unlike Excel, read `_x0041_` as it stands."""
    return _shortened(_NOT_IN_XML.sub(_REPLACED, text))


def _shortened(text: str) -> str:
    if len(text) * 2 <= MOST_CHARACTERS:  # even if each took two units
        return text
    units = text.encode("utf-16-le")
    if len(units) <= MOST_CHARACTERS * 2:
        return text
    return units[: (MOST_CHARACTERS - 1) * 2].decode("utf-16-le", "ignore") + _ELLIPSIS
