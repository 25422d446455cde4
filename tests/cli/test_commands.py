"""The commands as a script sees them: what they print, what they leave, and an exit code for every trouble."""

import json
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app.bootstrap import writing
from app.cli import main
from app.cli.exits import code_of
from app.cli.main import options_alone
from app.errors import AppError
from app.models import database
from app.models.encryption import write_new_key
from app.paths import DataFolder

DISPLAYS = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}


@pytest.fixture
def gemba(tmp_path, capsys):
    """Runs a command on this test's folder; gives (exit code, what was printed, what was complained)."""

    def run(*tokens: object, folder: Path = tmp_path / "data"):
        code = main([*map(str, tokens), "--data", str(folder)])
        said = capsys.readouterr()
        return code, said.out.strip(), said.err.strip()

    return run


@pytest.fixture
def enterprise(gemba):
    return gemba("data", "new", "enterprise", "name=PT Laksana", "country=ID")[1]


def test_new_get_set_list_search_history(gemba, enterprise):
    assert gemba("data", "set", "enterprise", enterprise, "city=Cibubur")[0] == 0
    row = json.loads(gemba("data", "get", "enterprise", enterprise, "--json")[1])
    assert (row["name"], row["city"]) == ("PT Laksana", "Cibubur")
    listed = json.loads(gemba("data", "list", "enterprise", "country=ID", "--json")[1])
    assert [one["id"] for one in listed["rows"]] == [enterprise]
    assert enterprise in gemba("data", "search", "laksana")[1]
    assert "city: None > Cibubur" in gemba("data", "history", "enterprise", enterprise)[1]


def test_options_may_stand_before_the_command(tmp_path, capsys):
    assert main(["--data", str(tmp_path), "--json", "data", "new", "enterprise", "name=X", "country=ID"]) == 0
    assert json.loads(capsys.readouterr().out)["table"] == "enterprise"


