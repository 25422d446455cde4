"""Bytes on their way down, piece by piece in photos.db, until all are there and have the hash they are wanted by."""

import hashlib
from collections.abc import Iterator

from app.models.database import path_of, translated
from app.models.driver import Database
from app.photos.store import BytesKind, open_stored

_READ_BYTES = 1 << 20


def arrived(photos: Database, sha256: str) -> int:
    """How many bytes are here, from the first one on."""
    found = photos.conn.execute("SELECT sum(length(bytes)) FROM arriving_bytes WHERE sha256 = ?", (sha256,)).fetchone()
    return int(found[0] or 0)


def add_arrived(photos: Database, sha256: str, start: int, data: bytes) -> int:
    """Keep what follows the bytes that are here, and return how many are now; on the disk when this returns.

    A piece that begins elsewhere is not kept.
    """
    with translated(path_of(photos)):
        here = arrived(photos, sha256)
        if start != here or not data:
            return here
        photos.conn.execute("INSERT INTO arriving_bytes VALUES(?, ?, ?)", (sha256, start, data))
    return here + len(data)


def settle_arrived(photos: Database, sha256: str, kind: BytesKind) -> bool:
    """Keep the bytes that arrived for good if they have that hash; otherwise forget them, and False."""
    with translated(path_of(photos)), photos.atomic():
        size, digest = 0, hashlib.sha256()
        for piece in _pieces(photos, sha256):
            size += len(piece)
            digest.update(piece)
        is_right = digest.hexdigest() == sha256
        if is_right:
            _keep(photos, sha256, kind, size)
        photos.conn.execute("DELETE FROM arriving_bytes WHERE sha256 = ?", (sha256,))
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
