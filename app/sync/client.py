"""The server over HTTP. What is not an answer of ours changes nothing, and leaves as a kind of SyncTrouble."""

import logging
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Protocol, TypeVar

import httpx2
import msgspec

from app.errors import (
    ClockOff,
    CutShort,
    DeviceRefused,
    NotOurs,
    NotTrusted,
    ServerBusy,
    ServerRefuses,
    SignInWanted,
    SyncTrouble,
    Unreachable,
)
from app.sync import protocol, wire
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

logger = logging.getLogger(__name__)

M = TypeVar("M", bound=Message)

CONNECT_S = 10.0
STALL_S = 30.0  # without a byte either way; there is no limit to the whole
TIMEOUT = httpx2.Timeout(connect=CONNECT_S, read=STALL_S, write=STALL_S, pool=CONNECT_S)
_UNAUTHORISED, _FORBIDDEN, _TOO_LARGE, _TOO_MANY, _SIGN_IN = 401, 403, 413, 429, 511
# OpenSSL's words for a certificate's dates; other systems have other codes, and these words too.
_TIME_CODES = {9, 10}
_TIME_WORDS = ("not yet valid", "expired")


class Identity(Protocol):
    """Who this device is to the server. `token`: the last one it was given; None before the first."""

    @property
    def device(self) -> str: ...

    @property
    def token(self) -> str | None: ...

    def signed(self, text: str) -> str:
        """The device's signature of `text`, base64."""

    def keep_token(self, token: str) -> None: ...


class ServerClient:
    """One server. Every method raises the kinds of SyncTrouble; without an identity it can only enrol."""

    def __init__(self, http: httpx2.Client, url: str, identity: Identity | None = None) -> None:
        self.http = http
        self.url = url.rstrip("/")
        self.identity = identity

    def exchange(self, request: Request) -> Answer:
        """Its token says which device it is, so the request need not."""
        return self.post(protocol.EXCHANGE_PATH, msgspec.structs.replace(request, device=""), Answer)

    def next_incarnation(self, asked: NextIncarnation) -> Incarnation:
        return self.post(protocol.INCARNATION_PATH, asked, Incarnation)

    def enrol(self, message: Enrol) -> Enrolled:
        """Raises ServerRefuses with `code-refused` when the code is not, or no longer, good."""
        try:
            return self._posted(protocol.ENROL_PATH, message, Enrolled, None)
        except DeviceRefused as refused:
            code = refused.detail.partition(" ")[0]
            raise ServerRefuses("code-refused" if code == "code" else code, refused.detail, _FORBIDDEN) from refused

    def post(self, path: str, message: Message, kind: type[M]) -> M:
        """What the server answers to a message of this device. When its token is no longer good, it signs in anew."""
        identity = self._known()
        try:
            return self._posted(path, message, kind, identity.token or self._sign_in(identity))
        except _Unauthorised:
            logger.info("the token is no longer good")
        try:
            return self._posted(path, message, kind, self._sign_in(identity))
        except _Unauthorised as refused:
            raise DeviceRefused("no token is good") from refused

    @contextmanager
    def stream(
        self, method: str, path: str, headers: Mapping[str, str], content: bytes | None = None
    ) -> Iterator[httpx2.Response]:
        """An answer whose body is no message, still to be read. The server's refusals are raised as for messages."""
        identity = self._known()
        for token in (identity.token or self._sign_in(identity), None):
            sent = {"Accept": wire.CONTENT_TYPE, **headers}  # of refusals
            sent["Authorization"] = f"Bearer {token or self._sign_in(identity)}"
            with self._response(method, path, sent, content) as response:
                if response.status_code >= httpx2.codes.MULTIPLE_CHOICES and _wants_token(response):
                    continue
                yield response
                return
        raise DeviceRefused("no token is good")

    def _known(self) -> Identity:
        if self.identity is None:
            raise DeviceRefused("no identity")
        return self.identity

    def _sign_in(self, identity: Identity) -> str:
        try:
            asked = SignIn(device=identity.device)
            challenge = self._posted(protocol.CHALLENGE_PATH, asked, Challenge, None).challenge
            signature = identity.signed(f"{identity.device}\n{challenge}")
            signed = SignIn(device=identity.device, challenge=challenge, signature=signature)
            token = self._posted(protocol.TOKEN_PATH, signed, Token, None).token
        except _Unauthorised as refused:
            raise DeviceRefused("sign-in") from refused
        identity.keep_token(token)
        return token

    def _posted(self, path: str, message: Message, kind: type[M], token: str | None) -> M:
        body, headers = wire.pack(message, bzip2=True)
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        with self._response("POST", path, headers, body) as response:
            answer = _read(response)
            if response.status_code != httpx2.codes.OK:
                _raise_for(response, answer)
            return _unpacked(kind, answer, response)

    @contextmanager
    def _response(
        self, method: str, path: str, headers: Mapping[str, str], content: bytes | None
    ) -> Iterator[httpx2.Response]:
        if self.http.is_closed:  # while this was between two requests
            raise CutShort("closed")
        with (
            _translated(),
            self.http.stream(
                method, self.url + path, headers=headers, content=content, timeout=TIMEOUT, follow_redirects=False
            ) as response,
        ):
            yield response


