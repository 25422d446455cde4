"""What one batch of mutations of one device does to the rows, in memory: rules R5, R6 and R11."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from app.models.registry import TABLE_BY_NAME
from app.sync.merge import SERVER, Arrival, Dispute, Memory, OpenDispute, Outcome, Who, merge
from app.sync.protocol import CONFLICT, PUSH_ONLY, Mutation, Op, Request, Result, Value
from server import families, moves, recovered
from server.clocks import edited_at
from server.disputes import Opened, conflict_id, open_among
from server.epochs import Epochs, clamp_bases
from server.judge import LINKS_OF, MOST_FIELDS, Sealed, Verdict, is_catalogue, judged, links_of
from server.log import Logged, held_at
from server.recovered import Lost
from server.shelf import Shelf
from server.stored import RELATIVE, Entry, Key
from server.weights import Weight

_MOST_IN_BASES = 200_000  # characters of the base values that its conflicts repeat


@dataclass(frozen=True, slots=True)
class Sender:
    """Whose batch it is, from the token and the database."""

    tenant: str
    user_id: str
    device: str
    incarnation: int
    enrolled_ms: int
    lost: Lost

    @property
    def hand(self) -> str:
        """Device and incarnation, as merges name the writer of a value."""
        return f"{self.device}.{self.incarnation}"


@dataclass(slots=True)
class Batch:
    """What a batch has done so far. Sequences are relative until they are settled: server/commit.py.

    `head`: the newest sequence when it began. `deleted`: rows it deleted; `moved`: those it led to another enterprise.
    `codes`: enterprises whose code it changed. `lost`: what the laptop had seen of an epoch that is gone, as far as it
    has said so.
    """

    shelf: Shelf
    sender: Sender
    request: Request
    epochs: Epochs
    head: int
    now_ms: int
    used: int = 0
    results: list[tuple[Sealed, Result]] = field(default_factory=list)
    log: list[Logged] = field(default_factory=list)
    opened: list[Opened] = field(default_factory=list)
    closed: dict[str, int] = field(default_factory=dict)
    closable: dict[str, Key] = field(default_factory=dict)
    deleted: set[Key] = field(default_factory=set)
    moved: set[Key] = field(default_factory=set)
    codes: dict[Key, "Work"] = field(default_factory=dict)
    lost: Lost = field(init=False)

    def __post_init__(self) -> None:
        self.lost = self.sender.lost

    def take(self, sealed: Sequence[Sealed]) -> None:
        """Apply, reject or park each, in order. Of one that is not applied nothing is left in the rows."""
        verdicts = [judged(one.mutation) for one in sealed]
        ops = [op for verdict in verdicts if not isinstance(verdict, Verdict) for op in _of_rows(verdict)]
        taken = [one for one, verdict in zip(sealed, verdicts, strict=True) if not isinstance(verdict, Verdict)]
        closes = [key for one in taken if one.mutation for key in one.mutation.closes]
        self.closable = open_among(self.shelf.connection, self.sender.tenant, closes)
        self.shelf.load(Key(op.table, op.id) for op in ops)
        self.shelf.look_around()
        self.shelf.look(Key(table, row_id) for op in ops for _, table, row_id in links_of(op.table, op.set))
        for one, verdict in zip(sealed, verdicts, strict=True):
            self.results.append((one, self._result(one.m, one.mutation, verdict)))
        self._follow()

    def _follow(self) -> None:
        followed = moves.follow(self.shelf, self.moved)
        if followed:
            last = self.log[-1]
            told = moves.told(followed, self.used, last.who, last.hlc)
            self.log += told
            self.used = told[-1].seq - RELATIVE

    def _result(self, m: int, mutation: Mutation | None, ops: list[Op] | Verdict) -> Result:
        verdict = ops if isinstance(ops, Verdict) else self._refused(mutation, _of_rows(ops))
        if mutation is None or isinstance(ops, Verdict) or verdict:
            no = verdict or Verdict("rejected", "invalid-mutation")
            return Result(m=m, status=no.status, code=no.code, table=no.table, field=no.field)
        self.used += 1
        when, suspect = edited_at(mutation, self.request, self.sender.enrolled_ms, self.now_ms)
        who = Who(self.sender.hand, m, when, self.sender.user_id, suspect)
        memory = self._remembered(mutation, ops)
        work = Work(self, mutation, Result(m=m, status="applied", seq=RELATIVE + self.used), who, memory)
        work.do(ops)
        return work.result

    def _refused(self, mutation: Mutation | None, ops: Sequence[Op]) -> Verdict | None:
        """Of what is given back, some parent may still be on its way from another laptop."""
        if mutation is None:
            return None
        if mutation.recovered:
            return recovered.refused(mutation) or self._too_large(mutation, ops)
        return self._too_large(mutation, ops) or self._row_missing(ops) or self._parent_missing(ops)

    def _remembered(self, mutation: Mutation, ops: list[Op]) -> Memory | None:
        """What its writer saw beside what is not newer than its bases; these are brought down to what can be true."""
        ceiling = self.epochs.ceiling(mutation.epoch, self.head)
        if mutation.recovered:
            self.lost = Lost(mutation.epoch, mutation.lost)
            mutation.base = min(mutation.base, ceiling)
            return None
        memory = recovered.memory_of(mutation, ceiling, self.lost, self.epochs)
        clamp_bases(mutation, ops, ceiling)
        return memory

    def _too_large(self, mutation: Mutation, ops: Sequence[Op]) -> Verdict | None:
        weight, seen = Weight(), self.epochs.ceiling(mutation.epoch, self.head)
        for op in ops:
            state = self.shelf.entries[Key(op.table, op.id)].state
            new = op.set.keys() - state.values.keys()
            if new and len(state.values) + len(new) > MOST_FIELDS:
                return Verdict("rejected", "too-many-fields", op.table)
            late = (
                name
                for name in op.set.keys() - new
                if state.values[name] != op.set[name]
                and state.seqs.get(name, 0) > min(op.bases.get(name, mutation.base), seen)
                and state.whos[name].device != self.sender.hand
            )
            weight.add(op, state, disputes=sum(1 for _ in late))
        return Verdict("rejected", "too-large") if weight.is_too_large() else None

    def _row_missing(self, ops: Sequence[Op]) -> Verdict | None:
        """Work on a row of which nobody told that it was made: its making was put aside, so this is too."""
        made = {Key(op.table, op.id) for op in ops if op.set.get("created_at") is not None}
        for op in ops:
            key = Key(op.table, op.id)
            is_made = self.shelf.entries[key].state.values.get("created_at") is not None  # no bare tombstone
            if not (key in made or is_catalogue(op.id) or is_made):
                return Verdict("parked", "row-missing", op.table)
        return None

    def _parent_missing(self, ops: Sequence[Op]) -> Verdict | None:
        own = {Key(op.table, op.id) for op in ops}
        for op in ops:
            for name, table, row_id in links_of(op.table, op.set):
                key = Key(table, row_id)
                if key not in own and not self.shelf.knows(key):
                    return Verdict("parked", "parent-missing", op.table, name)
        return None


@dataclass(slots=True)
class Work:
    """One mutation on its way into the rows."""

    batch: Batch
    mutation: Mutation
    result: Result
    who: Who
    memory: Memory | None = None
    logged: int = 0
    disputes: int = 0
    bases: int = 0

    def do(self, ops: Sequence[Op]) -> None:
        # First what is settled: a value that loses anew is not listed already in what is settled by its being chosen.
        closing = [key for key in self.mutation.closes if key in self.batch.closable]
        for key in closing:
            self.close(key)
        for op in ops:
            if op.table == CONFLICT:
                self._give_back_conflict(op)
            elif self.mutation.recovered:
                self._give_back(op, self.batch.shelf.entries[Key(op.table, op.id)])
            elif op.set or op.life:
                self._apply(op, self.batch.shelf.entries[Key(op.table, op.id)])
        for key in closing:
            self.log(Key(CONFLICT, key), "close")
        if not self.logged:
            self.log(Key("", ""), "none")  # so that the log has no gap

    def _give_back(self, op: Op, entry: Entry) -> None:
        hand, who = recovered.hand_of(self.mutation.epoch), self.who
        shelf = self.batch.shelf
        if op.life is None and not op.set and entry.state.born:
            self._tell_again(entry)
            return
        known = recovered.given_back(shelf.connection, shelf.tenant, entry.key, hand, self.batch.log)
        for seq, part in recovered.parts(op, self.mutation.base):
            left = recovered.without_known(part, seq, known)
            if left.set or left.life:
                self.who = who._replace(device=hand, m=seq)
                self._apply(left, entry)
        self.who = who

    def _tell_again(self, entry: Entry) -> None:
        """A laptop does not know what is left of a row: everybody is sent it as it is."""
        entry.state.row_seq, entry.state.plain_by = self.result.seq, SERVER
        entry.changed = True
        self.log(entry.key, "write")

    def _give_back_conflict(self, op: Op) -> None:
        shelf, key = self.batch.shelf, recovered.key_of(op)
        scope = shelf.scope(key) if key.table in TABLE_BY_NAME else ""
        lost = recovered.lost_conflict(op, scope, self.result.seq)
        is_open = recovered.is_conflict_open(shelf.connection, shelf.tenant, op.id)
        if not self._is_known(op.id):
            self.batch.opened.append(lost)
            if lost.resolved_by is None:
                self.batch.closable[op.id] = key
            if lost.resolved_by is None and key in shelf.entries:
                dispute = OpenDispute(op.id, lost.dispute.field, lost.seq, lost.dispute.other)
                shelf.entries[key].state.open.append(dispute)
        elif is_open and lost.resolved_by is not None:
            self.close(op.id)
        self.log(Key(CONFLICT, op.id), "write")

    def _apply(self, op: Op, entry: Entry) -> None:
        state, new = entry.state, not entry.state.born
        before = {name: state.values.get(name) for name in op.set}
        arrival, link = self._arrival(op, entry)
        outcome = merge(state, arrival)
        entry.changed = True
        logged = outcome.changed | op.set.keys() if self.mutation.recovered else outcome.changed
        if new or outcome.life_changed or not op.set.keys().isdisjoint(LINKS_OF[op.table]):
            was, entry.scope = entry.scope, self.batch.shelf.scope_of(entry.key, state.values)
            if entry.scope != was and (self.mutation.recovered or not new):
                self.batch.moved.add(entry.key)
        self.log(
            entry.key,
            ("delete" if state.deleted else "live") if outcome.life_changed else "write",
            {name: state.values.get(name) for name in logged},
            {name: before.get(name) for name in logged},
        )
        self._note(entry, outcome)
        if outcome.life_changed and state.deleted and link:
            self.open(entry, families.child_of_deleted(kept_by=self.who, other_by=link, revived=False))
        if not state.deleted:
            self._revive_above(entry.key)

    def _arrival(self, op: Op, entry: Entry) -> tuple[Arrival, Who | None]:
        """And who made an unseen link below the row, if the row is to be deleted."""
        table, seq, base = TABLE_BY_NAME[op.table], self.result.seq, self.mutation.base

        def known(name: str, at: int) -> Value:
            return self._base_value(entry.key, name, at)

        upto = max(base, op.life_base or 0, *op.bases.values(), 0)
        arrival = Arrival(op, self.who, seq, base, table, known, shown_upto=upto, memory=self.memory)
        if op.life != "del" or not entry.state.born:
            return arrival, None
        unseen_child, link = families.unseen_below(self.batch.shelf, entry.key, arrival)
        return replace(arrival, unseen_child=unseen_child), link

    def _base_value(self, key: Key, name: str, at: int) -> Value:
        value = held_at(self.batch.shelf.connection, self.batch.sender.tenant, key, name, at, self.batch.log)
        self.bases += len(value) if isinstance(value, str) else 0
        return value if self.bases <= _MOST_IN_BASES else None

    def _note(self, entry: Entry, outcome: Outcome) -> None:
        if not outcome.plain and self.result.status == "applied":
            self.result.status = "merged"
        for dispute in outcome.disputes:
            self.open(entry, dispute)
        for key in outcome.closed:
            self.close(key)
        if outcome.life_changed and entry.state.deleted:
            self.batch.deleted.add(entry.key)
        if entry.key.table == "enterprise" and ("code" in outcome.changed or outcome.life_changed):
            self.batch.codes[entry.key] = self

    def _revive_above(self, key: Key) -> None:
        coming = families.Coming(self.who, self.result.seq, self.mutation.base)
        for above, dispute in families.revived_above(self.batch.shelf, key, coming):
            self.open(above, dispute)
            if not above.state.deleted:
                above.changed = True
                self.log(above.key, "live")

    def open(self, entry: Entry, dispute: Dispute) -> None:
        key = self._free_id(entry.key, dispute)
        self.batch.opened.append(Opened(key, entry.key, entry.scope, self.result.seq, dispute))
        entry.state.open.append(OpenDispute(key, dispute.field, self.result.seq, dispute.other, dispute.other_by))
        if entry.key.table not in PUSH_ONLY:
            self.batch.closable[key] = entry.key
            self.result.status = "conflict"
            self.result.conflicts = [*self.result.conflicts, key]

    def _free_id(self, key: Key, dispute: Dispute) -> str:
        """Of a server that was restored, conflicts may have come back that look as if this arrival had opened them."""
        while True:
            self.disputes += 1
            made = conflict_id(key, dispute, self.who, (self.batch.epochs.current, self.disputes))
            if len(self.batch.epochs.known) == 1 or not self._is_known(made):
                return made

    def _is_known(self, conflict: str) -> bool:
        shelf = self.batch.shelf
        is_new = any(one.id == conflict for one in self.batch.opened)
        return is_new or recovered.is_conflict_open(shelf.connection, shelf.tenant, conflict) is not None

    def close(self, key: str) -> None:
        self.batch.closed.setdefault(key, self.result.seq)
        about = self.batch.closable.get(key)
        if about in self.batch.shelf.entries:
            state = self.batch.shelf.entries[about].state
            state.open = [dispute for dispute in state.open if dispute.id != key]

    def log(self, key: Key, op: str, new: dict[str, Value] | None = None, old: dict[str, Value] | None = None) -> None:
        self.logged += 1
        entry = Logged(self.result.seq, self.logged, key, op, new or {}, old or {}, self.who, self.mutation.hlc)
        self.batch.log.append(entry)


def _of_rows(ops: list[Op]) -> list[Op]:
    return [op for op in ops if op.table != CONFLICT]
