"""The panel in which a visit is planned, or a missed one is given another day."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from PySide6.QtCore import QDate
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from app.fieldwork.plan import Proposal, plan_visit, propose_visit, write_visit
from app.i18n import _, window_language
from app.models.database import Author
from app.models.driver import Database
from app.models.enterprises import Enterprise, list_enterprises
from app.models.rows import list_rows
from app.models.visits import Visit, VisitKind
from app.ui.desk import Desk
from app.ui.labels import MODES, kinds, options, visit_title
from app.ui.theme import px
from app.ui.widgets.basics import button, label
from app.ui.widgets.enterprise_picker import EnterprisePicker
from app.ui.widgets.fields import FormRow, choice_field, day_field
from app.ui.widgets.side_panel import SidePanel

_MOST_NUMBERED = 99
_COUNTED = {VisitKind.FOLLOW_UP, VisitKind.ADVISORY}


@dataclass(frozen=True, slots=True)
class _Offer:
    """What the panel offers: enterprises, and modules as (id, name)."""

    enterprises: tuple[Enterprise, ...]
    modules: tuple[tuple[str, str], ...]


class PlanVisit(SidePanel):
    """Asks where, what, when and why; the deed is done by its button."""

    def __init__(self, desk: Desk, stage: QWidget) -> None:
        super().__init__(stage, _("Plan a visit"))
        self.desk = desk
        self._again: Visit | None = None
        self._wanted = ""
        self.enterprise = EnterprisePicker()
        self.kind = choice_field(kinds())
        numbers = [(str(n), window_language().number(n)) for n in range(1, _MOST_NUMBERED + 1)]
        self.number = choice_field(numbers, empty=_("No number"))
        self.number.setMaxVisibleItems(12)
        self.module = choice_field([], empty=_("No module"))
        self.mode = choice_field(options(MODES))
        self.day = day_field()
        self.purpose = QPlainTextEdit()
        self.purpose.setTabChangesFocus(True)
        self.purpose.setFixedHeight(px(84))
        self.where = FormRow(_("Enterprise"), self.enterprise)
        self.what = label("", "muted", wrap=True)
        self.when = FormRow(_("Day"), self.day)
        purpose_row = FormRow(_("Purpose"), self.purpose, hint=_("Why this visit. It opens the report."))
        self._only_new = [
            FormRow(_("Kind of visit"), self.kind),
            FormRow(_("Number"), self.number),
            FormRow(_("Module"), self.module),
            FormRow(_("How this visit is held"), self.mode),
            purpose_row,
        ]
        for widget in (self.where, self.what, *self._only_new[:4], self.when, purpose_row):
            self.body.addWidget(widget)
        self.plan = button(_("Plan the visit"), self._plan, name="primary")
        self.foot.addStretch(1)
        self.foot.addWidget(self.plan)
        self.enterprise.chosen.connect(self._on_enterprise)
        self.kind.currentIndexChanged.connect(self._on_kind)

    def open_new(self, enterprise_id: str = "") -> None:
        """Plan a visit: to an enterprise that is known, or to one that is chosen here."""
        self._show_as(None)
        self._wanted = enterprise_id
        self.where.complain("")
        self.purpose.clear()
        self.mode.setCurrentIndex(0)
        self._set_day(self.desk.by.clock.today() + timedelta(days=1))
        self.desk.jobs.run_with_db(self, self._read, self._offer)
        self.open_panel(self.kind if enterprise_id else self.enterprise.field)

    def open_again(self, visit: Visit) -> None:
        """Give a missed visit another day."""
        self._show_as(visit)
        self._set_day(self.desk.by.clock.today() + timedelta(days=1))
        self.what.setText(_("{title}, {enterprise}").format(title=visit_title(visit), enterprise=visit.enterprise))
        self.open_panel(self.day)

    def _show_as(self, again: Visit | None) -> None:
        self._again = again
        title = _("Plan again") if again else _("Plan a visit")
        self.title.setText(title)
        self.setAccessibleName(title)
        self.plan.setText(_("Plan for this day") if again else _("Plan the visit"))
        self.where.setVisible(again is None)
        self.what.setVisible(again is not None)
        for widget in self._only_new:
            widget.setVisible(again is None)

    def _read(self, db: Database) -> _Offer:
        modules = sorted(list_rows(db, "module"), key=lambda row: (row["number"] is None, row["number"], row["name"]))
        enterprises = list_enterprises(db, self.desk.by.clock.today())
        return _Offer(tuple(enterprises), tuple((row["id"], row["name"] or "") for row in modules))

    def _offer(self, offer: _Offer) -> None:
        self.module.clear()
        self.module.addItem(_("No module"), None)
        for module_id, name in offer.modules:
            self.module.addItem(_(name), module_id)
        self.enterprise.offer(offer.enterprises)
        self.enterprise.show_value(self._wanted)
        self._on_enterprise(self._wanted)

    def _on_enterprise(self, enterprise_id: str) -> None:
        if not enterprise_id:
            return
        self.where.complain("")
        self.desk.jobs.run_with_db(self, lambda db: propose_visit(db, enterprise_id), self._propose)

    def _propose(self, proposal: Proposal) -> None:
        self.kind.setCurrentIndex(self.kind.findData(str(proposal.kind)))
        self._set_number(proposal.number)
        self.module.setCurrentIndex(max(0, self.module.findData(proposal.module_id)))

    def _on_kind(self) -> None:
        counted = self.kind.currentData() in _COUNTED
        self.number.setEnabled(counted)
        if not counted:
            self._set_number(None)

    def _set_number(self, number: int | None) -> None:
        self.number.setCurrentIndex(min(number or 0, _MOST_NUMBERED))

    def _set_day(self, day: date) -> None:
        self.day.setDate(QDate(day.year, day.month, day.day))

    def _chosen_day(self) -> date:
        chosen = self.day.date()
        return date(chosen.year(), chosen.month(), chosen.day())

    def _plan(self) -> None:
        day = self._chosen_day()
        says = _("Planned for {day}").format(day=window_language().long_day(day))
        if again := self._again:
            self._do(lambda db, by: write_visit(db, by, again.id, planned_on=day), says)
            return
        enterprise_id = self.enterprise.value
        if not enterprise_id:
            self.where.complain(_("Choose the enterprise from the list that opens as you type."))
            self.enterprise.field.setFocus()
            return
        more = {
            "number": self.number.currentIndex() or None,
            "module_id": self.module.currentData(),
            "mode": self.mode.currentData(),
            "purpose": self.purpose.toPlainText().strip(),
        }
        kind = VisitKind(self.kind.currentData())
        self._do(lambda db, by: plan_visit(db, by, enterprise_id, kind=kind, on=day, **more), says)

    def _do(self, deed: Callable[[Database, Author], object], says: str) -> None:
        self.close_panel()
        self.desk.write(self.desk, deed, says=says)
