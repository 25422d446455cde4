"""The panel in which a list of enterprises is pasted or opened, looked at, and only then brought in."""

from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from app.errors import AppError
from app.exchange.enterprise_import import Cells, ImportPreview, ImportRow, preview
from app.exchange.table_files import pasted_table, read_table
from app.fieldwork.enterprises import Here, read_here, register_many
from app.i18n import _, ngettext, window_language
from app.messages import message
from app.models.database import Author
from app.models.driver import Database
from app.models.enterprises import CountryProgramme
from app.ui.desk import Desk
from app.ui.jobs import Progress
from app.ui.labels import PROGRAMMES
from app.ui.tables.rows_table import Column
from app.ui.theme import px
from app.ui.widgets.basics import EmptyState, button, label, row
from app.ui.widgets.choices import refill, show_choice
from app.ui.widgets.country_field import country_name
from app.ui.widgets.data_table import DataTable
from app.ui.widgets.fields import FormRow, choice_field
from app.ui.widgets.notices import ProgressStrip
from app.ui.widgets.side_panel import SidePanel

_PAUSE_MS = 250
_MOST_TOLD = 4


class ImportEnterprises(SidePanel):
    """Nothing is written before its button is pressed; what is written is one edit, taken back by one undo."""

    def __init__(self, desk: Desk, stage: QWidget) -> None:
        super().__init__(stage, _("Import a list of enterprises"), width=820)
        self.desk = desk
        self._here = Here()
        self._source: Path | None = None
        self._looked: ImportPreview | None = None
        self._progress: Progress | None = None
        self._round = 0
        self.paste = QPlainTextEdit()
        self.paste.setTabChangesFocus(True)
        self.paste.setFixedHeight(px(96))
        self.paste.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.paste.setPlaceholderText(_("Name\tCity\tCountry"))
        self.open_file = button(_("Open a file"), self._open_file)
        self.programme = choice_field([], empty=_("As the list says"))
        self.text_row = FormRow(
            _("Rows copied from Excel, with their headings"),
            self.paste,
            hint=_("The columns may stand in any order: name, city, country, sector, address, telephone and more."),
        )
        self.says = label("", wrap=True)
        self.troubles = label("", "error", wrap=True)
        self.unused = label("", "small", wrap=True)
        self.table = self._table()
        self.strip = ProgressStrip()
        self.bring = button("", self._import, name="primary")
        self._lay_out_body()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self._look)
        self.paste.textChanged.connect(self._on_text)
        self.programme.currentIndexChanged.connect(lambda _index: self._look())
        self.strip.cancel.clicked.connect(self._on_cancelled)
        self._show(None)

    def open_new(self) -> None:
        user_id = self.desk.by.user_id
        self.desk.jobs.run_with_db(self, lambda db: read_here(db, user_id), self._on_read)
        self.open_panel(self.paste)

    def open_path(self, path: Path) -> None:
        """Look at a file."""
        self._source = path
        self.paste.blockSignals(True)
        self.paste.clear()
        self.paste.blockSignals(False)
        self._look()

    def _table(self) -> DataTable[ImportRow]:
        columns: list[Column[ImportRow]] = [
            Column(_("Row"), lambda one: str(one.number), lambda one: one.number, width=50),
            Column(_("Name"), lambda one: str(one.values.get("name") or "")),
            Column(_("City"), lambda one: str(one.values.get("city") or ""), width=100),
            Column(_("Country"), lambda one: country_name(str(one.values.get("country") or "")), width=100),
            Column(_("What happens"), _what_happens, width=300),
        ]
        table = DataTable(columns, lambda _row: None, empty=EmptyState(_("There are no rows under the headings.")))
        table.view.setAccessibleName(_("Rows of the list"))
        table.setMinimumHeight(px(260))
        return table

    def _lay_out_body(self) -> None:
        for widget in (
            self.text_row,
            FormRow(_("Country programme of these enterprises"), self.programme),
            self.says,
            self.troubles,
            self.unused,
        ):
            self.body.addWidget(widget)
            if widget is self.text_row:
                self.body.addLayout(row(self.open_file, None))
        self.body.addWidget(self.table, 1)
        self.body.addWidget(self.strip)
        self.foot.addStretch(1)
        self.foot.addWidget(self.bring)

    def _on_read(self, here: Here) -> None:
        is_first = not self._here.programmes
        self._here = here
        words = [
            (
                one.id,
                _("{programme}, {country}").format(programme=_(PROGRAMMES.get(one.programme, "")), country=one.name),
            )
            for one in here.programmes
        ]
        refill(self.programme, words, empty=_("As the list says"))
        if is_first and here.own:
            show_choice(self.programme, here.own)
        self._look()

    def _on_text(self) -> None:
        self._source = None
        self._timer.start()

    def _open_file(self) -> None:
        kinds = _("Lists (*.xlsx *.csv *.txt)")
        if path := self.desk.ask.file(self, _("Open a list"), kinds):
            self.open_path(path)

    def _look(self) -> None:
        """Read and judge what is pasted or opened, off the UI thread; a later look makes an earlier one void."""
        self._round += 1
        number, source, text = self._round, self._source, self.paste.toPlainText()
        if source is None and not text.strip():
            self._show(None)
            return
        programme = self._programme()
        known, language = set(self._here.known), window_language()

        def work() -> ImportPreview:
            cells: Cells = read_table(source) if source else pasted_table(text)
            country = programme.country if programme else ""
            return preview(cells, known, language=language, country=country, source=str(source or ""))

        self.desk.jobs.run(
            self,
            work,
            lambda looked: self._show(looked) if number == self._round else None,
            lambda error: self._complain(error) if number == self._round else None,
        )

    def _programme(self) -> CountryProgramme | None:
        chosen = self.programme.currentData()
        return next((one for one in self._here.programmes if one.id == chosen), None)

    def _complain(self, error: BaseException) -> None:
        if not isinstance(error, AppError):
            self.desk.jobs.failed.emit(error)
            return
        self._show(None)
        self.text_row.complain(message(error).says)

    def _show(self, looked: ImportPreview | None) -> None:
        self._looked = looked
        self.text_row.complain("")
        new = len(looked.new) if looked else 0
        self.bring.setEnabled(bool(new))
        self.bring.setText(
            ngettext("Import {n} enterprise", "Import {n} enterprises", new).format(n=window_language().number(new))
            if new
            else _("Import")
        )
        for widget in (self.says, self.table):
            widget.setVisible(looked is not None)
        troubles = _troubles(looked) if looked else ""
        self.troubles.setText(troubles)
        self.troubles.setVisible(bool(troubles))
        unused = ", ".join(looked.unused) if looked else ""
        self.unused.setText(_("Columns that are not used: {headings}").format(headings=unused))
        self.unused.setVisible(bool(unused))
        if looked:
            self.says.setText(_summary(looked))
            self.table.show_rows(sorted(looked.rows, key=lambda one: (not one.troubles, one.number)))

    def _import(self) -> None:
        looked, programme = self._looked, self._programme()
        if looked is None or self._progress is not None:
            return
        rows = [_with_programme(one, programme) for one in looked.new]
        self._progress = progress = Progress(self)
        self.strip.follow(_("Importing the enterprises"), progress)
        self.bring.setEnabled(False)

        def deed(db: Database, by: Author) -> int:
            return register_many(db, by, rows, progress.report)

        self.desk.jobs.run_with_db(self, lambda db: deed(db, self.desk.by), self._on_imported, self._on_failed)

    def _on_imported(self, count: int) -> None:
        self._end()
        words = ngettext("{n} enterprise is imported", "{n} enterprises are imported", count).format(n=count)
        self.desk.saved.emit()
        self.desk.said.emit(words, True)
        self.paste.clear()
        self._source = None
        self._show(None)
        self.close_panel()

    def _on_failed(self, error: BaseException) -> None:
        self._end()
        self._show(self._looked)
        self.desk.jobs.failed.emit(error)

    def _on_cancelled(self) -> None:
        """The edit is rolled back by its next report; nothing of it stays."""
        self._end()
        self._show(self._looked)

    def _end(self) -> None:
        self._progress = None
        self.strip.hide()


