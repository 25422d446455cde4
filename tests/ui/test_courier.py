"""The window exchanges by itself: after edits, again after a while, at once when asked; never on the UI thread."""

import threading
from pathlib import Path

import pytest

from app.errors import DiskFull, Unreachable
from app.sync.repair import Repaired
from app.sync.status import note_trouble
from app.sync.verify import Verified
from app.ui import courier as module
from app.ui.courier import Courier
from app.ui.link import is_metered, network
from tests.factories import make_enterprise
from tests.ui.ways import ScriptedWay, enrolled_at


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(module, "SETTLE_MS", 20)
    monkeypatch.setattr(module, "COUNT_MS", 5)


@pytest.fixture
def way():
    return ScriptedWay()


@pytest.fixture
def courier(jobs, way):
    made = Courier(jobs, lambda: way, share=lambda: 1.0)
    yield made
    made.stop()


@pytest.fixture
def enrolled(jobs, courier, way, qtbot):
    """It has exchanged once, and is quiet now."""
    jobs.db(enrolled_at())
    courier.start()
    qtbot.wait_until(lambda: idle(courier, way, 1))
    way.exchanges = 0
    return courier


def idle(courier, way, exchanges):
    return way.exchanges == exchanges and not courier.is_busy


def set_cursor(cursor):
    return lambda db: db.conn.execute("UPDATE sync_state SET cursor = ?", (cursor,)) and None


def promote(cursor, tables):
    """What an engine does on the records when it shows rows of others."""

    def work(db):
        set_cursor(cursor)(db)
        return tables

    return work


def test_without_a_server_nothing_is_exchanged(courier, way, qtbot):
    courier.start()
    qtbot.wait_until(lambda: courier.standing is not None)
    qtbot.wait(80)
    assert way.exchanges == 0
    assert not courier.standing.is_enrolled


def test_it_begins_by_itself_off_the_ui_thread(enrolled, way):
    assert way.threads
    assert all(name.startswith("work") for name in way.threads)
    assert threading.current_thread().name not in way.threads


def test_it_goes_again_once_an_edit_has_settled(enrolled, way, desk, qtbot):
    qtbot.wait_until(lambda: idle(enrolled, way, 0))
    for name in ("one", "two", "three"):
        desk.jobs.db(lambda db, name=name: make_enterprise(db, desk.by, name))
    qtbot.wait_until(lambda: idle(enrolled, way, 1))
    qtbot.wait(80)
    assert way.exchanges == 1


def test_what_was_written_during_an_exchange_goes_right_after_it(enrolled, way, desk, qtbot):
    go_on = threading.Event()
    way.script = [lambda stores, report: go_on.wait(5) and frozenset()]
    enrolled.sync_now()
    desk.jobs.db(lambda db: make_enterprise(db, desk.by))
    qtbot.wait(20)
    go_on.set()
    qtbot.wait_until(lambda: idle(enrolled, way, 2))


def test_what_came_is_announced_and_starts_no_other_exchange(enrolled, way, jobs, qtbot):
    def bring(stores, report):
        stores.records(promote(7, frozenset({"visit"})))
        return frozenset({"visit"})

    way.script = [bring]
    with qtbot.wait_signal(jobs.changed) as got:
        enrolled.sync_now()
        qtbot.wait_until(lambda: idle(enrolled, way, 1))
    assert got.args[0] == {"visit"}
    qtbot.wait(80)
    assert way.exchanges == 1


def test_what_is_promoted_in_the_middle_is_announced_at_once_and_once(enrolled, way, jobs, qtbot):
    announced, go_on = [], threading.Event()
    jobs.changed.connect(announced.append)

    def long(stores, report):
        stores.records(promote(3, frozenset({"visit"})))
        go_on.wait(5)
        stores.records(promote(4, frozenset({"answer"})))
        return frozenset({"visit", "answer", "blob"})

    way.script = [long]
    enrolled.sync_now()
    qtbot.wait_until(lambda: announced == [{"visit"}])
    assert enrolled.is_busy
    go_on.set()
    qtbot.wait_until(lambda: idle(enrolled, way, 1))
    assert announced == [{"visit"}, {"answer"}, {"blob"}]
    qtbot.wait(60)
    assert way.exchanges == 1


