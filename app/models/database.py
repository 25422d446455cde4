"""Opening the store, and the one door through which it is written.

A store is two SQLite files under one key, see docs/ARCHITECTURE.md. The driver's errors become `DiskTrouble` here.
"""

import errno
import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from app.errors import (
    DiskFull,
    DiskTrouble,
    FileCorrupt,
    FileLocked,
    KeyRefused,
    NoPermission,
    StoreMissing,
    StoreNewer,
    StoreOlder,
)
from app.models import triggers
from app.models.driver import Database, dbapi
from app.models.ids import Clock
from app.models.migrations import KNOWN, migrations

logger = logging.getLogger(__name__)

# Older SQLite can corrupt a WAL file that two connections check-point at once.
OLDEST_SQLITE = (3, 51, 3)
_KEY_DIGITS = 64
_VALUES_OF_NOISE = 200
_PLAIN_HEADER = b"SQLite format 3\x00"
_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "recursive_triggers = ON",
    "secure_delete = ON",
    "trusted_schema = OFF",
    "busy_timeout = 5000",
    "wal_autocheckpoint = 1000",
    "journal_size_limit = 8388608",
    "mmap_size = 0",
)
_READING_PRAGMAS = ("query_only = ON", "trusted_schema = OFF", "busy_timeout = 5000", "mmap_size = 0")
_TROUBLE: dict[str, type[DiskTrouble]] = {
    "SQLITE_FULL": DiskFull,
    "SQLITE_BUSY": FileLocked,
    "SQLITE_LOCKED": FileLocked,
    "SQLITE_CORRUPT": FileCorrupt,
    "SQLITE_NOTADB": FileCorrupt,
    "SQLITE_READONLY": NoPermission,
    "SQLITE_CANTOPEN": NoPermission,
    "SQLITE_PERM": NoPermission,
    "SQLITE_IOERR": DiskTrouble,
}
_TOLD: dict[str, type[DiskTrouble]] = {
    "database or disk is full": DiskFull,
    "database is locked": FileLocked,
    "malformed": FileCorrupt,
    "not a database": FileCorrupt,
    "readonly": NoPermission,
    "unable to open": NoPermission,
    "disk I/O error": DiskTrouble,
}
_CURSOR_BITS = 44
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@dataclass(frozen=True, slots=True)
class Key:
    """The raw 256-bit key of a store, as 64 hexadecimal digits; never shown."""

    digits: str = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.digits) != _KEY_DIGITS or set(self.digits) - set("0123456789abcdef"):
            raise ValueError("a key is 64 hexadecimal digits")

    @property
    def literal(self) -> str:
        """As SQLCipher takes a raw key: x'...'."""
        return f"x'{self.digits}'"


@dataclass(frozen=True, slots=True)
class Author:
    """Whose hand writes: every edit is signed with the user, the device and the time of this clock.

    `seen`: the `cursor_of` the store when what this hand changes was read and shown; None: at the moment of the edit.
    """

    user_id: str
    device_id: str
    clock: Clock
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class FileKind:
    """What distinguishes the two files of a store; `table` is one that no other database has."""

    page_size: int
    table: str


RECORDS = FileKind(page_size=4096, table="edit_context")
PHOTOS = FileKind(page_size=16384, table="stored_bytes")


