"""Garbage is collected on the UI thread alone: a widget or a timer destroyed on another thread ends the program."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QTimer

INTERVAL_MS = 1_000


def collect_due() -> None:
    """Collect, on the thread that calls, the oldest generation that is due by Python's own thresholds."""
    counts = zip(gc.get_count(), gc.get_threshold(), strict=True)
    if due := [generation for generation, (count, threshold) in enumerate(counts) if count > threshold]:
        gc.collect(due[-1])


@contextmanager
def collected_here(interval_ms: int = INTERVAL_MS) -> Iterator[None]:
    """Python's own collection, which any thread may begin, gives way to one by a timer of this thread."""
    was_enabled = gc.isenabled()
    gc.disable()
    timer = QTimer()
    timer.timeout.connect(collect_due)
    timer.start(interval_ms)
    try:
        yield
    finally:
        timer.stop()
        if was_enabled:
            gc.enable()
