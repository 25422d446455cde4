"""Text as it can be printed, whatever somebody typed, pasted or sent."""

import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar
from unicodedata import category, combining, normalize

T = TypeVar("T")

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
DOTTED_CIRCLE = "\N{DOTTED CIRCLE}"
# A letter of any language carries fewer; each more would climb into the lines above, or out of what a font can hold.
# Those that pile up above or below a letter count twice.
MOST_MARKS = 8
_FIRST_OF_PILES = 200  # combining classes: below are marks with a place of their own, as vowels have

_BREAKS = str.maketrans({"\v": "\n", "\f": "\n", "\x85": "\n", "\u2028": "\n", "\u2029": "\n", "\t": " "})
# Two blank lines part what is to be parted; a thousand would only fill pages.
_BLANK_LINES = re.compile(r"\n(?:[ \u3000]*\n){3,}")
_SURROGATES = re.compile("[\ud800-\udfff]")
# Halves of characters, those of private use, which everybody draws otherwise, and code points that are no characters.
_LAST_OF_PLANES = "".join(map(chr, (plane << 16 | last for plane in range(15) for last in (0xFFFE, 0xFFFF))))
_NO_TEXT = re.compile(f"[\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\U000f0000-\U0010ffff{_LAST_OF_PLANES}]")
_FIRST_MARK = re.compile("[\u0300-\U0010ffff]")


def clean(text: str) -> str:
    """Composed characters (NFC), one kind of line end, no tabs, few blank lines; what is no text is seen as replaced,
    and marks beyond MOST_MARKS stand on dotted circles of their own.

    A part of a clean text is clean.
    """
    text = _NO_TEXT.sub(REPLACEMENT, text)
    # Before as well: to compose thousands of marks takes seconds.
    composed = normalize("NFC", _with_few_marks(text, 2 * MOST_MARKS))
    lines = composed.replace("\r\n", "\n").replace("\r", "\n").translate(_BREAKS)
    return _BLANK_LINES.sub("\n\n\n", _with_few_marks(lines, MOST_MARKS))


def printable(record: T) -> T:
    """`record` (frozen dataclasses, mappings, tuples) without halves of characters, which no file can hold."""
    found: T = _printable(record)
    return found


def _printable(value: Any) -> Any:
    match value:
        case str():
            return _SURROGATES.sub(REPLACEMENT, value) if _SURROGATES.search(value) else value
        case tuple():
            return tuple(map(_printable, value))
        case Mapping():
            return {_printable(key): _printable(inner) for key, inner in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{field.name: _printable(getattr(value, field.name)) for field in fields(value)})
    return value


def _with_few_marks(text: str, most: int) -> str:
    if _FIRST_MARK.search(text) is None:
        return text
    shown = []
    marks = 0
    for character in text:
        kind = category(character)
        weight = 0 if kind[0] != "M" else 2 if combining(character) >= _FIRST_OF_PILES else 1
        marks = marks + weight if weight or kind == "Cf" else 0
        if marks > most:
            shown.append(DOTTED_CIRCLE)
            marks = weight
        shown.append(character)
    return "".join(shown)
