"""Workloads of rows: the first push and the first pull, changes, nothing, three people at once, a link that goes."""

import random
import time
from collections.abc import Sequence
from time import perf_counter
from typing import Any

from benchmarks.links import FLAPPING
from benchmarks.sync.bench import Bench, Figure, Measured, Outcome, World
from benchmarks.sync.oracle import Account, Entry, Value
from benchmarks.sync.processes import Laptop
from benchmarks.sync.workloads import CHANGED, FEW_WORDS, VISITS, WORDS

FLAP = "3G, 20 s on, 5 s off"
BEFORE_IT_GOES_S = 10
PEOPLE, EDITS, SHARED, TURNS = 3, 300, 200, 10
FIELDS = ("summary", "advice", "next_steps", "good_practice")
_MOST_TURNS = 6
_W3: Any = {"seconds": 0.9, "size": 8_000, "requests": 1}


def first_push_lan(bench: Bench) -> Outcome:
    """W1 on a fast link: what the two programs themselves take."""
    return _first_push(bench, "LAN", seconds=None)


def first_push(bench: Bench) -> Outcome:
    """W1: 10,000 visits of one laptop go up."""
    return _first_push(bench, "3G", seconds=25)


def first_push_satellite(bench: Bench) -> Outcome:
    return _first_push(bench, "satellite", seconds=None)


def _first_push(bench: Bench, link: str, *, seconds: float | None) -> Outcome:
    with bench.world(link, VISITS) as world:
        (one,) = world.laptops
        idle_mb, (cpu_s, _) = one.do("memory"), world.server.cost()
        push = world.measured(one)
        used_s, server_mb = world.server.cost()
        figures = [
            *push.figures("push", seconds=seconds, size=900_000, requests=12),
            Figure("laptop: memory over idle", round(one.do("memory") - idle_mb, 1), "MB"),
            Figure("server: most memory", round(server_mb, 1), "MB"),
            Figure("server: processor", round(used_s - cpu_s, 2), "s"),
        ]
        return Outcome(f"W1: first push of {VISITS:,} visits, {link}", figures, push.facts())


def first_pull(bench: Bench) -> Outcome:
    """W2: another laptop gets all of it."""
    with bench.world("3G", VISITS, 0) as world:
        one, other = world.laptops
        world.sync(one)
        idle_mb = other.do("memory")
        pull = world.measured(other)
        missing = set(one.do("visits")) ^ set(other.do("visits"))
        figures = [
            *pull.figures("pull"),
            Figure("the first factory is there after", round(pull.said["first_s"] or pull.seconds, 2), "s"),
            Figure("visits that did not come", len(missing), most=0),
            Figure("laptop: memory over idle", round(other.do("memory") - idle_mb, 1), "MB"),
        ]
        return Outcome(f"W2: first pull of {VISITS:,} visits, 3G", figures, pull.facts())


def changes(bench: Bench) -> Outcome:
    """W3: 100 visits get another text: pushed, pulled by somebody else, and 100 each way at once. W4: nothing."""
    with bench.world("3G", VISITS, 0) as world:
        one, other = world.laptops
        world.sync(one, other, one, other)
        visits = one.do("visits")
        one.do("change", visits=visits[:CHANGED], number=1)
        push, pull = world.measured(one), world.measured(other)
        both, both_short = (_both_ways(world, visits, words) for words in (WORDS, FEW_WORDS))
        nothing, kept = world.measured(one), world.measured(one, anew=False)
        figures = [
            *push.figures(f"W3, {CHANGED} texts up", **_W3),
            *pull.figures(f"{CHANGED} texts down", **_W3),
            *both_short.figures(f"{FEW_WORDS} words: {CHANGED} up, {CHANGED} down", **_W3),
            *both.figures(f"{WORDS} words: {CHANGED} up, {CHANGED} down", **_W3),
            *nothing.figures("W4, nothing", size=800, requests=1),
            *kept.figures("W4, on a connection that is there", seconds=0.35, size=800, requests=1),
        ]
        measured = {
            "push": push,
            "pull": pull,
            "both_short": both_short,
            "both": both,
            "nothing": nothing,
            "kept": kept,
        }
        facts = {name: each.facts() for name, each in measured.items()}
        return Outcome(f"W3, W4: {CHANGED} changed rows, and none, among {VISITS:,}; 3G", figures, facts)


