"""Photos and pairs in words: what stands on a tile and above the panel."""

from app.fieldwork.album import Album, AlbumPair, AlbumPhoto
from app.i18n import _, window_language
from app.ui.widgets.basics import ChipKind
from app.ui.widgets.photo_tile import Tile, TilePicture


def pair_tile(pair: AlbumPair) -> Tile:
    second = pair.what_changed or pair.improvement or _("What changed is not written yet")
    return Tile(
        key=pair.id,
        title=pair.place or _("Place not written"),
        second=pair.improvement or _("Take the after picture on this visit") if pair.is_waiting else second,
        pictures=(_half(pair.before, before=True), _half(pair.after, before=False)),
        chip=_("After missing") if pair.is_waiting else _("Closed"),
        chip_kind=ChipKind.WARN if pair.is_waiting else ChipKind.NEUTRAL,
    )


def photo_tile(photo: AlbumPhoto, album: Album) -> Tile:
    place = photo.place or next((pair.place for pair in album.pairs_of(photo.id)), "")
    return Tile(
        key=photo.id,
        title=place or photo.file_name or _("Photo"),
        second=shown_words(photo, album) or _("Not filed yet"),
        pictures=(TilePicture(_role_and_day(photo, album), photo.thumbnail),),
        chip=_("Not in reports") if photo.is_withheld else "",
        chip_kind=ChipKind.WARN,
    )


def _role_and_day(photo: AlbumPhoto, album: Album) -> str:
    """`After · Nov 24, 2026`; the day alone for a photo in no pair."""
    for pair in album.pairs_of(photo.id):
        return dated(photo, before=pair.before is not None and pair.before.id == photo.id)
    return window_language().short_day(photo.day)


def shown_words(photo: AlbumPhoto, album: Album) -> str:
    """What the photo shows: its caption, else what it was filed with; empty when nobody said."""
    if photo.caption:
        return photo.caption
    if photo.improvement_id:
        return dict(album.improvements).get(photo.improvement_id, "")
    for answer in album.answers:
        if answer.id == photo.answer_id:
            return answer.question.in_language(window_language().tag)
    return next((pair.what_changed or pair.improvement for pair in album.pairs_of(photo.id)), "")


def _half(photo: AlbumPhoto | None, *, before: bool) -> TilePicture:
    if photo is None:
        return TilePicture(_("The before picture is gone") if before else _("Take it from the same spot"))
    return TilePicture(dated(photo, before=before), photo.thumbnail)


def dated(photo: AlbumPhoto, *, before: bool) -> str:
    words = _("Before · {day}") if before else _("After · {day}")
    return words.format(day=window_language().short_day(photo.day))
