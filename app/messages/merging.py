"""What becomes of two enterprises that are made one, in words: what comes over, and what differs."""

from app.fieldwork.merging import ENTERPRISE, Merging, Unlike
from app.i18n import _, ngettext, window_language
from app.messages.differences import value_words
from app.sync.conflicts import Part

_NAMED = ("visit", "improvement", "participant", "indicator_value")


def plan_lines(made: Merging) -> list[str]:
    """What comes over, and each thing of which both say something else."""
    return [moved_words(made), *map(unlike_words, made.unlike)]


def moved_words(made: Merging) -> str:
    """`To PT Laksana come: 3 visits, 12 photos.`"""
    kept, said = str(made.kept["name"] or ""), recorded_words(made)
    if not said:
        return _("Nothing was recorded of the other one that would come to {enterprise}.").format(enterprise=kept)
    return _("To {enterprise} come: {what}.").format(enterprise=kept, what=said)


def recorded_words(made: Merging) -> str:
    """What was recorded of the other one: `3 visits, 12 photos`; empty for nothing."""
    moved, number = made.moved, window_language().number
    visits, improvements, people, figures = (moved[table] for table in _NAMED)
    rest = moved.total() - visits - improvements - people - figures
    counted = (
        (visits, ngettext("{n} visit", "{n} visits", visits)),
        (made.photos, ngettext("{n} photo", "{n} photos", made.photos)),
        (improvements, ngettext("{n} improvement", "{n} improvements", improvements)),
        (people, ngettext("{n} person trained", "{n} people trained", people)),
        (figures, ngettext("{n} figure", "{n} figures", figures)),
        (rest, ngettext("{n} other record", "{n} other records", rest)),
    )
    return ", ".join(words.format(n=number(count)) for count, words in counted if count)


def unlike_words(one: Unlike) -> str:
    """`City: Solo stays, Semarang is kept in the bin`; with the record's name where it is not the enterprise."""
    part = Part(one.about.name, one.about, None, one.kept, one.other, one.kept, one.names)
    field = _(one.about.label)
    if one.table != ENTERPRISE and one.title:
        field = _("{record}: {fields}").format(record=one.title, fields=field)
    return _("{field}: {kept} stays, {other} is kept in the bin").format(
        field=field, kept=value_words(part, one.kept), other=value_words(part, one.other)
    )


def done_words(made: Merging) -> str:
    return _("Settled: they are one, {enterprise}").format(enterprise=made.kept["name"] or "")
