"""The application: routes, what they work with, how trouble is told.

A handler gets what it works with by naming it: `service: TheService` (settings, database, photos, secret, clock).
Further routes are added to the list in `create_app`. Handlers raise Refused; nothing else is an answer on purpose.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import sqlalchemy as sa
import structlog
from anyio import CapacityLimiter
from granian.utils.proxies import wrap_asgi_with_proxy_headers
from litestar import Litestar, Request, Response
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.types import ASGIApp, Receive, Scope, Send

from app.models.ids import Clock
from server.bulk import BULK_ROUTES
from server.database import Busy, open_database
from server.documents import document
from server.files import FILE_ROUTES
from server.logs import start_logs
from server.messages import refusal
from server.objects import ObjectTroubleError
from server.refusals import Refused
from server.routes import ROUTES
from server.secret import read_secret
from server.service import Service
from server.settings import Settings, settings_of_environment
from server.tidy import tidy_for_ever
from server.watch import Watched

# The database or the store of photos is not there, or has no room: it will be again, and nothing is wrong here.
_AWAY = (sa.exc.OperationalError, sa.exc.InterfaceError, sa.exc.InternalError, ObjectTroubleError)
# More threads would only take turns at the interpreter, holding locks and inflated messages meanwhile.
_AT_WORK = 4

logger = structlog.get_logger(__name__)
AnyRequest = Request[Any, Any, Any]


def from_environment() -> ASGIApp:
    """What a process of `gemba-server run` serves."""
    start_logs()
    settings = settings_of_environment()
    forwarded = wrap_asgi_with_proxy_headers(create_app(settings), settings.proxy)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await forwarded(scope, receive, send)

    return app


def create_app(settings: Settings, clock: Clock | None = None) -> ASGIApp:
    """On a folder and a database that `gemba-server init` has made. Raises StoreMissing without them."""
    secret = read_secret(settings.secret_file)
    return application(Service(settings, open_database(settings.database_url), secret, clock or Clock()))


def application(service: Service) -> ASGIApp:
    """It closes the service's database when it is shut down."""

    @asynccontextmanager
    async def life(app: Litestar) -> AsyncIterator[None]:
        app.state.at_work = CapacityLimiter(_AT_WORK)
        tidying = asyncio.create_task(tidy_for_ever(service))
        try:
            yield
        finally:
            tidying.cancel()
            await asyncio.gather(tidying, return_exceptions=True)
            service.database.close()

    inner = Litestar(
        route_handlers=[*ROUTES, *BULK_ROUTES, *FILE_ROUTES],
        dependencies={"service": Provide(lambda: service, sync_to_thread=False)},
        exception_handlers={
            Refused: _refused,
            Busy: _busy,
            sa.exc.TimeoutError: _busy,
            **dict.fromkeys(_AWAY, _away),
            HTTPException: _other,
            Exception: _bug,
        },
        openapi_config=document(),
        lifespan=[life],
        logging_config=None,
        request_max_body_size=None,  # each route has a limit of its own, and refuses in our words
    )
    return Watched(inner, service.metrics)


def _refused(request: AnyRequest, error: Refused) -> Response[bytes]:
    return refusal(request, error)


def _busy(request: AnyRequest, _error: Exception) -> Response[bytes]:
    return refusal(request, Refused("busy", status=503))


def _away(request: AnyRequest, error: Exception) -> Response[bytes]:
    logger.error("away", exc_info=error)
    return refusal(request, Refused("away", status=503))


def _other(_request: AnyRequest, error: HTTPException) -> Response[bytes]:
    """What the framework itself refuses: no such path, no such method, a path that is none."""
    return refusal(None, Refused(f"http-{error.status_code}", status=error.status_code), error.headers)


def _bug(request: AnyRequest, error: Exception) -> Response[bytes]:
    """The top of the server: a mistake in the program is logged and told as such."""
    logger.error("bug", exc_info=error)
    return refusal(request, Refused("bug", status=500))
