"""Photos: taken in, linked to what they show, paired before and after."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.errors import NotAllowed
from app.models.database import Author, edit
from app.models.driver import Database
from app.models.rows import change_row, get_row, save_row
from app.models.visits import require_open
from app.photos.image import TakenIn, take_in
from app.photos.store import BytesKind, put_bytes

_SHOWN = ("answer_id", "improvement_id", "area_id")
_FACTS = {"place", "caption", "consent"}


@dataclass(frozen=True, slots=True)
class NewPhoto:
    """A file from a camera or phone; the original is kept only on wish, for it may hold places and faces."""

    data: bytes
    name: str = ""
    keep_original: bool = False


@dataclass(frozen=True, slots=True)
class StoredPhoto:
    """A photo whose bytes are on the disk and that no row names yet: `facts` are fields of that row."""

    facts: Mapping[str, object]


def photo_in(db: Database, photos: Database, by: Author, visit_id: str, new: NewPhoto, **more: object) -> str:
    """A photo taken on a visit: turned upright, shrunk, its bytes on the disk before the row. Returns its id.

    `more`: place, caption, consent; answer_id, improvement_id, area_id link it to what it shows. Raises BadFile for
    what is no photo, NotAllowed on a finished visit.
    """
    if unknown := set(more) - _FACTS - set(_SHOWN):
        raise NotAllowed("by-deed", unknown.pop())
    require_open(db, visit_id)
    return file_photo(db, by, visit_id, store_photo(photos, new), **more)


def store_photo(photos: Database, new: NewPhoto) -> StoredPhoto:
    """The slow half of `photo_in`: work on the picture and keep its bytes. Raises BadFile for what is no photo."""
    return keep_photo(photos, new, take_in(new.data, new.name))


def keep_photo(photos: Database, new: NewPhoto, taken: TakenIn) -> StoredPhoto:
    """Keep the bytes of a picture that `take_in` worked on, elsewhere than on the thread that owns `photos`."""
    hashes = {
        "working_sha256": put_bytes(photos, taken.working, BytesKind.WORKING),
        "thumbnail_sha256": put_bytes(photos, taken.thumbnail, BytesKind.THUMBNAIL),
    }
    if new.keep_original:
        hashes["original_sha256"] = put_bytes(photos, new.data, BytesKind.ORIGINAL)
    facts = {
        "width": taken.width,
        "height": taken.height,
        "size": len(taken.working),
        "is_upright": True,
        "file_name": "".join(c for c in new.name if c.isprintable()).strip(),
        "taken_at": taken.taken_at.isoformat() if taken.taken_at else None,
    }
    return StoredPhoto(hashes | facts)


def file_photo(db: Database, by: Author, visit_id: str, stored: StoredPhoto, **more: object) -> str:
    """The quick half of `photo_in`: the row and what it shows, once the bytes are on the disk. Returns the photo's id.

    `more` as for `photo_in`. Raises NotAllowed on a finished visit.
    """
    links = {name: more.pop(name) for name in _SHOWN if name in more}
    with edit(db, by):
        require_open(db, visit_id)
        photo_id = save_row(db, by, "photo", {**stored.facts, **more})
        save_row(db, by, "photo_link", {"photo_id": photo_id, "visit_id": visit_id} | links)
        return photo_id


def mark_before(db: Database, by: Author, photo_id: str, *, place: str, improvement_id: str | None = None) -> str:
    """A pair that waits for its after picture, to be taken from the same spot. Returns the pair's id."""
    with edit(db, by):
        pair = {"enterprise_id": _enterprise_of(db, photo_id), "before_photo_id": photo_id, "place": place}
        return save_row(db, by, "photo_pair", pair | {"improvement_id": improvement_id, "status": "after_missing"})


def add_after(db: Database, by: Author, pair_id: str, photo_id: str, *, what_changed: str = "") -> None:
    """Close a pair with the picture from the same spot. Raises NotAllowed for a photo of another enterprise."""
    with edit(db, by):
        pair = get_row(db, "photo_pair", pair_id)
        if _enterprise_of(db, photo_id) != pair["enterprise_id"]:
            raise NotAllowed("pair-of-two-enterprises")
        change_row(
            db, by, "photo_pair", pair_id, after_photo_id=photo_id, what_changed=what_changed or None, status="closed"
        )


def _enterprise_of(db: Database, photo_id: str) -> str:
    """The enterprise on whose visit the photo was taken. Raises NotAllowed for a photo that is filed nowhere."""
    found = db.conn.execute(
        "SELECT v.enterprise_id FROM photo_link l JOIN visit v ON v.id = l.visit_id"
        " WHERE l.photo_id = ? AND l.binned_at IS NULL LIMIT 1",
        (photo_id,),
    ).fetchone()
    if found is None:
        raise NotAllowed("photo-not-filed")
    return str(found[0])
