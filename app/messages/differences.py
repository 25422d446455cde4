"""What two people wrote apart from each other, in words: where, which field, each value, and who wrote it when."""

import json
from collections.abc import Callable
from datetime import date, datetime

from app.checklists.items import OF_CHOICES, Item
from app.fieldwork.whereabouts import Whereabouts
from app.i18n import N_, _, ngettext, window_language
from app.messages.codes import code_words
from app.models.disputes import DUPLICATE
from app.models.ids import instant, on_the_wall
from app.models.registry import TABLE_BY_NAME, Field, Kind
from app.models.values import Stored
from app.reports.amounts import money
from app.reports.labels import joined, visit_words
from app.sync.conflicts import LIFE, Difference, Hand, Part

When = Callable[[datetime], str]  # an instant in words

_LONGEST = 400
_LIFE = {"alive": N_("It stays"), "deleted": N_("It goes to the bin")}
_KINDS = {
    "edit_after_delete": N_("It was put in the bin, and somebody who had not seen that went on writing in it."),
    "delete_vs_edit": N_("It was put in the bin by somebody who had not seen what was written in it since."),
    "delete_vs_child": N_("It was put in the bin by somebody who had not seen what was added to it since."),
    "duplicate": N_("Two enterprises have the same number. They may be one and the same, or one number is wrong."),
}


def table_words(table: str) -> str:
    """What records of a table are called; the table's own name where only newer programs know it."""
    return _(TABLE_BY_NAME[table].label) if table in TABLE_BY_NAME else table


def place_words(where: Whereabouts) -> str:
    """`PT Laksana · Follow-up visit 2, Nov 24, 2026`; the kind of record where neither is known."""
    visit = ""
    if where.visit:
        spoken = window_language()
        words = visit_words(where.visit, spoken)
        visit = _("{visit}, {day}").format(visit=words, day=spoken.short_day(where.visit.day))
    return joined([where.enterprise, visit]) or table_words(where.table)


def pair_words(difference: Difference) -> str:
    """`PT Laksana, Laksana Tekhnik`: the two enterprises that may be one, as far as they are called something."""
    return ", ".join(filter(None, [difference.where.enterprise, *difference.parts[0].names.values()]))


def thing_words(where: Whereabouts) -> str:
    """The record itself: the question, what it is called, or what kind of record it is."""
    if where.question:
        return where.question.in_language(window_language().tag)
    return where.title or table_words(where.table)


def title_words(difference: Difference) -> str:
    """What a list calls it: the question or record; with the fields where the record has no name of its own."""
    thing = thing_words(difference.where)
    if thing != table_words(difference.where.table):
        return thing
    return _("{record}: {fields}").format(record=thing, fields=fields_words(difference))


def fields_words(difference: Difference) -> str:
    """Which fields differ: `Answer, Finding`."""
    if difference.pair:
        return _("One or two")
    if difference.is_about_life:
        return _("Keep it or not")
    return ", ".join(field_words(part) for part in difference.parts)


def field_words(part: Part) -> str:
    return _(part.about.label) if part.about else part.name


def kind_words(difference: Difference) -> str:
    """What happened, for a difference about whether a record stays, or is another one; empty for what a field holds."""
    if difference.pair and difference.kind != DUPLICATE:
        return _("It became one with another enterprise, and somebody who had not seen that went on working with it.")
    return _(_KINDS[difference.kind]) if difference.kind in _KINDS else ""


def count_words(count: int) -> str:
    words = ngettext("{n} difference to settle", "{n} differences to settle", count)
    return words.format(n=window_language().number(count))


def hand_words(hand: Hand, when: When, *, is_suspect: bool = False) -> str:
    """`You, today, 14:32`; says where a clock was wrong, so that the time decides nothing."""
    who = _("You") if hand.is_mine else hand.name or _("Somebody else")
    words = _("{who}, {when}").format(who=who, when=when(hand.at)) if hand.at else who
    return _("{hand} (the clock may have been wrong)").format(hand=words) if is_suspect else words


def value_words(part: Part, value: Stored, item: Item | None = None) -> str:
    """A value as people say it; `item` is the question that it answers."""
    if value is None or value == "":
        return _("Nothing")
    if part.name == LIFE:
        return _(_LIFE.get(str(value), str(value)))
    if item and part.name == "value":
        return _answer(item, str(value))
    if part.about is None:
        return _short(str(value))
    if part.about.kind is Kind.LINK or str(value) in part.names:
        return part.names.get(str(value)) or _("A record that is not here")
    return _of_kind(part.about, value)


def _of_kind(about: Field, value: Stored) -> str:
    spoken = window_language()
    try:
        match about.kind:
            case Kind.CHOICE:
                return code_words(str(value))
            case Kind.CHOICES:
                return ", ".join(code_words(str(code)) for code in json.loads(str(value))) or _("Nothing")
            case Kind.FLAG:
                return _("Yes") if value else _("No")
            case Kind.DAY:
                return spoken.short_day(date.fromisoformat(str(value)))
            case Kind.INSTANT:
                return spoken.moment(on_the_wall(instant(str(value))))
            case Kind.MONEY:
                return money(int(str(value)), "", spoken)
    except ValueError:  # a newer program may write it another way
        return _short(str(value))
    return _short(str(value))


def _answer(item: Item, value: str) -> str:
    if item.kind not in OF_CHOICES:
        return _short(value)
    labels = {choice.name: choice.label.in_language(window_language().tag) for choice in item.choices}
    return ", ".join(labels.get(name) or name for name in value.split())


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
