"""What the server asks of a mutation before it touches a row: shape, ids, types, size. Pure.

Choices and ranges are not judged: a newer laptop may know more of them than this server.
"""

import hashlib
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import msgspec

from app.models.registry import TABLE_BY_NAME, Field, Kind, Merge, Table
from app.sync.merge import LIFE
from app.sync.protocol import CONFLICT, MAX_OPS, Mutation, Op, Value, mutation_decoder
from app.sync.schemas import brought_up
from server.refusals import Refused

MOST_CHARACTERS = 1_000_000  # of one text
LARGEST = 2**63 - 1
MOST_FIELDS = 300  # of one operation, and of a row
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_CATALOGUE = "00000000-0000-8"  # how the ids of catalogue rows begin: app.models.ids.catalogue_id
# Columns that are not values: the server makes them itself.
_RESERVED = frozenset({"id", "tenant_id", "extra", "stub", "binned_at", "deleted"})


class _Number(msgspec.Struct):
    m: int


_number_decoder = msgspec.json.Decoder(_Number)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why a mutation is not applied. `code` is a key of app.messages."""

    status: Literal["rejected", "parked"]
    code: str
    table: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A mutation as it arrived; `mutation` is None when its bytes are none that we know how to read."""

    m: int
    body: bytes
    sha256: bytes
    mutation: Mutation | None


def opened(body: bytes) -> Sealed:
    """Raises Refused when not even its number can be read."""
    digest = hashlib.sha256(body).digest()
    try:
        mutation = mutation_decoder.decode(body)
        return Sealed(mutation.m, body, digest, mutation)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass  # then its number is all that is needed: it is put aside under it
    try:
        return Sealed(_number_decoder.decode(body).m, body, digest, None)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refused("shape", "a mutation without a number") from error


def is_id(text: object) -> bool:
    return isinstance(text, str) and _ID.fullmatch(text) is not None


def is_catalogue(row_id: str) -> bool:
    """Whether the id is one of the program's own catalogues, which every laptop has and the server need not."""
    return row_id.startswith(_CATALOGUE)


def judged(mutation: Mutation | None) -> list[Op] | Verdict:
    """The operations in today's shape with their values as they are stored, or why they are not taken."""
    if mutation is None or not _numbers_fit(mutation):
        return Verdict("rejected", "invalid-mutation")
    if len(mutation.ops) > MAX_OPS or len(mutation.closes) > MAX_OPS:
        return Verdict("rejected", "too-many-ops")
    if not all(is_id(conflict_id) for conflict_id in mutation.closes):
        return Verdict("rejected", "invalid-id")
    ops = brought_up(mutation.ops, mutation.schema)
    for op in ops:
        if verdict := _judged_conflict(op) if mutation.recovered and op.table == CONFLICT else _judged_op(op):
            return verdict
    return ops


def _numbers_fit(mutation: Mutation) -> bool:
    numbers = (mutation.hlc, mutation.at, mutation.base, mutation.schema, mutation.mono or 0)
    return all(-LARGEST <= number <= LARGEST for number in numbers)


def _judged_conflict(op: Op) -> Verdict | None:
    """Of one that a laptop gives back to a server that lost it."""
    said = op.set
    if not is_id(op.id) or not is_id(said.get("row_id")):
        return Verdict("rejected", "invalid-id", CONFLICT)
    names = (said.get("tbl"), said.get("field"), said.get("kind"))
    if not all(isinstance(name, str) and (name == LIFE or _NAME.fullmatch(name)) for name in names):
        return Verdict("rejected", "invalid-field", CONFLICT)
    for name, value in said.items():
        check = _text if name.endswith("_by") else _whole if name.endswith("_at") else _any
        if value is not None and check(value) is None:
            return Verdict("rejected", "invalid-value", CONFLICT, name if _NAME.fullmatch(name) else "")
    return None


def _judged_op(op: Op) -> Verdict | None:
    """Changes `op.set` to what is stored."""
    table = TABLE_BY_NAME.get(op.table)
    if table is None:
        return Verdict("parked", "unknown-table", op.table if _NAME.fullmatch(op.table) else "")
    if not is_id(op.id):
        return Verdict("rejected", "invalid-id", table.name)
    if len(op.set) > MOST_FIELDS:
        return Verdict("rejected", "too-many-fields", table.name)
    checks = _CHECKS_OF[table.name]
    for name, value in op.set.items():
        check = checks.get(name) or _check_of_unknown(name)
        if check is None:
            return Verdict("rejected", "invalid-field", table.name)
        if value is not None and (found := check(value)) is not value:
            if found is None:
                return Verdict("rejected", "invalid-value", table.name, name)
            op.set[name] = found
    return None


Check = Callable[[Value], Value]


def _text(value: Value) -> Value:
    return value if isinstance(value, str) and len(value) <= MOST_CHARACTERS and "\x00" not in value else None


def _whole(value: Value) -> Value:
    return value if isinstance(value, int) and -LARGEST <= value <= LARGEST else None


def _number(value: Value) -> Value:
    if not isinstance(value, int | float) or (abs(value) > LARGEST and isinstance(value, int)):
        return None
    number = float(value) + 0.0  # -0.0 is 0.0 in one of the two databases
    return number if math.isfinite(number) else None


def _link(value: Value) -> Value:
    return value if is_id(value) else None


def _any(value: Value) -> Value:
    return _text(value) if isinstance(value, str) else _whole(value) if isinstance(value, int) else _number(value)


def _refused(_value: Value) -> Value:
    return None


def _check_of(field: Field) -> Check:
    if field.merge is Merge.SERVER_ONLY:
        return _refused
    if field.kind is Kind.LINK:
        return _link
    if field.kind is Kind.NUMBER:
        return _number
    return _whole if field.sql_type == "INTEGER" else _text


def _check_of_unknown(name: str) -> Check | None:
    """Of a field that only a newer program knows; None when nothing can be called so."""
    return _any if name not in _RESERVED and _NAME.fullmatch(name) else None


def _checks(table: Table) -> Mapping[str, Check]:
    return {"created_at": _text} | {field.name: _check_of(field) for field in table.fields}


_CHECKS_OF = {table.name: _checks(table) for table in TABLE_BY_NAME.values()}
LINKS_OF = {
    table.name: {field.name: field.refers_to for field in table.fields if field.refers_to}
    for table in TABLE_BY_NAME.values()
}


def links_of(table_name: str, values: Mapping[str, Value]) -> Iterator[tuple[str, str, str]]:
    """(field, table, row id) of every link in `values` that leads to a row the server must know."""
    for name, refers_to in LINKS_OF[table_name].items():
        value = values.get(name)
        if isinstance(value, str) and not is_catalogue(value):
            yield name, refers_to, value
