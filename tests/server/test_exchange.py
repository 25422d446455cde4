"""One exchange: what is pushed is stored once, what others wrote comes back, in the order of its sequences."""

import msgspec
import pytest

from app.sync.protocol import Mutation, Want, encoded
from server import tables
from server.accounts import revoke
from server.exchange import MOST_MUTATIONS
from server.refusals import Refused
from tests.server.world import World, back, gone, held, made, put


def test_a_row_reaches_the_other_laptop(world: World):
    ana, budi = world.laptop("Ana"), world.laptop("Budi")
    enterprise = ana.enterprise(name="PT Laksana", code="A-1")
    answer = budi.send()
    [row] = [row for row in answer.rows if row.table == "enterprise"]
    assert (row.id, held(row), row.deleted) == (enterprise, {"name": "PT Laksana", "code": "A-1"}, False)
    assert (row.scope, row.by) == (enterprise, world.people["Ana"].id)
    assert (row.at, row.life, row.seqs) == (world.now, None, {})
    assert answer.cursor == answer.head == row.seq
    assert answer.server_ms == world.now


def test_people_are_rows_too(world: World):
    rows = world.laptop("Ana").pull()
    assert {row.values["name"] for row in rows if row.table == "user"} == {"Ana", "Budi"}


def test_own_plain_writes_do_not_come_back(world: World):
    ana = world.laptop("Ana")
    ana.pull()
    row_id = ana.new_id()
    answer = ana.send(ana.seal(made("enterprise", row_id, name="One")), ana.seal(put("enterprise", row_id, name="Two")))
    assert answer.rows == []
    assert answer.cursor == answer.head
    assert world.value("enterprise", row_id, "name") == "Two"


def test_what_somebody_else_wrote_in_between_does(world: World):
    ana, budi = world.laptop("Ana"), world.laptop("Budi")
    ana.pull()
    row_id = ana.enterprise()
    budi.pull()
    budi.push(put("enterprise", row_id, sector="garments"))
    answer = ana.send(ana.seal(put("enterprise", row_id, name="Other")))
    assert [held(row) for row in answer.rows] == [{"name": "Other", "sector": "garments"}]
    assert answer.rows[0].seqs == {"sector": answer.rows[0].seq - 1, "created_at": answer.rows[0].seq - 2}
    assert answer.rows[0].life == answer.rows[0].seq - 2


def test_the_same_folder_in_another_life_gets_its_own_rows(world: World):
    ana = world.laptop("Ana")
    row_id = ana.enterprise()
    ana.inc = 2
    assert row_id in {row.id for row in ana.pull()}


def test_results_come_in_runs(world: World):
    ana = world.laptop("Ana")
    other = [ana.seal(made("enterprise", ana.new_id(), name=str(number))) for number in range(3)]
    bad = ana.seal(put("enterprise", "no-id"))
    answer = ana.send(*other, bad, ana.seal(made("enterprise", ana.new_id(), name="3")))
    assert [(r.m, r.n, r.status, r.seq) for r in answer.results] == [
        (1, 3, "applied", 3), (4, 1, "rejected", 0), (5, 1, "applied", 6),
    ]  # fmt: skip
    assert answer.last_mseq == 5


def test_sequences_have_no_gap(world: World):
    ana = world.laptop("Ana")
    ana.send(*(ana.seal(made("enterprise", ana.new_id(), name=str(number))) for number in range(5)), ana.seal())
    assert [row["seq"] for row in world.rows(tables.change_log)] == list(range(1, 9))
    assert world.rows(tables.sync_head)[0]["last_seq"] == 8


def test_a_page_is_never_cut_inside_a_sequence(world: World):
    ana, budi = world.laptop("Ana"), world.laptop("Budi")
    budi.pull()
    long = "word " * 400
    groups = [[made("enterprise", ana.new_id(), name=long) for _ in range(10)] for _ in range(9)]
    ana.send(*(ana.seal(*ops) for ops in groups))
    pages = []
    while True:
        answer = budi.send(want=Want(max_bytes=1))
        pages.append([row.seq for row in answer.rows])
        budi.cursor = answer.cursor
        if not answer.more:
            break
    assert len(pages) == 9
    assert all(len(set(page)) == 1 and len(page) == 10 for page in pages)
    assert budi.cursor == answer.head


