"""What runs of the simulator brought to light, told as stories of few steps."""

from contextlib import suppress

import pytest

from app.errors import CutShort
from app.models.database import cursor_of, edit
from app.models.rows import bin_row, restore_row, save_row, write_fields
from app.sync import conflicts, refused
from app.sync.engine import sync_once
from app.sync.protocol import Answer, Incarnation, NextIncarnation, Request
from app.sync.seal import seal
from tests.sync.simulator import stories
from tests.sync.simulator.devices import Device
from tests.sync.simulator.network import Network
from tests.sync.simulator.world import World, small_pages


@pytest.fixture
def world() -> World:
    """Two laptops and a server, all quiet."""
    made = World(0)
    made.network.calm = True
    made.fleet.devices[2:] = []
    made.calm_down()
    return made


class OnePage:
    """A server that sends one sequence a page."""

    def __init__(self, network: Network) -> None:
        self.network = network

    def exchange(self, request: Request) -> Answer:
        request.want.max_bytes = 1
        return self.network.central.exchange(request)


class OneAnswer:
    """A server of which one answer comes, and no other one."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.answers = 1

    def exchange(self, request: Request) -> Answer:
        self.answers -= 1
        if self.answers < 0:
            raise CutShort
        return self.network.exchange(request)

    def next_incarnation(self, asked: NextIncarnation) -> Incarnation:
        return self.network.next_incarnation(asked)


def add(device: Device, name: str) -> str:
    return save_row(device.db, device.person.by, "enterprise", {"name": name, "country": "PE"})


def rename(device: Device, row_id: str, name: str) -> None:
    write_fields(device.db, device.person.by, "enterprise", row_id, {"name": name})


def push_one(device: Device) -> None:
    """One exchange with one mutation."""
    device.db.conn.execute("UPDATE sync_state SET batch_bytes = 1")
    sync_once(device, device.network, device.clock, rounds=1)


def add_unheard(world: World, other: Device, server: stories.Deaf | None = None) -> None:
    """Rows of which the others have heard nothing."""
    for name in "abc":
        add(other, name)
        world.time.now_ms += 60_000
    with suppress(CutShort):
        sync_once(other, server or other.network, other.clock)


def pull_a_page(device: Device) -> None:
    """Of more than one: nothing of it is shown."""
    device.db.conn.execute("UPDATE sync_state SET batch_bytes = 65536")
    with small_pages():
        sync_once(device, OnePage(device.network), device.clock, rounds=1)
    assert device.db.conn.execute("SELECT stage_cursor > cursor FROM sync_state").fetchone() == (1,)


def names(device: Device) -> list[str]:
    return [name for (name,) in device.db.conn.execute('SELECT name FROM "enterprise" ORDER BY name')]


def test_a_restored_folder_gets_its_own_rows_back_although_it_first_sends_what_the_server_knows(world):
    device, other = world.fleet.devices
    add(device, "before")
    seal(device.db, device.clock)
    device.keep_backup()
    add(device, "since")
    add(device, "then")
    sync_once(device, device.network, device.clock)
    device.restore_backup()
    for name in ("p", "q", "r"):
        add(device, name)
    push_one(device)
    world.calm_down()
    assert names(device) == names(other) == ["before", "p", "q", "r", "since", "then"]
    assert world.oracle.judge() == []


def test_who_goes_on_with_a_value_that_a_copy_of_the_folder_sent_too_is_asked_nothing(world):
    device, other = world.fleet.devices
    row_id = add(device, "p")
    seal(device.db, device.clock)
    clone = world.fleet.clone(device)
    rename(device, row_id, "q")
    add(clone, "z")
    world.sync(clone)
    world.calm_down()
    assert names(device) == names(clone) == names(other) == ["q", "z"]
    assert not world.oracle.conflicts()


def test_two_who_say_the_same_and_of_whom_one_goes_on_are_asked_nothing(world):
    device, other = world.fleet.devices
    row_id = add(device, "p")
    world.calm_down()
    rename(other, row_id, "q")
    rename(device, row_id, "q")
    rename(device, row_id, "r")
    world.sync(other)
    world.calm_down()
    assert names(device) == names(other) == ["r"]
    assert not world.oracle.conflicts()


def test_of_two_who_say_the_same_both_may_have_gone_on(world):
    device, other = world.fleet.devices
    row_id = add(device, "p")
    world.calm_down()
    for one, then in ((other, "r"), (device, "s")):
        rename(one, row_id, "q")
        rename(one, row_id, then)
    world.sync(other)
    world.calm_down()
    (still_open,) = [said for said in world.oracle.conflicts().values() if said.resolved_seq is None]
    assert {still_open.kept_value, still_open.other_value} == {"r", "s"}
    assert still_open.base_value == "p"


def test_work_on_a_row_that_was_not_taken_waits_with_it_and_makes_no_half_of_a_row(world):
    device, other = world.fleet.devices
    row_id = add(device, "p")
    with edit(device.db, device.person.by):
        values = {"enterprise_id": row_id, "name": "q"}
        area = save_row(device.db, device.person.by, "area", values)
        device.db.conn.execute("UPDATE area SET name = 'x' || char(0) WHERE id = ?", (area,))
    write_fields(device.db, device.person.by, "area", area, {"name": "r"})
    world.calm_down()
    assert [(one.code, one.table) for one in refused.list_refused(device.db)] == [
        ("row-missing", "area"),
        ("invalid-value", "area"),
    ]
    assert not other.db.conn.execute("SELECT 1 FROM area").fetchall()
    for one in reversed(refused.list_refused(device.db)):
        refused.send_again(device.db, device.person.by, one.id)
    world.calm_down()
    assert other.db.conn.execute("SELECT name FROM area").fetchall() == [("r",)]
    assert world.oracle.judge() == []


def test_a_row_that_was_not_taken_cannot_be_deleted_into_a_parent(world):
    device, other = world.fleet.devices
    with edit(device.db, device.person.by):
        row_id = add(device, "p")
        device.db.conn.execute("UPDATE enterprise SET code = 'x' || char(0) WHERE id = ?", (row_id,))
    bin_row(device.db, device.person.by, "enterprise", row_id)
    restore_row(device.db, device.person.by, "enterprise", row_id)
    save_row(device.db, device.person.by, "area", {"enterprise_id": row_id, "name": "q"})
    world.calm_down()
    codes = [one.code for one in refused.list_refused(device.db)]
    assert codes == ["parent-missing", "row-missing", "row-missing", "invalid-value"]
    assert not other.db.conn.execute("SELECT 1 FROM sync_base WHERE tbl <> 'user'").fetchall()


def test_of_a_large_row_the_half_that_can_be_taken_is_taken(world):
    device, other = world.fleet.devices
    fields = {"address": "x" * 1_000_001, "notes": "y" * 300_000}
    row_id = save_row(device.db, device.person.by, "enterprise", {"name": "q", "country": "PE"} | fields)
    world.calm_down()
    (put_aside,) = refused.list_refused(device.db)
    assert (put_aside.field, put_aside.rows[0].where.row_id) == ("address", row_id)
    ((notes, address),) = other.db.conn.execute("SELECT notes, address FROM enterprise").fetchall()
    assert (len(notes), address) == (300_000, None)


def test_who_does_not_see_that_a_row_was_deleted_since_refused_work_lies_over_it_is_asked(world):
    device, other = world.fleet.devices
    row_id = add(device, "p")
    world.calm_down()
    with edit(device.db, device.person.by):
        device.db.conn.execute("UPDATE enterprise SET code = 'x' || char(0) WHERE id = ?", (row_id,))
    world.calm_down()
    bin_row(other.db, other.person.by, "enterprise", row_id)
    world.calm_down()
    rename(device, row_id, "q")
    world.calm_down()
    assert names(device) == names(other) == ["q"]
    (asked,) = world.oracle.conflicts().values()
    assert (asked.kind, asked.field) == ("edit_after_delete", "*")


def test_a_row_that_one_writes_while_it_is_on_a_later_page_arrives_all_the_same(world):
    """Its newest change is one's own, but what another did before was not sent yet."""
    device, other = world.fleet.devices
    row_id = add(device, "p")
    world.calm_down()
    add(other, "z")
    write_fields(other.db, other.person.by, "enterprise", row_id, {"city": "Solo"})
    add(other, "y")
    sync_once(other, other.network, other.clock)
    with small_pages():
        sync_once(device, OnePage(device.network), device.clock, rounds=1)
        rename(device, row_id, "q")
        for _ in range(9):
            sync_once(device, OnePage(device.network), device.clock)
    assert device.db.conn.execute("SELECT name, city FROM enterprise WHERE id = ?", (row_id,)).fetchone() == (
        "q",
        "Solo",
    )
    world.calm_down()
    assert world.oracle.judge() == []


