"""What a chart shows, as plain data: drawn on the screen by ui/widgets, in PDF by reports/chart.py."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Point:
    """One period. `label` is in words ("Sep 2026"); `value` None means not tracked, which is never a zero."""

    label: str
    value: float | None


@dataclass(frozen=True, slots=True)
class LineChart:
    """One indicator over time, oldest first, at equal steps: a period without a figure has its point too.

    `unit` is in words ("% of pieces checked"). `digits` are the decimals that values are written with. `baseline` is
    the place in `points` of the one that later ones are compared with. `from_zero` keeps zero in the range, as rates
    and counts need it; without it small changes of large figures can be seen.
    """

    title: str
    unit: str
    points: tuple[Point, ...]
    target: float | None = None
    baseline: int | None = None
    digits: int = 0
    from_zero: bool = True

    def __post_init__(self) -> None:
        if self.baseline is not None and not 0 <= self.baseline < len(self.points):
            raise ValueError(f"no point {self.baseline} among {len(self.points)}")

    @property
    def known(self) -> tuple[tuple[int, float], ...]:
        """Place and value of the points that were tracked."""
        return tuple((place, point.value) for place, point in enumerate(self.points) if point.value is not None)

    @property
    def runs(self) -> tuple[tuple[tuple[int, float], ...], ...]:
        """The known points, cut where a period was not tracked: each run is one unbroken line."""
        runs: list[list[tuple[int, float]]] = []
        for place, value in self.known:
            if runs and runs[-1][-1][0] == place - 1:
                runs[-1].append((place, value))
            else:
                runs.append([(place, value)])
        return tuple(map(tuple, runs))


@dataclass(frozen=True, slots=True)
class Bar:
    """`share` and `before`, the same at an earlier time, are 0-1, None where there is none. `words` say the share with
    its n; `heading` is the family that the bar belongs to, said once above its first."""

    label: str
    words: str
    share: float | None
    before: float | None = None
    heading: str = ""


@dataclass(frozen=True, slots=True)
class BarChart:
    """Shares beside each other, all from nothing to the whole. `before_words` name the earlier time; empty for none."""

    title: str
    bars: tuple[Bar, ...]
    before_words: str = ""
