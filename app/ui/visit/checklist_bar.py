"""Above a checklist: which one, how far it is, which of its items are shown."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from app.fieldwork.walkthrough import Begun
from app.i18n import _
from app.ui.theme import px
from app.ui.visit.checklist_start import MOMENTS
from app.ui.visit.sheet_state import ALL, CHANGED, CRITICAL, FINDINGS, UNANSWERED
from app.ui.widgets.basics import button, column, label, row, turn
from app.ui.widgets.fields import choice_field
from app.ui.widgets.segments import Segment, Segmented

_SECTION_LETTERS = 24  # of a section's heading, at least


class ChecklistBar(QWidget):
    """Signals:
    chosen: the id of another assessment.
    filtered: `all`, `unanswered`, `findings`, `critical` or `changed`.
    section_chosen: the place of a section, from 0.
    another: a further checklist is wanted.
    """

    chosen = Signal(str)
    filtered = Signal(str)
    section_chosen = Signal(int)
    another = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._one_line = 0
        self.title = label("", "heading", wrap=True)
        self.which = choice_field([])
        self.which.setAccessibleName(_("Which checklist"))
        self.which.activated.connect(lambda: self.chosen.emit(self.which.currentData()))
        self.count = label("", "muted")
        words = {
            ALL: _("All"),
            UNANSWERED: _("Unanswered"),
            FINDINGS: _("Findings"),
            CRITICAL: _("Critical"),
            CHANGED: _("Changed"),
        }
        self.filter = Segmented([Segment(code, text) for code, text in words.items()], _("Show"), wraps=True)
        self.filter.button(CHANGED).setToolTip(_("Answered otherwise than on the last visit"))
        self.filter.show_value(ALL)
        self.filter.chosen.connect(self._on_filter)
        self.section = choice_field([])
        self.section.setAccessibleName(_("Go to a section"))
        self.section.activated.connect(self.section_chosen.emit)
        more = button(_("Another checklist"), self.another.emit, name="quiet", large=True)
        self._halves = QHBoxLayout(self)
        self._halves.setContentsMargins(0, 0, 0, 0)
        self._halves.setSpacing(px(8))
        self._halves.addLayout(column(self.title, self.which, self.count, spacing=2), 1)
        self.section.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.section.setMinimumContentsLength(_SECTION_LETTERS)
        where = row(self.section, more, spacing=12)
        where.setStretch(0, 1)
        self._tools = row(self.filter, spacing=12)
        self._tools.addLayout(where, 1)
        self._halves.addLayout(self._tools)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Sections stand below the filter where one line has no room for both."""
        super().resizeEvent(event)
        if self._tools.direction() != QHBoxLayout.Direction.TopToBottom:
            self._one_line = self._tools.sizeHint().width()
        turn(self._tools, (0, 1), beside=self._one_line <= self.width())

    def show_begun(self, begun: Sequence[Begun], assessment_id: str) -> None:
        names = [(one.assessment_id, _name(one)) for one in begun]
        with QSignalBlocker(self.which):
            if names != [(self.which.itemData(n), self.which.itemText(n)) for n in range(self.which.count())]:
                self.which.clear()
                for one_id, name in names:
                    self.which.addItem(name, one_id)
            self.which.setCurrentIndex(self.which.findData(assessment_id))
        self.title.setText(dict(names).get(assessment_id, ""))
        self.title.setVisible(len(names) < 2)
        self.which.setVisible(len(names) > 1)

    def show_changed(self, wanted: bool) -> None:
        """Whether there is an earlier visit to compare with."""
        self.filter.button(CHANGED).setVisible(wanted)

    def show_filter(self) -> None:
        """All items, as when a checklist is opened."""
        self.filter.show_value(ALL)

    def show_sections(self, sections: Sequence[tuple[str, str]]) -> None:
        """`sections`: (heading, how far it is)."""
        words = [f"{heading} · {far}" for heading, far in sections]
        if self.section.count() != len(words):
            self.section.clear()
            self.section.addItems(words)
            return
        for place, text in enumerate(words):
            if self.section.itemText(place) != text:
                self.section.setItemText(place, text)

    def show_sections_field(self, wanted: bool) -> None:
        """The list of sections as a field, where there is no room for it beside the sheet."""
        self.section.setVisible(wanted)
        ways = QHBoxLayout.Direction
        self._halves.setDirection(ways.TopToBottom if wanted else ways.LeftToRight)

    def tell(self, words: str, done: int, there_are: int) -> None:
        self.count.setText(words.format(n=done, count=there_are))

    def focus_filter(self) -> bool:
        self.filter.button(self.filter.value or ALL).setFocus()
        return True

    def _on_filter(self, code: str | None) -> None:
        if code is None:
            self.filter.show_value(ALL)
        self.filtered.emit(code or ALL)


def _name(begun: Begun) -> str:
    moment = _(MOMENTS[begun.moment]) if begun.moment in MOMENTS else ""
    return _("{checklist} · {moment}").format(checklist=_(begun.title), moment=moment)
