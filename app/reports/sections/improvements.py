"""What was promised and what was agreed: who, until when, how far it has come."""

from collections.abc import Sequence
from datetime import date

from reportlab.platypus import Flowable

from app.i18n import Language
from app.models.improvements import Improvement, ImprovementStatus
from app.models.snapshots import VisitSnapshot
from app.reports.amounts import money
from app.reports.labels import STATUSES, label
from app.reports.look import CELL, CELL_BOLD, NOTE, Look
from app.reports.parts import MOST_IN_CHIP, Chip, bad_chip, good_chip, section, subsection
from app.reports.signs import Sign
from app.reports.tables import Cell, Column, table

_SIGNS = {
    ImprovementStatus.PROPOSED: Sign.EMPTY,
    ImprovementStatus.AGREED: Sign.DOT,
    ImprovementStatus.IN_PROGRESS: Sign.HALF,
    ImprovementStatus.DONE: Sign.TICK,
    ImprovementStatus.DROPPED: Sign.CROSS,
}


def improvements(snapshot: VisitSnapshot, look: Look) -> list[Flowable]:
    if not (snapshot.promised or snapshot.agreed):
        return []
    words, day = look.language, snapshot.visit.day
    nothing_promised = look.words(words._("Nothing was open from earlier visits."))
    nothing_agreed = look.words(words._("No improvement was agreed on this visit."))
    promised = _plan(snapshot.promised, day, look) or [nothing_promised]
    agreed = _plan(snapshot.agreed, day, look) or [nothing_agreed]
    before = subsection(words._("Promised before, and where it stands"), look, promised)
    return [
        *section(words._("Improvements"), look, [look.words(_in_short(snapshot, words)), *before]),
        *subsection(words._("Agreed on this visit"), look, agreed),
    ]


def _in_short(snapshot: VisitSnapshot, words: Language) -> str:
    every = snapshot.promised + snapshot.agreed
    done = sum(one.status is ImprovementStatus.DONE for one in every)
    late = sum(one.days_overdue(snapshot.visit.day) > 0 for one in every)
    says = words.ngettext(
        "{done} of {number} improvement is done; {late} overdue on the day of the visit.",
        "{done} of {number} improvements are done; {late} overdue on the day of the visit.",
        len(every),
    )
    return says.format(done=words.number(done), number=words.number(len(every)), late=words.number(late))


def _plan(found: Sequence[Improvement], day: date, look: Look) -> list[Flowable]:
    """The table; nothing when there is no improvement. The column of amounts is left out when nobody gave one."""
    if not found:
        return []
    words = look.language
    columns = [
        Column(words._("Improvement"), 34),
        Column(words._("Responsible"), 15),
        Column(words._("Due"), 13),
        Column(words._("Status"), 21),
    ]
    has_amounts = any(one.cost is not None or one.saving is not None for one in found)
    if has_amounts:
        columns.append(Column(words._("Cost and yearly saving"), 21))
    rows: list[list[Cell]] = []
    for one in found:
        row: list[Cell] = [
            _what(one, look),
            look.typed(one.responsible, CELL),
            words.short_day(one.due_on) if one.due_on else words._("no date"),
            _status(one, day, look),
        ]
        rows.append([*row, _amounts(one, look)] if has_amounts else row)
    return [table(look, columns, rows)]


def _what(one: Improvement, look: Look) -> list[Flowable]:
    if not one.effect:
        return [look.typed(one.what, CELL_BOLD)]
    return [look.typed(one.what, CELL_BOLD), look.typed(one.effect, NOTE)]


def _status(one: Improvement, day: date, look: Look) -> list[Flowable]:
    words = look.language
    chip = good_chip if one.status is ImprovementStatus.DONE else Chip
    status = label(STATUSES, one.status, words)
    found: list[Flowable] = [chip(status, look, sign=_SIGNS.get(one.status, Sign.EMPTY))]
    if len(status) > MOST_IN_CHIP:
        found.append(look.words(status, NOTE))
    if late := one.days_overdue(day):
        says = words.ngettext("{days} day overdue", "{days} days overdue", late).format(days=words.number(late))
        found.append(bad_chip(says, look))
    if one.done_on:
        found.append(look.words(words._("Done on {day}").format(day=words.short_day(one.done_on)), NOTE))
    if one.verified_on:
        found.append(
            look.words(words._("Seen by an advisor on {day}").format(day=words.short_day(one.verified_on)), NOTE)
        )
    return found


def _amounts(one: Improvement, look: Look) -> list[Flowable]:
    words = look.language
    found: list[Flowable] = []
    if one.cost is not None:
        amount = money(one.cost, one.currency, words)
        found.append(look.words(_cost(one.cost_basis, words).format(amount=amount), CELL))
    if one.saving is not None:
        amount = money(one.saving, one.currency, words)
        found.append(look.words(_saving(one.saving_basis, words).format(amount=amount), CELL))
    return found or [look.words(words._("not said"), NOTE)]


def _cost(basis: str, words: Language) -> str:
    match basis:
        case "estimated":
            return words._("Cost: {amount} (estimated)")
        case "measured":
            return words._("Cost: {amount} (measured)")
    return words._("Cost: {amount}")


def _saving(basis: str, words: Language) -> str:
    match basis:
        case "estimated":
            return words._("Saves a year: {amount} (estimated)")
        case "measured":
            return words._("Saves a year: {amount} (measured)")
    return words._("Saves a year: {amount}")
