"""Ticks are round, few and cover the data, whatever the data."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.charts.scale import Scale, labelled, places, scale_for, ticks, value_range
from app.charts.spec import LineChart, Point

numbers = st.floats(min_value=-1e300, max_value=1e300)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 12.5, (0, 5, 10, 15)),
        (0, 1, (0, 0.5, 1)),
        (0, 0.3, (0, 0.1, 0.2, 0.3)),
        (51, 70, (50, 55, 60, 65, 70)),
        (-1200, 2500, (-2000, 0, 2000, 4000)),
        (0, 0, (0, 0.5, 1)),
        (66, 66, (55, 60, 65, 70, 75)),
        (0, 1e-9, (0, 5e-10, 1e-9)),
    ],
)
def test_ticks(low, high, expected):
    assert ticks(low, high) == expected


@given(numbers, numbers, st.integers(min_value=3, max_value=12))
def test_ticks_cover_any_range(one, other, most):
    low, high = min(one, other), max(one, other)
    found = ticks(low, high, most=most)
    assert 2 <= len(found) <= most
    assert all(a < b for a, b in pairwise(found))
    # Anything below 1e-300 is nothing.
    assert found[0] <= low + 1e-300
    assert found[-1] >= high - 1e-300


@given(st.floats(min_value=0, max_value=1e6), st.integers(min_value=0, max_value=3))
def test_steps_are_no_finer_than_the_values_are_written(high, digits):
    found = ticks(0, high, digits=digits)
    assert Scale(found).digits <= digits


@pytest.mark.parametrize(
    ("low", "high", "most"), [(1, 0, 5), (0, float("inf"), 5), (float("nan"), 1, 5), (0, 1e301, 5), (0, 1, 2)]
)
def test_what_is_no_range(low, high, most):
    with pytest.raises(ValueError, match=r"no range|cannot cover"):
        ticks(low, high, most=most)


@pytest.mark.parametrize(
    ("values", "from_zero", "expected"),
    [
        ([], True, (0, 1)),
        ([], False, (0, 1)),
        ([4, 9], True, (0, 9)),
        ([4, 9], False, (4, 9)),
        ([-4, -9], True, (-9, 0)),
        ([0, 0], False, (0, 1)),
    ],
)
def test_value_range(values, from_zero, expected):
    assert value_range(values, from_zero=from_zero) == expected


@given(numbers, numbers, st.floats(min_value=0, max_value=1))
def test_positions_lie_on_the_axis(one, other, share):
    low, high = min(one, other), max(one, other)
    scale = Scale(ticks(low, high))
    value = low + share * (high / 2 - low / 2)
    assert -1e-9 <= scale.position(value) <= 1 + 1e-9
    assert (scale.position(scale.ticks[0]), scale.position(scale.ticks[-1])) == (0, 1)


@pytest.mark.parametrize(
    ("found", "digits"), [((0, 5, 10), 0), ((0, 0.5, 1), 1), ((0, 0.05, 0.1), 2), ((1e20, 2e20), 0), ((0, 1e-9), 9)]
)
def test_digits_of_ticks(found, digits):
    assert Scale(found).digits == digits


def test_the_target_is_on_the_axis():
    chart = LineChart("Defects", "%", (Point("Jan", 4.0), Point("Feb", None)), target=22)
    assert scale_for(chart).ticks[-1] >= 22


@pytest.mark.parametrize(
    ("number", "most", "expected"),
    [(0, 5, ()), (3, 5, (0, 1, 2)), (12, 4, (2, 5, 8, 11)), (5, 0, (4,)), (7, 3, (0, 3, 6))],
)
def test_labelled_periods(number, most, expected):
    assert labelled(number, most=most) == expected


def test_places_are_the_middles():
    assert places(4) == (0.125, 0.375, 0.625, 0.875)
    assert places(1) == (0.5,)
