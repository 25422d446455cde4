"""The first start: who works here, said once."""

from app.errors import Invalid
from app.models.database import Author, edit
from app.models.driver import Database
from app.models.rows import change_row

_INTRODUCED = "introduced"


def needs_introduction(db: Database) -> bool:
    """Whether nothing was begun here: no enterprise was ever written down, and the user never said a name."""
    has_enterprise = db.conn.execute("SELECT 1 FROM enterprise LIMIT 1").fetchone()
    said = db.conn.execute("SELECT 1 FROM setting WHERE name = ?", (_INTRODUCED,)).fetchone()
    return not has_enterprise and not said


def introduce(db: Database, by: Author, name: str, **more: object) -> None:
    """Who works here: a short name; `more` are fields of the user. Raises Invalid without a name."""
    with edit(db, by):
        describe_user(db, by, name=name, **more)
        db.conn.execute("INSERT OR REPLACE INTO setting(name, value) VALUES(?, '1')", (_INTRODUCED,))


def describe_user(db: Database, by: Author, **values: object) -> None:
    """Change what is known of the local user. Raises Invalid for an empty name."""
    if "name" in values and not str(values["name"] or "").strip():
        raise Invalid("name", "missing")
    change_row(db, by, "user", by.user_id, **values)