@pytest.mark.parametrize("own", [True, False])
def test_a_page_may_end_between_two_writes_of_a_row(world, own):
    device, other = world.fleet.devices
    rows = [add(device, name) for name in "pqr"]
    world.calm_down()
    for number, row_id in enumerate([*rows, *rows]):
        rename(other, row_id, f"n{number}")
        sync_once(other, other.network, other.clock)
        with small_pages():
            sync_once(device, OnePage(device.network), device.clock, rounds=1)
            if own:
                write_fields(device.db, device.person.by, "enterprise", rows[number % 2], {"city": f"c{number}"})
    world.calm_down()
    assert world.oracle.judge() == []


def test_who_takes_a_delete_back_sees_what_others_wrote_meanwhile(world):
    device, other = world.fleet.devices
    row_id = add(device, "p")
    world.calm_down()
    bin_row(device.db, device.person.by, "enterprise", row_id)
    rename(other, row_id, "q")
    sync_once(other, other.network, other.clock)
    sync_once(device, stories.Deaf(device.network), device.clock, rounds=1)
    restore_row(device.db, device.person.by, "enterprise", row_id)
    assert names(device) == ["q"]
    rename(device, row_id, "r")
    world.calm_down()
    assert names(device) == names(other) == ["r"]
    assert [said.field for said in world.oracle.conflicts().values()] == ["*"]