def test_many_rows_come_in_pages_without_loss(world: World):
    ana, budi = world.laptop("Ana"), world.laptop("Budi")
    ids = [ana.new_id() for _ in range(1_500)]
    ana.send(*(ana.seal(made("enterprise", row_id, name="x" * 50)) for row_id in ids))
    budi.cursor = 2
    rows = []
    while True:
        answer = budi.send(want=Want(max_bytes=16_000))
        rows += answer.rows
        budi.cursor = answer.cursor
        if not answer.more:
            break
    assert [row.id for row in rows] == ids


def test_deleted_rows_are_sent_as_such_and_can_come_back(world: World):
    ana, budi = world.laptop("Ana"), world.laptop("Budi")
    row_id = ana.enterprise(name="Old")
    ana.push(gone("enterprise", row_id))
    budi.pull()
    row = budi.rows["enterprise", row_id]
    assert (row.deleted, held(row)) == (True, {"name": "Old"})
    budi.push(back("enterprise", row_id))
    ana.pull()
    assert not ana.rows["enterprise", row_id].deleted
    assert world.open_conflicts() == []


def test_only_pushing_gives_no_rows_and_moves_no_cursor(world: World):
    ana = world.laptop("Ana")
    answer = ana.send(ana.seal(made("enterprise", ana.new_id(), name="A")), want=Want(rows=False))
    assert (answer.rows, answer.cursor, answer.more) == ([], 0, False)


def test_an_old_program_can_deliver_but_gets_no_rows(world: World):
    ana = world.laptop("Ana")
    answer = ana.send(ana.seal(made("enterprise", ana.new_id(), name="A"), schema=0), schema=0)
    assert [result.status for result in answer.results] == ["applied"]
    assert (answer.update, answer.rows, answer.cursor) == (True, [], 0)


def test_incidents_are_taken_and_never_sent(world: World):
    ana, budi = world.laptop("Ana"), world.laptop("Budi")
    enterprise = ana.enterprise()
    incident = ana.adds("incident", enterprise_id=enterprise, status="open")
    budi.pull()
    budi.push(put("incident", incident, status="closed"), base=0)
    assert [row.table for row in (*budi.rows.values(), *ana.pull()) if row.table in ("incident", "conflict")] == []
    assert len(world.conflicts(tbl="incident")) == 1
    assert world.rows(tables.sync_row, tbl="conflict") == []


def test_what_a_newer_program_knows_is_kept_and_given_back(world: World):
    ana, budi = world.laptop("Ana"), world.laptop("Budi")
    row_id = ana.enterprise(shade="green", floors=3, height=4.5)
    budi.pull()
    assert held(budi.rows["enterprise", row_id]) == {
        "name": "PT Laksana",
        "shade": "green",
        "floors": 3,
        "height": 4.5,
    }
    budi.push(put("enterprise", row_id, shade=None))
    ana.pull()
    assert held(ana.rows["enterprise", row_id]) == {"name": "PT Laksana", "floors": 3, "height": 4.5}


def test_the_checksum_tells_when_the_laptop_differs(world: World):
    ana, budi = world.laptop("Ana"), world.laptop("Budi")
    ana.enterprise()
    budi.pull()
    sums = world.rows(tables.sync_head)[0]["sums"]
    assert sums == sum(row["digest"] for row in world.rows(tables.sync_row))
    assert not budi.send(checksum=sums).checksum_differs
    assert budi.send(checksum=sums + 1).checksum_differs
    assert budi.send(budi.seal(made("enterprise", budi.new_id(), name="B")), checksum=sums + 1).checksum_differs
    assert not budi.send(checksum=sums + 1).checksum_differs  # not everything was seen yet: nothing can be said


def test_a_laptop_that_has_seen_more_than_there_is_stops_a_server_that_was_put_back_unsaid(world: World):
    ana = world.laptop("Ana")
    row = ana.enterprise()
    before = world.dump()
    for name in ("once", "and without news"):
        with pytest.raises(Refused, match="rolled-back"):
            ana.send(ana.body(put("enterprise", row, name=name), m=2), cursor=10**9)
        with pytest.raises(Refused, match="rolled-back"):
            ana.send(cursor=10**9)
    assert world.dump() == before


