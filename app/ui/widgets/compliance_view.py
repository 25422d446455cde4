"""Rates of what is not met by compliance point, over a population that is always named; the questions under each."""

from dataclasses import dataclass

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QComboBox, QScrollArea, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from app.charts.spec import Bar, BarChart
from app.checklists.compliance import Population
from app.fieldwork.rates import Asked, ComplianceRates, PointRate, Sort, compliance_rates, sorts_with_points
from app.i18n import _, window_language
from app.models.driver import Database
from app.reports.populations import (
    NOTE,
    cluster_of_point,
    group_words,
    point_words,
    population_words,
    rate_words,
)
from app.ui.desk import Desk
from app.ui.tables.rows_table import Column
from app.ui.theme import px
from app.ui.widgets.bars import Bars
from app.ui.widgets.basics import Card, EmptyState, ListRow, button, clear, column, label, row, rule
from app.ui.widgets.choices import refill, show_choice
from app.ui.widgets.data_table import DataTable
from app.ui.widgets.fields import choice_field
from app.ui.widgets.segments import Segment, Segmented

_RATE = 130
_TWO = 2


@dataclass(frozen=True, slots=True)
class _Seen:
    """No rates where there is no checklist with compliance points."""

    sorts: tuple[Sort, ...]
    rates: ComplianceRates | None


