"""T4: what was staged becomes visible, in one transaction, below what is not confirmed yet; the cursor moves."""

import json
from collections import defaultdict
from itertools import groupby
from typing import NamedTuple

from app.models.driver import Database
from app.models.ids import Clock
from app.models.registry import TABLE_BY_NAME, TABLES
from app.sync import feeds
from app.sync.base import Base, bases_of, folded, from_row, put_bases
from app.sync.outbox import GIVEN_BACK
from app.sync.overlay import Laid, RowKey, laid_on, laid_over
from app.sync.protocol import BLOB, CONFLICT, PUSH_ONLY, Row
from app.sync.seal import seal_inside
from app.sync.state import read_state, transaction, write_state
from app.sync.visible import Groups, Shown, show
from app.sync.waiting import held_back, staged_rows

_AT_ONCE = 2_000  # rows that are held in memory


def promote(db: Database, clock: Clock) -> frozenset[str]:
    """Seals what was captured first. Returns the tables in which something is seen differently now, `conflict` and
    `blob` among them; rows that lean on others which are not known here stay staged."""
    with transaction(db, applying=True, moment="T4"):
        return promote_inside(db, clock)


def promote_inside(db: Database, clock: Clock, *, in_part: bool = False) -> frozenset[str]:
    """`promote`, in the transaction of the caller.

    `in_part`: what is staged is not all there is up to the cursor, so that own work goes on lying over a row until the
    row itself has come.
    """
    seal_inside(db, clock)
    return _Promotion(db, in_part).run()


class _Acked(NamedTuple):
    """Where and when a mutation was confirmed, and of which group of edits it is."""

    seq: int
    at_ms: int
    grp: int


