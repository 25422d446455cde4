"""The first tab of a visit: what was promised, who was met, what the trainer writes."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.fieldwork.workspace import Opening, read_opening
from app.i18n import _, window_language
from app.ui.desk import Desk
from app.ui.labels import visit_title
from app.ui.page import page_layout
from app.ui.theme import px
from app.ui.visit.notes import Notes
from app.ui.visit.people_met import PeopleMet
from app.ui.visit.promised import Promised
from app.ui.visit.receipts import ReceiptsCard
from app.ui.visit.tab import VisitTab
from app.ui.widgets.basics import Card, label

PEOPLE = "people"
_WIDE = 860  # design pixels from which two cards stand side by side
_BAR = 12  # design pixels, as the style sheet has it


class OverviewTab(VisitTab):
    """`open_at`: the name of a field of the visit, or `people` with a person's row and field."""

    tables = frozenset({"visit", "visit_person", "improvement", "improvement_event", "enterprise"})

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._wanted: Sequence[str] = ()
        self._shown = ""
        self.notes: Notes | None = None
        layout = page_layout(self)
        _keep_room_for_the_bar(self, layout)
        self.promised = Promised(self)
        self.earlier = LastTime()
        self._top = QHBoxLayout()
        self._top.setSpacing(px(16))
        self._top.addWidget(self.promised, 2)
        self._top.addWidget(self.earlier, 1)
        layout.addLayout(self._top)
        self.people = PeopleMet(self)
        layout.addWidget(self.people)
        card = Card(_("Notes for the report"))
        self._notes_place = QVBoxLayout()
        card.body.addLayout(self._notes_place)
        layout.addWidget(card)
        self.receipts = ReceiptsCard(desk, self)
        layout.addWidget(self.receipts)
        layout.addStretch(1)
        desk.courier.changed.connect(self._on_courier)

    def reload(self) -> None:
        visit_id = self.visit_id
        self.desk.jobs.run_with_db(self, lambda db: read_opening(db, visit_id), self._show)

    def _on_courier(self) -> None:
        """What waited may be confirmed now."""
        if self._shown and self.isVisible():
            self.receipts.show_visit(self._shown)

    def open_at(self, route: Sequence[str]) -> None:
        self._wanted = route
        if self._shown == self.visit_id:
            self._go_to_wanted()

    def place(self) -> Sequence[str]:
        """The text that is being written; while the tab is read, the one it was opened for."""
        if self._wanted or self.notes is None:
            return self._wanted
        focus = self.window().focusWidget()
        return next(((name,) for name, field in self.notes.fields.items() if field is focus), ())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The next steps stand below what was promised where there is no room beside it."""
        super().resizeEvent(event)
        ways = QHBoxLayout.Direction
        self._top.setDirection(ways.LeftToRight if self.width() >= px(_WIDE) else ways.TopToBottom)

    def _show(self, opening: Opening) -> None:
        if opening.visit.id != self.visit_id:
            return
        self._notes_of(opening.visit.id).show_visit(opening.visit)
        self.promised.show_opening(opening)
        self.earlier.show_opening(opening)
        self.people.show_opening(opening)
        self._shown = opening.visit.id
        self.receipts.show_visit(opening.visit.id)
        self._go_to_wanted()

    def _notes_of(self, visit_id: str) -> Notes:
        """The texts of the visit; those of another one make room for them."""
        if self.notes and self._shown == visit_id:
            return self.notes
        if self.notes:
            self._notes_place.removeWidget(self.notes)
            self.notes.hide()
            self.notes.deleteLater()
        self.notes = self.edits(Notes(self.desk, visit_id))
        self._notes_place.addWidget(self.notes)
        self.notes.show()  # at once, and not with the next layout: what is hidden takes no keyboard
        return self.notes

    def _go_to_wanted(self) -> None:
        wanted, self._wanted = self._wanted, ()
        if not wanted or self.notes is None:
            return
        name, *rest = wanted
        if name == PEOPLE:
            row_id, field, *_more = *rest, "", ""
            target: QWidget | None = self.people.focus_row(row_id, field)
        else:
            target = self.notes.fields.get(name)
        if target:
            target.setFocus()
            area = self.findChild(QScrollArea)
            if isinstance(area, QScrollArea):
                area.ensureWidgetVisible(target, px(20), px(60))


class LastTime(Card):
    """The visit before this one and the next steps that were written down there."""

    def __init__(self) -> None:
        super().__init__(_("Next steps of last visit"))
        self.words = label("", wrap=True)
        self.when = label("", "muted", wrap=True)
        self.body.addWidget(self.when)
        self.body.addWidget(self.words)
        self.body.addStretch(1)

    def show_opening(self, opening: Opening) -> None:
        earlier = opening.earlier
        self.words.setVisible(earlier is not None)
        if earlier is None:
            self.when.setText(_("This is the first visit that is written down here."))
            return
        when = _("{visit}, {day}").format(visit=visit_title(earlier), day=window_language().short_day(earlier.day))
        self.when.setText(when)
        self.words.setText(earlier.next_steps or _("No next steps were written down."))


def _keep_room_for_the_bar(tab: QWidget, layout: QVBoxLayout) -> None:
    """The scroll bar stands in the margin, so that the cards end where the header ends."""
    area, margins = tab.findChild(QScrollArea), layout.contentsMargins()
    if isinstance(area, QScrollArea):
        area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        end = max(0, margins.right() - px(_BAR))
        left, right = (end, margins.left()) if tab.isRightToLeft() else (margins.left(), end)
        layout.setContentsMargins(left, margins.top(), right, margins.bottom())
