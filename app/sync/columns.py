"""A list of objects as columns: what is alike stands together, and packs to a quarter less. Pure, and loses nothing.

Objects with the same fields in the same order are of one shape. A shape has a column for each field; for a field that
holds an object itself, one for each field of that.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

import msgspec

Item = dict[str, Any]
Path = str | tuple[str, str]


class Shape(msgspec.Struct, array_like=True):
    """`columns[n]` holds the values of the field `paths[n]` of all objects of this shape, in their order."""

    paths: list[Path]
    columns: list[list[Any]]


class Table(msgspec.Struct, array_like=True):
    """`runs`: (shape, how many follow each other), over all objects."""

    runs: list[tuple[int, int]]
    shapes: list[Shape]


def transposed(items: Iterable[Item]) -> Table:
    numbers: dict[tuple[Path, ...], int] = {}
    shapes: list[Shape] = []
    order: list[int] = []
    for item in items:
        paths, values = _flat(item)
        number = numbers.setdefault(paths, len(shapes))
        if number == len(shapes):
            shapes.append(Shape(list(paths), [[] for _ in paths]))
        for column, value in zip(shapes[number].columns, values, strict=True):
            column.append(value)
        order.append(number)
    return Table([(number, len(list(run))) for number, run in groupby(order)], shapes)


def items_of(table: Table, *, most: int) -> Iterator[Item]:
    """The objects, in order. Raises ValueError when it is no table that `transposed` made, or of more than `most`."""
    if sum(count for _, count in table.runs) > most:
        raise ValueError("too many")
    if any(count < 1 or not 0 <= shape < len(table.shapes) for shape, count in table.runs):
        raise ValueError("no such shape")
    counts = [0] * len(table.shapes)
    for number, count in table.runs:
        counts[number] += count
    for shape, count in zip(table.shapes, counts, strict=True):
        if len(shape.paths) != len(shape.columns) or any(len(column) != count for column in shape.columns):
            raise ValueError("ragged columns")
    read = [_read(shape, count) for shape, count in zip(table.shapes, counts, strict=True)]
    return (next(read[number]) for number, count in table.runs for _ in range(count))


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
    rows = zip(*shape.columns, strict=True) if shape.columns else iter([()] * count)
    for values in rows:
        item: Item = {}
        for path, value in zip(shape.paths, values, strict=True):
            if isinstance(path, str):
                item[path] = value
            else:
                item.setdefault(path[0], {})[path[1]] = value
        yield item
