"""The routes of bytes over HTTP, in process: who may, what is said, from which byte on."""

import base64
import hashlib

import pytest
from starlette.testclient import TestClient

from app.sync.protocol import BLOB_PATH, BLOBS_PATH, FILES_PATH, BlobsAsked, BlobsKnown
from server.app import application
from server.objects import ObjectTroubleError
from server.service import Service
from server.settings import Settings, settings_of_environment
from tests.server.blob_world import sha_of, some_bytes
from tests.server.caller import Caller, refusal_in, sealed
from tests.server.world import World, made

DATA = some_bytes(2_500_000)
SHA = sha_of(DATA)
TUS = {"Tus-Resumable": "1.0.0"}
BYTES = {"Content-Type": "application/offset+octet-stream"}


@pytest.fixture
def ana(world: World, client: TestClient):
    """A laptop whose photo row the server knows."""
    caller = Caller(world, client)
    caller.enrol()
    caller.sign_in()
    row = {"thumbnail_sha256": sha_of(b"t"), "working_sha256": SHA}
    caller.exchange(sealed(1, made("photo", world.clock.new_id(), **row)))
    client.headers["Authorization"] = f"Bearer {caller.token}"
    return caller


def begin(client, sha256=SHA, size=len(DATA), **headers):  # noqa: B008 - a number
    said = {"Upload-Length": str(size), "Upload-Metadata": "sha256 " + base64.b64encode(sha256.encode()).decode()}
    return client.post(FILES_PATH, headers=TUS | said | headers)


def append(client, offset, data, **headers):
    said = {"Upload-Offset": str(offset)}
    return client.patch(f"{FILES_PATH}{SHA}", content=data, headers=TUS | BYTES | said | headers)


def upload(client):
    begin(client)
    return append(client, 0, DATA)


def code_of(response):
    return response.status_code, refusal_in(response).code


def known(ana, *hashes, **more):
    return ana.post(BLOBS_PATH, BlobsAsked(hashes=list(hashes), **more), BlobsKnown)


def test_from_a_row_to_bytes_that_others_can_fetch(ana, client):
    assert [one.state for one in known(ana, SHA, "a" * 64).blobs] == ["missing", "unnamed"]
    begun = begin(client)
    assert (begun.status_code, begun.headers["location"], begun.content) == (201, f"/files/{SHA}", b"")
    assert append(client, 0, DATA[:1_000_000]).headers["upload-offset"] == "1000000"
    partial = known(ana, SHA).blobs[0]
    assert (partial.state, partial.offset, partial.url) == ("partial", 1_000_000, f"/files/{SHA}")
    told = client.head(begun.headers["location"], headers=TUS)
    assert (told.status_code, told.headers["upload-offset"], told.content) == (200, "1000000", b"")
    last = append(client, 1_000_000, DATA[1_000_000:])
    assert (last.status_code, last.headers["tus-resumable"], last.content) == (204, "1.0.0", b"")
    assert known(ana, SHA).blobs[0].state == "have"
    assert known(ana, SHA, rehash=True).blobs[0].state == "have"
    got = client.get(f"{BLOB_PATH}/{SHA}")
    assert (got.status_code, got.content) == (200, DATA)
    assert got.headers["etag"] == f'"{SHA}"'
    assert got.headers["x-sync-proto"] == "1"
    assert got.headers["x-content-type-options"] == "nosniff"
    (row,) = (row for row in ana.exchange().rows if row.table == "blob")
    assert (row.id, row.values["state"], row.values["size"]) == (SHA, "verified", len(DATA))


@pytest.mark.parametrize(
    ("said", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=5-", 5, None),
        ("bytes=1048570-1048585", 1_048_570, 1_048_586),
        ("bytes=2499999-9999999", 2_499_999, None),
        ("bytes=-7", -7, None),
        ("bytes=-99999999", 0, None),
    ],
)
def test_a_range_is_answered_with_just_that(ana, client, said, start, end):
    upload(client)
    got = client.get(f"{BLOB_PATH}/{SHA}", headers={"Range": said})
    assert (got.status_code, got.content) == (206, DATA[start:end])
    first = start if start >= 0 else len(DATA) + start
    assert got.headers["content-range"] == f"bytes {first}-{first + len(got.content) - 1}/{len(DATA)}"
    assert got.headers["content-length"] == str(len(got.content))


