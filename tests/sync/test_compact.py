"""Mutations on their way: shorter, and the same to the letter when they arrive."""

import gzip

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import NotOurs
from app.models.ids import FixedClock, stamp
from app.sync.compact import MOST, compacted, restored
from app.sync.protocol import Mutation, Op, encoded
from tests.conftest import GATE

WHOLE = st.integers(-(2**63), 2**63 - 1)
TIMES = st.integers(0, 2**43) | WHOLE
TEXTS = st.text(st.characters(codec="utf-8"), max_size=8) | st.sampled_from(["~", "~1", "raw", stamp(GATE)])
VALUES = st.none() | TEXTS | WHOLE | st.floats(allow_nan=False, allow_infinity=False)
OPS = st.builds(
    Op,
    table=TEXTS,
    id=TEXTS,
    set=st.dictionaries(TEXTS | st.just("created_at"), VALUES, max_size=3),
    life=st.sampled_from([None, "del", "undel"]),
)
MUTATIONS = st.builds(
    Mutation,
    m=st.integers(0, 5) | WHOLE,
    schema=st.integers(1, 3),
    hlc=TIMES,
    at=TIMES,
    base=st.integers(0, 9),
    epoch=TEXTS,
    boot=TEXTS,
    mono=st.none() | TIMES,
    ops=st.lists(OPS, max_size=3),
    closes=st.lists(TEXTS, max_size=2),
    recovered=st.booleans(),
)


def there_and_back(bodies: list[bytes]) -> list[bytes]:
    return [bytes(body) for body in restored(compacted(bodies), most_bytes=1 << 20)]


@given(st.lists(MUTATIONS, max_size=6))
def test_what_was_sealed_arrives_to_the_letter(mutations):
    bodies = [encoded(mutation) for mutation in mutations]
    assert there_and_back(bodies) == bodies


JSON = st.recursive(
    st.none() | st.booleans() | WHOLE | TEXTS, lambda some: st.lists(some) | st.dictionaries(TEXTS, some), max_leaves=5
)


@given(st.lists(JSON | st.dictionaries(st.sampled_from(["m", "at", "hlc", "mono", "ops", "raw", "new"]), JSON)))
def test_so_does_any_other_json(values):
    bodies = [msgspec.json.encode(value) for value in values]
    assert there_and_back(bodies) == bodies


def test_what_a_newer_program_says_is_kept():
    body = (
        b'{"m":1,"schema":1,"hlc":65536,"at":1,"base":0,"news":[1.0,1e+300],"ops":[{"t":"visit","id":"a","why":"x"}]}'
    )
    assert there_and_back([body, body]) == [body, body]


def day_of_work(count: int, *, floor_ms: int = 0) -> list[bytes]:
    """A visit every 17 minutes. `floor_ms`: the latest server time that the device had seen."""
    clock, bodies = FixedClock(GATE), []
    for number in range(1, count + 1):
        clock.move(seconds=1_020 + number * 7 % 60, milliseconds=number * 7919 % 1000)
        at = clock.uptime_ms()
        visit = {"created_at": stamp(clock.now()), "kind": "follow_up", "status": "draft"}
        hlc = (floor_ms << 16) + number if floor_ms else at << 16
        op = Op(table="visit", id=clock.new_id(), set=visit)
        bodies.append(encoded(Mutation(m=number, schema=1, hlc=hlc, at=at, base=0, boot="b", mono=at - 77, ops=[op])))
    return bodies


@pytest.mark.parametrize("floor_ms", [0, 1_900_000_000_000])
def test_less_than_half_is_said(floor_ms):
    bodies = day_of_work(500, floor_ms=floor_ms)
    assert there_and_back(bodies) == bodies
    as_sealed, on_its_way = (len(gzip.compress(b",".join(map(bytes, some)))) for some in (bodies, compacted(bodies)))
    assert on_its_way < as_sealed * 0.5


@pytest.mark.parametrize(
    "item",
    [
        b"1",
        b"[]",
        b"{}",
        b'{"at":"x","ops":[]}',
        b'{"at":1,"ops":[1]}',
        b'{"at":1,"ops":[{"id":7}]}',
        b'{"at":1,"ops":[{"id":"~","set":7}]}',
        b'{"at":99999999999999999,"ops":[{"id":"~","set":{"created_at":"~"}}]}',
        b'{"at":1,"hlc":"x","ops":[]}',
        b'{"at":1e300,"ops":[]}',
        b'{"at":1',
        b'"\xff"',
        b"[" * 2_000 + b"]" * 2_000,
    ],
)
def test_what_cannot_be_restored_is_not_ours(item):
    with pytest.raises(NotOurs) as caught:
        restored([item], most_bytes=1 << 20)
    assert caught.value.reason == "shape"


def test_no_more_than_a_request_may_hold_is_restored():
    with pytest.raises(NotOurs) as caught:
        restored([b'{"at":0,"ops":[]}'] * 1_000, most_bytes=10_000)
    assert caught.value.reason == "size"
    with pytest.raises(NotOurs):
        restored([b"{}"] * (MOST + 1), most_bytes=1 << 20)
