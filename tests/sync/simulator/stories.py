"""What each rule is for, as a story of few steps on two laptops. Without the rule it does not end well."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from app.errors import CutShort
from app.models.database import cursor_of
from app.models.rows import bin_row, write_fields
from app.sync.engine import sync_once
from app.sync.protocol import Answer, Incarnation, NextIncarnation, Request
from app.sync.seal import seal
from app.sync.state import write_state
from tests.sync.simulator import people
from tests.sync.simulator.devices import Device
from tests.sync.simulator.kinds import KIND_OF
from tests.sync.simulator.ledger import Draft, Writing
from tests.sync.simulator.network import Network
from tests.sync.simulator.stores import Death
from tests.sync.simulator.world import World, small_pages


class Two:
    """Two laptops that have synced, on a quiet network. What they write goes into the ledger as what people do."""

    def __init__(self) -> None:
        self.world = World(0)
        self.world.network.calm = True
        del self.world.fleet.devices[2:]
        self.world.calm_down()
        self.one, self.other = self.world.fleet.devices
        for device in self.world.fleet.devices:
            write_state(device.db, batch_bytes=1 << 16)
        self.written = 0

    def word(self) -> str:
        self.written += 1
        return f"w{self.written}z"

    def make(self, device: Device, table: str = "enterprise", **values: Any) -> str:
        if table == "enterprise":
            values = {"name": self.word(), "country": "PE"} | values
        with people.edit(device.db, device.person.by):
            row_id = people.save_row(device.db, device.person.by, table, values)
        self.note(device, (table, row_id), {}, values)
        return row_id

    def spoil(self, device: Device, row_id: str) -> None:
        """So that no server takes it."""
        with people.edit(device.db, device.person.by):
            device.db.conn.execute("UPDATE enterprise SET legal_name = 'x' || char(0) WHERE id = ?", (row_id,))

    def write(self, device: Device, row_id: str, field: str = "name", *, table: str = "enterprise") -> None:
        self.save(device, (table, row_id), self.shown(device, table, row_id), field)

    def save(
        self, device: Device, key: tuple[str, str], shown: dict[str, Any], field: str = "name", seen: int | None = None
    ) -> None:
        """`shown`, `seen`: the form that is saved."""
        values = {field: self.word()}
        with people.edit(device.db, device.person.by, seen=seen):
            write_fields(device.db, device.person.by, *key, values)
        self.note(device, key, shown, values)

    def throw_away(self, device: Device, row_id: str, *, table: str = "enterprise") -> None:
        row = self.shown(device, table, row_id)
        self.world.ledger.replaced |= device.person.all_tokens(device.db, KIND_OF[table], row)
        bin_row(device.db, device.person.by, table, row_id)

    def shown(self, device: Device, table: str, row_id: str) -> dict[str, Any]:
        (row,) = device.db.query(f"SELECT * FROM {table} WHERE id = ?", [row_id])
        return dict(row)

    def note(self, device: Device, key: tuple[str, str], shown: dict[str, Any], values: dict[str, Any]) -> None:
        draft = Draft()
        for name, value in values.items():
            if isinstance(value, str) and value.startswith("w"):
                before = frozenset([shown[name]]) if shown.get(name) else frozenset[str]()
                draft.replaced |= before
                draft.writings.append(Writing(value, device.body, key, name, frozenset(before)))
        self.world.ledger.keep(draft)

    def sync(self, device: Device) -> None:
        sync_once(device, self.world.network, device.clock)

    def pull_before_sending(self, device: Device) -> None:
        """What others did arrives while own work goes on waiting."""
        sync_once(device, Deaf(self.world.network), device.clock, rounds=1)

    def end(self) -> list[str]:
        self.world.calm_down()
        return self.world.oracle.judge()


@dataclass
class Deaf:
    """A server that takes no work."""

    network: Network

    def exchange(self, request: Request) -> Answer:
        request.mutations = []
        return self.network.exchange(request)

    def next_incarnation(self, asked: NextIncarnation) -> Incarnation:
        return self.network.next_incarnation(asked)


@dataclass
class Silent(Deaf):
    """A server that takes the work, but whose answers are lost."""

    def exchange(self, request: Request) -> Answer:
        self.network.exchange(request)
        raise CutShort


@dataclass
class Waiting:
    """A server on the way to which something is done meanwhile, once."""

    network: Network
    meanwhile: Callable[[], None]

    def exchange(self, request: Request) -> Answer:
        answer = self.network.exchange(request)
        done, self.meanwhile = self.meanwhile, lambda: None
        done()
        return answer

    def next_incarnation(self, asked: NextIncarnation) -> Incarnation:
        return self.network.next_incarnation(asked)


def one_key_is_one_row(two: Two) -> None:
    enterprise = two.make(two.one)
    two.world.calm_down()
    for device in (two.one, two.other):
        key = {"enterprise_id": enterprise, "indicator": "defects", "period": "2026", "role": "monthly"}
        two.make(device, "indicator_value", **key, told_by=two.word())


def a_form_is_saved_over_a_pull(two: Two) -> None:
    row_id = two.make(two.one)
    two.world.calm_down()
    form, seen = two.shown(two.one, "enterprise", row_id), cursor_of(two.one.db)
    two.write(two.other, row_id)
    two.world.calm_down()
    two.save(two.one, ("enterprise", row_id), form, seen=seen)


def a_value_hides_behind_ones_own_delete(two: Two) -> None:
    enterprise = two.make(two.one)
    key = {"enterprise_id": enterprise, "indicator": "defects", "period": "2026", "role": "monthly"}
    row_id = two.make(two.one, "indicator_value", **key, told_by=two.word())
    two.world.calm_down()
    two.write(two.other, row_id, "told_by", table="indicator_value")
    two.sync(two.other)
    two.throw_away(two.one, row_id, table="indicator_value")
    two.pull_before_sending(two.one)
    two.world.ledger.revived.add(("indicator_value", row_id))
    two.make(two.one, "indicator_value", **key, told_by=two.word())


def work_is_done_while_an_answer_is_on_its_way(two: Two) -> None:
    row_id = two.make(two.one)
    two.world.calm_down()
    two.write(two.other, row_id)
    two.sync(two.other)
    sync_once(two.one, Waiting(two.world.network, lambda: two.write(two.one, row_id)), two.one.clock, rounds=1)
    two.world.oracle.look_at(two.one)


def somebody_works_below_what_another_throws_away(two: Two) -> None:
    row_id = two.make(two.one)
    two.world.calm_down()
    two.throw_away(two.one, row_id)
    two.sync(two.one)
    two.make(two.other, "area", enterprise_id=row_id, name=two.word())


def a_row_is_written_while_it_is_on_a_later_page(two: Two) -> None:
    row_id = two.make(two.one)
    two.world.calm_down()
    two.make(two.other)
    two.write(two.other, row_id, "city")
    two.make(two.other)
    two.sync(two.other)
    with small_pages():
        two.world.network.pages = (1,)
        sync_once(two.one, two.world.network, two.one.clock, rounds=1)
        two.write(two.one, row_id)
        two.sync(two.one)


def the_power_goes_while_rows_come_in(two: Two) -> None:
    """The power goes before one commit after the other."""
    for number in range(1, 9):
        two.make(two.other)
        two.sync(two.other)
        two.one.db.conn.die_before_commit(number)
        two.world.sync(two.one)
        two.one.db.conn.disarm()


def the_power_goes_when_something_was_just_saved(two: Two) -> None:
    two.one.db.conn.die_before_commit(2)
    with suppress(Death):
        two.make(two.one)
    two.one.restart()


def an_answer_is_lost(two: Two) -> None:
    two.make(two.one)
    with suppress(CutShort):
        sync_once(two.one, Silent(two.world.network), two.one.clock)


def who_throws_a_row_away_does_not_see_all_of_it(two: Two) -> None:
    """Refused work lies over what another wrote."""
    row_id = two.make(two.one)
    two.world.calm_down()
    with people.edit(two.one.db, two.one.person.by):
        two.write(two.one, row_id)
        two.spoil(two.one, row_id)
    two.world.calm_down()
    two.write(two.other, row_id)
    two.world.calm_down()
    two.throw_away(two.one, row_id)


def two_write_one_field(two: Two) -> None:
    row_id = two.make(two.one)
    two.world.calm_down()
    two.write(two.one, row_id)
    two.write(two.other, row_id)


def somebody_goes_on_with_their_own_value(two: Two) -> None:
    row_id = two.make(two.one)
    for _ in range(2):
        seal(two.one.db, two.one.clock)
        two.write(two.one, row_id)


def one_throws_away_what_another_works_on(two: Two) -> None:
    row_id = two.make(two.one)
    two.world.calm_down()
    two.write(two.other, row_id)
    two.sync(two.other)
    two.throw_away(two.one, row_id)


def somebody_works_on_what_another_has_thrown_away(two: Two) -> None:
    row_id = two.make(two.one)
    two.world.calm_down()
    two.throw_away(two.one, row_id)
    two.sync(two.one)
    two.write(two.other, row_id)


def everything_arrives_once_more(two: Two) -> None:
    two_write_one_field(two)
    two.world.calm_down()
    two.world.replay_all()


def a_folder_is_put_back(two: Two) -> None:
    two.one.keep_backup()
    two.make(two.one)
    two.sync(two.one)
    two.world.restore(two.one)
    two.make(two.one)


def another_writes_below_what_waits(two: Two) -> None:
    row_id = two.make(two.one)
    two.world.calm_down()
    two.write(two.other, row_id)
    two.sync(two.other)
    two.write(two.one, row_id)
    two.pull_before_sending(two.one)
    two.world.oracle.look_at(two.one)


def many_rows_come_page_by_page(two: Two) -> None:
    for _ in range(3):
        two.make(two.other)
    two.sync(two.other)
    two.make(two.one)
    with small_pages():
        two.world.network.pages = (1,)
        sync_once(two.one, two.world.network, two.one.clock, rounds=1)
        two.world.oracle.look_at(two.one)


def something_cannot_be_taken(two: Two) -> None:
    with people.edit(two.one.db, two.one.person.by):
        two.spoil(two.one, two.make(two.one))
    two.make(two.one)


def a_laptop_comes_late(two: Two) -> None:
    row_id = two.make(two.one)
    two.world.calm_down()
    two.throw_away(two.one, row_id)
    two.sync(two.one)


STORIES: dict[str, Callable[[Two], None]] = {
    "R1 one id for one natural key": one_key_is_one_row,
    "R2 capture in the same transaction": the_power_goes_when_something_was_just_saved,
    "R3 sealed once": an_answer_is_lost,
    "R4 base fixed when the form opens": a_form_is_saved_over_a_pull,
    "R4 base inherited from one's own unsent value": a_value_hides_behind_ones_own_delete,
    "R4 base of a delete behind one's own unsent value": who_throws_a_row_away_does_not_see_all_of_it,
    "R4 sealed before promoted": work_is_done_while_an_answer_is_on_its_way,
    "R5 concurrent when unseen": two_write_one_field,
    "R5 the loser is kept": two_write_one_field,
    "R5 one's own value is seen": somebody_goes_on_with_their_own_value,
    "R6 a delete yields to what it has not seen": one_throws_away_what_another_works_on,
    "R6 who edits a deleted row unseen is asked": somebody_works_on_what_another_has_thrown_away,
    "R6 work below a deleted row brings it back": somebody_works_below_what_another_throws_away,
    "R7 once": everything_arrives_once_more,
    "R8 restored folders are found": a_folder_is_put_back,
    "R9 unsent work lies over what is pulled": another_writes_below_what_waits,
    "R9 until it is seen": many_rows_come_page_by_page,
    "R10 cursor with the data": the_power_goes_while_rows_come_in,
    "R10 nothing is left out that was never sent": a_row_is_written_while_it_is_on_a_later_page,
    "R10 visible at once": many_rows_come_page_by_page,
    "R11 never the whole batch": something_cannot_be_taken,
    "R11 what is refused is kept": something_cannot_be_taken,
    "R12 nothing is dropped by age": a_laptop_comes_late,
}