def test_what_was_refused_of_a_row_is_not_to_be_seen_when_the_row_was_thrown_away_and_comes_back(world):
    device, other = world.fleet.devices
    row_id = add(device, "p")
    world.calm_down()
    with edit(device.db, device.person.by):
        rename(device, row_id, "q")
        device.db.conn.execute("UPDATE enterprise SET code = 'x' || char(0) WHERE id = ?", (row_id,))
    world.calm_down()
    assert names(device) == ["q"]
    bin_row(device.db, device.person.by, "enterprise", row_id)
    world.calm_down()
    restore_row(device.db, device.person.by, "enterprise", row_id)
    world.calm_down()
    assert names(device) == names(other) == ["p"]


def test_a_value_that_was_chosen_and_loses_anew_is_asked_about_anew(world):
    device, other = world.fleet.devices
    third = world.fleet.add("third", skew_ms=0)
    row_id = add(device, "p")
    world.calm_down()
    device.clock.skew_ms = other.clock.skew_ms = 0
    for one, name in ((device, "q"), (other, "r")):
        rename(one, row_id, name)
        world.time.now_ms += 60_000
        world.sync(one)
    (asked,) = world.oracle.conflicts()
    conflicts.take(other.db, other.person.by, asked)
    world.time.now_ms += 60_000
    rename(third, row_id, "s")
    world.sync(third)
    world.calm_down()
    left = [said for said in world.oracle.conflicts().values() if said.resolved_seq is None]
    assert {"q", "s"} <= {value for said in left for value in (said.kept_value, said.other_value)}


def test_what_was_not_shown_yet_when_a_server_was_restored_is_given_back_and_lies_over_no_row(world):
    device, other = world.fleet.devices
    backup = world.central.backup()
    add_unheard(world, other)
    pull_a_page(device)
    world.central.restore(backup)
    world.oracle.note_restore()
    with suppress(CutShort):
        sync_once(device, OneAnswer(device.network), device.clock)
    world.oracle.look_at(device)
    assert names(device) == []
    world.calm_down()
    assert names(device) == names(other) == ["a", "b", "c"]
    assert world.oracle.judge() == []


