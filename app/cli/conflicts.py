"""`gemba conflicts`: what two people wrote apart from each other, shown and settled."""

from datetime import datetime
from typing import Any

from cyclopts import App

from app.cli.options import Options, pairs, person
from app.fieldwork.merging import Merging
from app.i18n import _, window_language
from app.messages.differences import (
    field_words,
    fields_words,
    hand_words,
    kind_words,
    pair_words,
    place_words,
    thing_words,
)
from app.messages.differences import value_words as words_of
from app.messages.merging import done_words, plan_lines
from app.models.ids import on_the_wall
from app.models.values import Stored
from app.sync import conflicts as deeds
from app.sync.conflicts import Difference, Hand, Part
from app.sync.twins import make_one, ways_to_one

program = App(name="conflicts", help="Settle what two people wrote apart from each other.")
_DEFAULTS = Options()


@program.command(name="list")
def list_(*, settled: bool = False, options: Options = _DEFAULTS) -> None:
    """What nobody settled yet, newest first; with --settled what was settled lately."""
    with options.reading() as store:
        read = deeds.list_settled if settled else deeds.list_differences
        found = read(store.records, store.author)
    options.answer({"conflicts": [_facts(one) for one in found]}, map(_line, found))


@program.command
def show(conflict: str, /, *, options: Options = _DEFAULTS) -> None:
    """What both started from, what each wrote, who and when."""
    with options.reading() as store:
        found = deeds.get_difference(store.records, store.author, conflict)
        plans = ways_to_one(store.records, found) if found.is_open else []
    options.answer(_facts(found), [*_lines(found), *(line for made in plans for line in _plan_lines(made))])


@program.command
def keep(conflict: str, /, *, options: Options = _DEFAULTS) -> None:
    """What stands in the record is right."""
    with options.writing() as store:
        by = person(store)
        deeds.keep(store.records, by, conflict)
        found = deeds.get_difference(store.records, by, conflict)
    options.answer(_facts(found), [_("Settled: it stays as it is.")])


@program.command
def take(conflict: str, /, *, options: Options = _DEFAULTS) -> None:
    """The other value is right; it is written into the record. That of a settled one can be taken, too."""
    with options.writing() as store:
        by = person(store)
        deeds.take(store.records, by, conflict)
        found = deeds.get_difference(store.records, by, conflict)
    options.answer(_facts(found), [_("Settled: the other value is in its place.")])


@program.command
def edit(conflict: str, /, *values: str, options: Options = _DEFAULTS) -> None:
    """Neither is right: field=value are."""
    with options.writing() as store:
        by = person(store)
        deeds.edit_both(store.records, by, conflict, pairs(values))
        found = deeds.get_difference(store.records, by, conflict)
    options.answer(_facts(found), [_("Settled: what you wrote is in its place.")])


@program.command
def merge(conflict: str, /, *, keep: str, options: Options = _DEFAULTS) -> None:
    """Two enterprises under one number are one and the same: --keep says which stays; all of the other comes under it.

    What both wrote and differs is listed: the kept one's value stands, the other's stays in the bin.
    """
    with options.writing() as store:
        by = person(store)
        made = make_one(store.records, by, conflict, keep)
        found = deeds.get_difference(store.records, by, conflict)
    options.answer(_facts(found) | {"merged": _merged(made)}, [done_words(made), *plan_lines(made)])


def _merged(made: Merging) -> dict[str, Any]:
    return {
        "kept": made.kept["id"],
        "other": made.other["id"],
        "moved": dict(made.moved),
        "photos": made.photos,
        "filled": [one.name for one in made.filled],
        "differing": [
            {
                "table": one.table,
                "row": one.row_id,
                "other_row": one.other_id,
                "field": one.about.name,
                "kept": one.kept,
                "other": one.other,
            }
            for one in made.unlike
        ],
    }


def _facts(found: Difference) -> dict[str, Any]:
    return {
        "id": found.id,
        "ids": found.ids,
        "kind": found.kind,
        "table": found.where.table,
        "row": found.where.row_id,
        "where": place_words(found.where),
        "what": thing_words(found.where),
        "open": found.is_open,
        "clock_suspect": found.is_clock_suspect,
        "kept_by": _hand(found.kept_by),
        "other_by": _hand(found.other_by),
        "settled_by": found.settled_by,
        "enterprises": found.pair or (),
        "fields": [
            {"field": one.name, "base": one.base, "kept": one.kept, "other": one.other, "now": one.now}
            for one in found.parts
        ],
    }


def _hand(hand: Hand) -> dict[str, Any]:
    return {"name": hand.name, "at": hand.at, "mine": hand.is_mine}


def _line(found: Difference) -> str:
    values = "; ".join(
        f"{field_words(one)}: {_value(found, one, one.kept)} | {_value(found, one, one.other)}" for one in found.parts
    )
    return f"{found.id}  {place_words(found.where)}: {thing_words(found.where)}  {values}"


def _lines(found: Difference) -> list[str]:
    suspect = found.is_clock_suspect
    place = pair_words(found) if found.pair else place_words(found.where)
    lines = [place, f"{thing_words(found.where)}: {fields_words(found)}", kind_words(found)]
    for one in found.parts if not found.pair else ():
        kept, other = hand_words(found.kept_by, _when, is_suspect=suspect), hand_words(found.other_by, _when)
        lines += [
            _("{field}, before: {value}").format(field=field_words(one), value=_value(found, one, one.base)),
            _("{field}, on top, by {who}: {value}").format(
                field=field_words(one), who=kept, value=_value(found, one, one.kept)
            ),
            _("{field}, kept aside, by {who}: {value}").format(
                field=field_words(one), who=other, value=_value(found, one, one.other)
            ),
        ]
    if not found.is_open:
        lines.append(_("Settled by {who}.").format(who=found.settled_by or _("somebody else")))
    return [line for line in lines if line]


def _plan_lines(made: Merging) -> list[str]:
    return [
        _("--keep {enterprise}: {words}").format(enterprise=made.kept["id"], words=line) for line in plan_lines(made)
    ]


def _value(found: Difference, part: Part, value: Stored) -> str:
    return words_of(part, value, found.where.item)


def _when(at: datetime) -> str:
    return window_language().moment(on_the_wall(at))
