"""What waits to be sent to a server: all that people wrote here and the server has not confirmed."""

from dataclasses import dataclass
from datetime import date, datetime

from app.models.driver import Database

# Captures that nobody signed are the catalogues every program brings itself. Sealed work has its rows in the overlay.
_WAITING = """WITH waiting(tbl, row_id, at_ms) AS (
  SELECT tbl, row_id, at_ms FROM sync_capture WHERE user_id <> '' AND kind <> 'close'
  UNION ALL
  SELECT v.tbl, v.row_id, o.at_ms FROM sync_outbox o JOIN sync_overlay v ON v.mseq = o.mseq WHERE o.acked_seq IS NULL)
"""
# Bytes are asked for by their own state; those of a photo that was not sealed yet have none.
_PHOTOS = """SELECT count(*), coalesce(sum(p.size - coalesce(b.offset_acked, 0)), 0)
FROM photo p LEFT JOIN blob b ON b.sha256 = p.working_sha256
WHERE p.binned_at IS NULL AND (b.state IN ('local', 'uploading')
  OR (b.state IS NULL AND p.id IN (SELECT row_id FROM waiting WHERE tbl = 'photo')))"""
_OTHER_FILES = """SELECT coalesce(sum(size - offset_acked), 0) FROM blob b WHERE state IN ('local', 'uploading')
AND NOT EXISTS (SELECT 1 FROM photo p WHERE p.working_sha256 = b.sha256 AND p.binned_at IS NULL)"""
_SETTLED = "SELECT count(*) FROM sync_conflict WHERE closing = 1 AND resolved_seq IS NULL"


@dataclass(frozen=True, slots=True)
class Outbox:
    """`records`: (table, how many rows), most first, photos among them; `oldest` is the day of the oldest change.

    `settled`: differences that were settled here. `file_bytes`: photos, and whatever else goes as a file.
    """

    records: tuple[tuple[str, int], ...]
    photos: int
    photo_bytes: int
    oldest: date | None
    settled: int = 0
    file_bytes: int = 0

    @property
    def total(self) -> int:
        """How many records, settled differences among them."""
        return sum(count for __, count in self.records) + self.settled

    @property
    def is_empty(self) -> bool:
        return not (self.total or self.photos or self.file_bytes)


def outbox(db: Database) -> Outbox:
    """Changes whose rows are in the bin count too: that they were binned is to be sent as well."""
    rows = db.conn.execute(
        f"{_WAITING} SELECT tbl, count(DISTINCT row_id), min(at_ms) FROM waiting GROUP BY tbl ORDER BY 2 DESC, 1"
    ).fetchall()
    photos, size = db.conn.execute(_WAITING + _PHOTOS).fetchone()
    others = db.conn.execute(_OTHER_FILES).fetchone()[0]
    settled = db.conn.execute(_SETTLED).fetchone()[0]
    oldest_ms = min((row[2] for row in rows), default=None)
    oldest = datetime.fromtimestamp(oldest_ms / 1000).astimezone().date() if oldest_ms is not None else None
    counts = tuple((str(row[0]), int(row[1])) for row in rows)
    return Outbox(counts, int(photos), int(size), oldest, int(settled), int(size) + int(others))
