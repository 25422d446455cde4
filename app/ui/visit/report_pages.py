"""The pages of a report one below the other, as wide as there is room; each is drawn in the background when its turn
comes."""

from collections.abc import Callable

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from app.i18n import _
from app.reports.page_images import PageImage, page_count, page_image
from app.ui.jobs import Jobs
from app.ui.theme import px

_WIDEST = 1400  # pixels of the screen that a page is drawn with at most
_A4 = 297 / 210


class ReportPages(QScrollArea):
    """Scrolled by the arrows and Page up and down."""

    def __init__(self, jobs: Jobs) -> None:
        super().__init__()
        self.setObjectName("paper")
        self._jobs = jobs
        self._pdf = b""
        self._turn = 0
        self.whole_page = False
        self.pages: list[_Sheet] = []
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(_("Pages of the report"))
        stage = QWidget()
        self._layout = QVBoxLayout(stage)
        self._layout.setContentsMargins(px(16), px(16), px(16), px(16))
        self._layout.setSpacing(px(16))
        self._layout.addStretch(1)
        self.setWidget(stage)

    def show_pdf(self, pdf: bytes, counted: Callable[[int], None]) -> None:
        """Show these pages; the old ones stay until each new one is drawn, so that nothing jumps."""
        self._pdf = pdf
        self._turn += 1
        turn = self._turn

        def start(pages: int) -> None:
            if turn == self._turn:
                self._make_room(pages)
                counted(pages)
                self._draw(0, turn)

        self._jobs.run(self, lambda: page_count(pdf), start)

    def clear(self) -> None:
        self._turn += 1
        self._make_room(0)

    def fit(self, *, whole_page: bool) -> None:
        """The whole page, or all its width."""
        self.whole_page = whole_page
        for sheet in self.pages:
            sheet.fit(self.viewport().height() - px(32) if whole_page else 0)

    def _make_room(self, pages: int) -> None:
        while len(self.pages) > pages:
            self.pages.pop().deleteLater()
        while len(self.pages) < pages:
            sheet = _Sheet(_("Page {n}").format(n=len(self.pages) + 1))
            self.pages.append(sheet)
            self._layout.insertWidget(self._layout.count() - 1, sheet)
        self.fit(whole_page=self.whole_page)

    def _draw(self, number: int, turn: int) -> None:
        if number >= len(self.pages) or turn != self._turn:
            return
        pdf = self._pdf
        width = min(_WIDEST, round(max(px(500), self.viewport().width() - px(32)) * self.devicePixelRatioF()))

        def show(image: QImage) -> None:
            if turn == self._turn and number < len(self.pages):
                self.pages[number].show_image(image)
                self._draw(number + 1, turn)

        self._jobs.run(self, lambda: as_qimage(page_image(pdf, number, width=width)), show)


class _Sheet(QFrame):
    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setMinimumHeight(px(200))
        self._picture: QPixmap | None = None
        self._height = 0
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_image(self, image: QImage) -> None:
        self._picture = QPixmap.fromImage(image)
        self.updateGeometry()
        self.update()

    def fit(self, height: int) -> None:
        self._height = height
        self.updateGeometry()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._height or round(width * self._shape)

    def sizeHint(self) -> QSize:
        return QSize(px(500), self.heightForWidth(px(500)))

    @property
    def _shape(self) -> float:
        return self._picture.height() / self._picture.width() if self._picture else _A4

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        width = min(self.width(), round(self.height() / self._shape))
        room = QRect((self.width() - width) // 2, 0, width, round(width * self._shape))
        painter.fillRect(room, Qt.GlobalColor.white)  # paper is white in every theme
        if self._picture:
            painter.drawPixmap(room, self._picture)


def as_qimage(image: PageImage) -> QImage:
    """A copy that owns its bytes."""
    return QImage(image.data, image.width, image.height, image.stride, QImage.Format.Format_RGB888).copy()
