"""The real server on a database in memory, which can be copied away and set back like any other."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import Any

import sqlalchemy as sa

from app.models.driver import dbapi
from app.models.ids import natural_id
from app.sync.protocol import Answer, Enrol, Incarnation, NextIncarnation, Request
from server import accounts, tables
from server.accounts import DeviceSession
from server.database import Database, open_database
from server.exchange import handle_exchange
from tests.sync.simulator.clocks import START_MS, TrueTime

KEY = "A" * 43 + "="


@cache
def _database() -> Database:
    """One for all runs, so that statements are compiled once."""
    database = open_database("sqlite://")
    tables.METADATA.create_all(database.engine)
    database.entropy = Random(0).randbytes
    database.pause = lambda _seconds: None
    return database


@cache
def _empty() -> tuple[sqlite3.Connection, str]:
    """A server with one tenant, and the tenant's id."""
    database = _database()
    tenant = accounts.create_tenant(database, "Somewhere", START_MS - 10_000)
    return _copy(_raw(database.engine)), tenant


@cache
def _raw(engine: sa.Engine) -> sqlite3.Connection:
    """The one connection there is."""
    with engine.connect() as connection:
        found: sqlite3.Connection = connection.connection.dbapi_connection
    return found


def _copy(raw: sqlite3.Connection) -> sqlite3.Connection:
    made: sqlite3.Connection = dbapi.connect(":memory:", isolation_level=None)
    raw.backup(made)
    return made


@dataclass
class Central:
    """The one server of a run."""

    time: TrueTime
    random: Random
    tenant: str = field(init=False)
    sessions: dict[str, DeviceSession] = field(default_factory=dict)

    def __post_init__(self) -> None:
        empty, self.tenant = _empty()
        empty.backup(self.raw)

    @property
    def database(self) -> Database:
        return _database()

    @property
    def raw(self) -> sqlite3.Connection:
        return _raw(self.database.engine)

    def enrol(self, device: str, name: str) -> tuple[str, str, str]:
        """Ids of the server, its epoch and the account."""
        self.database.entropy = self.random.randbytes
        account = accounts.add_user(self.database, self.tenant, name, "trainer", self.time.now_ms)
        code = accounts.new_code(self.database, account, self.time.now_ms)
        enrolled = accounts.enrol(self.database, Enrol(code=code, device=device, key=KEY), self.time.now_ms)
        self.sessions[device] = DeviceSession(self.tenant, account.id, device)
        return enrolled.server, enrolled.epoch, account.id

    def exchange(self, request: Request) -> Answer:
        return handle_exchange(self.database, self.sessions[request.device], request, self.time.now_ms)

    def next_incarnation(self, asked: NextIncarnation) -> Incarnation:
        session = self.sessions[asked.device]
        return Incarnation(inc=accounts.next_incarnation(self.database, session, self.time.now_ms, was=asked.was))

    def backup(self) -> sqlite3.Connection:
        return _copy(self.raw)

    def put_back(self, backup: sqlite3.Connection) -> None:
        """As it was then, as if nothing had happened since."""
        backup.backup(self.raw)

    def restore(self, backup: sqlite3.Connection) -> None:
        """A new epoch begins, as with the server's own restore."""
        self.put_back(backup)
        noise = str(self.random.random())
        began = {"tenant_id": self.tenant, "id": natural_id(self.tenant, "epoch", noise), "began_ms": self.time.now_ms}

        def work(connection: sa.Connection, _alone: bool) -> None:
            last = connection.execute(sa.select(tables.sync_head.c.last_seq)).scalar_one()
            number = connection.execute(sa.select(sa.func.max(tables.epoch.c.number))).scalar_one()
            connection.execute(tables.epoch.insert(), began | {"number": number + 1, "began_seq": last})

        self.database.write(work)

    def rows(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        return self.raw.execute(sql, parameters).fetchall()

    def run(self, sql: str) -> None:
        self.raw.execute(sql)

    def dump(self) -> Iterator[tuple[Any, ...]]:
        """Everything that is stored but for times of contact."""
        for table in tables.METADATA.sorted_tables:
            if table.name not in ("device_life", "access_token"):
                yield (table.name, self.rows(f'SELECT * FROM "{table.name}" ORDER BY 1, 2, 3'))

    @property
    def head(self) -> int:
        return int(self.rows("SELECT last_seq FROM sync_head WHERE tenant_id = ?", self.tenant)[0][0])

    @property
    def epoch(self) -> str:
        return str(self.rows("SELECT id FROM epoch ORDER BY number DESC LIMIT 1")[0][0])
