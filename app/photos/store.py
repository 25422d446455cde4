"""The bytes of photos and issued reports, by their SHA-256, in photos.db: only ever added to.

Bytes are committed here before the row that names them is committed in records.db, so that a crash leaves at worst
bytes that nobody names, which `orphans` lists.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any

from app.errors import FileCorrupt, NotFound, StoreNewer
from app.models.database import PHOTOS, Key, closed_on_trouble, connect, path_of, translated
from app.models.driver import Database

_VERSION = 2
_DDL = (
    """CREATE TABLE IF NOT EXISTS stored_bytes(
  sha256 TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  bytes BLOB NOT NULL) STRICT""",
    """CREATE TABLE IF NOT EXISTS arriving_bytes(
  sha256 TEXT NOT NULL,
  start INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  UNIQUE(sha256, start)) STRICT""",
)
_READ_BYTES = 1 << 20


class BytesKind(StrEnum):
    ORIGINAL = "original"
    WORKING = "working"
    THUMBNAIL = "thumbnail"
    ISSUED_REPORT = "issued report"


def open_photos(path: Path, key: Key | None = None, *, reading: bool = False) -> Database:
    """A connection to the bytes; a writing one makes the file. Raises the kinds of DiskTrouble."""
    photos = connect(path, key, kind=PHOTOS, reading=reading)
    with closed_on_trouble(photos), translated(path):
        version = photos.conn.execute("PRAGMA user_version").fetchone()[0]
        if version > _VERSION:
            raise StoreNewer(path, str(version))
        if not reading and version < _VERSION:
            for sql in _DDL:
                photos.conn.execute(sql)
            photos.conn.execute(f"PRAGMA user_version = {_VERSION}")
    return photos


def put_bytes(photos: Database, data: bytes, kind: BytesKind) -> str:
    """Keep `data` and return its SHA-256; on the disk when this returns. Bytes that are there already stay."""
    sha256 = hashlib.sha256(data).hexdigest()
    with translated(path_of(photos)):
        photos.conn.execute("INSERT OR IGNORE INTO stored_bytes VALUES(?, ?, ?)", (sha256, kind, data))
    return sha256


def get_bytes(photos: Database, sha256: str) -> bytes:
    """Raises NotFound when they are not here, FileCorrupt when they no longer have that hash."""
    with translated(path_of(photos)):
        found = photos.conn.execute("SELECT bytes FROM stored_bytes WHERE sha256 = ?", (sha256,)).fetchone()
    if found is None:
        raise NotFound("stored_bytes", sha256)
    data = bytes(found[0])
    if hashlib.sha256(data).hexdigest() != sha256:
        raise FileCorrupt(path_of(photos), sha256)
    return data


def read_piece(photos: Database, sha256: str, start: int, size: int) -> bytes:
    """At most `size` bytes from `start` on, without reading the others. Raises NotFound. Their hash is not asked."""
    with translated(path_of(photos)), _opened_bytes(photos, sha256) as stored:
        stored.seek(min(start, len(stored)))
        return bytes(stored.read(size))


def is_whole(photos: Database, sha256: str) -> bool:
    """Whether the bytes are here and still have that hash; never more than a piece of them is held."""
    digest = hashlib.sha256()
    try:
        with translated(path_of(photos)), _opened_bytes(photos, sha256) as stored:
            while piece := stored.read(_READ_BYTES):
                digest.update(piece)
    except NotFound:
        return False
    return digest.hexdigest() == sha256


def forget_damaged(photos: Database, sha256: str) -> bool:
    """Make room for bytes that are to come again, if those that are here no longer have that hash; whether they had
    not."""
    if is_whole(photos, sha256):
        return False
    with translated(path_of(photos)):
        return photos.conn.execute("DELETE FROM stored_bytes WHERE sha256 = ?", (sha256,)).rowcount > 0


def _opened_bytes(photos: Database, sha256: str) -> Any:
    found = photos.conn.execute("SELECT rowid FROM stored_bytes WHERE sha256 = ?", (sha256,)).fetchone()
    if found is None:
        raise NotFound("stored_bytes", sha256)
    return open_stored(photos, found[0])


def open_stored(photos: Database, number: int, *, writing: bool = False) -> Any:
    """The bytes of a row of `stored_bytes` as a file that is open; to be closed."""
    conn: Any = photos.conn  # typed as the standard library's, which calls it otherwise
    return conn.open_blob("stored_bytes", "bytes", number, not writing)


def sizes_of(photos: Database, hashes: Iterable[str]) -> dict[str, int]:
    """How many bytes there are of each that is here."""
    wanted = json.dumps(list(hashes))
    found = photos.conn.execute(
        "SELECT sha256, length(bytes) FROM stored_bytes WHERE sha256 IN (SELECT value FROM json_each(?))", (wanted,)
    )
    return dict(found.fetchall())


def stored_hashes(photos: Database) -> set[str]:
    return {row[0] for row in photos.conn.execute("SELECT sha256 FROM stored_bytes")}


def damaged(photos: Database) -> Iterator[str]:
    """The hashes whose bytes no longer have that hash. Reads everything."""
    for sha256, data in photos.conn.execute("SELECT sha256, bytes FROM stored_bytes"):
        if hashlib.sha256(data).hexdigest() != sha256:
            yield sha256
