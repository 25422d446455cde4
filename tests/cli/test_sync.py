"""`gemba enrol`, `sync` and `conflicts` as a script uses them: three data folders and one server."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time

import pytest
from PIL import Image

from app.bootstrap import writing
from app.cli import main
from app.cli.exits import code_of
from app.cli.options import person
from app.errors import DeviceRefused, NotEnrolled, ServerRefuses, SignInWanted
from app.models.database import edit
from app.paths import DataFolder
from server.accounts import revoke
from tests.loopback import central_server


@pytest.fixture(scope="session")
def begun(tmp_path_factory):
    """Two data folders with catalogues and nothing else: making one takes longer than most tests."""
    root = tmp_path_factory.mktemp("begun")
    for name in ("ana", "budi"):
        with writing(DataFolder(root / name)) as store:
            person(store)
    return root


@pytest.fixture
def central(tmp_path, monkeypatch, begun):
    monkeypatch.setenv("GEMBA_STATE", str(tmp_path / "state"))
    for name in ("ana", "budi"):
        shutil.copytree(begun / name, tmp_path / name)
    with central_server(tmp_path / "server") as made:
        yield made


@pytest.fixture
def gemba(tmp_path, capsys):
    """Runs a command on somebody's folder; gives (exit code, what was printed, what was complained)."""

    def run(name, *tokens):
        code = main([*map(str, tokens), "--data", str(tmp_path / name)])
        said = capsys.readouterr()
        return code, said.out.strip(), said.err.strip()

    return run


@pytest.fixture
def facts(gemba):
    """The same, with --json; gives what was said as JSON, and refuses a command that fails."""

    def run(name, *tokens):
        code, out, err = gemba(name, *tokens, "--json")
        assert code == 0, err
        return json.loads(out)

    return run


@pytest.fixture
def enrolled(central, facts):
    for name in ("ana", "budi"):
        facts(name, "enrol", central.code(name.capitalize()), "--server", central.url)
    return central


@pytest.fixture
def enterprise(enrolled, facts):
    """Ana's, and Budi has it, too."""
    row_id = facts("ana", "data", "new", "enterprise", "name=PT Laksana", "country=ID", "city=Lima")["id"]
    facts("ana", "sync", "--once")
    facts("budi", "sync", "--once")
    return row_id


@pytest.fixture
def conflict(enterprise, facts):
    """Both wrote the city; Budi later, so that his is on top."""
    facts("ana", "data", "set", "enterprise", enterprise, "city=Solo")
    time.sleep(0.01)
    facts("budi", "data", "set", "enterprise", enterprise, "city=Semarang")
    for name in ("ana", "budi", "ana"):
        facts(name, "sync", "--once")
    (found,) = facts("ana", "conflicts", "list")["conflicts"]
    return found["id"]


def city(facts, name, row_id):
    return facts(name, "data", "get", "enterprise", row_id)["city"]


def test_a_device_is_connected_by_a_code(central, facts, gemba):
    said = facts("ana", "enrol", central.code("Ana"), "--server", central.url)
    assert (said["name"], said["role"], said["server"]) == ("Ana", "trainer", central.url)
    code, out, _err = gemba("budi", "enrol", central.code("Budi"), "--server", central.url)
    assert (code, out) == (0, f"This device works with {central.url} now, for Budi.")


def test_a_code_that_is_no_good_says_so(central, gemba):
    code, _out, err = gemba("ana", "enrol", "WRONG", "--server", central.url)
    assert code == code_of(ServerRefuses("x")) == 29
    assert "This code is not good." in err


def test_what_one_wrote_the_other_has(enrolled, facts, gemba):
    row_id = facts("ana", "data", "new", "enterprise", "name=PT Laksana", "country=ID")["id"]
    assert facts("ana", "sync", "status")["waiting"]["tables"] == {"enterprise": 1}
    done = facts("ana", "sync", "--once")
    assert (done["complete"], done["waiting"]["records"], done["trouble"]) == (True, 0, None)
    assert done["settled"] >= 1
    code, out, _err = gemba("budi", "sync", "--once")
    assert code == 0
    assert "received." in out.splitlines()[0]
    assert out.splitlines()[1].startswith("The server has confirmed all work on this device")
    assert facts("budi", "data", "get", "enterprise", row_id)["name"] == "PT Laksana"


