"""The one way to do slow work: off the UI thread, its outcome back on it."""

from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from itertools import count
from threading import Event
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from app.models.database import cursor_of
from app.models.driver import Database

T = TypeVar("T")
OnError = Callable[[BaseException], None]
Opener = Callable[[], Database]
_POOL_THREADS = 4
_SEEN = "gemba_seen"


class Cancelled(Exception):
    """Raised inside work by its `report` once the person gave up."""


@dataclass(frozen=True, slots=True)
class Openers:
    """How connections are opened, each on the thread that will use it."""

    writer: Opener
    reader: Opener
    photos: Opener


class Progress(QObject):
    """How far some work is, and the way to stop it.

    Signals:
        moved: (done, total).
    """

    moved = Signal(object, object)  # bytes of many photos are more than Qt's own whole numbers hold

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cancelled = Event()

    def cancel(self) -> None:
        """The work ends at its next report, with Cancelled."""
        self._cancelled.set()

    def report(self, done: int, total: int) -> None:
        """Called by the work, on its own thread. Raises Cancelled."""
        if self._cancelled.is_set():
            raise Cancelled
        self.moved.emit(done, total)


def seen_by(shown: QObject | None) -> int | None:
    """Up to where the server's rows had been read when what `shown` shows, or what it stands on, was read last.

    None where nothing was read for it.
    """
    while shown is not None:
        if (seen := shown.property(_SEEN)) is not None:
            return int(seen)
        shown = shown.parent()
    return None


@dataclass(slots=True, eq=False)
class _Job:
    """Work, whom it is for, and what came of it. `seen` is None when nothing is known to have been read.

    `reads`: what is asked again with the same `done` takes the place of what was asked before: `outdated`.
    """

    owner: QObject
    work: Callable[[], Any]
    done: Callable[[Any], None] | None
    failed: OnError | None
    reads: bool = False
    outdated: bool = False
    result: Any = None
    error: BaseException | None = None
    seen: int | None = None


