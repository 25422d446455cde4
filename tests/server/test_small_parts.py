"""Small parts of the server: limits, words, the log, slow bodies, the secret."""

import asyncio
import json
import logging
import re
from pathlib import Path

import pytest
import structlog
from starlette.testclient import TestClient

from app.errors import BadFile, DiskTrouble, Invalid, NotAllowed, NotFound, StoreMissing, StoreNewer
from app.sync.protocol import CHALLENGE_PATH
from server import limits, messages, service
from server.accounts import Device, list_users
from server.app import from_environment
from server.commands import Options, initialised, trial_begun
from server.limits import Limit
from server.logs import start_logs, without_values
from server.refusals import Refused
from server.running import count_together
from server.secret import make_secret, read_secret
from server.settings import SHARED_FOLDER, Settings
from server.words import device, sentence

DAY_MS = 86_400_000


def test_a_limit_lets_a_burst_through_and_then_by_the_second():
    limit = Limit(per_second=2, burst=3)
    assert [limit.wait_s("a", 0) for _ in range(5)] == [0, 0, 0, 0.5, 0.5]
    assert limit.wait_s("b", 0) == 0
    assert limit.wait_s("a", 500) == 0
    assert limit.wait_s("a", 501) == pytest.approx(0.499)
    assert [limit.wait_s("a", DAY_MS) for _ in range(4)] == [0, 0, 0, 0.5]


def test_a_limit_remembers_only_so_many(monkeypatch):
    monkeypatch.setattr(limits, "_MOST_SENDERS", 2)
    limit = Limit(per_second=1, burst=1)
    assert [limit.wait_s(sender, 0) for sender in "abc"] == [0, 0, 0]
    assert limit.wait_s("c", 0) == 1
    assert limit.wait_s("a", 0) == 0  # forgotten as the one that asked longest ago


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (Refused("name-taken", "Ana"), "There is somebody of this name already: Ana"),
        (Refused("anything-else"), "anything-else"),
        (NotFound("user", "Ana"), "There is no Ana here."),
        (StoreMissing("x"), "There is no server here yet: run `gemba-server init`."),
        (StoreNewer("x", "0009"), "A newer program has been here (0009): update this one."),
        (BadFile(Path("a.gz"), "not-a-backup"), "This is no copy of a server: a.gz"),
        (NotAllowed("not-empty"), "The database holds something; `--replace` gives it up."),
        (Invalid("workers", "out-of-range", 0), "workers cannot be 0 here."),
        (Invalid("workers", "sqlite", 3), "On SQLite one process serves; 3 of them want PostgreSQL: `--database`."),
        (Refused("store-away"), "The store of photos cannot be reached, or does not take them."),
        (DiskTrouble("/x", "full"), "That could not be done: ('/x', 'full')"),
    ],
)
def test_every_trouble_has_words(error, says):
    assert sentence(error) == says


def test_a_device_is_one_line():
    never = Device("d1", "Ana", "", "", 1, DAY_MS, None, None)
    assert device(never) == "d1  Ana  enrolled 1970-01-02T00:00:00.000Z  last here never"
    gone = Device("d1", "Ana", "Dell", "", 1, DAY_MS, 2 * DAY_MS, DAY_MS)
    assert device(gone).endswith("last here 1970-01-02T00:00:00.000Z  access taken back 1970-01-03T00:00:00.000Z")


def raised():
    try:
        raise ValueError("Secret name")
    except ValueError as error:
        return error


@pytest.mark.parametrize("exc_info", [raised(), (ValueError, raised(), None)])
def test_of_an_error_the_log_has_the_kind_and_the_place(exc_info):
    event = without_values(None, "error", {"event": "bug", "exc_info": exc_info})
    assert event["error"] == "ValueError"
    assert re.fullmatch(r"test_small_parts.py:\d+ raised", event["at"][0])
    assert "Secret" not in str(event)


def test_an_event_without_an_error_stays_as_it_is():
    assert without_values(None, "info", {"event": "x", "exc_info": True}) == {"event": "x"}
    assert without_values(None, "info", {"event": "x"}) == {"event": "x"}


@pytest.fixture
def _as_it_was():
    root = logging.getLogger()
    kept, level = list(root.handlers), root.level
    yield
    root.handlers[:] = kept
    root.setLevel(level)


