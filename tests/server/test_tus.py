"""The tus protocol, request by request, without a socket: offsets, checksums, cuts, hostile headers."""

import asyncio
import base64
import errno
import hashlib
import os
import random
from email.utils import parsedate_to_datetime

import pytest

from app.sync.protocol import MAX_BLOB
from server import tus
from server.refusals import Refused
from server.spool import LASTS_DAYS
from server.tus import BYTES_TYPE, Asked, answer
from tests.server.blob_world import NOW_MS, World, sha_of, some_bytes

DATA = some_bytes(200_000)
SHA = sha_of(DATA)
CUT = {"type": "http.disconnect"}


@pytest.fixture
def world(tmp_path):
    world = World(tmp_path)
    world.name(SHA)
    yield world
    world.database.close()


@pytest.fixture(autouse=True)
def _quick_ticks(monkeypatch):
    monkeypatch.setattr(tus, "_TICK_S", 0.01)


class Coming:
    """A request's bytes as a server gives them: in pieces, then cut or ended or nothing more."""

    def __init__(self, data=b"", *, piece=16_384, then="end"):
        self.events = [
            {"type": "http.request", "body": data[at : at + piece], "more_body": True}
            for at in range(0, len(data), piece)
        ]
        if then == "end":
            self.events.append({"type": "http.request", "body": b"", "more_body": False})
        elif then == "cut":
            self.events.append(CUT)

    async def __call__(self):
        await asyncio.sleep(0)
        if not self.events:
            await asyncio.sleep(3600)
        return self.events.pop(0)


def metadata(sha256=SHA, name="sha256"):
    return f"filename {base64.b64encode(b'a.jpg').decode()},{name} {base64.b64encode(sha256.encode()).decode()}"


def ask(world, method, sha256=SHA, coming=None, *, tenant=None, **headers):
    named = {"tus-resumable": "1.0.0"} | {name.replace("_", "-"): str(value) for name, value in headers.items()}
    asked = Asked(tenant or world.tenant, method, sha256, named, coming or Coming())
    return asyncio.run(answer(world.blobs, asked))


def refused(world, method, *args, **headers):
    with pytest.raises(Refused) as caught:
        ask(world, method, *args, **headers)
    return caught.value.status, caught.value.code


def create(world, size=200_000, **headers):
    return ask(world, "POST", "", **({"upload_length": size, "upload_metadata": metadata()} | headers))


def patch(world, offset, data, *, then="end", **headers):
    coming = Coming(data, then=then)
    return ask(world, "PATCH", SHA, coming, upload_offset=offset, content_type=BYTES_TYPE, **headers)


def offset(world):
    return int(ask(world, "HEAD").headers["Upload-Offset"])


def checksum(data, algorithm="sha1"):
    return f"{algorithm} {base64.b64encode(hashlib.new(algorithm, data).digest()).decode()}"


def test_the_server_says_what_it_can_without_being_told_a_version(world):
    reply = ask(world, "OPTIONS", "", tus_resumable="none")
    assert reply.status == 204
    assert reply.headers["Tus-Version"] == "1.0.0"
    assert set(reply.headers["Tus-Extension"].split(",")) >= {"creation", "checksum", "expiration", "termination"}
    assert reply.headers["Tus-Max-Size"] == str(MAX_BLOB)


def test_an_upload_in_two_steps(world):
    made = create(world)
    assert (made.status, made.headers["Location"], made.headers["Upload-Offset"]) == (201, f"/files/{SHA}", "0")
    expires = parsedate_to_datetime(made.headers["Upload-Expires"]).timestamp() * 1000
    assert expires == NOW_MS + LASTS_DAYS * 86_400_000
    first = patch(world, 0, DATA[:70_000])
    assert (first.status, first.headers["Upload-Offset"]) == (204, "70000")
    told = ask(world, "HEAD")
    assert (told.status, told.headers["Upload-Offset"], told.headers["Upload-Length"]) == (200, "70000", "200000")
    assert patch(world, 70_000, DATA[70_000:]).headers["Upload-Offset"] == "200000"
    assert world.state_of(SHA).state == "have"


