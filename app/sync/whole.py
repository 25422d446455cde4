"""One whole exchange of rows: the first ones by segments, all others by pages, and what differs mended once a day."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Protocol

from app.errors import CutShort, ServerBusy, ServerRefuses
from app.models.driver import Database
from app.models.ids import Clock
from app.sync import bootstrap, repair
from app.sync.engine import Report, Server, Stores, SyncReport, sync_once
from app.sync.journal import Journal
from app.sync.outbox import count_pending

logger = logging.getLogger(__name__)


class Bulk(bootstrap.Source, repair.Source, Protocol):
    """What is fetched of the server beside exchanges."""


@dataclass(frozen=True, slots=True)
class Hooks:
    """`report(done, total)` may raise to stop. `shown`: a unit of the first rows is to be seen now."""

    report: Report = lambda _done, _total: None
    shown: Callable[[bootstrap.Step], None] = lambda _step: None


def exchange_all(
    stores: Stores,
    server: Server,
    bulk: Bulk,
    clock: Clock,
    *,
    hooks: Hooks | None = None,
    journal: Journal | None = None,
) -> SyncReport:
    """Everything there is to push and to pull. What was exchanged before a trouble is kept.

    Raises the kinds of SyncTrouble.
    """
    return _Whole(stores, server, bulk, clock, hooks or Hooks(), journal).run()


@dataclass(slots=True)
class _Whole:
    stores: Stores
    server: Server
    bulk: Bulk
    clock: Clock
    hooks: Hooks
    journal: Journal | None

    def run(self) -> SyncReport:
        changed: frozenset[str] = frozenset()
        if self.stores.records(bootstrap.is_wanted) and self._is_begun():
            changed = self._by_segments()
        said = self._exchange()
        if said.complete and said.checksum_differs:
            mended = self._mended()
            changed |= mended.changed
            said = _joined(said, self._exchange()) if mended.given_back else said
            said = replace(said, repaired=mended.differed)
        return replace(said, changed=said.changed | changed)

    def _exchange(self) -> SyncReport:
        return sync_once(self.stores, self.server, self.clock, report=self.hooks.report, journal=self.journal)

    def _mended(self) -> repair.Repaired:
        """A server that refuses to compare rows, or breaks at it, is asked again tomorrow; photos go all the same."""
        try:
            return repair.repair(self.stores, self.bulk, self.clock)
        except (ServerRefuses, ServerBusy) as trouble:
            logger.warning("rows are not compared today: %s %s", type(trouble).__name__, trouble)
            now_ms = int(self.clock.now().timestamp() * 1000)
            self.stores.records(lambda db: repair.note_checked(db, now_ms))
        except CutShort as cut:
            logger.info("comparing was cut: %s", cut.detail)
        return repair.Repaired()

    def _is_begun(self) -> bool:
        if self.stores.records(bootstrap.is_under_way):
            return True
        try:
            manifest = self.bulk.manifest()
        except ServerRefuses as refusal:
            if refusal.status != HTTPStatus.NOT_FOUND:
                raise
            logger.info("this server knows no segments")
            return False
        return self.stores.records(lambda db: bootstrap.begin(db, manifest))

    def _by_segments(self) -> frozenset[str]:
        """Own work goes first, and between two units."""
        changed = self._push()
        for step in bootstrap.steps(self.stores, self.bulk, self.clock):
            changed |= step.changed
            self.hooks.report(step.done, step.total)
            self.hooks.shown(step)
            changed |= self._push()
        return changed

    def _push(self) -> frozenset[str]:
        return self._exchange().changed if self.stores.records(has_work) else frozenset()


def has_work(db: Database) -> bool:
    """Whether anything was written here that is to be pushed."""
    return bool(count_pending(db)) or bool(
        db.conn.execute("SELECT EXISTS (SELECT 1 FROM sync_capture WHERE user_id <> '')").fetchone()[0]
    )


def _joined(first: SyncReport, then: SyncReport) -> SyncReport:
    return replace(
        then,
        rounds=first.rounds + then.rounds,
        settled=first.settled + then.settled,
        rows=first.rows + then.rows,
        changed=first.changed | then.changed,
        notices=tuple(dict.fromkeys((*first.notices, *then.notices))),
    )
