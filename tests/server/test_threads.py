"""What waits for a store, or works for long, keeps nobody from rows."""

import base64
import threading
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from app.sync.protocol import BLOBS_PATH, FILES_PATH, MANIFEST_PATH, SCHEMA, BlobsAsked, BlobsKnown, ManifestWanted
from server.refusals import Refused
from server.segments import Segments
from server.service import Service
from tests.server.blob_world import sha_of
from tests.server.caller import Caller, sealed
from tests.server.world import World, made

PATIENCE_S = 60
PHOTOS = [f"photo {number}".encode() for number in range(50)]


class Hanging:
    """A store that answers nobody before it is let go. `asked`: released once for each who asks it."""

    def __init__(self, store):
        self.store = store
        self.asked = threading.Semaphore(0)
        self.let_go = threading.Event()

    def put(self, tenant, sha256, file):
        self._hang()
        self.store.put(tenant, sha256, file)

    def has_right(self, tenant, sha256):
        self._hang()
        return self.store.has_right(tenant, sha256)

    def _hang(self):
        self.asked.release()
        assert self.let_go.wait(PATIENCE_S)


@pytest.fixture
def ana(world: World, client: TestClient):
    caller = Caller(world, client)
    caller.enrol()
    caller.sign_in()
    photos = [made("photo", world.clock.new_id(), working_sha256=sha_of(data)) for data in PHOTOS]
    caller.exchange(sealed(1, *photos))
    client.headers["Authorization"] = f"Bearer {caller.token}"
    return caller


def upload(client: TestClient, data: bytes) -> int:
    named = base64.b64encode(sha_of(data).encode()).decode()
    said = {"Tus-Resumable": "1.0.0", "Content-Type": "application/offset+octet-stream"}
    said |= {"Upload-Length": str(len(data)), "Upload-Metadata": f"sha256 {named}"}
    return client.post(FILES_PATH, content=data, headers=said).status_code


def hang(service: Service) -> Hanging:
    store = Hanging(service.blobs.objects)
    service.blobs = replace(service.blobs, objects=store)
    return store


def check_rows_come(pool: ThreadPoolExecutor, ana: Caller, store: Hanging) -> None:
    assert store.asked.acquire(timeout=PATIENCE_S)
    rows = pool.submit(ana.exchange)
    wait([rows], timeout=PATIENCE_S / 4)
    is_there = rows.done()
    store.let_go.set()
    assert is_there
    assert rows.result().head >= 3


def test_bytes_that_are_read_again(service: Service, client: TestClient, ana: Caller):
    upload(client, PHOTOS[0])
    asked = BlobsAsked(hashes=[sha_of(PHOTOS[0])], rehash=True)
    store = hang(service)
    with ThreadPoolExecutor(10) as pool:
        found = [pool.submit(ana.post, BLOBS_PATH, asked, BlobsKnown) for _ in range(6)]
        check_rows_come(pool, ana, store)
    assert {one.result().blobs[0].state for one in found} == {"have"}


def test_bytes_that_go_into_the_store(service: Service, client: TestClient, ana: Caller):
    store = hang(service)
    with ThreadPoolExecutor(len(PHOTOS) + 1) as pool:
        found = [pool.submit(upload, client, data) for data in PHOTOS]
        check_rows_come(pool, ana, store)
    assert {one.result() for one in found} == {201}


def test_who_comes_while_a_snapshot_is_built_asks_again(service: Service, client: TestClient, ana: Caller):
    service.segments = replace(service.segments, worthwhile=3)
    with service.segments.building:
        body = ana.post(MANIFEST_PATH, ManifestWanted(schema=SCHEMA), ManifestWanted)
    assert (body.code, ana.status) == ("busy", 503)


def test_a_snapshot_of_yesterday_is_better_than_none(world: World, service: Service):
    laptop = world.laptop("Ana")
    segments: Segments = replace(service.segments, worthwhile=3)
    for _ in range(4):
        laptop.enterprise()
    wanted = ManifestWanted(schema=SCHEMA)
    with segments.building, pytest.raises(Refused, match="busy"):
        segments.manifest(laptop.session, wanted)
    first = segments.manifest(laptop.session, wanted)
    world.clock.move(days=1)
    laptop.enterprise()
    with segments.building:
        assert segments.manifest(laptop.session, wanted).as_of == first.as_of
    assert segments.manifest(laptop.session, wanted).as_of > first.as_of
