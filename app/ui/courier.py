"""Exchanges with the server beside the window: by itself after edits, again after a while, and when somebody asks."""

import logging
import random
from collections.abc import Callable
from functools import partial
from typing import Protocol, TypeVar

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from app.errors import AppError, SyncTrouble
from app.models.driver import Database
from app.sync.limits import Limits
from app.sync.patience import pause_s
from app.sync.status import Standing, set_paused, standing
from app.ui.job_stores import JobStores
from app.ui.jobs import Cancelled, Jobs, Progress
from app.ui.link import is_metered, network

logger = logging.getLogger(__name__)

T = TypeVar("T")
Report = Callable[[int, int], None]

COUNT_MS = 300  # of quiet before what waits is counted again
SETTLE_MS = 2_000  # of quiet after an edit before it is sent
POLL_MS = 120_000  # after which the server is asked what others did
SEAL_MS = 15 * 60_000
WATCH_MS = 3_000  # between two looks at the network while the server cannot be reached


class Stores(Protocol):
    """The two files of a data folder, each reached on the thread that owns it."""

    def records(self, work: Callable[[Database], T]) -> T: ...

    def photos(self, work: Callable[[Database], T]) -> T: ...


class Exchanged(Protocol):
    """What an exchange did: the tables in which something is seen differently now, and what a person should hear."""

    @property
    def changed(self) -> frozenset[str]: ...

    @property
    def notices(self) -> tuple[str, ...]: ...


class Verified(Protocol):
    """What a comparison with the server found; `changed` as above. The page words the rest."""

    @property
    def changed(self) -> frozenset[str]: ...


class Way(Protocol):
    """The way to the server. All but `close` run on a thread of the pool and raise the kinds of SyncTrouble."""

    def enrol(self, stores: Stores, url: str, code: str) -> object:
        """Connect this device by a code."""

    def exchange(self, stores: Stores, report: Report, *, limits: Limits) -> Exchanged:
        """Send and fetch all there is."""

    def verify(self, stores: Stores, report: Report, *, limits: Limits) -> Verified:
        """Look at every row and photo again, here and there, and mend what differs."""

    def seal(self, db: Database) -> None:
        """Number what was written, so that a second copy of it is kept."""

    def close(self) -> None:
        """End what is under way, from any thread."""


class _Step(Protocol):
    """An exchange or a comparison; the tables in which something is seen differently then."""

    def __call__(self, stores: Stores, report: Report, *, limits: Limits) -> frozenset[str]: ...


_Limited = Callable[[Stores, Report], frozenset[str]]


