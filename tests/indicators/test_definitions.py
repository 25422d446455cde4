"""The indicator catalogue is complete, consistent and documented."""

import re
from pathlib import Path

import pytest

from app.errors import NotFound
from app.indicators.definitions import (
    BasisRule,
    Better,
    get_basis,
    get_indicator,
    load_bases,
    load_indicators,
    load_units,
)
from app.models.catalogue import load_modules

HEADINGS = {
    title.lower().replace(" ", "-")
    for title in re.findall(r"^#+ (.+)$", Path("docs/indicators.md").read_text(encoding="utf-8"), re.MULTILINE)
}


def test_keys_are_unique():
    keys = [indicator.key for indicator in load_indicators()]
    assert len(keys) == len(set(keys)) == 33


@pytest.mark.parametrize("indicator", load_indicators(), ids=lambda indicator: indicator.key)
def test_each_indicator_holds_together(indicator):
    assert indicator.name
    assert indicator.formula.endswith(".")
    assert set(indicator.modules) <= {module.id for module in load_modules()}
    assert indicator.is_ratio or indicator.factor == 1
    assert not indicator.is_percent or (indicator.is_ratio and indicator.factor == 100)
    assert indicator.key in HEADINGS


@pytest.mark.parametrize("source", sorted(Path("app").rglob("*.py")), ids=str)
def test_docstrings_point_to_headings_that_exist(source):
    assert set(re.findall(r"indicators\.md#([\w-]+)", source.read_text(encoding="utf-8"))) <= HEADINGS


def test_units_in_use_are_all_defined_and_all_used():
    assert {indicator.unit.id for indicator in load_indicators()} == {unit.id for unit in load_units()}


@pytest.mark.parametrize(
    ("key", "better", "basis"),
    [
        ("turnover", Better.DOWN, BasisRule.FIXED),
        ("productivity", Better.UP, BasisRule.FIXED),
        ("grievances", Better.CONTEXT, BasisRule.FIXED),
        ("severity", Better.DOWN, BasisRule.INJURY),
    ],
)
def test_direction_and_basis(key, better, basis):
    indicator = get_indicator(key)
    assert (indicator.better, indicator.basis) == (better, basis)


def test_serves_its_modules_and_all_when_it_names_none():
    assert get_indicator("defect").serves("qm")
    assert not get_indicator("defect").serves("osh")
    assert get_indicator("savings").serves("osh")


def test_the_statisticians_basis_comes_first():
    assert load_bases()[0] == get_basis("per_million_hours")
    assert load_bases()[0].factor == 1_000_000


@pytest.mark.parametrize("get", [get_indicator, get_basis])
def test_unknown_keys_are_said_to_be_unknown(get):
    with pytest.raises(NotFound):
        get("nothing")
