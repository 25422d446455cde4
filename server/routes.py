"""The routes: each reads a message, calls one function, answers."""

from anyio import to_thread
from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler

from app.sync.protocol import (
    CHALLENGE_PATH,
    ENROL_PATH,
    EXCHANGE_PATH,
    INCARNATION_PATH,
    PING_PATH,
    PROTO,
    TOKEN_PATH,
    Answer,
    Challenge,
    Enrol,
    Enrolled,
    Incarnation,
    NextIncarnation,
    Request,
    SignIn,
    Token,
)
from app.sync.wire import PROTO_HEADER
from server import schema
from server.accounts import enrol, next_incarnation
from server.documents import of_message
from server.exchange import handle_exchange
from server.messages import LITTLE, AnyRequest, TheService, answered, session, stranger
from server.metrics import CONTENT_TYPE as METRICS_TYPE
from server.refusals import Refused
from server.signin import new_challenge, new_token


@post(EXCHANGE_PATH, operation_class=of_message(Request, Answer, signed_in=True))
async def exchange(request: AnyRequest, service: TheService) -> Response[bytes]:
    """Take the work of a laptop and give the next page of rows."""
    who = await session(request, service)

    def work(message: Request) -> Answer:
        answer = handle_exchange(service.database, who, message, service.now_ms())
        service.metrics.note(answer)
        return answer

    return await answered(request, Request, work)


@post(ENROL_PATH, operation_class=of_message(Enrol, Enrolled))
async def enrol_device(request: AnyRequest, service: TheService) -> Response[bytes]:
    """Let a device in that has a code."""
    stranger(request, service)

    def work(message: Enrol) -> Enrolled:
        return enrol(service.database, message, service.now_ms())

    return await answered(request, Enrol, work, most=LITTLE)


@post(CHALLENGE_PATH, operation_class=of_message(SignIn, Challenge))
async def challenge(request: AnyRequest, service: TheService) -> Response[bytes]:
    """What the device is to sign."""
    stranger(request, service)

    def work(message: SignIn) -> Challenge:
        made = new_challenge(service.database, service.secret, message.device, service.now_ms())
        return Challenge(challenge=made)

    return await answered(request, SignIn, work, most=LITTLE)


@post(TOKEN_PATH, operation_class=of_message(SignIn, Token))
async def token(request: AnyRequest, service: TheService) -> Response[bytes]:
    """A token for a signed challenge."""
    stranger(request, service)

    def work(message: SignIn) -> Token:
        return Token(token=new_token(service.database, service.secret, message, service.now_ms()))

    return await answered(request, SignIn, work, most=LITTLE)


@post(INCARNATION_PATH, operation_class=of_message(NextIncarnation, Incarnation, signed_in=True))
async def incarnation(request: AnyRequest, service: TheService) -> Response[bytes]:
    """The next life of a data folder that was restored or cloned."""
    who = await session(request, service)

    def work(message: NextIncarnation) -> Incarnation:
        if message.device != who.device:
            raise Refused("device", status=403)
        return Incarnation(inc=next_incarnation(service.database, who, service.now_ms(), was=message.was))

    return await answered(request, NextIncarnation, work)


@get(PING_PATH, status_code=204)
async def ping() -> Response[None]:
    """That it is this server that answers, and no sign-in page of a network."""
    return Response(None, status_code=204, headers={PROTO_HEADER: str(PROTO)})


@get("/health")
async def health() -> dict[str, str]:
    """That the process lives."""
    return {"status": "alive"}


@get("/ready")
async def ready(service: TheService) -> Response[dict[str, str]]:
    """That it can serve: its database answers and has today's tables."""
    is_ready = await to_thread.run_sync(schema.is_ready, service.database)
    return Response({"status": "ready" if is_ready else "not ready"}, status_code=200 if is_ready else 503)


@get("/metrics", media_type=METRICS_TYPE)
async def metrics(service: TheService) -> Response[bytes]:
    """Numbers for Prometheus."""
    return Response(await to_thread.run_sync(service.metrics.text), media_type=METRICS_TYPE)


ROUTES: tuple[HTTPRouteHandler, ...] = (
    exchange,
    enrol_device,
    challenge,
    token,
    incarnation,
    ping,
    health,
    ready,
    metrics,
)
