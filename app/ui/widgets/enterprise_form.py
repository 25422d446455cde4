"""The fields of one enterprise, each of which keeps itself."""

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from app.exchange.words import word_of
from app.fieldwork.enterprises import write_enterprise
from app.i18n import N_, _
from app.models.catalogue import load_countries
from app.models.database import Author
from app.models.driver import Database
from app.models.enterprises import CountryProgramme
from app.models.registry import TABLE_BY_NAME, Field, Kind
from app.models.rows import Row
from app.models.visits import day_or_none
from app.ui.desk import Desk
from app.ui.labels import PROGRAMMES
from app.ui.theme import px
from app.ui.widgets.basics import label
from app.ui.widgets.choices import language_name, show_choice
from app.ui.widgets.country_field import country_field
from app.ui.widgets.day_or_none import DayOrNone
from app.ui.widgets.fields import FormRow, TextKeeper, choice_field, kept_text

_TABLE = TABLE_BY_NAME["enterprise"]
_COLUMNS = (
    (N_("Who and where"), "name legal_name code address city region country"),
    (N_("What it does"), "sector products isic founded ownership market phone email"),
    (
        N_("In the programme"),
        "country_programme_id joined_on status status_reason tier report_language may_share notes",
    ),
)
_HINTS = {"code", "isic", "products", "tier", "may_share"}
_LINES = {"address": 2, "notes": 3}
_FLAGS = (("1", N_("Yes")), ("0", N_("No")))


class EnterpriseForm(QWidget):
    """Bound to one enterprise for its life: what is still being typed can never land on another one."""

    def __init__(self, desk: Desk, enterprise_id: str, programmes: tuple[CountryProgramme, ...]) -> None:
        super().__init__()
        self.desk = desk
        self._id = enterprise_id
        self._programmes = programmes
        self.rows: dict[str, FormRow] = {}
        self._texts: dict[str, TextKeeper] = {}
        self._choices: dict[str, QComboBox] = {}
        self._days: dict[str, DayOrNone] = {}
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(px(24))
        for title, names in _COLUMNS:
            column = QVBoxLayout()
            column.setSpacing(px(10))
            column.addWidget(label(_(title), "muted"))
            for name in names.split():
                self.rows[name] = self._row(_TABLE.field(name))
                column.addWidget(self.rows[name], 0, Qt.AlignmentFlag.AlignTop)
            column.addStretch(1)
            layout.addLayout(column, 1)

    def show_row(self, row: Row) -> None:
        """What the store holds, but never over what is being typed."""
        for name, keeper in self._texts.items():
            keeper.show("" if row[name] is None else str(row[name]))
        for name, field in self._choices.items():
            value = row[name]
            show_choice(field, None if value is None else str(value))
        for name, day in self._days.items():
            day.show_day(day_or_none(row[name]))

    def _row(self, field: Field) -> FormRow:
        hint = _(field.meaning) if field.name in _HINTS else ""
        if field.kind is Kind.DAY:
            day = DayOrNone(_("Not said"))
            day.chosen.connect(lambda chosen: self._write(field.name, chosen))
            self._days[field.name] = day
            return FormRow(_(field.label), day, hint=hint)
        if choice := self._choice(field):
            choice.activated.connect(lambda _index: self._write(field.name, choice.currentData()))
            self._choices[field.name] = choice
            return FormRow(_(field.label), choice, hint=hint)
        lines = _LINES.get(field.name, 1)
        made, keeper = kept_text(self.desk, _(field.label), self._saver(field.name), lines=lines, hint=hint)
        self._texts[field.name] = keeper
        return made

    def _choice(self, field: Field) -> QComboBox | None:
        """None for a field that is written and not chosen."""
        match field.name:
            case "country":
                return country_field()
            case "country_programme_id":
                words = [(one.id, self._programme_words(one)) for one in self._programmes]
                return _roomy(choice_field(words, empty=_("None yet")))
            case "report_language":
                tags = sorted({tag for country in load_countries() for tag in country.languages})
                words = sorted(((tag, language_name(tag)) for tag in tags), key=lambda one: one[1])
                return choice_field(words, empty=_("As the programme has it"))
        if field.kind is Kind.FLAG:
            return choice_field([(code, _(words)) for code, words in _FLAGS], empty=_("Not said"))
        if field.kind is Kind.CHOICE:
            words = [(code, _(word_of(code, field.name))) for code in field.choices]
            return _roomy(choice_field(words, empty=_("Not said")))
        return None

    def _programme_words(self, one: CountryProgramme) -> str:
        programme = _(PROGRAMMES.get(one.programme, one.programme))
        return _("{programme}, {country}").format(programme=programme, country=_(one.name))

    def _saver(self, name: str) -> Callable[[Database, Author, str], object]:
        enterprise_id = self._id
        return lambda db, by, text: write_enterprise(db, by, enterprise_id, **{name: text})

    def _write(self, name: str, value: str | date | None) -> None:
        enterprise_id = self._id
        self.desk.write(self, lambda db, by: write_enterprise(db, by, enterprise_id, **{name: value}))


def _roomy(field: QComboBox) -> QComboBox:
    """Long words elide in the field and are whole in its list: they must not push the page wide."""
    field.setMinimumContentsLength(10)
    field.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    return field
