"""A section of a checklist on the sheet: its heading, how far it is, what is not asked and why."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QProgressBar, QVBoxLayout, QWidget

from app.checklists.items import Section
from app.i18n import _, ngettext
from app.ui.theme import px
from app.ui.widgets.answer_row import AnswerRow
from app.ui.widgets.basics import Card, button, clear, label, row
from app.ui.widgets.picked_row import flowing


class SectionCard(Card):
    """`lines` takes its rows and rounds."""

    def __init__(self, number: int, section: Section, tag: str) -> None:
        super().__init__()
        self.heading = flowing(f"{number}  {section.label.in_language(tag)}", "heading")
        self.section = section
        self.rows: list[AnswerRow] = []
        self.progress = label("", "muted")
        head = row(self.heading, self.progress)
        head.setStretch(0, 1)
        self.body.addLayout(head)
        self.body.addSpacing(px(8))
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.heading.text())
        self.body.addWidget(self.bar)
        self.lines = QVBoxLayout()
        self.lines.setSpacing(0)
        self.body.addLayout(self.lines)
        self.unasked = UnaskedLine()
        self.body.addWidget(self.unasked)
        self.body.setSpacing(0)
        self.answered = self.asked = 0

    def tell(self, answered: int, asked: int) -> None:
        self.answered, self.asked = answered, asked
        words = ngettext("{n} of {count} answered", "{n} of {count} answered", asked)
        self.progress.setText(words.format(n=answered, count=asked) if asked else _("Nothing is asked here"))
        self.bar.setRange(0, max(1, asked))
        self.bar.setValue(answered)


class UnaskedLine(QWidget):
    """Says how many questions of a section are not asked here, and unfolds into why.

    Signals:
        unfolded: its reasons are seen now.
    """

    unfolded = Signal()

    def __init__(self) -> None:
        super().__init__()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, px(8), 0, 0)
        layout.setSpacing(px(4))
        self.fold = button("", self._turn, name="inline")
        layout.addLayout(row(self.fold, None))
        self._lines = QVBoxLayout()
        self._lines.setSpacing(px(6))
        layout.addLayout(self._lines)
        self._reasons: Callable[[], Sequence[tuple[str, str]]] = tuple
        self.is_unfolded = False
        self._count = 0
        self._shown: list[QLabel] = []
        self.hide()

    def say(self, count: int, reasons: Callable[[], Sequence[tuple[str, str]]]) -> None:
        """`reasons`: (question, why it is not asked), read when somebody looks."""
        self._reasons = reasons
        self._count = count
        self.setVisible(bool(count))
        self._name()
        if self.is_unfolded:
            self._fill()

    @property
    def texts(self) -> list[str]:
        """The reasons that are seen, for a reader."""
        return [words.accessibleName() for words in self._shown]

    def _turn(self) -> None:
        self.is_unfolded = not self.is_unfolded
        self._name()
        self._fill()
        self.unfolded.emit()

    def _name(self) -> None:
        words = ngettext("{n} question is not asked here", "{n} questions are not asked here", self._count)
        ends = _("{words}: hide why") if self.is_unfolded else _("{words}: show why")
        self.fold.setText(ends.format(words=words.format(n=self._count)))

    def _fill(self) -> None:
        clear(self._lines)
        self._shown = []
        for question, reason in self._reasons() if self.is_unfolded else ():
            words = flowing(f"{question}\n{reason}" if reason else question, "small")
            words.setAccessibleName(f"{question}. {reason}")
            self._shown.append(words)
            self._lines.addWidget(words)
