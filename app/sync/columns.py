"""A list of objects as columns: what is alike stands together, and packs to a quarter less. Pure, and loses nothing.

Objects with the same fields in the same order are of one shape. A shape has a column for each field; for a field that
holds an object itself, one for each field of that. A column of ids alone is one text of their digits.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

import msgspec

Item = dict[str, Any]
Path = str | tuple[str, str]
Column = list[Any] | str

TAIL = "~"  # begins an id that is told without its time
_WHOLE_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_TAIL_OF_ID = re.compile(TAIL + r"[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_DIGITS, _TAIL_DIGITS = 32, 20


class Shape(msgspec.Struct, array_like=True):
    """`columns[n]` holds the values of the field `paths[n]` of all objects of this shape, in their order."""

    paths: list[Path]
    columns: list[Column]


class Table(msgspec.Struct, array_like=True):
    """`runs`: (shape, how many follow each other), over all objects."""

    runs: list[tuple[int, int]]
    shapes: list[Shape]


def transposed(items: Iterable[Item]) -> Table:
    numbers: dict[tuple[Path, ...], int] = {}
    rows: list[list[list[Any]]] = []
    order: list[int] = []
    for item in items:
        paths, values = _flat(item)
        number = numbers.setdefault(paths, len(rows))
        if number == len(rows):
            rows.append([])
        rows[number].append(values)
        order.append(number)
    runs = [(number, len(list(run))) for number, run in groupby(order)]
    return Table(runs, [_shape(paths, rows[number]) for paths, number in numbers.items()])


def items_of(table: Table, *, most: int) -> Iterator[Item]:
    """The objects, in order. Raises ValueError when it is no table that `transposed` made, or of more than `most`."""
    if sum(count for _, count in table.runs) > most:
        raise ValueError("too many")
    if any(count < 1 or not 0 <= shape < len(table.shapes) for shape, count in table.runs):
        raise ValueError("no such shape")
    counts = [0] * len(table.shapes)
    for number, count in table.runs:
        counts[number] += count
    read = [_read(shape, count) for shape, count in zip(table.shapes, counts, strict=True)]
    return (next(read[number]) for number, count in table.runs for _ in range(count))


def _shape(paths: tuple[Path, ...], rows: list[list[Any]]) -> Shape:
    return Shape(list(paths), [_joined(list(column)) for column in zip(*rows, strict=True)])


def _joined(column: list[Any]) -> Column:
    """One text when all are ids, or all tails of ids."""
    for kind, mark in ((_WHOLE_ID, ""), (_TAIL_OF_ID, TAIL)):
        if all(isinstance(value, str) and kind.fullmatch(value) for value in column):
            return mark + "".join(column).replace("-", "").replace(TAIL, "")
    return column


def _parted(column: Column) -> list[Any]:
    if isinstance(column, list):
        return column
    step, dashed = (_TAIL_DIGITS, _tail) if column.startswith(TAIL) else (_DIGITS, _whole_id)
    digits = column.removeprefix(TAIL)
    if len(digits) % step:
        raise ValueError("half an id")
    return [dashed(digits[at : at + step]) for at in range(0, len(digits), step)]


def _whole_id(digits: str) -> str:
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def _tail(digits: str) -> str:
    return f"{TAIL}{digits[:4]}-{digits[4:8]}-{digits[8:]}"


def _flat(item: Item) -> tuple[tuple[Path, ...], list[Any]]:
    paths: list[Path] = []
    values: list[Any] = []
    for name, value in item.items():
        if value and isinstance(value, dict):
            paths += [(name, inner) for inner in value]
            values += value.values()
        else:
            paths.append(name)
            values.append(value)
    return tuple(paths), values


def _read(shape: Shape, count: int) -> Iterator[Item]:
    columns = [_parted(column) for column in shape.columns]
    if len(shape.paths) != len(columns) or any(len(column) != count for column in columns):
        raise ValueError("ragged columns")
    return _rows(shape.paths, zip(*columns, strict=True) if columns else iter([()] * count))


def _rows(paths: list[Path], rows: Iterable[tuple[Any, ...]]) -> Iterator[Item]:
    for values in rows:
        item: Item = {}
        for path, value in zip(paths, values, strict=True):
            if isinstance(path, str):
                item[path] = value
            else:
                item.setdefault(path[0], {})[path[1]] = value
        yield item
