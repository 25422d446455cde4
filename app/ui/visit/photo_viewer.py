"""A photo, or a pair side by side, as large as the window."""

from collections.abc import Sequence

from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from app.i18n import _
from app.ui.theme import px
from app.ui.widgets.basics import button, column, label, row
from app.ui.widgets.pictures import Pictures, PictureView


class PhotoViewer(QDialog):
    """`shown`: (words above it, hash of the working copy) each. Esc or a click closes."""

    def __init__(self, pictures: Pictures, title: str, shown: Sequence[tuple[str, str]], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setModal(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(16), px(12), px(16), px(12))
        layout.setSpacing(px(8))
        side_by_side = row(spacing=12)
        for words, sha256 in shown:
            view = PictureView(pictures, sha256, words)
            view.opened.connect(self.accept)
            head = label(words, "heading", wrap=True)
            one = column(head, view)
            one.setStretch(1, 1)
            side_by_side.addLayout(one, 1)
        layout.addLayout(side_by_side, 1)
        layout.addLayout(row(None, button(_("Close"), self.accept, large=True)))
        window = parent.window()
        self.resize(round(window.width() * 0.9), round(window.height() * 0.9))
