"""XLSForm files are opened within limits: what is damaged, or too large to be a checklist, is named and left."""

import re
import zlib
from collections.abc import Iterator
from enum import StrEnum
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from pyxform.errors import PyXFormError
from pyxform.xls2json_backends import get_xlsform

from app.errors import BadFile

FILE_TYPES = (".md", ".xlsx", ".xls", ".csv")
# The file name that errors carry for a form given as text.
TEXT_NAME = "text.md"

# A damaged or odd file makes pyxform, and the workbook reader below it, fail in all these ways (found by fuzzing);
# each means that the file, not the program, is at fault.
READING_TROUBLE = (
    PyXFormError,
    OSError,
    ValueError,
    LookupError,
    AttributeError,
    TypeError,
    NotImplementedError,
    EOFError,
    AssertionError,  # of the reader of old workbooks
    SyntaxError,  # broken XML inside a workbook
    BadZipFile,
    zlib.error,
    RecursionError,
)

# The largest checklists known have some 300 questions; these leave room for ten times that in ten languages.
MOST_BYTES = {".xlsx": 20_000_000, ".xls": 5_000_000, ".md": 5_000_000, ".csv": 5_000_000}
MOST_UNPACKED = 60_000_000
MOST_QUESTIONS, MOST_ROWS, MOST_COLUMNS = 5_000, 20_000, 400
DEEPEST = 12

_CELL = re.compile(rb'<(?:\w+:)?c\b[^>]{0,80}?\br="([A-Z]{1,3})([0-9]{1,7})"')
_ROW = re.compile(rb'<(?:\w+:)?row\b[^>]{0,80}?\br="([0-9]{1,7})"')
_CHUNK = 1 << 20
_BEGIN, _END = re.compile(r"begin[ _]\w+"), re.compile(r"end[ _]\w+")


class FormProblem(StrEnum):
    """What `BadFile.problem` may be. `where` is sheet, row and column joined by colons, as far as they are known.

    The header is row 1. In tables of text, rows that are wholly empty are not counted.
    """

    UNREADABLE = "form_unreadable"
    TOO_LARGE = "form_too_large"
    WRONG_KIND = "form_wrong_kind_of_file"
    REFUSED = "form_refused"
    UNKNOWN_TYPE = "form_unknown_type"
    UNKNOWN_RULE = "form_unknown_rule"
    BAD_VALUE = "form_bad_value"
    BAD_EXPRESSION = "form_bad_expression"
    CIRCLE = "form_circle"
    MISSING = "form_value_missing"
    SAME_NAME = "form_name_used_twice"
    NO_NAMESPACE = "form_namespace_missing"
    NOT_SUPPORTED = "form_not_supported"


def place(sheet: str, row: int | None = None, column: str = "") -> str:
    """Where in a form, as `BadFile.where` says it."""
    return ":".join(part for part in (sheet, str(row) if row else "", column) if part)


def read_sheets(source: Path | str) -> Any:
    """The cells of the form in the file at `source`, or in `source` itself when it is markdown text, as pyxform's own
    `DefinitionData`. Raises BadFile."""
    path = source if isinstance(source, Path) else Path(TEXT_NAME)
    kind = path.suffix.lower()
    if kind not in FILE_TYPES:
        raise BadFile(path, FormProblem.WRONG_KIND, detail=path.suffix)
    try:
        content = _content(path, kind) if isinstance(source, Path) else source.encode()
        if kind == ".xlsx":
            _check_workbook(path, content)
        elif content.count(b"\n") > MOST_ROWS or len(content) > MOST_BYTES[kind]:
            raise BadFile(path, FormProblem.TOO_LARGE)
        sheets = get_xlsform(content, file_type=kind)
    except READING_TROUBLE as trouble:
        raise BadFile(path, FormProblem.UNREADABLE, detail=str(trouble)) from trouble
    _check_size(path, sheets)
    return sheets


def _content(path: Path, kind: str) -> bytes:
    if path.stat().st_size > MOST_BYTES[kind]:
        raise BadFile(path, FormProblem.TOO_LARGE)
    return path.read_bytes()


def _check_workbook(path: Path, content: bytes) -> None:
    """A small file may unpack to a huge one, and one cell in a far corner makes a sheet of millions."""
    with ZipFile(BytesIO(content)) as packed:
        if sum(part.file_size for part in packed.infolist()) > MOST_UNPACKED:
            raise BadFile(path, FormProblem.TOO_LARGE)
        for part in packed.namelist():
            if part.startswith("xl/worksheets/"):
                with packed.open(part) as sheet:
                    for row, column in _corners(iter(lambda: sheet.read(_CHUNK), b"")):
                        if row > MOST_ROWS or column > MOST_COLUMNS:
                            raise BadFile(path, FormProblem.TOO_LARGE)


def _corners(chunks: Iterator[bytes]) -> Iterator[tuple[int, int]]:
    """The farthest (row, column) of each chunk of a sheet."""
    rest = b""
    for chunk in chunks:
        text = rest + chunk
        cells = _CELL.findall(text)
        rows = [int(row) for _letters, row in cells] + [int(row) for row in _ROW.findall(text)]
        columns = {letters for letters, _row in cells}
        yield max(rows, default=0), max((_column_number(letters) for letters in columns), default=0)
        rest = text[-120:]


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _check_size(path: Path, sheets: Any) -> None:
    survey, choices = sheets.survey or [], sheets.choices or []
    if len(survey) > MOST_QUESTIONS or len(choices) > MOST_ROWS:
        raise BadFile(path, FormProblem.TOO_LARGE, place("survey" if len(survey) > MOST_QUESTIONS else "choices"))
    depth = 0
    for number, row in enumerate(survey, start=2):
        kind = str(row.get("type", "")).strip().lower()
        depth += bool(_BEGIN.match(kind)) - bool(_END.match(kind))
        if depth > DEEPEST:
            raise BadFile(path, FormProblem.TOO_LARGE, place("survey", number, "type"))
