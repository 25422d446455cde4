"""The page of the day: its visits, what was promised for now, what waits for a decision, whether one can leave."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from pkgutil import resolve_name
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from app.fieldwork.ready import ReadyItem, ready_with
from app.fieldwork.today import Progress, Today, next_visit_day, progress_of, today, waiting_for_after
from app.i18n import N_, _, ngettext, window_language
from app.models.database import Author
from app.models.driver import Database
from app.models.ids import on_the_wall
from app.models.improvements import Improvement
from app.models.visits import Visit, VisitStatus
from app.paths import DataFolder, fonts_folder
from app.photos.store import stored_hashes
from app.reports.families import missing_fonts
from app.ui.desk import Desk
from app.ui.jobs import Jobs
from app.ui.labels import due_words, near_day, status_words, visit_title
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
    column,
    label,
    side_by_side,
)
from app.ui.widgets.incident_words import clock_words, kind_words
from app.ui.widgets.link_row import LinkRow, fill_card, link_card
from app.ui.widgets.places_kept import called, remade
from app.ui.widgets.ready_words import ready_chip, ready_words

if TYPE_CHECKING:
    from app.ui.dialogs.plan_visit import PlanVisit

_MOST = 8  # lines of a card before it sends one to the list
_LOOK_AGAIN_MS = 60_000


@dataclass(frozen=True, slots=True)
class _Seen:
    """Everything the page shows. `ready` is about the day `ready_for`."""

    day: date
    today: Today
    progress: tuple[tuple[str, Progress], ...]
    after_missing: frozenset[str]
    ready_for: date
    ready: tuple[ReadyItem, ...]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where readiness is looked for."""

    jobs: Jobs
    folder: DataFolder
    by: Author
    fonts: Path