def test_the_folder_may_come_from_the_environment(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("GEMBA_DATA", str(tmp_path / "named"))
    assert main(["data", "new", "enterprise", "name=X", "country=ID"]) == 0
    assert (tmp_path / "named" / "records.db").exists()


def test_undo_and_redo_in_processes_of_their_own(gemba, enterprise):
    assert gemba("data", "undo")[0] == 0
    assert gemba("data", "list", "enterprise", "--binned", "--json")[1].count(enterprise) == 1
    assert gemba("data", "redo")[0] == 0
    assert enterprise in gemba("data", "list", "enterprise")[1]


@pytest.mark.parametrize(
    ("tokens", "code", "says"),
    [
        (("data", "get", "enterprise", "nobody"), 3, "There is no Enterprise with the id nobody."),
        (("data", "list", "no_table"), 3, "There is no table no_table."),
        (("data", "new", "enterprise", "name=X"), 5, "Country is missing."),
        (("data", "new", "enterprise", "name=X", "country=ID", "founded=old"), 5, "must be a whole number, not old"),
        (("data", "new", "enterprise", "name"), 5, "field=value"),
        (("data", "new", "module", "key=x", "name=X"), 6, "kept by the program itself"),
        (("nonsense",), 2, ""),
        (("data", "set"), 2, ""),
    ],
)
def test_troubles_have_a_sentence_and_a_code(gemba, enterprise, tokens, code, says):
    got, out, err = gemba(*tokens)
    assert got == code
    assert says in err + out
    assert "Traceback" not in err


def test_trouble_as_json(gemba, enterprise):
    code, _out, err = gemba("data", "get", "enterprise", "nobody", "--json")
    said = json.loads(err)
    assert (said["error"], said["code"]) == ("NotFound", code)


def test_a_bug_is_owned_up_to(gemba, enterprise, monkeypatch, tmp_path):
    def break_down(*_args, **_more):
        raise ZeroDivisionError("can" + "ary")

    monkeypatch.setattr("app.cli.data.rows_where", break_down)
    code, _out, err = gemba("data", "list", "enterprise")
    assert code == 1
    assert "ZeroDivisionError" not in err
    log = (tmp_path / "data" / "logs" / "gemba.log").read_text()
    assert "ZeroDivisionError" in log
    assert "canary" not in log
    (tmp_path / "data" / "logs" / "gemba.log").unlink()
    (tmp_path / "data" / "logs").rmdir()
    (tmp_path / "data" / "logs").write_text("in the way")
    code, _out, err = gemba("data", "list", "enterprise", "--json")
    assert (code, json.loads(err)["error"]) == (1, "Bug")


def test_every_kind_of_trouble_has_a_code_of_its_own():
    def kinds(kind):
        return {kind} | {deeper for one in kind.__subclasses__() for deeper in kinds(one)}

    codes = [code_of(kind.__new__(kind)) for kind in kinds(AppError) - {AppError}]
    assert len(set(codes)) == len(codes)
    assert not {0, 1, 2, 19} & set(codes)


def test_no_store_newer_store_damaged_store(gemba, enterprise, tmp_path):
    code, _out, err = gemba("check", folder=tmp_path / "nowhere")
    assert (code, "There are no Gemba data" in err) == (15, True)
    with writing(DataFolder(tmp_path / "data")) as store:
        store.records.conn.execute(
            "INSERT INTO _sqlite_migrations(migration_set, name, applied_at) VALUES('gemba', 'm9999', 'then')"
        )
    before = (tmp_path / "data" / "records.db").read_bytes()
    for command in (("check",), ("data", "new", "enterprise", "name=X", "country=ID")):
        code, _out, err = gemba(*command)
        assert (code, "newer version" in err) == (13, True)
    assert (tmp_path / "data" / "records.db").read_bytes() == before
    (tmp_path / "data" / "records.db").write_bytes(b"no database" * 1000)
    code, _out, err = gemba("check")
    assert (code, "gemba restore" in err) == (12, True)


def test_backup_check_and_restore(gemba, enterprise, tmp_path):
    code, out, _err = gemba("backup", "--json")
    assert code == 0
    assert Path(json.loads(out)["copies"][0]).exists()
    path = tmp_path / "data" / "records.db"
    path.write_bytes(bytes(path.stat().st_size))
    assert gemba("check")[0] == 12
    assert gemba("restore")[0] == 0
    assert gemba("check")[1] == "The data are in order."
    assert enterprise in gemba("data", "list", "enterprise")[1]


def test_a_copy_on_a_stick_brings_back_everything(gemba, enterprise, tmp_path):
    stick = tmp_path / "stick"
    assert gemba("backup", "--out", stick)[0] == 0
    gemba("data", "new", "enterprise", "name=After the copy", "country=ID")
    assert gemba("restore", stick)[0] == 0
    listed = gemba("data", "list", "enterprise")[1]
    assert enterprise in listed
    assert "After the copy" not in listed
    assert len(list((tmp_path / "data").glob("set-aside-*"))) == 2


def test_encrypt_and_use_with_the_key(gemba, enterprise, tmp_path):
    key_file = tmp_path / "gemba.key"
    gemba("backup")
    assert gemba("data", "encrypt", "--key-file", key_file)[0] == 0
    code, _out, err = gemba("data", "list", "enterprise")
    assert (code, "--key-file" in err) == (17, True)
    assert enterprise in gemba("data", "list", "enterprise", "--key-file", key_file)[1]
    assert gemba("data", "new", "enterprise", "name=Y", "country=ID", "--key-file", key_file)[0] == 0
    write_new_key(tmp_path / "other.key")
    assert gemba("check", "--key-file", tmp_path / "other.key")[0] == 17
    for path in (tmp_path / "data").rglob("*.db*"):
        assert b"PT Laksana" not in path.read_bytes(), path


def test_a_writer_is_refused_while_another_writes_and_a_reader_is_not(gemba, enterprise, tmp_path):
    with writing(DataFolder(tmp_path / "data")):
        code, _out, err = gemba("data", "new", "enterprise", "name=Y", "country=ID")
        assert (code, "already open" in err) == (4, True)
        assert enterprise in gemba("data", "list", "enterprise")[1]
        assert gemba("check")[0] == 0
        assert gemba("restore")[0] == 4


HOLD = """
import sys, time
from pathlib import Path
from app.bootstrap import writing
from app.paths import DataFolder
with writing(DataFolder(Path(sys.argv[1]))):
    print("open", flush=True)
    time.sleep(60)
"""


def test_the_lock_of_a_killed_process_is_taken_over(gemba, enterprise, tmp_path):
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path / "data")], stdout=subprocess.PIPE)
    assert holder.stdout.readline() == b"open\n"
    assert gemba("data", "undo")[0] == 4
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    holder.stdout.close()
    assert gemba("data", "undo")[0] == 0


