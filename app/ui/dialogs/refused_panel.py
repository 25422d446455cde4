"""One step of work that the server did not take: what it was, why, and what can be done about it."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.errors import AppError
from app.i18n import _, ngettext
from app.messages import message
from app.messages.differences import field_words, place_words, table_words, thing_words, value_words
from app.messages.sync_troubles import refusal_words
from app.models.database import Author
from app.models.driver import Database
from app.models.registry import TABLE_BY_NAME
from app.sync.conflicts import Part
from app.sync.refused import Refused, RefusedRow, export_refused, get_refused, give_up, send_again
from app.ui.desk import Desk
from app.ui.labels import near_moment
from app.ui.theme import px
from app.ui.widgets.basics import button, clear, label, row
from app.ui.widgets.notices import Notice
from app.ui.widgets.side_panel import SidePanel

_MOST = 40  # rows of one step that are shown


class RefusedPanel(SidePanel):
    """Signals:
    handled: it was sent again or given up.
    """

    handled = Signal()

    def __init__(self, desk: Desk, stage: QWidget) -> None:
        super().__init__(stage, _("Not taken"), width=460)
        self._desk = desk
        self._found: Refused | None = None
        self._wanted = 0
        self.why = Notice()
        self.when = label("", "muted", wrap=True)
        self.rows = QVBoxLayout()
        self.rows.setSpacing(px(12))
        self.error = label("", "error", wrap=True)
        self.again = button(_("Send again"), self._again, name="primary")
        self.open = button(_("Open the record"), self._open)
        self.export = button(_("Export…"), self._export)
        self.drop = button(_("Give it up"), self._ask, name="quiet")
        self.sure = QWidget()
        says = _("Its records then show what the server has. What you wrote stays in their history.")
        self.really = button(_("Give it up all the same"), self._drop)
        layout = QVBoxLayout(self.sure)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(label(says, wrap=True))
        layout.addLayout(row(self.really, button(_("Leave it"), self._leave, name="quiet"), None))
        self.body.addWidget(self.why)
        self.body.addWidget(self.when)
        self.body.addLayout(self.rows)
        self.body.addLayout(row(self.open, self.export, None))
        self.body.addWidget(self.error)
        self.body.addWidget(self.sure)
        self.foot.addWidget(self.again)
        self.foot.addWidget(self.drop)
        self.foot.addStretch(1)

    def open_refused(self, number: int) -> None:
        """Read it and show it."""
        self._wanted = number
        self._desk.jobs.run_reading(self, lambda db: get_refused(db, number), self._show, self._failed)

    def _show(self, found: Refused) -> None:
        if found.id != self._wanted:
            return
        self._found = found
        today = self._desk.by.clock.today()
        self.why.say(refusal_words(found.code, found.table, found.field))
        self.when.setText(_("Written {when}.").format(when=near_moment(found.done_at, today)))
        self.error.setText("")
        self.sure.hide()
        self.open.setVisible(any(one.where.enterprise_id for one in found.rows))
        clear(self.rows)
        for one in found.rows[:_MOST]:
            self.rows.addWidget(_row(one))
        if (rest := len(found.rows) - _MOST) > 0:
            words = ngettext("and {n} more record", "and {n} more records", rest).format(n=rest)
            self.rows.addWidget(label(words, "muted"))
        self.open_panel(self.again)

    def _again(self) -> None:
        self._do(send_again, _("It is sent again"))

    def _ask(self) -> None:
        self.sure.show()
        self.really.setFocus()

    def _leave(self) -> None:
        self.sure.hide()
        self.drop.setFocus()

    def _drop(self) -> None:
        self._do(self._give_up, _("Given up"))

    def _give_up(self, db: Database, by: Author, number: int) -> None:
        self._desk.jobs.announce(give_up(db, by, number))

    def _do(self, deed: Callable[[Database, Author, int], object], says: str) -> None:
        if self._found is None:
            return
        number = self._found.id

        def done(_none: object) -> None:
            self._desk.said.emit(says, False)
            self.close_panel()
            self.handled.emit()

        self._desk.write(self, lambda db, by: deed(db, by, number), done, failed=self._failed)

    def _open(self) -> None:
        where = next((one.where for one in self._found.rows if one.where.enterprise_id), None) if self._found else None
        if where is None:
            return
        self.close_panel()
        if where.visit:
            self._desk.go("visit", where.visit.id)
        else:
            self._desk.go("enterprise", where.enterprise_id)

    def _export(self) -> None:
        if self._found is None:
            return
        number = self._found.id
        path = self._desk.ask.new_file(
            self, _("Export…"), _("Not taken {n}.json").format(n=number), _("JSON files (*.json)")
        )
        if path:
            says = _("Written: {path}").format(path=path.name)
            told = partial(self._desk.said.emit, says, False)
            self._desk.jobs.run_reading(
                self, lambda db: export_refused(db, number, path), lambda _none: told(), self._failed
            )

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, AppError):
            self.error.setText(message(error).says)
        else:
            self._desk.jobs.failed.emit(error)


def _row(one: RefusedRow) -> QWidget:
    made = QWidget()
    layout = QVBoxLayout(made)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(px(4))
    layout.addWidget(label(place_words(one.where), "small", wrap=True))
    title = _("{kind}: {what}").format(kind=table_words(one.where.table), what=thing_words(one.where))
    layout.addWidget(label(title, "strong", wrap=True))
    if one.binned:
        layout.addWidget(label(_("To the bin"), wrap=True))
    for name, value in one.values.items():
        part = _part(one.where.table, name)
        words = _("{field}: {value}").format(field=field_words(part), value=value_words(part, value, one.where.item))
        if part.about is not None:
            layout.addWidget(label(words, wrap=True))
    return made


def _part(table: str, name: str) -> Part:
    known = TABLE_BY_NAME.get(table)
    about = next((f for f in known.fields if f.name == name), None) if known else None
    return Part(name, about, None, None, None, None)
