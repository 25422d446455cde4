"""See it as it was: a visit at any moment of its life, to be looked at only."""

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QListWidget,
    QScrollArea,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from app.fieldwork.past_visit import Moment, moments, visit_then
from app.i18n import _, ngettext
from app.models.snapshots import VisitSnapshot
from app.ui.desk import Desk
from app.ui.dialogs.visit_then import fill_visit
from app.ui.labels import near_moment
from app.ui.theme import px
from app.ui.widgets.basics import EmptyState, button, clear, column, label, row

_REST_MS = 120


def open_as_it_was(desk: Desk, visit_id: str, parent: QWidget) -> "AsItWas":
    """The dialog, shown beside the window, which goes on working."""
    dialog = AsItWas(desk, visit_id, parent)
    dialog.show()
    return dialog


class AsItWas(QDialog):
    """A time line at the side, the visit as it was beside it. Nothing in it can be changed."""

    def __init__(self, desk: Desk, visit_id: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("See it as it was"))
        self.resize(QSize(px(980), px(640)).boundedTo(parent.window().size() if parent else QSize(px(980), px(640))))
        self._desk, self._visit_id = desk, visit_id
        self._moments: list[Moment] = []
        self._asked = -1
        self.heading = label(_("See it as it was"), "title", wrap=True)
        self.second = label(_("Reading..."), "muted", wrap=True)
        self.list = QListWidget()
        self.list.setAccessibleName(_("Moments of the visit"))
        self.list.setFixedWidth(px(300))
        self.list.setWordWrap(True)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName(_("Moment"))
        self.body = column(spacing=12)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self._read)
        self._lay_out()
        self.list.currentRowChanged.connect(self._on_row)
        self.slider.valueChanged.connect(self.list.setCurrentRow)
        desk.jobs.run_reading(self, lambda db: moments(db, visit_id), self._show_moments)

    def _lay_out(self) -> None:
        content = QWidget()
        content.setObjectName("page")
        inner = QVBoxLayout(content)
        inner.setContentsMargins(0, 0, px(8), 0)
        inner.addLayout(self.body)
        inner.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setAccessibleName(_("The visit as it was"))
        area.setWidget(content)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(20), px(16), px(20), px(16))
        layout.setSpacing(px(12))
        for widget in (self.heading, self.second, self.slider):
            layout.addWidget(widget)
        columns = QHBoxLayout()
        columns.setSpacing(px(16))
        columns.addWidget(self.list)
        columns.addWidget(area, 1)
        layout.addLayout(columns, 1)
        hint = label(_("Up and Down step through the moments. Nothing can be changed here."), "muted", wrap=True)
        foot = row(hint, button(_("Close"), self.close))
        foot.setStretch(0, 1)
        layout.addLayout(foot)

    def _show_moments(self, found: list[Moment]) -> None:
        self._moments = found
        today = self._desk.by.clock.today()
        for moment in found:
            fields = ngettext("{n} field", "{n} fields", moment.fields).format(n=moment.fields)
            when = near_moment(moment.at, today)
            words = _("{when} · {who} · {fields}") if moment.who else _("{when} · {fields}")
            self.list.addItem(words.format(when=when, who=moment.who, fields=fields))
        self.slider.setRange(0, max(0, len(found) - 1))
        if found:
            self.list.setCurrentRow(len(found) - 1)
            self.list.setFocus()

    def _on_row(self, number: int) -> None:
        if number < 0:
            return
        self._asked = number
        self.slider.setValue(number)
        self._rest.start()

    def _read(self) -> None:
        number, after = self._asked, self._moments[self._asked].group
        self._desk.jobs.run_reading(
            self, lambda db: visit_then(db, self._visit_id, after), lambda found: self._show(number, found)
        )

    def _show(self, number: int, found: VisitSnapshot | None) -> None:
        """Only the moment that is still asked for is shown."""
        if number != self._asked:
            return
        when = near_moment(self._moments[number].at, self._desk.by.clock.today())
        place = _("Moment {n} of {all}: {when}").format(n=number + 1, all=len(self._moments), when=when)
        self.second.setText(place)
        clear(self.body)
        if found is None:
            self.body.addWidget(EmptyState(_("At this moment the visit was not there, or it was in the bin.")))
            return
        self.heading.setText(_("{enterprise} as it was").format(enterprise=found.visit.enterprise))
        fill_visit(self.body, found)
