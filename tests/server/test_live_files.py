"""Uploads to a server that is a process of its own: other people's client, cuts, kills, two processes, large files."""

import base64
import hashlib
import io
import threading
import time
import tracemalloc
from contextlib import ExitStack, contextmanager

import httpx2
import pytest
from tusclient.client import TusClient

from app.models.database import bring_up_to_date, connect
from app.models.ids import Clock
from app.models.rows import save_row
from app.paths import DataFolder
from app.photos.store import BytesKind, get_bytes, open_photos, put_bytes
from app.sync.lanes import want_bytes
from app.sync.protocol import BLOB_PATH, BLOBS_PATH, FILES_PATH, BlobsAsked, BlobsKnown
from app.sync.way import way_of
from benchmarks.links import Cut, Ending, Way
from benchmarks.proxy import Proxy
from benchmarks.sync.processes import CentralServer
from tests.server.blob_world import sha_of, some_bytes
from tests.server.caller import Caller, sealed
from tests.server.world import made

DATA = some_bytes(700_000)
SHA = sha_of(DATA)
TUS = {"Tus-Resumable": "1.0.0"}


@pytest.fixture
def server(tmp_path):
    with CentralServer(tmp_path / "server") as server:
        yield server


@contextmanager
def caller_of(server, *hashes, device="d1", url=""):
    """A signed-in laptop whose photo rows name these hashes."""
    with httpx2.Client(base_url=url or f"http://127.0.0.1:{server.port}", timeout=30) as client:
        caller = Caller(None, client, device=device)
        caller.enrol(code=server.code())
        caller.sign_in()
        rows = [
            made("photo", f"0190a1b2-0000-7000-8000-{number:012x}", thumbnail_sha256=sha256, working_sha256=sha256)
            for number, sha256 in enumerate(hashes)
        ]
        caller.exchange(sealed(1, *rows))
        client.headers["Authorization"] = f"Bearer {caller.token}"
        yield caller


def known(caller, sha256=SHA):
    return caller.post(BLOBS_PATH, BlobsAsked(hashes=[sha256]), BlobsKnown).blobs[0]


def fetched(caller, sha256=SHA):
    return caller.client.get(f"{BLOB_PATH}/{sha256}").content


def tus_client(server, caller):
    return TusClient(f"http://127.0.0.1:{server.port}{FILES_PATH}", headers={"Authorization": f"Bearer {caller.token}"})


@pytest.mark.parametrize(("chunk", "checked"), [(50_000, True), (262_144, False), (10_000_000, True)])
def test_another_tus_client_uploads(server, chunk, checked):
    with caller_of(server, SHA) as ana:
        uploader = tus_client(server, ana).uploader(
            file_stream=io.BytesIO(DATA), chunk_size=chunk, metadata={"sha256": SHA, "filename": "a b.jpg"},
            upload_checksum=checked,
        )  # fmt: skip
        uploader.upload()
        assert known(ana).state == "have"
        assert fetched(ana) == DATA


def test_another_tus_client_goes_on_where_it_was(server):
    with caller_of(server, SHA) as ana:
        first = tus_client(server, ana).uploader(
            file_stream=io.BytesIO(DATA), chunk_size=100_000, metadata={"sha256": SHA}
        )
        first.upload(stop_at=300_000)
        assert known(ana).offset == 300_000
        server.kill()
        server.start()
        again = tus_client(server, ana).uploader(file_stream=io.BytesIO(DATA), chunk_size=100_000, url=first.url)
        assert again.offset == 300_000
        again.upload()
        assert fetched(ana) == DATA


@pytest.mark.parametrize("moment", ["server:kept", "server:stored", "server:verified"])
def test_a_server_that_dies_at_a_moment_has_what_it_acknowledged(server, moment):
    """Between fsync and answer; between store and database; between database and the end of the upload."""
    with caller_of(server, SHA) as ana:
        begun = {"Upload-Length": str(len(DATA)), "Upload-Metadata": "sha256 " + _base64(SHA)}
        ana.client.post(FILES_PATH, headers=TUS | begun)
        _patch(ana, 0, DATA[:400_000])
        server.kill()
        server.start(GEMBA_DIE_AT=moment)
        with pytest.raises(httpx2.TransportError):
            _patch(ana, 400_000, DATA[400_000:])
        server.kill()
        server.start()
        told = ana.client.head(f"{FILES_PATH}{SHA}", headers=TUS).headers["upload-offset"]
        assert int(told) == len(DATA)
        assert _patch(ana, len(DATA), b"").status_code in (204, 409)  # 409: verified before the server died
        assert known(ana).state == "have"
        assert fetched(ana) == DATA
        assert [row.id for row in ana.exchange().rows if row.table == "blob"] == [SHA]


def _base64(text):
    return base64.b64encode(text.encode()).decode()


