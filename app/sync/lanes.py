"""Which bytes wait to go up or to come down, in what order: the table `blob`, and each step of a transfer in it (T5).

Lanes: 1 thumbnails, 2 photos of open visits, 3 the rest and issued reports, 4 what somebody asked to see. `local`: only
here. `uploading`: begun. `verified`: sent from here, and the server said so in its feed. `remote`: only there.
`downloading`: begun or asked for. `both`: came down from there. Nothing here ever removes bytes.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from app.models.driver import Database
from app.photos.store import BytesKind
from app.sync.protocol import MAX_HASHES, BlobKnown
from app.sync.state import transaction

THUMBNAILS, OPEN_VISITS, REST, ON_DEMAND = 1, 2, 3, 4
_FIRST_PAUSE_MS = 30_000
_LONGEST_PAUSE_MS = 6 * 3_600_000
_CONFIRMED_WITHIN_MS = 3_600_000  # complete at the server; by then its feed has said so, or it is asked again
_SPENT = "transfer_spent"

_NAMED = f"""WITH named(sha256, kind, lane) AS (
  SELECT thumbnail_sha256, '{BytesKind.THUMBNAIL}', {THUMBNAILS} FROM photo WHERE binned_at IS NULL
  UNION ALL
  SELECT p.working_sha256, '{BytesKind.WORKING}', CASE WHEN EXISTS (
    SELECT 1 FROM photo_link l JOIN visit v ON v.id = l.visit_id WHERE l.photo_id = p.id AND l.binned_at IS NULL
    AND v.binned_at IS NULL AND v.status IN ('draft', 'returned')) THEN {OPEN_VISITS} ELSE {REST} END
  FROM photo p WHERE p.binned_at IS NULL
  UNION ALL
  SELECT original_sha256, '{BytesKind.ORIGINAL}', {REST} FROM photo WHERE binned_at IS NULL
  UNION ALL
  SELECT pdf_sha256, '{BytesKind.ISSUED_REPORT}', {REST} FROM report WHERE binned_at IS NULL),
wanted AS (SELECT sha256, kind, min(lane) AS lane FROM named WHERE sha256 IS NOT NULL GROUP BY sha256)
"""
# Bytes of others in lane 3 wait until somebody asks for them; what was asked for stays where it is.
_LANE = f"""CASE WHEN b.state = 'downloading' THEN b.lane WHEN b.state = 'remote' AND w.lane = {REST} THEN {ON_DEMAND}
ELSE w.lane END"""
_MOVED = f"""{_NAMED} SELECT b.sha256, w.kind, {_LANE} FROM blob b JOIN wanted w USING(sha256)
WHERE b.state IN ('local', 'uploading', 'remote', 'downloading') AND (b.kind <> w.kind OR b.lane <> {_LANE})"""
# A time that lies further ahead than any pause was noted while the clock was wrong.
_DUE = f"(next_try_ms IS NULL OR next_try_ms NOT BETWEEN :now_ms + 1 AND :now_ms + {_LONGEST_PAUSE_MS})"
# A person waits for what was asked for: it goes before what merely has not been sent yet.
_ORDER = f"CASE lane WHEN {ON_DEMAND} THEN 2.5 ELSE lane END"
_TO_GO = f"(state IN ('local', 'uploading', 'downloading') OR (state = 'remote' AND lane <= {OPEN_VISITS}))"
_WAITING = f"""SELECT sha256, size, kind, state, upload_url, offset_acked FROM blob
WHERE {_TO_GO} AND {_DUE} AND lane <= :most
ORDER BY {_ORDER}, state IN ('local', 'remote'), rowid"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Bytes that wait for the next step. `offset`: how many the server acknowledged."""

    sha256: str
    size: int
    kind: str
    state: str
    upload_url: str | None
    offset: int

    @property
    def goes_up(self) -> bool:
        return self.state in ("local", "uploading")


