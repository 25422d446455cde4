"""T2: what was captured becomes numbered, immutable mutations, and lies over the server's rows until they are seen."""

import gzip
import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple

import msgspec

from app.models.driver import Database
from app.models.ids import Clock
from app.models.registry import TABLE_BY_NAME
from app.models.schema import quoted
from app.sync import clock as hybrid
from app.sync.base import Base, bases_of
from app.sync.overlay import (
    ALIVE,
    DELETED,
    LIFE,
    REFUSED,
    TAKEN,
    Laid,
    RowKey,
    base_of_delete,
    base_of_life,
    inherited_base,
    laid_on,
    put_laid,
)
from app.sync.protocol import MAX_OPS, SCHEMA, Life, Mutation, Op, Value, encoded
from app.sync.state import SyncState, read_state, transaction, write_state
from app.sync.wire import MAX_INFLATED, MAX_PACKED

NOBODY = ""  # signs what the program itself brings: every program does, so that it is not sent
TOO_LARGE = "too-large"
_UNKNOWN = Base()
_ROOM = 1 << 18  # of a request, for all that is not the mutation
_LARGE = 1 << 19  # bytes of a mutation from which on it is cut in two


class Capture(NamedTuple):
    cid: int
    grp: int
    table: str
    row_id: str
    kind: str
    vals: str | None
    at_ms: int
    user_id: str
    seen: int
    boot_id: str | None
    mono_ms: int | None


@dataclass(slots=True)
class _Drafted:
    """What one edit group did to one row. `seen`: of each field, the lowest cursor of those who wrote it."""

    values: dict[str, Value] = field(default_factory=dict)
    seen: dict[str, int] = field(default_factory=dict)
    life: Life | None = None
    first_life: str | None = None  # kind of the first capture of its birth, death or return

    def note(self, name: str, seen: int) -> None:
        self.seen[name] = min(seen, self.seen.get(name, seen))


@dataclass(slots=True)
class _Group:
    captures: list[Capture]
    rows: dict[RowKey, _Drafted] = field(default_factory=dict)
    closes: list[str] = field(default_factory=list)

    @property
    def last(self) -> Capture:
        return self.captures[-1]


def seal(db: Database, clock: Clock) -> int:
    """How many mutations were made of what was captured since the last time. None while the device has no server."""
    with transaction(db, moment="T2"):
        return seal_inside(db, clock)


def seal_inside(db: Database, clock: Clock) -> int:
    """`seal`, in the transaction of the caller."""
    state = read_state(db)
    captures = [
        Capture(*row)
        for row in db.conn.execute(
            f"SELECT {_COLUMNS} FROM sync_capture WHERE user_id <> ? ORDER BY cid", (state.cursor, NOBODY)
        )
    ]
    if state.server_id is None:
        return 0
    db.conn.execute("DELETE FROM sync_capture")
    return _Sealing(db, clock, state, captures).run() if captures else 0


# Nobody has seen more than is shown; the cursor of an open form is higher only where the server was set back.
_COLUMNS = "cid, grp, tbl, row_id, kind, vals, at_ms, user_id, min(seen, ?), boot_id, mono_ms"