def _both_ways(world: World, visits: Sequence[str], words: int) -> Measured:
    """One pushes changed texts of so many words, and in the same sync gets what the other changed of other visits."""
    one, other = world.laptops
    one.do("change", visits=visits[:CHANGED], number=2, words=words)
    other.do("change", visits=visits[CHANGED : 2 * CHANGED], number=3, words=words)
    world.sync(other)
    both = world.measured(one)
    world.sync(one)
    return both


def flapping(bench: Bench) -> Outcome:
    """W7: W1 on a link that goes, begun so that it goes in the middle."""
    with bench.world("3G", VISITS) as world:
        needed = world.measured(world.laptops[0])
    with bench.world(FLAP, VISITS) as world:
        time.sleep((FLAPPING.on_s - BEFORE_IT_GOES_S - world.proxy.age_s) % (FLAPPING.on_s + FLAPPING.off_s))
        push = world.measured(world.laptops[0], last=True)
        wasted = (push.bytes - needed.bytes) / needed.bytes * 100
        figures = [
            *push.figures("push", seconds=45),
            Figure("wasted, over a link that stays", round(wasted, 1), "%", most=15),
            Figure("outages", push.counts.outages, least=1),
        ]
        return Outcome(f"W7: first push of {VISITS:,} visits, {FLAP}", figures, push.facts())


def three_people(bench: Bench) -> Outcome:
    """W6: 300 edits each in 200 visits, a sync after every 30; then until all see the same."""
    with bench.world("LAN", *[0] * PEOPLE) as world:
        world.laptops[0].do("fill", visits=SHARED)
        world.sync(*world.laptops)
        account, chance, began = Account(), random.Random(11), perf_counter()
        visits = world.laptops[0].do("visits")
        for turn in range(TURNS):
            for person, one in enumerate(world.laptops):
                for number in range(EDITS // TURNS):
                    place, value = (chance.choice(visits), chance.choice(FIELDS)), f"{person}.{turn}.{number}"
                    account.wrote(place, value, seeing=one.do("write", visit_id=place[0], field=place[1], value=value))
            world.sync(*chance.sample(world.laptops, PEOPLE))
        times = _until_equal(world.laptops)
        return _judged(account, world.laptops, {"seconds": round(perf_counter() - began, 2), "until_equal": times})


def _until_equal(laptops: Sequence[Laptop]) -> int:
    """How many times all had to exchange until all showed the same."""
    for times in range(1, _MOST_TURNS + 1):
        for one in laptops:
            one.do("sync")
        shown = [(one.do("texts", fields=FIELDS), one.do("conflicts")) for one in laptops]
        if all(each == shown[0] for each in shown):
            return times
    raise RuntimeError("the laptops do not come to agree")


def _judged(account: Account, laptops: Sequence[Laptop], facts: dict[str, object]) -> Outcome:
    texts = laptops[0].do("texts", fields=FIELDS)
    final: dict[tuple[str, str], Value] = {
        (visit_id, name): value for visit_id, found in texts.items() for name, value in zip(FIELDS, found, strict=True)
    }
    listed = [Entry((row_id, name), kept, other) for row_id, name, kept, other in laptops[0].do("conflicts")]
    verdict = account.verdict(final, listed)
    figures = [
        Figure("values written", verdict.written),
        Figure("values lost", len(verdict.lost), most=0),
        Figure("values that lost and are listed", verdict.listed, least=verdict.losers),
        Figure("spurious entries", len(verdict.spurious), most=0),
    ]
    facts |= {"standing": verdict.standing, "replaced": verdict.replaced, "entries": len(listed)}
    return Outcome(f"W6: {PEOPLE} laptops, {EDITS} edits each on {SHARED} rows", figures, facts)
