"""The side panel of the indicators tab: one indicator in one month."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from app.errors import Invalid
from app.fieldwork import sheet as deeds
from app.fieldwork.sheet import FigureCell, Sheet, SheetRow
from app.i18n import _, window_language
from app.indicators.definitions import BasisRule, get_basis, load_bases
from app.messages import message
from app.models.database import Author, edit
from app.models.driver import Database
from app.reports.periods import period_words
from app.reports.readings import chart_of, read
from app.ui.desk import Desk
from app.ui.labels import NO_NUMBER, SOURCES, options
from app.ui.visit.figure_words import ROLES, moved_words, unit_words
from app.ui.widgets.basics import ChipKind, button, chip, column, label, row
from app.ui.widgets.chart import ChartCard
from app.ui.widgets.choices import show_choice
from app.ui.widgets.fields import PAUSE_MS, FormRow, choice_field, kept_text
from app.ui.widgets.segments import Segment, Segmented
from app.ui.widgets.typed_number import echo, number_language, plain_words, read_number

_LETTERS = {"not_tracked": "T", "refused": "R", "not_applicable": "A"}


class FigurePanel(QWidget):
    """Made anew for each cell, so that what is still being written belongs to the right one."""

    def __init__(self, desk: Desk, sheet: Sheet, indicator_row: SheetRow, period: str) -> None:
        super().__init__()
        self._desk = desk
        self._sheet = sheet
        self._row = indicator_row
        self.period = period
        self._spoken = number_language(desk.settings)
        indicator = indicator_row.indicator
        self.chart = ChartCard(height=150)
        self.moved = label("", "strong", wrap=True)
        self.verdict = chip("")
        self.hint = label("", "muted", wrap=True)
        self.numbers = NumberFields(self)
        self.reasons = Segmented(
            [Segment(code, words, _LETTERS[code]) for code, words in options(NO_NUMBER)],
            _("Why there is no number"),
            wraps=True,
        )
        self.reasons.setObjectName("tight")
        self.reasons.chosen.connect(self.say_why)
        self._about = self._about_fields()
        self.fields = QWidget()
        month = label(period_words(period, window_language()), "strong")
        why = label(_("Or why there is no number"), "strong")
        self.fields.setLayout(column(month, self.numbers, why, self.reasons))
        self.more = QWidget()
        self.more.setLayout(column(self._about))
        head = label(_(indicator.name), "heading", wrap=True)
        formula = label(_(indicator.formula), "small", wrap=True)
        moved = (self.moved, row(self.verdict, None), self.hint, self.chart)
        self.setLayout(column(head, formula, 4, self.fields, 4, *moved, self.more, None))
        self.show_row(sheet, indicator_row)

    @property
    def cell(self) -> FigureCell | None:
        return self._row.cells.get(self.period)

    @property
    def key(self) -> tuple[str, str]:
        return self._row.indicator.key, self.period

    def show_row(self, sheet: Sheet, indicator_row: SheetRow) -> None:
        """What the store says now of this cell; numbers that are being typed stay."""
        self._sheet, self._row = sheet, indicator_row
        cell = self.cell
        self.numbers.show_cell(cell)
        self.reasons.show_value(cell.status if cell and cell.status in NO_NUMBER else None)
        self._about.setVisible(cell is not None)
        if cell:
            show_choice(self.role, cell.role)
            show_choice(self.source, cell.source or None)
            show_choice(self.basis, cell.basis or sheet.basis)
            self._told_by.show(cell.told_by)
            self._note.show(cell.note)
            self.taken.setText(_taken_words(cell, sheet))
        self._show_movement()

    def flush(self) -> None:
        """Write what is still being typed."""
        self.numbers.flush()
        self._told_by.flush()
        self._note.flush()

    def say_why(self, status: str | None) -> None:
        """Not tracked, refused, not applicable; None takes it back."""
        cell = self.cell
        if status:
            self._write(status=status)
        elif cell:
            visit_id = self._sheet.visit.id
            self._desk.write(self, lambda db, by: deeds.clear_figure(db, by, visit_id, cell.id))

    def clear_figure(self) -> None:
        cell, visit_id = self.cell, self._sheet.visit.id
        if cell:
            says = _("Figure removed")
            self._desk.write(self, lambda db, by: deeds.clear_figure(db, by, visit_id, cell.id), says=says)

    def _write(self, **given: object) -> None:
        visit_id, (indicator, period) = self._sheet.visit.id, self.key
        self._desk.write(self, lambda db, by: deeds.write_figure(db, by, visit_id, indicator, period, **given))

    def _about_fields(self) -> QWidget:
        """What else is said of a figure; only there once there is one."""
        self.role = choice_field(options(ROLES))
        self.role.activated.connect(lambda _n: self._on_cell(deeds.set_role, self.role.currentData()))
        self.source = choice_field(options(SOURCES), empty=_("Not said"))
        self.source.activated.connect(lambda _n: self._on_cell(_describe, {"source": self.source.currentData()}))
        self.basis = choice_field([(basis.id, _(basis.name)) for basis in load_bases()])
        self.basis.activated.connect(lambda _n: self._on_cell(deeds.set_basis, self.basis.currentData()))
        basis_row = FormRow(_("Counted"), self.basis)
        basis_row.setVisible(self._row.indicator.basis is BasisRule.INJURY)
        told_row, self._told_by = kept_text(
            self._desk, _("Told by"), self._saving("told_by"), hint=_("Position of the person, no name.")
        )
        note_row, self._note = kept_text(self._desk, _("Note"), self._saving("note"), lines=2)
        self.taken = label("", "small", wrap=True)
        remove = button(_("Remove this figure"), self.clear_figure, name="quiet", large=True)
        for box in (self.role, self.source, self.basis):
            box.setProperty("large", True)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        about = QWidget()
        about.setLayout(
            column(
                FormRow(_("Compared as"), self.role), basis_row, FormRow(_("Source"), self.source), told_row, note_row,
                self.taken, remove,
            )
        )  # fmt: skip
        return about

    def _on_cell(self, deed: Callable[..., object], value: object) -> None:
        cell, visit_id = self.cell, self._sheet.visit.id
        if cell:
            self._desk.write(self, lambda db, by: deed(db, by, visit_id, cell.id, value))

    def _saving(self, field: str) -> Callable[[Database, Author, str], object]:
        return partial(_save_text, self._sheet.visit.id, self.key, field)

    def _show_movement(self) -> None:
        chart = chart_of(read(self._row.figure), window_language())
        self.chart.setVisible(chart is not None)
        if chart:
            self.chart.show_chart(chart, window_language())
        moved, means = moved_words(self._row, window_language())
        self.moved.setText(moved)
        self.moved.setVisible(bool(moved))
        self.verdict.setText(means)
        self.verdict.setProperty("kind", str(ChipKind.WARN if means == _("Worse") else ChipKind.NEUTRAL))
        self.verdict.style().polish(self.verdict)
        self.verdict.setVisible(bool(moved and means))
        self.hint.setText("" if moved else means)
        self.hint.setVisible(not moved and bool(means))

    def write_numbers(self, given: dict[str, object], group: int | None, done: Callable[[int], None]) -> None:
        """Write what was typed; commits of one stay in the fields are one step of undo."""
        visit_id, (indicator, period) = self._sheet.visit.id, self.key

        def deed(db: Database, by: Author) -> int:
            with edit(db, by, group=group) as number:
                deeds.write_figure(db, by, visit_id, indicator, period, **given)
            return number

        self._desk.write(self, deed, done)

    @property
    def desk(self) -> Desk:
        return self._desk

    @property
    def sheet(self) -> Sheet:
        return self._sheet

    @property
    def indicator_row(self) -> SheetRow:
        return self._row


class NumberFields(QWidget):
    """The value, or numerator and denominator with the value computed from them; kept 300 ms after the last key."""

    def __init__(self, panel: FigurePanel) -> None:
        super().__init__()
        self._panel = panel
        self._spoken = number_language(panel.desk.settings)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE_MS)
        self._timer.timeout.connect(self.flush)
        self._group: int | None = None
        self._shown: tuple[str, ...] = ()
        indicator = panel.indicator_row.indicator
        basis = get_basis(panel.sheet.basis)
        denominator = indicator.denominator or (basis.denominator if indicator.basis is BasisRule.INJURY else "")
        names = {"value": indicator.numerator}
        if denominator:
            names = {"numerator": indicator.numerator, "denominator": denominator}
        self.fields: dict[str, QLineEdit] = {}
        self.rows: dict[str, FormRow] = {}
        self.echoes = label("", "small", wrap=True)
        self.result = label("", "strong", wrap=True)
        made = column()
        for name, words in names.items():
            field = self.fields[name] = QLineEdit()
            field.setProperty("large", True)
            field.textEdited.connect(lambda _text: self._timer.start())
            field.editingFinished.connect(self.flush)
            field.installEventFilter(self)
            self.rows[name] = FormRow(_(words), field)
            made.addWidget(self.rows[name])
        self._echo("")
        made.addWidget(self.echoes)
        made.addWidget(self.result)
        self.setLayout(made)
        panel.desk.flushed.connect(self.flush)

    def show_cell(self, cell: FigureCell | None) -> None:
        """Numbers from the store, unless somebody is typing others here."""
        if self._timer.isActive() or (self._texts() != self._shown and any(f.hasFocus() for f in self.fields.values())):
            return
        for name, field in self.fields.items():
            number = getattr(cell, name) if cell else None
            field.setText("" if number is None else plain_words(number, self._spoken))
            self.rows[name].complain("")
        self._shown = self._texts()
        self._show_result(cell)

    def flush(self) -> None:
        """Write what was typed, where it is a number; say under the field what is not."""
        self._timer.stop()
        if self._texts() == self._shown:
            return
        given = self._read()
        if given is None:
            return
        self._shown = self._texts()
        self._panel.write_numbers(given, self._group, self._on_kept)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusIn:
            self._group = None
        return False

    def _texts(self) -> tuple[str, ...]:
        return tuple(field.text().strip() for field in self.fields.values())

    def _read(self) -> dict[str, object] | None:
        """The numbers, once all are there; None before."""
        given: dict[str, object] = {}
        echoes = []
        for name, field in self.fields.items():
            text, form_row = field.text().strip(), self.rows[name]
            form_row.complain("")
            if not text:
                continue
            try:
                given[name] = read_number(text, self._spoken).value
                echoes.append(echo(text, self._spoken))
            except Invalid as error:
                form_row.complain(message(error).says)
        self._echo(" ".join(filter(None, echoes)))
        if "denominator" in given and given["denominator"] == 0:
            self.rows["denominator"].complain(message(Invalid("denominator", "nothing-to-divide-by")).says)
            return None
        return given if len(given) == len(self.fields) else None

    def _echo(self, words: str) -> None:
        self.echoes.setText(words)
        self.echoes.setVisible(bool(words))

    def _on_kept(self, group: int) -> None:
        if any(field.hasFocus() for field in self.fields.values()):
            self._group = group

    def _show_result(self, cell: FigureCell | None) -> None:
        indicator = self._panel.indicator_row.indicator
        has_value = cell is not None and cell.status == "number" and cell.value is not None
        self.result.setVisible(bool(has_value and len(self.fields) > 1))
        if cell is not None and cell.value is not None:
            number = self._spoken.number(cell.value, indicator.decimals)
            unit = unit_words(indicator, cell, self._panel.sheet)
            self.result.setText(_("Computed: {number} {unit}").format(number=number, unit=unit))


def _taken_words(cell: FigureCell, sheet: Sheet) -> str:
    if cell.taken_on is None:
        return ""
    if cell.taken_on == sheet.visit.day:
        return _("Taken on this visit.")
    return _("Taken on the visit of {day}.").format(day=window_language().short_day(cell.taken_on))


def _describe(db: Database, by: Author, visit_id: str, figure_id: str, facts: dict[str, object]) -> None:
    deeds.describe_figure(db, by, visit_id, figure_id, **facts)


def _save_text(visit_id: str, key: tuple[str, str], field: str, db: Database, by: Author, text: str) -> None:
    """Found by indicator and month: its id changes with its role."""
    found = deeds.figure_id_of(db, visit_id, *key)
    if found:
        deeds.describe_figure(db, by, visit_id, found, **{field: text.strip() or None})
