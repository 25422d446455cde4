"""Rule R7: every mutation has its effect once, whatever is sent again, left out or changed."""

from hashlib import sha256

import pytest

from app.sync.protocol import Result, Want
from server import tables
from tests.server.world import World, made, put


def summary(answer):
    return [(r.m, r.n, r.status, r.seq, r.dup) for r in answer.results]


def test_the_same_batch_again_changes_nothing(world: World):
    ana = world.laptop("Ana")
    ids = [ana.new_id() for _ in range(3)]
    first = ana.send(*(ana.seal(made("enterprise", row_id, name="A")) for row_id in ids))
    before = world.dump()
    again = ana.send(*ana.sent)
    assert world.dump() == before
    assert summary(first) == [(1, 3, "applied", 3, False)]
    assert summary(again) == [(1, 3, "applied", 3, True)]
    assert again.last_mseq == 3


def test_a_part_again_with_something_new(world: World):
    ana = world.laptop("Ana")
    ana.send(ana.seal(), ana.seal())
    answer = ana.send(*ana.sent, ana.seal())
    assert summary(answer) == [(1, 2, "applied", 3, True), (3, 1, "applied", 5, False)]


def test_a_folder_shows_by_its_bytes_that_work_is_its_own(world: World):
    """Its own rows need not come back then; a copy of the folder, which has them not, cannot know the bytes."""
    ana = world.laptop("Ana")
    ids = {ana.new_id() for _ in range(2)}
    first, second = (ana.seal(made("enterprise", row_id, name="A")) for row_id in sorted(ids))
    ana.send(first, second, want=Want(rows=False))
    known = sha256(bytes(second)).hexdigest()

    def came(sent):
        return ids & {row.id for row in ana.send(first, sent=sent).rows}

    assert came((2, known)) == set()
    for other in (None, (2, "0" * 64), (1, known), (3, known), (2**70, known), (-1, known)):
        assert came(other) == ids


def test_a_gap_stops_the_queue_there(world: World):
    ana = world.laptop("Ana")
    first, _lost, third, fourth = (ana.seal() for _ in range(4))
    answer = ana.send(first, third, fourth)
    assert (answer.trouble.kind, answer.trouble.m, answer.last_mseq) == ("gap", 3, 1)
    assert summary(answer) == [(1, 1, "applied", 3, False)]
    assert ana.send(*ana.sent).last_mseq == 4


@pytest.mark.parametrize("numbers", [[3], [2, 4], [10**15], [2**70]])
def test_any_hole_is_a_gap(world: World, numbers):
    ana = world.laptop("Ana")
    ana.send(ana.seal())
    answer = ana.send(*(ana.body(m=number) for number in numbers))
    assert answer.trouble.kind == "gap"
    assert answer.last_mseq == numbers[0] if numbers[0] == 2 else 1


def test_another_mutation_under_a_used_number_is_reuse(world: World):
    ana = world.laptop("Ana")
    ana.send(ana.seal(made("enterprise", ana.new_id(), name="A")), ana.seal())
    before = world.dump()
    answer = ana.send(ana.body(made("enterprise", ana.new_id(), name="B"), m=1), ana.sent[1])
    assert (answer.trouble.kind, answer.trouble.m) == ("reuse", 1)
    assert answer.results == []
    assert world.dump() == before


@pytest.mark.parametrize("number", [0, -1, -(2**70)])
def test_a_number_that_nobody_has_is_reuse(world: World, number):
    ana = world.laptop("Ana")
    answer = ana.send(ana.body(m=number))
    assert (answer.trouble.kind, answer.last_mseq) == ("reuse", 0)


def test_one_mutation_twice_in_one_batch_is_one(world: World):
    ana = world.laptop("Ana")
    sealed = ana.seal(made("enterprise", ana.new_id(), name="A"))
    assert summary(ana.send(sealed, sealed, ana.seal())) == [(1, 2, "applied", 3, False)]
    other = ana.body(made("enterprise", ana.new_id(), name="B"), m=3)
    assert ana.send(other, ana.body(m=3)).trouble.kind == "reuse"


def test_rejected_and_parked_are_remembered_as_such(world: World):
    ana = world.laptop("Ana")
    orphan = made("visit", ana.new_id(), enterprise_id=ana.new_id(), kind="follow_up")
    sealed = [ana.seal(put("enterprise", "x")), ana.seal(orphan), ana.seal()]
    first, again = ana.send(*sealed), ana.send(*sealed)
    assert [(r.m, r.status, r.code, r.table, r.field) for r in first.results] == [
        (1, "rejected", "invalid-id", "enterprise", ""),
        (2, "parked", "parent-missing", "visit", "enterprise_id"),
        (3, "applied", "", "", ""),
    ]
    assert [r.dup for r in again.results] == [True] * 3
    assert [Result(**{**as_dict(r), "dup": False}) for r in again.results] == first.results
    assert len(world.rows(tables.mutation_quarantine)) == 2


def test_a_conflict_is_told_again(world: World):
    ana, budi = world.laptop("Ana"), world.laptop("Budi")
    row_id = ana.enterprise()
    sealed = budi.seal(put("enterprise", row_id, name="B"), base=0)
    first, again = budi.send(sealed), budi.send(sealed)
    assert first.results[0].status == again.results[0].status == "conflict"
    assert len(first.results[0].conflicts) == 1
    assert first.results[0].conflicts == again.results[0].conflicts


def test_lives_are_counted_apart(world: World):
    ana = world.laptop("Ana")
    ana.send(ana.seal(), ana.seal())
    ana.inc, ana.m = 2, 0
    assert ana.send().last_mseq == 0
    assert ana.send(ana.seal()).last_mseq == 1
    assert {row["incarnation"]: row["last_mseq"] for row in world.rows(tables.device_life)} == {1: 2, 2: 1}


def test_a_life_that_a_restored_server_never_met_is_taken(world: World):
    ana = world.laptop("Ana")
    ana.inc = 7
    assert ana.send(ana.seal()).last_mseq == 1
    assert world.rows(tables.device)[0]["incarnation"] == 7


def test_what_the_laptop_has_heard_is_kept(world: World):
    ana = world.laptop("Ana")
    ana.send(ana.seal(), ana.seal(), acked=1)
    assert world.rows(tables.device_life)[0]["acked_m"] == 1


def as_dict(result):
    return {name: getattr(result, name) for name in result.__struct_fields__}
