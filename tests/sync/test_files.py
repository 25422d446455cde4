"""The server's bytes over HTTP: what is ours is understood, all else changes nothing; and photos on the whole way."""

import base64

import httpx2
import pytest

from app.errors import CutShort, DeviceRefused, ServerBusy, ServerRefuses, SignInWanted
from app.models.rows import save_row
from app.photos.store import BytesKind, get_bytes, put_bytes
from app.sync import protocol, wire
from app.sync.client import ServerClient
from app.sync.device import identity_of
from app.sync.files import FileClient
from app.sync.lanes import want_bytes
from app.sync.limits import Limits
from app.sync.protocol import BlobsAsked, BlobsKnown
from app.sync.status import standing
from app.sync.transfer import Piece, Sent
from app.sync.wire import PROTO_HEADER
from tests.sync.file_server import some_bytes
from tests.sync.test_client import Me, answer, given, refusal
from tests.sync.test_way import ana, central, make_folder  # noqa: F401 - fixtures

SHA = "a" * 64
URL = f"/files/{SHA}"
BYTES = {PROTO_HEADER: "1"}


def files(handler):
    http = httpx2.Client(transport=httpx2.MockTransport(handler))
    return FileClient(ServerClient(http, "https://gemba.example/", Me()))


def always(status=200, body=b"", **headers):
    return files(lambda _request: given(status, body, **headers))


def refusing(status, code):
    return files(lambda _request: refusal(status, code))


def test_hashes_are_asked_about_in_one_message():
    asked = []

    def handler(request):
        asked.append(wire.unpack(BlobsAsked, request.content, request.headers))
        return answer(BlobsKnown(blobs=[protocol.BlobKnown(sha256=SHA, state="have")]))

    assert files(handler).blobs_known([SHA], rehash=True)[0].state == "have"
    assert (asked[0].hashes, asked[0].rehash) == ([SHA], True)


def test_an_upload_is_begun_gone_on_with_and_asked_about():
    asked = []

    def handler(request):
        asked.append(request)
        more = {"Location": URL} if request.method == "POST" else {}
        return given(201, Tus_Resumable="1.0.0", Upload_Offset="3", **more)

    client = files(handler)
    assert client.begin_upload(SHA, 9, b"abc") == Sent(3, URL)
    assert client.append_upload(URL, 3, b"def") == Sent(3)
    assert client.upload_offset(f"https://gemba.example{URL}") == Sent(3)
    begun, appended, told = asked
    assert (begun.method, begun.url.path, begun.headers["upload-length"]) == ("POST", "/files/", "9")
    assert base64.b64decode(begun.headers["upload-metadata"].removeprefix("sha256 ")) == SHA.encode()
    assert begun.headers["upload-checksum"] == "sha256 ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="
    assert (appended.method, appended.url.path, appended.headers["upload-offset"]) == ("PATCH", URL, "3")
    assert appended.headers["content-type"] == "application/offset+octet-stream"
    assert (told.method, told.url.path, told.content) == ("HEAD", URL, b"")
    assert {request.headers["authorization"] for request in asked} == {"Bearer good"}


@pytest.mark.parametrize(
    ("status", "code", "sent"),
    [
        (404, "no-such-upload", "gone"),
        (410, "expired", "gone"),
        (409, "offset", "offset"),
        (409, "have", "have"),
        (409, "not-named", "not-named"),
        (413, "too-large", "too-large"),
        (423, "held", "held"),
        (460, "checksum", "checksum"),
        (460, "wrong-bytes", "wrong-bytes"),
    ],
)
def test_what_concerns_these_bytes_is_told_as_such(status, code, sent):
    assert refusing(status, code).append_upload(URL, 0, b"x") == Sent(code=sent)


@pytest.mark.parametrize(
    ("status", "code", "trouble"),
    [(408, "cut", CutShort), (503, "busy", ServerBusy), (507, "spool-full", ServerBusy), (429, "too-often", ServerBusy),
     (403, "device", DeviceRefused), (400, "header", ServerRefuses), (412, "tus-version", ServerRefuses)],
)  # fmt: skip
def test_what_concerns_the_server_is_a_trouble(status, code, trouble):
    with pytest.raises(trouble):
        refusing(status, code).begin_upload(SHA, 5, b"x")


