"""What a checklist that is being filled in says in words: problems, reasons, answers, results."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date

from app.checklists.answer_text import AnswerProblem, number_in
from app.checklists.items import OF_CHOICES, AnswerKind, EvidenceSource, Item
from app.checklists.runtime import Filling
from app.checklists.scoring import Verdict
from app.checklists.states import Cause, ItemState, Key, Reason, Why
from app.checklists.why import why
from app.fieldwork.walkthrough import Given, Sheet, answer_words
from app.i18n import N_, Language, _, window_language
from app.ui.widgets.answer_fields import is_scale
from app.ui.widgets.answer_row import Shown
from app.ui.widgets.typed_number import bare_words

_PROBLEMS = {
    AnswerProblem.NOT_WHOLE: N_("This must be a whole number."),
    AnswerProblem.NOT_A_NUMBER: N_("This is not a number yet."),
    AnswerProblem.OUT_OF_RANGE: N_("This is not on the scale."),
    AnswerProblem.NOT_A_DATE: N_("This is not a day yet."),
    AnswerProblem.NOT_A_TIME: N_("This is not a time yet. Write it as 14:30."),
    AnswerProblem.NOT_A_CHOICE: N_("This answer is no longer offered here."),
    AnswerProblem.CONSTRAINT: N_("This answer does not fit what the checklist expects."),
}
EVIDENCE = {
    EvidenceSource.DOCUMENTS: N_("Document"),
    EvidenceSource.WORKERS: N_("Worker"),
    EvidenceSource.MANAGEMENT: N_("Management"),
    EvidenceSource.REPRESENTATIVES: N_("Representative"),
    EvidenceSource.OBSERVATION: N_("Observation"),
    EvidenceSource.PHOTO: N_("Photo"),
}
NOT_ASSESSED = {
    "no_access": N_("No access"),
    "no_time": N_("No time"),
    "refused": N_("Refused"),
    "not_in_scope": N_("Not in scope"),
    "other": N_("Another reason"),
}


def shown_of(filling: Filling, key: Key, given: Given, sheet: Sheet, spoken: Language) -> Shown:
    """What the row of an item shows. `spoken` is how numbers are written."""
    tag = window_language().tag
    state = filling.state(key)
    item = state.item
    earlier = sheet.earlier if sheet.earlier and not key.round else None
    before = (earlier.values.get(key.name) or "") if earlier else ""
    problem = problem_words(filling, state, tag)
    return Shown(
        words=filling.words(key, item.label.in_language(tag) or item.id, tag),
        value=state.answer or None,
        answer=said(item, state.answer, tag, spoken),
        note=given.note,
        photos=given.photos,
        earlier=_earlier_words(earlier.checklist.items, item, before, tag, spoken) if earlier and before else "",
        can_repeat=bool(before) and not state.answer and _can_stand(item, before),
        beside=_beside(given),
        is_finding=state.verdict is Verdict.FINDING,
        has_improvement=key.name in sheet.improvements and not key.round,
        is_required=state.is_required,
        is_readonly=state.is_readonly,
        problem="" if given.reason else problem,
        can_accept=state.problem in (AnswerProblem.CONSTRAINT, AnswerProblem.OUT_OF_RANGE),
        reason=given.reason if problem else "",
        result=result_words(state, tag, spoken),
        chosen=said(item, state.value, tag, spoken) if is_scale(item) and state.value else "",
        choices=state.choices,
    )


def said(item: Item, value: str, tag: str, spoken: Language) -> str:
    """An answer in words, numbers and days as the person writes them."""
    if item.kind in OF_CHOICES:
        return answer_words(item, value, tag)
    if item.kind is AnswerKind.DATE and value:
        with suppress(ValueError):
            return spoken.short_day(date.fromisoformat(value))
    number = number_in(value)
    return value.strip('"') if number is None or item.kind is AnswerKind.TEXT else bare_words(number, spoken)


def problem_words(filling: Filling, state: ItemState, tag: str) -> str:
    """The form's own words where it has some; nothing for what only waits for its answer."""
    if state.problem in (None, AnswerProblem.REQUIRED):
        return ""
    assert state.problem is not None
    if state.problem is AnswerProblem.CONSTRAINT and (own := state.item.constraint_message.in_language(tag)):
        return filling.words(state.key, own, tag)
    return _(_PROBLEMS[state.problem])


def result_words(state: ItemState, tag: str, spoken: Language) -> str:
    """The value of a calculation, and what is said where nothing can be answered."""
    if state.item.kind is AnswerKind.UNSUPPORTED:
        return _("This cannot be answered on this laptop. Write a note to the item before or after it.")
    if state.item.kind is not AnswerKind.CALCULATED:
        return ""
    return said(state.item, state.value, tag, spoken) or _("not known yet")


def why_words(filling: Filling, key: Key, reason: Reason, numbers: Mapping[str, str], spoken: Language) -> str:
    """Which answers decided, with their questions; empty when none did."""
    found = why(filling, key, reason)
    if found is None:
        return ""
    causes = [_cause(filling, one, numbers, spoken) for one in found.causes if one.key != key or not _is_own(found)]
    return _("; ").join(causes)


def _is_own(found: Why) -> bool:
    """Whether the item's own answer is no news: it stands right there."""
    return len(found.causes) > 1


def _cause(filling: Filling, cause: Cause, numbers: Mapping[str, str], spoken: Language) -> str:
    tag = window_language().tag
    label = cause.item.label.in_language(tag)
    words = filling.words(cause.key, label, tag) if label else _setting(cause.item)
    value = said(cause.item, cause.value, tag, spoken) or _("not answered")
    number = numbers.get(cause.key.name, "") if label else ""
    return _("{number} {question}: {answer}").format(number=number, question=words, answer=value).strip()


def _setting(item: Item) -> str:
    """What is not asked has no words in the form."""
    names = {"minimum_age": _("Minimum age in this country")}
    return names.get(item.parameter, item.id)


def _earlier_words(items: tuple[Item, ...], item: Item, before: str, tag: str, spoken: Language) -> str:
    then = next((one for one in items if one.id == item.id), item)
    return said(then, before, tag, spoken)


def _can_stand(item: Item, before: str) -> bool:
    """Whether the answer of an earlier version can be given again."""
    names = {choice.name for choice in item.choices}
    return item.is_asked and (item.kind not in OF_CHOICES or set(before.split()) <= names)


def _beside(given: Given) -> str:
    parts = []
    if given.not_assessed in NOT_ASSESSED:
        parts.append(_("Not assessed: {reason}").format(reason=_(NOT_ASSESSED[given.not_assessed])))
    if given.evidence:
        ways = ", ".join(_(words) for code, words in EVIDENCE.items() if code in given.evidence)
        parts.append(_("Seen in: {ways}").format(ways=ways))
    return _(" · ").join(parts)
