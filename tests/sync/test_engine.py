"""One sync after the other: what one laptop wrote is seen on the other, and nothing is lost on the way."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

import msgspec
import pytest

from app.errors import ClockOff, CutShort, NotEnrolled, ServerBusy, ServerRefuses, Unreachable, WrongServer
from app.models.database import connect, edit, path_of
from app.models.rows import write_fields
from app.sync.engine import FIRST_BATCH, LEAST_BATCH, MOST_BATCH, TOO_LARGE
from app.sync.outbox import begin_incarnation
from app.sync.protocol import Answer, Incarnation, Mutation, NextIncarnation, Request, Result
from app.sync.seal import seal
from app.sync.state import read_state, write_state
from tests.sync.laptops import Laptop, OneServer

PLACE = {"country": "PE"}


@dataclass
class Way:
    """The way to the server. `plan`: what happens to each exchange, first to last; afterwards they arrive.

    A trouble is raised instead of asking; "lost" is asked and not answered; a number is how many seconds it takes;
    a function is called with the answer and gives another.
    """

    laptop: Laptop
    plan: list[object] = field(default_factory=list)
    asked: list[Request] = field(default_factory=list)
    meanwhile: Callable[[], None] | None = None

    @property
    def server(self) -> OneServer:
        return self.laptop.home

    def exchange(self, request: Request) -> Answer:
        self.asked.append(request)
        step = self.plan.pop(0) if self.plan else None
        if isinstance(step, Exception):
            raise step
        if isinstance(step, int):
            self.laptop.clock.move(seconds=step)
        answer = self.server.exchange(request)
        if step == "lost":
            raise CutShort
        if self.meanwhile:
            self.meanwhile()
        return step(answer) if callable(step) else answer

    def next_incarnation(self, asked: NextIncarnation) -> Incarnation:
        return self.server.next_incarnation(asked)

    @property
    def pushed(self) -> list[int]:
        """How many mutations each request had."""
        return [len(request.mutations) for request in self.asked]


@pytest.fixture
def way(ana) -> Way:
    ana.home = ana.server
    ana.server = Way(ana)
    return ana.server


@pytest.fixture
def row(ana, budi):
    """An enterprise that both have."""
    made = ana.add("enterprise", name="Andina", **PLACE)
    ana.sync(), budi.sync()
    return made


def changed(**facts) -> Callable[[Answer], Answer]:
    return lambda answer: msgspec.structs.replace(answer, **facts)


def add_many(laptop: Laptop, count: int) -> None:
    """Enterprises whose notes pack badly: about a third of a kilobyte each."""
    for n in range(count):
        laptop.add("enterprise", name=f"Factory {n}", notes=Random(n).randbytes(300).hex(), **PLACE)


def test_a_new_row_goes_up_and_arrives_elsewhere_in_one_exchange_each(ana, budi):
    made = ana.add("enterprise", name="Andina", **PLACE)
    said = ana.sync()
    assert (said.rounds, said.settled, said.waiting, said.complete) == (1, 1, 0, True)
    assert ana.is_clean
    got = budi.sync()
    assert got.rounds == 1
    assert got.rows > 0
    assert "enterprise" in got.changed
    assert budi.read("enterprise", made)["name"] == "Andina"
    assert budi.is_clean


def test_what_both_wrote_goes_up_and_down_in_the_same_exchange(ana, budi, row):
    ana.write("enterprise", row, city="Lima")
    ana.sync()
    budi.write("enterprise", row, region="South")
    assert budi.sync().rounds == 1
    assert budi.read("enterprise", row)["city"] == "Lima"


def test_nothing_to_do_is_one_exchange_that_changes_nothing(ana, row):
    said = ana.sync()
    assert (said.rounds, said.settled, said.rows, said.changed, said.complete) == (1, 0, 0, frozenset(), True)


def test_two_write_the_same_field_and_both_see_the_later_one_and_the_difference(ana, budi, row):
    ana.write("enterprise", row, city="Lima")
    budi.clock.move(hours=1)
    budi.write("enterprise", row, city="Callao")
    ana.sync(), budi.sync(), ana.sync()
    assert {laptop.read("enterprise", row)["city"] for laptop in (ana, budi)} == {"Callao"}
    for laptop in (ana, budi):
        assert laptop.db.conn.execute("SELECT field, kept_value, other_value FROM sync_conflict").fetchall() == [
            ("city", "Callao", "Lima")
        ]
        assert laptop.is_clean


def test_an_answer_that_is_lost_does_nothing_twice(ana, budi, row, way):
    ana.write("enterprise", row, city="Lima")
    way.plan = ["lost"]
    assert ana.sync().complete
    budi.sync()
    assert budi.read("enterprise", row)["city"] == "Lima"
    assert [bytes(body) for body in way.asked[0].mutations] == [bytes(body) for body in way.asked[1].mutations]
    assert ana.one("SELECT count(*) FROM sync_conflict") == 0
    assert ana.is_clean


def test_what_arrived_unheard_of_does_not_come_back(ana, budi, row, way):
    """Less is sent the next time, so that what goes beyond it is known by its fingerprint."""
    write_state(ana.db, batch_bytes=2 * LEAST_BATCH)
    rows = set()
    for number in range(40):
        rows.add(ana.add("enterprise", name=f"{number} {Random(number).randbytes(200).hex()}", **PLACE))
    seal(ana.db, ana.clock)
    came = []
    way.plan = ["lost", *[lambda answer: came.extend(row.id for row in answer.rows) or answer] * 9]
    ana.sync()
    lost, *later = way.asked
    assert 1 <= len(later[0].mutations) < len(lost.mutations)
    assert later[0].sent[0] == msgspec.json.decode(lost.mutations[-1], type=Mutation).m
    assert rows.isdisjoint(came)
    budi.sync()
    assert all(budi.read("enterprise", one) == ana.read("enterprise", one) for one in rows)
    assert ana.is_clean


def test_without_a_server_nothing_is_tried(ana, way):
    write_state(ana.db, server_id=None)
    with pytest.raises(NotEnrolled):
        ana.sync()
    assert way.asked == []


def test_no_network_leaves_everything_as_it_is(ana, way):
    ana.add("enterprise", name="A", **PLACE)
    way.plan = [Unreachable()]
    with pytest.raises(Unreachable):
        ana.sync()
    assert ana.one("SELECT count(*) FROM sync_outbox") == 1
    assert ana.sync().complete


def test_a_slow_clock_is_off_by_what_is_known_of_the_servers(ana, row, way):
    floor = read_state(ana.db).server_floor_ms
    ana.clock.move(days=-400)
    way.plan = [ClockOff(detail="not yet valid"), ClockOff(by_ms=7), ClockOff()]
    for _ in range(2):
        with pytest.raises(ClockOff) as off:
            ana.sync()
        assert off.value.by_ms in (int(ana.clock.now().timestamp() * 1000) - floor, 7)
    ana.clock.move(days=900)
    with pytest.raises(ClockOff) as off:
        ana.sync()
    assert off.value.by_ms is None


def test_another_server_is_refused(ana, way):
    ana.add("enterprise", name="A", **PLACE)
    way.plan = [changed(server="another")]
    with pytest.raises(WrongServer):
        ana.sync()
    assert ana.one("SELECT count(*) FROM sync_outbox WHERE status IS NULL") == 1


def test_batches_grow_on_a_quick_link_and_shrink_on_a_slow_one(ana, way):
    add_many(ana, 400)
    write_state(ana.db, batch_bytes=LEAST_BATCH)
    ana.sync()
    assert way.pushed[1] > way.pushed[0]
    assert read_state(ana.db).batch_bytes > LEAST_BATCH
    add_many(ana, 40)
    write_state(ana.db, batch_bytes=2 * LEAST_BATCH)
    way.plan = [11, 11, 11, 11]
    ana.sync()
    assert read_state(ana.db).batch_bytes == LEAST_BATCH
    write_state(ana.db, batch_bytes=None)
    way.plan = []
    ana.sync()
    assert read_state(ana.db).batch_bytes is None  # nothing was full, so nothing is known of the link


def test_no_batch_is_larger_than_the_largest(ana, way):
    write_state(ana.db, batch_bytes=MOST_BATCH)
    way.plan = [changed(more=True)]
    ana.sync()
    assert read_state(ana.db).batch_bytes == MOST_BATCH


def test_a_link_of_five_seconds_changes_nothing(ana, way):
    add_many(ana, 100)
    write_state(ana.db, batch_bytes=LEAST_BATCH)
    way.plan = [5] * 9
    ana.sync()
    assert read_state(ana.db).batch_bytes == LEAST_BATCH


def test_after_a_cut_half_as_much_is_sent(ana, way):
    ana.add("enterprise", name="A", **PLACE)
    way.plan = [CutShort(), CutShort()]
    assert ana.sync().complete
    assert read_state(ana.db).batch_bytes == FIRST_BATCH // 4


def test_work_that_cannot_be_pushed_does_not_keep_rows_away(ana, budi, row, way):
    budi.write("enterprise", row, city="Lima")
    budi.sync()
    ana.write("enterprise", row, region="South")
    way.plan = [CutShort() for _ in range(4)]
    with pytest.raises(CutShort):
        ana.sync()
    assert way.pushed == [1, 1, 1, 1, 0]
    shown = ana.read("enterprise", row)
    assert (shown["city"], shown["region"]) == ("Lima", "South")
    assert ana.sync().complete


def test_a_refusal_of_the_whole_request_does_not_keep_rows_away(ana, budi, row, way):
    budi.write("enterprise", row, city="Lima")
    budi.sync()
    ana.write("enterprise", row, region="South")
    way.plan = [ServerRefuses("shape", status=400)]
    with pytest.raises(ServerRefuses):
        ana.sync()
    assert way.pushed == [1, 0]
    assert ana.read("enterprise", row)["city"] == "Lima"
    assert ana.one("SELECT count(*) FROM sync_outbox WHERE status IS NULL") == 1


def test_a_batch_that_a_gateway_finds_slow_is_made_smaller(ana, way):
    add_many(ana, 60)
    write_state(ana.db, batch_bytes=2 * LEAST_BATCH)
    way.plan = [ServerBusy("504")]
    assert ana.sync().complete
    assert 0 < way.pushed[1] < way.pushed[0]
    assert ana.is_clean


def test_work_that_a_server_breaks_at_does_not_keep_rows_away(ana, budi, row, way):
    budi.write("enterprise", row, city="Lima")
    budi.sync()
    ana.write("enterprise", row, region="South")
    way.plan = [ServerBusy("500"), ServerBusy("500")]
    with pytest.raises(ServerBusy):
        ana.sync()
    assert way.pushed == [1, 1, 0]
    assert ana.read("enterprise", row)["city"] == "Lima"
    assert ana.sync().complete


def test_a_server_that_says_when_is_asked_then_and_for_less_each_time(ana, budi, row, way):
    """When less does not help either, it is the work, and rows are pulled."""
    budi.write("enterprise", row, city="Lima")
    budi.sync()
    ana.write("enterprise", row, region="South")
    write_state(ana.db, batch_bytes=4 * LEAST_BATCH)
    for _ in range(2):
        way.plan = [ServerBusy("503", 5.0)]
        with pytest.raises(ServerBusy):
            ana.sync()
    assert way.pushed == [1, 1]
    assert ana.read("enterprise", row)["city"] is None
    way.plan = [ServerBusy("503", 5.0)]
    with pytest.raises(ServerBusy):
        ana.sync()
    assert way.pushed == [1, 1, 1, 0]
    assert ana.read("enterprise", row)["city"] == "Lima"


def test_a_server_that_serves_nobody_is_not_asked_twice_for_nothing(ana, row, way):
    way.plan = [ServerBusy("502")]
    with pytest.raises(ServerBusy):
        ana.sync()
    assert way.pushed == [0]


def test_a_refusal_without_any_work_is_told_at_once(ana, row, way):
    way.plan = [ServerRefuses("too-old", status=400)]
    with pytest.raises(ServerRefuses):
        ana.sync()
    assert way.pushed == [0]


def test_a_request_that_is_too_large_is_made_smaller(ana, way):
    add_many(ana, 60)
    write_state(ana.db, batch_bytes=4 * LEAST_BATCH)
    way.plan = [ServerRefuses("size", status=TOO_LARGE), ServerRefuses("size", status=TOO_LARGE)]
    assert ana.sync().complete
    assert way.pushed[2] < way.pushed[0]


def test_a_link_that_is_always_cut_is_given_up(ana, row, way):
    way.plan = [CutShort() for _ in range(9)]
    with pytest.raises(CutShort):
        ana.sync()
    assert len(way.asked) == 5


def test_one_bad_mutation_is_put_aside_and_the_rest_goes_on(ana, budi, row):
    ana.write("enterprise", row, city="Lima")
    with edit(ana.db, ana.by):
        ana.db.conn.execute("UPDATE enterprise SET region = ? WHERE id = ?", ("bad\0text", row))
    ana.write("enterprise", row, sector="Garments")
    said = ana.sync()
    assert (said.settled, said.waiting, said.complete) == (3, 0, True)
    assert ana.db.conn.execute("SELECT code, tbl, field FROM sync_rejected").fetchall() == [
        ("invalid-value", "enterprise", "region")
    ]
    budi.sync()
    shown = budi.read("enterprise", row)
    assert (shown["city"], shown["region"], shown["sector"]) == ("Lima", None, "Garments")
    assert ana.read("enterprise", row)["region"] == "bad\0text"


def test_what_is_typed_meanwhile_is_kept_and_waits_for_the_next_sync(ana, budi, row, way):
    budi.write("enterprise", row, city="Callao")
    budi.sync()

    def type_on():
        with edit(ana.db, ana.by):
            write_fields(ana.db, ana.by, "enterprise", row, {"city": "Cusco", "notes": "typed"})

    way.meanwhile = type_on
    ana.write("enterprise", row, region="South")
    said = ana.sync()
    assert (said.rounds, said.complete) == (1, True)
    shown = ana.read("enterprise", row)
    assert (shown["city"], shown["notes"], shown["region"]) == ("Cusco", "typed", "South")
    way.meanwhile = None
    ana.sync(), budi.sync()
    assert budi.one("SELECT count(*) FROM sync_conflict WHERE field = 'city'") == 1


def test_at_most_so_many_exchanges_and_on_from_there(ana, budi, way):
    add_many(ana, 200)
    write_state(ana.db, batch_bytes=LEAST_BATCH)
    first = ana.sync(rounds=1)
    assert (first.rounds, first.complete) == (1, False)
    assert first.waiting + first.settled == 200
    assert ana.sync().complete
    budi.sync()
    assert budi.one("SELECT count(*) FROM enterprise") == 200


def test_rows_become_visible_only_when_all_pages_are_here(ana, budi):
    add_many(ana, 300)
    ana.sync()
    write_state(budi.db, batch_bytes=1)
    said = budi.sync(rounds=1)
    assert not said.complete
    assert said.rows > 0
    assert budi.one("SELECT count(*) FROM enterprise") == 0
    budi.sync()
    assert budi.one("SELECT count(*) FROM enterprise") == 300


def test_progress_is_told_and_whoever_hears_it_may_stop(ana, way):
    class Enough(Exception):  # noqa: N818
        pass

    told = []

    def stop(done: int, total: int) -> None:
        told.append((done, total))
        raise Enough

    add_many(ana, 100)
    write_state(ana.db, batch_bytes=LEAST_BATCH)
    with pytest.raises(Enough):
        ana.sync(report=stop)
    ((done, total),) = told
    assert 0 < done < total == 100
    told.clear()
    ana.sync(report=lambda done, total: told.append((done, total)))
    assert told[-1][0] == told[-1][1]


def test_what_the_server_lets_be_known_is_in_the_report(ana, way):
    way.plan = [changed(update=True, checksum_differs=True, notices=["two-incarnations"])]
    said = ana.sync()
    assert (said.update, said.checksum_differs, said.notices) == (True, True, ("two-incarnations",))


def test_a_server_that_gives_nothing_to_go_on_with_is_not_asked_for_ever(ana, row, way):
    way.plan = [changed(more=True) for _ in range(20)]
    with pytest.raises(ServerRefuses) as told:
        ana.sync()
    assert told.value.code == "no-progress"
    assert len(way.asked) < 10


def test_a_server_that_says_nothing_of_what_it_was_sent(ana, way):
    ana.add("enterprise", name="A", **PLACE)
    way.plan = [changed(results=[]) for _ in range(20)]
    with pytest.raises(ServerRefuses):
        ana.sync()
    way.plan = []
    assert ana.sync().complete


def test_a_server_that_wants_a_new_incarnation_each_time(ana, row, way):
    way.plan = [changed(last_mseq=900) for _ in range(20)]
    with pytest.raises(ServerRefuses) as told:
        ana.sync()
    assert told.value.code == "no-progress"


@pytest.mark.parametrize("wants", ["results", "another life"])
def test_a_folder_that_gets_a_new_life_while_an_answer_is_on_its_way_loses_nothing(ana, budi, row, way, wants):
    ana.write("enterprise", row, city="Cusco")
    ana.sync()
    for city in ("Lima", "Callao"):
        ana.write("enterprise", row, city=city)
    lives = []

    def lets_in():
        """As a new code does it, with work that was written meanwhile."""
        way.meanwhile = None
        lives.append(way.next_incarnation(NextIncarnation(device=ana.device, was=1)).inc)
        begin_incarnation(ana.db, lives[0])
        ana.write("enterprise", row, region="South")
        seal(ana.db, ana.clock)

    way.meanwhile = lets_in
    if wants == "another life":
        way.plan = [changed(last_mseq=900)]
    assert ana.sync().complete
    ana.sync(), budi.sync()
    assert (budi.read("enterprise", row)["city"], budi.read("enterprise", row)["region"]) == ("Callao", "South")
    assert ana.is_clean
    assert read_state(ana.db).incarnation == lives[0]


def restored(laptop: Laptop, copy) -> None:
    path = path_of(laptop.db)
    laptop.db.close()
    shutil.copyfile(copy, path)
    laptop.db = connect(path, None)


def test_a_restored_folder_goes_on_as_a_new_incarnation_and_gets_back_what_it_had_sent(ana, budi, row, tmp_path):
    ana.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copyfile(path_of(ana.db), tmp_path / "copy.db")
    ana.write("enterprise", row, city="Lima")
    other = ana.add("enterprise", name="Bolivar", **PLACE)
    ana.sync()
    restored(ana, tmp_path / "copy.db")
    ana.write("enterprise", row, region="South")
    ana.sync()
    assert read_state(ana.db).incarnation == 2
    shown = ana.read("enterprise", row)
    assert (shown["city"], shown["region"]) == ("Lima", "South")
    assert ana.read("enterprise", other)
    budi.sync()
    assert budi.read("enterprise", row)["region"] == "South"
    assert budi.one("SELECT count(*) FROM sync_conflict") == 0
    assert ana.is_clean


def test_a_number_that_was_used_for_other_work_is_noticed(ana, budi, row, tmp_path):
    ana.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copyfile(path_of(ana.db), tmp_path / "copy.db")
    ana.write("enterprise", row, city="Lima")
    ana.sync()
    restored(ana, tmp_path / "copy.db")
    ana.clock.move(hours=1)
    ana.write("enterprise", row, region="South")
    ana.write("enterprise", row, sector="Garments")
    ana.sync(), budi.sync()
    assert read_state(ana.db).incarnation == 2
    shown = budi.read("enterprise", row)
    assert (shown["city"], shown["region"], shown["sector"]) == ("Lima", "South", "Garments")


def test_work_that_was_confirmed_before_the_backup_is_not_sent_again(ana, budi, row, way, tmp_path):
    """Confirmed above the cursor: it lies over the row until the cursor has passed it, in the new life too."""
    ana.write("enterprise", row, city="Lima")
    way.plan = [changed(more=True)]
    ana.sync(rounds=1)
    assert ana.one("SELECT count(*) FROM sync_outbox WHERE status IS NOT NULL") == 1
    budi.sync()
    budi.clock.move(hours=1)
    budi.write("enterprise", row, city="Callao")
    budi.sync()
    way.plan = [changed(last_mseq=900)]
    ana.sync()
    assert ana.read("enterprise", row)["city"] == "Callao"
    assert sum(len(request.mutations) for request in way.asked) == 1
    assert ana.one("SELECT count(*) FROM sync_conflict") == 0
    assert ana.is_clean


def test_sealed_bytes_are_sent_as_they_are(ana, way):
    ana.add("enterprise", name="A", **PLACE)
    seal(ana.db, ana.clock)
    body = bytes(ana.one("SELECT body FROM sync_outbox"))
    ana.clock.move(hours=3)
    ana.sync()
    assert [bytes(sent) for sent in way.asked[0].mutations] == [body]
    assert msgspec.json.decode(body, type=Mutation).m == 1


def test_a_parked_child_waits_where_it_can_be_seen(ana, way):
    parent = ana.add("enterprise", name="A", **PLACE)
    child = ana.add("area", enterprise_id=parent, name="Line 1")
    way.plan = [changed(results=[Result(m=1, status="rejected", code="invalid-value"), Result(m=2, status="parked")])]
    ana.sync()
    assert ana.one("SELECT count(*) FROM sync_rejected") == 2
    assert ana.read("area", child)
