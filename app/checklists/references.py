"""The expressions of a checklist: which there are, and which items and groups each of them reads."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.checklists.expressions import compile
from app.checklists.items import Checklist
from app.checklists.layout import Layout
from app.errors import ExpressionError

NC_COLUMN = "bind::gemba:nc_when"
_SHOWN = 100
# What reads several rounds of a repeat at once.
_AGGREGATES = frozenset(
    [
        "count",
        "count-non-empty",
        "sum",
        "min",
        "max",
        "join",
        "concat",
        "indexed-repeat",
        "position",
        "randomize",
        "area",
        "distance",
    ]
)


@dataclass(frozen=True, slots=True)
class Written:
    """An expression where its author wrote it: `owner` is an item or a group, `column` the form's."""

    owner: str
    column: str
    text: str


@dataclass(frozen=True, slots=True)
class Reads:
    """The items and groups that an expression reads; `own` when it reads the item it belongs to through `.`, and
    `across` when it may read other rounds than its own."""

    names: frozenset[str]
    own: bool
    across: bool


def expressions_of(checklist: Checklist) -> Iterator[Written]:
    """Every expression, in the form's order."""
    for group in checklist.groups:
        for column, text in (("relevant", group.relevant), ("repeat_count", group.count)):
            if text:
                yield Written(group.id, column, text)
    for item in checklist.items:
        default = item.default if item.default_is_computed else ""
        columns = (
            ("relevant", item.relevant),
            ("required", item.required),
            ("readonly", item.readonly),
            ("constraint", item.constraint),
            ("calculation", item.calculation),
            ("choice_filter", item.choice_filter),
            ("default", default),
            (NC_COLUMN, item.nc_if),
        )
        yield from (Written(item.id, column, text) for column, text in columns if text)


def trouble_in(layout: Layout, written: Written) -> str:
    """What cannot be evaluated: the expression as it is written, and the part of it; empty when nothing is wrong."""
    try:
        compile(layout.resolved(written.text))
    except ExpressionError as trouble:
        return " · ".join(filter(None, (written.text[:_SHOWN], trouble.detail[:_SHOWN])))
    except LookupError as unknown:
        return f"{written.text[:_SHOWN]} · {unknown.args[0]}"
    return ""


def reads(layout: Layout, written: Written) -> Reads:
    compiled = compile(layout.resolved(written.text))
    names: set[str] = set()
    own = False
    for reference in compiled.references:
        if written.column == "choice_filter" and not reference.startswith(("/", ".")):
            continue  # a column of the choice
        found = _names_at(layout, written.owner, reference)
        own = own or (written.owner in found and not reference.startswith("/"))
        names |= found
    across = bool(_AGGREGATES.intersection(compiled.functions)) or any(
        "//" in one or "*" in one for one in compiled.references
    )
    return Reads(frozenset(names), own, across)


def _names_at(layout: Layout, owner: str, reference: str) -> set[str]:
    """What a path reads: the item at it, or the group, which stands for how many rounds there are of it."""
    path = absolute_path(layout.paths[owner], reference)
    if "*" in path or "//" in path:
        return set(layout.items) - {owner}
    name = layout.names.get(path)
    return {name} if name else set()


def absolute_path(owner: str, reference: str) -> str:
    if reference.startswith("/"):
        return reference
    steps = owner.split("/")
    for step in reference.split("/"):
        if step == "..":
            steps = steps[:-1]
        elif step not in (".", ""):
            steps.append(step)
    return "/".join(steps)
