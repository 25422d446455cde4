"""The figures of all enterprises: the newest of each against its baseline, in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from app.fieldwork.everywhere import EnterpriseFigure, enterprise_figures
from app.i18n import N_, Language, _, ngettext, window_language
from app.indicators.change import share_improved
from app.indicators.definitions import Better
from app.models.driver import Database
from app.models.snapshots import FigureValue
from app.reports.periods import last_day, period_words
from app.reports.readings import Reading, joined_unit, read, unit_words, value_words
from app.ui.desk import Desk
from app.ui.labels import PROGRAMMES, options
from app.ui.page import Page, page_layout
from app.ui.tables.rows_table import Column
from app.ui.widgets.basics import EmptyState, PageHeader, column, row
from app.ui.widgets.choices import refill
from app.ui.widgets.compliance_view import ComplianceView
from app.ui.widgets.data_table import DataTable
from app.ui.widgets.fields import choice_field
from app.ui.widgets.filters import Filters
from app.ui.widgets.page_parts import PageParts
from app.ui.widgets.segments import Segment, Segmented

ALL, BETTER, WORSE, NO_NUMBER = "all", "better", "worse", "no_number"
COMPLIANCE = "compliance"
_NEVER = (-1.0, 0.0)


@dataclass(frozen=True, slots=True)
class Row:
    """One indicator of one enterprise, read."""

    of: EnterpriseFigure
    reading: Reading

    @property
    def newest(self) -> FigureValue:
        """The value of now; the baseline where nothing came after it."""
        found = self.reading.now or self.reading.baseline
        assert found is not None  # a figure has values, see enterprise_figures
        return found

    def is_called(self, verdict: str) -> bool:
        change = self.reading.change
        match verdict:
            case "better":
                return change.improved is True
            case "worse":
                return change.improved is False and not change.is_unchanged
            case "no_number":
                return self.newest.status != "number"
        return True


class IndicatorsPage(Page):
    """One row for each enterprise and figure; at indicators/compliance the rates of Better Work."""

    tables = frozenset({"indicator_value", "enterprise", "target", "visit", "assessment", "answer", "checklist"})
    keys = (
        (N_("Enter"), N_("open the visit the newest value was taken on")),
        (N_("Ctrl+C"), N_("copy the rows")),
        (N_("Ctrl+1, Ctrl+2"), N_("figures, compliance points")),
        (N_("Up, Down"), N_("the compliance point before, the next one")),
    )

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._rows: list[Row] = []
        self._summary = ""
        self.header = PageHeader(_("Indicators"))
        self._words = {ALL: _("All"), BETTER: _("Better"), WORSE: _("Worse"), NO_NUMBER: _("No number")}
        self.verdicts = Segmented(
            [Segment(code, words) for code, words in self._words.items()], _("Change"), wraps=True
        )
        self.verdicts.show_value(ALL)
        self.verdicts.chosen.connect(self._on_verdict)
        self.indicator = choice_field([], empty=_("All figures"))
        self.indicator.setAccessibleName(_("Figure"))
        self.programme = choice_field(options(PROGRAMMES), empty=_("All programmes"))
        self.programme.setAccessibleName(_("Programme"))
        empty = EmptyState(
            _("No figure was taken yet. An enterprise's own numbers are taken on a visit, month by month."),
            _("Go to the visits"),
            lambda: desk.go("visits"),
        )
        self.table: DataTable[Row] = DataTable(
            _columns(), self._open, empty=empty, filter_words=_("Filter by enterprise or figure")
        )
        self.table.view.setAccessibleName(_("Indicators"))
        for field in (self.indicator, self.programme):
            field.currentIndexChanged.connect(lambda _index: self._refilter())
        self.filters = Filters(
            desk,
            self._refilter,
            words=self.table.filter,
            change=self.verdicts,
            figure=self.indicator,
            programme=self.programme,
        )
        self.compliance = ComplianceView(desk)
        self._lay_out()

    def _lay_out(self) -> None:
        figures = QWidget()
        of_figures = column(row(self.verdicts, None, self.indicator, self.programme), spacing=12)
        of_figures.setContentsMargins(0, 0, 0, 0)
        of_figures.addWidget(self.table, 1)
        figures.setLayout(of_figures)
        self.bar = PageParts([(_("Figures"), figures), (_("Compliance"), self.compliance)])
        self.bar.currentChanged.connect(self._on_part)
        layout = page_layout(self, scrolls=False)
        for widget in (self.header, self.bar):
            layout.addWidget(widget)
        layout.addWidget(self.bar.stack, 1)

    def reload(self) -> None:
        if self.bar.currentIndex():
            self.compliance.reload()
        self.desk.jobs.run_reading(self, _read, self._show)

    def open_at(self, route: Sequence[str]) -> None:
        self.bar.setCurrentIndex(1 if COMPLIANCE in route else 0)
        self.filters.open_at(route)

    def place(self) -> Sequence[str]:
        return (COMPLIANCE,) if self.bar.currentIndex() else self.filters.place()

    def focus_filter(self) -> bool:
        if self.bar.currentIndex():
            return self.compliance.focus_filter()
        self.table.filter.setFocus()
        return True

    def _on_part(self, number: int) -> None:
        self.desk.moved.emit()
        self._tell()
        if number:
            self.compliance.reload()

    def _show(self, rows: list[Row]) -> None:
        self._rows = rows
        named = {row.reading.indicator.key: _(row.reading.indicator.name) for row in rows}
        refill(self.indicator, sorted(named.items(), key=lambda one: one[1]), empty=_("All figures"))
        self.filters.read()
        self._refilter()

    def _on_verdict(self, code: str | None) -> None:
        if code is None:
            self.verdicts.show_value(ALL)
        self._refilter()

    def _refilter(self) -> None:
        indicator, programme = self.indicator.currentData(), self.programme.currentData()
        asked = [
            row
            for row in self._rows
            if indicator in (None, row.reading.indicator.key) and programme in (None, row.of.programme)
        ]
        for code, words in self._words.items():
            count = window_language().number(sum(row.is_called(code) for row in asked))
            self.verdicts.button(code).setText(_("{status} {n}").format(status=words, n=count))
        verdict = self.verdicts.value or ALL
        self.table.show_rows([row for row in asked if row.is_called(verdict)])
        self._summary = _summary(asked)
        self._tell()

    def _tell(self) -> None:
        of_points = _("What is not met, by compliance point, over the enterprises of Better Work.")
        self.header.say(_("Indicators"), of_points if self.bar.currentIndex() else self._summary)

    def _open(self, chosen: Row) -> None:
        if chosen.of.visit_id:
            self.desk.go("visit", chosen.of.visit_id, "indicators")
        else:
            self.desk.go("enterprise", chosen.of.enterprise_id)


def _read(db: Database) -> list[Row]:
    return [Row(one, read(one.figure)) for one in enterprise_figures(db)]


def _columns() -> list[Column[Row]]:
    return [
        Column(_("Enterprise"), lambda row: row.of.enterprise),
        Column(_("Figure"), lambda row: _(row.reading.indicator.name)),
        Column(
            _("Baseline"),
            lambda row: value_and_period(row.reading.baseline, row.reading),
            lambda row: _order(row.reading.baseline),
            width=130,
        ),
        Column(
            _("Newest"),
            lambda row: value_and_period(row.newest, row.reading),
            lambda row: _order(row.newest),
            width=140,
        ),
        Column(_("Change since baseline"), lambda row: change_words(row.reading), _change_order, width=175),
        Column(_("Numbers"), _coverage, lambda row: row.reading.known, width=80),
    ]


def value_and_period(value: FigureValue | None, reading: Reading) -> str:
    """`2.0 %, Nov 2026`, or the word why there is no number."""
    if value is None:
        return _("none")
    words = window_language()
    return _("{value}, {period}").format(
        value=value_words(value, reading.indicator, words), period=period_words(value.period, words)
    )


def change_words(reading: Reading) -> str:
    """`Better: -3.0 percentage points`; why, when nothing can be compared."""
    change, words = reading.change, window_language()
    if change.absolute is None:
        return _("Needs two numbers")
    if change.is_unchanged:
        return _("No change")
    if reading.indicator.better is Better.CONTEXT:
        verdict = _("Changed")
    else:
        verdict = _("Better") if change.improved else _("Worse")
    return _("{verdict}: {change}").format(verdict=verdict, change=_amount(reading, change.absolute, words))


def _amount(reading: Reading, absolute: float, words: Language) -> str:
    number = words.number(absolute, reading.indicator.decimals)
    signed = f"+{number}" if absolute > 0 else number
    if reading.change.in_points:
        return _("{change} points").format(change=signed)
    return joined_unit(signed, unit_words(reading.now, reading.indicator, words) if reading.now else "", words)


def _coverage(row: Row) -> str:
    return _("{known} of {asked}").format(known=row.reading.known, asked=row.reading.asked)


def _order(value: FigureValue | None) -> tuple[float, float]:
    if value is None:
        return _NEVER
    return (value.value if value.value is not None else -1.0), float(last_day(value.period).toordinal())


def _change_order(row: Row) -> tuple[bool, float]:
    change = row.reading.change
    return change.is_comparable, change.improvement_percent or 0.0


def _summary(rows: list[Row]) -> str:
    """How many got better, with the n behind it."""
    if not rows:
        return ""
    share = share_improved(row.reading.change for row in rows)
    says = ngettext(
        "{better} of {n} figure that can be compared is better than its baseline.",
        "{better} of {n} figures that can be compared are better than their baseline.",
        share.usable,
    )
    return says.format(better=share.improved, n=share.usable)
