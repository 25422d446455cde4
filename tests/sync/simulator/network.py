"""A bad link: requests and answers that are lost, come twice, come late, or come half."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

import msgspec

from app.errors import CutShort, NotOurs, ServerRefuses, Unreachable
from app.sync import wire
from app.sync.protocol import Answer, Incarnation, NextIncarnation, Request
from server.refusals import Refused
from tests.sync.simulator.central import Central
from tests.sync.simulator.clocks import TrueTime

_PAGES = (1, 1, 300, 65_536)  # bytes; the first holds one sequence


def copy_of(request: Request) -> Request:
    return msgspec.json.decode(msgspec.json.encode(request), type=Request)


@dataclass
class Network:
    """`calm`: nothing goes wrong. `sent`: all requests so far; any of them may arrive once more at any time.

    `arrived`: those that the server has dealt with. `meanwhile`: what may happen on the device that waits.
    `noted`: told of each time the server has dealt with something.
    """

    central: Central
    time: TrueTime
    random: Random
    events: Counter[str]
    calm: bool = False
    pages: tuple[int, ...] = _PAGES
    meanwhile: Callable[[], None] = lambda: None
    noted: Callable[[], None] = lambda: None
    sent: list[Request] = field(default_factory=list)
    arrived: list[Request] = field(default_factory=list)

    def exchange(self, request: Request) -> Answer:
        self.time.now_ms += self.random.choice((30, 300, 2_500))
        self.sent.append(copy_of(request))
        fate = 1.0 if self.calm else self.random.random()
        if fate < 0.12:
            self.events["request lost"] += 1
            raise self.random.choice((Unreachable, CutShort))()
        if fate < 0.16:
            self.events["only the first mutations arrive"] += 1
            first = copy_of(request)
            first.mutations = first.mutations[: self.random.randrange(len(first.mutations) + 1)]
            self.deliver(first)
            raise CutShort
        answer = self.deliver(request)
        if fate < 0.24:
            self.events["request twice"] += 1
            answer = self.random.choice((answer, self.deliver(request)))
        if not self.calm and self.random.random() < 0.15:
            self.events["work while waiting"] += 1
            self.meanwhile()
        if fate < 0.36:
            self.events["answer lost"] += 1
            raise CutShort
        if fate < 0.40:
            self.cut(answer)
        self.time.now_ms += self.random.choice((30, 300, 2_500))
        return msgspec.json.decode(msgspec.json.encode(answer), type=Answer)

    def deliver(self, request: Request) -> Answer:
        self.arrived.append(request)
        arriving = copy_of(request)
        arriving.want.max_bytes = self.random.choice(self.pages)
        try:
            return self.central.exchange(arriving)
        except Refused as no:
            raise ServerRefuses(no.code, no.detail, no.status) from no
        finally:
            self.noted()

    def forget(self) -> None:
        """The server was set back: what it was sent before says nothing any more."""
        self.sent.clear()
        self.arrived.clear()

    def cut(self, answer: Answer) -> None:
        """Any part of an answer is refused as the real bytes would be."""
        self.events["answer cut"] += 1
        body, headers = wire.pack(answer)
        try:
            wire.unpack(Answer, body[: self.random.randrange(len(body))], headers)
        except NotOurs as error:
            raise CutShort(error.reason) from error

    def next_incarnation(self, asked: NextIncarnation) -> Incarnation:
        if not self.calm and self.random.random() < 0.2:
            self.events["incarnation asked in vain"] += 1
            if self.random.random() < 0.5:
                self.central.next_incarnation(asked)
            raise CutShort
        return self.central.next_incarnation(asked)

    def replay(self) -> None:
        """A request that was thought lost arrives at last."""
        if self.sent:
            self.events["late request"] += 1
            self.deliver(self.random.choice(self.sent))
