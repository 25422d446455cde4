"""Photos and pairs as tiles in a grid: each says in words what it is; a pair says Before and After with the days."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QLinearGradient,
    QPainter,
    QPainterPath,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.ui.theme import px, tokens
from app.ui.widgets.basics import ChipKind
from app.ui.widgets.pictures import Pictures, lost_words, paint_nothing

TILE = int(Qt.ItemDataRole.UserRole)
_PADDING, _TITLE, _PICTURE, _GAP = 14, 24, 150, 12
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class TilePicture:
    """`words` stand on the picture ("Before · 12 Sep"); where `sha256` is empty they say what to do about it."""

    words: str
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Tile:
    """A photo has one picture, a pair two."""

    key: str
    title: str
    second: str
    pictures: tuple[TilePicture, ...]
    chip: str = ""
    chip_kind: ChipKind = ChipKind.NEUTRAL

    @property
    def words(self) -> str:
        """All that it says, for who cannot see it."""
        parts = (self.title, self.chip, *(picture.words for picture in self.pictures), self.second)
        return ". ".join(part for part in parts if part)


class TileGrid(QListView):
    """Tiles by arrows; Enter opens, Delete asks for the bin.

    Signals:
        chosen: the key of the tile that is current now; empty when there is none.
        opened: the key of the tile to be seen larger.
        binned: the key of the tile that Delete was pressed on.
    """

    chosen = Signal(str)
    opened = Signal(str)
    binned = Signal(str)

    def __init__(self, pictures: Pictures, name: str) -> None:
        super().__init__()
        self.setObjectName("tiles")
        self.setAccessibleName(name)
        self._model = _Tiles()
        self._least = px(330)
        self.setModel(self._model)
        self.setItemDelegate(_TilePainter(pictures, self))
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        self.doubleClicked.connect(lambda index: self.opened.emit(self._model.tiles[index.row()].key))
        self.selectionModel().currentChanged.connect(self._on_current)
        pictures.arrived.connect(lambda _sha256: self.viewport().update())

    def show_tiles(self, tiles: Sequence[Tile]) -> None:
        """Show these, keeping the current one, or its place when it is gone."""
        key, row = self.key(), self.currentIndex().row()
        place = self.verticalScrollBar().value()
        self._least = px(330 if any(len(tile.pictures) > 1 for tile in tiles) else 215)
        self._model.show(tiles)
        self._fit()
        keys = [tile.key for tile in tiles]
        self.choose(key if key in keys else keys[min(max(row, 0), len(keys) - 1)] if keys else "")
        self.verticalScrollBar().setValue(place)
        if not keys:
            self.chosen.emit("")

    def key(self) -> str:
        """Of the current tile; empty when there is none."""
        index = self.currentIndex()
        return self._model.tiles[index.row()].key if index.isValid() else ""

    def choose(self, key: str) -> None:
        for row, tile in enumerate(self._model.tiles):
            if tile.key == key:
                self.setCurrentIndex(self._model.index(row))

    def count(self) -> int:
        return len(self._model.tiles)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = self.key()
        if key and event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.opened.emit(key)
        elif key and event.key() == Qt.Key.Key_Delete:
            self.binned.emit(key)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()
        super().resizeEvent(event)

    def _fit(self) -> None:
        """As many columns as have room, sharing the width evenly."""
        # Qt keeps the width of a scroll bar free, whether one is there or not.
        width = self.contentsRect().width() - self.verticalScrollBar().sizeHint().width() - 2
        columns = max(1, width // self._least)
        height = _PADDING * 2 + _TITLE + _PICTURE + 34 + _GAP
        self.setGridSize(QSize(width // columns, px(height)))

    def _on_current(self, current: QModelIndex) -> None:
        if current.isValid():
            self.chosen.emit(self._model.tiles[current.row()].key)


class _Tiles(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self.tiles: Sequence[Tile] = ()

    def show(self, tiles: Sequence[Tile]) -> None:
        self.beginResetModel()
        self.tiles = tiles
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.tiles)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        tile = self.tiles[index.row()]
        if role == TILE:
            return tile
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return tile.words
        return None


class _TilePainter(QStyledItemDelegate):
    def __init__(self, pictures: Pictures, parent: TileGrid) -> None:
        super().__init__(parent)
        self._pictures = pictures

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        view = self.parent()
        return view.gridSize() if isinstance(view, TileGrid) else QSize()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tile: Tile = index.data(TILE)
        state = option.state
        room: QRect = option.rect.adjusted(px(1), px(1), -px(_GAP - 1), -px(_GAP - 1))
        painter.save()
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        is_rtl = option.direction == Qt.LayoutDirection.RightToLeft
        self._paint_card(
            painter,
            QRectF(room),
            chosen=bool(state & QStyle.StateFlag.State_Selected),
            focused=bool(state & QStyle.StateFlag.State_HasFocus),
        )
        inner = room.adjusted(px(_PADDING), px(_PADDING), -px(_PADDING), -px(_PADDING))
        _Words(painter, inner, is_rtl=is_rtl).paint(tile)
        self._paint_pictures(painter, inner, tile.pictures, is_rtl=is_rtl)
        painter.restore()

    def _paint_card(self, painter: QPainter, room: QRectF, *, chosen: bool, focused: bool) -> None:
        colours = tokens()
        line = QPen(QColor(colours.accent if chosen else colours.line), px(2) if chosen else 1)
        painter.setPen(line)
        painter.setBrush(QColor(colours.card))
        painter.drawRoundedRect(room, px(12), px(12))
        if focused:
            painter.setPen(QPen(QColor(colours.text), 1, Qt.PenStyle.DotLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(room.adjusted(px(4), px(4), -px(4), -px(4)), px(9), px(9))

    def _paint_pictures(
        self, painter: QPainter, inner: QRect, pictures: tuple[TilePicture, ...], *, is_rtl: bool
    ) -> None:
        """Side by side, the earlier one where the language begins."""
        gap = px(_GAP)
        width = (inner.width() - gap * (len(pictures) - 1)) / len(pictures)
        for place, picture in enumerate(reversed(pictures) if is_rtl else pictures):
            left = inner.left() + place * (width + gap)
            self._paint_picture(painter, QRectF(left, inner.top() + px(_TITLE + 8), width, px(_PICTURE)), picture)

    def _paint_picture(self, painter: QPainter, room: QRectF, picture: TilePicture) -> None:
        found = self._pictures.get(picture.sha256)
        if found is None:
            words = lost_words(self._pictures, picture.sha256) if picture.sha256 else picture.words
            paint_nothing(painter, room, words)
            return
        shape = QPainterPath()
        shape.addRoundedRect(room, px(8), px(8))
        painter.save()
        painter.setClipPath(shape)
        painter.drawPixmap(room, found, _cover(found, room))
        if picture.words:
            shade = QLinearGradient(room.left(), room.bottom() - px(44), room.left(), room.bottom())
            shade.setColorAt(0, QColor(0, 0, 0, 0))
            shade.setColorAt(0.55, QColor(0, 0, 0, 170))
            shade.setColorAt(1, QColor(0, 0, 0, 200))
            painter.fillRect(room.adjusted(0, room.height() - px(44), 0, 0), shade)
            painter.setFont(_font(painter.font(), 12, bold=True))
            painter.setPen(QColor(Qt.GlobalColor.white))
            foot = room.adjusted(px(10), 0, -px(10), -px(6)).toRect()
            flags = Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignBottom
            painter.drawText(foot, int(flags), _elided(painter, picture.words, foot.width()))
        painter.restore()


class _Words:
    """The title with its chip above the pictures, the second line below."""

    def __init__(self, painter: QPainter, inner: QRect, *, is_rtl: bool) -> None:
        self._painter = painter
        self._inner = inner
        self._is_rtl = is_rtl
        self._plain = painter.font()

    def paint(self, tile: Tile) -> None:
        inner, colours = self._inner, tokens()
        head = QRect(inner.left(), inner.top(), inner.width(), px(_TITLE))
        chip_width = self._paint_chip(head, tile.chip, tile.chip_kind) if tile.chip else 0
        title = head.adjusted(chip_width if self._is_rtl else 0, 0, 0 if self._is_rtl else -chip_width, 0)
        self._write(title, tile.title, 15, colours.text, bold=True)
        foot = QRect(inner.left(), inner.top() + px(_TITLE + 8 + _PICTURE + 8), inner.width(), px(20))
        self._write(foot, tile.second, 13, colours.muted)

    def _write(self, room: QRect, words: str, size: int, colour: str, *, bold: bool = False) -> None:
        painter = self._painter
        painter.setFont(_font(self._plain, size, bold=bold))
        painter.setPen(QColor(colour))
        flags = Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter
        shown = _elided(painter, words, room.width())
        painter.drawText(room, int(QStyle.visualAlignment(self._direction, flags)), shown)

    @property
    def _direction(self) -> Qt.LayoutDirection:
        return Qt.LayoutDirection.RightToLeft if self._is_rtl else Qt.LayoutDirection.LeftToRight

    def _paint_chip(self, head: QRect, words: str, kind: ChipKind) -> int:
        """Returns the width it takes."""
        painter, colours = self._painter, tokens()
        painter.setFont(_font(self._plain, 12, bold=True))
        width = min(QFontMetrics(painter.font()).horizontalAdvance(words) + px(22), head.width() // 2)
        logical = QRect(QPoint(head.right() - width + 1, head.top() + px(1)), QSize(width, px(22)))
        room = QStyle.visualRect(self._direction, head, logical)
        soft, text = _CHIPS[kind](colours)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(soft))
        painter.drawRoundedRect(QRectF(room), px(10), px(10))
        painter.setPen(QColor(text))
        painter.drawText(room, int(Qt.AlignmentFlag.AlignCenter), _elided(painter, words, width - px(12)))
        return width + px(8)


_CHIPS: dict[ChipKind, Callable[[Any], tuple[str, str]]] = {
    ChipKind.NEUTRAL: lambda t: (t.accent_soft, t.accent_text),
    ChipKind.WARN: lambda t: (t.warn_soft, t.warn_text),
    ChipKind.BAD: lambda t: (t.bad_soft, t.bad_text),
}


def _font(plain: QFont, size: int, *, bold: bool) -> QFont:
    font = QFont(plain)
    font.setPixelSize(px(size))
    font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    return font


def _elided(painter: QPainter, words: str, width: int) -> str:
    line = " ".join(words.split())
    return QFontMetrics(painter.font()).elidedText(line, Qt.TextElideMode.ElideRight, width)


def _cover(picture: QPixmap, room: QRectF) -> QRectF:
    """The middle part of the picture that has the shape of `room`."""
    scale = min(picture.width() / room.width(), picture.height() / room.height())
    width, height = room.width() * scale, room.height() * scale
    return QRectF((picture.width() - width) / 2, (picture.height() - height) / 2, width, height)
