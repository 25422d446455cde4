"""Bytes after rows: whatever is written while photos go is sent between two pieces, and at the end rows go once more,
so that this device knows what the server has verified.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from app.models.ids import Clock
from app.sync.engine import Report, Stores
from app.sync.limits import Limits
from app.sync.transfer import FileServer, Hooks, Transferred, transfer_once
from app.sync.whole import has_work

BLOB_CHANGED = frozenset({"blob"})


@dataclass(frozen=True, slots=True)
class Carried:
    """`changed`: tables in which something is seen differently now, by rows that went between or afterwards too."""

    files: Transferred = field(default_factory=Transferred)
    changed: frozenset[str] = frozenset()


def carry(
    stores: Stores,
    server: FileServer,
    clock: Clock,
    rows: Callable[[], frozenset[str]],
    *,
    report: Report | None = None,
    limits: Limits | None = None,
) -> Carried:
    """`rows` exchanges rows and says in which tables something changed. Raises the kinds of SyncTrouble."""
    changed: set[str] = set()

    def rows_first() -> bool:
        if not stores.records(has_work):
            return False
        changed.update(rows())
        return True

    hooks = Hooks(report=report, rows_first=rows_first) if report else Hooks(rows_first=rows_first)
    done = transfer_once(stores, server, clock, hooks=hooks, limits=limits)
    if done.sent:
        changed |= rows()
    if done.sent or done.received:
        changed |= BLOB_CHANGED
    return Carried(done, frozenset(changed))