class _Sealing:
    """One pass over all captures; what it finds about their rows is read at once, and kept up to date in memory."""

    def __init__(self, db: Database, clock: Clock, state: SyncState, captures: list[Capture]) -> None:
        self.db = db
        self.clock = clock
        self.state = state
        self.groups = [_gathered(list(run)) for __, run in groupby(captures, key=lambda capture: capture.grp)]
        self.next_mseq = state.next_mseq
        self.hlc = state.hlc_last
        self.now_ms = int(clock.now().timestamp() * 1000)
        keys = {key for group in self.groups for key in group.rows}
        by_table = _by_table(keys)
        self.laid = {
            (table, row_id): laid for table, ids in by_table.items() for row_id, laid in laid_on(db, table, ids).items()
        }
        self.bases = {
            (table, row_id): base
            for table, ids in by_table.items()
            for row_id, base in bases_of(db, table, ids).items()
        }
        self.current = _current(db, by_table)
        self.dead = _dead_before(self.groups, self.current)
        self.outbox: list[tuple[object, ...]] = []
        self.overlay: list[tuple[str, str, str, int, int, Value]] = []

    def run(self) -> int:
        for group in self.groups:
            ops = [self._op(key, drafted) for key, drafted in group.rows.items()]
            for start in range(0, max(len(ops), 1), MAX_OPS):
                self._seal(group, ops[start : start + MAX_OPS], [] if start else group.closes)
        self.db.conn.executemany(
            "INSERT INTO sync_outbox(mseq, grp, at_ms, body, body_sha256) VALUES(?,?,?,?,?)", self.outbox
        )
        put_laid(self.db, self.overlay)
        write_state(self.db, next_mseq=self.next_mseq, hlc_last=self.hlc)
        return self.next_mseq - self.state.next_mseq

    def _op(self, key: RowKey, drafted: _Drafted) -> Op:
        """With the base of every field in `bases`; what is common is taken out when the mutation is made."""
        self._complete(key, drafted)
        laid = self.laid.get(key, [])
        op = Op(table=key[0], id=key[1], set=drafted.values, life=self._life(key, drafted), bases={})
        for name in drafted.values:
            inherited = inherited_base(laid, name)
            op.bases[name] = drafted.seen[name] if inherited is None else inherited
        op.life_base = drafted.seen.get(LIFE, min(drafted.seen.values()))
        base = self.bases.get(key, _UNKNOWN)
        if drafted.life == DELETED:
            op.life_base = base_of_delete(laid, op.life_base, base.seqs, base.row_seq)
        else:
            op.life_base = base_of_life(laid, op.life_base, base.life_seq if base.deleted else 0)
        return op

    def _life(self, key: RowKey, drafted: _Drafted) -> Life | None:
        """A field of a row in the bin may be written too, by an undo: the row stays there."""
        life = drafted.life
        if life is None and drafted.first_life is None and key in self.dead:
            return DELETED
        if life == DELETED:
            self.dead.add(key)
        elif drafted.first_life is not None:
            self.dead.discard(key)
        return life

    def _complete(self, key: RowKey, drafted: _Drafted) -> None:
        """Fields that are merged as one are sent as one, but for what another wrote while the form was open: nobody has
        seen that beside the rest."""
        now, base = self.current[key], self.bases.get(key, _UNKNOWN)
        own = {one.field for one in self.laid.get(key, ())}
        for names in TABLE_BY_NAME[key[0]].atomic:
            written = [name for name in names if name in drafted.values]
            seen = min((drafted.seen[name] for name in written), default=0)
            for name in names if written else ():
                if name not in drafted.values and (name in own or base.seq_of(name) <= seen):
                    drafted.values[name], drafted.seen[name] = now[name], seen

    def _seal(self, group: _Group, ops: list[Op], closes: list[str]) -> None:
        """As one mutation; as several, where it would be large."""
        mutation = self._mutation(group, ops, closes)
        body = encoded(mutation)
        if len(body) > _LARGE and (halves := _halves(ops)):
            for part, its_closes in zip(halves, (closes, []), strict=True):
                self._seal(group, part, its_closes)
            return
        self.hlc = mutation.hlc
        number = mutation.m
        if _is_too_large(body):
            number = REFUSED + self._refuse(body, ops[0])
        else:
            self.next_mseq += 1
            self.outbox.append((number, group.last.grp, mutation.at, body, hashlib.sha256(body).digest()))
        for op in ops:
            self._lay(op, number)

    def _mutation(self, group: _Group, ops: list[Op], closes: list[str]) -> Mutation:
        last = group.last
        edited_ms = self._edited_ms(last)
        physical = hybrid.physical_ms(edited_ms, self.state.clock_offset_ms, self.state.server_floor_ms)
        base = _commonest(ops, last.seen)
        return Mutation(
            m=self.next_mseq,
            schema=SCHEMA,
            hlc=hybrid.next_hybrid(self.hlc, physical),
            at=last.at_ms,
            base=base,
            epoch=self.state.epoch,
            boot=last.boot_id or "",
            mono=last.mono_ms,
            ops=[_without_common(op, base) for op in ops],
            closes=closes,
        )

    def _edited_ms(self, capture: Capture) -> int:
        """When it was done, by the clock of now: somebody may have set the clock since."""
        if capture.mono_ms is None or capture.boot_id != self.clock.boot_id():
            return capture.at_ms
        return self.now_ms - (self.clock.uptime_ms() - capture.mono_ms)

    def _refuse(self, body: bytes, op: Op) -> int:
        """What fits in no message is kept where refused work is shown; the number in that list."""
        return int(
            self.db.conn.execute(
                "INSERT INTO sync_rejected(incarnation, mseq, body, code, tbl, field, at_ms)"
                " VALUES(?, (SELECT min(0, coalesce(min(mseq), 0)) - 1 FROM sync_rejected), ?, ?, ?, ?, ?)"
                " RETURNING id",
                (self.state.incarnation, body, TOO_LARGE, op.table, next(iter(op.set), ""), self.now_ms),
            ).fetchone()[0]
        )

    def _lay(self, op: Op, number: int) -> None:
        key = (op.table, op.id)
        laid = self.laid.setdefault(key, [])
        self._supersede(key, laid, op)
        made = [Laid(name, number, op.bases[name], value) for name, value in op.set.items()]
        if op.life is not None:
            made.append(Laid(LIFE, number, op.life_base or 0, op.life))
        laid += made
        self.overlay += [(op.table, op.id, *one) for one in made]

    def _supersede(self, key: RowKey, laid: list[Laid], op: Op) -> None:
        """What was refused is no longer shown once its field is written anew, or the row is deleted; it stays in the
        list of the refused."""
        over = {*op.set, LIFE}
        is_deleted = op.life == DELETED
        gone = [one for one in laid if TAKEN // 2 < one.mseq < 0 and (is_deleted or one.field in over)]
        for one in gone:
            laid.remove(one)
            self.db.conn.execute(
                "DELETE FROM sync_overlay WHERE tbl = ? AND row_id = ? AND field = ? AND mseq = ?",
                (*key, one.field, one.mseq),
            )


def _gathered(captures: list[Capture]) -> _Group:
    group = _Group(captures)
    for capture in captures:
        if capture.kind == "close":
            group.closes.append(capture.row_id)
            continue
        drafted = group.rows.setdefault((capture.table, capture.row_id), _Drafted())
        values = msgspec.json.decode(capture.vals or "{}")
        if drafted.values:
            for name in values:
                drafted.note(name, capture.seen)
        else:
            drafted.seen |= dict.fromkeys(values, capture.seen)
        drafted.values |= values
        if capture.kind != "upd":
            drafted.first_life = drafted.first_life or capture.kind
        if capture.kind in ("del", "undel"):
            drafted.life = DELETED if capture.kind == "del" else ALIVE
            drafted.note(LIFE, capture.seen)
    return group


def _by_table(keys: Iterable[RowKey]) -> dict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for table, row_id in keys:
        found[table].append(row_id)
    return dict(found)


def _current(db: Database, by_table: dict[str, list[str]]) -> dict[RowKey, dict[str, Value]]:
    """Of each row, whether it is in the bin, and its fields that are merged as one with others."""
    found: dict[RowKey, dict[str, Value]] = {}
    for table, ids in by_table.items():
        names = ["binned_at", *(name for group in TABLE_BY_NAME[table].atomic for name in group)]
        rows = db.conn.execute(
            f"SELECT id, {', '.join(map(quoted, names))} FROM {quoted(table)}"
            " WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(ids),),
        )
        for row_id, *values in rows:
            found[table, row_id] = dict(zip(names, values, strict=True))
    return found


def _dead_before(groups: list[_Group], current: dict[RowKey, dict[str, Value]]) -> set[RowKey]:
    """The rows that were in the bin before all that was captured."""
    first: dict[RowKey, str | None] = {}
    for group in groups:
        for key, drafted in group.rows.items():
            first[key] = first.get(key) or drafted.first_life
    binned = {key for key, now in current.items() if now["binned_at"] is not None}
    return {key for key, life in first.items() if life == "undel" or (life is None and key in binned)}


def _commonest(ops: list[Op], seen: int) -> int:
    bases = [base for op in ops for base in (*op.bases.values(), op.life_base) if base is not None]
    if not bases or bases.count(bases[0]) == len(bases):
        return bases[0] if bases else seen
    return Counter(bases).most_common(1)[0][0]


def _without_common(op: Op, base: int) -> Op:
    life_base = None if op.life_base == base else op.life_base
    bases = {name: own for name, own in op.bases.items() if own != base}
    return Op(table=op.table, id=op.id, set=op.set, bases=bases, life=op.life, life_base=life_base)


def _is_too_large(body: bytes) -> bool:
    if len(body) <= _LARGE:
        return False
    return len(body) > MAX_INFLATED - _ROOM or len(gzip.compress(body, 6)) > MAX_PACKED - _ROOM


def _halves(ops: list[Op]) -> tuple[list[Op], list[Op]] | None:
    """None when there is only one thing to send. What is merged as one stays together; what makes a row goes with both,
    since the server may take only one of them."""
    if len(ops) > 1:
        middle = len(ops) // 2
        return ops[:middle], ops[middle:]
    both = _makings(ops[0]) if ops else set()
    units = [unit for unit in _units(ops[0]) if not both.issuperset(unit)] if ops else []
    if len(units) < 2:
        return None
    first, rest = ({name for unit in part for name in unit} | both for part in (units[::2], units[1::2]))
    op = ops[0]
    return [_narrowed(op, first, None)], [_narrowed(op, rest, op.life)]


def _makings(op: Op) -> set[str]:
    """The fields without which there is no row, as far as `op` makes it."""
    table = TABLE_BY_NAME.get(op.table)
    parents = [field.name for field in table.fields if field.parent] if table else []
    return {"created_at", *parents} & set(op.set)


def _units(op: Op) -> list[tuple[str, ...]]:
    """Largest first, so that every other one is about half."""
    atomic = [group for group in TABLE_BY_NAME[op.table].atomic if group[0] in op.set]
    single = set(op.set) - {name for group in atomic for name in group}
    return sorted([*atomic, *((name,) for name in single)], key=lambda unit: (-_length(op, unit), unit))


def _length(op: Op, unit: tuple[str, ...]) -> int:
    return sum(len(str(op.set[name])) for name in unit)


def _narrowed(op: Op, names: set[str], life: Life | None) -> Op:
    values = {name: value for name, value in op.set.items() if name in names}
    bases = {name: base for name, base in op.bases.items() if name in names}
    return Op(table=op.table, id=op.id, set=values, bases=bases, life=life, life_base=op.life_base)
