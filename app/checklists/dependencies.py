"""What an answer changes: which relevances, calculations, limits and choices to look at again, in which order.

Made once for a checklist, so that an answer costs what depends on it and not what the form holds.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from app.checklists.layout import Layout
from app.checklists.references import Reads, Written, expressions_of, reads

# What decides the value of an item that others read; the rest is looked at once values stand.
_DECIDES_VALUE = frozenset({"relevant", "calculation", "repeat_count"})


@dataclass(frozen=True, eq=False)
class Dependencies:
    """`readers`: the expressions that read an item or group, by its name. `order`: items and groups, each after all it
    depends on. `reads`: what each expression reads."""

    written: tuple[Written, ...]
    reads: Mapping[Written, Reads]
    readers: Mapping[str, tuple[Written, ...]]
    order: tuple[str, ...]


class Circle(Exception):  # noqa: N818 - named for what it is
    """Items whose values wait for each other; `names` are in that order, the first one again at the end."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(names)
        self.names = names


def dependencies(layout: Layout) -> Dependencies:
    """Raises Circle; all expressions must be sound."""
    written = tuple(expressions_of(layout.checklist))
    read = {one: reads(layout, one) for one in written}
    readers: dict[str, list[Written]] = defaultdict(list)
    for one in written:
        for name in read[one].names:
            readers[name].append(one)
    return Dependencies(
        written, read, {name: tuple(found) for name, found in readers.items()}, _order(layout, written, read)
    )


def _order(layout: Layout, written: Iterable[Written], read: Mapping[Written, Reads]) -> tuple[str, ...]:
    waits: dict[str, dict[str, None]] = {name: {} for name in layout.chains}
    for name, chain in layout.chains.items():
        waits[name].update(dict.fromkeys(chain))
    for one in written:
        if one.column not in _DECIDES_VALUE and one.column != "choice_filter":
            continue
        for name in sorted(read[one].names):
            # `.` in a calculation is the value that it had; choices that hang on their own answer are a circle.
            if name != one.owner or not read[one].own or one.column == "choice_filter":
                waits[one.owner][name] = None
    try:
        return tuple(TopologicalSorter(waits).static_order())
    except CycleError as trouble:
        raise Circle(tuple(trouble.args[1])) from trouble
