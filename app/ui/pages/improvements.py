"""What all enterprises promised: how many stand where, and the way to the visit each was agreed on."""

from collections.abc import Callable, Sequence
from datetime import date

from PySide6.QtWidgets import QWidget

from app.fieldwork.everywhere import Promise, promises
from app.i18n import N_, _, ngettext, window_language
from app.models.improvements import Improvement, ImprovementStatus
from app.ui.desk import Desk
from app.ui.labels import PROGRAMMES, due_words, improvement_statuses, improvement_words, options
from app.ui.page import Page, page_layout
from app.ui.tables.rows_table import Column
from app.ui.widgets.basics import EmptyState, PageHeader, row
from app.ui.widgets.data_table import DataTable
from app.ui.widgets.fields import choice_field
from app.ui.widgets.filters import Filters
from app.ui.widgets.segments import Segment, Segmented

ALL, OVERDUE, TO_VERIFY = "all", "overdue", "to_verify"


class ImprovementsPage(Page):
    """Every improvement: what is open first, soonest due first."""

    tables = frozenset({"improvement", "enterprise"})
    keys = ((N_("Enter"), N_("open the visit it was agreed on")), (N_("Ctrl+C"), N_("copy the rows")))

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._promises: list[Promise] = []
        self._today = desk.by.clock.today()
        self.header = PageHeader(_("Improvements"))
        self._words = {ALL: _("All"), OVERDUE: _("Overdue"), TO_VERIFY: _("To verify"), **dict(improvement_statuses())}
        codes = (ALL, OVERDUE, *map(str, ImprovementStatus), TO_VERIFY)
        self.statuses = Segmented([Segment(code, self._words[code]) for code in codes], _("Status"), wraps=True)
        self.statuses.show_value(ALL)
        self.statuses.chosen.connect(self._on_status)
        self.programme = choice_field(options(PROGRAMMES), empty=_("All programmes"))
        self.programme.setAccessibleName(_("Programme"))
        self.programme.currentIndexChanged.connect(lambda _index: self._refilter())
        empty = EmptyState(
            _("No improvement is written down yet. Improvements are agreed on visits, often from a finding."),
            _("Go to the visits"),
            lambda: desk.go("visits"),
        )
        self.table: DataTable[Promise] = DataTable(
            self._columns(), self._open, empty=empty, filter_words=_("Filter by words, enterprise or person")
        )
        self.table.view.setAccessibleName(_("Improvements"))
        self.table.tools.addWidget(self.programme)
        self.filters = Filters(
            desk, self._refilter, words=self.table.filter, status=self.statuses, programme=self.programme
        )
        layout = page_layout(self, scrolls=False)
        layout.addWidget(self.header)
        layout.addLayout(row(self.statuses, None))
        layout.addWidget(self.table, 1)

    def reload(self) -> None:
        self.desk.jobs.run_with_db(self, promises, self._show)

    def open_at(self, route: Sequence[str]) -> None:
        self.filters.open_at(route)

    def place(self) -> Sequence[str]:
        return self.filters.place()

    def focus_filter(self) -> bool:
        self.table.filter.setFocus()
        return True

    def _columns(self) -> list[Column[Promise]]:
        def of(words: Callable[[Improvement], str]) -> Callable[[Promise], str]:
            return lambda promise: words(promise.improvement)

        return [
            Column(_("Improvement"), of(lambda one: one.what)),
            Column(_("Enterprise"), of(lambda one: one.enterprise), width=210),
            Column(_("Responsible"), of(lambda one: one.responsible or _("nobody named")), width=160),
            Column(_("Due"), of(self._due), lambda one: one.improvement.due_on or date.max, width=170),
            Column(_("Status"), of(_status), _status_order, width=120),
        ]

    def _due(self, improvement: Improvement) -> str:
        if improvement.done_on:
            return _("done {day}").format(day=window_language().short_day(improvement.done_on))
        return due_words(improvement, self._today) if improvement.is_open else ""

    def _show(self, found: list[Promise]) -> None:
        self._today = self.desk.by.clock.today()
        self._promises = found
        self.filters.read()
        self._refilter()

    def _on_status(self, code: str | None) -> None:
        if code is None:
            self.statuses.show_value(ALL)
        self._refilter()

    def _refilter(self) -> None:
        programme = self.programme.currentData()
        of_programme = [one for one in self._promises if programme in (None, one.programme)]
        for code, words in self._words.items():
            count = sum(self._is(one.improvement, code) for one in of_programme)
            self.statuses.button(code).setText(
                _("{status} {n}").format(status=words, n=window_language().number(count))
            )
        chosen = self.statuses.value or ALL
        self.table.show_rows([one for one in of_programme if self._is(one.improvement, chosen)])
        self.header.say(_("Improvements"), self._summary(of_programme))

    def _is(self, improvement: Improvement, code: str) -> bool:
        match code:
            case "all":
                return True
            case "overdue":
                return improvement.days_overdue(self._today) > 0
            case "to_verify":
                return improvement.status is ImprovementStatus.DONE and improvement.verified_on is None
        return improvement.status == code

    def _summary(self, shown: list[Promise]) -> str:
        if not shown:
            return ""
        still_open = sum(one.improvement.is_open for one in shown)
        late = sum(one.improvement.days_overdue(self._today) > 0 for one in shown)
        return _("{open}, {late}.").format(
            open=ngettext("{n} improvement is open", "{n} improvements are open", still_open).format(n=still_open),
            late=ngettext("{n} of them overdue", "{n} of them overdue", late).format(n=late),
        )

    def _open(self, promise: Promise) -> None:
        improvement = promise.improvement
        if improvement.visit_id:
            self.desk.go("visit", improvement.visit_id, "improvements", improvement.id)
        else:
            self.desk.go("enterprise", improvement.enterprise_id)


def _status_order(promise: Promise) -> int:
    return list(ImprovementStatus).index(promise.improvement.status)


def _status(improvement: Improvement) -> str:
    return _("Verified") if improvement.verified_on else improvement_words(improvement.status)
