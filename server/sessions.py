"""Who is at the other end."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DeviceSession:
    """From the token: nothing of this is ever taken from a message."""

    tenant: str
    user_id: str
    device: str
