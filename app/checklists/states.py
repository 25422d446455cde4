"""What a checklist that is being filled in says of itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from app.checklists.answer_text import AnswerProblem
from app.checklists.items import Choice, Item
from app.checklists.scoring import Verdict


class Key(NamedTuple):
    """An item, or a group, in one round: the ids of the rounds around it, outermost first; empty outside repeats."""

    name: str
    round: str = ""

    @property
    def text(self) -> str:
        """As the key of a mapping that is written as JSON; names have no blanks."""
        return f"{self.name} {self.round}".rstrip()

    @classmethod
    def of(cls, text: str) -> "Key":
        name, _blank, round_ = text.partition(" ")
        return cls(name, round_)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a form may ask of the place it is filled in. `settings` are those of the country, by name (`minimum_age`);
    `metadata` what XLSForm's own questions (`today`, `username`) take."""

    now: datetime | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ItemState:
    """One item in one round. `value` is what counts: computed ones included, empty while hidden; `answer` is what was
    given, which a hidden item keeps."""

    key: Key
    item: Item
    is_visible: bool
    is_required: bool
    is_readonly: bool
    answer: str
    value: str
    choices: tuple[Choice, ...]
    problem: AnswerProblem | None
    verdict: Verdict | None
    points: float | None

    @property
    def is_open(self) -> bool:
        """Whether it still waits for an answer."""
        return self.is_visible and self.item.is_asked and not self.is_readonly and not self.answer


class Reason(StrEnum):
    """What a `Why` explains."""

    HIDDEN = "hidden"
    PROBLEM = "problem"
    FINDING = "finding"
    CALCULATED = "calculated"
    REQUIRED = "required"


@dataclass(frozen=True, slots=True)
class Cause:
    """An item that decided, and the value it had then."""

    key: Key
    item: Item
    value: str


@dataclass(frozen=True, slots=True)
class Why:
    """`expression` is the author's; `owner` the item or group it stands at."""

    reason: Reason
    owner: Key
    expression: str
    causes: tuple[Cause, ...]


@dataclass(frozen=True, slots=True)
class Completeness:
    """`asked` counts the questions that are shown; `open_required` and `problems` keep it from being whole."""

    asked: int
    answered: int
    open_required: tuple[Key, ...]
    problems: tuple[Key, ...]

    @property
    def is_complete(self) -> bool:
        return not self.open_required and not self.problems
