"""T3: one answer of the server, stored in one transaction: what became of our work, and the next page of rows."""

from dataclasses import dataclass

from app.errors import NotEnrolled, WrongServer
from app.models.driver import Database
from app.sync import clock, outbox
from app.sync.protocol import Answer, Request, Row, encoded
from app.sync.state import SyncState, read_state, transaction, write_state


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
        return Staged(answer.more, settled=sum(result.n for result in answer.results), rows=rows)


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


def _stage(db: Database, state: SyncState, request: Request, answer: Answer) -> int:
    """Nothing when the page does not begin where the last one ended."""
    if not request.want.rows or request.stage != state.stage_cursor or answer.cursor < state.stage_cursor:
        return 0
    put_staged(db, answer.rows)
    write_state(db, stage_cursor=answer.cursor)
    return len(answer.rows)


def put_staged(db: Database, rows: list[Row]) -> None:
    """Rows of the server that are not to be seen yet; a newer one takes the place of an older one."""
    db.conn.executemany(
        "INSERT INTO sync_stage(tbl, row_id, body, row_seq) VALUES(?,?,?,?) ON CONFLICT DO UPDATE"
        " SET body = excluded.body, row_seq = excluded.row_seq WHERE excluded.row_seq >= row_seq",
        [(row.table, row.id, encoded(row).decode("utf-8"), row.seq) for row in rows],
    )


def count_staged(db: Database) -> int:
    return int(db.conn.execute("SELECT count(*) FROM sync_stage").fetchone()[0])
