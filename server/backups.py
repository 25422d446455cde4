"""Copies of the whole database in one file, the same for SQLite and PostgreSQL, and the way back from one.

A file is gzip JSON lines: a head, the rows table by table, an end with the hash of all before it. What was read at one
moment is in it. Bringing one back begins a new epoch, so that the laptops give back what the copy does not have.
"""

import base64
import gzip
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa

from app.errors import BadFile, NotAllowed, StoreNewer
from server import schema, tables
from server.accounts import short_id
from server.database import Database

KIND = "gemba-server-backup"
_AT_ONCE = 500
_VERSIONS = "alembic_version"
# What lets somebody in is not brought back: it may have been taken back since.
_LEFT_OUT = ("access_token", "enrol_code")


@dataclass(frozen=True, slots=True)
class Copied:
    path: Path
    rows: int


class _Head(msgspec.Struct):
    kind: str
    revision: str
    made_ms: int


class _End(msgspec.Struct):
    end: bool
    rows: int
    sha256: str


def back_up(database: Database, target: Path, now_ms: int) -> Copied:
    """Into `target`, or into a new file in it when it is a folder; read back before it gets its name."""
    path = target / f"gemba-server-{now_ms}.jsonl.gz" if target.is_dir() else target
    growing = path.with_name(path.name + ".part")
    try:
        database.read(lambda connection: _write(connection, growing, now_ms))
        rows = sum(1 for _ in _read(growing))
        growing.replace(path)
        _keep_folder(path.parent)
    finally:
        growing.unlink(missing_ok=True)
    return Copied(path, rows)


def _write(connection: sa.Connection, path: Path, now_ms: int) -> None:
    digest, count = hashlib.sha256(), 0
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(number, "wb") as plain:
        with gzip.GzipFile(fileobj=plain, mode="wb", compresslevel=6, mtime=0, filename="") as file:
            revision = schema.revision_of(connection) or ""
            _line(file, digest, _Head(KIND, revision, now_ms))
            for table in tables.METADATA.sorted_tables:
                for row in _rows(connection, table):
                    _line(file, digest, [str(table.name), row])
                    count += 1
            _line(file, digest, _End(True, count, digest.hexdigest()))
        plain.flush()
        os.fsync(plain.fileno())


def _line(file: gzip.GzipFile, digest: Any, said: object) -> None:
    line = msgspec.json.encode(said) + b"\n"
    digest.update(line)
    file.write(line)


def _rows(connection: sa.Connection, table: sa.Table) -> Iterator[dict[str, Any]]:
    statement = sa.select(table).order_by(*table.primary_key.columns)
    for row in connection.execution_options(yield_per=_AT_ONCE).execute(statement).mappings():
        yield {str(name): _said(value) for name, value in row.items() if value is not None}


def _said(value: Any) -> Any:
    return {"b": base64.b64encode(value).decode()} if isinstance(value, bytes) else value


def _meant(value: Any) -> Any:
    return base64.b64decode(value["b"]) if isinstance(value, dict) else value


