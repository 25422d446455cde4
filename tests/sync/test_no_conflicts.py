"""Two ways to work together in which nobody is ever to be asked anything, whatever the clocks and the network do."""

from collections.abc import Callable
from contextlib import suppress
from random import Random

import pytest

from app.errors import CutShort, SyncTrouble
from app.models.driver import Database
from app.models.rows import write_fields
from app.sync.engine import sync_once
from tests.sync.simulator.devices import Device
from tests.sync.simulator.kinds import KINDS, TOGETHER, Kind
from tests.sync.simulator.stories import Silent
from tests.sync.simulator.world import World

pytestmark = pytest.mark.no_cover  # for its time, as that of the simulator

RUNS = 8
TURNS, EDITS_A_TURN = 150, 10  # 12,000 edits in all runs
EDITS = 1_000  # 8,000 in all runs


def asked(world: World) -> list[str]:
    """Two enterprises of one code are nobody's disagreement about a value."""
    return [said.field for said in world.oracle.conflicts().values() if said.kind != "duplicate"]


def take_turn(device: Device, random: Random) -> None:
    """They see what all others did, and hand on all that they do."""
    sync_once(device, device.network, device.clock)
    person = device.person
    deeds: tuple[Callable[[Database], None], ...] = (
        person.write,
        person.write,
        person.write_several,
        person.make,
        person.throw_away,
        person.bring_back,
    )
    for _ in range(EDITS_A_TURN):
        random.choice(deeds)(device.db)
        device.clock.jump(random)
    if random.random() < 0.3:
        with suppress(CutShort):
            sync_once(device, Silent(device.network), device.clock)
    sync_once(device, device.network, device.clock)


@pytest.mark.parametrize("seed", range(RUNS))
def test_people_who_take_turns_are_asked_nothing_whatever_their_clocks_say(seed):
    world = World(seed)
    world.network.calm = True
    for _ in range(TURNS):
        world.time.pass_by(world.random)
        take_turn(world.random.choice(world.fleet.devices), world.random)
    world.calm_down()
    assert asked(world) == []
    assert world.oracle.judge() == []
    assert len(world.ledger.writings) > TURNS


def own_fields(kind: Kind, number: int, many: int) -> list[str]:
    """Every field is one person's; what is merged as one has one owner."""
    units = sorted({TOGETHER.get(name, (name,)) for name in kind.fields if name != "code"})
    return [name for unit in units[number::many] for name in unit]


def write_own(world: World, device: Device) -> None:
    devices = world.fleet.devices
    number, random = devices.index(device), world.random
    rows = [(kind, row, own_fields(kind, number, len(devices))) for kind, row in device.person.living(device.db)]
    mine = [(kind, row, fields) for kind, row, fields in rows if fields]
    if not mine or random.random() < 0.1:
        make_own(world, device, number)
        return
    kind, row, fields = random.choice(mine)
    values = {name: device.person.new_value(kind, name, row[name]) for name in random.sample(fields, 1)}
    with device.person.saving(device.db) as draft:
        write_fields(device.db, device.person.by, kind.table, row["id"], values)
        device.person.note(draft, (kind.table, row["id"]), row, values)


def make_own(world: World, device: Device, number: int) -> None:
    """A row of one's own fields; of rows that are their natural key several may make the same one."""
    person, random = device.person, world.random
    kind = random.choice(KINDS)
    values = dict(kind.fixed)
    for link, table in kind.above:
        above = next(one for one in KINDS if one.table == table)
        if not (rows := person.shown(device.db, above)):
            return
        values[link] = random.choice(rows)["id"]
    if kind.is_natural:
        values |= random.choice(kind.keys)
    fields = own_fields(kind, number, len(world.fleet.devices))
    values |= {name: person.new_value(kind, name, None) for name in fields if random.random() < 0.6}
    with person.saving(device.db) as draft:
        person.save_new(device.db, draft, kind, values)


@pytest.mark.parametrize("seed", range(RUNS))
def test_people_who_write_different_fields_are_asked_nothing(seed):
    world = World(seed)
    for _ in range(EDITS):
        world.time.pass_by(world.random)
        device = world.random.choice(world.fleet.devices)
        device.clock.jump(world.random)
        write_own(world, device)
        if world.random.random() < 0.3:
            with suppress(SyncTrouble):
                sync_once(device, world.network, device.clock, rounds=world.random.choice((1, 2, 200)))
    world.calm_down()
    assert asked(world) == []
    assert world.oracle.judge() == []
    assert len(world.ledger.writings) > EDITS / 2
