"""XLSForm files are opened within limits: what is damaged, or too large to be a checklist, is named and left."""

import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
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
MOST_UNPACKED, MOST_UNPACKED_XML, MOST_TAGS, MOST_CELLS = 60_000_000, 24_000_000, 1_500_000, 400_000
MOST_QUESTIONS, MOST_ROWS, MOST_COLUMNS = 5_000, 20_000, 400
# What one cell of a workbook holds.
MOST_CHARACTERS = 32_767
# Those of a list count once for each question that offers it.
MOST_CHOICES = 100_000
# Letters in all cells that are read as rules, which costs more than reading words.
MOST_RULES = 1_000_000
_TEXTS = ("label", "hint", "guidance", "constraint_message", "required_message", "media", "image", "audio", "video")
DEEPEST = 12

_CELL = re.compile(rb'<(?:\w+:)?c\b(?:[^>]{0,80}?\br="([A-Z]{1,3})([0-9]{1,7})")?')
_ROW = re.compile(rb'<(?:\w+:)?row\b(?:[^>]{0,80}?\br="([0-9]{1,7})")?')
_LONG_TAG = re.compile(rb"<[^<>]{20000}")
_CHUNK = 1 << 20
_BEGIN, _END = re.compile(r"begin[ _]+\w"), re.compile(r"end[ _]+\w")
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_BOM = b"\xef\xbb\xbf"


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
    NO_ID = "form_id_missing"
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
        elif kind in (".md", ".csv"):
            content = content.removeprefix(_BOM)  # spreadsheets write one
            _check_text(path, content, kind)
        sheets = get_xlsform(content, file_type=kind)
    except READING_TROUBLE as trouble:
        raise BadFile(path, FormProblem.UNREADABLE, detail=str(trouble)) from trouble
    _check_size(path, sheets)
    return sheets


def _content(path: Path, kind: str) -> bytes:
    if path.stat().st_size > MOST_BYTES[kind]:
        raise BadFile(path, FormProblem.TOO_LARGE)
    return path.read_bytes()


def _check_text(path: Path, content: bytes, kind: str) -> None:
    if content.count(b"\n") > MOST_ROWS or len(content) > MOST_BYTES[kind]:
        raise BadFile(path, FormProblem.TOO_LARGE)
    if found := _CONTROL.search(content):
        line = content.count(b"\n", 0, found.start()) + 1
        raise BadFile(path, FormProblem.UNREADABLE, detail=f"{found[0]!r}, line {line}")


def _check_workbook(path: Path, content: bytes) -> None:
    """A small file may unpack to a huge one, and one cell in a far corner makes a sheet of millions."""
    with ZipFile(BytesIO(content)) as packed:
        parts = packed.infolist()
        xml = [part for part in parts if part.filename.lower().endswith((".xml", ".rels"))]
        unpacked, unpacked_xml = (sum(part.file_size for part in found) for found in (parts, xml))
        if unpacked > MOST_UNPACKED or unpacked_xml > MOST_UNPACKED_XML:
            raise BadFile(path, FormProblem.TOO_LARGE)
        extent = _Extent()
        for part in xml:
            extent.rows = 0
            with packed.open(part) as opened:
                for text in _whole_tags(iter(partial(opened.read, _CHUNK), b"")):
                    extent.grow(text)
                    if extent.is_too_large or _LONG_TAG.search(text):
                        raise BadFile(path, FormProblem.TOO_LARGE)


@dataclass(slots=True)
class _Extent:
    """How far a workbook goes: what it counts, and the farthest row and column that it names."""

    tags: int = 0
    cells: int = 0
    rows: int = 0
    row: int = 0
    column: int = 0

    @property
    def is_too_large(self) -> bool:
        rows = max(self.rows, self.row)
        return rows > MOST_ROWS or self.column > MOST_COLUMNS or self.cells > MOST_CELLS or self.tags > MOST_TAGS

    def grow(self, text: bytes) -> None:
        rows, cells = _ROW.findall(text), _CELL.findall(text)
        self.tags += text.count(b"<")
        self.rows += len(rows)
        self.cells += len(cells)
        columns = {letters for letters, _row in cells}
        self.row = max([self.row, *(int(row) for row in rows if row), *(int(row) for _, row in cells if row)])
        self.column = max([self.column, *map(_column_number, columns)])


def _whole_tags(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same text, cut where tags begin."""
    rest = b""
    for chunk in chunks:
        text = rest + chunk
        cut = text.rfind(b"<")
        yield text[:cut]
        rest = text[cut:]
    yield rest


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _check_size(path: Path, sheets: Any) -> None:
    survey, choices = sheets.survey or [], sheets.choices or []
    if len(survey) > MOST_QUESTIONS or len(choices) > MOST_ROWS:
        raise BadFile(path, FormProblem.TOO_LARGE, place("survey" if len(survey) > MOST_QUESTIONS else "choices"))
    for sheet in ("survey", "choices", "settings"):
        _check_cells(path, sheet, getattr(sheets, sheet) or [], getattr(sheets, f"{sheet}_header") or [{}])
    depth = rules = 0
    for number, row in enumerate(survey, start=2):
        rules += sum(len(cell) for column, cell in row.items() if not str(column).lower().startswith(_TEXTS))
        if rules > MOST_RULES:
            raise BadFile(path, FormProblem.TOO_LARGE, place("survey", number))
        kind = str(row.get("type", "")).strip().lower()
        depth += bool(_BEGIN.match(kind)) - bool(_END.match(kind))
        if depth > DEEPEST:
            raise BadFile(path, FormProblem.TOO_LARGE, place("survey", number, "type"))


def _check_cells(path: Path, sheet: str, rows: Iterable[dict[str, Any]], headers: Sequence[dict[str, Any]]) -> None:
    header = headers[0]
    if len(header) > MOST_COLUMNS or any(len(str(name)) > MOST_CHARACTERS for name in header):
        raise BadFile(path, FormProblem.TOO_LARGE, place(sheet, 1))
    for number, row in enumerate(rows, start=2):
        for column, cell in row.items():
            if len(cell) > MOST_CHARACTERS:
                raise BadFile(path, FormProblem.TOO_LARGE, place(sheet, number, str(column)))
