"""Where bytes are kept for good once they are known to be right: a folder, or a bucket of an S3-compatible store.

An object is named by its tenant and its SHA-256, and put only after its bytes had that hash: putting it again changes
nothing.
"""

import hashlib
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Protocol

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import LocalStore, ObjectStore, S3Store

from server.spool import sync_folder

S3_SCHEME = "s3://"
PIECE_BYTES = 1 << 20
_ONE_PUT_BYTES = 8 << 20  # what is larger goes up in parts of this size, so that it is never whole in memory


class ObjectTroubleError(Exception):
    """The store of objects cannot be reached, or does not do what was asked. `detail` is its own words."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class ObjectLostError(ObjectTroubleError):
    """The store answers, and has not the object."""


class Objects(Protocol):
    """What is needed of a store of objects."""

    def put(self, tenant: str, sha256: str, file: Path) -> None:
        """Keep the bytes of `file`, which have that hash; safe when this returns. Raises ObjectTroubleError."""

    def has_right(self, tenant: str, sha256: str) -> bool:
        """Whether the object is there and its bytes have that hash: reads them all. Raises ObjectTroubleError."""

    def read(self, tenant: str, sha256: str, start: int, end: int) -> AsyncIterator[bytes]:
        """The bytes from `start` to before `end`, in pieces. Raises ObjectTroubleError, and ObjectLostError."""


def objects_at(place: str) -> Objects:
    """`place`: a folder, made when it is missing, or `s3://bucket/prefix`; keys and endpoint of S3 come from the
    environment (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_ENDPOINT, AWS_REGION; AWS_ALLOW_HTTP for a trial)."""
    return StoredObjects(*store_at(place))


def store_at(place: str) -> tuple[ObjectStore, Path | None]:
    """The store at a place as `objects_at` takes it, and its folder if it is one."""
    if place.startswith(S3_SCHEME):
        return S3Store.from_url(place, checksum_algorithm="SHA256"), None
    folder = Path(place)
    folder.mkdir(parents=True, exist_ok=True)
    return LocalStore(folder), folder


class StoredObjects:
    """Objects in any store that obstore speaks to. `folder`: where it is one of this machine's."""

    def __init__(self, store: ObjectStore, folder: Path | None = None) -> None:
        self._store = store
        self._folder = folder
        self._safe: set[Path] = set()  # folders whose own names are on the disk

    def put(self, tenant: str, sha256: str, file: Path) -> None:
        key = _key(tenant, sha256)
        try:
            if file.stat().st_size > _ONE_PUT_BYTES:
                obstore.put(self._store, key, file, chunk_size=_ONE_PUT_BYTES, max_concurrency=1)
            else:
                self._put_new(tenant, sha256, file)
        except (BaseError, OSError) as error:
            raise ObjectTroubleError(str(error)) from error
        if self._folder:
            self._put_on_disk(self._folder / key)

    def _put_new(self, tenant: str, sha256: str, file: Path) -> None:
        key = _key(tenant, sha256)
        try:
            obstore.put(self._store, key, file, mode="create", use_multipart=False)
        except AlreadyExistsError:
            # Left by a crash before it was noted as verified; if that was a power cut, its bytes may not have survived.
            if not self.has_right(tenant, sha256):
                obstore.put(self._store, key, file, use_multipart=False)

    def _put_on_disk(self, path: Path) -> None:
        with path.open("rb") as file:
            os.fsync(file.fileno())
        sync_folder(path.parent)
        if path.parent not in self._safe:
            sync_folder(path.parent.parent)
            sync_folder(path.parent.parent.parent)
            self._safe.add(path.parent)

    def has_right(self, tenant: str, sha256: str) -> bool:
        digest = hashlib.sha256()
        try:
            found = obstore.get(self._store, _key(tenant, sha256))
            for piece in found.stream(min_chunk_size=PIECE_BYTES):
                digest.update(piece)
        except FileNotFoundError:
            return False
        except BaseError as error:
            raise ObjectTroubleError(str(error)) from error
        return digest.hexdigest() == sha256

    async def read(self, tenant: str, sha256: str, start: int, end: int) -> AsyncIterator[bytes]:
        # A request for each piece: one long request is cut by the store while a slow laptop still reads.
        key = _key(tenant, sha256)
        while start < end:
            until = min(start + PIECE_BYTES, end)
            try:
                piece = bytes(await obstore.get_range_async(self._store, key, start=start, end=until))
            except FileNotFoundError as error:
                raise ObjectLostError(str(error)) from error
            except BaseError as error:
                raise ObjectTroubleError(str(error)) from error
            yield piece
            start = until


def _key(tenant: str, sha256: str) -> str:
    return f"{tenant}/{sha256[:2]}/{sha256}"
