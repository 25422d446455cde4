"""A training: one delivery of a module to a group of enterprises, its days, its people."""

from dataclasses import dataclass
from datetime import date

from app.errors import Invalid
from app.fieldwork.attendance import Attendance, count_attendance, hold_session
from app.models.database import Author, edit
from app.models.driver import Database
from app.models.rows import (
    Row,
    bin_row,
    change_row,
    find_row,
    get_row,
    list_rows,
    natural_id_of,
    save_row,
    table_called,
)
from app.models.visits import day_or_none


@dataclass(frozen=True, slots=True)
class Training:
    """People are those who were at one of its sessions at least; `other` is neither woman nor man, or not said."""

    id: str
    module_id: str | None
    module: str
    starts_on: date | None
    ends_on: date | None
    venue: str
    independence: str
    notes: str
    enterprises: int
    women: int
    men: int
    other: int


@dataclass(frozen=True, slots=True)
class TrainingDay:
    """A sitting of the training and who was there."""

    id: str
    day: date
    topic: str
    minutes: int | None
    counts: Attendance


@dataclass(frozen=True, slots=True)
class Trainee:
    """Somebody of one of its enterprises; `present_at` are the ids of the sessions the person was at."""

    id: str
    enterprise: str
    name: str
    position: str
    sex: str
    role: str
    present_at: frozenset[str]


@dataclass(frozen=True, slots=True)
class TrainingFile:
    """All that the page of one training shows. `enterprises`: (id, name)."""

    training: Training
    enterprises: tuple[tuple[str, str], ...]
    days: tuple[TrainingDay, ...]
    trainees: tuple[Trainee, ...]


_TRAININGS = """
WITH people AS (
  SELECT s.training_id, p.id, p.sex FROM attendance a
  JOIN session s ON s.id = a.session_id JOIN participant p ON p.id = a.participant_id
  WHERE a.was_present = 1 AND a.binned_at IS NULL AND s.binned_at IS NULL AND p.binned_at IS NULL
  GROUP BY s.training_id, p.id),
counted AS (
  SELECT training_id, sum(sex IS 'woman') AS women, sum(sex IS 'man') AS men, count(*) AS people
  FROM people GROUP BY training_id),
taking_part AS (
  SELECT te.training_id, count(*) AS n FROM training_enterprise te JOIN enterprise e ON e.id = te.enterprise_id
  WHERE te.binned_at IS NULL AND e.binned_at IS NULL GROUP BY te.training_id)
SELECT t.*, m.name AS module, coalesce(n.n, 0) AS enterprises, coalesce(c.women, 0) AS women,
  coalesce(c.men, 0) AS men, coalesce(c.people - c.women - c.men, 0) AS other
FROM training t LEFT JOIN module m ON m.id = t.module_id
LEFT JOIN counted c ON c.training_id = t.id LEFT JOIN taking_part n ON n.training_id = t.id
WHERE t.binned_at IS NULL"""


def create_training(db: Database, by: Author, module_id: str, *, starts_on: date, **more: object) -> str:
    """A delivery of a module; `more` are fields of the training. Returns its id. Raises Invalid when it ends early."""
    _refuse_early_end(starts_on, more.get("ends_on"))
    with edit(db, by):
        new = {"module_id": module_id, "starts_on": starts_on, "trainer_id": by.user_id or None}
        return save_row(db, by, "training", new | more)


def change_training(db: Database, by: Author, training_id: str, **values: object) -> None:
    """Raises NotFound, and Invalid for a last day before the first."""
    with edit(db, by):
        row = get_row(db, "training", training_id) | values
        _refuse_early_end(row["starts_on"], row["ends_on"])
        change_row(db, by, "training", training_id, **values)


def add_enterprise(db: Database, by: Author, training_id: str, enterprise_id: str) -> None:
    """The enterprise takes part. Adding it again changes nothing."""
    with edit(db, by):
        get_row(db, "enterprise", enterprise_id)
        save_row(db, by, "training_enterprise", {"training_id": training_id, "enterprise_id": enterprise_id})


