"""The checklists of an enterprise over its visits: a chart, and sections, questions and compliance points by time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QModelIndex, QSignalBlocker
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QStackedWidget, QVBoxLayout, QWidget

from app.charts.spec import LineChart, Point
from app.checklists.scoring import Trend
from app.fieldwork.comparison import (
    Comparison,
    Held,
    ItemHistory,
    PointHistory,
    SectionHistory,
    checklists_held,
    compare_visits,
)
from app.i18n import _, ngettext, window_language
from app.models.driver import Database
from app.ui.desk import Desk
from app.ui.tables.histories import (
    item_columns,
    point_columns,
    section_columns,
    section_words,
    time_of_column,
)
from app.ui.tables.signs import sign_size
from app.ui.theme import px
from app.ui.widgets.basics import Card, EmptyState, button, clear, label, row
from app.ui.widgets.chart import ChartCard
from app.ui.widgets.choices import refill, show_choice
from app.ui.widgets.data_table import DataTable
from app.ui.widgets.fields import choice_field
from app.ui.widgets.segments import Segment, Segmented

SECTIONS, ITEMS, POINTS = "sections", "items", "points"
_MOST_TIMES = 5  # columns: the first time, and the newest of the others
_WIDE = 860  # design pixels from which the chart stands beside the table
_QUESTION = 620  # design pixels that a question has before the times gain
_TWO = 2


@dataclass(frozen=True, slots=True)
class _Seen:
    """Everything the view shows; no comparison when there is nothing to compare."""

    enterprise_id: str
    held: tuple[Held, ...]
    key: str
    comparison: Comparison | None


class ComparisonView(QWidget):
    """Which enterprise is said by `show_enterprise`; it reads when told to `reload`."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._id = ""
        self._key: str | None = None
        self._seen: _Seen | None = None
        self._draws = False  # the chart, where there is no room for both
        self._back = 0  # by how many times the columns were moved into the past
        self._make_parts()
        self._lay_out()

    def show_enterprise(self, enterprise_id: str, key: str | None = None) -> None:
        """`key` is a checklist; the one shown, or the newest, when None."""
        if enterprise_id != self._id:
            self._id, self._key, self._seen = enterprise_id, None, None
            self._tools.hide()
            self._body.setCurrentWidget(self._reading)
        self._key = key or self._key

    @property
    def key(self) -> str:
        """The checklist that is shown; empty while none is."""
        return self._seen.key if self._seen else self._key or ""

    def reload(self) -> None:
        enterprise_id, wanted = self._id, self._key
        if enterprise_id:
            self.desk.jobs.run_reading(self, lambda db: _read(db, enterprise_id, wanted), self._show)

    def focus_filter(self) -> bool:
        table = self._tables[self._what()]
        table.filter.setFocus()
        return table.isVisible()

    def _make_parts(self) -> None:
        self.checklist = choice_field([])
        self.checklist.setAccessibleName(_("Checklist"))
        self.checklist.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.checklist.currentIndexChanged.connect(lambda _index: self._on_checklist())
        words = ((SECTIONS, _("Sections")), (ITEMS, _("Questions")), (POINTS, _("Compliance points")))
        self.what = Segmented([Segment(code, said) for code, said in words], _("What is compared"), wraps=True)
        self.what.show_value(SECTIONS)
        self.what.chosen.connect(self._on_what)
        self.changed = QCheckBox(_("Only what changed"))
        self.changed.toggled.connect(lambda _on: self._fill())
        self.earlier = button(_("Earlier times"), lambda: self._move(1))
        self.later = button(_("Later times"), lambda: self._move(-1))
        self.turn = button("", self._turn)
        self.summary = label("", "strong", wrap=True)
        self.note = label("", "muted", wrap=True)
        self.chart = ChartCard(height=220)
        self._chart_title = label("", "heading", wrap=True)
        nothing = _("Nothing changed between these times.")
        self.sections: DataTable[SectionHistory] = DataTable([], self._open_section, empty=EmptyState(nothing))
        self.items: DataTable[ItemHistory] = DataTable([], self._open_item, empty=EmptyState(nothing), roomy=_QUESTION)
        self.points: DataTable[PointHistory] = DataTable([], self._open_point, empty=EmptyState(nothing))
        self._tables: dict[str, DataTable[Any]] = {SECTIONS: self.sections, ITEMS: self.items, POINTS: self.points}
        for name, table in self._tables.items():
            table.view.setAccessibleName(dict(words)[name])
            table.view.setIconSize(sign_size())
        self.sections.view.selectionModel().currentRowChanged.connect(self._on_section)

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(px(10))
        self._tools = QWidget()
        tools = QVBoxLayout(self._tools)
        tools.setContentsMargins(0, 0, 0, 0)
        tools.setSpacing(px(10))
        tools.addLayout(row(self.checklist, self.what, 4, self.changed, None, self.turn, self.earlier, self.later))
        tools.addWidget(self.summary)
        tools.addWidget(self.note)
        layout.addWidget(self._tools)
        self._drawn = Card()
        self._drawn.body.addWidget(self._chart_title)
        self._drawn.body.addWidget(self.chart)
        self._drawn.body.addStretch(1)
        beside = row(spacing=16)
        beside.addWidget(self.sections, 3)
        beside.addWidget(self._drawn, 2)
        self._with_chart = QWidget()
        self._with_chart.setLayout(beside)
        beside.setContentsMargins(0, 0, 0, 0)
        self._empty = QWidget()
        self._empty.setLayout(QVBoxLayout())
        self._reading = EmptyState(_("Reading..."))
        self._body = QStackedWidget()
        for widget in (self._reading, self._empty, self._with_chart, self.items, self.points):
            self._body.addWidget(widget)
        layout.addWidget(self._body, 1)
        self._tools.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _turn(self) -> None:
        self._draws = not self._draws
        self._arrange()

    def _arrange(self) -> None:
        """The chart stands beside the sections where there is room, else in their place when it is asked for."""
        is_wide, is_asked = self.width() >= px(_WIDE), self._what() == SECTIONS and not self.what.isHidden()
        self.turn.setVisible(is_asked and not is_wide)
        self.turn.setText(_("Show the sections") if self._draws else _("Show the chart"))
        self.sections.setVisible(is_wide or not self._draws)
        self._drawn.setVisible(is_wide or self._draws)

    def _what(self) -> str:
        return self.what.value or SECTIONS

    def _show(self, seen: _Seen) -> None:
        if seen.enterprise_id != self._id or (self._key and seen.key != self._key) or seen == self._seen:
            return
        is_other = self._seen is None or self._seen.key != seen.key
        self._seen = seen
        if is_other:
            self._back = 0
        with QSignalBlocker(self.checklist):
            refill(self.checklist, [(one.key, one.title) for one in seen.held])
            show_choice(self.checklist, seen.key)
        self._tools.setVisible(seen.comparison is not None or len(seen.held) > 1)
        if seen.comparison is None:
            self._show_empty(seen)
        else:
            self._show_comparison(seen.comparison)

    def _show_empty(self, seen: _Seen) -> None:
        layout = self._empty.layout()
        assert layout is not None
        clear(layout)
        one = next((held for held in seen.held if held.key == seen.key), None)
        if one is None:
            says = _("No checklist was filled in here yet. What two visits found stands here side by side.")
            layout.addWidget(EmptyState(says, _("Go to the visits"), lambda: self.desk.go("visits")))
        else:
            says = _("{checklist} was filled in once, on {day}. Fill it in again on a later visit to see what moved.")
            layout.addWidget(EmptyState(says.format(checklist=one.title, day=window_language().short_day(one.newest))))
        for widget in (self.what, self.changed, self.turn, self.earlier, self.later, self.summary, self.note):
            widget.hide()
        self._body.setCurrentWidget(self._empty)

    def _show_comparison(self, found: Comparison) -> None:
        self.checklist.setVisible(len(self._seen.held if self._seen else ()) > 1)
        self.what.show()
        self.changed.show()
        self.what.button(POINTS).setVisible(bool(found.points))
        if self._what() == POINTS and not found.points:
            self.what.show_value(SECTIONS)
        self.summary.setText(_summary(found))
        self.summary.show()
        self.note.setText(_note(found))
        self.note.setVisible(bool(self.note.text()))
        self._fill()

    def _fill(self) -> None:
        """The table that is seen, and no other."""
        found = self._seen.comparison if self._seen else None
        if found is None:
            return
        self._arrange()
        places = self._places()
        self.earlier.setVisible(len(found.occasions) > _MOST_TIMES)
        self.later.setVisible(len(found.occasions) > _MOST_TIMES)
        self.earlier.setEnabled(len(places) > 1 and places[1] > 1)
        self.later.setEnabled(self._back > 0)
        match self._what():
            case "items":
                self._body.setCurrentWidget(self.items)
                self._fill_table(self.items, item_columns(found, places), found.items, lambda one: one.has_changed)
            case "points":
                self._body.setCurrentWidget(self.points)
                self._fill_table(self.points, point_columns(found, places), found.points, lambda one: one.has_changed)
            case _:
                self._body.setCurrentWidget(self._with_chart)
                rows = [found.total, *found.sections]
                self._fill_table(self.sections, section_columns(found, places), rows, _share_changed)
                self._on_section(self.sections.view.currentIndex())

    def _fill_table(
        self,
        table: DataTable[Any],
        columns: Sequence[Any],
        records: Sequence[Any],
        has_changed: Callable[[Any], bool],
    ) -> None:
        current = max(0, table.view.currentIndex().row())
        table.show_columns(columns)
        table.show_rows([one for one in records if has_changed(one) or not self.changed.isChecked()])
        table.view.selectRow(min(current, table.model.rowCount() - 1))

    def _places(self) -> list[int]:
        """Which times have a column: the first always, and the newest of the others unless the person went back."""
        found = self._seen.comparison if self._seen else None
        count = len(found.occasions) if found else 0
        if count <= _MOST_TIMES:
            return list(range(count))
        end = count - self._back
        return [0, *range(end - _MOST_TIMES + 1, end)]

    def _move(self, by: int) -> None:
        found = self._seen.comparison if self._seen else None
        most = len(found.occasions) - _MOST_TIMES if found else 0
        self._back = min(max(0, self._back + by), max(0, most))
        self._fill()

    def _on_checklist(self) -> None:
        self._key = self.checklist.currentData()
        self.desk.moved.emit()
        self.reload()

    def _on_what(self, code: str | None) -> None:
        if code is None:
            self.what.show_value(SECTIONS)
        self._fill()

    def _on_section(self, current: QModelIndex, _before: QModelIndex | None = None) -> None:
        """The chart is of the section that the keyboard is on."""
        found = self._seen.comparison if self._seen else None
        if found is None:
            return
        history = self.sections.model.record(current.row()) if current.isValid() else found.total
        self._chart_title.setText(section_words(history, found))
        self.chart.show_chart(_chart(history, found), window_language())

    def _open_section(self, history: SectionHistory) -> None:
        place = self._place(self.sections, [score is not None for score in history.scores])
        first = next((item.id for item in history.section.items if item.is_asked), "")
        self._go(place, first)

    def _open_item(self, history: ItemHistory) -> None:
        self._go(self._place(self.items, [one is not None for one in history.verdicts]), history.item.id)

    def _open_point(self, history: PointHistory) -> None:
        place = self._place(self.points, [one is not None for one in history.results])
        result = history.results[place]
        items = (result.findings or result.assessed) if result else ()
        self._go(place, items[0].id if items else "")

    def _place(self, table: DataTable[Any], asked: Sequence[bool]) -> int:
        """The time whose column the keyboard is on, else the newest at which it was asked."""
        chosen = time_of_column(table.view.currentIndex().column(), self._places())
        newest = max((place for place, was in enumerate(asked) if was), default=len(asked) - 1)
        return newest if chosen is None or not asked[chosen] else chosen

    def _go(self, place: int, item_id: str) -> None:
        found = self._seen.comparison if self._seen else None
        if found:
            occasion = found.occasions[place]
            route = ("visit", occasion.visit_id, "checklists", occasion.assessment_id, item_id)
            self.desk.go(*(part for part in route if part))


