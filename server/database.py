"""Opening the server's database, SQLite or PostgreSQL, and the two ways in: `write` and `read`."""

import secrets
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any, TypeVar

import psycopg.errors
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.pool import StaticPool

from app.errors import Invalid
from app.models.driver import dbapi
from app.sync.moments import passed

T = TypeVar("T")

_SQLITE_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "busy_timeout = 10000",
    "trusted_schema = OFF",
    "wal_autocheckpoint = 1000",
    "journal_size_limit = 67108864",
    "mmap_size = 0",
)
_POSTGRES = "postgresql+psycopg"
_POSTGRES_OPTIONS = (
    "-c lock_timeout=10s -c idle_in_transaction_session_timeout=30s -c statement_timeout=60s -c timezone=UTC"
)
_WRITERS = 2
_TRIES = 12
_SERIAL_FROM = 4  # from this try on the work asks for no luck any more: it goes one at a time
_LONGEST_PAUSE_S = 0.2
_READING = {"gemba_reading": True}


class Stale(Exception):  # noqa: N818 - no error: the work is done again
    """What was read without a lock has changed meanwhile."""


class Busy(Exception):  # noqa: N818 - the house's names
    """The database was locked by others for longer than anybody should wait."""


@dataclass(slots=True)
class Database:
    """`entropy(n)`: n random bytes. `pause(seconds)`: before the work is tried again."""

    engine: sa.Engine
    entropy: Callable[[int], bytes] = secrets.token_bytes
    pause: Callable[[float], None] = time.sleep
    is_postgres: bool = field(init=False)
    _turn: AbstractContextManager[object] = field(init=False)
    _glance: AbstractContextManager[object] = field(init=False)

    def __post_init__(self) -> None:
        self.is_postgres = self.engine.dialect.name == "postgresql"
        # SQLite has one writer at a time: waiting here is fair and quick, asking again and again is neither.
        # Of PostgreSQL's writers a few hold their locks for a short time, many of one process hold them for a long one.
        self._turn = threading.Semaphore(_WRITERS) if self.is_postgres else threading.Lock()
        # In memory there is one connection for all.
        self._glance = self._turn if isinstance(self.engine.pool, StaticPool) else nullcontext()

    def write(self, work: Callable[[sa.Connection, bool], T]) -> T:
        """What `work(connection, serial)` gives, in one transaction that is on the disk when this returns.

        A deadlock, a serialisation failure, a unique violation or `Stale` undoes it and calls it again, finally with
        `serial` true: then it must let nobody else write for this tenant from its start. Raises Busy.
        """
        last: Exception | None = None
        for attempt in range(_TRIES):
            try:
                with self._turn, self.engine.connect() as connection, connection.begin():
                    done = work(connection, attempt >= _SERIAL_FROM)
                    passed("server:before-commit")
            except Stale as error:
                last = error
            except sa.exc.DBAPIError as error:
                if not _worth_another_try(error):
                    raise
                last = error
            else:
                passed("server:after-commit")
                return done
            self.pause(min(0.002 * 2**attempt, _LONGEST_PAUSE_S) * (0.5 + self.entropy(1)[0] / 256))
        raise Busy(str(last)) from last

    def read(self, work: Callable[[sa.Connection], T]) -> T:
        """What `work(connection)` gives; all it sees is of one moment."""
        with self._glance, self.engine.connect() as connection:
            reading = connection.execution_options(**_READING)
            if self.is_postgres:
                reading = reading.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with reading.begin():
                return work(reading)

    def close(self) -> None:
        self.engine.dispose()


def open_database(url: str, *, pool: int = 5) -> Database:
    """`sqlite:///path`, `sqlite://` (in memory, one connection) or `postgresql://...`. Raises Invalid."""
    made = sa.make_url(url)
    if made.get_backend_name() == "postgresql":
        arguments = {"options": _POSTGRES_OPTIONS, "connect_timeout": 10}
        engine = sa.create_engine(
            made.set(drivername=_POSTGRES),
            connect_args=arguments,
            pool_size=pool,
            max_overflow=pool,
            pool_pre_ping=True,
            hide_parameters=True,
        )
        return Database(engine)
    if made.get_backend_name() != "sqlite":
        raise Invalid("database", "unknown", made.get_backend_name())
    return Database(_sqlite_engine(made, pool))


def _sqlite_engine(url: sa.URL, pool: int) -> sa.Engine:
    in_memory = not url.database or url.database == ":memory:"
    kind: dict[str, Any] = {"poolclass": StaticPool} if in_memory else {"pool_size": pool, "max_overflow": pool}
    arguments = {"check_same_thread": False}
    engine = sa.create_engine(url, module=dbapi, connect_args=arguments, hide_parameters=True, **kind)

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver begins nothing by itself
        for pragma in _SQLITE_PRAGMAS:
            connection.execute(f"PRAGMA {pragma}").close()

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        reading = connection.get_execution_options().get("gemba_reading")
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


def _worth_another_try(error: sa.exc.DBAPIError) -> bool:
    if isinstance(error.orig, psycopg.errors.LockNotAvailable | psycopg.errors.UniqueViolation):
        return True
    if isinstance(error.orig, psycopg.errors.DeadlockDetected | psycopg.errors.SerializationFailure):
        return True
    # SQLite has one writer at a time: only waiting too long for it is worth another try.
    return getattr(error.orig, "sqlite_errorname", "").startswith("SQLITE_BUSY")


def one_of(dialect: str, column: sa.ColumnElement[Any], name: str) -> sa.ColumnElement[bool]:
    """Whether `column` is one of the texts that are given as a list under `name` when the statement runs."""
    if dialect == "postgresql":
        return column == sa.any_(sa.bindparam(name, type_=ARRAY(sa.Text())))
    listed = sa.func.json_each(sa.bindparam(name, type_=sa.JSON())).table_valued("value")
    return column.in_(sa.select(listed.c.value))


def among(connection: sa.Connection, column: sa.ColumnElement[Any], values: Iterable[str]) -> sa.ColumnElement[bool]:
    """Whether `column` is one of many texts: one parameter, so the statement stays the same whatever their number."""
    wanted = sorted(set(values))
    if connection.dialect.name == "postgresql":
        return column == sa.any_(sa.bindparam(None, wanted, type_=ARRAY(sa.Text())))
    listed = sa.func.json_each(sa.bindparam(None, wanted, type_=sa.JSON())).table_valued("value")
    return column.in_(sa.select(listed.c.value))
