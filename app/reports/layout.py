"""Pages: paper, margins, what stands at the head and the foot of each, and the file that comes of it."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4, LETTER
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate

from app.i18n import Language
from app.models.catalogue import Paper
from app.reports.fonts import Fonts
from app.reports.labels import joined
from app.reports.look import RULE, SMALL, SMALL_BOLD, Look, Strip
from app.reports.text import TextStyle, text_width

_PAPERS = MappingProxyType({Paper.A4: A4, Paper.LETTER: LETTER})
_SIDE = 48
_FOOT = 50  # from the page's end to the end of the text
_HEAD_OF_FIRST = 36
_HEAD = 54
_FOOTER_LINE = 34
_FOOTER = 23
_STRIP_GAP = 10
_COUNT_WIDTH = 90  # points of the footer kept for "Page 1 of 3"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the file says about itself, and its pages at head and foot."""

    title: str
    author: str
    subject: str
    enterprise: str
    occasion: str
    document: str
    mark: str


def look_for(paper: str, language: Language, fonts: Fonts) -> Look:
    """`paper` is a code of Paper; A4 when it is none."""
    width, height = _size(paper)
    return Look(language, fonts, width=width - 2 * _SIDE, height=height - _HEAD - _FOOT)


def build_pdf(story: Sequence[Flowable], facts: Facts, look: Look, *, paper: str) -> tuple[bytes, int]:
    """The file and its number of pages; the same story gives the same bytes."""
    file = io.BytesIO()
    size = _size(paper)
    document = BaseDocTemplate(
        file,
        pagesize=size,
        pageTemplates=_templates(size, facts, look),
        invariant=1,
        title=facts.title,
        author=facts.author,
        subject=facts.subject,
        creator="Gemba",
        displayDocTitle=1,
        # No reading direction: told that it is right to left, viewers turn English words within such a file round.
        lang=str(look.language.locale).replace("_", "-"),
    )
    document.build(list(story), canvasmaker=partial(_CountingCanvas, look=look))
    return file.getvalue(), document.page


class _CountingCanvas(Canvas):  # type: ignore[misc]
    """Writes "Page 1 of 3" when the number of pages is known: each page has a hole that is filled at the end."""

    def __init__(self, *args: Any, look: Look, **options: Any) -> None:
        super().__init__(*args, **options)
        self._look = look
        self.showOutline()

    def save(self) -> None:
        last = self.getPageNumber() - 1
        for page in range(1, last + 1):
            self.beginForm(count_of(page), 0, -4, _COUNT_WIDTH, 10)
            language = self._look.language
            words = language._("Page {page} of {pages}").format(page=language.number(page), pages=language.number(last))
            self._look.line(self, Strip(0, 0, _COUNT_WIDTH), words, SMALL, anchor="end")
            self.endForm()
        super().save()


def count_of(page: int) -> str:
    """The name of the form that holds the words of a page's number."""
    return f"count-of-page-{page}"


def _size(paper: str) -> tuple[float, float]:
    width, height = _PAPERS[Paper(paper)] if paper in set(Paper) else A4
    return float(width), float(height)


def _templates(size: tuple[float, float], facts: Facts, look: Look) -> list[PageTemplate]:
    def first(canvas: Canvas, document: BaseDocTemplate) -> None:  # noqa: ARG001 - reportlab calls it so
        _draw_foot(canvas, facts, look)

    def later(canvas: Canvas, document: BaseDocTemplate) -> None:
        first(canvas, document)
        _draw_head(canvas, size[1], facts, look)

    return [
        PageTemplate("first", [_frame(size, _HEAD_OF_FIRST)], onPage=first, autoNextPageTemplate="later"),
        PageTemplate("later", [_frame(size, _HEAD)], onPage=later),
    ]


def _frame(size: tuple[float, float], head: float) -> Frame:
    width, height = size[0] - 2 * _SIDE, size[1] - head - _FOOT
    return Frame(_SIDE, _FOOT, width, height, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0)


def _draw_head(canvas: Canvas, height: float, facts: Facts, look: Look) -> None:
    y = height - 32
    name, document = _strips(look, y, [0.5, 0.5])
    look.line(canvas, name, facts.enterprise, SMALL_BOLD)
    look.line(canvas, document, facts.document, SMALL, anchor="end")
    _draw_rule(canvas, y - 6, look)


def _draw_foot(canvas: Canvas, facts: Facts, look: Look) -> None:
    names, mark, count = _strips(look, _FOOTER, [0.54, 0.26, 0.2])
    _draw_rule(canvas, _FOOTER_LINE, look)
    # The visit stays to be read however long the name is.
    room = names.width - text_width(joined([" ", facts.occasion]), TextStyle(look.fonts, size=SMALL.size))
    told = joined([look.shortened(facts.enterprise, SMALL, width=room), facts.occasion])
    look.line(canvas, names, told, SMALL)
    look.line(canvas, mark, facts.mark, SMALL, anchor="middle")
    canvas.saveState()
    canvas.translate(count.x + (0 if look.is_mirrored else count.width - _COUNT_WIDTH), _FOOTER)
    canvas.doForm(count_of(canvas.getPageNumber()))
    canvas.restoreState()


def _strips(look: Look, y: float, shares: Sequence[float]) -> list[Strip]:
    """The width between the margins cut by `shares`, in reading order, with a gap between each."""
    room = look.width - _STRIP_GAP * (len(shares) - 1)
    x = float(_SIDE)
    found = []
    for share in look.in_order(shares):
        found.append(Strip(x, y, share * room))
        x += share * room + _STRIP_GAP
    return look.in_order(found)


def _draw_rule(canvas: Canvas, y: float, look: Look) -> None:
    canvas.setStrokeColor(HexColor(RULE))
    canvas.setLineWidth(0.6)
    canvas.line(_SIDE, y, _SIDE + look.width, y)
