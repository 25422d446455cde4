"""Tables that are read in the language's direction and repeat their head on every page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from reportlab.lib.colors import HexColor
from reportlab.platypus import Flowable, Table

from app.reports.look import CELL, MUTED, NOTE_BOLD, RULE, Look
from app.reports.text import Align

Cell: TypeAlias = str | Flowable | Sequence[Flowable]

_PAD_SIDE = 4
_PAD_HEIGHT = 3.5
_FEWEST_TO_PART = 3  # rows, with the head
_SHORT = 60  # points


@dataclass(frozen=True, slots=True)
class Column:
    """`share`: of the table's width, in any unit. Figures stand at the end."""

    title: str
    share: float
    align: Align = "start"


def table(look: Look, columns: Sequence[Column], rows: Iterable[Sequence[Cell]], *, after: float = 8) -> Table:
    """Columns and cells are given in reading order. A text is our own words; what people wrote comes as `typed`.

    Rows stay whole unless one is taller than a page.
    """
    cells: list[list[Any]] = [[look.words(column.title, NOTE_BOLD, align=column.align) for column in columns]]
    cells += [[_cell(look, column, cell) for column, cell in zip(columns, row, strict=True)] for row in rows]
    whole = sum(column.share for column in columns)
    wanted = [column.share * look.width / whole for column in columns]
    widths = _widened(wanted, [title.minWidth() + 2 * _PAD_SIDE + 0.1 for title in cells[0]])
    together = [("NOSPLIT", (0, -2), (-1, -1))] if _end_is_short(cells, widths) else []
    return Table(
        [look.in_order(row) for row in cells],
        colWidths=look.in_order(widths),
        repeatRows=1,
        splitInRow=1,
        spaceAfter=after,
        style=[
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
            ("LEFTPADDING", (0, 0), (-1, -1), _PAD_SIDE),
            ("RIGHTPADDING", (0, 0), (-1, -1), _PAD_SIDE),
            ("TOPPADDING", (0, 0), (-1, -1), _PAD_HEIGHT),
            ("BOTTOMPADDING", (0, 0), (-1, -1), _PAD_HEIGHT),
            ("LINEBELOW", (0, 0), (-1, 0), 0.8, HexColor(MUTED)),
            ("LINEBELOW", (0, 1), (-1, -1), 0.5, HexColor(RULE)),
            *together,
        ],
    )


def side_by_side(look: Look, parts: Sequence[Cell], *, gap: float, after: float = 0) -> Table:
    """Parts of equal width in one row, in reading order, their tops in line."""
    width = (look.width - gap * (len(parts) - 1)) / len(parts)
    cells: list[Cell] = []
    widths: list[float] = []
    for part in parts:
        cells += ["", part] if cells else [part]
        widths += [gap, width] if widths else [width]
    return Table(
        [look.in_order(cells)],
        colWidths=widths,
        spaceAfter=after,
        style=[
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-1, -1), 0),
            ("TOPPADDING", (0, 0), (-1, -1), 0),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
        ],
    )


def _end_is_short(cells: Sequence[Sequence[Any]], widths: Sequence[float]) -> bool:
    """Whether the last row may be kept with the one before, so that no page begins with a single row."""
    if len(cells) <= _FEWEST_TO_PART:
        return False
    return all(
        sum(part.wrapOn(None, width - 2 * _PAD_SIDE, _SHORT)[1] for part in cell) <= _SHORT
        for row in cells[-2:]
        for cell, width in zip(row, widths, strict=True)
    )


def _widened(widths: Sequence[float], least: Sequence[float]) -> list[float]:
    """`widths` with the same sum, but where a title needs more room the columns with room to spare give some."""
    lack = sum(max(0.0, need - width) for width, need in zip(widths, least, strict=True))
    spare = sum(max(0.0, width - need) for width, need in zip(widths, least, strict=True))
    if lack > spare:
        return list(widths)
    share = lack / spare if spare else 0
    return [need if width < need else width - (width - need) * share for width, need in zip(widths, least, strict=True)]


def _cell(look: Look, column: Column, cell: Cell) -> Flowable | list[Flowable]:
    """Every cell is a list of flowables: reportlab parts only such where a row is taller than a page."""
    if isinstance(cell, str):
        return [look.words(cell, CELL, align=column.align)]
    return [cell] if isinstance(cell, Flowable) else list(cell)
