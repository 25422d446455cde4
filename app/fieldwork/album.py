"""The photos of a visit with the pairs of its enterprise, and what is done with them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from app.checklists.items import Words
from app.fieldwork.answers import checklist_of
from app.fieldwork.pictures import add_after, mark_before
from app.models.database import Author, edit
from app.models.driver import Database
from app.models.improvements import list_improvements
from app.models.rows import Row, bin_row, change_row, get_row, list_rows
from app.models.visits import Visit, get_visit, require_open


@dataclass(frozen=True, slots=True)
class AlbumPhoto:
    """A photo of the enterprise. `day` is the camera's, or that of the visit when the camera did not say."""

    id: str
    working: str
    thumbnail: str
    day: date
    visit_id: str
    width: int
    height: int
    file_name: str
    place: str
    caption: str
    consent: str
    answer_id: str | None
    improvement_id: str | None

    @property
    def is_withheld(self) -> bool:
        """Somebody on it did not agree: no report shows it."""
        return self.consent == "refused"


@dataclass(frozen=True, slots=True)
class AlbumPair:
    """`after` is None while it waits for the picture from the same spot."""

    id: str
    place: str
    what_changed: str
    improvement: str
    before: AlbumPhoto | None
    after: AlbumPhoto | None

    @property
    def is_waiting(self) -> bool:
        return self.after is None


@dataclass(frozen=True, slots=True)
class AnswerShown:
    """An answer of this visit that a photo may prove: its item's number in the checklist, and its question."""

    id: str
    item: str
    question: Words


@dataclass(frozen=True, slots=True)
class Album:
    """What the photos tab shows. `photos` are of this visit; `pairs` are those this visit began, closed or can close.

    `improvements`: (id, what) of the enterprise.
    """

    visit: Visit
    photos: tuple[AlbumPhoto, ...]
    pairs: tuple[AlbumPair, ...]
    improvements: tuple[tuple[str, str], ...]
    answers: tuple[AnswerShown, ...]

    @property
    def waiting(self) -> tuple[AlbumPair, ...]:
        return tuple(pair for pair in self.pairs if pair.is_waiting)

    @property
    def unfiled(self) -> tuple[AlbumPhoto, ...]:
        """Photos that say of nothing what they show: in no pair, at no answer and no improvement."""
        return tuple(p for p in self.photos if not (p.answer_id or p.improvement_id or self.pairs_of(p.id)))

    def pairs_of(self, photo_id: str) -> tuple[AlbumPair, ...]:
        return tuple(
            pair for pair in self.pairs if photo_id in {photo.id for photo in (pair.before, pair.after) if photo}
        )

    def photo(self, photo_id: str) -> AlbumPhoto | None:
        return next((photo for photo in self.photos if photo.id == photo_id), None)

    def pair(self, pair_id: str) -> AlbumPair | None:
        return next((pair for pair in self.pairs if pair.id == pair_id), None)


def read_album(db: Database, visit_id: str) -> Album:
    """Raises NotFound."""
    visit = get_visit(db, visit_id)
    known = {photo.id: photo for photo in _photos(db, visit)}
    improvements = list_improvements(db, enterprise_id=visit.enterprise_id)
    whats = {improvement.id: improvement.what for improvement in improvements}
    return Album(
        visit=visit,
        photos=tuple(photo for photo in known.values() if photo.visit_id == visit_id),
        pairs=tuple(_pairs(db, visit, known, whats)),
        improvements=tuple(whats.items()),
        answers=tuple(_answers(db, visit_id)),
    )


def _photos(db: Database, visit: Visit) -> Iterator[AlbumPhoto]:
    """Of the whole enterprise up to this visit, in the order in which they were filed."""
    rows = db.query(
        "SELECT p.*, l.visit_id, l.answer_id, l.improvement_id, coalesce(v.started_at, v.planned_on) AS visited"
        " FROM photo_link l JOIN photo p ON p.id = l.photo_id JOIN visit v ON v.id = l.visit_id"
        " WHERE v.enterprise_id = ? AND (v.planned_on <= ? OR v.id = ?)"
        " AND p.binned_at IS NULL AND l.binned_at IS NULL AND v.binned_at IS NULL ORDER BY l.position, l.id",
        [visit.enterprise_id, visit.planned_on.isoformat(), visit.id],
    )
    return map(_photo, rows)


def _photo(row: Row) -> AlbumPhoto:
    return AlbumPhoto(
        id=row["id"],
        working=row["working_sha256"] or "",
        thumbnail=row["thumbnail_sha256"] or "",
        day=date.fromisoformat((row["taken_at"] or row["visited"])[:10]),
        visit_id=row["visit_id"],
        width=row["width"] or 0,
        height=row["height"] or 0,
        file_name=row["file_name"] or "",
        place=row["place"] or "",
        caption=row["caption"] or "",
        consent=row["consent"] or "",
        answer_id=row["answer_id"],
        improvement_id=row["improvement_id"],
    )


