"""The workbook for head office: one Excel file with everything on this device."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from app import __version__
from app.fieldwork.head_office import head_office_snapshot
from app.fieldwork.identity import role_of
from app.i18n import _, language, ngettext, window_language
from app.models.database import Author
from app.models.driver import Database
from app.ui.desk import Desk
from app.ui.jobs import Progress
from app.ui.widgets.basics import Card, button, label, row
from app.ui.widgets.notices import Banner, ProgressStrip


class WorkbookCard(Card):
    """`strip` shows how far it is, `done` that it is made; the page has the places for both."""

    def __init__(self, desk: Desk, strip: ProgressStrip, done: Banner) -> None:
        super().__init__(_("Workbook for head office"))
        self._desk = desk
        self.strip = strip
        self.done = done
        self.make = button(_("Make the workbook"), self._on_make)
        words = _(
            "One Excel file with all enterprises, visits, answers, improvements and figures on this device. People are"
            " counted, never named."
        )
        self.body.addWidget(label(words, "muted", wrap=True))
        self.body.addLayout(row(self.make, None))
        strip.cancel.clicked.connect(self._end)

    def _on_make(self) -> None:
        name = _("Head office {day}.xlsx").format(day=self._desk.by.clock.today().isoformat())
        if path := self._desk.ask.new_file(self, _("Make the workbook"), name, _("Excel workbooks (*.xlsx)")):
            self._write(path)

    def _write(self, path: Path) -> None:
        progress = Progress(self)
        by, tag = self._desk.by, str(window_language().locale)
        self.make.setEnabled(False)
        self.done.hide()
        self.strip.follow(_("Making the workbook"), progress)

        def finished(rows: int) -> None:
            self._end()
            says = ngettext("{name} is made, with {n} row.", "{name} is made, with {n} rows.", rows)
            self.done.say(
                says.format(name=path.name, n=window_language().number(rows)),
                _("Open folder"),
                lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent))),
            )

        def failed(error: BaseException) -> None:
            self._end()
            self._desk.jobs.failed.emit(error)

        self._desk.jobs.run_reading(
            self, lambda db: _write_workbook(db, by, path, tag, progress.report), finished, failed
        )

    def _end(self) -> None:
        self.strip.hide()
        self.make.setEnabled(True)


def _write_workbook(db: Database, by: Author, path: Path, tag: str, report: Callable[[int, int], None]) -> int:
    """How many rows it has. The workbook is made beside `path` and swapped in, so Cancel leaves the old one."""
    # Only here: Excel's maker takes a third of the window's start, and most days nobody asks for it.
    from app.exchange.head_office import write_head_office

    report(0, 2)
    made_by, on = role_of(db, by), by.clock.today()
    snapshot = head_office_snapshot(db, made_on=on, made_by=made_by, program_version=__version__)
    report(1, 2)
    write_head_office(snapshot, path, language(tag))
    return sum(len(rows) for rows in snapshot.sheets.values())
