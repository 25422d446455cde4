"""The server's bytes over HTTP: what it knows, uploads by tus, downloads from any byte on."""

import base64
import hashlib
import re
from dataclasses import dataclass
from http import HTTPStatus

import httpx2

from app.errors import CutShort, ServerRefuses, SignInWanted
from app.sync import protocol
from app.sync.bulk import BulkClient
from app.sync.client import ServerClient
from app.sync.protocol import BlobKnown
from app.sync.transfer import Piece, Sent
from app.sync.wire import PROTO_HEADER

_TUS = {"Tus-Resumable": "1.0.0"}
_BYTES_TYPE = "application/offset+octet-stream"
_TOTAL = re.compile(r"bytes (\d+)-\d+/(\d+)")
_GONE = {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
_TOO_MUCH_AT_ONCE = "size"  # for whoever stands before the server: smaller pieces may pass
# What concerns the bytes at hand, so that others can go on; all else concerns the server.
_OF_THESE_BYTES = {HTTPStatus.CONFLICT, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.LOCKED, 460}


@dataclass(frozen=True, slots=True)
class FileClient:
    """The server of a device that is enrolled. Every method raises the kinds of SyncTrouble."""

    client: ServerClient

    def blobs_known(self, hashes: list[str], *, rehash: bool = False) -> list[BlobKnown]:
        return BulkClient(self.client).blobs_known(hashes, rehash=rehash)

    def begin_upload(self, sha256: str, size: int, data: bytes) -> Sent:
        metadata = f"sha256 {base64.b64encode(sha256.encode()).decode()}"
        said = {"Upload-Length": str(size), "Upload-Metadata": metadata}
        return self._sent("POST", protocol.FILES_PATH, said, data)

    def append_upload(self, url: str, offset: int, data: bytes) -> Sent:
        return self._sent("PATCH", url, {"Upload-Offset": str(offset)}, data)

    def upload_offset(self, url: str) -> Sent:
        return self._sent("HEAD", url, {}, None)

    def fetch_blob(self, sha256: str, start: int, size: int) -> Piece | None:
        """Less than asked for when the link breaks meanwhile."""
        asked = {"Accept-Encoding": "identity", "Range": f"bytes={start}-{start + size - 1}"}
        try:
            with self.client.stream("GET", f"{protocol.BLOB_PATH}/{sha256}", asked) as response:
                if response.headers.get(PROTO_HEADER) != str(protocol.PROTO):
                    raise SignInWanted("bytes without their header")
                return _piece(response, start, size)
        except ServerRefuses as refused:
            if refused.status in _GONE:
                return None
            if refused.status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                return Piece(b"", start)  # there is no more of it than what is here
            raise

    def _sent(self, method: str, url: str, said: dict[str, str], data: bytes | None) -> Sent:
        headers = _TUS | said
        if data is not None:
            digest = base64.b64encode(hashlib.sha256(data).digest()).decode()
            headers |= {"Content-Type": _BYTES_TYPE, "Upload-Checksum": f"sha256 {digest}"}
        try:
            with self.client.stream(method, self._path(url), headers, data) as response:
                if response.headers.get("Tus-Resumable") != _TUS["Tus-Resumable"]:
                    raise SignInWanted("an upload without its header")
                for _nothing in response.iter_raw():
                    raise CutShort("an answer with something in it")
                offset = response.headers.get("Upload-Offset", "0")
                if not offset.isdigit():
                    raise CutShort("offset")
                return Sent(int(offset), response.headers.get("Location", ""))
        except ServerRefuses as refused:
            return _not_taken(refused)

    def _path(self, url: str) -> str:
        """A server may name an upload by its whole address; the token goes to this server alone."""
        path = url.removeprefix(self.client.url)
        if not path.startswith("/") or path.startswith("//"):
            raise ServerRefuses("location", url)
        return path


def _not_taken(refused: ServerRefuses) -> Sent:
    if refused.status in _GONE:
        return Sent(code="gone")
    if refused.status == HTTPStatus.REQUEST_TIMEOUT or refused.code == _TOO_MUCH_AT_ONCE:
        raise CutShort(refused.code) from refused
    if refused.status in _OF_THESE_BYTES:
        return Sent(code=refused.code)
    raise refused


def _piece(response: httpx2.Response, start: int, size: int) -> Piece:
    """At most `size` bytes from `start` on, also of a server that gives all of them."""
    found = _TOTAL.fullmatch(response.headers.get("Content-Range", ""))
    if found and response.status_code == HTTPStatus.PARTIAL_CONTENT and int(found[1]) == start:
        skip, total = 0, int(found[2])
    elif response.status_code == HTTPStatus.OK and (length := response.headers.get("Content-Length", "")).isdigit():
        skip, total = start, int(length)
    else:
        raise CutShort("another range")
    held = bytearray()
    try:
        for piece in response.iter_raw():
            held += piece[skip:]
            skip = max(0, skip - len(piece))
            if len(held) >= size:
                break
    except httpx2.TransportError:
        if not held:
            raise
    return Piece(bytes(held[:size]), total)
