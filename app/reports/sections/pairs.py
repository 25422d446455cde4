"""Pictures: the same place before and after, side by side, and all others of the visit."""

from collections.abc import Sequence
from datetime import date

from reportlab.platypus import Flowable

from app.i18n import Language
from app.models.snapshots import PairFacts, PhotoFacts, VisitSnapshot
from app.reports.labels import joined
from app.reports.look import CELL, NOTE, NOTE_BOLD, SUBHEADING, Look
from app.reports.parts import Block, section
from app.reports.photos import Album, MissingPicture, Picture
from app.reports.tables import Cell, side_by_side

_PAIRS_ON_A_PAGE = 3
_HEADING = 34  # points
_TEXT_OF_A_PAIR = 70  # points that place, captions and what changed usually take
_NARROWEST_GAP = 18
_WIDEST_GAP = 64
_RATIO = 3 / 4
_PHOTO_GAP = 12
_ISO_DAY = len("2026-09-12")


def print_widths(snapshot: VisitSnapshot, look: Look) -> dict[str, float]:
    """How wide each photo is printed at most, in points, by its SHA-256."""
    width = (look.width - _PHOTO_GAP * (_columns(snapshot.photos) - 1)) / _columns(snapshot.photos)
    widths = dict.fromkeys((photo.sha256 for photo in snapshot.photos), width)
    paired = (photo for pair in snapshot.pairs for photo in (pair.before, pair.after) if photo)
    return widths | dict.fromkeys((photo.sha256 for photo in paired), _pair_width(look))


def pairs(snapshot: VisitSnapshot, look: Look, album: Album) -> list[Flowable]:
    words = look.language
    found: list[Flowable] = []
    if snapshot.pairs:
        blocks = [_pair(pair, look, album) for pair in snapshot.pairs]
        found += section(words._("Before and after"), look, blocks)
    if snapshot.photos:
        columns = _columns(snapshot.photos)
        starts = range(0, len(snapshot.photos), columns)
        rows = [_row(snapshot.photos[start : start + columns], columns, look, album) for start in starts]
        found += section(words._("More pictures of this visit"), look, rows)
    return found


def _gap(look: Look) -> float:
    """Between before and after: as wide as lets three pairs stand on a page, unless that leaves a hole."""
    height = (look.height - _HEADING) / _PAIRS_ON_A_PAGE - _TEXT_OF_A_PAIR
    gap = look.width - 2 * height / _RATIO
    return gap if _NARROWEST_GAP <= gap <= _WIDEST_GAP else _NARROWEST_GAP


def _pair_width(look: Look) -> float:
    return (look.width - _gap(look)) / 2


def _columns(photos: Sequence[PhotoFacts]) -> int:
    return 4 if len(photos) == 4 or len(photos) > 9 else 3


def _pair(pair: PairFacts, look: Look, album: Album) -> Block:
    words = look.language
    parts: list[Flowable] = []
    if pair.place:
        parts.append(look.typed(pair.place, SUBHEADING, after=3))
    sides: list[Cell] = [
        _side(pair.before, words._("Before picture missing"), _before_words(pair.before, words), look, album),
        _side(pair.after, words._("After picture missing"), _after_words(pair.after, words), look, album),
    ]
    parts.append(side_by_side(look, sides, gap=_gap(look), after=3))
    if pair.what_changed:
        parts.append(look.typed(pair.what_changed, CELL))
    if pair.improvement:
        says = words._("Shows the improvement: {improvement}")
        parts.append(look.words(says.format(improvement=pair.improvement), NOTE))
    return Block(parts, look, after=12)


def _side(photo: PhotoFacts | None, missing: str, caption: str, look: Look, album: Album) -> list[Flowable]:
    height = _pair_width(look) * _RATIO
    if photo is None:
        return [MissingPicture(missing, look, height=height), look.words(caption, NOTE_BOLD)]
    told = joined([caption, photo.place, photo.caption])
    found: list[Flowable] = [
        Picture(photo, album, look, height=height, words=told),
        look.words(caption, NOTE_BOLD),
    ]
    return [*found, look.typed(photo.caption, NOTE)] if photo.caption else found


def _before_words(photo: PhotoFacts | None, words: Language) -> str:
    day = _day(photo, words)
    return words._("Before \N{MIDDLE DOT} {day}").format(day=day) if day else words._("Before")


def _after_words(photo: PhotoFacts | None, words: Language) -> str:
    day = _day(photo, words)
    return words._("After \N{MIDDLE DOT} {day}").format(day=day) if day else words._("After")


def _day(photo: PhotoFacts | None, words: Language) -> str:
    """Empty when the camera did not say, or said something that is no day."""
    if photo is None or not photo.taken_at:
        return ""
    try:
        return words.short_day(date.fromisoformat(photo.taken_at[:_ISO_DAY]))
    except ValueError:
        return ""


def _row(photos: Sequence[PhotoFacts], columns: int, look: Look, album: Album) -> Block:
    height = (look.width - _PHOTO_GAP * (columns - 1)) / columns * _RATIO
    cells: list[Cell] = [_photo(photo, height, look, album) for photo in photos]
    cells += [""] * (columns - len(cells))
    return Block([side_by_side(look, cells, gap=_PHOTO_GAP)], look, after=10)


def _photo(photo: PhotoFacts, height: float, look: Look, album: Album) -> list[Flowable]:
    heading = joined([_day(photo, look.language), photo.place])
    told = joined([heading, photo.caption]) or look.language._("A picture without a caption")
    found: list[Flowable] = [Picture(photo, album, look, height=height, words=told)]
    if heading:
        found.append(look.typed(heading, NOTE_BOLD))
    if photo.caption:
        found.append(look.typed(photo.caption, NOTE))
    return found
