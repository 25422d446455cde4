"""Text to lines: where it may break, which font and direction each bit has, how much fits."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby

from icu4py.breakers import CharacterBreaker, LineBreaker

from app.reports.bidi import levels, visual_order
from app.reports.embedding import ReportFont
from app.reports.fonts import Fonts, font_with, is_invisible, replacement
from app.reports.shaping import Shaped, shape

_SPACES = " \u3000\u200b\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009\u200a\u205f\u1680"
# The rules of all languages: only the dictionaries differ, and those go by script.
_BREAKING_LOCALE = "en"


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters of one font and one level that stay together, or spaces between such."""

    text: str
    font: ReportFont
    level: int
    is_space: bool
    shaped: Shaped

    @property
    def width(self) -> int:
        return self.shaped.width


@dataclass(frozen=True, slots=True)
class Line:
    """One line. `pieces` stand from left to right, without the spaces at its end. `width` is in thousandths of the
    size. `length` counts the characters of the text that the line used up, its spaces and line end too."""

    pieces: tuple[Piece, ...]
    width: int
    length: int


Unit = tuple[Piece, ...]  # what no line break may part, with the spaces that follow


def break_lines(text: str, fonts: Fonts, *, bold: bool, right_to_left: bool, width: float) -> list[Line]:
    """Lines of clean `text` no wider than `width` (thousandths of the size), at least one.

    A word wider than that is broken between characters as people see them.
    """
    lines: list[Line] = []
    for paragraph in text.split("\n"):
        lines += _fill(units(paragraph, fonts, bold=bold, right_to_left=right_to_left), width)
        lines[-1] = replace(lines[-1], length=lines[-1].length + 1)
    lines[-1] = replace(lines[-1], length=lines[-1].length - 1)
    return lines


def widest_unit(text: str, fonts: Fonts, *, bold: bool, right_to_left: bool) -> int:
    """Thousandths of the size that the widest part of clean `text` needs which no line end may part."""
    paragraphs = [units(each, fonts, bold=bold, right_to_left=right_to_left) for each in text.split("\n")]
    return max((_widths(unit)[0] for paragraph in paragraphs for unit in paragraph), default=0)


@lru_cache(maxsize=4_000)
def units(paragraph: str, fonts: Fonts, *, bold: bool, right_to_left: bool) -> tuple[Unit, ...]:
    """A paragraph cut wherever a line may end: at spaces and hyphens, between Han, by dictionary in Khmer, Thai …"""
    depths = levels(paragraph, right_to_left=right_to_left)
    shown, names = _choose_fonts(paragraph, fonts, bold=bold)
    found = []
    start = 0
    for segment in LineBreaker(paragraph, _BREAKING_LOCALE):
        end = start + len(segment)
        kinds = [(shown[i] in _SPACES, depths[i], names[i]) for i in range(start, end)]
        found.append(tuple(_pieces(shown[start:end], kinds, fonts)))
        start = end
    return tuple(found)


def _pieces(text: str, kinds: list[tuple[bool, int, str]], fonts: Fonts) -> Iterator[Piece]:
    start = 0
    for (is_space, level, name), members in groupby(kinds):
        end = start + len(list(members))
        yield _piece(text[start:end], fonts.font(name), level, is_space)
        start = end


def _piece(text: str, font: ReportFont, level: int, is_space: bool) -> Piece:
    return Piece(text, font, level, is_space, shape(text, font, right_to_left=level % 2 == 1))


def _choose_fonts(text: str, fonts: Fonts, *, bold: bool) -> tuple[str, list[str]]:
    """The text as it can be shown (what no font has is replaced, one for one) and a font's name for each character.

    Marks, joiners and signs stay in the font before them where it has them: a change of font would part a mark from
    its letter. Digits and Latin letters are the Latin font's, so that figures look alike in every language.
    """
    main = fonts.chain(bold=bold)[0]
    if text.isascii() and text.isprintable():
        return text, [main] * len(text)
    shown, names = [], []
    last = main
    for character in text:
        name: str | None
        if is_invisible(character) or (not character.isalnum() and ord(character) in fonts.font(last).characters):
            name = last
        else:
            name = font_with(character, fonts, bold=bold)
        if name is None:
            character, name = replacement(fonts, bold=bold), main
        last = name
        shown.append(character)
        names.append(name)
    return "".join(shown), names


def _fill(found: tuple[Unit, ...], width: float) -> list[Line]:
    """Greedy: each line takes what fits. An empty paragraph is one empty line."""
    lines: list[Line] = []
    line: list[Piece] = []
    used = 0
    for unit in found:
        ink, whole = _widths(unit)
        if line and used + ink > width:
            lines.append(_line(line))
            line, used = [], 0
        if ink > width:
            *full, unit = _break_unit(unit, width)
            lines += [_line(list(part)) for part in full]
            whole = _widths(unit)[1]
        line += unit
        used += whole
    return [*lines, _line(line)]


def _widths(unit: Unit) -> tuple[int, int]:
    """Without and with the spaces at its end."""
    whole = sum(piece.width for piece in unit)
    spaces = 0
    for piece in reversed(unit):
        if not piece.is_space:
            break
        spaces += piece.width
    return whole - spaces, whole


def _line(pieces: list[Piece]) -> Line:
    length = sum(len(piece.text) for piece in pieces)
    while pieces and pieces[-1].is_space:
        pieces = pieces[:-1]
    order = visual_order([piece.level for piece in pieces])
    return Line(tuple(pieces[index] for index in order), sum(piece.width for piece in pieces), length)


def _break_unit(unit: Unit, width: float) -> list[Unit]:
    """Parts that fit, each of one character at least; the spaces at the end stay with the last part."""
    parts: list[list[Piece]] = [[]]
    used = 0
    for piece in unit:
        if piece.is_space:
            parts[-1].append(piece)
            used += piece.width
            continue
        begun = ""
        for cluster in clusters(piece.text):
            longer = _piece(begun + cluster, piece.font, piece.level, is_space=False)
            if begun:
                used -= parts[-1].pop().width
            if parts[-1] and not begun and used + longer.width > width:
                parts.append([])
                used = 0
            elif begun and used + longer.width > width:
                parts[-1].append(_piece(begun, piece.font, piece.level, is_space=False))
                longer = _piece(cluster, piece.font, piece.level, is_space=False)
                parts.append([])
                used = 0
            parts[-1].append(longer)
            used += longer.width
            begun = longer.text
    return [tuple(part) for part in parts]


def clusters(text: str) -> list[str]:
    """What people take for one character each: a letter with its marks, a Khmer consonant with what hangs on it."""
    return list(CharacterBreaker(text, _BREAKING_LOCALE))
