"""For tests of sync: a server in a process of its own, in which each test has an organisation to itself."""

import shutil
from collections.abc import Callable, Iterator
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


@pytest.fixture(scope="session")
def blank(tmp_path_factory) -> Path:
    """A data folder with the catalogues and nothing else, to be copied: making one takes a second."""
    folder = tmp_path_factory.mktemp("blank")
    with desk(folder) as one:
        one.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return folder


@pytest.fixture
def new_folder(blank, tmp_path) -> Callable[[str], Path]:
    """Makes a data folder of this name, for a device of its own."""

    def make(name: str) -> Path:
        shutil.copytree(blank, tmp_path / name)
        with desk(tmp_path / name) as one:
            one.db.conn.execute("UPDATE sync_state SET device_id = ?", (one.clock.new_id(),))
        return tmp_path / name

    return make


@pytest.fixture
def folders(server, organisation, new_folder) -> dict[str, Path]:
    """The data folders of two people of one organisation, enrolled; each has shown all there is."""
    found = {name: new_folder(name) for name in ("ana", "budi")}
    for name, folder in found.items():
        with desk(folder) as one:
            one.way.enrol(one, server.url, server.code(name, organisation))
            one.way.exchange(one)
    return found


@pytest.fixture
def commands(server, tmp_path) -> Iterator[Commands]:
    with Commands(tmp_path) as commands:
        yield commands
