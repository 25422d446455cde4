"""Values and aggregates, against figures worked by hand and against what must always hold."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.indicators.compute import (
    Aggregate,
    Measure,
    aggregate,
    aggregate_rates,
    average_headcount,
    rate,
    value,
    year_of_months,
)
from app.indicators.definitions import get_basis, get_indicator

amounts = st.floats(min_value=0, max_value=1e9)
maybe = st.none() | amounts
measures = st.lists(st.builds(Measure, maybe, maybe), max_size=8)


def test_turnover_of_five_in_two_hundred():
    assert value(get_indicator("turnover"), Measure(5, 200)) == 2.5


@pytest.mark.parametrize(
    ("basis", "expected"),
    [("per_200000_hours", 22.7), ("per_million_hours", 113.3), ("per_1000_hours", 0.1)],
)
def test_severity_on_each_hours_basis(basis, expected):
    found = value(get_indicator("severity"), Measure(85, 750_000), basis=get_basis(basis))
    assert round(found, 1) == expected


def test_accidents_per_hundred_workers():
    assert value(get_indicator("ltifr"), Measure(59, 1000), basis=get_basis("per_100_workers")) == 5.9


def test_an_injury_rate_without_a_basis_is_a_mistake():
    with pytest.raises(ValueError, match="basis"):
        value(get_indicator("ltifr"), Measure(1, 100))


def test_a_count_is_its_own_value():
    assert value(get_indicator("complaints"), Measure(7)) == 7
    assert value(get_indicator("complaints"), Measure(0)) == 0


@pytest.mark.parametrize(
    ("numerator", "denominator"),
    [(None, 10), (10, None), (None, None), (10, 0), (0, 0), (10, -1), (math.nan, 1), (1, math.inf)],
)
def test_no_value_without_both_parts(numerator, denominator):
    assert rate(numerator, denominator, factor=100) is None


def test_zero_over_something_is_zero():
    assert rate(0, 10) == 0


def test_rates_are_aggregated_from_their_parts():
    # 1 of 10 and 0 of 90: the mean of the rates would be 5 %.
    found = aggregate(get_indicator("defect"), [Measure(1, 10), Measure(0, 90), Measure(None, 500), Measure(3, None)])
    assert found == Aggregate(1.0, 2, 4, 1.0, 100.0)
    assert found.coverage == 0.5


def test_counts_are_added():
    assert aggregate(get_indicator("improvements"), [Measure(3), Measure(None), Measure(4)]).value == 7


@pytest.mark.parametrize("key", ["defect", "improvements"])
def test_nothing_known_is_no_value(key):
    found = aggregate(get_indicator(key), [Measure(None), Measure(None)])
    assert (found.value, found.used, found.asked, found.coverage) == (None, 0, 2, 0)
    assert aggregate(get_indicator(key), []).coverage is None


def test_bare_rates_give_their_median():
    assert aggregate_rates([2.0, None, 90.0, 4.0]) == Aggregate(4.0, 3, 4)
    assert aggregate_rates([None]).value is None


def test_average_headcount():
    assert average_headcount(190, 210) == 200
    assert average_headcount(190, None) is None


def test_a_year_of_leavers_over_the_average_of_the_headcounts():
    year = year_of_months([Measure(5, 190), Measure(5, 210)] * 6)
    assert year == Measure(60, 200)
    assert value(get_indicator("turnover_year"), year) == 30


@pytest.mark.parametrize("months", [[], [Measure(5, 200)] * 11, [Measure(5, 200)] * 11 + [Measure(None, 200)]])
def test_a_year_needs_twelve_months(months):
    assert year_of_months(months) == Measure(None, None)


@given(measures)
def test_an_aggregate_lies_between_the_rates_it_is_made_of(given_measures):
    indicator = get_indicator("energy_unit")
    found = aggregate(indicator, given_measures)
    rates = [one for one in (value(indicator, measure) for measure in given_measures) if one is not None]
    assert (found.used, found.asked) == (len(rates), len(given_measures))
    if not rates:
        assert found.value is None
    elif found.value is not None:
        assert min(rates) * (1 - 1e-9) <= found.value <= max(rates) * (1 + 1e-9)


@given(measures)
def test_order_does_not_matter(given_measures):
    indicator = get_indicator("defect")
    assert aggregate(indicator, given_measures) == aggregate(indicator, given_measures[::-1])


@given(amounts, st.floats(min_value=0.01, max_value=1e9))
def test_a_rate_times_its_denominator_gives_back_the_numerator(numerator, denominator):
    assert rate(numerator, denominator, factor=100) * denominator / 100 == pytest.approx(numerator)
