"""The lives of a device's data folder, and what of their mutations is already here: rule R7."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import msgspec
import sqlalchemy as sa

from app.sync.protocol import CONFLICT, Request, Result, Trouble
from server import tables
from server.judge import Sealed
from server.recovered import Lost
from server.refusals import Refused
from server.sessions import DeviceSession


@dataclass(frozen=True, slots=True)
class Life:
    """One incarnation. `enrolled_ms` is the device's; `twin`: another incarnation of the device is alive too."""

    last_mseq: int
    last_seen_ms: int
    enrolled_ms: int
    twin: bool
    lost: Lost


@dataclass(frozen=True, slots=True)
class Reached:
    """How far a life is: its last mutation, up to where it has everything, what it had seen of a lost epoch."""

    last_mseq: int
    cursor: int
    lost: Lost


@dataclass(slots=True)
class Sorted:
    """`fresh`: what is to be done now. `known`: results of what was done before and is sent again."""

    fresh: list[Sealed] = field(default_factory=list)
    known: list[Result] = field(default_factory=list)
    trouble: Trouble | None = None


def read_life(
    connection: sa.Connection, session: DeviceSession, incarnation: int, *, locked: bool = False
) -> Life | None:
    """None when the server never met this incarnation. `locked`: no other request of it is served meanwhile.

    Raises Refused when the device is not known, or not any more.
    """
    whose = {"of_tenant": session.tenant, "of_device": session.device}
    known = connection.execute(_known(), whose).one_or_none()
    if known is None or known.revoked_ms is not None:
        raise Refused("revoked", status=403)
    found = {one.incarnation: one for one in connection.execute(_lives(locked), whose)}
    own = found.get(incarnation)
    if own is None:
        return None
    twin = incarnation < known.incarnation or any(
        one.incarnation < incarnation and one.last_seen_ms > own.began_ms for one in found.values()
    )
    return Life(own.last_mseq, own.last_seen_ms, known.enrolled_ms, twin, Lost(own.lost_epoch, own.lost_seq))


@cache
def _known() -> sa.Select[Any]:
    device = tables.device
    statement = sa.select(device.c.incarnation, device.c.enrolled_ms, device.c.revoked_ms)
    return statement.where(device.c.id == sa.bindparam("of_device"), device.c.tenant_id == sa.bindparam("of_tenant"))


@cache
def _lives(locked: bool) -> sa.Select[Any]:
    statement = sa.select(tables.device_life).where(*_of())
    return statement.with_for_update() if locked else statement


def begin_life(connection: sa.Connection, session: DeviceSession, incarnation: int, now_ms: int) -> None:
    """Also of one that a restored server never handed out: the work of the laptop is taken all the same."""
    device = tables.device
    newer = device.update().where(device.c.id == session.device, device.c.incarnation < incarnation)
    connection.execute(newer.values(incarnation=incarnation))
    life = {
        "tenant_id": session.tenant,
        "device_id": session.device,
        "incarnation": incarnation,
        "last_mseq": 0,
        "acked_m": 0,
        "acked_cursor": 0,
        "began_ms": now_ms,
        "last_seen_ms": now_ms,
        "lost_epoch": "",
        "lost_seq": 0,
    }
    connection.execute(tables.device_life.insert(), life)


def keep_life(
    connection: sa.Connection, session: DeviceSession, request: Request, reached: Reached, now_ms: int
) -> None:
    whose = {"of_tenant": session.tenant, "of_device": session.device, "of_incarnation": request.inc}
    known = {
        "last_mseq": reached.last_mseq,
        "acked_m": min(max(request.acked, 0), reached.last_mseq),
        "acked_cursor": reached.cursor,
        "last_seen_ms": now_ms,
        "lost_epoch": reached.lost.epoch,
        "lost_seq": reached.lost.upto,
    }
    connection.execute(_life(), known | whose)


@cache
def _life() -> sa.Update:
    life = tables.device_life
    return life.update().where(*_of(), life.c.incarnation == sa.bindparam("of_incarnation"))


def _of() -> tuple[sa.ColumnElement[bool], ...]:
    life = tables.device_life
    return life.c.tenant_id == sa.bindparam("of_tenant"), life.c.device_id == sa.bindparam("of_device")


def sorted_out(
    connection: sa.Connection, session: DeviceSession, incarnation: int, sealed: Sequence[Sealed], last_mseq: int
) -> Sorted:
    """What is new, what is known, and where the queue does not fit what the server has; nothing after that is taken."""
    again = [one.m for one in sealed if 0 < one.m <= last_mseq]
    known = _results(connection, session, incarnation, again) if again else {}
    done, last = Sorted(), last_mseq
    for one in sealed:
        sha256, result = known.get(one.m, (None, None))
        if one.m <= last and sha256 != one.sha256:
            done.trouble = Trouble(kind="reuse", m=one.m)
            return done
        if one.m > last + 1:
            done.trouble = Trouble(kind="gap", m=one.m)
            return done
        if one.m <= last:
            done.known += [result] if result else []
            continue
        done.fresh.append(one)
        known[one.m] = (one.sha256, None)
        last = one.m
    return done


def sent_before(connection: sa.Connection, session: DeviceSession, life: Life | None, request: Request) -> int:
    """The number of the mutation that the laptop says it sent, when it is the one that is here; else 0.

    The number alone says nothing: a copy of the folder goes on with the same ones.
    """
    number, sha256 = request.sent or (0, "")
    if life is None or not 0 < number <= life.last_mseq:
        return 0
    known, _ = _results(connection, session, request.inc, [number]).get(number, (None, None))
    return number if known is not None and known.hex() == sha256 else 0


def _results(
    connection: sa.Connection, session: DeviceSession, incarnation: int, numbers: Sequence[int]
) -> dict[int, tuple[bytes | None, Result | None]]:
    kept = tables.mutation_result
    statement = sa.select(kept.c.m, kept.c.body_sha256, kept.c.status, kept.c.seq, kept.c.detail).where(
        kept.c.tenant_id == session.tenant,
        kept.c.device_id == session.device,
        kept.c.incarnation == incarnation,
        kept.c.m.between(min(numbers), max(numbers)),
    )
    return {
        m: (sha256, _result(m, status, seq, detail)) for m, sha256, status, seq, detail in connection.execute(statement)
    }


def _result(m: int, status: Any, seq: int, detail: str) -> Result:
    said = msgspec.json.decode(detail) if detail else {}
    return Result(
        m=m,
        status=status,
        seq=seq,
        dup=True,
        code=said.get("code", ""),
        table=said.get("table", ""),
        field=said.get("field", ""),
        conflicts=said.get(CONFLICT, []),
    )


def in_runs(results: Iterable[Result]) -> list[Result]:
    """Neighbours that say the same become one result with their number."""
    runs: list[Result] = []
    for result in results:
        last = runs[-1] if runs else None
        if last and _continues(last, result):
            last.n += 1
        else:
            runs.append(result)
    return runs


def _continues(last: Result, result: Result) -> bool:
    plain = not (last.code or result.code or last.conflicts or result.conflicts)
    alike = last.status == result.status and last.dup == result.dup
    return plain and alike and result.m == last.m + last.n and result.seq == last.seq + last.n
