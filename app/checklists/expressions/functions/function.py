"""What a function of the expression language is."""

from collections.abc import Callable
from dataclasses import dataclass

from app.checklists.expressions.values import Scope, Value


@dataclass(frozen=True, slots=True)
class Function:
    """Takes `fewest` to `most` arguments, any number when `most` is None; more than `fewest` by `step` at a time."""

    answer: Callable[[Scope, list[Value]], Value]
    fewest: int
    most: int | None
    step: int = 1

    def takes(self, count: int) -> bool:
        fits = count >= self.fewest and (self.most is None or count <= self.most)
        return fits and (count - self.fewest) % self.step == 0
