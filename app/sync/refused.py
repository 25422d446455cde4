"""Work that the server did not take: shown, written to a file, sent again, given up. Never dropped by itself."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from app.errors import NotFound
from app.fieldwork.whereabouts import Whereabouts, whereabouts
from app.models.database import Author, edit
from app.models.driver import Database
from app.models.registry import TABLE_BY_NAME
from app.models.rows import find_row
from app.models.values import Stored
from app.paths import replacing
from app.sync.base import bases_of
from app.sync.overlay import ALIVE, DELETED, LIFE, REFUSED, Laid, RowKey, laid_on, laid_over
from app.sync.protocol import Mutation, mutation_decoder
from app.sync.seal import seal_inside
from app.sync.state import transaction
from app.sync.visible import Groups, Shown, show

_COLUMNS = "id, body, code, tbl, field, at_ms"
_Row = tuple[int, bytes, str, str, str, int]


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """What was to be done to one row. `binned`: whether it was to go to the bin."""

    where: Whereabouts
    values: Mapping[str, Stored]
    binned: bool


@dataclass(frozen=True, slots=True)
class Refused:
    """One step of work. `code`, `table`, `field`: why, as the server said it. `done_at` by this device's clock."""

    id: int
    code: str
    table: str
    field: str
    refused_at: datetime
    done_at: datetime
    rows: tuple[RefusedRow, ...]


def list_refused(db: Database) -> list[Refused]:
    """Newest first."""
    rows = db.conn.execute(f"SELECT {_COLUMNS} FROM sync_rejected ORDER BY id DESC").fetchall()
    return [_refused(db, row) for row in rows]


def get_refused(db: Database, number: int) -> Refused:
    """Raises NotFound."""
    return _refused(db, _read(db, number))


def export_refused(db: Database, number: int, path: Path) -> None:
    """All of it, as JSON, for whoever looks after the server. Raises NotFound."""
    __, body, code, table, field, at_ms = _read(db, number)
    facts = {"code": code, "table": table, "field": field, "at": at_ms, "mutation": json.loads(body)}
    with replacing(path) as half:
        half.write_text(json.dumps(facts, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def send_again(db: Database, by: Author, number: int) -> int:
    """What of it nobody wrote over since becomes new work, with the merge base it had. Returns how many rows wait.

    Raises NotFound.
    """
    mutation = _mutation(_read(db, number))
    with edit(db, by):
        seal_inside(db, by.clock)  # what was written since takes the place of what was refused
        laid = _laid(db, number)
        for key, its in laid.items():
            for seen, values, life in _by_base(its):
                kind = life or ("upd" if bases_of(db, key[0], [key[1]]) else "ins")
                _capture(db, key, kind, values, seen)
        # As if it was done when it was: the later of two hands is on top.
        db.conn.execute(
            "UPDATE sync_capture SET at_ms = ?, boot_id = ?, mono_ms = ? WHERE grp = (SELECT grp FROM edit_context)",
            (mutation.at, mutation.boot, mutation.mono),
        )
        _forget(db, number)
        return len(laid)


def give_up(db: Database, by: Author, number: int) -> frozenset[str]:
    """Its rows show again what the server has; a row that only it would have made goes to the bin. Later work on them
    stays. Returns the tables in which something is seen differently now. Raises NotFound."""
    _read(db, number)
    with transaction(db, applying=True):
        seal_inside(db, by.clock)
        keys = list(_laid(db, number))
        _forget(db, number)
        return _show_again(db, by, keys)


def _refused(db: Database, row: _Row) -> Refused:
    number, __, code, table, field, at_ms = row
    mutation = _mutation(row)
    rows = tuple(RefusedRow(whereabouts(db, op.table, op.id), op.set, op.life == DELETED) for op in mutation.ops)
    return Refused(number, code, table, field, _instant(at_ms), _instant(mutation.at), rows)


def _read(db: Database, number: int) -> _Row:
    found = db.conn.execute(f"SELECT {_COLUMNS} FROM sync_rejected WHERE id = ?", (number,)).fetchone()
    if found is None:
        raise NotFound("rejected", str(number))
    row: _Row = tuple(found)
    return row


def _mutation(row: _Row) -> Mutation:
    return mutation_decoder.decode(row[1])


def _laid(db: Database, number: int) -> dict[RowKey, list[Laid]]:
    """What of it still lies over the rows."""
    found: defaultdict[RowKey, list[Laid]] = defaultdict(list)
    for table, row_id, *rest in db.conn.execute(
        "SELECT tbl, row_id, field, mseq, base_seq, value FROM sync_overlay WHERE mseq = ? ORDER BY tbl, row_id",
        (REFUSED + number,),
    ):
        found[table, row_id].append(Laid(*rest))
    return found


def _by_base(laid: Iterable[Laid]) -> list[tuple[int, dict[str, Stored], str]]:
    """Fields that were seen at the same cursor are one capture; a life is one of its own, `del` or `undel`."""
    fields: defaultdict[int, dict[str, Stored]] = defaultdict(dict)
    lives: list[tuple[int, dict[str, Stored], str]] = []
    for one in laid:
        if one.field == LIFE:
            lives.append((one.base, {}, DELETED if one.value == DELETED else ALIVE))
        else:
            fields[one.base][one.field] = one.value
    return [(base, values, "") for base, values in fields.items()] + lives


def _capture(db: Database, key: RowKey, kind: str, values: Mapping[str, Stored], seen: int) -> None:
    db.conn.execute(
        "INSERT INTO sync_capture(grp, tbl, row_id, kind, vals, at_ms, user_id, seen)"
        " SELECT grp, ?, ?, ?, ?, at_ms, coalesce(user_id, ''), ? FROM edit_context",
        (*key, kind, json.dumps(values, ensure_ascii=False) if values else None, seen),
    )


def _forget(db: Database, number: int) -> None:
    db.conn.execute("DELETE FROM sync_overlay WHERE mseq = ?", (REFUSED + number,))
    db.conn.execute("DELETE FROM sync_rejected WHERE id = ?", (number,))


def _show_again(db: Database, by: Author, keys: Iterable[RowKey]) -> frozenset[str]:
    at_ms = int(by.clock.now().timestamp() * 1000)
    groups, changed = Groups(db), set()
    for table, row_id in keys:
        if (row := find_row(db, table, row_id, binned=True) if table in TABLE_BY_NAME else None) is None:
            continue
        laid = laid_on(db, table, [row_id]).get(row_id, [])
        if base := bases_of(db, table, [row_id]).get(row_id):
            values, deleted = laid_over(base.values, laid, deleted=base.deleted)
        else:  # what else was written of it may have been taken already, and is only not shown as the server's yet
            values, deleted = laid_over({}, laid, deleted=True)
            if deleted:
                values = {name: row[name] for name in TABLE_BY_NAME[table].captured} | values
        if show(db, TABLE_BY_NAME[table], [Shown(row_id, values, deleted, by.user_id, at_ms)], groups):
            changed.add(table)
    return frozenset(changed)


def _instant(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)
