"""A before and after side by side, small, with words under each."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.fieldwork.enterprises import PairLine
from app.i18n import _
from app.ui.theme import px
from app.ui.widgets.basics import ChipKind, chip, label, row
from app.ui.widgets.pictures import Pictures, PictureView

_HEIGHT = 110


class PairStrip(QWidget):
    """Only shows: the pictures are opened in their visit."""

    def __init__(self, pictures: Pictures, pair: PairLine) -> None:
        super().__init__()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, px(4), 0, px(8))
        layout.setSpacing(px(4))
        head = row(label(pair.place or _("Place not named"), "strong", wrap=True))
        if not pair.after_sha256:
            head.addWidget(chip(_("After photo missing"), ChipKind.WARN))
        layout.addLayout(head)
        both = QHBoxLayout()
        both.setSpacing(px(12))
        for words, sha256 in ((_("Before"), pair.before_sha256), (_("After"), pair.after_sha256)):
            side = QVBoxLayout()
            side.setSpacing(px(2))
            if sha256:
                picture = PictureView(pictures, sha256, _("{when}: {place}").format(when=words, place=pair.place))
                picture.setFixedHeight(px(_HEIGHT))
                side.addWidget(picture)
            else:
                side.addStretch(1)
            caption = label(words if sha256 else _("{when}: not taken yet").format(when=words), "small")
            caption.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            side.addWidget(caption)
            both.addLayout(side, 1)
        layout.addLayout(both)
