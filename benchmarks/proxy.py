"""Bad networks on loopback: a TCP proxy that is slow, goes away, breaks at a byte, repeats, or answers by itself.

Tests and benchmarks put it between the two programs. It counts what crosses it, and runs on a thread of its own. Of TCP
only the wait for a connection is played: no lost packets, no slow start.
"""

import asyncio
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import aclosing, suppress
from dataclasses import replace
from typing import Any, Self, TypeVar

from benchmarks.framing import Framing, Message
from benchmarks.links import LAN, PIECE, Counts, Cut, Ending, Link, Way

_CATCH_UP_S = 0.05  # a timer that fires late does not cost the link its rate
_HERE = "127.0.0.1"

T = TypeVar("T")


_UnderWay = asyncio.Queue[tuple[float, bytes, Ending | None]]  # when it arrives, what, and whether it is the end


class _Lane:
    """One direction of the link, shared by all connections: one byte after the other."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._free_at = 0.0

    async def carry(self, size: int) -> None:
        if not self._rate:
            return
        loop = asyncio.get_running_loop()
        self._free_at = max(self._free_at, loop.time() - _CATCH_UP_S) + size * 8 / self._rate
        await asyncio.sleep(max(0.0, self._free_at - loop.time()))


class _Pipe:
    """One client's connection with its connection to the server."""

    def __init__(self, client: asyncio.StreamWriter) -> None:
        self.writers = [client]
        self.asked: deque[bytes] = deque()
        self.hangs = False
        self.is_over = False

    def add(self, writer: asyncio.StreamWriter) -> None:
        self.writers.append(writer)

    def end(self, ending: Ending) -> None:
        if ending is Ending.HANG:
            self.hangs = True
            return
        self.is_over = True
        for writer in self.writers:
            if ending is Ending.RESET:
                _reset(writer)
            else:
                writer.close()


