"""What waits for the server: chosen for a request, marked by answers, numbered anew when the folder was restored."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from app.models.driver import Database
from app.sync.overlay import DELETED, LIFE, REFUSED, TAKEN, RowKey, laid_on, put_laid
from app.sync.protocol import (
    DONE,
    PROTO,
    SCHEMA,
    Mutation,
    Op,
    Request,
    Result,
    Want,
    encoded,
    mutation_decoder,
)
from app.sync.recover import Loss, Offer, lost_work, mutations
from app.sync.state import read_state, transaction, write_state
from app.sync.wire import MAX_INFLATED, MAX_PACKED, pack

_ROOM = 1 << 17  # of a message, for all that is not mutations
_MOST = 5_000  # mutations of one request: the server looks at no more
_PROBED, _PROBED_FOLD = 500, 3  # so many mutations, so many times the room: few ones pack worse than many
_PENDING = "status IS NULL"
GIVEN_BACK = 0  # the group of what no person did: rows that the server had lost


def count_pending(db: Database, below: int = 1 << 62) -> int:
    """Sealed mutations, numbered below `below`, of which the server has not said what became of them."""
    return int(
        db.conn.execute(f"SELECT count(*) FROM sync_outbox WHERE {_PENDING} AND mseq < ?", (below,)).fetchone()[0]
    )


def can_promote(db: Database) -> bool:
    """Whether the cursor can move, or own work is confirmed that it has passed."""
    return bool(
        db.conn.execute(
            "SELECT stage_cursor > cursor OR EXISTS (SELECT 1 FROM sync_outbox WHERE acked_seq <= cursor)"
            " OR EXISTS (SELECT 1 FROM sync_stage) FROM sync_state"
        ).fetchone()[0]
    )


def collect(db: Database, batch_bytes: int, *, client_ms: int, boot: str = "", mono: int | None = None) -> Request:
    """The next request: as many mutations, oldest first, as pack into `batch_bytes`, but one at least. 0: none."""
    state = read_state(db)
    return Request(
        proto=PROTO,
        schema=SCHEMA,
        device=state.device_id,
        inc=state.incarnation,
        epoch=state.epoch,
        client_ms=client_ms,
        boot=boot,
        mono=mono,
        mutations=_chosen(db, batch_bytes) if batch_bytes else [],
        cursor=state.cursor,
        stage=state.stage_cursor,
        want=Want(max_bytes=min(4 * max(batch_bytes, 1 << 13), MAX_PACKED - _ROOM), bzip2=True, parts=_is_sure(db)),
        acked=state.acked_m,
    )


def newest_of(request: Request) -> int:
    """The number of the last mutation in it, 0 for none."""
    return mutation_decoder.decode(request.mutations[-1]).m if request.mutations else 0


def fingerprint(db: Database, mseq: int) -> tuple[int, str] | None:
    """By which the server knows a mutation that this folder sent, while nobody said what became of it."""
    row = db.conn.execute(f"SELECT hex(body_sha256) FROM sync_outbox WHERE mseq = ? AND {_PENDING}", (mseq,)).fetchone()
    return (mseq, row[0].lower()) if row else None


def _is_sure(db: Database) -> bool:
    """Whether every row here is what it was at the server at the cursor: sums were compared, and nothing is staged or
    waits to be folded in."""
    return bool(
        db.conn.execute(
            "SELECT checked_ms IS NOT NULL AND stage_cursor = cursor AND NOT EXISTS (SELECT 1 FROM sync_stage)"
            " AND NOT EXISTS (SELECT 1 FROM sync_outbox WHERE acked_seq <= cursor) FROM sync_state"
        ).fetchone()[0]
    )


def _chosen(db: Database, batch_bytes: int) -> list[msgspec.Raw]:
    """How well the first ones pack says how many there are to be: packing is what takes time."""
    limit = min(batch_bytes, MAX_PACKED - _ROOM)
    rows = db.conn.execute(f"SELECT body FROM sync_outbox WHERE {_PENDING} ORDER BY mseq LIMIT {_MOST}")
    waiting = list(_within((msgspec.Raw(body) for (body,) in rows), MAX_INFLATED - _ROOM))
    if _size(waiting) <= limit:
        return waiting
    first = list(_within(waiting[:_PROBED], _PROBED_FOLD * limit))
    return list(_within(waiting, _size(first) * limit // _packed(first)))


def _within(bodies: Iterable[msgspec.Raw], most: int) -> Iterator[msgspec.Raw]:
    """The first ones, of `most` bytes together, but one at least."""
    left = most
    for number, body in enumerate(bodies):
        left -= len(bytes(body))
        if number and left < 0:
            return
        yield body


def _size(bodies: Iterable[msgspec.Raw]) -> int:
    return sum(len(bytes(body)) for body in bodies)


def _packed(bodies: list[msgspec.Raw]) -> int:
    empty = Request(proto=PROTO, schema=SCHEMA, device="", inc=1, epoch="", client_ms=0)
    return len(pack(msgspec.structs.replace(empty, mutations=bodies), bzip2=True)[0])


def mark(db: Database, results: Iterable[Result], server_ms: int) -> None:
    """Store what became of mutations; inside the caller's transaction. Told twice is no harm."""
    for result in results:
        numbers = range(result.m, result.m + result.n)
        if result.status in DONE:
            db.conn.executemany(
                f"UPDATE sync_outbox SET status = ?, acked_seq = ?, acked_ms = ? WHERE mseq = ? AND {_PENDING}",
                [(result.status, result.seq + i, server_ms, number) for i, number in enumerate(numbers)],
            )
        else:
            for number in numbers:
                _refused(db, number, result, server_ms)


