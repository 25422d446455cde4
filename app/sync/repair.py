"""Targeted repair: where rows here differ from the server's, those rows are fetched, and no others.

Sums of digests tell that something differs, 256 sums by prefix tell where, marks tell which rows. What this laptop has
and the server lost is given back; own unsent work lies over everything, as ever.
"""

import json
import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol, TypeVar

from app.errors import WrongServer
from app.models.driver import Database
from app.models.ids import Clock
from app.sync.base import Base, bases_of, from_row
from app.sync.checksum import PREFIXES, prefix_of, sums_by_prefix
from app.sync.outbox import give_back
from app.sync.overlay import RowKey
from app.sync.promote import promote_inside
from app.sync.protocol import MAX_FETCH, PUSH_ONLY, Fetch, Fetched, Marks, MarksWanted, Row, Sums
from app.sync.recover import Loss, Offer, newer_here, offered
from app.sync.stage import put_staged
from app.sync.state import SyncState, read_state, transaction, write_state

logger = logging.getLogger(__name__)

T = TypeVar("T")

CHECK_EVERY_MS = 86_400_000
_NOT_COUNTED = json.dumps(sorted(PUSH_ONLY))
_COUNTED = "tbl NOT IN (SELECT value FROM json_each(?))"


class Records(Protocol):
    """The store, reached on the thread that owns it."""

    def records(self, work: Callable[[Database], T]) -> T: ...


class Source(Protocol):
    """The server. All raise the kinds of SyncTrouble."""

    def sums(self) -> Sums: ...

    def marks(self, asked: MarksWanted) -> Marks: ...

    def fetch(self, asked: Fetch) -> Fetched: ...


@dataclass(frozen=True, slots=True)
class Repaired:
    """Rows that were looked at, that were fetched since they differed or were not here and are shown now, that were
    given back to the server, and that went to the bin since nobody knows them any more. `postponed`: rows with unsent
    work, which goes first. `changed`: tables in which something is seen differently."""

    looked_at: int = 0
    fetched: int = 0
    given_back: int = 0
    binned: int = 0
    postponed: int = 0
    changed: frozenset[str] = frozenset()

    @property
    def differed(self) -> int:
        return self.fetched + self.given_back + self.binned


def own_sum(db: Database) -> int:
    """Of the digests of all rows as the server last said them."""
    found = db.conn.execute(f"SELECT coalesce(sum(digest), 0) FROM sync_base WHERE {_COUNTED}", (_NOT_COUNTED,))
    return int(found.fetchone()[0])


def is_due(db: Database, now_ms: int) -> bool:
    """Whether it is time to compare sums; only where everything that is staged is shown."""
    checked_ms, settled = db.conn.execute("SELECT checked_ms, stage_cursor = cursor FROM sync_state").fetchone()
    return bool(settled) and (checked_ms is None or not 0 <= now_ms - checked_ms < CHECK_EVERY_MS)


def note_checked(db: Database, now_ms: int) -> None:
    with transaction(db):
        write_state(db, checked_ms=now_ms)


def repair(stores: Records, source: Source, clock: Clock) -> Repaired:
    """Compare all rows with the server's and mend what differs; nothing while a pull is not at its end.

    What differs only since the server has something newer is left to the next pull. Raises the kinds of SyncTrouble.
    """
    return _Repair(stores, source, clock).run()


class _Repair:
    def __init__(self, stores: Records, source: Source, clock: Clock) -> None:
        self.stores = stores
        self.source = source
        self.clock = clock
        self.done = Repaired()

    def run(self) -> Repaired:
        told = self.source.sums()
        own = self.stores.records(lambda db: _own_sums(db, told.server, told.epoch))
        if own is None:
            return self.done
        self.done = replace(self.done, looked_at=sum(count for count, _ in own))
        differing = [prefix for prefix in range(PREFIXES) if own[prefix][1] != told.sums[prefix]]
        if differing:
            self._mend(differing, told.min_cursor)
        if not self.done.postponed:
            self.stores.records(lambda db: note_checked(db, _now_ms(self.clock)))
        return self.done

    def _mend(self, prefixes: list[int], min_cursor: int) -> None:
        here = self.stores.records(lambda db: _rows_here(db, prefixes))
        cursor = self.stores.records(lambda db: read_state(db).cursor)
        waiting = self.stores.records(_waiting_here)
        wanted: list[RowKey] = []
        for table, row_id, seq, digest in self._marks(prefixes):
            key = (table, row_id)
            if here.pop(key, None) != digest and waiting.get(key, -1) < seq <= cursor:
                wanted.append(key)
        for start in range(0, len(wanted), MAX_FETCH):
            self._fetch(wanted[start : start + MAX_FETCH])
        unknown = list(here)
        for start in range(0, len(unknown), MAX_FETCH):
            keys = unknown[start : start + MAX_FETCH]
            self._count(self.stores.records(partial(_part_from, clock=self.clock, keys=keys, min_cursor=min_cursor)))
        if self.done.differed:
            logger.error(
                "defect: of %d rows %d differed from the server's, %d were unknown there, %d nobody knew",
                self.done.looked_at, self.done.fetched, self.done.given_back, self.done.binned,
            )  # fmt: skip

    def _marks(self, prefixes: list[int]) -> Iterator[tuple[str, str, int, int]]:
        asked = MarksWanted(prefixes=prefixes)
        while True:
            page = self.source.marks(asked)
            yield from page.marks
            if not page.more or not page.marks:
                return
            table, row_id, _, _ = page.marks[-1]
            asked = MarksWanted(prefixes=prefixes, after=(table, row_id))

    def _fetch(self, keys: list[RowKey]) -> None:
        while keys:
            told = self.source.fetch(Fetch(keys=keys))
            self._count(self.stores.records(partial(_take, clock=self.clock, rows=told.rows)))
            if not told.count:
                return
            keys = keys[told.count :]

    def _count(self, more: Repaired) -> None:
        done = self.done
        self.done = Repaired(
            done.looked_at,
            done.fetched + more.fetched,
            done.given_back + more.given_back,
            done.binned + more.binned,
            done.postponed + more.postponed,
            done.changed | more.changed,
        )


