"""What laptops give back that a restored server had lost.

A lost sequence says how two values of a field stood to each other, so the one that was newer then is on top, and what
had been replaced already is not disputed anew. The change log remembers what was given back under which one.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import msgspec
import sqlalchemy as sa

from app.sync.merge import LIFE, Dispute, Memory, Who
from app.sync.protocol import GIVEN_BACK, Mutation, Op, Value
from server import tables
from server.disputes import Opened
from server.epochs import Epochs
from server.judge import LARGEST, Verdict
from server.log import Logged
from server.stored import Key

_EPOCH = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class Lost:
    """How far a laptop had seen an epoch that the server lost; no `epoch`: it lost none that this one knew."""

    epoch: str = ""
    upto: int = 0


def hand_of(epoch: str) -> str:
    """Who is named as the writer of what was lost with an epoch; its numbers are the lost sequences."""
    return GIVEN_BACK + epoch


def refused(mutation: Mutation) -> Verdict | None:
    """Why what is given back cannot be taken, as far as its epoch and sequences go.

    Of the current epoch, too, something may be lost: a comparison finds it, see server/repair.py.
    """
    seqs = [mutation.lost, mutation.base]
    for op in mutation.ops:
        seqs += [*op.bases.values(), op.life_base or 0]
    fits = _EPOCH.fullmatch(mutation.epoch) and all(0 <= seq <= LARGEST for seq in seqs)
    return None if fits else Verdict("rejected", "invalid-mutation")


def memory_of(mutation: Mutation, ceiling: int, lost: Lost, epochs: Epochs) -> Memory | None:
    """What the writer of a mutation saw beside what stood at its base, before that is brought down to `ceiling`."""
    if mutation.epoch != epochs.current:
        bases = [mutation.base]
        for op in mutation.ops:
            bases += [*op.bases.values(), mutation.base if op.life_base is None else op.life_base]
        above = [base for base in bases if base > ceiling]
        return Memory(ceiling, hand_of(mutation.epoch), min(above)) if above else None
    return Memory(epochs.head, hand_of(lost.epoch), lost.upto) if lost.epoch else None


def parts(op: Op, base: int) -> list[tuple[int, Op]]:
    """What was lost of one row, by the sequence it had, oldest first. What says none of its own had `base`."""
    seqs = {name: op.bases.get(name, base) for name in op.set}
    life = base if op.life_base is None else op.life_base
    return [
        (
            seq,
            Op(
                table=op.table,
                id=op.id,
                set={name: value for name, value in op.set.items() if seqs[name] == seq},
                life=op.life if seq == life else None,
            ),
        )
        for seq in sorted({*seqs.values(), *((life,) if op.life else ())})
    ]


def without_known(op: Op, seq: int, known: dict[str, int]) -> Op:
    """Less what was given back already as it was at `seq` or later. `known`: the newest lost sequence, by field."""
    kept = {name: value for name, value in op.set.items() if known.get(name, 0) < seq}
    return Op(table=op.table, id=op.id, set=kept, life=op.life if known.get(LIFE, 0) < seq else None)


def given_back(connection: sa.Connection, tenant: str, key: Key, hand: str, fresh: Iterable[Logged]) -> dict[str, int]:
    """The newest lost sequence under which each field of a row, and its life, was given back.

    `fresh`: entries of the log that are not in the database yet.
    """
    log, found = tables.change_log, dict[str, int]()
    statement = sa.select(log.c.m, log.c.op, log.c.new_vals).where(
        log.c.tenant_id == tenant, log.c.tbl == key.table, log.c.row_id == key.id, log.c.device == hand
    )
    entries = [(m, op, msgspec.json.decode(new)) for m, op, new in connection.execute(statement)]
    entries += [(e.who.m, e.op, e.new) for e in fresh if e.key == key and e.who.device == hand]
    for m, op, names in entries:
        for name in (*names, *((LIFE,) if op != "write" else ())):
            found[name] = max(found.get(name, 0), m)
    return found


def is_conflict_open(connection: sa.Connection, tenant: str, conflict_id: str) -> bool | None:
    """None when there is none of this id."""
    conflict = tables.conflict
    statement = sa.select(conflict.c.resolved_seq).where(conflict.c.tenant_id == tenant, conflict.c.id == conflict_id)
    found = connection.execute(statement).one_or_none()
    return None if found is None else found.resolved_seq is None


def lost_conflict(op: Op, scope: str, seq: int) -> Opened:
    """A conflict as it was, opened and perhaps settled at `seq` now."""
    said = op.set
    dispute = Dispute(
        field=_text(said.get("field")),
        kind=_text(said.get("kind")),
        base=said.get("base"),
        kept=said.get("kept"),
        other=said.get("other"),
        kept_by=_hand(said, "kept"),
        other_by=_hand(said, "other"),
    )
    resolved_by = said.get("resolved_by")
    return Opened(op.id, key_of(op), scope, seq, dispute, None if resolved_by is None else _text(resolved_by))


def key_of(op: Op) -> Key:
    """The row that a conflict is about."""
    return Key(_text(op.set.get("tbl")), _text(op.set.get("row_id")))


def _hand(said: dict[str, Value], side: str) -> Who:
    when = said.get(f"{side}_at")
    suspect = bool(said.get("clock_suspect"))
    return Who("", 0, when if isinstance(when, int) else 0, _text(said.get(f"{side}_by")), suspect)


def _text(value: Value) -> str:
    return value if isinstance(value, str) else ""
