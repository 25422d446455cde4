"""Costs and benefits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.indicators.money import benefit_cost_ratio, payback_months, return_percent, saving


def test_the_brochures_return_of_258_percent_is_a_ratio_of_3_58():
    assert return_percent(35_800, 10_000) == 258
    assert benefit_cost_ratio(35_800, 10_000) == 3.58


def test_what_cost_nothing_has_no_return():
    assert return_percent(100, 0) is None
    assert benefit_cost_ratio(100, 0) is None


@pytest.mark.parametrize(("monthly", "months"), [(500, 3), (0, None), (-20, None)])
def test_payback(monthly, months):
    assert payback_months(1500, monthly) == months


def test_saving_of_an_improvement():
    assert saving(unit_cost_before=12, unit_cost_after=10, volume=1000, one_off_cost=500) == 1500
    assert saving(unit_cost_before=10, unit_cost_after=10, volume=1000, one_off_cost=500) == -500


@given(st.floats(min_value=0, max_value=1e9), st.floats(min_value=0.01, max_value=1e9))
def test_return_and_ratio_are_one_thing(benefits, cost):
    assert return_percent(benefits, cost) == pytest.approx(
        (benefit_cost_ratio(benefits, cost) - 1) * 100, rel=1e-9, abs=1e-6
    )
