"""Segments, sums, marks and rows over sockets, and what answers in their place."""

import hashlib

import httpx2
import pytest

from app.errors import ServerRefuses, SignInWanted
from app.sync.bulk import BulkClient
from app.sync.checksum import PREFIXES
from app.sync.client import ServerClient
from app.sync.device import identity_of
from app.sync.protocol import Fetch, MarksWanted
from tests.factories import make_enterprise
from tests.loopback import central_server
from tests.sync.test_way import Folder


@pytest.fixture
def central(tmp_path, monkeypatch):
    monkeypatch.setenv("GEMBA_STATE", str(tmp_path / "state"))
    with central_server(tmp_path / "server") as made:
        object.__setattr__(made.service.segments, "worthwhile", 3)
        yield made


@pytest.fixture
def folder(central, tmp_path):
    made = Folder(tmp_path / "ana")
    made.way.enrol(made, central.url, central.code("Ana"))
    made.ids = [make_enterprise(made.db, made.by, f"Place {number}") for number in range(6)]
    made.way.exchange(made)
    yield made
    made.close()


@pytest.fixture
def http():
    with httpx2.Client() as http:
        yield http


@pytest.fixture
def bulk(folder, central, http):
    return BulkClient(ServerClient(http, central.url, identity_of(folder)))


def test_a_segment_comes_whole_and_from_any_byte_on(bulk):
    info = bulk.manifest().segments[-1]
    whole = b"".join(bulk.segment(info.sha256, 0))
    assert (hashlib.sha256(whole).hexdigest(), len(whole)) == (info.sha256, info.size)
    assert b"".join(bulk.segment(info.sha256, 7)) == whole[7:]


def test_a_server_that_does_not_know_ranges_is_read_from_where_it_goes_on(bulk, folder, http):
    info = bulk.manifest().segments[-1]
    whole = b"".join(bulk.segment(info.sha256, 0))

    def everything(request):
        pieces = [whole[at : at + 5] for at in range(0, len(whole), 5)]
        return httpx2.Response(200, headers={"X-Sync-Proto": "1"}, content=iter(pieces))

    with httpx2.Client(transport=httpx2.MockTransport(everything)) as plain:
        client = BulkClient(ServerClient(plain, "http://x", identity_of(folder)))
        assert b"".join(client.segment(info.sha256, 12)) == whole[12:]


def test_a_segment_that_is_gone_is_told_as_such(bulk):
    with pytest.raises(ServerRefuses) as refused:
        list(bulk.segment("0" * 64, 0))
    assert (refused.value.code, refused.value.status) == ("no-such-segment", 404)


def test_a_page_in_the_place_of_a_segment_is_the_networks(bulk, central):
    name = bulk.manifest().segments[0].sha256
    central.portal = b"<html>sign in</html>"
    with pytest.raises(SignInWanted):
        list(bulk.segment(name, 0))


def test_sums_marks_and_rows(bulk, folder):
    told = bulk.sums()
    assert len(told.sums) == PREFIXES
    marks = bulk.marks(MarksWanted(prefixes=list(range(PREFIXES)))).marks
    assert sum(digest for *_, digest in marks) == sum(told.sums)
    rows = bulk.fetch(Fetch(keys=[("enterprise", folder.ids[0])])).rows
    assert [row.values["name"] for row in rows] == ["Place 0"]
    assert [one.state for one in bulk.blobs_known(["0" * 64])] == ["unnamed"]


def test_another_laptop_of_the_same_organisation_begins_with_segments(central, folder, tmp_path):
    other = Folder(tmp_path / "budi")
    other.way.enrol(other, central.url, central.code("Budi"))
    assert other.way.exchange(other).rows.rows <= 2  # the others came by segments
    assert other.db.conn.execute("SELECT count(*) FROM enterprise WHERE name LIKE 'Place%'").fetchone()[0] == 6
    other.close()
