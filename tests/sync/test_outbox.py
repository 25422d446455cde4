"""What waits: chosen by size, marked once, kept when refused, numbered anew in a new life."""

import msgspec
import pytest

from app.sync import outbox
from app.sync.outbox import begin_incarnation, can_promote, collect, count_pending, mark, send_again_from
from app.sync.overlay import REFUSED, TAKEN
from app.sync.protocol import Mutation, Result
from app.sync.seal import seal
from app.sync.state import read_state, write_state
from app.sync.wire import MAX_PACKED, pack

PLACE = {"country": "PE"}


def numbers(request) -> list[int]:
    return [msgspec.json.decode(body, type=Mutation).m for body in request.mutations]


def statuses(laptop) -> list[tuple[int, str | None, int | None]]:
    return laptop.db.conn.execute("SELECT mseq, status, acked_seq FROM sync_outbox ORDER BY mseq").fetchall()


@pytest.fixture
def five(ana):
    """Five new enterprises, sealed and not sent; their ids."""
    made = [ana.add("enterprise", name=f"Factory {n}", **PLACE) for n in range(5)]
    seal(ana.db, ana.clock)
    return made


def test_a_request_says_who_asks_and_how_far_it_is(ana, five):
    write_state(ana.db, cursor=3, stage_cursor=7, acked_m=2)
    asked = collect(ana.db, 65_536, client_ms=11, boot="b", mono=5)
    assert (asked.device, asked.inc, asked.epoch) == (ana.device, 1, read_state(ana.db).epoch)
    assert (asked.cursor, asked.stage, asked.acked, asked.client_ms, asked.mono) == (3, 7, 2, 11, 5)
    assert numbers(asked) == [1, 2, 3, 4, 5]


def test_at_least_one_mutation_whatever_the_batch(ana, five):
    assert numbers(collect(ana.db, 1, client_ms=0)) == [1]
    assert numbers(collect(ana.db, 0, client_ms=0)) == []


def test_a_batch_is_about_as_large_as_it_may_be(ana):
    for n in range(600):
        ana.add("enterprise", name=f"Factory {n} of {n * 7919 % 977}", notes=f"{n * 104_729:x} " * 9, **PLACE)
    seal(ana.db, ana.clock)
    for batch in (8_192, 16_384):
        asked = collect(ana.db, batch, client_ms=0)
        assert 0.4 * batch < len(pack(asked)[0]) < 1.3 * batch
    assert numbers(collect(ana.db, 10 * MAX_PACKED, client_ms=0)) == list(range(1, 601))


def test_a_request_never_inflates_to_more_than_the_server_takes(ana, monkeypatch):
    monkeypatch.setattr(outbox, "MAX_INFLATED", (1 << 17) + 30_000)
    for n in range(4):
        ana.add("enterprise", name=f"Factory {n}", notes="the same " * 1_400, **PLACE)
    seal(ana.db, ana.clock)
    assert numbers(collect(ana.db, 500_000, client_ms=0)) == [1, 2]


def test_results_come_in_runs_and_the_first_word_stands(ana, five):
    mark(ana.db, [Result(m=1, n=3, status="applied", seq=40), Result(m=4, status="conflict", seq=43)], 99)
    mark(ana.db, [Result(m=1, n=4, status="merged", seq=70, dup=True)], 100)
    assert statuses(ana) == [
        (1, "applied", 40),
        (2, "applied", 41),
        (3, "applied", 42),
        (4, "conflict", 43),
        (5, None, None),
    ]
    assert count_pending(ana.db) == 1
    assert count_pending(ana.db, 5) == 0
    assert numbers(collect(ana.db, 65_536, client_ms=0)) == [5]


