"""One sync with the server, straight-line: seal, exchange until nothing is left to push or pull, promote."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from app.errors import ClockOff, CutShort, NotEnrolled, ServerBusy, ServerRefuses, SyncTrouble
from app.models.driver import Database
from app.models.ids import Clock
from app.sync import bootstrap, outbox, repair
from app.sync.journal import Journal
from app.sync.moments import passed
from app.sync.promote import promote
from app.sync.protocol import Answer, Incarnation, NextIncarnation, Request
from app.sync.seal import seal
from app.sync.stage import Staged, Timing, stage_answer
from app.sync.state import read_state, write_state

logger = logging.getLogger(__name__)

T = TypeVar("T")

FIRST_BATCH = 64 << 10
LEAST_BATCH = 8 << 10
MOST_BATCH = 512 << 10
QUICK_MS = 1_000  # a link that goes wastes what is under way: on 3G a batch stays at 64 kB
SLOW_MS = 10_000
ROUNDS = 10_000
TOO_LARGE = 413
_TRIES = 4  # of an exchange that is cut, one after the other
_BUSY_TRIES = 2  # of one that a server, or a gateway before it, cannot serve

Report = Callable[[int, int], None]


class Stores(Protocol):
    """The two files of a data folder, each reached on the thread that owns it."""

    def records(self, work: Callable[[Database], T]) -> T: ...

    def photos(self, work: Callable[[Database], T]) -> T: ...


class Server(Protocol):
    """The central server, as the engine sees it. Both raise the kinds of SyncTrouble."""

    def exchange(self, request: Request) -> Answer: ...

    def next_incarnation(self, asked: NextIncarnation) -> Incarnation: ...


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What one sync did. `settled`: mutations of which the server told the outcome; `waiting`: those left.

    `complete`: all was pushed, and the rows are shown up to the head. `update`: this program is too old to get rows.
    `changed`: tables in which something is seen differently now. `notices`: codes of what a person should hear.
    `repaired`: rows that were not as the server has them, though they should have been.
    """

    rounds: int = 0
    settled: int = 0
    waiting: int = 0
    rows: int = 0
    complete: bool = False
    update: bool = False
    checksum_differs: bool = False
    changed: frozenset[str] = frozenset()
    notices: tuple[str, ...] = ()
    repaired: int = 0


def sync_once(
    stores: Stores,
    server: Server,
    clock: Clock,
    *,
    report: Report | None = None,
    rounds: int = ROUNDS,
    journal: Journal | None = None,
) -> SyncReport:
    """Everything there is to push and to pull, in at most `rounds` exchanges.

    What was exchanged before a trouble is kept. `report(done, total)`, mutations and rows, may raise to stop between
    two exchanges. While the first rows come by segments, nothing is pulled. Raises the kinds of SyncTrouble.
    """
    return _Sync(stores, server, clock, report, journal).run(rounds)


