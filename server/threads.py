"""Threads for what waits for a store or works for long: few, and none of those that serve rows and let people in."""

from anyio import CapacityLimiter
from anyio.lowlevel import RunVar


class Few:
    """At most `count` threads at once; a limiter belongs to the event loop that it is used in."""

    def __init__(self, name: str, count: int) -> None:
        self._count = count
        self._made: RunVar[CapacityLimiter] = RunVar(name)

    def limiter(self) -> CapacityLimiter:
        found = self._made.get(None)
        if found is None:
            found = CapacityLimiter(self._count)
            self._made.set(found)
        return found


LONG = Few("long work", 2)  # snapshots are built, bytes are read again
STORING = Few("bytes to the store", 8)
FETCHING = Few("segments from the store", 8)
