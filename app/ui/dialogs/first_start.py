"""The first start: who works here, and with what to begin."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QLineEdit, QMenu, QWidget

from app.bootstrap import locked, writing
from app.errors import Invalid
from app.fieldwork.introduction import introduce
from app.i18n import N_, _
from app.messages import message
from app.paths import DataFolder
from app.sample.folder import make_fresh, sample_folder_beside
from app.ui.desk import Desk
from app.ui.jobs import Progress
from app.ui.labels import USER_ROLES, options
from app.ui.page import Page, page_layout
from app.ui.theme import px
from app.ui.widgets.basics import Card, ListRow, button, label, row, rule
from app.ui.widgets.choices import country_programmes, offered_languages, refill, show_choice
from app.ui.widgets.fields import FormRow, choice_field
from app.ui.widgets.notices import ProgressStrip


class FirstStart(Page):
    """Stands in the place of the pages until one of three ways is taken.

    Signals:
        begun: the person has a name; the pages can be shown.
        folder_wished: (path) open the window on this folder instead.
        restore_wished: (path) close the store, bring back this copy, open again.
    """

    begun = Signal()
    folder_wished = Signal(object)
    restore_wished = Signal(object)
    tables = frozenset({"country_programme"})
    keys = ((N_("Tab"), N_("to the next field")), (N_("Enter"), N_("start, when the name is written")))

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.language = choice_field(offered_languages())
        show_choice(self.language, desk.settings.language)
        self.language.currentIndexChanged.connect(self._on_language)
        self.name = QLineEdit()
        self.name.returnPressed.connect(self._start)
        self.name_row = FormRow(_("My short name"), self.name, hint=_("Shown beside what you write."))
        self.role = choice_field(options(USER_ROLES))
        self.programme = choice_field([], empty=_("Not said"))
        self.start = button(_("Start empty"), self._start, name="primary")
        self.sample = button(_("Look at sample data"), self._make_sample)
        self.restore = button(_("Restore a copy"), lambda: None)
        self.restore.setProperty("opens", True)
        self.restore.setMenu(self._copies_menu())
        self.strip = ProgressStrip()
        self.strip.cancel.clicked.connect(lambda: self._enable(True))
        layout = page_layout(self)
        layout.addStretch(1)
        layout.addLayout(row(None, self._panel(), None))
        layout.addStretch(2)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Not a focus proxy: Tab would then leave out what stands before the name."""
        super().focusInEvent(event)
        self.name.setFocus()

    def reload(self) -> None:
        self.desk.jobs.run_with_db(
            self, country_programmes, lambda found: refill(self.programme, found, empty=_("Not said"))
        )

    def focus_filter(self) -> bool:
        self.name.setFocus()
        return True

    def _panel(self) -> Card:
        card = Card()
        card.setFixedWidth(px(620))
        card.body.addWidget(label(_("Welcome to Gemba"), "title", wrap=True))
        card.body.addWidget(
            label(_("Say who you are. Everything can be changed later in the settings."), "muted", wrap=True)
        )
        card.body.addWidget(FormRow(_("Window language"), self.language))
        card.body.addWidget(self.name_row)
        fields = row(FormRow(_("My role"), self.role), FormRow(_("Country programme"), self.programme), spacing=12)
        card.body.addLayout(fields)
        card.body.addSpacing(px(4))
        folder = sample_folder_beside(self.desk.folder.root).name
        ways = (
            (_("Begin with your own work"), _("No enterprise is there yet; you add or import yours."), self.start),
            (
                _("Have a look around first"),
                _("Makes sample data in a folder of their own, {folder}, and opens it. Yours stay as they are.").format(
                    folder=folder
                ),
                self.sample,
            ),
            (_("Bring back your work"), _("From a copy on a stick or in a folder of copies."), self.restore),
        )
        for title, second, way in ways:
            card.body.addWidget(rule())
            card.body.addWidget(ListRow(title, second, way))
        card.body.addWidget(self.strip)
        return card

    def _copies_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.addAction(_("A folder on a stick"), self._restore_from_folder)
        menu.addAction(_("One file of records"), self._restore_from_file)
        return menu

    def _on_language(self, _index: int) -> None:
        self.desk.set(replace(self.desk.settings, language=self.language.currentData(), number_locale=""))

    def _start(self) -> None:
        name, by = self.name.text(), self.desk.by
        more = {
            "role": self.role.currentData(),
            "country_programme_id": self.programme.currentData(),
            "language": self.desk.settings.language,
        }

        def done(_nothing: None) -> None:
            self.desk.saved.emit()
            self.begun.emit()

        self.desk.jobs.run_with_db(self, lambda db: introduce(db, by, name, **more), done, self._refused)

    def _refused(self, error: BaseException) -> None:
        if isinstance(error, Invalid):
            words = _("Write a short name first.") if error.problem == "missing" else message(error).says
            self.name_row.complain(words)
            self.name.setFocus()
        else:
            self.desk.jobs.failed.emit(error)

    def _make_sample(self) -> None:
        progress = Progress(self)
        folder = DataFolder(sample_folder_beside(self.desk.folder.root))
        day = self.desk.by.clock.today()
        self._enable(False)
        self.strip.follow(_("Making sample data"), progress)

        def work() -> None:
            # Only here: drawing the sample's pictures needs libraries that nobody needs on another day.
            from app.sample.programme import clock_before, prepare

            with locked(folder):
                make_fresh(folder)
            clock = clock_before(day)
            with writing(folder, clock=clock) as store:
                prepare(store.records, store.photos, clock, day, report=progress.report)

        self.desk.jobs.run(self, work, lambda _none: self.folder_wished.emit(folder.root), self._failed)

    def _failed(self, error: BaseException) -> None:
        self._enable(True)
        self.strip.hide()
        self.desk.jobs.failed.emit(error)

    def _enable(self, enabled: bool) -> None:
        for one in (self.start, self.sample, self.restore):
            one.setEnabled(enabled)

    def _restore_from_folder(self) -> None:
        self._wish(self.desk.ask.folder(self, _("Restore a copy")))

    def _restore_from_file(self) -> None:
        self._wish(self.desk.ask.file(self, _("Restore a copy"), _("Copies (*.db)")))

    def _wish(self, chosen: Path | None) -> None:
        if chosen:
            self.restore_wished.emit(chosen)