def _patch(caller, offset, data):
    headers = TUS | {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
    return caller.client.patch(f"{FILES_PATH}{SHA}", content=data, headers=headers)


def test_what_came_before_the_link_broke_is_kept_to_the_byte(server):
    with caller_of(server, SHA) as ana, Proxy(server.port) as proxy:
        begun = {"Upload-Length": str(len(DATA)), "Upload-Metadata": "sha256 " + _base64(SHA)}
        ana.client.post(FILES_PATH, headers=TUS | begun)
        at = 0
        with httpx2.Client(base_url=proxy.url, headers=ana.client.headers) as through:
            for step, ending in enumerate([Ending.RESET, Ending.CLOSE, Ending.HANG] * 4):
                proxy.cut(Cut(Way.UP, after=20_000 + 7_001 * step, ending=ending))
                ana.client, straight = through, ana.client
                with pytest.raises(httpx2.TransportError):
                    ana.client.patch(
                        f"{FILES_PATH}{SHA}", content=DATA[at:], timeout=1.5,
                        headers=TUS | {"Upload-Offset": str(at), "Content-Type": "application/offset+octet-stream"},
                    )  # fmt: skip
                ana.client = straight
                time.sleep(0.3)  # the server may still be busy with the beginning of the request that broke
                told = int(ana.client.head(f"{FILES_PATH}{SHA}", headers=TUS).headers["upload-offset"])
                assert at + 18_000 + 7_001 * step < told <= at + 20_000 + 7_001 * step
                at = told
        assert _patch(ana, at, DATA[at:]).status_code == 204
        assert fetched(ana) == DATA


def test_two_processes_write_an_upload_by_turns(tmp_path, postgres_url):
    """Four laptops with the same photo send it at once to two workers: every byte once, verified once."""
    with CentralServer(tmp_path / "server", postgres_url(), workers=2) as server, ExitStack() as opened:
        laptops = [opened.enter_context(caller_of(server, SHA, device=f"d{number}")) for number in range(4)]
        said = []

        def send(laptop):
            begun = {"Upload-Length": str(len(DATA)), "Upload-Metadata": "sha256 " + _base64(SHA)}
            laptop.client.post(FILES_PATH, headers=TUS | begun)
            at = 0
            while at < len(DATA):
                answer = _patch(laptop, at, DATA[at : at + 20_000])
                said.append(answer.status_code)
                if answer.status_code != 204:
                    told = laptop.client.head(f"{FILES_PATH}{SHA}", headers=TUS)
                    at = int(told.headers.get("upload-offset", at))
                else:
                    at = int(answer.headers["upload-offset"])

        senders = [threading.Thread(target=send, args=(laptop,)) for laptop in laptops]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join(120)
        assert set(said) <= {204, 409, 423}
        assert said.count(204) == 35
        with caller_of(server, SHA, device="d9") as reader:
            assert fetched(reader) == DATA
            assert [row.id for row in reader.exchange().rows if row.table == "blob"] == [SHA]


class Folder:
    """A data folder that works with the server, on this thread."""

    def __init__(self, root, server, url=""):
        self.folder = DataFolder(root)
        root.mkdir()
        self.clock = Clock()
        self.db = connect(self.folder.records, None)
        bring_up_to_date(self.db, self.clock)
        self.bytes = open_photos(self.folder.photos)
        self.way = way_of(self.folder, None, self.clock)
        self.by = self.way.enrol(self, url or f"http://127.0.0.1:{server.port}", server.code())

    def records(self, work):
        return work(self.db)

    def photos(self, work):
        return work(self.bytes)

    def take_photo(self, working, thumbnail):
        hashes = {
            "working_sha256": put_bytes(self.bytes, working, BytesKind.WORKING),
            "thumbnail_sha256": put_bytes(self.bytes, thumbnail, BytesKind.THUMBNAIL),
        }
        save_row(self.db, self.by, "photo", {"size": len(working), **hashes})
        return hashes

    def close(self):
        self.way.close()
        self.db.close()
        self.bytes.close()


@contextmanager
def folder_of(*facts):
    made_folder = Folder(*facts)
    try:
        yield made_folder
    finally:
        made_folder.close()


def test_photos_over_a_link_that_is_cut_every_200_kb_waste_little(server, tmp_path):
    with Proxy(server.port) as proxy, folder_of(tmp_path / "ana", server, proxy.url) as ana:
        for number in range(20):
            ana.take_photo(some_bytes(300_000, number), some_bytes(15_000, -number - 1))
        proxy.cut(Cut(Way.UP, after=200_000, again=True))
        proxy.counts(anew=True)
        done = ana.way.exchange(ana)
        counts = proxy.counts()
    assert counts.cuts >= 30
    assert done.files.sent == 40
    useful = 20 * 315_000
    assert counts.up <= useful * 1.03


def test_a_large_file_is_never_held_whole_by_either_side(server, tmp_path):
    large = some_bytes(60_000_000)
    idle = server.cost()[1]
    with folder_of(tmp_path / "ana", server) as ana, folder_of(tmp_path / "budi", server) as budi:
        hashes = ana.take_photo(large, b"small")
        digest = hashlib.sha256(large).hexdigest()
        del large
        tracemalloc.start()
        assert ana.way.exchange(ana).files.sent_bytes == 60_000_005
        budi.way.exchange(budi)
        assert want_bytes(budi.db, hashes["working_sha256"])
        assert budi.way.exchange(budi).files.received_bytes == 60_000_000
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert server.cost()[1] - idle < 60
        assert peak < 20_000_000
        assert hashlib.sha256(get_bytes(budi.bytes, hashes["working_sha256"])).hexdigest() == digest