def test_photos_go_after_the_rows_as_far_as_one_lets_them(enterprise, facts, gemba, tmp_path):
    planned = ("kind=intake", "planned_on=2026-11-24", "status=draft", "purpose=P", "summary=S", "next_steps=N")
    visit = facts("ana", "data", "new", "visit", f"enterprise_id={enterprise}", *planned)["id"]
    Image.effect_noise((900, 600), 90).save(tmp_path / "line.png")
    facts("ana", "data", "photo", visit, tmp_path / "line.png")
    assert facts("ana", "sync", "--once", "--daily-mb", "0")["files"]["stopped"] == "limit"
    done = facts("ana", "sync", "--once", "--thumbnails")
    assert (done["files"]["sent"], done["waiting"]["photos"]) == (1, 1)
    code, out, _err = gemba("ana", "sync", "--once")
    assert (code, out.splitlines()[1]) == (0, "1 file sent, 0 files received.")
    done = facts("budi", "sync", "--once")
    assert (done["files"]["received"], done["files"]["damaged"]) == (2, [])


def test_where_things_stand_before_there_is_a_server(facts, gemba):
    facts("ana", "data", "new", "enterprise", "name=X", "country=ID")
    said = facts("ana", "sync", "status")
    assert (said["enrolled"], said["confirmed_at"], said["rejected"], said["differences"]) == (False, None, 0, 0)
    assert gemba("ana", "sync", "status")[1] == "Not connected yet. To be sent: 1 record."
    code, _out, err = gemba("ana", "sync", "--once")
    assert (code, err.split(".")[0]) == (code_of(NotEnrolled()), "This device is not connected to a server")


def test_everything_is_compared_with_the_server(enterprise, facts, gemba, tmp_path):
    code, out, err = gemba("ana", "sync", "verify")
    assert (code, out.splitlines()[-1]) == (0, "Nothing differed."), err
    with writing(DataFolder(tmp_path / "ana")) as store:
        store.records.conn.execute("UPDATE sync_state SET applying = 1")
        store.records.conn.execute("UPDATE sync_base SET vals = '{}', digest = 7 WHERE row_id = ?", (enterprise,))
        store.records.conn.execute("UPDATE enterprise SET city = 'spoiled' WHERE id = ?", (enterprise,))
        store.records.conn.execute("UPDATE sync_state SET applying = 0")
    code, out, _err = gemba("ana", "sync", "verify")
    assert (code, out.splitlines()[-1]) == (19, "1 record differed and was mended.")
    assert city(facts, "ana", enterprise) == "Lima"


def test_the_receipts_of_a_visit(enterprise, facts, gemba):
    texts = ("purpose=a", "summary=b", "next_steps=c")
    about = (f"enterprise_id={enterprise}", "kind=intake", "planned_on=2026-11-24")
    visit = facts("ana", "data", "new", "visit", *about, *texts)["id"]
    assert [one["arrival"] for one in facts("ana", "sync", "status", visit)["receipts"]] == ["waiting"]
    facts("ana", "sync", "--once")
    (receipt,) = facts("ana", "sync", "status", visit)["receipts"]
    assert (receipt["table"], receipt["arrival"]) == ("visit", "confirmed")
    assert receipt["at"]
    lines = gemba("ana", "sync", "status", visit)[1].splitlines()
    assert lines[-2:] == ["Records: 1 of 1 confirmed by the server.", "Photos: 0 of 0 confirmed by the server."]


def test_why_nothing_was_exchanged(enrolled, facts, gemba):
    facts("ana", "data", "new", "enterprise", "name=X", "country=ID")
    enrolled.portal = b"<html>Hotel</html>"
    code, _out, err = gemba("ana", "sync", "--once", "--json")
    assert code == code_of(SignInWanted()) == 23
    assert json.loads(err)["error"] == "SignInWanted"
    said = facts("ana", "sync", "status")
    assert said["trouble"]["error"] == "SignInWanted"
    lines = gemba("ana", "sync", "status")[1].splitlines()
    assert lines[0] == "This network wants a sign-in. To be sent: 1 record."
    assert lines[1] == "The server has not confirmed anything yet."
    assert lines[2].startswith("This network wants a sign-in. Open any page")


def test_a_device_that_is_let_in_no_more(enrolled, gemba, facts, tmp_path):
    with writing(DataFolder(tmp_path / "ana")) as store:
        device = store.author.device_id
    revoke(enrolled.database, device, enrolled.service.now_ms())
    assert gemba("ana", "sync", "--once")[0] == code_of(DeviceRefused())
    facts("ana", "enrol", enrolled.code("Ana"), "--server", enrolled.url)
    assert facts("ana", "sync", "--once")["complete"]


