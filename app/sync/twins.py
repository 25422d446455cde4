"""Two enterprises that the server found under one number, made one: the third way to settle that, beside keeping both
and writing the right number."""

from collections.abc import Callable

from app.errors import Invalid, NotAllowed, NotFound
from app.fieldwork.merging import ENTERPRISE, Merging, merge_enterprises, plan_merging
from app.models.database import Author, edit
from app.models.disputes import Dispute, disputes_with, open_disputes
from app.models.driver import Database
from app.models.rows import find_row
from app.sync.conflicts import LIFE, Difference, close_disputes, pair_of
from app.sync.protocol import CONFLICT

Report = Callable[[int, int], object]


def ways_to_one(db: Database, found: Difference) -> list[Merging]:
    """What `make_one` would do now, for each of the two that can be kept; none where it is not about two."""
    one, other = found.pair or ("", "")
    return [
        plan_merging(db, keep_id, other_id)
        for keep_id, other_id in ((one, other), (other, one))
        if keep_id and find_row(db, ENTERPRISE, keep_id)
    ]


def make_one(
    db: Database, by: Author, difference_id: str, keep_id: str, report: Report = lambda _done, _all: None
) -> Merging:
    """The two enterprises of a difference are one: `keep_id` is kept, and all of the other one comes under it.

    That two have one number is settled by it while it stands, here and at the server; an undo takes it back. Whether
    either stays, where that was disputed, is settled for good. `report`: see `merge_enterprises`. Raises NotFound,
    NotAllowed for a difference that is not about two enterprises or where `keep_id` is in the bin, Invalid when
    `keep_id` is neither.
    """
    with edit(db, by):
        other_id = _other(db, difference_id, keep_id)
        for one in _about_merging(db, {keep_id, other_id}):
            close_disputes(db, [one], one.id)
        return merge_enterprises(db, by, keep_id, other_id, report)


def _other(db: Database, difference_id: str, keep_id: str) -> str:
    found = disputes_with(db, difference_id)
    if not found:
        raise NotFound(CONFLICT, difference_id)
    pair = pair_of(db, found[0])
    if pair is None:
        raise NotAllowed("not-of-two")
    if keep_id not in pair:
        raise Invalid("keep", "neither-of-two", keep_id)
    return next(row_id for row_id in pair if row_id != keep_id)


def _about_merging(db: Database, ids: set[str]) -> list[Dispute]:
    """Whether either stays, and which of them it was to become."""
    found = (one for group in open_disputes(db) for one in group if one.table == ENTERPRISE)
    return [one for one in found if one.field in {LIFE, "merged_into"} and one.row_id in ids]
