"""Hybrid time goes forward only; the offset is that of the quickest exchange; a clock that was set is measured anew."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.sync import clock
from app.sync.clock import KEPT, Sample, from_text, next_hybrid, offset_of, physical_ms, sampled, to_text, with_sample


@given(st.lists(st.integers(0, 2**45), max_size=40))
def test_hybrid_time_grows_whatever_the_clock_does(readings):
    last = 0
    for reading in readings:
        now = next_hybrid(last, reading)
        assert now > last
        assert clock.milliseconds(now) >= reading
        last = now


@given(st.integers(-(10**13), 10**13), st.integers(0, 60_000), st.integers(0, 60_000))
def test_the_offset_is_off_by_half_the_way_at_most(offset, there, back):
    """The server's clock minus the device's; the device reads its own when the answer is there."""
    received = 10**13
    found = sampled(received, there + back, received - back + offset)
    assert abs(found.offset_ms - offset) <= (there + back) / 2


def test_the_quickest_of_the_last_eight_counts():
    samples = ()
    for n, rtt in enumerate([900, 100, 500]):
        samples = with_sample(samples, Sample(40 + n, rtt))
    assert offset_of(samples) == 41
    for _ in range(KEPT):
        samples = with_sample(samples, Sample(60, 800))
    assert offset_of(samples) == 60
    assert len(samples) == KEPT


def test_nothing_measured_is_no_offset():
    assert offset_of(()) is None
    assert physical_ms(1_000, None, 0) == 1_000


def test_samples_of_a_clock_that_was_set_since_are_forgotten():
    before = with_sample((), Sample(3_600_000, 50))
    assert with_sample(before, Sample(10, 5_000)) == (Sample(10, 5_000),)
    assert len(with_sample(before, Sample(3_601_000, 5_000))) == 2


@pytest.mark.parametrize(("device", "offset", "floor", "now"), [(50, 7, 0, 57), (50, 7, 100, 100), (500, -7, 100, 493)])
def test_no_time_lies_before_what_the_server_said(device, offset, floor, now):
    assert physical_ms(device, offset, floor) == now


def test_the_floor_only_rises():
    assert clock.floor_after(10, 5) == 10
    assert clock.floor_after(10, 15) == 15


def test_samples_are_stored_as_text():
    samples = (Sample(1.5, 20), Sample(-3, 7))
    assert from_text(to_text(samples)) == samples
    assert from_text(None) == ()
