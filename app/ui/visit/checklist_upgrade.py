"""A newer version of the checklist that is filled in: said in a banner, shown as what would change, gone on with."""

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.checklists.items import Item
from app.fieldwork.upgrades import Offered, find_upgrade, upgrade_assessment
from app.fieldwork.walkthrough import Sheet
from app.i18n import _, ngettext, window_language
from app.ui.desk import Desk
from app.ui.widgets.basics import button, clear, label
from app.ui.widgets.notices import Banner
from app.ui.widgets.side_panel import SidePanel


class ChecklistUpgrade(QObject):
    """Signals:
    done: the id of the assessment that goes on.
    """

    done = Signal(str)

    def __init__(self, desk: Desk, stage: QWidget) -> None:
        super().__init__(stage)
        self._desk = desk
        self._sheet: Sheet | None = None
        self.banner = Banner()
        self.panel = SidePanel(stage, _("A newer version of this checklist"))
        self.go = button(_("Go on with the newer version"), self._upgrade, name="primary", large=True)
        self.panel.foot.addWidget(self.go)
        self.panel.foot.addStretch(1)

    def look(self, sheet: Sheet, *, can_edit: bool) -> None:
        """Whether a newer version is there for what is shown."""
        self._sheet = sheet
        self.banner.hide()
        self.panel.hide()
        if can_edit:
            self._desk.jobs.run_with_db(
                self, lambda db: find_upgrade(db, sheet.assessment_id), lambda found: self._offer(sheet, found)
            )

    def _offer(self, sheet: Sheet, found: Offered | None) -> None:
        if found is None or sheet is not self._sheet:
            return
        words = _("There is a newer version of this checklist: {version}.").format(version=found.version)
        self.banner.say(words, _("See what changes"), lambda: self._open(sheet, found))

    def _open(self, sheet: Sheet, found: Offered) -> None:
        clear(self.panel.body)
        plan = found.plan
        moved = len(plan.moved)
        words = ngettext("{n} answer goes over, with its note and photos.",
                         "{n} answers go over, with their notes and photos.", moved)  # fmt: skip
        self._list(words.format(n=moved), [])
        items = sheet.form.layout.items
        dropped = [items[key.name] for key in plan.dropped if key.name in items]
        self._list(_("These answers do not fit any more and stay in the bin with the old version:"), dropped)
        self._list(_("New questions:"), plan.added)
        self._list(_("Asked in other words:"), plan.reworded)
        self._list(_("With other answers to choose from:"), plan.rechosen)
        self.panel.body.addWidget(label(_("One step of Undo brings the old version back."), "muted", wrap=True))
        self.panel.open_panel(self.go)

    def _list(self, title: str, items: Iterable[Item]) -> None:
        names = [one.label.in_language(window_language().tag) or one.id for one in items]
        if names or not title.endswith(":"):
            self.panel.body.addWidget(label(title, "strong", wrap=True))
        for name in names:
            self.panel.body.addWidget(label(name, wrap=True))

    def _upgrade(self) -> None:
        if sheet := self._sheet:
            self.panel.close_panel()
            self._desk.write(
                self,
                lambda db, by: upgrade_assessment(db, by, sheet.assessment_id),
                self.done.emit,
                says=_("The checklist goes on in its newer version"),
            )
