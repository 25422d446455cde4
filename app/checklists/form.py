"""A checklist made ready to be filled in: paths, order of computing and compiled expressions, once for a definition."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from app.checklists.dependencies import Circle, Dependencies, dependencies
from app.checklists.expressions import Expression, Kind, Node, Problem, compile
from app.checklists.items import AnswerKind, Checklist, Choice, Item
from app.checklists.layout import Layout, layout
from app.checklists.references import Written
from app.checklists.stored import checklist_from_text
from app.errors import ExpressionError

_KINDS = {
    AnswerKind.INTEGER: Kind.NUMBER,
    AnswerKind.DECIMAL: Kind.NUMBER,
    AnswerKind.RANGE: Kind.NUMBER,
    AnswerKind.DATE: Kind.DATE,
    AnswerKind.DATE_TIME: Kind.DATE_TIME,
}


@dataclass(frozen=True, eq=False)
class Form:
    """A checklist made ready to be filled in: made once for each definition."""

    checklist: Checklist
    layout: Layout
    dependencies: Dependencies
    compiled: Mapping[Written, Expression]

    @cached_property
    def by_owner(self) -> dict[str, dict[str, Written]]:
        found: dict[str, dict[str, Written]] = defaultdict(dict)
        for one in self.dependencies.written:
            found[one.owner][one.column] = one
        return found

    @cached_property
    def members(self) -> dict[str, tuple[str, ...]]:
        """What stands directly in each group, in the form's order."""
        found: dict[str, list[str]] = {name: [] for name in self.layout.groups}
        for name, chain in self.layout.chains.items():
            if chain:
                found[chain[-1]].append(name)
        return {name: tuple(inner) for name, inner in found.items()}

    @cached_property
    def triggers(self) -> dict[str, tuple[Item, ...]]:
        """The calculations that are made when an item is answered."""
        found: dict[str, list[Item]] = defaultdict(list)
        for item in self.layout.items.values():
            for name in item.trigger:
                found[name].append(item)
        return {name: tuple(items) for name, items in found.items()}

    @cached_property
    def kinds(self) -> dict[str, Kind]:
        """What the answer to each item is read as."""
        return {name: _KINDS.get(item.kind, Kind.TEXT) for name, item in self.layout.items.items()}

    @cached_property
    def choice_lists(self) -> dict[str, Node]:
        """Every list of choices, as an expression sees it that asks for the instance of its name."""
        lists = {item.choice_list: item.choices for item in self.layout.items.values() if item.choice_list}
        return {name: _choice_list(choices) for name, choices in lists.items()}

    @cached_property
    def filtered(self) -> dict[str, tuple[tuple[Choice, Node], ...]]:
        """The choices of each item that has a filter, with what the filter looks at."""
        found = (item for item in self.layout.items.values() if item.choice_filter)
        return {item.id: tuple(zip(item.choices, _choice_list(item.choices).children, strict=True)) for item in found}

    @cached_property
    def rank(self) -> dict[str, int]:
        return {name: place for place, name in enumerate(self.dependencies.order)}


@lru_cache(maxsize=32)
def form_of(checklist: Checklist) -> Form:
    """Raises ExpressionError for a checklist that was not loaded by this program, and asks for what it cannot do."""
    placed = layout(checklist)
    try:
        found = dependencies(placed)
        compiled = {one: compile(placed.resolved(one.text)) for one in found.written}
    except (Circle, LookupError) as trouble:
        raise ExpressionError("", Problem.NOT_SUPPORTED, 0, checklist.id) from trouble
    return Form(checklist, placed, found, compiled)


@lru_cache(maxsize=32)
def form_from_text(text: str) -> Form:
    """That of a stored checklist. Raises what `form_of` and `checklist_from_text` raise."""
    return form_of(checklist_from_text(text))


def _choice_list(choices: Iterable[Choice]) -> Node:
    root = Node("root", None)
    for choice in choices:
        item = Node("item", root)
        root.add(item)
        label = choice.label.by_language[0][1] if choice.label.by_language else choice.name
        for name, text in (("name", choice.name), ("label", label), *choice.more):
            item.add(Node(name, item, text))
    return root
