"""`outbox.jnl`: a second copy of sealed work that the server has not confirmed, outside of the database.

When records.db is lost, or an older copy of it put in its place, the work of the weeks between is not lost with it.
Frames follow a header; each is sealed under a key of its own where the store has one, and has a checksum where not.
"""

import logging
import os
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.errors import DiskTrouble
from app.models.database import Key, connect, translated
from app.models.driver import Database
from app.paths import replacing
from app.sync.protocol import Mutation, mutation_decoder
from app.sync.state import read_state

logger = logging.getLogger(__name__)

NAME = "outbox.jnl"
_PLAIN, _SEALED = b"GMBJNL1P", b"GMBJNL1S"
_LENGTH_BYTES = 4
_NONCE_BYTES = 12
_LONGEST = 16 << 20
_NOTHING = -1  # a number before the first mutation


class Frame(msgspec.Struct, omit_defaults=True):
    """One mutation as it was sealed. `lost`: the store did not know it any more, and it was not brought back yet."""

    device: str
    inc: int
    body: str
    lost: bool = False

    @property
    def mutation(self) -> Mutation:
        return mutation_decoder.decode(self.body)

    @property
    def digest(self) -> bytes:
        return sha256(self.body.encode("utf-8")).digest()


@dataclass(slots=True)
class _Written:
    """What the file holds: up to which number of which incarnation, its good length, and what the store has lost.

    `upto` is -1 where it holds nothing but what was lost.
    """

    device: str
    inc: int
    upto: int
    length: int
    lost: list[Frame]


class Journal:
    """The journal beside one records.db; only the process that holds the folder writes it."""

    def __init__(self, path: Path, key: Key | None = None) -> None:
        self.path = path
        self._coder = _Coder(key)
        self._written: _Written | None = None

    def write(self, db: Database) -> None:
        """Add what is sealed and waits, on the disk when this returns; begin anew when nothing waits any more.

        A file that cannot be written keeps nobody from syncing, which brings the work out of danger: it is logged.
        """
        try:
            with translated(self.path):
                self._write(db)
        except DiskTrouble as trouble:
            self._written = None
            logger.warning("no second copy of unsent work: %s", type(trouble).__name__)

    def encrypt(self, db: Database) -> None:
        """Nothing of a journal of before the store had its key stays readable. Raises the kinds of DiskTrouble."""
        with translated(self.path):
            if self.path.exists() and self._coder.is_other(self.path):
                self._renew(db, self._read(db).lost)

    def missing_from(self, db: Database) -> list[Frame]:
        """What is in the file and the store does not know, oldest first. Raises the kinds of DiskTrouble."""
        with translated(self.path):
            return list(self._read(db).lost)

    def forget(self, db: Database, frames: list[Frame]) -> None:
        """These were brought back. Raises the kinds of DiskTrouble."""
        with translated(self.path):
            written = self._read(db)
            done = {frame.body for frame in frames}
            self._renew(db, [frame for frame in written.lost if frame.body not in done])

    def _write(self, db: Database) -> None:
        written, state = self._read(db), read_state(db)
        waits = bool(db.conn.execute("SELECT EXISTS (SELECT 1 FROM sync_outbox WHERE status IS NULL)").fetchone()[0])
        is_ours = (written.device, written.inc) == (state.device_id, state.incarnation)
        if not waits:
            if written.upto != _NOTHING:  # frames that were lost are marked so, or they would go with their incarnation
                self._renew(db, written.lost)
        elif not is_ours or self._coder.is_other(self.path) or any(not frame.lost for frame in written.lost):
            self._renew(db, written.lost)
        elif frames := list(_waiting(db, after=written.upto)):
            self._append(written, frames)

    def _append(self, written: _Written, frames: list[Frame]) -> None:
        packed = b"".join(self._coder.packed(frame) for frame in frames)
        with self.path.open("r+b") as file:
            file.truncate(written.length)  # a torn frame at the end
            file.seek(written.length)
            file.write(packed)
            file.flush()
            os.fsync(file.fileno())
        written.length += len(packed)
        written.upto = frames[-1].mutation.m

    def _renew(self, db: Database, lost: list[Frame]) -> None:
        """The file again from its start: what was lost, and what waits. No file where there is neither."""
        frames = [Frame(frame.device, frame.inc, frame.body, lost=True) for frame in lost]
        frames += _waiting(db, after=_NOTHING)
        if frames:
            with replacing(self.path) as half, half.open("wb") as file:
                file.write(self._coder.header + b"".join(self._coder.packed(frame) for frame in frames))
                file.flush()
                os.fsync(file.fileno())
        else:
            self.path.unlink(missing_ok=True)
        self._written = None

    def _read(self, db: Database) -> _Written:
        if self._written is None:
            frames, length = self._coder.unpacked(self.path)
            state = read_state(db)
            newest = next((frame for frame in reversed(frames) if not frame.lost), None)
            self._written = _Written(
                newest.device if newest else state.device_id,
                newest.inc if newest else state.incarnation,
                newest.mutation.m if newest else _NOTHING,
                length,
                _lost(db, frames),
            )
        return self._written


