"""Uploads under way, as files: what was acknowledged is on the disk, and only one writes an upload at a time.

An upload is of certain bytes for one tenant, so it is named by both. `<sha256>.part` holds what came; `<sha256>.log`
begins with a line of what was announced, and a line follows for every offset that was reached, with its time and a sum,
written only after the bytes below it are on the disk. What a crash left in `.part` above the last good line was never
acknowledged: it is cut off when the upload goes on. Who holds the lock of `<sha256>.lock` may write the other two;
`<sha256>.wish` asks that one to let go.
"""

import hashlib
import os
import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

import msgspec
from filelock import FileLock, Timeout

LASTS_DAYS = 14
SHA256 = re.compile(r"[0-9a-f]{64}")
_TENANT = re.compile(r"[0-9A-Za-z-]{1,64}")
_READ_BYTES = 1 << 20
_PATIENCE_S = 3.0
_MS_A_DAY = 86_400_000


class Announced(msgspec.Struct, frozen=True):
    """What an upload is to become: `size` bytes."""

    size: int
    created_ms: int


@dataclass(frozen=True, slots=True)
class Upload:
    """How far an upload was when it was read. `touched_ms`: when it was begun or its offset was last moved."""

    tenant: str
    sha256: str
    size: int
    offset: int
    touched_ms: int

    @property
    def is_complete(self) -> bool:
        return self.offset == self.size

    @property
    def expires_ms(self) -> int:
        return self.touched_ms + LASTS_DAYS * _MS_A_DAY


class HeldError(Exception):
    """Somebody else writes this upload and did not let go in time."""


class GoneError(Exception):
    """There is no such upload, or not any more."""


class Spool:
    """A folder of uploads. Several processes may use it at once, on several machines too if its file system has locks
    that hold between them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def begin(
        self, tenant: str, sha256: str, announced: Announced, *, unless: Callable[[], bool] = lambda: False
    ) -> Upload:
        """The upload of these bytes, begun now unless it is under way; anew, if it was announced with another size.

        Nothing need be on the disk before there are bytes to be acknowledged. `unless` is asked while nobody else may
        write: it may have been finished meanwhile, and GoneError is raised. Raises HeldError.
        """
        log = self._log(tenant, sha256)
        if not log.parent.exists():
            log.parent.mkdir(parents=True, exist_ok=True)
            sync_folder(self._folder)
        with self._locked(log, _PATIENCE_S):
            found = self.find(tenant, sha256)
            if found and found.size == announced.size:
                return found
            if unless():
                raise GoneError(sha256)
            log.unlink(missing_ok=True)
            for path, data in ((log.with_suffix(".part"), b""), (log, msgspec.json.encode(announced) + b"\n")):
                path.write_bytes(data)
        return Upload(tenant, sha256, announced.size, 0, announced.created_ms)

    def find(self, tenant: str, sha256: str) -> Upload | None:
        """The upload as the disk has it now; None when there is none."""
        try:
            return _read(tenant, sha256, self._log(tenant, sha256).read_bytes())[0]
        except (FileNotFoundError, NotADirectoryError):
            return None

    def uploads(self, tenant: str | None = None) -> Iterator[Upload]:
        """All of them, or a tenant's, in no order; damaged ones are left out."""
        for path in self._files():
            wanted = path.suffix == ".log" and tenant in (None, path.parent.name)
            if wanted and (upload := self.find(path.parent.name, path.stem)):
                yield upload

    @contextmanager
    def hold(self, tenant: str, sha256: str, *, patience_s: float = _PATIENCE_S) -> Iterator["Writing"]:
        """The right to write an upload, for one at a time on all processes; who has it now is asked to let go.

        Raises HeldError when that one does not within `patience_s`, and GoneError.
        """
        if self.find(tenant, sha256) is None:
            raise GoneError(sha256)
        log = self._log(tenant, sha256)
        with self._locked(log, patience_s), ExitStack() as opened:
            try:
                files = [opened.enter_context(path.open("r+b")) for path in (log, log.with_suffix(".part"))]
            except FileNotFoundError as error:
                raise GoneError(sha256) from error
            yield Writing(tenant, log, *files)

    @contextmanager
    def _locked(self, log: Path, patience_s: float) -> Iterator[None]:
        wish, path = log.with_suffix(".wish"), log.with_suffix(".lock")
        lock = FileLock(path, thread_local=False)
        try:
            _acquire(lock, wish, patience_s)
        except Timeout as error:
            raise HeldError(log.stem) from error
        try:
            wish.unlink(missing_ok=True)
            yield
        finally:
            if not log.exists():
                path.unlink(missing_ok=True)  # by the one who holds it: others notice that its name is gone
            lock.release()

    def remove_strays(self) -> int:
        """Remove the files of what is no upload: of one that a crash kept from being begun or removed. How many."""
        removed = 0
        for log in {path.with_suffix(".log") for path in self._files()}:
            if self.find(log.parent.name, log.stem) is None:
                with suppress(HeldError), self._locked(log, 0):
                    if self.find(log.parent.name, log.stem) is None:
                        log.unlink(missing_ok=True)
                        log.with_suffix(".part").unlink(missing_ok=True)
                        removed += 1
        return removed

    def _files(self) -> list[Path]:
        """All that are named as ours are; what else somebody put there is left alone."""
        found = self._folder.glob("*/*")
        return [path for path in found if SHA256.fullmatch(path.stem) and _TENANT.fullmatch(path.parent.name)]

    def part_of(self, upload: Upload) -> Path:
        """The file with the bytes, to be read while the upload is held."""
        return self._log(upload.tenant, upload.sha256).with_suffix(".part")

    def _log(self, tenant: str, sha256: str) -> Path:
        if not _TENANT.fullmatch(tenant) or not SHA256.fullmatch(sha256):
            raise ValueError("no name of a tenant and a SHA-256")
        return self._folder / tenant / f"{sha256}.log"


