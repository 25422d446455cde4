"""A font inside a PDF, with glyphs that keep the text they stand for."""

from dataclasses import dataclass
from pathlib import Path
from struct import pack, unpack
from threading import Lock
from typing import Any

import uharfbuzz
from reportlab import rl_config
from reportlab.pdfbase.ttfonts import SUBSETN, TTFont

# Without this, binary data is written as text: ten times slower and a quarter larger.
rl_config.useA85 = 0

UNITS = 1000  # of a font's size; the fonts we use count so themselves
_FIRST_OWN_CODE = 0x40000  # no font of ours has a character from here on
MOST_COMPONENTS = 32
FARTHEST = 16_000  # units from the origin; what a compound glyph may say about its parts and its ink has 16 bits
_MOST_IN_BFCHAR = 100  # the PDF standard's limit for one block

# How a compound glyph of TrueType tells about one component: offsets are 16-bit numbers, not points to be matched;
# more components follow; components may overlap.
_OFFSETS = 0x0003
_MORE = 0x0020
_OVERLAP = 0x0400
# Where the table `maxp` has the most components of a glyph and the deepest nesting.
_LIMITS_OF_COMPOUNDS = 28


@dataclass(frozen=True, slots=True)
class Component:
    """A glyph of the font and where it is drawn, in thousandths of the size."""

    glyph: int
    right: int
    up: int


@dataclass(frozen=True, slots=True)
class Cluster:
    """What people take for one character: some glyphs, how far the pen moves, the text they stand for."""

    components: tuple[Component, ...]
    advance: int
    text: str

    @property
    def fits(self) -> bool:
        """Whether one glyph can stand for it."""
        reach = max((max(abs(part.right), abs(part.up)) for part in self.components), default=0)
        return len(self.components) <= MOST_COMPONENTS and reach <= FARTHEST and 0 <= self.advance <= FARTHEST


@dataclass(frozen=True, slots=True)
class _Compound:
    """A glyph made of others, in TrueType's form, with its left edge."""

    outline: bytes
    left: int
    advance: int


