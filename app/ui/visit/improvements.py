"""What the enterprise promises: agreed on this visit, and open from before; each with all its fields beside it."""

from collections.abc import Callable, Sequence
from datetime import date

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from app.errors import NotAllowed
from app.fieldwork.agreement import agree, verify
from app.fieldwork.promises import Promise, Promises, promises
from app.fieldwork.records import bin_record
from app.i18n import N_, _, ngettext
from app.messages import message
from app.models.database import Author
from app.models.driver import Database
from app.ui.desk import Desk
from app.ui.page import page_layout
from app.ui.theme import px
from app.ui.visit.checklist_keys import is_writing
from app.ui.visit.improvement_panel import ImprovementPanel
from app.ui.visit.keyed import KeyedRows
from app.ui.visit.promise_row import PromiseRow
from app.ui.visit.tab import VisitTab
from app.ui.widgets.basics import Card, button, label

_SIDE_WIDTH = 348
_WIDE = 900  # design pixels from which the fields stand beside the list


class ImprovementsTab(VisitTab):
    """`open_at`: the id of an improvement."""

    tables = frozenset({"visit", "improvement", "improvement_event", "answer", "user"})
    keys = (
        (N_("Up, Down"), N_("the improvement before, the next one")),
        (N_("Enter"), N_("its fields")),
        (N_("N"), N_("add an improvement")),
        (N_("Delete"), N_("move it to the bin")),
    )

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._shown: Promises | None = None
        self._current = ""
        self._wanted = ""
        self._side_is_asked = False
        self.new = self.edits(QLineEdit())
        self.new.setPlaceholderText(_("What was agreed? Type it and press Enter"))
        self.new.setAccessibleName(_("Add an improvement"))
        self.new.setProperty("large", True)
        self.new.returnPressed.connect(self._add)
        self.ours = PromiseList(
            _("Agreed on this visit"),
            _("Nothing is agreed on this visit yet. Type what was agreed above, or answer a checklist: a finding"
              " becomes an improvement in one step."),
            self._made,
        )  # fmt: skip
        self.before = PromiseList(
            _("Promised on earlier visits"), _("Nothing from earlier visits was open when this one began."), self._made
        )
        self.ours.body.insertWidget(0, self.new)
        self.panel = ImprovementPanel(desk)
        self._lay_out()
        self.panel.binned.connect(self._bin)
        self.panel.verified.connect(self._verify)
        self.panel.finding_wanted.connect(lambda item: self.desk.go("visit", self.visit_id, "checklists", "item", item))

    def show_visit(self, visit_id: str) -> None:
        if visit_id != self.visit_id:
            self._shown, self._current = None, ""
        super().show_visit(visit_id)

    def set_editable(self, editable: bool) -> None:
        super().set_editable(editable)
        self.panel.set_editable(editable)

    def open_at(self, rest: Sequence[str]) -> None:
        self._wanted = rest[-1] if rest else ""
        if self._shown and not self._stale:
            self._go_to_wanted()

    def place(self) -> Sequence[str]:
        key = self._wanted or self._current
        return (key,) if key else ()

    def focus_filter(self) -> bool:
        self.new.setFocus()
        return True

    def reload(self) -> None:
        visit_id = self.visit_id
        self.desk.jobs.run_with_db(self, lambda db: promises(db, visit_id), self._show)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._side_is_asked and not self._is_wide():
            self._close_side()
        elif is_writing() or not self._take_key(event):
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys of the rows come here before the scroll area makes them its own."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._take_key(event)
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    @property
    def rows(self) -> dict[str, PromiseRow]:
        """The rows in the order they stand in."""
        return {key: one for rows in (self.ours, self.before) for key, one in rows.in_order()}

    def choose(self, improvement_id: str, *, focus: bool = True) -> None:
        """Make it the current one: its fields stand beside the list."""
        rows = self.rows
        if improvement_id not in rows:  # it was handed the keyboard by a row that goes, and goes itself
            return
        for key, one in rows.items():
            one.mark(key == improvement_id)
        self._current = improvement_id
        if focus:
            rows[improvement_id].setFocus()
        self._area.ensureWidgetVisible(rows[improvement_id])
        self._show_panel()

    def _take_key(self, event: QKeyEvent) -> bool:
        keys = list(self.rows)
        at = keys.index(self._current) if self._current in keys else -1
        match event.key():
            case Qt.Key.Key_Down | Qt.Key.Key_Up if keys:
                step = 1 if event.key() == Qt.Key.Key_Down else -1
                self.choose(keys[max(0, min(len(keys) - 1, at + step))])
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if at >= 0:
                self._open_fields()
            case Qt.Key.Key_Delete if at >= 0 and self.can_edit:
                self._bin(self._current)
            case Qt.Key.Key_N if event.modifiers() == Qt.KeyboardModifier.NoModifier:
                self.new.setFocus()
            case _:
                return False
        return True

    def _lay_out(self) -> None:
        layout = page_layout(self, scrolls=False)
        beside = QHBoxLayout()
        beside.setSpacing(px(12))
        self._area = _scroll(self.ours, self.before)
        self._back = button(_("Back to the list"), self._close_side, large=True)
        self._side = _scroll(self._back, self.panel)
        beside.addWidget(self._area, 1)
        beside.addWidget(self._side)
        layout.addLayout(beside, 1)
        self._area.hide()
        self._side.hide()

    def _made(self, improvement_id: str) -> PromiseRow:
        row = PromiseRow(improvement_id)
        row.entered.connect(lambda: self.choose(improvement_id, focus=False))
        row.opened.connect(self._open_fields)
        row.installEventFilter(self)
        return row

    def _show(self, shown: Promises) -> None:
        if shown.visit.id != self.visit_id:
            return
        self._shown = shown
        today = self.desk.by.clock.today()
        self.ours.show_promises(shown.ours, today)
        self.before.show_promises(shown.before, today)
        keys = list(self.rows)
        if self._current not in keys:
            self._current = ""
        if keys and not self._current:
            self._current = keys[0]
        for key, one in self.rows.items():
            one.mark(key == self._current)
        self._go_to_wanted()
        self._show_panel()
        self._arrange()

    def _go_to_wanted(self) -> None:
        wanted, self._wanted = self._wanted, ""
        if wanted in self.rows:
            self.choose(wanted)

    def _show_panel(self) -> None:
        every = self._shown.every if self._shown else ()
        found = next((one for one in every if one.improvement.id == self._current), None)
        if found and self._shown:
            self.panel.show_promise(found, self._shown)

    def _open_fields(self) -> None:
        self._side_is_asked = True
        self._arrange()
        self.panel.focus_first()

    def _close_side(self) -> None:
        self._side_is_asked = False
        self._arrange()
        if self._current:
            self.choose(self._current)

    def _add(self) -> None:
        what, visit_id = self.new.text().strip(), self.visit_id
        if not what:
            return

        def added(improvement_id: str) -> None:
            self._wanted = ""
            self._current = improvement_id
            self.reload()

        self.new.clear()
        self.desk.write(self, lambda db, by: agree(db, by, visit_id, what), added)

    def _bin(self, improvement_id: str) -> None:
        def deed(db: Database, by: Author) -> None:
            bin_record(db, by, "improvement", improvement_id)

        self.desk.write(self, deed, says=_("Improvement moved to the bin"))

    def _verify(self, improvement_id: str) -> None:
        """A refusal stands in words under the button; other troubles go where all go."""
        by = self.desk.by
        day = by.clock.today()

        def failed(error: BaseException) -> None:
            if isinstance(error, NotAllowed):
                self.panel.complain(message(error).says)
            else:
                self.desk.jobs.failed.emit(error)

        self.desk.jobs.run_with_db(
            self, lambda db: verify(db, by, improvement_id, on=day), lambda _none: self.desk.saved.emit(), failed
        )

    def _is_wide(self) -> bool:
        return self.width() >= px(_WIDE)

    def _arrange(self) -> None:
        """The fields stand beside the list where there is room, else instead of it when they were asked for."""
        if self._shown is None:
            return
        wide, has_one = self._is_wide(), bool(self._current)
        asked = self._side_is_asked and not wide and has_one
        self._side.setVisible(has_one and (wide or asked))
        self._back.setVisible(asked)
        self._area.setVisible(not asked)
        if wide:
            self._side.setFixedWidth(px(_SIDE_WIDTH))
        else:
            self._side.setMinimumWidth(0)
            self._side.setMaximumWidth(px(4000))


