"""The workloads, each measured once: what it is, what came of it, and the goal beside each figure."""

import asyncio
import os
import random
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.models.encryption import read_key, write_new_key
from app.models.ids import Clock
from app.paths import DataFolder
from benchmarks.links import MOBILE, Proxy
from benchmarks.sync import devices
from benchmarks.sync.oracle import Account, Entry, Value
from benchmarks.sync.processes import CentralServer, Laptop
from benchmarks.sync.workloads import CHANGED, VISITS, fill

SHARED_ROWS = 200
EDITS = 300
ROUNDS = 3
LAPTOPS = 3
LOAD_DEVICES = 200
LOAD_SECONDS = 15.0
_FIELDS = ["summary", "advice"]
_MOST_EXCHANGES = 6


@dataclass(frozen=True, slots=True)
class Figure:
    """`most` and `least` are the goal; without either, the figure is told only."""

    name: str
    value: float
    unit: str = ""
    most: float | None = None
    least: float | None = None

    @property
    def is_met(self) -> bool:
        return (self.most is None or self.value <= self.most) and (self.least is None or self.value >= self.least)

    @property
    def goal(self) -> str:
        if self.most is None and self.least is None:
            return ""
        return f"<= {self.most:g}" if self.most is not None else f">= {self.least:g}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """`facts`: what else was noted."""

    title: str
    figures: Sequence[Figure]
    facts: Mapping[str, object] = field(default_factory=dict)


class Bench:
    """Servers and laptops below `folder`, made when a workload needs them and ended with the block's `stack`."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder = folder
        self._stack = stack
        self._clock = Clock()
        self._pushed: tuple[CentralServer, Laptop, Outcome] | None = None
        self._ready: tuple[CentralServer, Laptop, Laptop, list[str]] | None = None

    def first_push(self) -> Outcome:
        """W1: 10,000 visits that the server never saw, over 3G."""
        return self._first()[2]

    def changes(self) -> Outcome:
        """W3: 100 changed rows go up and 100 others come down, over 3G, in one exchange."""
        server, ann, ben, visits = self._both()
        ben.do("change", visits=visits[CHANGED : 2 * CHANGED], number=1)
        _complete(ben.do("sync"))
        ann.do("change", visits=visits[:CHANGED], number=1)
        said, counts = _measured(server, ann)
        figures = _network_figures(said, counts, seconds=0.9, bytes_most=8_000, requests=1)
        return Outcome(f"W3: {CHANGED} changed rows up, {CHANGED} down, 3G", figures, _facts(said, counts))

    def nothing(self) -> Outcome:
        """W4: an exchange with nothing to say, over 3G."""
        server, ann, _, _ = self._both()
        _complete(ann.do("sync", url=server.url))
        said, counts = _measured(server, ann)
        figures = _network_figures(said, counts, seconds=None, bytes_most=800, requests=1)
        return Outcome("W4: nothing to say, 3G", figures, _facts(said, counts))

    def disputes(self) -> Outcome:
        """W6: three laptops write to the same rows without seeing each other, then exchange until all is equal."""
        server = self._server("w6")
        folder, key = self._store("w6-0")
        visits = fill(DataFolder(folder), key[1], visits=SHARED_ROWS)
        fleet = [self._laptop(folder, key)]
        fleet += [self._laptop(*self._store(f"w6-{number}")) for number in range(1, LAPTOPS)]
        for number, one in enumerate(fleet):
            one.do("enrol", url=server.url, code=server.code(f"Person {number}"))
            _complete(one.do("sync"))
        account, chance = Account(), random.Random(6)
        for round_number in range(ROUNDS):
            for number, one in enumerate(fleet):
                for at in range(EDITS // ROUNDS):
                    visit_id, name = chance.choice(visits), chance.choice(_FIELDS)
                    value = f"Written by {number} in {round_number} as {at}"
                    seen = one.do("write", visit_id=visit_id, field=name, value=value)
                    account.wrote((visit_id, name), value, seeing=seen)
            for one in chance.sample(fleet, k=len(fleet)):
                _complete(one.do("sync"))
        return _judged(account, fleet, _until_equal(fleet))

    def load(self) -> Outcome:
        """200 devices at once, each as fast as it is answered, and then at a pace the server can keep."""
        server = self._server("load")
        with server.opened() as database:
            found = devices.enrolled(database, server.secret, LOAD_DEVICES, self._clock)
        asyncio.run(devices.fill(server.port, found, self._clock))
        fast = devices.Pace(LOAD_SECONDS, LOAD_DEVICES)
        full = asyncio.run(devices.run(server.port, found, fast, self._clock)).as_facts()
        paced = devices.Pace(LOAD_SECONDS, LOAD_DEVICES, exchanges_s=300 / fast.mutations)
        calm = asyncio.run(devices.run(server.port, found, paced, self._clock)).as_facts()
        seconds, memory = server.cost()
        figures = [
            Figure("as fast as answered: mutations/s", _number(full["mutations_s"]), least=300),
            Figure("as fast as answered: failed", _number(full["failed"]), most=0),
            Figure("asked for 300 mutations/s: got", _number(calm["mutations_s"]), least=300),
            Figure("asked for 300 mutations/s: p95", _number(calm["p95_ms"]), "ms", most=250),
            Figure("asked for 300 mutations/s: failed", _number(calm["failed"]), most=0),
        ]
        facts = {"full": full, "paced": calm, "server_cpu_s": round(seconds, 1), "server_peak_mb": round(memory, 1)}
        return Outcome(f"load: {LOAD_DEVICES} devices, SQLite", figures, facts)

    def _first(self) -> tuple[CentralServer, Laptop, Outcome]:
        if self._pushed is None:
            server = self._server("first")
            folder, key = self._store("ann")
            fill(DataFolder(folder), key[1])
            ann = self._laptop(folder, key)
            ann.do("enrol", url=server.url, code=server.code("Ann"))
            idle_mb = ann.do("memory")
            said, counts = _measured(server, ann)
            figures = _network_figures(said, counts, seconds=25, bytes_most=900_000, requests=12)
            cpu_s, server_mb = server.cost()
            grown_mb = ann.do("memory") - idle_mb
            noted = {"laptop_grown_mb": grown_mb, "server_cpu_s": cpu_s, "server_peak_mb": server_mb}
            facts = _facts(said, counts) | noted
            self._pushed = server, ann, Outcome(f"W1: first push of {VISITS:,} visits, 3G", figures, facts)
        return self._pushed

    def _both(self) -> tuple[CentralServer, Laptop, Laptop, list[str]]:
        """After the first push: Ann who pushed, Ben who has all of it, and the visits."""
        if self._ready is None:
            server, ann, _ = self._first()
            ben = self._laptop(*self._store("ben"))
            ben.do("enrol", url=server.url, code=server.code("Ben"))
            for one in (ben, ann):
                _complete(one.do("sync", url=server.url))
            self._ready = server, ann, ben, ann.do("visits")
        return self._ready

    def _server(self, name: str) -> CentralServer:
        return self._stack.enter_context(CentralServer(self._folder / f"server-{name}"))

    def _store(self, name: str) -> tuple[Path, Any]:
        """A folder and its key: the file, and the key in it."""
        path = self._folder / f"{name}.key"
        write_new_key(path)
        return self._folder / name, (path, read_key(path))

    def _laptop(self, folder: Path, key: Any) -> Laptop:
        state = folder.with_name(folder.name + "-state")
        return self._stack.enter_context(Laptop(DataFolder(folder), key[0], state))


RUNS: dict[str, Callable[[Bench], Outcome]] = {
    "w1": Bench.first_push,
    "w3": Bench.changes,
    "w4": Bench.nothing,
    "w6": Bench.disputes,
    "load": Bench.load,
}


def _measured(server: CentralServer, one: Laptop) -> tuple[dict[str, Any], dict[str, Any]]:
    """One exchange over a new connection on 3G: what the laptop says of it, and what crossed the link."""
    with Proxy(server.port, MOBILE) as proxy:
        said = one.do("sync", url=proxy.url)
        counts = proxy.counts()
    _complete(said)
    crossed = {"up": counts.up, "down": counts.down, "connections": counts.connections, "requests": counts.requests}
    return said, crossed


def _complete(said: Mapping[str, Any]) -> None:
    if not said["complete"] or said.get("waiting"):
        raise RuntimeError(f"the exchange is not complete: {said}")


def _network_figures(
    said: Mapping[str, Any], counts: Mapping[str, Any], *, seconds: float | None, bytes_most: float, requests: int
) -> list[Figure]:
    return [
        Figure("wall", round(said["seconds"], 2), "s", most=seconds),
        Figure("bytes up and down", counts["up"] + counts["down"], "B", most=bytes_most),
        Figure("bytes up", counts["up"], "B"),
        Figure("bytes down", counts["down"], "B"),
        Figure("requests", len(counts["requests"]), most=requests),
    ]


def _facts(said: Mapping[str, Any], counts: Mapping[str, Any]) -> dict[str, object]:
    return {**said, **counts, "load": os.getloadavg()[0] if hasattr(os, "getloadavg") else None}


def _until_equal(fleet: Sequence[Laptop]) -> int:
    """How many times all had to exchange until all showed the same."""
    for times in range(1, _MOST_EXCHANGES + 1):
        for one in fleet:
            _complete(one.do("sync"))
        shown = [(one.do("texts", fields=_FIELDS), sorted(map(str, one.do("conflicts")))) for one in fleet]
        if all(each == shown[0] for each in shown):
            return times
    raise RuntimeError("the laptops do not come to agree")


def _judged(account: Account, fleet: Sequence[Laptop], times: int) -> Outcome:
    texts = fleet[0].do("texts", fields=_FIELDS)
    final: dict[tuple[str, str], Value] = {
        (visit_id, name): value
        for visit_id, values in texts.items()
        for name, value in zip(_FIELDS, values, strict=True)
    }
    listed = [Entry((row_id, name), kept, other) for row_id, name, kept, other in fleet[0].do("conflicts")]
    verdict = account.verdict(final, listed)
    figures = [
        Figure("values lost", len(verdict.lost), most=0),
        Figure("values that lost and are listed", verdict.listed, least=verdict.losers),
        Figure("spurious entries", len(verdict.spurious), most=0),
    ]
    facts = {"written": verdict.written, "standing": verdict.standing, "replaced": verdict.replaced}
    facts |= {"losers": verdict.losers, "entries": len(listed), "exchanges_until_equal": times}
    return Outcome(f"W6: {LAPTOPS} laptops, {EDITS} edits each on {SHARED_ROWS} rows", figures, facts)


def _number(value: object) -> float:
    return float(str(value))