def _with_programme(one: ImportRow, programme: CountryProgramme | None) -> dict[str, object]:
    """A row of another country than the programme's stays without one."""
    values: dict[str, object] = dict(one.values)
    if programme and values.get("country") == programme.country:
        values["country_programme_id"] = programme.id
    return values


def _what_happens(one: ImportRow) -> str:
    if one.troubles:
        return " ".join(_trouble(trouble.heading, message(trouble.error).says) for trouble in one.troubles)
    return _("Is on the list already, left out") if one.is_duplicate else _("Will be added")


def _trouble(heading: str, says: str) -> str:
    return _("Column {heading}: {says}").format(heading=heading, says=says) if heading else says


def _troubles(looked: ImportPreview) -> str:
    """The first rows that cannot be taken, a line each; the table has them all."""
    lines = [_("Row {n}. {what}").format(n=one.number, what=_what_happens(one)) for one in looked.faulty[:_MOST_TOLD]]
    rest = len(looked.faulty) - len(lines)
    if rest > 0:
        words = ngettext("{n} more row is in the table below.", "{n} more rows are in the table below.", rest)
        lines.append(words.format(n=rest))
    return "\n".join(lines)


def _summary(looked: ImportPreview) -> str:
    number = window_language().number
    new, there, bad = len(looked.new), looked.duplicates, len(looked.faulty)
    parts = [ngettext("{n} enterprise is new.", "{n} enterprises are new.", new).format(n=number(new))]
    if there:
        words = ngettext("{n} is on the list already.", "{n} are on the list already.", there)
        parts.append(words.format(n=number(there)))
    if bad:
        words = ngettext("{n} row cannot be taken as it is.", "{n} rows cannot be taken as they are.", bad)
        parts.append(words.format(n=number(bad)))
    return " ".join(parts)
