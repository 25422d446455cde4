"""The fields of one improvement; every one keeps itself."""

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from app.errors import Invalid
from app.fieldwork.agreement import follow_up
from app.fieldwork.amounts import amount_to_type, typed_amount
from app.fieldwork.records import set_record
from app.i18n import _, window_language
from app.models.catalogue import load_improvement_categories, load_improvement_types, minor_digits
from app.models.database import Author
from app.models.driver import Database
from app.models.improvements import Improvement, ImprovementStatus
from app.reports.amounts import money
from app.ui.desk import Desk
from app.ui.labels import BASES, PRIORITIES, improvement_statuses, options
from app.ui.theme import px
from app.ui.widgets.basics import column, label
from app.ui.widgets.day_or_none import DayOrNone
from app.ui.widgets.fields import FormRow, choice_field, kept_text


class ImprovementForm(QWidget):
    """One improvement, for good: another one gets another form, so that letters never land in the wrong one.

    `full` shows all fields; otherwise what is agreed at a finding: what, who, until when, how far.
    """

    def __init__(self, desk: Desk, improvement: Improvement, visit_id: str, currency: str, *, full: bool) -> None:
        super().__init__()
        self._desk = desk
        self.improvement_id = improvement.id
        self._visit_id = visit_id
        self.currency = improvement.currency or currency
        self._shows: list[Callable[[Improvement], object]] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(px(10))
        self.what = self._text(_("What will be changed"), "what", lines=3)
        self.responsible = self._text(_("Responsible"), "responsible", hint=_("The position of the person in charge"))
        self.due = self._due()
        self.status = self._status()
        if full:
            self._add_more()
        self._layout.addStretch(1)
        self.show_improvement(improvement)

    def show_improvement(self, improvement: Improvement) -> None:
        """Show what the store holds, but not over what is being typed."""
        for show in self._shows:
            show(improvement)

    def focus_what(self) -> None:
        """The keyboard into the first text, all of it chosen: typing replaces the proposal."""
        self.what.setFocus()
        if isinstance(self.what, QPlainTextEdit):
            self.what.selectAll()

    def _add_more(self) -> None:
        self._choice(_("Priority"), "priority", options(PRIORITIES))
        self._text(_("Root cause"), "root_cause", lines=2, hint=_("Why it is as it is"))
        categories = [(one.id, _(one.name)) for one in load_improvement_categories()]
        self._choice(_("About"), "category", categories)
        types = [(one.id, _(one.name)) for one in load_improvement_types()]
        self._choice(_("Type"), "type", types, hint=_("For the programme's statistics"))
        self.cost = self._amount(_("Cost, once"), "cost")
        self._choice(_("The cost is"), "cost_basis", options(BASES))
        self.saving = self._amount(_("Saving in a year"), "saving")
        self._choice(_("The saving is"), "saving_basis", options(BASES))
        self._text(_("Effect"), "effect", lines=3, hint=_("What changed, in words"))

    def _text(self, title: str, name: str, *, lines: int = 1, hint: str = "") -> QWidget:
        save = partial(_save_text, self.improvement_id, name)
        form_row, keeper = kept_text(self._desk, title, save, lines=lines, hint=hint)
        self._shows.append(lambda improvement: keeper.show(getattr(improvement, name)))
        self._layout.addWidget(form_row)
        return form_row.field

    def _due(self) -> DayOrNone:
        field = DayOrNone(_("No due date yet"))
        field.chosen.connect(lambda day: self._set("due_on", day))
        self._shows.append(lambda improvement: field.show_day(improvement.due_on))
        self._layout.addWidget(FormRow(_("Due"), field))
        return field

    def _status(self) -> QComboBox:
        field = choice_field(improvement_statuses())
        field.activated.connect(lambda: self._follow_up(ImprovementStatus(field.currentData())))
        self._shows.append(lambda improvement: field.setCurrentIndex(field.findData(str(improvement.status))))
        self._layout.addWidget(FormRow(_("Status"), field))
        return field

    def _choice(self, title: str, name: str, codes: list[tuple[str, str]], *, hint: str = "") -> QComboBox:
        field = choice_field(codes, empty=_("Not said"))
        field.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        field.activated.connect(lambda: self._set(name, field.currentData()))
        self._shows.append(
            lambda improvement: field.setCurrentIndex(max(0, field.findData(getattr(improvement, name) or None)))
        )
        self._layout.addWidget(FormRow(title, field, hint=hint))
        return field

    def _amount(self, title: str, name: str) -> QLineEdit:
        if self.currency:
            title = _("{field} ({currency})").format(field=title, currency=self.currency)
        save = partial(_save_amount, self.improvement_id, name, self.currency)
        form_row, keeper = kept_text(self._desk, title, save)
        field = form_row.field
        assert isinstance(field, QLineEdit)
        echo = label("", "small")
        field.textChanged.connect(lambda text: self._echo(echo, name, text))
        field.textChanged.connect(lambda _text: form_row.complain(""))

        def show(improvement: Improvement) -> None:
            keeper.show(_to_type(getattr(improvement, name), self.currency))
            self._echo(echo, name, field.text())

        self._shows.append(show)
        self._layout.addLayout(column(form_row, echo, spacing=2))
        return field

    def _echo(self, echo: QLabel, name: str, text: str) -> None:
        """Say how the number was understood, before anybody wonders about points and commas."""
        try:
            units = typed_amount(name, text, self.currency, window_language().locale)
        except Invalid:
            units = None
        echo.setText("" if units is None else money(units, self.currency, window_language()))
        echo.setVisible(units is not None)

    def _set(self, name: str, value: object) -> None:
        self._desk.write(self, lambda db, by: set_record(db, by, "improvement", self.improvement_id, {name: value}))

    def _follow_up(self, status: ImprovementStatus) -> None:
        self._desk.write(self, lambda db, by: follow_up(db, by, self.improvement_id, status, visit_id=self._visit_id))


def _save_text(improvement_id: str, name: str, db: Database, by: Author, text: str) -> None:
    set_record(db, by, "improvement", improvement_id, {name: text})


def _save_amount(improvement_id: str, name: str, currency: str, db: Database, by: Author, text: str) -> None:
    units = typed_amount(name, text, currency, window_language().locale)
    amount: dict[str, object] = {name: units}
    set_record(db, by, "improvement", improvement_id, amount | ({"currency": currency} if currency else {}))


def _to_type(minor_units: int | None, currency: str) -> str:
    value = amount_to_type(minor_units, currency)
    if value is None:
        return ""
    digits = 0 if value == value.to_integral_value() else minor_digits(currency)
    return window_language().number(value, digits)