def test_how_far_it_is_may_be_said_in_many_bytes(enrolled, way, qtbot):
    way.script = [lambda stores, report: report(3_000_000_000, 4_000_000_000) or frozenset()]
    with qtbot.wait_signal(enrolled.moved) as got:
        enrolled.sync_now()
    assert got.args == [3_000_000_000, 4_000_000_000]


def test_what_came_before_a_trouble_is_announced_too(enrolled, way, jobs, qtbot):
    def bring_and_break(stores, report):
        stores.records(set_cursor(7))
        raise Unreachable

    way.script = [bring_and_break]
    with qtbot.wait_signal(jobs.changed) as got:
        enrolled.sync_now()
        qtbot.wait_until(lambda: idle(enrolled, way, 1))
    assert {"visit", "conflict", "blob"} <= got.args[0]


def test_after_a_trouble_it_waits_longer_each_time(enrolled, way, desk, qtbot):
    way.script = [Unreachable()] * 3
    enrolled.sync_now()
    qtbot.wait_until(lambda: idle(enrolled, way, 1))
    assert enrolled._next.remainingTime() > 1_000
    desk.jobs.db(lambda db: make_enterprise(db, desk.by))  # an edit does not make it hurry
    qtbot.wait(80)
    assert way.exchanges == 1
    for pause in (4_000, 8_000):
        enrolled._begin()
        qtbot.wait_until(lambda: not enrolled.is_busy)
        assert 0.9 * pause < enrolled._next.remainingTime() < 1.1 * pause


def test_who_asks_gets_one_at_once(enrolled, way, qtbot):
    way.script = [Unreachable()]
    enrolled.sync_now()
    qtbot.wait_until(lambda: idle(enrolled, way, 1))
    enrolled.sync_now()
    qtbot.wait_until(lambda: idle(enrolled, way, 2))
    assert enrolled._failures == 0
    enrolled.sync_now()
    enrolled.sync_now()  # while one is under way, another follows it
    qtbot.wait_until(lambda: idle(enrolled, way, 4))


def test_paused_it_stays_quiet_and_goes_on(enrolled, way, jobs, desk, qtbot):
    enrolled.pause(True)
    qtbot.wait_until(lambda: enrolled.standing.is_paused)
    jobs.db(lambda db: make_enterprise(db, desk.by))
    qtbot.wait(80)
    assert way.exchanges == 0
    enrolled.sync_now()  # asking is stronger
    qtbot.wait_until(lambda: idle(enrolled, way, 1))
    enrolled.pause(False)
    qtbot.wait_until(lambda: idle(enrolled, way, 2))
    assert not enrolled.standing.is_paused


def test_pausing_ends_what_is_under_way(enrolled, way, qtbot):
    held = threading.Event()

    def long_work(stores, report):
        held.wait(5)
        report(1, 2)
        raise AssertionError("it went on")

    way.script = [long_work]
    enrolled.sync_now()
    enrolled.pause(True)
    held.set()
    qtbot.wait_until(lambda: idle(enrolled, way, 1))


def test_how_far_it_is_is_told(enrolled, way, qtbot):
    way.script = [lambda stores, report: report(1, 4) or frozenset()]
    with qtbot.wait_signal(enrolled.moved) as got:
        enrolled.sync_now()
    assert got.args == [1, 4]


