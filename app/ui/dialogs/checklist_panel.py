"""The panel in which a form is looked at: what is wrong with it, how it will be asked, where and when it is offered."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from pkgutil import resolve_name
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QSizePolicy, QWidget

from app.checklists.items import Checklist
from app.errors import AppError, NotAllowed
from app.fieldwork.forms import (
    Place,
    Standing,
    StoredForm,
    activate,
    import_form,
    place_of,
    retire,
)
from app.i18n import _, window_language
from app.messages import message
from app.models.database import Author
from app.models.driver import Database
from app.ui.desk import Desk
from app.ui.jobs import Progress
from app.ui.theme import px
from app.ui.widgets.basics import EmptyState, button, label
from app.ui.widgets.choices import refill, show_choice
from app.ui.widgets.country_field import country_field
from app.ui.widgets.day_or_none import DayOrNone
from app.ui.widgets.fields import FormRow, choice_field
from app.ui.widgets.form_preview import FormPreview
from app.ui.widgets.form_report import FormReport
from app.ui.widgets.form_words import about_words, form_language, form_title, standing_words
from app.ui.widgets.notices import ProgressStrip
from app.ui.widgets.side_panel import SidePanel

if TYPE_CHECKING:
    from app.fieldwork.form_check import Examination

_TAKEN = "form-version-taken"
# Named, not imported: what reads XLSForms and what writes Excel take a while to load.
_EXAMINE, _WRITE = "app.fieldwork.form_check:examine_form", "app.exchange.xlsform:write_xlsform"


@dataclass(frozen=True, slots=True)
class _Looked:
    """A file and how it stands to what is stored."""

    found: "Examination"
    place: Place


class ChecklistPanel(SidePanel):
    """A form from a file, which nothing is written of before Activate, or a version that is stored."""

    def __init__(self, desk: Desk, stage: QWidget) -> None:
        super().__init__(stage, _("Checklist"), width=860)
        self.desk = desk
        self._round = 0
        self._path: Path | None = None
        self._new: Checklist | None = None
        self._stored: StoredForm | None = None
        self._from: date | None = None
        self.open_file = button(_("Open a form"), self.ask_file)
        self.again = button(_("Read it again"), self._read_again)
        self.strip = ProgressStrip()
        self.about = label("", "muted", wrap=True)
        self.says = label("", wrap=True)
        self.report = FormReport()
        self.country = country_field(empty=_("All countries"))
        self.country.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.country.currentIndexChanged.connect(lambda _index: self._show_whether_changed())
        self.day = DayOrNone(_("At once"))
        self.day.chosen.connect(self._on_day)
        self.offer = QWidget()
        self.offer_error = label("", "error", wrap=True)
        self.languages = choice_field([])
        self.languages.setAccessibleName(_("Language of the preview"))
        self.languages.currentIndexChanged.connect(lambda _index: self._show_preview())
        self.preview = FormPreview()
        self.preview_head = QWidget()
        self.nothing = EmptyState(
            _("A form is an XLSForm: Excel (.xlsx, .xls), CSV or a Markdown table. Drop one here, or open it.")
        )
        self.export = button(_("Export as Excel"), self._ask_export)
        self.retire = button(_("Retire"), self._retire)
        self.activate_ = button(_("Activate"), self._activate, name="primary")
        self._lay_out_body()
        self.strip.cancel.clicked.connect(self._on_cancelled)
        self._show(None)

    def ask_file(self) -> None:
        kinds = _("Forms (*.xlsx *.xls *.csv *.md)")
        name, _kind = QFileDialog.getOpenFileName(self, _("Open a form"), "", kinds)
        if name:
            self.open_path(Path(name))

    def open_path(self, path: Path) -> None:
        """Read a form and show what was found; a later one makes an earlier one void."""
        self._round += 1
        number, progress, jobs = self._round, Progress(self), self.desk.jobs
        self._path, self._stored, self._new = path, None, None
        self._show(None)
        self.title.setText(path.name)
        self.nothing.hide()
        self.strip.follow(_("Reading the form"), progress)

        def work() -> _Looked:
            progress.report(0, 2)
            examine: Callable[[Path], Examination] = resolve_name(_EXAMINE)
            found = examine(path)
            progress.report(1, 2)
            checklist = found.checklist
            return _Looked(found, jobs.db(lambda db: place_of(db, checklist)) if checklist else Place.NEW)

        def failed(error: BaseException) -> None:
            if number == self._round:
                self._show(None)
            jobs.failed.emit(error)

        jobs.run(self, work, lambda looked: self._show_looked(looked) if number == self._round else None, failed)
        self.open_panel(self.strip.cancel)

    def open_stored(self, form: StoredForm) -> None:
        """Show a version that is there, as it stands today."""
        self._round += 1
        self._path, self._stored, self._new = None, form, None
        checklist = form.checklist
        self._show(checklist)
        self.says.setText(standing_words(form))
        self.says.show()
        show_choice(self.country, form.country or None)
        self._show_day(form.active_from)
        self.activate_.setText(_("Activate") if form.standing is Standing.RETIRED else _("Change"))
        self._show_whether_changed()
        self.retire.setVisible(form.standing is not Standing.RETIRED)
        self.open_panel(self.preview)

    def _lay_out_body(self) -> None:
        fields = QHBoxLayout(self.offer)
        fields.setContentsMargins(0, 0, 0, 0)
        fields.setSpacing(px(12))
        for name, field in ((_("Offered in"), self.country), (_("Offered from"), self.day)):
            fields.addWidget(FormRow(name, field), 1, Qt.AlignmentFlag.AlignTop)
        head = QHBoxLayout(self.preview_head)
        head.setContentsMargins(0, px(8), 0, 0)
        head.addWidget(label(_("As it will be asked"), "heading"), 1)
        head.addWidget(self.languages)
        self.body.addWidget(self.strip)
        self.body.addWidget(self.nothing)
        self.body.addWidget(self.about)
        self.body.addWidget(self.says)
        self.body.addWidget(self.report)
        self.body.addWidget(self.offer)
        self.body.addWidget(self.offer_error)
        self.body.addWidget(self.preview_head)
        self.body.addWidget(self.preview)
        for widget in (self.open_file, self.again, self.export):
            self.foot.addWidget(widget)
        self.foot.addStretch(1)
        for widget in (self.retire, self.activate_):
            self.foot.addWidget(widget)

    def _show(self, checklist: Checklist | None) -> None:
        """What every form has; the rest is told by who calls."""
        self.strip.hide()
        self.report.hide()
        self.says.hide()
        self._complain("")
        self.nothing.setVisible(checklist is None)
        for widget in (self.about, self.preview_head, self.preview, self.offer, self.export, self.activate_):
            widget.setVisible(checklist is not None)
        self.retire.hide()
        self.again.setVisible(self._path is not None)
        self.open_file.setVisible(self._stored is None)
        self._shown = checklist
        if checklist is None:
            return
        self.title.setText(_titled(checklist))
        self.about.setText(about_words(checklist))
        refill(self.languages, [(tag, form_language(tag)) for tag in checklist.languages])
        self.languages.setVisible(len(checklist.languages) > 1)
        spoken = window_language().locale.language
        show_choice(self.languages, spoken if spoken in checklist.languages else None)
        self._show_preview()

    def _show_looked(self, looked: _Looked) -> None:
        found = looked.found
        self._new = found.checklist if looked.place is not Place.TAKEN else None
        self._show(found.draft)
        self.nothing.hide()
        refusal = ""
        if looked.place is Place.TAKEN and found.draft:
            refusal = _taken_words(found.draft)
        self.report.show_found(found, refusal)
        self.says.setText(_says(looked, is_clean=self._new is not None))
        self.says.show()
        show_choice(self.country, None)
        self._show_day(None)
        self.activate_.setText(_("Activate"))
        self.activate_.setEnabled(True)
        for widget in (self.offer, self.activate_):
            widget.setVisible(self._new is not None)
        self.export.setVisible(False)
        (self.country if self._new else self.again).setFocus()

    def _show_preview(self) -> None:
        if self._shown:
            self.preview.show_form(self._shown, self.languages.currentData() or "")

    def _show_day(self, day: date | None) -> None:
        self._from = day
        self.day.show_day(day)

    def _on_day(self, day: date | None) -> None:
        self._from = day
        self._show_whether_changed()

    def _show_whether_changed(self) -> None:
        """What is offered already is changed only by another country or day."""
        if (stored := self._stored) is not None:
            is_same = (self.country.currentData() or "", self._from) == (stored.country, stored.active_from)
            self.activate_.setEnabled(stored.standing is Standing.RETIRED or not is_same)

    def _read_again(self) -> None:
        if self._path:
            self.open_path(self._path)

    def _on_cancelled(self) -> None:
        self._round += 1
        self._show(None)
        self.open_file.setFocus()

    def _activate(self) -> None:
        country, day = self.country.currentData() or "", self._from
        new, stored = self._new, self._stored
        if new is None and stored is None:
            return

        def deed(db: Database, by: Author) -> None:
            if new:
                import_form(db, by, new, country=country, from_day=day)
            elif stored:
                activate(db, by, stored.checklist_id, country=country, from_day=day)

        checklist = new or (stored.checklist if stored else None)
        assert checklist is not None
        says = _("{checklist}: activated").format(checklist=_titled(checklist))
        self.activate_.setEnabled(False)
        self.desk.jobs.run_with_db(
            self, lambda db: deed(db, self.desk.by), lambda _done: self._on_done(says), self._on_refused
        )

    def _retire(self) -> None:
        if (stored := self._stored) is None:
            return
        title = form_title(stored.checklist)

        def done(instead: str) -> None:
            words = _("{title} is retired; version {version} is offered again") if instead else _("{title} is retired")
            self._on_done(words.format(title=title, version=instead))

        self.desk.write(self, lambda db, by: retire(db, by, stored.checklist_id), done)

    def _on_done(self, says: str) -> None:
        self.activate_.setEnabled(True)
        self.desk.saved.emit()
        self.desk.said.emit(says, True)
        self.close_panel()

    def _on_refused(self, error: BaseException) -> None:
        self.activate_.setEnabled(True)
        if isinstance(error, AppError):
            self._complain(message(error).says)
        else:
            self.desk.jobs.failed.emit(error)

    def _complain(self, words: str) -> None:
        self.offer_error.setText(words)
        self.offer_error.setVisible(bool(words))

    def _ask_export(self) -> None:
        if (checklist := self._shown) is None:
            return
        name = f"{checklist.id}-{checklist.version}.xlsx"
        chosen, __ = QFileDialog.getSaveFileName(self, _("Export as Excel"), name, _("Excel workbooks (*.xlsx)"))
        if chosen:
            self._export(checklist, Path(chosen))

    def _export(self, checklist: Checklist, path: Path) -> None:
        def work() -> None:
            write: Callable[[Checklist, Path], None] = resolve_name(_WRITE)
            write(checklist, path)

        says = _("{name} is written").format(name=path.name)
        self.desk.jobs.run(self, work, lambda _done: self.desk.said.emit(says, False))


def _titled(checklist: Checklist) -> str:
    return _("{title}, version {version}").format(title=form_title(checklist), version=checklist.version)


def _says(looked: _Looked, *, is_clean: bool) -> str:
    if not is_clean:
        return _("This form cannot be used as it is. Nothing was changed. Mend the file, then read it again.")
    if looked.place is Place.SAME:
        return _("This version is here already, with the same content. Activate offers it as you say here.")
    return _("This form can be used. Nothing is changed before you activate it.")


def _taken_words(checklist: Checklist) -> str:
    return message(NotAllowed(_TAKEN, f"{checklist.id} {checklist.version}")).says
