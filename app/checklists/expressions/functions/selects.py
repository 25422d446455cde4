"""Functions of choices: answers that are names with spaces between."""

from app.checklists.expressions.functions.function import Function
from app.checklists.expressions.problems import Problem, Refusal
from app.checklists.expressions.values import Scope, Value, plain, text, whole


def _selected(scope: Scope, values: list[Value]) -> Value:
    wanted = plain(values[1], scope)
    if isinstance(values[1], list):
        wanted = text(values[1], scope)
    if not isinstance(wanted, str):
        raise Refusal(Problem.NOT_TEXT, text(wanted, scope))
    return f" {wanted.strip()} " in f" {text(values[0], scope)} "


def _selected_at(scope: Scope, values: list[Value]) -> Value:
    """The choice at a place counted from 0; nothing beyond them."""
    chosen, place = text(values[0], scope).split(), whole(values[1], scope)
    return chosen[place] if 0 <= place < len(chosen) else ""


def _count_selected(scope: Scope, values: list[Value]) -> Value:
    return float(len(text(values[0], scope).split()))


def _choice_name(scope: Scope, values: list[Value]) -> Value:
    """The choice's own name where nobody knows its label."""
    name, question = text(values[0], scope), _question(values[1], scope)
    return name if scope.host.choice_name is None else scope.host.choice_name(name, question)


def _question(value: Value, scope: Scope) -> str:
    if isinstance(value, list) and value:
        return value[0].generic_path
    return text(value, scope).strip()


def _itext(scope: Scope, values: list[Value]) -> Value:
    key = text(values[0], scope)
    return key if scope.host.itext is None else scope.host.itext(key)


SELECT_FUNCTIONS = {
    "selected": Function(_selected, 2, 2),
    "is-selected": Function(_selected, 2, 2),
    "selected-at": Function(_selected_at, 2, 2),
    "count-selected": Function(_count_selected, 1, 1),
    "jr:choice-name": Function(_choice_name, 2, 2),
    "jr:itext": Function(_itext, 1, 1),
}