def encrypt_journal(records: Path, key: Key) -> None:
    """Encrypt the journal beside records that are encrypted already. Raises the kinds of DiskTrouble."""
    with closing(connect(records, key)) as db:
        Journal(records.with_name(NAME), key).encrypt(db)


def _waiting(db: Database, *, after: int) -> Iterator[Frame]:
    state = read_state(db)
    rows = db.conn.execute("SELECT body FROM sync_outbox WHERE status IS NULL AND mseq > ? ORDER BY mseq", (after,))
    for (body,) in rows.fetchall():
        yield Frame(state.device_id, state.incarnation, bytes(body).decode("utf-8"))


def _lost(db: Database, frames: list[Frame]) -> list[Frame]:
    """Of an earlier incarnation nothing is lost: what waited was numbered anew, in the store."""
    state = read_state(db)
    known = dict(db.conn.execute("SELECT mseq, body_sha256 FROM sync_outbox").fetchall())

    def is_lost(frame: Frame) -> bool:
        if frame.lost or frame.device != state.device_id or frame.inc > state.incarnation:
            return True
        m = frame.mutation.m
        return frame.inc == state.incarnation and (
            m >= state.next_mseq or (m in known and bytes(known[m]) != frame.digest)
        )

    return [frame for frame in frames if is_lost(frame)]


class _Coder:
    """Frames as bytes, by the store's key."""

    def __init__(self, key: Key | None) -> None:
        self._aead = AESGCM(_derived(key)) if key else None
        self.header = _SEALED if key else _PLAIN

    def is_other(self, path: Path) -> bool:
        """Whether the file is not one that this coder can add to."""
        if not path.exists():
            return True
        with path.open("rb") as file:
            return file.read(len(self.header)) != self.header

    def packed(self, frame: Frame) -> bytes:
        raw = msgspec.json.encode(frame)
        if self._aead:
            nonce = os.urandom(_NONCE_BYTES)
            raw = nonce + self._aead.encrypt(nonce, raw, self.header)
        else:
            raw = zlib.crc32(raw).to_bytes(_LENGTH_BYTES, "big") + raw
        return len(raw).to_bytes(_LENGTH_BYTES, "big") + raw

    def unpacked(self, path: Path) -> tuple[list[Frame], int]:
        """All whole frames, and where the last of them ends. A file that this key does not open holds none."""
        data = path.read_bytes() if path.exists() else b""
        header = data[: len(self.header)]
        if header not in (_PLAIN, self.header):
            return [], len(data)
        frames, end = [], len(header)
        while (raw := self._next(data, end, header)) is not None:
            frames.append(msgspec.json.decode(raw[0], type=Frame))
            end = raw[1]
        return frames, end

    def _next(self, data: bytes, start: int, header: bytes) -> tuple[bytes, int] | None:
        """The next frame and its end; None at a torn or damaged one, and at the end."""
        begin = start + _LENGTH_BYTES
        end = begin + int.from_bytes(data[start:begin], "big")
        raw = data[begin:end]
        if len(data) < end or not raw or len(raw) > _LONGEST:
            return None
        if header == _PLAIN:
            body = raw[_LENGTH_BYTES:]
            return (body, end) if zlib.crc32(body) == int.from_bytes(raw[:_LENGTH_BYTES], "big") else None
        return self._opened(raw, end)

    def _opened(self, raw: bytes, end: int) -> tuple[bytes, int] | None:
        try:
            opened = self._aead.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], self.header) if self._aead else None
        except InvalidTag:
            return None
        return None if opened is None else (opened, end)


def _derived(key: Key) -> bytes:
    """A key for this file alone, from that of the store."""
    return HKDF(SHA256(), 32, salt=None, info=b"gemba outbox journal").derive(bytes.fromhex(key.digits))
