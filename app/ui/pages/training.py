"""Trainings: the list of all, and the page of one."""

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QDate, QSignalBlocker, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QComboBox, QDateEdit, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from app.errors import AppError
from app.fieldwork.catalogues import module_id
from app.fieldwork.training import Training, TrainingFile, create_training, list_trainings, training_file
from app.i18n import N_, _, ngettext, window_language
from app.messages import message
from app.models.catalogue import load_modules
from app.ui.desk import Desk
from app.ui.page import Page, page_layout
from app.ui.tables.rows_table import Column
from app.ui.theme import px
from app.ui.widgets.basics import Card, EmptyState, PageHeader, button, row, turn
from app.ui.widgets.data_table import DataTable
from app.ui.widgets.fields import FormRow, choice_field, day_field
from app.ui.widgets.line_field import line_field
from app.ui.widgets.training_view import TrainingView

LIST = "all"
_WIDE = 760  # design pixels from which the form of a new training is one line
_LEVELS = {"low": N_("Low"), "medium": N_("Medium"), "high": N_("High")}


class TrainingPage(Page):
    """Routes: training/all is the list, training/ID one of them."""

    tables = frozenset(
        {"training", "training_enterprise", "session", "participant", "attendance", "enterprise", "module"}
    )
    keys = (
        (N_("Enter"), N_("open the training")),
        (N_("Space"), N_("tick the person for the day")),
        (N_("A"), N_("tick everybody of the day, or nobody")),
        (N_("Esc"), N_("back to the list")),
    )

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._open_id = ""
        self.new = button(_("New training"), self._toggle_form, name="primary")
        self.header = PageHeader(_("Training"), self.new)
        empty = EmptyState(
            _("No training is written down yet. A training is one delivery of a module to a group of enterprises."),
            _("Plan the first training"),
            self._toggle_form,
        )
        self.table: DataTable[Training] = DataTable(
            _columns(), self._open, empty=empty, filter_words=_("Filter by module or venue")
        )
        self.table.view.setAccessibleName(_("Trainings"))
        self.view = TrainingView(desk)
        self.view.left.connect(lambda: desk.go("training", LIST))
        self.stack = QStackedWidget()
        self.stack.addWidget(self._list())
        self.stack.addWidget(_scrolling(self.view))
        page_layout(self, scrolls=False).addWidget(self.stack)

    def open_at(self, route: Sequence[str]) -> None:
        self._open_id = "" if route[0] == LIST else route[0]
        self.stack.setCurrentIndex(0)
        if self._open_id:
            self.reload()

    def reload(self) -> None:
        jobs, training_id = self.desk.jobs, self._open_id
        jobs.run_with_db(self, list_trainings, self._show)
        if training_id:
            jobs.run_with_db(
                self, lambda db: training_file(db, training_id), lambda found: self._show_one(training_id, found)
            )

    def focus_filter(self) -> bool:
        field = self.view.finder.field if self.stack.currentIndex() else self.table.filter
        field.setFocus()
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The module of a new training stands above the rest where one line has no room for all."""
        super().resizeEvent(event)
        turn(self._fields, (3, 4), beside=self.width() >= px(_WIDE))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.stack.currentIndex():
            self.desk.go("training", LIST)
        elif event.key() == Qt.Key.Key_Escape and self.form.isVisible():
            self.form.hide()
        else:
            super().keyPressEvent(event)

    def _list(self) -> QWidget:
        made = QWidget()
        layout = QVBoxLayout(made)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(px(12))
        layout.addWidget(self.header)
        layout.addWidget(self._form())
        layout.addWidget(self.table, 1)
        return made

    def _form(self) -> Card:
        self.form = Card(_("New training"))
        self.module = choice_field([(module.id, _(module.name)) for module in load_modules()])
        self.module.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.module.setMinimumContentsLength(16)
        self.starts, self.ends = day_field(), day_field()
        today = self.desk.by.clock.today()
        for field in (self.starts, self.ends):
            field.setDate(QDate(today.year, today.month, today.day))
        self.starts.dateChanged.connect(self._on_starts)
        self.venue = line_field(_("Where the classroom is"), self._create)
        self.ends_row = FormRow(_("Last day"), self.ends)
        self._fields, rest = row(spacing=12), row(spacing=12)
        self._fields.addWidget(FormRow(_("Module"), self.module), 3)
        self._fields.addLayout(rest, 4)
        venue = FormRow(_("Venue"), self.venue)
        for form_row, stretch in ((FormRow(_("First day"), self.starts), 1), (self.ends_row, 1), (venue, 2)):
            rest.addWidget(form_row, stretch)
        self.create_ = button(_("Create and add enterprises"), self._create)
        self.form.body.addLayout(self._fields)
        self.form.body.addLayout(row(self.create_, button(_("Cancel"), self.form.hide, name="quiet"), None))
        self.form.hide()
        return self.form

    def _toggle_form(self) -> None:
        self.form.setVisible(self.form.isHidden())
        if not self.form.isHidden():
            self.module.setFocus()

    def _on_starts(self, day: QDate) -> None:
        with QSignalBlocker(self.ends):
            self.ends.setDate(max(day, self.ends.date()))

    def _create(self) -> None:
        starts, ends = _day(self.starts), _day(self.ends)
        module, venue = module_id(self.module.currentData()), self.venue.text()

        def refused(error: BaseException) -> None:
            if isinstance(error, AppError):
                self.ends_row.complain(message(error).says)
            else:
                self.desk.jobs.failed.emit(error)

        self.desk.jobs.run_with_db(
            self,
            lambda db: create_training(db, self.desk.by, module, starts_on=starts, ends_on=ends, venue=venue),
            self._created,
            refused,
        )

    def _created(self, training_id: str) -> None:
        self.desk.saved.emit()
        self.ends_row.complain("")
        self.venue.clear()
        self.form.hide()
        self.desk.go("training", training_id)

    def _open(self, training: Training) -> None:
        self.desk.go("training", training.id)

    def _show(self, trainings: list[Training]) -> None:
        self.table.show_rows(trainings)
        words = ngettext("{n} training", "{n} trainings", len(trainings)) if trainings else ""
        self.header.say(_("Training"), words.format(n=len(trainings)))

    def _show_one(self, training_id: str, found: TrainingFile | None) -> None:
        if training_id != self._open_id:
            return
        if found is None:
            self._open_id = ""
            self.stack.setCurrentIndex(0)
            return
        self.view.show_file(found)
        self.stack.setCurrentIndex(1)


def _scrolling(widget: QWidget) -> QScrollArea:
    """Downwards, where a low screen or a large scale asks for it."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(widget)
    return area


