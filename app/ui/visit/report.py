"""The report of the visit as it stands: read it, save it, print it; of a finished visit it is issued and kept."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QStandardPaths, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QComboBox, QDialog, QStackedWidget, QVBoxLayout, QWidget

from app.errors import AppError
from app.i18n import N_, _, ngettext, window_language
from app.messages import message
from app.models.ids import instant, on_the_wall
from app.reports.visit_report import mark_of
from app.ui.desk import Desk
from app.ui.page import page_layout
from app.ui.visit.report_pages import ReportPages
from app.ui.visit.report_work import IssuedRow, MadeReport, make, print_on, save_as, save_issued
from app.ui.visit.side_area import SideArea
from app.ui.visit.tab import VisitTab
from app.ui.widgets.basics import Card, button, clear, column, label, row, rule
from app.ui.widgets.choices import language_name, refill, show_choice
from app.ui.widgets.fields import FormRow, choice_field

# Languages of the programmes' countries; a report's language is that of the enterprise, not of the window.
_LANGUAGES = ("en", "es", "ar", "bn", "hi", "id", "km", "lo", "my", "ta", "th", "vi", "zh")

ChoosePrinter = Callable[[QPrinter, QWidget], bool]


def ask_for_printer(printer: QPrinter, parent: QWidget) -> bool:
    """The system's dialog sets `printer` up; whether the person wants to print."""
    return QPrintDialog(printer, parent).exec() == QDialog.DialogCode.Accepted


