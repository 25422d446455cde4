"""What the people of the simulation write: a few tables, one of each sort there is, and in each some fields."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

Token = str | float  # a value that is told from every other: a word, or a number
_WORD = re.compile(r"w\d+z")


@dataclass(frozen=True, slots=True)
class Kind:
    """`fields`: name to how it is written. `above`: the link to the row above and its table."""

    table: str
    fields: dict[str, str]
    above: tuple[tuple[str, str], ...] = ()
    keys: tuple[dict[str, object], ...] = ()  # of rows that are their natural key: the rest of the key
    fixed: tuple[tuple[str, object], ...] = ()
    optional: tuple[tuple[str, str], ...] = ()  # links that may be empty

    @property
    def is_natural(self) -> bool:
        return bool(self.keys)


KINDS = (
    Kind(
        "enterprise",
        {"name": "line", "city": "line", "status_reason": "line", "status": "state", "notes": "note", "code": "code"},
        fixed=(("country", "PE"),),
    ),
    Kind("area", {"name": "line"}, above=(("enterprise_id", "enterprise"),)),
    Kind(
        "measurement_group",
        {"name": "line", "indicators": "list"},
        above=(("enterprise_id", "enterprise"),),
        optional=(("area_id", "area"),),
    ),
    Kind("feedback_meeting", {"discussed": "line"}, above=(("measurement_group_id", "measurement_group"),)),
    Kind(
        "commitment",
        {"what": "line", "responsible": "line", "is_done": "flag"},
        above=(("feedback_meeting_id", "feedback_meeting"),),
    ),
    Kind(
        "indicator_value",
        {"value": "number", "numerator": "number", "told_by": "line", "note": "note"},
        above=(("enterprise_id", "enterprise"),),
        keys=tuple({"indicator": name, "period": "2026", "role": "monthly"} for name in ("defects", "absence")),
    ),
    Kind("training", {"venue": "line", "notes": "note"}),
    Kind(
        "training_enterprise",
        {},
        above=(("training_id", "training"), ("enterprise_id", "enterprise")),
        keys=({},),
    ),
)
KIND_OF = {kind.table: kind for kind in KINDS}
# Fields whose values are merged as one, with the one that is told from others.
_GROUPS = (("status", "status_reason"), ("value", "numerator"))
TOGETHER = {name: group for group in _GROUPS for name in group}
NUMBERS = {(kind.table, name) for kind in KINDS for name, how in kind.fields.items() if how == "number"}
_STATES = ("active", "paused", "left", "closed")


def tokens(table: str, name: str, value: object) -> frozenset[Token]:
    """What can be told from everything else in a value."""
    if isinstance(value, str):
        return frozenset(_WORD.findall(value))
    if (table, name) in NUMBERS and isinstance(value, int | float):
        return frozenset([float(value)])
    return frozenset()


def words_in(text: str) -> set[Token]:
    return set(_WORD.findall(text))


def written(how: str, old: object, number: int, random: Random) -> object:
    """A new value of a field that shows `old`."""
    match how:
        case "line":
            return None if random.random() < 0.05 else f"w{number}z"
        case "number":
            return float(number)
        case "flag":
            return 0 if old else 1
        case "state":
            return random.choice(_STATES)
        case "code":
            return f"F{random.randrange(4)}"
        case "note":
            return _noted(old, number, random)
        case _:
            return _listed(old, number, random)


def _noted(old: object, number: int, random: Random) -> str:
    said = f"w{number}z"
    if not isinstance(old, str) or random.random() < 0.2:
        return said
    return f"{old}\n\n{said}" if random.random() < 0.5 else f"{old} {said}"


def _listed(old: object, number: int, random: Random) -> str | None:
    listed = json.loads(old) if isinstance(old, str) else []
    if listed and random.random() < 0.3:
        listed.remove(random.choice(listed))
    else:
        listed.append(f"w{number}z")
    return json.dumps(listed) if listed else None


def parents_first() -> Iterator[Kind]:
    yield from KINDS
