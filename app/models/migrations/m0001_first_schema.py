"""The first shape of the store: every table of the registry of that day, and our own. The SQL is frozen beside it."""

from pathlib import Path

from app.models.driver import Database


def apply(db: Database) -> None:
    for statement in Path(__file__).with_suffix(".sql").read_text(encoding="utf-8").split(";\n"):
        if statement.strip():
            db.conn.execute(statement)
