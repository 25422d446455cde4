"""Time: one true clock that only goes forward, and devices whose clocks are off, jump and start anew."""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random

from app.models.ids import Clock

START_MS = int(datetime(2026, 11, 24, 1, 12, tzinfo=UTC).timestamp() * 1000)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
YEAR_MS = 365 * 86_400_000
SKEWS_MS = (0, 0, 0, 5_000, -400_000, 9_000_000, -100_000_000, 10 * YEAR_MS, -20 * YEAR_MS)


@dataclass
class TrueTime:
    """Milliseconds since 1970, by the server's clock."""

    now_ms: int = START_MS

    def pass_by(self, random: Random) -> None:
        self.now_ms += random.choice((1, 40, 900, 60_000, 3_600_000, 40_000_000))


@dataclass(eq=False)
class DeviceClock(Clock):
    """Off by `skew_ms`; ids follow from the device's name and how many it made."""

    time: TrueTime
    name: str
    skew_ms: int = 0
    boots: int = 1
    booted_ms: int = START_MS
    made: int = field(default=0)

    def now(self) -> datetime:
        return _EPOCH + timedelta(milliseconds=self.time.now_ms + self.skew_ms)

    def today(self) -> date:
        return self.now().date()

    def uptime_ms(self) -> int:
        return self.time.now_ms - self.booted_ms + 1_000

    def boot_id(self) -> str:
        return f"{self.name}-boot-{self.boots}"

    def new_id(self) -> str:
        self.made += 1
        digits = hashlib.sha256(f"{self.name}/{self.made}".encode()).hexdigest()
        return f"0199{digits[:4]}-{digits[4:8]}-7{digits[8:11]}-8{digits[11:14]}-{digits[14:26]}"

    def boot(self) -> None:
        self.boots += 1
        self.booted_ms = self.time.now_ms

    def jump(self, random: Random) -> None:
        self.skew_ms = random.choice(SKEWS_MS)