@pytest.mark.parametrize("status", ["rejected", "parked"])
def test_what_is_refused_leaves_the_queue_and_stays_on_the_page(ana, five, status):
    mark(ana.db, [Result(m=2, status=status, code="parent-missing", table="visit", field="x")], 99)
    assert [number for number, *__ in statuses(ana)] == [1, 3, 4, 5]
    assert ana.db.conn.execute("SELECT incarnation, mseq, code, tbl, field, at_ms FROM sync_rejected").fetchall() == [
        (1, 2, "parent-missing", "visit", "x", 99)
    ]
    assert ana.one("SELECT count(*) FROM sync_overlay WHERE mseq = ?", REFUSED + 1) > 1
    assert ana.read("enterprise", five[1])
    mark(ana.db, [Result(m=2, status=status)], 100)
    assert ana.one("SELECT count(*) FROM sync_rejected") == 1


def test_a_refusal_without_a_code_is_called_by_its_status(ana, five):
    mark(ana.db, [Result(m=2, n=2, status="rejected")], 99)
    assert ana.db.conn.execute("SELECT mseq, code FROM sync_rejected").fetchall() == [(2, "rejected"), (3, "rejected")]


def test_what_was_written_anew_since_does_not_come_back_by_a_refusal(ana, five):
    ana.write("enterprise", five[0], name="New")
    seal(ana.db, ana.clock)
    mark(ana.db, [Result(m=1, status="rejected")], 99)
    names = ana.db.conn.execute("SELECT mseq FROM sync_overlay WHERE row_id = ? AND field = 'name'", (five[0],))
    assert names.fetchall() == [(6,)]


def test_a_difference_that_was_closed_by_refused_work_is_open_again(ana, five):
    ana.db.conn.execute(
        "INSERT INTO sync_conflict(id, tbl, row_id, field, kind, opened_seq, closing)"
        " VALUES('c1', 'enterprise', ?, 'name', 'field', 1, 1)",
        (five[0],),
    )
    ana.db.conn.execute(
        "INSERT INTO sync_capture(grp, tbl, row_id, kind, at_ms, user_id) VALUES(99, 'conflict', 'c1', 'close', 1, 'u')"
    )
    seal(ana.db, ana.clock)
    mark(ana.db, [Result(m=6, status="rejected")], 99)
    assert ana.one("SELECT closing FROM sync_conflict") == 0


def test_what_the_server_does_not_have_is_sent_again(ana, five):
    mark(ana.db, [Result(m=1, n=5, status="applied", seq=40)], 99)
    assert send_again_from(ana.db, 4)
    assert statuses(ana)[2:] == [(3, "applied", 42), (4, None, None), (5, None, None)]
    assert read_state(ana.db).acked_m == 3
    assert not send_again_from(ana.db, 9)


def test_a_new_incarnation_numbers_what_waits_from_one(ana, five):
    mark(ana.db, [Result(m=1, n=2, status="applied", seq=40), Result(m=4, status="rejected")], 99)
    before = ana.db.conn.execute("SELECT row_id FROM sync_overlay WHERE mseq IN (3, 5) ORDER BY row_id").fetchall()
    assert begin_incarnation(ana.db, 7) == 2
    assert statuses(ana) == [(TAKEN, "applied", 40), (TAKEN + 1, "applied", 41), (1, None, None), (2, None, None)]
    state = read_state(ana.db)
    assert (state.incarnation, state.next_mseq, state.acked_m) == (7, 3, 0)
    asked = collect(ana.db, 65_536, client_ms=0)
    assert (asked.inc, numbers(asked)) == (7, [1, 2])
    after = ana.db.conn.execute("SELECT row_id FROM sync_overlay WHERE mseq IN (1, 2) ORDER BY row_id").fetchall()
    assert after == before
    assert begin_incarnation(ana.db, 8) == 2
    assert [number for number, *__ in statuses(ana)] == [TAKEN, TAKEN + 1, 1, 2]


def test_there_is_something_to_promote_when_work_is_confirmed_or_rows_are_staged(ana, five):
    assert not can_promote(ana.db)
    mark(ana.db, [Result(m=1, status="applied", seq=40)], 99)
    assert not can_promote(ana.db)
    write_state(ana.db, stage_cursor=1)
    assert can_promote(ana.db)
    write_state(ana.db, cursor=40, stage_cursor=40)
    assert can_promote(ana.db)
