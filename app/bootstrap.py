"""The composition root: opens a data folder for writing or for reading, in order, and closes it in order. No Qt."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pkgutil import resolve_name

from filelock import FileLock, Timeout

from app.errors import DiskTrouble, FolderInUse
from app.fieldwork.catalogues import load_catalogues
from app.fieldwork.identity import author_of
from app.models import backups
from app.models.database import (
    Author,
    Key,
    bring_up_to_date,
    check_driver,
    closed_on_trouble,
    connect,
    needs_migration,
    open_reader,
    refuse_newer,
    translated,
)
from app.models.driver import Database
from app.models.ids import Clock
from app.models.migrations import migrations
from app.paths import DataFolder
from app.photos.store import open_photos

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Store:
    """An open data folder: the records, the photos' bytes, and who writes. Readers have no right to write."""

    folder: DataFolder
    records: Database
    photos: Database
    author: Author


@contextmanager
def writing(folder: DataFolder, key: Key | None = None, *, clock: Clock | None = None) -> Iterator[Store]:
    """The folder, opened for writing by this process alone; made, migrated and copied as needed.

    Raises FolderInUse while another process writes there, and the kinds of DiskTrouble. A lock that a killed process
    left is free: the system drops it with the process.
    """
    with locked(folder), _opened(folder, key, clock or Clock()) as store:
        yield store


@contextmanager
def serving(folder: DataFolder, key: Key | None = None) -> Iterator["Doors"]:
    """The folder held for a window, whose threads open what they need themselves. Raises what `locked` raises."""
    with locked(folder):
        yield Doors(folder, key)


@dataclass(frozen=True, slots=True)
class Doors:
    """Opens connections on whatever thread calls; each is closed by who opened it."""

    folder: DataFolder
    _key: Key | None

    def open_writer(self) -> Database:
        """The records, made, migrated and copied as needed: opened before all else. Raises what `writing` raises."""
        check_driver()
        records = _records(self.folder, self._key, Clock())
        logger.info("the store is ready")
        return records

    def open_reader(self) -> Database:
        return open_reader(self.folder.records, self._key)

    def open_photos(self) -> Database:
        return open_photos(self.folder.photos, self._key)


@contextmanager
def _opened(folder: DataFolder, key: Key | None, clock: Clock) -> Iterator[Store]:
    check_driver()
    records = _records(folder, key, clock)
    try:
        photos = open_photos(folder.photos, key)
        try:
            with translated(folder.records):
                yield Store(folder, records, photos, author_of(records, clock))
        finally:
            photos.close()
    finally:
        records.close()


@contextmanager
def locked(folder: DataFolder) -> Iterator[None]:
    """This process is the only one that changes the folder. Raises FolderInUse and NoPermission."""
    with translated(folder.root):
        folder.root.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder.lock, timeout=0)
        try:
            lock.acquire()
        except Timeout as error:
            raise FolderInUse(folder.root) from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def reading(folder: DataFolder, key: Key | None = None, *, clock: Clock | None = None) -> Iterator[Store]:
    """The folder, opened read-only beside whoever writes there. Raises StoreMissing, StoreOlder, StoreNewer."""
    check_driver()
    records = open_reader(folder.records, key)
    try:
        photos = open_photos(folder.photos, key, reading=True)
        try:
            with translated(folder.records):
                yield Store(folder, records, photos, author_of(records, clock or Clock()))
        finally:
            photos.close()
    finally:
        records.close()


def _records(folder: DataFolder, key: Key | None, clock: Clock) -> Database:
    db = connect(folder.records, key)
    with closed_on_trouble(db):
        refuse_newer(db)
        is_new = not migrations.applied(db)
        is_migrated = not is_new and needs_migration(db)
        if is_migrated:
            step = migrations.pending(db)[0].name
            logger.info("copying the records before %s", step)
            backups.copy_before_migration(db, folder.backups, key, step)
        bring_up_to_date(db, clock)
        if is_migrated:
            # Named, not imported: it is needed only when the program was updated.
            adopt: Callable[[Database], int] = resolve_name("app.sync.adopt:adopt_extra")
            adopt(db)
        if not is_new:
            _copy_daily(db, folder, key, clock)
        with translated(folder.records):
            load_catalogues(db, clock)
    return db


def _copy_daily(db: Database, folder: DataFolder, key: Key | None, clock: Clock) -> None:
    """A copy that finds no room is told by Ready to leave and the log; it does not keep anybody from working."""
    try:
        if made := backups.copy_daily(db, folder.backups, key, clock.today()):
            logger.info("copied the records to %s", made.name)
    except DiskTrouble as trouble:
        logger.warning("no daily copy: %s", type(trouble).__name__)
