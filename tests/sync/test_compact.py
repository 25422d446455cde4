"""Mutations and rows on their way: shorter, and the same when they arrive; mutations to the letter."""

import gzip

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import NotOurs
from app.models.ids import FixedClock, stamp
from app.sync.columns import Shape, Table, items_of, transposed
from app.sync.compact import MOST, compacted, restored, rows_compacted, rows_restored
from app.sync.protocol import Answer, Mutation, Mutations, Op, Request, Row, encoded
from app.sync.wire import pack, unpack
from tests.conftest import GATE

WHOLE = st.integers(-(2**63), 2**63 - 1)
TIMES = st.integers(0, 2**43) | WHOLE
TEXTS = st.text(st.characters(codec="utf-8"), max_size=8) | st.sampled_from(["~", "~1", "raw", stamp(GATE)])
VALUES = st.none() | TEXTS | WHOLE | st.floats(allow_nan=False, allow_infinity=False)
NAMED = st.dictionaries(TEXTS | st.just("created_at"), VALUES, max_size=3)
OPS = st.builds(Op, table=TEXTS, id=TEXTS, set=NAMED, life=st.sampled_from([None, "del", "undel"]))
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
SEQS = st.integers(0, 2**40)
ROWS = st.builds(
    Row,
    table=TEXTS,
    id=TEXTS,
    seq=SEQS,
    values=NAMED,
    seqs=st.dictionaries(TEXTS, SEQS, max_size=2),
    life=st.none() | SEQS,
    deleted=st.booleans(),
    scope=TEXTS,
    by=TEXTS,
    at=TIMES,
)
JSON = st.recursive(
    st.none() | st.booleans() | WHOLE | TEXTS,
    lambda some: st.lists(some, max_size=2) | st.dictionaries(TEXTS, some, max_size=2),
    max_leaves=3,
)


def there_and_back(bodies: list[bytes]) -> list[bytes]:
    """By a request of these mutations."""
    request = Request(proto=1, schema=1, device="d", inc=1, epoch="", client_ms=0)
    request.mutations = [msgspec.Raw(body) for body in bodies]
    arrived = unpack(Request, *pack(request))
    assert arrived.compact is None
    return [bytes(body) for body in arrived.mutations]


@given(st.lists(MUTATIONS, max_size=6))
def test_what_was_sealed_arrives_to_the_letter(mutations):
    bodies = [encoded(mutation) for mutation in mutations]
    assert there_and_back(bodies) == bodies


@given(st.lists(JSON | st.dictionaries(st.sampled_from(["m", "at", "hlc", "mono", "ops", "new"]), JSON), max_size=6))
def test_so_does_any_other_json(values):
    bodies = [msgspec.json.encode(value) for value in values]
    assert there_and_back(bodies) == bodies


@pytest.mark.parametrize("body", [b'{"m": 1}', b'{"m":1,"m":1}', b'{"m":1e0}', b"[]"])
def test_so_do_bytes_that_were_sealed_otherwise(body):
    other = encoded(Mutation(m=1, schema=1, hlc=2, at=3, base=4))
    assert compacted([body, other]) is None
    assert there_and_back([body, other]) == [body, other]


def test_what_a_newer_program_says_is_kept():
    body = (
        b'{"m":1,"schema":1,"hlc":65536,"at":1,"base":0,"news":[1.0,1e+300],"ops":'
        b'[{"t":"visit","id":"a","set":{"new":{"x":[]}},"why":{}}],"more":null}'
    )
    assert there_and_back([body, body]) == [body, body]


@given(st.lists(ROWS, max_size=6))
def test_rows_arrive_as_they_are(rows):
    answer = Answer(server="s", epoch="e", rows=rows, cursor=7)
    arrived = unpack(Answer, *pack(answer))
    assert arrived.rows == rows
    assert arrived.compact is None
    assert answer.rows == rows  # what is sent may be sent again


@given(st.lists(st.dictionaries(TEXTS, JSON, max_size=3), max_size=6))
def test_columns_lose_nothing(items):
    table = msgspec.json.decode(msgspec.json.encode(transposed(items)), type=Table)
    assert list(items_of(table, most=1_000)) == items


