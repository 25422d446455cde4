"""Photos and reports up to the server and down from it, a piece at a time; between two pieces rows go first.

What was acknowledged is never sent again: an upload goes on at the byte the server has. Bytes count as verified only
when the server's feed says so (`app.sync.feeds`). Nothing is removed here.
"""

import logging
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

from app.errors import CutShort
from app.models.driver import Database
from app.models.ids import Clock
from app.photos.arriving import Arriving, arrived, forget_arrived, take_piece
from app.photos.store import BytesKind, is_whole, read_piece, sizes_of
from app.sync import lanes
from app.sync.engine import Stores
from app.sync.lanes import Spent, Waiting
from app.sync.limits import Limits
from app.sync.moments import passed
from app.sync.protocol import BlobKnown

logger = logging.getLogger(__name__)

PIECE_SECONDS = 5
LEAST_PIECE = 32 << 10
MOST_PIECE = 1 << 20
FIRST_RATE = 32 << 10  # bytes a second, until one was measured
AFTER_CUT_S = 0.1
WINDOW = 4 << 20  # of a large file, read at once from photos.db
_CUTS = 4  # in a row without a byte more
_WHOLE_PIECES = 8  # in a row, before larger ones are tried again
_NEW_RATE = 0.5  # how much of a new measurement counts


