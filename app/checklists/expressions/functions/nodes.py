"""Functions of node-sets, and those that ask the host."""

from collections.abc import Callable

from app.checklists.expressions.document import Node
from app.checklists.expressions.functions.function import Function
from app.checklists.expressions.functions.texts import own_text
from app.checklists.expressions.problems import Problem, Refusal
from app.checklists.expressions.values import Scope, Value, number, text, whole

_MODULUS = 2_147_483_647
_MULTIPLIER = 16_807


def shuffled(nodes: list[Node], draw: Callable[[], float]) -> list[Node]:
    """Fisher and Yates's shuffle from the inside out, which the specification names."""
    found: list[Node] = []
    for place, node in enumerate(nodes):
        other = int(draw() * (place + 1))
        if other == place:
            found.append(node)
        else:
            found.append(found[other])
            found[other] = node
    return found


def park_miller(seed: int) -> Callable[[], float]:
    """Numbers from 0 up to 1, the same for the same seed everywhere: Park and Miller's generator."""
    state = seed % _MODULUS if seed >= 0 else -(-seed % _MODULUS)
    state = state if state > 0 else state + _MODULUS - 1

    def draw() -> float:
        nonlocal state
        state = state * _MULTIPLIER % _MODULUS
        return (state - 1) / (_MODULUS - 1)

    return draw


def nodes_of(value: Value, name: str) -> list[Node]:
    if not isinstance(value, list):
        raise Refusal(Problem.NOT_NODES, name)
    return value


def _count(_scope: Scope, values: list[Value]) -> Value:
    return float(len(nodes_of(values[0], "count")))


def _count_non_empty(_scope: Scope, values: list[Value]) -> Value:
    return float(sum(bool(node.text or node.children) for node in nodes_of(values[0], "count-non-empty")))


def _position(scope: Scope, values: list[Value]) -> Value:
    """Among its namesakes; 0 of no node. Without an argument, inside a predicate, among the candidates."""
    if values:
        nodes = nodes_of(values[0], "position")
        return float(nodes[0].position) if nodes else 0.0
    if scope.position:
        return float(scope.position)
    if scope.node is None:
        raise Refusal(Problem.NO_DOCUMENT)
    return float(scope.node.position)


def _last(scope: Scope, _values: list[Value]) -> Value:
    return float(scope.size or 1)


def _name(scope: Scope, values: list[Value]) -> Value:
    if values:
        nodes = nodes_of(values[0], "name")
        return nodes[0].name if nodes else ""
    own_text(scope, [])
    return scope.node.name if scope.node else ""


def _local_name(scope: Scope, values: list[Value]) -> Value:
    return str(_name(scope, values)).rpartition(":")[2]


def _randomize(scope: Scope, values: list[Value]) -> Value:
    nodes = nodes_of(values[0], "randomize")
    if len(values) == 1:
        return shuffled(nodes, scope.host.random)
    return shuffled(nodes, park_miller(whole(number(values[1], scope), scope)))


def _depend(_scope: Scope, values: list[Value]) -> Value:
    return values[0]


def _version(scope: Scope, _values: list[Value]) -> Value:
    return scope.host.version


def _property(scope: Scope, values: list[Value]) -> Value:
    name = text(values[0], scope)
    return "" if scope.host.property_of is None else scope.host.property_of(name)


def _pulldata(scope: Scope, values: list[Value]) -> Value:
    instance, wanted, column, key = (text(value, scope) for value in values)
    if scope.host.pull_data is not None:
        return scope.host.pull_data(instance, wanted, column, key)
    top = scope.document.instances.get(instance) if scope.document else None
    if top is None:
        raise Refusal(Problem.NO_SUCH_INSTANCE, instance)
    for row in (row for first in top.children for row in first.children):
        if any(cell.text == key for cell in row.by_name.get(column, ())):
            return next((cell.text for cell in row.by_name.get(wanted, ())), "")
    return ""


NODE_FUNCTIONS = {
    "count": Function(_count, 1, 1),
    "count-non-empty": Function(_count_non_empty, 1, 1),
    "position": Function(_position, 0, 1),
    "last": Function(_last, 0, 0),
    "name": Function(_name, 0, 1),
    "local-name": Function(_local_name, 0, 1),
    "randomize": Function(_randomize, 1, 2),
    "depend": Function(_depend, 1, None),
    "version": Function(_version, 0, 0),
    "property": Function(_property, 1, 1),
    "pulldata": Function(_pulldata, 4, 4),
}