class _Unauthorised(Exception):  # noqa: N818 - never leaves this module
    """The server wants another token."""


@contextmanager
def _translated() -> Iterator[None]:
    """The library's errors, raised inside, leave as kinds of SyncTrouble."""
    try:
        yield
    except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout) as error:
        raise _not_connected(error) from error
    except (httpx2.UnsupportedProtocol, httpx2.InvalidURL, httpx2.ProxyError) as error:
        raise Unreachable(_words(error)) from error
    except (httpx2.TransportError, httpx2.StreamError) as error:
        raise CutShort(_words(error)) from error


def _not_connected(error: BaseException) -> SyncTrouble:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            words = str(cause)
            is_time = cause.verify_code in _TIME_CODES or any(word in words.lower() for word in _TIME_WORDS)
            return ClockOff(detail=words) if is_time else NotTrusted(words)
        cause = cause.__cause__ or cause.__context__
    return Unreachable(_words(error))


def _words(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"


def _read(response: httpx2.Response) -> bytes:
    """The body as it came, packed. Never more than an answer may have is held."""
    body = bytearray()
    for piece in response.iter_raw():
        body += piece
        if len(body) > wire.MAX_PACKED:
            raise ServerRefuses("size", status=response.status_code)
    return bytes(body)


def _wants_token(response: httpx2.Response) -> bool:
    """Raises what else an answer means that is not what was asked for."""
    try:
        _raise_for(response, _read(response))
    except _Unauthorised:
        logger.info("the token is no longer good")
    return True


def _is_ours(response: httpx2.Response) -> bool:
    return response.headers.get("content-type", "").split(";")[0].strip() == wire.CONTENT_TYPE


def _unpacked(kind: type[M], body: bytes, response: httpx2.Response) -> M:
    try:
        return wire.unpack(kind, body, response.headers)
    except NotOurs as error:
        raise _trouble_of(error, response.status_code) from error


def _trouble_of(error: NotOurs, status: int) -> SyncTrouble:
    """Another's answer; one of ours that arrived whole and says what this program cannot read; or damage on the way."""
    if error.reason in ("type", "proto"):
        return SignInWanted(f"{error.reason} {error.detail}")
    if error.reason in ("shape", "json", "depth"):
        return ServerRefuses(error.reason, error.detail, status)
    return CutShort(f"{error.reason} {error.detail}")


def _raise_for(response: httpx2.Response, body: bytes) -> None:
    """Raises what an answer that is no 200 means."""
    status = response.status_code
    if status == _TOO_MANY or (status >= httpx2.codes.INTERNAL_SERVER_ERROR and status != _SIGN_IN):
        raise ServerBusy(str(status), _seconds(response.headers.get("retry-after")))
    if status == _TOO_LARGE and not _is_ours(response):
        raise ServerRefuses("size", status=status)  # whoever stands before the server
    refusal = _refusal(response, body)
    if status == _SIGN_IN or refusal is None:
        raise SignInWanted(str(status))
    if status == _UNAUTHORISED:
        raise _Unauthorised(refusal.code)
    if status == _FORBIDDEN:
        raise DeviceRefused(f"{refusal.code} {refusal.detail}".strip())
    raise ServerRefuses(refusal.code, refusal.detail, status)


def _refusal(response: httpx2.Response, body: bytes) -> Refusal | None:
    """What the server says, as a message or, where it does not take us for a laptop, as plain JSON; None: another's."""
    is_plain = response.headers.get(wire.PROTO_HEADER) == str(protocol.PROTO) and not _is_ours(response)
    if not is_plain and not _is_ours(response):
        return None
    if response.request.method == "HEAD":
        return Refusal(code=str(response.status_code))
    if not is_plain:
        return _unpacked(Refusal, body, response)
    try:
        return msgspec.json.decode(body, type=Refusal)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise CutShort(str(error)) from error


def _seconds(text: str | None) -> float | None:
    """Only a number: what is a date depends on clocks."""
    return float(text) if text and text.isdigit() else None
