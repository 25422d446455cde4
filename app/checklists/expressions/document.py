"""The answers to a form as a tree that is built once and then changed in place.

Expressions read it while the form changes it; nothing is copied or rebuilt for an evaluation.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from app.checklists.expressions.host import Host
from app.checklists.expressions.problems import Problem
from app.errors import ExpressionError

_STEP = re.compile(r"/([^/\[\]]+)(?:\[(\d+)\])?")


def build(
    name: str,
    tree: "Tree",
    *,
    kinds: "Mapping[str, Kind] | None" = None,
    instances: "Mapping[str, Node] | None" = None,
    host: Host | None = None,
) -> "Document":
    """A document whose first element is `name`. `kinds` are by path without positions: `/data/rep/age`.

    A text in `tree` is an answer, a mapping a group, a Repeat a repeat. `instances` are the secondary instances by id,
    each given by the node above its first element: see xml.read_nodes.
    """
    top = Node("", None)
    document = Document(top, kinds or {}, instances or {}, host or Host())
    document.grow(top, name, tree)
    return document


class Kind(StrEnum):
    """What an answer's text stands for. Only numbers, dates and times are read as anything but text."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    DATE_TIME = "date-time"


@dataclass(frozen=True, slots=True)
class Repeat:
    """`template` is what every new instance starts from; `instances` are those there are: key and differences each."""

    template: "Mapping[str, Tree]"
    instances: "Sequence[tuple[str, Mapping[str, Tree]]]" = ()


Tree: TypeAlias = "str | Repeat | Mapping[str, Tree]"


class Node:
    """An element or attribute. `key` tells the instances of a repeat apart whatever their order."""

    __slots__ = ("attributes", "by_name", "children", "is_relevant", "key", "kind", "lineage", "name", "parent", "text")

    def __init__(self, name: str, parent: "Node | None", text: str = "", kind: Kind = Kind.TEXT) -> None:
        self.name = name
        self.parent = parent
        self.text = text
        self.kind = kind
        self.key = ""
        self.is_relevant = True
        self.children: list[Node] = []
        self.by_name: dict[str, list[Node]] = {}
        self.attributes: dict[str, Node] = {}
        # The elements from the first one down to this one; the node above them all has none.
        self.lineage: tuple[Node, ...] = () if parent is None else (*parent.lineage, self)

    def add(self, child: "Node") -> None:
        self.children.append(child)
        self.by_name.setdefault(child.name, []).append(child)

    def discard(self, child: "Node") -> None:
        self.children.remove(child)
        self.by_name[child.name].remove(child)

    @property
    def position(self) -> int:
        """Its place among its namesakes, from 1."""
        if self.parent is None or self not in (peers := self.parent.by_name.get(self.name, ())):
            return 1
        return peers.index(self) + 1

    @property
    def generic_path(self) -> str:
        """Its path without positions: that of the question, the same for all instances of a repeat."""
        return "/" + "/".join(node.name for node in self.lineage)

    @property
    def path(self) -> str:
        """Its own path; in it, instances of repeats have their position: `/data/rep[2]/age`."""
        steps = []
        for node in self.lineage:
            peers = node.parent.by_name.get(node.name, ()) if node.parent else ()
            steps.append(f"{node.name}[{node.position}]" if node.key or len(peers) > 1 else node.name)
        return "/" + "/".join(steps)

    def descendants(self) -> "Iterator[Node]":
        """All below it, in document order."""
        waiting = list(reversed(self.children))
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children))


@dataclass(frozen=True, slots=True)
class Document:
    """`top` is the node above the first element: the `/` of paths."""

    top: Node
    kinds: Mapping[str, Kind] = field(default_factory=dict)
    instances: Mapping[str, Node] = field(default_factory=dict)
    host: Host = field(default_factory=Host)
    templates: "dict[str, Mapping[str, Tree]]" = field(default_factory=dict)

    def find(self, path: str, near: Node | None = None) -> Node | None:
        """The node at an absolute path such as `/data/rep[2]/age`; None when there is none.

        A step without a position means the instance that `near` is in, else the first.
        """
        node = self.top
        position = 0
        lineage = near.lineage if near else ()
        for depth, match in enumerate(_STEP.finditer(path)):
            if match.start() != position:
                return None
            position = match.end()
            found = _child(node, match, lineage[depth] if depth < len(lineage) else None)
            if found is None:
                return None
            node = found
        return node if position == len(path) > 0 or path == "/" else None

    def get(self, where: str | Node, near: Node | None = None) -> Node:
        """Raises ExpressionError: NO_SUCH_NODE."""
        node = self.find(where, near) if isinstance(where, str) else where
        if node is None:
            raise ExpressionError(str(where), Problem.NO_SUCH_NODE, 0, str(where))
        return node

    def set(self, where: str | Node, text: str) -> Node:
        """Writes an answer as it is stored: ISO dates, a decimal point. Raises ExpressionError: NO_SUCH_NODE."""
        node = self.get(where)
        node.text = text
        return node

    def set_relevant(self, where: str | Node, *, is_relevant: bool) -> None:
        """A node that is not relevant, and all in it, reads as absent; its text is kept."""
        node = self.get(where)
        outer = node.parent is None or node.parent.is_relevant
        self._spread(node, is_relevant=is_relevant and outer)

    def add_repeat(self, where: str, key: str, *, near: Node | None = None) -> Node:
        """A new last instance of the repeat at `where`, in that instance of an outer repeat that `near` is in.

        Raises ExpressionError: NO_SUCH_NODE.
        """
        above, _, name = where.rpartition("/")
        parent = self.get(above or "/", near)
        template = self.templates.get(f"{parent.generic_path.rstrip('/')}/{name}")
        if template is None:
            raise ExpressionError(where, Problem.NO_SUCH_NODE, 0, where)
        return self._instance(parent, name, key, template)

    def remove_repeat(self, where: str | Node) -> None:
        """Takes away one instance; those after it move up. Raises ExpressionError: NO_SUCH_NODE."""
        node = self.get(where)
        if node.parent is None:
            raise ExpressionError(node.path, Problem.NO_SUCH_NODE, 0, node.path)
        node.parent.discard(node)

    def grow(self, parent: Node, name: str, tree: "Tree") -> None:
        """Adds what `tree` describes under `parent`; for makers of documents."""
        if isinstance(tree, Repeat):
            self.templates[f"{parent.generic_path.rstrip('/')}/{name}"] = tree.template
            # The place of the first instance among the questions is kept even while there is none.
            parent.by_name.setdefault(name, [])
            for key, differences in tree.instances:
                self._instance(parent, name, key, {**tree.template, **differences})
            return
        node = Node(name, parent, tree if isinstance(tree, str) else "")
        node.kind = self.kinds.get(node.generic_path, Kind.TEXT)
        node.is_relevant = parent.is_relevant
        parent.add(node)
        if not isinstance(tree, str):
            for inner, below in tree.items():
                self.grow(node, inner, below)

    def _instance(self, parent: Node, name: str, key: str, tree: "Mapping[str, Tree]") -> Node:
        self.grow(parent, name, tree)
        node = parent.by_name[name][-1]
        node.key = key
        return node

    def _spread(self, node: Node, *, is_relevant: bool) -> None:
        node.is_relevant = is_relevant
        for below in node.descendants():
            below.is_relevant = is_relevant


def _child(node: Node, step: re.Match[str], kin: Node | None) -> Node | None:
    peers = node.by_name.get(step[1], [])
    if step[2] is None:
        return kin if kin is not None and kin in peers else next(iter(peers), None)
    position = int(step[2])
    return peers[position - 1] if 1 <= position <= len(peers) else None
