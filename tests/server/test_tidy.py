"""What is done now and then: expired codes and tokens go, uploads are swept, trouble stops nothing."""

import hashlib
import time

import pytest
import structlog
from starlette.testclient import TestClient

from server import tables
from server.accounts import new_code
from server.app import application
from server.objects import ObjectTroubleError
from server.service import Service
from server.settings import Settings
from server.spool import Announced
from server.tidy import tidy
from tests.server.world import World


@pytest.fixture
def service(quick_world: World, tmp_path):
    return Service(Settings(tmp_path), quick_world.database, b"s" * 32, quick_world.clock)


def test_codes_that_let_nobody_in_are_forgotten(quick_world: World, service: Service):
    new_code(quick_world.database, quick_world.people["Ana"], quick_world.now)
    tidy(service)
    assert len(quick_world.rows(tables.enrol_code)) == 1
    quick_world.clock.move(minutes=10)
    tidy(service)
    assert quick_world.rows(tables.enrol_code) == []


def test_strays_of_uploads_are_removed(quick_world: World, service: Service, tmp_path):
    stray = tmp_path / "spool" / quick_world.tenant / ("0" * 64 + ".part")
    stray.parent.mkdir(parents=True, exist_ok=True)
    stray.write_bytes(b"x")
    with structlog.testing.capture_logs() as logs:
        tidy(service)
    assert [(line["event"], line["strays"]) for line in logs] == [("tidied", 1)]
    assert not stray.exists()


def test_uploads_that_a_crash_left_complete_are_finished_at_the_start(quick_world: World, service: Service):
    sha256, spool = hashlib.sha256(b"photo").hexdigest(), service.blobs.spool
    spool.begin(quick_world.tenant, sha256, Announced(5, quick_world.now))
    with spool.hold(quick_world.tenant, sha256) as writing:
        writing.write(b"photo")
        writing.keep(quick_world.now)
    with TestClient(application(service)):
        until = time.monotonic() + 20
        while list(spool.uploads()) and time.monotonic() < until:
            time.sleep(0.01)
    assert list(spool.uploads()) == []
    assert service.blobs.objects.has_right(quick_world.tenant, sha256)


def test_trouble_is_logged(service: Service):
    class Away:
        def sweep(self):
            raise ObjectTroubleError("away")

    service.blobs = Away()
    with structlog.testing.capture_logs() as logs:
        tidy(service)
    assert [line["event"] for line in logs] == ["not tidied"]


def test_a_database_that_is_away_is_logged_and_tried_again(quick_world: World, service: Service):
    new_code(quick_world.database, quick_world.people["Ana"], quick_world.now)
    quick_world.clock.move(minutes=10)
    with quick_world.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE enrol_code RENAME TO away")
    with structlog.testing.capture_logs() as logs:
        tidy(service)
    assert [line["event"] for line in logs] == ["not tidied"]
    with quick_world.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE away RENAME TO enrol_code")
    tidy(service)
    assert quick_world.rows(tables.enrol_code) == []


def test_an_upload_that_is_under_way_stays(quick_world: World, service: Service):
    sha256, spool = hashlib.sha256(b"photo").hexdigest(), service.blobs.spool
    spool.begin(quick_world.tenant, sha256, Announced(5, quick_world.now))
    with spool.hold(quick_world.tenant, sha256) as writing:
        writing.write(b"ph")
        writing.keep(quick_world.now)
    quick_world.clock.move(minutes=60 * 24 * 13)
    tidy(service)
    assert spool.find(quick_world.tenant, sha256).offset == 2
    quick_world.clock.move(minutes=60 * 24 * 2)
    tidy(service)
    assert list(spool.uploads()) == []


def test_it_is_done_again_and_again(quick_world: World, service: Service):
    service.tidy_every_s = 0.01
    new_code(quick_world.database, quick_world.people["Ana"], quick_world.now)
    quick_world.clock.move(minutes=10)
    with TestClient(application(service)):
        until = time.monotonic() + 20
        while quick_world.rows(tables.enrol_code) and time.monotonic() < until:
            time.sleep(0.01)
        assert quick_world.rows(tables.enrol_code) == []