def _columns() -> list[Column[Training]]:
    number = window_language().number
    return [
        Column(_("Days"), _days, lambda one: (one.starts_on or date.min, one.ends_on or date.min), width=230),
        Column(_("Module"), lambda one: _(one.module) if one.module else _("no module")),
        Column(_("Venue"), lambda one: one.venue),
        Column(_("Enterprises"), lambda one: number(one.enterprises), lambda one: one.enterprises, width=100),
        Column(_("Participants"), _people, lambda one: one.women + one.men + one.other, width=180),
        Column(_("Independence"), lambda one: _(_LEVELS.get(one.independence, N_("not said"))), width=110),
    ]


def _days(training: Training) -> str:
    words = window_language()
    if training.starts_on is None:
        return _("no day yet")
    first = words.short_day(training.starts_on)
    if training.ends_on in (None, training.starts_on):
        return first
    return _("{first} to {last}").format(first=first, last=words.short_day(training.ends_on or training.starts_on))


def _people(training: Training) -> str:
    n = training.women + training.men + training.other
    if not n:
        return _("nobody yet")
    words = ngettext("{n}: women {women}, men {men}", "{n}: women {women}, men {men}", n)
    return words.format(n=n, women=training.women, men=training.men)


def _day(field: QDateEdit) -> date:
    found = field.date()
    return date(found.year(), found.month(), found.day())