@dataclass(frozen=True, slots=True)
class Sent:
    """What the server said to a piece. `offset`: how many bytes it has now. `code`: why it did not take the piece."""

    offset: int = 0
    url: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of bytes that come down; `size` of the whole. None of it: the server has not got them."""

    data: bytes
    size: int


class FileServer(Protocol):
    """The central server, as far as bytes go. All raise the kinds of SyncTrouble."""

    def blobs_known(self, hashes: list[str], *, rehash: bool = False) -> list[BlobKnown]: ...

    def begin_upload(self, sha256: str, size: int, data: bytes) -> Sent:
        """An upload with its first bytes, or how far one is that is under way."""

    def append_upload(self, url: str, offset: int, data: bytes) -> Sent: ...

    def upload_offset(self, url: str) -> Sent: ...

    def fetch_blob(self, sha256: str, start: int, size: int) -> Piece | None:
        """At most `size` bytes from `start` on."""


@dataclass(frozen=True, slots=True)
class Hooks:
    """What happens between two pieces: `report(done, total)` in bytes; `may_continue` false ends the transfer there;
    `rows_first` sends whatever was written meanwhile, and says whether anything was. Each may raise to stop.

    `pause(seconds)`: after a cut, so that the server takes in what came before it is asked how much that was.
    """

    report: Callable[[int, int], None] = lambda _done, _total: None
    may_continue: Callable[[], bool] = lambda: True
    rows_first: Callable[[], bool] = lambda: False
    pause: Callable[[float], None] = time.sleep


@dataclass(frozen=True, slots=True)
class Transferred:
    """What one transfer did. `damaged`: hashes of bytes that are not here as they were taken in, so cannot be sent.

    `stopped`: `paused` or `limit`; empty when all that could go went.
    """

    sent: int = 0
    sent_bytes: int = 0
    received: int = 0
    received_bytes: int = 0
    damaged: tuple[str, ...] = ()
    stopped: str = ""


def transfer_once(
    stores: Stores, server: FileServer, clock: Clock, *, hooks: Hooks | None = None, limits: Limits | None = None
) -> Transferred:
    """Send and fetch what waits, lane by lane. What was done before a trouble is kept. Raises kinds of SyncTrouble."""
    return _Transfer(stores, server, clock, hooks or Hooks(), limits or Limits()).run()


@dataclass(slots=True)
class _Pace:
    """How fast the link is in one direction, and how much goes through between two cuts, from the pieces that went.

    What was under way when a link breaks may be lost, so pieces are small for a while after that.
    """

    rate: float = FIRST_RATE
    most: int = MOST_PIECE
    through: int = 0  # bytes since the last cut
    whole: int = 0  # pieces since then, or since `most` grew

    @property
    def piece(self) -> int:
        return int(max(min(self.rate * PIECE_SECONDS, self.most), LEAST_PIECE))

    def measured(self, size: int, took_ms: int) -> None:
        rate = size * 1000 / max(took_ms, 1)
        if size >= LEAST_PIECE or rate > self.rate:  # what a small piece takes is mostly the way there and back
            self.rate += _NEW_RATE * (rate - self.rate)
        self.through += size
        self.whole += 1
        if self.whole == _WHOLE_PIECES:
            self.most, self.whole = min(self.most * 2, MOST_PIECE), 0

    def was_cut(self) -> None:
        self.rate /= 2
        self.most = min(max(self.through // 2, LEAST_PIECE), MOST_PIECE)
        self.through = self.whole = 0


@dataclass(slots=True)
class _Transfer:
    stores: Stores
    server: FileServer
    clock: Clock
    hooks: Hooks
    limits: Limits
    said: Transferred = field(default_factory=Transferred)
    up: _Pace = field(default_factory=_Pace)
    down: _Pace = field(default_factory=_Pace)
    asked: set[str] = field(default_factory=set)  # whether the server has them
    refusals: Counter[str] = field(default_factory=Counter)
    unsure: set[str] = field(default_factory=set)  # how far the server got with them
    whole: str = ""  # the hash of the file that was found undamaged
    window: tuple[str, int, bytes] = ("", 0, b"")
    cuts: int = 0

    def run(self) -> Transferred:
        self._refresh()
        while True:
            if not self.hooks.may_continue():
                return replace(self.said, stopped="paused")
            waiting, spent = self.stores.records(self._next)
            if waiting is None:
                return self.said
            if self.limits.daily_bytes is not None and spent.size >= self.limits.daily_bytes:
                return replace(self.said, stopped="limit")
            try:
                self._step(waiting, spent)
            except CutShort as cut:
                self._on_cut(waiting, cut)
            self.hooks.report(self._done, self._done + self.stores.records(self._left))
            if self.hooks.rows_first():
                self._refresh()

    @property
    def _done(self) -> int:
        return self.said.sent_bytes + self.said.received_bytes

    @property
    def _most(self) -> int:
        """The last lane that goes."""
        return lanes.THUMBNAILS if self.limits.thumbnails_only else lanes.ON_DEMAND

    def _refresh(self) -> None:
        hashes = self.stores.records(lanes.unqueued)
        sizes = self.stores.photos(lambda photos: sizes_of(photos, hashes)) if hashes else {}
        self.stores.records(lambda db: lanes.refresh(db, sizes))

    def _next(self, db: Database) -> tuple[Waiting | None, Spent]:
        return lanes.next_waiting(db, self._now_ms(), most=self._most), lanes.read_spent(db, self.clock.now())

    def _left(self, db: Database) -> int:
        return lanes.bytes_left(db, most=self._most)

    def _step(self, waiting: Waiting, spent: Spent) -> None:
        if not waiting.goes_up:
            self._fetch(waiting, spent)
        elif waiting.sha256 in self.unsure and waiting.upload_url:
            self._ask_offset(waiting, waiting.upload_url, spent)
        elif waiting.sha256 not in self.asked:
            self._ask(waiting, spent)
        elif self._is_whole(waiting):
            self._send(waiting, spent)

    def _on_cut(self, waiting: Waiting, cut: CutShort) -> None:
        """The next time the server is asked how far it got. Raises the trouble when no byte gets through any more."""
        self.cuts += 1
        if self.cuts > _CUTS:
            raise cut
        logger.info("transfer cut: %s", cut.detail)
        self.hooks.pause(AFTER_CUT_S)
        (self.up if waiting.goes_up else self.down).was_cut()
        self.unsure.add(waiting.sha256)
        if not waiting.upload_url:
            self.asked.discard(waiting.sha256)

    def _ask(self, waiting: Waiting, spent: Spent) -> None:
        most = self._most
        hashes = self.stores.records(lambda db: lanes.to_ask_about(db, self._now_ms(), self.asked, most=most))
        known = self.server.blobs_known(hashes)
        self.asked |= {*hashes, waiting.sha256}
        said = next((one for one in known if one.sha256 == waiting.sha256), None)
        if said and waiting.sha256 in self.unsure:
            self._count_through(waiting, said.offset, spent)
            if said.state != "partial":  # else the connection that broke may still hold bytes: they are asked for next
                self.unsure.discard(waiting.sha256)
        self.stores.records(lambda db: lanes.note_known(db, known, self._now_ms(), spent))

    def _ask_offset(self, waiting: Waiting, url: str, spent: Spent) -> None:
        said = self.server.upload_offset(url)
        self.unsure.discard(waiting.sha256)
        if said.code:
            self.asked.discard(waiting.sha256)
        self._count_through(waiting, said.offset, spent)
        self._note_offset(waiting, replace(said, url=url), spent)

    def _count_through(self, waiting: Waiting, offset: int, spent: Spent) -> None:
        """What got through of a piece that was cut, or whose answer was lost."""
        size = max(0, offset - waiting.offset)
        spent.size += size
        self.cuts = 0 if size else self.cuts
        done = int(offset >= waiting.size)
        self.said = replace(self.said, sent_bytes=self.said.sent_bytes + size, sent=self.said.sent + done)

    def _is_whole(self, waiting: Waiting) -> bool:
        """Bytes that are damaged here are told, and not sent."""
        if self.whole != waiting.sha256:
            if not self.stores.photos(lambda photos: is_whole(photos, waiting.sha256)):
                logger.error("bytes damaged: %s", waiting.sha256)
                self.said = replace(self.said, damaged=(*self.said.damaged, waiting.sha256))
                self._note_failed(waiting)
                return False
            self.whole = waiting.sha256
        return True

    def _send(self, waiting: Waiting, spent: Spent) -> None:
        data, started_ms = self._piece(waiting), self.clock.uptime_ms()
        if waiting.upload_url:
            sent = self.server.append_upload(waiting.upload_url, waiting.offset, data)
        else:
            sent = self.server.begin_upload(waiting.sha256, waiting.size, data)
        spent.size += len(data)
        if sent.code:
            self._on_refused(waiting, sent.code, spent)
            return
        passed("after:piece")
        self.up.measured(len(data), self.clock.uptime_ms() - started_ms)
        done = int(sent.offset >= waiting.size)
        self.said = replace(self.said, sent_bytes=self.said.sent_bytes + len(data), sent=self.said.sent + done)
        if sent.offset <= waiting.offset < waiting.size and waiting.upload_url:
            self._note_failed(waiting)
        else:
            self._note_offset(waiting, replace(sent, url=sent.url or waiting.upload_url or ""), spent)

    def _piece(self, waiting: Waiting) -> bytes:
        sha256, start, window = self.window
        at = waiting.offset - start
        wanted = min(self.up.piece, waiting.size - waiting.offset)
        if sha256 != waiting.sha256 or at < 0 or at + wanted > len(window):
            window = self.stores.photos(lambda photos: read_piece(photos, waiting.sha256, waiting.offset, WINDOW))
            self.window, at = (waiting.sha256, waiting.offset, window), 0
        return window[at : at + wanted]

    def _note_offset(self, waiting: Waiting, said: Sent, spent: Spent) -> None:
        now_ms = self._now_ms()
        if said.offset >= waiting.size:
            self.stores.records(lambda db: lanes.note_sent(db, waiting.sha256, now_ms, spent))
        else:
            url = said.url if not said.code else None
            self.stores.records(lambda db: lanes.note_offset(db, waiting.sha256, said.offset, url, spent))
        if said.offset > waiting.offset:
            self.cuts = 0
        passed("after:T5")

    def _on_refused(self, waiting: Waiting, code: str, spent: Spent) -> None:
        logger.info("piece not taken: %s", code)
        match code:
            case "have":  # somebody else was quicker
                self._note_offset(waiting, Sent(waiting.size), spent)
            case "offset":
                self.unsure.add(waiting.sha256)
                self._count_refusal(waiting)
            case "gone":
                self.stores.records(lambda db: lanes.note_offset(db, waiting.sha256, 0, None, spent))
                self._count_refusal(waiting)
            case "checksum":
                raise CutShort(code)
            case "wrong-bytes":
                self.whole = ""  # so that our own are read again before they are sent again
                self._note_failed(waiting, anew=True)
            case _:
                self._note_failed(waiting)

    def _count_refusal(self, waiting: Waiting) -> None:
        """What a server says again and again of the same bytes is not listened to without end."""
        self.refusals[waiting.sha256] += 1
        if self.refusals[waiting.sha256] > _CUTS:
            self._note_failed(waiting)

    def _note_failed(self, waiting: Waiting, *, anew: bool = False) -> None:
        now_ms = self._now_ms()
        self.stores.records(lambda db: lanes.note_failed(db, waiting.sha256, now_ms, anew=anew))

    def _fetch(self, waiting: Waiting, spent: Spent) -> None:
        sha256, started_ms = waiting.sha256, self.clock.uptime_ms()
        start = self.stores.photos(lambda photos: arrived(photos, sha256))
        piece = self.server.fetch_blob(sha256, start, self.down.piece)
        if piece is None:
            self.stores.photos(lambda photos: forget_arrived(photos, sha256))
            self.stores.records(lambda db: lanes.note_lost_there(db, sha256))
            return
        self.down.measured(len(piece.data), self.clock.uptime_ms() - started_ms)
        self.cuts = 0
        spent.size += len(piece.data)
        self.said = replace(self.said, received_bytes=self.said.received_bytes + len(piece.data))
        self._keep_piece(waiting, start, piece, spent)
        passed("after:T5")

    def _keep_piece(self, waiting: Waiting, start: int, piece: Piece, spent: Spent) -> None:
        sha256, kind = waiting.sha256, BytesKind(waiting.kind or BytesKind.WORKING)
        is_right = self.stores.photos(
            lambda photos: take_piece(photos, Arriving(sha256, kind, piece.size), start, piece.data)
        )
        if is_right is None:
            self.stores.records(lambda db: lanes.note_begun(db, sha256, spent))
        elif is_right:
            self.stores.records(lambda db: lanes.note_here(db, sha256, piece.size, spent))
            self.said = replace(self.said, received=self.said.received + 1)
        else:
            logger.error("bytes came down wrong: %s", sha256)
            self._note_failed(waiting)

    def _now_ms(self) -> int:
        return int(self.clock.now().timestamp() * 1000)
