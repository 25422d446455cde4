"""Bombs of every sort against a running server: refused quickly, in bounded memory, while others are served."""

import bz2
import json
import re
import socket
import threading
import time
import zlib

import httpx2
import psutil
import pytest

from app.sync.protocol import EXCHANGE_PATH, Answer
from app.sync.wire import CONTENT_TYPE, MAX_INFLATED, MAX_PACKED, PROTO_HEADER, digest_of
from tests.server.caller import Caller
from tests.server.served import Served

MOST_MORE = 150 << 20
MOST_SECONDS = 5  # of a machine that others use as well


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    server = Served("--trial", "--data", tmp_path_factory.mktemp("bombs") / "trial").wait()
    yield server
    server.process.terminate()
    server.process.communicate(timeout=60)


@pytest.fixture(scope="module")
def ana(served):
    code = re.search(r"enrol (\S+)", served.process.stdout.readline()).group(1)
    with httpx2.Client(base_url=served.address, timeout=60) as client:
        caller = Caller(None, client)
        caller.enrol(code=code)
        caller.sign_in()
        yield caller


class Weight:
    """The most memory that the processes of a server took while this was open, beyond what they had."""

    def __init__(self, served):
        self.process = psutil.Process(served.process.pid)
        self.stop = threading.Event()

    def now(self):
        family = [self.process, *self.process.children(recursive=True)]
        return sum(one.memory_info().rss for one in family)

    def __enter__(self):
        self.before = self.most = self.now()
        self.watcher = threading.Thread(target=self._watch)
        self.watcher.start()
        return self

    def _watch(self):
        while not self.stop.wait(0.005):
            self.most = max(self.most, self.now())

    def __exit__(self, *_):
        self.stop.set()
        self.watcher.join()

    @property
    def more(self):
        return self.most - self.before


def squeezed(pieces):
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join([packer.compress(piece) for piece in pieces] + [packer.flush()])


def headers(raw=b""):
    return {"Content-Type": CONTENT_TYPE, PROTO_HEADER: "1", "Content-Digest": digest_of(raw)}


def as_message(raw):
    return squeezed([raw]), headers(raw)


GIGABYTE = squeezed([b"\x00" * (1 << 20)] * 1_000)
FULL = MAX_INFLATED - 1_000
JSON_BOMBS = {
    "deep": b"[" * 100_000,
    "deep objects": b'{"a":' * 100_000,
    "wide": b'{"mutations":[' + b"0," * (FULL // 2) + b"0]}",
    "wide objects": b'{"mutations":[' + b"{}," * (FULL // 3) + b"{}]}",
    "many strings": b'{"mutations":[' + b'"",' * (FULL // 3) + b'""]}',
    "many fields": b"{" + b'"a":1,' * (FULL // 6) + b'"b":1}',
    "brackets": b"[]" * (FULL // 2),
    "long string": b'{"device":"' + b"x" * FULL + b'"}',
    "quotes": b'"' * FULL,
    "backslashes": b'"' + b"\\" * FULL,
    "long number": b'{"inc":' + b"9" * FULL + b"}",
    "escapes": b'{"device":"' + b"\\u0041" * (FULL // 6) + b'"}',
}


@pytest.mark.parametrize("name", JSON_BOMBS)
def test_json_bombs(served, ana, name):
    body, named = as_message(JSON_BOMBS[name])
    with Weight(served) as weight:
        began = time.monotonic()
        if len(body) <= MAX_PACKED:
            assert ana.send(EXCHANGE_PATH, body, named).code.startswith("not-ours")
        assert time.monotonic() - began < MOST_SECONDS
    assert weight.more < MOST_MORE


@pytest.mark.parametrize("bomb", [GIGABYTE, bz2.compress(bytes(1 << 28))], ids=["gzip", "bzip2"])
def test_a_bomb_is_not_inflated(served, ana, bomb):
    assert len(bomb) <= MAX_PACKED
    with Weight(served) as weight:
        began = time.monotonic()
        assert ana.send(EXCHANGE_PATH, bomb, headers()).code == "not-ours-size"
        assert time.monotonic() - began < MOST_SECONDS
    assert weight.more < MOST_MORE


def test_many_bombs_at_once(served, ana):
    """And somebody else is served meanwhile."""

    def throw():
        httpx2.post(
            f"{served.address}{EXCHANGE_PATH}",
            content=GIGABYTE,
            headers=headers() | {"Authorization": f"Bearer {ana.token}"},
            timeout=60,
        )

    throwers = [threading.Thread(target=throw) for _ in range(12)]
    with Weight(served) as weight:
        for thrower in throwers:
            thrower.start()
        ana.exchange()
        assert ana.status == 200
        for thrower in throwers:
            thrower.join()
    assert weight.more < MOST_MORE + 12 * MAX_INFLATED


def test_a_wide_mutation_is_put_aside(served, ana):
    fields = ",".join(f'"f{number}":1' for number in range(100_000))
    mutation = f'{{"m":1,"schema":1,"hlc":1,"at":1,"base":0,"ops":[{{"t":"visit","id":"x","set":{{{fields}}}}}]}}'
    said = {"proto": 1, "schema": 1, "device": "d1", "inc": 1, "epoch": ana.epoch, "client_ms": 0, "end": True}
    raw = json.dumps(said)[:-1] + f',"mutations":[{mutation}]}}'
    with Weight(served) as weight:
        answer = ana.send(EXCHANGE_PATH, *as_message(raw.encode()), Answer)
        assert ana.status in (200, 400), answer
    assert weight.more < MOST_MORE


@pytest.mark.parametrize(
    "lines",
    [
        [b"x-%d: 1" % number for number in range(20_000)],
        [b"x-long: " + b"1" * 2_000_000],
        [b"content-length: 99999999999999999999"],
        [b"content-length: 5", b"content-length: 6"],
        [b"transfer-encoding: chunked", b"content-length: 5"],
        [b"transfer-encoding: gzip, chunked"],
    ],
    ids=["many", "long", "huge", "two lengths", "two ways", "encoded"],
)
def test_header_bombs(served, lines):
    with Weight(served) as weight, socket.create_connection(("127.0.0.1", served.port), timeout=20) as link:
        try:
            link.sendall(b"POST /sync/v1/exchange HTTP/1.1\r\nhost: x\r\n" + b"\r\n".join(lines) + b"\r\n\r\nhello")
            status = link.recv(200).split(b" ")[1:2]
        except (ConnectionResetError, BrokenPipeError):
            status = []  # it has hung up while we were still talking
        assert status == [] or b"400" <= status[0] < b"500"
    assert weight.more < MOST_MORE


def test_a_body_without_end_is_cut(served, ana):
    def endless():
        for _ in range(1_000):
            yield b"x" * 65_536

    with Weight(served) as weight:
        try:
            assert ana.send(EXCHANGE_PATH, endless(), {}).code == "too-large"
        except httpx2.TransportError:
            assert httpx2.get(f"{served.address}/health").status_code == 200
    assert weight.more < MOST_MORE


def test_slow_headers_are_given_up(served):
    """Many who say nothing do not keep those out who do."""
    silent = [socket.create_connection(("127.0.0.1", served.port), timeout=20) for _ in range(100)]
    for link in silent:
        link.sendall(b"POST /sync/v1/exchange HTTP/1.1\r\nhost: x\r\n")
    assert httpx2.get(f"{served.address}/ready").status_code == 200
    for link in silent:
        link.close()
