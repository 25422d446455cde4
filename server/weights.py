"""Whether what one mutation makes of its rows fits into one page: a page is never cut inside a sequence. Pure."""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field

import msgspec

from app.sync.merge import State
from app.sync.protocol import Op, Value
from app.sync.wire import MAX_INFLATED, MAX_PACKED, MAX_PARTS

MOST_CHARACTERS = 1_200_000  # of all rows of one mutation
MOST_BYTES = MAX_INFLATED - (2 << 20)  # the rest is for the results, and for the values that conflicts repeat as bases
_MOST_PACKED = MAX_PACKED - (64 << 10)
_CERTAINLY_FITS = MAX_PACKED * 3 // 4  # even if packing saves nothing
_MOST_PARTS = MAX_PARTS - 20_000
_ROW_BYTES, _ROW_PARTS = 400, 15  # ids, tables, times, hands
_DISPUTE_BYTES, _DISPUTE_PARTS = 600, 20
_SEQ_BYTES = 24  # of a field beside its name: the sequence that wrote it, and what stands between
_RANDOM_BYTES = 100  # of a row or a conflict: what of its ids no packing makes less


@dataclass(slots=True)
class Weight:
    """Of the rows of a mutation, as they will be if nothing of it is merged into what they hold."""

    characters: int = 0
    size: int = 0
    parts: int = 0
    messages: int = 0
    said: list[bytes] = field(default_factory=list)

    def add(self, op: Op, state: State, disputes: int) -> None:
        """`disputes`: how many fields of it may get two values; then both are told once more."""
        held, sent = msgspec.json.encode(state.values), msgspec.json.encode(op.set)
        names = state.values.keys() | op.set.keys()
        times = 2 if disputes else 1
        self.characters += _characters(state.values.values()) + _characters(op.set.values())
        self.size += _ROW_BYTES + times * (len(held) + len(sent)) + disputes * _DISPUTE_BYTES
        self.size += sum(map(len, names)) + _SEQ_BYTES * len(names)
        self.parts += _ROW_PARTS + 2 * len(names) + disputes * _DISPUTE_PARTS
        self.messages += 1 + disputes
        self.said += [held, sent] * times + [msgspec.json.encode(state.seqs)]

    def is_too_large(self) -> bool:
        if self.characters > MOST_CHARACTERS or self.size > MOST_BYTES or self.parts > _MOST_PARTS:
            return True
        return self.size > _CERTAINLY_FITS and self._packed() + self.messages * _RANDOM_BYTES > _MOST_PACKED

    def _packed(self) -> int:
        return len(zlib.compress(b"".join(self.said), 6))


def _characters(values: Iterable[Value]) -> int:
    return sum(len(value) for value in values if isinstance(value, str))
