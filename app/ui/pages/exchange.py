"""Exchange: what waits to be sent, and the workbook for head office until there is a connection."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from app import __version__
from app.fieldwork.head_office import head_office_snapshot
from app.fieldwork.identity import role_of
from app.fieldwork.outbox import Outbox, outbox
from app.i18n import N_, _, language, ngettext, window_language
from app.models.database import Author
from app.models.driver import Database
from app.models.registry import TABLE_BY_NAME
from app.ui.desk import Desk
from app.ui.jobs import Progress
from app.ui.labels import near_day
from app.ui.page import Page, page_layout
from app.ui.theme import px
from app.ui.widgets.basics import Card, ChipKind, EmptyState, PageHeader, button, chip, column, label, row
from app.ui.widgets.notices import Banner, ProgressStrip

_MEGABYTE = 1_000_000
_COLUMNS = 2


class ExchangePage(Page):
    """Says in plain words that nothing leaves this device yet, and what would."""

    keys = ((N_("Enter"), N_("do what the chosen button says")),)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.header = PageHeader(_("Exchange"))
        self.make = button(_("Make the workbook"), self._on_make, name="primary")
        self.strip = ProgressStrip()
        self.done = Banner()
        self.waiting = Card(_("What would be sent"))
        layout = page_layout(self)
        layout.addWidget(self.header)
        layout.addWidget(self.done)
        layout.addWidget(self.strip)
        columns = QHBoxLayout()
        columns.setSpacing(px(16))
        columns.addWidget(self.waiting, 3)
        columns.addLayout(column(self._connection(), self._workbook(), None, spacing=16), 2)
        layout.addLayout(columns)
        layout.addStretch(1)

    def reload(self) -> None:
        self.desk.jobs.run_reading(self, outbox, self._show)

    def _connection(self) -> Card:
        card = Card(_("Connection"))
        card.corner.addWidget(chip(_("Not connected yet"), ChipKind.WARN))
        card.body.addWidget(
            label(
                _(
                    "This device is not connected to a server yet. Everything is saved here, and nothing leaves it by"
                    " itself. Once it is connected, all that is listed here is sent: records first, then photos."
                ),
                wrap=True,
            )
        )
        return card

    def _workbook(self) -> Card:
        card = Card(_("Workbook for head office"))
        words = _(
            "One Excel file with all enterprises, visits, answers, improvements and figures on this device. People are"
            " counted, never named."
        )
        card.body.addWidget(label(words, "muted", wrap=True))
        card.body.addLayout(row(self.make, None))
        return card

    def _show(self, found: Outbox) -> None:
        self.waiting.clear()
        if not found.total:
            self.header.say(_("Exchange"), _("Not connected yet. Nothing waits to be sent."))
            self.waiting.body.addWidget(
                EmptyState(_("Nothing waits to be sent. What you write down from now on is listed here."))
            )
            return
        self.header.say(_("Exchange"), _summary(found))
        self.waiting.body.addWidget(label(self._since(found), "muted", wrap=True))
        grid = QGridLayout()
        grid.setHorizontalSpacing(px(12))
        grid.setVerticalSpacing(px(6))
        rows = -(-len(found.records) // _COLUMNS)
        for number, (table, count) in enumerate(found.records):
            line, side = number % rows, number // rows * (_COLUMNS + 1)
            if side:
                grid.setColumnMinimumWidth(side - 1, px(28))
            name = label(_(TABLE_BY_NAME[table].label) if table in TABLE_BY_NAME else table, wrap=True)
            grid.addWidget(name, line, side)
            shown = label(window_language().number(count), "strong")
            grid.addWidget(shown, line, side + 1, Qt.AlignmentFlag.AlignTrailing)
            grid.setColumnStretch(side, 1)
        self.waiting.body.addLayout(grid)
        self.waiting.body.addStretch(1)

    def _since(self, found: Outbox) -> str:
        if found.oldest is None:
            return ""
        today = self.desk.by.clock.today()
        return _("The oldest change that waits: {day}.").format(day=near_day(found.oldest, today))

    def _on_make(self) -> None:
        name = _("Head office {day}.xlsx").format(day=self.desk.by.clock.today().isoformat())
        if path := self.desk.ask.new_file(self, _("Make the workbook"), name, _("Excel workbooks (*.xlsx)")):
            self._write(path)

    def _write(self, path: Path) -> None:
        progress = Progress(self)
        by, tag = self.desk.by, str(window_language().locale)
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
            self.desk.jobs.failed.emit(error)

        self.strip.cancel.clicked.connect(self._end)
        self.desk.jobs.run_reading(
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


def _summary(found: Outbox) -> str:
    number = window_language().number
    records = ngettext("{n} record", "{n} records", found.total).format(n=number(found.total))
    photos = ngettext("{n} photo ({size} MB)", "{n} photos ({size} MB)", found.photos).format(
        n=number(found.photos), size=number(found.photo_bytes / _MEGABYTE, 1)
    )
    return _("Not connected yet. {records} and {photos} wait to be sent.").format(records=records, photos=photos)