class _Sync:
    def __init__(
        self, stores: Stores, server: Server, clock: Clock, report: Report | None, journal: Journal | None
    ) -> None:
        self.stores = stores
        self.server = server
        self.clock = clock
        self.tell = report or (lambda _done, _total: None)
        self.journal = journal
        self.said = SyncReport()
        self.batch = FIRST_BATCH
        self.upto = 0  # mutations below this number are pushed; what is typed meanwhile waits for the next sync
        self.sent = 0  # the newest mutation that was on the way, whether or not it came through
        self.failed = 0
        self.standstill = 0
        self.unpushed: SyncTrouble | None = None  # why nothing is pushed any more; rows are pulled all the same

    def run(self, rounds: int) -> SyncReport:
        self.stores.records(self._begin)
        passed("after:T2")
        more = True
        while more and self.said.rounds < rounds:
            more = self._round()
        if self.unpushed and not more:
            raise self.unpushed
        return replace(self.said, complete=not more)

    def _begin(self, db: Database) -> None:
        if read_state(db).server_id is None:
            raise NotEnrolled
        seal(db, self.clock)
        if self.journal:
            self.journal.write(db)
        state = read_state(db)
        self.batch = state.batch_bytes or FIRST_BATCH
        self.upto = state.next_mseq

    def _round(self) -> bool:
        """One exchange; whether another one is needed."""
        request = self.stores.records(self._collect)
        started_ms = self.clock.uptime_ms()
        try:
            answer = self.server.exchange(request)
        except (CutShort, ServerRefuses, ServerBusy) as trouble:
            self._on_failure(request, trouble)
            return True
        except ClockOff as off:
            raise self._measured(off) from off
        timing = Timing(_now_ms(self.clock), self.clock.uptime_ms() - started_ms)
        passed("after:answer")
        staged = self.stores.records(lambda db: stage_answer(db, request, answer, timing))
        passed("after:T3")
        if staged.again:
            self._begin_incarnation(request, staged)
            return True
        if request.checksum is not None and answer.head == request.cursor and not answer.checksum_differs:
            self.stores.records(lambda db: repair.note_checked(db, request.client_ms))
        self._refuse_standstill(request, answer, staged)
        if not staged.more:
            self._promote()
        self.stores.records(lambda db: self._count(db, answer, staged, timing))
        self.tell(*_progress(self.said, answer))
        return staged.more or (self.said.waiting > 0 and self.unpushed is None)

    def _collect(self, db: Database) -> Request:
        request = outbox.collect(
            db,
            0 if self.unpushed else self.batch,
            client_ms=_now_ms(self.clock),
            boot=self.clock.boot_id(),
            mono=self.clock.uptime_ms(),
        )
        newest = outbox.newest_of(request)
        request.sent = outbox.fingerprint(db, self.sent) if newest < self.sent else None
        self.sent = max(self.sent, newest)
        if bootstrap.is_under_way(db):
            request.want.rows = False
        elif not request.mutations and repair.is_due(db, request.client_ms):
            request.checksum = repair.own_sum(db)
        return request

    def _on_failure(self, request: Request, trouble: SyncTrouble) -> None:
        """Half as much the next time. When that does not help, rows are at least pulled before the trouble is told."""
        self.failed += 1
        self.said = replace(self.said, rounds=self.said.rounds + 1)
        if self.failed > _TRIES or not (request.mutations or isinstance(trouble, CutShort)):
            raise trouble
        logger.info("exchange failed: %s", type(trouble).__name__)
        was_least = self.batch <= LEAST_BATCH
        self.batch = max(LEAST_BATCH, self.batch // 2)
        self.stores.records(lambda db: write_state(db, batch_bytes=self.batch))
        if isinstance(trouble, ServerBusy) and trouble.retry_after_s and not was_least:
            raise trouble  # it said when; less is sent then
        if request.mutations and self._is_final(trouble):
            self.unpushed = trouble

    def _is_final(self, trouble: SyncTrouble) -> bool:
        """Whether less of the same work is not tried any more now."""
        if isinstance(trouble, ServerRefuses):
            return trouble.status != TOO_LARGE or self.failed == _TRIES
        if isinstance(trouble, ServerBusy):
            return bool(trouble.retry_after_s) or self.failed >= _BUSY_TRIES
        return self.failed == _TRIES

    def _measured(self, off: ClockOff) -> ClockOff:
        """A clock that is slow is so by as much at least as it lies before what the server said last."""
        by_ms = _now_ms(self.clock) - self.stores.records(read_state).server_floor_ms
        return ClockOff(by_ms, off.detail) if off.by_ms is None and by_ms < 0 else off

    def _begin_incarnation(self, request: Request, staged: Staged) -> None:
        self.standstill += 1
        if self.standstill > _TRIES:
            raise ServerRefuses("no-progress", "incarnation")
        number = self.server.next_incarnation(NextIncarnation(device=request.device, was=request.inc)).inc
        self.stores.records(lambda db: _go_on(db, request.inc, number, staged.epoch))
        self.sent = 0
        self.stores.records(self._begin)
        logger.warning("this folder goes on as incarnation %d", number)

    def _refuse_standstill(self, request: Request, answer: Answer, staged: Staged) -> None:
        """Raises ServerRefuses when the server asks to go on, and gives nothing to go on with."""
        self.failed = 0
        moves = staged.settled or answer.trouble or answer.cursor > request.stage
        self.standstill = 0 if moves else self.standstill + 1
        if self.standstill > _TRIES:
            raise ServerRefuses("no-progress")

    def _promote(self) -> None:
        changed = self.stores.records(self._promoted)
        passed("after:T4")
        self.said = replace(self.said, changed=self.said.changed | changed)

    def _promoted(self, db: Database) -> frozenset[str]:
        can_promote = outbox.can_promote(db) and not bootstrap.is_under_way(db)
        changed = promote(db, self.clock) if can_promote else frozenset()
        if self.journal:
            self.journal.write(db)
        return changed

    def _count(self, db: Database, answer: Answer, staged: Staged, timing: Timing) -> None:
        waiting = outbox.count_pending(db, self.upto)
        if (batch := _adapted(self.batch, timing.took_ms, was_full=staged.more or waiting > 0)) != self.batch:
            self.batch = batch
            write_state(db, batch_bytes=batch)
        said = self.said
        self.said = replace(
            said,
            rounds=said.rounds + 1,
            settled=said.settled + staged.settled,
            waiting=waiting,
            rows=said.rows + staged.rows,
            update=said.update or answer.update,
            checksum_differs=said.checksum_differs or answer.checksum_differs,
            notices=(*said.notices, *(code for code in answer.notices if code not in said.notices)),
        )


def _go_on(db: Database, was: int, number: int, epoch: tuple[str, int] | None) -> None:
    """Unless a new code gave the folder another life meanwhile."""
    if read_state(db).incarnation == was:
        outbox.begin_incarnation(db, number, epoch=epoch)


def _adapted(batch: int, took_ms: int, *, was_full: bool) -> int:
    if took_ms > SLOW_MS:
        return max(LEAST_BATCH, batch // 2)
    return min(MOST_BATCH, batch * 2) if was_full and took_ms < QUICK_MS else batch


def _progress(said: SyncReport, answer: Answer) -> tuple[int, int]:
    done = said.settled + said.rows
    return done, done + said.waiting + max(0, answer.head - answer.cursor)


def _now_ms(clock: Clock) -> int:
    return int(clock.now().timestamp() * 1000)
