"""`gemba-server`: from an empty folder to people, codes, copies; in words and as JSON; and the process that serves."""

import json
import re
import shutil
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx2
import obstore
import pytest

from app.sync.protocol import EXCHANGE_PATH, Answer
from app.sync.wire import pack
from server import accounts, commands, running, schema
from server.__main__ import main
from server.database import Database, open_database
from server.schema import bring_up_to_date
from server.secret import make_secret
from server.settings import Settings, settings_of_environment
from tests.server.caller import Caller, sealed
from tests.server.served import Served
from tests.server.world import made

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def call(tmp_path, capsys):
    """Runs a command on a folder; (exit code, what it said, what it complained)."""

    def run(*tokens, data=tmp_path / "server"):
        code = main([*map(str, tokens), "--data", str(data)])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture
def as_json(call):
    def run(*tokens):
        code, said, complained = call(*tokens, "--json")
        assert (code, complained) == (0, "")
        return json.loads(said)

    return run


def test_a_server_is_made_once(call, tmp_path):
    assert call("init", "--name", "Programme") == (0, f"The server is ready in {tmp_path / 'server'}.\n", "")
    secret = tmp_path / "server" / "secret"
    assert (secret.stat().st_mode & 0o777, secret.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    before = secret.read_text()
    assert call("init") == (0, f"The server in {tmp_path / 'server'} is up to date.\n", "")
    assert secret.read_text() == before


def test_all_rows_are_packed_for_those_who_begin(call, as_json):
    call("init", "--name", "Programme")
    call("user", "add", "Ana")
    said = as_json("segments")
    assert (said["rows"], said["segments"]) == (1, 1)
    code, words, _ = call("segments")
    assert (code, words) == (0, "1 row is packed into 1 kB.\n")


def test_what_a_command_logs_is_no_part_of_its_answer(call, monkeypatch):
    """Nor are the words of the store: they name endpoint and bucket."""

    def away(*_args, **_named):
        raise OSError("https://store.example/secret-bucket")

    call("init")
    monkeypatch.setattr(obstore, "list", away)
    code, said, logged = call("segments", "--json")
    assert (code, json.loads(said)["rows"]) == (0, 0)
    assert (json.loads(logged)["event"], json.loads(logged)["error"]) == ("old segments not removed", "OSError")
    monkeypatch.setattr(obstore, "put", away)
    call("user", "add", "Ana")
    code, said, complained = call("segments")
    assert (code, said) == (6, "")
    assert complained.endswith("The store of photos cannot be reached, or does not take them.\n")
    assert "secret" not in logged + complained


def test_without_a_server_nothing_is_done(call, tmp_path):
    for tokens in (("user", "list"), ("enrol", "Ana"), ("devices",), ("check",), ("run",), ("backup", tmp_path / "x")):
        assert call(*tokens) == (15, "", "There is no server here yet: run `gemba-server init`.\n")
    (tmp_path / "server").mkdir()
    (tmp_path / "server" / "secret").write_text("00")
    assert call("user", "list")[0] == 15


def test_a_server_whose_making_was_interrupted_is_made_on_the_next_try(call, tmp_path):
    """All was there but the organisation."""
    settings = Settings(tmp_path / "server")
    settings.data.mkdir()
    database = open_database(settings.database_url)
    bring_up_to_date(database)
    database.close()
    make_secret(settings.secret_file)
    assert call("user", "list") == (15, "", "There is no server here yet: run `gemba-server init`.\n")
    assert call("init") == (0, f"The server is ready in {tmp_path / 'server'}.\n", "")
    assert call("user", "list") == (0, "", "")


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_server_that_two_make_at_once_has_one_organisation(tmp_path, monkeypatch, postgres_url, kind):
    """Both have seen that there is none when the first of them makes it."""
    url = postgres_url() if kind == "postgresql" else f"sqlite:///{tmp_path / 'shared.db'}"
    both, write, seen = threading.Barrier(2, timeout=60), Database.write, threading.local()

    def written(database, work):
        done = write(database, work)
        if not hasattr(seen, "it"):
            seen.it = both.wait()
        return done

    monkeypatch.setattr(Database, "write", written)
    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(lambda name: commands.initialised(Settings(tmp_path / name, url), name), ("A", "B")))
    assert sorted(made) == [False, True]
    database = open_database(url)
    assert [name for _, name in accounts.list_tenants(database)] == ["AB"[made.index(True)]]
    database.close()


def test_people_and_codes(call, as_json):
    call("init")
    assert call("user", "add", "Ana") == (0, "Ana may work with this server now.\n", "")
    head = as_json("user", "add", "Budi", "--role", "head_office")
    assert [one["name"] for one in as_json("user", "list")] == ["Ana", "Budi"]
    assert re.fullmatch(r"Ana  trainer  [0-9a-f-]{36}", call("user", "list")[1].splitlines()[0])
    assert re.match(r"\w{4}-\w{4}-\w{4} \(for Ana, good for ten minutes\)", call("enrol", "Ana")[1])
    assert as_json("enrol", head["id"])["user"] == head


