"""A laptop of the fleet: a store, a clock, a person, and the engine between them and the server."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import TypeVar

from app.errors import SyncTrouble
from app.models.database import Author
from app.models.driver import Database
from app.sync.engine import sync_once
from app.sync.state import transaction, write_state
from tests.sync.simulator.clocks import DeviceClock, TrueTime
from tests.sync.simulator.ledger import Ledger
from tests.sync.simulator.network import Network
from tests.sync.simulator.people import Person
from tests.sync.simulator.stores import Death, copied, new_store

T = TypeVar("T")

_ROUNDS = (1, 1, 2, 3, 200)
_BATCHES = (1, 400, 65_536)


@dataclass
class Device:
    """`name` is its id. A clone has the id of what it was cloned from, and another `body`."""

    name: str
    body: str
    db: Database
    clock: DeviceClock
    person: Person
    network: Network
    random: Random
    backup: Database | None = field(default=None)
    is_original: bool = field(default=True)  # no copy of its folder was ever used

    def records(self, work: Callable[[Database], T]) -> T:
        return work(self.db)

    def photos(self, work: Callable[[Database], T]) -> T:
        raise AssertionError("the engine of rows asked for photos")

    def act(self) -> None:
        """A few things in a row, as work goes."""
        try:
            self.work()
        except Death:
            self.restart()

    def work(self) -> None:
        for _ in range(self.random.choice((1, 2, 3, 5))):
            self.clock.time.now_ms += self.random.choice((3, 900, 20_000))
            self.person.act(self.db)

    def sync(self, *, in_peace: bool = False) -> bool:
        """Whether it ran to its end. `in_peace`: nothing is in small pieces."""
        rounds, batch = self.random.choice(_ROUNDS), self.random.choice(_BATCHES)
        if in_peace:
            rounds, batch = max(_ROUNDS), max(_BATCHES)
        try:
            self.network.meanwhile = self.work
            with transaction(self.db):
                write_state(self.db, batch_bytes=batch)
            return sync_once(self, self.network, self.clock, rounds=rounds).complete
        except SyncTrouble as trouble:
            self.person.ledger.events[type(trouble).__name__] += 1
            return False
        except Death:
            self.restart()
            return False

    def restart(self) -> None:
        """What was not committed is gone, and so is what stood in an open form."""
        self.db.rollback()
        self.db.conn.disarm()
        self.person.form = None
        self.person.ledger.events["death"] += 1
        if self.random.random() < 0.5:
            self.clock.boot()

    def keep_backup(self) -> None:
        self.backup = copied(self.db)

    def restore_backup(self) -> None:
        assert self.backup is not None
        self.is_original = False
        self.db = copied(self.backup)
        self.restart()

    @property
    def life(self) -> tuple[str, int]:
        incarnation = self.db.conn.execute("SELECT incarnation FROM sync_state").fetchone()[0]
        return self.name, int(incarnation)


@dataclass
class Fleet:
    """Makes devices; `names` follow from the run's number, so that ids do too."""

    seed: int
    time: TrueTime
    network: Network
    ledger: Ledger
    random: Random
    devices: list[Device] = field(default_factory=list)

    def add(self, name: str, *, skew_ms: int) -> Device:
        clock = DeviceClock(self.time, f"{self.seed}-{name}", skew_ms, booted_ms=self.time.now_ms - 60_000)
        device_id = clock.new_id()
        db = new_store(device_id, self.random.randbytes(16))
        server, epoch, user = self.network.central.enrol(device_id, name)
        write_state(db, server_id=server, epoch=epoch)
        return self._made(device_id, name, db, clock, user)

    def clone(self, device: Device) -> Device:
        """The folder, copied to another laptop and used there by the same person."""
        name = f"{device.body}+{len(self.devices)}"
        device.is_original = False
        clock = DeviceClock(self.time, f"{self.seed}-{name}", device.clock.skew_ms, booted_ms=self.time.now_ms - 5_000)
        made = self._made(device.name, name, copied(device.db), clock, device.person.by.user_id)
        made.is_original = False
        return made

    def _made(self, device_id: str, body: str, db: Database, clock: DeviceClock, user: str) -> Device:
        random = Random(f"{self.seed}/{body}")
        person = Person(body, Author(user, device_id, clock), random, self.ledger)
        device = Device(device_id, body, db, clock, person, self.network, random)
        self.devices.append(device)
        return device
