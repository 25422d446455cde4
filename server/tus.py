"""Resumable uploads as tus 1.0 says them: core, creation, creation-with-upload, checksum, expiration, termination.

An upload is named by the SHA-256 of what it is to become, so that there is one of it per tenant: laptops that have the
same photo go on with each other's. An offset is told only when the bytes below it are on the disk.
"""

import asyncio
import base64
import binascii
import errno
import hashlib
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from email.utils import formatdate
from typing import Any

from anyio import to_thread

from app.sync.moments import passed
from app.sync.protocol import FILES_PATH, MAX_BLOB
from server.blobs import Blobs
from server.refusals import Refused
from server.spool import GoneError, HeldError, Upload, Writing
from server.threads import STORING

VERSION = "1.0.0"
EVERY_ANSWER = {"Tus-Resumable": VERSION, "Cache-Control": "no-store"}
ABOUT = {
    "Tus-Version": VERSION,
    "Tus-Extension": "creation,creation-with-upload,checksum,expiration,termination",
    "Tus-Max-Size": str(MAX_BLOB),
    "Tus-Checksum-Algorithm": "sha1,sha256",
}
BYTES_TYPE = "application/offset+octet-stream"
_ALGORITHMS = {"sha1": hashlib.sha1, "sha256": hashlib.sha256}
_NUMBER = re.compile(r"[0-9]{1,18}")
_TICK_S = 0.5
_STALL_S = 60.0
_DRAINED_BYTES = 2 << 20
_KEPT_EVERY_BYTES = 4 << 20  # of one long request: no more is lost when the server dies
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}