def test_what_cannot_be_done_is_told(call):
    call("init")
    call("user", "add", "Ana")
    assert call("user", "add", "Ana") == (6, "", "There is somebody of this name already: Ana\n")
    assert call("user", "add", "Cem", "--role", "queen") == (6, "", "There is no such role: queen\n")
    assert call("user", "add", "\n") == (6, "", "A name is one line of at most 200 characters.\n")
    assert call("enrol", "Nobody") == (3, "", "There is no Nobody here.\n")
    assert call("revoke", "d1") == (3, "", "There is no d1 here.\n")
    assert call("nonsense")[0] == 2
    assert call("user")[0] in (0, 2)
    code, _, complained = call("enrol", "Nobody", "--json")
    assert (code, json.loads(complained)["error"]) == (3, "NotFound")


def test_databases_that_cannot_be_opened_are_told(call, tmp_path):
    call("init")
    code, _, complained = call("user", "list", "--database", "postgresql+psycopg://nobody@127.0.0.1:1/none")
    assert code == 18
    assert complained.startswith("That could not be done: connection failed")
    assert call("user", "list", "--database", "postgresql://nobody@127.0.0.1:1/none") == (code, _, complained)
    told = "A database is sqlite:///FILE or postgresql://USER@HOST/NAME, not mysql.\n"
    assert call("init", "--database", "mysql://me:secret@host/none") == (5, "", told)
    assert call("init", data=tmp_path / "server" / "secret")[0] == 18


def test_a_mistake_in_the_program_is_told_without_its_words(call, monkeypatch):
    def broken(_tokens):
        raise LookupError("Secret name")

    monkeypatch.setattr("server.__main__.read", broken)
    code, said, complained = call("init")
    assert (code, said) == (1, "")
    assert "Something went wrong that should not: LookupError" in complained
    assert "Secret" not in complained.replace('LookupError("Secret name")', "")


def test_ctrl_c(call, monkeypatch):
    def stopped(_tokens):
        raise KeyboardInterrupt

    monkeypatch.setattr("server.__main__.read", stopped)
    assert call("init")[0] == 130


def test_laptops_are_listed_and_sent_away(call, as_json, tmp_path):
    call("init")
    call("user", "add", "Ana")
    code = as_json("enrol", "Ana")["code"]
    with commands.Options(data=tmp_path / "server").opened() as database:
        from app.sync.protocol import Enrol
        from server.accounts import enrol

        enrol(database, Enrol(code=code, device="d1", key=Caller(None, None).public, name="Dell"), commands._now_ms())
    assert re.fullmatch(r"d1  Ana  Dell  enrolled 2\S+Z  last here 2\S+Z\n", call("devices")[1])
    code, said, logged = call("revoke", "d1")
    assert (code, said) == (0, "d1 has no access any more.\n")
    assert (json.loads(logged)["event"], json.loads(logged)["device"]) == ("access taken back", "d1")
    assert "access taken back" in call("devices")[1]
    assert as_json("devices")[0]["revoked_ms"] > 0


def test_copies_and_the_way_back(call, as_json, tmp_path):
    call("init")
    call("user", "add", "Ana")
    copy = tmp_path / "copy.jsonl.gz"
    code, said, _ = call("backup", copy)
    assert (code, said.partition(" ")[2]) == (0, f"rows are in {copy}.\n")
    call("user", "add", "Budi")
    assert call("restore", copy) == (6, "", "The database holds something; `--replace` gives it up.\n")
    code, said, _ = call("restore", copy, "--replace")
    assert code == 0
    assert "What was here before is in" in said
    assert [one["name"] for one in as_json("user", "list")] == ["Ana"]
    code, said, _ = call("restore", copy, data=tmp_path / "new")
    assert (code, "was here before" in said) == (0, False)
    assert call("user", "list", data=tmp_path / "new")[1].startswith("Ana")
    copy.write_bytes(b"x")
    assert call("restore", copy, "--replace") == (8, "", f"This copy is damaged: {copy}\n")


@pytest.fixture
def newer_program(tmp_path, monkeypatch):
    """Makes of this program the next one, which knows a step more; and this one again."""
    folder = tmp_path / "steps"
    shutil.copytree(schema._FOLDER, folder)
    step = "from alembic import op\n\nrevision, down_revision = '0002', '0001'\n\n\ndef upgrade():\n    op.{}\n"
    (folder / "versions" / "m0002_next.py").write_text(step.format("create_index('next', 'tenant', ['name'])"))

    @contextmanager
    def newer():
        with monkeypatch.context() as patched:
            patched.setattr(schema, "_FOLDER", folder)
            schema.known.cache_clear()
            yield
        schema.known.cache_clear()

    return newer


def test_what_a_newer_program_made_is_never_replaced(call, tmp_path, newer_program):
    call("init")
    copy = tmp_path / "copy.jsonl.gz"
    call("backup", copy)
    with newer_program():
        call("init")
        call("user", "add", "Ana")
    newer = (13, "", "A newer program has been here (0002): update this one.\n")
    assert call("restore", copy, "--replace") == newer
    assert call("restore", copy) == newer
    with newer_program():
        assert call("user", "list")[1].startswith("Ana")


