"""Versions of the stored shape, and what turns an operation or a row of one version into that of the next. Pure.

Columns are only added; a field that changes its meaning becomes a new one, and its steps are written here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.sync.protocol import SCHEMA, Op, Row

OLDEST = 1  # older programs are still taken work from, but sent nothing


@dataclass(frozen=True, slots=True)
class Step:
    """From version `to` - 1 to version `to`. `up` may make several operations of one, or none; `down` changes a row for
    a laptop that does not know the newer shape yet, or gives None when it should not get the row at all."""

    to: int
    up: Callable[[Op], list[Op]]
    down: Callable[[Row], Row | None]


STEPS: tuple[Step, ...] = ()


def brought_up(ops: list[Op], version: int, *, to: int = SCHEMA, steps: Sequence[Step] = STEPS) -> list[Op]:
    """Operations sealed under `version`, as `to` says them."""
    for step in steps:
        if version < step.to <= to:
            ops = [made for op in ops for made in step.up(op)]
    return ops


def brought_down(row: Row, version: int, *, since: int = SCHEMA, steps: Sequence[Step] = STEPS) -> Row | None:
    """A row of version `since`, as `version` says it; None when it has no place there."""
    made: Row | None = row
    for step in reversed(steps):
        if made is not None and version < step.to <= since:
            made = step.down(made)
    return made
