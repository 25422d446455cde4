"""One row as the server holds it, fed operation by operation, with all policies: for the tests of merging."""

from dataclasses import dataclass, field

from app.models.registry import Field, Kind, Merge, Table
from app.sync.merge import LIFE, Arrival, Dispute, OpenDispute, Outcome, State, Who, merge
from app.sync.protocol import Life, Op, Value


def _field(name: str, merge: Merge = Merge.TOP_BY_TIME) -> Field:
    return Field(name=name, kind=Kind.TEXT, label=name, meaning=name, merge=merge)


TABLE = Table(
    "thing",
    "Thing",
    "For tests.",
    (
        _field("one"),
        _field("two"),
        _field("asked", Merge.ASK),
        _field("theirs", Merge.SERVER_ONLY),
        _field("tags", Merge.UNION),
        _field("most", Merge.MAX),
        _field("done", Merge.OR),
        _field("note", Merge.APPEND),
        _field("start"),
        _field("stop"),
        _field("state", Merge.ASK),
        _field("stated_on"),
    ),
    atomic=(("start", "stop"), ("state", "stated_on")),
)


@dataclass
class OneRow:
    """`says(...)` is one mutation of one operation; each gets the next sequence."""

    state: State = field(default_factory=State)
    seq: int = 0
    disputes: list[Dispute] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    log: list[tuple[int, str, Value]] = field(default_factory=list)
    sent: dict[str, int] = field(default_factory=dict)

    def says(
        self, device: str, base: int, *, when: int | None = None, life: Life | None = None, unseen_child: bool = False,
        bases: dict[str, int] | None = None, life_base: int | None = None, again: bool = False, **values: Value,
    ) -> Outcome:  # fmt: skip
        """`when`: its time, else that of the sequence. `again`: under the number of the device's last mutation."""
        self.seq += 1
        self.sent[device] = self.sent.get(device, 0) + (0 if again else 1)
        who = Who(device, self.sent[device], self.seq * 10 if when is None else when, device.upper())
        op = Op(table="thing", id="1", set=values, bases=bases or {}, life=life, life_base=life_base)
        outcome = merge(self.state, Arrival(op, who, self.seq, base, TABLE, self.value_at, unseen_child))
        self.log += [(self.seq, name, self.state.values[name]) for name in sorted(outcome.changed)]
        for dispute in outcome.disputes:
            self.disputes.append(dispute)
            number = len(self.disputes)
            self.state.open.append(OpenDispute(f"c{number}", dispute.field, self.seq, dispute.other, dispute.other_by))
        self.closed += outcome.closed
        return outcome

    def value_at(self, name: str, seq: int) -> Value:
        return next((value for at, of, value in reversed(self.log) if of == name and at <= seq), None)

    @property
    def alive(self) -> bool:
        return self.state.born and not self.state.deleted

    @property
    def shown(self) -> dict[str, Value]:
        return {name: value for name, value in self.state.values.items() if value is not None}

    @property
    def said(self) -> list[tuple[str, Value, Value]]:
        """What is disputed: field (or the kind, of a life), what was kept, the other."""
        return [(d.kind if d.field == LIFE else d.field, d.kept, d.other) for d in self.disputes]
