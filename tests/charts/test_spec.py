"""A chart knows its gaps."""

import pytest

from app.charts.spec import LineChart, Point


def chart(*values, **changes):
    return LineChart("Defects", "%", tuple(Point(f"month {i}", value) for i, value in enumerate(values)), **changes)


@pytest.mark.parametrize(
    ("values", "runs"),
    [
        ((), ()),
        ((None, None), ()),
        ((1, 2), (((0, 1), (1, 2)),)),
        ((None, 1, None, 0, 3), (((1, 1),), ((3, 0), (4, 3)))),
    ],
)
def test_a_period_without_a_figure_cuts_the_line(values, runs):
    assert chart(*values).runs == runs
    assert chart(*values).known == tuple(point for run in runs for point in run)


@pytest.mark.parametrize("baseline", [-1, 2])
def test_a_baseline_must_be_one_of_the_points(baseline):
    with pytest.raises(ValueError, match="no point"):
        chart(1, 2, baseline=baseline)
