"""Rows of the registry with their metadata, read into `merge.State` and written back: many at a time."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa

from app.models.registry import TABLE_BY_NAME
from app.sync.checksum import row_digest
from app.sync.merge import LIFE, NOBODY, State, Who
from app.sync.protocol import Value
from server import tables
from server.database import one_of

_ECHO = "="
RELATIVE = 1 << 61  # sequences of a batch before the counter is asked: this plus 1, 2, 3
_canonical = msgspec.json.Encoder(order="deterministic")
_COLUMNS = {name: ("created_at", *table.field_names) for name, table in TABLE_BY_NAME.items()}
_KNOWN = {name: frozenset(columns) for name, columns in _COLUMNS.items()}


class Key(NamedTuple):
    table: str
    id: str


@dataclass(slots=True)
class Entry:
    """A row in work. `stored`: the database has it. `digest`: what it counts in the sum of all as stored."""

    key: Key
    state: State
    scope: str = ""
    stored: bool = False
    digest: int = 0
    changed: bool = False


def canonical(value: object) -> str:
    """JSON that is the same for the same value."""
    return _canonical.encode(value).decode()


def by_table(keys: Iterable[Key]) -> dict[str, list[str]]:
    """Ids by table, both in order."""
    found: dict[str, list[str]] = defaultdict(list)
    for key in sorted(keys):
        found[key.table].append(key.id)
    return found


def read_entries(connection: sa.Connection, tenant: str, keys: Iterable[Key]) -> dict[Key, Entry]:
    """The rows of `keys` that exist, locked against other writers in one order everywhere, without open disputes."""
    wanted = set(keys)
    names, ids = sorted({key.table for key in wanted}), sorted({key.id for key in wanted})
    entries = {}
    asked = {"tenant": tenant, "names": names, "ids": ids}
    for found in connection.execute(_locked_rows(connection.dialect.name), asked).mappings():
        key = Key(found["tbl"], found["row_id"])
        if key in wanted:
            entries[key] = _entry(key, found)
    for key, values in read_values(connection, tenant, entries).items():
        entries[key].state.values = values
    return entries


@cache
def _locked_rows(dialect: str) -> sa.Select[Any]:
    row = tables.sync_row
    wanted = (one_of(dialect, row.c.tbl, "names"), one_of(dialect, row.c.row_id, "ids"))
    statement = sa.select(row).where(row.c.tenant_id == sa.bindparam("tenant"), *wanted)
    return statement.order_by(row.c.tbl, row.c.row_id).with_for_update()


def _entry(key: Key, found: Mapping[Any, Any]) -> Entry:
    state = State(
        born=True,
        deleted=bool(found["deleted"]),
        life_seq=found["life_seq"],
        row_seq=found["row_seq"],
        plain_by=found["plain_by"],
        plain_after=found["plain_after"],
    )
    state.seqs, state.whos, state.life_who = hands(found["fseq"], found["fwho"], found["row_seq"])
    state.echoes = _echoes(found["fwho"])
    return Entry(key, state, found["scope_id"], stored=True, digest=found["digest"])


def hands(fseq: str, fwho: str, row_seq: int) -> tuple[dict[str, int], dict[str, Who], Who]:
    """Of each field the sequence that wrote it and whose hand; and the hand that gave the row its life."""
    late: dict[str, int] = msgspec.json.decode(fseq)
    seqs: dict[str, int] = {}
    whos: dict[str, Who] = {}
    life = NOBODY
    for device, m, when, user, suspect, names in msgspec.json.decode(fwho):
        who = Who(device, m, when, user, bool(suspect))
        for name in names:
            if name == LIFE:
                life = who
            elif not name.startswith(_ECHO):
                seqs[name], whos[name] = late.get(name, row_seq), who
    return seqs, whos, life


def _echoes(fwho: str) -> dict[str, list[Who]]:
    """Who else wrote the very same: their hands stand under the field's name with a mark before it."""
    found: dict[str, list[Who]] = {}
    if _ECHO in fwho:
        for device, m, when, user, suspect, names in msgspec.json.decode(fwho):
            for name in names:
                if name.startswith(_ECHO):
                    found.setdefault(name[1:], []).append(Who(device, m, when, user, bool(suspect)))
    return found


def read_values(connection: sa.Connection, tenant: str, keys: Iterable[Key]) -> dict[Key, dict[str, Value]]:
    """What the rows hold: every value that is not null, unknown fields too."""
    values: dict[Key, dict[str, Value]] = {}
    for name, ids in by_table(keys).items():
        statement = _values_of(connection.dialect.name, name)
        for row_id, extra, *found in connection.execute(statement, {"tenant": tenant, "ids": ids}):
            held = {column: value for column, value in zip(_COLUMNS[name], found, strict=True) if value is not None}
            if extra is not None:
                held |= msgspec.json.decode(extra)
            values[Key(name, row_id)] = held
    return values


@cache
def _values_of(dialect: str, name: str) -> sa.Select[Any]:
    table = tables.ENTITIES[name]
    columns = (table.c[column] for column in _COLUMNS[name])
    wanted = one_of(dialect, table.c.id, "ids")
    return sa.select(table.c.id, table.c.extra, *columns).where(table.c.tenant_id == sa.bindparam("tenant"), wanted)


