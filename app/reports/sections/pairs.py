"""Pictures: the same place before and after, side by side, and all others of the visit."""

from collections.abc import Iterator, Sequence
from datetime import date

from reportlab.platypus import Flowable

from app.i18n import Language
from app.models.snapshots import PairFacts, PhotoFacts, VisitSnapshot
from app.reports.labels import joined
from app.reports.look import CELL, NOTE, NOTE_BOLD, SUBHEADING, Look
from app.reports.parts import Block, section, subsection
from app.reports.photos import Album, MissingPicture, Picture
from app.reports.tables import Cell, side_by_side
from app.reports.text import Text

_PAIRS_ON_A_PAGE = 3
_HEADING = 34  # points
_TEXT_OF_A_PAIR = 70  # points that place, captions and what changed usually take
_NARROWEST_GAP = 18
_WIDEST_GAP = 64
_RATIO = 3 / 4
_PHOTO_GAP = 12
_ISO_DAY = len("2026-09-12")
_LINES_OF_CAPTION = 6
_LINES_OF_PLACE = 3
_LINES_BELOW = 12  # of what stays on the page of its pair


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
        blocks = [part for pair in snapshot.pairs for part in _pair(pair, look, album)]
        found += section(words._("Before and after"), look, blocks)
    if snapshot.photos:
        columns = _columns(snapshot.photos)
        starts = range(0, len(snapshot.photos), columns)
        rows = (_row(snapshot.photos[start : start + columns], columns, look, album) for start in starts)
        found += section(words._("More pictures of this visit"), look, [part for row in rows for part in row])
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


def _pair(pair: PairFacts, look: Look, album: Album) -> Iterator[Flowable]:
    """What stays together, and below it the texts that are too long for that."""
    words = look.language
    before, after = _before_words(pair.before, words), _after_words(pair.after, words)
    sides: list[Cell] = [
        _side(pair.before, words._("Before picture missing"), before, look, album),
        _side(pair.after, words._("After picture missing"), after, look, album),
    ]
    says = words._("Shows the improvement: {improvement}")
    below = [look.typed(pair.what_changed, CELL)] if pair.what_changed else []
    below += [look.words(says.format(improvement=pair.improvement), NOTE)] if pair.improvement else []
    short = [text for text in below if _lines(text, look.width) <= _LINES_BELOW]
    place = look.capped(pair.place, SUBHEADING, width=look.width, lines=_LINES_OF_PLACE)
    heading = [look.typed(place, SUBHEADING, after=3)] if place else []
    yield Block([*heading, side_by_side(look, sides, gap=_gap(look), after=3), *short], look, after=12)
    if place != pair.place:
        yield look.typed(pair.place, NOTE_BOLD, after=6)
    for photo, heading_words in ((pair.before, before), (pair.after, after)):
        yield from _in_full(photo, heading_words, _pair_width(look), look)
    for text in below:
        if text not in short:
            text.spaceAfter = 6
            yield text


def _lines(text: Text, width: float) -> float:
    return text.wrap(width, 0)[1] / text.style.line_height


def _side(photo: PhotoFacts | None, missing: str, caption: str, look: Look, album: Album) -> list[Flowable]:
    height = _pair_width(look) * _RATIO
    if photo is None:
        return [MissingPicture(missing, look, height=height), look.words(caption, NOTE_BOLD)]
    if photo.is_withheld:
        why = look.language._("Not shown: the people on this picture did not agree.")
        return [MissingPicture(why, look, height=height), look.words(caption, NOTE_BOLD)]
    told = joined([caption, photo.place, photo.caption])
    found: list[Flowable] = [
        Picture(photo, album, look, height=height, words=told),
        look.words(caption, NOTE_BOLD),
    ]
    shown = _short_caption(photo, _pair_width(look), look)
    return [*found, look.typed(shown, NOTE)] if shown else found


def _short_caption(photo: PhotoFacts, width: float, look: Look) -> str:
    """As much as has room below a picture of `width` points."""
    return look.capped(photo.caption, NOTE, width=width, lines=_LINES_OF_CAPTION)


def _in_full(photo: PhotoFacts | None, heading: str, width: float, look: Look) -> Iterator[Flowable]:
    """The caption of a picture of `width` points where the room below the picture was not enough."""
    if photo is not None and not photo.is_withheld and _short_caption(photo, width, look) != photo.caption:
        yield from subsection(heading, look, [look.typed(photo.caption, NOTE, after=6)])


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


def _row(photos: Sequence[PhotoFacts], columns: int, look: Look, album: Album) -> Iterator[Flowable]:
    width = (look.width - _PHOTO_GAP * (columns - 1)) / columns
    cells: list[Cell] = [_photo(photo, width, look, album) for photo in photos]
    cells += [""] * (columns - len(cells))
    yield Block([side_by_side(look, cells, gap=_PHOTO_GAP)], look, after=10)
    for photo in photos:
        heading = _heading(photo, look)
        if _short_heading(photo, width, look) != heading:
            yield look.typed(heading, NOTE_BOLD, after=6)
        yield from _in_full(photo, _short_heading(photo, width, look), width, look)


def _photo(photo: PhotoFacts, width: float, look: Look, album: Album) -> list[Flowable]:
    told = joined([_heading(photo, look), photo.caption]) or look.language._("A picture without a caption")
    found: list[Flowable] = [Picture(photo, album, look, height=width * _RATIO, words=told)]
    if heading := _short_heading(photo, width, look):
        found.append(look.typed(heading, NOTE_BOLD))
    if caption := _short_caption(photo, width, look):
        found.append(look.typed(caption, NOTE))
    return found


def _heading(photo: PhotoFacts, look: Look) -> str:
    return joined([_day(photo, look.language), photo.place])


def _short_heading(photo: PhotoFacts, width: float, look: Look) -> str:
    return look.capped(_heading(photo, look), NOTE_BOLD, width=width, lines=_LINES_OF_PLACE)
