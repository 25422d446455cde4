"""The second tab of a visit: its training sessions, and who was at each."""

from collections.abc import Sequence

from PySide6.QtCore import QDate, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from app.fieldwork.attendance import Attendance, tick
from app.fieldwork.records import bin_record, set_record
from app.fieldwork.roster import Roster, enrol_present, read_roster
from app.i18n import N_, _, ngettext
from app.models.database import Author
from app.models.driver import Database
from app.models.rows import Row
from app.ui.desk import Desk
from app.ui.labels import PARTICIPANT_ROLES, SEXES, options
from app.ui.page import page_layout
from app.ui.tables.attendance_table import AttendanceTableModel
from app.ui.theme import px
from app.ui.visit.attendance_grid import AttendanceGrid
from app.ui.visit.paste_people import PastePeople
from app.ui.visit.sessions import Sessions, session_second
from app.ui.visit.tab import VisitTab
from app.ui.widgets.basics import Card, EmptyState, button, chip, column, label, row, turn
from app.ui.widgets.fields import choice_field
from app.ui.widgets.flow import Flow

_WIDE = 860  # design pixels from which two columns have room enough
_NARROW = 760  # design pixels below which the grid scrolls sideways


class AttendanceTab(VisitTab):
    """`open_at`: the id of a session."""

    tables = frozenset({"session", "participant", "attendance", "visit", "enterprise"})
    keys = (
        (N_("Space"), N_("tick who is there")),
        (N_("Enter"), N_("next person; in a field of a new person, add")),
        (N_("F2"), N_("correct the cell")),
        (N_("Delete"), N_("take the person off the list")),
    )

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.roster: Roster | None = None
        self._session_id = ""
        self.sessions = Sessions(self)
        self.sessions.chosen.connect(self._choose)
        self.model = AttendanceTableModel(self._tick, self._correct, self)
        self.grid = AttendanceGrid(self.model)
        self.grid.removed.connect(self._remove)
        self.new = NewPerson(self)
        self.paste = PastePeople()
        self.paste.taken.connect(self._enrol_pasted)
        self.paste.closed.connect(self._close_paste)
        self.right = QStackedWidget()
        self.right.addWidget(self._people_card())
        self.right.addWidget(self.paste)
        self.grid.setMinimumHeight(px(180))
        layout = page_layout(self)
        both = QHBoxLayout()
        both.setSpacing(px(16))
        both.addWidget(self.sessions)
        both.addWidget(self.right, 1)
        layout.addLayout(both, 1)

    def reload(self) -> None:
        visit_id, session_id = self.visit_id, self._session_id
        self.desk.jobs.run_with_db(
            self, lambda db: (visit_id, read_roster(db, visit_id, session_id)), lambda found: self._show(*found)
        )

    def show_visit(self, visit_id: str) -> None:
        if visit_id != self.visit_id:
            self._close_paste()
            self._session_id = ""
        super().show_visit(visit_id)

    def open_at(self, route: Sequence[str]) -> None:
        if route:
            self._choose(route[0])

    def place(self) -> Sequence[str]:
        return (self._session_id,) if self._session_id else ()

    def set_editable(self, editable: bool) -> None:
        super().set_editable(editable)
        self.model.set_editable(editable)
        if not editable:
            self._close_paste()

    def enrol(self, people: list[dict[str, object]]) -> None:
        """Write down people of the enterprise who are at the session that is shown."""
        if not self.roster:
            return
        enterprise_id, session_id = self.roster.enterprise_id, self.roster.session_id

        def deed(db: Database, by: Author) -> list[str]:
            return enrol_present(db, by, enterprise_id, people, session_id=session_id)

        n = len(people)
        says = ngettext("{n} person added", "{n} people added", n).format(n=n)
        self.desk.write(self, deed, says=says)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes the paste panel before it leaves the visit."""
        if event.key() == Qt.Key.Key_Escape and self.right.currentIndex():
            self._close_paste()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room the sessions take less of it, and the buttons stand below the heading."""
        super().resizeEvent(event)
        wide = self.width() >= px(_WIDE)
        self.sessions.setFixedWidth(px(272 if wide else 216))
        turn(self._head, (1, 0), beside=wide)
        self.sessions.stand(beside=wide)
        self.new.stand(beside=wide)
        self.grid.tighten(self.width() < px(_NARROW))

    def _people_card(self) -> Card:
        card = Card()
        self.heading = label("", "heading", wrap=True)
        self.remove_session = self.edits(
            button(_("Remove session"), lambda: self.sessions.remove(self._shown_session()), name="quiet", large=True)
        )
        self.paste_button = self.edits(button(_("Paste from Excel"), self._open_paste, large=True))
        self.hint = label("", "muted", wrap=True)
        self._head = row()
        self._head.addLayout(column(self.heading, self.hint, spacing=2), 1)
        self._head.addLayout(row(self.paste_button, self.remove_session, None))
        card.body.addLayout(self._head)
        self.counts = Counts()
        card.body.addWidget(self.counts)
        says = _("Nobody of this enterprise is written down yet. Type a name below, or paste a list from Excel.")
        self.stack = QStackedWidget()
        self.stack.addWidget(self.grid)
        self.stack.addWidget(EmptyState(says))
        card.body.addWidget(self.stack, 1)
        card.body.addWidget(self.new)
        return card

    def _show(self, visit_id: str, roster: Roster) -> None:
        if visit_id != self.visit_id:
            return
        self.roster = roster
        self._session_id = roster.session_id
        self.sessions.show_roster(roster)
        today = self.desk.by.clock.today()
        self.sessions.offer_day(QDate(today.year, today.month, today.day))
        session = next((one for one in roster.sessions if one["id"] == roster.session_id), None)
        self._tell_session(session)
        self.counts.show_counts(roster.counts)
        current = self.grid.currentIndex()
        kept = self.model.participant(current.row())["id"] if current.isValid() else ""
        self.model.show(roster.people, roster.present, can_tick=session is not None)
        if kept and (place := self.model.row_of(kept)) >= 0:
            self.grid.setCurrentIndex(self.model.index(place, max(0, current.column())))
        self.stack.setCurrentIndex(0 if roster.people else 1)

    def _tell_session(self, session: Row | None) -> None:
        self.heading.setText((session["topic"] if session else "") or _("People of this enterprise"))
        self.remove_session.setVisible(session is not None)
        self.counts.setVisible(session is not None)
        self.hint.setText(session_second(session) if session else _("Add a session; then tick who was there."))

    def _shown_session(self) -> str:
        return self.roster.session_id if self.roster else ""

    def _choose(self, session_id: str) -> None:
        self._session_id = session_id
        if self.visit_id:
            self.reload()

    def _tick(self, participant_id: str, is_there: bool) -> None:
        session_id = self._shown_session()

        def deed(db: Database, by: Author) -> None:
            tick(db, by, session_id, [participant_id], present=is_there)

        self.desk.write(self, deed)

    def _correct(self, participant_id: str, field: str, value: str) -> None:
        self.desk.write(self, lambda db, by: set_record(db, by, "participant", participant_id, {field: value}))

    def _remove(self, participant_id: str) -> None:
        def deed(db: Database, by: Author) -> None:
            bin_record(db, by, "participant", participant_id)

        if self.can_edit:
            self.desk.write(self, deed, says=_("Taken off the list of this enterprise"))

    def _open_paste(self) -> None:
        self.right.setCurrentIndex(1)
        self.paste.begin([person["name"] or "" for person in self.roster.people] if self.roster else [])

    def _enrol_pasted(self, people: list[dict[str, object]]) -> None:
        self.enrol(people)
        self._close_paste()
        self.grid.setFocus()

    def _close_paste(self) -> None:
        self.right.setCurrentIndex(0)


