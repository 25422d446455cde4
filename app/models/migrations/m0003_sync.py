"""What sync needs: captures know their author and what was seen; the engine's own tables get their final shape."""

from pathlib import Path

from app.models.driver import Database


def apply(db: Database) -> None:
    # The triggers name what is changed here; every writer makes them anew: app.models.triggers.
    for (name,) in db.conn.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        db.conn.execute(f'DROP TRIGGER "{name}"')
    for statement in Path(__file__).with_suffix(".sql").read_text(encoding="utf-8").split(";\n"):
        if statement.strip():
            db.conn.execute(statement)
