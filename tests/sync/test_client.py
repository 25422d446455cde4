"""The server over HTTP: what is ours is understood, all else has its name and changes nothing."""

import datetime
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.errors import (
    ClockOff,
    CutShort,
    DeviceRefused,
    NotTrusted,
    ServerBusy,
    ServerRefuses,
    SignInWanted,
    SyncTrouble,
    Unreachable,
)
from app.sync import protocol, wire
from app.sync.client import ServerClient
from app.sync.protocol import (
    Answer,
    Challenge,
    Enrol,
    Enrolled,
    Incarnation,
    Message,
    NextIncarnation,
    Refusal,
    Request,
    SignIn,
    Token,
)

URL = "https://sync.example.org/"
ASK = Request(proto=1, schema=1, device="d", inc=1, epoch="e", client_ms=1)
SAID = Answer(server="s", epoch="e", cursor=7)
PORTAL = "<html><form action=/login>Welcome to the hotel</form></html>"


class Me:
    """An identity whose signature is its text. `token`: as kept."""

    device = "d"

    def __init__(self, token: str | None = "good") -> None:
        self.token = token
        self.kept: list[str] = []

    def signed(self, text: str) -> str:
        return f"signed {text}"

    def keep_token(self, token: str) -> None:
        self.token = token
        self.kept.append(token)


def given(status: int = 200, body: bytes | str = b"", **headers: str) -> httpx2.Response:
    """As it comes from the network: nothing of it read yet."""
    raw = body.encode() if isinstance(body, str) else body
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx2.Response(status, headers=named, stream=httpx2.ByteStream(raw))


def answer(message: Message, status: int = 200) -> httpx2.Response:
    body, headers = wire.pack(message)
    return httpx2.Response(status, headers=headers, stream=httpx2.ByteStream(body))


def refusal(status: int, code: str) -> httpx2.Response:
    return answer(Refusal(code=code, detail="why"), status)


def plain(status: int, code: str) -> httpx2.Response:
    """As the server tells it to whoever it does not take for a laptop."""
    said = protocol.encoded(Refusal(code=code, detail="why", end=True))
    return given(status, said, content_type="application/json", **{wire.PROTO_HEADER: "1"})


def client(handler: Callable[[httpx2.Request], httpx2.Response], me: Me | None = None) -> ServerClient:
    return ServerClient(httpx2.Client(transport=httpx2.MockTransport(handler)), URL, me or Me())


def always(response: httpx2.Response) -> ServerClient:
    body = response.stream
    return client(lambda _request: httpx2.Response(response.status_code, headers=response.headers, stream=body))


def test_a_request_goes_to_its_path_with_the_token_and_the_answer_is_read():
    asked = []

    def handler(request):
        asked.append((request.method, str(request.url), request.headers["authorization"]))
        arrived = wire.unpack(Request, request.content, request.headers)
        assert (arrived.device, arrived.epoch) == ("", "e")
        return answer(SAID)

    assert client(handler).exchange(ASK).cursor == 7
    assert asked == [("POST", "https://sync.example.org/sync/v1/exchange", "Bearer good")]


def test_the_next_incarnation():
    assert always(answer(Incarnation(inc=3))).next_incarnation(NextIncarnation(device="d", was=2)).inc == 3


def signing(good: str):
    """A server that hands out one token to whoever signs its challenge, and answers to that one only."""

    def handler(request):
        if request.url.path == protocol.CHALLENGE_PATH:
            assert "authorization" not in request.headers
            return answer(Challenge(challenge="riddle"))
        if request.url.path == protocol.TOKEN_PATH:
            said = wire.unpack(SignIn, request.content, request.headers)
            assert (said.device, said.challenge, said.signature) == ("d", "riddle", "signed d\nriddle")
            return answer(Token(token=good))
        return answer(SAID) if request.headers["authorization"] == f"Bearer {good}" else refusal(401, "token")

    return handler


@pytest.mark.parametrize("token", [None, "old"])
def test_it_signs_in_without_a_token_and_when_the_token_is_no_longer_good(token):
    me = Me(token)
    assert client(signing("new"), me).exchange(ASK).cursor == 7
    assert me.kept == ["new"]


def test_a_server_that_takes_no_token_is_not_asked_for_ever():
    counted = []

    def handler(request):
        counted.append(request.url.path)
        return signing("another")(request) if request.url.path != protocol.EXCHANGE_PATH else refusal(401, "token")

    with pytest.raises(DeviceRefused):
        client(handler).exchange(ASK)
    assert counted.count(protocol.EXCHANGE_PATH) == 2


def test_a_server_that_wants_a_token_for_signing_in_lets_nobody_in():
    with pytest.raises(DeviceRefused):
        always(refusal(401, "token")).exchange(ASK)


def test_without_an_identity_it_can_only_enrol():
    made = ServerClient(httpx2.Client(transport=httpx2.MockTransport(lambda _: answer(SAID))), URL)
    with pytest.raises(DeviceRefused):
        made.exchange(ASK)


