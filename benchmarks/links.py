"""What a bad network is: its speed, its outages, where it breaks; and what crossed it. Played by `benchmarks.proxy`."""

from dataclasses import dataclass, field, replace
from enum import StrEnum

PIECE = 65_536


class Way(StrEnum):
    UP = "up"  # client to server
    DOWN = "down"


class Ending(StrEnum):
    RESET = "reset"
    CLOSE = "close"  # in order, as if the other side had said all
    HANG = "hang"  # both stay connected, nothing comes any more


@dataclass(frozen=True, slots=True)
class Link:
    """A network. Rates in bits a second, 0: as fast as it goes. `on_s`, `off_s`: it comes and goes, first it is there.

    `rtt_s` also passes when a connection is made. `piece`: at most so many bytes in one go. `drops`: connections break
    when the link goes; otherwise their bytes wait until it is back, as TCP's do over a short gap.
    """

    rtt_s: float = 0
    up_rate: int = 0
    down_rate: int = 0
    on_s: float = 0
    off_s: float = 0
    piece: int = 1_400
    drops: bool = True


LAN = Link(piece=PIECE)
MOBILE = Link(rtt_s=0.3, up_rate=384_000, down_rate=1_000_000)
SATELLITE = Link(rtt_s=0.7, up_rate=256_000, down_rate=1_000_000)
EDGE = Link(rtt_s=0.6, up_rate=60_000, down_rate=120_000)
FLAPPING = replace(MOBILE, on_s=20, off_s=5)


@dataclass(frozen=True, slots=True)
class Cut:
    """Ends the connection when `after` bytes have passed in one direction, counted over all connections from now on.

    `again`: and each time when as many have passed since the last cut.
    """

    way: Way
    after: int
    ending: Ending = Ending.RESET
    again: bool = False


@dataclass(slots=True)
class Counts:
    """Bytes that crossed the link, whether they were of use or not; no headers of TCP and IP.

    `requests`: method and path of what clients asked in full, in order.
    """

    up: int = 0
    down: int = 0
    connections: int = 0
    refused: int = 0
    cuts: int = 0
    outages: int = 0
    requests: list[str] = field(default_factory=list)
