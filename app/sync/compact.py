"""What a mutation on its way need not say, since it follows from the one before it or from its own time. Pure.

Ids and times are what packs worst in a request, and each edit says its moment five times: as `at`, `hlc` and `mono`,
in the ids it makes and in `created_at`. On the way it says it once. What comes out again are the bytes that were
sealed, to the letter; a mutation of which that would not be true travels as it is.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec

from app.errors import NotOurs
from app.models.ids import stamp

MOST = 50_000  # mutations of one request
_LEFT_OUT = "~"
_AS_IT_IS = "raw"
_ORDER = ("m", "schema", "hlc", "at", "base", "epoch", "boot", "mono")
_COUNTER_BITS = 16
# What other people's bytes can make of the arithmetic below.
_WRONG = (KeyError, TypeError, ValueError, AttributeError, OverflowError, OSError, RecursionError, msgspec.MsgspecError)

Fields = dict[str, Any]


class _Before(NamedTuple):
    """The last mutation that was not told as it is. `ahead`: its `hlc`, over its time. `skew`: its `mono` less `at`."""

    m: int = 0
    at: int = 0
    hlc: int = 0
    ahead: int = 0
    skew: int = 0


def compacted(bodies: Iterable[bytes]) -> list[msgspec.Raw]:
    """Sealed mutations, in order, as they travel in one request."""
    before, items = _Before(), []
    for body in bodies:
        item, before = _compact(bytes(body), before)
        items.append(msgspec.Raw(item))
    return items


def restored(items: Sequence[bytes], *, most_bytes: int) -> list[msgspec.Raw]:
    """The mutations as they were sealed. Raises NotOurs, also when they would be more than `most_bytes`."""
    if len(items) > MOST:
        raise NotOurs("size", f"{len(items)} mutations")
    before, bodies, size = _Before(), [], 0
    for item in items:
        try:
            body, before = _restore(bytes(item), before)
        except _WRONG as error:
            raise NotOurs("shape", str(error)) from error
        size += len(body)
        if size > most_bytes:
            raise NotOurs("size")
        bodies.append(msgspec.Raw(body))
    return bodies


def _compact(body: bytes, before: _Before) -> tuple[bytes, _Before]:
    try:
        item = msgspec.json.encode(_less(msgspec.json.decode(body), before))
        back, after = _restore(item, before)
    except _WRONG:
        back, after = b"", before  # not sealed by a program like this one
    if back != body:
        return b'{"%b":%b}' % (_AS_IT_IS.encode(), body), before
    return item, after


def _less(fields: Fields, before: _Before) -> Fields:
    at, hlc, mono = fields["at"], fields["hlc"], fields.get("mono")
    item = {name: value for name, value in fields.items() if name not in ("m", "hlc", "mono")}
    item["at"] = at - before.at
    if fields["m"] != before.m + 1:
        item["m"] = fields["m"]
    if hlc == before.hlc + 1:
        item["hlc"] = None
    elif hlc - (at << _COUNTER_BITS) != before.ahead:
        item["hlc"] = hlc
    if mono is None or mono - at != before.skew:
        item["mono"] = mono
    return item | {"ops": [_op_less(op, at) for op in fields["ops"]]}


def _restore(item: bytes, before: _Before) -> tuple[bytes, _Before]:
    fields = msgspec.json.decode(item)
    if _AS_IT_IS in fields:
        return bytes(msgspec.json.decode(item, type=_Whole).raw), before
    at = fields["at"] + before.at
    hlc = fields.get("hlc", before.ahead + (at << _COUNTER_BITS))
    hlc = before.hlc + 1 if hlc is None else hlc
    mono = fields.get("mono", before.skew + at)
    m = fields.get("m", before.m + 1)
    fields |= {"m": m, "at": at, "hlc": hlc, "mono": mono, "ops": [_op_whole(op, at) for op in fields["ops"]]}
    if mono is None:
        del fields["mono"]
    ordered = {name: fields[name] for name in _ORDER if name in fields}
    skew = before.skew if mono is None else mono - at
    return msgspec.json.encode(ordered | fields), _Before(m, at, hlc, hlc - (at << _COUNTER_BITS), skew)


class _Whole(msgspec.Struct):
    raw: msgspec.Raw


def _op_less(op: Fields, at: int) -> Fields:
    """Without the time in the id of a row that was made then, and without the time when it was made."""
    less = dict(op)
    if op["id"].startswith(_time_of_ids(at)):
        less["id"] = _LEFT_OUT + op["id"][len(_time_of_ids(at)) :]
    if "created_at" in op.get("set", ()) and op["set"]["created_at"] == _stamp(at):
        less["set"] = op["set"] | {"created_at": _LEFT_OUT}
    return less


def _op_whole(op: Fields, at: int) -> Fields:
    if op["id"].startswith(_LEFT_OUT):
        op["id"] = _time_of_ids(at) + op["id"][len(_LEFT_OUT) :]
    if op.get("set", {}).get("created_at") == _LEFT_OUT:
        op["set"]["created_at"] = _stamp(at)
    return op


def _time_of_ids(at: int) -> str:
    """How ids of version 7 begin that were made at `at`."""
    digits = f"{at:012x}"
    return f"{digits[:8]}-{digits[8:]}-"


def _stamp(at: int) -> str:
    return stamp(datetime.fromtimestamp(at / 1000, UTC))
