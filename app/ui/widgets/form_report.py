"""What examining a form found: errors with their places, then remarks; copied as text for its author."""

from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.i18n import _, ngettext
from app.messages import Message, remark_message, trouble_message
from app.ui.theme import px
from app.ui.widgets.basics import ChipKind, button, chip, clear, column, label, row
from app.ui.widgets.picked_row import flowing

if TYPE_CHECKING:
    from app.fieldwork.form_check import Examination

_MOST_SHOWN = 30


class FormReport(QWidget):
    """Hidden while there is nothing to say."""

    def __init__(self) -> None:
        super().__init__()
        self.copy = button(_("Copy this list"), self._copy)
        self._lines: list[str] = []
        self._body = QVBoxLayout()
        self._body.setSpacing(px(8))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(px(8))
        layout.addLayout(self._body)
        layout.addLayout(row(self.copy, None))
        self.hide()

    def show_found(self, found: "Examination", refusal: str = "") -> None:
        """`refusal`: why the form cannot be taken in although it is clean."""
        clear(self._body)
        self._lines = []
        troubles = [Message(refusal)] if refusal else []
        troubles += [trouble_message(one) for one in found.troubles]
        if troubles:
            words = ngettext("{n} error", "{n} errors", len(troubles)).format(n=len(troubles))
            self._add(chip(words, ChipKind.BAD), troubles, "error")
        if found.remarks:
            words = ngettext("{n} remark", "{n} remarks", len(found.remarks)).format(n=len(found.remarks))
            self._add(chip(words, ChipKind.WARN), [remark_message(one) for one in found.remarks], "")
        self.setVisible(bool(self._lines))

    def _add(self, sign: QWidget, messages: list[Message], name: str) -> None:
        self._body.addLayout(row(sign, None))
        for one in messages:
            self._lines.append(f"{one.details}: {one.says}" if one.details else one.says)
        for one in messages[:_MOST_SHOWN]:
            place = [flowing(one.details, "small")] if one.details else []
            self._body.addLayout(column(flowing(one.says, name), *place, spacing=0))
        rest = len(messages) - _MOST_SHOWN
        if rest > 0:
            words = ngettext("{n} more is in the copied list.", "{n} more are in the copied list.", rest)
            self._body.addWidget(label(words.format(n=rest), "small", wrap=True))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText("\n".join(self._lines))
