"""Where in a form pyxform's refusals mean: it says so in words, and not always."""

import re
from collections.abc import Mapping, Sequence

from app.checklists.form_file import place

_SHEETS = "survey|choices|settings|entities|external_choices|osm"
_SHEET = (
    re.compile(rf"'({_SHEETS})' sheet"),
    re.compile(rf"sheet: '({_SHEETS})'"),
    re.compile(rf"\b(?:a|an|the) ({_SHEETS}) sheet"),
    re.compile(rf"sheet named '({_SHEETS})'"),
)
_ROW = re.compile(r"\[row : (\d+)\]")
_COLUMN = (
    re.compile(r"the '([\w:() -]+?)' (?:value|column)"),
    re.compile(r"headers were not found: '(\w+)'"),
    re.compile(r"\[column : ([^\]]+)\]"),
)
_QUOTED = re.compile(r"'([\w.-]+)'|\$\{([\w.-]+)\}|named ([\w-]+)")
_WORD = re.compile(r"[A-Za-z][\w-]+")


def place_of(words: str, survey: Sequence[Mapping[str, str]]) -> str:
    """`BadFile.where` for what pyxform said; `survey` are the rows with plain headers. Empty when nothing is known."""
    sheet = _first(_SHEET, words)
    column = _first(_COLUMN, words)
    if row := _ROW.search(words):
        return place(sheet or "survey", int(row[1]), column)
    if sheet in ("", "survey") and (found := _row_named(words, survey) or _row_with_parameter(words, survey)):
        return place("survey", found[0], column or found[1])
    return place(sheet, None, column) if sheet else ""


def _first(patterns: Sequence[re.Pattern[str]], words: str) -> str:
    return next((found[1] for pattern in patterns if (found := pattern.search(words))), "")


def _row_named(words: str, survey: Sequence[Mapping[str, str]]) -> tuple[int, str] | None:
    """The row of the first question that is named."""
    rows = {row["name"]: number for number, row in enumerate(survey, start=2) if row.get("name")}
    for found in _QUOTED.finditer(words):
        name = next(filter(None, found.groups()), "")
        if name in rows:
            return rows[name], "name"
    return None


def _row_with_parameter(words: str, survey: Sequence[Mapping[str, str]]) -> tuple[int, str] | None:
    """The row with a parameter that is named."""
    named = set(_WORD.findall(words))
    for number, row in enumerate(survey, start=2):
        given = {part.split("=")[0] for part in row.get("parameters", "").split()}
        if given & named:
            return number, "parameters"
    return None