def _pairs(
    db: Database, visit: Visit, known: dict[str, AlbumPhoto], improvements: dict[str, str]
) -> Iterator[AlbumPair]:
    for row in list_rows(db, "photo_pair", enterprise_id=visit.enterprise_id):
        before, after = known.get(row["before_photo_id"] or ""), known.get(row["after_photo_id"] or "")
        is_ours = visit.id in {photo.visit_id for photo in (before, after) if photo}
        if row["status"] != "dropped" and (is_ours or (before and not row["after_photo_id"])):
            what = improvements.get(row["improvement_id"] or "", "")
            yield AlbumPair(row["id"], row["place"] or "", row["what_changed"] or "", what, before, after)


def _answers(db: Database, visit_id: str) -> Iterator[AnswerShown]:
    for assessment in list_rows(db, "assessment", visit_id=visit_id):
        ids = {row["item"]: row["id"] for row in list_rows(db, "answer", assessment_id=assessment["id"])}
        for item in checklist_of(db, assessment["id"]).items:
            if item.id in ids:
                yield AnswerShown(ids[item.id], item.id, item.label)


def describe_photo(db: Database, by: Author, visit_id: str, photo_id: str, **facts: object) -> None:
    """Place, caption and consent. Raises NotAllowed on a finished visit."""
    with edit(db, by):
        require_open(db, visit_id)
        change_row(db, by, "photo", photo_id, **facts)


def describe_pair(db: Database, by: Author, visit_id: str, pair_id: str, **facts: object) -> None:
    """Place and what changed. Raises NotAllowed on a finished visit."""
    with edit(db, by):
        require_open(db, visit_id)
        change_row(db, by, "photo_pair", pair_id, **facts)


def say_what_it_shows(
    db: Database,
    by: Author,
    visit_id: str,
    photo_id: str,
    *,
    answer_id: str | None = None,
    improvement_id: str | None = None,
) -> None:
    """The answer it proves or the improvement it shows; neither takes that back."""
    with edit(db, by):
        require_open(db, visit_id)
        for link in list_rows(db, "photo_link", photo_id=photo_id, visit_id=visit_id):
            change_row(db, by, "photo_link", link["id"], answer_id=answer_id, improvement_id=improvement_id)


def begin_pair(db: Database, by: Author, visit_id: str, photo_id: str) -> str:
    """The photo is the before of a new pair, at its own place and for the improvement it shows. Returns its id."""
    with edit(db, by):
        require_open(db, visit_id)
        photo = get_row(db, "photo", photo_id)
        links = list_rows(db, "photo_link", photo_id=photo_id, visit_id=visit_id)
        improvement = next((link["improvement_id"] for link in links if link["improvement_id"]), None)
        return mark_before(db, by, photo_id, place=photo["place"] or "", improvement_id=improvement)


def close_pair(db: Database, by: Author, visit_id: str, pair_id: str, photo_id: str) -> None:
    """The photo is the after of a pair that waits; it takes the pair's place over where it has none."""
    with edit(db, by):
        require_open(db, visit_id)
        pair, photo = get_row(db, "photo_pair", pair_id), get_row(db, "photo", photo_id)
        add_after(db, by, pair_id, photo_id, what_changed=pair["what_changed"] or "")
        if not photo["place"] and pair["place"]:
            change_row(db, by, "photo", photo_id, place=pair["place"])


def part_pair(db: Database, by: Author, visit_id: str, pair_id: str) -> None:
    """Take the after picture out; the pair waits again. One that still waits is taken back altogether."""
    with edit(db, by):
        require_open(db, visit_id)
        if get_row(db, "photo_pair", pair_id)["after_photo_id"]:
            change_row(db, by, "photo_pair", pair_id, after_photo_id=None, status="after_missing")
        else:
            bin_row(db, by, "photo_pair", pair_id)


def bin_photo(db: Database, by: Author, visit_id: str, photo_id: str) -> None:
    """To the bin with what it shows; a pair loses its after picture, or goes along with its before picture."""
    with edit(db, by):
        require_open(db, visit_id)
        for pair in list_rows(db, "photo_pair", after_photo_id=photo_id):
            change_row(db, by, "photo_pair", pair["id"], after_photo_id=None, status="after_missing")
        for pair in list_rows(db, "photo_pair", before_photo_id=photo_id):
            bin_row(db, by, "photo_pair", pair["id"])
        for link in list_rows(db, "photo_link", photo_id=photo_id):
            bin_row(db, by, "photo_link", link["id"])
        bin_row(db, by, "photo", photo_id)