@pytest.mark.parametrize("status", [404, 410])
def test_an_upload_that_is_gone_has_no_body_to_say_so(status):
    assert always(status, Content_Type=wire.CONTENT_TYPE).upload_offset(URL) == Sent(code="gone")


def test_a_token_that_is_no_longer_good_is_replaced_on_any_way():
    tokens = []

    def handler(request):
        if request.url.path == protocol.CHALLENGE_PATH:
            return answer(protocol.Challenge(challenge="riddle"))
        if request.url.path == protocol.TOKEN_PATH:
            return answer(protocol.Token(token="new"))
        tokens.append(request.headers["authorization"])
        if tokens[-1] == "Bearer good":
            return given(401, Content_Type=wire.CONTENT_TYPE)
        return given(200, Tus_Resumable="1.0.0", Upload_Offset="7")

    assert files(handler).upload_offset(URL) == Sent(7)
    assert tokens == ["Bearer good", "Bearer new"]


@pytest.mark.parametrize(
    "client",
    [
        always(200, "<html>Welcome to the hotel</html>", Content_Type="text/html"),
        always(302, Location="http://portal.example"),
        always(511, "sign in"),
        always(204),
        always(201, Upload_Offset="5"),
    ],
)
def test_what_is_not_ours_takes_no_bytes(client):
    for deed in (
        lambda: client.begin_upload(SHA, 5, b"x"),
        lambda: client.append_upload(URL, 0, b"x"),
        lambda: client.fetch_blob(SHA, 0, 5),
    ):
        with pytest.raises(SignInWanted):
            deed()


def test_a_proxy_that_takes_no_pieces_of_this_size_gets_smaller_ones():
    with pytest.raises(CutShort):
        always(413, "<html>too large</html>").append_upload(URL, 0, b"x")


def test_an_offset_that_is_none_is_damage():
    for client in (
        always(204, Tus_Resumable="1.0.0", Upload_Offset="many"),
        always(204, b"more than nothing", Tus_Resumable="1.0.0", Upload_Offset="1"),
    ):
        with pytest.raises(CutShort):
            client.append_upload(URL, 0, b"x")


@pytest.mark.parametrize("url", ["https://elsewhere.example/files/x", "//elsewhere.example/x", "files/x", ""])
def test_the_token_goes_to_this_server_alone(url):
    def nobody(_request):
        raise AssertionError

    with pytest.raises(ServerRefuses):
        files(nobody).append_upload(url, 0, b"x")


def ranged(data, start, total, status=206, **headers):
    named = {"Content_Range": f"bytes {start}-{start + len(data) - 1}/{total}"} | headers
    return always(status, data, X_Sync_Proto="1", **named)


def test_a_part_comes_down():
    asked = []

    def handler(request):
        asked.append((request.url.path, request.headers["range"], request.headers["accept-encoding"]))
        return given(206, b"cde", X_Sync_Proto="1", Content_Range="bytes 2-4/9")

    assert files(handler).fetch_blob(SHA, 2, 3) == Piece(b"cde", 9)
    assert asked == [(f"/sync/v1/blobs/{SHA}", "bytes=2-4", "identity")]


def test_a_server_that_gives_all_of_it_gives_the_part_too():
    whole = always(200, b"abcdefghi", X_Sync_Proto="1", Content_Length="9")
    assert whole.fetch_blob(SHA, 2, 3) == Piece(b"cde", 9)
    assert whole.fetch_blob(SHA, 0, 50) == Piece(b"abcdefghi", 9)


def test_what_came_before_the_link_broke_counts():
    class Breaking(httpx2.SyncByteStream):
        def __init__(self, *pieces):
            self.pieces = pieces

        def __iter__(self):
            yield from self.pieces
            raise httpx2.ReadError("cut")

    def client(*pieces):
        headers = BYTES | {"Content-Range": "bytes 0-8/9"}
        return files(lambda _request: httpx2.Response(206, headers=headers, stream=Breaking(*pieces)))

    assert client(b"ab", b"cd").fetch_blob(SHA, 0, 9) == Piece(b"abcd", 9)
    with pytest.raises(CutShort):
        client().fetch_blob(SHA, 0, 9)


