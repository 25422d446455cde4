"""Choosing a checklist and the moment it is filled in for."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.fieldwork.walkthrough import Offer
from app.i18n import N_, _
from app.ui.theme import px
from app.ui.widgets.basics import Card, button, label, row
from app.ui.widgets.fields import FormRow, choice_field
from app.ui.widgets.segments import Segment, Segmented

MOMENTS = {"baseline": N_("Baseline"), "interim": N_("Interim"), "end_line": N_("End line")}
_HINT = N_("The baseline is the first time; later ones are compared with it.")


class ChecklistStart(QWidget):
    """Signals:
    begun: (checklist id, moment).
    cancelled: back to the checklist that is there.
    """

    begun = Signal(str, str)
    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._offers: tuple[Offer, ...] = ()
        self.checklist = choice_field([])
        self.checklist.setProperty("large", True)
        self.moment = Segmented([Segment(code, _(words)) for code, words in MOMENTS.items()], _("Filled in as"))
        self._moment = ""
        self.moment.chosen.connect(self._on_moment)
        self.go = button(_("Start the checklist"), self._begin, name="primary", large=True)
        self.cancel = button(_("Back to the checklist"), self.cancelled.emit, large=True)
        card = Card(_("Choose a checklist"))
        card.setMaximumWidth(px(560))
        words = _("Walk through the factory with it. Answers, notes and photos are kept as you go.")
        card.body.addWidget(label(words, "muted", wrap=True))
        card.body.addWidget(FormRow(_("Checklist"), self.checklist))
        moment = FormRow(_("Filled in as"), self.moment, hint=_(_HINT))
        moment.layout().setAlignment(self.moment, Qt.AlignmentFlag.AlignLeading)  # type: ignore[union-attr]
        card.body.addWidget(moment)
        card.body.addLayout(row(self.go, self.cancel, None))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, px(8), 0, 0)
        layout.addWidget(card)
        layout.addStretch(1)

    def show_offers(self, offers: Sequence[Offer], moment: str, *, can_cancel: bool) -> None:
        self.cancel.setVisible(can_cancel)
        self._moment = self.moment.value or moment
        self.moment.show_value(self._moment)
        if tuple(offers) == self._offers:
            return
        self._offers = tuple(offers)
        self.checklist.clear()
        for offer in offers:
            self.checklist.addItem(_(offer.title), offer.checklist_id)
        self.go.setEnabled(bool(offers))

    def _on_moment(self, code: str | None) -> None:
        """One is always chosen: pressed again it stays."""
        self._moment = code or self._moment
        self.moment.show_value(self._moment)

    def _begin(self) -> None:
        if checklist_id := self.checklist.currentData():
            self.begun.emit(checklist_id, self.moment.value or next(iter(MOMENTS)))
