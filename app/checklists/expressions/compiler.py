"""Trees of expressions to functions of a scope; whatever can be found wrong without a document is found here."""

import math
from collections.abc import Callable
from typing import TypeAlias

from app.checklists.expressions.document import Node
from app.checklists.expressions.functions.library import FUNCTIONS
from app.checklists.expressions.functions.nodes import nodes_of
from app.checklists.expressions.functions.numbers import quotient, remainder
from app.checklists.expressions.matching import check_pattern
from app.checklists.expressions.paths import (
    Nodes,
    Run,
    absolute,
    along,
    bound,
    from_here,
    from_instance,
    from_origin,
    from_root,
)
from app.checklists.expressions.problems import Problem, Refusal
from app.checklists.expressions.syntax import (
    Call,
    Chain,
    Literal,
    Logic,
    Negation,
    Path,
    Step,
    Syntax,
    Union,
    Variable,
)
from app.checklists.expressions.values import Scope, Value, number, plain, same, truth, whole
from app.errors import ExpressionError

Operation: TypeAlias = Callable[[Value, Value, Scope], Value]


def compiled(node: Syntax, source: str) -> Run:
    """Raises ExpressionError: UNKNOWN_FUNCTION, ARGUMENT_COUNT, NOT_A_PATH, NOT_TEXT, BAD_PATTERN."""
    match node:
        case Literal() | Variable():
            return _given(node)
        case Call():
            return _call(node, source)
        case Path():
            return _path(node, source)
        case Chain():
            return _chain(node, source)
        case Logic():
            return _logic(node, source)
        case Negation():
            return _negation(node, source)
        case Union():
            return _union(node, source)


def _given(node: Literal | Variable) -> Run:
    if isinstance(node, Literal):
        value = node.value
        return lambda _scope: value

    def run(scope: Scope) -> Value:
        if node.name not in scope.host.variables:
            raise Refusal(Problem.NO_SUCH_VARIABLE, node.name)
        return scope.host.variables[node.name]

    return run


def _chain(node: Chain, source: str) -> Run:
    first = compiled(node.first, source)
    rest = [(_OPERATIONS[operator], compiled(operand, source)) for operator, operand in node.rest]
    if len(rest) == 1:
        operation, other = rest[0]
        return lambda scope: operation(first(scope), other(scope), scope)

    def run(scope: Scope) -> Value:
        value = first(scope)
        for operation, operand in rest:
            value = operation(value, operand(scope), scope)
        return value

    return run


def _logic(node: Logic, source: str) -> Run:
    operands = [compiled(operand, source) for operand in node.operands]
    # The answer of the first operand that settles the matter.
    settling = node.operator == "or"

    def run(scope: Scope) -> Value:
        for operand in operands:
            if truth(operand(scope), scope) is settling:
                return settling
        return not settling

    return run


def _negation(node: Negation, source: str) -> Run:
    operand = compiled(node.operand, source)
    return lambda scope: -number(operand(scope), scope)


def _union(node: Union, source: str) -> Run:
    operands = [compiled(operand, source) for operand in node.operands]

    def run(scope: Scope) -> Value:
        found: dict[Node, None] = {}
        for operand in operands:
            found.update(dict.fromkeys(nodes_of(operand(scope), "|")))
        return _in_document_order(list(found))

    return run


def _in_document_order(nodes: list[Node]) -> list[Node]:
    def places(node: Node) -> list[int]:
        return [kin.parent.children.index(kin) for kin in node.lineage if kin.parent and kin in kin.parent.children]

    return sorted(nodes, key=places)


def _path(node: Path, source: str) -> Run:
    if node.names is not None:
        return absolute(node.names)
    start, steps = _start(node, source)
    return along(start, [(step, tuple(compiled(one, source) for one in step.predicates)) for step in steps])