class ReportTab(VisitTab):
    """`choose_printer` asks where to print, instead of the system's own dialog."""

    keys = ((N_("Arrows, Page down"), N_("read on")),)

    def __init__(
        self, desk: Desk, parent: QWidget | None = None, *, choose_printer: ChoosePrinter = ask_for_printer
    ) -> None:
        super().__init__(desk, parent)
        self._choose_printer = choose_printer
        self.made: MadeReport | None = None
        self._language: str | None = None
        self._busy = False
        self._again = False
        self._folder: Path | None = None
        self.pages = ReportPages(desk.jobs)
        self.trouble = label("", "muted", wrap=True)
        self.state = label("", "muted", wrap=True)
        self.gaps = label("", "muted", wrap=True)
        self.gaps.hide()
        self.count = label("", "small")
        self.language = choice_field([(tag, language_name(tag)) for tag in _LANGUAGES])
        self.language.setProperty("large", True)
        self.language.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.language.activated.connect(lambda _n: self._on_language())
        self.zoom = choice_field([("width", _("All the width")), ("page", _("The whole page"))])
        self.zoom.setProperty("large", True)
        self.zoom.activated.connect(lambda _n: self.pages.fit(whole_page=self.zoom.currentData() == "page"))
        self.save = button(_("Save as..."), self._ask_path, large=True)
        self.print = button(_("Print"), self._ask_printer, large=True)
        self.open_folder = button(_("Open folder"), self._open_folder, large=True)
        self.open_folder.hide()
        self.issued = QVBoxLayout()
        self.stack = QStackedWidget()
        self._lay_out()
        self._allow(False)

    def reload(self) -> None:
        """One report is made at a time; what changes meanwhile is made after it."""
        if self._busy:
            self._again = True
            return
        self._busy = True
        jobs, visit_id, language = self.desk.jobs, self.visit_id, self._language
        if self.made is None or self.made.visit.id != visit_id:
            self._say_instead(_("Making the report..."))
        done = partial(self._on_made, visit_id, language)
        jobs.run_reading(self, lambda db: make(jobs, db, visit_id, language), done, self._on_failed)

    def show_visit(self, visit_id: str) -> None:
        if visit_id != self.visit_id:
            self._language, self._folder = None, None
            self.open_folder.hide()
        super().show_visit(visit_id)

    def _lay_out(self) -> None:
        layout = page_layout(self, scrolls=False)
        instead = Card()
        instead.body.addStretch(1)
        instead.body.addWidget(self.trouble)
        instead.body.addStretch(2)
        self.stack.addWidget(self.pages)
        self.stack.addWidget(instead)
        card = Card(_("Report"))
        card.body.addWidget(self.state)
        card.body.addWidget(self.gaps)
        card.body.addWidget(self.count)
        card.body.addWidget(FormRow(_("Language of the report"), self.language))
        card.body.addWidget(FormRow(_("Show"), self.zoom))
        for press in (self.save, self.print, self.open_folder):
            card.body.addWidget(press)
        kept = Card(_("Issued reports"))
        kept.body.addLayout(self.issued)
        side = SideArea(width=300)
        side.show_cards(card, kept)
        both = row(self.stack, side, spacing=12)
        both.setStretch(0, 1)
        layout.addLayout(both, 1)

    def _on_made(self, visit_id: str, language: str | None, made: MadeReport) -> None:
        self._busy = False
        if (visit_id, language) == (self.visit_id, self._language):
            self._show(made)
        else:
            self._again = True
        self._catch_up()

    def _on_failed(self, error: BaseException) -> None:
        """Missing fonts and the like are said where the report would stand."""
        self._busy = False
        if not isinstance(error, AppError):
            self.desk.jobs.failed.emit(error)
            return
        self.made = None
        self._allow(False)
        self.pages.clear()
        self._say_instead(message(error).says)
        self._catch_up()

    def _catch_up(self) -> None:
        if self._again:
            self._again = False
            self.reload()

    def _show(self, made: MadeReport) -> None:
        is_same = self.made is not None and self.made.pdf.content_sha256 == made.pdf.content_sha256
        self.made = made
        self._allow(True)
        self._tell(made)
        if self.language.findData(made.language) < 0:
            tags = [(tag, language_name(tag)) for tag in (*_LANGUAGES, made.language)]
            refill(self.language, tags)
        show_choice(self.language, made.language)
        self._show_issued(made)
        if not is_same or self.stack.currentIndex() == 1:
            self.stack.setCurrentIndex(0)
            self.pages.show_pdf(made.pdf.data, self._on_counted)

    def _tell(self, made: MadeReport) -> None:
        if made.visit.can_be_edited:
            words = _("Draft: the visit is not finished. When it is, saving or printing issues the report.")
        elif made.is_issued:
            words = _("Issued. What is saved or printed are the very bytes that were issued.")
        else:
            words = _("Final. Saving or printing issues it: its exact bytes are kept with their hash.")
        self.state.setText(words)
        gaps = ngettext(
            "{n} thing is missing before the visit can be finished. Finish visit shows it.",
            "{n} things are missing before the visit can be finished. Finish visit shows them.",
            made.missing,
        )
        self.gaps.setText(gaps.format(n=made.missing))
        self.gaps.setVisible(bool(made.missing))

    def _on_counted(self, pages: int) -> None:
        assert self.made is not None
        mark = mark_of(self.made.pdf.content_sha256)
        words = ngettext("{n} page · content {mark}", "{n} pages · content {mark}", pages)
        self.count.setText(words.format(n=pages, mark=mark))

    def _show_issued(self, made: MadeReport) -> None:
        clear(self.issued)
        if not made.issued:
            words = _("None yet. A report is issued when it is saved or printed after the visit is finished.")
            self.issued.addWidget(label(words, "muted", wrap=True))
        for place, one in enumerate(made.issued):
            if place:
                self.issued.addWidget(rule())
            self.issued.addWidget(self._issued_row(one))

    def _issued_row(self, one: IssuedRow) -> QWidget:
        day = window_language().short_day(on_the_wall(instant(one.issued_at)).date())
        title = _("{day}, revision {n}").format(day=day, n=one.revision)
        second = _("{language} · {mark}").format(language=language_name(one.language), mark=mark_of(one.content_sha256))
        words = label(second, "small", wrap=True)
        words.setToolTip(one.content_sha256)
        press = button(_("Save a copy"), partial(self._ask_copy, one), name="quiet", large=True)
        press.setAccessibleName(_("Save a copy of the report of {day}").format(day=title))
        made = QWidget()
        made.setLayout(column(label(title, "strong", wrap=True), words, row(press, None), spacing=2))
        return made

    def _say_instead(self, words: str) -> None:
        self.trouble.setText(words)
        self.stack.setCurrentIndex(1)

    def _allow(self, can: bool) -> None:
        for press in (self.save, self.print):
            press.setEnabled(can)

    def _on_language(self) -> None:
        self._language = self.language.currentData()
        self.reload()

    def _ask_path(self) -> None:
        made = self.made
        if made and (path := self._path_for(made.visit.enterprise, made.visit.day.isoformat())):
            self.save_to(path)

    def save_to(self, path: Path) -> None:
        """Write the report that is shown to `path`, and issue it where the visit is finished."""
        made, jobs, by = self.made, self.desk.jobs, self.desk.by
        if made:
            jobs.run(self, lambda: save_as(jobs, by, made, path), self._on_saved)

    def _ask_copy(self, one: IssuedRow) -> None:
        jobs, made = self.desk.jobs, self.made
        path = self._path_for(made.visit.enterprise, one.issued_at[:10]) if made else None
        if path:
            jobs.run(self, lambda: save_issued(jobs, one, path), self._on_saved)

    def _path_for(self, enterprise: str, day: str) -> Path | None:
        folder = self._folder or Path(
            QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        )
        plain = "".join(sign if sign.isalnum() or sign in " .-" else "-" for sign in enterprise)
        start = str(folder / f"{plain} {day}.pdf")
        return self.desk.ask.new_file(self, _("Save the report"), start, _("PDF files (*.pdf)"))

    def _on_saved(self, path: Path) -> None:
        self._folder = path.parent
        self.open_folder.show()
        self.desk.said.emit(_("Saved as {name}").format(name=path.name), False)

    def _open_folder(self) -> None:
        if self._folder:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._folder)))

    def _ask_printer(self) -> None:
        made, jobs, by = self.made, self.desk.jobs, self.desk.by
        if made is None:
            return
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setFullPage(True)
        printer.setDocName(made.visit.enterprise)
        if self._choose_printer(printer, self):
            jobs.run(self, lambda: print_on(jobs, by, made, printer), self._on_printed)

    def _on_printed(self, pages: int) -> None:
        words = ngettext("{n} page sent to the printer", "{n} pages sent to the printer", pages)
        self.desk.said.emit(words.format(n=pages), False)
