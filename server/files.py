"""The routes of bytes: which are known, uploads as tus says them, and what was verified, from any byte on."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

from anyio import to_thread
from litestar import HttpMethod, Response, get, post, route
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.spec import OpenAPIMediaType, OpenAPIResponse, Operation, Schema
from litestar.params import FromPath
from litestar.response import Stream

from app.sync.protocol import BLOB_PATH, BLOBS_PATH, FILES_PATH, PROTO, BlobsAsked, BlobsKnown
from app.sync.wire import PROTO_HEADER
from server import tus
from server.documents import of_message
from server.messages import AnyRequest, TheService, answered, refusal, session, stranger
from server.objects import ObjectLostError, ObjectTroubleError
from server.refusals import Refused
from server.service import Service

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
_BYTES_TYPE = "application/octet-stream"
_OVERRIDE = "x-http-method-override"
_OF_ALL = {"POST", "OPTIONS"}
_OF_ONE = {"HEAD", "PATCH", "DELETE", "OPTIONS"}


@dataclass
class _OfUpload(Operation):
    def __post_init__(self) -> None:
        self.responses = {
            "201": OpenAPIResponse("Begun, or under way already: Location, Upload-Offset."),
            "200": OpenAPIResponse("How far it is: Upload-Offset, Upload-Length."),
            "204": OpenAPIResponse("Done: Upload-Offset."),
            "400": OpenAPIResponse("A header that cannot be read."),
            "401": OpenAPIResponse("No token, or one that is too old."),
            "404": OpenAPIResponse("No such upload."),
            "408": OpenAPIResponse("The bytes came too slowly; those that came are kept."),
            "409": OpenAPIResponse("Another offset; verified already; or no row names these bytes."),
            "410": OpenAPIResponse("It expired."),
            "412": OpenAPIResponse("Another version of tus."),
            "413": OpenAPIResponse("Larger than announced, or than is taken."),
            "415": OpenAPIResponse("Not application/offset+octet-stream."),
            "423": OpenAPIResponse("Somebody else is sending it."),
            "429": OpenAPIResponse("Too often, or too much under way."),
            "460": OpenAPIResponse("The bytes have another checksum."),
            "507": OpenAPIResponse("No room."),
        }
        self.security = [{"token": []}]


@dataclass
class _OfBytes(Operation):
    def __post_init__(self) -> None:
        content = {_BYTES_TYPE: OpenAPIMediaType(Schema(content_media_type=_BYTES_TYPE))}
        self.responses = {
            "200": OpenAPIResponse("The bytes.", content=content),
            "206": OpenAPIResponse("Those that Range names.", content=content),
            "404": OpenAPIResponse("No row names them, or they are not verified."),
            "416": OpenAPIResponse("There are no such bytes."),
        }
        self.security = [{"token": []}]


@post(BLOBS_PATH, operation_class=of_message(BlobsAsked, BlobsKnown, signed_in=True))
async def blobs_known(request: AnyRequest, service: TheService) -> Response[bytes]:
    """Which of these bytes the server has, as far as rows name them."""
    who = await session(request, service)

    def work(asked: BlobsAsked) -> BlobsKnown:
        return BlobsKnown(blobs=service.blobs.known(who.tenant, asked.hashes, rehash=asked.rehash))

    return await answered(request, BlobsAsked, work, is_long=lambda asked: asked.rehash)


@route(FILES_PATH, http_method=[HttpMethod.POST, HttpMethod.OPTIONS], operation_class=_OfUpload)
async def uploads(request: AnyRequest, service: TheService) -> Response[bytes]:
    """Begin an upload of bytes that a row names (tus creation), with or without the first of them."""
    return await _tus(request, service, "")


@route(
    f"{FILES_PATH}{{sha256:str}}",
    http_method=[HttpMethod.HEAD, HttpMethod.PATCH, HttpMethod.DELETE, HttpMethod.POST, HttpMethod.OPTIONS],
    operation_class=_OfUpload,
)
async def upload(request: AnyRequest, service: TheService, sha256: FromPath[str]) -> Response[bytes]:
    """How far an upload is, its next bytes, its end. POST with X-HTTP-Method-Override where a proxy knows no PATCH."""
    return await _tus(request, service, sha256)


async def _tus(request: AnyRequest, service: Service, sha256: str) -> Response[bytes]:
    headers = {name.lower(): value for name, value in request.headers.items()}
    method = headers.get(_OVERRIDE, request.method) if request.method == HttpMethod.POST else str(request.method)
    try:
        if method not in (_OF_ONE if sha256 else _OF_ALL):
            raise Refused("method", status=405)
        if method == HttpMethod.OPTIONS:
            stranger(request, service)
            tenant = ""
        else:
            tenant = (await session(request, service, service.files)).tenant
        reply = await tus.answer(service.blobs, tus.Asked(tenant, method, sha256, headers, request.receive))
    except Refused as refused:
        return refusal(request, refused, tus.EVERY_ANSWER | tus.ABOUT)
    return Response(b"", status_code=reply.status, headers=tus.EVERY_ANSWER | reply.headers)


@get(f"{BLOB_PATH}/{{sha256:str}}", operation_class=_OfBytes)
async def blob(request: AnyRequest, service: TheService, sha256: FromPath[str]) -> Stream:
    """Bytes that were verified and that a row names, from any byte on."""
    who = await session(request, service, service.files)
    size = await to_thread.run_sync(service.blobs.size_of, who.tenant, sha256)
    found = _range(request.headers.get("range", ""), size)
    start, end = found or (0, size)
    pieces = service.blobs.objects.read(who.tenant, sha256, start, end)
    try:
        first = await anext(pieces)  # before the answer begins: afterwards nothing can be said any more
    except ObjectLostError:
        await to_thread.run_sync(service.blobs.note_lost, who.tenant, sha256)
        raise Refused("no-such-bytes", status=404) from None
    except ObjectTroubleError as error:
        raise Refused("busy", status=503) from error
    headers = {
        PROTO_HEADER: str(PROTO),
        "Accept-Ranges": "bytes",
        "ETag": f'"{sha256}"',
        "Content-Length": str(end - start),
        "Content-Disposition": "attachment",
    }
    if found:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    return Stream(_all(first, pieces), status_code=206 if found else 200, headers=headers, media_type=_BYTES_TYPE)


async def _all(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for piece in rest:
        yield piece


def _range(said: str, size: int) -> tuple[int, int] | None:
    """From which byte to before which; None for all. What is no range of one part is as if it was not said."""
    found = _RANGE.fullmatch(said)
    if not found or found[1] == found[2] == "":
        return None
    if found[1]:
        start, end = int(found[1]), min(int(found[2]) + 1, size) if found[2] else size
    else:
        start, end = max(0, size - int(found[2])), size
    if start >= size:
        raise Refused("range", str(size), status=416)
    return (start, end) if start < end else None


FILE_ROUTES: tuple[HTTPRouteHandler, ...] = (blobs_known, uploads, upload, blob)
