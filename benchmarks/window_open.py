"""The window on a store, drawn nowhere, and how one knows that it has shown all it was asked for."""

import os
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import shiboken6
from PySide6.QtCore import QEventLoop, QSettings
from PySide6.QtWidgets import QApplication, QWidget

from app.bootstrap import serving
from app.fieldwork.identity import ensure_user
from app.models.database import Key
from app.models.ids import Clock
from app.paths import DataFolder
from app.settings import Settings
from app.ui.desk import Desk
from app.ui.jobs import Jobs, OnError, Openers
from app.ui.main_window import MainWindow
from app.ui.theme import LIGHT, dress

SIZE = (1366, 768)


class WatchedJobs(Jobs):
    """Counts the outcomes that have not arrived. Nothing outside can tell when a page has shown all it read."""

    def __init__(self, openers: Openers) -> None:
        super().__init__(openers)
        self.awaited = 0

    def _start(
        self,
        executor: Executor,
        owner: Any,
        work: Callable[[], Any],
        done: Callable[[Any], None] | None,
        failed: OnError | None,
    ) -> None:
        self.awaited += 1
        super()._start(executor, owner, work, done, failed)

    def _deliver(self, *outcome: Any) -> None:
        self.awaited -= 1
        super()._deliver(*outcome)


@dataclass(frozen=True, slots=True)
class Stage:
    """What shows windows. One at a time, else one would answer to the writes of the other."""

    desk: Desk
    jobs: WatchedJobs

    @contextmanager
    def window(self) -> Iterator[MainWindow]:
        """A new window that shows nothing but an empty page."""
        window = MainWindow(self.desk)
        self.empty(window)
        window.resize(*SIZE)
        window.show()
        self.settle()
        try:
            yield window
        finally:
            window.close()
            shiboken6.delete(window)

    def empty(self, window: MainWindow) -> QWidget:
        """Show a page without anything on it, made anew each time, as pages are that are opened first."""
        page = QWidget()
        page.setObjectName("page")
        window.stack.addWidget(page)
        window.stack.setCurrentWidget(page)
        return page

    def settle(self) -> None:
        """Until every outcome has arrived and what it changed is painted."""
        painted()
        while self.jobs.awaited:
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
            painted()


def painted() -> None:
    """Everything that waits is done now, painting among it. A timer of 0 ms, as sheets build by, counts as well."""
    for _again in range(2):
        QApplication.processEvents()


def application() -> QApplication:
    """Qt without a display, dressed as the window is; what a window keeps of itself goes to a temporary folder."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    made = QApplication.instance() or QApplication([])
    assert isinstance(made, QApplication)
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, tempfile.gettempdir() + "/gemba-bench-qt")
    made.setApplicationName("Gemba")
    made.setOrganizationName("Gemba")
    dress(made, LIGHT)
    return made


@contextmanager
def opened(folder: DataFolder, key: Key) -> Iterator[Stage]:
    application()
    with serving(folder, key) as doors:
        jobs = WatchedJobs(Openers(doors.open_writer, doors.open_reader, doors.open_photos))
        try:
            clock = Clock()
            by = jobs.db(lambda db: ensure_user(db, clock, name="Trainer", role="trainer"))
            yield Stage(Desk(jobs, by, folder, Settings(), key=key), jobs)
        finally:
            jobs.close()
