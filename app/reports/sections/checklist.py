"""A checklist's result: by section, against the earlier time, and what was found."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import msgspec
from reportlab.platypus import Flowable

from app.checklists.answer_text import number_in, problem_of
from app.checklists.form import form_from_text
from app.checklists.items import NUMBERS, AnswerKind, Checklist, Item
from app.checklists.judging import judge
from app.checklists.layout import layout
from app.checklists.scoring import Difference, Judged, Result, Score, SectionResult, Trend, Verdict, by_round, compare
from app.checklists.states import Key
from app.errors import ExpressionError
from app.i18n import Language
from app.models.snapshots import AnswerFacts, AssessmentFacts, VisitSnapshot
from app.reports.labels import EVIDENCE, NO_REASON, NOT_ASSESSED, label
from app.reports.look import BODY, CELL, NOTE, Look
from app.reports.parts import Chip, ShareBar, bad_chip, good_chip, section, subsection
from app.reports.signs import Sign
from app.reports.tables import Cell, Column, table

_NO_ANSWER = AnswerFacts(None, "", "", (), "")
_PARTIAL = "partial"
# Beyond it a number is no count or amount, and its digits would fill the line.
_LARGE = 1e15
_MOST_DIGITS = 6


@dataclass(frozen=True, slots=True)
class _Judged:
    """An assessment with its answers judged, and the earlier one when there is one."""

    facts: AssessmentFacts
    result: Result
    earlier: Result | None
    trends: Mapping[str, Trend]

    def answer(self, item: Item, round_: str = "") -> AnswerFacts:
        return self.facts.answers.get(Key(item.id, round_).text, _NO_ANSWER)

    def round_name(self, round_: str) -> str:
        """What a person would call a round of a repeat, such as the area's name."""
        placed = layout(self.result.checklist)
        naming = (placed.naming(group.id) for group in placed.groups.values() if group.is_repeat)
        return next((name for item in naming if item and (name := self.answer(item, round_).value)), "")

    def items(self, trend: Trend) -> list[Item]:
        """Critical ones first."""
        found = [one.item for one in self.result.judged if self.trends.get(one.item.id) is trend]
        return sorted(found, key=lambda item: not item.is_critical)


def checklist(snapshot: VisitSnapshot, look: Look) -> list[Flowable]:
    words = look.language
    found: list[Flowable] = []
    for facts in snapshot.assessments:
        form = form_of(facts.definition)
        if form is None:
            found += _unread(facts, look)
            continue
        judged = _judged(facts, form)
        title = words._("Checklist: {title}").format(title=judged.result.checklist.title_in(words.tag))
        if not judged.result.judged:
            found += section(title, look, _informs(judged, look))
            continue
        found += section(title, look, [*_in_words(judged, look), _by_section(judged, look), *_by_round(judged, look)])
        found += [*_moved(judged, look), *_findings(judged, look)]
    return found


def form_of(definition: str) -> Checklist | None:
    """None when this program cannot read the form: a newer one may have made it."""
    try:
        return form_from_text(definition).checklist
    except (msgspec.MsgspecError, RecursionError, ExpressionError):
        return None


def _unread(facts: AssessmentFacts, look: Look) -> list[Flowable]:
    """The answers under the ids of their items, when the form is not known."""
    words = look.language
    says = words._("This version of the program cannot read the form. The answers are printed as they are stored.")
    columns = [Column(words._("Item"), 30), Column(words._("Answer"), 30), Column(words._("What was seen"), 40)]
    rows: list[list[Cell]] = [
        [look.typed(item, CELL), look.typed(answer.value or "", CELL), look.typed(answer.note, CELL)]
        for item, answer in facts.answers.items()
    ]
    return section(words._("Checklist"), look, [look.words(says, BODY, after=4), table(look, columns, rows)])


def _judged(facts: AssessmentFacts, form: Checklist) -> _Judged:
    result = judge(form, {item: one.value for item, one in facts.answers.items()}, facts.settings)
    before = form_of(facts.earlier_definition or facts.definition)
    if facts.earlier is None or before is None:
        return _Judged(facts, result, None, {})
    earlier = judge(before, facts.earlier, facts.settings)
    differences: tuple[Difference, ...] = compare(earlier, result)
    return _Judged(facts, result, earlier, {one.item.id: one.trend for one in differences})