def unqueued(db: Database) -> list[str]:
    """The hashes that rows name and of which the queue knows nothing yet, or not that they are here."""
    return [
        row[0]
        for row in db.conn.execute(
            f"{_NAMED} SELECT w.sha256 FROM wanted w LEFT JOIN blob b USING(sha256)"
            " WHERE b.sha256 IS NULL OR (b.state = 'remote' AND b.kind = '')"
        )
    ]


def refresh(db: Database, sizes: Mapping[str, int]) -> None:
    """Bring the queue up to what rows say now. `sizes`: of those `unqueued` bytes that are in photos.db."""
    moved = db.conn.execute(_MOVED).fetchall()
    unnamed = db.conn.execute(
        f"{_NAMED} SELECT sha256 FROM blob WHERE state = 'local' AND sha256 NOT IN (SELECT sha256 FROM wanted)"
    ).fetchall()
    if not (moved or sizes or unnamed):
        return
    with transaction(db):
        db.conn.execute(
            f"INSERT INTO blob(sha256, size, kind, lane, state) {_NAMED}"
            " SELECT w.sha256, j.value, w.kind, w.lane, 'local' FROM wanted w JOIN json_each(?) j ON j.key = w.sha256"
            " WHERE true ON CONFLICT DO UPDATE SET state = 'both', size = excluded.size WHERE state = 'remote'",
            (json.dumps(dict(sizes)),),
        )
        db.conn.executemany("DELETE FROM blob WHERE sha256 = ?", unnamed)
        db.conn.executemany("UPDATE blob SET kind = ?2, lane = ?3 WHERE sha256 = ?1", moved)


def next_waiting(db: Database, now_ms: int, *, most: int = ON_DEMAND) -> Waiting | None:
    """What goes next, in no lane after `most`; None when nothing can go now."""
    found = db.conn.execute(f"{_WAITING} LIMIT 1", {"now_ms": now_ms, "most": most}).fetchone()
    return Waiting(*found) if found else None


def to_ask_about(db: Database, now_ms: int, asked: Iterable[str], *, most: int = ON_DEMAND) -> list[str]:
    """The next hashes to ask the server about at once, without those it was `asked` about."""
    known = set(asked)
    rows = db.conn.execute(_WAITING, {"now_ms": now_ms, "most": most})
    found = (one.sha256 for one in (Waiting(*row) for row in rows) if one.goes_up and one.sha256 not in known)
    return [sha256 for sha256, _ in zip(found, range(MAX_HASHES), strict=False)]


def bytes_left(db: Database, *, most: int = ON_DEMAND) -> int:
    """What is still to go over the link, both ways, also what cannot go right now."""
    found = db.conn.execute(
        "SELECT sum(CASE WHEN state IN ('local', 'uploading') THEN size - offset_acked ELSE size END) FROM blob"
        f" WHERE {_TO_GO} AND lane <= ?",
        (most,),
    ).fetchone()
    return int(found[0] or 0)


def want_bytes(db: Database, sha256: str) -> bool:
    """Ask for bytes that the server has and this device has not; whether there are any to come."""
    with transaction(db):
        db.conn.execute(
            "UPDATE blob SET state = 'downloading', lane = ?, tries = 0, next_try_ms = NULL"
            " WHERE sha256 = ? AND state = 'remote'",
            (ON_DEMAND, sha256),
        )
        found = db.conn.execute("SELECT 1 FROM blob WHERE sha256 = ? AND state = 'downloading'", (sha256,)).fetchone()
    return found is not None


def note_known(db: Database, known: Iterable[BlobKnown], now_ms: int, spent: "Spent") -> None:
    """What the server said of bytes that wait to go up."""
    with transaction(db):
        _keep_spent(db, spent)
        for one in known:
            match one.state:
                case "have":
                    _sent(db, one.sha256, now_ms)
                case "partial":
                    _moved(db, one.sha256, one.offset, one.url)
                case "missing":
                    _moved(db, one.sha256, 0, None)
                case "unnamed":  # its row was not taken, or not sent yet
                    _postpone(db, one.sha256, now_ms)


