"""kill -9 of the server, at every moment around its transaction and at random ones: the next sync ends the work."""

import random
import time

import pytest

from app.errors import CutShort, ServerBusy, Unreachable
from tests.whole.commands import sync
from tests.whole.synced import agreed, desk

OF_THE_SERVER = ("server:before-commit", "server:after-commit")


def test_the_server_dies_at_every_moment(server, organisation, folders):
    written = []
    with desk(folders["ana"]) as ana:
        visit_id = ana.visit()
        for moment in OF_THE_SERVER:
            texts = [f"{organisation} {moment} {name}" for name in ("first", "second")]
            ana.write(visit_id, texts[0])
            server.kill()
            server.start(GEMBA_DIE_AT=moment)
            with pytest.raises((CutShort, Unreachable, ServerBusy)):
                ana.way.exchange(ana)
            ana.write(visit_id, texts[1])
            server.kill()
            server.start()
            assert ana.way.exchange(ana).rows.complete
            written += texts
    agreed(server, organisation, folders, written)


def test_the_server_dies_at_random(server, organisation, folders, commands):
    chance = random.Random(6)
    with desk(folders["ana"]) as ana:
        visit_id = ana.visit()
    written = []
    for number in range(3):
        for part in ("before", "after"):
            written.append(f"{organisation} {number} {part}")
            with desk(folders["ana"]) as ana:
                ana.write(visit_id, written[-1])
            commands.start(*sync(folders["ana"]))
            if part == "before":
                time.sleep(chance.random() * 0.1)
                server.kill()
            commands.end()
            if part == "before":
                server.start()
    agreed(server, organisation, folders, written)