class Counts(QWidget):
    """Who is there in the groups head office asks for, live."""

    def __init__(self) -> None:
        super().__init__()
        self.chips = {name: chip("") for name in ("present", "women", "men", "other", "managers", "workers")}
        self.setLayout(Flow(*self.chips.values(), spacing=6))

    def show_counts(self, counts: Attendance) -> None:
        words = {
            "present": ngettext("{n} present", "{n} present", counts.present).format(n=counts.present),
            "women": ngettext("{n} woman", "{n} women", counts.women).format(n=counts.women),
            "men": ngettext("{n} man", "{n} men", counts.men).format(n=counts.men),
            "other": ngettext("{n} other", "{n} others", counts.other).format(n=counts.other),
            "managers": ngettext("{n} manager", "{n} managers", counts.managers).format(n=counts.managers),
            "workers": ngettext("{n} worker", "{n} workers", counts.workers).format(n=counts.workers),
        }
        for name, made in self.chips.items():
            made.setText(words[name])
        self.chips["other"].setVisible(bool(counts.other))


class NewPerson(QWidget):
    """The line that adds somebody of the enterprise: Enter in any field writes them down, and they are present."""

    def __init__(self, tab: AttendanceTab) -> None:
        super().__init__()
        self._tab = tab
        self.name, self.position = QLineEdit(), QLineEdit()
        self.sex = choice_field(options(SEXES), empty=_("Sex"))
        self.role = choice_field(options(PARTICIPANT_ROLES))
        self.role.setCurrentIndex(1)
        self.error = label("", "error", wrap=True)
        self.error.hide()
        for field, words in (
            (self.name, _("Name of a new person")),
            (self.position, _("Position of the new person")),
            (self.sex, _("Sex of the new person")),
            (self.role, _("Role of the new person")),
        ):
            field.setAccessibleName(words)
            field.setProperty("large", True)
        self.name.setPlaceholderText(_("Name; Enter adds"))
        self.position.setPlaceholderText(_("Position"))
        add = button(_("Add"), self.add, large=True)
        who = row(self.name, self.position)
        who.setStretch(0, 3)
        who.setStretch(1, 2)
        self._fields = row()
        self._fields.addLayout(who, 1)
        self._fields.addLayout(row(self.sex, self.role, add, None))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(px(4))
        layout.addLayout(self._fields)
        layout.addWidget(self.error)
        tab.edits(self)

    def stand(self, *, beside: bool) -> None:
        """Who it is beside sex and role, or above them."""
        turn(self._fields, (1, 0), beside=beside)

    def add(self) -> None:
        """Nobody without a sex: the counts stand on it. The role stays for the next person."""
        name, position = self.name.text().strip(), self.position.text().strip()
        trouble = ""
        if not name and not position:
            trouble = _("Write a name or a position first.")
        elif self.sex.currentData() is None:
            trouble = _("Choose the sex; not said is an answer too.")
        self.error.setText(trouble)
        self.error.setVisible(bool(trouble))
        if trouble:
            (self.sex if name or position else self.name).setFocus()
            return
        who: dict[str, object] = {"sex": self.sex.currentData(), "role": self.role.currentData()}
        self._tab.enrol([who | {"name": name or None, "position": position or None}])
        for field in (self.name, self.position):
            field.clear()
        self.sex.setCurrentIndex(0)
        self.name.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not event.modifiers() & _CTRL:
            self.add()
        else:
            super().keyPressEvent(event)


_CTRL = Qt.KeyboardModifier.ControlModifier
