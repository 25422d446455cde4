"""What this laptop has of the server's rows that the server itself lost, as mutations that give it back.

A server that was restored from a backup begins a new epoch at an older head. Every value here with a later sequence is
offered to it under the sequence it had; what is shown lies over the row until the server has said what became of it.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import msgspec

from app.models.driver import Database
from app.models.registry import TABLES
from app.sync.base import Base, bases_after, from_row, put_bases
from app.sync.clock import COUNTER_BITS
from app.sync.overlay import ALIVE, DELETED, RowKey
from app.sync.protocol import BLOB, CONFLICT, MAX_OPS, SCHEMA, Life, Mutation, Op, Row, Value, encoded

_MOST_BYTES = 1 << 18  # of one mutation, unless a single row is larger
_decoder = msgspec.json.Decoder(Row)


@dataclass(frozen=True, slots=True)
class Loss:
    """`epoch`: the one whose sequences are known here; `seen`: up to where rows were shown; `head`: what is left."""

    epoch: str
    seen: int
    head: int


@dataclass(frozen=True, slots=True)
class Offer:
    """A row to give back, and when the server had confirmed it, in ms."""

    op: Op
    at_ms: int


def lost_work(db: Database, loss: Loss) -> tuple[list[Mutation], dict[RowKey, Op]]:
    """Mutations without a number, parents first; and as much of each row as is shown here, not only staged.

    What they hold leaves `sync_base`; inside the caller's transaction.
    """
    rows = dict(bases_after(db, loss.head))
    _trim(db, rows, loss.head)
    known = rows | _staged(db, loss.head)
    offers = [Offer(op, base.confirmed_ms) for key, base in known.items() if (op := offered(key, base, loss.head))]
    offers.sort(key=lambda offer: (_PLACE.get(offer.op.table, len(_PLACE)), offer.op.table, offer.op.id))
    shown = {key: op for key, base in rows.items() if (op := offered(key, base, loss.head))}
    return list(mutations([*offers, *_conflicts(db, loss.head)], loss)), shown


def offered(key: RowKey, base: Base, after: int) -> Op | None:
    """What was written of a row after the sequence `after`, each with the sequence it had.

    Where that is nothing, though the row itself has a later one, the row is named, to be told of as it is now. None for
    a row that has not.
    """
    made = _offered(key, base, lambda _name: after, after)
    return made or (Op(table=key[0], id=key[1]) if base.row_seq > after else None)


def newer_here(key: RowKey, base: Base, theirs: Base) -> Op | None:
    """What was written of a row after what the server has of it now, field by field; None when nothing was."""
    return _offered(key, base, theirs.seq_of, theirs.life_seq)


def _offered(key: RowKey, base: Base, after: Callable[[str], int], life_after: int) -> Op | None:
    seqs = {name: base.seq_of(name) for name in (*base.values, *base.seqs)}
    written = {name: seq for name, seq in sorted(seqs.items()) if seq > after(name)}
    life: Life | None = None
    if base.life_seq > life_after:
        life = DELETED if base.deleted else ALIVE
    if not written and life is None:
        return None
    values = {name: base.values.get(name) for name in written}
    return Op(table=key[0], id=key[1], set=values, bases=written, life=life, life_base=base.life_seq if life else None)


def trimmed(base: Base, head: int) -> Base | None:
    """What the server still has of a row, as far as that is known; None when that is nothing."""
    seqs = {name: base.seq_of(name) for name in (*base.values, *base.seqs)}
    left = {name: seq for name, seq in seqs.items() if seq <= head}
    newest = max([*left.values(), *([base.life_seq] if base.life_seq <= head else [])], default=0)
    if newest == 0:
        return None
    return Base(
        scope=base.scope,
        values={name: value for name, value in base.values.items() if name in left},
        seqs={name: seq for name, seq in left.items() if seq != newest or name not in base.values},
        life_seq=min(base.life_seq, newest),
        deleted=base.deleted,
        row_seq=newest,
        confirmed_ms=base.confirmed_ms,
    )


def _trim(db: Database, rows: dict[RowKey, Base], head: int) -> None:
    db.conn.execute("DELETE FROM sync_base WHERE row_seq > ?", (head,))
    put_bases(db, [(key, left) for key, base in rows.items() if (left := trimmed(base, head))])


def _staged(db: Database, head: int) -> dict[RowKey, Base]:
    """Rows of the server that were not shown yet: nobody else may have them."""
    confirmed_ms = int(db.conn.execute("SELECT server_floor_ms FROM sync_state").fetchone()[0])
    found = _staged_after(db, head)
    return {(row.table, row.id): from_row(row, confirmed_ms) for row in found if row.table not in (CONFLICT, BLOB)}


def _staged_after(db: Database, head: int) -> list[Row]:
    rows = db.conn.execute("SELECT body FROM sync_stage WHERE row_seq > ?", (head,))
    return [_decoder.decode(body) for (body,) in rows]


_CONFLICT_COLUMNS = {
    "tbl": "tbl", "row_id": "row_id", "field": "field", "kind": "kind", "base": "base_value", "kept": "kept_value",
    "other": "other_value", "kept_by": "kept_by", "other_by": "other_by", "kept_at": "kept_at_ms",
    "other_at": "other_at_ms", "clock_suspect": "clock_suspect",
    "resolved_by": "iif(resolved_seq IS NULL, NULL, coalesce(resolved_by, ''))",
}  # fmt: skip


def _conflicts(db: Database, head: int) -> Iterator[Offer]:
    """Those that are shown, and those that are staged: a value that lost may stand nowhere else."""
    staged = {row.id: _said(row) for row in _staged_after(db, head) if row.table == CONFLICT and not row.deleted}
    shown = dict(_shown_conflicts(db, head))
    for conflict_id, said in sorted((shown | staged).items()):
        kept_at = said["kept_at"]
        yield Offer(Op(table=CONFLICT, id=conflict_id, set=said), kept_at if isinstance(kept_at, int) else 0)


def _said(row: Row) -> dict[str, Value]:
    said: dict[str, Value] = {name: row.values.get(name) for name in _CONFLICT_COLUMNS}
    is_open = row.values.get("resolved_seq") is None
    return said | {"resolved_by": None if is_open else said["resolved_by"] or ""}


def _shown_conflicts(db: Database, head: int) -> Iterator[tuple[str, dict[str, Value]]]:
    rows = db.conn.execute(
        f"SELECT id, {', '.join(_CONFLICT_COLUMNS.values())} FROM sync_conflict"
        " WHERE opened_seq > ? OR resolved_seq > ? ORDER BY id",
        (head, head),
    )
    for conflict_id, *values in rows:
        yield conflict_id, dict(zip(_CONFLICT_COLUMNS, values, strict=True))


def mutations(offers: Iterable[Offer], loss: Loss) -> Iterator[Mutation]:
    """In the order given, as few as can be sent."""
    made, size = _empty(loss), 0
    for offer in offers:
        weight = len(encoded(offer.op))
        if made.ops and (size + weight > _MOST_BYTES or len(made.ops) == MAX_OPS):
            yield made
            made, size = _empty(loss), 0
        made.ops.append(offer.op)
        made.at = max(made.at, offer.at_ms)
        made.hlc = made.at << COUNTER_BITS
        size += weight
    if made.ops:
        yield made


def _empty(loss: Loss) -> Mutation:
    return Mutation(m=0, schema=SCHEMA, hlc=0, at=0, base=loss.head, epoch=loss.epoch, recovered=True, lost=loss.seen)


def _place_of_tables() -> dict[str, int]:
    """Each after those it links to; links that go round in a circle are followed once."""
    links = {table.name: [field.refers_to for field in table.fields if field.refers_to] for table in TABLES}
    placed: dict[str, int] = {}
    under_way: set[str] = set()

    def place(name: str) -> None:
        if name in placed or name in under_way:
            return
        under_way.add(name)
        for target in links[name]:
            place(target)
        placed[name] = len(placed)

    for name in links:
        place(name)
    return placed


_PLACE = _place_of_tables()
