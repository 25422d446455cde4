"""What happens to servers and folders that nobody plans: a server put back, a folder put back, a laptop copied."""

import itertools
import shutil
from pathlib import Path

import sqlalchemy as sa

from app.models.database import connect
from app.models.driver import dbapi
from server import tables
from server.backups import begin_epochs, epochs_of
from tests.sync.laptops import Laptop, OneServer

_ids = itertools.count(1)


def backup_of(server: OneServer) -> object:
    """A copy of the server's whole database."""
    made = dbapi.connect(":memory:", isolation_level=None)
    _raw(server).backup(made)
    return made


def put_back(server: OneServer, backup: object) -> None:
    """The older database in the place of today's, and nobody told."""
    backup.backup(_raw(server))


def restore(server: OneServer, backup: object) -> None:
    """As `gemba-server restore` does it: a new epoch begins at the restored head."""
    made = f"epoch-{next(_ids)}"  # no two epochs of a server have the same
    with server.database.engine.connect() as connection:
        replaced = epochs_of(connection)
    put_back(server, backup)
    with server.database.engine.connect() as connection, connection.begin():
        begin_epochs(connection, {server.tenant: made}, replaced, server.now_ms)


def _raw(server: OneServer) -> object:
    with server.database.engine.connect() as connection:
        return connection.connection.dbapi_connection


def folder_copy(laptop: Laptop, path: Path) -> Path:
    """The laptop's file as it is now."""
    laptop.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    source = laptop.one("SELECT file FROM pragma_database_list WHERE name = 'main'")
    return Path(shutil.copyfile(source, path))


def opened_copy(laptop: Laptop, path: Path) -> Laptop:
    """A laptop that works in a copy of another's file."""
    return Laptop(connect(path, None), laptop.by, laptop.server, laptop.clock)


def sync_all(*laptops: Laptop, rounds: int = 3) -> None:
    for _ in range(rounds):
        for laptop in laptops:
            laptop.sync()


def shown(laptop: Laptop) -> dict[str, list[tuple[object, ...]]]:
    """All rows that a person sees, and all differences, by table."""
    found = {}
    for name in ("enterprise", "visit", "improvement", "participant"):
        found[name] = laptop.db.conn.execute(
            f'SELECT * FROM "{name}" WHERE binned_at IS NULL AND stub = 0 ORDER BY id'
        ).fetchall()
    found["conflict"] = laptop.db.conn.execute(
        "SELECT id, tbl, row_id, field, kind, base_value, kept_value, other_value, resolved_seq IS NULL"
        " FROM sync_conflict ORDER BY id"
    ).fetchall()
    return found


def differences(laptop: Laptop) -> list[tuple[object, ...]]:
    """field, kept, other of all that nobody settled."""
    return laptop.db.conn.execute(
        "SELECT field, kept_value, other_value FROM sync_conflict WHERE resolved_seq IS NULL ORDER BY 1, 2, 3"
    ).fetchall()


def sums_agree(server: OneServer, *laptops: Laptop) -> bool:
    """Whether what the server last said of all rows adds up to what the server has."""
    told = server.database.read(lambda c: c.execute(sa.select(tables.sync_head.c.sums)).scalar_one())
    return all(laptop.one("SELECT coalesce(sum(digest), 0) FROM sync_base") == told for laptop in laptops)
