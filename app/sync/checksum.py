"""Short digests of rows, and their sums, by which two sides find out where they differ. Pure."""

import hashlib
from collections.abc import Iterable, Mapping

import msgspec

from app.sync.protocol import Value

DIGEST_BITS = 40  # so that a database can sum the digests of eight million rows in 63 bits
PREFIXES = 256
_EXACT = 2**53  # up to here each integer is a float

_canonical = msgspec.json.Encoder(order="deterministic")


def row_digest(table: str, row_id: str, row_seq: int, *, deleted: bool, values: Mapping[str, Value]) -> int:
    """Of what both sides must agree on. Fields without a value do not count, so that a field one side does not know yet
    makes no difference until it holds something. A whole number is the same as an integer and as a float."""
    held = {name: _number(value) for name, value in values.items() if value is not None}
    said = _canonical.encode([table, row_id, row_seq, deleted, held])
    return int.from_bytes(hashlib.blake2b(said, digest_size=DIGEST_BITS // 8).digest(), "big")


def _number(value: Value) -> Value:
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) <= _EXACT else value


def prefix_of(row_id: str) -> int:
    """In which of the 256 sums a row counts: by the end of its id, since the start is a time that many share."""
    return int(row_id[-2:], 16)


def sums_by_prefix(rows: Iterable[tuple[str, int]]) -> list[int]:
    """256 sums of digests, from (row id, digest)."""
    sums = [0] * PREFIXES
    for row_id, digest in rows:
        sums[prefix_of(row_id)] += digest
    return sums
