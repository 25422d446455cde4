"""The side panel of the photos tab: one photo, or one pair, and all that can be said of it."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from app.fieldwork import album as deeds
from app.fieldwork.album import Album, AlbumPair, AlbumPhoto
from app.i18n import _, window_language
from app.models.database import Author
from app.models.driver import Database
from app.ui.desk import Desk
from app.ui.labels import CONSENTS, options
from app.ui.theme import px
from app.ui.visit.photo_words import dated
from app.ui.visit.receipts import PhotoReceipt
from app.ui.widgets.basics import button, clear, column, label, row
from app.ui.widgets.choices import show_choice
from app.ui.widgets.fields import FormRow, SaveText, choice_field, kept_text
from app.ui.widgets.pictures import Pictures, PictureView

_MOST_WAITING = 6
Shown = tuple[str | None, str | None]  # ids of an answer, or of an improvement


class PhotoPanel(QWidget):
    """Made anew for each photo, so that what is still being written belongs to the right one.

    Signals:
        opened: to be seen larger.
        binned: to the bin with it.
    """

    opened = Signal()
    binned = Signal()

    def __init__(self, desk: Desk, pictures: Pictures, album: Album, photo: AlbumPhoto) -> None:
        super().__init__()
        self._desk = desk
        self._visit_id = album.visit.id
        self._pictures = pictures
        self.photo = photo
        self.picture = PictureView(pictures, photo.thumbnail, _("The photo"), height=170)
        self.picture.opened.connect(self.opened)
        self.place, self._place = kept_text(desk, _("Place"), self._saving("place"), hint=_("Where in the factory."))
        self.caption, self._caption = kept_text(desk, _("Caption"), self._saving("caption"), lines=2)
        self.consent = _combo(options(CONSENTS))
        self.consent.activated.connect(lambda _index: self._set_consent())
        self.shows = _combo([])
        self.shows.activated.connect(lambda _index: self._file())
        self.mark = button(_("Mark as before"), self._mark, large=True)
        self.part = button(_("Take out of its pair"), self._part, large=True)
        self._waiting_rows = QVBoxLayout()
        self.waiting_words = label(_("Pair with a before picture"), "strong")
        facts = _("Taken {day}").format(day=window_language().short_day(photo.day))
        self.fields = QWidget()
        consent = FormRow(_("Consent"), self.consent, hint=_("Of people who can be recognised."))
        fields = column(self.place, self.caption, consent, FormRow(_("What it shows"), self.shows), 2)
        for widget in (self.mark, self.part, self.waiting_words):
            fields.addWidget(widget)
        fields.addLayout(self._waiting_rows)
        fields.addWidget(button(_("Move to the bin"), self.binned.emit, name="quiet", large=True))
        self.fields.setLayout(fields)
        self.receipt = PhotoReceipt(desk)
        layout = column(self.picture, label(facts, "small"), self.receipt, self.fields, None)
        self.setLayout(layout)
        self.show_album(album)

    def show_album(self, album: Album) -> None:
        """What the store says now of this photo; letters that are being typed stay."""
        photo = album.photo(self.photo.id) or self.photo
        self.photo = photo
        self._place.show(photo.place)
        self._caption.show(photo.caption)
        self.receipt.show_photo(photo.id)
        show_choice(self.consent, photo.consent or None)
        self._show_choices(album)
        pairs = album.pairs_of(photo.id)
        self._pair = pairs[0] if pairs else None
        self.mark.setVisible(not pairs)
        self.part.setVisible(bool(pairs))
        is_lone_before = bool(self._pair and self._pair.after is None)
        self.part.setText(_("It is no before picture") if is_lone_before else _("Take out of its pair"))
        self._show_waiting([] if pairs else [pair for pair in album.waiting if pair.before])

    def is_about(self, shown: AlbumPhoto | AlbumPair | None) -> bool:
        return isinstance(shown, AlbumPhoto) and shown.id == self.photo.id

    def flush(self) -> None:
        """Write what is still being typed."""
        self._place.flush()
        self._caption.flush()

    def _saving(self, field: str) -> SaveText:
        return partial(_save_photo, self._visit_id, self.photo.id, field)

    def _show_choices(self, album: Album) -> None:
        """Improvements first: they are what pairs are about."""
        spoken = window_language().tag
        options: list[tuple[Shown, str]] = [((None, row_id), what) for row_id, what in album.improvements]
        options += [((answer.id, None), answer.question.in_language(spoken)) for answer in album.answers]
        _fill(self.shows, options, (self.photo.answer_id, self.photo.improvement_id))

    def _show_waiting(self, pairs: list[AlbumPair]) -> None:
        """Every before picture that waits, at hand, with the button that closes its pair."""
        clear(self._waiting_rows)
        self.waiting_words.setVisible(bool(pairs))
        for pair in pairs[:_MOST_WAITING]:
            assert pair.before
            thumbnail = PictureView(self._pictures, pair.before.thumbnail, _("Before"))
            thumbnail.setFixedSize(px(96), px(64))
            thumbnail.opened.connect(partial(self._close, pair))
            words = column(
                label(pair.place or pair.improvement, "strong", wrap=True),
                label(dated(pair.before, before=True), "small", wrap=True),
                spacing=2,
            )
            name = _("Pair with {place}").format(place=pair.place or pair.improvement)
            press = button(_("Pair"), partial(self._close, pair), large=True)
            press.setAccessibleName(name)
            line = row(thumbnail)
            line.addLayout(words, 1)
            line.addWidget(press)
            self._waiting_rows.addLayout(line)

    def _file(self) -> None:
        answer_id, improvement_id = self.shows.currentData() or (None, None)
        visit_id, photo_id = self._visit_id, self.photo.id
        self._desk.write(
            self,
            lambda db, by: deeds.say_what_it_shows(
                db, by, visit_id, photo_id, answer_id=answer_id, improvement_id=improvement_id
            ),
        )

    def _set_consent(self) -> None:
        visit_id, photo_id, consent = self._visit_id, self.photo.id, self.consent.currentData()
        self._desk.write(self, lambda db, by: deeds.describe_photo(db, by, visit_id, photo_id, consent=consent))

    def _mark(self) -> None:
        self.flush()
        visit_id, photo_id = self._visit_id, self.photo.id
        says = _("Marked as before. Take the after picture from the same spot.")
        self._desk.write(self, lambda db, by: deeds.begin_pair(db, by, visit_id, photo_id), says=says)

    def _close(self, pair: AlbumPair) -> None:
        self.flush()
        visit_id, photo_id = self._visit_id, self.photo.id
        says = _("Before and after paired")
        self._desk.write(self, lambda db, by: deeds.close_pair(db, by, visit_id, pair.id, photo_id), says=says)

    def _part(self) -> None:
        if self._pair:
            part(self._desk, self, self._visit_id, self._pair)


class PairPanel(QWidget):
    """Both pictures one above the other, the place, and what changed.

    Signals:
        opened: to be seen larger.
    """

    opened = Signal()

    def __init__(self, desk: Desk, pictures: Pictures, album: Album, pair: AlbumPair) -> None:
        super().__init__()
        self._desk = desk
        self._visit_id = album.visit.id
        self.pair = pair
        self.place, self._place = kept_text(
            desk, _("Place"), self._saving("place"), hint=_("The spot to stand on again.")
        )
        self.changed, self._changed = kept_text(desk, _("What changed"), self._saving("what_changed"), lines=3)
        layout = column()
        for photo, before in ((pair.before, True), (pair.after, False)):
            if photo:
                view = PictureView(pictures, photo.thumbnail, dated(photo, before=before), height=130)
                view.opened.connect(self.opened)
                layout.addWidget(label(dated(photo, before=before), "strong"))
                layout.addWidget(view)
        if pair.after is None:
            words = _("Choose a photo of this visit in All, then press Pair beside this picture.")
            layout.addWidget(label(words, "muted", wrap=True))
        self.improvement = label(pair.improvement, "muted", wrap=True)
        if not pair.improvement:
            self.improvement.hide()
        self.fields = QWidget()
        words = _("Part the two pictures") if pair.after else _("It is no before picture")
        press = button(words, lambda: part(desk, self, self._visit_id, self.pair), name="quiet", large=True)
        self.fields.setLayout(column(self.place, self.changed, press))
        layout.addWidget(self.improvement)
        layout.addWidget(self.fields)
        layout.addStretch(1)
        self.setLayout(layout)
        self.show_album(album)

    def show_album(self, album: Album) -> None:
        """What the store says now of this pair; letters that are being typed stay."""
        self.pair = album.pair(self.pair.id) or self.pair
        self._place.show(self.pair.place)
        self._changed.show(self.pair.what_changed)

    def is_about(self, shown: AlbumPhoto | AlbumPair | None) -> bool:
        """A pair that got or lost a picture is shown anew."""
        return isinstance(shown, AlbumPair) and (shown.id, shown.after) == (self.pair.id, self.pair.after)

    def flush(self) -> None:
        """Write what is still being typed."""
        self._place.flush()
        self._changed.flush()

    def _saving(self, field: str) -> SaveText:
        return partial(_save_pair, self._visit_id, self.pair.id, field)


def part(desk: Desk, owner: QWidget, visit_id: str, pair: AlbumPair) -> None:
    says = _("Pictures parted") if pair.after else _("Pair taken back")
    desk.write(owner, lambda db, by: deeds.part_pair(db, by, visit_id, pair.id), says=says)


def _save_photo(visit_id: str, photo_id: str, field: str, db: Database, by: Author, text: str) -> None:
    deeds.describe_photo(db, by, visit_id, photo_id, **{field: text.strip() or None})


def _save_pair(visit_id: str, pair_id: str, field: str, db: Database, by: Author, text: str) -> None:
    deeds.describe_pair(db, by, visit_id, pair_id, **{field: text.strip() or None})


def _combo(codes: list[tuple[str, str]]) -> QComboBox:
    """A choice whose long words never make the panel wider."""
    made = choice_field(codes, empty=_("Not said"))
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    made.setMinimumContentsLength(10)
    made.setProperty("large", True)
    return made


def _fill(box: QComboBox, options: list[tuple[Shown, str]], chosen: object) -> None:
    """New choices without a signal; the chosen one stays chosen."""
    box.blockSignals(True)
    while box.count() > 1:
        box.removeItem(1)
    for code, words in options:
        box.addItem(words, code)
    place = next((n for n, (code, _words) in enumerate(options, start=1) if code == chosen), 0)
    box.setCurrentIndex(place)
    box.blockSignals(False)
