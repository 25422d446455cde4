"""Remarks about a checklist that can be used as it is: what its author may have overlooked."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from app.checklists.form_texts import header, texts_of
from app.checklists.items import AnswerKind, Checklist, Item, Medium
from app.checklists.layout import Layout, layout
from app.checklists.reachable import can_hold, no_choices
from app.checklists.references import Written, expressions_of
from app.checklists.remarks import Doubt, Remark
from app.models.catalogue import load_compliance_points, load_modules

_RULE = "bind::gemba:"
# Settings that are no columns of ours and do what they say all the same.
_OBEYED = frozenset({"namespaces"})


def remarks_on(checklist: Checklist, *, has_version: bool = True, beside: Path | None = None) -> tuple[Remark, ...]:
    """By doubt; what differs in its row alone is one remark.

    `has_version`: the form itself says one. Pictures and sounds are looked for in folders at the file `beside`, and not
    at all without one.
    """
    placed = layout(checklist)
    found = [
        *([] if has_version else [Remark(Doubt.NO_VERSION, "settings", "version")]),
        *_unknown_module(checklist),
        *_never_shown(placed),
        *(one for item in checklist.items for one in _on_item(item)),
        *_missing_words(checklist),
        *(_missing_files(checklist, beside) if beside else ()),
        *_ignored(checklist),
    ]
    order = list(Doubt)
    return tuple(sorted(_joined(found), key=lambda one: order.index(one.doubt)))


def _joined(found: Iterable[Remark]) -> list[Remark]:
    names: dict[Remark, dict[str, None]] = defaultdict(dict)
    for one in found:
        names[Remark(one.doubt, one.sheet, one.column, (), one.detail)] |= dict.fromkeys(one.names)
    return [Remark(one.doubt, one.sheet, one.column, tuple(rows), one.detail) for one, rows in names.items()]


def _unknown_module(checklist: Checklist) -> Iterator[Remark]:
    if checklist.module and checklist.module not in {module.id for module in load_modules()}:
        yield Remark(Doubt.UNKNOWN_MODULE, "settings", "gemba:module", (), checklist.module)


def _on_item(item: Item) -> Iterator[Remark]:
    if item.kind is AnswerKind.UNSUPPORTED:
        yield Remark(Doubt.TAKES_NO_ANSWER, "survey", "type", (item.id,), item.type)
    if item.weight != 1 and not item.is_assessed:
        yield Remark(Doubt.WEIGHT_WITHOUT_RULE, "survey", f"{_RULE}weight", (item.id,))
    if item.compliance_point and item.compliance_point not in {point.id for point in load_compliance_points()}:
        yield Remark(Doubt.UNKNOWN_POINT, "survey", f"{_RULE}compliance_point", (item.id,), item.compliance_point)


def _never_shown(placed: Layout) -> Iterator[Remark]:
    """What stands in a group that never shows is not said again."""
    written = {(one.owner, one.column): one for one in expressions_of(placed.checklist)}
    hidden: set[str] = set()
    for name, chain in placed.chains.items():
        if hidden.intersection(chain):
            hidden.add(name)
            continue
        own = written.get((name, "relevant"))
        if own and not can_hold(placed, [*_of(written, chain), own]):
            hidden.add(name)
            yield Remark(Doubt.NEVER_SHOWN, "survey", "relevant", (name,), own.text)
    for one in written.values():
        if one.owner not in hidden:
            for question, value in no_choices(placed, one):
                yield Remark(Doubt.NO_SUCH_CHOICE, "survey", one.column, (one.owner,), f"{question}: {value}")


def _of(written: dict[tuple[str, str], Written], chain: Iterable[str]) -> Iterator[Written]:
    return (written[name, "relevant"] for name in chain if (name, "relevant") in written)


def _missing_words(checklist: Checklist) -> Iterator[Remark]:
    """Of every text that has words in some language."""
    for text in texts_of(checklist):
        is_title = text.sheet == "settings"
        there = {tag for tag, _words in text.words.by_language} or set(checklist.languages[:is_title])
        names = () if is_title else (text.name,)
        for tag in checklist.languages:
            if there and tag not in there:
                yield Remark(Doubt.NO_TRANSLATION, text.sheet, header(text.column, tag), names, tag)


def _missing_files(checklist: Checklist, form: Path) -> Iterator[Remark]:
    folders = (form.parent, form.parent / "media", form.parent / f"{form.stem}-media")
    for sheet, name, medium in _media(checklist):
        if not any((folder / medium.file).is_file() for folder in folders):
            yield Remark(Doubt.NO_FILE, sheet, f"media::{medium.kind}", (name,), medium.file)


def _media(checklist: Checklist) -> Iterator[tuple[str, str, Medium]]:
    for item in checklist.items:
        yield from (("survey", item.id, medium) for medium in item.media)
        for choice in item.choices:
            yield from (("choices", f"{item.choice_list} {choice.name}", medium) for medium in choice.media)


def _ignored(checklist: Checklist) -> Iterator[Remark]:
    yield from (
        Remark(Doubt.COLUMN_IGNORED, "settings", column) for column, _value in checklist.kept if column not in _OBEYED
    )
    said = " ".join(one.text for one in expressions_of(checklist))
    for item in checklist.items:
        made = {name for name, _value in item.parameters}
        # What pyxform makes of a parameter is no column of the author's.
        own = [column for column, _value in item.kept if column.split(":")[-1] not in made]
        yield from (Remark(Doubt.COLUMN_IGNORED, "survey", column, (item.id,)) for column in own)
        for choice in item.choices:
            unread = [column for column, _value in choice.more if column not in said]
            name = f"{item.choice_list} {choice.name}"
            yield from (Remark(Doubt.COLUMN_IGNORED, "choices", column, (name,)) for column in unread)