def test_what_an_older_program_made_is_copied_before_it_is_replaced(call, as_json, tmp_path, newer_program):
    call("init")
    copy = tmp_path / "copy.jsonl.gz"
    call("backup", copy)
    call("user", "add", "Ana")
    with newer_program():
        before = as_json("restore", copy, "--replace")["before"]
        assert call("user", "list") == (0, "", "")
        assert call("restore", before, data=tmp_path / "again")[0] == 0
        assert call("user", "list", data=tmp_path / "again")[1].startswith("Ana")


def test_the_database_is_looked_over(call, as_json, tmp_path):
    call("init")
    call("user", "add", "Ana")
    assert call("check") == (0, "1 row, all as it must be.\n", "")
    with commands.Options(data=tmp_path / "server").opened() as database, database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE \"user\" SET name = 'forged'")
    code, said, _ = call("check")
    assert code == 19
    assert re.match(r"A row is not what was written: user [0-9a-f-]{36}\n", said)
    assert json.loads(call("check", "--json")[1])[0]["wrong"] == "digest"


def test_settings_reach_the_processes(monkeypatch, tmp_path):
    for name in ("DATA", "DATABASE", "PHOTOS", "PROXY"):
        monkeypatch.setenv(f"GEMBA_SERVER_{name}", "")
    given = Settings(tmp_path, "postgresql+psycopg://x/y", "s3://bucket", "192.0.2.1")
    given.to_environment()
    assert settings_of_environment() == given
    assert (given.database_url, given.photo_place) == ("postgresql+psycopg://x/y", "s3://bucket")
    usual = Settings(tmp_path)
    assert usual.database_url == f"sqlite:///{tmp_path / 'server.db'}"
    assert usual.photo_place == str(tmp_path / "photos")


def test_sqlite_has_one_process(call):
    call("init")
    assert call("run", "--workers", 2) == (
        5,
        "",
        "On SQLite one process serves; 2 of them want PostgreSQL: `--database`.\n",
    )
    assert call("run", "--workers", 0) == (5, "", "workers cannot be 0 here.\n")
    assert running.processes(None, is_postgres=False) == 1
    assert running.processes(None, is_postgres=True) == 2
    assert running.processes(4, is_postgres=True) == 4


def test_one_command_starts_a_trial(tmp_path, capsys):
    served = Served("--trial", "--data", tmp_path / "trial").wait()
    try:
        first = served.process.stdout.readline()
        code = re.search(r"For Trainer, good for ten minutes: gemba enrol (\S+) --server (\S+)", first)
        assert code.group(2) == served.address
        with httpx2.Client(base_url=served.address) as client:
            ana = Caller(None, client)
            ana.enrol(code=code.group(1))
            ana.sign_in()
            answer = ana.exchange(sealed(1, made("enterprise", "0190a1b2-0000-7000-8000-000000000001", name="Secret")))
            assert [result.status for result in answer.results] == ["applied"]
    finally:
        status, said, complained = served.stop()
    assert (status, complained) == (0, "")
    lines = [json.loads(line) for line in said.splitlines()]
    assert {"/sync/v1/exchange", "/sync/v1/enrol"} <= {line.get("route") for line in lines}
    assert not re.search(r"Secret|Trainer", said)


def test_two_processes_on_postgresql_are_counted_together(tmp_path, postgres_url):
    options = ("--data", tmp_path / "data", "--database", postgres_url())
    main(["init", *map(str, options)])
    served = Served(*options, "--workers", "2").wait()
    try:
        for _ in range(40):
            assert httpx2.get(f"{served.address}/sync/v1/ping").status_code == 204
        counted = httpx2.get(f"{served.address}/metrics").text
        number = re.search(r'gemba_requests_total\{route="/sync/v1/ping",status="204"\} (\d+)', counted)
        assert int(number.group(1)) == 40
    finally:
        status, _, complained = served.stop()
    assert (status, complained) == (0, "")


def test_a_request_under_way_is_answered_before_the_end(tmp_path):
    served = Served("--trial", "--data", tmp_path / "trial").wait()
    code = re.search(r"enrol (\S+)", served.process.stdout.readline()).group(1)
    with httpx2.Client(base_url=served.address, timeout=60) as client:
        ana = Caller(None, client)
        ana.enrol(code=code)
        ana.sign_in()
        ids = [f"{number:08x}-0000-7000-8000-000000000001" for number in range(5_000)]
        batch = [sealed(number, made("enterprise", row_id, name="A")) for number, row_id in enumerate(ids, start=1)]
        body, headers = pack(ana.request(*batch))
        # It takes the server most of a second.
        stopper = threading.Timer(0.2, served.process.send_signal, [signal.SIGTERM])
        stopper.start()
        answer = ana.send(EXCHANGE_PATH, body, headers, Answer)
        stopper.join()
    assert answer.last_mseq == 5_000
    assert served.stop()[0] == 0
