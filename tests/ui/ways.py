"""A way to the server that does what a test says."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from app.sync.limits import Limits
from app.sync.verify import Verified


@dataclass
class Brought:
    changed: frozenset[str]
    notices: tuple[str, ...] = ()


class ScriptedWay:
    """Each exchange does the next of `script`: raises it, returns it, or calls it with (stores, report)."""

    def __init__(self, *script: object) -> None:
        self.script = list(script)
        self.exchanges = 0
        self.sealed = 0
        self.closed = False
        self.codes: list[tuple[str, str]] = []
        self.refuses: BaseException | None = None
        self.threads: set[str] = set()
        self.found = Verified()
        self.limits: list[Limits] = []

    def enrol(self, stores, url: str, code: str) -> None:
        self.codes.append((url, code))
        if self.refuses:
            raise self.refuses
        stores.records(enrolled_at(url))

    def exchange(self, stores, report: Callable[[int, int], None], *, limits: Limits) -> "Brought":
        self.limits.append(limits)
        self.exchanges += 1
        self.threads.add(threading.current_thread().name)
        step = self.script.pop(0) if self.script else frozenset()
        if isinstance(step, BaseException):
            raise step
        brought = step(stores, report) if callable(step) else step
        return brought if isinstance(brought, Brought) else Brought(brought)

    def verify(self, stores, report: Callable[[int, int], None], *, limits: Limits) -> Verified:
        self.limits.append(limits)
        self.threads.add(threading.current_thread().name)
        report(1, 2)
        if self.refuses:
            raise self.refuses
        return self.found

    def seal(self, db) -> None:
        self.sealed += 1

    def close(self) -> None:
        self.closed = True


def enrolled_at(url: str = "https://gemba.example"):
    """Work on the records that makes the device one of a server."""

    def write(db) -> None:
        db.conn.execute("UPDATE sync_state SET server_id = 'server', url = ?", (url,))

    return write
