"""The proxy does to a connection what it says, and counts it: tests and benchmarks stand on this."""

import http.client
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from benchmarks.links import Cut, Ending, Link, Way
from benchmarks.proxy import Proxy
from tests.network.portals import DAMAGES, PORTALS, body_of, half

ANSWER = bytes(range(256)) * 40


class Counting(BaseHTTPRequestHandler):
    """Answers every POST with ANSWER and remembers the bodies; a body that does not arrive whole is none."""

    protocol_version = "HTTP/1.1"
    bodies: list[bytes]

    def do_POST(self):
        body = self.rfile.read(length := int(self.headers["Content-Length"]))
        if len(body) < length:
            self.close_connection = True
            return
        self.bodies.append(body)
        self.send_response(200)
        self.send_header("Content-Length", str(len(ANSWER)))
        self.end_headers()
        self.wfile.write(ANSWER)

    def handle(self):
        try:
            super().handle()
        except ConnectionError:
            self.close_connection = True

    def log_message(self, *_):
        """Says nothing: the tests look at what arrived."""


@pytest.fixture
def bodies() -> list[bytes]:
    return []


@pytest.fixture
def port(bodies) -> Iterator[int]:
    handler = type("Handler", (Counting,), {"bodies": bodies})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = False
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    thread.join()
    server.server_close()


def post(proxy: Proxy, body: bytes = b"hello", *, timeout: float = 5) -> bytes:
    """The body of the answer; raises OSError or HTTPException when none comes."""
    with closing(http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=timeout)) as client:
        client.request("POST", "/a?b", body)
        return client.getresponse().read()


def request_size(body: bytes, port: int) -> int:
    with Proxy(port) as proxy:
        post(proxy, body)
        return proxy.counts().up


def test_a_plain_link_passes_and_counts(port, bodies):
    with Proxy(port) as proxy:
        for _ in range(3):
            assert post(proxy, b"x" * 100_000) == ANSWER
        counts = proxy.counts(anew=True)
        assert proxy.counts().up == 0
    assert bodies == [b"x" * 100_000] * 3
    assert counts.requests == ["POST /a"] * 3
    assert counts.connections == 3
    assert 300_000 < counts.up < 301_000
    assert 3 * len(ANSWER) < counts.down < 3 * len(ANSWER) + 1_000


def test_latency_is_one_round_for_the_connection_and_one_for_the_request(port):
    with Proxy(port, Link(rtt_s=0.1)) as proxy, closing(http.client.HTTPConnection("127.0.0.1", proxy.port)) as client:
        for rounds in (2, 1):
            started = time.perf_counter()
            client.request("POST", "/", b"x")
            client.getresponse().read()
            assert rounds * 0.1 <= time.perf_counter() - started < 2


