"""What an expression reads, known without a document: for the graph of what depends on what."""

from dataclasses import dataclass, replace

from app.checklists.expressions.syntax import Call, Literal, Path, Step, Syntax, children, walk

# Functions that read the context node without naming it.
_READ_CONTEXT = {"once"}
_READ_CONTEXT_ALONE = {"string-length", "normalize-space"}


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a path has come to. `root` is `.` where relative paths start, `` for the root, else a call."""

    root: str
    steps: tuple[str, ...] = ()

    @property
    def written(self) -> str:
        if self.root == ".":
            return "/".join(self.steps) or "."
        return "/".join((self.root, *self.steps)) or "/"


_CONTEXT = _Place(".")


def references_of(tree: Syntax) -> tuple[str, ...]:
    """The paths read, each once, in the order written, without predicates: `/data/rep/x`, `../x`, `.`.

    What a predicate reads is named from where it stands: `name` in `/data/rep[name = 1]` is `/data/rep/name`.
    current() is the context node; paths into secondary instances begin with `instance('...')`.
    """
    found: dict[str, None] = {}
    _collect(tree, _CONTEXT, found)
    return tuple(found)


def functions_of(tree: Syntax) -> tuple[str, ...]:
    """The names of the functions called, each once, in the order written."""
    return tuple(dict.fromkeys(node.name for node in walk(tree) if isinstance(node, Call)))


def _collect(node: Syntax, base: _Place, found: dict[str, None]) -> None:
    if isinstance(node, Path):
        _collect_path(node, base, found)
        return
    if isinstance(node, Call) and (
        node.name in _READ_CONTEXT or (node.name in _READ_CONTEXT_ALONE and not node.arguments)
    ):
        found[base.written] = None
    for child in children(node):
        _collect(child, base, found)


def _collect_path(path: Path, base: _Place, found: dict[str, None]) -> None:
    place = _start(path, base)
    inside: list[tuple[Syntax, _Place]] = []
    for step in path.steps:
        place = _after(place, step)
        inside.extend((predicate, place) for predicate in step.predicates)
    found[place.written] = None
    for predicate, at in inside:
        _collect(predicate, at, found)


def _start(path: Path, base: _Place) -> _Place:
    if not isinstance(path.start, Call):
        return base if path.start == "." else _Place("")
    if path.start.name == "current":
        return _CONTEXT
    named = path.start.arguments[0] if path.start.arguments else None
    return _Place(f"instance('{named.value if isinstance(named, Literal) else ''}')")


def _after(place: _Place, step: Step) -> _Place:
    if step.axis == "self":
        return place
    if step.axis == "parent":
        # Up again from a name is where one came from; from anything else it has to be said.
        if place.steps and place.steps[-1] not in ("..", "") and "::" not in place.steps[-1]:
            return replace(place, steps=place.steps[:-1])
        return replace(place, steps=(*place.steps, ".."))
    if step.axis == "child":
        return replace(place, steps=(*place.steps, step.test))
    if step.axis == "attribute":
        return replace(place, steps=(*place.steps, "@" + step.test))
    if step == Step("descendant-or-self", "node()"):
        return replace(place, steps=(*place.steps, ""))
    return replace(place, steps=(*place.steps, f"{step.axis}::{step.test}"))