def test_differences_are_listed_shown_and_settled(conflict, enterprise, facts, gemba):
    shown = facts("ana", "conflicts", "show", conflict)
    assert shown["fields"] == [
        {"field": "city", "base": "Lima", "kept": "Semarang", "other": "Solo", "now": "Semarang"}
    ]
    assert (shown["kept_by"]["name"], shown["other_by"]["mine"]) == ("Budi", True)
    words = gemba("ana", "conflicts", "show", conflict)[1].splitlines()
    assert words[:3] == ["PT Laksana", "Enterprise: City", "City, before: Lima"]
    assert words[3].startswith("City, on top, by Budi, ")
    assert words[3].endswith(": Semarang")
    assert words[4].endswith(": Solo")
    assert gemba("ana", "conflicts", "list")[1].endswith("PT Laksana: Enterprise  City: Semarang | Solo")
    assert "1 difference to settle: `gemba conflicts list`." in gemba("ana", "sync", "status")[1]
    assert not facts("ana", "conflicts", "take", conflict)["open"]
    for name in ("ana", "budi"):
        facts(name, "sync", "--once")
        assert city(facts, name, enterprise) == "Solo"
        assert facts(name, "conflicts", "list")["conflicts"] == []
        (settled,) = facts(name, "conflicts", "list", "--settled")["conflicts"]
        assert settled["settled_by"] == "Ana"
    assert gemba("budi", "conflicts", "show", conflict)[1].splitlines()[-1] == "Settled by Ana."


@pytest.mark.parametrize(
    ("words", "says", "city_then"),
    [
        (["keep"], "Settled: it stays as it is.", "Semarang"),
        (["take"], "Settled: the other value is in its place.", "Solo"),
        (["edit", "city=Bandung"], "Settled: what you wrote is in its place.", "Bandung"),
    ],
)
def test_three_ways_to_settle(conflict, enterprise, facts, gemba, words, says, city_then):
    assert gemba("budi", "conflicts", words[0], conflict, *words[1:])[:2] == (0, says)
    assert city(facts, "budi", enterprise) == city_then


@pytest.fixture
def twins(enrolled, facts):
    """Each wrote the same enterprise down, and Budi somebody to call there; both laptops have both."""
    made = []
    for name, called in (("ana", "PT Laksana"), ("budi", "Laksana")):
        words = (f"name={called}", "country=ID", "code=A-1", f"city={name}")
        made.append(facts(name, "data", "new", "enterprise", *words)["id"])
    facts("budi", "data", "new", "contact", f"enterprise_id={made[1]}", "name=Sri")
    for name in ("ana", "budi", "ana"):
        facts(name, "sync", "--once")
    return made


def test_two_enterprises_under_one_number_are_made_one(twins, facts, gemba):
    (conflict,) = facts("ana", "conflicts", "list")["conflicts"]
    assert (conflict["kind"], sorted(conflict["enterprises"])) == ("duplicate", sorted(twins))
    words = gemba("ana", "conflicts", "show", conflict["id"])[1].splitlines()
    assert words[1] == "Enterprise: One or two"
    assert f"--keep {twins[0]}: To PT Laksana come: 1 other record." in words
    made = facts("ana", "conflicts", "merge", conflict["id"], "--keep", twins[0])
    assert not made["open"]
    merged = made["merged"]
    assert (merged["kept"], merged["other"], merged["moved"], merged["photos"]) == (*twins, {"contact": 1}, 0)
    assert [(one["field"], one["kept"], one["other"]) for one in merged["differing"]] == [
        ("name", "PT Laksana", "Laksana"),
        ("city", "ana", "budi"),
    ]
    for name in ("ana", "budi"):
        facts(name, "sync", "--once")
        assert facts(name, "conflicts", "list")["conflicts"] == []
        assert [one["id"] for one in facts(name, "data", "list", "enterprise")["rows"]] == [twins[0]]
        (contact,) = facts(name, "data", "list", "contact")["rows"]
        assert contact["enterprise_id"] == twins[0]