class ReportFont(TTFont):  # type: ignore[misc]
    """A TrueType font that writes each cluster as one glyph.

    reportlab numbers glyphs by character. A cluster that no single character stands for (a letter with marks, a
    ligature, a Khmer syllable) becomes a compound glyph of its own with a private number; in the PDF's ToUnicode table
    its text appears. So the text can be searched and copied in any viewer, marks need no text rise, and nothing in
    the file depends on what was shaped before in this process.
    """

    def __init__(self, name: str, path: Path) -> None:
        super().__init__(name, str(path), asciiReadable=0)
        if self.face.unitsPerEm != UNITS:
            raise ValueError(f"{path} has {self.face.unitsPerEm} units per em")
        self.characters: frozenset[int] = frozenset(self.face.charToGlyph)
        self.shaper = uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob(self.face._ttf_data)))
        self._codes: dict[Cluster, int] = {}
        self._texts: dict[int, str] = {}
        self._unwritten: list[_Compound] = []
        self._has_grown = False
        self._glyph_count = len(self.face.hmetrics)
        self._adding = Lock()  # two reports may be made at a time

    def code(self, cluster: Cluster) -> int:
        """The number under which `cluster`, which must fit, is written."""
        known = self._codes.get(cluster)
        if known is None:
            with self._adding:
                known = self._codes.setdefault(cluster, self._plain_code(cluster) or self._new_code(cluster))
        return known

    def width(self, code: int) -> int:
        """How far the glyph itself moves the pen, as the PDF's table of widths has it."""
        return int(self.face.getCharWidth(code))

    def addObjects(self, doc: Any) -> None:  # noqa: N802 - reportlab's name
        """Called when the document is written."""
        subsets = self.state[doc].subsets
        with self._adding:
            self._write_compounds()
            super().addObjects(doc)
        for number, subset in enumerate(subsets):
            name = (SUBSETN(number) + b"+" + self.face.name + self.face.subfontNameX).decode("pdfdoc")
            stream = doc.idToObject[f"toUnicodeCMap:{name}"]
            stream.content = _to_unicode(name, [self._texts.get(code, chr(code)) for code in subset])

    def _plain_code(self, cluster: Cluster) -> int | None:
        """The character itself, when its glyph stands where it always does. Kerning is left to the writer."""
        if len(cluster.text) != 1 or len(cluster.components) != 1:
            return None
        code, component = ord(cluster.text), cluster.components[0]
        is_usual = code in self.characters and self.face.charToGlyph[code] == component.glyph
        return code if is_usual and not (component.right or component.up) else None

    def _new_code(self, cluster: Cluster) -> int:
        # First, for it may fail: what cannot be written must not stay in what all reports share.
        compound = self._compound(cluster)
        number = len(self._texts)
        code = _FIRST_OWN_CODE + number
        self.face.charToGlyph[code] = self._glyph_count + number
        self.face.charWidths[code] = cluster.advance
        self._texts[code] = cluster.text
        self._unwritten.append(compound)
        return code

    def _write_compounds(self) -> None:
        """Appends the new compound glyphs to the font that is held in memory, from which reportlab takes its subsets.

        The table of outlines is put behind all others, where it can grow.
        """
        if not self._unwritten:
            return
        face = self.face
        start, is_last = face.table["glyf"]["offset"], self._has_grown
        length = face.glyphPos[-1]
        outlines = [face._ttf_data[start : start + length]]
        for compound in self._unwritten:
            outlines.append(compound.outline)
            length += len(compound.outline)
            face.glyphPos.append(length)
            face.hmetrics.append((compound.advance, compound.left & 0xFFFF))
        others = face._ttf_data[:start] if is_last else _with_deeper_compounds(face)
        face.table["glyf"] = {**face.table["glyf"], "offset": len(others), "length": length}
        face._ttf_data = b"".join([others, *outlines])
        self._has_grown = True
        self._unwritten.clear()

    def _compound(self, cluster: Cluster) -> _Compound:
        inked = [part for part in cluster.components if self._has_outline(part.glyph)]
        if not inked:
            return _Compound(b"", 0, cluster.advance)
        boxes = [self._box(part) for part in inked]
        left, bottom = min(box[0] for box in boxes), min(box[1] for box in boxes)
        right, top = max(box[2] for box in boxes), max(box[3] for box in boxes)
        data = pack(">hhhhh", -1, left, bottom, right, top)
        for part in inked:
            more = 0 if part is inked[-1] else _MORE
            data += pack(">HHhh", _OFFSETS | _OVERLAP | more, part.glyph, part.right, part.up)
        return _Compound(data + b"\0" * (-len(data) % 4), left, cluster.advance)

    def _has_outline(self, glyph: int) -> bool:
        return bool(self.face.glyphPos[glyph + 1] > self.face.glyphPos[glyph])

    def _box(self, part: Component) -> tuple[int, int, int, int]:
        """Left, bottom, right, top."""
        ink = self.shaper.get_glyph_extents(part.glyph)
        left, top = part.right + ink.x_bearing, part.up + ink.y_bearing
        return left, top + ink.height, left + ink.width, top


def _with_deeper_compounds(face: Any) -> bytes:
    """The font's data, its limits raised: our compounds have compounds of the font's own in them, and viewers refuse
    to draw what goes beyond the limits."""
    start, _ = face.get_table_pos("maxp")
    at = start + _LIMITS_OF_COMPOUNDS
    elements, depth = unpack(">HH", face._ttf_data[at : at + 4])
    raised = pack(">HH", max(elements, MOST_COMPONENTS), depth + 1)
    return bytes(face._ttf_data[:at] + raised + face._ttf_data[at + 4 :])


def _to_unicode(name: str, texts: list[str]) -> str:
    """A ToUnicode table: character code (its place in `texts`) to text."""
    entries = [f"<{code:02X}> <{text.encode('utf-16-be').hex().upper()}>" for code, text in enumerate(texts)]
    blocks = [entries[start : start + _MOST_IN_BFCHAR] for start in range(0, len(entries), _MOST_IN_BFCHAR)]
    return "\n".join(
        [
            "/CIDInit /ProcSet findresource begin",
            "12 dict begin",
            "begincmap",
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
            f"/CMapName /{name} def",
            "/CMapType 2 def",
            "1 begincodespacerange",
            f"<00> <{len(texts) - 1:02X}>",
            "endcodespacerange",
            *("\n".join([f"{len(block)} beginbfchar", *block, "endbfchar"]) for block in blocks),
            "endcmap",
            "CMapName currentdict /CMap defineresource pop",
            "end",
            "end",
        ]
    )