def test_a_full_disk(gemba, enterprise, monkeypatch, tmp_path):
    """SQLite is given no page more than the store has: the same answer as from a full disk."""
    with writing(DataFolder(tmp_path / "data")) as store:
        pages = store.records.conn.execute("PRAGMA page_count").fetchone()[0]
    with monkeypatch.context() as full:
        full.setattr(database, "_PRAGMAS", (*database._PRAGMAS, f"max_page_count = {pages}"))
        code, _out, err = gemba("data", "set", "enterprise", enterprise, "notes=" + "x" * 300_000)
    assert code == 10
    assert err.startswith("The disk is full, so the last change was not kept; everything before it is saved.")
    assert gemba("check")[0] == 0
    assert json.loads(gemba("data", "get", "enterprise", enterprise, "--json")[1])["notes"] is None


def test_a_disk_that_refuses(gemba, enterprise, tmp_path):
    """A limit on the size of files makes the system itself refuse to write; the store is whole afterwards."""

    def little_room() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_500_000, 1_500_000))

    script = "import sys; from app.cli import main; sys.exit(main([*sys.argv[1:], 'notes=' + 'x' * 3_000_000]))"
    tokens = ["--data", str(tmp_path / "data"), "data", "set", "enterprise", enterprise]
    done = subprocess.run(
        [sys.executable, "-c", script, *tokens], capture_output=True, text=True, preexec_fn=little_room
    )
    assert (done.returncode, "saved before is safe" in done.stderr) == (18, True)
    assert gemba("check")[0] == 0
    assert json.loads(gemba("data", "get", "enterprise", enterprise, "--json")[1])["notes"] is None


def test_a_folder_that_cannot_be_written(gemba, tmp_path):
    (tmp_path / "data").write_text("a file where the folder should be")
    code, _out, err = gemba("data", "new", "enterprise", "name=X", "country=ID")
    assert (code, "Traceback" in err) == (18, False)


def test_a_photo_by_command(gemba, enterprise, tmp_path):
    from PIL import Image

    Image.new("RGB", (40, 30), "red").save(tmp_path / "gate.png")
    visit = gemba("data", "new", "visit", f"enterprise_id={enterprise}", "kind=intake", "planned_on=2026-11-24",
                  "status=draft", "purpose=P", "summary=S", "next_steps=N")[1]  # fmt: skip
    code, photo, err = gemba("data", "photo", visit, tmp_path / "gate.png", "place=Gate")
    assert (code, err) == (0, "")
    assert json.loads(gemba("data", "get", "photo", photo, "--json")[1])["place"] == "Gate"
    (tmp_path / "no.jpg").write_text("text")
    assert gemba("data", "photo", visit, tmp_path / "no.jpg")[0] == 8


def test_time_is_not_wasted_on_what_a_command_does_not_need():
    """Reading a record loads neither Qt nor PDF nor Excel nor XLSForm."""
    code = "import sys, app.cli.main, app.cli.data; print([m for m in sys.modules if m in sys.argv[1:]])"
    heavy = ["PySide6", "reportlab", "openpyxl", "pyxform"]
    done = subprocess.run([sys.executable, "-c", code, *heavy], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("tokens", "found"),
    [
        ([], {}),
        (["--data", "D", "--key-file=K", "--json"], {"--data": "D", "--key-file": "K", "--json": ""}),
        (["--data=D=E"], {"--data": "D=E"}),
        (["--data"], None),
        (["--data", "--json"], None),
        (["--data=", "--json"], None),
        (["--data", "D", "--data", "E"], None),
        (["--json=yes"], None),
        (["--help"], None),
        (["--"], None),
        (["doctor", "--data", "D"], None),
    ],
)
def test_options_alone_ask_for_the_window(tokens, found):
    assert options_alone(tokens) == found


