"""The tree of an expression, as the parser makes it and the compiler, the references and explanations read it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

Span: TypeAlias = tuple[int, int]


def children(node: "Syntax") -> Iterator["Syntax"]:
    """The parts of `node` in the order they are written, predicates included."""
    match node:
        case Call():
            yield from node.arguments
        case Path():
            if isinstance(node.start, Call):
                yield node.start
            for step in node.steps:
                yield from step.predicates
        case Chain():
            yield node.first
            yield from (operand for _, operand in node.rest)
        case Logic() | Union():
            yield from node.operands
        case Negation():
            yield node.operand
        case _:
            pass


def walk(node: "Syntax") -> Iterator["Syntax"]:
    """`node` and all below it, in the order they are written."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        yield one
        waiting.extend(reversed(list(children(one))))


def height(node: "Syntax") -> int:
    """The levels below and with `node`; 1 for a literal."""
    most = 0
    waiting = [(node, 1)]
    while waiting:
        one, level = waiting.pop()
        most = max(most, level)
        waiting.extend((child, level + 1) for child in children(one))
    return most


@dataclass(frozen=True, slots=True)
class Literal:
    value: float | str
    span: Span


@dataclass(frozen=True, slots=True)
class Variable:
    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class Call:
    name: str
    arguments: "tuple[Syntax, ...]"
    span: Span


@dataclass(frozen=True, slots=True)
class Step:
    """`test` is a name, `*`, or `node()`."""

    axis: str
    test: str
    predicates: "tuple[Syntax, ...]" = ()


@dataclass(frozen=True, slots=True)
class Path:
    """`start` is `/` for the root, `.` for the context node, or a call of instance() or current()."""

    start: str | Call
    steps: tuple[Step, ...]
    span: Span
    names: tuple[str, ...] | None = field(default=None, compare=False)
    """The names from the root down when the path is that simple, which most are; else None."""


@dataclass(frozen=True, slots=True)
class Chain:
    """Operators of one rank, applied from left to right: `1 - 2 + 3`, `a < b`."""

    first: "Syntax"
    rest: "tuple[tuple[str, Syntax], ...]"
    span: Span


@dataclass(frozen=True, slots=True)
class Logic:
    """`operator` is `and` or `or`."""

    operator: str
    operands: "tuple[Syntax, ...]"
    span: Span


@dataclass(frozen=True, slots=True)
class Negation:
    operand: "Syntax"
    span: Span


@dataclass(frozen=True, slots=True)
class Union:
    operands: "tuple[Syntax, ...]"
    span: Span


Syntax: TypeAlias = Literal | Variable | Call | Path | Chain | Logic | Negation | Union
