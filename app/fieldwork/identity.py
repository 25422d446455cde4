"""Who works on this laptop: a device and a local user from the first start on, long before any server."""

from app.models.database import Author, edit
from app.models.driver import Database
from app.models.ids import Clock
from app.models.rows import find_row, save_row

_USER = "user_id"
# What the program itself writes, catalogues above all, is signed by nobody: no person's undo takes it back.
NOBODY = ""


def author_of(db: Database, clock: Clock) -> Author:
    """The local user on this device; NOBODY in a store where no user was made yet."""
    found = db.conn.execute("SELECT value FROM setting WHERE name = ?", (_USER,)).fetchone()
    return Author(found[0] if found else NOBODY, device_of(db), clock)


def device_of(db: Database) -> str:
    return str(db.conn.execute("SELECT device_id FROM sync_state").fetchone()[0])


def ensure_user(db: Database, clock: Clock, *, name: str, role: str) -> Author:
    """The local user, made now when there is none."""
    author = author_of(db, clock)
    if author.user_id and find_row(db, "user", author.user_id):
        return author
    with edit(db, author):
        user_id = save_row(db, author, "user", {"name": name, "role": role})
        db.conn.execute("INSERT OR REPLACE INTO setting(name, value) VALUES(?, ?)", (_USER, user_id))
    return Author(user_id, author.device_id, clock)


def role_of(db: Database, author: Author) -> str:
    """The code of the author's role; empty when no user was made yet."""
    row = find_row(db, "user", author.user_id)
    return str(row["role"] or "") if row else ""
