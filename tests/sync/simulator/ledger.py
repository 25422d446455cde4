"""What people did and saw, written down beside the program: the truth that the outcome is held against."""

from collections import Counter
from dataclasses import dataclass, field

from tests.sync.simulator.kinds import Token

RowKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Writing:
    """A value that was saved. `over`: what was shown in its place, and replaced."""

    token: Token
    device: str
    key: RowKey
    field: str
    over: frozenset[Token]


@dataclass
class Draft:
    """What one transaction does, until it is known whether it was made."""

    writings: list[Writing] = field(default_factory=list)
    replaced: set[Token] = field(default_factory=set)
    revived: set[RowKey] = field(default_factory=set)


@dataclass
class Ledger:
    """`replaced`: values that somebody saw and then replaced or threw away. `revived`: rows taken out of the bin.

    `given_up`: those that the server refused, and their person then gave up.
    `excused`: those that may be lost, with a disk. `copied`: those that are written, or sent, more than once.
    """

    writings: dict[Token, Writing] = field(default_factory=dict)
    replaced: set[Token] = field(default_factory=set)
    excused: set[Token] = field(default_factory=set)
    copied: set[Token] = field(default_factory=set)
    given_up: set[Token] = field(default_factory=set)
    revived: set[RowKey] = field(default_factory=set)
    events: Counter[str] = field(default_factory=Counter)
    number: int = 0

    def next_number(self) -> int:
        self.number += 1
        return self.number

    def keep(self, draft: Draft) -> None:
        """The transaction was made, and its person told so."""
        for writing in draft.writings:
            self.writings[writing.token] = writing
        self.replaced |= draft.replaced
        self.revived |= draft.revived

    def keep_unsure(self, draft: Draft) -> None:
        """It was made, but nobody was told: what it wrote may be lost, what it replaced was replaced."""
        self.keep(draft)
        self.excused |= {writing.token for writing in draft.writings}

    def note_copy(self, device: str, *, is_all: bool) -> None:
        """Of the folder of a device there is another one; `is_all`: the one that is used now is older."""
        own = {token for token, writing in self.writings.items() if writing.device == device}
        self.copied |= own
        if is_all:
            self.excused |= own

    def led_to(self, token: Token, other: Token) -> bool:
        """Whether who wrote `other` had, at whatever remove, seen and replaced `token`."""
        queue = [other]
        for one in queue:
            writing = self.writings.get(one)
            for before in writing.over if writing else ():
                if before == token:
                    return True
                if before not in queue:
                    queue.append(before)
        return False