def _refused(db: Database, mseq: int, result: Result, server_ms: int) -> None:
    """Out of the queue; the work stays on the page, unless the person wrote over it since."""
    refused = db.conn.execute(
        "INSERT INTO sync_rejected(incarnation, mseq, body, code, tbl, field, at_ms)"
        f" SELECT s.incarnation, o.mseq, o.body, ?, ?, ?, ? FROM sync_outbox o, sync_state s"
        f" WHERE o.mseq = ? AND o.{_PENDING} RETURNING id, body",
        (result.code or result.status, result.table, result.field, server_ms, mseq),
    ).fetchall()
    for number, body in refused:
        db.conn.execute("DELETE FROM sync_outbox WHERE mseq = ?", (mseq,))
        db.conn.execute(
            "DELETE FROM sync_overlay AS gone WHERE mseq = ? AND EXISTS (SELECT 1 FROM sync_overlay l WHERE"
            " l.tbl = gone.tbl AND l.row_id = gone.row_id AND l.mseq > gone.mseq"
            " AND (l.field = gone.field OR gone.field = '*' OR (l.field = '*' AND l.value = ?)))",
            (mseq, DELETED),
        )
        db.conn.execute("UPDATE sync_overlay SET mseq = ? WHERE mseq = ?", (REFUSED + number, mseq))
        _reopen(db, mutation_decoder.decode(body).closes)


def _reopen(db: Database, conflicts: list[str]) -> None:
    db.conn.executemany("UPDATE sync_conflict SET closing = 0 WHERE id = ?", [(one,) for one in conflicts])


def send_again_from(db: Database, mseq: int) -> bool:
    """The server does not have `mseq` and what follows: they wait again. False when it is no longer in the outbox."""
    if not db.conn.execute("SELECT 1 FROM sync_outbox WHERE mseq = ?", (mseq,)).fetchone():
        return False
    db.conn.execute("UPDATE sync_outbox SET status = NULL, acked_seq = NULL, acked_ms = NULL WHERE mseq >= ?", (mseq,))
    write_state(db, acked_m=mseq - 1)
    return True


def begin_incarnation(db: Database, incarnation: int, *, epoch: tuple[str, int] | None = None) -> int:
    """What waits is numbered from 1 as the work of a new incarnation (R8), since this folder was restored or copied.

    `epoch`: the server was set back, to this head: what this laptop knows and the server lost is offered to it first;
    what waits names the epoch that it was sealed in, so that the server knows what its writer had seen.
    What the server still has of our confirmed work stays until the cursor has passed it. Returns how many wait.
    """
    with transaction(db):
        recovered, shown = lost_work(db, _loss(db, epoch)) if epoch else ([], {})
        rows = db.conn.execute("SELECT mseq, status, acked_seq, body FROM sync_outbox ORDER BY mseq").fetchall()
        taken = [mseq for mseq, status, acked, __ in rows if status and (not epoch or acked <= epoch[1])]
        done = set(taken)
        waiting = [(mseq, mutation_decoder.decode(body)) for mseq, __, __, body in rows if mseq not in done]
        first = len(recovered) + 1
        _renumber(db, [(mseq, TAKEN + number) for number, mseq in enumerate(taken)])
        _renumber(db, [(mseq, number) for number, (mseq, __) in enumerate(waiting, start=first)])
        for number, (__, mutation) in enumerate(waiting, start=first):
            _rewrite(db, number, mutation)
        for number, mutation in enumerate(recovered, start=1):
            _add_recovered(db, number, mutation, shown)
        if epoch:
            _set_back(db, *epoch)
        last = len(recovered) + len(waiting)
        write_state(db, incarnation=incarnation, next_mseq=last + 1, acked_m=0, checked_ms=None)
        return last


