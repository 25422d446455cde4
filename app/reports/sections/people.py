"""Why the trainer came, whom they met, and who was trained."""

from collections.abc import Callable, Sequence

from reportlab.platypus import Flowable

from app.i18n import Language
from app.models.snapshots import PersonMet, SessionFacts, VisitSnapshot
from app.reports.labels import ROLES, SEXES, label
from app.reports.look import BODY, CELL, NOTE, Look
from app.reports.parts import section, subsection
from app.reports.tables import Cell, Column, table


def people(snapshot: VisitSnapshot, look: Look) -> list[Flowable]:
    words = look.language
    purpose = snapshot.visit.purpose or words._("No purpose was written down.")
    return [
        *section(words._("Purpose"), look, [look.typed(purpose, BODY)]),
        *subsection(words._("People met"), look, _met(snapshot.people, look)),
        *_training(snapshot.sessions, look),
    ]


def _met(found: Sequence[PersonMet], look: Look) -> list[Flowable]:
    words = look.language
    if not found:
        return [look.words(words._("Nobody was written down as met."))]
    columns = [
        Column(words._("Position"), 44),
        Column(words._("Role"), 30),
        Column(words._("Sex"), 14),
        Column(words._("Number"), 12, "end"),
    ]
    rows: list[list[Cell]] = [
        [
            look.typed(one.position, CELL),
            label(ROLES, one.role, words),
            label(SEXES, one.sex, words),
            words.number(one.count),
        ]
        for one in found
    ]
    return [table(look, columns, rows, after=4), look.words(_met_in_all(found, words), NOTE, after=4)]


def _met_in_all(found: Sequence[PersonMet], words: Language) -> str:
    people = sum(one.count for one in found)
    women = sum(one.count for one in found if one.sex == "woman")
    says = words.ngettext(
        "{number} person met, {women} of them women.", "{number} people met, {women} of them women.", people
    )
    return says.format(number=words.number(people), women=words.number(women))


_SHARES_OF_COUNTS = 9


def _training(sessions: Sequence[SessionFacts], look: Look) -> list[Flowable]:
    if not sessions:
        return []
    words = look.language
    counts: list[tuple[str, Callable[[SessionFacts], int]]] = [
        (words._("Present"), lambda one: one.present),
        (words._("Women"), lambda one: one.women),
        (words._("Men"), lambda one: one.men),
        (words._("Other"), lambda one: one.other),
        (words._("Managers"), lambda one: one.managers),
        (words._("Workers"), lambda one: one.workers),
    ]
    if not any(one.other for one in sessions):
        del counts[3]
    columns = [
        Column(words._("Day"), 15),
        Column(words._("Training session"), 36),
        Column(words._("Length"), 11, "end"),
    ]
    columns += [Column(title, _SHARES_OF_COUNTS, "end") for title, _ in counts]
    rows: list[list[Cell]] = [
        [
            words.short_day(one.day),
            look.typed(one.topic, CELL),
            _length(one.minutes, words),
            *(words.number(count(one)) for _, count in counts),
        ]
        for one in sessions
    ]
    return subsection(words._("Training on this visit"), look, [table(look, columns, rows)])


def _length(minutes: int | None, words: Language) -> str:
    return "" if minutes is None else words._("{minutes} min").format(minutes=words.number(minutes))
