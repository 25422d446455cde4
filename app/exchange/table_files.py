"""Tables that people bring, as rows of text: Excel, CSV, or what was copied from a spreadsheet."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path

from app.errors import BadFile
from app.models.database import translated

MOST_BYTES = 20_000_000
_MOST_UNPACKED = 200_000_000
MOST_ROWS = 20_000
_MOST_COLUMNS = 200
_DELIMITERS = "\t;,"
_PACKED = b"PK\x03\x04"
_EXCEL_BEFORE_2007 = b"\xd0\xcf\x11\xe0"


def read_table(path: Path) -> list[list[str]]:
    """The first sheet of an .xlsx, or a CSV file, row by row as text: days as ISO, numbers without empty decimals.

    Raises BadFile for what is no table or too large, DiskTrouble.
    """
    with translated(path):
        if path.stat().st_size > MOST_BYTES:
            raise BadFile(path, "table-too-large")
        data = path.read_bytes()
    if not data.strip():
        raise BadFile(path, "empty-file")
    if data.startswith(_EXCEL_BEFORE_2007):
        raise BadFile(path, "old-excel")
    if data.startswith(_PACKED):
        return _limited(_excel_rows(data, path), path)
    return _limited(_text_rows(_decoded(data, path), path), path)


def pasted_table(text: str) -> list[list[str]]:
    """What was copied from a spreadsheet: cells with tabs between, quoted where they hold line breaks."""
    return _limited(_text_rows(text, Path()), Path())


def _excel_rows(data: bytes, path: Path) -> Iterator[list[str]]:
    # Excel's reader takes an eighth of a second to load, and most days nobody opens a list.
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    # What libraries raise for damaged or foreign files; ParseError of either XML parser is a SyntaxError.
    unreadable = (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, TypeError, SyntaxError, EOFError)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > _MOST_UNPACKED:
                raise BadFile(path, "table-too-large")
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        try:
            for row in book.worksheets[0].iter_rows(values_only=True, max_col=_MOST_COLUMNS):
                yield [_text(value) for value in row]
        finally:
            book.close()
    except unreadable as error:
        raise BadFile(path, "not-a-table", detail=str(error)) from error


def _text_rows(text: str, path: Path) -> Iterator[list[str]]:
    first = text.lstrip("\r\n").split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=first.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error as error:
        raise BadFile(path, "not-a-table", detail=str(error)) from error


def _decoded(data: bytes, path: Path) -> str:
    """Excel writes CSV as UTF-8 with a mark, as UTF-16, or in the old Western code page."""
    if b"\0" in data[:1000] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise BadFile(path, "not-a-table")
    for encoding in ("utf-16",) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadFile(path, "not-a-table")


def _limited(rows: Iterable[list[str]], path: Path) -> list[list[str]]:
    kept = []
    for row in rows:
        kept.append(row[:_MOST_COLUMNS])
        if len(kept) > MOST_ROWS:
            raise BadFile(path, "too-many-rows", detail=str(MOST_ROWS))
    return kept


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case float() if value.is_integer():
            return str(int(value))
        case datetime():
            return value.date().isoformat()
        case date():
            return value.isoformat()
    return str(value)
