"""Verify with the server: every row and every photo is looked at again, here and there, and what differs is mended.

Whatever a person writes is captured with it, so a row that shows something else than what the server said, with own
work over it, shows it wrongly: it is shown anew, and what stood there stays in its history. Rows that the server lost
are given back, and photos of which it has not the right bytes are sent again.
"""

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Protocol, TypeVar

from app.fieldwork.whereabouts import Whereabouts, of_bytes
from app.models.database import Author
from app.models.driver import Database
from app.models.registry import TABLES, Table
from app.models.schema import quoted
from app.photos.store import forget_damaged, is_whole
from app.sync import repair
from app.sync.base import Base, bases_of, digest_of
from app.sync.overlay import laid_on, laid_over
from app.sync.protocol import MAX_HASHES, MAX_REHASHED, PUSH_ONLY, BlobKnown, Value
from app.sync.seal import seal_inside
from app.sync.state import read_state, transaction, write_state
from app.sync.visible import Groups, Shown, show

logger = logging.getLogger(__name__)

T = TypeVar("T")

_ROWS_AT_ONCE = 1_000
_HELD = "('local', 'uploading', 'verified', 'both')"  # bytes that are on this device
_CONFIRMED = "('verified', 'both')"
_ON_DEMAND = 4
Report = Callable[[int, int], None]


class Stores(Protocol):
    """The two files of a data folder, each reached on the thread that owns it."""

    def records(self, work: Callable[[Database], T]) -> T: ...

    def photos(self, work: Callable[[Database], T]) -> T: ...


class Source(repair.Source, Protocol):
    """The server. All raise the kinds of SyncTrouble."""

    def blobs_known(self, hashes: list[str], *, rehash: bool = False) -> list[BlobKnown]: ...


@dataclass(frozen=True, slots=True)
class Verified:
    """`rows`: compared with the server. `damaged`: rows whose copy of what the server said was not as it was written;
    they differ from the server then. `shown`: rows that were not to be seen as they are.

    `photos`: bytes looked at; `photos_queued`: those that go up again; `photos_damaged`: those that are not here as
    they were taken in; of these `photos_fetched` come down again. `lost`: the photos and reports of the others, which
    are whole neither here nor there.
    """

    rows: repair.Repaired = field(default_factory=repair.Repaired)
    damaged: int = 0
    shown: int = 0
    photos: int = 0
    photos_queued: int = 0
    photos_damaged: int = 0
    photos_fetched: int = 0
    lost: tuple[Whereabouts, ...] = ()
    changed: frozenset[str] = frozenset()

    @property
    def differed(self) -> int:
        """Rows and photos."""
        return self.rows.differed + self.shown + self.photos_queued + self.photos_damaged


def verify(stores: Stores, source: Source, by: Author, report: Report | None = None) -> Verified:
    """Best done right after an exchange, and followed by one. `report(done, total)` may raise to stop.

    Raises the kinds of SyncTrouble.
    """
    return _Verify(stores, source, by, report or (lambda _done, _total: None)).run()


def recheck_bytes(stores: Stores, source: Source, *, rehash: bool = False) -> tuple[int, int]:
    """How many of the confirmed bytes of this device the server was asked about, and how many go up again.

    `rehash`: the server reads them again.
    """
    hashes = stores.records(lambda db: _hashes(db, _CONFIRMED))
    queued = 0
    for some in _chunks(hashes, MAX_REHASHED if rehash else MAX_HASHES):
        lost = [one.sha256 for one in source.blobs_known(some, rehash=rehash) if one.state != "have"]
        queued += stores.records(partial(_queue_again, hashes=lost)) if lost else 0
    stores.records(_note_bytes_sure)
    return len(hashes), queued


def are_bytes_unsure(db: Database) -> bool:
    """Whether the server was set back, so that what it had confirmed of bytes must be asked again."""
    return bool(db.conn.execute("SELECT bytes_unsure FROM sync_state").fetchone()[0])


class _Verify:
    def __init__(self, stores: Stores, source: Source, by: Author, report: Report) -> None:
        self.stores = stores
        self.source = source
        self.by = by
        self.report = report
        self.done = Verified()

    def run(self) -> Verified:
        keys = self.stores.records(_keys)
        total, looked_at = sum(len(ids) for ids in keys.values()), 0
        for table in TABLES:
            for ids in _chunks(keys.get(table.name, []), _ROWS_AT_ONCE):
                self._count(self.stores.records(partial(_look_at, table=table, row_ids=ids, by=self.by)))
                looked_at += len(ids)
                self.report(looked_at, total)
        self.done = replace(self.done, rows=repair.repair(self.stores, self.source, self.by.clock))
        self._photos()
        done = replace(self.done, changed=self.done.changed | self.done.rows.changed)
        if done.differed:
            logger.error(
                "defect: %d rows and %d photos were not at the server as they are here",
                done.rows.differed, done.photos_queued,
            )  # fmt: skip
        return done

    def _count(self, more: Verified) -> None:
        done = self.done
        self.done = replace(
            done,
            damaged=done.damaged + more.damaged,
            shown=done.shown + more.shown,
            changed=done.changed | more.changed,
        )

    def _photos(self) -> None:
        held = self.stores.records(lambda db: _hashes(db, _HELD))
        damaged: list[str] = []
        for number, sha256 in enumerate(held, start=1):
            if not self.stores.photos(partial(is_whole, sha256=sha256)):
                damaged.append(sha256)
            self.report(number, len(held))
        _, queued = recheck_bytes(self.stores, self.source, rehash=True)
        fetched = [sha256 for sha256 in damaged if self.stores.records(partial(_is_confirmed, sha256=sha256))]
        for sha256 in fetched:
            self.stores.photos(partial(forget_damaged, sha256=sha256))
            self.stores.records(partial(_fetch_again, sha256=sha256))
        nowhere = [sha256 for sha256 in damaged if sha256 not in fetched]
        self.done = replace(
            self.done,
            photos=len(held),
            photos_queued=queued,
            photos_damaged=len(damaged),
            photos_fetched=len(fetched),
            lost=self.stores.records(lambda db: of_bytes(db, nowhere)) if nowhere else (),
        )


