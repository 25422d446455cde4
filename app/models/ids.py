"""Ids and the clock: the only place that asks for the time or for randomness."""

import hashlib
import time
import uuid
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import uuid_utils

_TIME_BITS = 48
_VERSION_8 = 8
_RFC_VARIANT = 0b10
_BOOT_DIGITS = 8  # enough to tell a device's starts apart; it goes along with every edit


def _boot_id() -> str:
    if _SINCE_BOOT is not None and _LINUX_BOOT.exists():
        return _LINUX_BOOT.read_text(encoding="ascii").strip()[:_BOOT_DIGITS]
    return str(uuid.uuid4())[:_BOOT_DIGITS]


def _since_start_ms() -> int:
    return time.monotonic_ns() // 1_000_000


_LINUX_BOOT = Path("/proc/sys/kernel/random/boot_id")
_SINCE_BOOT: int | None = getattr(time, "CLOCK_BOOTTIME", None)  # goes on while the laptop sleeps
_BOOT_ID = _boot_id()


class Clock:
    """The device's own clock and a source of new ids."""

    def now(self) -> datetime:
        """This instant, aware, UTC."""
        return datetime.now(UTC)

    def today(self) -> date:
        """The day on the wall: local, not UTC."""
        return datetime.now().astimezone().date()

    def uptime_ms(self) -> int:
        """Milliseconds that only ever grow while `boot_id` stays the same, whatever is done to the clock."""
        return time.clock_gettime_ns(_SINCE_BOOT) // 1_000_000 if _SINCE_BOOT is not None else _since_start_ms()

    def boot_id(self) -> str:
        """Names what `uptime_ms` counts from: this start of the machine, or of the program where that is not known."""
        return _BOOT_ID

    def new_id(self) -> str:
        """A UUIDv7: later ids sort after earlier ones."""
        return str(uuid_utils.uuid7())


@dataclass(slots=True)
class FixedClock(Clock):
    """A clock that stands at `at` until it is moved, and numbers its ids: the same run gives the same rows."""

    at: datetime
    _issued: int = field(default=0, init=False)

    def now(self) -> datetime:
        return self.at

    def today(self) -> date:
        return self.at.date()

    def uptime_ms(self) -> int:
        return int(self.at.timestamp() * 1000)

    def boot_id(self) -> str:
        return "fixed"

    def move_to(self, at: datetime) -> None:
        self.at = at

    def move(self, **delta: float) -> None:
        self.at += timedelta(**delta)

    def new_id(self) -> str:
        self._issued += 1
        milliseconds = int(self.at.timestamp() * 1000)
        tail = hashlib.sha256(f"{milliseconds}/{self._issued}".encode()).digest()
        # The running number sits where UUIDv7 keeps its sub-millisecond part, so that ids still sort by birth.
        return str(_uuid(milliseconds, 7, self._issued & 0xFFF, int.from_bytes(tail[:8], "big")))


def on_the_wall(at: datetime) -> datetime:
    """An instant by the clock on the wall; as it is, where that clock has no such day: in the years 1 and 9999."""
    try:
        return at.astimezone()
    except (OverflowError, ValueError, OSError):  # which of them it is depends on the system
        return at


def natural_id(parent_id: str, *key: str) -> str:
    """The id of a row that is its natural key, equal on every device: a UUIDv8 of the parent's time and the key's hash.

    The parent's first 48 bits keep the rows of one parent together on the disk (random keys insert 6-10 times slower).
    """
    digest = hashlib.sha256("\x1f".join((parent_id, *key)).encode()).digest()
    parent_time = uuid.UUID(parent_id).int >> (128 - _TIME_BITS)
    return str(_uuid(parent_time, _VERSION_8, int.from_bytes(digest[8:10], "big"), int.from_bytes(digest[:8], "big")))


def programme_key(programme: str, country: str) -> str:
    """The key of the row of a country programme in the catalogue."""
    return f"{programme} {country}"


def catalogue_id(table: str, key: str) -> str:
    """The id of a catalogue row: its permanent key's hash under a zero prefix."""
    return natural_id(str(uuid.UUID(int=0)), table, key)


def _uuid(time_bits: int, version: int, a: int, b: int) -> uuid.UUID:
    value = (time_bits & (1 << _TIME_BITS) - 1) << 80
    value |= version << 76 | (a & 0xFFF) << 64
    value |= _RFC_VARIANT << 62 | b & (1 << 62) - 1
    return uuid.UUID(int=value)


def stamp(at: datetime) -> str:
    """An instant as it is stored: ISO 8601, UTC, milliseconds, `Z`; sorts as text."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def instant(text: str) -> datetime:
    """The instant that `stamp` wrote."""
    return datetime.fromisoformat(text)
