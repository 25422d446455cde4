"""A tenant, its people and their laptops, as far as a server sees them: what they send is written by hand."""

import base64
import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from app.models.ids import FixedClock
from app.sync.protocol import Answer, Enrol, Mutation, Op, Request, Row, Want, encoded
from server import tables
from server.accounts import Account, add_user, create_tenant, enrol, new_code
from server.database import Database
from server.exchange import handle_exchange
from server.sessions import DeviceSession

START = datetime(2026, 11, 24, 1, 12, tzinfo=UTC)
MADE = "2026-11-24T01:12:00.000Z"
KEY = base64.b64encode(b"k" * 32).decode()


@dataclass
class Noise:
    """Random bytes that are the same at every run."""

    drawn: int = 0

    def __call__(self, count: int) -> bytes:
        self.drawn += 1
        return hashlib.shake_256(str(self.drawn).encode()).digest(count)


@dataclass
class World:
    database: Database
    clock: FixedClock = field(default_factory=lambda: FixedClock(START))
    tenant: str = ""
    people: dict[str, Account] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.database.entropy = Noise()
        self.database.pause = lambda _seconds: None
        self.tenant = create_tenant(self.database, "Programme", self.now)
        for name in ("Ana", "Budi"):
            self.people[name] = add_user(self.database, self.tenant, name, "trainer", self.now)

    @property
    def now(self) -> int:
        """The server's time in ms."""
        return int(self.clock.at.timestamp() * 1000)

    def laptop(self, name: str, device: str = "") -> "Laptop":
        """One that is enrolled for Ana or Budi."""
        made = device or f"laptop-of-{name}"
        code = new_code(self.database, self.people[name], self.now)
        enrolled = enrol(self.database, Enrol(code=code, device=made, key=KEY), self.now)
        return Laptop(self, DeviceSession(self.tenant, self.people[name].id, made), enrolled.inc, epoch=enrolled.epoch)

    def rows(self, table: sa.Table, **equal: Any) -> list[dict[str, Any]]:
        """What stands in a table of the server, in the order of its key."""
        statement = sa.select(table).filter_by(**equal).order_by(*table.primary_key.columns)
        return self.database.read(lambda c: [dict(row) for row in c.execute(statement).mappings()])

    def value(self, table: str, row_id: str, name: str) -> Any:
        return self.rows(tables.ENTITIES[table], id=row_id)[0][name]

    def is_deleted(self, table: str, row_id: str) -> bool:
        return bool(self.rows(tables.sync_row, tbl=table, row_id=row_id)[0]["deleted"])

    def conflicts(self, **equal: Any) -> list[dict[str, Any]]:
        return self.rows(tables.conflict, **equal)

    def open_conflicts(self) -> list[str]:
        """table.field kind, of those nobody settled."""
        return sorted(f"{c['tbl']}.{c['field']} {c['kind']}" for c in self.conflicts() if c["resolved_seq"] is None)

    def dump(self) -> dict[str, list[dict[str, Any]]]:
        """Everything, to be compared with another server."""
        return {table.name: self.rows(table) for table in tables.METADATA.sorted_tables}


@dataclass
class Laptop:
    """Numbers its mutations and remembers how far it pulled, nothing else."""

    world: World
    session: DeviceSession
    inc: int = 1
    m: int = 0
    cursor: int = 0
    epoch: str = ""
    sent: list[msgspec.Raw] = field(default_factory=list)
    rows: dict[tuple[str, str], Row] = field(default_factory=dict)

    def new_id(self) -> str:
        return self.world.clock.new_id()

    def seal(self, *ops: Op, base: int | None = None, **known: Any) -> msgspec.Raw:
        """The bytes of the next mutation; its base is the cursor if not told."""
        self.m += 1
        self.sent.append(self.body(*ops, m=self.m, base=base, **known))
        return self.sent[-1]

    def body(self, *ops: Op, m: int, base: int | None = None, **known: Any) -> msgspec.Raw:
        now = self.world.now
        usual = {"schema": 1, "hlc": now << 16, "at": now, "epoch": self.epoch}
        said = usual | {"base": self.cursor if base is None else base, "m": m, "ops": list(ops)} | known
        return msgspec.Raw(encoded(Mutation(**said)))

    def request(self, *mutations: msgspec.Raw, **known: Any) -> Request:
        usual = {
            "proto": 1,
            "schema": 1,
            "device": self.session.device,
            "inc": self.inc,
            "epoch": self.epoch,
            "client_ms": self.world.now,
            "cursor": self.cursor,
            "stage": self.cursor,
        }
        return Request(mutations=list(mutations), **(usual | known))

    def send(self, *mutations: msgspec.Raw, **known: Any) -> Answer:
        """One exchange; the cursor stays."""
        return handle_exchange(self.world.database, self.session, self.request(*mutations, **known), self.world.now)

    def push(self, *ops: Op, **known: Any) -> Answer:
        """Seal and send one mutation, take nothing."""
        return self.send(self.seal(*ops, **known), want=Want(rows=False))

    def pull(self) -> list[Row]:
        """All pages there are; the cursor moves on."""
        rows: list[Row] = []
        while True:
            answer = self.send()
            rows += answer.rows
            self.cursor, self.epoch = answer.cursor, answer.epoch
            if not answer.more:
                break
        self.rows |= {(row.table, row.id): row for row in rows}
        return rows

    def adds(self, table: str, **values: Any) -> str:
        """Push a new row; its id."""
        row_id = self.new_id()
        answer = self.push(made(table, row_id, **values))
        assert [result.status for result in answer.results] == ["applied"]
        return row_id

    def enterprise(self, **values: Any) -> str:
        return self.adds("enterprise", **({"name": "PT Laksana"} | values))

    def visit(self, enterprise: str, **values: Any) -> str:
        known = {"enterprise_id": enterprise, "kind": "follow_up", "planned_on": "2026-11-24", "status": "draft"}
        return self.adds("visit", **(known | values))


def held(row: Row) -> dict[str, Any]:
    """What a row that was pulled holds, but for when it was made."""
    return {name: value for name, value in row.values.items() if name != "created_at"}


def made(table: str, row_id: str, **values: Any) -> Op:
    """A new row: it says when it was made."""
    return put(table, row_id, **({"created_at": MADE} | values))


def put(table: str, row_id: str, **values: Any) -> Op:
    return Op(table=table, id=row_id, set=values)


def gone(table: str, row_id: str, **known: Any) -> Op:
    return Op(table=table, id=row_id, life="del", **known)


def back(table: str, row_id: str) -> Op:
    return Op(table=table, id=row_id, life="undel")
