"""Why an item is hidden, wrong, a finding, required or has its value: the answers that decided, for others to word."""

from app.checklists.answer_text import AnswerProblem
from app.checklists.expressions import explain
from app.checklists.references import NC_COLUMN
from app.checklists.runtime import Filling
from app.checklists.scoring import Verdict
from app.checklists.states import Cause, Key, Reason, Why

_COLUMNS = {
    Reason.PROBLEM: ("constraint", False),
    Reason.FINDING: (NC_COLUMN, True),
    Reason.REQUIRED: ("required", True),
    Reason.HIDDEN: ("relevant", False),
}


def why(filling: Filling, key: Key, reason: Reason) -> Why | None:
    """None when it is not so, or when no answer has a part in it."""
    if reason is Reason.CALCULATED:
        return _why_computed(filling, key)
    if not _is_so(filling, key, reason):
        return None
    owner = _hidden_by(filling, key) if reason is Reason.HIDDEN else key
    column, holds = _COLUMNS[reason]
    written = filling.form.by_owner.get(owner.name, {}).get(column) if owner else None
    if owner is None or written is None or filling.holds(owner, column, otherwise=not holds) is not holds:
        return None
    found = explain(filling.form.compiled[written], filling.document, filling.tree.nodes[owner])
    paths = dict.fromkeys(path for one in found.reasons for reading in one.readings for path, _text in reading.answers)
    by_path = {node.path: one for one, node in filling.tree.nodes.items()}
    keys = [by_path.get(path) for path in paths]
    return Why(reason, owner, written.text, _causes(filling, keys))


def _is_so(filling: Filling, key: Key, reason: Reason) -> bool:
    """An item without an answer breaks no rule and is no finding, whatever its conditions would say of nothing."""
    if reason is Reason.PROBLEM:
        return filling.state(key).problem is AnswerProblem.CONSTRAINT
    return reason is not Reason.FINDING or filling.state(key).verdict is Verdict.FINDING


def _hidden_by(filling: Filling, key: Key) -> Key | None:
    """The group farthest out that is hidden, else the item itself; None when it is shown."""
    for group in filling.around(key):
        if not filling.is_group_visible(group):
            return group
    return None if filling.state(key).is_visible else key


def _why_computed(filling: Filling, key: Key) -> Why | None:
    written = filling.form.by_owner.get(key.name, {}).get("calculation")
    if written is None:
        return None
    names = sorted(filling.form.dependencies.reads[written].names, key=filling.form.rank.__getitem__)
    return Why(Reason.CALCULATED, key, written.text, _causes(filling, [filling.seen_from(key, name) for name in names]))


def _causes(filling: Filling, keys: list[Key | None]) -> tuple[Cause, ...]:
    items = filling.layout.items
    seen = dict.fromkeys(key for key in keys if key is not None and key.name in items)
    return tuple(Cause(key, items[key.name], filling.state(key).value) for key in seen)
