"""Moving the answers of a checklist to a newer version of it: what goes over, what is dropped, what is new."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.checklists.answer_text import problem_of
from app.checklists.form import Form
from app.checklists.items import OF_CHOICES, Item, Words
from app.checklists.states import Key


@dataclass(frozen=True, slots=True)
class UpgradePlan:
    """`moved`: the answers that go over as they are. `dropped`: those whose question, or choice, is no longer there;
    they stay in the old assessment. `added`: questions that were not asked before. `reworded`, `rechosen`: questions
    that are there in both and ask with other words, or offer other answers."""

    moved: tuple[Key, ...]
    dropped: tuple[Key, ...]
    added: tuple[Item, ...]
    reworded: tuple[Item, ...]
    rechosen: tuple[Item, ...]


def plan_upgrade(old: Form, new: Form, answers: Mapping[Key, str]) -> UpgradePlan:
    """`answers` are those given by the old form, raw; empty ones are left alone. Items are matched by id."""
    kept = tuple(key for key, value in answers.items() if value and _fits(old, new, key, value))
    before, now = old.layout.items, new.layout.items
    both = [(before[name], item) for name, item in now.items() if name in before and item.is_asked]
    return UpgradePlan(
        moved=kept,
        dropped=tuple(key for key, value in answers.items() if value and key not in set(kept)),
        added=tuple(item for name, item in now.items() if name not in before and item.is_asked),
        reworded=tuple(item for was, item in both if set(_texts(was.label)) != set(_texts(item.label))),
        rechosen=tuple(item for was, item in both if _offers(was) != _offers(item)),
    )


def _fits(old: Form, new: Form, key: Key, value: str) -> bool:
    """Whether the answer means the same in the new form: the question is of the same kind, in the same repeats, and
    still offers it. What was half typed goes over as it is."""
    was, item = old.layout.items.get(key.name), new.layout.items.get(key.name)
    if was is None or item is None or was.kind is not item.kind:
        return False
    if old.layout.repeats[key.name] != new.layout.repeats[key.name]:
        return False
    return item.kind not in OF_CHOICES or problem_of(item, value, item.choices) is None


def _texts(words: Words) -> Iterator[tuple[str, str]]:
    return ((tag, " ".join(text.split())) for tag, text in words.by_language)


def _offers(item: Item) -> tuple[object, ...]:
    return (item.kind, tuple(choice.name for choice in item.choices), item.nc_when, item.nc_if)
