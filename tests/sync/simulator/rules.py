"""The rules, each with a way to do without it: a piece of the program is put in the place of another that ignores it.

Whoever runs the simulator without a rule must be told of a breach; otherwise the oracle looks away, or nobody needs the
rule.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import msgspec

from app.models import rows
from app.models.driver import Database
from app.sync import engine, merge, outbox, promote, seal, stage
from app.sync.protocol import Answer, Request, Result
from app.sync.state import read_state, transaction, write_state
from server import apply, commit, disputes, exchange, families, lives
from server.judge import Sealed
from server.refusals import Refused
from tests.sync.simulator import central, people

Piece = tuple[object, str, Any]  # where, under which name, and what takes its place


@contextmanager
def without(rule: str) -> Iterator[None]:
    """The program without a rule of `RULES`."""
    pieces = list(RULES[rule]())
    kept = [(place, name, getattr(place, name)) for place, name, _ in pieces]
    for place, name, other in pieces:
        setattr(place, name, other)
    try:
        yield
    finally:
        for place, name, own in kept:
            setattr(place, name, own)


def _identity() -> Iterator[Piece]:
    """R1: rows that are their natural key get an id of their own on each device."""

    def save_row(db: Database, by: Any, table_name: str, values: dict[str, Any]) -> str:
        kept = rows.natural_id_of
        rows.natural_id_of = lambda _table, _values: by.clock.new_id()
        try:
            return rows.save_row(db, by, table_name, values)
        finally:
            rows.natural_id_of = kept

    yield people, "save_row", save_row


def _captured_later() -> Iterator[Piece]:
    """R2: what is to be sent is noted in a transaction of its own, after that of the edit."""

    @contextmanager
    def edit(db: Database, by: Any, **options: Any) -> Iterator[int]:
        with people_edit(db, by, **options) as group:
            yield group
            noted = db.conn.execute("SELECT * FROM sync_capture WHERE grp = ?", (group,)).fetchall()
            db.conn.execute("DELETE FROM sync_capture WHERE grp = ?", (group,))
        with transaction(db):
            for row in noted:
                db.conn.execute(f"INSERT INTO sync_capture VALUES({','.join('?' * len(row))})", row)

    people_edit = people.edit
    yield people, "edit", edit


def _sealed_anew() -> Iterator[Piece]:
    """R3: what is sent again is not the same bytes."""
    chosen, times = outbox._chosen, [0]

    def other(db: Database, batch_bytes: int) -> list[msgspec.Raw]:
        times[0] += 1
        changed = b'"boot":"%d/' % times[0]
        return [msgspec.Raw(bytes(body).replace(b'"boot":"', changed)) for body in chosen(db, batch_bytes)]

    yield outbox, "_chosen", other


def _late_base() -> Iterator[Piece]:
    """R4: the base of a form is that of the moment in which it is saved."""
    own = people.edit
    yield people, "edit", lambda db, by, seen=None, **options: own(db, by, **options)


def _no_inherited_base() -> Iterator[Piece]:
    """R4: a value that hides behind one's own unsent work counts as seen."""
    yield seal, "inherited_base", lambda _laid, _field: None


def _no_base_of_delete() -> Iterator[Piece]:
    """R4: who deletes a row has seen what hides behind one's own unsent work."""
    yield seal, "base_of_delete", lambda _laid, seen, _seqs, _row_seq: seen


def _promoted_unsealed() -> Iterator[Piece]:
    """R4: what was written before a promotion is not sealed before it."""
    yield promote, "seal_inside", lambda _db, _clock: 0


def _last_wins() -> Iterator[Piece]:
    """R5: whoever comes last is right."""
    yield merge.Arrival, "saw", lambda _self, _seq, _writer, _base: True


def _no_disputes() -> Iterator[Piece]:
    """R5: the value that lost is dropped."""
    yield apply.Work, "open", lambda _self, _entry, _dispute: None


def _own_is_foreign() -> Iterator[Piece]:
    """R5: a device that changes its own value is told that somebody else wrote it."""

    def saw(self: Any, seq: int, writer: Any, base: int) -> bool:
        return seq <= base or (writer.device == self.who.device and writer.m == self.who.m)

    yield merge.Arrival, "saw", saw


def _deletes_win() -> Iterator[Piece]:
    """R6: a delete takes unseen edits with it."""
    yield merge, "_unseen", lambda _state, _arrival: None
    yield families, "unseen_below", lambda _shelf, _key, _arrival: (False, None)


def _deletes_lose() -> Iterator[Piece]:
    """R6: life has no sequence of its own: an edit brings a row back, and nobody is told."""
    own = merge._live

    def live(state: Any, arrival: Any, outcome: Any) -> None:
        before = len(outcome.disputes)
        own(state, arrival, outcome)
        del outcome.disputes[before:]

    yield merge, "_live", live


def _orphans() -> Iterator[Piece]:
    """R6: work below a row that was deleted meanwhile stays below it."""
    yield families, "revived_above", lambda _shelf, _key, _coming: iter(())


def _done_again() -> Iterator[Piece]:
    """R7: what comes twice is done twice."""

    def sorted_out(connection: Any, session: Any, incarnation: int, sealed: list[Sealed], last_mseq: int) -> Any:
        return lives.Sorted(fresh=[one for one in sealed if one.m > 0])

    own = commit._write_results

    def write_results(batch: Any) -> None:
        life = (batch.sender.device, batch.sender.incarnation)
        for table in ("mutation_result", "mutation_quarantine"):
            for sealed, _ in batch.results:
                batch.shelf.connection.exec_driver_sql(
                    f"DELETE FROM {table} WHERE device_id = ? AND incarnation = ? AND m = ?", (*life, sealed.m)
                )
        own(batch)

    def conflict_id(key: Any, dispute: Any, by: Any, place: tuple[str, int]) -> str:
        times[0] += 1
        return own_id(key, dispute, by, (place[0], times[0]))

    times, own_id = [0], disputes.conflict_id
    yield exchange, "sorted_out", sorted_out
    yield commit, "_write_results", write_results
    yield apply, "conflict_id", conflict_id


