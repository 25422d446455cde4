"""For tests of sync: a server in a process of its own, in which each test has an organisation to itself."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.sync.processes import CentralServer
from tests.whole.commands import Commands
from tests.whole.synced import desk


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[CentralServer]:
    folder = tmp_path_factory.mktemp("central")
    with pytest.MonkeyPatch.context() as patch, CentralServer(folder / "server") as server:
        patch.setenv("GEMBA_STATE", str(folder / "state"))
        yield server


@pytest.fixture
def organisation(request) -> str:
    return request.node.name


@pytest.fixture
def folders(server, organisation, tmp_path) -> dict[str, Path]:
    """The data folders of two people of one organisation, enrolled; each has shown all there is."""
    found = {name: tmp_path / name for name in ("ana", "budi")}
    for name, folder in found.items():
        with desk(folder) as one:
            one.way.enrol(one, server.url, server.code(name, organisation))
            one.way.exchange(one)
    return found


@pytest.fixture
def commands(server, tmp_path) -> Iterator[Commands]:
    with Commands(tmp_path) as commands:
        yield commands
