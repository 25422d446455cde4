"""Paths to node-sets.

An absolute path is read as OpenRosa forms mean it: inside an instance of a repeat, `/data/rep/x` is that instance's x.
The last step is never bound in this way, so that `count(/data/rep)` counts all instances wherever it stands.
"""

from collections.abc import Callable, Iterable
from typing import TypeAlias

from app.checklists.expressions.document import Node
from app.checklists.expressions.problems import Problem, Refusal
from app.checklists.expressions.syntax import Step
from app.checklists.expressions.values import Scope, Value, truth

Run: TypeAlias = Callable[[Scope], Value]
Nodes: TypeAlias = Callable[[Scope], list[Node]]


def absolute(names: tuple[str, ...]) -> Nodes:
    """The commonest path, from the root by names alone."""
    # Never the last step: see above.
    bindable = names[:-1]

    def run(scope: Scope) -> list[Node]:
        node, depth = bound(bindable, scope)
        found = [node]
        for name in names[depth:]:
            if len(found) == 1:
                found = found[0].by_name.get(name, [])
            else:
                found = [child for parent in found for child in parent.by_name.get(name, ())]
        return [node for node in found if node.is_relevant]

    return run


def along(start: Nodes, steps: "list[tuple[Step, tuple[Run, ...]]]") -> Nodes:
    """Any path: from `start` step by step; each step comes with its compiled predicates."""

    def run(scope: Scope) -> list[Node]:
        nodes = start(scope)
        for step, predicates in steps:
            nodes = _taken(nodes, step, predicates, scope)
        return [node for node in nodes if node.is_relevant]

    return run


def from_root(prefix: tuple[str, ...]) -> Nodes:
    """The nodes that the plain first names of a longer path lead to."""

    def run(scope: Scope) -> list[Node]:
        node, depth = bound(prefix, scope)
        found = [node]
        for name in prefix[depth:]:
            found = [child for parent in found for child in parent.by_name.get(name, ())]
        return found

    return run


def from_here(scope: Scope) -> list[Node]:
    return _of(scope.node)


def from_origin(scope: Scope) -> list[Node]:
    return _of(scope.origin)


def from_instance(name: str) -> Nodes:
    def run(scope: Scope) -> list[Node]:
        top = scope.document.instances.get(name) if scope.document else None
        if top is None:
            raise Refusal(Problem.NO_SUCH_INSTANCE, name)
        return [top]

    return run


def bound(names: tuple[str, ...], scope: Scope) -> tuple[Node, int]:
    """As far down `names` as the context stands in them, and how many steps that is."""
    if scope.document is None:
        raise Refusal(Problem.NO_DOCUMENT)
    top = scope.document.top
    found = _shared(names, scope.node, top)
    if scope.origin is not scope.node:
        # In a predicate over another part of the form, or over a list, the question's own repeat still counts.
        found = max(found, _shared(names, scope.origin, top), key=lambda one: one[1])
    return found


def _shared(names: tuple[str, ...], node: Node | None, top: Node) -> tuple[Node, int]:
    found, depth = top, 0
    for kin, name in zip(node.lineage if node else (), names, strict=False):
        if kin.name != name or kin.parent is not found:
            break
        found, depth = kin, depth + 1
    return found, depth


def _of(node: Node | None) -> list[Node]:
    if node is None:
        raise Refusal(Problem.NO_DOCUMENT)
    return [node]


def _taken(nodes: list[Node], step: Step, predicates: tuple[Run, ...], scope: Scope) -> list[Node]:
    found: dict[Node, None] = {}
    for node in nodes:
        candidates = _candidates(node, step)
        for predicate in predicates:
            candidates = _filtered(candidates, predicate, scope)
        if step.axis in _BACKWARD:
            candidates.reverse()
        found.update(dict.fromkeys(candidates))
    return list(found)


def _candidates(node: Node, step: Step) -> list[Node]:
    if step.axis == "child" and step.test not in ("*", "node()"):
        return node.by_name.get(step.test, [])
    return [one for one in _AXES[step.axis](node) if _passes(one, step.test)]


def _passes(node: Node, test: str) -> bool:
    return test == "node()" or node.name == test or (test == "*" and node.parent is not None)


def _filtered(candidates: list[Node], predicate: Run, scope: Scope) -> list[Node]:
    """A number is a position; anything else is taken for its truth."""
    found: list[Node] = []
    inner = Scope(scope.document, None, scope.origin, scope.host, size=len(candidates))
    for place, candidate in enumerate(candidates, 1):
        inner.node, inner.position = candidate, place
        value = predicate(inner)
        if value == place if isinstance(value, float) else truth(value, inner):
            found.append(candidate)
    return found


def _self(node: Node) -> Iterable[Node]:
    return (node,)


def _parent(node: Node) -> Iterable[Node]:
    return () if node.parent is None else (node.parent,)


def _child(node: Node) -> Iterable[Node]:
    return node.children


def _attribute(node: Node) -> Iterable[Node]:
    return node.attributes.values()


def _descendant(node: Node) -> Iterable[Node]:
    return node.descendants()


def _descendant_or_self(node: Node) -> Iterable[Node]:
    return (node, *node.descendants())


def _ancestor(node: Node) -> Iterable[Node]:
    return reversed(node.lineage[:-1])


def _ancestor_or_self(node: Node) -> Iterable[Node]:
    return reversed(node.lineage)


def _following_sibling(node: Node) -> Iterable[Node]:
    peers = node.parent.children if node.parent else [node]
    return peers[peers.index(node) + 1 :] if node in peers else ()


def _preceding_sibling(node: Node) -> Iterable[Node]:
    peers = node.parent.children if node.parent else [node]
    return reversed(peers[: peers.index(node)]) if node in peers else ()


_AXES: dict[str, Callable[[Node], Iterable[Node]]] = {
    "self": _self,
    "parent": _parent,
    "child": _child,
    "attribute": _attribute,
    "descendant": _descendant,
    "descendant-or-self": _descendant_or_self,
    "ancestor": _ancestor,
    "ancestor-or-self": _ancestor_or_self,
    "following-sibling": _following_sibling,
    "preceding-sibling": _preceding_sibling,
}
# Axes that lead away from the node backwards: their positions count from the nearest.
_BACKWARD = {"ancestor", "ancestor-or-self", "preceding-sibling"}
