"""Who is at the other end."""

import re
from dataclasses import dataclass

DEVICE = re.compile(r"[A-Za-z0-9_-]{1,64}")  # what a laptop may call itself


@dataclass(frozen=True, slots=True)
class DeviceSession:
    """From the token: nothing of this is ever taken from a message."""

    tenant: str
    user_id: str
    device: str
