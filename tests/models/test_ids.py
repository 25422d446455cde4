from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from app.models.ids import Clock, FixedClock, catalogue_id, instant, natural_id, stamp


def test_new_ids_sort_by_birth():
    clock = Clock()
    ids = [clock.new_id() for _ in range(50)]
    assert ids == sorted(ids)
    assert {UUID(one).version for one in ids} == {7}


def test_a_fixed_clock_repeats_itself():
    at = datetime(2026, 11, 24, tzinfo=UTC)
    first, second = FixedClock(at), FixedClock(at)
    ids = [first.new_id() for _ in range(50)]
    assert ids == [second.new_id() for _ in range(50)]
    assert ids == sorted(ids)
    assert len(set(ids)) == 50


@given(st.text(max_size=20), st.text(max_size=20))
def test_a_natural_id_is_the_key_and_stays_with_its_parent(a, b):
    parent = "0190b7e2-7d3c-7abc-8def-0123456789ab"
    one = natural_id(parent, a, b)
    assert one == natural_id(parent, a, b)
    assert one[:13] == parent[:13]
    assert UUID(one).version == 8
    assert (one == natural_id(parent, b, a)) == (a == b)
    assert one != natural_id("0190b7e2-7d3c-7abc-8def-0123456789ac", a, b)


def test_catalogue_ids_have_a_zero_prefix():
    assert catalogue_id("module", "osh").startswith("00000000-0000-8")


@given(st.datetimes(datetime(2000, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)))
def test_instants_come_back_and_sort_as_text(at):
    assert abs((instant(stamp(at)) - at).total_seconds()) < 0.001
    assert (stamp(at) < "2100-01-01T00:00:00.000Z") == (at < datetime(2100, 1, 1, tzinfo=UTC))