def _keep_folder(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _lines(path: Path) -> Iterator[bytes]:
    try:
        with gzip.open(path, "rb") as file:
            yield from file
    except (gzip.BadGzipFile, EOFError, OSError) as error:
        if isinstance(error, FileNotFoundError | PermissionError | IsADirectoryError):
            raise
        raise BadFile(path, "damaged") from error


def _head(path: Path) -> _Head:
    line = next(_lines(path), b"")
    try:
        head = msgspec.json.decode(line, type=_Head)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise BadFile(path, "not-a-backup") from error
    if head.kind != KIND:
        raise BadFile(path, "not-a-backup")
    return head


def _read(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Table and row, of all. Raises BadFile, at the end when something is wrong before it."""
    digest, count, end = hashlib.sha256(), 0, None
    for number, line in enumerate(_lines(path)):
        try:
            if line.startswith(b"["):
                name, row = msgspec.json.decode(line, type=tuple[str, dict[str, Any]])
                yield name, {field: _meant(value) for field, value in row.items()}
                count += 1
            elif number:
                end = msgspec.json.decode(line, type=_End)
                break
        except (msgspec.MsgspecError, UnicodeDecodeError, ValueError) as error:
            raise BadFile(path, "damaged", f"line {number + 1}") from error
        digest.update(line)
    if end is None or (end.rows, end.sha256) != (count, digest.hexdigest()):
        raise BadFile(path, "damaged")


def restore(database: Database, path: Path, now_ms: int, *, replace: bool = False) -> Copied:
    """Make the database what it was when the copy was made, in today's shape and in a new epoch; all of it or nothing.

    Raises BadFile; StoreNewer when a newer program made the copy; NotAllowed when the database holds something and it
    is not to be replaced.
    """
    head = _head(path)
    if head.revision not in schema.known():
        raise StoreNewer(path, head.revision)
    epochs = {name: short_id(database) for name in _tenants(path)}
    with database.engine.begin() as connection:
        if _is_used(connection) and not replace:
            raise NotAllowed("not-empty")
        replaced = epochs_of(connection)
        _drop_all(connection)
        schema.migrate(connection, head.revision)
        rows = _loaded(connection, path)
        schema.migrate(connection, schema.newest())
        for name in _LEFT_OUT:
            connection.execute(tables.METADATA.tables[name].delete())
        begin_epochs(connection, epochs, replaced, now_ms)
    return Copied(path, rows)


def _tenants(path: Path) -> list[str]:
    return [row["id"] for name, row in _read(path) if name == "tenant"]


def _is_used(connection: sa.Connection) -> bool:
    if schema.revision_of(connection) is None:
        return False
    return bool(connection.exec_driver_sql("SELECT EXISTS (SELECT 1 FROM change_log)").scalar_one())


def _drop_all(connection: sa.Connection) -> None:
    _found(connection).drop_all(connection)


def _found(connection: sa.Connection) -> sa.MetaData:
    """Our tables as they stand; others that may share the database are none of our business."""
    ours = {*tables.METADATA.tables, _VERSIONS}
    found = sa.MetaData()
    found.reflect(connection, only=lambda name, _metadata: name in ours)
    return found


def _loaded(connection: sa.Connection, path: Path) -> int:
    """The rows of a copy, into tables as they stood when it was made."""
    found = _found(connection)
    count, waiting, kind = 0, list[dict[str, Any]](), ""
    for name, row in _read(path):
        if name != kind or len(waiting) >= _AT_ONCE:
            _insert(connection, found, kind, waiting, path)
            kind, waiting = name, []
        waiting.append(row)
        count += 1
    _insert(connection, found, kind, waiting, path)
    return count


def _insert(connection: sa.Connection, found: sa.MetaData, name: str, rows: list[dict[str, Any]], path: Path) -> None:
    if not rows:
        return
    table = found.tables.get(name)
    columns = [column.name for column in table.columns] if table is not None else []
    if table is None or any(not row.keys() <= set(columns) for row in rows):
        raise BadFile(path, "damaged", name)
    connection.execute(table.insert(), [{column: row.get(column) for column in columns} for row in rows])


def epochs_of(connection: sa.Connection) -> list[dict[str, Any]]:
    """Of the database that is to be replaced, if it is one of ours, in their order."""
    table = _found(connection).tables.get(tables.epoch.name)
    if table is None:
        return []
    rows = connection.execute(sa.select(table).order_by(table.c.number)).mappings()
    return [dict(row) for row in rows if set(row) == set(tables.epoch.columns.keys())]


def begin_epochs(
    connection: sa.Connection, epochs: dict[str, str], replaced: list[dict[str, Any]], now_ms: int
) -> None:
    """Sequences above the restored head mean something else from now on.

    Laptops that met the database which is replaced know epochs of it that the copy does not know: their sequences mean
    what ours mean up to where the first of those began.
    """
    epoch, head = tables.epoch, tables.sync_head
    for tenant, made in epochs.items():
        last = connection.execute(sa.select(head.c.last_seq).where(head.c.tenant_id == tenant)).scalar_one()
        of_tenant = sa.select(epoch.c.id, epoch.c.number).where(epoch.c.tenant_id == tenant)
        known = {row.id: row.number for row in connection.execute(of_tenant)}
        strange = [row for row in replaced if row["tenant_id"] == tenant and row["id"] not in known]
        began = min([last, *(row["began_seq"] for row in strange)])
        new = [*strange, {"tenant_id": tenant, "id": made, "began_seq": began, "began_ms": now_ms}]
        first = max(known.values()) + 1
        connection.execute(epoch.insert(), [row | {"number": number} for number, row in enumerate(new, start=first)])
