"""Laptops with real stores and the real engine, on one real server in memory: for tests that follow work around."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

import sqlalchemy as sa

from app.models.database import Author, edit
from app.models.driver import Database
from app.models.ids import FixedClock
from app.models.rows import bin_row, find_row, save_row, write_fields
from app.sync import wire
from app.sync.engine import SyncReport, sync_once
from app.sync.protocol import Answer, Incarnation, NextIncarnation, Request, Row
from server import tables
from server.accounts import create_tenant, next_incarnation
from server.database import open_database
from server.exchange import handle_exchange
from server.sessions import DeviceSession
from tests.conftest import GATE

T = TypeVar("T")


class OneServer:
    """Serves every device it is told of. `wire` on: messages go through bytes, as they do over a network."""

    def __init__(self) -> None:
        self.now_ms = int(GATE.timestamp() * 1000)
        self.database = open_database("sqlite://")
        tables.METADATA.create_all(self.database.engine)
        self.tenant = create_tenant(self.database, "Programme", self.now_ms)
        self.asked: list[Request] = []

    def enrol(self, laptop: "Laptop") -> None:
        device = {
            "id": laptop.device, "tenant_id": self.tenant, "account_id": laptop.by.user_id, "public_key": "",
            "name": "", "program": "", "incarnation": 1, "enrolled_ms": self.now_ms - 86_400_000,
        }  # fmt: skip
        with self.database.engine.connect() as connection, connection.begin():
            connection.execute(tables.device.insert(), device)
        laptop.db.conn.execute("UPDATE sync_state SET server_id = ?, epoch = ?", self.names)
        laptop.db.conn.execute("DELETE FROM sync_capture WHERE tbl = 'user'")

    @property
    def names(self) -> tuple[str, str]:
        """The server's id and the current epoch's."""
        with self.database.engine.connect() as connection:
            server = connection.execute(sa.select(tables.server_identity.c.id)).scalar_one()
            epoch = connection.execute(sa.select(tables.epoch.c.id).order_by(tables.epoch.c.number.desc())).first()
        return server, epoch[0]

    def session(self, device: str) -> DeviceSession:
        with self.database.engine.connect() as connection:
            known = tables.device.c.id == device
            user = connection.execute(sa.select(tables.device.c.account_id).where(known)).scalar_one()
        return DeviceSession(self.tenant, user, device)

    def exchange(self, request: Request) -> Answer:
        self.now_ms += 1_000
        self.asked.append(request)
        arrived = wire.unpack(Request, *wire.pack(request))
        answer = handle_exchange(self.database, self.session(request.device), arrived, self.now_ms)
        return wire.unpack(Answer, *wire.pack(answer))

    def next_incarnation(self, asked: NextIncarnation) -> Incarnation:
        return Incarnation(inc=next_incarnation(self.database, self.session(asked.device), self.now_ms, was=asked.was))


@dataclass
class Laptop:
    """A store, whoever writes in it, and the way to the server. `server` may be replaced by one that fails."""

    db: Database
    by: Author
    server: object
    clock: FixedClock
    exchanges: int = field(default=0)

    @property
    def device(self) -> str:
        return self.by.device_id

    def records(self, work: Callable[[Database], T]) -> T:
        return work(self.db)

    def photos(self, work: Callable[[Database], T]) -> T:
        raise AssertionError("the engine of rows asked for photos")

    def sync(self, **options: object) -> SyncReport:
        self.clock.move(seconds=1)
        return sync_once(self, self.server, self.clock, **options)

    def add(self, table: str, **values: object) -> str:
        return save_row(self.db, self.by, table, values)

    def write(self, table: str, row_id: str, *, seen: int | None = None, **values: object) -> None:
        self.clock.move(seconds=1)
        with edit(self.db, self.by, seen=seen):
            write_fields(self.db, self.by, table, row_id, values)

    def bin(self, table: str, row_id: str) -> None:
        self.clock.move(seconds=1)
        bin_row(self.db, self.by, table, row_id)

    def read(self, table: str, row_id: str) -> dict[str, object] | None:
        """None when it is not here or in the bin."""
        return find_row(self.db, table, row_id)

    def one(self, sql: str, *parameters: object) -> object:
        return self.db.conn.execute(sql, parameters).fetchone()[0]

    @property
    def is_clean(self) -> bool:
        """Whether nothing waits, lies over the server's rows or is staged."""
        counts = [
            self.one(f"SELECT count(*) FROM {table}")
            for table in ("sync_capture", "sync_outbox", "sync_overlay", "sync_stage")
        ]
        return not any(counts)


def sent(answer_rows: list[Row]) -> dict[tuple[str, str], dict[str, object]]:
    return {(row.table, row.id): dict(row.values) for row in answer_rows}
