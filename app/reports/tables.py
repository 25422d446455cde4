"""Tables that are read in the language's direction and repeat their head on every page."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
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
_PART = 0.2  # of a page: how tall the parts of a row are that is taller than a page


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
    titles = [look.words(column.title, NOTE_BOLD, align=column.align) for column in columns]
    whole = sum(column.share for column in columns)
    wanted = [column.share * look.width / whole for column in columns]
    widths = _widened(wanted, [title.minWidth() + 2 * _PAD_SIDE + 0.1 for title in titles])
    room = look.height - max(_heights([[title] for title in titles], widths))
    cells: list[list[Any]] = [[[title] for title in titles]]
    style: list[tuple[Any, ...]] = []
    for row in rows:
        parts = _in_parts([_cell(look, column, cell) for column, cell in zip(columns, row, strict=True)], widths, room)
        cells += parts
        style += _joined(len(cells) - len(parts), len(cells) - 1)
    together = [("NOSPLIT", (0, -2), (-1, -1))] if _end_is_short(cells, widths) else []
    return Table(
        [look.in_order(row) for row in cells],
        colWidths=look.in_order(widths),
        repeatRows=1,
        spaceAfter=after,
        style=[
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
            ("LEFTPADDING", (0, 0), (-1, -1), _PAD_SIDE),
            ("RIGHTPADDING", (0, 0), (-1, -1), _PAD_SIDE),
            ("TOPPADDING", (0, 0), (-1, -1), _PAD_HEIGHT),
            ("BOTTOMPADDING", (0, 0), (-1, -1), _PAD_HEIGHT),
            ("LINEBELOW", (0, 0), (-1, 0), 0.8, HexColor(MUTED)),
            *style,
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


def _in_parts(row: list[list[Flowable]], widths: Sequence[float], room: float) -> list[list[list[Flowable]]]:
    """The row; as several that read as one where it is taller than `room`, the points that a page has for it.

    reportlab can part rows itself, but fails on texts that are much longer than a page.
    """
    if max(_heights(row, widths)) <= room:
        return [row]
    stacks = [_stacked(cell, width - 2 * _PAD_SIDE, room * _PART) for cell, width in zip(row, widths, strict=True)]
    return [list(part) for part in zip_longest(*stacks, fillvalue=[])]


def _heights(row: Iterable[Sequence[Flowable]], widths: Sequence[float]) -> list[float]:
    """Points that each cell takes, with the room around."""
    return [
        2 * _PAD_HEIGHT + sum(part.wrapOn(None, width - 2 * _PAD_SIDE, 0)[1] + part.getSpaceAfter() for part in cell)
        for cell, width in zip(row, widths, strict=True)
    ]


def _stacked(cell: Iterable[Flowable], width: float, height: float) -> list[list[Flowable]]:
    """The parts of a cell as stacks no taller than `height`, each with one part of them at least."""
    stacks: list[list[Flowable]] = [[]]
    waiting = deque(cell)
    room = height
    while waiting:
        part = waiting.popleft()
        needed = part.wrapOn(None, width, room)[1]
        pieces = [part] if needed <= room else part.split(width, room)
        if not pieces and not stacks[-1]:
            pieces = [part]  # nothing can part it
        stacks[-1] += pieces[:1]
        waiting.extendleft(reversed(pieces[1:] if pieces else [part]))
        if waiting and len(pieces) != 1:
            stacks.append([])
            room = height
        else:
            room -= needed + part.getSpaceAfter()
    return stacks


def _joined(first: int, last: int) -> list[tuple[Any, ...]]:
    """Commands that let the rows from `first` to `last` be seen as one, with a rule below."""
    commands: list[tuple[Any, ...]] = [("LINEBELOW", (0, last), (-1, last), 0.5, HexColor(RULE))]
    if first < last:
        commands += [("BOTTOMPADDING", (0, first), (-1, last - 1), 0), ("TOPPADDING", (0, first + 1), (-1, last), 0)]
    return commands


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


def _cell(look: Look, column: Column, cell: Cell) -> list[Flowable]:
    if isinstance(cell, str):
        return [look.words(cell, CELL, align=column.align)]
    return [cell] if isinstance(cell, Flowable) else list(cell)
