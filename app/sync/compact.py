"""What a request and an answer need not say: what follows from the object before, or from an object's own time. Pure.

Ids and times are what packs worst, and each edit says its moment five times: as `at`, `hlc` and `mono`, in the ids it
makes and in `created_at`. On the way it says it once, and what is alike stands together (app/sync/columns.py). What
comes out again are the mutations that were sealed, to the letter, and the same rows.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec

from app.errors import NotOurs
from app.models.ids import instant, stamp
from app.sync.columns import TAIL, Item, Table, items_of, transposed
from app.sync.protocol import MAX_OPS, Mutations, Row

MOST = 200_000  # mutations, operations or rows of one message
_ORDER = ("m", "schema", "hlc", "at", "base", "epoch", "boot", "mono")
_COUNTER_BITS = 16
# What other people's bytes can make of the arithmetic below.
_WRONG = (KeyError, TypeError, ValueError, AttributeError, OverflowError, OSError, RecursionError, msgspec.MsgspecError)


class _Before(NamedTuple):
    """The mutation before. `ahead`: its `hlc`, over its time. `skew`: its `mono` less `at`."""

    m: int = 0
    at: int = 0
    hlc: int = 0
    ahead: int = 0
    skew: int = 0


def compacted(bodies: Sequence[bytes]) -> Mutations | None:
    """Sealed mutations, in order, as they travel in one request; None when a program unlike this sealed one of them."""
    try:
        fields = [msgspec.json.decode(body) for body in bodies]
        ops = (_row_less(op, "set", each["at"]) for each in fields for op in each["ops"])
        said = Mutations(heads=transposed(_heads_less(fields)), ops=transposed(ops))
        if list(_restored(said)) == [bytes(body) for body in bodies]:
            return said
    except _WRONG:
        pass
    return None


def restored(said: Mutations, *, most_bytes: int) -> list[msgspec.Raw]:
    """The mutations as they were sealed. Raises NotOurs, also when they would be more than `most_bytes`."""
    bodies, size = [], 0
    try:
        for body in _restored(said):
            size += len(body)
            if size > most_bytes:
                raise NotOurs("size")
            bodies.append(msgspec.Raw(body))
    except _WRONG as error:
        raise NotOurs("shape", str(error)) from error
    return bodies


def rows_compacted(rows: Sequence[Row]) -> Table | None:
    """Rows, in order, as they travel in one answer; None when one of them has an id or a time that is none of ours."""
    try:
        return transposed(_rows_less(rows))
    except _WRONG:
        return None


def rows_restored(table: Table) -> list[Row]:
    """Raises NotOurs."""
    try:
        return [msgspec.convert(item, Row) for item in _rows_whole(items_of(table, most=MOST))]
    except _WRONG as error:
        raise NotOurs("shape", str(error)) from error


def _heads_less(mutations: Iterable[Item]) -> Iterator[Item]:
    """What they say but for their operations; of those, how many."""
    before = _Before()
    for fields in mutations:
        m, at, hlc, mono = fields["m"], fields["at"], fields["hlc"], fields.get("mono")
        now = _Before(m, at, hlc, hlc - (at << _COUNTER_BITS), before.skew if mono is None else mono - at)
        yield fields | {
            "m": m - before.m - 1,
            "at": at - before.at,
            "hlc": _hlc_less(now, before),
            "mono": None if mono is None else now.skew - before.skew,
            "ops": len(fields["ops"]),
        }
        before = now


def _hlc_less(now: _Before, before: _Before) -> int | bool | None:
    """None: one more than the last; true: as far from `mono` as the last; else how much more it is ahead of `at`."""
    if now.hlc == before.hlc + 1:
        return None
    further = now.ahead - before.ahead
    return True if further == (now.skew - before.skew) << _COUNTER_BITS else further


def _hlc_whole(less: int | bool | None, before: _Before, at: int, skew: int) -> int:
    if less is None:
        return before.hlc + 1
    further = (skew - before.skew) << _COUNTER_BITS if less is True else less
    return further + before.ahead + (at << _COUNTER_BITS)


def _restored(said: Mutations) -> Iterator[bytes]:
    before, ops = _Before(), items_of(said.ops, most=MOST)
    for item in items_of(said.heads, most=MOST):
        m, at = item["m"] + before.m + 1, item["at"] + before.at
        skew = before.skew + (item["mono"] or 0)
        hlc = _hlc_whole(item["hlc"], before, at, skew)
        fields = item | {"m": m, "at": at, "hlc": hlc, "mono": skew + at}
        if item["mono"] is None:
            del fields["mono"]
        if not 0 <= item["ops"] <= MAX_OPS:
            raise ValueError("operations")
        fields["ops"] = [_row_whole(next(ops, {}), "set", at) for _ in range(item["ops"])]
        yield msgspec.json.encode({name: fields[name] for name in _ORDER if name in fields} | fields)
        before = _Before(m, at, hlc, hlc - (at << _COUNTER_BITS), skew)
    if next(ops, None) is not None:
        raise ValueError("operations of nothing")


def _rows_less(rows: Iterable[Row]) -> Iterator[Item]:
    seq = at = 0
    for row in rows:
        item = _row_less(msgspec.to_builtins(row), "v", row.at)
        item |= {"seq": row.seq - seq, "at": row.at - at}
        if row.seqs:
            item["f"] = {name: row.seq - own for name, own in row.seqs.items()}
        if row.life is not None:
            item["life"] = row.seq - row.life
        seq, at = row.seq, row.at
        yield item


def _rows_whole(items: Iterable[Item]) -> Iterator[Item]:
    seq = at = 0
    for item in items:
        seq, at = seq + item["seq"], at + item["at"]
        item |= {"seq": seq, "at": at}
        if "f" in item:
            item["f"] = {name: seq - own for name, own in item["f"].items()}
        if "life" in item:
            item["life"] = seq - item["life"]
        yield _row_whole(item, "v", at)


def _row_less(item: Item, field: str, at: int) -> Item:
    """`created_at` only as ms since `at`, and an id without its time when it was made then. `field`: has the values.

    Raises ValueError for what would be taken for that.
    """
    less, values = dict(item), item.get(field) or {}
    if item["id"].startswith(TAIL) or isinstance(values.get("created_at"), int):
        raise ValueError("no id, or no time")
    born = _ms(values["created_at"]) if "created_at" in values else None
    if born is not None:
        less[field] = values | {"created_at": born - at}
    start = _start_of_ids(at if born is None else born)
    if item["id"].startswith(start):
        less["id"] = TAIL + item["id"][len(start) :]
    return less


def _row_whole(item: Item, field: str, at: int) -> Item:
    values, born = item.get(field) or {}, at
    if isinstance(values.get("created_at"), int):
        born = at + values["created_at"]
        values["created_at"] = _stamp(born)
    if item["id"].startswith(TAIL):
        item["id"] = _start_of_ids(born) + item["id"][len(TAIL) :]
    return item


def _ms(text: object) -> int | None:
    """None when it is no time as it is stored."""
    try:
        found = round(instant(str(text)).timestamp() * 1000)
        return found if _stamp(found) == text else None
    except _WRONG:
        return None


def _stamp(ms: int) -> str:
    return stamp(datetime.fromtimestamp(ms / 1000, UTC))


def _start_of_ids(ms: int) -> str:
    """How ids of version 7 begin that were made then."""
    digits = f"{ms:012x}"
    return f"{digits[:8]}-{digits[8:]}-"
