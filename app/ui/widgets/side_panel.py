"""A panel over the trailing edge of a page: for what is made new, without leaving the page and without blocking it."""

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QVBoxLayout, QWidget

from app.i18n import _
from app.ui.theme import px
from app.ui.widgets.basics import button, label, row

_MARGIN, _BEGINNING = 16, 48  # design pixels


class SidePanel(QFrame):
    """Title, `body` (scrolls when it must), `foot` for its buttons. Esc closes it; the keyboard goes back where it was.

    What was typed stays in it until it is opened for something else.
    """

    def __init__(self, stage: QWidget, title: str, *, width: int = 400) -> None:
        """`stage` is what it lies over; `width` in design pixels."""
        super().__init__(stage)
        self.setObjectName("sidePanel")
        self.setAccessibleName(title)
        self._stage = stage
        self._width = width
        self._came_from: QWidget | None = None
        self.title = label(title, "heading", wrap=True)
        self.close_button = button(_("Close"), self.close_panel, name="quiet", tip=_("Esc"))
        self.body = QVBoxLayout()
        self.body.setSpacing(px(12))
        self.foot = row()
        content = QWidget()
        content.setObjectName("sidePanelBody")
        inner = QVBoxLayout(content)
        inner.setContentsMargins(px(20), px(4), px(20), px(12))
        inner.addLayout(self.body)
        inner.addStretch(1)
        area = QScrollArea()
        area.setObjectName("sidePanelArea")
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(content)
        self._area, self._content = area, content
        self._lay_out(area)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._on_focus)
        stage.installEventFilter(self)
        self.hide()

    def open_panel(self, focus: QWidget) -> None:
        """Show it, with the keyboard in `focus`."""
        if not self.isVisible():
            self._came_from = QApplication.focusWidget()
        self._place()
        self.show()
        self.raise_()
        focus.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_panel(self) -> None:
        self.hide()
        if self._came_from and self._came_from.isVisible():
            self._came_from.setFocus(Qt.FocusReason.OtherFocusReason)
        self._came_from = None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_panel()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in {QEvent.Type.Resize, QEvent.Type.LayoutDirectionChange}:
            self._place()
        return False

    def _on_focus(self, _left: QWidget | None, now: QWidget | None) -> None:
        """Tab comes from the head and the foot too: what it goes to must not stand outside of what is seen, or at least
        its beginning where it is longer than the panel."""
        if now is None or not self._content.isAncestorOf(now):
            return
        top, room = now.mapTo(self._content, QPoint(0, 0)).y(), self._area.viewport().height()
        height = now.height() if now.height() < room - 2 * px(_MARGIN) else px(_BEGINNING)
        self._area.ensureVisible(0, top + height // 2, 0, height // 2 + px(_MARGIN))

    def _lay_out(self, area: QScrollArea) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(1), 0, 0, 0)
        layout.setSpacing(0)
        head = row(self.title, None, self.close_button)
        head.setContentsMargins(px(20), px(16), px(12), px(8))
        head.setStretch(0, 1)
        layout.addLayout(head)
        layout.addWidget(area, 1)
        self.foot.setContentsMargins(px(20), px(12), px(20), px(16))
        layout.addLayout(self.foot)

    def _place(self) -> None:
        width = min(px(self._width), self._stage.width())
        is_mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        self.setGeometry(0 if is_mirrored else self._stage.width() - width, 0, width, self._stage.height())
