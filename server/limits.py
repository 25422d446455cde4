"""How often one sender may ask: generous, so that only what runs wild meets it."""

import threading
from collections import OrderedDict
from dataclasses import dataclass, field

_MOST_SENDERS = 50_000


@dataclass(slots=True)
class Limit:
    """`burst` requests at once, and `per_second` more as time goes by, for each sender apart."""

    per_second: float
    burst: float
    _left: OrderedDict[str, tuple[float, int]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wait_s(self, sender: str, now_ms: int) -> float:
        """0 when the request may be served, and is counted; else how long to wait until it may be asked again.

        `now_ms`: of a clock that only grows.
        """
        with self._lock:
            left, at_ms = self._left.pop(sender, (self.burst, now_ms))
            left = min(self.burst, left + (now_ms - at_ms) / 1000 * self.per_second)
            if len(self._left) >= _MOST_SENDERS:
                self._left.popitem(last=False)
            may = left >= 1
            self._left[sender] = (left - 1 if may else left, now_ms)
            return 0.0 if may else (1 - left) / self.per_second
