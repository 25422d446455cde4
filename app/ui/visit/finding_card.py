"""What stands beside the checklist: the current item, and when it is a finding, what is done about it."""

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QLayout, QPushButton

from app.checklists.items import EvidenceSource, Item
from app.checklists.scoring import Verdict
from app.fieldwork.walkthrough import Given, Pair, PictureSide, Since
from app.i18n import N_, _, ngettext, window_language
from app.models.improvements import Improvement
from app.ui.desk import Desk
from app.ui.labels import options
from app.ui.theme import px
from app.ui.visit.checklist_words import EVIDENCE, NOT_ASSESSED
from app.ui.visit.improvement_form import ImprovementForm
from app.ui.widgets.answer_fields import SeveralField, is_scale
from app.ui.widgets.basics import Card, ChipKind, button, chip, clear, column, label, row
from app.ui.widgets.choices import show_choice
from app.ui.widgets.fields import choice_field
from app.ui.widgets.pictures import THUMBNAILS, Pictures, PictureView
from app.ui.widgets.segments import Segment

_EVIDENCE = {
    EvidenceSource.OBSERVATION: N_("see it"),
    EvidenceSource.DOCUMENTS: N_("read the papers"),
    EvidenceSource.WORKERS: N_("ask workers"),
    EvidenceSource.REPRESENTATIVES: N_("ask workers' representatives"),
    EvidenceSource.MANAGEMENT: N_("ask the management"),
    EvidenceSource.PHOTO: N_("take a photo"),
}
_VERDICTS = {
    Verdict.MET: N_("Met"),
    Verdict.FINDING: N_("Not met"),
    Verdict.NOT_APPLICABLE: N_("Not applicable"),
    Verdict.NOT_ASSESSED: N_("Not answered"),
}


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """All the card shows of one item. `why`: what decided its verdict or value, in words; empty when nothing but its
    own answer did."""

    item: Item
    number: str
    given: Given
    since: Since | None
    improvement: Improvement | None
    pair: Pair | None
    can_edit: bool
    verdict: Verdict | None = None
    why: str = ""