def settle_sequences(state: State, start: int) -> None:
    """Sequences relative to the batch become real ones: `start` is the newest before the batch."""
    shift = start - RELATIVE
    state.seqs = {name: seq + shift if seq > RELATIVE else seq for name, seq in state.seqs.items()}
    state.life_seq += shift if state.life_seq > RELATIVE else 0
    state.row_seq += shift if state.row_seq > RELATIVE else 0
    state.plain_after += shift if state.plain_after > RELATIVE else 0


def write_entries(connection: sa.Connection, tenant: str, entries: Sequence[Entry]) -> None:
    """Sets the digest of each. Sequences must be settled."""
    new = [entry for entry in entries if not entry.stored]
    old = [entry for entry in entries if entry.stored]
    write_rows(connection, [_row(tenant, entry) for entry in new], [_row(tenant, entry) for entry in old])
    for name, group in _grouped(new).items():
        connection.execute(tables.ENTITIES[name].insert(), [_values(tenant, entry) for entry in group])
    for name, group in _grouped(old).items():
        _update(connection, name, ("tenant_id", "id"), [_values(tenant, entry) for entry in group])


def write_rows(connection: sa.Connection, new: list[dict[str, Any]], old: list[dict[str, Any]]) -> None:
    """Metadata of rows, in the one order that everybody writes in."""
    if new:
        connection.execute(tables.sync_row.insert(), sorted(new, key=_by_key))
    if old:
        _update(connection, tables.sync_row.name, ("tenant_id", "tbl", "row_id"), sorted(old, key=_by_key))


def _by_key(row: Mapping[str, Any]) -> tuple[str, str]:
    return row["tbl"], row["row_id"]


def _grouped(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    groups: dict[str, list[Entry]] = defaultdict(list)
    for entry in sorted(entries, key=lambda entry: entry.key):
        groups[entry.key.table].append(entry)
    return groups


def _update(connection: sa.Connection, name: str, key: tuple[str, ...], rows: list[dict[str, Any]]) -> None:
    parameters = [{f"key_{part}" if part in key else part: value for part, value in row.items()} for row in rows]
    connection.execute(_update_of(name, key), parameters)


@cache
def _update_of(name: str, key: tuple[str, ...]) -> sa.Update:
    """Of all columns but those of the key, which are told as `key_...`."""
    table = tables.METADATA.tables[name]
    conditions = [table.c[part] == sa.bindparam(f"key_{part}") for part in key]
    plain: dict[str, Any] = {column.name: sa.bindparam(column.name) for column in table.c if column.name not in key}
    return table.update().where(*conditions).values(plain)


def _values(tenant: str, entry: Entry) -> dict[str, Any]:
    name, values = entry.key.table, entry.state.values
    known = _KNOWN[name]
    extra = {field: value for field, value in values.items() if field not in known and value is not None}
    return {
        "tenant_id": tenant,
        "id": entry.key.id,
        **{column: values.get(column) for column in _COLUMNS[name]},
        "extra": canonical(extra) if extra else None,
    }


def _row(tenant: str, entry: Entry) -> dict[str, Any]:
    state, key = entry.state, entry.key
    entry.digest = row_digest(key.table, key.id, state.row_seq, deleted=state.deleted, values=state.values)
    newest = _newest(state)
    return metadata(
        tenant, key, entry.scope, state.row_seq,
        life_seq=state.life_seq,
        deleted=int(state.deleted),
        fseq=canonical(_told_seqs(state)),
        fwho=canonical(_hands_as_stored(state)),
        plain_by=state.plain_by,
        plain_after=state.plain_after,
        by_user=newest.user,
        edited_ms=newest.when,
        digest=entry.digest,
    )  # fmt: skip


def _told_seqs(state: State) -> dict[str, int]:
    """Those that do not follow from the row's own, and those of fields that were emptied: no value tells of them."""
    return {n: seq for n, seq in state.seqs.items() if seq != state.row_seq or state.values.get(n) is None}


def metadata(tenant: str, key: Key, scope: str, row_seq: int, **known: Any) -> dict[str, Any]:
    """A row of `sync_row`; what is not given is as for a row that the server made."""
    return {
        "tenant_id": tenant,
        "tbl": key.table,
        "row_id": key.id,
        "scope_id": scope,
        "row_seq": row_seq,
        "life_seq": row_seq,
        "deleted": 0,
        "fseq": "{}",
        "fwho": "[]",
        "plain_by": "",
        "plain_after": 0,
        "by_user": "",
        "edited_ms": 0,
        "digest": 0,
    } | known


def _newest(state: State) -> Who:
    newest, who = state.life_seq, state.life_who
    for name, seq in state.seqs.items():
        if seq > newest:
            newest, who = seq, state.whos[name]
    return who


def _hands_as_stored(state: State) -> list[list[object]]:
    fields: dict[Who, list[str]] = defaultdict(list)
    fields[state.life_who].append(LIFE)
    for name, who in state.whos.items():
        fields[who].append(name)
    for name, others in state.echoes.items():
        for who in others:
            fields[who].append(f"{_ECHO}{name}")
    return sorted([w.device, w.m, w.when, w.user, int(w.clock_suspect), sorted(f)] for w, f in fields.items())
