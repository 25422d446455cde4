"""Taking back and doing again, under the trade's own rule: an issued report closes its revision."""

from app.errors import NotAllowed
from app.models import changes
from app.models.changes import Change, changes_in, next_redo, next_undo
from app.models.database import Author
from app.models.driver import Database
from app.models.rows import find_row, list_rows
from app.models.visits import VisitStatus


def undo(db: Database, by: Author, *, anyway: bool = False) -> list[Change]:
    """Take back the newest deed of this person here; what it had changed, nothing when there is none.

    Raises Conflict as `changes.undo` does, and NotAllowed where it would open a visit whose report was issued.
    """
    _refuse_opening(db, next_undo(db, by))
    return changes.undo(db, by, anyway=anyway)


def redo(db: Database, by: Author, *, anyway: bool = False) -> list[Change]:
    """Do again what was taken back last; see `undo`."""
    _refuse_opening(db, next_redo(db, by))
    return changes.redo(db, by, anyway=anyway)


def _refuse_opening(db: Database, group: int | None) -> None:
    for change in changes_in(db, group) if group is not None else ():
        opens = change.table == "visit" and change.field == "status" and change.new == VisitStatus.FINISHED
        visit = find_row(db, "visit", change.row_id) if opens else None
        if visit and any(list_rows(db, "report", visit_id=visit["id"], revision=visit["revision"])):
            raise NotAllowed("report-issued")