class FindingCard(Card):
    """Signals:
    improvement_wanted: make one for the item that is shown.
    opened: `photos` or `improvements`: the tab that shows more.
    evidence_given: codes of where the answer was seen, separated by blanks.
    not_assessed: why there is no answer, a code; None takes it back.
    """

    improvement_wanted = Signal()
    opened = Signal(str)
    evidence_given = Signal(str)
    not_assessed = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__(" ")
        self._desk = desk
        self._pictures = Pictures(desk, most=THUMBNAILS, parent=self)
        self._facts: ItemFacts | None = None
        self._visit_id = ""
        self.create_button = button(_("Create improvement"), self.improvement_wanted.emit, large=True, tip="I")
        self.create_button.hide()
        self.form: ImprovementForm | None = None
        self._chips = row(spacing=6)
        self._why = label("", "muted", wrap=True)
        self._law = label("", "small", wrap=True)
        self._middle = column()
        self._foot = column()
        self.evidence = SeveralField(_evidence_segments(), _("Seen in"))
        self.reason = choice_field(options(NOT_ASSESSED), empty=_("Not assessed because…"))
        self.reason.setAccessibleName(_("Not assessed because…"))
        self._seen_in = label(_("Seen in"), "strong")
        self.evidence.given.connect(lambda codes: self.evidence_given.emit(codes or ""))
        self.reason.activated.connect(lambda: self.not_assessed.emit(self.reason.currentData()))
        self.body.addLayout(self._chips)
        for widget in (self._why, self._law):
            self.body.addWidget(widget)
        self.body.addLayout(self._middle)
        for field in (self._seen_in, self.evidence, self.reason):
            self.body.addWidget(field)
        self.file_photos = QPushButton()
        self.file_photos.setProperty("large", True)
        self.file_photos.setToolTip("F")
        self.file_photos.hide()
        self.body.addWidget(self.file_photos)
        self.body.addLayout(self._foot)
        self.body.addWidget(self.create_button)

    def show_item(self, facts: ItemFacts, visit_id: str) -> None:
        old, self._facts, self._visit_id = self._facts, facts, visit_id
        if facts == old:
            return
        is_finding = facts.verdict is Verdict.FINDING
        self.heading.setText((_("Finding {number}") if is_finding else _("Item {number}")).format(number=facts.number))
        self._show_chips(facts)
        if old is None or (old.item.id, old.pair, old.verdict) != (facts.item.id, facts.pair, facts.verdict):
            self._show_middle(facts)
        self._show_beside(facts)
        self._show_improvement(facts)
        self.create_button.setVisible(is_finding and facts.improvement is None)
        self.create_button.setEnabled(facts.can_edit)

    def _show_beside(self, facts: ItemFacts) -> None:
        """Why it is so, the law behind it, where it was seen, why it has no answer."""
        law = facts.item.legal_reference
        words = _("Why: {answers}").format(answers=facts.why) if facts.why else ""
        for where, text in ((self._why, words), (self._law, _("Law: {law}").format(law=law) if law else "")):
            where.setText(text)
            where.setVisible(bool(text))
        asked = facts.item.is_asked
        for widget in (self._seen_in, self.evidence):
            widget.setVisible(asked)
            widget.setEnabled(facts.can_edit)
        self.evidence.show_value(" ".join(facts.given.evidence))
        self.reason.setVisible(asked and (not facts.given.value or bool(facts.given.not_assessed)))
        self.reason.setEnabled(facts.can_edit)
        show_choice(self.reason, facts.given.not_assessed or None)

    def _show_chips(self, facts: ItemFacts) -> None:
        clear(self._chips)
        is_finding = facts.verdict is Verdict.FINDING
        if facts.verdict is not None:
            self._chips.addWidget(chip(_(_VERDICTS[facts.verdict]), ChipKind.BAD if is_finding else ChipKind.NEUTRAL))
        if is_finding and facts.since:
            self._chips.addWidget(chip(_since_words(facts.since), ChipKind.WARN))
        if facts.given.photos:
            words = ngettext("{n} photo", "{n} photos", facts.given.photos).format(n=facts.given.photos)
            self._chips.addWidget(chip(words))
        self._chips.addStretch(1)

    def _show_middle(self, facts: ItemFacts) -> None:
        clear(self._middle)
        if facts.pair:
            self._middle.addLayout(self._pair(facts.pair))
        if is_scale(facts.item):
            tag = window_language().tag
            for choice in facts.item.choices:
                self._middle.addWidget(label(choice.label.in_language(tag), "small", wrap=True))
        if facts.item.evidence and facts.verdict is not Verdict.FINDING:
            where = ", ".join(_(_EVIDENCE[one]) for one in facts.item.evidence)
            self._middle.addWidget(label(_("How to find out: {ways}.").format(ways=where), "muted", wrap=True))

    def _pair(self, pair: Pair) -> QLayout:
        both = row(spacing=8)
        for side, words in ((pair.before, _("Before")), (pair.after, _("After"))):
            both.addLayout(self._side(side, words), 1)
        return both

    def _side(self, side: PictureSide | None, words: str) -> QLayout:
        if side is None:
            missing = label(_("{side}: not taken yet").format(side=words), "small", wrap=True)
            return column(missing, None)
        day = _(" · {day}").format(day=window_language().short_day(side.day)) if side.day else ""
        view = PictureView(self._pictures, side.thumbnail, words, height=96)
        view.opened.connect(lambda: self.opened.emit("photos"))
        return column(view, label(f"{words}{day}", "small"), spacing=4)

    def _show_improvement(self, facts: ItemFacts) -> None:
        shown = self.form.improvement_id if self.form else None
        wanted = facts.improvement.id if facts.improvement else None
        if wanted != shown:
            clear(self._foot)
            self.form = None
        if facts.improvement is None:
            return
        if self.form is None:
            self.form = ImprovementForm(self._desk, facts.improvement, self._visit_id, "", full=False)
            self._foot.addWidget(label(_("Improvement"), "heading"))
            self._foot.addWidget(self.form)
            self._foot.addWidget(button(_("Show all its fields"), lambda: self.opened.emit("improvements")))
        self.form.show_improvement(facts.improvement)
        self.form.setEnabled(facts.can_edit)


class SectionList(Card):
    """The sections, how far each is, and the way there.

    Signals:
        chosen: the place of the section in the checklist, from 0.
    """

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__(_("Sections"))
        self.body.setSpacing(px(2))
        self._shown: list[tuple[str, str]] = []
        self._words: list[tuple[QPushButton, QLabel]] = []

    def show_sections(self, sections: list[tuple[str, str]]) -> None:
        """`sections`: (heading, how far it is)."""
        if sections == self._shown:
            return
        if [one for one, _far in sections] == [one for one, _far in self._shown]:
            self._say(sections)
            return
        self._shown = sections
        self.clear()
        self._words = []
        for place, (heading, far) in enumerate(sections):
            jump = button("", partial(self.chosen.emit, place), name="section_jump", tip=heading)
            jump.setText(jump.fontMetrics().elidedText(heading, Qt.TextElideMode.ElideRight, px(236)))
            jump.setAccessibleName(f"{heading}, {far}")
            says = label(far, "small")
            self._words.append((jump, says))
            line = row(jump, says)
            line.setStretch(0, 1)
            self.body.addLayout(line)

    def _say(self, sections: list[tuple[str, str]]) -> None:
        self._shown = sections
        for (jump, says), (heading, far) in zip(self._words, sections, strict=True):
            says.setText(far)
            jump.setAccessibleName(f"{heading}, {far}")


def _evidence_segments() -> list[Segment]:
    return [Segment(code, _(words), str(place)) for place, (code, words) in enumerate(EVIDENCE.items(), start=1)]


def _since_words(since: Since) -> str:
    if since.number:
        return _("Open since visit {number}").format(number=since.number)
    return _("Open since {day}").format(day=window_language().short_day(since.day))