@pytest.mark.parametrize("fault", [DiskFull(Path("records.db")), ZeroDivisionError()], ids=["disk", "bug"])
def test_a_fault_interrupts_nobody_and_is_tried_again_later_each_time(enrolled, way, jobs, qtbot, fault):
    interrupted = []
    jobs.failed.connect(interrupted.append)
    way.script = [fault, fault]
    for pause, exchanges in ((2_000, 1), (4_000, 2)):
        enrolled._begin()
        qtbot.wait_until(lambda exchanges=exchanges: idle(enrolled, way, exchanges))
        assert enrolled.fault is fault
        assert 0.9 * pause < enrolled._next.remainingTime() < 1.1 * pause
    enrolled.sync_now()
    qtbot.wait_until(lambda: idle(enrolled, way, 3))
    assert enrolled.fault is None
    assert interrupted == []


def test_a_network_and_a_seal_that_fail_interrupt_nobody(enrolled, way, jobs, qtbot, monkeypatch, caplog):
    interrupted = []
    jobs.failed.connect(interrupted.append)

    def broken(*_args):
        raise OSError

    monkeypatch.setattr(module, "network", broken)
    monkeypatch.setattr(way, "seal", broken)
    enrolled._look_at_network()
    enrolled._on_seal()
    qtbot.wait_until(lambda: caplog.text.count("beside the window") == 2)
    assert interrupted == []


def test_the_trouble_is_shown_where_things_stand(enrolled, way, qtbot):
    def break_off(stores, report):
        stores.records(lambda db: note_trouble(db, Unreachable("no route"), 0))
        raise Unreachable

    way.script = [break_off]
    enrolled.sync_now()
    qtbot.wait_until(lambda: isinstance(enrolled.standing.trouble, Unreachable))


def test_another_network_ends_the_waiting(enrolled, way, qtbot, monkeypatch):
    way.script = [Unreachable()]
    enrolled.sync_now()
    qtbot.wait_until(lambda: idle(enrolled, way, 1))
    assert enrolled._watch.isActive()
    for found in (frozenset(), frozenset({"10.0.0.7"})):
        enrolled._on_network(found)
    qtbot.wait_until(lambda: idle(enrolled, way, 2))
    assert not enrolled._watch.isActive()
    monkeypatch.setattr(module, "network", lambda: frozenset({"10.0.0.8"}))
    enrolled._look_at_network()
    qtbot.wait_until(lambda: enrolled._network == {"10.0.0.8"})
    qtbot.wait(40)
    assert way.exchanges == 2


def test_the_network_is_known_by_addresses_of_others_than_this_device():
    assert not {one for one in network() if one.startswith(("127.", "::1"))}


def test_a_link_is_one_that_costs_or_not(qtbot):
    assert is_metered() in {True, False}


def test_a_device_is_connected_by_a_code(courier, way, jobs, qtbot):
    courier.start()
    qtbot.wait_until(lambda: courier.standing is not None)
    failed = []
    courier.not_enrolled.connect(failed.append)
    with qtbot.wait_signal(courier.enrolled):
        courier.enrol("https://gemba.example", "ABCD")
    qtbot.wait_until(lambda: idle(courier, way, 1))
    assert way.codes == [("https://gemba.example", "ABCD")]
    assert courier.standing.is_enrolled
    assert failed == []


def test_a_code_that_is_no_good_is_told_to_who_gave_it(courier, way, jobs, qtbot):
    way.refuses = Unreachable("x")
    with qtbot.wait_signal(courier.not_enrolled) as got:
        courier.enrol("https://gemba.example", "ABCD")
    assert isinstance(got.args[0], Unreachable)
    assert not courier.is_busy


def test_a_device_is_connected_only_after_what_is_under_way_has_ended(enrolled, way, qtbot):
    go_on, codes = threading.Event(), []

    def long_work(stores, report):
        go_on.wait(5)
        codes.append(list(way.codes))
        report(1, 2)
        raise AssertionError("it went on")

    way.script = [long_work]
    enrolled.sync_now()
    with qtbot.wait_signal(enrolled.enrolled):
        enrolled.enrol("https://gemba.example", "ABCD")
        enrolled.enrol("https://gemba.example", "ABCD")  # pressed twice
        enrolled.sync_now()
        go_on.set()
    assert codes == [[]]
    assert way.codes == [("https://gemba.example", "ABCD")]
    qtbot.wait_until(lambda: idle(enrolled, way, 2))


