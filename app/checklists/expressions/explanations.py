"""Why an expression is true or false: the comparisons that decide it, and the answers they read.

Data only; whoever shows it finds the words.
"""

from dataclasses import dataclass

from app.checklists.expressions.compiler import compiled
from app.checklists.expressions.document import Document, Node
from app.checklists.expressions.engine import Expression, scope_at
from app.checklists.expressions.functions.nodes import nodes_of
from app.checklists.expressions.problems import Refusal
from app.checklists.expressions.references import references_of
from app.checklists.expressions.syntax import Call, Literal, Logic, Path, Syntax, children
from app.checklists.expressions.values import Scope, Value, truth

# Functions whose own truth is that of their one argument, or its opposite.
_SEEN_THROUGH = {"not", "boolean"}


def explain(expression: Expression, document: Document, at: Node | str = "/") -> "Explanation":
    """Raises ExpressionError where the expression itself does."""

    def explanation(value: Value, scope: Scope) -> Explanation:
        leaves = {leaf.span: leaf for leaf in _deciding(expression.tree, scope, expression.text)}
        reasons = tuple(_reason(leaf, scope, expression.text) for leaf in leaves.values())
        return Explanation(truth(value, scope), reasons)

    return expression.within(scope_at(document, at), explanation)


@dataclass(frozen=True, slots=True)
class Reading:
    """`reference` is as in Expression.references; `answers` are the nodes it led to: their own path and text."""

    reference: str
    answers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """One comparison as it is written, its own truth (that of `a = 1` in `not(a = 1)`) and what it read."""

    text: str
    value: bool
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """`reasons` are the fewest that decide, in the order written: of a false `and` what is false in it, and so on."""

    value: bool
    reasons: tuple[Reason, ...]


def _deciding(node: Syntax, scope: Scope, source: str) -> list[Syntax]:
    if isinstance(node, Logic):
        return _deciding_of_logic(node, scope, source)
    if isinstance(node, Call) and node.name in _SEEN_THROUGH:
        return _deciding(node.arguments[0], scope, source)
    if isinstance(node, Call) and node.name == "if":
        condition, yes, no = node.arguments
        branch = yes if _truth(condition, scope, source) else no
        return _deciding(condition, scope, source) + _deciding(branch, scope, source)
    # A constant is no reason: nobody can answer it differently.
    is_constant = isinstance(node, Literal) or (isinstance(node, Call) and not node.arguments)
    return [] if is_constant else [node]


def _deciding_of_logic(node: Logic, scope: Scope, source: str) -> list[Syntax]:
    """The operands that settle the matter, or all of them when none does."""
    settling = node.operator == "or"
    settles: list[Syntax] = []
    for operand in node.operands:
        try:
            if _truth(operand, scope, source) is settling:
                settles.append(operand)
        except Refusal:
            # Operands after the first that settles are never asked when the expression is evaluated.
            if not settles:
                raise
    return [leaf for operand in settles or node.operands for leaf in _deciding(operand, scope, source)]


def _truth(node: Syntax, scope: Scope, source: str) -> bool:
    return truth(compiled(node, source)(scope), scope)


def _reason(leaf: Syntax, scope: Scope, source: str) -> Reason:
    readings: dict[str, Reading] = {}
    for path in _outer_paths(leaf):
        reference = references_of(path)[0]
        nodes = nodes_of(compiled(path, source)(scope), reference)
        readings[reference] = Reading(reference, tuple((node.path, node.text) for node in nodes))
    return Reason(source[slice(*leaf.span)], _truth(leaf, scope, source), tuple(readings.values()))


def _outer_paths(node: Syntax) -> list[Path]:
    """The paths in `node` that are not inside another's predicates."""
    if isinstance(node, Path):
        return [node]
    return [path for child in children(node) for path in _outer_paths(child)]
