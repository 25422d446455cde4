"""The column beside a tab's main part: as wide as it is, scrolling downwards only."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QWidget

from app.ui.theme import px
from app.ui.widgets.basics import Card, column


class SideArea(QScrollArea):
    """`width` in design pixels."""

    def __init__(self, *, width: int) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFixedWidth(px(width))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def show_cards(self, *cards: Card) -> None:
        """These one below the other, instead of what was there."""
        stage = QWidget()
        stage.setLayout(column(*cards, None, spacing=12))
        self.setWidget(stage)