def test_enrolling():
    said = Enrolled(server="s", epoch="e", tenant="t", user_id="u", user_name="Ana", user_role="trainer")
    assert always(answer(said)).enrol(Enrol(code="c", device="d", key="k")).user_name == "Ana"


@pytest.mark.parametrize(("code", "told"), [("code", "code-refused"), ("device-taken", "device-taken")])
def test_a_code_that_is_not_good(code, told):
    with pytest.raises(ServerRefuses) as refused:
        always(refusal(403, code)).enrol(Enrol(code="c", device="d", key="k"))
    assert (refused.value.code, refused.value.status) == (told, 403)


def changed(**headers: str) -> httpx2.Response:
    made = answer(SAID)
    made.headers.update(headers)
    return made


def of_bytes(body: bytes) -> httpx2.Response:
    """An answer that says it is ours, with this body."""
    return httpx2.Response(200, headers=wire.pack(SAID)[1], stream=httpx2.ByteStream(body))


def cut(by: int) -> httpx2.Response:
    return of_bytes(wire.pack(SAID)[0][:-by])


@pytest.mark.parametrize(
    ("response", "trouble"),
    [
        (given(200, PORTAL, content_type="text/html"), SignInWanted),
        (given(302, location="http://portal.example/"), SignInWanted),
        (given(307, location="https://elsewhere.example/"), SignInWanted),
        (given(511, PORTAL), SignInWanted),
        (given(407, "proxy"), SignInWanted),
        (given(401, PORTAL), SignInWanted),
        (given(403, "blocked by policy"), SignInWanted),
        (given(404, PORTAL), SignInWanted),
        (given(204), SignInWanted),
        (changed(**{"content-type": "application/json"}), SignInWanted),
        (changed(**{"x-sync-proto": "2"}), SignInWanted),
        (changed(**{"content-digest": "sha-256=:AAAA:"}), CutShort),
        (cut(1), CutShort),
        (cut(20), CutShort),
        (of_bytes(b""), CutShort),
        (of_bytes(b"{}"), CutShort),
        (given(500, "oh"), ServerBusy),
        (given(502, "bad gateway"), ServerBusy),
        (given(429, "slow down"), ServerBusy),
        (refusal(503, "busy"), ServerBusy),
        (refusal(403, "revoked"), DeviceRefused),
        (refusal(400, "shape"), ServerRefuses),
        (refusal(413, "size"), ServerRefuses),
        (plain(503, "busy"), ServerBusy),
        (plain(403, "revoked"), DeviceRefused),
        (plain(404, "http-404"), ServerRefuses),
        (given(404, "<html>", x_sync_proto="1"), CutShort),
        (given(404, "{}", content_type="application/json"), SignInWanted),
        (given(413, "too large"), ServerRefuses),
        (answer(Token(token="t")), ServerRefuses),
    ],
    ids=lambda one: f"{one.status_code}" if isinstance(one, httpx2.Response) else one.__name__,
)  # fmt: skip
def test_what_is_no_answer_of_ours_has_its_name(response, trouble):
    with pytest.raises(SyncTrouble) as raised:
        always(response).exchange(ASK)
    assert type(raised.value) is trouble


def test_the_servers_own_reason_is_passed_on():
    for said in (refusal, plain):
        with pytest.raises(ServerRefuses) as refused:
            always(said(404, "no-such-bytes")).exchange(ASK)
        assert (refused.value.code, refused.value.detail, refused.value.status) == ("no-such-bytes", "why", 404)
    with pytest.raises(DeviceRefused) as out:
        always(refusal(403, "revoked")).exchange(ASK)
    assert out.value.detail == "revoked why"


@pytest.mark.parametrize(("said", "seconds"), [("30", 30.0), ("Wed, 21 Oct 2026 07:28:00 GMT", None), (None, None)])
def test_how_long_a_busy_server_asks_to_wait(said, seconds):
    headers = {"retry_after": said} if said else {}
    with pytest.raises(ServerBusy) as busy:
        always(given(503, **headers)).exchange(ASK)
    assert busy.value.retry_after_s == seconds


def test_an_endless_answer_is_not_held():
    given = []

    class Endless(httpx2.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            while True:
                given.append(1)
                yield b"\0" * 65_536

    with pytest.raises(ServerRefuses):
        always(httpx2.Response(200, headers=wire.pack(SAID)[1], stream=Endless())).exchange(ASK)
    assert len(given) <= wire.MAX_PACKED // 65_536 + 2


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (httpx2.ConnectError("refused"), Unreachable),
        (httpx2.ConnectTimeout("slow"), Unreachable),
        (httpx2.PoolTimeout("none free"), Unreachable),
        (httpx2.ProxyError("no"), Unreachable),
        (httpx2.UnsupportedProtocol("ftp"), Unreachable),
        (httpx2.ReadTimeout("stalled"), CutShort),
        (httpx2.WriteTimeout("stalled"), CutShort),
        (httpx2.ReadError("reset"), CutShort),
        (httpx2.WriteError("reset"), CutShort),
        (httpx2.RemoteProtocolError("closed without an answer"), CutShort),
    ],
    ids=lambda one: type(one).__name__ if isinstance(one, Exception) else one.__name__,
)
def test_trouble_on_the_way(error, trouble):
    def handler(_request):
        raise error

    with pytest.raises(SyncTrouble) as raised:
        client(handler).exchange(ASK)
    assert type(raised.value) is trouble


