"""Fleets of laptops with bad clocks, disks and networks, on the real engine and the real server, by the seed.

`GEMBA_SEEDS`: how many; CI runs 2,000, `make simulate SEEDS=100000` fresh ones. What a seed brought to light is told in
test_found_in_runs: the same seed is another story after any change of what people do.
"""

import logging
import os
from collections.abc import Iterator

import pytest

from tests.sync.simulator.rules import RULES, without
from tests.sync.simulator.stories import STORIES, Two
from tests.sync.simulator.world import run

pytestmark = pytest.mark.no_cover  # measured, it takes half as long again; what it runs, other tests run as well

CHUNK = 25
SEEDS = int(os.environ.get("GEMBA_SEEDS", "200"))


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """A simulated year of troubles is of interest to nobody's log."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize("first", range(0, SEEDS, CHUNK))
def test_nothing_is_lost_doubled_or_stuck(first: int):
    bad = {seed: breaches for seed in range(first, min(first + CHUNK, SEEDS)) if (breaches := run(seed).breaches)}
    assert bad == {}


@pytest.mark.parametrize("seed", [5, 77])
def test_a_seed_is_the_whole_story(seed: int):
    assert run(seed).trace == run(seed).trace


def told(rule: str) -> list[str]:
    """What is to be said when the story of a rule is over."""
    two = Two()
    STORIES[rule](two)
    return two.end()


@pytest.mark.parametrize("rule", RULES)
def test_with_its_rule_a_story_ends_well(rule: str):
    assert told(rule) == []


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_is_missed(rule: str):
    """It is the oracle that misses it: an error would say nothing."""
    with without(rule):
        assert told(rule)
