"""Baseline against end-line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.indicators.change import ImprovedShare, compare, share_improved
from app.indicators.definitions import Better, get_indicator, load_indicators

numbers = st.floats(min_value=-1e6, max_value=1e6)
indicators = st.sampled_from(load_indicators())


def test_defects_from_five_to_two_percent():
    change = compare(get_indicator("defect"), 5.0, 2.0)
    assert (change.absolute, change.in_points) == (-3.0, True)
    assert (change.relative_percent, change.improvement_percent) == (-60.0, 60.0)
    assert change.improved is True


@pytest.mark.parametrize(
    ("key", "base", "end", "improved"),
    [
        ("defect", 2.0, 5.0, False),
        ("defect", 5.0, 5.0, False),
        ("productivity", 10.0, 12.0, True),
        ("productivity", 12.0, 10.0, False),
        ("jobs", 100, 120, None),
        ("defect", None, 2.0, None),
        ("defect", 5.0, None, None),
        ("defect", float("nan"), 2.0, None),
    ],
)
def test_improved_follows_the_direction(key, base, end, improved):
    assert compare(get_indicator(key), base, end).improved is improved


def test_from_zero_there_is_no_relative_change():
    change = compare(get_indicator("savings"), 0, 11_000)
    assert (change.absolute, change.relative_percent, change.improvement_percent) == (11_000, None, None)
    assert change.improved is True


def test_a_missing_end_compares_nothing():
    change = compare(get_indicator("turnover"), 4.0, None)
    assert not change.is_comparable
    assert not change.is_unchanged
    assert (change.absolute, change.relative_percent) == (None, None)


def test_the_last_bits_of_a_quotient_are_no_change():
    change = compare(get_indicator("defect"), 0.1 + 0.2, 0.3)
    assert change.is_unchanged
    assert change.improved is False


def test_only_percent_changes_in_points():
    assert not compare(get_indicator("productivity"), 1, 2).in_points


def test_share_of_enterprises_that_improved():
    turnover = get_indicator("turnover")
    pairs = [(5.0, 4.0), (5.0, 5.0), (4.0, 6.0), (None, 3.0), (9.0, 1.0)]
    found = share_improved(compare(turnover, base, end) for base, end in pairs)
    assert found == ImprovedShare(improved=2, usable=4, asked=5)
    assert found.share == 0.5
    assert share_improved([]).share is None


@given(indicators, numbers, numbers)
def test_what_improves_forwards_does_not_improve_backwards(indicator, base, end):
    there, back = compare(indicator, base, end), compare(indicator, end, base)
    assert there.absolute == -back.absolute
    assert not (there.improved and back.improved)
    if indicator.better is Better.CONTEXT:
        assert there.improved is None
    elif not there.is_unchanged:
        assert there.improved is not back.improved


@given(indicators, numbers, numbers)
def test_the_size_of_an_improvement_has_the_sign_of_the_verdict(indicator, base, end):
    change = compare(indicator, base, end)
    if change.improvement_percent:
        assert (change.improvement_percent > 0) is change.improved