def new_key() -> Key:
    return Key(secrets.token_hex(_KEY_DIGITS // 2))


def check_driver() -> None:
    """Raises RuntimeError when this SQLite is too old to be trusted with two connections."""
    if dbapi.sqlite_version_info < OLDEST_SQLITE:
        needed = ".".join(map(str, OLDEST_SQLITE))
        raise RuntimeError(f"SQLite {needed} or newer is needed; this is {dbapi.sqlite_version}")


def sqlite_version() -> str:
    return str(dbapi.sqlite_version)


def is_plain(path: Path) -> bool:
    """Whether the file at `path` is an unencrypted database."""
    with translated(path), path.open("rb") as file:
        return file.read(len(_PLAIN_HEADER)) == _PLAIN_HEADER


def connect(path: Path, key: Key | None, *, kind: FileKind = RECORDS, reading: bool = False) -> Database:
    """A connection with every pragma of the house set and the key tried.

    A writing one makes the file when it is missing. Raises the kinds of DiskTrouble, KeyRefused among them.
    """
    with translated(path):
        if reading and not path.exists():
            raise StoreMissing(path)
        if path.exists() and path.stat().st_size:
            _refuse_wrong_key_state(path, key)
        db = _connection(path, key, kind, reading)
        with closed_on_trouble(db):
            for pragma in _READING_PRAGMAS if reading else (f"page_size = {kind.page_size}", *_PRAGMAS):
                db.conn.execute(f"PRAGMA {pragma}")
        return db


@contextmanager
def closed_on_trouble(db: Database) -> Iterator[None]:
    """Closes `db` when what is done to open it fails; otherwise it stays open for the caller."""
    try:
        yield
    except BaseException:
        db.close()
        raise


def _refuse_wrong_key_state(path: Path, key: Key | None) -> None:
    if is_plain(path):
        if key:
            raise KeyRefused(path, "plain")
    elif not _looks_encrypted(path):
        raise FileCorrupt(path, "no database")
    elif key is None:
        raise KeyRefused(path, "needed")


def _looks_encrypted(path: Path) -> bool:
    """Whether the file begins with noise: an encrypted page has nearly all byte values, a damaged file rarely has."""
    with path.open("rb") as file:
        return len(set(file.read(RECORDS.page_size))) > _VALUES_OF_NOISE


def _connection(path: Path, key: Key | None, kind: FileKind, reading: bool) -> Database:
    if not reading:
        return _opened(path, key, kind, "mode=rwc")
    try:
        return _opened(path, key, kind, "mode=ro")
    except dbapi.OperationalError:
        # A closed store in a folder that takes no file (a read-only stick, a full disk): nobody can write it meanwhile.
        if path.with_name(path.name + "-wal").exists():
            raise
        return _opened(path, key, kind, "mode=ro&immutable=1")


def _opened(path: Path, key: Key | None, kind: FileKind, how: str) -> Database:
    conn = dbapi.connect(f"{path.absolute().as_uri()}?{how}", uri=True, isolation_level=None)
    try:
        conn.execute("PRAGMA cipher_log_level = NONE")  # its lines on stderr are for nobody
        if key:
            conn.execute(f'PRAGMA key = "{key.literal}"')
            conn.execute(f"PRAGMA cipher_page_size = {kind.page_size}")
        conn.execute("SELECT count(*) FROM sqlite_master").fetchone()
        return Database(conn, recursive_triggers=False, execute_plugins=False)
    except dbapi.DatabaseError as error:
        conn.close()
        if key and getattr(error, "sqlite_errorname", "") == "SQLITE_NOTADB":
            raise KeyRefused(path, "wrong") from error
        raise


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """The driver's and the system's errors about `path`, raised inside, leave as `DiskTrouble`."""
    try:
        yield
    except dbapi.DatabaseError as error:
        trouble = _trouble(path, error)
        if trouble is None:
            raise
        raise trouble from error
    except PermissionError as error:
        raise NoPermission(error.filename or path, str(error)) from error
    except OSError as error:
        kind = DiskFull if error.errno in _NO_ROOM else DiskTrouble
        raise kind(error.filename or path, str(error)) from error


def _trouble(path: Path, error: dbapi.DatabaseError) -> DiskTrouble | None:
    """By SQLite's code; by its words where a function of SQLCipher gives no code. None for what is no trouble of files.

    The words of a text that is not UTF-8 quote the text, so they are not passed on.
    """
    name, words = str(getattr(error, "sqlite_errorname", "")), str(error)
    if "Could not decode" in words:
        return FileCorrupt(path, "text that is not UTF-8")
    for prefix, kind in _TROUBLE.items():
        if name.startswith(prefix):
            return kind(path, words)
    if isinstance(error, dbapi.OperationalError):
        for part, kind in _TOLD.items():
            if part in words:
                return kind(path, words)
    return None


def path_of(db: Database) -> Path:
    """The file behind `db`; `:memory:` for none."""
    return Path(
        db.conn.execute("SELECT file FROM pragma_database_list WHERE name = 'main'").fetchone()[0] or ":memory:"
    )


def refuse_newer(db: Database) -> None:
    """Raises StoreNewer when the store knows a migration that this program does not."""
    unknown = sorted({step.name for step in migrations.applied(db)} - set(KNOWN))
    if unknown:
        raise StoreNewer(path_of(db), unknown[-1])


def needs_migration(db: Database) -> bool:
    return bool(migrations.pending(db))


def bring_up_to_date(db: Database, clock: Clock) -> None:
    """Apply what is missing of migrations and triggers, and give a new store its device."""
    with translated(path_of(db)):
        migrations.apply(db)
        if db.conn.execute("SELECT count(*) FROM sync_state").fetchone()[0] == 0:
            db.conn.execute(
                "INSERT INTO sync_state(id, device_id, incarnation, install_nonce) VALUES(1, ?, 1, ?)",
                (clock.new_id(), secrets.token_bytes(16)),
            )
        triggers.install(db)


def open_reader(path: Path, key: Key | None = None) -> Database:
    """A read-only connection to a store of today's shape. Raises StoreNewer and StoreOlder."""
    db = connect(path, key, reading=True)
    with closed_on_trouble(db), translated(path):
        refuse_newer(db)
        if needs_migration(db):
            raise StoreOlder(path)
    return db


@contextmanager
def edit(
    db: Database, by: Author, *, group: int | None = None, undoes: int | None = None, seen: int | None = None
) -> Iterator[int]:
    """One transaction in which rows may be written; yields the number of its group.

    Everything inside is committed together with its capture and history, or not at all. An edit inside an edit joins
    it. `group`: go on with an earlier group (the next letters of the same text field), so that both are one step of
    undo. `undoes`: the group that this edit takes back. `seen`: the `cursor_of` the store when the form was opened
    whose values are written now; without it that of `by`, else that of this moment.
    """
    with translated(path_of(db)):
        if db.conn.in_transaction:
            yield _group_under_way(db)
            return
        db.conn.execute("BEGIN IMMEDIATE")
        try:
            number = _enter(db, by, group, undoes, seen)
            yield number
            db.conn.execute("UPDATE edit_context SET active = 0")
            _commit(db)
        except BaseException:
            db.rollback()
            raise


def _commit(db: Database) -> None:
    """A commit that is made can fail all the same: the log of it is safe, and what is done after it, such as writing
    the log into the file, finds no room. What is saved must not be told as lost: somebody would write it twice."""
    made = _last_edit(db)
    try:
        db.conn.execute("COMMIT")
    except dbapi.DatabaseError as error:
        if db.conn.in_transaction or _last_edit(db) != made:
            raise
        logger.warning("committed, but not tidied up after it: %s", error)


def _last_edit(db: Database) -> tuple[object, ...]:
    """What tells one edit from the one before it."""
    found: tuple[object, ...] = db.conn.execute(
        "SELECT *, (SELECT seq FROM sqlite_sequence WHERE name = 'sync_capture') FROM edit_context"
    ).fetchone()
    return found


def _group_under_way(db: Database) -> int:
    active, group = db.conn.execute("SELECT active, grp FROM edit_context").fetchone()
    if not active:
        raise RuntimeError("edit inside a transaction that is no edit")
    return int(group)


def cursor_of(db: Database) -> int:
    """How far the server's rows are shown here: what somebody sees now is what they saw when they change it.

    To be handed to `edit` as it is: it also says how often the server had been set back by then.
    """
    cursor, times = db.conn.execute("SELECT cursor, set_backs FROM sync_state").fetchone()
    return int(times) << _CURSOR_BITS | int(cursor)


def _base_of(db: Database, seen: int | None) -> int:
    """The server's sequence up to which somebody had seen everything whose form was opened at `seen`.

    Of what the server numbered before it was set back, only what it still has counts, and not quite that: which of the
    lost values they saw cannot be told.
    """
    found = db.conn.execute("SELECT cursor, set_backs, set_back_to FROM sync_state").fetchone()
    cursor, times, back_to = map(int, found)
    if seen is None:
        return cursor
    then, number = seen >> _CURSOR_BITS, seen & (1 << _CURSOR_BITS) - 1
    if then == times:
        return min(number, cursor)
    return min(number, cursor, max(back_to - 1, 0) if then == times - 1 else 0)


def _enter(db: Database, by: Author, group: int | None, undoes: int | None, seen: int | None) -> int:
    newest = int(
        db.conn.execute("SELECT max(grp, (SELECT coalesce(max(grp), 0) FROM history)) FROM edit_context").fetchone()[0]
    )
    number = newest + 1 if group is None else group
    at_ms = int(by.clock.now().timestamp() * 1000)
    db.conn.execute(
        "UPDATE edit_context SET active = 1, grp = ?, undoes = ?, user_id = ?, device_id = ?, at_ms = ?,"
        " boot_id = ?, mono_ms = ?, seen = ?",
        (
            number,
            undoes,
            by.user_id,
            by.device_id,
            at_ms,
            by.clock.boot_id(),
            by.clock.uptime_ms(),
            _base_of(db, by.seen if seen is None else seen),
        ),
    )
    return number
