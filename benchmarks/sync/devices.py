"""Two hundred laptops at once, each on a connection of its own: what a server takes, and how long it lets wait.

They are played by the messages alone, without stores, so that the machine's cores are the server's as far as possible.
"""

import asyncio
import base64
import random
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from statistics import mean, quantiles
from time import perf_counter

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.models.ids import Clock, stamp
from app.sync import wire
from app.sync.protocol import (
    EXCHANGE_PATH,
    MAX_OPS,
    Answer,
    Enrol,
    Mutation,
    Op,
    Request,
    SignIn,
    Value,
    Want,
    encoded,
)
from benchmarks.sync.workloads import text_of
from server.accounts import add_user, enrol, list_tenants, new_code
from server.database import Database
from server.signin import new_challenge, new_token

SHARED_VISITS = 200
OWN_VISITS = 20
SHARED_SHARE = 0.2
ROW_BYTES = 95  # of a page, packed: so that an answer has about as many rows as are asked for
_VISITS_AN_ENTERPRISE = 20


@dataclass(frozen=True, slots=True)
class Pace:
    """`exchanges_s`: of all devices together; 0: each asks again as soon as it was answered."""

    seconds: float
    devices: int
    exchanges_s: float = 0
    mutations: int = 20
    rows: int = 100


@dataclass(frozen=True, slots=True)
class Heard:
    """One exchange: `waited_s` from the moment it was due, so that a queue before a busy server counts."""

    waited_s: float
    settled: int
    rows: int
    statuses: Counter[str]


@dataclass(frozen=True, slots=True)
class Load:
    """What all devices heard in `seconds`."""

    seconds: float
    heard: Sequence[Heard]
    failed: Sequence[str]

    def as_facts(self) -> dict[str, object]:
        waits = sorted(each.waited_s for each in self.heard)
        parts = quantiles(waits, n=100) if len(waits) > 1 else [0.0] * 99
        statuses: Counter[str] = sum((each.statuses for each in self.heard), Counter())
        return {
            "seconds": round(self.seconds, 1),
            "exchanges": len(self.heard),
            "failed": len(self.failed),
            "why_failed": dict(Counter(self.failed)),
            "mutations_s": round(sum(each.settled for each in self.heard) / self.seconds, 1),
            "rows_an_exchange": round(mean(each.rows for each in self.heard), 1) if self.heard else 0,
            "p50_ms": round(parts[49] * 1_000, 1),
            "p95_ms": round(parts[94] * 1_000, 1),
            "worst_ms": round(waits[-1] * 1_000, 1) if waits else 0,
            "outcomes": dict(statuses),
        }


@dataclass(slots=True)
class Device:
    """A laptop as the server knows it."""

    id: str
    token: str
    epoch: str
    chance: random.Random
    visits: list[str] = field(default_factory=list)
    next_m: int = 1
    hlc: int = 0
    cursor: int = 0

    def request(self, clock: Clock, ops: Sequence[Sequence[Op]], *, rows: int) -> Request:
        """`ops`: of each mutation. `rows`: about how many the answer may bring; 0: none."""
        now_ms = int(clock.now().timestamp() * 1_000)
        sealed = []
        for each in ops:
            self.hlc = max(self.hlc + 1, now_ms << 16)
            made = Mutation(m=self.next_m, schema=1, hlc=self.hlc, at=now_ms, base=self.cursor, epoch=self.epoch)
            made.ops = list(each)
            sealed.append(msgspec.Raw(encoded(made)))
            self.next_m += 1
        return Request(
            proto=1,
            schema=1,
            device=self.id,
            inc=1,
            epoch=self.epoch,
            client_ms=now_ms,
            mutations=sealed,
            cursor=self.cursor,
            stage=self.cursor,
            want=Want(max_bytes=max(rows, 1) * ROW_BYTES, rows=rows > 0, bzip2=True),
            acked=self.next_m - 1 - len(sealed),
        )


class Line:
    """A connection that is kept; opened again when it broke."""

    def __init__(self, port: int, token: str) -> None:
        self._port = port
        self._token = token
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def exchange(self, request: Request) -> Answer:
        """Raises OSError, ValueError (the server said no) and NotOurs."""
        body, headers = wire.pack(request, bzip2=True)
        headers |= {"Host": "gemba", "Authorization": f"Bearer {self._token}", "Content-Length": str(len(body))}
        said = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        try:
            writer.write(f"POST {EXCHANGE_PATH} HTTP/1.1\r\n{said}\r\n".encode() + body)
            first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").rstrip().split("\r\n")
            named = {name.lower(): value.strip() for name, value in (line.split(":", 1) for line in lines)}
            answered = await reader.readexactly(int(named["content-length"]))
        except (OSError, asyncio.IncompleteReadError):
            self.close()
            raise
        if first.split(" ")[1] != "200":
            raise ValueError(first)
        return wire.unpack(Answer, answered, named)

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


