"""The power goes at any write of a laptop that works and syncs, and the disk has kept what it liked of the unsynced."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import apsw
import pytest

from app.errors import DiskFull, DiskTrouble
from app.models.database import bring_up_to_date, connect
from app.models.driver import Database, dbapi
from app.models.ids import FixedClock
from app.models.rows import find_row, save_row
from app.sync.engine import sync_once
from app.sync.state import write_state
from tests.sync.simulator.apsw_stores import FILE, opened
from tests.sync.simulator.central import Central
from tests.sync.simulator.clocks import DeviceClock, TrueTime
from tests.sync.simulator.devices import Device, Fleet
from tests.sync.simulator.disks import Deed, Disk
from tests.sync.simulator.ledger import Draft, Ledger
from tests.sync.simulator.network import Network
from tests.sync.simulator.oracle import Oracle
from tests.sync.simulator.people import Person

pytestmark = pytest.mark.no_cover  # for its time, as that of the simulator

SCENES = 10
CUTS = 100  # of each scene
OFTEN = "wal_autocheckpoint = 40"  # so that the log goes into the file a few times in a scene


@cache
def new_file() -> bytes:
    """A records.db of today's shape."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "records.db"
        db = connect(path, None)
        bring_up_to_date(db, FixedClock(datetime(2026, 11, 24, tzinfo=UTC)))
        db.close()
        return path.read_bytes()


@dataclass
class Diary(Ledger):
    """Also notes between which writes of the disk each thing was done."""

    disk: Disk = field(default_factory=Disk)
    began: int = 0
    kept: list[tuple[int, int, Draft]] = field(default_factory=list)

    def keep(self, draft: Draft) -> None:
        self.kept.append((self.began, len(self.disk.log), draft))
        super().keep(draft)

    def upto(self, cut: int) -> Ledger:
        """What was acknowledged before the cut; and what may have been made, but nobody was told."""
        told = Ledger()
        for began, ended, draft in self.kept:
            if ended <= cut:
                told.keep(draft)
            elif began < cut:
                told.keep_unsure(draft)
        told.copied = self.copied
        # What the others had written and not yet sent is not this laptop's to keep.
        told.excused |= {token for token, writing in told.writings.items() if writing.device == "other"}
        return told


class Scene:
    """A laptop on a made-up disk, another one that works at the same, and the server; all that follows from `seed`."""

    def __init__(self, seed: int, *, acts: int = 12) -> None:
        self.random = Random(f"cut/{seed}")
        self.disk = Disk({FILE: bytearray(new_file())})
        self.diary = Diary(disk=self.disk)
        self.time = TrueTime()
        self.central = Central(self.time, Random(f"cut/{seed}/central"))
        self.network = Network(self.central, self.time, Random(0), self.diary.events, calm=True)
        self.network.noted = self.note_server
        self.fleet = Fleet(seed, self.time, self.network, self.diary, self.random)
        self.servers: list[tuple[int, Any]] = []
        self.acts = acts
        self.other = self.fleet.add("other", skew_ms=0)
        self.clock = DeviceClock(self.time, f"cut/{seed}")
        self.device_id = self.clock.new_id()
        self.server, self.epoch, self.user = self.central.enrol(self.device_id, "laptop")

    def note_server(self) -> None:
        self.servers.append((len(self.disk.log), self.central.backup()))

    def play(self, *pragmas: str) -> None:
        with opened(self.disk, OFTEN, *pragmas) as db:
            device = self.begun(db)
            for _ in range(self.acts):
                self.step(device)

    def play_on_bad_disk(self, first: int, many: int, error: type[Exception]) -> list[str]:
        """The disk fails at `many` deeds from the `first` on; what can be said when all of it is over and synced."""

        def fails(number: int, _deed: Deed) -> None:
            tried[0] += 1
            if first <= tried[0] < first + many:
                raise error("made up")

        tried = [0]
        with opened(self.disk, OFTEN) as db:
            device = self.begun(db)
            self.disk.fails = fails
            for _ in range(self.acts):
                with suppress(DiskTrouble):
                    self.step(device)
            self.disk.fails = lambda _number, _deed: None
            assert db.conn.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            self.other.sync()
            oracle = Oracle(self.central, self.diary.upto(len(self.disk.log)), [device])
            sync_once(device, self.network, self.clock)
            return oracle.judge()

    def begun(self, db: Database) -> Device:
        db.conn.execute("UPDATE sync_state SET device_id = ?", (self.device_id,))
        write_state(db, server_id=self.server, epoch=self.epoch)
        self.disk.begin()
        self.note_server()
        return self.fleet._made(self.device_id, "laptop", db, self.clock, self.user)

    def step(self, device: Device) -> None:
        self.time.pass_by(self.random)
        for one in (self.other, device):
            for _ in range(self.random.choice((1, 2, 3))):
                self.diary.began = len(self.disk.log)
                one.person.act(one.db)
            if one is self.other or self.random.random() < 0.5:
                one.sync()

    def after_cut(self, cut: int, files: dict[str, bytearray]) -> list[str]:
        """What can be said against the laptop when it is started again on what its disk has kept."""
        (server,) = [server for at, server in self.servers if at <= cut][-1:]
        self.central.put_back(server)
        disk = Disk(files)
        with opened(disk) as db:
            if said := damage(db):
                return [f"not whole: {said}"]
            ledger = self.diary.upto(cut)
            person = Person("laptop", self.fleet.devices[-1].person.by, self.random, ledger)
            device = Device(self.device_id, "laptop", db, self.clock, person, self.network, self.random)
            oracle = Oracle(self.central, ledger, [device])
            sync_once(device, Network(self.central, self.time, Random(0), ledger.events, calm=True), self.clock)
            return oracle.judge()


