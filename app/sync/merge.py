"""What becomes of a row when an operation arrives: rules R5 and R6 and the policies of fields. Pure.

A field is written plainly when its writer saw the value that stands there; otherwise the two values are concurrent,
the field's policy says which one is on top, and the other one goes into a dispute. Nothing is ever dropped.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from app.models.registry import Merge, Table
from app.sync.protocol import Op, Value

LIFE = "*"
ALIVE, DELETED = "alive", "deleted"
SERVER = ""  # the device of what the server itself made of several values
_MOST_ECHOES = 16


class Who(NamedTuple):
    """Whose hand: `device` with its incarnation, its mutation number, the corrected time in ms, the user."""

    device: str
    m: int
    when: int
    user: str
    clock_suspect: bool = False


NOBODY = Who("", 0, 0, "")


@dataclass(slots=True)
class OpenDispute:
    """A conflict about this row that nobody settled yet. `by`: whose value lost."""

    id: str
    field: str
    opened: int
    other: Value
    by: Who = NOBODY


@dataclass(slots=True)
class State:
    """A row as the server holds it. `seqs` and `whos` say of each field which sequence wrote it, and whose hand.

    `echoes`: who else wrote the very same, not having seen it; under `LIFE` who else deleted the row.
    All changes after `plain_after` were written by the device `plain_by`, and taken as it sent them.
    """

    values: dict[str, Value] = field(default_factory=dict)
    seqs: dict[str, int] = field(default_factory=dict)
    whos: dict[str, Who] = field(default_factory=dict)
    born: bool = False
    deleted: bool = False
    life_seq: int = 0
    life_who: Who = NOBODY
    echoes: dict[str, list[Who]] = field(default_factory=dict)
    row_seq: int = 0
    plain_by: str = SERVER
    plain_after: int = 0
    open: list[OpenDispute] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Dispute:
    """Two values, or a life and a death, that were written apart. `kept` is on top. `base`: what both started from."""

    field: str
    kind: str
    base: Value
    kept: Value
    other: Value
    kept_by: Who
    other_by: Who


@dataclass(slots=True)
class Outcome:
    """`plain`: the row holds exactly what was sent. `changed`: the fields whose stored value or writer changed."""

    plain: bool = True
    changed: set[str] = field(default_factory=set)
    life_changed: bool = False
    disputes: list[Dispute] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)


class Memory(NamedTuple):
    """Who starts from `least` or later also saw what `hand` wrote under numbers up to `upto`: values given back to a
    server that had lost them, by the sequences they had."""

    least: int
    hand: str
    upto: int


BaseValue = Callable[[str, int], Value]
Combined = Callable[[Value, Value, Value], Value]


@dataclass(frozen=True, slots=True)
class Arrival:
    """An operation, whose it is, and the sequence it gets. `base`: the mutation's.

    `base_value(field, sequence)`: what the field held then, None when that is not known. `unseen_child`: a row below
    this one was made after `base` by somebody else, so that it must not be deleted. `shown_upto`: what its
    folder showed for certain when it was sealed, and so does any copy of the folder that sends it.
    """

    op: Op
    who: Who
    seq: int
    base: int
    table: Table
    base_value: BaseValue
    unseen_child: bool = False
    shown_upto: int = 1 << 62
    memory: Memory | None = None

    def base_of(self, name: str) -> int:
        return self.op.bases.get(name, self.base)

    @property
    def life_base(self) -> int:
        return self.base if self.op.life_base is None else self.op.life_base

    def saw(self, seq: int, writer: Who, base: int) -> bool:
        """Whether the writer of this operation knew what `writer` wrote at `seq`: not newer than the base, or own."""
        own = writer.device == self.who.device and writer.m <= self.who.m
        return seq <= base or own or (self.memory is not None and _remembers(self.memory, writer, base))

    def knew(self, state: State, name: str) -> bool:
        """Whether the writer knew what the field holds, or under `LIFE` that the row is deleted; or said the same."""
        if name == LIFE:
            seq, writer, base = state.life_seq, state.life_who, self.life_base
        else:
            seq, writer, base = state.seqs[name], state.whos[name], self.base_of(name)
        return any(self.saw(seq, one, base) for one in (writer, *state.echoes.get(name, ())))


def _remembers(memory: Memory, writer: Who, base: int) -> bool:
    return base >= memory.least and writer.device == memory.hand and writer.m <= memory.upto


def merge(state: State, arrival: Arrival) -> Outcome:
    """Change `state` by an operation; what is disputed and what is settled by it."""
    op, outcome, before = arrival.op, Outcome(), state.row_seq
    unseen = _unseen(state, arrival)  # before this very operation writes over it
    if (op.set or op.life == "undel") and not (op.life == "del" and state.deleted):
        _live(state, arrival, outcome)
    for unit in _units(op, arrival.table):
        _write(state, arrival, unit, outcome)
    if op.life == "del":
        _die(state, arrival, unseen, outcome)
    state.row_seq = arrival.seq
    if not outcome.plain or (state.plain_by != arrival.who.device and before > arrival.shown_upto):
        state.plain_by = SERVER  # also where it may not have been sent what stood there before: it finds the row here
    elif state.plain_by != arrival.who.device:
        state.plain_by, state.plain_after = arrival.who.device, before
    return outcome


def _live(state: State, arrival: Arrival, outcome: Outcome) -> None:
    if state.born and not state.deleted:
        return
    if state.deleted and not arrival.knew(state, LIFE):
        outcome.plain = False
        outcome.disputes.append(Dispute(LIFE, "edit_after_delete", ALIVE, ALIVE, DELETED, arrival.who, state.life_who))
    state.born = True
    _turn(state, arrival, outcome, deleted=False)


def _die(state: State, arrival: Arrival, unseen: Who | None, outcome: Outcome) -> None:
    if state.deleted:
        if not arrival.knew(state, LIFE):
            outcome.plain = False
            _echo(state, LIFE, arrival.who)
        return
    if unseen is None and not arrival.unseen_child:
        state.born = True
        _turn(state, arrival, outcome, deleted=True)
        # Whatever was disputed about the row was seen by who now deletes it; a lost delete is no longer lost.
        outcome.closed += [dispute.id for dispute in state.open]
        state.open.clear()
        return
    kind = "delete_vs_edit" if unseen else "delete_vs_child"
    outcome.plain = False
    outcome.disputes.append(Dispute(LIFE, kind, ALIVE, ALIVE, DELETED, unseen or state.life_who, arrival.who))


def _turn(state: State, arrival: Arrival, outcome: Outcome, *, deleted: bool) -> None:
    state.deleted, state.life_seq, state.life_who = deleted, arrival.seq, arrival.who
    state.echoes.pop(LIFE, None)
    outcome.life_changed = True


def _unseen(state: State, arrival: Arrival) -> Who | None:
    """Who wrote the newest thing of this row that a deleter had not seen; None when all was seen.

    A value that lost, or that lies under an own one, counts as well: it is an edit that the deleter never saw.
    """
    parts = [(seq, state.whos[name], state.echoes.get(name, [])) for name, seq in state.seqs.items()]
    unseen = [
        (seq, writer)
        for seq, writer, echoes in (*parts, (state.life_seq, state.life_who, []))
        if not any(arrival.saw(seq, one, arrival.life_base) for one in (writer, *echoes))
    ]
    unseen += [
        (dispute.opened, _writer(state, dispute.field))
        for dispute in state.open
        if dispute.field != LIFE and dispute.opened > arrival.life_base
    ]
    return max(unseen, key=lambda part: part[0])[1] if unseen else None


def _units(op: Op, table: Table) -> list[tuple[str, ...]]:
    """What is merged as one: the atomic groups of which `op` writes something, all fields of each; then single fields.

    Half a group is never written over the other half of another hand's, so the group counts also where `op` writes
    one field of it only.
    """
    groups = [atomic for atomic in table.atomic if any(name in op.set for name in atomic)]
    grouped = {name for atomic in groups for name in atomic}
    return groups + [(name,) for name in op.set if name not in grouped]


def _write(state: State, arrival: Arrival, unit: tuple[str, ...], outcome: Outcome) -> None:
    sent = {name: arrival.op.set[name] for name in unit if name in arrival.op.set}
    late = [name for name in unit if name in state.seqs and not arrival.knew(state, name)]
    equal = {name for name in late if name in sent and state.values.get(name) == sent[name]}
    outcome.plain = outcome.plain and not late
    _supersede(state, arrival, sent, outcome)
    for name in sorted(equal):
        _echo(state, name, arrival.who)
    if equal.issuperset(late):
        for name in [name for name in sent if name not in equal]:
            _put(state, arrival, name, sent[name], arrival.who, outcome)
        return
    differing = [name for name in sent if state.values.get(name) != sent[name]]
    combined = None if unit[1:] else _combiner(arrival.table, unit[0])
    if combined:
        _combine(state, arrival, unit[0], combined, outcome)
    else:
        _contend(state, arrival, differing, [name for name in late if name not in equal], outcome)


def _combine(state: State, arrival: Arrival, name: str, combined: Combined, outcome: Outcome) -> None:
    stored, sent = state.values.get(name), arrival.op.set[name]
    made = combined(arrival.base_value(name, arrival.base_of(name)), stored, sent)
    if made == stored:
        return
    hand = Who(SERVER, 0, max(arrival.who.when, _writer(state, name).when), arrival.who.user)
    _put(state, arrival, name, made, arrival.who if made == sent else hand, outcome)


def _contend(state: State, arrival: Arrival, names: list[str], late: list[str], outcome: Outcome) -> None:
    """`names`: fields with two values; `late`: those of the unit whose stored value the writer had not seen."""
    who = arrival.who
    by_time = not any(policy_of(arrival.table, name) in _STAYS for name in (*names, *late))
    whole = all(name in arrival.op.set for name in late)
    wins = by_time and whole and all(_later(who, _writer(state, name)) for name in late)
    for name in names:
        stored, sent, writer = state.values.get(name), arrival.op.set[name], _writer(state, name)
        known = arrival.base_value(name, arrival.base_of(name))
        if wins:
            outcome.disputes.append(Dispute(name, "field", known, sent, stored, who, writer))
            _put(state, arrival, name, sent, who, outcome)
        elif not any(dispute.field == name and dispute.other == sent for dispute in state.open):
            outcome.disputes.append(Dispute(name, "field", known, stored, sent, writer, who))


def _writer(state: State, name: str) -> Who:
    return state.whos.get(name, state.life_who)


def _later(who: Who, other: Who) -> bool:
    return (who.when, who.device) > (other.when, other.device)


def _put(state: State, arrival: Arrival, name: str, value: Value, who: Who, outcome: Outcome) -> None:
    if name not in state.seqs or state.values.get(name) != value:
        state.values[name], state.seqs[name], state.whos[name] = value, arrival.seq, who
        state.echoes.pop(name, None)
        outcome.changed.add(name)
    _settle(state, name, arrival.base_of(name), outcome)


def _echo(state: State, name: str, who: Who) -> None:
    others = [one for one in state.echoes.get(name, ()) if one.device != who.device]
    state.echoes[name] = [*others, who][-_MOST_ECHOES:]


def _supersede(state: State, arrival: Arrival, sent: Iterable[str], outcome: Outcome) -> None:
    """A value that lost is settled when the hand that wrote it writes another one."""
    for dispute in [d for d in state.open if d.field in sent]:
        if dispute.by.device == arrival.who.device and dispute.by.m < arrival.who.m:
            state.open.remove(dispute)
            outcome.closed.append(dispute.id)


def _settle(state: State, name: str, base: int, outcome: Outcome) -> None:
    """Who saw the dispute and then writes the field, or writes what had lost, has settled it."""
    for dispute in [d for d in state.open if d.field == name]:
        if dispute.opened <= base or dispute.other == state.values.get(name):
            state.open.remove(dispute)
            outcome.closed.append(dispute.id)


def policy_of(table: Table, name: str) -> Merge:
    """The policy of a field; of one that this program does not know, that of most."""
    found = next((f for f in table.fields if f.name == name), None)
    return found.merge if found else Merge.TOP_BY_TIME


def united(base: Value, stored: Value, sent: Value) -> Value:
    """The union of two JSON lists; an element that both started from and one side removed is gone.

    What was stored comes first, in its order. A text that is no list counts as a list of that text.
    """
    before, here, there = (_elements(value) for value in (base, stored, sent))
    removed = {said for said in before if said not in here or said not in there}
    kept = [element for said, element in (here | there).items() if said not in removed]
    return _as_json(kept) if kept else None


def _elements(value: Value) -> dict[str, object]:
    """The elements by what they say: 1 and "1" are two."""
    if value is None:
        return {}
    try:
        found = json.loads(value) if isinstance(value, str) else value
        return {json.dumps(e, sort_keys=True): e for e in (found if isinstance(found, list) else [value])}
    except (ValueError, RecursionError):
        return {json.dumps(value): value}


def _as_json(elements: list[object]) -> str:
    """Readable where it can be: half a surrogate pair cannot be stored as it is."""
    text = json.dumps(elements, ensure_ascii=False)
    return json.dumps(elements) if _HALF_A_PAIR.search(text) else text


def larger(_base: Value, stored: Value, sent: Value) -> Value:
    """The larger of two numbers (for flags: either yes), the later of two texts; a number is larger than a text."""
    return max((stored, sent), key=_rank)


def earlier(_base: Value, stored: Value, sent: Value) -> Value:
    """The smaller of two values; anything is smaller than none."""
    return min((stored, sent), key=lambda value: (value is None, _rank(value)))


def _rank(value: Value) -> tuple[int, Value]:
    if value is None:
        return 0, 0
    return (1, value) if isinstance(value, str) else (2, value)


def appended(base: Value, stored: Value, sent: Value) -> Value:
    """Both texts: what was stored, and below it what the other side wrote beyond what both started from."""
    if not isinstance(sent, str) or not sent:
        return stored
    if not isinstance(stored, str) or not stored:
        return sent
    start = base if isinstance(base, str) else ""
    added = sent[len(start) :] if sent.startswith(start) else sent
    added = added.strip("\n")
    if not added or added in stored.split("\n\n"):
        return stored
    above, gap, last = stored.rpartition("\n\n")
    if last and added.startswith(last):  # somebody goes on with a paragraph of which the beginning was sent already
        return f"{above}{gap}{added}"
    return f"{stored}\n\n{added}"


_COMBINED: Mapping[Merge, Combined] = {
    Merge.UNION: united,
    Merge.MAX: larger,
    Merge.OR: larger,
    Merge.APPEND: appended,
}
_STAYS = frozenset({Merge.ASK, Merge.SERVER_ONLY})  # no clock decides what is on top
_HALF_A_PAIR = re.compile("[\ud800-\udfff]")


def _combiner(table: Table, name: str) -> Combined | None:
    """How two values of a field become one; None where they are disputed instead.

    Two devices that make the row of one natural key each note when; nobody is to be asked which of the two it was.
    """
    return earlier if name == "created_at" else _COMBINED.get(policy_of(table, name))
