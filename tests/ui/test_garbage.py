"""Cyclic garbage ends on the thread of the window, whichever thread makes it."""

import gc
import threading

from app.ui.garbage import collected_here


class Knot:
    """Garbage only the collector finds; tells on which thread it ended."""

    def __init__(self, ended: list[threading.Thread]) -> None:
        self.itself, self.ended = self, ended

    def __del__(self) -> None:
        self.ended.append(threading.current_thread())


def make_garbage(ended):
    for _ in range(2 * gc.get_threshold()[0]):
        Knot(ended)


def test_garbage_of_another_thread_ends_on_this_one(qtbot):
    ended: list[threading.Thread] = []
    with collected_here(interval_ms=1):
        other = threading.Thread(target=make_garbage, args=(ended,))
        other.start()
        other.join()
        assert ended == []
        qtbot.wait_until(lambda: bool(ended))
    assert set(ended) == {threading.main_thread()}


def test_python_collects_again_afterwards():
    gc.enable()
    try:
        with collected_here():
            assert not gc.isenabled()
        assert gc.isenabled()
    finally:
        gc.disable()
