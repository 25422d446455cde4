"""One training: its days and who was there, its enterprises, what it is."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

from PySide6.QtCore import QDate, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QDateEdit, QHBoxLayout, QHeaderView, QTableView, QVBoxLayout, QWidget

from app.errors import AppError
from app.fieldwork.attendance import enrol, tick
from app.fieldwork.training import (
    Training,
    TrainingFile,
    add_day,
    add_enterprise,
    change_training,
    remove_enterprise,
)
from app.i18n import N_, _, ngettext, window_language
from app.messages import message
from app.ui.desk import Desk
from app.ui.labels import PARTICIPANT_ROLES, SEXES, options
from app.ui.tables.training_days import FIXED, TrainingDaysTableModel
from app.ui.theme import px
from app.ui.widgets.basics import Card, PageHeader, button, clear, column, label, plain_table, row, turn
from app.ui.widgets.choices import refill, show_choice
from app.ui.widgets.enterprise_finder import EnterpriseFinder
from app.ui.widgets.fields import FormRow, choice_field, day_field, kept_text
from app.ui.widgets.line_field import line_field

_WIDE = 760  # design pixels from which there are two columns
INDEPENDENCE = {"low": N_("Low: with a lot of help"), "medium": N_("Medium: with some help"), "high": N_("High: alone")}


class TrainingView(QWidget):
    """Shows a TrainingFile; every change is written at once.

    Signals:
        left: back to the list.
    """

    left = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.training_id = ""
        self._file: TrainingFile | None = None
        self.header = PageHeader("", button(_("All trainings"), self.left.emit))
        self.header.up.connect(self.left)
        self.grid = TrainingDaysTableModel(self._on_ticked, self)
        self.table = _GridView(self.grid)
        self.finder = EnterpriseFinder(desk, _("Add an enterprise by its name"))
        self.finder.chosen.connect(self._on_enterprise)
        self.counts = column(spacing=4)
        self._taking_part = column(spacing=2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(px(12))
        layout.addWidget(self.header)
        self._columns = QHBoxLayout()
        self._columns.setSpacing(px(16))
        self._columns.addLayout(self._left(), 8)
        self._columns.addLayout(self._right(), 3)
        layout.addLayout(self._columns, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room, who takes part and what it is stand below the attendance."""
        super().resizeEvent(event)
        turn(self._columns, (8, 3), beside=self.width() >= px(_WIDE))

    def show_file(self, found: TrainingFile) -> None:
        is_other = self._file is None or self._file.training.id != found.training.id
        self._file, training = found, found.training
        self.training_id = training.id
        self.header.say(training.module or _("Training"), _second(training), _("Training"))
        self._show_fields(training)
        self._show_enterprises(found.enterprises)
        self._show_grid(found)
        refill(self.person_enterprise, list(found.enterprises))
        self.add_person.setEnabled(bool(found.enterprises))
        if is_other:
            with QSignalBlocker(self.day_on):
                self.day_on.setDate(_qdate(_next_day(found, self._desk.by.clock.today())))

    def _left(self) -> QVBoxLayout:
        card = Card(_("Attendance"))
        self.grid_hint = label("", "muted", wrap=True)
        card.body.addWidget(self.grid_hint)
        card.body.addWidget(self.table, 1)
        card.body.addLayout(self.counts)
        days = Card(_("Add a day"))
        self.day_on, self.day_topic = day_field(), line_field(_("Topic of the day"), self._add_day)
        self.day_on.setAccessibleName(_("Day"))
        self.add_day = button(_("Add the day"), self._add_day)
        self.day_error = label("", "error", wrap=True)
        self.day_error.hide()
        days.body.addLayout(row(self.day_on, self.day_topic, self.add_day))
        days.body.addWidget(self.day_error)
        people = Card(_("Add a participant"))
        self.person_name = line_field(_("Name, may stay empty"), self._add_person)
        self.person_position = line_field(_("Position"), self._add_person)
        self.person_enterprise = choice_field([])
        self.person_sex, self.person_role = choice_field(options(SEXES)), choice_field(options(PARTICIPANT_ROLES))
        for field, name in (
            (self.person_enterprise, _("Enterprise")),
            (self.person_sex, _("Sex")),
            (self.person_role, _("Role")),
        ):
            field.setAccessibleName(name)
        self.person_enterprise.setMinimumContentsLength(12)
        show_choice(self.person_role, "worker")
        self.add_person = button(_("Add"), self._add_person)
        who = row(self.person_name, self.person_position, self.person_enterprise)
        who.setStretch(0, 2)
        who.setStretch(1, 1)
        people.body.addLayout(who)
        people.body.addLayout(row(self.person_sex, self.person_role, None, self.add_person))
        left = column(spacing=12)
        left.addWidget(card, 1)
        left.addWidget(days)
        left.addWidget(people)
        return left

    def _right(self) -> QVBoxLayout:
        enterprises = Card(_("Enterprises"))
        enterprises.body.addLayout(self._taking_part)
        enterprises.body.addWidget(self.finder)
        about = Card(_("About this training"))
        self.starts, self.ends = day_field(), day_field()
        self.starts_row, self.ends_row = FormRow(_("First day"), self.starts), FormRow(_("Last day"), self.ends)
        self.starts.dateChanged.connect(partial(self._on_day, "starts_on"))
        self.ends.dateChanged.connect(partial(self._on_day, "ends_on"))
        venue_row, self.venue = kept_text(self._desk, _("Venue"), self._keep("venue"))
        notes_row, self.notes = kept_text(self._desk, _("Notes"), self._keep("notes"), lines=3)
        self.independence = choice_field(options(INDEPENDENCE), empty=_("Not said"))
        self.independence.currentIndexChanged.connect(self._on_independence)
        alone = FormRow(_("Independence"), self.independence, hint=_("How far the trainer works alone."))
        days = QHBoxLayout()
        days.setSpacing(px(8))
        days.addWidget(self.starts_row)
        days.addWidget(self.ends_row)
        about.body.addLayout(days)
        for widget in (venue_row, alone, notes_row):
            about.body.addWidget(widget)
        about.body.addStretch(1)
        right = column(enterprises, about, spacing=12)
        right.setStretch(1, 1)
        return right

    def _keep(self, field: str) -> Callable[..., object]:
        return lambda db, by, text: change_training(db, by, self.training_id, **{field: text})

    def _show_fields(self, training: Training) -> None:
        for field, day in (
            (self.starts, training.starts_on),
            (self.ends, training.ends_on or training.starts_on),
        ):
            with QSignalBlocker(field):
                field.setDate(_qdate(day or self._desk.by.clock.today()))
        self.venue.show(training.venue)
        self.notes.show(training.notes)
        show_choice(self.independence, training.independence or None)

    def _show_enterprises(self, enterprises: tuple[tuple[str, str], ...]) -> None:
        clear(self._taking_part)
        if not enterprises:
            self._taking_part.addWidget(label(_("None yet. Type a part of a name below."), "muted", wrap=True))
        for enterprise_id, name in enterprises:
            away = button(_("Remove"), partial(self._remove, enterprise_id, name), name="quiet")
            away.setAccessibleName(_("Remove {enterprise}").format(enterprise=name))
            line = row(label(name, wrap=True), away)
            line.setStretch(0, 1)
            self._taking_part.addLayout(line)

    def _show_grid(self, found: TrainingFile) -> None:
        if not found.enterprises:
            hint = _("First add an enterprise, then its people and the days.")
        elif not found.trainees or not found.days:
            hint = _("Add the people and the days below; then tick who was there.")
        else:
            hint = _("Space ticks a person; A ticks everybody of the day.")
        self.grid_hint.setText(hint)
        self.grid.show(found.days, found.trainees)
        self.table.fit()
        self._tell_counts()

    def _tell_counts(self) -> None:
        clear(self.counts)
        for number, day in enumerate(self.grid.days):
            there = self.grid.counts(number)
            present = ngettext("{n} present", "{n} present", there["all"]).format(n=there["all"])
            words = _("{day}, {topic}: {present}; women {women}, men {men}; managers {managers}, workers {workers}")
            says = words.format(
                day=window_language().short_day(day.day),
                topic=day.topic,
                present=present,
                women=there["woman"],
                men=there["man"],
                managers=there["manager"],
                workers=there["worker"],
            )
            self.counts.addWidget(label(says, wrap=True))

    def _on_ticked(self, session_id: str, ids: list[str], present: bool) -> None:
        self._tell_counts()
        self._desk.jobs.run_with_db(
            self,
            lambda db: tick(db, self._desk.by, session_id, ids, present=present),
            lambda _none: self._desk.saved.emit(),
            self._not_ticked,
        )

    def _not_ticked(self, error: BaseException) -> None:
        """What was not written is not shown either."""
        if self._file:
            self._show_grid(self._file)
        self._desk.jobs.failed.emit(error)

    def _on_enterprise(self, enterprise_id: str, _name: str) -> None:
        self._desk.write(self, lambda db, by: add_enterprise(db, by, self.training_id, enterprise_id))

    def _remove(self, enterprise_id: str, name: str) -> None:
        training_id = self.training_id
        says = _("{enterprise} no longer takes part").format(enterprise=name)
        self._desk.write(self, lambda db, by: remove_enterprise(db, by, training_id, enterprise_id), says=says)

    def _add_day(self) -> None:
        on, topic, training_id = _day(self.day_on), self.day_topic.text(), self.training_id

        def done(_session_id: str) -> None:
            self.day_error.hide()
            self.day_topic.clear()
            self.day_on.setDate(self.day_on.date().addDays(1))
            self._desk.saved.emit()

        self._desk.jobs.run_with_db(
            self,
            lambda db: add_day(db, self._desk.by, training_id, topic, on=on),
            done,
            self._day_refused,
        )

    def _add_person(self) -> None:
        enterprise_id = self.person_enterprise.currentData()
        if not enterprise_id:
            return
        who = {"name": self.person_name.text(), "position": self.person_position.text()}
        who |= {"sex": self.person_sex.currentData(), "role": self.person_role.currentData()}

        def done(_participant_id: str) -> None:
            self.person_name.clear()
            self.person_position.clear()
            self.person_name.setFocus()

        self._desk.write(self, lambda db, by: enrol(db, by, enterprise_id, **who), done)

    def _on_day(self, field: str, new: QDate) -> None:
        form_row = self.starts_row if field == "starts_on" else self.ends_row
        day, training_id = date(new.year(), new.month(), new.day()), self.training_id

        def done(_nothing: None) -> None:
            self.starts_row.complain("")
            self.ends_row.complain("")
            self._desk.saved.emit()

        self._desk.jobs.run_with_db(
            self,
            lambda db: change_training(db, self._desk.by, training_id, **{field: day}),
            done,
            lambda error: self._refused(form_row, error),
        )

    def _refused(self, form_row: FormRow, error: BaseException) -> None:
        if isinstance(error, AppError):
            form_row.complain(message(error).says)
        else:
            self._desk.jobs.failed.emit(error)

    def _day_refused(self, error: BaseException) -> None:
        if isinstance(error, AppError):
            self.day_error.setText(message(error).says)
            self.day_error.show()
        else:
            self._desk.jobs.failed.emit(error)

    def _on_independence(self, _index: int) -> None:
        chosen, training_id = self.independence.currentData(), self.training_id
        self._desk.write(self, lambda db, by: change_training(db, by, training_id, independence=chosen))


