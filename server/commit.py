"""The end of a batch: the counter, last of all; then everything is written under its sequences."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa

from app.sync.protocol import CONFLICT, PUSH_ONLY, Result
from server import tables
from server.apply import Batch
from server.database import Stale
from server.disputes import settled, write_closed, write_opened
from server.duplicates import note_duplicates
from server.judge import Sealed
from server.log import write_log
from server.stored import Key, canonical, settle_sequences, write_entries


@dataclass(frozen=True, slots=True)
class Head:
    """The counter of a tenant: its newest sequence, the sum of all digests, the hash of the newest entry of the log."""

    seq: int
    sums: int
    last_hash: str


def read_head(connection: sa.Connection, tenant: str, *, alone: bool = False) -> Head:
    """`alone`: nobody else writes for this tenant until the end of the transaction."""
    return Head(*connection.execute(_head(alone), {"tenant": tenant}).one())


@cache
def _head(alone: bool) -> sa.Select[Any]:
    head = tables.sync_head
    statement = sa.select(head.c.last_seq, head.c.sums, head.c.last_hash)
    statement = statement.where(head.c.tenant_id == sa.bindparam("tenant"))
    return statement.with_for_update() if alone else statement


def take_sequences(connection: sa.Connection, tenant: str, count: int) -> Head:
    """Move the counter on by `count`, and hold it until the transaction ends; the head as it was before."""
    seq, sums, last_hash = connection.execute(_moved_on(), {"of_tenant": tenant, "count": count}).one()
    return Head(seq - count, sums, last_hash)


@cache
def _moved_on() -> sa.Executable:
    head = tables.sync_head
    count: sa.BindParameter[int] = sa.bindparam("count", type_=sa.BigInteger())
    moved = head.update().where(head.c.tenant_id == sa.bindparam("of_tenant")).values(last_seq=head.c.last_seq + count)
    return moved.returning(head.c.last_seq, head.c.sums, head.c.last_hash)


def keep_head(connection: sa.Connection, tenant: str, *, sums: int, last_hash: str) -> None:
    connection.execute(_kept_head(), {"of_tenant": tenant, "sums": sums, "last_hash": last_hash})


@cache
def _kept_head() -> sa.Update:
    head = tables.sync_head
    return head.update().where(head.c.tenant_id == sa.bindparam("of_tenant"))


def write_batch(batch: Batch) -> None:
    """Write all that a batch has done and kept. Raises Stale when what it had not locked is no longer so."""
    connection, tenant = batch.shelf.connection, batch.sender.tenant
    if batch.used:
        head = take_sequences(connection, tenant, batch.used)
        if head.seq != batch.head:
            _refuse_stale(batch)
        note_duplicates(batch)
        _settle(batch, head.seq)
        sums = head.sums + _write_rows(batch)
        last_hash = write_log(connection, tenant, batch.log, now_ms=batch.now_ms, last_hash=head.last_hash)
        keep_head(connection, tenant, sums=sums, last_hash=last_hash)
    _write_results(batch)


def _refuse_stale(batch: Batch) -> None:
    """Others wrote since the batch looked around: not under its rows, which are locked, but above and below them."""
    row = tables.sync_row
    statement = sa.select(row.c.tbl, row.c.row_id, row.c.deleted, row.c.scope_id).where(
        row.c.tenant_id == batch.sender.tenant, row.c.row_seq > batch.head
    )
    for table, row_id, deleted, scope in batch.shelf.connection.execute(statement):
        key, glances = Key(table, row_id), batch.shelf.glances
        glance = glances.get(key)
        above = key in glances and (deleted or (glance is not None and glance.scope != scope))
        if above or ((batch.deleted or batch.moved) and table in tables.ENTITIES):
            raise Stale(f"{table} {row_id}")


def _settle(batch: Batch, start: int) -> None:
    for entry in batch.shelf.entries.values():
        if entry.changed:
            settle_sequences(entry.state, start)
    for one in batch.opened:
        one.seq = settled(one.seq, start)
    for logged in batch.log:
        logged.seq = settled(logged.seq, start)
    for _, result in batch.results:
        result.seq = settled(result.seq, start)
    batch.closed = {key: settled(seq, start) for key, seq in batch.closed.items()}


def _write_rows(batch: Batch) -> int:
    """By how much the sum of all digests grows."""
    connection, tenant = batch.shelf.connection, batch.sender.tenant
    changed = [entry for entry in batch.shelf.entries.values() if entry.changed]
    counted = [entry for entry in changed if entry.key.table not in PUSH_ONLY]
    before = sum(entry.digest for entry in counted)
    write_entries(connection, tenant, changed)
    write_opened(connection, tenant, batch.opened)
    write_closed(connection, tenant, batch.closed, by_user=batch.sender.user_id, now_ms=batch.now_ms)
    return sum(entry.digest for entry in counted) - before


def _write_results(batch: Batch) -> None:
    sender, connection = batch.sender, batch.shelf.connection
    whose = {"tenant_id": sender.tenant, "device_id": sender.device, "incarnation": sender.incarnation}
    kept = [whose | _kept(sealed, result, batch.now_ms) for sealed, result in batch.results]
    if kept:
        connection.execute(tables.mutation_result.insert(), kept)
    aside = [
        whose | _aside(sealed, result, sender.user_id, batch.now_ms) for sealed, result in batch.results if result.code
    ]
    if aside:
        connection.execute(tables.mutation_quarantine.insert(), aside)


def _kept(sealed: Sealed, result: Result, now_ms: int) -> dict[str, Any]:
    said = {"code": result.code, "table": result.table, "field": result.field, CONFLICT: result.conflicts}
    detail = {name: value for name, value in said.items() if value}
    return {
        "m": sealed.m,
        "body_sha256": sealed.sha256,
        "status": result.status,
        "seq": result.seq,
        "detail": canonical(detail) if detail else "",
        "at_ms": now_ms,
    }


def _aside(sealed: Sealed, result: Result, user_id: str, now_ms: int) -> dict[str, Any]:
    return {
        "m": sealed.m,
        "body": sealed.body,
        "status": result.status,
        "code": result.code,
        "tbl": result.table,
        "field": result.field,
        "user_id": user_id,
        "at_ms": now_ms,
    }
