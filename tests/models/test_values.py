"""What a person types becomes what is stored, or a reason why not."""

import unicodedata
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Invalid
from app.models.registry import Field, Kind
from app.models.values import checked


def field(kind: Kind, **options) -> Field:
    return Field(name="f", kind=kind, label="F", meaning="A field.", **options)


@pytest.mark.parametrize(
    ("kind", "given_", "stored"),
    [
        (Kind.TEXT, "  PT Laksana ", "PT Laksana"),
        (Kind.TEXT, unicodedata.normalize("NFD", "Đặng"), "Đặng"),
        (Kind.NOTE, "one\ntwo", "one\ntwo"),
        (Kind.TEXT, "", None),
        (Kind.TEXT, " \u3000", None),
        (Kind.WHOLE, "12", 12),
        (Kind.WHOLE, "١٢", 12),
        (Kind.WHOLE, "১২", 12),
        (Kind.NUMBER, "0.5", 0.5),
        (Kind.NUMBER, 3, 3.0),
        (Kind.FLAG, "yes", 1),
        (Kind.FLAG, False, 0),
        (Kind.DAY, date(2026, 11, 24), "2026-11-24"),
        (Kind.INSTANT, datetime(2026, 11, 24, 8, 12, tzinfo=UTC), "2026-11-24T08:12:00.000Z"),
        (Kind.INSTANT, "2026-11-24T08:12+07:00", "2026-11-24T01:12:00.000Z"),
        (Kind.PERIOD, "2026-Q3", "2026-Q3"),
        (Kind.CURRENCY, "IDR", "IDR"),
        (Kind.LANGUAGE, "es-CL", "es-CL"),
        (Kind.JSON, '{"b": 1, "a": 2}', '{"a":2,"b":1}'),
        (Kind.CHOICES, "b a", '["b", "a"]'),
    ],
)
def test_taken(kind, given_, stored):
    assert checked(field(kind), given_) == stored


@pytest.mark.parametrize(
    ("kind", "given_", "problem"),
    [
        (Kind.TEXT, "two\nlines", "one-line"),
        (Kind.NOTE, "bell \x07", "control-characters"),
        (Kind.NOTE, "half \ud800", "control-characters"),
        (Kind.TEXT, 5, "not-text"),
        (Kind.WHOLE, "1.5", "not-a-whole-number"),
        (Kind.WHOLE, 2**63, "not-a-whole-number"),
        (Kind.WHOLE, True, "not-a-whole-number"),
        (Kind.NUMBER, "nan", "not-a-number"),
        (Kind.NUMBER, "1e999", "not-a-number"),
        (Kind.NUMBER, "1,5", "not-a-number"),
        (Kind.FLAG, "perhaps", "not-yes-or-no"),
        (Kind.DAY, "2026-02-30", "not-a-day"),
        (Kind.INSTANT, "noon", "not-an-instant"),
        (Kind.PERIOD, "2026-13", "not-a-period"),
        (Kind.CURRENCY, "rupiah", "not-a-currency"),
        (Kind.LANGUAGE, "english please", "not-a-language"),
        (Kind.HASH, "abc", "not-a-hash"),
        (Kind.JSON, "{", "not-json"),
    ],
)
def test_refused(kind, given_, problem):
    with pytest.raises(Invalid) as refused:
        checked(field(kind), given_)
    assert (refused.value.problem, refused.value.field) == (problem, "f")


def test_choice_and_range():
    assert checked(field(Kind.CHOICE, choices=("a", "b")), "b") == "b"
    with pytest.raises(Invalid, match="not-a-choice"):
        checked(field(Kind.CHOICE, choices=("a", "b")), "c")
    with pytest.raises(Invalid, match="out-of-range"):
        checked(field(Kind.WHOLE, low=0), -1)


@given(st.sampled_from(list(Kind)), st.one_of(st.text(), st.integers(), st.floats(), st.binary(), st.none()))
def test_nothing_but_a_stored_value_or_a_reason(kind, anything):
    one = field(kind, choices=("a",)) if kind in {Kind.CHOICE, Kind.CHOICES} else field(kind)
    try:
        stored = checked(one, anything)
    except Invalid:
        return
    assert stored is None or checked(one, stored) == stored
