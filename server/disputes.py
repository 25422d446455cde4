"""Conflicts as rows: what is open about a row, what a batch opens and closes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec
import sqlalchemy as sa

from app.models.ids import natural_id
from app.sync.merge import Dispute, OpenDispute, Who
from app.sync.protocol import CONFLICT, PUSH_ONLY
from server import tables
from server.database import among, one_of
from server.stored import RELATIVE, Key, by_table, canonical, metadata, write_rows

DUPLICATE = "duplicate"


@dataclass(slots=True)
class Opened:
    """A conflict that a batch opens; `seq` is relative to the batch until the batch is settled.

    `resolved_by`: who had settled one that is given back; None for one that is open.
    """

    id: str
    key: Key
    scope: str
    seq: int
    dispute: Dispute
    resolved_by: str | None = None


def conflict_id(key: Key, dispute: Dispute, by: Who, place: tuple[str, int]) -> str:
    """The same for the same arrival at any try. `place`: the epoch, and the number of the conflict in its mutation.

    In another epoch the same hand and mutation may come about once more, with another meaning.
    """
    epoch, number = place
    hand = (epoch, by.device, str(by.m), str(number))
    return natural_id(key.id, CONFLICT, key.table, dispute.field, dispute.kind, *hand)


def read_open(connection: sa.Connection, tenant: str, keys: Iterable[Key]) -> dict[Key, list[OpenDispute]]:
    """What nobody settled yet about these rows, oldest first."""
    found = dict[Key, list[OpenDispute]]()
    for name, ids in by_table(keys).items():
        asked = {"tenant": tenant, "name": name, "ids": ids}
        for one in connection.execute(_open_about(connection.dialect.name), asked).mappings():
            by = Who(one["other_hand"], one["other_m"], one["other_at"], one["other_by"])
            other = msgspec.json.decode(one["other"])
            dispute = OpenDispute(one["id"], one["field"], one["opened_seq"], other, by)
            found.setdefault(Key(name, one["row_id"]), []).append(dispute)
    return found


@cache
def _open_about(dialect: str) -> sa.Select[Any]:
    conflict = tables.conflict
    whose = (conflict.c.tenant_id == sa.bindparam("tenant"), conflict.c.tbl == sa.bindparam("name"))
    is_open = (conflict.c.resolved_seq.is_(None), conflict.c.kind != DUPLICATE)
    statement = sa.select(conflict).where(*whose, *is_open, one_of(dialect, conflict.c.row_id, "ids"))
    return statement.order_by(conflict.c.opened_seq, conflict.c.id)


def open_among(connection: sa.Connection, tenant: str, ids: Iterable[str]) -> dict[str, Key]:
    """Which of these conflicts are open, and of tables that everybody may see: with the row each is about."""
    conflict, wanted = tables.conflict, set(ids)
    if not wanted:
        return {}
    statement = sa.select(conflict.c.id, conflict.c.tbl, conflict.c.row_id).where(
        conflict.c.tenant_id == tenant,
        conflict.c.resolved_seq.is_(None),
        conflict.c.tbl.not_in(sorted(PUSH_ONLY)),
        among(connection, conflict.c.id, wanted),
    )
    return {key: Key(table, row_id) for key, table, row_id in connection.execute(statement)}


def write_opened(connection: sa.Connection, tenant: str, opened: Sequence[Opened]) -> None:
    """Sequences must be settled."""
    if not opened:
        return
    connection.execute(tables.conflict.insert(), [_row(tenant, one) for one in opened])
    shown = [one for one in opened if one.key.table not in PUSH_ONLY]
    write_rows(
        connection,
        [
            metadata(
                tenant,
                Key(CONFLICT, one.id),
                one.scope,
                one.seq,
                by_user=one.dispute.other_by.user,
                edited_ms=one.dispute.other_by.when,
            )
            for one in shown
        ],
        [],
    )


def _row(tenant: str, one: Opened) -> dict[str, Any]:
    said = one.dispute
    return {
        "tenant_id": tenant,
        "id": one.id,
        "tbl": one.key.table,
        "row_id": one.key.id,
        "field": said.field,
        "kind": said.kind,
        "base": canonical(said.base),
        "kept": canonical(said.kept),
        "other": canonical(said.other),
        "kept_by": said.kept_by.user,
        "other_by": said.other_by.user,
        "other_hand": said.other_by.device,
        "other_m": said.other_by.m,
        "kept_at": said.kept_by.when,
        "other_at": said.other_by.when,
        "clock_suspect": int(said.kept_by.clock_suspect or said.other_by.clock_suspect),
        "opened_seq": one.seq,
        "resolved_seq": None if one.resolved_by is None else one.seq,
        "resolved_by": one.resolved_by,
    }


def write_closed(connection: sa.Connection, tenant: str, closed: dict[str, int], *, by_user: str, now_ms: int) -> None:
    """`closed`: the real sequence at which each was settled."""
    if not closed:
        return
    conflict, row = tables.conflict, tables.sync_row
    parameters = [{"key": key, "seq": seq} for key, seq in sorted(closed.items())]
    connection.execute(
        conflict.update()
        .where(
            conflict.c.tenant_id == tenant,
            conflict.c.id == sa.bindparam("key"),
            conflict.c.resolved_seq.is_(None),
        )
        .values(resolved_seq=sa.bindparam("seq"), resolved_by=by_user),
        parameters,
    )
    connection.execute(
        row.update()
        .where(row.c.tenant_id == tenant, row.c.tbl == CONFLICT, row.c.row_id == sa.bindparam("key"))
        .values(row_seq=sa.bindparam("seq"), by_user=by_user, edited_ms=now_ms),
        parameters,
    )


def settled(seq: int, start: int) -> int:
    """A sequence relative to a batch as a real one; `start`: the newest before the batch."""
    return seq - RELATIVE + start if seq > RELATIVE else seq
