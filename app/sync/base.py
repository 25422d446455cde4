"""What the server last said of rows: `sync_base`."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from app.models.driver import Database
from app.sync.checksum import row_digest
from app.sync.overlay import DELETED, LIFE, Laid, RowKey
from app.sync.protocol import PUSH_ONLY, Row, Value

_COLUMNS = "row_id, scope_id, vals, fseq, life_seq, deleted, row_seq, confirmed_ms"


@dataclass(slots=True)
class Base:
    """A row as the server holds it. `values`: none that is null. `seqs`: those that differ from `row_seq`, and those of
    fields that were emptied."""

    scope: str = ""
    values: dict[str, Value] = field(default_factory=dict)
    seqs: dict[str, int] = field(default_factory=dict)
    life_seq: int = 0
    deleted: bool = False
    row_seq: int = 0
    confirmed_ms: int = 0

    def seq_of(self, name: str) -> int:
        """When the field was written last; 0 for one that holds nothing and never did, as far as is known here."""
        return self.seqs.get(name, self.row_seq if name in self.values else 0)


def from_row(row: Row, confirmed_ms: int) -> Base:
    values = {name: value for name, value in row.values.items() if value is not None}
    life_seq = row.seq if row.life is None else row.life
    return Base(row.scope, values, row.seqs, life_seq, row.deleted, row.seq, confirmed_ms)


def folded(base: Base | None, laid: Iterable[Laid], seq: int, confirmed_ms: int) -> Base:
    """The row after own operations that the server took at `seq` exactly as they were sent."""
    before = base or Base(deleted=True)
    values, deleted = dict(before.values), before.deleted
    written = set()
    for each in laid:
        if each.field == LIFE:
            deleted = each.value == DELETED
        else:
            values[each.field] = each.value
            written.add(each.field)
            deleted = False
    seqs = dict.fromkeys(before.values, before.row_seq) | before.seqs
    return Base(
        before.scope,
        {name: value for name, value in values.items() if value is not None},
        {name: own for name, own in seqs.items() if name not in written}
        | {name: seq for name in written if values[name] is None},
        seq if base is None or deleted != before.deleted else before.life_seq,
        deleted,
        seq,
        confirmed_ms,
    )


def bases_of(db: Database, table: str, row_ids: Sequence[str]) -> dict[str, Base]:
    """By row id; none for rows of which the server said nothing yet."""
    rows = db.conn.execute(
        f"SELECT {_COLUMNS} FROM sync_base WHERE tbl = ? AND row_id IN (SELECT value FROM json_each(?))",
        (table, json.dumps(row_ids)),
    )
    return {row_id: _base(row) for row_id, *row in rows}


def bases_after(db: Database, seq: int) -> list[tuple[RowKey, Base]]:
    """The rows that changed after `seq`."""
    rows = db.conn.execute(f"SELECT tbl, {_COLUMNS} FROM sync_base WHERE row_seq > ?", (seq,))
    return [((table, row_id), _base(row)) for table, row_id, *row in rows]


def _base(row: list[Any]) -> Base:
    scope, vals, fseq, life_seq, deleted, row_seq, confirmed_ms = row
    return Base(
        scope, msgspec.json.decode(vals), msgspec.json.decode(fseq), life_seq, bool(deleted), row_seq, confirmed_ms
    )


def put_bases(db: Database, rows: Iterable[tuple[RowKey, Base]]) -> None:
    db.conn.executemany(
        f"INSERT OR REPLACE INTO sync_base(tbl, {_COLUMNS}, digest) VALUES(?,?,?,?,?,?,?,?,?,?)",
        (
            (
                *key,
                base.scope,
                _text(base.values),
                _text(base.seqs),
                base.life_seq,
                base.deleted,
                base.row_seq,
                base.confirmed_ms,
                digest_of(key, base),
            )
            for key, base in rows
        ),
    )


def digest_of(key: RowKey, base: Base) -> int:
    """0 for what the server sends nobody back, so that it makes no difference in sums."""
    table, row_id = key
    if table in PUSH_ONLY:
        return 0
    return row_digest(table, row_id, base.row_seq, deleted=base.deleted, values=base.values)


def _text(value: object) -> str:
    return msgspec.json.encode(value).decode("utf-8")