class TodayPage(Page):
    """What a trainer sees first in the morning and at the gate."""

    keys = ((N_("Enter"), N_("open what the keyboard is on")), (N_("Ctrl+N"), N_("plan a visit")))

    def __init__(self, desk: Desk, parent: QWidget | None = None, *, fonts: Path | None = None) -> None:
        super().__init__(desk, parent)
        self._place = _Place(desk.jobs, desk.folder, desk.by, fonts or fonts_folder())
        self._seen: _Seen | None = None
        self.plan = button(_("Plan a visit"), self._plan, tip=_("Ctrl+N"))
        self.plan.setShortcut("Ctrl+N")
        self.header = PageHeader("", self.plan)
        self.visits = link_card(_("Visits"))
        self.promised = link_card(_("Promised for now"))
        self.ready = Card(_("Ready to leave"))
        self.ready_day = label("", "muted")
        self.ready.corner.addWidget(self.ready_day)
        self.ready.body.setSpacing(px(2))
        self.decisions = link_card(_("Needs your decision"))
        self._lay_out()
        self._clock = QTimer(self)
        self._clock.setInterval(_LOOK_AGAIN_MS)
        self._clock.timeout.connect(self._look_again)
        self._clock.start()

    @cached_property
    def panel(self) -> "PlanVisit":
        """Named, not imported, and made when it is first asked for: the start does not wait for it."""
        kind: type[PlanVisit] = resolve_name("app.ui.dialogs.plan_visit:PlanVisit")
        return kind(self.desk, self)

    def showEvent(self, event: QShowEvent) -> None:
        self._stale = True  # the disk, the fonts and the day itself change without a write
        super().showEvent(event)

    def reload(self) -> None:
        place = self._place
        self.desk.jobs.run(self, lambda: _look(place), self._show)

    def _look_again(self) -> None:
        if self.isVisible():
            self.reload()

    def _lay_out(self) -> None:
        layout = page_layout(self)
        layout.addWidget(self.header)
        layout.addLayout(side_by_side(((self.visits, self.promised), 2), ((self.ready, self.decisions), 1)), 1)
        self.header.say(_("Today"))

    def _show(self, seen: _Seen) -> None:
        if seen == self._seen:
            return
        self._seen = seen
        remade(self, lambda: self._fill(seen))

    def _fill(self, seen: _Seen) -> None:
        self.header.say(window_language().long_day(seen.day), _second_line(seen))
        self._fill_visits(seen)
        self._fill_promised(seen)
        self._fill_ready(seen)
        self._fill_decisions(seen)

    def _fill_visits(self, seen: _Seen) -> None:
        if not seen.today.visits:
            words = _("No visit is planned for today. What you plan is here on its day, with all you need for it.")
            fill_card(self.visits, [EmptyState(words, _("Plan a visit"), self._plan)])
            return
        progress = dict(seen.progress)
        visits = seen.today.visits
        to_do = next((visit for visit in visits if visit.status is VisitStatus.DRAFT), None)
        first = next((visit for visit in visits if _is_under_way(visit)), to_do)
        fill_card(
            self.visits,
            [self._visit_row(visit, progress[visit.id], seen.day, is_first=visit is first) for visit in visits],
        )

    def _visit_row(self, visit: Visit, progress: Progress, day: date, *, is_first: bool) -> QWidget:
        begun = f"{_clock_words(visit.started_at)}  {visit.enterprise}" if visit.started_at else visit.enterprise
        words = _("Continue") if _is_under_way(visit) else _("Open")
        made = self._button(words, f"visit/{visit.id}", visit.enterprise)
        if is_first:
            made.setObjectName("primary")
        signs: list[QWidget] = [made]
        if visit.status is VisitStatus.DRAFT and visit.started_at:
            signs.insert(0, chip(_("In progress")))
        elif visit.status is not VisitStatus.DRAFT:
            kind = ChipKind.WARN if visit.status is VisitStatus.RETURNED else ChipKind.NEUTRAL
            signs.insert(0, chip(status_words(visit.status), kind))
        return ListRow(begun, _visit_line(visit, progress, day), *signs)

    def _fill_promised(self, seen: _Seen) -> None:
        rows: list[QWidget] = [self._promise_row(one, seen) for one in seen.today.promised[:_MOST]]
        rest = len(seen.today.promised) - len(rows)
        if rest > 0:
            words = ngettext("Show {n} more", "Show {n} more", rest).format(n=rest)
            rows.append(self._more(words, "improvements"))
        if not rows:
            words = _("Nothing is due this week. What enterprises promise is here when its day comes near.")
            rows = [label(words, "muted", wrap=True)]
        fill_card(self.promised, rows)

    def _promise_row(self, one: Improvement, seen: _Seen) -> QWidget:
        late = one.days_overdue(seen.day)
        signs: list[QWidget] = []
        if one.id in seen.after_missing:
            signs.append(chip(_("After photo missing"), ChipKind.WARN))
        if late:
            signs.append(chip(due_words(one, seen.day), ChipKind.BAD))
        elif one.due_on:
            signs.append(chip(_due_soon(one.due_on, seen.day), ChipKind.WARN))
        who = one.responsible or _("nobody in charge yet")
        second = _("{enterprise} · {who}").format(enterprise=one.enterprise, who=who)
        if one.due_on:
            second = _("{line} · due {day}").format(line=second, day=window_language().short_day(one.due_on))
        made = LinkRow(one.what, second, *signs)
        route = ("visit", one.visit_id, "improvements") if one.visit_id else ("enterprise", one.enterprise_id)
        made.opened.connect(lambda: self.desk.go(*route))
        return called(made, f"promise {one.id}")

    def _fill_ready(self, seen: _Seen) -> None:
        self.ready_day.setText(near_day(seen.ready_for, seen.day))
        rows: list[QWidget] = []
        for item in seen.ready:
            words, kind = ready_chip(item)
            rows.append(_ready_row(*ready_words(item), chip(words, kind)))
        clear(self.ready.body)
        for made in rows:
            self.ready.body.addWidget(made)

    def _fill_decisions(self, seen: _Seen) -> None:
        rows = [
            *self._incident_rows(seen),
            *self._missed_rows(seen),
            *self._returned_rows(seen),
            *self._done_rows(seen),
        ]
        if conflicts := seen.today.conflicts:
            words = ngettext("{n} difference to settle", "{n} differences to settle", conflicts).format(n=conflicts)
            second = _("The same field was changed here and elsewhere.")
            rows.append(ListRow(words, second, self._button(_("Compare"), "exchange/differences", words)))
        if not rows:
            rows = [label(_("Nothing waits for you."), "muted", wrap=True)]
        fill_card(self.decisions, rows)

    def _incident_rows(self, seen: _Seen) -> list[QWidget]:
        rows: list[QWidget] = []
        now = self.desk.by.clock.now()
        for one in seen.today.incidents:
            opens = self._button(_("Open"), f"incidents/{one.id}", kind_words(one.kind))
            made = ListRow(
                kind_words(one.kind),
                _("{enterprise} · {clock}").format(enterprise=one.enterprise, clock=clock_words(one, now)),
                opens,
            )
            rows.append(made)
        return rows

    def _missed_rows(self, seen: _Seen) -> list[QWidget]:
        rows: list[QWidget] = []
        for visit in seen.today.missed:
            day = window_language().short_day(visit.planned_on)
            again = button(_("Plan again"), lambda visit=visit: self.panel.open_again(visit))  # type: ignore[misc]
            again.setAccessibleName(_("Plan again: {what}").format(what=visit.enterprise))
            called(again, f"again {visit.id}")
            title = _("Visit to {enterprise} was missed").format(enterprise=visit.enterprise)
            second = _("{visit} · planned for {day}").format(visit=visit_title(visit), day=day)
            rows.append(ListRow(title, second, again))
        rest = seen.today.missed_count - len(rows)
        if rest > 0:
            words = ngettext("Show {n} more", "Show {n} more", rest).format(n=rest)
            rows.append(self._more(words, "visits"))
        return rows

    def _returned_rows(self, seen: _Seen) -> list[QWidget]:
        return [
            ListRow(
                _("Report of {enterprise} was returned").format(enterprise=visit.enterprise),
                visit_title(visit),
                self._button(_("Open"), f"visit/{visit.id}/report", visit.enterprise),
            )
            for visit in seen.today.returned[:_MOST]
        ]

    def _done_rows(self, seen: _Seen) -> list[QWidget]:
        counts = Counter((one.enterprise_id, one.enterprise) for one in seen.today.to_verify)
        rows: list[QWidget] = []
        for (enterprise_id, enterprise), n in counts.most_common(3):
            words = ngettext("{n} improvement is done, not verified", "{n} improvements are done, not verified", n)
            open_it = self._button(_("Open"), f"enterprise/{enterprise_id}", enterprise)
            rows.append(ListRow(words.format(n=n), enterprise, open_it))
        if len(counts) > len(rows):
            rest = len(counts) - len(rows)
            words = ngettext("Show {n} more enterprise", "Show {n} more enterprises", rest).format(n=rest)
            rows.append(self._more(words, "improvements"))
        return rows

    def _button(self, words: str, route: str, about: str) -> QPushButton:
        made = button(words, lambda: self.desk.go(route))
        made.setAccessibleName(_("{does}: {what}").format(does=words, what=about))
        called(made, route)
        return made

    def _more(self, words: str, route: str) -> QPushButton:
        made = button(words, lambda: self.desk.go(route), name="quiet")
        called(made, f"more {route}")
        return made

    def _plan(self) -> None:
        self.panel.open_new()