@pytest.mark.parametrize("said", ["bytes=-", "bytes=9-5", "bytes=0-1,5-9", "lines=1-2", "bytes=٣-", "bytes=x", ""])
def test_what_is_no_range_gives_everything(ana, client, said):
    upload(client)
    got = client.get(f"{BLOB_PATH}/{SHA}", headers={"Range": said.encode()})
    assert (got.status_code, len(got.content)) == (200, len(DATA))


@pytest.mark.parametrize("said", ["bytes=2500000-", "bytes=2500000-2500001", "bytes=999999999999999999-", "bytes=-0"])
def test_a_range_beyond_the_end_is_refused(ana, client, said):
    upload(client)
    assert code_of(client.get(f"{BLOB_PATH}/{SHA}", headers={"Range": said})) == (416, "range")


def test_nothing_without_a_token(ana, client, service):
    begin(client)
    del client.headers["Authorization"]
    for method, path in [
        ("POST", FILES_PATH), ("HEAD", f"{FILES_PATH}{SHA}"), ("PATCH", f"{FILES_PATH}{SHA}"),
        ("DELETE", f"{FILES_PATH}{SHA}"), ("POST", BLOBS_PATH), ("GET", f"{BLOB_PATH}/{SHA}"),
    ]:  # fmt: skip
        answer = client.request(method, path, headers=TUS | BYTES | {"Upload-Offset": "0"})
        assert answer.status_code == 401
    options = client.options(FILES_PATH)
    assert (options.status_code, options.headers["tus-version"]) == (204, "1.0.0")
    assert client.options(f"{FILES_PATH}{SHA}").status_code == 204


def test_refusals_are_messages_of_ours_with_what_tus_asks_for(ana, client):
    refused = begin(client, sha256="a" * 64)
    assert code_of(refused) == (409, "not-named")
    assert refused.headers["tus-resumable"] == "1.0.0"
    assert code_of(append(client, 0, b"x")) == (404, "no-such-upload")
    other = client.post(FILES_PATH, headers={"Tus-Resumable": "0.2"})
    assert code_of(other) == (412, "tus-version")
    assert other.headers["tus-version"] == "1.0.0"
    told = client.head(f"{FILES_PATH}{SHA}", headers=TUS)
    assert (told.status_code, told.headers["tus-resumable"]) == (404, "1.0.0")


def test_a_proxy_that_knows_no_patch_is_gone_around(ana, client):
    begin(client)
    path = f"{FILES_PATH}{SHA}"
    said = TUS | BYTES | {"Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"}
    assert client.post(path, content=DATA[:10], headers=said).headers["upload-offset"] == "10"
    assert client.post(path, headers=TUS | {"X-HTTP-Method-Override": "HEAD"}).headers["upload-offset"] == "10"
    assert client.post(path, headers=TUS | {"X-HTTP-Method-Override": "DELETE"}).status_code == 204
    for method in ("POST", "GET", "TRACE", "patch", "X" * 99):
        assert code_of(client.post(path, headers=TUS | {"X-HTTP-Method-Override": method})) == (405, "method")
    assert code_of(client.post(path, headers=TUS)) == (405, "method")
    assert code_of(client.post(FILES_PATH, headers=TUS | {"X-HTTP-Method-Override": "PATCH"})) == (405, "method")


def test_checksums_that_differ_have_their_own_status(ana, client):
    begin(client)
    wrong = base64.b64encode(hashlib.sha1(b"other").digest()).decode()
    assert code_of(append(client, 0, b"x" * 9, **{"Upload-Checksum": f"sha1 {wrong}"})) == (460, "checksum")
    assert code_of(append(client, 0, b"x" * len(DATA))) == (460, "wrong-bytes")