class Courier(QObject):
    """One exchange at a time, on the pool. Never asks anything of the UI thread but to show what became of it.

    `notices`: codes of what a person should hear of the newest exchange that went well. `fault`: what ended the newest
    one though it is no trouble of an exchange: a disk, or a bug. It is said where somebody looks for it; who works on
    is not disturbed. `is_metered`: the link cost by the amount when the newest exchange began; then only thumbnails of
    photos go, unless `send_photos` was asked for.

    Signals:
        changed: where things stand is told anew by `standing`, or an exchange began or ended.
        moved: (done, total) of the exchange under way.
        verified: everything was compared with the server; what was found.
        enrolled: this device works with a server now, and its user may be another one.
        not_enrolled: it could not be connected; why.
    """

    changed = Signal()
    moved = Signal(object, object)
    verified = Signal(object)
    enrolled = Signal()
    not_enrolled = Signal(object)

    def __init__(
        self,
        jobs: Jobs,
        make_way: Callable[[], Way],
        *,
        share: Callable[[], float] = random.random,
        metered: Callable[[], bool] = is_metered,
    ) -> None:
        """`make_way` is called when the way is first needed. `share`: any number from 0 to 1."""
        super().__init__()
        self.standing: Standing | None = None
        self.progress: Progress | None = None
        self.notices: tuple[str, ...] = ()
        self.fault: BaseException | None = None
        self.is_metered = False
        self._jobs = jobs
        self._metered = metered
        self._photos_asked = self._photos_go = False
        self._share = share
        self._make_way = make_way
        self._way: Way | None = None
        self._is_on = False
        self._failures = 0
        self._wanted_again = False
        self._enrolment: tuple[str, str] | None = None
        self._own: list[frozenset[str]] = []
        self._network: frozenset[str] | None = None
        self._count = self._timer(self.refresh, COUNT_MS)
        self._next = self._timer(self._begin)
        self._seal = self._timer(self._on_seal, SEAL_MS, once=False)
        self._watch = self._timer(self._look_at_network, WATCH_MS, once=False)
        jobs.changed.connect(self._on_changed)

    @property
    def is_busy(self) -> bool:
        return self.progress is not None or self.is_enrolling

    @property
    def is_enrolling(self) -> bool:
        return self._enrolment is not None

    def start(self) -> None:
        """From now on it exchanges by itself; `stop` ends that."""
        self._is_on = True
        self._seal.start()
        self._refresh_and_begin()

    def stop(self) -> None:
        """End what is under way; nothing begins any more."""
        self._is_on = False
        for timer in (self._count, self._next, self._seal, self._watch):
            timer.stop()
        self.cancel()
        if self._way:
            self._way.close()

    def refresh(self) -> None:
        """Read anew where things stand: beside the other work."""
        self._jobs.run_reading(self, standing, self._take, _log)

    def sync_now(self) -> None:
        """Because somebody asked: at once, paused or not."""
        self._failures = 0
        self._exchange()

    def send_photos(self) -> None:
        """Because somebody asked: at once, and all of them, though the link costs."""
        self._photos_asked = True
        self.sync_now()

    def verify(self) -> None:
        """Compare everything with the server; nothing while an exchange is under way."""
        if not self.is_busy:
            self._under_way(self._verify)

    def hurry(self) -> None:
        """Somebody waits for what an exchange brings: begin soon, unless it is paused or the server is away."""
        if not self.is_busy and not self._failures:
            self._wake(COUNT_MS)

    def pause(self, paused: bool) -> None:
        """Nothing goes by itself until it is taken back."""
        if paused:
            self._next.stop()
            self.cancel()
        self._jobs.run_with_db(self, lambda db: set_paused(db, paused), lambda _none: self._on_paused(paused))

    def cancel(self) -> None:
        """The exchange ends after the step it is at; what was exchanged stays."""
        if self.progress:
            self.progress.cancel()

    def enrol(self, url: str, code: str) -> None:
        """Connect this device, after what is under way has ended; `enrolled` or `not_enrolled` tells what came of it.

        By signals: whoever asks may be gone by then, with a window that was made anew.
        """
        if self.is_enrolling:
            return
        self._enrolment = url, code
        if self.progress:
            self.cancel()
        else:
            self._enrol(url, code)

    def _enrol(self, url: str, code: str) -> None:
        stores = JobStores(self._jobs)
        self._next.stop()
        self.changed.emit()
        self._jobs.run(self, lambda: self._way_there().enrol(stores, url, code), self._on_enrolled, self._on_refused)

    def _on_enrolled(self, _author: object) -> None:
        self._enrolment = self.fault = None
        self._failures = 0
        self.enrolled.emit()
        self._refresh_and_begin()

    def _on_refused(self, error: BaseException) -> None:
        logger.info("not connected: %s", type(error).__name__, exc_info=None if isinstance(error, AppError) else error)
        self._enrolment = None
        self.not_enrolled.emit(error)
        self.changed.emit()
        self._wake(POLL_MS)

    def _timer(self, slot: Callable[[], None], ms: int = 0, *, once: bool = True) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(once)
        timer.setInterval(ms)
        timer.setTimerType(Qt.TimerType.CoarseTimer)
        timer.timeout.connect(slot)
        return timer

    def _way_there(self) -> Way:
        if self._way is None:
            self._way = self._make_way()
        return self._way

    @Slot(object)
    def _on_changed(self, tables: frozenset[str]) -> None:
        self._count.start()
        if any(tables is own for own in self._own):
            self._own = [own for own in self._own if own is not tables]
            return
        if self.is_busy:
            self._wanted_again = True
        elif not self._failures:
            self._wake(SETTLE_MS)

    def _take(self, found: Standing) -> None:
        if found != self.standing:
            self.standing = found
            self.changed.emit()

    def _refresh_and_begin(self) -> None:
        def take(found: Standing) -> None:
            self._take(found)
            self._wake(0)

        def unread(error: BaseException) -> None:
            _log(error)
            self._wake(POLL_MS)

        self._jobs.run_reading(self, standing, take, unread)

    def _wake(self, ms: int) -> None:
        if self._is_on:
            self._next.start(ms)

    def _begin(self) -> None:
        """By itself: only where there is a server, and nobody asked for quiet."""
        if self.standing is None:
            self._refresh_and_begin()
        elif self.standing.is_enrolled and not self.standing.is_paused:
            self._exchange()

    def _exchange(self) -> None:
        if self.is_busy:
            self._wanted_again = True
            return
        self._under_way(self._bring)

    def _under_way(self, step: _Step) -> None:
        self._wanted_again = False
        self._next.stop()
        self.progress = Progress(self)
        self.progress.moved.connect(self.moved)
        self._photos_go, self._photos_asked = self._photos_asked, False
        self.is_metered = self._metered()
        limits = Limits(thumbnails_only=self.is_metered and not self._photos_go)
        report = self.progress.report
        self.changed.emit()  # first, so that whoever shows how far it is misses nothing
        self._jobs.run(self, lambda: self._work(partial(step, limits=limits), report), self._on_done, self._on_failed)

    def _work(self, step: _Limited, report: Report) -> SyncTrouble | None:
        """On the pool; the trouble that ended it."""
        stores = JobStores(self._jobs, self._announce)
        try:
            changed = step(stores, report)
        except Cancelled:
            logger.info("the exchange was ended by hand")
        except SyncTrouble as error:
            return error
        else:
            self._announce(changed - stores.told)
        return None

    def _bring(self, stores: Stores, report: Report, *, limits: Limits) -> frozenset[str]:
        done = self._way_there().exchange(stores, report, limits=limits)
        self.notices = done.notices
        return done.changed

    def _verify(self, stores: Stores, report: Report, *, limits: Limits) -> frozenset[str]:
        done = self._way_there().verify(stores, report, limits=limits)
        self.verified.emit(done)
        return done.changed

    def _announce(self, tables: frozenset[str]) -> None:
        if tables:
            self._own.append(tables)
            self._jobs.announce(tables)

    def _on_done(self, trouble: SyncTrouble | None) -> None:
        if trouble is None:
            self._failures = 0
            self.fault = None
            self._watch.stop()
            self._end(SETTLE_MS if self._wanted_again else POLL_MS)
            return
        logger.info("no exchange: %s", type(trouble).__name__)
        self._failures += 1
        self._photos_asked |= self._photos_go  # what a trouble cut is still wanted
        self.fault = None
        if self._is_on and not self._watch.isActive():
            self._network = None
            self._watch.start()
        self._end(int(pause_s(self._failures, trouble, self._share()) * 1000))

    def _on_failed(self, error: BaseException) -> None:
        """No trouble of the exchange: a disk, or a bug. The next try waits as after a trouble."""
        _log(error)
        self._failures += 1
        self.fault = error
        self._end(int(pause_s(self._failures, SyncTrouble(), self._share()) * 1000))

    def _look_at_network(self) -> None:
        self._jobs.run(self, network, self._on_network, _log)

    def _on_network(self, found: frozenset[str]) -> None:
        """Another network than a moment ago: the next try does not wait any longer."""
        changed = self._network is not None and found != self._network
        self._network = found
        if changed and found and self._failures and not self.is_busy:
            self._failures = 0
            self._wake(0)

    def _end(self, next_ms: int) -> None:
        if self.progress:
            self.progress.deleteLater()
        self.progress = None
        self.refresh()
        self.changed.emit()
        if self._enrolment:
            self._enrol(*self._enrolment)
        else:
            self._wake(next_ms)

    def _on_paused(self, paused: bool) -> None:
        if paused:
            self.refresh()
        else:
            self._failures = 0
            self._refresh_and_begin()

    def _on_seal(self) -> None:
        if self.standing and self.standing.is_enrolled and not self.is_busy:
            self._jobs.run_with_db(self, lambda db: self._way_there().seal(db), failed=_log)


def _log(error: BaseException) -> None:
    """Of what was done beside the window by itself: nobody asked for it, so nobody is interrupted."""
    logger.error("beside the window", exc_info=error)
