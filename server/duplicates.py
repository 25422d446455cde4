"""Two enterprises under one code: both are kept, and a conflict links them until they differ or somebody settles it."""

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec
import sqlalchemy as sa

from app.sync.merge import LIFE, Dispute, Who
from server import tables
from server.apply import Batch, Work
from server.database import among
from server.disputes import DUPLICATE
from server.judge import is_id
from server.stored import Key, canonical, hands

_TABLE, _FIELD = "enterprise", "code"


@dataclass(frozen=True, slots=True)
class _Coded:
    """An enterprise as far as its code goes; `code` is None when it has none or is deleted."""

    code: str | None
    by: Who


def note_duplicates(batch: Batch) -> None:
    """Open and close the conflicts about codes that the batch changed. Nobody else may write for the tenant now."""
    if not batch.codes:
        return
    works = dict(sorted(batch.codes.items(), key=lambda item: item[1].result.seq, reverse=True))
    said = _open(batch, [key.id for key in works])
    ids = {row_id for pair in said.values() for row_id in pair}
    known = _coded(batch, {*ids, *(key.id for key in works)})
    codes = {row_id: coded.code for row_id, coded in known.items()}
    pairs = set()
    for conflict, (one, other) in said.items():
        # Of what a laptop gives back, one of the two may not be here: it has no code either.
        if codes.get(one) is not None and codes[one] == codes.get(other):
            pairs.add(frozenset((one, other)))
        else:
            work = works.get(Key(_TABLE, one)) or works[Key(_TABLE, other)]
            work.close(conflict)
    for key, work in works.items():
        code = codes[key.id]
        for other in sorted(row_id for row_id, its in codes.items() if code and its == code):
            if other != key.id and frozenset((key.id, other)) not in pairs:
                pairs.add(frozenset((key.id, other)))
                _open_about(batch, key, work, other, known)


def _open_about(batch: Batch, key: Key, work: Work, other: str, known: dict[str, _Coded]) -> None:
    code, by = known[key.id].code, known[other].by
    work.open(batch.shelf.entries[key], Dispute(_FIELD, DUPLICATE, None, code, other, work.who, by))


def _open(batch: Batch, ids: list[str]) -> dict[str, tuple[str, str]]:
    """The two enterprises of each open conflict about a code of one of these; one that came back may not name two."""
    conflict, connection = tables.conflict, batch.shelf.connection
    quoted = [canonical(row_id) for row_id in ids]
    statement = (
        sa.select(conflict.c.id, conflict.c.row_id, conflict.c.other)
        .where(conflict.c.tenant_id == batch.sender.tenant, conflict.c.resolved_seq.is_(None))
        .where(conflict.c.tbl == _TABLE, conflict.c.kind == DUPLICATE)
        .where(among(connection, conflict.c.row_id, ids) | among(connection, conflict.c.other, quoted))
    )
    found = ((key, row_id, msgspec.json.decode(other)) for key, row_id, other in connection.execute(statement))
    return {key: (row_id, other) for key, row_id, other in found if is_id(other)}


def _coded(batch: Batch, ids: Iterable[str]) -> dict[str, _Coded]:
    """These enterprises, and all living ones whose code one of them has, as they are after the batch."""
    held: dict[str, _Coded] = {}
    for key, entry in batch.shelf.entries.items():
        if key.table == _TABLE and entry.state.born:
            state, code = entry.state, entry.state.values.get(_FIELD)
            alive = isinstance(code, str) and code and not state.deleted
            held[key.id] = _Coded(str(code) if alive else None, state.whos.get(_FIELD, state.life_who))
    wanted = {*ids}
    codes = {held[row_id].code for row_id in wanted if row_id in held} - {None}
    return _read(batch, wanted, {code for code in codes if code}) | held


def _read(batch: Batch, ids: Iterable[str], codes: Iterable[str]) -> dict[str, _Coded]:
    table, row, connection = tables.ENTITIES[_TABLE], tables.sync_row, batch.shelf.connection
    statement = (
        sa.select(table.c.id, table.c.code, row.c.deleted, row.c.fwho)
        .join_from(table, row, (row.c.tenant_id == table.c.tenant_id) & (row.c.row_id == table.c.id))
        .where(table.c.tenant_id == batch.sender.tenant, row.c.tbl == _TABLE)
        .where(among(connection, table.c.id, ids) | among(connection, table.c.code, codes))
    )
    found = {}
    for row_id, code, deleted, fwho in connection.execute(statement):
        _, whos, life = hands("{}", fwho, 0)
        found[row_id] = _Coded(None if deleted else code, whos.get(_FIELD, whos.get(LIFE, life)))
    return found