def _no_rollback() -> Iterator[Piece]:
    """R8: nobody notices that a folder was restored or copied."""
    yield stage, "_goes_on", lambda _db, _state, _answer: True


def _pulls_over() -> Iterator[Piece]:
    """R9: what is pulled is shown whatever is unsent."""
    yield promote, "laid_over", lambda values, _laid, *, deleted: (dict(values), deleted)


def _dropped_when_acked() -> Iterator[Piece]:
    """R9: own work is forgotten once the server has it, before its rows are shown."""

    def mark(db: Database, results: list[Result], server_ms: int) -> None:
        own(db, results, server_ms)
        db.conn.execute("DELETE FROM sync_overlay WHERE mseq IN (SELECT mseq FROM sync_outbox WHERE acked_seq > 0)")
        db.conn.execute("DELETE FROM sync_outbox WHERE acked_seq > 0")

    own = outbox.mark
    yield outbox, "mark", mark


def _cursor_first() -> Iterator[Piece]:
    """R10: the cursor is saved before the rows."""

    def stage_answer(db: Database, request: Request, answer: Answer, timing: Any) -> Any:
        state = read_state(db)
        if answer.epoch == state.epoch and not answer.trouble and answer.last_mseq < state.next_mseq:
            with transaction(db):
                write_state(db, stage_cursor=max(answer.cursor, state.stage_cursor))
            request.stage = max(answer.cursor, state.stage_cursor)
        return own(db, request, answer, timing)

    own = engine.stage_answer
    yield engine, "stage_answer", stage_answer


def _own_left_out() -> Iterator[Piece]:
    """R10: a row is left out of a page when its newest change is one's own, whatever of it was sent before."""
    own = merge.merge
    yield apply, "merge", lambda state, arrival: own(state, replace(arrival, shown_upto=1 << 62))


def _shown_by_page() -> Iterator[Piece]:
    """R10: each page is shown when it is there."""

    def stage_answer(db: Database, request: Request, answer: Answer, timing: Any) -> Any:
        staged = own(db, request, answer, timing)
        if staged.more and not staged.again:
            engine.promote(db, people_clock(db))
        return staged

    own = engine.stage_answer
    yield engine, "stage_answer", stage_answer


def people_clock(db: Database) -> Any:
    """A clock of no importance."""
    from tests.sync.simulator.clocks import DeviceClock, TrueTime

    return DeviceClock(TrueTime(), str(id(db)))


def _refuses_batches() -> Iterator[Piece]:
    """R11: one mutation that cannot be taken, and nothing is."""

    own = apply.Batch._result

    def result(self: Any, m: int, mutation: Any, ops: Any) -> Result:
        found = own(self, m, mutation, ops)
        if found.code:
            raise Refused(found.code, status=409)
        return found

    yield apply.Batch, "_result", result


def _forgets_refused() -> Iterator[Piece]:
    """R11: what cannot be taken is thrown away, here and there."""
    own = central.Central.exchange

    def exchange_(self: Any, request: Request) -> Answer:
        answer = own(self, request)
        self.run("DELETE FROM mutation_quarantine")
        return answer

    yield central.Central, "exchange", exchange_
    yield outbox, "_refused", lambda db, mseq, _result, _ms: forget(db, mseq)


def forget(db: Database, mseq: int) -> None:
    for table in ("sync_outbox", "sync_overlay"):
        db.conn.execute(f"DELETE FROM {table} WHERE mseq = ?", (mseq,))


def _ages() -> Iterator[Piece]:
    """R12: what was deleted is forgotten."""
    own = central.Central.exchange

    def exchange_(self: Any, request: Request) -> Answer:
        answer = own(self, request)
        self.run("DELETE FROM sync_row WHERE deleted = 1")
        return answer

    yield central.Central, "exchange", exchange_


RULES: dict[str, Callable[[], Iterator[Piece]]] = {
    "R1 one id for one natural key": _identity,
    "R2 capture in the same transaction": _captured_later,
    "R3 sealed once": _sealed_anew,
    "R4 base fixed when the form opens": _late_base,
    "R4 base inherited from one's own unsent value": _no_inherited_base,
    "R4 base of a delete behind one's own unsent value": _no_base_of_delete,
    "R4 sealed before promoted": _promoted_unsealed,
    "R5 concurrent when unseen": _last_wins,
    "R5 the loser is kept": _no_disputes,
    "R5 one's own value is seen": _own_is_foreign,
    "R6 a delete yields to what it has not seen": _deletes_win,
    "R6 who edits a deleted row unseen is asked": _deletes_lose,
    "R6 work below a deleted row brings it back": _orphans,
    "R7 once": _done_again,
    "R8 restored folders are found": _no_rollback,
    "R9 unsent work lies over what is pulled": _pulls_over,
    "R9 until it is seen": _dropped_when_acked,
    "R10 cursor with the data": _cursor_first,
    "R10 nothing is left out that was never sent": _own_left_out,
    "R10 visible at once": _shown_by_page,
    "R11 never the whole batch": _refuses_batches,
    "R11 what is refused is kept": _forgets_refused,
    "R12 nothing is dropped by age": _ages,
}
