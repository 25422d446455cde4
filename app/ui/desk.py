"""What every page works with: the jobs, the author, the folder, and the way to other pages."""

import logging
from collections.abc import Callable
from dataclasses import replace
from pkgutil import resolve_name
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.models.database import Author, Key
from app.models.driver import Database
from app.models.ids import Clock
from app.paths import DataFolder
from app.settings import Settings, save_settings
from app.ui.courier import Courier, Way
from app.ui.file_dialogs import FileDialogs
from app.ui.jobs import Jobs, OnError, seen_by

logger = logging.getLogger(__name__)


class Desk(QObject):
    """One for the window. Pages get it, and know nothing of each other.

    Signals:
        asked: somebody wants to see a route, such as `visit/ID/checklists/ITEM`.
        saved: a commit just succeeded; nothing is said to be saved before.
        said: (words, undoable) a toast.
        settings_changed: the look or the language; the window is made anew.
        flushed: whoever holds unsaved letters writes them now.
        moved: somebody stands elsewhere on a page, or sees less or more of its list.

    `key` opens the stores; copies of them are written under it too. `ask` asks for files and folders. `courier` is the
    one who exchanges with the server; it begins when it is started.
    """

    asked = Signal(str)
    saved = Signal()
    said = Signal(str, bool)
    settings_changed = Signal()
    moved = Signal()
    flushed = Signal()

    def __init__(
        self,
        jobs: Jobs,
        by: Author,
        folder: DataFolder,
        settings: Settings,
        *,
        key: Key | None = None,
        ask: FileDialogs | None = None,
    ) -> None:
        super().__init__()
        self.jobs = jobs
        self.by = by
        self.folder = folder
        self.settings = settings
        self.key = key
        self.ask = ask or FileDialogs()
        self.courier = Courier(jobs, lambda: _way_of(folder, key, by.clock))

    def go(self, *route: str) -> None:
        """Show the page at `route`: `go("visit", visit_id, "photos")`."""
        self.asked.emit("/".join(route))

    def write(
        self,
        owner: QObject,
        deed: Callable[[Database, Author], Any],
        done: Callable[[Any], None] | None = None,
        *,
        says: str = "",
        failed: OnError | None = None,
    ) -> None:
        """Do a deed on the database thread; then `saved`, and a toast with Undo when it `says` something.

        Its merge base is what was read for `owner`, or for what that stands on.
        """

        def finished(result: Any) -> None:
            self.saved.emit()
            if says:
                self.said.emit(says, True)
            if done:
                done(result)

        by = replace(self.by, seen=seen_by(owner))
        self.jobs.run_with_db(owner, lambda db: deed(db, by), finished, failed)

    def stand_at(self, route: str) -> None:
        """Remember where the person is, for the next start; a disk that refuses it keeps nobody from working."""
        if route == self.settings.route:
            return
        places = {**self.settings.places, route.split("/")[0]: route}
        self.settings = replace(self.settings, route=route, places=places)
        try:
            save_settings(self.folder.settings, self.settings)
        except OSError as error:
            logger.warning("where the window stands is not kept: %s", type(error).__name__)

    def set(self, settings: Settings) -> None:
        """Keep the person's choices and show them."""
        self.settings = settings
        save_settings(self.folder.settings, settings)
        self.settings_changed.emit()


def _way_of(folder: DataFolder, key: Key | None, clock: Clock) -> Way:
    """Named, not imported: the window's start does not wait for what speaks with a server."""
    make: Callable[[DataFolder, Key | None, Clock], Way] = resolve_name("app.sync.way:way_of")
    return make(folder, key, clock)
