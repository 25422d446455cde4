"""The checklists of a visit: chosen, answered by keys or clicks, with what is done about each finding."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QTabBar, QWidget

from app.checklists.scoring import Verdict
from app.checklists.states import Reason
from app.fieldwork.agreement import improve_answer
from app.fieldwork.answers import answer_id, begin_assessment
from app.fieldwork.walkthrough import Sheet, WalkThrough, key_of, propose_due, walk_through
from app.i18n import N_, _, ngettext
from app.models.database import Author
from app.models.driver import Database
from app.ui.desk import Desk
from app.ui.page import page_layout
from app.ui.theme import px
from app.ui.visit.checklist_bar import ChecklistBar
from app.ui.visit.checklist_deeds import SheetDeeds
from app.ui.visit.checklist_guidance import Guidance
from app.ui.visit.checklist_notes import NOTE, REASON, ItemNotes
from app.ui.visit.checklist_photos import ItemPhotos
from app.ui.visit.checklist_sheet import ChecklistSheet
from app.ui.visit.checklist_side import ChecklistSide
from app.ui.visit.checklist_start import ChecklistStart
from app.ui.visit.checklist_upgrade import ChecklistUpgrade
from app.ui.visit.finding_card import ItemFacts
from app.ui.visit.tab import VisitTab

_WIDE = 980  # design pixels from which the current finding stands beside the sheet
_MOVE_MS = 40


class ChecklistsTab(VisitTab):
    """`open_at`: the id of an item, or of an assessment, or both, with any words between them."""

    tables = frozenset(
        {"visit", "assessment", "answer", "improvement", "photo", "photo_link", "photo_pair", "incident"}
    )
    keys = (
        (N_("Y, N, A"), N_("answer yes, no, not applicable")),
        (N_("0 to 9"), N_("the answer with that number")),
        (N_("Enter"), N_("next item without an answer")),
        (N_("Up, Down"), N_("the item before, the next one")),
        (N_("Backspace"), N_("take the answer back")),
        (N_("U"), N_("unchanged: the answer of the last visit")),
        (N_("E"), N_("say where it was seen")),
        (N_("Ins"), N_("add an area, a sheet or a buyer")),
        (N_("T"), N_("write a note")),
        (N_("P"), N_("add photos")),
        (N_("F"), N_("file photos without a place here")),
        (N_("I"), N_("create an improvement from a finding")),
    )

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._shown: WalkThrough | None = None
        self._assessment = ""
        self._wanted: Sequence[str] = ()
        self._starts_another = False
        self._side_is_asked = False
        self._focus_form = False
        self.bar = ChecklistBar()
        self.start = ChecklistStart()
        self.sheet = ChecklistSheet(desk)
        self.notes = ItemNotes(desk, self.sheet)
        self.deeds = SheetDeeds(desk, self.sheet)
        self.guidance = Guidance(desk, self)
        self.upgrade = ChecklistUpgrade(desk, self)
        self.side = ChecklistSide(desk)
        self.finding, self.sections = self.side.finding, self.side.sections
        self.photos = ItemPhotos(desk, self.sheet, self.finding, self)
        self._lay_out()
        self._connect()

    def show_visit(self, visit_id: str) -> None:
        if visit_id != self.visit_id:
            self.sheet.flush()
            self._body.hide()  # until the other visit is read, no key may answer for it on the sheet of this one
            self._assessment, self._shown, self._starts_another = "", None, False
            self.guidance.spot = ""
            self.start.moment.show_value(None)
        super().show_visit(visit_id)

    def set_editable(self, editable: bool) -> None:
        super().set_editable(editable)
        self.sheet.set_editable(editable)
        if self._shown:
            self._show_item()

    def open_at(self, rest: Sequence[str]) -> None:
        self._wanted = rest
        if self._shown and self._shown.visit.id == self.visit_id and not self._stale:
            self._go_to_wanted()

    def place(self) -> Sequence[str]:
        if self._wanted:  # not read yet
            return self._wanted
        shows_sheet = self._assessment and self._body.currentWidget() is self._work
        return (self._assessment, self.sheet.current) if shows_sheet and self.sheet.current else ()

    def focus_filter(self) -> bool:
        return self.bar.focus_filter()

    def reload(self) -> None:
        visit_id = self.visit_id
        named = [part for part in self._wanted if part]
        wanted = self._assessment

        def read(db: Database) -> WalkThrough:
            held = {row[0] for row in db.conn.execute("SELECT id FROM assessment WHERE visit_id = ?", (visit_id,))}
            return walk_through(db, visit_id, next((part for part in named if part in held), wanted))

        self.desk.jobs.run_with_db(self, read, self._show)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.guidance.spot:
            self.guidance.leave()
        elif event.key() == Qt.Key.Key_Escape and self._side_is_asked and not self._is_wide():
            self._close_side()
        elif self._body.currentWidget() is not self._work or not self.sheet.take_key(event):
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Back at the item where one was, so that its keys work at once."""
        super().showEvent(event)
        if self.sheet.current and self._body.currentWidget() is self._work and not self._is_elsewhere():
            self.sheet.go_to(self.sheet.current)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _lay_out(self) -> None:
        layout = page_layout(self, scrolls=False)
        layout.addWidget(self.bar)
        layout.addWidget(self.upgrade.banner)
        self._work = QWidget()
        beside = QHBoxLayout(self._work)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(px(12))
        beside.addWidget(self.sheet, 1)
        beside.addWidget(self.side)
        self._body = QStackedWidget()
        self._body.addWidget(self.start)
        self._body.addWidget(self._work)
        self._body.addWidget(self.guidance.card)
        layout.addWidget(self._body, 1)
        self.bar.hide()
        self._body.hide()
        self.edits(self.start)

    def _connect(self) -> None:
        self.start.begun.connect(self._begin)
        self.start.cancelled.connect(partial(self._start_another, False))
        self.bar.another.connect(partial(self._start_another, True))
        self.bar.chosen.connect(self._choose)
        self.bar.filtered.connect(self.sheet.filter)
        self.bar.section_chosen.connect(self.sheet.go_to_section)
        self.sections.chosen.connect(self.sheet.go_to_section)
        self.sheet.answered.connect(self._on_answered)
        self.side.left.connect(self._close_side)
        self.finding.evidence_given.connect(lambda codes: self._keep_beside(evidence=tuple(codes.split())))
        self.finding.not_assessed.connect(lambda code: self._keep_beside(not_assessed=code or ""))
        self.sheet.round_wanted.connect(self.deeds.add_round)
        self.sheet.round_unwanted.connect(self.deeds.remove_round)
        self.sheet.asked.connect(self._on_asked)
        self.sheet.ended.connect(lambda: self.desk.said.emit(_("Every question shown here has an answer."), False))
        self.finding.improvement_wanted.connect(lambda: self._improve(self.sheet.current))
        self.finding.opened.connect(lambda tab: self.desk.go("visit", self.visit_id, tab))
        self.deeds.failed.connect(self.reload)
        self.upgrade.done.connect(self._choose)
        self.guidance.begun.connect(self._show_body)
        self.guidance.left.connect(self._on_guidance_left)
        self.desk.flushed.connect(self.sheet.flush)
        self._mover = QTimer(self)
        self._mover.setSingleShot(True)
        self._mover.setInterval(_MOVE_MS)
        self._mover.timeout.connect(self._show_item)
        self.sheet.moved.connect(self._on_moved)

    def _on_moved(self, _item_id: str) -> None:
        self._mover.start()
        self.desk.moved.emit()

    def _show(self, shown: WalkThrough) -> None:
        if shown.visit.id != self.visit_id:
            return
        self._shown = shown
        is_new = shown.sheet is not None and shown.sheet.assessment_id != self._assessment
        self.start.show_offers(shown.offers, shown.moment, can_cancel=bool(shown.begun))
        if shown.sheet is None:
            self._assessment = ""
        else:
            self._assessment = shown.sheet.assessment_id
            self._show_sheet(shown, is_new)
        self._show_body()  # before anything is gone to: what is hidden takes no keyboard
        names_item = any(self.sheet.has_item(part) for part in self._wanted)
        self._go_to_wanted()
        if is_new and not names_item:
            self._go_to_open_item()

    def _show_sheet(self, shown: WalkThrough, is_new: bool) -> None:
        assert shown.sheet is not None
        if is_new:
            self.notes.forget()
        # What was read before these were written knows nothing of them.
        self.sheet.show_sheet(shown.sheet, keep=self.deeds.being_written() | self.notes.being_written())
        self.bar.show_begun(shown.begun, self._assessment)
        self.notes.refresh()
        self.bar.show_changed(shown.sheet.earlier is not None)
        if is_new:
            self.bar.show_filter()
            self.upgrade.look(shown.sheet, can_edit=self.can_edit)
        self._tell()
        self._show_item()
        self.guidance.refresh()
        self.photos.look(self.visit_id)

    def _show_body(self) -> None:
        starts = self._assessment == "" or self._starts_another
        work = self.guidance.card if self.guidance.spot else self._work
        self._body.setCurrentWidget(self.start if starts else work)
        self._body.show()
        self.bar.setVisible(not starts and not self.guidance.spot)
        self._arrange()

    def _go_to_wanted(self) -> None:
        wanted, self._wanted = self._wanted, ()
        held = {begun.assessment_id for begun in self._shown.begun} if self._shown else set()
        other = next((part for part in wanted if part in held and part != self._assessment), "")
        if other:
            self._wanted = wanted
            self.reload()
            return
        if item_id := next((part for part in wanted if self._assessment and self.sheet.has_item(part)), ""):
            self._starts_another = False
            self.sheet.go_to(item_id)

    def _go_to_open_item(self) -> None:
        assert self.sheet.sheet is not None
        assert self.sheet.state is not None
        state = self.sheet.state
        shown = [one for one in state.spots() if state.is_visible(one)]
        if shown:
            first = next((one for one in shown if not state.is_answered(one)), shown[0])
            self.sheet.go_to(first, focus=not self._is_elsewhere())
            self._show_item()

    def _is_elsewhere(self) -> bool:
        """Whether the keyboard is at work beside the sheet, or walks the tabs: then it is not taken away."""
        focus = self.window().focusWidget()
        if focus is None or focus is self or self.sheet.isAncestorOf(focus) or self.start.isAncestorOf(focus):
            return False
        return isinstance(focus, QTabBar) or self.isAncestorOf(focus)

    def _begin(self, checklist_id: str, moment: str) -> None:
        visit_id = self.visit_id

        def begun(assessment_id: str) -> None:
            self._starts_another = False
            if assessment_id != self._assessment:
                self._choose(assessment_id)

        def deed(db: Database, by: Author) -> str:
            return begin_assessment(db, by, visit_id, checklist_id, moment=moment)

        self.desk.write(self, deed, begun)

    def _start_another(self, wanted: bool) -> None:
        self._starts_another = wanted
        self._show_body()

    def _choose(self, assessment_id: str) -> None:
        self._wanted = (assessment_id,)
        self.reload()

    def _on_answered(self, spot: str, value: str | None) -> None:
        self.deeds.answer(spot, value)
        assert self.sheet.state is not None
        self.guidance.follow(self.sheet.state, spot)
        self._tell()
        self._show_item()

    def _on_guidance_left(self, spot: str) -> None:
        self._show_body()
        if self.sheet.has_item(spot):
            self.sheet.go_to(spot)

    def _keep_beside(self, **facts: object) -> None:
        """Where the current item was seen, or why it was not assessed."""
        self.deeds.keep(self.sheet.current, **facts)
        self._tell()
        self._show_item()

    def _on_asked(self, item_id: str, what: str) -> None:
        self.sheet.go_to(item_id, focus=False)
        if not self.can_edit:
            return
        match what:
            case "note":
                self.notes.open(item_id, NOTE)
            case "accept":
                self.notes.open(item_id, REASON)
            case "evidence":
                self._ask_evidence()
            case "photo":
                self.photos.add(item_id)
            case "file":
                self.photos.file_here()
            case "improvement":
                self._improve(item_id)

    def take_in(self, item_id: str, paths: Sequence[Path]) -> None:
        """File photos under an item; bytes first, off this thread."""
        self.photos.take_in(self.visit_id, item_id, paths)

    def _ask_evidence(self) -> None:
        self._side_is_asked = True
        self._arrange()
        self._show_item()
        self.finding.evidence.take_keyboard()

    def _improve(self, item_id: str) -> None:
        """One step: the improvement is there with what is known, and its fields wait beside it."""
        assert self._shown is not None
        state, sheet = self.sheet.state, self.sheet.sheet
        if state is None or sheet is None or state.state(item_id).verdict is not Verdict.FINDING:
            self.desk.said.emit(_("An improvement is made from a finding. This answer is none."), False)
            return
        self._side_is_asked = self._focus_form = True
        self._arrange()
        if item_id in sheet.improvements:
            self._show_item()
            return
        key = key_of(item_id)
        what = state.of(item_id).note or state.shown(item_id).words
        agreed = {"due_on": propose_due(state.items[key.name], self._shown.visit)}
        finding = answer_id(self._assessment, key.name, key.round)
        self.desk.write(
            self, lambda db, by: improve_answer(db, by, finding, what, **agreed), says=_("Improvement created")
        )

    def _show_item(self) -> None:
        """Bring the side up to date with the current item."""
        sheet, item_id = self.sheet.sheet, self.sheet.current
        if sheet is None or not self.sheet.has_item(item_id):
            return
        facts = self._facts(sheet, item_id)
        self.finding.show_item(facts, self.visit_id)
        if self._focus_form and self.finding.form:
            self._focus_form = False
            self.finding.form.focus_what()

    def _facts(self, sheet: Sheet, item_id: str) -> ItemFacts:
        state = self.sheet.state
        assert state is not None
        now = state.state(item_id)
        is_alone = now.key.round == ""
        is_finding = now.verdict is Verdict.FINDING
        reason = Reason.CALCULATED if now.item.calculation else Reason.FINDING if is_finding else Reason.PROBLEM
        return ItemFacts(
            item=now.item,
            number=self.sheet.number(item_id),
            given=state.of(item_id),
            since=sheet.since.get(item_id) if is_alone else None,
            improvement=sheet.improvements.get(item_id) if is_alone else None,
            pair=sheet.pairs.get(item_id) if is_alone else None,
            can_edit=self.can_edit,
            verdict=now.verdict,
            why=state.why(item_id, reason),
        )

    def _tell(self) -> None:
        """How far the checklist is, in the bar and in the list of sections."""
        done, there_are = self.sheet.counts
        self.bar.tell(ngettext("{n} of {count} answered", "{n} of {count} answered", there_are), done, there_are)
        sections = [(card.heading.text(), f"{card.answered}/{card.asked}") for card in self.sheet.cards]
        self.sections.show_sections(sections)
        self.bar.show_sections(sections)

    def _is_wide(self) -> bool:
        return self.width() >= px(_WIDE)

    def _close_side(self) -> None:
        self._side_is_asked = False
        self._arrange()
        if self.sheet.current:
            self.sheet.go_to(self.sheet.current)

    def _arrange(self) -> None:
        wide = self._is_wide()
        asked = self._side_is_asked and not wide
        self.side.arrange(is_beside=wide, is_asked=asked)
        self.sheet.setVisible(not asked)
        self.bar.show_sections_field(not wide)