def test_an_upload_in_one_request(world):
    made = create(world, coming=Coming(DATA), content_type=BYTES_TYPE, upload_checksum=checksum(DATA, "sha256"))
    assert (made.status, made.headers["Upload-Offset"]) == (201, "200000")
    assert world.state_of(SHA).state == "have"


def test_after_it_is_verified_the_offset_is_still_told(world):
    create(world, coming=Coming(DATA), content_type=BYTES_TYPE)
    assert offset(world) == len(DATA)
    assert refused(world, "PATCH", upload_offset=0, content_type=BYTES_TYPE) == (409, "offset")
    assert refused(world, "POST", "", upload_length=len(DATA), upload_metadata=metadata()) == (409, "have")


@pytest.mark.parametrize("cut", [0, 1, 2, 16_383, 16_384, 16_385, 100_000, 199_999, 200_000])
def test_what_came_before_a_cut_is_kept(world, cut):
    create(world)
    with pytest.raises(Refused, match="cut"):
        patch(world, 0, DATA[:cut], then="cut")
    assert offset(world) == cut
    patch(world, cut, DATA[cut:])
    assert world.state_of(SHA).state == "have"


def test_cut_again_and_again_at_any_byte_no_byte_is_sent_twice(world):
    create(world)
    dice, sent = random.Random(7), 0
    while (at := offset(world)) < len(DATA) and world.state_of(SHA).state != "have":
        upto = min(len(DATA), at + dice.randrange(1, 9_000))
        checked = {"upload_checksum": checksum(DATA[at:])} if dice.random() < 0.5 else {}
        with pytest.raises(Refused, match="cut"):
            patch(world, at, DATA[at:upto], then="cut", **checked)
        sent += upto - at
    assert sent == len(DATA)
    # The last bytes came, the end of the request did not: whoever asks next brings it about.
    assert patch(world, len(DATA), b"").status == 204
    assert world.state_of(SHA).state == "have"


def test_a_creation_that_is_cut_leaves_an_upload(world):
    with pytest.raises(Refused, match="cut"):
        create(world, coming=Coming(DATA[:5_000], then="cut"), content_type=BYTES_TYPE)
    assert world.state_of(SHA).offset == 5_000
    made = create(world, coming=Coming(DATA), content_type=BYTES_TYPE)
    assert (made.status, made.headers["Upload-Offset"]) == (201, "5000")


def test_a_wrong_offset_changes_nothing(world):
    create(world)
    patch(world, 0, DATA[:100])
    for wrong in (0, 99, 101, 10**17):
        coming = Coming(b"x" * 50)
        assert refused(world, "PATCH", SHA, coming, upload_offset=wrong, content_type=BYTES_TYPE) == (409, "offset")
        assert not coming.events  # read to its end, so that the answer arrives
    assert offset(world) == 100


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_a_wrong_checksum_drops_the_bytes(world, algorithm):
    create(world)
    patch(world, 0, DATA[:100])
    with pytest.raises(Refused) as caught:
        patch(world, 100, b"x" * 100, upload_checksum=checksum(DATA[100:200], algorithm))
    assert (caught.value.status, caught.value.code) == (460, "checksum")
    assert offset(world) == 100
    patch(world, 100, DATA[100:200], upload_checksum=checksum(DATA[100:200], algorithm))
    assert offset(world) == 200


def test_other_bytes_than_announced_are_discarded_at_the_end(world):
    create(world)
    with pytest.raises(Refused) as caught:
        patch(world, 0, b"x" * len(DATA))
    assert (caught.value.status, caught.value.code) == (460, "wrong-bytes")
    assert refused(world, "HEAD") == (404, "no-such-upload")
    assert world.state_of(SHA).state == "missing"
    assert world.feed() == []


