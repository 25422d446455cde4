"""Training sessions and who was there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from app.models.database import Author, edit
from app.models.driver import Database
from app.models.rows import get_row, save_row
from app.models.visits import require_open


@dataclass(frozen=True, slots=True)
class Attendance:
    """How many were there, in the groups head office asks for."""

    women: int
    men: int
    other: int
    managers: int
    workers: int
    present: int


def hold_session(db: Database, by: Author, topic: str, *, on: date, visit_id: str | None = None, **more: object) -> str:
    """A sitting on a visit, or in a classroom without one. Returns its id."""
    with edit(db, by):
        if visit_id:
            require_open(db, visit_id)
        session = {"topic": topic, "on": on, "visit_id": visit_id, "trainer_id": by.user_id or None}
        return save_row(db, by, "session", session | more)


def enrol(db: Database, by: Author, enterprise_id: str, **who: object) -> str:
    """Somebody of an enterprise who takes part: `sex`, `role`, `name`, `position`. Returns the participant's id."""
    return save_row(db, by, "participant", {"enterprise_id": enterprise_id} | who)


def tick(db: Database, by: Author, session_id: str, participant_ids: Iterable[str], *, present: bool = True) -> None:
    """Mark participants as there, or as not: one edit however many. Raises NotAllowed on a finished visit."""
    with edit(db, by):
        visit_id = get_row(db, "session", session_id)["visit_id"]
        if visit_id:
            require_open(db, visit_id)
        for participant_id in participant_ids:
            attended = {"session_id": session_id, "participant_id": participant_id, "was_present": present}
            save_row(db, by, "attendance", attended)


def count_attendance(db: Database, session_id: str) -> Attendance:
    row = db.conn.execute(
        """SELECT coalesce(sum(p.sex = 'woman'), 0), coalesce(sum(p.sex = 'man'), 0),
             coalesce(sum(p.sex IS NULL OR p.sex NOT IN ('woman', 'man')), 0),
             coalesce(sum(p.role = 'manager'), 0), coalesce(sum(p.role = 'worker'), 0), count(*)
           FROM attendance a JOIN participant p ON p.id = a.participant_id
           WHERE a.session_id = ? AND a.was_present = 1 AND a.binned_at IS NULL AND p.binned_at IS NULL""",
        (session_id,),
    ).fetchone()
    return Attendance(*row)