def test_other_ways_of_another_tenant_lead_nowhere(ana, client, world):
    upload(client)
    from server.accounts import add_user, create_tenant

    tenant = create_tenant(world.database, "Others", world.now)
    world.people["Eve"] = add_user(world.database, tenant, "Eve", "trainer", world.now)
    eve = Caller(world, client, name="Eve", device="d9")
    del client.headers["Authorization"]
    eve.enrol()
    eve.sign_in()
    assert known(eve, SHA).blobs[0].state == "unnamed"
    client.headers["Authorization"] = f"Bearer {eve.token}"
    assert code_of(client.get(f"{BLOB_PATH}/{SHA}")) == code_of(client.get(f"{BLOB_PATH}/{'b' * 64}"))
    assert client.head(f"{FILES_PATH}{SHA}", headers=TUS).status_code == 404
    assert code_of(begin(client)) == (409, "not-named")


def test_bytes_that_are_lost_are_told_to_all(ana, client, tmp_path):
    upload(client)
    (tmp_path / "photos" / ana.world.tenant / SHA[:2] / SHA).unlink()
    assert code_of(client.get(f"{BLOB_PATH}/{SHA}")) == (404, "no-such-bytes")
    assert known(ana, SHA).blobs[0].state == "missing"
    assert [row.values["state"] for row in ana.exchange().rows if row.table == "blob"] == ["missing"]


def test_a_store_that_is_away_is_a_matter_of_time(ana, client, service, monkeypatch):
    upload(client)

    async def away(*_):
        raise ObjectTroubleError("away")
        yield b""

    monkeypatch.setattr(type(service.blobs.objects), "read", away)
    answer = client.get(f"{BLOB_PATH}/{SHA}")
    assert (code_of(answer), answer.headers["retry-after"]) == ((503, "busy"), "5")

    def unread(*_):
        raise ObjectTroubleError("away")

    monkeypatch.setattr(type(service.blobs.objects), "has_right", unread)
    assert (known(ana, SHA, rehash=True).code, ana.status) == ("away", 503)


@pytest.mark.parametrize(
    "path", [f"{BLOB_PATH}/..", f"{BLOB_PATH}/{SHA.upper()}", f"{BLOB_PATH}/%00", f"{BLOB_PATH}/x"]
)
def test_what_is_no_hash_is_nowhere(ana, client, path):
    assert client.get(path).status_code in (404, 405)


def test_many_photos_in_a_row_are_not_too_often(ana, client):
    assert {client.head(f"{FILES_PATH}{SHA}", headers=TUS).status_code for _ in range(600)} == {404}


def test_an_upload_begun_on_one_machine_goes_on_at_another(world: World, ana: Caller, tmp_path):
    """They share the database, the photos and the folder of what is under way, and nothing else."""
    shared = {"photos": str(tmp_path / "photos"), "spool": str(tmp_path / "shared")}
    one, other = (
        Service(Settings(tmp_path / name, **shared), world.database, b"s" * 32, world.clock)
        for name in ("one", "other")
    )
    with TestClient(application(one)) as first, TestClient(application(other)) as second:
        first.headers["Authorization"] = second.headers["Authorization"] = f"Bearer {ana.token}"
        assert begin(first).status_code == 201
        assert append(first, 0, DATA[:1_000_000]).status_code == 204
        assert append(second, 1_000_000, DATA[1_000_000:]).status_code == 204
        assert first.get(f"{BLOB_PATH}/{SHA}").content == DATA
    assert not (tmp_path / "one" / "spool").exists()


def test_where_uploads_are_reaches_the_processes(monkeypatch, tmp_path):
    for name in ("DATA", "DATABASE", "PHOTOS", "PROXY", "SPOOL"):
        monkeypatch.setenv(f"GEMBA_SERVER_{name}", "")
    given = Settings(tmp_path / "data", spool=str(tmp_path / "shared"))
    given.to_environment()
    assert settings_of_environment() == given
    assert (given.spool_folder, Settings(tmp_path).spool_folder) == (tmp_path / "shared", tmp_path / "spool")
