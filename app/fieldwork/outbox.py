"""What waits to be sent to a server: all that was captured and not confirmed."""

from dataclasses import dataclass
from datetime import date, datetime

from app.models.driver import Database

# Every program brings these itself.
CATALOGUES = ("module", "indicator", "checklist", "country_programme")


@dataclass(frozen=True, slots=True)
class Outbox:
    """`records`: (table, how many rows), most first, photos among them; `oldest` is the day of the oldest change."""

    records: tuple[tuple[str, int], ...]
    photos: int
    photo_bytes: int
    oldest: date | None

    @property
    def total(self) -> int:
        return sum(count for __, count in self.records)


def outbox(db: Database) -> Outbox:
    """Changes whose rows are in the bin count too: that they were binned is to be sent as well."""
    marks = ", ".join("?" * len(CATALOGUES))
    rows = db.conn.execute(
        f"SELECT tbl, count(DISTINCT row_id), min(at_ms) FROM sync_capture WHERE tbl NOT IN ({marks})"
        " GROUP BY tbl ORDER BY 2 DESC, 1",
        CATALOGUES,
    ).fetchall()
    photos, size = db.conn.execute(
        "SELECT count(*), coalesce(sum(size), 0) FROM photo WHERE binned_at IS NULL"
        " AND id IN (SELECT row_id FROM sync_capture WHERE tbl = 'photo')"
    ).fetchone()
    oldest_ms = min((row[2] for row in rows), default=None)
    oldest = datetime.fromtimestamp(oldest_ms / 1000).astimezone().date() if oldest_ms is not None else None
    return Outbox(tuple((str(row[0]), int(row[1])) for row in rows), int(photos), int(size), oldest)
