"""Checklists say from which day they are offered."""

from app.models.driver import Database


def apply(db: Database) -> None:
    db.conn.execute('ALTER TABLE "checklist" ADD COLUMN "active_from" TEXT')
