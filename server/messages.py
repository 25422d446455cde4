"""Requests and answers as bytes: limits while reading, our messages, refusals, who is asking."""

import asyncio
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, TypeVar

import structlog
from anyio import to_thread
from litestar import Request, Response
from litestar.di import NamedDependency
from litestar.enums import MediaType, ScopeType

from app.errors import NotOurs
from app.sync.protocol import PROTO, Message, Refusal, encoded
from app.sync.protocol import Request as Exchange
from app.sync.wire import CONTENT_TYPE, MAX_PACKED, PROTO_HEADER, pack, unpack
from server.limits import Limit
from server.refusals import Refused
from server.service import Service
from server.sessions import DeviceSession
from server.signin import session_of, was_given
from server.threads import LONG

AnyRequest = Request[Any, Any, Any]
TheService = NamedDependency[Service]  # what a handler calls its parameter `service`
M = TypeVar("M", bound=Message)
LITTLE = 8_192  # bytes: the most that whoever has no token may send
_STALL_S = 60.0
_SLOWEST_BYTES_S = 1_000  # a link that is slower brings nothing home
_LONGEST_TOKEN = 100
_BEARER = "bearer "
_LATER = {"Retry-After": "5"}
_TOLD = {401: {"WWW-Authenticate": "Bearer"}, 429: _LATER, 503: _LATER}  # with every refusal of this status

logger = structlog.get_logger(__name__)


async def body_of(request: AnyRequest, *, most: int = MAX_PACKED) -> bytes:
    """Never holds more than `most` bytes. Raises Refused."""
    declared = request.headers.get("content-length", "0")
    if not declared.isdigit() or int(declared) > most:
        raise Refused("too-large", status=413)
    try:
        async with asyncio.timeout(_STALL_S + most / _SLOWEST_BYTES_S):
            return await _whole(request, most)
    except TimeoutError as error:
        raise Refused("too-slow", status=408) from error


async def _whole(request: AnyRequest, most: int) -> bytes:
    held, pieces = bytearray(), aiter(request.stream())
    while True:
        async with asyncio.timeout(_STALL_S):
            piece = await anext(pieces, None)
        if piece is None:
            return bytes(held)
        held += piece
        if len(held) > most:
            raise Refused("too-large", status=413)


async def answered(
    request: AnyRequest,
    kind: type[M],
    work: Callable[[M], Message],
    *,
    most: int = MAX_PACKED,
    is_long: Callable[[M], bool] | None = None,
) -> Response[bytes]:
    """The answer that `work` makes of the message in the body; it runs in a thread, as do packing and unpacking.

    `is_long`: whether a message keeps its thread for long; then it is none of the few that serve rows.
    """
    body, headers = await body_of(request, most=most), dict(request.headers)
    at_work = request.app.state.at_work

    def read() -> M:
        try:
            return unpack(kind, body, headers, max_packed=most)
        except NotOurs as error:
            raise Refused(f"not-ours-{error.reason}", error.detail[:200]) from error

    def run(message: M) -> tuple[bytes, dict[str, str]]:
        return pack(work(message), bzip2=isinstance(message, Exchange) and message.want.bzip2)

    if is_long is None:
        packed, named = await to_thread.run_sync(lambda: run(read()), limiter=at_work)
    else:
        message = await to_thread.run_sync(read, limiter=at_work)
        packed, named = await to_thread.run_sync(run, message, limiter=LONG.limiter() if is_long(message) else at_work)
    return Response(packed, status_code=200, headers=named, media_type=CONTENT_TYPE)


def refusal(request: AnyRequest | None, refused: Refused, headers: Mapping[str, str] | None = None) -> Response[bytes]:
    """A message for a laptop; plain JSON for everybody else, and for whoever it is when `request` is None."""
    if refused.status == HTTPStatus.FORBIDDEN or refused.code == "challenge":
        logger.warning("kept out", code=refused.code)
    said = Refusal(code=refused.code, detail=refused.detail, end=True)
    if request is not None and _is_of_laptop(request):
        body, named = pack(said)
    else:
        body, named = encoded(said), {"Content-Type": MediaType.JSON, PROTO_HEADER: str(PROTO)}
    kind, usual = named.pop("Content-Type"), _TOLD.get(refused.status, {})
    return Response(body, status_code=refused.status, headers={**named, **usual, **(headers or {})}, media_type=kind)


def _is_of_laptop(request: AnyRequest) -> bool:
    return any(CONTENT_TYPE in request.headers.get(name, "") for name in ("content-type", "accept"))


async def session(request: AnyRequest, service: Service, limit: Limit | None = None) -> DeviceSession:
    """Whose token it is; counts against the limit of token and device, or another one of both. Raises Refused."""
    said = request.headers.get("authorization", "")
    token = said[len(_BEARER) :].strip() if said[: len(_BEARER)].lower() == _BEARER else ""
    if not token or len(token) > _LONGEST_TOKEN or not token.isascii():
        raise Refused("token", status=401)
    if not was_given(service.secret, token):
        raise Refused("token", status=401)
    uses = limit or service.devices
    _refuse_wild(uses.wait_s(token, service.clock.uptime_ms()))  # before anything is looked up
    found = await to_thread.run_sync(session_of, service.database, token, service.now_ms())
    _refuse_wild(uses.wait_s(found.device, service.clock.uptime_ms()))
    return found


def stranger(request: AnyRequest, service: Service) -> None:
    """Counts against the limit of whoever asks without a token. Raises Refused."""
    client = request.scope.get("client") if request.scope["type"] == ScopeType.HTTP else None
    _refuse_wild(service.strangers.wait_s(str(client[0] if client else ""), service.clock.uptime_ms()))


def _refuse_wild(wait_s: float) -> None:
    if wait_s:
        raise Refused("too-often", f"{wait_s:.1f}", status=429)