def test_bytes_that_are_not_there():
    assert refusing(404, "no-such-bytes").fetch_blob(SHA, 0, 5) is None
    assert refusing(416, "range").fetch_blob(SHA, 7, 5) == Piece(b"", 7)
    with pytest.raises(ServerRefuses):
        refusing(400, "odd").fetch_blob(SHA, 0, 5)


@pytest.mark.parametrize(
    "client",
    [ranged(b"abc", 1, 9), ranged(b"abc", 0, 9, Content_Range="bytes */9"), ranged(b"abc", 0, 9, Content_Range="x"),
     always(200, b"abc", X_Sync_Proto="1", Content_Length="x"), always(204, b"", X_Sync_Proto="1")],
)  # fmt: skip
def test_another_part_than_asked_for_is_not_taken(client):
    with pytest.raises(CutShort):
        client.fetch_blob(SHA, 0, 3)


def take_photo(folder, number=0, working=200_000):
    """Bytes of a thumbnail and a working copy, with their row."""
    made = {"thumbnail": some_bytes(5_000, f"t{number}"), "working": some_bytes(working, f"w{number}")}
    hashes = {f"{kind}_sha256": put_bytes(folder.bytes, data, BytesKind(kind)) for kind, data in made.items()}
    save_row(folder.db, folder.by, "photo", {"size": working, **hashes})
    return made, hashes


def test_photos_travel_with_the_rows_and_come_back_on_demand(central, ana, make_folder):  # noqa: F811
    made, hashes = take_photo(ana)
    assert standing(ana.db).waits.photos == 1
    done = ana.way.exchange(ana)
    assert (done.files.sent, done.files.sent_bytes) == (2, 205_000)
    assert "blob" in done.changed
    assert standing(ana.db).waits.is_empty
    assert ana.db.conn.execute("SELECT DISTINCT state FROM blob").fetchall() == [("verified",)]
    budi = make_folder("budi")
    budi.way.enrol(budi, central.url, central.code("Budi"))
    assert budi.way.exchange(budi).files.received == 1
    assert get_bytes(budi.bytes, hashes["thumbnail_sha256"]) == made["thumbnail"]
    assert want_bytes(budi.db, hashes["working_sha256"])
    assert budi.way.exchange(budi).files.received_bytes == 200_000
    assert get_bytes(budi.bytes, hashes["working_sha256"]) == made["working"]
    assert ana.way.exchange(ana).changed.isdisjoint({"blob"})


def test_a_limit_of_the_day_and_work_between_the_pieces(central, ana):  # noqa: F811
    take_photo(ana, working=3_000_000)
    typed = []

    def report(done, total):
        if done >= 5_000 and not typed and total > 3_000_000:
            typed.append(save_row(ana.db, ana.by, "enterprise", {"name": "Andina", "country": "PE"}))

    done = ana.way.exchange(ana, report, limits=Limits(daily_bytes=100_000))
    assert done.files.stopped == "limit"
    assert typed
    assert not ana.db.conn.execute("SELECT 1 FROM sync_capture WHERE user_id <> ''").fetchone()
    assert not ana.db.conn.execute("SELECT 1 FROM sync_outbox WHERE acked_seq IS NULL").fetchone()


def test_comparing_on_a_link_that_costs_sends_thumbnails_only(central, ana):  # noqa: F811
    take_photo(ana, working=200_000)
    ana.way.verify(ana, limits=Limits(thumbnails_only=True))
    states = dict(ana.db.conn.execute("SELECT kind, state FROM blob").fetchall())
    assert (states["thumbnail"], states["working"]) == ("verified", "local")


def test_refusals_that_hold_no_message(central, ana):  # noqa: F811
    """The real server's answer to HEAD has no body."""
    with httpx2.Client() as http:
        client = FileClient(ServerClient(http, central.url, identity_of(ana)))
        assert client.upload_offset(URL) == Sent(code="gone")
        assert client.append_upload(URL, 0, b"x") == Sent(code="gone")
        assert client.begin_upload(SHA, 1, b"x") == Sent(code="not-named")
        assert client.fetch_blob(SHA, 0, 1) is None