def test_the_window_takes_the_options_of_every_command(tmp_path):
    """Read in short or by cyclopts, they mean the same; here it ends for want of a display."""
    hidden = {name: value for name, value in os.environ.items() if name not in DISPLAYS}
    code = "import sys; from app.cli import main; print(main(sys.argv[1:]), 'cyclopts' in sys.modules)"
    for tokens, is_read_by_cyclopts in ((["--json", "--data", "D"], False), (["--json", "--data", "D", "--"], True)):
        command = [sys.executable, "-c", code, *tokens]
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=hidden)
        assert done.stdout.split() == ["2", str(is_read_by_cyclopts)]
        assert json.loads(done.stderr)["error"] == "NoDisplay"


@pytest.mark.parametrize(
    "tokens",
    [
        ["--data", "D", "data", "search", "--", "-x"],
        ["data", "--data", "D", "search", "--", "-x"],
        ["data", "search", "--data=D", "--", "-x"],
    ],
)
def test_options_stand_anywhere_before_the_dashes(tmp_path, capsys, tokens):
    folder = str(tmp_path / "data")
    assert main(["data", "new", "enterprise", "name=X", "country=ID", "--data", folder]) == 0
    assert main([word.replace("D", folder) if word in {"D", "--data=D"} else word for word in tokens]) == 0


def test_a_mistyped_folder_is_not_begun(gemba, tmp_path):
    for tokens in (
        ("backup",),
        ("data", "undo"),
        ("report", "v", "--out", tmp_path / "x.pdf"),
        ("data", "finish", "v"),
    ):
        assert gemba(*tokens, folder=tmp_path / "typo")[0] == 15
    assert not (tmp_path / "typo").exists()


@pytest.mark.parametrize(
    ("tokens", "code"),
    [
        (("data", "list", "visit", "--limit", "-1"), 2),
        (("data", "list", "visit", "binned=1"), 5),
        (("data", "list", "visit", "db=1"), 5),
        (("data", "list", "visit", "planned_on=notadate"), 5),
        (("data", "set", "enterprise", "E", "db=1"), 5),
        (("data", "set", "enterprise", "E", "table_name=1"), 5),
        (("data", "set", "enterprise", "E", "row_id=1"), 5),
        (("data", "search", "\udcff\udcfe"), 5),
        (("data", "get", "visit", "\udcff"), 5),
        (("data", "history", "nonsense", "x"), 3),
        (("data", "history", "enterprise", "x"), 3),
        (("export", "--out", "w.xlsx", "--language", "x y"), 5),
        (("check", "--key-file", "nowhere.key"), 17),
    ],
)
def test_odd_words_are_never_a_bug(gemba, enterprise, tokens, code):
    got, _out, err = gemba(*(enterprise if token == "E" else token for token in tokens), "--json")
    assert got == code
    assert json.loads(err)["code"] == code


@pytest.mark.parametrize("value", ["started_at=0001-01-01T00:00+14:00", "planned_on=9999-12-31", "started_at=noon"])
def test_times_that_cannot_be(gemba, enterprise, value):
    visit = gemba("data", "new", "visit", f"enterprise_id={enterprise}", "kind=intake", "planned_on=2026-11-24",
                  "purpose=P", "summary=S", "next_steps=N")[1]  # fmt: skip
    assert gemba("data", "set", "visit", visit, value)[0] == 5


def test_the_choices_named_are_those_of_the_field(gemba, enterprise):
    _code, _out, err = gemba("data", "new", "visit", f"enterprise_id={enterprise}", "kind=zzz", "planned_on=2026-11-24")
    assert "intake, follow_up" in err


def test_a_visit_is_opened_finished_and_reopened_by_command(gemba, enterprise):
    visit = gemba("data", "new", "visit", f"enterprise_id={enterprise}", "kind=intake", "planned_on=2026-11-24",
                  "purpose=P", "summary=S", "next_steps=N")[1]  # fmt: skip
    assert "The visit was not opened." in gemba("data", "gaps", visit)[1]
    assert gemba("data", "finish", visit)[0] == 5
    assert gemba("data", "open", visit)[0] == 0
    met = ("visit_person", f"visit_id={visit}", "position=Owner", "role=manager", "sex=man", "count=1")
    assert gemba("data", "new", *met)[0] == 0
    assert gemba("data", "finish", visit)[0] == 0
    assert gemba("data", "set", "visit", visit, "summary=Late")[0] == 6
    assert gemba("data", "reopen", visit)[0] == 0
    assert json.loads(gemba("data", "get", "visit", visit, "--json")[1])["revision"] == 2


