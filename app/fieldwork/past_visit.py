"""A visit as it was: its moments, and all it said at one of them."""

from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from app.fieldwork.visit_file import visit_snapshot
from app.models.driver import Database
from app.models.past import moments_of, visit_as_it_was
from app.models.rows import find_row
from app.models.snapshots import VisitSnapshot


@dataclass(frozen=True, slots=True)
class Moment:
    """One edit of the visit or of anything on it; `who` is empty for the program itself, `fields` is how many."""

    group: int
    at: datetime
    who: str
    fields: int


def moments(db: Database, visit_id: str) -> list[Moment]:
    """Oldest first. Raises NotFound when there is no such visit."""
    names = {row[0]: row[1] or "" for row in db.conn.execute('SELECT id, name FROM "user"')}
    return [Moment(one.group, one.at, names.get(one.user_id, ""), one.fields) for one in moments_of(db, visit_id)]


def visit_then(db: Database, visit_id: str, after: int) -> VisitSnapshot | None:
    """The visit after edit number `after`; None while there was none, or it was in the bin."""
    with closing(visit_as_it_was(db, visit_id, after)) as past:
        if find_row(past, "visit", visit_id) is None:
            return None
        return visit_snapshot(past, visit_id)