def test_rows_of_two_tables_may_have_one_id(world: World):
    ana, budi = world.laptop("Ana"), world.laptop("Budi")
    enterprise = ana.enterprise(name="Mill")
    ana.push(made("training", enterprise, starts_on="2026-11-01"))
    other = ana.adds("training", starts_on="2026-11-02")
    ana.push(put("enterprise", enterprise, name="Weaver"), put("training", other, starts_on="2026-11-03"))
    budi.pull()
    assert held(budi.rows["enterprise", enterprise]) == {"name": "Weaver"}
    assert held(budi.rows["training", enterprise]) == {"starts_on": "2026-11-01"}
    assert held(budi.rows["training", other]) == {"starts_on": "2026-11-03"}


def test_a_device_whose_access_is_taken_back_meanwhile_brings_nothing(world: World):
    """Its token was good when the request came in."""
    ana = world.laptop("Ana")
    assert revoke(world.database, ana.session.device, world.now)
    before = world.dump()
    with pytest.raises(Refused) as refused:
        ana.push(made("enterprise", ana.new_id(), name="A"))
    assert (refused.value.code, refused.value.status) == ("revoked", 403)
    assert world.dump() == before


def test_more_mutations_than_one_request_may_bring_wait_for_the_next(world: World):
    ana = world.laptop("Ana")
    answer = ana.send(*(ana.seal() for _ in range(MOST_MUTATIONS + 1)))
    assert answer.last_mseq == MOST_MUTATIONS
    assert ana.send(ana.sent[-1]).last_mseq == MOST_MUTATIONS + 1


@pytest.mark.parametrize(
    ("known", "code"),
    [({"proto": 2}, "proto"), ({"device": "another"}, "device"), ({"inc": 0}, "shape"), ({"inc": 1 << 40}, "shape")],
)
def test_a_request_that_is_not_the_devices_own_is_refused(world: World, known, code):
    ana = world.laptop("Ana")
    before = world.dump()
    with pytest.raises(Refused) as refused:
        ana.send(ana.seal(made("enterprise", ana.new_id(), name="A")), **known)
    assert refused.value.code == code
    assert world.dump() == before


def test_a_mutation_without_a_number_is_refused(world: World):
    ana = world.laptop("Ana")
    with pytest.raises(Refused):
        ana.send(msgspec.Raw(b'{"schema":1}'))


@pytest.mark.parametrize("known", [{"cursor": -5, "stage": -5}, {"stage": 10**18}, {"acked": 2**70}])
def test_cursors_from_nowhere_do_no_harm(world: World, known):
    ana = world.laptop("Ana")
    answer = ana.send(ana.seal(made("enterprise", ana.new_id(), name="A")), **known)
    assert 0 <= answer.cursor <= answer.head


def test_asking_again_and_again_writes_nothing(world: World):
    ana = world.laptop("Ana")
    ana.pull()
    before = world.dump()
    ana.pull()
    assert world.dump() == before
    world.clock.move(minutes=2)
    ana.pull()
    assert world.rows(tables.device_life)[0]["last_seen_ms"] == world.now


def test_two_lives_of_a_device_are_told(world: World):
    ana = world.laptop("Ana")
    world.clock.move(minutes=2)
    assert ana.send().notices == []
    world.clock.move(minutes=2)
    ana.inc = 2
    assert ana.send().notices == []
    world.clock.move(minutes=2)
    ana.inc = 1
    assert ana.send().notices == ["two-incarnations"]
    ana.inc = 2
    assert ana.send().notices == ["two-incarnations"]


def test_the_log_is_a_chain(world: World):
    from server.log import FIRST_HASH, hash_of

    ana = world.laptop("Ana")
    ana.push(made("enterprise", ana.new_id(), name="A"))
    ana.push(made("enterprise", ana.new_id(), name="B"))
    last = FIRST_HASH
    for row in world.rows(tables.change_log):
        assert row["prev_hash"] == last
        last = hash_of(row)
    assert world.rows(tables.sync_head)[0]["last_hash"] == last


def test_canonical_bytes_are_what_the_hash_is_of(world: World):
    ana = world.laptop("Ana")
    sealed = Mutation(m=1, schema=1, hlc=0, at=0, base=0)
    ana.send(msgspec.Raw(encoded(sealed)))
    assert len(world.rows(tables.mutation_result)[0]["body_sha256"]) == 32