def test_bytes_are_streamed_with_the_token_and_after_signing_in():
    def handler(request):
        if request.url.path == "/file":
            good = request.headers["authorization"] == "Bearer new"
            assert request.headers["accept"] == wire.CONTENT_TYPE  # else refusals are for people
            return given(200, b"pixels") if good else refusal(401, "token")
        return signing("new")(request)

    for token in (None, "old", "new"):
        with client(handler, Me(token)).stream("GET", "/file", {"Range": "bytes=0-"}) as response:
            assert b"".join(response.iter_raw()) == b"pixels"


@pytest.mark.parametrize(
    ("response", "trouble"),
    [
        (given(302, location="http://portal.example/"), SignInWanted),
        (refusal(404, "no-such-segment"), ServerRefuses),
        (given(503), ServerBusy),
    ],
    ids=["portal", "refusal", "busy"],
)
def test_a_refusal_is_raised_where_bytes_were_wanted(response, trouble):
    with pytest.raises(trouble), always(response).stream("GET", "/file", {}):
        raise AssertionError("there is nothing to read")


def test_bytes_for_which_no_token_is_good():
    def handler(request):
        return refusal(401, "token") if request.url.path == "/file" else signing("new")(request)

    with pytest.raises(DeviceRefused), client(handler, Me("old")).stream("GET", "/file", {}):
        raise AssertionError("there is nothing to read")


def test_a_name_that_nobody_has_cannot_be_reached():
    with pytest.raises(Unreachable):
        ServerClient(httpx2.Client(), "http://sync.invalid", Me()).exchange(ASK)


@contextmanager
def listening(serve: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server on loopback that does `serve` with each connection; its port."""
    with socket.create_server(("127.0.0.1", 0)) as door:

        def accept() -> None:
            while True:
                try:
                    connection, _ = door.accept()
                except OSError:
                    return
                with connection:
                    try:
                        serve(connection)
                    except OSError:  # the client went away, as it may
                        continue

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield door.getsockname()[1]
        door.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def test_an_answer_that_is_cut_at_any_byte_is_cut_short():
    body, headers = wire.pack(SAID)
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    whole = f"HTTP/1.1 200 OK\r\n{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
    sizes = iter(range(0, len(whole) + 1, 7))

    def serve(connection):
        connection.recv(65_536)
        connection.sendall(whole[: next(sizes)])

    with listening(serve) as port, httpx2.Client() as http:
        server = ServerClient(http, f"http://127.0.0.1:{port}", Me())
        for _ in range(0, len(whole), 7):
            with pytest.raises(CutShort):
                server.exchange(ASK)


def certificate(host: str, *, starts: int, ends: int):
    """Self-signed, valid from `starts` to `ends` days from now: key and certificate as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.datetime.now(datetime.UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + datetime.timedelta(days=starts))
        .not_valid_after(now + datetime.timedelta(days=ends))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    pem = serialization.Encoding.PEM
    return key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain), made.public_bytes(pem)


@pytest.mark.parametrize(
    ("starts", "ends", "host", "trusted", "trouble"),
    [
        (-2, -1, "localhost", True, ClockOff),
        (1, 2, "localhost", True, ClockOff),
        (-1, 1, "elsewhere.example", True, NotTrusted),
        (-1, 1, "localhost", False, NotTrusted),
    ],
    ids=["expired", "not yet valid", "another host", "self-signed"],
)
def test_certificates(tmp_path, starts, ends, host, trusted, trouble):
    key, pem = certificate(host, starts=starts, ends=ends)
    (tmp_path / "key.pem").write_bytes(key)
    (tmp_path / "cert.pem").write_bytes(pem)
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")

    def serve(connection):
        try:
            serving.wrap_socket(connection, server_side=True).close()
        except ssl.SSLError:  # the client hung up, as it should
            return

    checking = ssl.create_default_context(cafile=tmp_path / "cert.pem" if trusted else None)
    with listening(serve) as port, httpx2.Client(verify=checking) as http, pytest.raises(SyncTrouble) as raised:
        ServerClient(http, f"https://localhost:{port}", Me()).exchange(ASK)
    assert type(raised.value) is trouble


def test_what_speaks_no_tls_cannot_be_reached():
    with (
        listening(lambda connection: connection.sendall(b"HTTP/1.0 302 Found\r\n\r\n")) as port,
        httpx2.Client() as http,
        pytest.raises(Unreachable),
    ):
        ServerClient(http, f"https://localhost:{port}", Me()).exchange(ASK)
