"""The arithmetic of the benchmarks: ratios are taken within a round, never across rounds."""

import pytest

from benchmarks.rounds import Comparison, Unit, Way, as_facts, compare, table


def says(name: str, values: list[float], called: list[str]) -> Way:
    """A way that takes these seconds, one a round, and notes that it was called."""
    left = iter(values)

    def measure() -> float:
        called.append(name)
        return next(left)

    return Way(name, measure)


def test_a_round_measures_every_way_and_turns_the_order() -> None:
    called: list[str] = []
    ways = [says("floor", [1, 1], called), says("ours", [1, 1], called)]

    compare("order", ways, rounds=2, warm_up=False)

    assert called == ["floor", "ours", "ours", "floor"]


def test_the_warm_up_is_not_counted() -> None:
    ways = [says("floor", [9, 1, 1], []), says("ours", [99, 2, 2], [])]

    comparison = compare("warm", ways, rounds=2)

    assert comparison.values == {"floor": [1, 1], "ours": [2, 2]}


def test_ratios_are_of_the_same_round() -> None:
    # The machine was twice as slow in the second round: the ratio does not care.
    comparison = Comparison("ratio", {"floor": [1, 2, 1], "ours": [3, 6, 4]}, Unit.SECONDS, things=1)

    assert comparison.ratios("ours") == [3, 3, 4]
    assert as_facts(comparison)["ways"]["ours"] == {
        "median": 4,
        "median_ratio": 3,
        "worst_ratio": 4,
        "values": [3, 6, 4],
    }


@pytest.mark.parametrize(
    ("unit", "value", "things", "shown"),
    [
        (Unit.SECONDS, 2.0, 1, "2.00 s"),
        (Unit.SECONDS, 0.5, 100, "5.00 ms"),
        (Unit.SECONDS, 0.5, 100_000, "5.0 us"),
        (Unit.MEGABYTES, 19.64, 1, "19.6 MB"),
    ],
)
def test_the_table_shows_what_one_thing_takes(unit: Unit, value: float, things: int, shown: str) -> None:
    lines = table(Comparison("shown", {"floor": [value]}, unit, things))

    assert shown in lines
    assert ("/s" in lines) is (things > 1)