def _start(node: Path, source: str) -> tuple[Nodes, tuple[Step, ...]]:
    if isinstance(node.start, Call):
        return _start_call(node.start, source), node.steps
    if node.start == ".":
        return from_here, node.steps
    plain_steps = 0
    # The last step is left to the general way: see paths.py.
    for step in node.steps[:-1]:
        if step.axis != "child" or step.test in ("*", "node()") or step.predicates:
            break
        plain_steps += 1
    return from_root(tuple(step.test for step in node.steps[:plain_steps])), node.steps[plain_steps:]


def _start_call(call: Call, source: str) -> Nodes:
    if call.name == "current":
        _check_count(call, source, takes=not call.arguments)
        return from_origin
    _check_count(call, source, takes=len(call.arguments) == 1)
    name = call.arguments[0]
    if not isinstance(name, Literal) or not isinstance(name.value, str):
        raise ExpressionError(source, Problem.NOT_TEXT, name.span[0], call.name)
    return from_instance(name.value)


def _call(node: Call, source: str) -> Run:
    if node.name in _CHOOSERS:
        return _CHOOSERS[node.name](node, source)
    function = FUNCTIONS.get(node.name)
    if function is None:
        raise ExpressionError(source, Problem.UNKNOWN_FUNCTION, node.span[0], node.name)
    _check_count(node, source, takes=function.takes(len(node.arguments)))
    if node.name == "regex":
        _check_regex(node.arguments[1], source)
    arguments = [compiled(argument, source) for argument in node.arguments]
    answer, position = function.answer, node.span[0]

    def run(scope: Scope) -> Value:
        try:
            return answer(scope, [argument(scope) for argument in arguments])
        except Refusal as refusal:
            if refusal.position is None:
                refusal.position = position
            raise

    return run


def _check_regex(pattern: Syntax, source: str) -> None:
    if not isinstance(pattern, Literal) or not isinstance(pattern.value, str):
        return
    try:
        check_pattern(pattern.value)
    except Refusal as refusal:
        raise ExpressionError(source, refusal.problem, pattern.span[0], refusal.detail) from refusal


def _check_count(call: Call, source: str, *, takes: bool) -> None:
    if not takes:
        raise ExpressionError(source, Problem.ARGUMENT_COUNT, call.span[0], call.name)


def _if(node: Call, source: str) -> Run:
    _check_count(node, source, takes=len(node.arguments) == 3)
    condition, yes, no = (compiled(argument, source) for argument in node.arguments)
    return lambda scope: yes(scope) if truth(condition(scope), scope) else no(scope)


def _cond(node: Call, source: str) -> Run:
    """cond(condition, value, condition, value, ..., value of none)."""
    _check_count(node, source, takes=len(node.arguments) >= 3 and len(node.arguments) % 2 == 1)
    *pairs, otherwise = (compiled(argument, source) for argument in node.arguments)

    def run(scope: Scope) -> Value:
        for condition, value in zip(pairs[::2], pairs[1::2], strict=True):
            if truth(condition(scope), scope):
                return value(scope)
        return otherwise(scope)

    return run


def _coalesce(node: Call, source: str) -> Run:
    _check_count(node, source, takes=len(node.arguments) == 2)
    first, second = (compiled(argument, source) for argument in node.arguments)

    def run(scope: Scope) -> Value:
        value = first(scope)
        found = plain(value, scope)
        is_nothing = found == "" or (isinstance(found, float) and math.isnan(found))
        return second(scope) if is_nothing else value

    return run


def _indexed_repeat(node: Call, source: str) -> Run:
    _check_count(node, source, takes=len(node.arguments) in (3, 5, 7, 9, 11))
    target = _names_of(node.arguments[0], source)
    groups = [_names_of(argument, source) for argument in node.arguments[1::2]]
    indexes = [compiled(argument, source) for argument in node.arguments[2::2]]

    def run(scope: Scope) -> Value:
        full = target(scope)
        chosen: dict[int, int] = {}
        for group, index in zip(groups, indexes, strict=True):
            names = group(scope)
            if full[: len(names)] != names or len(names) >= len(full):
                raise Refusal(Problem.NOT_WITHIN, "/" + "/".join(names))
            chosen[len(names)] = max(1, whole(index(scope), scope))
        return _at_indexes(full, chosen, scope)

    return run


