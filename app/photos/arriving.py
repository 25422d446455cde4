"""Bytes on their way down, piece by piece in photos.db, until all are there and have the hash they are wanted by."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from app.models.database import path_of, translated
from app.models.driver import Database
from app.photos.store import BytesKind, open_stored


@dataclass(frozen=True, slots=True)
class Arriving:
    """Bytes that are wanted, and how many of them there are by the word of the server."""

    sha256: str
    kind: BytesKind
    size: int


def arrived(photos: Database, sha256: str) -> int:
    """How many bytes are here, from the first one on."""
    found = photos.conn.execute("SELECT sum(length(bytes)) FROM arriving_bytes WHERE sha256 = ?", (sha256,)).fetchone()
    return int(found[0] or 0)


def take_piece(photos: Database, wanted: Arriving, start: int, data: bytes) -> bool | None:
    """Keep a piece that follows those that are here; on the disk when this returns. None while some are missing.

    When all are here: whether they had the right hash, and are kept for good; otherwise they are forgotten.
    """
    with translated(path_of(photos)), photos.atomic():
        here = arrived(photos, wanted.sha256)
        if start == here and data:
            photos.conn.execute("INSERT INTO arriving_bytes VALUES(?, ?, ?)", (wanted.sha256, start, data))
            here += len(data)
        return _settled(photos, wanted) if here >= wanted.size else None


def _settled(photos: Database, wanted: Arriving) -> bool:
    size, digest = 0, hashlib.sha256()
    for piece in _pieces(photos, wanted.sha256):
        size += len(piece)
        digest.update(piece)
    is_right = digest.hexdigest() == wanted.sha256
    if is_right:
        _keep(photos, wanted.sha256, wanted.kind, size)
    photos.conn.execute("DELETE FROM arriving_bytes WHERE sha256 = ?", (wanted.sha256,))
    return is_right


def forget_arrived(photos: Database, sha256: str) -> None:
    with translated(path_of(photos)):
        photos.conn.execute("DELETE FROM arriving_bytes WHERE sha256 = ?", (sha256,))


def _keep(photos: Database, sha256: str, kind: BytesKind, size: int) -> None:
    """Without ever holding more than a piece: a report may be large."""
    made = photos.conn.execute("INSERT OR IGNORE INTO stored_bytes VALUES(?, ?, zeroblob(?))", (sha256, kind, size))
    if made.rowcount:
        with open_stored(photos, int(made.lastrowid or 0), writing=True) as stored:
            for piece in _pieces(photos, sha256):
                stored.write(piece)


def _pieces(photos: Database, sha256: str) -> Iterator[bytes]:
    starts = photos.conn.execute("SELECT start FROM arriving_bytes WHERE sha256 = ? ORDER BY start", (sha256,))
    for (start,) in starts.fetchall():
        found = photos.conn.execute(
            "SELECT bytes FROM arriving_bytes WHERE sha256 = ? AND start = ?", (sha256, start)
        ).fetchone()
        yield bytes(found[0])
