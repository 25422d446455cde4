"""The fonts of reports: which there are, which one has a character."""

from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from threading import Lock
from unicodedata import category, normalize

from reportlab.pdfbase import pdfmetrics

from app.errors import FontsMissing
from app.reports.embedding import ReportFont
from app.reports.families import FAMILIES, missing_fonts

REPLACEMENTS = "\ufffd?"


@dataclass(frozen=True, slots=True)
class Fonts:
    """Names of the fonts in `folder`, in the order in which they are asked for a character. A font is read on first
    need, so that a report without Chinese does not wait for the large Chinese one."""

    folder: Path
    regular: tuple[str, ...]
    bold: tuple[str, ...]

    def chain(self, *, bold: bool) -> tuple[str, ...]:
        return self.bold if bold else self.regular

    def font(self, name: str) -> ReportFont:
        return _read_font(self.folder / f"{name}.ttf")


def load_fonts(folder: Path) -> Fonts:
    """The fonts that scripts/fonts made in `folder`. Raises FontsMissing when one of FAMILIES is not there."""
    fonts = Fonts(
        folder,
        regular=tuple(f"{family}-Regular" for family in FAMILIES),
        bold=tuple(f"{family}-Bold" for family in FAMILIES),
    )
    if missing := missing_fonts(folder):
        raise FontsMissing(folder, missing)
    for name in (fonts.regular[0], fonts.bold[0]):
        fonts.font(name)
    return fonts


@lru_cache(maxsize=20_000)
def font_with(character: str, fonts: Fonts, *, bold: bool) -> str | None:
    """Name of the first font that has `character`; None when none has."""
    code = ord(character)
    return next((name for name in fonts.chain(bold=bold) if code in fonts.font(name).characters), None)


def missing_characters(text: str, fonts: Fonts) -> set[str]:
    """The characters of `text` that a report can only show as a replacement sign."""
    return {
        character
        for character in set(normalize("NFC", text))
        if not is_invisible(character) and font_with(character, fonts, bold=False) is None
    }


def replacement(fonts: Fonts, *, bold: bool) -> str:
    """The sign shown for a character that no font has."""
    return next(sign for sign in REPLACEMENTS if font_with(sign, fonts, bold=bold) is not None)


def is_invisible(character: str) -> bool:
    """Whether `character` only steers others (joiners, directions, variants) or is a control: it needs no glyph."""
    return category(character) in ("Cf", "Cc", "Zl", "Zp") or character in _STEERING


_STEERING = frozenset(map(chr, (0x034F, 0x115F, 0x17B4, 0x17B5, *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))


def _read_font(path: Path) -> ReportFont:
    # Two reports made at once must not read a font twice: a document whose text is in two fonts of one name is broken.
    with _reading:
        return _font_of_file(path)


@cache
def _font_of_file(path: Path) -> ReportFont:
    font = ReportFont(path.stem, path)
    pdfmetrics.registerFont(font)
    return font


_reading = Lock()
