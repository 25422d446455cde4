"""What the trainer writes about a visit: texts that keep themselves, the day of the next one, and how it is held."""

from datetime import date, timedelta

from PySide6.QtCore import QDate, Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from app.fieldwork.plan import write_visit
from app.i18n import N_, _
from app.models.database import Author
from app.models.driver import Database
from app.models.visits import Visit
from app.ui.desk import Desk
from app.ui.labels import MODES, options
from app.ui.theme import px
from app.ui.widgets.basics import button, column, row
from app.ui.widgets.choices import show_choice
from app.ui.widgets.fields import FormRow, SaveText, TextKeeper, choice_field, day_field, kept_text

# Field of the visit: its words, what belongs there, lines. Two stand side by side.
_TEXTS = {
    "purpose": (N_("Purpose of this visit"), N_("Why you are here."), 3),
    "advice": (N_("Observations and advice"), N_("What you saw and what you advised."), 3),
    "summary": (N_("Summary"), N_("What improved, what is stuck, what happens next."), 4),
    "good_practice": (N_("Good practice"), N_("What is worth showing to others."), 4),
    "next_steps": (N_("Next steps"), N_("What was agreed until the next visit."), 4),
}
_USUAL_PAUSE = timedelta(days=30)


class Notes(QWidget):
    """The texts of one visit; made anew for another one, so that late letters never land there."""

    def __init__(self, desk: Desk, visit_id: str) -> None:
        super().__init__()
        self._desk = desk
        self._visit_id = visit_id
        self.keepers: dict[str, TextKeeper] = {}
        self.fields: dict[str, QWidget] = {}
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setHorizontalSpacing(px(16))
        layout.setVerticalSpacing(px(12))
        for half in (0, 1):
            layout.setColumnStretch(half, 1)
        for place, (name, (words, hint, lines)) in enumerate(_TEXTS.items()):
            form_row, keeper = kept_text(desk, _(words), _saver(visit_id, name), lines=lines, hint=_(hint))
            self.keepers[name] = keeper
            self.fields[name] = form_row.field
            layout.addWidget(form_row, place // 2, place % 2, Qt.AlignmentFlag.AlignTop)
        self.next_visit = OptionalDay(desk, visit_id)
        self.fields["next_visit_on"] = self.next_visit
        day = FormRow(_("Next visit"), self.next_visit, hint=_("The day you agreed on."))
        self.mode = choice_field(options(MODES), empty=_("Not said"))
        self.mode.setProperty("large", True)
        self.mode.activated.connect(self._set_mode)
        self.fields["mode"] = self.mode
        held = FormRow(_("How this visit is held"), self.mode)
        layout.addLayout(column(day, held, None, spacing=12), len(_TEXTS) // 2, len(_TEXTS) % 2)

    def show_visit(self, visit: Visit) -> None:
        for name, keeper in self.keepers.items():
            keeper.show(getattr(visit, name))
        self.next_visit.show_day(visit.next_visit_on)
        show_choice(self.mode, visit.mode or None)

    def _set_mode(self) -> None:
        visit_id, mode = self._visit_id, self.mode.currentData()
        self._desk.write(self, lambda db, by: write_visit(db, by, visit_id, mode=mode))


class OptionalDay(QWidget):
    """A day that may not be known yet: first a button that sets it, then the day and a way to take it back."""

    def __init__(self, desk: Desk, visit_id: str) -> None:
        super().__init__()
        self._desk = desk
        self._visit_id = visit_id
        self.day = day_field()
        self.day.setKeyboardTracking(False)
        self.day.setProperty("large", True)
        self.day.setAccessibleName(_("Next visit"))
        self.day.setDisplayFormat("d MMM yyyy")
        self.set_day = button(_("Set the day"), self._set_usual, large=True)
        self.clear = button(_("No day yet"), lambda: self._write(None), name="quiet", large=True)
        layout = row(self.day, self.set_day, self.clear, None)
        self.setLayout(layout)
        self.setFocusProxy(self.set_day)
        self.day.dateChanged.connect(lambda chosen: self._write(_date(chosen)))

    def show_day(self, day: date | None) -> None:
        if day and not (self.day.hasFocus() and self.day.isVisible()):
            self.day.blockSignals(True)
            self.day.setDate(QDate(day.year, day.month, day.day))
            self.day.blockSignals(False)
        self.setFocusProxy(self.day if day else self.set_day)
        self.day.setVisible(day is not None)
        self.clear.setVisible(day is not None)
        self.set_day.setVisible(day is None)

    def _set_usual(self) -> None:
        self._write(self._desk.by.clock.today() + _USUAL_PAUSE)

    def _write(self, day: date | None) -> None:
        visit_id = self._visit_id

        def deed(db: Database, by: Author) -> None:
            write_visit(db, by, visit_id, next_visit_on=day)

        self._desk.write(self, deed)


def _saver(visit_id: str, name: str) -> SaveText:
    def save(db: Database, by: Author, text: str) -> None:
        write_visit(db, by, visit_id, **{name: text})

    return save


def _date(day: QDate) -> date:
    return date(day.year(), day.month(), day.day())
