"""Two panels of an enterprise's page: how many people it employs on a day, and somebody to call."""

from datetime import date

from PySide6.QtCore import QDate
from PySide6.QtWidgets import QLineEdit, QWidget

from app.errors import Invalid
from app.fieldwork.enterprises import add_contact
from app.fieldwork.plan import describe_enterprise
from app.i18n import _
from app.messages import message
from app.models.registry import TABLE_BY_NAME
from app.models.rows import Row, checked_values
from app.ui.desk import Desk
from app.ui.labels import SOURCES, options
from app.ui.widgets.basics import button, label, row
from app.ui.widgets.fields import FormRow, choice_field, day_field
from app.ui.widgets.side_panel import SidePanel

_COUNTS = ("women_permanent", "men_permanent", "women_temporary", "men_temporary", "workers", "managers", "shifts")
_IN_TWOS = (("women_permanent", "men_permanent"), ("women_temporary", "men_temporary"), ("managers", "shifts"))
_CONTACT = ("name", "position", "phone", "email")


class CountPeople(SidePanel):
    """A new dated count; earlier ones stay as they were."""

    def __init__(self, desk: Desk, stage: QWidget) -> None:
        super().__init__(stage, _("Count the people"))
        self.desk = desk
        self._id = ""
        self.day = day_field()
        self.source = choice_field(options(SOURCES), empty=_("Not said"))
        table = TABLE_BY_NAME["enterprise_profile"]
        self.rows = {name: FormRow(_(table.field(name).label), QLineEdit()) for name in _COUNTS}
        self.body.addWidget(label(_("Leave empty what nobody knows. Zero is a number."), "muted", wrap=True))
        self.body.addWidget(FormRow(_("As of"), self.day))
        for names in _IN_TWOS:
            pair = row(*(self.rows[name] for name in names), spacing=12)
            self.body.addLayout(pair)
        hint = FormRow(_("All, when not known by sex"), self.rows["workers"].field)
        self.rows["workers"] = hint
        self.body.insertWidget(self.body.count() - 1, hint)
        self.body.addWidget(FormRow(_("Where the figures come from"), self.source))
        self.keep = button(_("Add this count"), self._add, name="primary")
        self.foot.addStretch(1)
        self.foot.addWidget(self.keep)

    def open_for(self, enterprise_id: str, newest: Row | None) -> None:
        """Start from the newest count, so that only what changed is typed."""
        self._id = enterprise_id
        today = self.desk.by.clock.today()
        self.day.setDate(QDate(today.year, today.month, today.day))
        for name in _COUNTS:
            value = newest[name] if newest else None
            self._field(name).setText("" if value is None else str(value))
            self.rows[name].complain("")
        self.open_panel(self._field(_COUNTS[0]))
        self._field(_COUNTS[0]).selectAll()

    def _field(self, name: str) -> QLineEdit:
        field = self.rows[name].field
        assert isinstance(field, QLineEdit)
        return field

    def _add(self) -> None:
        figures: dict[str, object] = {name: self._field(name).text().strip() for name in _COUNTS}
        if not self._are_numbers(figures):
            return
        chosen, enterprise_id = self.day.date(), self._id
        on = date(chosen.year(), chosen.month(), chosen.day())
        figures["source"] = self.source.currentData()
        self.close_panel()
        self.desk.write(
            self.desk,
            lambda db, by: describe_enterprise(db, by, enterprise_id, on, **figures),
            says=_("The count is added"),
        )

    def _are_numbers(self, figures: dict[str, object]) -> bool:
        """Says under each field what is wrong with it."""
        bad = []
        for name, text in figures.items():
            self.rows[name].complain("")
            try:
                checked_values(TABLE_BY_NAME["enterprise_profile"], {name: text})
            except Invalid as error:
                self.rows[name].complain(message(error).says)
                bad.append(name)
        if bad:
            self._field(bad[0]).setFocus()
        return not bad


class AddContact(SidePanel):
    """Somebody to call at the enterprise."""

    def __init__(self, desk: Desk, stage: QWidget) -> None:
        super().__init__(stage, _("Add a contact"))
        self.desk = desk
        self._id = ""
        table = TABLE_BY_NAME["contact"]
        self.fields = {name: QLineEdit() for name in _CONTACT}
        self.rows = {name: FormRow(_(table.field(name).label), field) for name, field in self.fields.items()}
        for form_row in self.rows.values():
            self.body.addWidget(form_row)
        self.keep = button(_("Add the contact"), self._add, name="primary")
        self.foot.addStretch(1)
        self.foot.addWidget(self.keep)

    def open_for(self, enterprise_id: str) -> None:
        self._id = enterprise_id
        for field in self.fields.values():
            field.clear()
        self.rows["name"].complain("")
        self.open_panel(self.fields["name"])

    def _add(self) -> None:
        values: dict[str, object] = {name: field.text().strip() for name, field in self.fields.items()}
        name, enterprise_id = str(values.pop("name")), self._id
        if not name:
            self.rows["name"].complain(_("Write the person's name."))
            self.fields["name"].setFocus()
            return
        self.close_panel()
        says = _("{name} is added").format(name=name)
        self.desk.write(self.desk, lambda db, by: add_contact(db, by, enterprise_id, name, **values), says=says)
