"""Around every request: limits of headers, headers of safety, one line in the log, numbers for Prometheus."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from app.sync.protocol import PROTO, Refusal, encoded
from app.sync.wire import CONTENT_TYPE, PROTO_HEADER
from server.metrics import Metrics

_MOST_HEADERS = 64
_MOST_HEADER_BYTES = 16_384
_SAFE = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"strict-transport-security", b"max-age=31536000"),
)
_SERVER = (b"server", b"gemba")  # else the library names itself
_NO_STORE = (b"cache-control", b"no-store")
_MESSAGE = CONTENT_TYPE.encode()

logger = structlog.get_logger(__name__)


@dataclass(slots=True)
class Watched:
    """An ASGI application around another one. `elapsed`: seconds of a clock that only grows."""

    inner: ASGIApp
    metrics: Metrics
    elapsed: Callable[[], float] = time.monotonic

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self.inner(scope, receive, send)
            return
        began, seen = self.elapsed(), {"status": 0}

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                seen["status"] = message["status"]
                message["headers"] = [*message["headers"], *_added(message["status"], dict(message["headers"]))]
            await send(message)

        if _too_long(scope):
            await _refuse(answer)
        else:
            await self.inner(scope, receive, answer)
        self._note(scope, seen["status"], self.elapsed() - began)

    def _note(self, scope: Any, status: int, seconds: float) -> None:
        route = _route(scope)
        self.metrics.requests.labels(route, str(status)).inc()
        self.metrics.seconds.labels(route).observe(seconds)
        if route not in ("/health", "/ready", "/metrics"):
            logger.info("request", method=scope["method"], route=route, status=status, ms=round(seconds * 1000))


def _added(status: int, given: dict[bytes, bytes]) -> list[tuple[bytes, bytes]]:
    """Nothing to a message for a laptop: no browser gets one, and every byte of an exchange counts."""
    if status == 200 and given.get(b"content-type") == _MESSAGE:
        return [_SERVER]
    return [_SERVER, *_SAFE, *([] if _NO_STORE[0] in given else [_NO_STORE])]


def _too_long(scope: Any) -> bool:
    headers = scope["headers"]
    return len(headers) > _MOST_HEADERS or sum(len(name) + len(value) for name, value in headers) > _MOST_HEADER_BYTES


async def _refuse(send: Any) -> None:
    said = encoded(Refusal(code="headers-too-large", end=True))
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(said)).encode())]
    headers.append((PROTO_HEADER.lower().encode(), str(PROTO).encode()))
    await send({"type": "http.response.start", "status": 431, "headers": headers})
    await send({"type": "http.response.body", "body": said, "more_body": False})


def _route(scope: Any) -> str:
    """The route as it is written, never the path that was asked for: that may name a row or a photo."""
    return str(scope.get("path_template") or "other")
