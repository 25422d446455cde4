"""What the window says by itself: a banner that offers, a toast with Undo, a strip that shows progress."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from app.i18n import _, window_language
from app.ui.jobs import Progress
from app.ui.theme import px
from app.ui.widgets.basics import button, label

TOAST_MS = 6000
_PARTS = 1000  # of a bar


class Banner(QFrame):
    """Says something, offers one thing, can be closed; never blocks."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(px(14), px(8), px(8), px(8))
        self.words = label("", wrap=True)
        self.offer = QPushButton()
        self.offer.clicked.connect(self._on_offer)
        layout.addWidget(self.words, 1)
        layout.addWidget(self.offer)
        layout.addWidget(button(_("Close"), self.hide, name="quiet"))
        self._clicked: Callable[[], object] | None = None
        self.hide()

    def say(self, words: str, offer: str = "", clicked: Callable[[], object] | None = None) -> None:
        self.words.setText(words)
        self.offer.setText(offer)
        self.offer.setVisible(bool(offer))
        self._clicked = clicked
        self.show()

    def _on_offer(self) -> None:
        self.hide()
        if self._clicked:
            self._clicked()


class Notice(QFrame):
    """A sentence on a soft colour that asks for something; hidden while there is none."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("banner")
        self.words = label("", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(12), px(8), px(12), px(8))
        layout.addWidget(self.words)
        self.hide()

    def say(self, words: str) -> None:
        self.words.setText(words)
        self.setAccessibleName(words)
        self.setVisible(bool(words))


class Toast(QFrame):
    """A few words at the foot of the window that go away; with Undo where there is something to undo."""

    def __init__(self, parent: QWidget, undo: Callable[[], object]) -> None:
        super().__init__(parent)
        self.setObjectName("toast")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(px(16), px(8), px(8), px(8))
        self.words = label()
        self.undo = button(_("Undo"), undo)
        self.undo.clicked.connect(self.hide)
        layout.addWidget(self.words)
        layout.addWidget(self.undo)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        self._stage = parent
        parent.installEventFilter(self)
        self.hide()

    def say(self, words: str, *, undoable: bool) -> None:
        self.words.setText(words)
        self.undo.setVisible(undoable)
        self.adjustSize()
        self._place()
        self.show()
        self.raise_()
        self._timer.start(TOAST_MS)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _place(self) -> None:
        stage = self._stage
        self.move((stage.width() - self.width()) // 2, stage.height() - self.height() - px(24))


class ProgressStrip(QFrame):
    """Long work: what it is, how far it is, and Cancel."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(px(14), px(8), px(8), px(8))
        self.words = label()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.count = label("", "muted")
        self.cancel = button(_("Cancel"), self._on_cancel)
        for widget in (self.words, self.bar, self.count, self.cancel):
            layout.addWidget(widget, 1 if widget is self.bar else 0)
        self._progress: Progress | None = None
        self._counted = True
        self.hide()

    def follow(self, words: str, progress: Progress, *, counted: bool = True) -> None:
        """`counted`: how many of how many is said, else how much of a hundred."""
        self.words.setText(words)
        self._progress = progress
        self._counted = counted
        self.cancel.setEnabled(True)
        self.bar.setRange(0, 0)
        self.count.setText("")
        progress.moved.connect(self._on_moved)
        self.show()

    def _on_moved(self, done: int, total: int) -> None:
        if self._counted:
            words = _("{done} of {total}").format(done=done, total=total)
            self.bar.setRange(0, total)
            self.bar.setValue(done)
        else:
            self.bar.setRange(0, _PARTS if total else 0)
            self.bar.setValue(_PARTS * done // total if total else 0)
            words = _("{percent} %").format(percent=window_language().number(100 * done // total)) if total else ""
        self.count.setText(words)

    def _on_cancel(self) -> None:
        self.cancel.setEnabled(False)
        if self._progress:
            self._progress.cancel()
        self.hide()