Receive = Callable[[], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request of a tenant's laptop. `headers`: names in lower case. `sha256`: empty for the creation of an upload."""

    tenant: str
    method: str
    sha256: str
    headers: Mapping[str, str]
    receive: Receive


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    headers: dict[str, str] = field(default_factory=dict)


class _CutError(Exception):
    """The rest of the request does not come, or is not waited for."""


@dataclass(slots=True)
class _Checksum:
    """What the bytes of one request must have as their digest, and what they have so far."""

    expected: bytes
    digest: Any

    @property
    def is_right(self) -> bool:
        return bool(self.digest.digest() == self.expected)


async def answer(blobs: Blobs, asked: Asked) -> Reply:
    """Raises Refused; nothing that was acknowledged is lost by it."""
    if asked.method == "OPTIONS":
        return Reply(204, dict(ABOUT))
    taken = _Body(asked.receive)
    try:
        if asked.headers.get("tus-resumable") != VERSION:
            raise Refused("tus-version", VERSION, status=412)
        return await _DEEDS[asked.method](blobs, asked, taken)
    except HeldError as error:
        await taken.drain()
        raise Refused("held", status=423) from error
    except Refused:
        await taken.drain()
        raise
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise Refused("spool-full", status=507) from error
        raise


async def _create(blobs: Blobs, asked: Asked, body: "_Body") -> Reply:
    size = _number(asked.headers, "upload-length")
    sha256 = _announced_hash(asked.headers.get("upload-metadata", ""))
    with_bytes = asked.headers.get("content-type") == BYTES_TYPE
    checksum = _checksum(asked.headers)
    upload = await to_thread.run_sync(blobs.begin, asked.tenant, sha256, size)
    if with_bytes and upload.offset == 0:
        _refuse_longer(asked.headers, size)
        async with _held(blobs, asked.tenant, sha256) as writing:
            if writing.upload.offset == 0:
                upload = await _take(blobs, writing, body, checksum)
    await body.drain()
    return Reply(201, {"Location": f"{FILES_PATH}{sha256}", **_standing(upload)})


async def _tell(blobs: Blobs, asked: Asked, _body: "_Body") -> Reply:
    """HEAD takes the lock too: bytes of a connection that is dead are counted before the offset is told."""
    try:
        async with _held(blobs, asked.tenant, asked.sha256) as writing:
            upload = _alive(blobs, writing.upload)
    except GoneError:
        size = await _verified_size(blobs, asked)
        return Reply(200, {"Upload-Offset": str(size), "Upload-Length": str(size)})
    return Reply(200, {"Upload-Length": str(upload.size), **_standing(upload)})


async def _append(blobs: Blobs, asked: Asked, body: "_Body") -> Reply:
    if asked.headers.get("content-type") != BYTES_TYPE:
        raise Refused("type", status=415)
    offset = _number(asked.headers, "upload-offset")
    checksum = _checksum(asked.headers)
    try:
        async with _held(blobs, asked.tenant, asked.sha256) as writing:
            _alive(blobs, writing.upload)
            if offset != writing.upload.offset:
                raise Refused("offset", str(writing.upload.offset), status=409)
            _refuse_longer(asked.headers, writing.room)
            upload = await _take(blobs, writing, body, checksum)
    except GoneError:
        size = await _verified_size(blobs, asked)
        raise Refused("offset", str(size), status=409) from None
    return Reply(204, _standing(upload))


async def _remove(blobs: Blobs, asked: Asked, _body: "_Body") -> Reply:
    try:
        async with _held(blobs, asked.tenant, asked.sha256) as writing:
            writing.discard()
    except GoneError:
        raise Refused("no-such-upload", status=404) from None
    return Reply(204)


_Deed = Callable[[Blobs, Asked, "_Body"], Awaitable[Reply]]
_DEEDS: Mapping[str, _Deed] = {"POST": _create, "HEAD": _tell, "PATCH": _append, "DELETE": _remove}


async def _take(blobs: Blobs, writing: Writing, body: "_Body", checksum: _Checksum | None) -> Upload:
    """Write what comes and keep it, also when the rest of it does not come. Raises Refused."""
    try:
        await _write(blobs, writing, body, checksum)
    except _CutError as error:
        await to_thread.run_sync(writing.keep, blobs.now_ms())
        raise Refused("cut", status=408) from error
    if checksum and not checksum.is_right:
        writing.drop()
        raise Refused("checksum", status=460)
    # What came whole is on the disk for good when it is acknowledged: it need not be kept on the way, too.
    if writing.room or writing.upload.offset:
        await to_thread.run_sync(writing.keep, blobs.now_ms())
        passed("server:kept")
    if not writing.room:
        await to_thread.run_sync(blobs.finish, writing, limiter=STORING.limiter())
    return replace(writing.upload, offset=writing.written)


async def _write(blobs: Blobs, writing: Writing, body: "_Body", checksum: _Checksum | None) -> None:
    unkept = 0
    async for piece in body.pieces(writing.is_wished):
        if len(piece) > writing.room:
            writing.drop()
            raise Refused("longer-than-announced", status=413)
        writing.write(piece)
        unkept += len(piece)
        if checksum:
            checksum.digest.update(piece)  # and nothing is kept before all of it proved right
        elif unkept >= _KEPT_EVERY_BYTES:
            await to_thread.run_sync(writing.keep, blobs.now_ms())
            unkept = 0


class _Body:
    """The bytes of a request as they come."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._ended = False

    async def pieces(self, is_wished: Callable[[], bool]) -> AsyncIterator[bytes]:
        """Raises _CutError: the connection broke, nothing came for long, or nothing comes and somebody else waits."""
        while not self._ended:
            event = await self._next(is_wished)
            if event["type"] == "http.disconnect":
                self._ended = True
                raise _CutError
            self._ended = not event.get("more_body", False)
            if event.get("body"):
                yield event["body"]

    async def _next(self, is_wished: Callable[[], bool]) -> Any:
        coming = asyncio.ensure_future(self._receive())
        try:
            for _ in range(int(_STALL_S / _TICK_S)):
                done, _ = await asyncio.wait({coming}, timeout=_TICK_S)
                if done:
                    return coming.result()
                if is_wished():
                    break
        finally:
            coming.cancel()
        self._ended = True
        raise _CutError

    async def drain(self) -> None:
        """Read what is not wanted, so that the answer is not lost to a laptop that is still sending."""
        drained = 0
        try:
            async for piece in self.pieces(lambda: True):
                drained += len(piece)
                if drained > _DRAINED_BYTES:
                    return
        except _CutError:
            return


@asynccontextmanager
async def _held(blobs: Blobs, tenant: str, sha256: str) -> AsyncIterator[Writing]:
    """The right to write an upload; waited for in a thread. Raises GoneError and HeldError."""
    try:
        holding = blobs.spool.hold(tenant, sha256)
        writing = await to_thread.run_sync(holding.__enter__)
    except ValueError:
        raise GoneError(sha256) from None
    try:
        yield writing
    finally:
        holding.__exit__(None, None, None)


def _alive(blobs: Blobs, upload: Upload) -> Upload:
    if blobs.is_expired(upload):
        raise Refused("expired", status=410)
    return upload


async def _verified_size(blobs: Blobs, asked: Asked) -> int:
    """Of bytes that were uploaded before; raises Refused for those that were not."""
    try:
        return await to_thread.run_sync(blobs.size_of, asked.tenant, asked.sha256)
    except Refused:
        raise Refused("no-such-upload", status=404) from None


def _standing(upload: Upload) -> dict[str, str]:
    return {
        "Upload-Offset": str(upload.offset),
        "Upload-Expires": formatdate(upload.expires_ms / 1000, usegmt=True),
    }


def _number(headers: Mapping[str, str], name: str) -> int:
    text = headers.get(name, "")
    if not _NUMBER.fullmatch(text):
        raise Refused("header", name)
    return int(text)


def _refuse_longer(headers: Mapping[str, str], room: int) -> None:
    length = headers.get("content-length", "")
    if _NUMBER.fullmatch(length) and int(length) > room:
        raise Refused("longer-than-announced", status=413)


def _announced_hash(metadata: str) -> str:
    """`Upload-Metadata`: pairs of a name and a base64 value with commas between; of them only `sha256` is of use."""
    for pair in metadata.split(","):
        name, _, value = pair.strip().partition(" ")
        if name == "sha256":
            return _decoded(value, "upload-metadata").decode("ascii", errors="replace")
    raise Refused("invalid-hash", "upload-metadata")


def _checksum(headers: Mapping[str, str]) -> _Checksum | None:
    text = headers.get("upload-checksum")
    if text is None:
        return None
    algorithm, _, value = text.partition(" ")
    if algorithm not in _ALGORITHMS:
        raise Refused("header", "upload-checksum")
    return _Checksum(_decoded(value, "upload-checksum"), _ALGORITHMS[algorithm]())


def _decoded(value: str, name: str) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Refused("header", name) from error