def _look(place: _Place) -> _Seen:
    """On a thread of the pool: the bytes, the files and the rows are each asked where they live."""
    day = place.by.clock.today()
    here = place.jobs.photos(stored_hashes)
    fonts = missing_fonts(place.fonts)

    def read(db: Database) -> _Seen:
        found = today(db, day, most_missed=_MOST)
        on = next_visit_day(db, day)
        ready = ready_with(db, here, place.folder, place.by.clock, on=on, fonts_missing=fonts)
        progress = tuple((visit.id, progress_of(db, visit.id)) for visit in found.visits)
        return _Seen(day, found, progress, waiting_for_after(db), on, tuple(ready))

    return place.jobs.db(read)


def _ready_row(title: str, second: str, sign: QWidget) -> QWidget:
    made = QWidget()
    layout = QHBoxLayout(made)
    layout.setContentsMargins(0, px(5), 0, px(5))
    layout.setSpacing(px(8))
    texts = [label(title, wrap=True), *([label(second, "small", wrap=True)] if second else [])]
    layout.addLayout(column(*texts, spacing=2), 1)
    layout.addWidget(sign, 0, Qt.AlignmentFlag.AlignVCenter)
    return made


def _is_under_way(visit: Visit) -> bool:
    return visit.can_be_edited and visit.started_at is not None


def _second_line(seen: _Seen) -> str:
    n = len(seen.today.visits)
    visits = ngettext("{n} visit today", "{n} visits today", n).format(n=n) if n else _("No visit today")
    late = sum(one.days_overdue(seen.day) > 0 for one in seen.today.promised)
    if not late:
        return _("{visits} · nothing overdue").format(visits=visits)
    overdue = ngettext("{n} improvement overdue", "{n} improvements overdue", late).format(n=late)
    return _("{visits} · {overdue}").format(visits=visits, overdue=overdue)


def _visit_line(visit: Visit, progress: Progress, day: date) -> str:
    line = visit_title(visit)
    if progress.items:
        done = _("{n} of {all} items").format(n=progress.answered, all=progress.items)
        line = _("{line} · {more}").format(line=line, more=done)
    if visit.started_at and visit.day != day:
        since = _("since {day}").format(day=near_day(visit.day, day))
        line = _("{line} · {more}").format(line=line, more=since)
    if _is_under_way(visit) and progress.worked_at:
        worked = _("continued {time}").format(time=_clock_words(progress.worked_at))
        line = _("{line} · {more}").format(line=line, more=worked)
    return line


def _due_soon(due: date, day: date) -> str:
    days = (due - day).days
    if not days:
        return _("Due today")
    return ngettext("Due in {n} day", "Due in {n} days", days).format(n=days)


def _clock_words(at: datetime | None) -> str:
    return f"{on_the_wall(at):%H:%M}" if at else ""