def test_more_than_announced_is_not_taken(world):
    create(world, size=10)
    assert refused(world, "PATCH", upload_offset=0, content_type=BYTES_TYPE, content_length=11) == (
        413,
        "longer-than-announced",
    )
    with pytest.raises(Refused, match="longer-than-announced"):
        patch(world, 0, b"x" * 11)
    assert offset(world) == 0
    with pytest.raises(Refused, match="longer-than-announced"):
        create(world, size=10, coming=Coming(DATA), content_type=BYTES_TYPE, content_length=len(DATA))


def test_an_expired_upload_is_gone(world):
    create(world)
    world.now_ms += LASTS_DAYS * 86_400_000 + 1
    assert refused(world, "HEAD") == (410, "expired")
    assert refused(world, "PATCH", upload_offset=0, content_type=BYTES_TYPE) == (410, "expired")
    world.blobs.sweep()
    assert refused(world, "HEAD") == (404, "no-such-upload")


def test_a_removed_upload_is_gone(world):
    create(world)
    assert ask(world, "DELETE").status == 204
    assert refused(world, "DELETE") == (404, "no-such-upload")
    assert refused(world, "HEAD") == (404, "no-such-upload")
    assert refused(world, "PATCH", upload_offset=0, content_type=BYTES_TYPE) == (404, "no-such-upload")
    assert world.state_of(SHA).state == "missing"


@pytest.mark.parametrize("method", ["HEAD", "PATCH", "DELETE"])
def test_another_tenant_finds_nothing(world, method):
    create(world)
    patch(world, 0, DATA[:10])
    headers = {"upload_offset": 10, "content_type": BYTES_TYPE}
    assert refused(world, method, tenant=world.other, **headers) == (404, "no-such-upload")
    assert refused(world, "POST", "", tenant=world.other, upload_length=5, upload_metadata=metadata()) == (
        409,
        "not-named",
    )
    assert offset(world) == 10


@pytest.mark.parametrize("method", ["POST", "HEAD", "PATCH", "DELETE"])
@pytest.mark.parametrize("version", ["0.2.2", "", "1.0.0, 2.0.0"])
def test_another_version_is_refused(world, method, version):
    assert refused(world, method, tus_resumable=version) == (412, "tus-version")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"upload_length": ""}, 400),
        ({"upload_length": "-5"}, 400),
        ({"upload_length": "1e3"}, 400),
        ({"upload_length": "٣"}, 400),
        ({"upload_length": "9" * 30}, 400),
        ({"upload_length": MAX_BLOB + 1}, 413),
        ({"upload_metadata": ""}, 400),
        ({"upload_metadata": "sha256"}, 400),
        ({"upload_metadata": "sha256 !!!"}, 400),
        ({"upload_metadata": "sha256 " + base64.b64encode(b"../../etc/passwd").decode()}, 400),
        ({"upload_metadata": "sha256 " + base64.b64encode(b"\xff\x00" * 32).decode()}, 400),
        ({"upload_metadata": "," * 9_000}, 400),
        ({"upload_metadata": metadata(name="SHA256")}, 400),
        ({"upload_checksum": "md5 AAAA"}, 400),
        ({"upload_checksum": "sha1"}, 460),
        ({"upload_checksum": "sha1 ***"}, 400),
        ({"upload_checksum": "sha1 é"}, 400),
    ],
)
def test_hostile_headers_of_a_creation(world, headers, status):
    with pytest.raises(Refused) as caught:
        create(world, coming=Coming(DATA), content_type=BYTES_TYPE, **headers)
    assert caught.value.status == status
    upload = world.spool.find(world.tenant, SHA)
    assert upload is None or upload.offset == 0


@pytest.mark.parametrize("wrong", ["", "-1", "0x10", "1 2", "9" * 40])
def test_hostile_headers_of_an_append(world, wrong):
    create(world)
    assert refused(world, "PATCH", upload_offset=wrong, content_type=BYTES_TYPE) == (400, "header")
    assert refused(world, "PATCH", upload_offset=0, content_type="application/json") == (415, "type")


