"""The training sessions of a visit: choose one, add one."""

from PySide6.QtCore import QDate, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QLineEdit, QPushButton, QVBoxLayout

from app.fieldwork.attendance import hold_session
from app.fieldwork.records import bin_record
from app.fieldwork.roster import Roster
from app.i18n import _, ngettext, window_language
from app.models.database import Author
from app.models.driver import Database
from app.models.rows import Row
from app.models.visits import day_or_none
from app.ui.theme import px
from app.ui.visit.keyed import KeyedRows
from app.ui.visit.tab import VisitTab
from app.ui.widgets.basics import Card, button, label, row, rule, turn
from app.ui.widgets.fields import FormRow, day_field

USUAL_MINUTES = "60"


class Sessions(Card):
    """Signals:
    chosen: the id of the session that is to be shown.
    """

    chosen = Signal(str)

    def __init__(self, tab: VisitTab) -> None:
        super().__init__(_("Sessions"))
        self._tab = tab
        self._group = QButtonGroup(self)
        self.nothing = label(_("No training on this visit yet. Add the first session below."), "muted", wrap=True)
        self.body.addWidget(self.nothing)
        lines = QVBoxLayout()
        lines.setSpacing(px(4))
        self.body.addLayout(lines)
        self.rows: KeyedRows[Row, SessionButton] = KeyedRows(lines, self._make, SessionButton.show_session)
        self.body.addWidget(rule())
        self._add_form()
        self.body.addStretch(1)

    def show_roster(self, roster: Roster) -> None:
        self.rows.show([(one["id"], one) for one in roster.sessions])
        self.nothing.setVisible(not roster.sessions)
        if roster.session_id:
            self.rows.widgets[roster.session_id].setChecked(True)

    def stand(self, *, beside: bool) -> None:
        """Day and minutes beside each other, or one below the other."""
        turn(self._when, (3, 2), beside=beside)

    def offer_day(self, day: QDate) -> None:
        """The day that a new session gets unless somebody says another."""
        if not self.day.hasFocus():
            self.day.setDate(day)

    def add(self) -> None:
        topic, visit_id = self.topic.text().strip(), self._tab.visit_id
        self._topic_row.complain("" if topic else _("Write the topic first, such as 5S on the line."))
        if not topic:
            self.topic.setFocus()
            return
        chosen = self.day.date()
        on = day_or_none(chosen.toString(Qt.DateFormat.ISODate)) or self._tab.desk.by.clock.today()
        minutes = self.minutes.text().strip() or None

        def deed(db: Database, by: Author) -> str:
            return hold_session(db, by, topic, on=on, visit_id=visit_id, minutes=minutes)

        self._tab.desk.write(self, deed, self._on_added)

    def _on_added(self, session_id: str) -> None:
        self.topic.clear()
        self.chosen.emit(session_id)

    def remove(self, session_id: str) -> None:
        def deed(db: Database, by: Author) -> None:
            bin_record(db, by, "session", session_id)

        self._tab.desk.write(self, deed, says=_("Session removed"))

    def _add_form(self) -> None:
        self.topic = QLineEdit()
        self.topic.returnPressed.connect(self.add)
        self.day = day_field()
        self.day.setDisplayFormat("d MMM yyyy")
        self.minutes = QLineEdit(USUAL_MINUTES)
        self.minutes.returnPressed.connect(self.add)
        for field in (self.topic, self.day, self.minutes):
            field.setProperty("large", True)
            self._tab.edits(field)
        self.day.setFixedHeight(self.topic.sizeHint().height())
        self._topic_row = FormRow(_("Topic of a new session"), self.topic)
        self.body.addWidget(self._topic_row)
        self._when = row(FormRow(_("Day"), self.day), FormRow(_("Minutes"), self.minutes))
        self._when.setStretch(0, 3)
        self._when.setStretch(1, 2)
        self.body.addLayout(self._when)
        self.body.addWidget(self._tab.edits(button(_("Add session"), self.add, large=True)))

    def _make(self, session: Row) -> "SessionButton":
        made = SessionButton()
        made.clicked.connect(lambda: self.chosen.emit(session["id"]))
        self._group.addButton(made)
        return made


class SessionButton(QPushButton):
    """The topic of a session, as far as there is room for it, above its day and length."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("session")
        self.setCheckable(True)
        self.setProperty("large", True)
        self.setMinimumWidth(px(120))
        self._topic = self._second = ""

    def show_session(self, session: Row) -> None:
        self._topic, self._second = session["topic"] or "", session_second(session)
        self.setToolTip(self._topic)
        self.setAccessibleName(_("{topic}, {second}").format(topic=self._topic, second=self._second))
        self._say()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._say()

    def _say(self) -> None:
        bold = QFont(self.font())
        bold.setWeight(QFont.Weight.DemiBold)  # as the style sheet has the chosen one
        room = self.width() - px(_MARGINS)
        topic = QFontMetrics(bold).elidedText(self._topic, Qt.TextElideMode.ElideRight, room)
        self.setText(_("{topic}\n{second}").format(topic=topic, second=self._second))


_MARGINS = 28  # design pixels left and right of the words, with the border


def session_second(session: Row) -> str:
    """`Nov 24, 2026 · 60 min`."""
    day, minutes = day_or_none(session["on"]), session["minutes"]
    parts = [window_language().short_day(day)] if day else []
    if minutes:
        parts.append(ngettext("{n} min", "{n} min", minutes).format(n=minutes))
    return " · ".join(parts)
