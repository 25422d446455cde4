"""The enterprise's figures by month, typed like in a workbook."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QWidget

from app.errors import Invalid
from app.fieldwork.sheet import FigureCell, Sheet, SheetRow, clear_figure, read_sheet, write_figure
from app.i18n import N_, Language, _, window_language
from app.messages import message
from app.reports.periods import period_words
from app.ui.desk import Desk
from app.ui.page import page_layout
from app.ui.theme import px
from app.ui.visit.figure_panel import FigurePanel
from app.ui.visit.figure_words import grid_row
from app.ui.visit.side_area import SideArea
from app.ui.visit.tab import VisitTab
from app.ui.widgets.basics import Card, label, row
from app.ui.widgets.choices import refill
from app.ui.widgets.fields import choice_field
from app.ui.widgets.month_grid import MonthGrid
from app.ui.widgets.typed_number import echo, number_language, read_number

_WIDE = 860  # design pixels from which the fields stand well beside the months
_LETTERS = {Qt.Key.Key_T: "not_tracked", Qt.Key.Key_R: "refused", Qt.Key.Key_A: "not_applicable"}


class IndicatorsTab(VisitTab):
    """`open_at`: the key of an indicator, and a month such as 2026-11; the newest one when none is said."""

    tables = frozenset({"indicator_value", "visit", "target", "enterprise"})
    keys = (
        (N_("Digits"), N_("type a number; 200 / 10000 for a rate")),
        (N_("Enter"), N_("keep it and go to the next month")),
        (N_("T, R, A"), N_("not tracked, refused, not applicable")),
        (N_("Delete"), N_("remove the figure")),
    )

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._sheet: Sheet | None = None
        self._added: frozenset[str] = frozenset()
        self._wanted: Sequence[str] = ()
        self._panel: FigurePanel | None = None
        self.grid = MonthGrid(_("Figures by month"), _LETTERS)
        self.grid.typed.connect(self._on_typed)
        self.grid.said.connect(self._on_said)
        self.grid.cleared.connect(self._on_cleared)
        self.grid.chosen.connect(lambda _key, _month: self._on_chosen())
        self.says = label("", "muted", wrap=True)
        self.complains = label("", "error", wrap=True)
        self.add = self.edits(choice_field([], empty=_("Add indicator")))
        self.add.setProperty("large", True)
        self.add.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.add.setMinimumContentsLength(22)
        self.add.setAccessibleName(_("Add indicator"))
        self.add.activated.connect(lambda _n: self._on_added())
        self._lay_out()

    @property
    def panel(self) -> FigurePanel | None:
        return self._panel

    def reload(self) -> None:
        visit_id, added = self.visit_id, self._added
        self.desk.jobs.run_with_db(self, lambda db: read_sheet(db, visit_id, added=added), self._show)

    def show_visit(self, visit_id: str) -> None:
        if visit_id != self.visit_id:
            self._added = frozenset()
        super().show_visit(visit_id)

    def set_editable(self, editable: bool) -> None:
        super().set_editable(editable)
        self.grid.can_edit = editable

    def open_at(self, route: Sequence[str]) -> None:
        self._wanted = route
        self._show_wanted()

    def place(self) -> Sequence[str]:
        key, month = self.grid.place()
        if self._wanted or self._sheet is None or not key:
            return self._wanted
        return key, self._sheet.months[month]

    def _lay_out(self) -> None:
        layout = page_layout(self, scrolls=False)
        card = Card(_("Figures of the last six months"))
        card.corner.addWidget(self.add)
        keys = _("Type a number, or T not tracked, R refused, A not applicable. Zero is a number.")
        card.body.addWidget(label(keys, "small", wrap=True))
        card.body.addWidget(self.grid, 1)
        card.body.addWidget(self.says)
        card.body.addWidget(self.complains)
        self.says.hide()
        self.complains.hide()
        self.side = SideArea(width=320)
        both = row(card, self.side, spacing=12)
        both.setStretch(0, 1)
        layout.addLayout(both, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The months keep room where there is little of it."""
        super().resizeEvent(event)
        wide = self.width() >= px(_WIDE)
        self.side.setFixedWidth(px(320 if wide else 256))
        self.add.setMinimumContentsLength(22 if wide else 12)

    def _show(self, sheet: Sheet) -> None:
        if sheet.visit.id != self.visit_id:
            return
        self._sheet = sheet
        months = [period_words(month, window_language()) for month in sheet.months]
        self.grid.show_rows(months, [grid_row(one, sheet, self._spoken) for one in sheet.rows])
        refill(self.add, [(one.key, _(one.name)) for one in sheet.others], empty=_("Add indicator"))
        self._show_panel()
        self._show_wanted()

    @property
    def _spoken(self) -> Language:
        return number_language(self.desk.settings)

    def _show_wanted(self) -> None:
        if self._sheet and self._wanted:
            key, *months = self._wanted
            known = [self._sheet.months.index(month) for month in months if month in self._sheet.months]
            self.grid.choose(key, known[0] if known else len(self._sheet.months) - 1)
            self.grid.setFocus()
            self._wanted = ()

    def _on_chosen(self) -> None:
        self._show_panel()
        self.desk.moved.emit()

    def _row(self, key: str) -> SheetRow | None:
        rows = self._sheet.rows if self._sheet else ()
        return next((one for one in rows if one.indicator.key == key), None)

    def _cell(self, key: str, month: int) -> FigureCell | None:
        one = self._row(key)
        return one.cells.get(self._sheet.months[month]) if one and self._sheet else None

    def _show_panel(self) -> None:
        """The panel of the current cell; it is kept while it is about the same, for somebody may be typing in it."""
        key, month = self.grid.place()
        indicator_row = self._row(key)
        if self._sheet is None or indicator_row is None or month < 0:
            return
        if self._panel and self._panel.key == (key, self._sheet.months[month]):
            self._panel.show_row(self._sheet, indicator_row)
            return
        if self._panel:
            self._panel.flush()
        self._panel = FigurePanel(self.desk, self._sheet, indicator_row, self._sheet.months[month])
        self.edits(self._panel.fields)
        self.edits(self._panel.more)
        card = Card()
        card.body.addWidget(self._panel)
        self.side.show_cards(card)

    def _on_typed(self, key: str, month: int, text: str) -> None:
        """A number; of a rate also its two parts with a stroke between. An empty text takes the figure away."""
        if not text:
            self._on_cleared(key, month)
            return
        try:
            given, echoes = self._read(key, text)
        except Invalid as error:
            self._tell("", _("{problem} Nothing was changed.").format(problem=message(error).says))
            return
        self._tell(echoes, "")
        self._write(key, month, given)

    def _read(self, key: str, text: str) -> tuple[dict[str, object], str]:
        """Raises Invalid."""
        found = self._row(key)
        is_ratio = found is not None and found.indicator.is_ratio
        parts = text.split("/") if is_ratio else [text]
        names = ("numerator", "denominator") if len(parts) > 1 else ("value",)
        if len(parts) > len(names):
            raise Invalid("value", "not-a-number", text)
        given: dict[str, object] = {
            name: read_number(part, self._spoken).value for name, part in zip(names, parts, strict=True)
        }
        return given, " ".join(filter(None, (echo(part, self._spoken) for part in parts)))

    def _on_said(self, key: str, month: int, code: str) -> None:
        self._tell("", "")
        self._write(key, month, {"status": code})

    def _on_cleared(self, key: str, month: int) -> None:
        cell, visit_id = self._cell(key, month), self.visit_id
        self._tell("", "")
        if cell:
            says = _("Figure removed")
            self.desk.write(self, lambda db, by: clear_figure(db, by, visit_id, cell.id), says=says)

    def _write(self, key: str, month: int, given: dict[str, object]) -> None:
        assert self._sheet is not None
        visit_id, period = self.visit_id, self._sheet.months[month]

        def failed(error: BaseException) -> None:
            if isinstance(error, Invalid):
                self._tell("", message(error).says)
            else:
                self.desk.jobs.failed.emit(error)

        deed = lambda db: write_figure(db, self.desk.by, visit_id, key, period, **given)  # noqa: E731
        self.desk.jobs.run_with_db(self, deed, lambda _id: self.desk.saved.emit(), failed)

    def _tell(self, says: str, complains: str) -> None:
        for where, words in ((self.says, says), (self.complains, complains)):
            where.setText(words)
            where.setVisible(bool(words))

    def _on_added(self) -> None:
        """A row more; it stays once it has a figure."""
        key = self.add.currentData()
        if key:
            self._added |= {key}
            self._wanted = (key,)
            self.reload()
