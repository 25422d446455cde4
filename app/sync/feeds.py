"""Rows of the feed that are no records: conflicts, and which bytes the server holds; inside a promotion."""

import json
from collections.abc import Iterator

import msgspec

from app.models.driver import Database
from app.sync.protocol import BLOB, CONFLICT, Row, mutation_decoder

_decoder = msgspec.json.Decoder(Row)
_VERIFIED = "verified"
_ON_DEMAND = 4  # the lane of bytes that nobody here asked for


def take_conflicts(db: Database) -> bool:
    """Whether any came. One that is being closed here stays so until the server has said what became of that."""
    rows = list(_staged(db, CONFLICT))
    db.conn.executemany(_PUT_CONFLICT, [_conflict(row) for row in rows if not row.deleted])
    db.conn.executemany("DELETE FROM sync_conflict WHERE id = ?", [(row.id,) for row in rows if row.deleted])
    return bool(rows)


_CONFLICT_COLUMNS = (
    "id", "tbl", "row_id", "field", "kind", "base_value", "kept_value", "other_value", "kept_by", "other_by",
    "kept_at_ms", "other_at_ms", "clock_suspect", "opened_seq", "resolved_seq", "resolved_by",
)  # fmt: skip
_PUT_CONFLICT = (
    f"INSERT INTO sync_conflict({', '.join(_CONFLICT_COLUMNS)}) VALUES({','.join('?' * len(_CONFLICT_COLUMNS))})"
    " ON CONFLICT DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in _CONFLICT_COLUMNS[1:])
    + ", closing = closing AND excluded.resolved_seq IS NULL"
)


def _conflict(row: Row) -> tuple[object, ...]:
    said = row.values
    return (
        row.id,
        said.get("tbl", ""),
        said.get("row_id", ""),
        said.get("field", ""),
        said.get("kind", ""),
        *(_scalar(said.get(name)) for name in ("base", "kept", "other")),
        *(said.get(name) for name in ("kept_by", "other_by", "kept_at", "other_at")),
        int(bool(said.get("clock_suspect"))),
        said.get("opened_seq") or row.seq,
        said.get("resolved_seq"),
        said.get("resolved_by"),
    )


def _scalar(value: object) -> object:
    """A field that only a newer program knows may hold more than a column takes."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value


def settle_closed(db: Database, bodies: list[bytes]) -> None:
    """Conflicts that were closed by mutations which are confirmed now; `bodies`: theirs.

    That they are settled the server says, in their rows: of one that it did not know then, it does not.
    """
    closed = [conflict for body in bodies for conflict in mutation_decoder.decode(body).closes]
    db.conn.executemany("UPDATE sync_conflict SET closing = 0 WHERE id = ?", [(conflict,) for conflict in closed])


def take_blobs(db: Database) -> bool:
    """Whether any came. What is held here and was on its way is there; what is not here can be fetched."""
    rows = list(_staged(db, BLOB))
    verified = [row for row in rows if not row.deleted and row.values.get("state") == _VERIFIED]
    db.conn.executemany(
        "INSERT INTO blob(sha256, size, kind, lane, state, verified_ms) VALUES(?, ?, '', ?, 'remote', ?)"
        " ON CONFLICT DO UPDATE SET verified_ms = excluded.verified_ms,"
        " state = CASE WHEN state IN ('local', 'uploading') THEN 'verified' ELSE state END",
        [(row.id, row.values.get("size") or 0, _ON_DEMAND, row.values.get("verified_at")) for row in verified],
    )
    lost = [(row.id,) for row in rows if row not in verified]
    db.conn.executemany("DELETE FROM blob WHERE sha256 = ? AND state IN ('remote', 'downloading')", lost)
    db.conn.executemany(
        "UPDATE blob SET state = 'local', verified_ms = NULL, offset_acked = 0, upload_url = NULL, next_try_ms = NULL"
        " WHERE sha256 = ? AND state IN ('verified', 'both')",
        lost,
    )
    return bool(rows)


def _staged(db: Database, table: str) -> Iterator[Row]:
    for (body,) in db.conn.execute("SELECT body FROM sync_stage WHERE tbl = ?", (table,)):
        yield _decoder.decode(body)