def test_an_issued_report_is_the_same_for_ever(gemba, enterprise, tmp_path):
    visit = gemba("data", "new", "visit", f"enterprise_id={enterprise}", "kind=intake", "planned_on=2026-11-24",
                  "purpose=P", "summary=S", "next_steps=N")[1]  # fmt: skip
    gemba("data", "open", visit)
    gemba("data", "new", "visit_person", f"visit_id={visit}", "position=Owner", "role=manager", "sex=man", "count=1")
    gemba("data", "finish", visit)
    first, second, spanish = (tmp_path / name for name in ("first.pdf", "second.pdf", "spanish.pdf"))
    assert gemba("report", visit, "--out", first)[0] == 0
    assert gemba("data", "set", "enterprise", enterprise, "name=Renamed")[0] == 0
    assert gemba("report", visit, "--out", second)[0] == 0
    assert second.read_bytes() == first.read_bytes()
    assert gemba("report", visit, "--out", spanish, "--language", "es")[0] == 0
    assert spanish.read_bytes() != first.read_bytes()
    assert len(json.loads(gemba("data", "list", "report", "--json")[1])["rows"]) == 2
    assert gemba("data", "undo")[0] == 0  # the new name
    assert gemba("data", "undo")[0] == 6  # not the finish whose report was handed over


def test_encrypting_and_the_demo_wait_for_no_writer(gemba, enterprise, tmp_path):
    with writing(DataFolder(tmp_path / "data")):
        assert gemba("data", "encrypt", "--key-file", tmp_path / "k")[0] == 4
    assert not (tmp_path / "k").exists()
    with writing(DataFolder(tmp_path / "out" / "data")):
        assert main(["demo", "--out", str(tmp_path / "out")]) == 4
    assert main(["demo", "--out", str(tmp_path / "out"), "--day", "0001-01-01"]) == 5


def test_a_list_that_is_cut_says_so(gemba):
    for number in range(3):
        gemba("data", "new", "enterprise", f"name=E{number}", "country=ID")
    code, out, _err = gemba("data", "list", "enterprise", "--limit", "2")
    assert (code, "Only the first 2 are shown" in out) == (0, True)
    assert json.loads(gemba("data", "list", "enterprise", "--limit", "3", "--json")[1])["more"] is False


def test_an_unknown_code_of_a_newer_server_is_shown(gemba, enterprise, tmp_path):
    visit = gemba("data", "new", "visit", f"enterprise_id={enterprise}", "kind=intake", "planned_on=2026-11-24",
                  "purpose=P", "summary=S", "next_steps=N")[1]  # fmt: skip
    with writing(DataFolder(tmp_path / "data")) as store:
        store.records.conn.execute("UPDATE sync_state SET applying = 1")
        store.records.conn.execute("UPDATE visit SET kind = 'hologram', status = 'archived'")
        store.records.conn.execute("UPDATE sync_state SET applying = 0")
    assert "hologram" in gemba("data", "get", "visit", visit)[1]
    assert gemba("data", "gaps", visit)[0] == 0
    assert gemba("export", "--out", tmp_path / "w.xlsx")[0] == 0


def test_bytes_that_are_no_text_are_found_and_not_quoted(gemba, enterprise, tmp_path):
    with writing(DataFolder(tmp_path / "data")) as store:
        store.records.conn.execute("UPDATE sync_state SET applying = 1")
        store.records.conn.execute("UPDATE enterprise SET city = CAST(x'63616E617279FF' AS TEXT)")
        store.records.conn.execute("UPDATE sync_state SET applying = 0")
    code, out, _err = gemba("check")
    assert (code, f"enterprise {enterprise}" in out) == (19, True)
    code, out, err = gemba("data", "list", "enterprise")
    assert (code, "canary" in out + err) == (12, False)