def day_of_work(count: int, *, floor_ms: int = 0) -> tuple[list[bytes], list[Row]]:
    """A visit every 17 minutes. `floor_ms`: the latest server time that the device had seen."""
    clock, bodies, rows = FixedClock(GATE), [], []
    for number in range(1, count + 1):
        clock.move(seconds=1_020 + number * 7 % 60, milliseconds=number * 7919 % 1000)
        at = clock.uptime_ms()
        visit = {"created_at": stamp(clock.now()), "kind": "follow_up", "status": "draft", "number": number % 9}
        hlc = (floor_ms << 16) + number if floor_ms else at << 16
        op = Op(table="visit", id=clock.new_id(), set=visit)
        bodies.append(encoded(Mutation(m=number, schema=1, hlc=hlc, at=at, base=0, boot="b", mono=at - 77, ops=[op])))
        rows.append(Row(table="visit", id=op.id, seq=number + 5, values=visit, scope="s" * 36, by="u" * 36, at=at))
    return bodies, rows


@pytest.mark.parametrize("floor_ms", [0, 1_900_000_000_000])
def test_much_less_is_said(floor_ms):
    bodies, rows = day_of_work(500, floor_ms=floor_ms)
    assert there_and_back(bodies) == bodies
    said = compacted(bodies)
    assert said is not None
    assert packed(encoded(said)) < packed(b",".join(bodies)) * 0.4
    table = msgspec.json.encode(rows_compacted(rows))
    assert packed(table) < packed(msgspec.json.encode(rows)) * 0.5


def packed(data: bytes) -> int:
    return len(gzip.compress(data))


NO_OPS = Table([], [])


@pytest.mark.parametrize(
    ("head", "op"),
    [
        ({}, {"id": "~"}),
        ({"at": "x"}, {"id": "~"}),
        ({"at": 1e300}, {"id": "~"}),
        ({"m": None}, {"id": "~"}),
        ({"hlc": "x"}, {"id": "~"}),
        ({"mono": [1]}, {"id": "~"}),
        ({"ops": -1}, {"id": "~"}),
        ({"ops": 5_000}, {"id": "~"}),
        ({"ops": 2}, {"id": "~"}),
        ({"ops": 0}, {"id": "~"}),
        ({"ops": None}, {"id": "~"}),
        ({"at": 1}, {"id": 7}),
        ({"at": 1}, {}),
        ({"at": 1}, {"id": "~", "set": 7}),
        ({"at": 10**17}, {"id": "~", "set": {"created_at": 1}}),
    ],
)
def test_what_cannot_be_restored_is_not_ours(head, op):
    whole = {"m": 0, "at": 1, "hlc": 0, "mono": 0, "ops": 1}
    said = Mutations(heads=transposed([whole | head if head else {}]), ops=transposed([op]))
    with pytest.raises(NotOurs) as caught:
        restored(said, most_bytes=1 << 20)
    assert caught.value.reason == "shape"


@pytest.mark.parametrize(
    "table",
    [
        Table([(0, 1)], []),
        Table([(-1, 1)], [Shape(["id"], [["~"]])]),
        Table([(0, 0)], [Shape(["id"], [[]])]),
        Table([(0, -1), (0, 2)], [Shape(["id"], [["~"]])]),
        Table([(0, 2)], [Shape(["id"], [["~"]])]),
        Table([(0, 1)], [Shape(["id", "t"], [["~"]])]),
        Table([(0, 1)], [Shape(["id", ("id", "x")], [["~"], [1]])]),
        Table([(0, MOST + 1)], [Shape([], [])]),
        Table([(0, 1)], [Shape([], [])]),
        Table([(0, 1)], [Shape(["t", "id", "seq", "at"], [["visit"], ["a"], ["x"], [0]])]),
        Table([(0, 1)], [Shape(["t", "id", "seq", "at", "v"], [["visit"], ["a"], [1], [0], [7]])]),
        Table([(0, 1)], [Shape(["t", "id", "seq", "at", "f"], [["visit"], ["a"], [1], [0], [{"a": "b"}]])]),
        Table([(0, 1)], [Shape(["t", "id", "seq", "at", "life"], [["visit"], ["a"], [1], [0], [None]])]),
    ],
)
def test_tables_that_are_none(table):
    with pytest.raises(NotOurs):
        rows_restored(table)
    with pytest.raises(NotOurs):
        restored(Mutations(heads=table, ops=NO_OPS), most_bytes=1 << 20)


def test_no_more_than_a_request_may_hold_is_restored():
    bodies, _ = day_of_work(100)
    said = compacted(bodies)
    assert said is not None
    assert len(restored(said, most_bytes=1 << 20)) == 100
    with pytest.raises(NotOurs) as caught:
        restored(said, most_bytes=10_000)
    assert caught.value.reason == "size"
