"""What is not our server's answer changes nothing on a laptop, and is named in words: by `gemba sync`, in JSON too."""

import json
import socket
from contextlib import closing

import pytest

from app import errors
from app.cli import exits
from app.messages.sync_troubles import sync_trouble_words
from benchmarks.links import Cut, Way
from benchmarks.proxy import Proxy
from tests.network.portals import DAMAGES, PORTALS
from tests.whole.commands import sync
from tests.whole.synced import agreed, desk

# What the engine may note of a try that failed.
NOTED = {"last_trouble", "batch_bytes"}
ANSWERED = dict.fromkeys(PORTALS, "SignInWanted") | {"gateway": "ServerBusy"}
DAMAGED = dict.fromkeys(DAMAGES, "CutShort") | {"no protocol": "SignInWanted", "no type": "SignInWanted"}


def everything(folder) -> dict[str, list[tuple[object, ...]]]:
    """All tables of the store but for what a failed try may note."""
    with desk(folder) as one:
        names = [row[0] for row in one.db.conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        found = {name: sorted(map(repr, one.db.conn.execute(f'SELECT * FROM "{name}"'))) for name in names}
        columns = [row[1] for row in one.db.conn.execute("PRAGMA table_info(sync_state)")]
        kept = ", ".join(name for name in columns if name not in NOTED)
        return found | {"sync_state": one.db.conn.execute(f"SELECT {kept} FROM sync_state").fetchall()}


@pytest.fixture
def folder(folders, commands):
    """Ana's, with work that is sealed and waits: of one failed try, so that a second one has nothing to do but fail."""
    with desk(folders["ana"]) as ana, closing(socket.create_server(("127.0.0.1", 0))) as nobody:
        ana.write(ana.visit(), "waits")
        port = nobody.getsockname()[1]
        ana.move_to(f"http://127.0.0.1:{port}")
    assert refused(commands, folders["ana"]) == "Unreachable"
    return folders["ana"]


def refused(commands, folder) -> str:
    """The kind of trouble that `gemba sync` tells as JSON and by its exit code."""
    ended = commands.run(*sync(folder))
    said = json.loads(ended.said)
    assert ended.code == said["code"] == exits._CODES[getattr(errors, said["error"])]
    assert said["says"].strip()
    return said["error"]


@pytest.fixture
def proxy(server, folder):
    with Proxy(server.port) as proxy:
        with desk(folder) as ana:
            ana.move_to(proxy.url)
        yield proxy


def goes_on_afterwards(server, organisation, folders, proxy) -> None:
    proxy.portal = proxy.rewrite = None
    proxy.cut(None)
    agreed(server, organisation, folders, [])
    with desk(folders["ana"]) as ana:
        assert ana.db.conn.execute("SELECT last_trouble FROM sync_state").fetchone()[0] is None
        assert ana.db.conn.execute("SELECT count(*) FROM visit").fetchone()[0] == 1


def test_other_answers(server, organisation, folders, folder, proxy, commands):
    before = everything(folder)
    for name, kind in ANSWERED.items():
        proxy.portal = PORTALS[name]
        assert (name, refused(commands, folder)) == (name, kind)
        assert everything(folder) == before, name
    goes_on_afterwards(server, organisation, folders, proxy)


def test_damaged_answers(server, organisation, folders, folder, proxy, commands):
    """The server has taken the work; the laptop does not know, and sends it again without harm."""
    before = everything(folder)
    for name, kind in DAMAGED.items():
        proxy.rewrite = DAMAGES[name]
        assert (name, refused(commands, folder)) == (name, kind)
        assert everything(folder) == before, name
    goes_on_afterwards(server, organisation, folders, proxy)


@pytest.mark.parametrize("way", list(Way))
def test_a_connection_that_always_breaks(server, organisation, folders, folder, proxy, commands, way):
    before = everything(folder)
    proxy.cut(Cut(way, 200, again=True))
    assert refused(commands, folder) == "CutShort"
    assert everything(folder) == before
    goes_on_afterwards(server, organisation, folders, proxy)


def test_signing_in_through_a_portal(server, organisation, folders, folder, proxy, commands):
    """Without a token that is good the laptop must sign in first, and says nothing to whoever answers instead."""
    with desk(folder) as ana:
        ana.db.conn.execute("UPDATE sync_state SET token = NULL")
    before = everything(folder)
    for name in ("page", "redirect", "sign-in required", "json"):
        proxy.portal = PORTALS[name]
        assert refused(commands, folder) == "SignInWanted"
        assert everything(folder) == before
    assert {request for request in proxy.counts().requests if "exchange" in request} == set()
    goes_on_afterwards(server, organisation, folders, proxy)


def test_enrolling_through_a_portal(server, organisation, new_folder, commands):
    folder = new_folder("cid")
    with Proxy(server.port) as proxy:
        code = server.code("Cid", organisation)
        for name in ("page", "nothing", "page in our name"):
            proxy.portal = PORTALS[name]
            ended = commands.run("enrol", code, "--server", proxy.url, "--json", "--data", str(folder))
            assert json.loads(ended.said)["error"] == "SignInWanted"
        proxy.portal = None
        proxy.drop()
        assert commands.run("enrol", code, "--server", proxy.url, "--data", str(folder)).code == 0
        assert commands.run(*sync(folder)).code == 0


def test_trouble_is_told_in_words_and_remembered(folder, proxy, commands):
    for portal, kind in (("page", errors.SignInWanted), ("gateway", errors.ServerBusy)):
        proxy.portal = PORTALS[portal]
        assert refused(commands, folder) == kind.__name__
        says = sync_trouble_words(kind())
        assert commands.run("sync", "--once", "--data", str(folder)).said.startswith(says)
        status = json.loads(commands.run("sync", "status", "--json", "--data", str(folder)).said)
        assert status["trouble"] == {"error": kind.__name__, "says": says}
        assert status["waiting"]["records"] == 2


@pytest.mark.parametrize(
    "trouble",
    [
        *(errors.Unreachable(), errors.CutShort(), errors.SignInWanted(), errors.NotTrusted(), errors.NotEnrolled()),
        *(errors.ClockOff(1), errors.ClockOff(), errors.DeviceRefused(), errors.WrongServer(), errors.ServerBusy()),
        errors.ServerRefuses("x"),
    ],
    ids=repr,
)
def test_every_trouble_has_words(trouble):
    assert sync_trouble_words(trouble).strip()