@pytest.mark.parametrize("sha256", ["..", "a", SHA.upper(), "%2e%2e", "a" * 65, "\0"])
def test_a_path_that_is_no_hash_finds_nothing(world, sha256):
    headers = {"upload_offset": 0, "content_type": BYTES_TYPE}
    for method in ("HEAD", "PATCH", "DELETE"):
        assert refused(world, method, sha256, **headers) == (404, "no-such-upload")


def test_a_dead_connection_lets_go_of_what_it_holds(world):
    """The old connection hangs half open after 40,000 bytes; the new one is told all of them."""

    async def both():
        headers = {"tus-resumable": "1.0.0", "upload-offset": "0", "content-type": BYTES_TYPE}
        old = Asked(world.tenant, "PATCH", SHA, headers, Coming(DATA[:40_000], then="hang"))
        hanging = asyncio.ensure_future(answer(world.blobs, old))
        await asyncio.sleep(0.1)
        new = Asked(world.tenant, "HEAD", SHA, {"tus-resumable": "1.0.0"}, Coming())
        told = await answer(world.blobs, new)
        with pytest.raises(Refused, match="cut"):
            await hanging
        return told

    create(world)
    assert asyncio.run(both()).headers["Upload-Offset"] == "40000"


def test_who_does_not_let_go_keeps_others_out(world, monkeypatch):
    create(world)
    hold = world.spool.hold
    monkeypatch.setattr(type(world.spool), "hold", lambda _spool, *key: hold(*key, patience_s=0.05))
    with hold(world.tenant, SHA):
        assert refused(world, "PATCH", upload_offset=0, content_type=BYTES_TYPE) == (423, "held")
        assert refused(world, "HEAD") == (423, "held")
    assert offset(world) == 0


def test_a_connection_on_which_nothing_comes_is_given_up(world, monkeypatch):
    monkeypatch.setattr(tus, "_STALL_S", 0.05)
    create(world)
    with pytest.raises(Refused) as caught:
        patch(world, 0, DATA[:123], then="hang")
    assert caught.value.status == 408
    assert offset(world) == 123


def test_a_long_request_is_kept_on_the_way(world, monkeypatch):
    monkeypatch.setattr(tus, "_KEPT_EVERY_BYTES", 32_768)
    create(world)
    seen = []

    class Watched(Coming):
        async def __call__(self):
            seen.append(world.spool.find(world.tenant, SHA).offset)
            return await super().__call__()

    ask(world, "PATCH", SHA, Watched(DATA), upload_offset=0, content_type=BYTES_TYPE)
    assert seen[2:7] == [32_768, 32_768, 65_536, 65_536, 98_304]
    assert world.state_of(SHA).state == "have"


def test_a_body_that_nobody_wants_is_not_read_without_end(world, monkeypatch):
    monkeypatch.setattr(tus, "_DRAINED_BYTES", 50_000)
    coming = Coming(DATA)
    assert refused(world, "PATCH", SHA, coming, upload_offset=0, content_type=BYTES_TYPE)[0] == 404
    assert len(coming.events) > 5
    assert refused(world, "PATCH", SHA, Coming(DATA, then="cut"), upload_offset=0)[0] == 415
    assert refused(world, "PATCH", SHA, Coming(DATA[:9], then="cut"), upload_offset=0)[0] == 415


@pytest.mark.parametrize(("code", "raised"), [(errno.ENOSPC, Refused), (errno.EIO, OSError)])
def test_a_full_disk_acknowledges_nothing(world, monkeypatch, code, raised):
    create(world)
    patch(world, 0, DATA[:100])

    def full(_descriptor):
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as patched:
        patched.setattr("server.spool.os.fsync", full)
        with pytest.raises(raised) as caught:
            patch(world, 100, DATA[100:200])
    assert getattr(caught.value, "status", 507) == 507
    assert offset(world) == 100
    patch(world, 100, DATA[100:])
    assert world.state_of(SHA).state == "have"
