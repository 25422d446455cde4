"""After an update of the program: what a newer one had stored, and this one had no place for, finds its place."""

import json

from app.models.driver import Database
from app.models.registry import TABLES, Table
from app.models.schema import quoted
from app.sync.base import Base, bases_of
from app.sync.protocol import Row
from app.sync.stage import put_staged
from app.sync.state import transaction
from app.sync.waiting import is_of_type

_AT_ONCE = 1_000


def adopt_extra(db: Database) -> int:
    """Values of fields that are known now move from `extra` to their columns, and rows of tables that are known now are
    staged, so that the next promotion shows them. Returns how many rows it was about; nothing of it is an edit."""
    with transaction(db, applying=True):
        return sum(_adopt_fields(db, table) + _adopt_rows(db, table) for table in TABLES)


def _adopt_fields(db: Database, table: Table) -> int:
    found = db.conn.execute(f"SELECT id, extra FROM {quoted(table.name)} WHERE extra IS NOT NULL").fetchall()
    adopted = 0
    for row_id, text in found:
        extra = json.loads(text)
        known = {
            name: extra.pop(name) for name in table.captured if name in extra and is_of_type(table, name, extra[name])
        }
        if known:
            sets = ", ".join(f"{quoted(name)} = ?" for name in (*known, "extra"))
            left = json.dumps(extra, ensure_ascii=False, sort_keys=True) if extra else None
            db.conn.execute(f"UPDATE {quoted(table.name)} SET {sets} WHERE id = ?", [*known.values(), left, row_id])
            adopted += 1
    return adopted


def _adopt_rows(db: Database, table: Table) -> int:
    ids = [
        row_id
        for (row_id,) in db.conn.execute(
            f"SELECT row_id FROM sync_base WHERE tbl = ? AND row_id NOT IN (SELECT id FROM {quoted(table.name)})",
            (table.name,),
        ).fetchall()
    ]
    for start in range(0, len(ids), _AT_ONCE):
        bases = bases_of(db, table.name, ids[start : start + _AT_ONCE])
        put_staged(db, [_row(table.name, row_id, base) for row_id, base in bases.items()])
    return len(ids)


def _row(table: str, row_id: str, base: Base) -> Row:
    return Row(
        table=table,
        id=row_id,
        seq=base.row_seq,
        values=dict(base.values),
        seqs=base.seqs,
        life=base.life_seq,
        deleted=base.deleted,
        scope=base.scope,
        at=base.confirmed_ms,
    )
