"""Beside the checklist: the current item with what is done about it, and the sections."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from app.i18n import _
from app.ui.desk import Desk
from app.ui.theme import px
from app.ui.visit.finding_card import FindingCard, SectionList
from app.ui.widgets.basics import button

_WIDTH = 336


class ChecklistSide(QScrollArea):
    """Signals:
    left: back to the checklist, where the side stands instead of it.
    """

    left = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.finding = FindingCard(desk)
        self.sections = SectionList()
        self.back = button(_("Back to the checklist"), self.left.emit, large=True)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        content = QWidget()
        stacked = QVBoxLayout(content)
        stacked.setContentsMargins(0, 0, px(6), 0)
        stacked.setSpacing(px(12))
        for widget in (self.back, self.finding, self.sections):
            stacked.addWidget(widget)
        stacked.addStretch(1)
        self.setWidget(content)

    def arrange(self, *, is_beside: bool, is_asked: bool) -> None:
        """Beside the sheet where there is room, else instead of it when it was asked for."""
        self.setVisible(is_beside or is_asked)
        self.back.setVisible(is_asked)
        self.sections.setVisible(is_beside)
        if is_beside:
            self.setFixedWidth(px(_WIDTH))
        else:
            self.setMinimumWidth(0)
            self.setMaximumWidth(px(4000))
