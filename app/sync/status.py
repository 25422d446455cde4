"""Where things stand with the server, as facts; app.messages.standing words them."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime

from app.errors import (
    ClockOff,
    CutShort,
    DeviceRefused,
    NotEnrolled,
    NotTrusted,
    ServerBusy,
    ServerRefuses,
    SignInWanted,
    SyncTrouble,
    Unreachable,
    WrongServer,
)
from app.fieldwork.outbox import Outbox, outbox
from app.models.disputes import count_disputes
from app.models.driver import Database

# What a clock is off by before anybody is told: less decides nothing and mends itself.
CLOCK_TOLERANCE_MS = 120_000
_KINDS: dict[str, type[SyncTrouble]] = {
    kind.__name__: kind
    for kind in (
        Unreachable,
        CutShort,
        SignInWanted,
        NotTrusted,
        NotEnrolled,
        DeviceRefused,
        WrongServer,
        ServerBusy,
    )
}


@dataclass(frozen=True, slots=True)
class Standing:
    """`confirmed_at`: when the server last took part in an exchange; None: never. `trouble`: why it did not since.

    `clock_off_ms`: device minus server; None while it is right, or was never measured. `rejected`: how many pieces of
    work the server did not take. `differences`: how many nobody settled.
    """

    is_enrolled: bool
    url: str
    waits: Outbox
    confirmed_at: datetime | None
    trouble: SyncTrouble | None
    tried_at: datetime | None
    is_paused: bool
    clock_off_ms: int | None
    rejected: int
    differences: int


def standing(db: Database) -> Standing:
    server, url, contact_ms, told, is_paused, offset = db.conn.execute(
        "SELECT server_id, url, last_contact_ms, last_trouble, paused, clock_offset_ms FROM sync_state"
    ).fetchone()
    trouble, tried_ms = _trouble(told)
    is_off = offset is not None and abs(offset) > CLOCK_TOLERANCE_MS
    return Standing(
        server is not None,
        url or "",
        outbox(db),
        _instant(contact_ms),
        trouble,
        _instant(tried_ms),
        bool(is_paused),
        -int(offset) if is_off else None,
        int(db.conn.execute("SELECT count(*) FROM sync_rejected").fetchone()[0]),
        count_disputes(db),
    )


def set_paused(db: Database, paused: bool) -> None:
    """Nothing is exchanged by itself until it is taken back; who asks for a sync gets one all the same."""
    with db.atomic():
        db.conn.execute("UPDATE sync_state SET paused = ?", (paused,))


def note_trouble(db: Database, trouble: SyncTrouble, at_ms: int) -> None:
    """Remember why nothing was exchanged, so that it can be said after a restart too."""
    facts = {
        "kind": type(trouble).__name__,
        "detail": trouble.detail,
        "at_ms": at_ms,
        "by_ms": getattr(trouble, "by_ms", None),
        "code": getattr(trouble, "code", None),
        "status": getattr(trouble, "status", None),
    }
    with db.atomic():
        db.conn.execute("UPDATE sync_state SET last_trouble = ?", (json.dumps(facts),))


def _trouble(told: str | None) -> tuple[SyncTrouble | None, int | None]:
    """A kind that only a newer program knows is one of the plain kind."""
    if told is None:
        return None, None
    facts = json.loads(told)
    kind, detail = facts["kind"], facts["detail"]
    if kind == ClockOff.__name__:
        return ClockOff(facts["by_ms"], detail), facts["at_ms"]
    if kind == ServerRefuses.__name__:
        return ServerRefuses(facts["code"], detail, facts["status"]), facts["at_ms"]
    return _KINDS.get(kind, SyncTrouble)(detail), facts["at_ms"]


def _instant(ms: int | None) -> datetime | None:
    return datetime.fromtimestamp(ms / 1000, UTC) if ms is not None else None