class _GridView(QTableView):
    """Space ticks the cell of a day, A everybody of that day; arrows walk."""

    def __init__(self, grid: TrainingDaysTableModel) -> None:
        super().__init__()
        self._grid = grid
        self.setObjectName("attendance")
        self.setModel(grid)
        self.setAccessibleName(_("Attendance"))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        plain_table(self, line=36)
        self.setWordWrap(False)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
        self.horizontalHeader().setMinimumSectionSize(px(84))
        self.setMinimumHeight(px(150))

    def fit(self) -> None:
        """The person's and the enterprise's name share what the days leave."""
        header = self.horizontalHeader()
        for section in range(self._grid.columnCount()):
            stretches = section < FIXED - 1
            header.setMinimumSectionSize(px(60))
            mode = QHeaderView.ResizeMode.Stretch if stretches else QHeaderView.ResizeMode.Interactive
            header.setSectionResizeMode(section, mode)
            if not stretches:
                self.setColumnWidth(section, px(128 if section < FIXED else 100))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        day = self.currentIndex().column() - FIXED
        if event.key() == Qt.Key.Key_A and not event.modifiers() and day >= 0:
            self._grid.tick_everybody(day)
        else:
            super().keyPressEvent(event)


def _second(training: Training) -> str:
    words = window_language()
    days = words.short_day(training.starts_on) if training.starts_on else _("no day yet")
    if training.ends_on and training.ends_on != training.starts_on:
        days = _("{first} to {last}").format(first=days, last=words.short_day(training.ends_on))
    return " · ".join(part for part in (days, training.venue) if part)


def _next_day(found: TrainingFile, today: date) -> date:
    """The day that is probably added next: the one after the last, else the first of the training."""
    if found.days:
        return found.days[-1].day + timedelta(days=1)
    return found.training.starts_on or today


def _qdate(day: date) -> QDate:
    return QDate(day.year, day.month, day.day)


def _day(field: QDateEdit) -> date:
    found = field.date()
    return date(found.year(), found.month(), found.day())