def _renumber(db: Database, pairs: list[tuple[int, int]]) -> None:
    """By way of numbers that nobody has, since old and new ones overlap."""
    far = 1 << 60
    for table in ("sync_outbox", "sync_overlay"):
        db.conn.executemany(f"UPDATE {table} SET mseq = ? WHERE mseq = ?", [(far + new, old) for old, new in pairs])
    for table in ("sync_outbox", "sync_overlay"):
        db.conn.executemany(f"UPDATE {table} SET mseq = ? WHERE mseq = ?", [(new, far + new) for __, new in pairs])


def _rewrite(db: Database, number: int, mutation: Mutation) -> None:
    mutation.m = number
    body = encoded(mutation)
    db.conn.execute(
        "UPDATE sync_outbox SET body = ?, body_sha256 = ?, status = NULL, acked_seq = NULL, acked_ms = NULL"
        " WHERE mseq = ?",
        (body, hashlib.sha256(body).digest(), number),
    )


def give_back(db: Database, offers: Iterable[Offer], loss: Loss) -> int:
    """What the server has lost waits to be sent to it, after all that waits already; inside the caller's transaction.
    How many rows that are."""
    offers = list(offers)
    made, shown = list(mutations(offers, loss)), {(offer.op.table, offer.op.id): offer.op for offer in offers}
    first = read_state(db).next_mseq
    for number, mutation in enumerate(made, start=first):
        _add_recovered(db, number, mutation, shown)
    write_state(db, next_mseq=first + len(made))
    return sum(len(mutation.ops) for mutation in made)


def _loss(db: Database, epoch: tuple[str, int]) -> Loss:
    state = read_state(db)
    return Loss(state.epoch, state.cursor, epoch[1])


def _add_recovered(db: Database, number: int, mutation: Mutation, shown: Mapping[RowKey, Op]) -> None:
    """`shown`: of each row, the part that is on the page, and so has to stay there."""
    mutation.m = number
    body = encoded(mutation)
    db.conn.execute(
        "INSERT INTO sync_outbox(mseq, grp, at_ms, body, body_sha256) VALUES(?, ?, ?, ?, ?)",
        (number, GIVEN_BACK, mutation.at, body, hashlib.sha256(body).digest()),
    )
    for op in filter(None, (shown.get((op.table, op.id)) for op in mutation.ops)):
        fields = {**op.set} if op.life is None else {**op.set, LIFE: op.life}
        over = {one.field for one in laid_on(db, op.table, [op.id])[op.id]}  # what was refused lies over what was lost
        laid = [(op.table, op.id, n, number, mutation.base, value) for n, value in fields.items() if n not in over]
        put_laid(db, laid)


def _set_back(db: Database, epoch: str, head: int) -> None:
    cursor = min(read_state(db).cursor, head)
    if db.conn.execute("DELETE FROM sync_segment").rowcount:
        cursor = 0  # a snapshot that was not shown to its end: the server has another one now
    db.conn.execute("DELETE FROM sync_stage WHERE row_seq > ?", (cursor,))
    db.conn.execute("UPDATE sync_overlay SET base_seq = min(base_seq, ?)", (head,))
    db.conn.execute("UPDATE sync_capture SET seen = min(seen, ?)", (cursor,))
    write_state(db, epoch=epoch, cursor=cursor, stage_cursor=cursor, bytes_unsure=1, set_back_to=head)
    db.conn.execute("UPDATE sync_state SET set_backs = set_backs + 1")  # forms opened before it have seen other rows
