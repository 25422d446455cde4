"""Characters to glyphs: one word in one font and one direction, by HarfBuzz."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

import uharfbuzz
from bidi.mirror import MIRRORED

from app.reports.embedding import Cluster, Component, ReportFont


@dataclass(frozen=True, slots=True)
class Glyph:
    """What is drawn, under its number in the font, and how far the pen moves, in thousandths of the size."""

    code: int
    advance: int


@dataclass(frozen=True, slots=True)
class Shaped:
    """The glyphs of a word from left to right, and their width in thousandths of the size."""

    glyphs: tuple[Glyph, ...]
    width: int


_MOST_TEXT = 100  # characters that one glyph says it stands for; the rest are invisible ones


@lru_cache(maxsize=20_000)
def shape(text: str, font: ReportFont, *, right_to_left: bool) -> Shaped:
    """Letters joined, marks placed, ligatures and kerning applied; brackets mirrored when it runs right to left."""
    found = _clusters(text, font, right_to_left=right_to_left)
    if len(text) > 1 and not all(cluster.fits for cluster in found):
        # A syllable beyond all writing: each half of the text for itself, until one glyph can hold every cluster.
        middle = len(text) // 2
        halves = [shape(part, font, right_to_left=right_to_left) for part in (text[:middle], text[middle:])]
        left, right = reversed(halves) if right_to_left else halves
        return Shaped(left.glyphs + right.glyphs, left.width + right.width)
    glyphs = tuple(Glyph(font.code(cluster), cluster.advance) for cluster in found)
    return Shaped(glyphs, sum(glyph.advance for glyph in glyphs))


def _clusters(text: str, font: ReportFont, *, right_to_left: bool) -> list[Cluster]:
    """From left to right."""
    buffer = uharfbuzz.Buffer()
    buffer.cluster_level = uharfbuzz.BufferClusterLevel.MONOTONE_GRAPHEMES
    buffer.flags = uharfbuzz.BufferFlags.REMOVE_DEFAULT_IGNORABLES
    buffer.add_str(text)
    buffer.language = "und"  # else the process's locale decides
    buffer.direction = "rtl" if right_to_left else "ltr"
    buffer.guess_segment_properties()  # only the script is left to guess
    uharfbuzz.shape(font.shaper, buffer, {})
    marked = zip(buffer.glyph_infos, buffer.glyph_positions, strict=True)
    groups = {start: list(members) for start, members in groupby(marked, key=lambda pair: pair[0].cluster)}
    starts = sorted(groups)
    if not starts:  # nothing but invisible characters: joiners and marks of direction
        return []
    ends = dict(zip(starts, [*starts[1:], len(text)], strict=True))
    found = []
    for start, members in groups.items():
        # What stands before the first cluster was invisible and has no glyph of its own.
        part = text[0 if start == starts[0] else start : ends[start]][:_MOST_TEXT]
        found.append(_cluster(members, _as_seen(part) if right_to_left else part))
    return found


def _cluster(members: list[tuple[uharfbuzz.GlyphInfo, uharfbuzz.GlyphPosition]], text: str) -> Cluster:
    pen = 0
    components = []
    for info, position in members:
        components.append(Component(info.codepoint, pen + position.x_offset, position.y_offset))
        pen += position.x_advance
    return Cluster(tuple(components), pen, text)


def _as_seen(text: str) -> str:
    """Right-to-left text in the order in which it stands on the page.

    Viewers read a page from left to right and then turn such text round, brackets and all: tried with pdfium and
    poppler, which would also reverse text that is marked by ActualText.
    """
    return "".join(MIRRORED.get(character, character) for character in reversed(text))
