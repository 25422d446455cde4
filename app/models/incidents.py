"""Suspected cases of zero tolerance, and what must not be told because of them."""

from app.models.driver import Database

# Even a suspicion that was taken back says something about people: what opened an incident stays secret whatever
# became of it, in the bin too.
SECRET_ANSWERS = "SELECT answer_id FROM incident WHERE answer_id IS NOT NULL"
SECRET_PHOTOS = f"SELECT photo_id FROM photo_link WHERE answer_id IN ({SECRET_ANSWERS})"
SECRET_IMPROVEMENTS = f"SELECT id FROM improvement WHERE answer_id IN ({SECRET_ANSWERS})"

SECRET_PAIRS = (
    f"SELECT id FROM photo_pair WHERE improvement_id IN ({SECRET_IMPROVEMENTS})"
    f" OR before_photo_id IN ({SECRET_PHOTOS}) OR after_photo_id IN ({SECRET_PHOTOS})"
)


def secret_ids(db: Database) -> set[str]:
    """The ids of answers, photos and improvements that hang on an incident."""
    return {row[0] for row in db.conn.execute(f"{SECRET_ANSWERS} UNION {SECRET_PHOTOS} UNION {SECRET_IMPROVEMENTS}")}


def secret_answers(db: Database) -> set[str]:
    """The ids of answers that no report, workbook, search or export shows."""
    return {row[0] for row in db.conn.execute(SECRET_ANSWERS)}
