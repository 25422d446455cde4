"""The one way to do slow work: off the UI thread, its outcome back on it."""

from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from app.models.driver import Database

T = TypeVar("T")
OnError = Callable[[BaseException], None]


class Jobs(QObject):
    """Runs functions in the background and delivers their outcome on the UI thread.

    Database work runs one piece at a time on the thread that owns the only
    connection; everything else runs on a small pool. Lives on the UI thread, so
    that whatever is connected to it runs there too. An outcome whose `owner` was
    deleted meanwhile is dropped.

    Signals:
        changed: database work wrote something.
        failed: an exception that no `failed` callback took.
    """

    changed = Signal()
    failed = Signal(object)
    _settled = Signal(object, object, object, object)

    def __init__(self, open_db: Callable[[], Database], parent: QObject | None = None) -> None:
        """`open_db` is called once, on the database thread; raises what it raises."""
        super().__init__(parent)
        self._db_thread = ThreadPoolExecutor(1, "database")
        self._db = self._db_thread.submit(open_db).result()
        self._pool = ThreadPoolExecutor(4, "work")
        self._settled.connect(self._deliver)

    def run(
        self,
        owner: QObject,
        work: Callable[[], T],
        done: Callable[[T], None] | None = None,
        failed: OnError | None = None,
    ) -> None:
        """Do `work()`: computing, files, network. It may call `db`."""
        self._start(self._pool, owner, work, done, failed)

    def run_with_db(
        self,
        owner: QObject,
        work: Callable[[Database], T],
        done: Callable[[T], None] | None = None,
        failed: OnError | None = None,
    ) -> None:
        """Do `work(db)`: SQL and no more, since every other query waits for it."""
        self._start(self._db_thread, owner, lambda: self._noticing_changes(work), done, failed)

    def db(self, work: Callable[[Database], T]) -> T:
        """The result of `work(db)`, waited for. Only for work that `run` started."""
        return self._db_thread.submit(lambda: self._noticing_changes(work)).result()

    def close(self) -> None:
        """Finish what has started, drop the rest, close the database."""
        self._pool.shutdown(cancel_futures=True)
        self._db_thread.submit(lambda: self._db.close())
        self._db_thread.shutdown()

    def _start(
        self,
        executor: Executor,
        owner: QObject,
        work: Callable[[], T],
        done: Callable[[T], None] | None,
        failed: OnError | None,
    ) -> None:
        def settle(future: Future[T]) -> None:
            if not future.cancelled():
                self._settled.emit(future, owner, done, failed)

        executor.submit(work).add_done_callback(settle)

    def _deliver(
        self,
        future: Future[Any],
        owner: QObject,
        done: Callable[[Any], None] | None,
        failed: OnError | None,
    ) -> None:
        if not isValid(owner):
            return
        if error := future.exception():
            (failed or self.failed.emit)(error)
        elif done:
            done(future.result())

    def _noticing_changes(self, work: Callable[[Database], T]) -> T:
        before = self._db.conn.total_changes
        try:
            return work(self._db)
        finally:
            if self._db.conn.total_changes != before:
                self.changed.emit()
