"""The workspace of one visit: what it is, how far it is, its tabs, and finishing it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pkgutil import resolve_name

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from app.errors import NotFound
from app.fieldwork.finish import finish_visit, reopen_visit
from app.fieldwork.plan import open_visit
from app.fieldwork.workspace import GapLine, Workspace, gap_lines, read_workspace
from app.i18n import N_, _, window_language
from app.models.database import Author
from app.models.driver import Database
from app.models.visits import Visit
from app.ui.desk import Desk
from app.ui.dialogs.as_it_was import open_as_it_was
from app.ui.labels import visit_title
from app.ui.page import Page
from app.ui.theme import px
from app.ui.visit.finish import FinishPanel
from app.ui.visit.tab import VisitTab
from app.ui.visit.words import finished_words, second_line, tab_count
from app.ui.widgets.basics import EmptyState, PageHeader, button, label, set_property
from app.ui.widgets.fields import saved_words
from app.ui.widgets.notices import Banner

# Named, not imported: each is loaded when it is first opened, and a visit does not wait for what makes PDFs.
TABS: dict[str, tuple[str, str]] = {
    "overview": (N_("Overview"), "app.ui.visit.overview:OverviewTab"),
    "attendance": (N_("Attendance"), "app.ui.visit.attendance:AttendanceTab"),
    "checklists": (N_("Checklists"), "app.ui.visit.checklists:ChecklistsTab"),
    "photos": (N_("Photos"), "app.ui.visit.photos:PhotosTab"),
    "indicators": (N_("Indicators"), "app.ui.visit.indicators:IndicatorsTab"),
    "improvements": (N_("Improvements"), "app.ui.visit.improvements:ImprovementsTab"),
    "report": (N_("Report"), "app.ui.visit.report:ReportTab"),
}
_KEYS: tuple[tuple[str, str], ...] = (
    (N_("Ctrl+1 to Ctrl+7"), N_("tabs of the visit")),
    (N_("Ctrl+Tab"), N_("next tab")),
    (N_("Ctrl+Enter"), N_("see what is missing, and finish")),
)
VisitDeed = Callable[[Database, Author, str], None]
_PANEL = 380  # design pixels
_ANY_WIDTH = 16_777_215  # Qt's own largest
_LOOSE_TABS = 860  # design pixels from which the tabs stand well apart
_WIDE = 1300  # design pixels from which the list of what is missing stands beside the tab


@dataclass(frozen=True, slots=True)
class Shown:
    workspace: Workspace
    gaps: list[GapLine]


class VisitPage(Page):
    """Route: `visit/ID/TAB/...`; what stands behind the tab is the tab's own."""

    keys: Sequence[tuple[str, str]] = _KEYS

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.visit_id = ""
        self.visit: Visit | None = None
        self.tabs: dict[str, VisitTab] = {}
        self._last_tab: dict[str, str] = {}
        self._banner_of: tuple[str, int] | None = None
        self._saved_at: datetime | None = None
        self._make_parts()
        self._lay_out()
        self._take_keys()
        self._clock = QTimer(self)
        self._clock.setInterval(10_000)
        self._clock.timeout.connect(self._tell_saved)
        self._clock.start()
        desk.saved.connect(self._on_saved)

    def open_at(self, route: Sequence[str]) -> None:
        visit_id, *rest = route
        if visit_id != self.visit_id:
            self._change_visit(visit_id)
        name = rest[0] if rest and rest[0] in TABS else self._last_tab.get(visit_id, next(iter(TABS)))
        self._show_tab(name)
        if len(rest) > 1:
            self.tab(name).open_at(rest[1:])

    def tab(self, name: str) -> VisitTab:
        """The tab called `name`, made when it is first asked for."""
        if name not in self.tabs:
            kind: type[VisitTab] = resolve_name(TABS[name][1])
            made = self.tabs[name] = kind(self.desk)
            made.show_visit(self.visit_id)
            made.set_editable(self.visit is None or self.visit.can_be_edited)
            self.stack.addWidget(made)
        return self.tabs[name]

    def place(self) -> Sequence[str] | None:
        return (self.visit_id, self._name(), *(self.tab(self._name()).place() or ())) if self.visit_id else None

    def focus_filter(self) -> bool:
        return self.tab(self._name()).focus_filter()

    def reload(self) -> None:
        visit_id = self.visit_id
        if not visit_id:
            return
        with_gaps = not self.finish.isHidden()
        language = window_language().tag

        def read(db: Database) -> Shown:
            return Shown(read_workspace(db, visit_id), gap_lines(db, visit_id, language) if with_gaps else [])

        self.desk.jobs.run_with_db(self, read, self._show, partial(self._on_failed, visit_id))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc goes back one level: from what is missing to the visit, from the visit to the list."""
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
        elif not self.finish.isHidden():
            self._close_finish()
        else:
            self.desk.go("visits")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _make_parts(self) -> None:
        self.saved = label("", "muted")
        self.start = button(_("Start visit"), self._start, name="primary", large=True)
        self.main = button(_("Finish visit"), self._on_main, name="primary", large=True, tip=_("Ctrl+Enter"))
        self.then = button(_("See it as it was"), self._see_then, large=True)
        self.header = PageHeader("", self.then, self.start, self.main)
        self.header.up.connect(lambda: self.desk.go("visits"))
        self.start.hide()
        self.banner = Banner()
        self.bar = QTabBar()
        self.bar.setAccessibleName(_("Tabs of the visit"))
        self.bar.setDrawBase(False)
        self.bar.setExpanding(True)
        self.bar.setElideMode(Qt.TextElideMode.ElideNone)
        for place, (name, (words, _kind)) in enumerate(TABS.items(), start=1):
            self.bar.setTabData(self.bar.addTab(_(words)), name)
            self.bar.setTabToolTip(place - 1, f"Ctrl+{place}")
        self.bar.currentChanged.connect(lambda _n: self._on_bar())
        self.stack = QStackedWidget()
        self.finish = FinishPanel()
        self.finish.hide()
        self.finish.jumped.connect(self._on_jump)
        self.finish.started.connect(self._start)
        self.finish.finished.connect(self._finish)
        self.finish.closed.connect(self._close_finish)
        self.missing = EmptyState(
            _("This visit is not here any more. It may be in the bin."),
            _("Show all visits"),
            lambda: self.desk.go("visits"),
        )
        self.missing.hide()

    def _lay_out(self) -> None:
        margin = px(20)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, px(16), 0, 0)
        outer.setSpacing(px(8))
        actions = self.header.layout()
        if isinstance(actions, QHBoxLayout):
            actions.insertWidget(1, self.saved, 0, Qt.AlignmentFlag.AlignTop)
        self.saved.setMinimumHeight(self.main.sizeHint().height())
        head = QVBoxLayout()
        head.setContentsMargins(margin, 0, margin, 0)
        head.setSpacing(px(8))
        for widget in (self.header, self.banner, self.bar):
            head.addWidget(widget)
        outer.addLayout(head)
        body = QHBoxLayout()
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(0)
        body.addWidget(self.stack, 1)
        self._finish_place = QHBoxLayout()
        self._finish_place.addWidget(self.finish)
        body.addLayout(self._finish_place)
        outer.addLayout(body, 1)
        outer.addWidget(self.missing, 1)

    def _take_keys(self) -> None:
        for place, name in enumerate(TABS, start=1):
            self._on_key(f"Ctrl+{place}", partial(self._go, name))
        self._on_key("Ctrl+Tab", partial(self._step, 1))
        self._on_key("Ctrl+Shift+Tab", partial(self._step, -1))
        for key in ("Ctrl+Return", "Ctrl+Enter"):
            self._on_key(key, self._on_finish_key)

    def _on_key(self, key: str, run: Callable[[], object]) -> None:
        shortcut = QShortcut(QKeySequence(key), self)
        shortcut.activated.connect(lambda: run())

    def _change_visit(self, visit_id: str) -> None:
        self.visit_id = visit_id
        self.visit = None
        self._banner_of = None
        self._saved_at = None
        self._tell_saved()
        self.banner.hide()
        self._close_finish()
        for tab in self.tabs.values():
            tab.show_visit(visit_id)
        self._stale = True
        if self.isVisible():
            self._reload_if_stale()

    def _name(self) -> str:
        return str(self.bar.tabData(self.bar.currentIndex()))

    def _on_bar(self) -> None:
        """Somebody chose a tab: the route follows, so that the window knows where it stands."""
        if self.visit_id:
            self._go(self._name())

    def _go(self, name: str) -> None:
        self._show_tab(name)
        self.desk.go("visit", self.visit_id, name)

    def _step(self, by: int) -> None:
        names = list(TABS)
        self._go(names[(names.index(self._name()) + by) % len(names)])

    def _show_tab(self, name: str) -> None:
        self._last_tab[self.visit_id] = name
        tab = self.tab(name)
        self.keys = (*_KEYS, *tab.keys)
        self.bar.blockSignals(True)
        self.bar.setCurrentIndex(list(TABS).index(name))
        self.bar.blockSignals(False)
        self.stack.setCurrentWidget(tab)

    def _show(self, shown: Shown) -> None:
        visit = shown.workspace.visit
        if visit.id != self.visit_id:
            return
        self.visit = visit
        self._tell_missing(False)
        breadcrumb = _("Visits / {enterprise}").format(enterprise=visit.enterprise)
        self.header.say(visit_title(visit), second_line(shown.workspace), breadcrumb)
        self._tell_counts(shown.workspace)
        self._tell_state(visit)
        for tab in self.tabs.values():
            if tab.can_edit != visit.can_be_edited:
                tab.set_editable(visit.can_be_edited)
        if not self.finish.isHidden():
            self.finish.show_gaps(shown.gaps)

    def _tell_state(self, visit: Visit) -> None:
        waits = visit.can_be_edited and visit.started_at is None
        is_open = not self.finish.isHidden()
        self.start.setVisible(waits)
        self.main.setVisible(not waits and not is_open)
        self.main.setText(_("Finish visit") if visit.can_be_edited else _("Reopen"))
        if visit.can_be_edited:
            self._banner_of = None
            self.banner.hide()
        elif self._banner_of != (visit.id, visit.revision):
            self._banner_of = (visit.id, visit.revision)
            self.banner.say(finished_words(visit), _("Show the report"), partial(self._go, "report"))

    def _tell_counts(self, workspace: Workspace) -> None:
        for place, (name, (words, _kind)) in enumerate(TABS.items()):
            count = tab_count(name, workspace)
            says = _("{tab} {count}").format(tab=_(words), count=count) if count else _(words)
            if self.bar.tabText(place) != says:  # else Qt lays the whole bar out anew, at each answer
                self.bar.setTabText(place, says)

    def _tell_missing(self, is_missing: bool) -> None:
        self.missing.setVisible(is_missing)
        for widget in (self.header, self.bar):
            widget.setVisible(not is_missing)
        if is_missing:
            self.finish.hide()
            self.banner.hide()
        self._arrange()

    def _on_failed(self, visit_id: str, error: BaseException) -> None:
        if not isinstance(error, NotFound):
            self.desk.jobs.failed.emit(error)
        elif visit_id == self.visit_id:
            self._tell_missing(True)

    def _start(self) -> None:
        self._do(open_visit, _("Visit started"))

    def _on_main(self) -> None:
        if self.visit and not self.visit.can_be_edited:
            self._do(reopen_visit, _("Visit reopened as a new revision"))
        elif self.visit:
            self.desk.flushed.emit()
            self.finish.forget()
            self.finish.show()
            self._arrange()
            self._tell_state(self.visit)
            self.reload()
            self.finish.take_keyboard()

    def _on_finish_key(self) -> None:
        """First what is missing; pressed again, and with nothing missing, it finishes. It never reopens."""
        if not self.finish.isHidden():
            self.finish.finish.click()
        elif self.visit and self.visit.can_be_edited:
            self._on_main()

    def _finish(self) -> None:
        self._do(finish_visit, _("Visit finished"), self._close_finish)

    def _do(self, deed: VisitDeed, says: str, then: Callable[[], object] | None = None) -> None:
        visit_id = self.visit_id

        def done(_nothing: object) -> None:
            if then:
                then()

        self.desk.flushed.emit()
        self.desk.write(self, lambda db, by: deed(db, by, visit_id), done, says=says)

    def _see_then(self) -> None:
        self.desk.flushed.emit()
        open_as_it_was(self.desk, self.visit_id, self.window())

    def _close_finish(self) -> None:
        had = self.window().focusWidget()
        is_here = had is not None and self.finish.isAncestorOf(had)
        self.finish.hide()
        self._arrange()
        if is_here:
            self.setFocus()  # else Qt would give it to the rail
        if self.visit:
            self._tell_state(self.visit)

    def _on_jump(self, place: tuple[str, ...]) -> None:
        if not self._is_wide():
            self._close_finish()
        self.desk.go("visit", self.visit_id, *place)

    def _is_wide(self) -> bool:
        return self.width() >= px(_WIDE)

    def _arrange(self) -> None:
        """The list of what is missing stands beside the tab where there is room, else instead of it."""
        is_open, wide = not self.finish.isHidden(), self._is_wide()
        self.stack.setVisible(self.missing.isHidden() and (wide or not is_open))
        set_property(self.bar, "tight", self.width() < px(_LOOSE_TABS))
        self.finish.setMaximumWidth(px(_PANEL) if wide else _ANY_WIDTH)
        self.finish.setMinimumWidth(px(_PANEL) if wide else 0)
        gap = px(20) if is_open else 0
        self._finish_place.setContentsMargins(0 if wide else gap, px(16) if is_open else 0, gap, gap)

    def _on_saved(self) -> None:
        if self.isVisible():
            self._saved_at = datetime.now(UTC)
            self._tell_saved()

    def _tell_saved(self) -> None:
        seconds = int((datetime.now(UTC) - self._saved_at).total_seconds()) if self._saved_at else None
        self.saved.setText("" if seconds is None else saved_words(seconds))
