"""What a laptop fetches beside exchanges, of the real server in process; and a line to it that is cut anywhere."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from obstore.store import MemoryStore

from app.errors import CutShort, ServerRefuses
from app.sync import wire
from app.sync.protocol import (
    SCHEMA,
    Fetch,
    Fetched,
    Manifest,
    ManifestWanted,
    Marks,
    MarksWanted,
    Message,
    Sums,
    SumsWanted,
)
from app.sync.whole import Hooks, exchange_all
from server import repair
from server.refusals import Refused
from server.segments import Segments
from tests.sync.laptops import Laptop, OneServer


@dataclass
class OneBulk:
    """`cuts`: after how many bytes of a segment the line breaks, one number for each time it is asked for one; then
    never. `asked`: (segment, start) of each. `piece`: bytes that come at once."""

    server: OneServer
    device: str
    worthwhile: int = 3
    piece: int = 1_000
    cuts: list[int] = field(default_factory=list)
    asked: list[tuple[str, int]] = field(default_factory=list)
    manifests: int = 0
    lost: set[str] = field(default_factory=set)
    damaged: set[str] = field(default_factory=set)
    store: MemoryStore = field(default_factory=MemoryStore)

    @property
    def segments(self) -> Segments:
        return Segments(self.server.database, self.store, lambda: self.server.now_ms, worthwhile=self.worthwhile)

    def manifest(self) -> Manifest:
        self.manifests += 1
        self.lost.clear()  # a new snapshot puts them again
        asked = ManifestWanted(schema=SCHEMA)
        return _over(Manifest, self.segments.manifest(self.server.session(self.device), asked))

    def segment(self, sha256: str, start: int) -> Iterator[bytes]:
        self.asked.append((sha256, start))
        if sha256 in self.lost:
            self.lost.remove(sha256)
            raise ServerRefuses("no-such-segment", status=404)
        try:
            data = self.segments.read(self.server.tenant, sha256)
        except Refused as refused:
            raise ServerRefuses(refused.code, status=refused.status) from refused
        if sha256 in self.damaged:
            self.damaged.remove(sha256)
            data = data[:-1] + b"?"
        left = self.cuts.pop(0) if self.cuts else 10**9
        for at in range(start, len(data), self.piece):
            if left < self.piece:
                raise CutShort("cut")
            left -= self.piece
            yield data[at : at + self.piece]

    def sums(self) -> Sums:
        return _over(Sums, repair.sums(self.server.database, self.server.tenant, SumsWanted(schema=SCHEMA)))

    def marks(self, asked: MarksWanted) -> Marks:
        arrived = _over(MarksWanted, asked)
        return _over(Marks, repair.marks(self.server.database, self.server.tenant, arrived, limit=5))

    def fetch(self, asked: Fetch) -> Fetched:
        return _over(Fetched, repair.fetch(self.server.database, self.server.tenant, _over(Fetch, asked)))


def _over(kind: type[Message], message: Message) -> Message:
    """Through bytes, as over a network."""
    return wire.unpack(kind, *wire.pack(message))


def whole(laptop: Laptop, bulk: OneBulk | None = None, **known: object):
    """One whole exchange of a laptop, as the window makes it."""
    laptop.clock.move(seconds=1)
    return exchange_all(
        laptop, laptop.server, bulk or OneBulk(laptop.server, laptop.device), laptop.clock, hooks=Hooks(**known)
    )