class PromiseList(Card):
    """A titled list of improvements; rows follow them by id."""

    def __init__(self, title: str, empty: str, make: Callable[[str], PromiseRow]) -> None:
        super().__init__(title)
        self.count = label("", "muted")
        self.corner.addWidget(self.count)
        self._empty = label(empty, "muted", wrap=True)
        place = QVBoxLayout()
        place.setSpacing(0)
        self.body.addLayout(place)
        self.body.addWidget(self._empty)
        self._today = date.min
        self._rows: KeyedRows[Promise, PromiseRow] = KeyedRows(
            place,
            lambda promise: make(promise.improvement.id),
            lambda row, promise: row.show_promise(promise, self._today),
        )
        self._order: list[str] = []

    def show_promises(self, shown: Sequence[Promise], today: date) -> None:
        self._today = today
        self._order = [one.improvement.id for one in shown]
        self._rows.show([(one.improvement.id, one) for one in shown])
        self._empty.setVisible(not shown)
        words = ngettext("{n} improvement", "{n} improvements", len(shown)).format(n=len(shown))
        self.count.setText(words if shown else "")

    def in_order(self) -> list[tuple[str, PromiseRow]]:
        shown = self._rows.widgets  # a row that goes while it has the keyboard hands it on before all is in order
        return [(key, shown[key]) for key in self._order if key in shown]


def _scroll(*widgets: QWidget) -> QScrollArea:
    content = QWidget()
    layout = QVBoxLayout(content)
    layout.setContentsMargins(0, 0, px(6), 0)
    layout.setSpacing(px(12))
    for widget in widgets:
        layout.addWidget(widget)
    layout.addStretch(1)
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(content)
    return area