def note_offset(db: Database, sha256: str, offset: int, url: str | None, spent: "Spent") -> None:
    """The server acknowledged so many bytes (T5)."""
    with transaction(db, moment="T5"):
        _moved(db, sha256, offset, url)
        _keep_spent(db, spent)


def note_sent(db: Database, sha256: str, now_ms: int, spent: "Spent") -> None:
    """All bytes are there. They count as verified only when the server's feed says so."""
    with transaction(db, moment="T5"):
        _sent(db, sha256, now_ms)
        _keep_spent(db, spent)


def note_begun(db: Database, sha256: str, spent: "Spent") -> None:
    """A piece of it came down."""
    with transaction(db):
        db.conn.execute("UPDATE blob SET state = 'downloading' WHERE sha256 = ?", (sha256,))
        _keep_spent(db, spent)


def note_here(db: Database, sha256: str, size: int, spent: "Spent") -> None:
    """All of it came down, and has the right hash."""
    with transaction(db):
        db.conn.execute(
            "UPDATE blob SET state = 'both', size = ?, tries = 0, next_try_ms = NULL WHERE sha256 = ?", (size, sha256)
        )
        _keep_spent(db, spent)


def note_lost_there(db: Database, sha256: str) -> None:
    """The server has not got them after all: they can be asked for again when it says that it has."""
    with transaction(db):
        db.conn.execute("DELETE FROM blob WHERE sha256 = ? AND state IN ('remote', 'downloading')", (sha256,))


def note_failed(db: Database, sha256: str, now_ms: int, *, anew: bool = False) -> None:
    """Something about these bytes alone: they wait, twice as long each time. `anew`: from the first byte on."""
    with transaction(db):
        if anew:
            _moved(db, sha256, 0, None)
        _postpone(db, sha256, now_ms)


def _moved(db: Database, sha256: str, offset: int, url: str | None) -> None:
    db.conn.execute(
        "UPDATE blob SET state = CASE WHEN ?2 > 0 THEN 'uploading' ELSE 'local' END, offset_acked = ?2,"
        " upload_url = ?3, tries = CASE WHEN ?2 > offset_acked THEN 0 ELSE tries END, next_try_ms = NULL"
        " WHERE sha256 = ?1 AND state IN ('local', 'uploading')",
        (sha256, offset, url),
    )


def _sent(db: Database, sha256: str, now_ms: int) -> None:
    db.conn.execute(
        "UPDATE blob SET state = 'uploading', offset_acked = size, upload_url = NULL, tries = 0, next_try_ms = ?"
        " WHERE sha256 = ? AND state IN ('local', 'uploading')",
        (now_ms + _CONFIRMED_WITHIN_MS, sha256),
    )


def _postpone(db: Database, sha256: str, now_ms: int) -> None:
    (tries,) = db.conn.execute("SELECT tries FROM blob WHERE sha256 = ?", (sha256,)).fetchone()
    pause_ms = min(_FIRST_PAUSE_MS << min(tries, 20), _LONGEST_PAUSE_MS)
    db.conn.execute("UPDATE blob SET tries = tries + 1, next_try_ms = ? WHERE sha256 = ?", (now_ms + pause_ms, sha256))


@dataclass(slots=True)
class Spent:
    """Bytes that went over the link on one day, UTC, both ways."""

    day: str
    size: int


def read_spent(db: Database, now: datetime) -> Spent:
    day = now.astimezone(UTC).date().isoformat()
    found = db.conn.execute("SELECT value FROM setting WHERE name = ?", (_SPENT,)).fetchone()
    kept = json.loads(found[0]) if found else {}
    return Spent(day, kept["size"] if kept.get("day") == day else 0)


def _keep_spent(db: Database, spent: Spent) -> None:
    said = json.dumps({"day": spent.day, "size": spent.size})
    db.conn.execute("INSERT OR REPLACE INTO setting(name, value) VALUES(?, ?)", (_SPENT, said))