def _own_sums(db: Database, server: str, epoch: str) -> list[tuple[int, int]] | None:
    """Number of rows and sum of digests by prefix; None when nothing can be compared now. Raises WrongServer."""
    state = read_state(db)
    if server != state.server_id:
        raise WrongServer(server)
    if epoch != state.epoch or state.stage_cursor != state.cursor:
        return None
    rows = db.conn.execute(f"SELECT row_id, digest FROM sync_base WHERE {_COUNTED}", (_NOT_COUNTED,)).fetchall()
    counts = [0] * PREFIXES
    for row_id, _ in rows:
        counts[prefix_of(row_id)] += 1
    return list(zip(counts, sums_by_prefix(rows), strict=True))


def _rows_here(db: Database, prefixes: Iterable[int]) -> dict[RowKey, int]:
    wanted = set(prefixes)
    rows = db.conn.execute(f"SELECT tbl, row_id, digest FROM sync_base WHERE {_COUNTED}", (_NOT_COUNTED,))
    return {(table, row_id): digest for table, row_id, digest in rows if prefix_of(row_id) in wanted}


def _waiting_here(db: Database) -> dict[RowKey, int]:
    """Rows that have come and cannot be shown yet, with their sequences: fetching them again mends nothing."""
    return {
        (table, row_id): seq for table, row_id, seq in db.conn.execute("SELECT tbl, row_id, row_seq FROM sync_stage")
    }


def _take(db: Database, clock: Clock, rows: list[Row]) -> Repaired:
    """Rows of the server in the place of what was taken for them; what was newer here is given back."""
    with transaction(db, applying=True):
        offers: list[Offer] = []
        taken: list[Row] = []
        state = read_state(db)
        for row in rows:
            key = (row.table, row.id)
            base = bases_of(db, *_one(key)).get(row.id)
            op = newer_here(key, base, from_row(row, 0)) if base else None
            if op and _has_unsent_work(db, key):
                continue
            if base and op:
                offers.append(Offer(op, base.confirmed_ms))
            taken.append(row)
            _forget(db, key)
        given = give_back(db, offers, _loss(state))
        put_staged(db, taken)
        changed = promote_inside(db, clock)
        late, waiting = len(rows) - len(taken), _waiting_here(db)
        shown = sum((row.table, row.id) not in waiting for row in taken)
        return Repaired(fetched=shown, given_back=given, postponed=late, changed=changed)


def _part_from(db: Database, clock: Clock, keys: list[RowKey], min_cursor: int) -> Repaired:
    """Rows that the server does not know: it lost them and gets them back, or has forgotten that they were deleted."""
    with transaction(db, applying=True):
        state = read_state(db)
        offers: list[Offer] = []
        gone: list[Row] = []
        ready = [key for key in keys if not _has_unsent_work(db, key)]
        for key in ready:
            base = bases_of(db, *_one(key))[key[1]]
            if state.cursor < min_cursor and base.row_seq <= min_cursor and not _is_laid_over(db, key):
                gone.append(_as_deleted(key, base))
            elif op := offered(key, base, 0):
                offers.append(Offer(op, base.confirmed_ms))
        for key in ready:
            _forget(db, key)
        given = give_back(db, offers, _loss(state))
        put_staged(db, gone)
        changed = promote_inside(db, clock)
        for row in gone:
            _forget(db, (row.table, row.id))
        late = len(keys) - len(ready)
        return Repaired(given_back=given, binned=len(gone), postponed=late, changed=changed)


def _one(key: RowKey) -> tuple[str, list[str]]:
    return key[0], [key[1]]


def _loss(state: SyncState) -> Loss:
    """Everything up to the cursor was seen, and nothing of the epoch is over."""
    return Loss(state.epoch, state.cursor, state.cursor)


def _forget(db: Database, key: RowKey) -> None:
    db.conn.execute("DELETE FROM sync_base WHERE tbl = ? AND row_id = ?", key)


def _has_unsent_work(db: Database, key: RowKey) -> bool:
    found = db.conn.execute(
        "SELECT EXISTS (SELECT 1 FROM sync_overlay l JOIN sync_outbox o ON o.mseq = l.mseq"
        " WHERE l.tbl = ? AND l.row_id = ? AND o.status IS NULL)"
        " OR EXISTS (SELECT 1 FROM sync_capture WHERE tbl = ? AND row_id = ?)",
        (*key, *key),
    )
    return bool(found.fetchone()[0])


def _is_laid_over(db: Database, key: RowKey) -> bool:
    return bool(db.conn.execute("SELECT 1 FROM sync_overlay WHERE tbl = ? AND row_id = ? LIMIT 1", key).fetchone())


def _as_deleted(key: RowKey, base: Base) -> Row:
    return Row(table=key[0], id=key[1], seq=base.row_seq, values=dict(base.values), deleted=True, scope=base.scope)


def _now_ms(clock: Clock) -> int:
    return int(clock.now().timestamp() * 1000)
