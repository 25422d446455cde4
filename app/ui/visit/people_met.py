"""The people met on a visit, as a list that is typed into: one line a position, Enter adds the next."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from app.fieldwork.plan import meet
from app.fieldwork.records import bin_record, set_record
from app.fieldwork.workspace import Opening
from app.i18n import N_, _, ngettext
from app.models.database import Author
from app.models.driver import Database
from app.models.rows import Row
from app.ui.desk import Desk
from app.ui.labels import MET_ROLES, SEXES, options
from app.ui.theme import px
from app.ui.visit.keyed import KeyedRows
from app.ui.visit.tab import VisitTab
from app.ui.widgets.basics import Card, button, label, row, rule, turn
from app.ui.widgets.fields import SaveText, TextKeeper, choice_field

MET_IN = {
    "opening": N_("Opening meeting"),
    "walk_through": N_("Walk-through"),
    "interview": N_("Interview"),
    "group_interview": N_("Group interview"),
    "closing": N_("Closing meeting"),
}
_CHOICES = {"role": MET_ROLES, "sex": SEXES, "met_in": MET_IN}
_WIDTHS = {"role": 248, "sex": 96, "count": 64, "met_in": 176}
_NARROW_WIDTHS = {"role": 200, "sex": 96, "count": 64, "met_in": 150}
_NAMES = {
    "position": N_("Position"),
    "role": N_("Role"),
    "sex": N_("Sex"),
    "count": N_("Number"),
    "met_in": N_("Met in"),
}
_REMOVE = 84
_WIDE = 900  # design pixels from which the position stands beside what is said of the person
_ROOMY = 770  # design pixels from which the other fields are as wide as their longest words


class PersonFields(QWidget):
    """The fields of one line; `who` names it for a screen reader."""

    def __init__(self, last: QPushButton, who: str) -> None:
        super().__init__()
        self.position = QLineEdit()
        self.count = QLineEdit("1")
        self.choices: dict[str, QComboBox] = {
            name: choice_field(options(table), empty=_("Choose")) for name, table in _CHOICES.items()
        }
        self.last = last
        self._halves = QHBoxLayout(self)
        self._halves.setContentsMargins(0, px(3), 0, px(3))
        self._halves.setSpacing(px(8))
        self._halves.addWidget(self.position, 1)
        for name in _WIDTHS:
            self.field(name).setFixedWidth(px(_WIDTHS[name]))
        last.setFixedWidth(px(_REMOVE))
        self._halves.addLayout(row(*(self.field(name) for name in _WIDTHS), last, None))
        for name, words in _NAMES.items():
            field = self.field(name)
            field.setProperty("large", True)
            field.setAccessibleName(_("{field} of {who}").format(field=_(words), who=who))

    def field(self, name: str) -> QWidget:
        if name == "position":
            return self.position
        return self.count if name == "count" else self.choices[name]

    def stand(self, *, beside: bool, widths: Mapping[str, int]) -> None:
        """The position beside the other fields, or above them; `widths` of those in design pixels."""
        turn(self._halves, (1, 0), beside=beside)
        for name, width in widths.items():
            self.field(name).setFixedWidth(px(width))

    def show_row(self, row: Row) -> None:
        for name, box in self.choices.items():
            box.setCurrentIndex(max(0, box.findData(row[name])))


class PersonRow(PersonFields):
    """Somebody who is written down; what is changed is kept at once."""

    def __init__(self, desk: Desk, row: Row, remove: Callable[[str], object]) -> None:
        self.row_id = row["id"]
        who = row["position"] or _("Person met")
        last = button(_("Remove"), lambda: remove(self.row_id), name="quiet", large=True)
        last.setAccessibleName(_("Remove {who}").format(who=who))
        super().__init__(last, who)
        self._desk = desk
        row_id = self.row_id
        self.keepers = {
            name: TextKeeper(desk, field, _saver(row_id, name))
            for name, field in (("position", self.position), ("count", self.count))
        }
        self.keepers["count"].refused.connect(lambda words: desk.said.emit(words, False))
        for name, box in self.choices.items():
            box.activated.connect(lambda _n, name=name, box=box: self._set(**{name: box.currentData()}))

    def show_row(self, row: Row) -> None:
        self.keepers["position"].show(row["position"] or "")
        self.keepers["count"].show(str(row["count"] or ""))
        super().show_row(row)

    def _set(self, **values: object) -> None:
        row_id = self.row_id
        self._desk.write(self, lambda db, by: _change(db, by, row_id, values))


class PeopleMet(Card):
    """The list, and the line that adds to it."""

    def __init__(self, tab: VisitTab) -> None:
        super().__init__(_("People met"))
        self._tab = tab
        self.counts = label("", "muted")
        self.corner.addWidget(self.counts)
        self.body.setSpacing(px(2))
        self._beside, self._widths = True, _WIDTHS
        self._heads = {name: label(_(words), "small") for name, words in _NAMES.items()}
        heads = row(self._heads["position"], *(self._heads[name] for name in _WIDTHS), _REMOVE)
        heads.setContentsMargins(px(2), 0, 0, 0)
        heads.setStretch(0, 1)
        heads.addStretch(0)
        self.body.addLayout(heads)
        lines = QVBoxLayout()
        lines.setSpacing(0)
        self.body.addLayout(lines)
        self.rows: KeyedRows[Row, PersonRow] = KeyedRows(lines, self._make, lambda line, row: line.show_row(row))
        self.body.addWidget(rule())
        self.new = tab.edits(PersonFields(button(_("Add"), self.add, large=True), _("the next person")))
        self.new.position.setPlaceholderText(_("Position, such as production head; Enter adds"))
        self.new.choices["met_in"].setCurrentIndex(1)
        self.body.addWidget(self.new)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where a line has no room for all, the position stands above the rest."""
        super().resizeEvent(event)
        self._beside = self.width() >= px(_WIDE)
        self._widths = _WIDTHS if self.width() >= px(_ROOMY) else _NARROW_WIDTHS
        self._heads["position"].setVisible(self._beside)
        for name, width in self._widths.items():
            self._heads[name].setFixedWidth(px(width))
        for line in (*self.rows.widgets.values(), self.new):
            line.stand(beside=self._beside, widths=self._widths)

    def show_opening(self, opening: Opening) -> None:
        self.rows.show([(row["id"], row) for row in opening.met])
        n = sum(row["count"] or 1 for row in opening.met)
        women = sum(row["count"] or 1 for row in opening.met if row["sex"] == "woman")
        people = ngettext("{n} person", "{n} people", n).format(n=n)
        of_them = ngettext("{n} woman", "{n} women", women).format(n=women)
        self.counts.setText(_("{people}, {women} of them").format(people=people, women=of_them) if n else "")

    def add(self) -> None:
        """Write the new line down; role, sex and occasion stay for the next one."""
        position = self.new.position.text().strip()
        self.new.position.setFocus()
        if not position:
            return
        who = {name: box.currentData() for name, box in self.new.choices.items()} | {"count": self.new.count.text()}
        visit_id = self._tab.visit_id
        self._tab.desk.write(self, lambda db, by: meet(db, by, visit_id, position, **who))
        self.new.position.clear()
        self.new.count.setText("1")

    def focus_row(self, row_id: str, field: str) -> QWidget:
        """What to put the keyboard into: the field of the row, or the line for a new one."""
        line = self.rows.widgets.get(row_id)
        return line.field(field or "position") if line else self.new.position

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter adds from every field of the new line; in a written line it goes to the new one."""
        if event.key() not in {Qt.Key.Key_Return, Qt.Key.Key_Enter} or event.modifiers() & ~_KEYPAD:
            super().keyPressEvent(event)
        elif self.new.isAncestorOf(self.window().focusWidget() or self):
            self.add()
        else:
            self.new.position.setFocus()

    def _make(self, row: Row) -> PersonRow:
        made = PersonRow(self._tab.desk, row, self._remove)
        made.stand(beside=self._beside, widths=self._widths)
        return self._tab.edits(made)

    def _remove(self, row_id: str) -> None:
        def deed(db: Database, by: Author) -> None:
            bin_record(db, by, "visit_person", row_id)

        self._tab.desk.write(self, deed, says=_("Removed from the people met"))


_KEYPAD = Qt.KeyboardModifier.KeypadModifier


def _saver(row_id: str, name: str) -> SaveText:
    return lambda db, by, text: _change(db, by, row_id, {name: text})


def _change(db: Database, by: Author, row_id: str, values: Mapping[str, object]) -> None:
    set_record(db, by, "visit_person", row_id, values)
