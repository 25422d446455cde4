"""One answer, stored as a whole: results, a page, the time; or nothing of it."""

import msgspec
import pytest

from app.errors import NotEnrolled, WrongServer
from app.sync.outbox import begin_incarnation, collect
from app.sync.protocol import Answer, Result, Row, Trouble
from app.sync.seal import seal
from app.sync.stage import Staged, Timing, count_staged, put_staged, stage_answer
from app.sync.state import read_state, write_state

PLACE = {"country": "PE"}
TIMING = Timing(received_ms=1_000, took_ms=100)


@pytest.fixture
def said(ana):
    """Makes answers of Ana's server in its epoch."""
    server, epoch = ana.server.names

    def make(**facts) -> Answer:
        return Answer(**{"server": server, "epoch": epoch, "server_ms": 5_000} | facts)

    return make


@pytest.fixture
def three(ana):
    """Three mutations that wait."""
    for name in ("A", "B", "C"):
        ana.add("enterprise", name=name, **PLACE)
    seal(ana.db, ana.clock)


def stage(laptop, answer, *, timing=TIMING, **request) -> Staged:
    asked = collect(laptop.db, 65_536, client_ms=0)
    return stage_answer(laptop.db, msgspec.structs.replace(asked, **request), answer, timing)


def rows(*seqs: int) -> list[Row]:
    return [Row(table="enterprise", id=f"r{seq}", seq=seq, values={"name": str(seq)}) for seq in seqs]


def untouched(laptop):
    return [laptop.db.conn.execute(f"SELECT * FROM {table}").fetchall() for table in ("sync_outbox", "sync_stage")]


def test_results_and_a_page_are_stored_together(ana, said, three):
    staged = stage(ana, said(results=[Result(m=1, n=2, status="applied", seq=4)], rows=rows(1, 2), cursor=2, more=True))
    assert staged == Staged(more=True, settled=2, rows=2)
    state = read_state(ana.db)
    assert (state.acked_m, state.stage_cursor, state.cursor) == (2, 2, 0)
    assert count_staged(ana.db) == 2
    assert ana.one("SELECT acked_ms FROM sync_outbox WHERE mseq = 1") == 5_000


def test_the_clock_learns_from_every_answer(ana, said):
    stage(ana, said())
    state = read_state(ana.db)
    assert (state.clock_offset_ms, state.server_floor_ms) == (5_000 - 950, 5_000)
    assert ana.one("SELECT last_contact_ms FROM sync_state") == 1_000
    stage(ana, said(server_ms=4_000), timing=Timing(100, 10))
    assert read_state(ana.db).server_floor_ms == 5_000


def test_another_server_is_refused_and_nothing_is_stored(ana, said, three):
    before = untouched(ana)
    with pytest.raises(WrongServer):
        stage(ana, said(server="another", results=[Result(m=1, status="applied", seq=4)], rows=rows(1), cursor=1))
    assert untouched(ana) == before
    assert read_state(ana.db).clock_offset_ms is None


def test_a_device_without_a_server_stores_nothing(ana, said):
    answer = said()
    write_state(ana.db, server_id=None)
    with pytest.raises(NotEnrolled):
        stage(ana, answer)


def test_a_server_that_was_set_back_is_noticed_before_anything_is_stored(ana, said, three):
    before = untouched(ana)
    answer = said(epoch="next", epoch_head=17, results=[Result(m=1, status="applied", seq=4)], rows=rows(1), cursor=1)
    assert stage(ana, answer) == Staged(again=True, epoch=("next", 17))
    assert untouched(ana) == before


@pytest.mark.parametrize(
    "facts",
    [{"last_mseq": 4}, {"trouble": Trouble(kind="reuse", m=2)}, {"trouble": Trouble(kind="gap", m=1), "last_mseq": 3}],
    ids=["the server knows more", "a number used twice", "a gap that cannot be filled"],
)
def test_a_folder_that_was_restored_is_noticed(ana, said, three, facts):
    before = untouched(ana)
    assert stage(ana, said(rows=rows(1), cursor=1, **facts)) == Staged(again=True)
    assert untouched(ana) == before


def test_what_was_asked_before_a_new_code_says_nothing_of_what_waits_now(ana, said, three):
    asked = collect(ana.db, 65_536, client_ms=0)
    stage(ana, said(results=[Result(m=1, status="applied", seq=4)]))
    begin_incarnation(ana.db, 2)
    before = untouched(ana)
    answer = said(results=[Result(m=1, n=2, status="applied", seq=4)], last_mseq=3, rows=rows(1), cursor=1)
    assert stage_answer(ana.db, asked, answer, TIMING) == Staged(more=True)
    assert untouched(ana) == before


def test_a_gap_is_filled_from_what_waits(ana, said, three):
    stage(ana, said(results=[Result(m=1, n=3, status="applied", seq=4)], last_mseq=3))
    staged = stage(ana, said(trouble=Trouble(kind="gap", m=3), last_mseq=1))
    assert not staged.again
    assert len(collect(ana.db, 65_536, client_ms=0).mutations) == 2


def test_a_page_that_does_not_follow_the_last_one_is_not_taken(ana, said):
    write_state(ana.db, stage_cursor=5, cursor=5)
    assert stage(ana, said(rows=rows(9), cursor=9), stage=3).rows == 0
    assert stage(ana, said(rows=rows(3), cursor=3)).rows == 0
    asked = collect(ana.db, 65_536, client_ms=0)
    asked.want.rows = False
    assert stage_answer(ana.db, asked, said(cursor=9), TIMING).rows == 0
    assert read_state(ana.db).stage_cursor == 5
    assert stage(ana, said(rows=rows(9), cursor=9)).rows == 1


def test_a_newer_version_of_a_row_takes_the_place_of_an_older_one(ana):
    old, new = (Row(table="visit", id="r", seq=seq, values={"purpose": str(seq)}) for seq in (3, 8))
    put_staged(ana.db, [old, new])
    put_staged(ana.db, [old])
    assert ana.db.conn.execute("SELECT row_seq, json_extract(body, '$.v.purpose') FROM sync_stage").fetchall() == [
        (8, "8")
    ]
