"""Turning a plain store into an encrypted one: a new file, compared, then swapped in."""

import os
from contextlib import closing
from pathlib import Path

from app.errors import FileCorrupt, KeyRefused
from app.models.backups import try_copy
from app.models.database import FileKind, Key, connect, is_plain, new_key, translated
from app.models.driver import Database
from app.models.schema import quoted
from app.paths import replacing


def read_key(path: Path) -> Key:
    """The key in a key file. Raises KeyRefused when the file does not hold one."""
    if not path.exists():
        raise KeyRefused(path, "no-file")
    with translated(path):
        try:
            return Key(path.read_text(encoding="ascii").strip())
        except ValueError as error:
            raise KeyRefused(path, "no-key") from error


def write_new_key(path: Path) -> Key:
    """Make a key and the file that holds it, readable by its owner only. Raises KeyRefused when the file exists."""
    key = new_key()
    with translated(path):
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError as error:
            raise KeyRefused(path, "exists") from error
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(key.digits + "\n")
            file.flush()
            os.fsync(file.fileno())
    return key


def encrypt_file(path: Path, key: Key, *, kind: FileKind) -> bool:
    """Put an encrypted file in the place of the plain one; False when it already opens with `key`.

    The plain file stays until the new one was opened and holds the same rows, so that a crash at any moment leaves
    one of the two whole, and a second run finishes. Nothing else may have the file open.
    """
    if not is_plain(path):
        connect(path, key, kind=kind, reading=True).close()
        return False
    with translated(path):
        with replacing(path) as half:
            with closing(connect(path, None, kind=kind)) as db:
                db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                _export(db, half, key, kind)
            _check_sealed(half, key, kind)
            with half.open("rb+") as file:
                os.fsync(file.fileno())
        for tail in ("-wal", "-shm"):
            path.with_name(path.name + tail).unlink(missing_ok=True)
    return True


def _export(db: Database, target: Path, key: Key, kind: FileKind) -> None:
    version = db.conn.execute("PRAGMA user_version").fetchone()[0]
    db.conn.execute("ATTACH DATABASE ? AS encrypted KEY ?", (str(target), key.literal))
    db.conn.execute(f"PRAGMA encrypted.cipher_page_size = {kind.page_size}")
    db.conn.execute("SELECT sqlcipher_export('encrypted')")
    db.conn.execute(f"PRAGMA encrypted.user_version = {int(version)}")
    for (table,) in db.conn.execute(_REAL_TABLES).fetchall():
        if db.conn.execute(_DIFFERENT.format(table=quoted(table))).fetchone()[0]:
            raise FileCorrupt(target, table)
    db.conn.execute("DETACH DATABASE encrypted")


_REAL_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
_DIFFERENT = """
SELECT EXISTS (SELECT * FROM main.{table} EXCEPT SELECT * FROM encrypted.{table})
  OR (SELECT count(*) FROM main.{table}) <> (SELECT count(*) FROM encrypted.{table})"""


def _check_sealed(path: Path, key: Key, kind: FileKind) -> None:
    """Raises FileCorrupt when a page of the encrypted file fails its seal."""
    try_copy(path, key, kind=kind)
    with closing(connect(path, key, kind=kind, reading=True)) as made:
        if damaged := made.conn.execute("PRAGMA cipher_integrity_check").fetchall():
            raise FileCorrupt(path, str(damaged[0][0]))
