"""What is fetched of the server beside exchanges: snapshots in segments, and what it takes to find differing rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus

from app.errors import SignInWanted
from app.sync import protocol
from app.sync.client import ServerClient
from app.sync.protocol import (
    SCHEMA,
    BlobKnown,
    BlobsAsked,
    BlobsKnown,
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


@dataclass(frozen=True, slots=True)
class BulkClient:
    """The server of a device that is enrolled. Every method raises the kinds of SyncTrouble."""

    client: ServerClient

    def manifest(self) -> Manifest:
        return self.client.post(protocol.MANIFEST_PATH, ManifestWanted(schema=SCHEMA), Manifest)

    def segment(self, sha256: str, start: int) -> Iterator[bytes]:
        """The bytes from `start` on, in pieces. ServerRefuses with status 404: it is not kept any more."""
        headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={start}-"} if start else {})
        with self.client.stream("GET", f"{protocol.SEGMENT_PATH}/{sha256}", headers) as response:
            if response.headers.get(PROTO_HEADER) != str(protocol.PROTO):
                raise SignInWanted("a segment without its header")
            skip = 0 if response.status_code == HTTPStatus.PARTIAL_CONTENT else start
            for piece in response.iter_raw():
                left = piece[skip:]
                skip = max(0, skip - len(piece))
                if left:
                    yield left

    def sums(self) -> Sums:
        return self.client.post(protocol.SUMS_PATH, SumsWanted(schema=SCHEMA), Sums)

    def marks(self, asked: MarksWanted) -> Marks:
        return self.client.post(protocol.MARKS_PATH, asked, Marks)

    def fetch(self, asked: Fetch) -> Fetched:
        return self.client.post(protocol.FETCH_PATH, asked, Fetched)

    def blobs_known(self, hashes: list[str], *, rehash: bool = False) -> list[BlobKnown]:
        return self.client.post(protocol.BLOBS_PATH, BlobsAsked(hashes=hashes, rehash=rehash), BlobsKnown).blobs
