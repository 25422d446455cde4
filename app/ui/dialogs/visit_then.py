"""A whole visit to be read: its texts, people, answers, improvements, photos and figures, as cards."""

from collections import Counter

from PySide6.QtWidgets import QVBoxLayout

from app.checklists.stored import checklist_from_text
from app.i18n import _, ngettext, window_language
from app.models.improvements import Improvement
from app.models.snapshots import AssessmentFacts, VisitSnapshot
from app.ui.labels import SEXES, improvement_words, status_words, visit_title
from app.ui.widgets.basics import Card, ListRow, chip, label, row


def fill_visit(body: QVBoxLayout, found: VisitSnapshot) -> None:
    """One card after the other; what is empty says so in a word."""
    for card in (_overview(found), _people(found), _checklists(found), _improvements(found), _counts(found)):
        body.addWidget(card)


def _overview(found: VisitSnapshot) -> Card:
    visit = found.visit
    card = Card(visit_title(visit))
    card.corner.addWidget(chip(status_words(visit.status)))
    day = window_language().short_day(visit.day)
    card.body.addWidget(label(_("{day} · revision {n}").format(day=day, n=visit.revision), "muted"))
    texts = (
        (_("Purpose"), visit.purpose),
        (_("Summary"), visit.summary),
        (_("Observations and advice"), visit.advice),
        (_("Good practice"), visit.good_practice),
        (_("Next steps"), visit.next_steps),
    )
    for title, text in texts:
        card.body.addWidget(label(title, "strong"))
        card.body.addWidget(label(text or _("Nothing written yet."), "" if text else "muted", wrap=True))
    return card


def _people(found: VisitSnapshot) -> Card:
    card = Card(_("People met"))
    for person in found.people:
        sex = _(SEXES.get(person.sex, person.sex))
        words = _("{n}, {sex}").format(n=window_language().number(person.count), sex=sex)
        line = row(label(person.position, wrap=True), label(words, "muted"))
        line.setStretch(0, 1)
        card.body.addLayout(line)
    for session in found.sessions:
        there = ngettext("{n} present", "{n} present", session.present).format(n=session.present)
        line = row(label(session.topic, wrap=True), label(there, "muted"))
        line.setStretch(0, 1)
        card.body.addLayout(line)
    if not found.people and not found.sessions:
        card.body.addWidget(label(_("Nobody yet."), "muted"))
    return card


def _checklists(found: VisitSnapshot) -> Card:
    card = Card(_("Checklists"))
    for assessment in found.assessments:
        card.body.addWidget(label(_answered(assessment), wrap=True))
    if not found.assessments:
        card.body.addWidget(label(_("None begun yet."), "muted"))
    return card


def _answered(assessment: AssessmentFacts) -> str:
    """The checklist, how much of it was answered, and how many findings."""
    checklist = checklist_from_text(assessment.definition)
    given = [answer for answer in assessment.answers.values() if answer.value]
    findings = Counter(answer.finding for answer in given)["finding"]
    words = ngettext(
        "{checklist}: {n} of {all} answered, {findings} finding",
        "{checklist}: {n} of {all} answered, {findings} findings",
        findings,
    )
    asked = sum(item.is_assessed for item in checklist.items)
    return words.format(checklist=_(checklist.title), n=len(given), all=asked, findings=findings)


def _improvements(found: VisitSnapshot) -> Card:
    card = Card(_("Improvements"))
    for heading, improvements in ((_("Promised before"), found.promised), (_("Agreed on this visit"), found.agreed)):
        if improvements:
            card.body.addWidget(label(heading, "strong"))
        for improvement in improvements:
            card.body.addWidget(_improvement(improvement))
    if not found.promised and not found.agreed:
        card.body.addWidget(label(_("None yet."), "muted"))
    return card


def _improvement(improvement: Improvement) -> ListRow:
    due = window_language().short_day(improvement.due_on) if improvement.due_on else _("no due date")
    second = _("{responsible}, {due}").format(responsible=improvement.responsible or _("nobody named"), due=due)
    return ListRow(improvement.what, second, chip(improvement_words(improvement.status)))


def _counts(found: VisitSnapshot) -> Card:
    card = Card(_("Photos and figures"))
    pairs, photos, figures = len(found.pairs), len(found.photos), len(found.figures)
    for words in (
        ngettext("{n} place before and after", "{n} places before and after", pairs).format(n=pairs),
        ngettext("{n} other photo", "{n} other photos", photos).format(n=photos),
        ngettext("{n} indicator with figures", "{n} indicators with figures", figures).format(n=figures),
    ):
        card.body.addWidget(label(words))
    return card