def test_everything_is_compared_when_somebody_asks(enrolled, way, jobs, qtbot):
    way.found = Verified(Repaired(looked_at=7), photos=2, changed=frozenset({"visit"}))
    with qtbot.wait_signal(enrolled.verified), qtbot.wait_signal(jobs.changed):
        enrolled.verify()
        enrolled.verify()  # one at a time
    qtbot.wait_until(lambda: not enrolled.is_busy)
    way.refuses = Unreachable()
    enrolled.verify()
    qtbot.wait_until(lambda: enrolled._failures == 1)


def test_what_is_mended_is_announced_though_its_table_was_before_and_though_a_trouble_follows(
    enrolled, way, jobs, qtbot, monkeypatch
):
    announced = []
    jobs.changed.connect(announced.append)

    def verify(stores, report, limits):
        stores.records(promote(3, frozenset({"visit"})))
        stores.records(lambda db: Verified(shown=1, changed=frozenset({"visit"})))
        raise Unreachable

    monkeypatch.setattr(way, "verify", verify)
    enrolled.verify()
    qtbot.wait_until(lambda: enrolled._failures == 1)
    assert announced == [{"visit"}, {"visit"}]
    qtbot.wait(60)
    assert way.exchanges == 0


def test_work_is_sealed_from_time_to_time(enrolled, way, qtbot):
    enrolled._on_seal()
    qtbot.wait_until(lambda: way.sealed == 1)
    assert enrolled._seal.interval() == 15 * 60_000


def test_stopped_it_lets_go_of_the_network_and_begins_nothing(enrolled, way, desk, qtbot):
    enrolled.stop()
    assert way.closed
    desk.jobs.db(lambda db: make_enterprise(db, desk.by))
    enrolled._wake(0)
    qtbot.wait(60)
    assert way.exchanges == 0


def test_who_waits_for_what_it_brings_makes_it_hurry_but_not_against_a_trouble(enrolled, way, qtbot):
    enrolled.hurry()
    qtbot.wait_until(lambda: idle(enrolled, way, 1))
    way.script = [Unreachable()]
    enrolled.sync_now()
    qtbot.wait_until(lambda: idle(enrolled, way, 2))
    enrolled.hurry()
    qtbot.wait(50)
    assert way.exchanges == 2


def test_on_a_link_that_costs_only_thumbnails_go_until_somebody_asks_for_the_photos(jobs, way, qtbot):
    costs = [True]
    courier = Courier(jobs, lambda: way, share=lambda: 1.0, metered=lambda: costs[0])
    jobs.db(enrolled_at())
    for number, deed in enumerate((courier.sync_now, courier.verify, courier.send_photos, courier.sync_now), start=1):
        deed()
        qtbot.wait_until(lambda number=number: len(way.limits) == number and not courier.is_busy)
    assert [one.thumbnails_only for one in way.limits] == [True, True, False, True]
    assert courier.is_metered
    costs[0] = False
    courier.sync_now()
    qtbot.wait_until(lambda: idle(courier, way, 4))
    assert (way.limits[-1].thumbnails_only, courier.is_metered) == (False, False)


def test_photos_that_were_asked_for_are_still_wanted_after_a_trouble(jobs, way, qtbot):
    courier = Courier(jobs, lambda: way, share=lambda: 1.0, metered=lambda: True)
    jobs.db(enrolled_at())
    way.script = [Unreachable()]
    courier.send_photos()
    qtbot.wait_until(lambda: idle(courier, way, 1))
    for exchanges in (2, 3):
        courier.sync_now()
        qtbot.wait_until(lambda exchanges=exchanges: idle(courier, way, exchanges))
    assert [one.thumbnails_only for one in way.limits] == [False, False, True]
