"""What becomes of a row when an operation arrives: rules R5 and R6 and the policies of fields. Pure.

A field is written plainly when its writer saw the value that stands there; otherwise the two values are concurrent,
the field's policy says which one is on top, and the other one goes into a dispute. Nothing is ever dropped.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from app.models.registry import Merge, Table
from app.sync.protocol import Op, Value

LIFE = "*"
ALIVE, DELETED = "alive", "deleted"
SERVER = ""  # the device of what the server itself made of several values


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
    """A conflict about this row that nobody settled yet."""

    id: str
    field: str
    opened: int
    other: Value


@dataclass(slots=True)
class State:
    """A row as the server holds it. `seqs` and `whos` say of each field which sequence wrote it, and whose hand.

    All changes after `plain_after` were written by the device `plain_by`, and taken as it sent them.
    """

    values: dict[str, Value] = field(default_factory=dict)
    seqs: dict[str, int] = field(default_factory=dict)
    whos: dict[str, Who] = field(default_factory=dict)
    born: bool = False
    deleted: bool = False
    life_seq: int = 0
    life_who: Who = NOBODY
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


BaseValue = Callable[[str, int], Value]


@dataclass(frozen=True, slots=True)
class Arrival:
    """An operation, whose it is, and the sequence it gets. `base`: the mutation's.

    `base_value(field, sequence)`: what the field held then, None when that is not known. `unseen_child`: a row below
    this one was made after `base` by somebody else, so that it must not be deleted.
    """

    op: Op
    who: Who
    seq: int
    base: int
    table: Table
    base_value: BaseValue
    unseen_child: bool = False

    @property
    def life_base(self) -> int:
        return self.base if self.op.life_base is None else self.op.life_base

    def saw(self, seq: int, writer: Who, base: int) -> bool:
        """Whether the writer of this operation knew what `writer` wrote at `seq`: not newer than the base, or own."""
        return seq <= base or (writer.device == self.who.device and writer.m < self.who.m)


def merge(state: State, arrival: Arrival) -> Outcome:
    """Change `state` by an operation; what is disputed and what is settled by it."""
    op, outcome, before = arrival.op, Outcome(), state.row_seq
    if op.set or op.life == "undel":
        _live(state, arrival, outcome)
    for names in _together(op, arrival.table):
        _write(state, arrival, names, outcome)
    if op.life == "del":
        _die(state, arrival, outcome)
    state.row_seq = arrival.seq
    if not outcome.plain:
        state.plain_by = SERVER
    elif state.plain_by != arrival.who.device:
        state.plain_by, state.plain_after = arrival.who.device, before
    return outcome


def _live(state: State, arrival: Arrival, outcome: Outcome) -> None:
    if state.born and not state.deleted:
        return
    if state.deleted and not arrival.saw(state.life_seq, state.life_who, arrival.life_base):
        outcome.plain = False
        outcome.disputes.append(Dispute(LIFE, "edit_after_delete", ALIVE, ALIVE, DELETED, arrival.who, state.life_who))
    state.born = True
    _turn(state, arrival, outcome, deleted=False)


def _die(state: State, arrival: Arrival, outcome: Outcome) -> None:
    if state.deleted:
        known = arrival.saw(state.life_seq, state.life_who, arrival.life_base)
        outcome.plain = outcome.plain and known
        return
    newest = _unseen(state, arrival)
    if newest is None and not arrival.unseen_child:
        state.born = True
        _turn(state, arrival, outcome, deleted=True)
        return
    kind = "delete_vs_edit" if newest else "delete_vs_child"
    outcome.plain = False
    outcome.disputes.append(Dispute(LIFE, kind, ALIVE, ALIVE, DELETED, newest or state.life_who, arrival.who))


def _turn(state: State, arrival: Arrival, outcome: Outcome, *, deleted: bool) -> None:
    state.deleted, state.life_seq, state.life_who = deleted, arrival.seq, arrival.who
    outcome.life_changed = True


def _unseen(state: State, arrival: Arrival) -> Who | None:
    """Who wrote the newest thing of this row that its deleter had not seen; None when all was seen."""
    parts = [(state.seqs[name], state.whos[name]) for name in state.seqs] + [(state.life_seq, state.life_who)]
    unseen = [(seq, writer) for seq, writer in parts if not arrival.saw(seq, writer, arrival.life_base)]
    return max(unseen, key=lambda part: part[0])[1] if unseen else None


def _together(op: Op, table: Table) -> list[tuple[str, ...]]:
    """The fields of `op` in the groups that are merged as one."""
    left = dict.fromkeys(op.set)
    groups: list[tuple[str, ...]] = []
    for atomic in table.atomic:
        if names := tuple(name for name in atomic if name in left):
            groups.append(names)
            for name in names:
                del left[name]
    return groups + [(name,) for name in left]


def _write(state: State, arrival: Arrival, names: tuple[str, ...], outcome: Outcome) -> None:
    bases = {name: arrival.op.bases.get(name, arrival.base) for name in names}
    if all(name not in state.seqs or arrival.saw(state.seqs[name], state.whos[name], bases[name]) for name in names):
        for name in names:
            _put(state, arrival, name, arrival.op.set[name], arrival.who, outcome)
            _settle(state, name, bases[name], outcome)
        return
    outcome.plain = False
    differing = [name for name in names if state.values.get(name) != arrival.op.set[name]]
    if not differing:
        return
    policy = policy_of(arrival.table, differing[0])
    if policy in _COMBINED:
        _combine(state, arrival, policy, {name: bases[name] for name in differing}, outcome)
    else:
        _contend(state, arrival, policy, {name: bases[name] for name in differing}, outcome)


def _combine(state: State, arrival: Arrival, policy: Merge, bases: Mapping[str, int], outcome: Outcome) -> None:
    for name, base in bases.items():
        known = arrival.base_value(name, base)
        made = _COMBINED[policy](known, state.values.get(name), arrival.op.set[name])
        hand = Who(SERVER, 0, max(arrival.who.when, _writer(state, name).when), arrival.who.user)
        _put(state, arrival, name, made, hand, outcome)


def _contend(state: State, arrival: Arrival, policy: Merge, bases: Mapping[str, int], outcome: Outcome) -> None:
    who = arrival.who
    wins = policy is Merge.TOP_BY_TIME and _later(who, [_writer(state, name) for name in bases])
    for name, base in bases.items():
        stored, sent, writer = state.values.get(name), arrival.op.set[name], _writer(state, name)
        known = arrival.base_value(name, base)
        if wins:
            outcome.disputes.append(Dispute(name, "field", known, sent, stored, who, writer))
            _put(state, arrival, name, sent, who, outcome)
        else:
            outcome.disputes.append(Dispute(name, "field", known, stored, sent, writer, who))


def _writer(state: State, name: str) -> Who:
    return state.whos.get(name, state.life_who)


def _later(who: Who, others: list[Who]) -> bool:
    return all((who.when, who.device) > (other.when, other.device) for other in others)


def _put(state: State, arrival: Arrival, name: str, value: Value, who: Who, outcome: Outcome) -> None:
    state.values[name], state.seqs[name], state.whos[name] = value, arrival.seq, who
    outcome.changed.add(name)


def _settle(state: State, name: str, base: int, outcome: Outcome) -> None:
    """Who saw the dispute and then writes the field, or writes what had lost, has settled it."""
    for dispute in [d for d in state.open if d.field == name]:
        if dispute.opened <= base or dispute.other == state.values[name]:
            state.open.remove(dispute)
            outcome.closed.append(dispute.id)


def policy_of(table: Table, name: str) -> Merge:
    """The policy of a field; of one that this program does not know, that of most."""
    found = next((f for f in table.fields if f.name == name), None)
    return found.merge if found else Merge.TOP_BY_TIME


def united(base: Value, stored: Value, sent: Value) -> Value:
    """The union of two JSON lists; an element that both started from and one side removed is gone.

    What was stored comes first, in its order.
    """
    before, here, there = (_elements(value) for value in (base, stored, sent))
    removed = {e for e in before if e not in here or e not in there}
    kept = list(dict.fromkeys(e for e in (*here, *there) if e not in removed))
    return json.dumps(kept, ensure_ascii=False) if kept else None


def _elements(value: Value) -> list[str]:
    if not isinstance(value, str):
        return []
    try:
        found = json.loads(value)
    except ValueError:
        return [value]
    return (
        [e if isinstance(e, str) else json.dumps(e, sort_keys=True) for e in found] if isinstance(found, list) else []
    )


def larger(_base: Value, stored: Value, sent: Value) -> Value:
    """The larger of two numbers (for flags: either yes); a number is larger than none."""
    numbers = [value for value in (stored, sent) if isinstance(value, int | float)]
    return max(numbers) if numbers else stored


def appended(base: Value, stored: Value, sent: Value) -> Value:
    """Both texts: what was stored, and below it what the other side wrote beyond what both started from."""
    if not isinstance(sent, str) or not sent:
        return stored
    if not isinstance(stored, str) or not stored:
        return sent
    start = base if isinstance(base, str) else ""
    added = sent[len(start) :] if sent.startswith(start) else sent
    added = added.strip("\n")
    return stored if not added or added in stored.split("\n\n") else f"{stored}\n\n{added}"


_COMBINED: Mapping[Merge, Callable[[Value, Value, Value], Value]] = {
    Merge.UNION: united,
    Merge.MAX: larger,
    Merge.OR: larger,
    Merge.APPEND: appended,
}
