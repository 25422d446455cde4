"""When an edit was truly made, whatever the device's clock said. Pure; nobody is refused because of time."""

from app.sync.protocol import Mutation, Request

_SUSPECT_MS = 120_000
_COUNTER_BITS = 16  # of a hybrid time, below its milliseconds


def edited_at(mutation: Mutation, request: Request, enrolled_ms: int, now_ms: int) -> tuple[int, bool]:
    """The time in ms, within the device's enrolment and now; and whether its clock had to be corrected by much."""
    since = _elapsed(mutation, request)
    found = now_ms - since if since is not None else mutation.hlc >> _COUNTER_BITS
    edited = max(min(found, now_ms), min(enrolled_ms, now_ms))
    return edited, abs(edited - mutation.at) > _SUSPECT_MS


def _elapsed(mutation: Mutation, request: Request) -> int | None:
    """How long before the request it was made; None when the device was started anew since, or counts backwards."""
    if not mutation.boot or mutation.boot != request.boot or mutation.mono is None or request.mono is None:
        return None
    since = request.mono - mutation.mono
    return since if since >= 0 else None
