"""What every tab of the visit workspace shares: the visit it shows, and whether that may be changed."""

from typing import TypeVar

from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from app.ui.desk import Desk
from app.ui.page import Page

AnyWidget = TypeVar("AnyWidget", bound=QWidget)


class VisitTab(Page):
    """A page about one visit. The workspace calls `show_visit`, `set_editable`, and `open_at` with what stands behind
    the tab's name in the route (`visit/ID/checklists/ITEM` gives `["ITEM"]`).

    A tab reads in `reload`, which is called only while there is a visit. Whatever changes the visit goes through
    `edits(widget)`, once, when it is made: it is then disabled while the visit is finished.
    """

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.visit_id = ""
        self.can_edit = True
        self._editors: list[QWidget] = []

    def show_visit(self, visit_id: str) -> None:
        """Show this visit; reads it when the tab is visible, else when it is next shown."""
        if visit_id == self.visit_id:
            return
        self.visit_id = visit_id
        self._stale = True
        if self.isVisible():
            self._reload_if_stale()

    def edits(self, widget: AnyWidget) -> AnyWidget:
        """Remember that `widget`, with all that stands on it, changes the visit. Returns it."""
        widget.setEnabled(self.can_edit)
        self._editors = [other for other in self._editors if isValid(other)]
        self._editors.append(widget)
        return widget

    def set_editable(self, editable: bool) -> None:
        """A finished visit is read only. Tabs that paint it themselves override this and call it first."""
        self.can_edit = editable
        for widget in self._editors:
            if isValid(widget):
                widget.setEnabled(editable)

    def _reload_if_stale(self) -> None:
        if self.visit_id:
            super()._reload_if_stale()
