"""The self-test: everything the day needs is tried, and said in words."""

from app.i18n import _
from app.paths import DataFolder
from app.ui.desk import Desk
from app.ui.widgets.basics import Card, ChipKind, button, chip, clear, column, label, row

_SAID_ELSEWHERE = "protection"  # whether the data are encrypted is no trial; the settings say it beside the folder


class SelfTestCard(Card):
    """The results stay until the next test."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(_("Self-test"))
        self._desk = desk
        self.run = button(_("Test this laptop"), self._run)
        self.says = label(_("Tries the database, the fonts, a report, a workbook and encryption."), "muted", wrap=True)
        self.results = column(spacing=6)
        self.body.addWidget(self.says)
        self.body.addLayout(self.results)
        self.body.addLayout(row(self.run, None))

    def _run(self) -> None:
        self.run.setEnabled(False)
        clear(self.results)
        self.says.setText(_("Testing. This takes a few seconds."))
        folder = self._desk.folder
        self._desk.jobs.run(self, lambda: _examine(folder), self._show, self._failed)

    def _show(self, steps: list[tuple[bool, str]]) -> None:
        self.run.setEnabled(True)
        is_well = all(well for well, __ in steps)
        self.says.setText(_("Everything works.") if is_well else _("Something needs your attention."))
        for well, says in steps:
            sign = chip(_("Works"), ChipKind.NEUTRAL) if well else chip(_("Look here"), ChipKind.BAD)
            words = label(says, wrap=True)
            line = row(words, sign)
            line.setStretch(0, 1)
            self.results.addLayout(line)

    def _failed(self, error: BaseException) -> None:
        self.run.setEnabled(True)
        self.says.setText(_("The test could not be finished."))
        self._desk.jobs.failed.emit(error)


def _examine(folder: DataFolder) -> list[tuple[bool, str]]:
    """(works, in words) of each step."""
    # Only here: the self-test brings the makers of PDF and Excel, for which the start of the window need not wait.
    from app.doctor import examine

    return [(step.is_well, step.says) for step in examine(folder) if step.name != _SAID_ELSEWHERE]
