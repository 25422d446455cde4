"""Where each item and group of a checklist stands: its path in the document, and the repeats around it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from app.checklists.items import AnswerKind, Checklist, Group, Item

# The root of the document that expressions read, as XForms has it.
ROOT = "/data"
_NAME = re.compile(r"\$\{\s*([\w.-]+)\s*\}")


@dataclass(frozen=True, eq=False)
class Layout:
    """`chains`: the groups around an item or group, outermost first, by its name."""

    checklist: Checklist
    items: Mapping[str, Item]
    groups: Mapping[str, Group]
    chains: Mapping[str, tuple[str, ...]]

    @cached_property
    def paths(self) -> dict[str, str]:
        """The absolute path of everything that has a name."""
        return {name: "/".join((ROOT, *chain, name)) for name, chain in self.chains.items()}

    @cached_property
    def names(self) -> dict[str, str]:
        """The name of what stands at a path."""
        return {path: name for name, path in self.paths.items()}

    @cached_property
    def contents(self) -> dict[str, tuple[str, ...]]:
        """The items under each group, at any depth, in the form's order."""
        found: dict[str, list[str]] = {name: [] for name in self.groups}
        for item in self.items:
            for group in self.chains[item]:
                found[group].append(item)
        return {name: tuple(items) for name, items in found.items()}

    @cached_property
    def repeats(self) -> dict[str, tuple[str, ...]]:
        """The repeats around everything that has a name, outermost first; a repeat's own name ends its own."""
        return {
            name: tuple(g for g in (*chain, name) if g in self.groups and self.groups[g].is_repeat)
            for name, chain in self.chains.items()
        }

    def naming(self, repeat: str) -> Item | None:
        """The item that names a round, such as the area's name: the first that is asked, when it is a text."""
        asked = (self.items[name] for name in self.contents[repeat] if self.items[name].is_asked)
        first = next(asked, None)
        return first if first is not None and first.kind is AnswerKind.TEXT else None

    def resolved(self, text: str) -> str:
        """The expression with paths in place of `${name}`. Raises LookupError for a name that is not in the form."""
        return _NAME.sub(lambda found: self.paths[found[1]], text)


def layout(checklist: Checklist) -> Layout:
    named = {group.id: group for group in checklist.groups}
    items: dict[str, Item] = {}
    chains: dict[str, tuple[str, ...]] = {}
    groups: dict[str, Group] = {}

    for section in checklist.sections:
        top = (section.id,) if section.id else ()
        if section.id:
            groups[section.id] = named.get(section.id, Group(section.id, section.label))
            chains[section.id] = ()
        for item in section.items:
            for depth, name in enumerate(item.within):
                groups[name] = named.get(name, Group(name))
                chains[name] = (*top, *item.within[:depth])
            items[item.id] = item
            chains[item.id] = (*top, *item.within)
    return Layout(checklist, items, groups, chains)


def names_in(text: str) -> Iterator[str]:
    """The `${names}` of an expression, or of a label, in its order."""
    return (found[1] for found in _NAME.finditer(text))


def piped(text: str, values: Mapping[str, str]) -> str:
    """A label with the values of other items in place of `${name}`; a blank line where there is no answer yet."""
    return _NAME.sub(lambda found: values.get(found[1]) or "…", text)