def remove_enterprise(db: Database, by: Author, training_id: str, enterprise_id: str) -> None:
    """It no longer takes part; its people and what they attended stay in the store."""
    key = {"training_id": training_id, "enterprise_id": enterprise_id}
    bin_row(db, by, "training_enterprise", natural_id_of(table_called("training_enterprise"), key))


def add_day(db: Database, by: Author, training_id: str, topic: str, *, on: date, minutes: int | None = None) -> str:
    """A classroom day. Returns the session's id. Raises Invalid without a topic."""
    if not topic.strip():
        raise Invalid("topic", "missing")
    with edit(db, by):
        module_id = get_row(db, "training", training_id)["module_id"]
        return hold_session(db, by, topic, on=on, training_id=training_id, module_id=module_id, minutes=minutes)


def list_trainings(db: Database) -> list[Training]:
    """Newest first."""
    return [_training(row) for row in db.query(f"{_TRAININGS} ORDER BY t.starts_on DESC, t.id DESC")]


def training_file(db: Database, training_id: str) -> TrainingFile | None:
    """None when there is no such training, or it is in the bin."""
    if find_row(db, "training", training_id) is None:
        return None
    (row,) = db.query(f"{_TRAININGS} AND t.id = ?", [training_id])
    rows = db.query(
        "SELECT e.id, e.name FROM training_enterprise te JOIN enterprise e ON e.id = te.enterprise_id"
        " WHERE te.training_id = ? AND te.binned_at IS NULL AND e.binned_at IS NULL ORDER BY e.name COLLATE NOCASE",
        [training_id],
    )
    return TrainingFile(
        training=_training(row),
        enterprises=tuple((one["id"], one["name"] or "") for one in rows),
        days=tuple(sorted(_days(db, training_id), key=lambda day: (day.day, day.id))),
        trainees=tuple(_trainees(db, training_id)),
    )


def _days(db: Database, training_id: str) -> list[TrainingDay]:
    return [
        TrainingDay(
            row["id"],
            date.fromisoformat(row["on"] or row["created_at"][:10]),
            row["topic"] or "",
            row["minutes"],
            count_attendance(db, row["id"]),
        )
        for row in list_rows(db, "session", training_id=training_id)
    ]


def _trainees(db: Database, training_id: str) -> list[Trainee]:
    rows = db.query(
        """SELECT p.id, e.name AS enterprise, p.name, p.position, p.sex, p.role, group_concat(s.id) AS present_at
           FROM training_enterprise te JOIN enterprise e ON e.id = te.enterprise_id
           JOIN participant p ON p.enterprise_id = e.id
           LEFT JOIN attendance a ON a.participant_id = p.id AND a.was_present = 1 AND a.binned_at IS NULL
           LEFT JOIN session s ON s.id = a.session_id AND s.training_id = te.training_id AND s.binned_at IS NULL
           WHERE te.training_id = ? AND te.binned_at IS NULL AND e.binned_at IS NULL AND p.binned_at IS NULL
           GROUP BY p.id ORDER BY e.name COLLATE NOCASE, p.id""",
        [training_id],
    )
    return [_trainee(row) for row in rows]


def _trainee(row: Row) -> Trainee:
    return Trainee(
        id=row["id"],
        enterprise=row["enterprise"] or "",
        name=row["name"] or "",
        position=row["position"] or "",
        sex=row["sex"] or "",
        role=row["role"] or "",
        present_at=frozenset((row["present_at"] or "").split(",")) - {""},
    )


def _training(row: Row) -> Training:
    return Training(
        id=row["id"],
        module_id=row["module_id"],
        module=row["module"] or "",
        starts_on=day_or_none(row["starts_on"]),
        ends_on=day_or_none(row["ends_on"]),
        venue=row["venue"] or "",
        independence=row["independence"] or "",
        notes=row["notes"] or "",
        enterprises=row["enterprises"],
        women=row["women"],
        men=row["men"],
        other=row["other"],
    )


def _refuse_early_end(starts_on: object, ends_on: object) -> None:
    """ISO days compare as text."""
    if starts_on and ends_on and str(ends_on) < str(starts_on):
        raise Invalid("ends_on", "ends-too-early", str(ends_on))
