"""Whether a question can ever be shown, as far as the choices of its form tell: a slip in a condition hides it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product

from app.checklists.expressions import compile, evaluate
from app.checklists.expressions.references import functions_of, references_of
from app.checklists.expressions.syntax import Call, Chain, Literal, Logic, Path, Syntax, walk
from app.checklists.items import OF_CHOICES, AnswerKind, Item
from app.checklists.layout import Layout
from app.checklists.references import Written, absolute_path
from app.errors import ExpressionError

# Combinations of answers that are tried; beyond, a question is left out and counts as answered in any way.
_MOST_TRIED = 3_000
_PURE = frozenset({"true", "false", "not", "boolean", "number", "string"})


@dataclass(frozen=True, slots=True)
class _Facts:
    """`owner` is where the expression stands; `answers` are those assumed, by question."""

    layout: Layout
    owner: str
    text: str
    answers: Mapping[str, str] = field(default_factory=dict)

    def item(self, path: Syntax) -> Item | None:
        """The question of choices that a plain path reads."""
        if not isinstance(path, Path) or any(step.predicates for step in path.steps):
            return None
        place = absolute_path(self.layout.paths[self.owner], references_of(path)[0])
        item = self.layout.items.get(self.layout.names.get(place, ""))
        return item if item and item.kind in OF_CHOICES and not item.calculation else None


def can_hold(layout: Layout, conditions: Iterable[Written]) -> bool:
    """Whether some answers make all the conditions hold; true where it cannot be told."""
    facts = [_Facts(layout, one.owner, layout.resolved(one.text)) for one in conditions]
    if not facts:
        return True
    trees = [compile(one.text).tree for one in facts]
    asked = _asked(zip(facts, trees, strict=True), layout.repeats[facts[-1].owner])
    for answers in product(*(["", *(choice.name for choice in item.choices)] for item in asked)):
        assumed = dict(zip((item.id for item in asked), answers, strict=True))
        told = (_Facts(layout, one.owner, one.text, assumed) for one in facts)
        if all(_truth(tree, one) is not False for tree, one in zip(trees, told, strict=True)):
            return True
    return False


def no_choices(layout: Layout, written: Written) -> Iterator[tuple[str, str]]:
    """Each question and answer that an expression compares, where the question has no such choice."""
    facts = _Facts(layout, written.owner, layout.resolved(written.text))
    for node in walk(compile(facts.text).tree):
        item, value = _compared(node, facts)
        if item and value and not _can_be(item, value):
            yield item.id, _said(value)


def _asked(read: Iterable[tuple[_Facts, Syntax]], around: tuple[str, ...]) -> list[Item]:
    """The questions of one choice whose answers are tried: those that the owner sees one answer of."""
    found: dict[str, Item] = {}
    for facts, tree in read:
        for node in walk(tree):
            item = facts.item(node)
            if item and item.kind is AnswerKind.CHOICE:
                repeats = facts.layout.repeats[item.id]
                if repeats == around[: len(repeats)]:
                    found[item.id] = item
    asked: list[Item] = []
    tried = 1
    for item in sorted(found.values(), key=lambda one: len(one.choices)):
        tried *= len(item.choices) + 1
        if tried <= _MOST_TRIED:
            asked.append(item)
    return asked


def _truth(node: Syntax, facts: _Facts) -> bool | None:
    """None where it hangs on more than is known."""
    match node:
        case Logic():
            decides = node.operator == "or"
            told = [_truth(one, facts) for one in node.operands]
            return decides if decides in told else None if None in told else not decides
        case Call(name="not", arguments=(inner,)):
            found = _truth(inner, facts)
            return None if found is None else not found
    item, value = _compared(node, facts)
    if item is None:
        return _constant(node, facts)
    equal = _is(item, value, facts)
    if isinstance(node, Chain) and node.rest[0][0] == "!=":
        return False if equal else None
    return equal


def _compared(node: Syntax, facts: _Facts) -> tuple[Item | None, float | str]:
    """The question, and the answer it is compared with, of `${a} = 'x'`, `${a} != 'x'` and `selected(${a}, 'x')`."""
    pairs: tuple[tuple[Syntax, Syntax], ...] = ()
    match node:
        case Chain(first=one, rest=(("=" | "!=", other),)):
            pairs = ((one, other), (other, one))
        case Call(name="selected", arguments=(one, other)):
            pairs = ((one, other),)
    for path, literal in pairs:
        if isinstance(literal, Literal) and (item := facts.item(path)):
            return item, literal.value
    return None, ""


def _is(item: Item, value: float | str, facts: _Facts) -> bool | None:
    if item.id in facts.answers:
        return _equal(facts.answers[item.id], value)
    return None if value == "" or _can_be(item, value) else False


def _can_be(item: Item, value: float | str) -> bool:
    parts = [value] if isinstance(value, float) or item.kind is AnswerKind.CHOICE else value.split()
    return all(any(_equal(choice.name, part) for choice in item.choices) for part in parts)


def _equal(answer: str, value: float | str) -> bool:
    if isinstance(value, str):
        return answer == value
    try:
        return float(answer) == value
    except ValueError:
        return False


def _said(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:g}"


def _constant(node: Syntax, facts: _Facts) -> bool | None:
    """What needs no answer at all, such as `1 = 2`."""
    if references_of(node) or not _PURE.issuperset(functions_of(node)):
        return None
    try:
        return bool(evaluate(facts.text[slice(*node.span)]))
    except ExpressionError:
        return None
