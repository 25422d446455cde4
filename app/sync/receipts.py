"""Receipts: of each record and each photo, whether the server confirmed it as it is here, and when."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from app.models.driver import Database
from app.models.past import belonging
from app.sync.overlay import TAKEN

PHOTO = "photo"
_AT_THE_SERVER = frozenset({"verified", "both", "remote", "downloading"})


class Arrival(StrEnum):
    """`WAITING`: as it is here, the server has not confirmed it. `REFUSED`: it did not take it."""

    CONFIRMED = "confirmed"
    WAITING = "waiting"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Receipt:
    """Of a record; of a photo's bytes where `table` is `photo` and it stands among photos. `at` only when confirmed."""

    table: str
    row_id: str
    arrival: Arrival
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Receipts:
    """What belongs together, such as a visit: its records, and the bytes of its photos."""

    records: tuple[Receipt, ...]
    photos: tuple[Receipt, ...]

    @property
    def all(self) -> tuple[Receipt, ...]:
        return self.records + self.photos

    @property
    def last(self) -> datetime | None:
        """When the newest of them was confirmed; None while none is."""
        return max((one.at for one in self.all if one.at), default=None)

    @property
    def is_complete(self) -> bool:
        return all(one.arrival is Arrival.CONFIRMED for one in self.all)


def count(receipts: Iterable[Receipt], arrival: Arrival) -> int:
    return sum(one.arrival is arrival for one in receipts)


def record_receipts(db: Database, ids: Mapping[str, Sequence[str]]) -> list[Receipt]:
    """Of the rows with these `ids`, by table. What the program itself brings has no receipt and is left out."""
    return [receipt for table, row_ids in ids.items() for receipt in _of_table(db, table, row_ids)]


def photo_receipts(db: Database, photo_ids: Sequence[str]) -> list[Receipt]:
    """Of the bytes of these photos; confirmed when the server has hashed them and found them right."""
    rows = db.conn.execute(
        "SELECT p.id, b.state, b.verified_ms FROM photo p LEFT JOIN blob b ON b.sha256 = p.working_sha256"
        " WHERE p.binned_at IS NULL AND p.id IN (SELECT value FROM json_each(?)) ORDER BY p.id",
        (json.dumps(list(photo_ids)),),
    )
    return [
        Receipt(PHOTO, row_id, Arrival.CONFIRMED, _instant(verified_ms))
        if state in _AT_THE_SERVER
        else Receipt(PHOTO, row_id, Arrival.WAITING)
        for row_id, state, verified_ms in rows
    ]


def visit_receipts(db: Database, visit_id: str) -> Receipts:
    """Of the visit, of all that was recorded on it, and of its photos. Raises NotFound."""
    rows = belonging(db, "visit", visit_id)
    ids = {table: list(by_id) for table, by_id in rows.items()}
    photos = [link["photo_id"] for link in rows["photo_link"].values() if link["binned_at"] is None]
    ids[PHOTO] = photos
    return Receipts(tuple(record_receipts(db, ids)), tuple(photo_receipts(db, photos)))


def _of_table(db: Database, table: str, row_ids: Sequence[str]) -> list[Receipt]:
    asked = (table, json.dumps(list(row_ids)))
    among = "tbl = ? AND row_id IN (SELECT value FROM json_each(?))"
    confirmed = dict(db.conn.execute(f"SELECT row_id, confirmed_ms FROM sync_base WHERE {among}", asked).fetchall())
    captured = {
        row[0] for row in db.conn.execute(f"SELECT row_id FROM sync_capture WHERE user_id <> '' AND {among}", asked)
    }
    laid = db.conn.execute(
        "SELECT v.row_id, max(o.mseq IS NOT NULL AND o.acked_seq IS NULL), max(o.acked_ms),"
        " max(v.mseq < 0 AND v.mseq > ?)"
        f" FROM sync_overlay v LEFT JOIN sync_outbox o ON o.mseq = v.mseq WHERE {among} GROUP BY v.row_id",
        (TAKEN // 2, *asked),
    )
    waiting, refused = set(captured), set()
    for row_id, waits, acked_ms, is_refused in laid:
        if waits:
            waiting.add(row_id)
        if is_refused:
            refused.add(row_id)
        if acked_ms is not None:
            confirmed[row_id] = max(acked_ms, confirmed.get(row_id, 0))
    return [found for row_id in row_ids if (found := _receipt(table, row_id, waiting, refused, confirmed))]


def _receipt(
    table: str, row_id: str, waiting: set[str], refused: set[str], confirmed: Mapping[str, int]
) -> Receipt | None:
    if row_id in refused:
        return Receipt(table, row_id, Arrival.REFUSED)
    if row_id in waiting:
        return Receipt(table, row_id, Arrival.WAITING)
    at_ms = confirmed.get(row_id)
    return Receipt(table, row_id, Arrival.CONFIRMED, _instant(at_ms)) if at_ms is not None else None


def _instant(ms: int | None) -> datetime | None:
    return datetime.fromtimestamp(ms / 1000, UTC) if ms is not None else None
