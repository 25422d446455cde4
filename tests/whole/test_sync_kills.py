"""kill -9 of the program and of the server, at every named moment and at random ones: the next sync ends the work."""

import asyncio
import json
import os
import random
import re
import signal
import time
from contextlib import ExitStack, suppress
from pathlib import Path

from app.models.ids import Clock
from benchmarks.sync.devices import enrolled, fill
from benchmarks.sync.workloads import add_photos
from tests.whole.commands import sync
from tests.whole.synced import agreed, desk

ROOT = Path(__file__).parent.parent.parent
OF_THE_PROGRAM = ("before:T2", "after:T2", "after:answer", "before:T3", "after:T3", "before:T4", "after:T4")
OF_PHOTOS = ("after:piece", "before:T5", "after:T5")
OF_THE_FIRST_ROWS = ("after:segment", "after:unit")
OF_THE_SERVER = ("server:before-commit", "server:after-commit")
MANY_VISITS = 5_500  # so many that they come by segments
RANDOM_KILLS, TRIES = 25, 150


def test_every_moment_there_is_has_a_kill():
    files = [path for glob in ("app/sync/*.py", "server/*.py") for path in ROOT.glob(glob)]
    code = "\n".join(path.read_text(encoding="utf-8") for path in files)
    named = set(re.findall(r'passed\("([a-z]+:[A-Za-z0-9-]+)"\)', code))
    named |= {f"before:{moment}" for moment in re.findall(r'moment="(T\d)"', code)}
    assert {*OF_THE_PROGRAM, *OF_PHOTOS, *OF_THE_FIRST_ROWS, *OF_THE_SERVER} <= named
    # Others of the server are reached where its uploads are tested.
    tests = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    assert [moment for moment in sorted(named) if f'"{moment}"' not in tests] == []


def test_the_program_dies_at_every_moment(server, organisation, folders, commands):
    """Each time with work to send and work of somebody else to fetch, so that every moment is reached."""
    written = []
    with desk(folders["ana"]) as ana, desk(folders["budi"]) as budi:
        mine, theirs = ana.visit("Ana's"), budi.visit("Budi's")
    for moment in OF_THE_PROGRAM:
        texts = [f"{organisation} {moment} {name}" for name in ("theirs", "mine", "later")]
        with desk(folders["ana"]) as ana, desk(folders["budi"]) as budi:
            budi.write(theirs, texts[0])
            budi.way.exchange(budi)
            ana.write(mine, texts[1])
        assert commands.run(*sync(folders["ana"]), GEMBA_DIE_AT=moment).code == -signal.SIGKILL, moment
        with desk(folders["ana"]) as ana:
            ana.write(mine, texts[2])
        ended = commands.run(*sync(folders["ana"]))
        assert ended.code == 0, ended.said
        assert json.loads(ended.said)["waiting"]["records"] == 0
        written += texts
    agreed(server, organisation, folders, written)


def test_the_program_dies_while_photos_go_up(server, organisation, folders, commands):
    with desk(folders["ana"]) as ana:
        visit_id = ana.visit()
        for moment in OF_PHOTOS:
            add_photos(ana.store, ana.by, visit_id, count=2, salt=moment)
    for moment in OF_PHOTOS:
        assert commands.run(*sync(folders["ana"]), GEMBA_DIE_AT=moment).code == -signal.SIGKILL, moment
    assert commands.run(*sync(folders["ana"])).code == 0
    agreed(server, organisation, folders, [])
    with desk(folders["ana"]) as ana:
        states = ana.db.conn.execute("SELECT DISTINCT state FROM blob").fetchall()
        assert [state for (state,) in states] == ["verified"]
        assert ana.db.conn.execute("SELECT count(*) FROM blob").fetchone()[0] == 4 * len(OF_PHOTOS)


def test_the_program_dies_while_the_first_rows_come(server, organisation, folders, commands, new_folder):
    clock = Clock()
    with server.opened() as database:
        device = enrolled(database, server.secret, 1, clock, organisation=organisation)
    asyncio.run(fill(server.port, device, clock, shared_visits=MANY_VISITS))
    folder = new_folder("cid")
    with desk(folder) as cid:
        cid.way.enrol(cid, server.url, server.code("cid", organisation))
        cid.visit("Cid's")
    for moment in OF_THE_FIRST_ROWS:
        assert commands.run(*sync(folder), GEMBA_DIE_AT=moment).code == -signal.SIGKILL, moment
    assert commands.run(*sync(folder)).code == 0
    agreed(server, organisation, {"cid": folder, "ana": folders["ana"]}, [])


def test_the_program_dies_at_random(server, organisation, folders, commands):
    """Some hundredths of a second into a sync, of two people in turn who go on writing."""
    chance = random.Random(5)
    with ExitStack() as stack:
        desks = {name: stack.enter_context(desk(folder)) for name, folder in folders.items()}
        visits = {name: one.visit(name) for name, one in desks.items()}
    written, killed = [], 0
    for number in range(TRIES):
        if killed == RANDOM_KILLS:
            break
        name = ("ana", "budi")[number % 2]
        written.append(f"{organisation} {number}")
        with desk(folders[name]) as one:
            one.write(visits[name], written[-1])
        process = commands.start(*sync(folders[name]))
        time.sleep(chance.random() * 0.15)
        with suppress(ProcessLookupError):  # it ended in time
            os.kill(process, signal.SIGKILL)
        killed += commands.end().code == -signal.SIGKILL
    assert killed == RANDOM_KILLS
    agreed(server, organisation, folders, written)
