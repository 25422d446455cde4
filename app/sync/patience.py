"""How long to wait before the server is asked again. Pure."""

from app.errors import ServerBusy, SyncTrouble

FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 300.0


def pause_s(failures: int, trouble: SyncTrouble, share: float) -> float:
    """Seconds, after so many troubles in a row; longer each time, and never the same for two laptops that lost the
    server together: `share` is any number from 0 to 1. A server that says how long gets that."""
    if isinstance(trouble, ServerBusy) and trouble.retry_after_s:
        return min(trouble.retry_after_s, LONGEST_PAUSE_S)
    longest = min(FIRST_PAUSE_S * 2.0 ** min(failures, 20), LONGEST_PAUSE_S)
    return FIRST_PAUSE_S + share * (longest - FIRST_PAUSE_S)
