"""The page that lists visits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from PySide6.QtWidgets import QComboBox, QLabel, QWidget

from app.i18n import N_, _
from app.models.driver import Database
from app.models.enterprises import programmes_by_enterprise
from app.models.visits import Visit, VisitStatus, list_visits
from app.ui.desk import Desk
from app.ui.dialogs.plan_visit import PlanVisit
from app.ui.labels import PROGRAMMES, near_day, options, status_words, visit_title
from app.ui.page import Page, page_layout
from app.ui.tables.rows_table import Column
from app.ui.widgets.basics import EmptyState, PageHeader, button
from app.ui.widgets.data_table import DataTable, show_in_place
from app.ui.widgets.fields import choice_field
from app.ui.widgets.filters import Filters

_QUARTER = timedelta(days=92)
_NONE_AT_ALL = N_("Here is every visit to every enterprise, planned and held. None is planned yet.")
_NONE_CHOSEN = N_("No visit has this status, programme and time. Choose others above.")
# Standings that a filter offers; the first four are drafts seen from today.
_STANDINGS = {
    "planned": N_("Planned"),
    "missed": N_("Missed"),
    "under_way": N_("In progress"),
    "returned": N_("Returned"),
    "finished": N_("Finished"),
    "submitted": N_("Submitted"),
    "approved": N_("Approved"),
}
_PERIODS = {
    "coming": N_("Today and later"),
    "quarter": N_("Last three months"),
    "year": N_("This year"),
    "before": N_("Before this year"),
}


@dataclass(frozen=True, slots=True)
class _Line:
    """A visit as the list shows it on a certain day."""

    visit: Visit
    programme: str
    standing: str
    today: date

    def lies_in(self, period: str | None) -> bool:
        day = self.visit.day
        match period:
            case "coming":
                return day >= self.today
            case "quarter":
                return self.today - _QUARTER <= day <= self.today
            case "year":
                return day.year == self.today.year
            case "before":
                return day.year < self.today.year
        return True


class VisitsPage(Page):
    """Every visit, latest first, narrowed by words, standing, programme and time."""

    tables = frozenset({"visit", "enterprise", "module", "user", "country_programme"})
    keys = (
        (N_("Enter"), N_("open the visit")),
        (N_("Ctrl+N"), N_("plan a visit")),
        (N_("Ctrl+C"), N_("copy the chosen rows as a table")),
    )

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._lines: tuple[_Line, ...] = ()
        layout = page_layout(self, scrolls=False)
        self.plan = button(_("Plan a visit"), self._plan, name="primary", tip=_("Ctrl+N"))
        self.plan.setShortcut("Ctrl+N")
        self.header = PageHeader(_("Visits"), self.plan)
        empty = EmptyState(_(_NONE_AT_ALL), _("Plan a visit"), self._plan)
        self._nothing = empty.findChildren(QLabel)[0]
        self.table: DataTable[_Line] = DataTable(
            _columns(), self._open, empty=empty, filter_words=_("Enterprise, module, trainer or day")
        )
        self.table.view.setAccessibleName(_("Visits"))
        self.standing = self._filter(_("Status"), _("Any status"), _STANDINGS)
        self.programme = self._filter(_("Programme"), _("All programmes"), PROGRAMMES)
        self.period = self._filter(_("Period"), _("Any time"), _PERIODS)
        self.filters = Filters(
            desk,
            self._refilter,
            words=self.table.filter,
            standing=self.standing,
            programme=self.programme,
            period=self.period,
        )
        layout.addWidget(self.header)
        layout.addWidget(self.table, 1)
        self.panel = PlanVisit(desk, self)

    def reload(self) -> None:
        today = self.desk.by.clock.today()
        self.desk.jobs.run_with_db(self, lambda db: _read(db, today), self._show)

    def open_at(self, route: Sequence[str]) -> None:
        self.filters.open_at(route)

    def place(self) -> Sequence[str]:
        return self.filters.place()

    def focus_filter(self) -> bool:
        self.table.filter.setFocus()
        self.table.filter.selectAll()
        return True

    def _filter(self, name: str, every: str, table: dict[str, str]) -> QComboBox:
        made = choice_field(options(table), empty=every)
        made.setAccessibleName(name)
        made.currentIndexChanged.connect(lambda _index: self._refilter())
        self.table.tools.addWidget(made)
        return made

    def _show(self, lines: tuple[_Line, ...]) -> None:
        self.filters.read()
        if lines != self._lines or not lines:
            self._lines = lines
            self._refilter()

    def _refilter(self) -> None:
        standing, programme, period = (box.currentData() for box in (self.standing, self.programme, self.period))
        chosen = [
            line
            for line in self._lines
            if standing in {None, line.standing} and programme in {None, line.programme} and line.lies_in(period)
        ]
        self._nothing.setText(_(_NONE_CHOSEN if self._lines else _NONE_AT_ALL))
        show_in_place(self.table, chosen, lambda line: line.visit.id)

    def _open(self, line: _Line) -> None:
        self.desk.go("visit", line.visit.id)

    def begin(self) -> None:
        self._plan()

    def _plan(self) -> None:
        self.panel.open_new()


def _read(db: Database, today: date) -> tuple[_Line, ...]:
    programmes = programmes_by_enterprise(db)
    return tuple(
        _Line(visit, programmes.get(visit.enterprise_id, ""), _standing(visit, today), today)
        for visit in list_visits(db)
    )


def _standing(visit: Visit, today: date) -> str:
    if visit.status is not VisitStatus.DRAFT:
        return str(visit.status)
    if visit.is_missed(today):
        return "missed"
    return "under_way" if visit.started_at else "planned"


def _columns() -> list[Column[_Line]]:
    return [
        Column(_("Day"), _day_words, lambda line: line.visit.day, width=115),
        Column(_("Enterprise"), lambda line: line.visit.enterprise),
        Column(_("Visit"), lambda line: visit_title(line.visit)),
        Column(_("Trainer"), lambda line: line.visit.trainer, width=120),
        Column(_("Status"), _standing_words, width=105),
    ]


def _day_words(line: _Line) -> str:
    return near_day(line.visit.day, line.today)


def _standing_words(line: _Line) -> str:
    words = _STANDINGS.get(line.standing)
    return _(words) if words else status_words(line.visit.status)
