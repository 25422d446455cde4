"""The change log: what was written at each sequence, by whom; each entry carries the hash of the one before it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import sqlalchemy as sa

from app.sync.merge import Who
from app.sync.protocol import Value
from server import tables
from server.stored import Key, canonical

FIRST_HASH = "0" * 64
_canonical = msgspec.json.Encoder(order="deterministic")


@dataclass(slots=True)
class Logged:
    """One entry; `seq` is relative to the batch until the batch is settled. `op`: write, live, delete, close, none."""

    seq: int
    number: int
    key: Key
    op: str
    new: dict[str, Value]
    old: dict[str, Value]
    who: Who
    hlc: int


def held_at(connection: sa.Connection, tenant: str, key: Key, name: str, at: int, fresh: Sequence[Logged]) -> Value:
    """What a field held at the sequence `at`; None also when that is not known any more.

    `fresh`: entries that are not in the database yet.
    """
    log = tables.change_log
    statement = (
        sa.select(log.c.old_vals)
        .where(log.c.tenant_id == tenant, log.c.tbl == key.table, log.c.row_id == key.id, log.c.seq > at)
        .order_by(log.c.seq, log.c.ord)
    )
    for (old_vals,) in connection.execute(statement):
        old = msgspec.json.decode(old_vals)
        if name in old:
            value: Value = old[name]
            return value
    return next((entry.old[name] for entry in fresh if entry.key == key and name in entry.old), None)


def write_log(connection: sa.Connection, tenant: str, entries: Sequence[Logged], *, now_ms: int, last_hash: str) -> str:
    """The hash of the newest entry. Sequences must be settled; entries, one at least, come in their order."""
    rows = []
    for entry in entries:
        row = _row(tenant, entry, now_ms, last_hash)
        rows.append(row)
        last_hash = hash_of(row)
    connection.execute(tables.change_log.insert(), rows)
    return last_hash


def _row(tenant: str, entry: Logged, now_ms: int, prev_hash: str) -> dict[str, Any]:
    return {
        "tenant_id": tenant,
        "seq": entry.seq,
        "ord": entry.number,
        "tbl": entry.key.table,
        "row_id": entry.key.id,
        "op": entry.op,
        "new_vals": canonical(entry.new),
        "old_vals": canonical(entry.old),
        "user_id": entry.who.user,
        "device": entry.who.device,
        "m": entry.who.m,
        "hlc": entry.hlc,
        "edited_ms": entry.who.when,
        "received_ms": now_ms,
        "prev_hash": prev_hash,
    }


def hash_of(row: dict[str, Any]) -> str:
    """The hash of an entry as it is stored, the hash of the one before it included."""
    return hashlib.sha256(_canonical.encode(row)).hexdigest()
