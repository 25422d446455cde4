"""Expressions compiled once and evaluated over documents."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import TypeAlias, TypeVar

from app.checklists.expressions.compiler import compiled
from app.checklists.expressions.document import Document, Node
from app.checklists.expressions.functions.nodes import nodes_of
from app.checklists.expressions.host import Host
from app.checklists.expressions.parser import parse
from app.checklists.expressions.paths import Run
from app.checklists.expressions.problems import Problem, Refusal
from app.checklists.expressions.references import functions_of, references_of
from app.checklists.expressions.syntax import Syntax
from app.checklists.expressions.values import Scope, Value, number, plain, stored_text, truth
from app.checklists.expressions.xml import read_document
from app.errors import ExpressionError

Answer: TypeAlias = float | str | bool | list[str]
Shape = TypeVar("Shape")

# More than one form has; a form opened again is compiled from here.
_KEPT = 8192


@lru_cache(maxsize=_KEPT)
def compile(expression: str) -> "Expression":
    """Raises ExpressionError for all that is wrong without looking at a document, in branches never taken too."""
    try:
        tree = parse(expression)
        return Expression(expression, references_of(tree), functions_of(tree), tree, compiled(tree, expression))
    except RecursionError as trouble:  # the caller stood deep already
        raise ExpressionError(expression, Problem.TOO_DEEP) from trouble


def evaluate(
    expression: str, instance_xml: str | None = None, context: str = "/", *, host: Host | None = None
) -> Answer:
    """The value over the document in `instance_xml`, read at the node `context`.

    A node-set is the list of its texts, a day or an instant its ISO text. Raises ExpressionError.
    """
    ready = compile(expression)
    if instance_xml is None:
        return ready.within(Scope(None, None, None, host or Host()), _answer)
    return ready.value(read_document(instance_xml, host), context)


def _answer(value: Value, _scope: Scope) -> Answer:
    if isinstance(value, list):
        return [node.text for node in value]
    return stored_text(value) if isinstance(value, date) else value


def _stored(value: Value, scope: Scope) -> str:
    return stored_text(plain(value, scope))


@dataclass(frozen=True, slots=True)
class Expression:
    """`references` and `functions` are as references.py describes them. Made by compile().

    Where `at` is a path, it is that of the context node; without it, the node above the first element is.
    """

    text: str
    references: tuple[str, ...]
    functions: tuple[str, ...]
    tree: Syntax = field(repr=False)
    run: Run = field(repr=False)

    def value(self, document: Document, at: Node | str = "/") -> Answer:
        """As evaluate(). Raises ExpressionError."""
        return self.within(scope_at(document, at), _answer)

    def as_boolean(self, document: Document, at: Node | str = "/") -> bool:
        """False of 0, NaN and what is empty. Raises ExpressionError."""
        return self.within(scope_at(document, at), truth)

    def as_number(self, document: Document, at: Node | str = "/") -> float:
        """NaN of what is empty or no number; days since 1970 of a day. Raises ExpressionError."""
        return self.within(scope_at(document, at), number)

    def as_text(self, document: Document, at: Node | str = "/") -> str:
        """As it is stored: `3`, `true`, `2026-11-24`, `2026-11-24T08:12:00.000+00:00`. Raises ExpressionError."""
        return self.within(scope_at(document, at), _stored)

    def nodes(self, document: Document, at: Node | str = "/") -> list[Node]:
        """The nodes of a path. Raises ExpressionError: NOT_NODES when the value is not of nodes."""
        return self.within(scope_at(document, at), lambda value, _scope: nodes_of(value, self.text))

    def within(self, scope: Scope, shape: Callable[[Value, Scope], Shape]) -> Shape:
        """The value in a scope of the caller's, made into what `shape` makes of it. Raises ExpressionError."""
        try:
            return shape(self.run(scope), scope)
        except Refusal as refusal:
            raise ExpressionError(self.text, refusal.problem, refusal.position or 0, refusal.detail) from refusal
        except RecursionError as trouble:
            raise ExpressionError(self.text, Problem.TOO_DEEP) from trouble


def scope_at(document: Document, at: Node | str) -> Scope:
    """Raises ExpressionError: NO_SUCH_NODE."""
    node = document.get(at)
    return Scope(document, node, node, document.host)
