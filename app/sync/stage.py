"""T3: one answer of the server, stored in one transaction: what became of our work, and the next page of rows."""

import logging
from collections import defaultdict
from dataclasses import dataclass

from msgspec.structs import replace

from app.errors import NotEnrolled, WrongServer
from app.models.driver import Database
from app.sync import clock, outbox
from app.sync.base import Base, bases_of
from app.sync.protocol import Answer, Request, Row, encoded
from app.sync.state import SyncState, read_state, transaction, write_state

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Timing:
    """When the answer was there, by the device's clock, and how long it took, by one that nobody sets; ms."""

    received_ms: int
    took_ms: int


@dataclass(frozen=True, slots=True)
class Staged:
    """What an answer brought. `again`: a new incarnation is needed first, and nothing of the answer was stored.

    `epoch`: with `again`, the server was set back to this head. `settled`: of how many mutations it said the outcome.
    """

    more: bool = False
    again: bool = False
    epoch: tuple[str, int] | None = None
    settled: int = 0
    rows: int = 0


def stage_answer(db: Database, request: Request, answer: Answer, timing: Timing) -> Staged:
    """Nothing of an answer to an earlier incarnation is stored: what it tells of a number is not about what has it now.

    Raises WrongServer and NotEnrolled, and then nothing is stored.
    """
    with transaction(db, moment="T3"):
        state = read_state(db)
        if state.server_id is None:
            raise NotEnrolled
        if answer.server != state.server_id:
            raise WrongServer(answer.server)
        if request.inc != state.incarnation:
            return Staged(more=True)
        if answer.epoch != state.epoch:
            return Staged(again=True, epoch=(answer.epoch, answer.epoch_head))
        _keep_time(db, state, answer, timing)
        if not _goes_on(db, state, answer):
            return Staged(again=True)
        outbox.mark(db, answer.results, answer.server_ms)
        if told := [result.m + result.n - 1 for result in answer.results]:
            write_state(db, acked_m=max(state.acked_m, *told))
        rows = _stage(db, state, request, answer)
        settled = sum(result.n for result in answer.results)
        return Staged(answer.more or rows is None, settled=settled, rows=rows or 0)


def _goes_on(db: Database, state: SyncState, answer: Answer) -> bool:
    """Whether the server's numbers fit to ours. They do not when this folder was restored or is used twice (R8)."""
    trouble = answer.trouble
    if answer.last_mseq >= state.next_mseq or (trouble is not None and trouble.kind == "reuse"):
        return False
    return trouble is None or outbox.send_again_from(db, answer.last_mseq + 1)


def _keep_time(db: Database, state: SyncState, answer: Answer, timing: Timing) -> None:
    newest = clock.sampled(timing.received_ms, timing.took_ms, answer.server_ms)
    samples = clock.with_sample(clock.from_text(state.clock_samples), newest)
    write_state(
        db,
        clock_samples=clock.to_text(samples),
        clock_offset_ms=clock.offset_of(samples),
        server_floor_ms=clock.floor_after(state.server_floor_ms, answer.server_ms),
        last_contact_ms=timing.received_ms,
        last_trouble=None,
    )


def _stage(db: Database, state: SyncState, request: Request, answer: Answer) -> int | None:
    """How many rows; nothing when the page does not begin where the last one ended. None: it has to come again, of
    whole rows, since a row of which only the newer part came is not known here."""
    if answer.checksum_differs:
        write_state(db, checked_ms=None)  # what is wrong here is not built upon
    if not request.want.rows or request.stage != state.stage_cursor or answer.cursor < state.stage_cursor:
        return 0
    rows = _whole(db, answer.rows)
    if rows is None:
        logger.error("defect: of a row that is not known here only the newer part came")
        write_state(db, checked_ms=None)
        return None
    put_staged(db, rows)
    write_state(db, stage_cursor=answer.cursor)
    return len(rows)


def _whole(db: Database, rows: list[Row]) -> list[Row] | None:
    """Each row of which only the newer part came, with the rest as the server last said it; None when that is not here
    to one of them."""
    wanted: defaultdict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row.part:
            wanted[row.table].append(row.id)
    bases = {table: bases_of(db, table, ids) for table, ids in wanted.items()}
    whole = [_completed(row, bases[row.table].get(row.id)) if row.part else row for row in rows]
    found = [row for row in whole if row]
    return found if len(found) == len(rows) else None


def _completed(row: Row, base: Base | None) -> Row | None:
    if base is None or base.deleted:
        return None
    written = {*row.values, *row.seqs}
    values = {name: value for name, value in base.values.items() if name not in written}
    seqs = {name: base.seq_of(name) for name in (*base.values, *base.seqs) if name not in written}
    return replace(row, values=values | row.values, seqs=seqs | row.seqs, life=base.life_seq, part=False)


def put_staged(db: Database, rows: list[Row]) -> None:
    """Rows of the server that are not to be seen yet; a newer one takes the place of an older one."""
    db.conn.executemany(
        "INSERT INTO sync_stage(tbl, row_id, body, row_seq) VALUES(?,?,?,?) ON CONFLICT DO UPDATE"
        " SET body = excluded.body, row_seq = excluded.row_seq WHERE excluded.row_seq >= row_seq",
        [(row.table, row.id, encoded(row).decode("utf-8"), row.seq) for row in rows],
    )


def count_staged(db: Database) -> int:
    return int(db.conn.execute("SELECT count(*) FROM sync_stage").fetchone()[0])