@pytest.mark.parametrize("link", [Link(up_rate=800_000), Link(down_rate=80_000)], ids=["up", "down"])
def test_rates_are_kept_and_shared_by_connections(port, link):
    with Proxy(port, link) as proxy:
        started = time.perf_counter()
        threads = [threading.Thread(target=post, args=(proxy, b"x" * 20_000)) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        took = time.perf_counter() - started
        counts = proxy.counts()
    floor = counts.up * 8 / 800_000 if link.up_rate else counts.down * 8 / 80_000
    assert floor - 0.06 <= took < floor + 4
    assert floor > 0.3


@pytest.mark.parametrize("ending", [Ending.RESET, Ending.CLOSE])
def test_a_cut_on_the_way_up_lets_exactly_so_many_bytes_pass(port, bodies, ending):
    size = request_size(b"hello", port)
    bodies.clear()
    for after in (0, 1, size - 1):
        with Proxy(port) as proxy:
            proxy.cut(Cut(Way.UP, after, ending))
            with pytest.raises((OSError, http.client.HTTPException)):
                post(proxy)
            assert proxy.counts().up == after
            assert bodies == []
            assert post(proxy) == ANSWER  # it was the one cut
            assert proxy.counts().cuts == 1
        bodies.clear()


def test_a_cut_after_the_last_byte_of_a_request_is_after_its_effect(port, bodies):
    size = request_size(b"hello", port)
    with Proxy(port) as proxy:
        proxy.cut(Cut(Way.UP, size, Ending.CLOSE))
        with pytest.raises((OSError, http.client.HTTPException)):
            post(proxy)
        wait_for(lambda: len(bodies) == 2)


def wait_for(truth) -> None:
    end = time.monotonic() + 5
    while not truth():
        assert time.monotonic() < end
        time.sleep(0.005)


@pytest.mark.parametrize("after", [0, 1, 200, 5_000])
@pytest.mark.parametrize("ending", [Ending.RESET, Ending.CLOSE])
def test_a_cut_on_the_way_down(port, bodies, after, ending):
    with Proxy(port) as proxy:
        proxy.cut(Cut(Way.DOWN, after, ending))
        with closing(socket.create_connection(("127.0.0.1", proxy.port), timeout=5)) as client:
            client.sendall(b"POST / HTTP/1.1\r\nContent-Length: 1\r\n\r\nx")
            assert len(all_of(client)) == after
        assert proxy.counts().down == after
    assert bodies == [b"x"]


def all_of(client: socket.socket) -> bytes:
    data = b""
    try:
        while piece := client.recv(65_536):
            data += piece
    except ConnectionResetError:
        pass
    return data


def test_a_cut_can_come_again_and_again(port, bodies):
    with Proxy(port) as proxy:
        proxy.cut(Cut(Way.UP, 1_000, again=True))
        for _ in range(3):
            with pytest.raises((OSError, http.client.HTTPException)):
                post(proxy, b"x" * 5_000)
        assert proxy.counts().up == 3_000
        assert proxy.counts().cuts == 3
    assert bodies == []


@pytest.mark.parametrize("way", list(Way))
def test_a_link_that_hangs_stays_connected_and_says_nothing(port, way):
    with Proxy(port) as proxy:
        proxy.cut(Cut(way, 30, Ending.HANG))
        with pytest.raises(TimeoutError):
            post(proxy, timeout=0.2)
        assert post(proxy) == ANSWER


def test_requests_are_replayed_before_the_client_hears(port, bodies):
    with Proxy(port) as proxy:
        proxy.replays = 2
        assert post(proxy, b"once") == ANSWER
        assert proxy.counts().requests == ["POST /a"]
    assert bodies == [b"once"] * 3


def test_one_byte_at_a_time(port, bodies):
    with Proxy(port, Link(piece=1)) as proxy:
        assert post(proxy, b"drop by drop") == ANSWER
    assert bodies == [b"drop by drop"]


@pytest.mark.parametrize("name", PORTALS)
def test_portals_answer_instead_of_the_server(port, bodies, name):
    with Proxy(port) as proxy:
        proxy.portal = PORTALS[name]
        with closing(http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=5)) as client:
            for _ in range(2):
                client.request("POST", "/", b"x")
                answer = client.getresponse()
                assert f" {answer.status} ".encode() in PORTALS[name]
                assert answer.read() == body_of(PORTALS[name])
        proxy.portal = None
        assert post(proxy) == ANSWER
    assert bodies == [b"hello"]


def test_answers_are_rewritten_as_a_whole(port):
    with Proxy(port) as proxy:
        proxy.rewrite = half
        assert post(proxy) == ANSWER[: len(ANSWER) // 2]
    assert len(DAMAGES) == 7


def test_a_link_that_comes_and_goes(port):
    with Proxy(port, Link(on_s=0.3, off_s=0.3)) as proxy:
        turns = [True]
        end = time.monotonic() + 10
        while turns != [True, False, True] and time.monotonic() < end:
            try:
                now = post(proxy) == ANSWER
            except (OSError, http.client.HTTPException):
                now = False
            turns += [now] if now != turns[-1] else []
        assert turns == [True, False, True]
        assert proxy.counts().refused > 0


def test_a_link_that_is_away_for_a_moment_may_keep_its_connections(port):
    with Proxy(port, Link(drops=False)) as proxy:
        proxy.go_down()
        timer = threading.Timer(0.3, proxy.go_up)
        timer.start()
        started = time.perf_counter()
        assert post(proxy) == ANSWER
        assert time.perf_counter() - started > 0.25
        timer.join()


def test_taken_down_and_put_up_by_hand(port):
    with Proxy(port) as proxy, closing(http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=5)) as client:
        client.request("POST", "/", b"x")
        client.getresponse().read()
        proxy.go_down()
        with pytest.raises((OSError, http.client.HTTPException)):
            client.request("POST", "/", b"x")
            client.getresponse()
        with pytest.raises((OSError, http.client.HTTPException)):
            post(proxy)
        proxy.go_up()
        assert post(proxy) == ANSWER


def test_a_server_that_is_not_there_breaks_the_connection():
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    with Proxy(port) as proxy, pytest.raises((OSError, http.client.HTTPException)):
        post(proxy)
