"""What became of every value that somebody wrote: it stands, it was replaced by somebody who saw it, or it is listed.

Each value is written once in a run, so a value names the writing of it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

Place = tuple[str, str]  # row, field
Value = str | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the list of conflicts: `kept` is on top, `other` lost."""

    place: Place
    kept: Value
    other: Value


@dataclass(frozen=True, slots=True)
class Verdict:
    """`losers`: values that lost against one that was written without seeing them; `lost`: those not listed.

    `spurious`: entries of two values of which one was written by somebody who knew the other, or that nobody wrote.
    """

    written: int
    standing: int
    replaced: int
    losers: int
    listed: int
    lost: list[tuple[Place, Value]]
    spurious: list[Entry]


@dataclass(slots=True)
class Account:
    """Who wrote what, seeing what."""

    _saw: dict[Place, dict[Value, Value]] = field(default_factory=dict)

    def wrote(self, place: Place, value: str, *, seeing: Value) -> None:
        written = self._saw.setdefault(place, {})
        if value in written:
            raise ValueError(f"written twice: {value}")
        written[value] = seeing

    def verdict(self, final: Mapping[Place, Value], listed: Iterable[Entry]) -> Verdict:
        """`final`: what stands at each place in the end, on all sides alike."""
        entries = list(listed)
        others = {(entry.place, entry.other) for entry in entries} | {(entry.place, entry.kept) for entry in entries}
        standing = replaced = losers = 0
        lost: list[tuple[Place, Value]] = []
        for place, written in self._saw.items():
            seen = set(written.values())
            for value in written:
                if final.get(place) == value:
                    standing += 1
                elif value in seen:
                    replaced += 1
                else:
                    losers += 1
                    lost += [] if (place, value) in others else [(place, value)]
        spurious = [entry for entry in entries if self._is_spurious(entry)]
        counted = sum(map(len, self._saw.values()))
        return Verdict(counted, standing, replaced, losers, losers - len(lost), lost, spurious)

    def _is_spurious(self, entry: Entry) -> bool:
        written = self._saw.get(entry.place, {})
        if entry.other not in written or entry.kept == entry.other:
            return True
        return entry.other in self._known(entry.place, entry.kept) or entry.kept in self._known(
            entry.place, entry.other
        )

    def _known(self, place: Place, value: Value) -> set[Value]:
        """What was seen on the way to `value`: before it, before that, and so on."""
        written = self._saw.get(place, {})
        known: set[Value] = set()
        while value in written and (value := written[value]) not in known:
            known.add(value)
        return known
