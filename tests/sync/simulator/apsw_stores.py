"""The app's store on a made-up disk: another driver, made to look and to fail like the app's own."""

import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import apsw

from app.models.database import _PRAGMAS
from app.models.driver import Database, dbapi
from tests.sync.simulator.disks import Disk, MadeUpDisk

FILE = "/made-up/records.db"
_KINDS: tuple[tuple[type[Exception], type[Exception], str], ...] = (
    (apsw.ConstraintError, dbapi.IntegrityError, "SQLITE_CONSTRAINT"),
    (apsw.FullError, dbapi.OperationalError, "SQLITE_FULL"),
    (apsw.IOError, dbapi.OperationalError, "SQLITE_IOERR"),
    (apsw.CorruptError, dbapi.DatabaseError, "SQLITE_CORRUPT"),
    (apsw.NotADBError, dbapi.DatabaseError, "SQLITE_NOTADB"),
    (apsw.Error, dbapi.OperationalError, "SQLITE_ERROR"),
)


@contextmanager
def as_own_errors() -> Iterator[None]:
    """The other driver's errors leave as those of the app's."""
    try:
        yield
    except apsw.Error as error:
        for kind, own, name in _KINDS:
            if isinstance(error, kind):
                told = own(str(error))
                told.sqlite_errorname = name  # type: ignore[attr-defined]
                raise told from error
        raise


class Rows:
    """A cursor all of whose rows were fetched."""

    def __init__(self, found: list[tuple[Any, ...]], description: Any) -> None:
        self.rows = iter(found)
        self.description = description

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return self.rows

    def fetchone(self) -> tuple[Any, ...] | None:
        return next(self.rows, None)

    def fetchall(self) -> list[tuple[Any, ...]]:
        return list(self.rows)


class ApswConnection:
    """As much of a connection as the app asks for."""

    def __init__(self, raw: apsw.Connection) -> None:
        self.raw = raw

    def execute(self, sql: str, values: Sequence[Any] = ()) -> Rows:
        described: list[Any] = []

        def traced(cursor: apsw.Cursor, _sql: str, _values: Any) -> bool:
            described[:] = cursor.get_description()
            return True

        with as_own_errors():
            cursor = self.raw.cursor()
            cursor.exec_trace = traced
            found = cursor.execute(sql, tuple(values)).fetchall()
        return Rows(found, [(name, *(None,) * 6) for name, *_ in described] or None)

    def executemany(self, sql: str, many: Iterable[Sequence[Any]]) -> None:
        with as_own_errors():
            for _ in self.raw.cursor().executemany(sql, (tuple(values) for values in many)):
                pass

    @property
    def in_transaction(self) -> bool:
        return bool(self.raw.in_transaction)

    def close(self) -> None:
        with as_own_errors():
            self.raw.close(True)


@contextmanager
def opened(disk: Disk, *pragmas: str) -> Iterator[Database]:
    """The store on `disk` with every pragma of the app, alone: so that its index of the log needs no file.

    It is not closed as a program would: what is not on the disk yet stays off it.
    """
    name = f"made-up-{uuid.uuid4()}"
    vfs = MadeUpDisk(name, disk)
    raw = apsw.Connection(FILE, vfs=name)
    try:
        for pragma in ("locking_mode = EXCLUSIVE", *_PRAGMAS, *pragmas):
            raw.execute(f"PRAGMA {pragma}").fetchall()
        yield Database(ApswConnection(raw), recursive_triggers=False, execute_plugins=False)
    finally:
        kept = {file: bytearray(held) for file, held in disk.files.items()}, list(disk.log)
        disk.fails = lambda _number, _deed: None
        raw.close(True)
        vfs.unregister()
        disk.files, disk.log = kept