def damage(db: Database) -> str:
    """Of a file that is damaged enough, not even that can be asked."""
    try:
        said = db.conn.execute("PRAGMA integrity_check").fetchall()
    except dbapi.DatabaseError as error:
        return str(error)
    return "" if said == [("ok",)] else str(said[0])


def cuts(scene: Scene, number: int) -> Iterator[tuple[int, dict[str, bytearray]]]:
    for _ in range(number):
        cut = scene.random.randrange(len(scene.disk.log) + 1)
        yield cut, scene.disk.after_cut(cut, scene.random)


@pytest.mark.parametrize("seed", range(SCENES))
def test_after_a_power_cut_the_store_is_whole_holds_all_that_was_saved_and_goes_on(seed):
    scene = Scene(seed)
    scene.play()
    for cut, files in cuts(scene, CUTS):
        assert scene.after_cut(cut, files) == [], f"cut before write {cut} of {len(scene.disk.log)}"


@pytest.mark.parametrize(
    ("pragma", "breach"), [("synchronous = NORMAL", "lost: "), ("synchronous = OFF", "not whole: ")]
)
def test_with_less_than_the_app_demands_of_its_files_cuts_would_be_felt(pragma, breach):
    """So that it is known that these tests can fail."""
    found = []
    for seed in range(SCENES):
        scene = Scene(seed)
        scene.play(pragma)
        for cut, files in cuts(scene, 20):
            found += scene.after_cut(cut, files)
            if any(sentence.startswith(breach) for sentence in found):
                return
    pytest.fail(f"{found}")


@pytest.mark.parametrize("error", [apsw.FullError, apsw.IOError])
@pytest.mark.parametrize("seed", range(20))
def test_a_disk_that_fails_for_a_while_loses_nothing_that_was_said_to_be_saved(seed, error):
    random = Random(f"bad/{seed}/{error.__name__}")
    scene = Scene(seed, acts=5)
    assert scene.play_on_bad_disk(random.randrange(1, 250), random.choice((1, 1, 4, 30)), error) == []


def test_a_full_disk_is_told_as_one():
    scene = Scene(0)

    def fails(_number: int, _deed: Deed) -> None:
        raise apsw.FullError("made up")

    with opened(scene.disk) as db:
        device = scene.begun(db)
        scene.disk.fails = fails
        with pytest.raises(DiskFull):
            save_row(db, device.person.by, "enterprise", {"name": "p", "country": "PE"})
        with pytest.raises(DiskFull):
            sync_once(device, scene.network, scene.clock)
        scene.disk.fails = lambda _number, _deed: None
        assert db.conn.execute("SELECT count(*) FROM enterprise").fetchone() == (0,)
        assert save_row(db, device.person.by, "enterprise", {"name": "p", "country": "PE"})
        assert sync_once(device, scene.network, scene.clock).complete


def test_what_is_committed_is_told_as_saved_although_there_is_no_room_to_tidy_up_after_it():
    scene = Scene(0)

    def fails(_number: int, deed: Deed) -> None:
        if deed.name == FILE and deed.what == "write":
            raise apsw.FullError("made up")

    with opened(scene.disk, "wal_autocheckpoint = 1") as db:
        device = scene.begun(db)
        scene.disk.fails = fails
        row_id = save_row(db, device.person.by, "enterprise", {"name": "p", "country": "PE"})
        scene.disk.fails = lambda _number, _deed: None
        assert find_row(db, "enterprise", row_id)["name"] == "p"


def test_a_write_that_is_cut_may_be_there_by_halves():
    disk = Disk({"f": bytearray(b"a" * 2048)})
    disk.begin()
    disk.do(Deed("write", "f", 0, b"b" * 2048))
    disk.do(Deed("sync", "f"))
    disk.do(Deed("write", "f", 0, b"c" * 2048))
    found = {bytes(disk.after_cut(3, Random(n))["f"]) for n in range(200)}
    assert {b"b" * 2048, b"c" * 2048} < found
    assert any(b"b" in held and b"c" in held for held in found)
    assert bytes(disk.after_cut(0, Random(0))["f"]) == b"a" * 2048
