"""Measuring in rounds: every round measures all ways of doing a thing, one after the other, and ratios are told."""

import gc
import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import version
from statistics import median
from time import perf_counter

import psutil

from app import __version__
from app.models.database import sqlite_version

_PACKAGES = ("sqlcipher3", "sqlite-utils", "reportlab", "uharfbuzz", "pillow", "openpyxl", "lxml")
_GIB = 1024**3
_NAME_WIDTH = 42


class Unit(StrEnum):
    SECONDS = "s"
    MEGABYTES = "MB"


@dataclass(frozen=True, slots=True)
class Way:
    """One way of doing a thing. `measure` does a whole round of it and returns seconds, or megabytes."""

    name: str
    measure: Callable[[], float]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the rounds gave, by the name of the way; the first way is the floor. `things` were done in each round."""

    title: str
    values: Mapping[str, Sequence[float]]
    unit: Unit
    things: int

    @property
    def floor(self) -> str:
        return next(iter(self.values))

    @property
    def rounds(self) -> int:
        return len(self.values[self.floor])

    def ratios(self, name: str) -> list[float]:
        """Of each round: what the way took, divided by what the floor took right beside it."""
        return [ours / floor for ours, floor in zip(self.values[name], self.values[self.floor], strict=True)]


def timed(work: Callable[[], object]) -> float:
    """Seconds that `work` takes; the rubbish of the round before is swept out first."""
    gc.collect()
    started = perf_counter()
    work()
    return perf_counter() - started


def compare(
    title: str, ways: Sequence[Way], *, rounds: int, unit: Unit = Unit.SECONDS, things: int = 1, warm_up: bool = True
) -> Comparison:
    """Measure all ways in each round, every other round the other way round, so that none always comes first.

    `warm_up`: a round that is not counted, for what is read or worked out once in the life of the program.
    """
    values: dict[str, list[float]] = {way.name: [] for way in ways}
    for number in range(-1 if warm_up else 0, rounds):
        for way in ways if number % 2 == 0 else reversed(ways):
            measured = way.measure()
            if number >= 0:
                values[way.name].append(measured)
    return Comparison(title, values, unit, things)


def table(comparison: Comparison) -> str:
    """Lines for a person: the median of one thing, how many a second, how many times the floor, and at worst."""
    many = f", {comparison.things:,} a round" if comparison.things > 1 else ""
    lines = [f"{comparison.title} ({comparison.rounds} rounds{many})"]
    for name, values in comparison.values.items():
        one = median(values) / comparison.things
        speed = f"{1 / one:,.0f}/s" if comparison.things > 1 else ""
        ratios = comparison.ratios(name)
        ratio = "floor" if name == comparison.floor else f"{median(ratios):.2f}  worst {max(ratios):.2f}"
        lines.append(f"  {name:<{_NAME_WIDTH}}{_shown(one, comparison.unit):>10}{speed:>12}  {ratio:>20}")
    return "\n".join(lines)


def _shown(value: float, unit: Unit) -> str:
    if unit is Unit.MEGABYTES:
        return f"{value:.1f} MB"
    for factor, name in ((1, "s"), (1_000, "ms")):
        if value * factor >= 1:
            return f"{value * factor:.2f} {name}"
    return f"{value * 1_000_000:.1f} us"


def as_facts(comparison: Comparison) -> dict[str, object]:
    """For the JSON: the values of every round, so that whoever doubts a median can look."""
    ways = {}
    for name, values in comparison.values.items():
        ratios = comparison.ratios(name)
        ways[name] = {
            "median": median(values),
            "median_ratio": median(ratios),
            "worst_ratio": max(ratios),
            "values": list(values),
        }
    return {
        "title": comparison.title,
        "unit": comparison.unit,
        "things_a_round": comparison.things,
        "rounds": comparison.rounds,
        "floor": comparison.floor,
        "ways": ways,
    }


def machine() -> dict[str, object]:
    """What the figures depend on; nothing that says whose machine it is."""
    return {
        "cores": psutil.cpu_count(),
        "memory_gib": round(psutil.virtual_memory().total / _GIB),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "sqlite": sqlite_version(),
        "gemba": __version__,
        **{name: version(name) for name in _PACKAGES},
    }


def load() -> float:
    """How many processes wanted a core in the last minute, this one among them."""
    return round(psutil.getloadavg()[0], 2)
