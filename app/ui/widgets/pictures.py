"""Pictures from the store, loaded off the UI thread and kept while there is room."""

from collections import OrderedDict
from collections.abc import Callable
from pkgutil import resolve_name

from PySide6.QtCore import QObject, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.errors import AppError, NotFound
from app.i18n import _
from app.models.driver import Database
from app.photos.store import get_bytes
from app.ui.desk import Desk
from app.ui.theme import px, tokens

THUMBNAILS, LARGE_ONES = 400, 6


class Pictures(QObject):
    """Signals:
    arrived: a picture that was asked for can be had now, or it is known that it cannot.
    """

    arrived = Signal(str)

    def __init__(self, desk: Desk, *, most: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = desk.jobs
        self._courier = desk.courier
        self._most = most
        self._kept: OrderedDict[str, QPixmap] = OrderedDict()
        self._asked: set[str] = set()
        self._lost: set[str] = set()
        self._coming: set[str] = set()
        desk.jobs.changed.connect(self._on_changed)

    def get(self, sha256: str) -> QPixmap | None:
        """The picture, or None: then it is on its way, and `arrived` will tell."""
        if sha256 in self._kept:
            self._kept.move_to_end(sha256)
            return self._kept[sha256]
        if sha256 and sha256 not in self._asked | self._lost | self._coming:
            self._asked.add(sha256)
            self._jobs.run(self, lambda: self._load(sha256), lambda image: self._keep(sha256, image), self._on_failed)
        return None

    def is_lost(self, sha256: str) -> bool:
        """Whether its bytes are not on this device, or are damaged."""
        return sha256 in self._lost

    def is_coming(self, sha256: str) -> bool:
        """Whether the server has them, and was asked for them."""
        return sha256 in self._coming

    @Slot(object)
    def _on_changed(self, tables: frozenset[str]) -> None:
        """Bytes may have come down: what was not here is looked for again when it is shown."""
        if "blob" in tables:
            again = self._lost | self._coming
            self._lost.clear()
            self._coming.clear()
            for sha256 in again:
                self.arrived.emit(sha256)

    def _load(self, sha256: str) -> QImage | None:
        """None when the server was asked for it."""
        try:
            return QImage.fromData(self._jobs.photos(lambda photos: get_bytes(photos, sha256)))
        except NotFound:
            want: Callable[[Database, str], bool] = resolve_name("app.sync.lanes:want_bytes")
            return None if self._jobs.db(lambda db: want(db, sha256)) else QImage()
        except AppError:
            return QImage()

    def _keep(self, sha256: str, image: QImage | None) -> None:
        self._asked.discard(sha256)
        if image is None:
            self._coming.add(sha256)
            self._courier.hurry()
        elif image.isNull():
            self._lost.add(sha256)
        else:
            self._kept[sha256] = QPixmap.fromImage(image)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        self.arrived.emit(sha256)

    def _on_failed(self, error: BaseException) -> None:
        self._jobs.failed.emit(error)


class PictureView(QWidget):
    """One picture, whole, as large as there is room; a click or Enter opens it.

    Signals:
        opened: somebody wants to see it larger.
    """

    opened = Signal()

    def __init__(self, pictures: Pictures, sha256: str, name: str, *, height: int = 0) -> None:
        super().__init__()
        self._pictures = pictures
        self.sha256 = sha256
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        if height:
            self.setFixedHeight(px(height))
            self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self.setCursor(Qt.CursorShape.PointingHandCursor)
            self.setToolTip(_("Show it larger"))
        pictures.arrived.connect(self._on_arrived)

    def sizeHint(self) -> QSize:
        return QSize(px(300), px(200))

    def _on_arrived(self, sha256: str) -> None:
        if sha256 == self.sha256:
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.opened.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self.opened.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        room = QRectF(self.rect()).adjusted(px(2), px(2), -px(2), -px(2))
        picture = self._pictures.get(self.sha256)
        if picture is None:
            paint_nothing(painter, room, lost_words(self._pictures, self.sha256))
        else:
            size = picture.size().scaled(room.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
            room = QRectF(
                room.center().x() - size.width() / 2, room.center().y() - size.height() / 2, size.width(), size.height()
            )
            shape = QPainterPath()
            shape.addRoundedRect(room, px(8), px(8))
            painter.setClipPath(shape)
            painter.drawPixmap(room, picture, QRectF(picture.rect()))
            painter.setClipping(False)
        if self.hasFocus():
            painter.setPen(QPen(QColor(tokens().accent), px(2)))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(room, px(8), px(8))


def lost_words(pictures: Pictures, sha256: str) -> str:
    """What stands where a picture is not: nothing while it is being read."""
    if pictures.is_coming(sha256):
        return _("This picture is still to come from the server")
    return _("This picture is not on this device") if pictures.is_lost(sha256) else ""


def paint_nothing(painter: QPainter, room: QRectF, words: str) -> None:
    """A place that waits for a picture."""
    pen = QPen(QColor(tokens().control), 1, Qt.PenStyle.DashLine)
    painter.setPen(pen)
    painter.setBrush(QColor(tokens().page))
    painter.drawRoundedRect(room, px(8), px(8))
    painter.setPen(QColor(tokens().muted))
    flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
    painter.drawText(room.adjusted(px(8), px(4), -px(8), -px(4)), int(flags), words)