def _chunks(items: list[T], size: int) -> Iterator[list[T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _keys(db: Database) -> dict[str, list[str]]:
    """Of the rows of which the server said something, or is to be told something, by table."""
    found: dict[str, list[str]] = {}
    for table, row_id in db.conn.execute(
        "SELECT tbl, row_id FROM sync_base UNION SELECT tbl, row_id FROM sync_overlay ORDER BY tbl, row_id"
    ):
        found.setdefault(table, []).append(row_id)
    return found


def _look_at(db: Database, table: Table, row_ids: list[str], by: Author) -> Verified:
    with transaction(db, applying=True):
        seal_inside(db, by.clock)
        bases = bases_of(db, table.name, row_ids)
        damaged = _mend_digests(db, table.name, bases)
        laid = laid_on(db, table.name, row_ids)
        rows = _seen(db, table, row_ids)
        staged = {row[0] for row in db.conn.execute("SELECT row_id FROM sync_stage WHERE tbl = ?", (table.name,))}
        wrong: list[Shown] = []
        for row_id in row_ids:
            if row_id in damaged or row_id in staged:
                continue
            base = bases.get(row_id) or Base(deleted=True)
            values, deleted = laid_over(base.values, laid[row_id], deleted=base.deleted)
            if _is_wrong(table, rows.get(row_id), values, deleted):
                wrong.append(Shown(row_id, values, deleted, by.user_id, _now_ms(by)))
        changed = frozenset({table.name}) if wrong and show(db, table, wrong, Groups(db)) else frozenset()
        return Verified(damaged=len(damaged), shown=len(wrong) if changed else 0, changed=changed)


def _seen(db: Database, table: Table, row_ids: list[str]) -> dict[str, dict[str, Any]]:
    """The rows as a person sees them, by id."""
    names = ("id", "stub", "binned_at", *table.captured)
    found = db.conn.execute(
        f"SELECT {', '.join(map(quoted, names))} FROM {quoted(table.name)}"
        " WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(row_ids),),
    )
    return {values[0]: dict(zip(names, values, strict=True)) for values in found}


def _mend_digests(db: Database, table: str, bases: Mapping[str, Base]) -> set[str]:
    """So that the sums say of rows that were changed in the file that they differ; which were."""
    if table in PUSH_ONLY:
        return set()
    stored = dict(
        db.conn.execute(
            "SELECT row_id, digest FROM sync_base WHERE tbl = ? AND row_id IN (SELECT value FROM json_each(?))",
            (table, json.dumps(list(bases))),
        ).fetchall()
    )
    digests = {row_id: digest_of((table, row_id), base) for row_id, base in bases.items()}
    wrong = {row_id for row_id, digest in digests.items() if digest != stored[row_id]}
    db.conn.executemany(
        "UPDATE sync_base SET digest = ? WHERE tbl = ? AND row_id = ?",
        [(digests[row_id], table, row_id) for row_id in wrong],
    )
    return wrong


def _is_wrong(table: Table, row: Mapping[str, Any] | None, values: Mapping[str, Value], deleted: bool) -> bool:
    """A field that no row is without may show what the server does not hold; a deleted row need not be here."""
    if row is None:
        return not deleted
    needed = {"created_at", *(one.name for one in table.fields if one.parent)}
    differs = any(
        row[name] != values.get(name) and not (name in needed and values.get(name) is None) for name in table.captured
    )
    return differs or bool(row["stub"]) or (row["binned_at"] is not None) != deleted


def _hashes(db: Database, states: str) -> list[str]:
    return [row[0] for row in db.conn.execute(f"SELECT sha256 FROM blob WHERE state IN {states} ORDER BY sha256")]


def _queue_again(db: Database, hashes: list[str]) -> int:
    with transaction(db):
        done = db.conn.executemany(
            "UPDATE blob SET state = 'local', verified_ms = NULL, upload_url = NULL, offset_acked = 0, tries = 0,"
            f" next_try_ms = NULL WHERE sha256 = ? AND state IN {_CONFIRMED}",
            [(sha256,) for sha256 in hashes],
        )
        return int(done.rowcount)


def _note_bytes_sure(db: Database) -> None:
    if read_state(db).server_id and are_bytes_unsure(db):
        with transaction(db):
            write_state(db, bytes_unsure=0)


def _is_confirmed(db: Database, sha256: str) -> bool:
    found = db.conn.execute(f"SELECT 1 FROM blob WHERE sha256 = ? AND state IN {_CONFIRMED}", (sha256,))
    return found.fetchone() is not None


def _fetch_again(db: Database, sha256: str) -> None:
    with transaction(db):
        db.conn.execute(
            "UPDATE blob SET state = 'downloading', lane = ?, tries = 0, next_try_ms = NULL WHERE sha256 = ?",
            (_ON_DEMAND, sha256),
        )


def _now_ms(by: Author) -> int:
    return int(by.clock.now().timestamp() * 1000)