def _read(db: Database, enterprise_id: str, wanted: str | None) -> _Seen:
    held = tuple(checklists_held(db, enterprise_id))
    shown = next((one for one in held if one.key == wanted), None) or next(
        (one for one in held if one.count >= _TWO), held[0] if held else None
    )
    if shown is None:
        return _Seen(enterprise_id, held, wanted or "", None)
    comparison = compare_visits(db, enterprise_id, shown.key) if shown.count >= _TWO else None
    return _Seen(enterprise_id, held, shown.key, comparison)


def _share_changed(history: SectionHistory) -> bool:
    return len({share for share in history.shares if share is not None}) > 1


def _chart(history: SectionHistory, found: Comparison) -> LineChart:
    words = window_language()
    points = tuple(
        Point(words.short_day(one.day), None if share is None else share * 100)
        for one, share in zip(found.occasions, history.shares, strict=True)
    )
    first = next((place for place, share in enumerate(history.shares) if share is not None), None)
    return LineChart(section_words(history, found), _("% of full marks"), points, baseline=first)


def _summary(found: Comparison) -> str:
    """`From Aug 24, 2026 to Nov 24, 2026: 45 % to 84 % of full marks. 1 question got worse, 12 got better.`"""
    parts = []
    share = [one for one in found.total.shares if one is not None]
    words = window_language()
    if len(found.rated) > 1 and len(share) > 1:
        said = _("From {first} to {last}: {before} % to {after} % of full marks.")
        days = {"first": words.short_day(found.rated[0].day), "last": words.short_day(found.rated[-1].day)}
        parts.append(said.format(before=words.number(share[0] * 100), after=words.number(share[-1] * 100), **days))
    worse = sum(one.trend is Trend.WORSE for one in found.items)
    better = sum(one.trend is Trend.BETTER for one in found.items)
    parts.append(ngettext("{n} question got worse.", "{n} questions got worse.", worse).format(n=words.number(worse)))
    parts.append(
        ngettext("{n} question got better.", "{n} questions got better.", better).format(n=words.number(better))
    )
    return " ".join(parts)


def _note(found: Comparison) -> str:
    parts = []
    if any(not one.is_full for one in found.occasions):
        parts.append(_("In part: some questions were left out on purpose. No share is made of it."))
    if any(not one.is_closed for one in found.occasions):
        parts.append(_("Open: still being filled in. No share is made of it yet."))
    return " ".join(parts)
