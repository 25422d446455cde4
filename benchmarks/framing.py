"""Where HTTP/1.1 messages begin and end in a stream of bytes; nothing of what they mean."""

from collections import deque
from collections.abc import Generator
from dataclasses import dataclass

_BODILESS = (b"204", b"304")
_NO_BODY_METHODS = (b"HEAD",)

Step = Generator[None, None, bytes]


@dataclass(frozen=True, slots=True)
class Message:
    """`start`: its first line. `raw`: all its bytes; empty when the framing was not asked to keep them."""

    start: bytes
    raw: bytes

    @property
    def method(self) -> bytes:
        return self.start.split(b" ", 1)[0]

    @property
    def path(self) -> str:
        """Of a request, without its query."""
        return self.start.split(b" ")[1].split(b"?")[0].decode("latin-1")


class Framing:
    """Cuts one direction of a connection into messages, however the bytes come.

    `asked`: for the direction of answers, the methods of the requests, oldest first: an answer to HEAD has no body. An
    answer without a length ends with the connection, so `feed` never tells it: it is in `rest`.
    """

    def __init__(self, *, asked: deque[bytes] | None = None, keep: bool = False) -> None:
        self._asked = asked
        self._keep = keep
        self._buffer = bytearray()
        self._raw = bytearray()
        self._found: list[Message] = []
        self._steps = self._messages()
        next(self._steps)

    def feed(self, data: bytes) -> list[Message]:
        """The messages that are complete by now and were not told before. What is not HTTP never ends."""
        self._buffer += data
        try:
            next(self._steps)
        except (ValueError, IndexError):
            self._steps = self._skip(None)
        found, self._found = self._found, []
        return found

    @property
    def rest(self) -> bytes:
        """What came of a message that is not complete; only when messages are kept."""
        return bytes(self._raw + self._buffer)

    def _messages(self) -> Generator[None, None, None]:
        while True:
            head = yield from self._until(b"\r\n\r\n")
            start, *lines = head.rstrip(b"\r\n").split(b"\r\n")
            named = dict(line.lower().split(b":", 1) for line in lines if b":" in line)
            if self._has_no_body(start):
                if start.split(b" ")[1][:1] == b"1":
                    continue  # 100 Continue: the answer itself follows
            elif b"chunked" in named.get(b"transfer-encoding", b""):
                yield from self._chunks()
            elif b"content-length" in named:
                yield from self._skip(int(named[b"content-length"]))
            elif self._asked is not None:
                yield from self._skip(None)
            self._found.append(Message(start, bytes(self._raw)))
            self._raw.clear()

    def _has_no_body(self, start: bytes) -> bool:
        if self._asked is None:
            return False
        status = start.split(b" ")[1]
        if status[:1] == b"1":
            return True
        method = self._asked.popleft() if self._asked else b""
        return method in _NO_BODY_METHODS or status in _BODILESS

    def _chunks(self) -> Generator[None, None, None]:
        while True:
            line = yield from self._until(b"\r\n")
            if (size := int(line.split(b";")[0], 16)) == 0:
                break
            yield from self._skip(size + 2)
        while (yield from self._until(b"\r\n")) != b"\r\n":
            pass

    def _until(self, mark: bytes) -> Step:
        while (at := self._buffer.find(mark)) < 0:
            yield
        return self._take(at + len(mark))

    def _skip(self, size: int | None) -> Generator[None, None, None]:
        """Over `size` bytes; None: over all that ever comes."""
        left = size
        while left is None or left > 0:
            if not self._buffer:
                yield
                continue
            taken = self._take(len(self._buffer) if left is None else min(left, len(self._buffer)))
            left = left if left is None else left - len(taken)

    def _take(self, size: int) -> bytes:
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        if self._keep:
            self._raw += taken
        return taken