def _in_words(judged: _Judged, look: Look) -> Iterator[Flowable]:
    words, total = look.language, judged.result.total
    lines = [_total(total, words)]
    if judged.earlier and judged.facts.earlier_day:
        lines.append(_earlier_total(judged.earlier.total, judged.facts.earlier_day, words))
    if judged.facts.extent == _PARTIAL:
        lines.append(words._("Only a part of the checklist was assessed, on purpose."))
    if total.not_applicable:
        says = words.ngettext(
            "{number} item does not apply here.", "{number} items do not apply here.", total.not_applicable
        )
        lines.append(says.format(number=words.number(total.not_applicable)))
    if total.unanswered:
        lines.append(_unanswered(judged, words))
    yield from (look.words(line, BODY) for line in lines)
    yield look.words("", NOTE)


def _total(total: Score, words: Language) -> str:
    if not total.assessed:
        return words._("No item was assessed.")
    says = words.ngettext(
        "{met} of {number} item assessed is met.", "{met} of {number} items assessed are met.", total.assessed
    )
    return says.format(met=words.number(total.met), number=words.number(total.assessed))


def _earlier_total(total: Score, day: date, words: Language) -> str:
    says = words.ngettext("On {day} it was {met} of {number}.", "On {day} it was {met} of {number}.", total.assessed)
    return says.format(day=words.short_day(day), met=words.number(total.met), number=words.number(total.assessed))


def _unanswered(judged: _Judged, words: Language) -> str:
    """How many have no answer, and why."""
    open_items = [one.item for one in judged.result.judged if one.verdict is Verdict.NOT_ASSESSED]
    reasons = Counter(
        label(NOT_ASSESSED, judged.answer(item).not_assessed, words) or words._(NO_REASON) for item in open_items
    )
    told = [
        words._("{reason}: {number}").format(reason=reason, number=words.number(number))
        for reason, number in reasons.items()
    ]
    says = words.ngettext(
        "{number} item was not assessed ({reasons}).", "{number} items were not assessed ({reasons}).", len(open_items)
    )
    return says.format(number=words.number(len(open_items)), reasons="; ".join(told))


def _by_section(judged: _Judged, look: Look) -> Flowable:
    words, facts = look.language, judged.facts
    columns = [
        Column(words._("Section"), 36),
        Column(words._("Met of assessed"), 15),
        Column("", 22),
    ]
    if judged.earlier and facts.earlier_day:
        columns += [
            Column(words._("On {day}").format(day=words.short_day(facts.earlier_day)), 14),
            Column(words._("Since then"), 13),
        ]
    return table(look, columns, [_section_row(one, judged, look) for one in judged.result.sections if one.judged])


def _section_row(one: SectionResult, judged: _Judged, look: Look) -> list[Cell]:
    words, tag = look.language, look.language.tag
    name = one.section.label.in_language(tag) or words._("Other items")
    row: list[Cell] = [look.typed(name, CELL), _met_words(one.score, words), ShareBar(one.score.share, look)]
    if judged.earlier and judged.facts.earlier_day:
        earlier = {before.section.id: before.score for before in judged.earlier.sections}
        before = earlier.get(one.section.id)
        row += [_met_words(before, words) if before else words._("not in it"), _trend_words(one, judged, words)]
    return row


def _by_round(judged: _Judged, look: Look) -> Iterator[Flowable]:
    """The areas of an audit, or what else was gone through one by one."""
    words = look.language
    scores = by_round(judged.result.judged)
    if not scores:
        return
    columns = [
        Column(words._("Area"), 42),
        Column(words._("Findings"), 14),
        Column(words._("Score"), 10),
        Column("", 34),
    ]
    rows: list[list[Cell]] = [
        [
            look.typed(judged.round_name(round_) or words.number(place), CELL),
            words.number(score.findings),
            _percent(score.weighted_share, words),
            ShareBar(score.weighted_share, look),
        ]
        for place, (round_, score) in enumerate(scores.items(), start=1)
    ]
    yield table(look, columns, rows)


def _percent(share: float | None, words: Language) -> str:
    if share is None:
        return words._("not assessed")
    return words._("{number} %").format(number=words.number(round(share * 100)))


def _informs(judged: _Judged, look: Look) -> list[Flowable]:
    """The answers of a form in which nothing can be a finding; of repeated groups only how many rounds there are, for
    sheets are filled in by people who were promised not to be told apart."""
    words, form = look.language, judged.result.checklist
    rows: list[list[Cell]] = [
        [_item_words(item, look), look.typed(_said(item, value, words), CELL)]
        for item in form.items
        if item.is_asked and (value := judged.answer(item).value)
    ]
    told: list[Flowable] = []
    for name, number in _rounds(judged, words.tag).items():
        says = words._("{group}: {number} filled in").format(group=name, number=words.number(number))
        told.append(look.words(says, BODY))
    if rows:
        told.append(table(look, [Column(words._("Question"), 60), Column(words._("Answer"), 40)], rows))
    return told or [look.words(words._("Nothing was answered."), BODY)]