class ComplianceView(QWidget):
    """It reads when told to `reload`."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._seen: _Seen | None = None
        self._asked = 0
        self._make_parts()
        self._lay_out()

    def reload(self) -> None:
        key, population = self.checklist.currentData(), Population(self.population.value or Population.LATEST)
        number = self.cycle.currentData()
        self._asked += 1
        asking = self._asked

        def read(db: Database) -> tuple[int, _Seen]:
            sorts = tuple(sorts_with_points(db))
            sort = next((one for one in sorts if one.key == key), sorts[0] if sorts else None)
            if sort is None:
                return asking, _Seen(sorts, None)
            return asking, _Seen(sorts, compliance_rates(db, sort.key, population, Asked(number, number)))

        self.desk.jobs.run_reading(self, read, self._show)

    def focus_filter(self) -> bool:
        self.table.filter.setFocus()
        return self.table.isVisible()

    def _make_parts(self) -> None:
        self.checklist = choice_field([])
        self.checklist.setAccessibleName(_("Checklist"))
        words = {
            Population.LATEST: _("Newest of each enterprise"),
            Population.CYCLE: _("One cycle"),
            Population.BALANCED_PANEL: _("The same enterprises over the cycles"),
        }
        self.population = Segmented(
            [Segment(str(one), said) for one, said in words.items()], _("Population"), wraps=True
        )
        self.population.show_value(str(Population.LATEST))
        self.population.chosen.connect(self._on_population)
        self.cycle: QComboBox = choice_field([])
        self.cycle.setAccessibleName(_("Cycle"))
        for field in (self.checklist, self.cycle):
            field.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            field.currentIndexChanged.connect(lambda _index: self.reload())
        self.named = label("", "strong", wrap=True)
        self.note = label("", "muted", wrap=True)
        self.legend = label("", "muted", wrap=True)
        self.bars = Bars()
        self.bars.chosen.connect(self._on_bar)
        none = EmptyState(_("No full assessment belongs to this population."))
        self.table: DataTable[PointRate] = DataTable([], self._show_point, empty=none)
        self.table.view.setAccessibleName(_("Compliance points"))
        self.table.view.selectionModel().currentRowChanged.connect(lambda _now, _before: self._on_row())
        self.turn = button("", self._turn, name="quiet")
        self.empty = EmptyState(
            _("No full assessment by compliance points was made yet. Rates are made of those, never of partial ones.")
        )

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(px(10))
        self._tools = QWidget()
        tools = column(self.population, row(self.named, self.cycle, self.checklist), spacing=10)
        self.named.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.MinimumExpanding)
        tools.setContentsMargins(0, 0, 0, 0)
        self._tools.setLayout(tools)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._drawn())
        self._stack.addWidget(self.table)
        left = QVBoxLayout()
        left.setSpacing(px(4))
        left.addWidget(self._stack, 1)
        left.addLayout(row(self.turn, None))
        self._point = Card()
        self._name = label("", "heading", wrap=True)
        self._point.body.addWidget(self._name)
        self._under = QVBoxLayout()
        self._under.setSpacing(px(2))
        self._point.body.addWidget(self._scrolled(self._under), 1)
        beside = row(spacing=16)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.addLayout(left, 3)
        beside.addWidget(self._point, 2)
        self._body = QWidget()
        self._body.setLayout(beside)
        layout.addWidget(self._tools)
        layout.addWidget(self._body, 1)
        layout.addWidget(self.note)
        layout.addWidget(self.empty, 1)
        for widget in (self._tools, self._body, self.note, self.empty):
            widget.hide()
        self._tell_turn()

    def _drawn(self) -> Card:
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        held = QWidget()
        held.setObjectName("onCard")
        holding = QVBoxLayout(held)
        holding.setContentsMargins(0, 0, px(4), 0)
        holding.addWidget(self.bars)
        holding.addStretch(1)
        self.area.setWidget(held)
        made = Card()
        made.body.addWidget(self.legend)
        made.body.addWidget(self.area, 1)
        return made

    def _scrolled(self, content: QVBoxLayout) -> QScrollArea:
        """The questions of a point may be many: the keyboard reaches and scrolls them."""
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setAccessibleName(_("Questions of the compliance point"))
        area.setObjectName("questions")
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        held = QWidget()
        held.setObjectName("onCard")
        outer = QVBoxLayout(held)
        outer.setContentsMargins(0, 0, px(4), 0)
        outer.addLayout(content)
        outer.addStretch(1)
        area.setWidget(held)
        return area

    def _show(self, answer: tuple[int, _Seen]) -> None:
        asking, seen = answer
        if asking != self._asked or seen == self._seen:
            return
        self._seen = seen
        found = seen.rates
        for widget in (self._tools, self._body, self.note):
            widget.setVisible(found is not None)
        self.empty.setVisible(found is None)
        if found is None:
            return
        with QSignalBlocker(self.checklist):
            refill(self.checklist, [(one.key, one.title) for one in seen.sorts])
            show_choice(self.checklist, found.sort.key)
        self.checklist.setVisible(len(seen.sorts) > 1)
        self._offer_cycles(found)
        self.named.setText(population_words(found, window_language()))
        self.note.setText(_(NOTE))
        self._show_rates(found)

    def _offer_cycles(self, found: ComplianceRates) -> None:
        newest = found.groups[-1].cycle
        last = max((*found.cycles, newest or 1), default=1)
        if found.population is Population.CYCLE:
            offered = [(number, _("Cycle {n}").format(n=number)) for number in (found.cycles or (newest or 1,))]
        else:
            offered = [(number, _("Cycles 1 to {n}").format(n=number)) for number in range(_TWO, last + 1)]
        with QSignalBlocker(self.cycle):
            self.cycle.clear()
            for number, words in offered:
                self.cycle.addItem(words, number)
            show_choice(self.cycle, newest)
        self.cycle.setVisible(found.population is not Population.LATEST and bool(offered))

    def _show_rates(self, found: ComplianceRates) -> None:
        words = window_language()
        self.legend.setText(_legend(found))
        bars = tuple(_bar(one) for one in found.points)
        self.bars.show_chart(BarChart(_("Compliance points by the share that is not met"), bars))
        columns: list[Column[PointRate]] = [
            Column(_("Compliance point"), lambda one: point_words(one, words)),
            Column(_("Cluster"), lambda one: cluster_of_point(one.point, words)),
        ]
        for place, group in enumerate(found.groups):
            columns.append(_rate_column(place, group_words(group, words)))
        self.table.show_columns(columns)
        self.table.show_rows(found.points)
        self._on_bar(self.bars.current)

    def _on_population(self, code: str | None) -> None:
        if code is None:
            self.population.show_value(self._seen.rates.population if self._seen and self._seen.rates else None)
        with QSignalBlocker(self.cycle):
            self.cycle.clear()
        self.reload()

    def _on_bar(self, place: int) -> None:
        found = self._seen.rates if self._seen else None
        if found is None or not found.points:
            self._show_point(None)
            return
        line = self.bars.line_of(place)
        self.area.ensureVisible(0, line.center().y(), 0, line.height())
        self._show_point(found.points[place])

    def _on_row(self) -> None:
        index = self.table.view.currentIndex()
        if index.isValid() and self._stack.currentWidget() is self.table:
            self._show_point(self.table.model.record(index.row()))

    def _show_point(self, one: PointRate | None) -> None:
        words = window_language()
        found = self._seen.rates if self._seen else None
        clear(self._under)
        if one is None or found is None:
            self._name.setText(_("Questions"))
            return
        self._name.setText(point_words(one, words))
        second = ", ".join(part for part in (cluster_of_point(one.point, words), one.point) if part)
        self._under.addWidget(label(second, "muted", wrap=True))
        for place, question in enumerate(one.questions):
            if place:
                self._under.addWidget(rule())
            rates = [_of_group(found, number, rate_words(rate, words)) for number, rate in enumerate(question.rates)]
            asked = question.item.label.in_language(words.tag) or question.item.id
            self._under.addWidget(ListRow(asked, " · ".join(rates)))

    def _turn(self) -> None:
        self._stack.setCurrentIndex(1 - self._stack.currentIndex())
        self._tell_turn()

    def _tell_turn(self) -> None:
        self.turn.setText(_("Show as a table") if self._stack.currentIndex() == 0 else _("Show as a chart"))


def _legend(found: ComplianceRates) -> str:
    """What the bars are, and what the diamond on them."""
    words = window_language()
    now = found.groups[-1]
    if not found.points:
        return _("No full assessment belongs to this population.")
    if len(found.groups) == 1:
        says = _("Bar: share of the enterprises assessed that do not meet the point. n = {n}.")
        return says.format(n=words.number(now.enterprises))
    says = _("Bar: share that does not meet it in cycle {last}. Diamond: in cycle 1, if it moved. n = {n}.")
    return says.format(last=now.cycle, n=words.number(now.enterprises))


def _bar(one: PointRate) -> Bar:
    words = window_language()
    before = one.rates[0].share if len(one.rates) > 1 and one.rates[0] else None
    now = one.rates[-1]
    return Bar(
        label=point_words(one, words),
        words=rate_words(now, words),
        share=now.share if now else None,
        before=before,
        heading=cluster_of_point(one.point, words),
    )


def _rate_column(place: int, heading: str) -> Column[PointRate]:
    def order(one: PointRate) -> float:
        rate = one.rates[place]
        return -1.0 if rate is None or rate.share is None else rate.share

    return Column(heading, lambda one: rate_words(one.rates[place], window_language()), order, width=_RATE)


def _of_group(found: ComplianceRates, number: int, words: str) -> str:
    cycle = found.groups[number].cycle
    return words if cycle is None else _("cycle {cycle}: {rate}").format(cycle=cycle, rate=words)
