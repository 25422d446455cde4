"""Photos of the visit: add, describe, pair before and after, remove."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QButtonGroup, QPushButton, QStackedWidget, QWidget

from app.fieldwork.album import Album, bin_photo, part_pair, read_album
from app.i18n import N_, _
from app.ui.desk import Desk
from app.ui.jobs import Progress
from app.ui.page import page_layout
from app.ui.visit.photo_intake import SUFFIXES, Source, TakenIn, sources_of, sources_of_paths, take_all
from app.ui.visit.photo_panel import PairPanel, PhotoPanel
from app.ui.visit.photo_viewer import PhotoViewer
from app.ui.visit.photo_words import dated, pair_tile, photo_tile
from app.ui.visit.side_area import SideArea
from app.ui.visit.tab import VisitTab
from app.ui.widgets.basics import Card, EmptyState, button, row
from app.ui.widgets.notices import Banner, ProgressStrip
from app.ui.widgets.photo_tile import Tile, TileGrid
from app.ui.widgets.pictures import LARGE_ONES, THUMBNAILS, Pictures

_FILTERS = {
    "pairs": N_("Pairs {n}"),
    "waiting": N_("After missing {n}"),
    "unfiled": N_("Unfiled {n}"),
    "all": N_("All {n}"),
}
_EMPTY = {
    "pairs": N_("A pair shows a place before and after. Choose a photo in All and mark it as before."),
    "waiting": N_("No before picture of this enterprise waits for its after picture."),
    "unfiled": N_("Every photo of this visit says what it shows."),
    "all": N_("No photos of this visit yet. Add files, drop them here, or paste a picture."),
}


class PhotosTab(VisitTab):
    tables = frozenset({"photo", "photo_link", "photo_pair", "visit", "improvement", "answer"})
    keys = (
        (N_("Arrows"), N_("move between the photos")),
        (N_("Enter"), N_("see the photo larger")),
        (N_("Delete"), N_("move the photo to the bin")),
        (N_("Ctrl+V"), N_("paste pictures or files")),
    )

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._album: Album | None = None
        self._panel: PhotoPanel | PairPanel | None = None
        self._filter = ""
        self._wanted = ""
        self.thumbnails = Pictures(desk, most=THUMBNAILS, parent=self)
        self.large_ones = Pictures(desk, most=LARGE_ONES, parent=self)
        self.strip = ProgressStrip()
        self.banner = Banner()
        self.grid = TileGrid(self.thumbnails, _("Photos"))
        self.filters: dict[str, QPushButton] = {}
        self._group = QButtonGroup(self)
        self.add = self.edits(button(_("Add files"), self._ask_files, large=True))
        self.paste = self.edits(button(_("Paste"), self._paste, large=True))
        self._lay_out()
        self.setAcceptDrops(True)
        self.grid.chosen.connect(self._show_panel)
        self.grid.opened.connect(self._open)
        self.grid.binned.connect(self._bin)
        shortcut = QShortcut(QKeySequence(QKeySequence.StandardKey.Paste), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(self._paste)

    def reload(self) -> None:
        visit_id = self.visit_id
        self.desk.jobs.run_with_db(self, lambda db: read_album(db, visit_id), self._show)

    def set_editable(self, editable: bool) -> None:
        super().set_editable(editable)
        self.setAcceptDrops(editable)

    def open_at(self, route: Sequence[str]) -> None:
        """A filter, the photo or pair to show, or both."""
        chosen = next((part for part in route if part in _FILTERS), "")
        self._wanted = next((part for part in route if part not in _FILTERS), "")
        if chosen:
            self._choose_filter(chosen)
        self._show_wanted()

    def place(self) -> Sequence[str]:
        return tuple(part for part in (self._filter, self._wanted or self.grid.key()) if part)

    def take(self, sources: list[Source]) -> None:
        """Take pictures in; each shows as soon as it is in."""
        if not sources or not self.can_edit:
            return
        progress = Progress(self)
        self.banner.hide()
        self.strip.follow(_("Taking photos in"), progress)
        jobs, by, visit_id = self.desk.jobs, self.desk.by, self.visit_id
        jobs.run(self, lambda: take_all(jobs, by, visit_id, sources, progress), self._on_taken, self._on_failed)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls() or event.mimeData().hasImage():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.take(sources_of(event.mimeData()))
        event.acceptProposedAction()

    def _lay_out(self) -> None:
        layout = page_layout(self, scrolls=False)
        tools = row()
        for code in _FILTERS:
            made = button("", partial(self._choose_filter, code), name="filter", large=True)
            made.setCheckable(True)
            self._group.addButton(made)
            self.filters[code] = made
            tools.addWidget(made)
        tools.addStretch(1)
        tools.addWidget(self.add)
        tools.addWidget(self.paste)
        layout.addLayout(tools)
        layout.addWidget(self.strip)
        layout.addWidget(self.banner)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.grid)
        self._stack.addWidget(self._empty_page())
        self.side = SideArea(width=340)
        self.side.hide()
        both = row(self._stack, self.side, spacing=4)
        both.setStretch(0, 1)
        layout.addLayout(both, 1)

    def _empty_page(self) -> QWidget:
        card = Card()
        self._empty_states = QStackedWidget()
        for code, words in _EMPTY.items():
            add, show = (_("Add files"), self._ask_files), (_("Show all photos"), partial(self._choose_filter, "all"))
            self._empty_states.addWidget(EmptyState(_(words), *(add if code == "all" else show)))
        card.body.addStretch(1)
        card.body.addWidget(self._empty_states)
        card.body.addStretch(2)
        return card

    def _show(self, album: Album) -> None:
        if album.visit.id != self.visit_id:
            return
        self._album = album
        counts = {"pairs": album.pairs, "waiting": album.waiting, "unfiled": album.unfiled, "all": album.photos}
        for code, press in self.filters.items():
            press.setText(_(_FILTERS[code]).format(n=len(counts[code])))
        if not self._filter:
            self._filter = "pairs" if album.pairs else "all"
        self.filters[self._filter].setChecked(True)
        self._fill()
        self._show_wanted()

    def _choose_filter(self, code: str) -> None:
        self._filter = code
        self.filters[code].setChecked(True)
        if self._album:
            self._fill()
        self.desk.moved.emit()

    def _fill(self) -> None:
        tiles = self._tiles()
        self._stack.setCurrentIndex(0 if tiles else 1)
        self._empty_states.setCurrentIndex(list(_EMPTY).index(self._filter))
        self.grid.show_tiles(tiles)
        self._show_panel(self.grid.key())

    def _tiles(self) -> list[Tile]:
        album = self._album
        assert album is not None
        match self._filter:
            case "pairs":
                return [pair_tile(pair) for pair in album.pairs]
            case "waiting":
                return [pair_tile(pair) for pair in album.waiting]
            case "unfiled":
                return [photo_tile(photo, album) for photo in album.unfiled]
        return [photo_tile(photo, album) for photo in album.photos]

    def _show_wanted(self) -> None:
        """The photo or pair that the route named, once it is known."""
        album, wanted = self._album, self._wanted
        if album and wanted and (album.photo(wanted) or album.pair(wanted)):
            self._wanted = ""
            if wanted not in {tile.key for tile in self._tiles()}:
                self._choose_filter("pairs" if album.pair(wanted) else "all")
            self.grid.choose(wanted)

    def _show_panel(self, key: str) -> None:
        """The panel of the current tile; it is kept while it is about the same, for somebody may be typing in it."""
        album = self._album
        photo, pair = (album.photo(key), album.pair(key)) if album and key else (None, None)
        if self._panel and self._panel.is_about(photo or pair):
            assert album is not None
            self._panel.show_album(album)
            return
        if self._panel:
            self._panel.flush()
        self._panel = None
        if album and pair:
            self._panel = PairPanel(self.desk, self.thumbnails, album, pair)
        elif album and photo:
            self._panel = PhotoPanel(self.desk, self.thumbnails, album, photo)
            self._panel.binned.connect(partial(self._bin, key))
        self.side.setVisible(self._panel is not None)
        if self._panel:
            self.edits(self._panel.fields)
            self._panel.opened.connect(partial(self._open, key))
            card = Card()
            card.body.addWidget(self._panel)
            self.side.show_cards(card)

    def _open(self, key: str) -> None:
        """The photo or pair, large."""
        album = self._album
        if album is None:
            return
        photo, pair = album.photo(key), album.pair(key)
        if pair:
            halves = ((pair.before, True), (pair.after, False))
            shown = [(dated(one, before=before), one.working) for one, before in halves if one]
            PhotoViewer(self.large_ones, pair.place or _("Before and after"), shown, self).open()
        elif photo:
            title = photo.place or photo.file_name or _("Photo")
            PhotoViewer(self.large_ones, title, [(photo.caption or title, photo.working)], self).open()

    def _bin(self, key: str) -> None:
        """A photo goes to the bin; a pair is parted, for its photos stay."""
        album, visit_id = self._album, self.visit_id
        if album is None or not self.can_edit:
            return
        if album.photo(key):
            says = _("Photo moved to the bin")
            self.desk.write(self, lambda db, by: bin_photo(db, by, visit_id, key), says=says)
        elif pair := album.pair(key):
            says = _("Pictures parted") if pair.after else _("Pair taken back")
            self.desk.write(self, lambda db, by: part_pair(db, by, visit_id, key), says=says)

    def _ask_files(self) -> None:
        kinds = _("Photos ({patterns})").format(patterns=" ".join(f"*.{one} *.{one.upper()}" for one in SUFFIXES))
        self.take(sources_of_paths(self.desk.ask.files(self, _("Add photos"), kinds)))

    def _paste(self) -> None:
        sources = sources_of(QGuiApplication.clipboard().mimeData())
        if not sources:
            self.desk.said.emit(_("There is no picture to paste. Copy a picture or files first."), False)
        self.take(sources)

    def _on_taken(self, taken: TakenIn) -> None:
        self.strip.hide()
        if taken.photo_ids:
            self.desk.saved.emit()
            self.desk.said.emit(taken.words, len(taken.photo_ids) == 1)
            self._wanted = taken.photo_ids[0]
            self._choose_filter("all")
            self._show_wanted()
        if taken.troubles:
            self.banner.say("\n".join(taken.troubles))

    def _on_failed(self, error: BaseException) -> None:
        self.strip.hide()
        self.desk.jobs.failed.emit(error)