def _names_of(argument: Syntax, source: str) -> Callable[[Scope], tuple[str, ...]]:
    """The names from the root down that a plain path stands for where it is evaluated."""
    path = _plain_path(argument, source)
    if path.names is not None:
        names = path.names
        return lambda _scope: names
    steps = path.steps

    def run(scope: Scope) -> tuple[str, ...]:
        node = scope.origin if isinstance(path.start, Call) else scope.node
        names = [kin.name for kin in node.lineage] if node and path.start != "/" else []
        for step in steps:
            if step.axis == "child":
                names.append(step.test)
            elif step.axis == "parent":
                names = names[:-1]
        return tuple(names)

    return run


def _plain_path(argument: Syntax, source: str) -> Path:
    is_plain = isinstance(argument, Path) and all(
        step.axis in ("child", "parent", "self") and step.test != "*" and not step.predicates for step in argument.steps
    )
    if (
        not is_plain
        or not isinstance(argument, Path)
        or (isinstance(argument.start, Call) and argument.start.name != "current")
    ):
        raise ExpressionError(source, Problem.NOT_A_PATH, argument.span[0], source[slice(*argument.span)])
    return argument


def _at_indexes(names: tuple[str, ...], chosen: dict[int, int], scope: Scope) -> list[Node]:
    """The nodes at `names`, of the repeats in `chosen` (by depth) only the instance at that place, from 1."""
    first = min(chosen) - 1
    node, depth = bound(names[:first], scope)
    found = [node]
    for level, name in enumerate(names[depth:], depth + 1):
        found = [
            child
            for parent in found
            for place, child in enumerate(parent.by_name.get(name, ()), 1)
            if level not in chosen or chosen[level] == place
        ]
    return [node for node in found if node.is_relevant]


def _equal(left: Value, right: Value, scope: Scope) -> Value:
    return same(left, right, scope)


def _unequal(left: Value, right: Value, scope: Scope) -> Value:
    return not same(left, right, scope)


def _less(left: Value, right: Value, scope: Scope) -> Value:
    return number(left, scope) < number(right, scope)


def _at_most(left: Value, right: Value, scope: Scope) -> Value:
    return number(left, scope) <= number(right, scope)


def _more(left: Value, right: Value, scope: Scope) -> Value:
    return number(left, scope) > number(right, scope)


def _at_least(left: Value, right: Value, scope: Scope) -> Value:
    return number(left, scope) >= number(right, scope)


def _plus(left: Value, right: Value, scope: Scope) -> Value:
    return number(left, scope) + number(right, scope)


def _minus(left: Value, right: Value, scope: Scope) -> Value:
    return number(left, scope) - number(right, scope)


def _times(left: Value, right: Value, scope: Scope) -> Value:
    return number(left, scope) * number(right, scope)


def _div(left: Value, right: Value, scope: Scope) -> Value:
    return quotient(number(left, scope), number(right, scope))


def _mod(left: Value, right: Value, scope: Scope) -> Value:
    return remainder(number(left, scope), number(right, scope))


_OPERATIONS: dict[str, Operation] = {
    "=": _equal,
    "!=": _unequal,
    "<": _less,
    "<=": _at_most,
    ">": _more,
    ">=": _at_least,
    "+": _plus,
    "-": _minus,
    "*": _times,
    "div": _div,
    "mod": _mod,
}
# What these do not choose is not evaluated.
_CHOOSERS: dict[str, Callable[[Call, str], Run]] = {
    "if": _if,
    "cond": _cond,
    "coalesce": _coalesce,
    "indexed-repeat": _indexed_repeat,
}
