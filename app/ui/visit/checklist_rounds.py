"""The rounds of a repeat on the sheet: one tab for each area, sheet or buyer, with the ordinary rows of one of them."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from app.i18n import _
from app.ui.theme import px
from app.ui.widgets.basics import button, label
from app.ui.widgets.flow import Flow
from app.ui.widgets.segments import segment_button


class RoundsBlock(QWidget):
    """Signals:
    chosen: the round that is wanted.
    wanted: another round is to be added.
    unwanted: the round that is shown is to go.
    """

    chosen = Signal(str)
    wanted = Signal()
    unwanted = Signal()

    def __init__(self, repeat: str, outer: str, title: str) -> None:
        """`outer`: the round that this row of rounds stands in; empty at the top."""
        super().__init__()
        self.repeat, self.outer, self.title = repeat, outer, title
        self.rounds: Sequence[str] | None = None
        self.current = ""
        self._editable, self._is_counted = True, False
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, px(8), 0, 0)
        layout.setSpacing(px(4))
        self.heading = label(title, "strong", wrap=True)
        strip = QWidget()
        self._strip = Flow(spacing=6)
        strip.setLayout(self._strip)
        self.tabs: dict[str, QPushButton] = {}
        self.add = button(_("Add"), self.wanted.emit, name="quiet", large=True, tip=_("Ins"))
        self.add.setAccessibleName(_("Add: {title}").format(title=title))
        self.remove = button(_("Remove"), self.unwanted.emit, name="quiet", large=True)
        self.none = label(_("Nothing was added here yet."), "muted")
        self.lines = QVBoxLayout()
        self.lines.setSpacing(0)
        layout.addWidget(self.heading)
        layout.addWidget(strip)
        layout.addWidget(self.none)
        layout.addLayout(self.lines)

    def show_rounds(self, rounds: Sequence[str], names: Sequence[str], current: str, *, is_counted: bool) -> None:
        """`names` of the rounds; `is_counted`: the form says how many there are, nobody adds one."""
        self._is_counted = is_counted
        self.current = current
        if tuple(rounds) != self.rounds:
            self.rounds = tuple(rounds)
            self._fill(self.rounds)
        for round_, name in zip(rounds, names, strict=True):
            self.tabs[round_].setText(name)
            self.tabs[round_].setAccessibleName(_("{title}: {name}").format(title=self.title, name=name))
            self.tabs[round_].setChecked(round_ == current)
        self.none.setVisible(not rounds)
        self._arrange()

    def set_editable(self, editable: bool) -> None:
        self._editable = editable
        self._arrange()

    def _arrange(self) -> None:
        self.add.setVisible(not self._is_counted)
        self.add.setEnabled(self._editable)
        self.remove.setVisible(bool(self.rounds) and not self._is_counted)
        self.remove.setEnabled(self._editable)

    def _fill(self, rounds: Sequence[str]) -> None:
        while item := self._strip.takeAt(0):
            if (widget := item.widget()) and widget not in (self.add, self.remove):
                widget.hide()
                widget.deleteLater()
        self.tabs = {}
        for round_ in rounds:
            made = segment_button("")
            made.clicked.connect(lambda _checked, one=round_: self._on_clicked(one))
            self.tabs[round_] = made
            self._strip.addWidget(made)
        self._strip.addWidget(self.add)
        self._strip.addWidget(self.remove)

    def _on_clicked(self, round_: str) -> None:
        self.tabs[round_].setChecked(True)
        if round_ != self.current:
            self.chosen.emit(round_)
