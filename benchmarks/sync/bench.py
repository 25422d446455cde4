"""What a workload is measured with: a server, laptops and a link for each; figures with the goal beside them."""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.bootstrap import writing
from app.models.database import Key
from app.models.encryption import write_new_key
from app.models.ids import Clock
from app.paths import DataFolder
from benchmarks.links import EDGE, FLAPPING, LAN, MOBILE, SATELLITE, Counts
from benchmarks.proxy import Proxy
from benchmarks.sync.processes import CentralServer, Laptop
from benchmarks.sync.workloads import fill

LINKS = {"LAN": LAN, "3G": MOBILE, "satellite": SATELLITE, "EDGE": EDGE, "3G, 20 s on, 5 s off": FLAPPING}
Facts = dict[str, Any]


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


@dataclass(frozen=True, slots=True)
class Measured:
    """One sync of one laptop: what it says of it, and what crossed the link."""

    said: Facts
    counts: Counts

    @property
    def seconds(self) -> float:
        return float(self.said["seconds"])

    @property
    def bytes(self) -> int:
        return self.counts.up + self.counts.down

    def figures(
        self, name: str, *, seconds: float | None = None, size: float | None = None, requests: int | None = None
    ) -> list[Figure]:
        """`seconds`, `size`, `requests`: the most there may be."""
        return [
            Figure(f"{name}: wall", round(self.seconds, 2), "s", most=seconds),
            Figure(f"{name}: up and down", self.bytes, "B", most=size),
            Figure(f"{name}: requests", len(self.counts.requests), most=requests),
        ]

    def facts(self) -> Facts:
        crossed = {"up": self.counts.up, "down": self.counts.down, "connections": self.counts.connections}
        return {**self.said, **crossed, "requests": len(self.counts.requests), "cuts": self.counts.cuts}


@dataclass(slots=True)
class World:
    """`laptops` are enrolled and running; they reach the server by itself until they are measured over `proxy`."""

    server: CentralServer
    proxy: Proxy
    laptops: list[Laptop]

    def measured(self, one: Laptop, *, last: bool = False, anew: bool = True) -> Measured:
        """One sync over the link; it must be complete. `last`: with as many tries as it takes. `anew`: on a connection
        that has to be made first."""
        if anew:
            one.do("hang_up")
        self.proxy.counts(anew=True)
        said = one.do("sync", url=self.proxy.url, last=last)
        if not said["complete"]:
            raise RuntimeError(f"the sync is not complete: {said}")
        return Measured(said, self.proxy.counts(anew=True))

    def sync(self, *laptops: Laptop) -> None:
        """Beside the link, and not measured."""
        for one in laptops:
            said = one.do("sync", url=self.server.url)
            if not said["complete"]:
                raise RuntimeError(f"the sync is not complete: {said}")


class Bench:
    """Makes worlds below `folder`. `database_url`: of the server, when it is not SQLite; emptied before each world."""

    def __init__(self, folder: Path, database_url: str = "") -> None:
        self._folder = folder
        self._database_url = database_url
        self._key_file = folder / "key"
        self._key: Key = write_new_key(self._key_file)

    @contextmanager
    def world(self, link: str, *visits: int) -> Iterator[World]:
        """`visits`: of each laptop, how many it has before it ever meets the server."""
        folder = self._folder / "world"
        with ExitStack() as stack:
            stack.callback(shutil.rmtree, folder)
            server = stack.enter_context(self.server(folder))
            laptops = [
                stack.enter_context(self._laptop(folder, server, number, many)) for number, many in enumerate(visits)
            ]
            proxy = stack.enter_context(Proxy(server.port, LINKS[link]))
            yield World(server, proxy, laptops)

    def server(self, folder: Path) -> CentralServer:
        return CentralServer(folder / "server", self._database_url)

    @contextmanager
    def _laptop(self, folder: Path, server: CentralServer, number: int, visits: int) -> Iterator[Laptop]:
        root = folder / f"laptop-{number}"
        shutil.copytree(self._template(visits).root, root)
        with writing(DataFolder(root), self._key) as store:
            store.records.conn.execute("UPDATE sync_state SET device_id = ?", (Clock().new_id(),))
        with Laptop(DataFolder(root), self._key_file, folder / f"state-{number}") as one:
            one.do("enrol", url=server.url, code=server.code(f"Person {number}"))
            yield one

    def _template(self, visits: int) -> DataFolder:
        """An encrypted data folder with so many visits: making one takes ten seconds, copying it none."""
        template = DataFolder(self._folder / f"visits-{visits}")
        if not template.root.exists():
            fill(template, self._key, visits=visits)
        return template
