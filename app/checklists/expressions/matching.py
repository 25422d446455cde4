"""Whether a text as a whole matches a pattern, in time that grows with the text and never explodes.

All ways through the pattern are followed at once, letter by letter; sets of places that come up again are remembered.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeAlias

from app.checklists.expressions.patterns import (
    Ahead,
    Edge,
    Either,
    Letter,
    Part,
    Row,
    Test,
    Times,
    read_pattern,
    word_letter,
)
from app.checklists.expressions.problems import Problem, Refusal

_MOST_PLACES = 5_000
# Letters times places: about a second at the very worst.
_MOST_WORK = 3_000_000
_MOST_REMEMBERED = 2_000

Places: TypeAlias = frozenset[int]


def matches_whole(pattern: str, text: str) -> bool:
    """Raises Refusal: BAD_PATTERN, OUT_OF_RANGE when text and pattern together are too long."""
    return _program(pattern).takes(text)


def check_pattern(pattern: str) -> None:
    """Raises Refusal: BAD_PATTERN."""
    _program(pattern)


@lru_cache(maxsize=512)
def _program(pattern: str) -> "_Program":
    program = _Program()
    program.add(read_pattern(pattern))
    program.finish()
    return program


@dataclass(slots=True)
class _Place:
    """A letter to take before going on to `after`, or, without a test, what holds here and goes on at once."""

    after: tuple[int, ...]
    test: Test | None = None
    edge: str = ""
    ahead: "_Program | None" = None
    is_there: bool = True


@dataclass(slots=True)
class _Program:
    places: list[_Place] = field(default_factory=list)
    end: int = -1
    _moves: dict[tuple[Places, str], tuple[int, ...]] = field(default_factory=dict)

    def finish(self) -> None:
        self.end = self._place(_Place(()))

    def takes(self, text: str) -> bool:
        if self._cost(len(text)) > _MOST_WORK:
            raise Refusal(Problem.OUT_OF_RANGE, str(len(text)))
        return self._walk(text, 0, whole=True)

    def _cost(self, length: int) -> int:
        looks = sum(place.ahead._cost(length) for place in self.places if place.ahead)
        return (length + 1) * (len(self.places) + looks)

    def _walk(self, text: str, start: int, *, whole: bool) -> bool:
        """Whether there is a way from `start` to the end of the text or, unless `whole`, to anywhere."""
        here = self._held((0,), text, start)
        for at in range(start, len(text)):
            if not whole and self.end in here:
                return True
            if not here:
                return False
            here = self._held(self._moved(here, text[at]), text, at + 1)
        return self.end in here

    def _moved(self, here: Places, letter: str) -> tuple[int, ...]:
        known = self._moves.get((here, letter))
        if known is None:
            places = (self.places[place] for place in here)
            known = tuple({after for place in places if place.test and place.test(letter) for after in place.after})
            if len(self._moves) >= _MOST_REMEMBERED:
                self._moves.clear()
            self._moves[here, letter] = known
        return known

    def _held(self, starts: Iterable[int], text: str, at: int) -> Places:
        """All places that are reached from `starts` without taking a letter."""
        found: set[int] = set()
        waiting = list(starts)
        while waiting:
            number = waiting.pop()
            if number in found:
                continue
            found.add(number)
            place = self.places[number]
            if place.test is None and _holds(place, text, at):
                waiting.extend(place.after)
        return frozenset(number for number in found if self.places[number].test or number == self.end)

    def _place(self, place: _Place) -> int:
        if len(self.places) >= _MOST_PLACES:
            raise Refusal(Problem.BAD_PATTERN, str(_MOST_PLACES))
        self.places.append(place)
        return len(self.places) - 1

    def add(self, part: Part) -> None:
        """Lays the part out so that it begins at the next free place and goes on to the one after its last."""
        match part:
            case Letter():
                self._place(_Place((len(self.places) + 1,), part.test))
            case Row():
                for one in part.parts:
                    self.add(one)
            case Either():
                self._add_either(part)
            case Times():
                self._add_times(part)
            case Edge():
                self._place(_Place((len(self.places) + 1,), edge=part.kind))
            case Ahead():
                inner = _Program()
                inner.add(part.part)
                inner.finish()
                self._place(_Place((len(self.places) + 1,), ahead=inner, is_there=part.is_there))

    def _add_either(self, part: Either) -> None:
        fork = self.places[self._place(_Place(()))]
        exits: list[_Place] = []
        for one in part.parts:
            fork.after = (*fork.after, len(self.places))
            self.add(one)
            exits.append(self.places[self._place(_Place(()))])
        for way_out in exits:
            way_out.after = (len(self.places),)

    def _add_times(self, part: Times) -> None:
        for _ in range(part.least):
            self.add(part.part)
        if part.most is None:
            fork_at = self._place(_Place(()))
            self.add(part.part)
            self._place(_Place((fork_at,)))
            self.places[fork_at].after = (fork_at + 1, len(self.places))
            return
        forks: list[_Place] = []
        for _ in range(part.most - part.least):
            forks.append(self.places[self._place(_Place((len(self.places) + 1,)))])
            self.add(part.part)
        for fork in forks:
            fork.after = (*fork.after, len(self.places))


def _holds(place: _Place, text: str, at: int) -> bool:
    if place.ahead is not None:
        return place.ahead._walk(text, at, whole=False) is place.is_there
    match place.edge:
        case "^":
            return at == 0
        case "$":
            return at == len(text)
        case "b" | "B":
            is_edge = _is_word(text, at - 1) != _is_word(text, at)
            return is_edge is (place.edge == "b")
    return True


def _is_word(text: str, at: int) -> bool:
    return 0 <= at < len(text) and word_letter(text[at])
