"""Every text of a checklist with the place where its form has it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from babel import Locale, UnknownLocaleError

from app.checklists.items import Checklist, Choice, Item, Words

# The tag of words in no stated language, as BCP 47 has it.
NO_LANGUAGE = "und"


@dataclass(frozen=True, slots=True)
class Text:
    """`name` is the row's; of a choice its list and itself, `yes_no na`."""

    sheet: str
    name: str
    column: str
    words: Words


def texts_of(checklist: Checklist) -> Iterator[Text]:
    """In the form's order: title, sections and groups, questions, each list of choices once."""
    yield Text("settings", "", "gemba:title", checklist.titles)
    lists: dict[str, tuple[Choice, ...]] = {}
    sections = {section.id: section.label for section in checklist.sections if section.id}
    for name, label in (sections | {group.id: group.label for group in checklist.groups}).items():
        yield Text("survey", name, "label", label)
    for item in checklist.items:
        yield from _texts_of_item(item)
        if item.choice_list:
            lists.setdefault(item.choice_list, item.choices)
    for name, choices in lists.items():
        for choice in choices:
            yield Text("choices", f"{name} {choice.name}", "label", choice.label)


def _texts_of_item(item: Item) -> Iterator[Text]:
    for column, words in (
        ("label", item.label),
        ("hint", item.hint),
        ("guidance_hint", item.guidance),
        ("required_message", item.required_message),
        ("constraint_message", item.constraint_message),
    ):
        yield Text("survey", item.id, column, words)


def header(column: str, language: str) -> str:
    """`label::Spanish (es)`, whose tag is `language` again; the bare column for words in no stated language."""
    return column if language in ("", NO_LANGUAGE) else f"{column}::{language_header(language)}"


def language_header(language: str) -> str:
    """`Spanish (es)`: the name that authors write for a language, with its tag."""
    if not re.fullmatch(r"[A-Za-z0-9-]+", language):
        return language
    try:
        name = Locale.parse(language, sep="-").get_display_name("en")
    except (UnknownLocaleError, ValueError):
        return language
    return f"{name} ({language})" if name else language