@pytest.mark.usefixtures("_as_it_was")
def test_the_log_is_lines_of_json(capsys):
    start_logs()
    structlog.get_logger("ours").info("request", status=200)
    logging.getLogger("theirs").warning("slow %s", "query")
    logging.getLogger("theirs").info("nothing")
    said = capsys.readouterr()
    [ours] = [json.loads(line) for line in said.out.splitlines()]
    assert (ours["event"], ours["status"], ours["level"]) == ("request", 200, "info")
    [theirs] = [json.loads(line) for line in said.err.splitlines()]
    assert (theirs["event"], theirs["level"]) == ("slow query", "warning")


@pytest.mark.usefixtures("_as_it_was")
def test_a_process_serves_what_its_environment_names(tmp_path, monkeypatch):
    settings = Settings(tmp_path / "server")
    monkeypatch.setenv("GEMBA_SERVER_DATA", str(settings.data))
    with pytest.raises(StoreMissing):
        from_environment()
    initialised(settings, "Programme")
    with TestClient(from_environment()) as client:
        assert client.get("/ready").status_code == 200


@pytest.mark.usefixtures("_as_it_was")
@pytest.mark.parametrize(("at", "apart"), [("127.0.0.1", True), ("198.51.100.7", False)])
def test_strangers_behind_our_own_proxy_are_told_apart(tmp_path, monkeypatch, at, apart):
    """Who comes from elsewhere may say what they like; so may they before the proxy adds whom it sees."""
    settings = Settings(tmp_path / "server")
    initialised(settings, "Programme")
    monkeypatch.setenv("GEMBA_SERVER_DATA", str(settings.data))
    monkeypatch.setattr(service, "Limit", lambda per_second, burst: Limit(0.001, 2))
    with TestClient(from_environment(), client=(at, 5)) as client:

        def told(*forwarded):
            named = {"X-Forwarded-For": ", ".join(forwarded)}
            return client.post(CHALLENGE_PATH, headers=named).status_code

        assert [told("203.0.113.1") for _ in range(3)] == [400, 400, 429]
        assert told("203.0.113.2") == (400 if apart else 429)
        assert told("203.0.113.3", "203.0.113.1") == 429


class Coming:
    """A request whose body comes as slowly as it likes."""

    def __init__(self, *pieces, pause_s=0.0, **headers):
        self.pieces, self.pause_s, self.headers = pieces, pause_s, headers

    async def stream(self):
        for piece in self.pieces:
            await asyncio.sleep(self.pause_s)
            yield piece


def test_a_body_in_pieces():
    assert asyncio.run(messages.body_of(Coming(b"ab", b"", b"cd"), most=4)) == b"abcd"
    with pytest.raises(Refused) as caught:
        asyncio.run(messages.body_of(Coming(b"ab", b"cde"), most=4))
    assert (caught.value.code, caught.value.status) == ("too-large", 413)


def test_a_body_that_stands_still_is_given_up(monkeypatch):
    monkeypatch.setattr(messages, "_STALL_S", 0.01)
    with pytest.raises(Refused) as caught:
        asyncio.run(messages.body_of(Coming(b"a", pause_s=5)))
    assert (caught.value.code, caught.value.status) == ("too-slow", 408)


def test_a_body_that_trickles_is_given_up_although_it_never_stands_still(monkeypatch):
    monkeypatch.setattr(messages, "_STALL_S", 0.5)
    monkeypatch.setattr(messages, "_SLOWEST_BYTES_S", 1 << 40)
    with pytest.raises(Refused) as caught:
        asyncio.run(messages.body_of(Coming(*[b"a"] * 100_000, pause_s=0.001)))
    assert (caught.value.code, caught.value.status) == ("too-slow", 408)


def test_the_secret_is_made_once(tmp_path):
    path = tmp_path / "secret"
    with pytest.raises(StoreMissing):
        read_secret(path)
    make_secret(path)
    first = read_secret(path)
    make_secret(path)
    assert read_secret(path) == first
    assert len(first) == 32


def test_what_an_earlier_run_counted_is_gone(tmp_path, monkeypatch):
    monkeypatch.setenv(SHARED_FOLDER, "")
    folder = tmp_path / "metrics"
    count_together(folder)
    (folder / "counter_1.db").write_bytes(b"x")
    count_together(folder)
    assert list(folder.iterdir()) == []


def test_a_trial_begins_once_and_gives_a_new_code_each_time(tmp_path):
    settings = Settings(tmp_path / "trial")
    first, lines = trial_begun(settings, "http://x")
    second, _ = trial_begun(settings, "http://x")
    assert first["code"] != second["code"]
    assert lines == [f"For Trainer, good for ten minutes: gemba enrol {first['code']} --server http://x"]
    with Options(data=settings.data).opened() as database:
        from server.commands import tenant_of

        assert [one.name for one in list_users(database, tenant_of(database))] == ["Trainer"]
