"""Numbers of a chart: its range, round ticks, and where on the paper a value lies. Nothing here draws."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import count
from math import ceil, floor, isfinite

from app.charts.spec import LineChart

FEWEST_TICKS = 3  # a range around zero has one tick on either side of it
_LARGEST = 1e300
_SMALLEST = 1e-300
_NARROWEST = 1e-9  # of the largest value: below this a range counts as a single value
_ROUND_STEPS = (Decimal(1), Decimal(2), Decimal(5))


@dataclass(frozen=True, slots=True)
class Scale:
    """A value axis. `ticks` ascend; the axis reaches from the first to the last."""

    ticks: tuple[float, ...]

    def position(self, value: float) -> float:
        """0 at the lowest tick, 1 at the highest."""
        low, high = self.ticks[0], self.ticks[-1]
        return (value - low) / (high - low)

    @property
    def digits(self) -> int:
        """Decimals with which no tick loses anything."""
        exponents = (Decimal(repr(tick)).normalize().as_tuple().exponent for tick in self.ticks)
        return max(0, *(-exponent for exponent in exponents if isinstance(exponent, int)))


def scale_for(chart: LineChart, *, most: int = 5) -> Scale:
    """The value axis of `chart`; its target is on it as well."""
    values = [value for _, value in chart.known]
    extra = [] if chart.target is None else [chart.target]
    low, high = value_range([*values, *extra], from_zero=chart.from_zero)
    return Scale(ticks(low, high, most=most, digits=chart.digits))


def value_range(values: Iterable[float], *, from_zero: bool) -> tuple[float, float]:
    """Lowest and highest, with zero when asked for; 0 to 1 when there are no values."""
    reached = [*values, 0.0] if from_zero else list(values)
    return (min(reached), max(reached)) if any(reached) else (0.0, 1.0)


def ticks(low: float, high: float, *, most: int = 5, digits: int | None = None) -> tuple[float, ...]:
    """At most `most` round numbers at steps of 1, 2 or 5 times a power of ten, from at or below `low` to at or above
    `high`. With `digits` no step is finer than that many decimals. A range of a single value is widened.

    Raises ValueError for what is not a range of ordinary numbers.
    """
    if most < FEWEST_TICKS:
        raise ValueError(f"{most} ticks cannot cover every range")
    if not (isfinite(low) and isfinite(high) and low <= high and max(-low, high) <= _LARGEST):
        raise ValueError(f"no range: {low} to {high}")
    bottom, top = _widened(low, high)
    finest = Decimal(0) if digits is None else Decimal(1).scaleb(-digits)
    for step in _steps(max((top - bottom) / (most - 1), finest)):
        first, last = floor(bottom / step), ceil(top / step)
        if last - first < most:
            return tuple(float(place * step) for place in range(first, last + 1))
    raise AssertionError("steps grow without end")


def places(number: int) -> tuple[float, ...]:
    """Where `number` equal periods lie along the time axis, 0 to 1: each in the middle of its share."""
    return tuple((place + 0.5) / number for place in range(number))


def labelled(number: int, *, most: int) -> tuple[int, ...]:
    """Which of `number` periods get a label when there is room for `most`: evenly, and always the newest."""
    every = max(1, ceil(number / max(1, most)))
    return tuple(place for place in range(number) if (number - 1 - place) % every == 0)


def _widened(low: float, high: float) -> tuple[Decimal, Decimal]:
    """The shortest decimals that name the two numbers, with some distance between."""
    bottom, top = Decimal(repr(low)), Decimal(repr(high))
    size = max(abs(bottom), abs(top))
    if size < _SMALLEST:
        return Decimal(0), Decimal(1)
    if top - bottom < size * Decimal(_NARROWEST):
        return bottom - size / 10, top + size / 10
    return bottom, top


def _steps(least: Decimal) -> Iterable[Decimal]:
    """Round steps without end, from about `least` upwards."""
    for exponent in count(least.adjusted()):
        for step in _ROUND_STEPS:
            yield step.scaleb(exponent)