def test_that_they_are_one_is_said_in_words_and_refused_for_others(twins, conflict_of, gemba):
    duplicate = conflict_of("duplicate")
    assert gemba("ana", "conflicts", "merge", duplicate, "--keep", duplicate)[0] == 5
    assert gemba("ana", "conflicts", "merge", "nothing", "--keep", twins[1])[0] == 3
    assert gemba("ana", "conflicts", "merge", duplicate)[0] == 2
    assert gemba("ana", "conflicts", "take", duplicate)[0] == 6
    code, out, _err = gemba("ana", "conflicts", "merge", duplicate, "--keep", twins[1])
    assert (code, out.splitlines()) == (
        0,
        [
            "Settled: they are one, Laksana",
            "Nothing was recorded of the other one that would come to Laksana.",
            "Name: Laksana stays, PT Laksana is kept in the bin",
            "City: budi stays, ana is kept in the bin",
        ],
    )


@pytest.fixture
def conflict_of(facts):
    """The id of Ana's difference of a kind."""
    return lambda kind: next(one["id"] for one in facts("ana", "conflicts", "list")["conflicts"] if one["kind"] == kind)


def test_a_difference_about_one_record_is_not_about_two(conflict, enterprise, gemba):
    assert gemba("ana", "conflicts", "merge", conflict, "--keep", enterprise)[0] == 6


def test_what_is_not_there(enrolled, gemba):
    code, _out, err = gemba("ana", "conflicts", "show", "nothing")
    assert (code, err.split(".")[0]) == (3, "There is no difference nothing")
    code, _out, err = gemba("ana", "sync", "rejected", "again", "7")
    assert (code, err.split(".")[0]) == (3, "There is nothing 7 in that list")


def test_what_the_server_did_not_take_is_listed_exported_corrected_and_sent_again(enterprise, facts, gemba, tmp_path):
    spoil(tmp_path / "ana", enterprise)
    code, out, _err = gemba("ana", "sync", "--once")
    assert code == 19
    assert "`gemba sync rejected list`" in out
    (found,) = facts("ana", "sync", "rejected", "list")["rejected"]
    assert (found["code"], found["field"]) == ("invalid-value", "address")
    assert "cannot take what is written in Address" in gemba("ana", "sync", "rejected", "list")[1]
    number, target = found["number"], tmp_path / "refused.json"
    facts("ana", "sync", "rejected", "export", number, target)
    assert json.loads(target.read_text(encoding="utf-8"))["mutation"]["ops"][0]["id"] == enterprise
    facts("ana", "data", "set", "enterprise", enterprise, "address=Jalan 1")
    assert facts("ana", "sync", "rejected", "again", number) == {"records": 0}
    assert facts("ana", "sync", "--once")["rejected"] == 0
    facts("budi", "sync", "--once")
    assert facts("budi", "data", "get", "enterprise", enterprise)["address"] == "Jalan 1"


def test_what_the_server_did_not_take_is_given_up(enterprise, facts, gemba, tmp_path):
    spoil(tmp_path / "ana", enterprise)
    gemba("ana", "sync", "--once")
    (found,) = facts("ana", "sync", "rejected", "list")["rejected"]
    assert gemba("ana", "sync", "rejected", "drop", found["number"])[1] == "1 record shows what the server has."
    assert facts("ana", "data", "get", "enterprise", enterprise)["address"] is None
    assert gemba("ana", "sync", "--once")[0] == 0


def spoil(root, enterprise):
    """More text than the server takes; no door of the program lets it in."""
    with writing(DataFolder(root)) as store, edit(store.records, store.author):
        store.records.conn.execute("UPDATE enterprise SET address = ? WHERE id = ?", ("x" * 1_000_001, enterprise))


def test_without_once_it_goes_on_until_it_is_stopped(enterprise, facts, tmp_path):
    facts("ana", "data", "set", "enterprise", enterprise, "city=Solo")
    command = [sys.executable, "-m", "app", "sync", "--json", "--data", str(tmp_path / "ana")]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=dict(os.environ))
    assert running.stdout is not None
    said = json.loads(running.stdout.readline())
    assert (said["settled"], said["waiting"]["records"]) == (1, 0)
    running.send_signal(signal.SIGINT)
    assert running.wait(20) == 130
    running.stdout.close()


def test_a_trouble_is_told_once_and_tried_again(enterprise, facts, tmp_path, enrolled):
    enrolled.portal = b"<html>Hotel</html>"
    command = [sys.executable, "-m", "app", "sync", "--data", str(tmp_path / "ana")]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=dict(os.environ))
    assert running.stdout is not None
    assert running.stdout.readline().startswith("This network wants a sign-in.")
    enrolled.portal = None
    assert "0 changes sent" in running.stdout.readline()
    running.send_signal(signal.SIGINT)
    assert running.wait(20) == 130
    running.stdout.close()