class Jobs(QObject):
    """Runs functions in the background and delivers their outcome on the UI thread.

    Database work runs one piece at a time on the thread that owns the only writing connection; the bytes of photos
    have a thread of their own, so that they never delay a keystroke; everything else runs on a small pool. Lives on
    the UI thread, so that whatever is connected to it runs there too. An outcome whose `owner` was deleted meanwhile
    is dropped. A thread of the background never holds the last reference to anything of a job: a widget that ends on
    another thread than its own takes the program with it.

    What is read is delivered with the `cursor_of` the store: whoever is shown something and changes it has seen what
    the server had said up to there, and no more, see `seen_by`.

    Signals:
        changed: database work wrote something; a frozenset of the names of the tables it wrote in.
        failed: an exception that no `failed` callback took.
    """

    changed = Signal(object)
    failed = Signal(object)
    _settled = Signal(object)

    def __init__(self, openers: Openers, parent: QObject | None = None) -> None:
        """Opens the writer and the photos now; raises what opening raises."""
        super().__init__(parent)
        self._closed = False
        self._numbers = count()
        self._jobs: dict[int, _Job] = {}
        self._has_written = False  # known on the database thread alone
        self._open_reader = openers.reader
        self._db_thread = ThreadPoolExecutor(1, "database")
        self._photo_thread = ThreadPoolExecutor(1, "photos")
        self._pool = ThreadPoolExecutor(_POOL_THREADS, "work")
        self._settled.connect(self._deliver)
        try:
            self._db = self._db_thread.submit(openers.writer).result()
            try:
                self._photos = self._photo_thread.submit(openers.photos).result()
                self._cursor = self._db_thread.submit(lambda: cursor_of(self._db)).result()
            except BaseException:
                self._db_thread.submit(self._db.close).result()
                raise
        except BaseException:
            for thread in (self._db_thread, self._photo_thread, self._pool):
                thread.shutdown(wait=False)
            raise

    def run(
        self,
        owner: QObject,
        work: Callable[[], T],
        done: Callable[[T], None] | None = None,
        failed: OnError | None = None,
    ) -> None:
        """Do `work()`: computing, files, network. It may call `db` and `photos`."""
        self._start(self._pool, _Job(owner, work, done, failed))

    def run_with_db(
        self,
        owner: QObject,
        work: Callable[[Database], T],
        done: Callable[[T], None] | None = None,
        failed: OnError | None = None,
    ) -> None:
        """Do `work(db)`: SQL and no more, since every other query waits for it."""
        self._start(self._db_thread, _Job(owner, lambda: self._noticing_changes(work), done, failed))

    def run_reading(
        self,
        owner: QObject,
        work: Callable[[Database], T],
        done: Callable[[T], None] | None = None,
        failed: OnError | None = None,
    ) -> None:
        """Do `work(db)` on a read-only connection of its own: long reads, which delay nobody and see one moment.

        Reads may overtake each other: what an earlier one found is dropped once `done` has a later one's.
        """

        def read() -> T:
            with closing(self._open_reader()) as db:
                db.conn.execute("BEGIN")
                return work(db)

        self._start(self._pool, _Job(owner, read, done, failed, reads=True))

    def run_with_photos(
        self,
        owner: QObject,
        work: Callable[[Database], T],
        done: Callable[[T], None] | None = None,
        failed: OnError | None = None,
    ) -> None:
        """Do `work(photos)` on the thread that owns the connection to the bytes."""
        self._start(self._photo_thread, _Job(owner, lambda: work(self._photos), done, failed))

    @property
    def cursor(self) -> int:
        """How far the server's rows are shown, as of the newest write."""
        return self._cursor

    def announce(self, tables: frozenset[str]) -> None:
        """Rows of these tables are seen differently now, though nobody wrote them here. From any thread."""
        self.changed.emit(tables)

    def db(self, work: Callable[[Database], T]) -> T:
        """The result of `work(db)`, waited for. Only for work that `run` started."""
        return self._db_thread.submit(lambda: self._noticing_changes(work)).result()

    def photos(self, work: Callable[[Database], T]) -> T:
        """The result of `work(photos)`, waited for. Only for work that `run` started."""
        return self._photo_thread.submit(lambda: work(self._photos)).result()

    def close(self) -> None:
        """Drop what has not started, finish what has, above all every write, and close the connections in order."""
        self._closed = True
        self._pool.shutdown(cancel_futures=True)
        for thread, connection in ((self._photo_thread, self._photos), (self._db_thread, self._db)):
            thread.submit(connection.close).result()
            thread.shutdown()

    def _start(self, executor: Executor, job: _Job) -> None:
        if self._closed:  # an outcome that arrives while all ends may ask for more
            return
        number = next(self._numbers)
        self._jobs[number] = job
        executor.submit(self._do, executor is self._db_thread, number)

    def _do(self, is_writing: bool, number: int) -> None:
        """On the thread of the work, which leaves what it was handed and what it made to the UI thread to let go of."""
        job = self._jobs[number]
        cursor = self._cursor  # before the work: what is promoted while it reads was perhaps not read
        try:
            job.result = job.work()
        except BaseException as error:
            job.error = error
        if not (is_writing and self._has_written):
            job.seen = cursor
        del job
        self._settled.emit(number)

    def _deliver(self, number: int) -> None:
        job = self._jobs.pop(number)
        if job.outdated or not isValid(job.owner):
            return
        if job.reads:
            for earlier in (one for other, one in self._jobs.items() if other < number and one.reads):
                earlier.outdated |= earlier.owner is job.owner and earlier.done == job.done
        if job.seen is not None:
            job.owner.setProperty(_SEEN, job.seen)
        if job.error:
            if not isinstance(job.error, Cancelled):
                (job.failed or self.failed.emit)(job.error)
        elif job.done:
            job.done(job.result)

    def _noticing_changes(self, work: Callable[[Database], T]) -> T:
        before = self._db.conn.total_changes
        newest = self._newest_capture()
        try:
            return work(self._db)
        finally:
            self._has_written = self._db.conn.total_changes != before
            if self._has_written:
                self._cursor = cursor_of(self._db)
                if tables := self._captured_since(newest):
                    self.changed.emit(tables)

    def _newest_capture(self) -> int:
        return int(self._db.conn.execute("SELECT coalesce(max(cid), 0) FROM sync_capture").fetchone()[0])

    def _captured_since(self, newest: int) -> frozenset[str]:
        rows = self._db.conn.execute("SELECT DISTINCT tbl FROM sync_capture WHERE cid > ?", (newest,))
        return frozenset(row[0] for row in rows)
