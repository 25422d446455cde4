"""One exchange: take the work, then give the next page. Knows no HTTP and no clock, and holds nothing between two."""

from dataclasses import dataclass, field

import sqlalchemy as sa

from app.sync.protocol import PROTO, SCHEMA, Answer, Request, Result, Trouble
from app.sync.schemas import OLDEST
from server import tables
from server.apply import Batch, Sender
from server.commit import Head, read_head, write_batch
from server.database import Database
from server.epochs import Epochs, read_epochs
from server.judge import opened
from server.lives import Life, Reached, begin_life, in_runs, keep_life, read_life, sent_before, sorted_out
from server.pull import Page, Reader, read_page
from server.refusals import Refused
from server.sessions import DeviceSession
from server.shelf import Shelf

MOST_MUTATIONS = 5_000  # of one request; further ones get no result, so that they are sent again
TWO_INCARNATIONS = "two-incarnations"
_SEEN_EVERY_MS = 60_000
_MOST_LIVES = 1 << 31
_NOBODYS = "?"  # a hand that no device can have


@dataclass(slots=True)
class _Taken:
    """What came of the pushed part. `was`: the head before it. `newest`: the last number that was sent."""

    was: Head
    last_mseq: int
    newest: int
    results: list[Result] = field(default_factory=list)
    trouble: Trouble | None = None


def handle_exchange(database: Database, session: DeviceSession, request: Request, now_ms: int) -> Answer:
    """Raises Refused, and Busy; then nothing was changed."""
    if request.proto != PROTO:
        raise Refused("proto", str(request.proto))
    if request.device not in ("", session.device):
        raise Refused("device", status=403)
    if not 1 <= request.inc < _MOST_LIVES:
        raise Refused("shape", "incarnation")
    taken: _Taken | None = None
    is_news = bool(request.mutations) or database.read(lambda read: _is_news(read, session, request, now_ms))
    if is_news:
        taken = database.write(lambda connection, alone: _push(connection, alone, session, request, now_ms))
    newest = taken.newest if taken else 0
    return database.read(lambda connection: _answer(connection, session, request, taken, newest, now_ms))


def _is_news(connection: sa.Connection, session: DeviceSession, request: Request, now_ms: int) -> bool:
    """Whether it is worth writing down that the device was here."""
    life = read_life(connection, session, request.inc)
    return life is None or now_ms - life.last_seen_ms >= _SEEN_EVERY_MS


def _push(connection: sa.Connection, alone: bool, session: DeviceSession, request: Request, now_ms: int) -> _Taken:
    # Anew at every try: what is made of them on the way must not be there any more when it was undone.
    sealed = [opened(bytes(raw)) for raw in request.mutations[:MOST_MUTATIONS]]
    newest = max((one.m for one in sealed), default=0)
    life = _life(connection, session, request, now_ms)
    head = read_head(connection, session.tenant, alone=alone)
    epochs = read_epochs(connection, session.tenant)
    _refuse_rolled_back(request, epochs, head)
    if request.epoch != epochs.current:
        sealed = []  # first the laptop gives back what was lost; then it sends its work again
    done = sorted_out(connection, session, request.inc, sealed, life.last_mseq)
    sender = Sender(session.tenant, session.user_id, session.device, request.inc, life.enrolled_ms, life.lost)
    batch = Batch(Shelf(connection, session.tenant), sender, request, epochs, head.seq, now_ms)
    batch.take(done.fresh)
    write_batch(batch)
    last_mseq = done.fresh[-1].m if done.fresh else life.last_mseq
    cursor = min(max(request.cursor, 0), head.seq)
    keep_life(connection, session, request, Reached(last_mseq, cursor, batch.lost), now_ms)
    return _Taken(head, last_mseq, newest, [*done.known, *(result for _, result in batch.results)], done.trouble)


def _refuse_rolled_back(request: Request, epochs: Epochs, head: Head) -> None:
    """Raises Refused when a laptop has seen more than there is: somebody put back an older database and told nobody.

    Its work would get sequences that mean something else to the laptops. `gemba-server restore` begins a new epoch.
    """
    if request.epoch == epochs.current and request.cursor > head.seq:
        raise Refused("rolled-back", status=409)


def _life(connection: sa.Connection, session: DeviceSession, request: Request, now_ms: int) -> Life:
    while (life := read_life(connection, session, request.inc, locked=True)) is None:
        begin_life(connection, session, request.inc, now_ms)
    return life


def _answer(
    connection: sa.Connection, session: DeviceSession, request: Request, taken: _Taken | None, newest: int, now_ms: int
) -> Answer:
    head = read_head(connection, session.tenant)
    epochs = read_epochs(connection, session.tenant)
    _refuse_rolled_back(request, epochs, head)
    life = read_life(connection, session, request.inc)
    told = max(request.acked, newest, sent_before(connection, session, life, request))
    # What the folder never said it wrote may be the work of a copy of it, which it has not: then it is sent all rows.
    hand = f"{session.device}.{request.inc}" if life is None or life.last_mseq <= told else _NOBODYS
    since = min(max(request.stage, 0), epochs.ceiling(request.epoch, head.seq), head.seq)
    page = _page(connection, request, _reader(session, request, hand, since), head, epochs)
    return Answer(
        server=connection.execute(sa.select(tables.server_identity.c.id)).scalar_one(),
        epoch=epochs.current,
        epoch_head=epochs.head if request.epoch == epochs.current else epochs.ceiling(request.epoch, head.seq),
        server_ms=now_ms,
        last_mseq=taken.last_mseq if taken else life.last_mseq if life else 0,
        results=in_runs(taken.results) if taken else [],
        trouble=taken.trouble if taken else None,
        rows=page.rows,
        cursor=page.cursor,
        more=page.more,
        head=head.seq,
        min_schema=OLDEST,
        update=request.schema < OLDEST,
        checksum_differs=_differs(request, epochs, taken.was if taken else head),
        notices=[TWO_INCARNATIONS] if life and life.twin else [],
    )


def _reader(session: DeviceSession, request: Request, hand: str, since: int) -> Reader:
    """Parts are of use to a program of today's shape alone, and only where its cursor is where the page begins."""
    parts = request.want.parts and request.schema == SCHEMA and request.cursor == since
    return Reader(session.tenant, hand, since, request.schema, parts=parts)


def _page(connection: sa.Connection, request: Request, reader: Reader, head: Head, epochs: Epochs) -> Page:
    if not request.want.rows or request.schema < OLDEST or request.epoch != epochs.current:
        return Page(reader.since)
    return read_page(connection, reader, head=head.seq, max_bytes=request.want.max_bytes)


def _differs(request: Request, epochs: Epochs, was: Head) -> bool:
    """Rows are only known as they are now, so sums are compared where the laptop has seen everything."""
    comparable = request.epoch == epochs.current and request.cursor == was.seq
    return request.checksum is not None and comparable and request.checksum != was.sums
