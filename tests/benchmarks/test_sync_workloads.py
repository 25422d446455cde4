"""The workloads of sync, as small as they get: each still measures what it says, in processes of its own."""

import pytest

from benchmarks.sync.__main__ import RUNS, main
from benchmarks.sync.bench import Bench, Figure, Outcome

SMALL = {
    "w3": {"rows.VISITS": 12, "rows.CHANGED": 3},
    "w5": {"photos.PHOTOS": 2},
    "w6": {"rows.SHARED": 2, "rows.TURNS": 2, "rows.EDITS": 8},
    "load": {"crowd.DEVICES": 4, "crowd.SECONDS": 0.5, "crowd.MUTATIONS": 2, "crowd.ENOUGH": 20},
}


@pytest.fixture
def played(monkeypatch, tmp_path):
    def play(name: str) -> Outcome:
        for place, value in SMALL[name].items():
            monkeypatch.setattr(f"benchmarks.sync.{place}", value)
        return RUNS[name](Bench(tmp_path))

    return play


def missed(outcome: Outcome, unit: str) -> list[Figure]:
    """Of the goals that do not depend on how fast the machine is."""
    return [figure for figure in outcome.figures if figure.unit == unit and not figure.is_met]


def test_changes_cross_the_link_in_one_request(played):
    outcome = played("w3")
    assert missed(outcome, "B") == []
    assert {figure.value for figure in outcome.figures if figure.name.endswith("requests")} == {1}
    assert outcome.facts["pull"]["rows"] == 3


def test_photos_go_up_and_down(played):
    counted = {figure.name: figure.value for figure in played("w5").figures}
    assert counted["verified by the server"] == counted["both here and there"] == 4  # with the thumbnails
    assert counted["push: up and down"] > 600_000


def test_nothing_is_lost_among_three(played):
    outcome = played("w6")
    assert missed(outcome, "") == []
    assert outcome.figures[0].value == 3 * 8


def test_a_small_crowd_is_served(played):
    outcome = played("load")
    assert [figure.value for figure in outcome.figures if figure.name.endswith("failed")] == [0, 0]
    assert outcome.facts["paced"]["exchanges"] > 0


def test_an_unknown_workload_is_told(capsys):
    assert main(["w99"]) == 2
    assert "w99" in capsys.readouterr().err


def test_goals_stand_beside_the_figures():
    assert Figure("a", 8, most=8).is_met
    assert not Figure("a", 8.1, most=8).is_met
    assert not Figure("a", 7, least=8).is_met
    assert Figure("a", 7).is_met
