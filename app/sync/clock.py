"""Hybrid time: 48 bits of milliseconds and 16 of a counter; and how far the device's clock is off. Pure."""

import json
from collections.abc import Sequence
from typing import NamedTuple

COUNTER_BITS = 16
KEPT = 8  # samples
_DRIFT_MS = 2_000.0  # two samples of one clock differ by no more than their uncertainty and this


class Sample(NamedTuple):
    """One exchange: server minus device in ms, and how long it took; the truth is within half of that."""

    offset_ms: float
    rtt_ms: float


def sampled(received_ms: int, rtt_ms: int, server_ms: int) -> Sample:
    """`received_ms`: the device's clock when the answer was there. `rtt_ms`: by a clock that nobody sets."""
    return Sample(server_ms - (received_ms - rtt_ms / 2), rtt_ms)


def with_sample(samples: Sequence[Sample], newest: Sample) -> tuple[Sample, ...]:
    """The last eight, oldest first; those that the newest one contradicts are gone: somebody set the clock since."""
    agreeing = [old for old in samples if _agree(old, newest)]
    return (*agreeing, newest)[-KEPT:]


def _agree(one: Sample, other: Sample) -> bool:
    return abs(one.offset_ms - other.offset_ms) <= (one.rtt_ms + other.rtt_ms) / 2 + _DRIFT_MS


def offset_of(samples: Sequence[Sample]) -> int | None:
    """Server minus device in ms, by the sample that took least; None when nothing was measured."""
    return round(min(samples, key=lambda sample: sample.rtt_ms).offset_ms) if samples else None


def to_text(samples: Sequence[Sample]) -> str:
    return json.dumps(samples)


def from_text(text: str | None) -> tuple[Sample, ...]:
    return tuple(Sample(*sample) for sample in json.loads(text)) if text else ()


def physical_ms(device_ms: int, offset_ms: int | None, floor_ms: int) -> int:
    """The device's time as the server would say it; never before `floor_ms`, the latest server time ever seen."""
    return max(device_ms + (offset_ms or 0), floor_ms)


def next_hybrid(last: int, physical: int) -> int:
    """Later than `last`, and not before `physical` (ms)."""
    return max(last + 1, physical << COUNTER_BITS)


def floor_after(floor_ms: int, server_ms: int) -> int:
    return max(floor_ms, server_ms)


def milliseconds(hybrid: int) -> int:
    return hybrid >> COUNTER_BITS