class Writing:
    """An upload that is held. Bytes are written with `write` and may be acknowledged only after `keep`."""

    def __init__(self, tenant: str, path: Path, log: BinaryIO, part: BinaryIO) -> None:
        """Raises GoneError when the log says nothing."""
        self._path = path
        self._log = log
        self._part = part
        upload, good = _read(tenant, path.stem, log.read())
        if upload is None:
            raise GoneError(path.stem)
        self.upload = upload
        self._log.truncate(good)
        self._log.seek(good)
        self.drop()

    @property
    def written(self) -> int:
        """How many bytes there are, kept or not."""
        return self._written

    @property
    def room(self) -> int:
        """How many bytes may still be written."""
        return self.upload.size - self._written

    def is_wished(self) -> bool:
        """Whether somebody else waits to write this upload, so that what came should be kept and the upload let go."""
        return self._path.with_suffix(".wish").exists()

    def write(self, data: bytes) -> None:
        """After what is there. Raises ValueError for more than there is `room` for."""
        if len(data) > self.room:
            raise ValueError("more than was announced")
        self._part.write(data)
        self._written += len(data)

    def keep(self, now_ms: int) -> int:
        """Put what was written on the disk, then the new offset, and return that."""
        if self._written != self.upload.offset:
            _synced(self._part)
            self._log.write(_line(self._written, now_ms))
            _synced(self._log)
            if not self.upload.offset:
                sync_folder(self._path.parent)
            self.upload = replace(self.upload, offset=self._written, touched_ms=now_ms)
        return self.upload.offset

    def drop(self) -> None:
        """Forget what was written since the last `keep`."""
        self._part.flush()
        self._part.truncate(self.upload.offset)
        self._part.seek(self.upload.offset)
        self._written = self.upload.offset

    def has_right(self) -> bool:
        """Whether the bytes that are there have the hash that the upload is named by."""
        digest = hashlib.sha256()
        self._part.flush()
        self._part.seek(0)
        while piece := self._part.read(_READ_BYTES):
            digest.update(piece)
        return digest.hexdigest() == self.upload.sha256

    def discard(self) -> None:
        """Remove the upload, the log first: without it there is no upload."""
        self._path.unlink(missing_ok=True)
        self._path.with_suffix(".part").unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Put the names in a folder on the disk, where the system lets one do that (Windows does it by itself)."""
    with suppress(PermissionError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _synced(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _acquire(lock: FileLock, wish: Path, patience_s: float) -> None:
    try:
        lock.acquire(timeout=0)
    except Timeout:
        if not patience_s:
            raise
        wish.touch()
        lock.acquire(timeout=patience_s)


def _line(offset: int, at_ms: int) -> bytes:
    said = b"%d %d" % (offset, at_ms)
    return b"%s %08x\n" % (said, zlib.crc32(said))


def _read(tenant: str, sha256: str, text: bytes) -> tuple[Upload | None, int]:
    """What a log says, and how many of its bytes are good. A line that a crash cut ends it."""
    first, newline, rest = text.partition(b"\n")
    try:
        announced = msgspec.json.decode(first, type=Announced)
    except msgspec.DecodeError:
        return None, 0
    if not newline:
        return None, 0
    good, offset, touched_ms = len(first) + 1, 0, announced.created_ms
    for line in rest.splitlines(keepends=True):
        said = line.rpartition(b" ")[0].split()
        if len(said) != 2 or not all(word.isdigit() for word in said) or line != _line(int(said[0]), int(said[1])):
            break
        offset, touched_ms, good = int(said[0]), int(said[1]), good + len(line)
    return Upload(tenant, sha256, announced.size, offset, touched_ms), good