def test_a_value_of_which_nothing_is_left_but_a_dispute_that_was_not_shown_yet_is_given_back_with_it(world):
    device, other = world.fleet.devices
    row_id = add(device, "p")
    world.calm_down()
    backup = world.central.backup()
    device.clock.skew_ms = other.clock.skew_ms = 0
    rename(device, row_id, "q")
    world.sync(device)
    world.time.now_ms += 60_000
    rename(other, row_id, "r")
    add_unheard(world, other, stories.Silent(other.network))
    pull_a_page(device)
    world.central.restore(backup)
    world.calm_down()
    (asked,) = [said for said in world.oracle.conflicts().values() if said.resolved_seq is None]
    assert {asked.kept_value, asked.other_value} == {"q", "r"}


def test_what_is_given_up_is_not_to_be_seen_any_more_although_the_row_was_taken_and_has_not_come_yet(world):
    device, other = world.fleet.devices
    add_unheard(world, other)
    row_id = add(device, "p")
    with edit(device.db, device.person.by):
        write_fields(device.db, device.person.by, "enterprise", row_id, {"city": "Solo"})
        device.db.conn.execute("UPDATE enterprise SET code = 'x' || char(0) WHERE id = ?", (row_id,))
    pull_a_page(device)
    (put_aside,) = refused.list_refused(device.db)
    refused.give_up(device.db, device.person.by, put_aside.id)
    world.calm_down()
    assert device.db.conn.execute("SELECT city FROM enterprise WHERE id = ?", (row_id,)).fetchone() == (None,)
    assert world.oracle.judge() == []


def test_half_of_what_belongs_together_is_not_sent_with_a_half_that_came_in_while_the_form_was_open(world):
    device, other = world.fleet.devices
    device.clock.skew_ms = other.clock.skew_ms = 0
    row_id = add(device, "p")
    world.calm_down()
    form_opened = cursor_of(device.db)
    theirs = {"status": "closed", "status_reason": "no orders"}
    write_fields(other.db, other.person.by, "enterprise", row_id, theirs)
    world.calm_down()
    world.time.now_ms += 60_000
    with edit(device.db, device.person.by, seen=form_opened):
        write_fields(device.db, device.person.by, "enterprise", row_id, {"status": "left"})
    world.calm_down()
    told = device.db.conn.execute("SELECT status, status_reason FROM enterprise WHERE id = ?", (row_id,)).fetchone()
    assert told == ("closed", "no orders")
    (asked,) = world.oracle.conflicts().values()
    assert (asked.field, asked.kept_value, asked.other_value) == ("status", "closed", "left")


def test_a_row_stays_above_a_value_that_lost_and_that_was_not_seen_by_who_throws_the_row_away(world):
    device, other = world.fleet.devices
    device.clock.skew_ms = other.clock.skew_ms = 0
    above = add(device, "p")
    area = save_row(device.db, device.person.by, "area", {"enterprise_id": above, "name": "q"})
    world.calm_down()
    write_fields(other.db, other.person.by, "area", area, {"name": "r"})
    world.sync(other)
    world.time.now_ms += 60_000
    write_fields(device.db, device.person.by, "area", area, {"name": "s"})
    bin_row(device.db, device.person.by, "area", area)
    bin_row(device.db, device.person.by, "enterprise", above)
    world.calm_down()
    assert names(device) == names(other) == ["p"]
    assert {said.row_id for said in world.oracle.conflicts().values() if said.field == "*"} == {area, above}


def test_two_halves_are_one_difference_although_one_half_was_there_before(world):
    """Who wrote the other reason left the status as it was; so it is still of the hand of who had written it."""
    device, other = world.fleet.devices
    device.clock.skew_ms = other.clock.skew_ms = 0
    row_id = add(device, "p")
    write_fields(device.db, device.person.by, "enterprise", row_id, {"status": "active", "status_reason": "orders"})
    world.calm_down()
    write_fields(other.db, other.person.by, "enterprise", row_id, {"status_reason": "new machines"})
    world.sync(other)
    world.time.now_ms += 60_000
    write_fields(device.db, device.person.by, "enterprise", row_id, {"status": "left"})
    world.calm_down()
    (difference,) = conflicts.list_differences(device.db, device.person.by)
    assert {part.name: part.other for part in difference.parts} == {"status": "active", "status_reason": "new machines"}
    conflicts.take(device.db, device.person.by, difference.id)
    world.calm_down()
    told = other.db.conn.execute("SELECT status, status_reason FROM enterprise WHERE id = ?", (row_id,)).fetchone()
    assert told == ("active", "new machines")
