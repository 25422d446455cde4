"""Two values of one indicator, before and after: how far it moved, and whether that is good."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from app.indicators.definitions import Better, Indicator

# Rates are quotients: two that print alike may differ in the last bits, and that is no change.
SAME_WITHIN = 1e-9


@dataclass(frozen=True, slots=True)
class Change:
    """From baseline to end-line.

    `absolute` is end - base in the indicator's unit: for an indicator in percent these are percentage points
    (`in_points`). `relative_percent` is the change against the size of the base; None when the base is 0.
    `improved` is None when it cannot be said: a value is missing, or the indicator is context. An unchanged value
    has not improved.
    """

    base: float | None
    end: float | None
    absolute: float | None
    in_points: bool
    relative_percent: float | None
    improvement_percent: float | None
    improved: bool | None

    @property
    def is_comparable(self) -> bool:
        return self.absolute is not None

    @property
    def is_unchanged(self) -> bool:
        return self.absolute == 0


@dataclass(frozen=True, slots=True)
class ImprovedShare:
    """How many of the enterprises with usable data improved; `usable` is the n that is printed beside it."""

    improved: int
    usable: int
    asked: int

    @property
    def share(self) -> float | None:
        """0-1; None when no enterprise had usable data."""
        return self.improved / self.usable if self.usable else None


def compare(indicator: Indicator, base: float | None, end: float | None) -> Change:
    """Comparable only when both are numbers; everything else about the change is None otherwise.

    Source: docs/indicators.md#change.
    """
    if base is None or end is None or not (math.isfinite(base) and math.isfinite(end)):
        return Change(base, end, None, indicator.is_percent, None, None, None)
    absolute = 0.0 if math.isclose(base, end, rel_tol=SAME_WITHIN, abs_tol=0.0) else end - base
    relative = absolute * 100 / abs(base) if base else None
    direction = _direction(indicator.better)
    return Change(
        base=base,
        end=end,
        absolute=absolute,
        in_points=indicator.is_percent,
        relative_percent=relative,
        improvement_percent=None if relative is None or direction is None else relative * direction,
        improved=None if direction is None else absolute * direction > 0,
    )


def share_improved(changes: Iterable[Change]) -> ImprovedShare:
    """Source: docs/indicators.md#share-improved."""
    verdicts = [change.improved for change in changes]
    usable = [verdict for verdict in verdicts if verdict is not None]
    return ImprovedShare(sum(usable), len(usable), len(verdicts))


def _direction(better: Better) -> int | None:
    match better:
        case Better.UP:
            return 1
        case Better.DOWN:
            return -1
        case Better.CONTEXT:
            return None
