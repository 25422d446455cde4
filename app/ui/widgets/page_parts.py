"""The parts of a page that are shown one at a time, under a bar of tabs."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QStackedWidget, QTabBar, QWidget

from app.i18n import _


class PageParts(QTabBar):
    """`stack` shows the part whose tab is chosen; Ctrl+1, Ctrl+2 choose too."""

    def __init__(self, parts: Sequence[tuple[str, QWidget]]) -> None:
        """(words of the tab, what it shows)."""
        super().__init__()
        self.setAccessibleName(_("Parts of the page"))
        self.setDrawBase(False)
        self.setExpanding(False)
        self.stack = QStackedWidget()
        for number, (words, part) in enumerate(parts, start=1):
            self.stack.addWidget(part)
            self.setTabToolTip(self.addTab(words), f"Ctrl+{number}")
            shortcut = QShortcut(QKeySequence(f"Ctrl+{number}"), self)
            shortcut.activated.connect(partial(self.setCurrentIndex, number - 1))
        self.currentChanged.connect(self.stack.setCurrentIndex)
