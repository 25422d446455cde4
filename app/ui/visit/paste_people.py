"""A list of people copied from a spreadsheet: what was understood of it, row by row, before anything is written."""

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QPlainTextEdit, QTableWidget, QTableWidgetItem, QWidget

from app.fieldwork.roster import Pasted, Trouble, understand
from app.i18n import N_, _, ngettext
from app.ui.labels import PARTICIPANT_ROLES, SEXES
from app.ui.theme import px
from app.ui.widgets.basics import Card, button, label, plain_table, row

_TROUBLES = {
    Trouble.NO_SEX: N_("The sex is missing. Write woman, man, other or not said."),
    Trouble.UNKNOWN_SEX: N_("{found} is not understood as a sex. Write woman, man, other or not said."),
    Trouble.UNKNOWN_ROLE: N_("{found} is not understood as a role. Write manager, worker or other."),
    Trouble.NOBODY: N_("There is neither a name nor a position in this row."),
    Trouble.TWICE: N_("{found} is in the list already and is not added twice."),
}
_HEADINGS = (N_("Row"), N_("Name"), N_("Position"), N_("Sex"), N_("Role"), N_("What was understood"))


class PastePeople(Card):
    """Signals:
    taken: a list of fields of participants, to be enrolled as present.
    closed: nothing is wanted any more.
    """

    taken = Signal(object)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("Paste people from a spreadsheet"), parent)
        self._known: list[str] = []
        self._good: list[Pasted] = []
        hint = _(
            "Copy the rows in Excel and paste them here. The columns are name, position, sex, role;"
            " with a heading line they may stand in any order."
        )
        self.body.addWidget(label(hint, "muted", wrap=True))
        self.text = QPlainTextEdit()
        self.text.setAccessibleName(_("Pasted rows"))
        self.text.setTabChangesFocus(True)
        self.text.setFixedHeight(px(84))
        self.text.textChanged.connect(self._understand)
        self.body.addWidget(self.text)
        self.preview = _table()
        self.body.addWidget(self.preview, 1)
        self.says = label("", "muted", wrap=True)
        self.add = button(_("Add"), self._take, name="primary", large=True)
        cancel = button(_("Cancel"), self.closed.emit, name="quiet", large=True)
        foot = row(self.says, cancel, self.add)
        foot.setStretch(0, 1)
        self._rest = QWidget()
        self.body.addWidget(self._rest, 1)
        self.body.addLayout(foot)
        self._understand()

    def begin(self, known: Iterable[str]) -> None:
        """Start over with what the clipboard holds when it looks like rows. `known`: names that are there already."""
        self._known = list(known)
        copied = QGuiApplication.clipboard().text()
        self.text.setPlainText(copied if "\t" in copied else "")
        self._understand()
        self.text.setFocus()

    def _understand(self) -> None:
        found = understand(self.text.toPlainText(), self._known)
        self._good = [one for one in found if one.trouble is None]
        self.preview.setVisible(bool(found))
        self._rest.setVisible(not found)
        self.preview.setRowCount(len(found))
        for place, one in enumerate(found):
            for column, words in enumerate(_cells(one)):
                item = QTableWidgetItem(words)
                item.setToolTip(words)
                self.preview.setItem(place, column, item)
        n, bad = len(self._good), len(found) - len(self._good)
        self.add.setEnabled(bool(n))
        self.add.setText(ngettext("Add {n} person", "Add {n} people", n).format(n=n) if n else _("Add"))
        left_out = ngettext("{n} row is left out; see why above.", "{n} rows are left out; see why above.", bad)
        self.says.setText(left_out.format(n=bad) if bad else "")

    def _take(self) -> None:
        people = [
            {"name": one.name, "position": one.position, "sex": one.sex, "role": one.role or "worker"}
            for one in self._good
        ]
        self.taken.emit(people)


def _cells(one: Pasted) -> tuple[str, ...]:
    sex = _(SEXES[one.sex]) if one.sex else ""
    role = _(PARTICIPANT_ROLES[one.role or "worker"])
    says = _("Will be added")
    if one.trouble:
        says = _("Left out: {why}").format(why=_(_TROUBLES[one.trouble]).format(found=one.found))
    return str(one.number), one.name, one.position, sex, role, says


def _table() -> QTableWidget:
    made = QTableWidget(0, len(_HEADINGS))
    made.setAccessibleName(_("What was understood"))
    made.setHorizontalHeaderLabels([_(words) for words in _HEADINGS])
    plain_table(made)
    made.setWordWrap(True)
    made.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    made.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    made.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    header = made.horizontalHeader()
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
    for column, width in enumerate((44, 130, 120, 72, 80)):
        made.setColumnWidth(column, px(width))
    header.setSectionResizeMode(len(_HEADINGS) - 1, QHeaderView.ResizeMode.Stretch)
    header.setHighlightSections(False)
    return made
