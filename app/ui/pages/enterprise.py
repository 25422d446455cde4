"""The page of one enterprise: what happened there, what was promised, who works there, what is known of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from app.errors import NotFound
from app.fieldwork.enterprises import EnterpriseOverview, PairLine, VisitMarks, enterprise_overview, people_of
from app.i18n import N_, _, ngettext, window_language
from app.models.driver import Database
from app.models.enterprises import CountryProgramme, list_country_programmes
from app.models.improvements import Improvement, ImprovementStatus
from app.models.visits import Visit, VisitStatus
from app.ui.desk import Desk
from app.ui.dialogs.enterprise_people import AddContact, CountPeople
from app.ui.dialogs.plan_visit import PlanVisit
from app.ui.labels import PROGRAMMES, due_words, improvement_words, near_day, status_words, visit_title
from app.ui.page import Page, page_layout
from app.ui.theme import px
from app.ui.widgets.basics import (
    Card,
    ChipKind,
    EmptyState,
    ListRow,
    PageHeader,
    button,
    chip,
    clear,
    label,
    row,
    side_by_side,
)
from app.ui.widgets.comparison_view import ComparisonView
from app.ui.widgets.country_field import country_name
from app.ui.widgets.enterprise_form import EnterpriseForm
from app.ui.widgets.link_row import LinkRow, fill_card, link_card
from app.ui.widgets.page_parts import PageParts
from app.ui.widgets.pair_strip import PairStrip
from app.ui.widgets.pictures import THUMBNAILS, Pictures
from app.ui.widgets.places_kept import called, remade

T = TypeVar("T")
CHECKLISTS = "checklists"
_MOST = 6  # lines of a card before the rest folds out


@dataclass(frozen=True, slots=True)
class _Seen:
    """Everything the page shows."""

    enterprise_id: str
    today: date
    overview: EnterpriseOverview
    programmes: tuple[CountryProgramme, ...]


class EnterprisePage(Page):
    """Route enterprise/ID, and enterprise/ID/checklists/KEY for a checklist over time."""

    keys = (
        (N_("Ctrl+N"), N_("plan a visit")),
        (N_("Enter"), N_("open the visit or improvement the keyboard is on")),
        (N_("Ctrl+1, Ctrl+2"), N_("the enterprise, its checklists over time")),
        (N_("Esc"), N_("back to the list of enterprises")),
    )

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._id = ""
        self._seen: _Seen | None = None
        self._unfolded: set[str] = set()
        self.form: EnterpriseForm | None = None
        self._pictures = Pictures(desk, most=THUMBNAILS, parent=self)
        self.back = button(_("All enterprises"), lambda: desk.go("enterprises"), tip=_("Esc"))
        self.back.setShortcut("Esc")
        self.plan = button(_("Plan a visit"), self._plan, name="primary", tip=_("Ctrl+N"))
        self.plan.setShortcut("Ctrl+N")
        self.header = PageHeader("", self.back, self.plan)
        self.header.up.connect(lambda: desk.go("enterprises"))
        self.timeline = link_card(_("Visits"))
        self.improvements = link_card(_("Improvements"))
        self.people = link_card(_("People"))
        self.photos = Card(_("Before and after"))
        self.profile = Card(_("About the enterprise"))
        self.comparison = ComparisonView(desk)
        self._lay_out()
        self.planning = PlanVisit(desk, self)
        self.counting = CountPeople(desk, self)
        self.contact = AddContact(desk, self)

    def open_at(self, route: Sequence[str]) -> None:
        """Show the enterprise with this id; behind it may stand `checklists` and which one."""
        enterprise_id, *rest = route
        is_other = enterprise_id != self._id
        if is_other:
            self._change(enterprise_id)
        if rest[:1] == [CHECKLISTS] or is_other:
            self._turn(CHECKLISTS if rest else "")
        self.comparison.show_enterprise(enterprise_id, rest[1] if len(rest) > 1 else None)
        if is_other or rest:
            self.reload()

    def place(self) -> Sequence[str]:
        if not self._id or self.bar.currentIndex() == 0:
            return (self._id,) if self._id else ()
        return tuple(part for part in (self._id, CHECKLISTS, self.comparison.key) if part)

    def focus_filter(self) -> bool:
        return self.bar.currentIndex() == 1 and self.comparison.focus_filter()

    def _change(self, enterprise_id: str) -> None:
        self._id = enterprise_id
        self._seen = None
        self._unfolded.clear()
        for panel in (self.planning, self.counting, self.contact):
            panel.hide()
        self._drop_form()
        for card in (self.timeline, self.improvements, self.people, self.photos):
            card.clear()
        self.header.say(_("Reading..."))
        for area in self._overview.findChildren(QScrollArea, options=Qt.FindChildOption.FindDirectChildrenOnly):
            area.verticalScrollBar().setValue(0)

    def reload(self) -> None:
        if not self._id:
            return
        enterprise_id, today = self._id, self.desk.by.clock.today()

        def read(db: Database) -> _Seen:
            overview = enterprise_overview(db, enterprise_id)
            return _Seen(enterprise_id, today, overview, tuple(list_country_programmes(db)))

        self.desk.jobs.run_with_db(self, read, self._show, self._on_failed)
        if self.bar.currentIndex() == 1:
            self.comparison.reload()

    def _lay_out(self) -> None:
        self._overview, over_time = QWidget(), QWidget()
        self.bar = PageParts([(_("Overview"), self._overview), (_("Checklists over time"), over_time)])
        self.bar.currentChanged.connect(self._on_part)
        head = QWidget()
        above = page_layout(head, scrolls=False)
        above.setContentsMargins(above.contentsMargins().left(), px(16), above.contentsMargins().right(), 0)
        above.addWidget(self.header)
        above.addWidget(self.bar)
        page_layout(over_time, scrolls=False).addWidget(self.comparison, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(head)
        outer.addWidget(self.bar.stack, 1)
        layout = page_layout(self._overview)
        layout.setSpacing(px(16))
        layout.addLayout(side_by_side(((self.timeline, self.improvements), 3), ((self.people, self.photos), 2)))
        layout.addWidget(self.profile)
        layout.addStretch(1)

    def _turn(self, part: str) -> None:
        self.bar.setCurrentIndex(1 if part == CHECKLISTS else 0)

    def _on_part(self, number: int) -> None:
        self.desk.moved.emit()
        if number == 1:
            self.comparison.reload()

    def _drop_form(self) -> None:
        self.form = None
        self.profile.clear()

    def _on_failed(self, error: BaseException) -> None:
        if not isinstance(error, NotFound):
            self.desk.jobs.failed.emit(error)
            return
        self._drop_form()
        self.header.say(_("This enterprise is not here"), _("It may be in the bin, or it was never on this device."))

    def _show(self, seen: _Seen) -> None:
        if seen.enterprise_id != self._id or seen == self._seen:
            return
        self._seen = seen
        self._show_header(seen)
        if self.form is None:
            self.form = EnterpriseForm(self.desk, seen.enterprise_id, seen.programmes)
            self.profile.body.addWidget(self.form)
        self.form.show_row(seen.overview.row)
        remade(self, lambda: self._fill(seen))

    def _show_header(self, seen: _Seen) -> None:
        kept = seen.overview.row
        place = ", ".join(part for part in (kept["city"], country_name(kept["country"] or "")) if part)
        employed = people_of(seen.overview.profiles[0])[0] if seen.overview.profiles else None
        parts = [place, _(PROGRAMMES.get(seen.overview.programme, "")) if seen.overview.programme else ""]
        parts.append(kept["sector"] or "")
        if employed is not None:
            words = ngettext("{n} person employed", "{n} people employed", employed)
            parts.append(words.format(n=window_language().number(employed)))
        second = " · ".join(part for part in parts if part)
        self.header.say(kept["name"] or _("Without a name"), second, _("Enterprises"))

    def _fill(self, seen: _Seen) -> None:
        overview = seen.overview
        self._fill_timeline(seen)
        self._fill_improvements(seen)
        fill_card(self.people, self._people_rows(overview))
        self._fill_photos(overview.pairs)

    def _fill_timeline(self, seen: _Seen) -> None:
        rows: list[QWidget] = []
        for visit in self._folded("visits", seen.overview.visits):
            marks = seen.overview.marks.get(visit.id, VisitMarks())
            made = LinkRow(
                visit_title(visit), _what_happened(visit, marks, seen.today), _standing_chip(visit, seen.today)
            )
            made.opened.connect(lambda visit=visit: self.desk.go("visit", visit.id))
            rows.append(called(made, visit.id))
        if not rows:
            rows = [EmptyState(_("Nobody was here yet. Plan the first visit."), _("Plan a visit"), self._plan)]
        fill_card(self.timeline, self._with_rest(rows, "visits", len(seen.overview.visits)))

    def _fill_improvements(self, seen: _Seen) -> None:
        rows: list[QWidget] = []
        for one in self._folded("improvements", seen.overview.improvements):
            made = LinkRow(one.what, one.responsible, _improvement_chip(one, seen.today))
            if one.visit_id:
                made.opened.connect(lambda one=one: self.desk.go("visit", one.visit_id or "", "improvements"))
            rows.append(called(made, one.id))
        if not rows:
            words = _("Nothing is agreed yet. Improvements are agreed on a visit, best from a finding.")
            rows = [label(words, "muted", wrap=True)]
        fill_card(self.improvements, self._with_rest(rows, "improvements", len(seen.overview.improvements)))

    def _fill_photos(self, pairs: tuple[PairLine, ...]) -> None:
        clear(self.photos.body)
        if not pairs:
            words = _("No place is photographed before and after yet.")
            self.photos.body.addWidget(label(words, "muted", wrap=True))
        for pair in pairs[:3]:
            self.photos.body.addWidget(PairStrip(self._pictures, pair))

    def _people_rows(self, overview: EnterpriseOverview) -> list[QWidget]:
        rows = _profile_rows(overview)
        trained = overview.trained
        if trained.total:
            n = window_language().number
            words = ngettext("{n} person takes part in training", "{n} people take part in training", trained.total)
            second = _("{women} women, {men} men · {managers} managers, {workers} workers").format(
                women=n(trained.women), men=n(trained.men), managers=n(trained.managers), workers=n(trained.workers)
            )
            rows.append(ListRow(words.format(n=n(trained.total)), second))
        for contact in overview.contacts:
            second = " · ".join(filter(None, (contact["position"], contact["phone"], contact["email"])))
            signs = (chip(_("Main contact")),) if contact["is_main"] else ()
            rows.append(ListRow(contact["name"] or "", second, *signs))
        rows.append(self._people_actions())
        return rows

    def _people_actions(self) -> QWidget:
        count = button(_("Count the people"), self._count)
        add = button(_("Add a contact"), self._add_contact)
        made = QWidget()
        layout = row(called(count, "count"), called(add, "contact"), None)
        layout.setContentsMargins(0, px(10), 0, px(2))
        made.setLayout(layout)
        return made

    def _folded(self, name: str, records: Sequence[T]) -> Sequence[T]:
        return records if name in self._unfolded else records[:_MOST]

    def _with_rest(self, rows: list[QWidget], name: str, total: int) -> list[QWidget]:
        rest = total - _MOST
        if rest > 0 and name not in self._unfolded:
            words = ngettext("Show {n} more", "Show {n} more", rest).format(n=rest)
            rows.append(button(words, lambda: self._unfold(name), name="quiet"))
        return rows

    def _unfold(self, name: str) -> None:
        self._unfolded.add(name)
        if self._seen:
            self._fill(self._seen)

    def _plan(self) -> None:
        self.planning.open_new(self._id)

    def _count(self) -> None:
        profiles = self._seen.overview.profiles if self._seen else ()
        self.counting.open_for(self._id, profiles[0] if profiles else None)

    def _add_contact(self) -> None:
        self.contact.open_for(self._id)


def _what_happened(visit: Visit, marks: VisitMarks, today: date) -> str:
    parts = [near_day(visit.day, today)]
    for n, words in (
        (marks.answers, ngettext("{n} answer", "{n} answers", marks.answers)),
        (marks.improvements, ngettext("{n} improvement agreed", "{n} improvements agreed", marks.improvements)),
        (marks.photos, ngettext("{n} photo", "{n} photos", marks.photos)),
    ):
        if n:
            parts.append(words.format(n=n))
    return " · ".join(parts)


def _standing_chip(visit: Visit, today: date) -> QWidget:
    if visit.is_missed(today):
        return chip(_("Missed"), ChipKind.BAD)
    if visit.status is VisitStatus.DRAFT:
        return chip(_("In progress") if visit.started_at else _("Planned"))
    kind = ChipKind.WARN if visit.status is VisitStatus.RETURNED else ChipKind.NEUTRAL
    return chip(status_words(visit.status), kind)


def _improvement_chip(one: Improvement, today: date) -> QWidget:
    if one.days_overdue(today):
        return chip(due_words(one, today), ChipKind.BAD)
    if one.is_open and one.due_on:
        return chip(_("Due {day}").format(day=window_language().short_day(one.due_on)))
    if one.is_open:
        return chip(_("No due date"), ChipKind.WARN)
    if one.status is ImprovementStatus.DONE:
        return chip(_("Verified") if one.verified_on else _("Done, not verified"))
    return chip(improvement_words(one.status))


def _profile_rows(overview: EnterpriseOverview) -> list[QWidget]:
    if not overview.profiles:
        return [label(_("Nobody counted the people who work here yet."), "muted", wrap=True)]
    newest = overview.profiles[0]
    n = window_language().number
    employed, women, men = people_of(newest)
    if employed is None:
        title = _("Number of people not known")
    else:
        title = ngettext("{n} person employed", "{n} people employed", employed).format(n=n(employed))
    parts = []
    if women is not None:
        parts.append(ngettext("{n} woman", "{n} women", women).format(n=n(women)))
    if men is not None:
        parts.append(ngettext("{n} man", "{n} men", men).format(n=n(men)))
    temporary = [newest[name] for name in ("women_temporary", "men_temporary") if newest[name] is not None]
    if temporary:
        parts.append(ngettext("{n} temporary", "{n} temporary", sum(temporary)).format(n=n(sum(temporary))))
    if newest["on"]:
        parts.append(_("as of {day}").format(day=window_language().short_day(date.fromisoformat(newest["on"]))))
    return [ListRow(title, " · ".join(parts))]