class _Promotion:
    def __init__(self, db: Database, in_part: bool) -> None:
        self.db = db
        self.state = read_state(db)
        self.cursor = self.state.stage_cursor
        self.held = held_back(db)
        self.groups = Groups(db)
        self.acked = self._settled(in_part)
        self.changed: set[str] = set()

    def _settled(self, in_part: bool) -> dict[int, _Acked]:
        """By mutation, of those that the cursor passes now. Those on rows held back go on lying."""
        rows = self.db.conn.execute(
            "SELECT mseq, acked_seq, acked_ms, grp FROM sync_outbox WHERE acked_seq <= ?", (self.cursor,)
        )
        settled = {mseq: _Acked(*rest) for mseq, *rest in rows}
        for table, row_id in self.held:
            for (mseq,) in self.db.conn.execute(
                "SELECT DISTINCT mseq FROM sync_overlay WHERE tbl = ? AND row_id = ?", (table, row_id)
            ):
                settled.pop(mseq, None)
        return settled if not in_part else {m: acked for m, acked in settled.items() if self._has_come(m, acked.seq)}

    def _has_come(self, mseq: int, seq: int) -> bool:
        """Whether all rows that a mutation wrote are here or staged as they were after it."""
        missing = self.db.conn.execute(
            "SELECT 1 FROM sync_overlay o WHERE mseq = ? AND tbl NOT IN (SELECT value FROM json_each(?))"
            " AND NOT EXISTS (SELECT 1 FROM sync_base b WHERE b.tbl = o.tbl AND b.row_id = o.row_id AND row_seq >= ?)"
            " AND NOT EXISTS (SELECT 1 FROM sync_stage s WHERE s.tbl = o.tbl AND s.row_id = o.row_id AND row_seq >= ?)"
            " LIMIT 1",
            (mseq, json.dumps(sorted(PUSH_ONLY)), seq, seq),
        )
        return missing.fetchone() is None

    def run(self) -> frozenset[str]:
        for table, row_ids in self._rows().items():
            for start in range(0, len(row_ids), _AT_ONCE):
                self._promote(table, row_ids[start : start + _AT_ONCE])
        if feeds.take_conflicts(self.db):
            self.changed.add(CONFLICT)
        if feeds.take_blobs(self.db):
            self.changed.add(BLOB)
        self._clean_up()
        write_state(self.db, cursor=self.cursor)
        return frozenset(self.changed)

    def _rows(self) -> dict[str, list[str]]:
        """The ids of all rows about which there is something to do, by table, parents first."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for table, row_id in self.db.conn.execute("SELECT tbl, row_id FROM sync_stage"):
            if table not in (CONFLICT, BLOB) and (table, row_id) not in self.held:
                found[table].add(row_id)
        for table, row_id in self.db.conn.execute(
            "SELECT tbl, row_id FROM sync_overlay WHERE mseq IN (SELECT value FROM json_each(?))",
            (json.dumps(list(self.acked)),),
        ):
            found[table].add(row_id)
        known = [table.name for table in TABLES if table.name in found]
        return {table: sorted(found[table]) for table in (*known, *sorted(set(found) - set(known)))}

    def _promote(self, table: str, row_ids: list[str]) -> None:
        staged = staged_rows(self.db, table, row_ids)
        bases = bases_of(self.db, table, row_ids)
        laid = laid_on(self.db, table, row_ids)
        put: list[tuple[RowKey, Base]] = []
        shown: list[Shown] = []
        for row_id in row_ids:
            old = bases.get(row_id)
            row = staged.get(row_id)
            fresh = row is not None and (old is None or row.seq >= old.row_seq)
            base = from_row(row, self.state.server_floor_ms) if row and fresh else old
            now, left, anew = self._fold(table, base, laid.get(row_id, []))
            if now and now is not old:
                put.append(((table, row_id), now))
            if now and (fresh or anew):
                shown.append(self._shown(row_id, row, now, left))
        put_bases(self.db, put)
        if table in TABLE_BY_NAME and show(self.db, TABLE_BY_NAME[table], shown, self.groups):
            self.changed.add(table)

    def _fold(self, table: str, base: Base | None, laid: list[Laid]) -> tuple[Base | None, list[Laid], bool]:
        """The row with own confirmed work in it, what goes on lying over it, and whether it is to be shown anew: own
        work was outdone, or own work deleted it, and what had been refused of it is not to be seen when it comes back.

        The server sends a row back unless it took all of our work on it as it was sent: what it did not send back,
        it took. What was given back to it is sent back in any case, where rows of the table are sent at all.
        """
        left: list[Laid] = []
        anew = False
        for mseq, run in groupby(laid, key=lambda each: each.mseq):
            its = list(run)
            if mseq not in self.acked:
                left += its
                continue
            acked = self.acked[mseq]
            is_sent = acked.grp == GIVEN_BACK and table not in PUSH_ONLY
            if not is_sent and (base is None or base.row_seq < acked.seq):
                base = folded(base, its, acked.seq, acked.at_ms)
                anew = anew or base.deleted
            else:
                anew = True
        return base, left, anew

    def _shown(self, row_id: str, row: Row | None, base: Base, laid: list[Laid]) -> Shown:
        values, deleted = laid_over(base.values, laid, deleted=base.deleted)
        by, at_ms = (row.by, row.at) if row else ("", 0)
        return Shown(row_id, values, deleted, by, at_ms or self.state.server_floor_ms)

    def _clean_up(self) -> None:
        settled = json.dumps(list(self.acked))
        held = json.dumps([list(key) for key in self.held])
        closing = self.db.conn.execute(
            "SELECT body FROM sync_outbox WHERE mseq IN (SELECT value FROM json_each(?))"
            " AND instr(body, CAST('\"closes\":' AS BLOB)) > 0",
            (settled,),
        ).fetchall()
        feeds.settle_closed(self.db, [bytes(body) for (body,) in closing])
        for table in ("sync_overlay", "sync_outbox"):
            self.db.conn.execute(f"DELETE FROM {table} WHERE mseq IN (SELECT value FROM json_each(?))", (settled,))
        self.db.conn.execute(
            "DELETE FROM sync_stage WHERE (tbl, row_id) NOT IN (SELECT value ->> 0, value ->> 1 FROM json_each(?))",
            (held,),
        )
