"""Rows packed into segments: pieces of about the same size, each with whole scopes where these are small. Pure."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from app.sync.compact import rows_compacted
from app.sync.protocol import Row, SegmentRows, encoded
from app.sync.wire import packed as smaller

SEGMENT_BYTES = 128 << 10  # packed: about a second on a slow link, so that the first factory is there soon
_MOST_RAW_BYTES = 4 << 20  # inflated: half of what a laptop takes at once
_MOST_ROWS = 20_000
_FIRST_GUESS = 0.3  # what packing leaves of a row; less, as soon as one segment is packed


@dataclass(frozen=True, slots=True)
class Segment:
    """`data`: a SegmentRows message, packed."""

    sha256: str
    data: bytes
    rows: int
    scopes: tuple[str, ...]


@dataclass(slots=True)
class _Pack:
    """Rows that will be a segment, by scope, each with its size as JSON."""

    scopes: dict[str, list[tuple[int, Row]]] = field(default_factory=dict)
    size: int = 0
    rows: int = 0

    def add(self, row: Row) -> None:
        size = len(encoded(row))
        self.scopes.setdefault(row.scope, []).append((size, row))
        self.size += size
        self.rows += 1

    def without(self, scope: str) -> "_Pack":
        """This pack but for the rows of one scope, which it keeps for itself: they begin the next one."""
        kept = self.scopes.pop(scope)
        rest = _Pack(self.scopes, self.size, self.rows)
        self.scopes, self.rows = {scope: kept}, len(kept)
        self.size = sum(size for size, _ in kept)
        rest.size -= self.size
        rest.rows -= self.rows
        return rest

    def closed(self) -> Segment:
        rows = [row for rows in self.scopes.values() for _, row in rows]
        table = rows_compacted(rows)
        said = SegmentRows(compact=table) if table else SegmentRows(rows=rows)
        data = smaller(encoded(said), bzip2=True)
        return Segment(hashlib.sha256(data).hexdigest(), data, len(rows), tuple(self.scopes))


def packed(rows: Iterable[Row], *, limit: int = SEGMENT_BYTES) -> Iterator[Segment]:
    """Segments of about `limit` bytes from rows that come scope by scope.

    Small scopes share a segment, whole; the scope "" and one that is too large for a segment have theirs alone.
    """
    pack, ratio, cut = _Pack(), _FIRST_GUESS, ""
    for row in rows:
        if row.scope not in pack.scopes and ("" in pack.scopes or cut in pack.scopes):
            yield pack.closed()
            pack = _Pack()
        pack.add(row)
        if pack.size < min(limit / ratio, _MOST_RAW_BYTES) and pack.rows < _MOST_ROWS:
            continue
        full = pack.without(row.scope) if len(pack.scopes) > 1 else pack
        segment = full.closed()
        yield segment
        ratio = len(segment.data) / full.size
        if full is pack:
            pack, cut = _Pack(), row.scope
    if pack.rows:
        yield pack.closed()