class Proxy:
    """`with Proxy(port) as proxy:` clients speak to `proxy.port`, and what they say goes to `port` over `link`.

    `portal`: answers every request of connections made from now on, instead of the server: the bytes to send.
    `replays`: how often each request of such connections reaches the server before the client gets the answer to one
    more. `rewrite`: what becomes of each whole answer.
    """

    def __init__(self, target: int, link: Link = LAN) -> None:
        self.target = target
        self.link = link
        self.portal: bytes | None = None
        self.replays = 0
        self.rewrite: Callable[[bytes], bytes] | None = None
        self.port = 0
        self._counts = Counts()
        self._cut: Cut | None = None
        self._left = 0
        self._pipes: set[_Pipe] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), name="link")

    @property
    def age_s(self) -> float:
        """How long the link is there: one that comes and goes begins with being there."""
        return time.monotonic() - self._began

    @property
    def url(self) -> str:
        return f"http://{_HERE}:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._call(self._stop)
        self._thread.join()

    def counts(self, *, anew: bool = False) -> Counts:
        """What has crossed until now; `anew`: and count from nothing again."""

        def copied() -> Counts:
            counts = self._counts
            if anew:
                self._counts = Counts()
                return counts
            return replace(counts, requests=list(counts.requests))

        return self._call(copied)

    def cut(self, cut: Cut | None) -> None:
        """Arm it, in the place of any other; None: no more."""

        def arm() -> None:
            self._cut = cut
            self._left = cut.after if cut else 0

        self._call(arm)

    def drop(self) -> None:
        """Break every connection there is."""
        self._call(self._drop)

    def go_down(self) -> None:
        """The link is away until `go_up`."""
        self._call(self._go_down)

    def go_up(self) -> None:
        self._call(lambda: self._is_up.set())

    def _call(self, work: Callable[[], T]) -> T:
        done: list[T] = []
        said = threading.Event()

        def do() -> None:
            done.append(work())
            said.set()

        self._loop.call_soon_threadsafe(do)
        said.wait()
        return done[0]

    def _stop(self) -> None:
        self._stopped.set()

    def _drop(self) -> None:
        for pipe in self._pipes:
            pipe.end(Ending.RESET)

    def _go_down(self) -> None:
        self._counts.outages += 1
        self._is_up.clear()
        if self.link.drops:
            self._drop()

    async def _run(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._began = time.monotonic()
        self._stopped = asyncio.Event()
        self._is_up = asyncio.Event()
        self._is_up.set()
        self._lanes = {Way.UP: _Lane(self.link.up_rate), Way.DOWN: _Lane(self.link.down_rate)}
        server = await asyncio.start_server(self._accept, _HERE, 0, limit=PIECE)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        if self.link.on_s:
            self._start(self._flap())
        await self._stopped.wait()
        server.close()
        self._drop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _flap(self) -> None:
        while True:
            self._is_up.set()
            await asyncio.sleep(self.link.on_s)
            self._go_down()
            await asyncio.sleep(self.link.off_s)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.link.drops and not self._is_up.is_set():
            self._counts.refused += 1
            _reset(writer)
            return
        self._start(self._connected(reader, writer))

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._counts.connections += 1
        pipe = _Pipe(writer)
        self._pipes.add(pipe)
        try:
            _make_prompt(writer)
            await asyncio.sleep(self.link.rtt_s)
            if self.portal is not None:
                await self._answer_all(self.portal, reader, writer)
                return
            from_server, to_server = await asyncio.open_connection(_HERE, self.target, limit=PIECE)
            pipe.add(to_server)
            _make_prompt(to_server)
            await asyncio.gather(
                self._pump(pipe, Way.UP, self._requests(pipe, reader), to_server),
                self._pump(pipe, Way.DOWN, self._answers(pipe, from_server), writer),
            )
        except OSError:
            pipe.end(Ending.RESET)  # the server is not there, or one side broke off: so does the other
        finally:
            self._pipes.discard(pipe)
            pipe.end(Ending.CLOSE)

    async def _requests(self, pipe: _Pipe, reader: asyncio.StreamReader) -> AsyncGenerator[bytes, None]:
        """What the client sends, in pieces; when requests are replayed, in whole requests."""
        replays = self.replays
        framing = Framing(keep=bool(replays))
        while data := await reader.read(PIECE):
            asked = framing.feed(data)
            for message in asked:
                pipe.asked.append(message.method)
                self._counts.requests.append(f"{message.method.decode('latin-1')} {message.path}")
            if not replays:
                yield data
            for message in asked if replays else []:
                for _ in range(replays):
                    await self._replay(message)
                yield message.raw
        if replays:
            yield framing.rest

    async def _replay(self, message: Message) -> None:
        """Send it over a connection of its own, and wait until it is answered."""
        reader, writer = await asyncio.open_connection(_HERE, self.target)
        try:
            writer.write(message.raw)
            framing = Framing(asked=deque([message.method]))
            while (data := await reader.read(PIECE)) and not framing.feed(data):
                pass
        finally:
            writer.close()

    async def _answers(self, pipe: _Pipe, reader: asyncio.StreamReader) -> AsyncGenerator[bytes, None]:
        """What the server sends, in pieces; when answers are rewritten, in whole answers."""
        rewrite = self.rewrite
        framing = Framing(asked=pipe.asked, keep=True)
        while data := await reader.read(PIECE):
            if rewrite is None:
                yield data
                continue
            for message in framing.feed(data):
                yield rewrite(message.raw)
        if rewrite is not None and framing.rest:
            yield rewrite(framing.rest)

    async def _pump(
        self, pipe: _Pipe, way: Way, source: AsyncGenerator[bytes, None], out: asyncio.StreamWriter
    ) -> None:
        under_way = _UnderWay()
        delivering = self._start(self._deliver(pipe, under_way, out))
        try:
            async with aclosing(source):
                async for data in source:
                    for at in range(0, len(data), self.link.piece):
                        if await self._carry(pipe, way, data[at : at + self.link.piece], under_way):
                            return
            under_way.put_nowait((self._loop.time() + self.link.rtt_s / 2, b"", None))
        except OSError:
            under_way.put_nowait((0, b"", Ending.RESET))
        finally:
            await delivering

    async def _carry(self, pipe: _Pipe, way: Way, piece: bytes, under_way: _UnderWay) -> bool:
        """Whether it was the last: the connection was cut within it, or is over."""
        await self._is_up.wait()
        if pipe.is_over:
            under_way.put_nowait((0, b"", Ending.RESET))
            return True
        await self._lanes[way].carry(len(piece))
        passed, ending = self._until_cut(way, len(piece))
        setattr(self._counts, way, getattr(self._counts, way) + passed)
        under_way.put_nowait((self._loop.time() + self.link.rtt_s / 2, piece[:passed], ending))
        return ending is not None

    def _until_cut(self, way: Way, size: int) -> tuple[int, Ending | None]:
        """How many of `size` bytes still pass, and how the connection ends then; None: it does not."""
        cut = self._cut
        if cut is None or cut.way is not way or size < self._left:
            self._left -= size if cut and cut.way is way else 0
            return size, None
        passed = self._left
        self._cut = cut if cut.again else None
        self._left = cut.after
        self._counts.cuts += 1
        return passed, cut.ending

    async def _deliver(self, pipe: _Pipe, under_way: _UnderWay, out: asyncio.StreamWriter) -> None:
        """Each piece when its time has come; no bytes and no ending: that was all."""
        while True:
            due, data, ending = await under_way.get()
            await asyncio.sleep(max(0.0, due - self._loop.time()))
            if pipe.hangs:
                continue
            if data:
                ending = await _handed_over(out, data) or ending
            elif ending is None:
                _say_all_is_said(out)
                return
            if ending:
                pipe.end(ending)
            if ending and not pipe.hangs:
                return

    async def _answer_all(self, portal: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        framing = Framing()
        while data := await reader.read(PIECE):
            await self._lanes[Way.UP].carry(len(data))
            self._counts.up += len(data)
            for message in framing.feed(data):
                self._counts.requests.append(f"{message.method.decode('latin-1')} {message.path}")
                await self._lanes[Way.DOWN].carry(len(portal))
                self._counts.down += len(portal)
                await asyncio.sleep(self.link.rtt_s)
                writer.write(portal)
                await writer.drain()


def _make_prompt(writer: asyncio.StreamWriter) -> None:
    """Each piece goes out at once and by itself, and `drain` waits until it is out."""
    writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    writer.transport.set_write_buffer_limits(0)


async def _handed_over(out: asyncio.StreamWriter, data: bytes) -> Ending | None:
    """How the connection ended when the other side took no more."""
    try:
        out.write(data)
        await out.drain()
    except OSError:
        return Ending.RESET
    return None


def _say_all_is_said(out: asyncio.StreamWriter) -> None:
    if not out.is_closing():
        with suppress(OSError):  # the other side went first
            out.write_eof()


def _reset(writer: asyncio.StreamWriter) -> None:
    if not writer.is_closing():
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
