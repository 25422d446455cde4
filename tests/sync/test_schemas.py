"""Three versions of the shape, of which the middle one renames a field and the newest splits one row into two."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.sync import schemas
from app.sync.protocol import SCHEMA, Op, Row, encoded, mutation_decoder
from app.sync.schemas import Step, brought_down, brought_up


def renamed(values, old, new):
    return {new if name == old else name: value for name, value in values.items()}


def named_anew(op: Op) -> list[Op]:
    if op.table != "thing":
        return [op]
    return [msgspec.structs.replace(
        op, set=renamed(op.set, "remark", "note"), bases=renamed(op.bases, "remark", "note"))]  # fmt: skip


def named_as_before(row: Row) -> Row:
    if row.table != "thing":
        return row
    return msgspec.structs.replace(
        row, values=renamed(row.values, "note", "remark"), seqs=renamed(row.seqs, "note", "remark")
    )


def split(op: Op) -> list[Op]:
    """Version 3 keeps the price of a thing in a row of its own, of the same id; what it calls junk is gone."""
    if op.table == "junk":
        return []
    if op.table != "thing" or "price" not in op.set:
        return [op]
    kept = msgspec.structs.replace(op, set={name: value for name, value in op.set.items() if name != "price"})
    return [kept, Op(table="price", id=op.id, set={"price": op.set["price"]})]


def joined(row: Row) -> Row | None:
    return None if row.table == "price" else row


STEPS = (Step(2, named_anew, named_as_before), Step(3, split, joined))
OLD = Op(table="thing", id="1", set={"remark": "a", "price": 3, "of_tomorrow": 1}, bases={"remark": 4}, life="undel")


@pytest.mark.parametrize(
    ("version", "to", "made"),
    [
        (1, 1, [OLD]),
        (3, 3, [OLD]),
        (1, 2, [Op(table="thing", id="1", set={"note": "a", "price": 3, "of_tomorrow": 1}, bases={"note": 4},
                   life="undel")]),
        (2, 3, [Op(table="thing", id="1", set={"remark": "a", "of_tomorrow": 1}, bases={"remark": 4}, life="undel"),
                Op(table="price", id="1", set={"price": 3})]),
        (1, 3, [Op(table="thing", id="1", set={"note": "a", "of_tomorrow": 1}, bases={"note": 4}, life="undel"),
                Op(table="price", id="1", set={"price": 3})]),
    ],
)  # fmt: skip
def test_an_operation_is_brought_up_step_by_step(version, to, made):
    assert brought_up([OLD], version, to=to, steps=STEPS) == made


def test_an_operation_may_have_no_place_in_a_newer_version():
    assert brought_up([Op(table="junk", id="1"), Op(table="other", id="2")], 1, to=3, steps=STEPS) == [
        Op(table="other", id="2")
    ]


@pytest.mark.parametrize(
    ("row", "version", "made"),
    [
        (Row(table="thing", id="1", seq=9, values={"note": "a"}, seqs={"note": 5}), 1,
         Row(table="thing", id="1", seq=9, values={"remark": "a"}, seqs={"remark": 5})),
        (Row(table="thing", id="1", seq=9, values={"note": "a"}), 2,
         Row(table="thing", id="1", seq=9, values={"note": "a"})),
        (Row(table="price", id="1", seq=9, values={"price": 3}), 2, None),
        (Row(table="price", id="1", seq=9, values={"price": 3}), 1, None),
        (Row(table="price", id="1", seq=9, values={"price": 3}), 3,
         Row(table="price", id="1", seq=9, values={"price": 3})),
        (Row(table="visit", id="1", seq=9), 1, Row(table="visit", id="1", seq=9)),
    ],
)  # fmt: skip
def test_a_row_is_brought_down_to_what_a_laptop_knows(row, version, made):
    assert brought_down(row, version, since=3, steps=STEPS) == made


def test_a_version_newer_than_the_server_is_taken_as_it_is():
    assert brought_up([OLD], 9, to=3, steps=STEPS) == [OLD]
    row = Row(table="thing", id="1", seq=9, values={"note": "a"})
    assert brought_down(row, 9, since=3, steps=STEPS) is row


@given(st.dictionaries(st.sampled_from(["note", "size", "of_tomorrow"]), st.integers() | st.text(), max_size=3))
def test_what_an_old_program_reads_and_writes_back_is_what_was_there(values):
    row = Row(table="thing", id="1", seq=9, values=values)
    old = brought_down(row, 1, since=3, steps=STEPS)
    (op,) = brought_up([Op(table="thing", id="1", set=old.values)], 1, to=3, steps=STEPS)
    assert op.set == values


def test_the_steps_of_the_program_lead_to_its_version_without_a_gap():
    assert [step.to for step in schemas.STEPS] == list(range(schemas.OLDEST + 1, SCHEMA + 1))


def test_members_that_are_not_known_do_not_disturb_a_mutation():
    raw = (
        b'{"m":1,"schema":7,"hlc":2,"at":3,"base":4,"of_tomorrow":{"a":1},'
        b'"ops":[{"t":"thing","id":"1","set":{"of_tomorrow":"x","note":null},"later":[]}]}'
    )
    mutation = mutation_decoder.decode(raw)
    assert mutation.ops == [Op(table="thing", id="1", set={"of_tomorrow": "x", "note": None})]
    assert mutation_decoder.decode(encoded(mutation)) == mutation


@pytest.mark.parametrize(
    "raw",
    [b"{}", b"[]", b"1", b'{"m":"1","schema":1,"hlc":2,"at":3,"base":4}', b'{"m":1,"schema":1,"hlc":2,"at":3}',
     b'{"m":1,"schema":1,"hlc":2,"at":3,"base":4,"ops":[{"t":"a"}]}',
     b'{"m":1,"schema":1,"hlc":2,"at":3,"base":4,"ops":[{"t":"a","id":"1","set":{"f":true}}]}',
     b'{"m":1,"schema":1,"hlc":2,"at":3,"base":4,"ops":[{"t":"a","id":"1","set":{"f":[1]}}]}',
     b'{"m":1,"schema":1,"hlc":2,"at":3,"base":4,"ops":[{"t":"a","id":"1","life":"dead"}]}',
     b'{"m":1,"schema":1,"hlc":2,"at":3,"base":4,"ops":[{"t":"a","id":"1","bases":{"f":1.5}}]}'],
)  # fmt: skip
def test_a_mutation_that_is_none_is_refused(raw):
    with pytest.raises(msgspec.ValidationError):
        mutation_decoder.decode(raw)
