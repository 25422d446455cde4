"""Rows packed into segments: pieces of about the same size, each with whole scopes where these are small. Pure."""

import hashlib
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

SEGMENT_BYTES = 128 << 10  # packed: about a second on a slow link, so that the first factory is there soon
_MOST_RAW_BYTES = 4 << 20  # inflated: half of what a laptop takes at once
_FIRST_GUESS = 0.2  # what packing leaves of a row
_GZIP = 16 + zlib.MAX_WBITS


@dataclass(frozen=True, slots=True)
class Segment:
    """`data`: gzip of a SegmentRows message."""

    sha256: str
    data: bytes
    rows: int
    scopes: tuple[str, ...]


@dataclass(slots=True)
class _Pack:
    """Rows that will be a segment, by scope."""

    scopes: dict[str, list[bytes]] = field(default_factory=dict)
    size: int = 0

    def add(self, scope: str, row: bytes) -> None:
        self.scopes.setdefault(scope, []).append(row)
        self.size += len(row) + 1

    def without(self, scope: str) -> "_Pack":
        """This pack but for the rows of one scope, which it loses to itself: they begin the next one."""
        rest = _Pack({name: rows for name, rows in self.scopes.items() if name != scope})
        rest.size = sum(len(row) + 1 for rows in rest.scopes.values() for row in rows)
        self.scopes = {scope: self.scopes[scope]}
        self.size -= rest.size
        return rest

    def closed(self) -> Segment:
        rows = [row for rows in self.scopes.values() for row in rows]
        packer = zlib.compressobj(9, zlib.DEFLATED, _GZIP)
        data = packer.compress(b'{"rows":[' + b",".join(rows) + b"]}") + packer.flush()
        return Segment(hashlib.sha256(data).hexdigest(), data, len(rows), tuple(self.scopes))


def packed(rows: Iterable[tuple[str, bytes]], *, limit: int = SEGMENT_BYTES) -> Iterator[Segment]:
    """Segments of about `limit` bytes from (scope, encoded row), which come scope by scope.

    Small scopes share a segment, whole; the scope "" and one that is too large for a segment have theirs alone.
    """
    pack, ratio, cut = _Pack(), _FIRST_GUESS, ""
    for scope, row in rows:
        if scope not in pack.scopes and ("" in pack.scopes or cut in pack.scopes):
            yield pack.closed()
            pack = _Pack()
        pack.add(scope, row)
        if pack.size < min(limit / ratio, _MOST_RAW_BYTES):
            continue
        full = pack.without(scope) if len(pack.scopes) > 1 else pack
        segment = full.closed()
        yield segment
        ratio = len(segment.data) / full.size
        if full is pack:
            pack, cut = _Pack(), scope
    if pack.size:
        yield pack.closed()