def _said(item: Item, value: str, words: Language) -> str:
    """An answer in words; as it is stored where it is none that the question takes."""
    labels = {choice.name: choice.label.in_language(words.tag) for choice in item.choices}
    if labels:
        return ", ".join(labels.get(name) or name for name in value.split())
    if item.kind in NUMBERS and (number := number_in(value)) is not None and abs(number) < _LARGE:
        exact = Decimal(value)
        return words.number(exact, digits=min(_MOST_DIGITS, max(0, -int(exact.as_tuple().exponent))))
    if item.kind is AnswerKind.DATE and problem_of(item, value, ()) is None:
        return words.day(date.fromisoformat(value))
    return value


def _rounds(judged: _Judged, tag: str) -> dict[str, int]:
    """How often each repeated section was filled in, by its heading."""
    found: dict[str, set[str]] = {}
    sections = judged.result.checklist.sections
    heading = {item.id: one.label.in_language(tag) or one.id for one in sections for item in one.items}
    for text in judged.facts.answers:
        key = Key.of(text)
        if key.round:
            found.setdefault(heading.get(key.name, key.name), set()).add(key.round)
    return {name: len(rounds) for name, rounds in found.items()}


def _met_words(score: Score, words: Language) -> str:
    if not score.assessed:
        return words._("not assessed")
    return words._("{part} of {whole}").format(part=words.number(score.met), whole=words.number(score.assessed))


def _trend_words(one: SectionResult, judged: _Judged, words: Language) -> str:
    trends = Counter(judged.trends.get(judged_item.item.id) for judged_item in one.judged)
    told = []
    if worse := trends[Trend.WORSE]:
        told.append(words.ngettext("{number} worse", "{number} worse", worse).format(number=words.number(worse)))
    if better := trends[Trend.BETTER]:
        told.append(words.ngettext("{number} better", "{number} better", better).format(number=words.number(better)))
    return "\n".join(told) or words._("the same")


def _moved(judged: _Judged, look: Look) -> Iterator[Flowable]:
    """What got worse first, then what got better."""
    words, day = look.language, judged.facts.earlier_day
    if judged.earlier is None or day is None:
        return
    worse, better = judged.items(Trend.WORSE), judged.items(Trend.BETTER)
    title = words._("Changes since {day}").format(day=words.short_day(day))
    if not (worse or better):
        yield from subsection(title, look, [look.words(words._("Nothing got worse and nothing got better."))])
        return
    columns = [Column(words._("Change"), 16), Column(words._("Item"), 84)]
    rows: list[list[Cell]] = [
        [bad_chip(words._("Worse"), look, sign=Sign.DOWN), _item_words(item, look)] for item in worse
    ]
    rows += [[good_chip(words._("Better"), look, sign=Sign.UP), _item_words(item, look)] for item in better]
    yield from subsection(title, look, [table(look, columns, rows)])


def _findings(judged: _Judged, look: Look) -> list[Flowable]:
    words = look.language
    title = words._("Findings")
    if not judged.result.found:
        return subsection(title, look, [look.words(words._("Nothing was found to be missing."))])
    columns = [Column(words._("Item"), 45), Column(words._("What was seen"), 37), Column(words._("Mark"), 18)]
    found = sorted(judged.result.found, key=lambda one: not one.item.is_critical)
    return subsection(title, look, [table(look, columns, [_finding(one, judged, look) for one in found])])


def _finding(found: Judged, judged: _Judged, look: Look) -> list[Cell]:
    item = found.item
    words, answer = look.language, judged.answer(item, found.round)
    given = next((one.label.in_language(words.tag) for one in item.choices if one.name == answer.value), "")
    asked: list[Flowable] = [_item_words(item, look)]
    if found.round and (name := judged.round_name(found.round)):
        asked.append(look.typed(name, NOTE))
    asked.append(look.words(words._("Answer: {answer}").format(answer=given or answer.value), NOTE))
    seen: list[Flowable] = [look.typed(answer.note, CELL)] if answer.note else []
    if answer.evidence:
        told = ", ".join(label(EVIDENCE, code, words) for code in answer.evidence)
        seen.append(look.words(words._("Found out by: {evidence}").format(evidence=told), NOTE))
    marks: list[Flowable] = [bad_chip(words._("Critical"), look)] if item.is_critical else []
    if judged.trends.get(item.id) is Trend.WORSE:
        marks.append(Chip(words._("New"), look, sign=Sign.DOT))
    return [asked, seen or [look.words(words._("no note"), NOTE)], marks]


def _item_words(item: Item, look: Look) -> Flowable:
    return look.typed(item.label.in_language(look.language.tag), CELL)
