"""The routes of whole stores: snapshots in segments for a new laptop; sums, marks and rows for one to be repaired."""

import re
from dataclasses import dataclass

from anyio import to_thread
from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.spec import OpenAPIMediaType, OpenAPIResponse, Operation, Schema
from litestar.params import FromPath

from app.sync.protocol import (
    FETCH_PATH,
    MANIFEST_PATH,
    MARKS_PATH,
    PROTO,
    SEGMENT_PATH,
    SUMS_PATH,
    Fetch,
    Fetched,
    Manifest,
    ManifestWanted,
    Marks,
    MarksWanted,
    Sums,
    SumsWanted,
)
from app.sync.wire import PROTO_HEADER
from server import repair
from server.documents import of_message
from server.messages import AnyRequest, TheService, answered, session
from server.refusals import Refused
from server.threads import FETCHING

SEGMENT_TYPE = "application/octet-stream"
_RANGE = re.compile(r"bytes=(\d{1,12})-")


@dataclass
class _OfSegment(Operation):
    def __post_init__(self) -> None:
        content = {SEGMENT_TYPE: OpenAPIMediaType(Schema(content_media_type=SEGMENT_TYPE))}
        self.responses = {
            "200": OpenAPIResponse("The segment, JSON of SegmentRows as gzip or bzip2.", content=content),
            "206": OpenAPIResponse("From the byte that Range names to its end.", content=content),
            "404": OpenAPIResponse("No such segment, or not any more: the next manifest names others."),
            "416": OpenAPIResponse("It has no such byte."),
        }
        self.security = [{"token": []}]


@post(MANIFEST_PATH, operation_class=of_message(ManifestWanted, Manifest, signed_in=True))
async def manifest(request: AnyRequest, service: TheService) -> Response[bytes]:
    """The segments of a snapshot of all rows, where there are many."""
    who = await session(request, service)
    segments = service.segments
    return await answered(request, ManifestWanted, lambda asked: segments.manifest(who, asked), is_long=lambda _: True)


@get(f"{SEGMENT_PATH}/{{sha256:str}}", operation_class=_OfSegment)
async def segment(request: AnyRequest, service: TheService, sha256: FromPath[str]) -> Response[bytes]:
    """A segment, from the byte on that Range names."""
    who = await session(request, service)
    data = await to_thread.run_sync(service.segments.read, who.tenant, sha256, limiter=FETCHING.limiter())
    said = request.headers.get("range", "")
    found = _RANGE.fullmatch(said)
    start = int(found[1]) if found else 0
    if start >= len(data):
        raise Refused("range", status=416)
    headers = {PROTO_HEADER: str(PROTO), "Accept-Ranges": "bytes", "ETag": f'"{sha256}"'}
    if found:
        headers["Content-Range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
    return Response(data[start:], status_code=206 if found else 200, headers=headers, media_type=SEGMENT_TYPE)


@post(SUMS_PATH, operation_class=of_message(SumsWanted, Sums, signed_in=True))
async def sums(request: AnyRequest, service: TheService) -> Response[bytes]:
    """256 sums of the digests of all rows."""
    who = await session(request, service)
    return await answered(request, SumsWanted, lambda asked: repair.sums(service.database, who.tenant, asked))


@post(MARKS_PATH, operation_class=of_message(MarksWanted, Marks, signed_in=True))
async def marks(request: AnyRequest, service: TheService) -> Response[bytes]:
    """Sequence and digest of the rows that count in some of the sums."""
    who = await session(request, service)
    return await answered(request, MarksWanted, lambda asked: repair.marks(service.database, who.tenant, asked))


@post(FETCH_PATH, operation_class=of_message(Fetch, Fetched, signed_in=True))
async def fetch(request: AnyRequest, service: TheService) -> Response[bytes]:
    """Rows by their names."""
    who = await session(request, service)
    return await answered(request, Fetch, lambda asked: repair.fetch(service.database, who.tenant, asked))


BULK_ROUTES: tuple[HTTPRouteHandler, ...] = (manifest, segment, sums, marks, fetch)