def enrolled(database: Database, secret: bytes, count: int, clock: Clock, *, organisation: str = "") -> list[Device]:
    """So many devices of one person, with tokens; past the limits that strangers have. In the first organisation there
    is, or the one of this name."""
    now_ms = int(clock.now().timestamp() * 1_000)
    tenant = next(tenant for tenant, name in list_tenants(database) if organisation in ("", name))
    account = add_user(database, tenant, "Two hundred", "trainer", now_ms)
    found = []
    for number in range(count):
        key, device_id = Ed25519PrivateKey.generate(), clock.new_id()
        public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        asked = Enrol(code=new_code(database, account, now_ms), device=device_id, key=base64.b64encode(public).decode())
        epoch = enrol(database, asked, now_ms).epoch
        challenge = new_challenge(database, secret, device_id, now_ms)
        signature = base64.b64encode(key.sign(f"{device_id}\n{challenge}".encode())).decode()
        signed = SignIn(device=device_id, challenge=challenge, signature=signature)
        token = new_token(database, secret, signed, now_ms)
        found.append(Device(device_id, token, epoch, random.Random(number)))
    return found


async def fill(port: int, devices: Sequence[Device], clock: Clock, *, shared_visits: int = SHARED_VISITS) -> None:
    """Enterprises and visits: OWN_VISITS for each device, and those that all write; everybody has seen them."""
    shared = [clock.new_id() for _ in range(shared_visits)]
    for device in devices:
        device.visits = [clock.new_id() for _ in range(OWN_VISITS)]
    every = [*shared, *(visit_id for device in devices for visit_id in device.visits)]
    ops: list[Op] = []
    for at, visit_id in enumerate(every):
        if at % _VISITS_AN_ENTERPRISE == 0:
            enterprise_id = clock.new_id()
            facts = {"name": f"Enterprise {at}", "country": "ID", "status": "active"}
            ops.append(_op("enterprise", enterprise_id, created_at=stamp(clock.now()), **facts))
        facts = {"enterprise_id": enterprise_id, "kind": "follow_up", "planned_on": "2026-11-24", "status": "draft"}
        facts |= {"created_at": stamp(clock.now()), "summary": text_of(devices[0].chance)}
        ops.append(_op("visit", visit_id, **facts))
    line = Line(port, devices[0].token)
    with closing(line):
        for at in range(0, len(ops), MAX_OPS):
            answer = await line.exchange(devices[0].request(clock, [ops[at : at + MAX_OPS]], rows=0))
            if [result.status for result in answer.results] != ["applied"]:
                raise ValueError(str(answer.results))
    for device in devices:
        device.cursor = answer.head
        device.visits += shared


def _op(table: str, row_id: str, **values: Value) -> Op:
    return Op(table=table, id=row_id, set=values)


async def run(port: int, devices: Sequence[Device], pace: Pace, clock: Clock) -> Load:
    """Every device works for `pace.seconds`; one in five of its edits is of a visit that all others edit too."""
    heard: list[Heard] = []
    failed: list[str] = []
    started = perf_counter()
    works = [_work(port, device, pace, clock, number / len(devices)) for number, device in enumerate(devices)]
    for said, wrong in await asyncio.gather(*works):
        heard += said
        failed += wrong
    return Load(perf_counter() - started, heard, failed)


async def _work(port: int, device: Device, pace: Pace, clock: Clock, phase: float) -> tuple[list[Heard], list[str]]:
    period = pace.devices / pace.exchanges_s if pace.exchanges_s else 0.0
    heard: list[Heard] = []
    failed: list[str] = []
    line = Line(port, device.token)
    due = perf_counter() + phase * (period or 0.5)
    end = perf_counter() + pace.seconds
    while due < end:
        await asyncio.sleep(max(0.0, due - perf_counter()))
        request = device.request(clock, [[_edit(device)] for _ in range(pace.mutations)], rows=pace.rows)
        try:
            heard.append(_noted(device, await line.exchange(request), due))
        except (OSError, ValueError, asyncio.IncompleteReadError) as error:
            failed.append(f"{type(error).__name__} {error}")
            device.next_m -= len(request.mutations)
        due = due + period if period else perf_counter()
    line.close()
    return heard, failed


def _edit(device: Device) -> Op:
    own, shared = device.visits[:OWN_VISITS], device.visits[OWN_VISITS:]
    visits = shared if device.chance.random() < SHARED_SHARE else own
    return _op("visit", device.chance.choice(visits), summary=text_of(device.chance))


def _noted(device: Device, answer: Answer, due: float) -> Heard:
    device.cursor = answer.cursor
    statuses = Counter[str]()
    for result in answer.results:
        statuses[result.status] += result.n
    settled = sum(statuses.values())
    device.next_m = answer.last_mseq + 1
    return Heard(perf_counter() - due, settled, len(answer.rows), statuses)
