"""The two files of the data folder for an exchange on the pool, each reached on the thread that owns it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from app.models.driver import Database
from app.models.registry import TABLES
from app.ui.jobs import Jobs

T = TypeVar("T")

_EVERYTHING = frozenset({*(table.name for table in TABLES), "conflict", "blob"})


@dataclass(slots=True)
class JobStores:
    """Tells by `tell` at once what an exchange lets people see, also in the middle of one that takes an hour, and what
    was mended by a comparison that a trouble ends later."""

    jobs: Jobs
    tell: Callable[[frozenset[str]], None] = lambda _tables: None
    told: frozenset[str] = frozenset()

    def records(self, work: Callable[[Database], T]) -> T:
        before = self.jobs.cursor
        done = self.jobs.db(work)
        unsaid = _EVERYTHING if self.jobs.cursor != before else frozenset()
        tables: frozenset[str] = done if isinstance(done, frozenset) else getattr(done, "changed", unsaid)
        self.told |= tables
        self.tell(tables)
        return done

    def photos(self, work: Callable[[Database], T]) -> T:
        return self.jobs.photos(work)
