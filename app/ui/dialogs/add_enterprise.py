"""The panel in which an enterprise is registered: as little as is needed to go on."""

from PySide6.QtWidgets import QLineEdit, QWidget

from app.fieldwork.enterprises import Here, read_here
from app.fieldwork.plan import register_enterprise
from app.i18n import _
from app.models.database import Author
from app.models.driver import Database
from app.models.enterprises import sameness
from app.ui.desk import Desk
from app.ui.labels import PROGRAMMES
from app.ui.widgets.basics import button
from app.ui.widgets.choices import refill, show_choice
from app.ui.widgets.country_field import country_field
from app.ui.widgets.fields import FormRow, choice_field
from app.ui.widgets.side_panel import SidePanel


class AddEnterprise(SidePanel):
    """Name, country and programme; then the enterprise's page opens."""

    def __init__(self, desk: Desk, stage: QWidget) -> None:
        super().__init__(stage, _("Add an enterprise"))
        self.desk = desk
        self._offer = Here()
        self._confirmed: tuple[str, str] | None = None
        self.name = QLineEdit()
        self.country = country_field()
        self.programme = choice_field([], empty=_("No programme yet"))
        self.name_row = FormRow(_("Name"), self.name, hint=_("As the enterprise writes it."))
        self.country_row = FormRow(_("Country"), self.country)
        for widget in (self.name_row, self.country_row, FormRow(_("Programme"), self.programme)):
            self.body.addWidget(widget)
        self.add = button(_("Add the enterprise"), self._add, name="primary")
        self.foot.addStretch(1)
        self.foot.addWidget(self.add)
        self.name.textEdited.connect(lambda _text: self._take_back())
        self.name.returnPressed.connect(self._add)
        self.country.currentIndexChanged.connect(lambda _index: self._on_country())

    def open_new(self) -> None:
        self._take_back()
        self.name.clear()
        user_id = self.desk.by.user_id
        self.desk.jobs.run_with_db(self, lambda db: read_here(db, user_id), self._show)
        self.open_panel(self.name)

    def _show(self, offer: Here) -> None:
        self._offer = offer
        own = next((one for one in offer.programmes if one.id == offer.own), None)
        if own and not self.country.currentData():
            show_choice(self.country, own.country)
        self._on_country()
        if own and own.country == self.country.currentData():
            show_choice(self.programme, own.id)

    def _on_country(self) -> None:
        """The programmes of the country; one that stands alone is chosen."""
        self.country_row.complain("")
        there = [one for one in self._offer.programmes if one.country == self.country.currentData()]
        words = [(one.id, _(PROGRAMMES.get(one.programme, one.programme))) for one in there]
        refill(self.programme, words, empty=_("No programme yet"))
        if len(there) == 1:
            show_choice(self.programme, there[0].id)

    def _take_back(self) -> None:
        self._confirmed = None
        self.name_row.complain("")
        self.add.setText(_("Add the enterprise"))

    def _add(self) -> None:
        name, country = " ".join(self.name.text().split()), self.country.currentData()
        if not name or not country:
            self._ask_for_missing(name, country)
            return
        same = sameness(name, country)
        if same in self._offer.known and same != self._confirmed:
            self._confirmed = same
            self.name_row.complain(
                _("{name} is on the list already. Add it only if it is another one.").format(name=name)
            )
            self.add.setText(_("Add all the same"))
            return
        profile = {"country": country, "country_programme_id": self.programme.currentData()}

        def deed(db: Database, by: Author) -> str:
            return register_enterprise(db, by, name, **profile)

        self.close_panel()
        says = _("{name} is added").format(name=name)
        self.desk.write(self.desk, deed, lambda enterprise_id: self.desk.go("enterprise", enterprise_id), says=says)

    def _ask_for_missing(self, name: str, country: str | None) -> None:
        self.name_row.complain("" if name else _("Write the enterprise's name."))
        self.country_row.complain("" if country else _("Choose the country."))
        (self.country if name else self.name).setFocus()
