"""One run: what happens, in which order, follows from the seed alone; and the hash of all that came of it."""

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random

from server import pull
from tests.sync.simulator.central import Central
from tests.sync.simulator.clocks import SKEWS_MS, TrueTime
from tests.sync.simulator.devices import Device, Fleet
from tests.sync.simulator.ledger import Ledger
from tests.sync.simulator.network import Network
from tests.sync.simulator.oracle import Oracle

STEPS = 50
_QUIET_ROUNDS = 30
_MOST_DEVICES = 4
_REPLAYED = 5
_WHOLE = (65_536,)  # pages, in bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    """`breaches`: sentences, none when all is well. `events`: how often what happened. `trace`: the hash of it all."""

    seed: int
    breaches: list[str]
    events: dict[str, int]
    trace: str


class World:
    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.random = Random(seed)
        self.time = TrueTime()
        self.ledger = Ledger()
        self.central = Central(self.time, Random(f"{seed}/central"))
        self.network = Network(self.central, self.time, Random(f"{seed}/network"), self.ledger.events)
        self.fleet = Fleet(seed, self.time, self.network, self.ledger, self.random)
        for number in range(self.random.choice((2, 2, 3))):
            self.fleet.add(f"d{number}", skew_ms=self.random.choice(SKEWS_MS))
        self.oracle = Oracle(self.central, self.ledger, self.fleet.devices)
        self.server_backup: sqlite3.Connection | None = None
        self.network.noted = self.oracle.note_head
        self.oracle.note_head()

    def run(self, steps: int = STEPS) -> Outcome:
        for _ in range(steps):
            self.time.pass_by(self.random)
            self.step(self.random.choice(self.fleet.devices))
        self.calm_down()
        self.oracle.judge()
        self.replay_all()
        return Outcome(self.seed, self.oracle.breaches, dict(self.ledger.events), self.trace())

    def step(self, device: Device) -> None:
        if self.random.random() < 0.07:
            device.db.conn.arm(self.random)
        happening = self.random.choices(
            ("act", "sync", "clock", "death", "backup", "restore", "clone", "late", "server backup", "server restore"),
            (58, 30, 2, 2, 2, 2, 0.7, 3, 1.5, 1.5),
        )[0]
        self.ledger.events[happening] += 1
        self.happen(device, happening)
        device.db.conn.disarm()

    def happen(self, device: Device, happening: str) -> None:
        if happening == "act":
            device.act()
        elif happening == "sync":
            self.sync(device)
        elif happening in ("server backup", "server restore", "late"):
            self.happen_on_server(happening)
        else:
            self.happen_to_folder(device, happening)

    def happen_to_folder(self, device: Device, happening: str) -> None:
        match happening:
            case "clock":
                device.clock.jump(self.random)
            case "death":
                device.restart()
            case "backup":
                device.keep_backup()
            case "restore" if device.backup:
                self.restore(device)
            case "clone" if len(self.fleet.devices) < _MOST_DEVICES:
                self.ledger.note_copy(device.body, is_all=False)
                self.fleet.clone(device)

    def happen_on_server(self, happening: str) -> None:
        match happening:
            case "late":
                self.network.replay()
            case "server backup":
                self.server_backup = self.central.backup()
            case "server restore" if self.server_backup:
                self.central.restore(self.server_backup)
                self.oracle.note_restore()
                self.network.forget()
        self.oracle.note_head()

    def sync(self, device: Device, *, in_peace: bool = False) -> None:
        device.sync(in_peace=in_peace)
        self.oracle.look_at(device)

    def restore(self, device: Device) -> None:
        """What was saved since the backup went with the disk, but for what others have."""
        device.restore_backup()
        self.ledger.note_copy(device.body, is_all=True)

    def calm_down(self) -> None:
        self.network.calm, self.network.pages = True, _WHOLE
        for device in self.fleet.devices:
            device.person.form = None
        for _ in range(_QUIET_ROUNDS):
            for device in self.fleet.devices:
                self.sync(device, in_peace=True)
            if not any(map(self.is_busy, self.fleet.devices)):
                return

    def is_busy(self, device: Device) -> bool:
        waiting, cursor = device.db.conn.execute(
            "SELECT (SELECT count(*) FROM sync_outbox), cursor FROM sync_state"
        ).fetchone()
        return bool(waiting) or cursor != self.central.head

    def replay_all(self) -> None:
        """Whatever has arrived changes nothing when it comes once more (I4). Some of it, since it is all alike."""
        before = list(self.central.dump())
        pushed = [request for request in self.network.arrived if request.mutations]
        for request in self.random.sample(pushed, min(len(pushed), _REPLAYED)):
            request.want.rows = False
            self.central.exchange(request)
        if list(self.central.dump()) != before:
            self.oracle.breach("sending everything once more changed something")

    def trace(self) -> str:
        digest = hashlib.sha256()
        for fact in self.oracle.facts():
            digest.update(repr(fact).encode())
        digest.update(repr(sorted(self.ledger.events.items())).encode())
        return digest.hexdigest()


def run(seed: int, steps: int = STEPS) -> Outcome:
    try:
        with small_pages():
            return World(seed).run(steps)
    except Exception as error:
        error.add_note(f"in the run of seed {seed}")
        raise


@contextmanager
def small_pages() -> Iterator[None]:
    """Pages of the server may be as small as a run asks for."""
    own = pull._SMALLEST_PAGE
    pull._SMALLEST_PAGE = 1
    try:
        yield
    finally:
        pull._SMALLEST_PAGE = own
