"""A wait for the server ends when the window closes, not when the network's patience does."""

import socket
import ssl
import threading
import time

import httpx2
import pytest

from app.sync.network import Line
from tests.sync.test_client import certificate, listening


def waits(line, url):
    """A thread that waits for an answer which never comes; what it ended with."""
    ended: list[BaseException] = []

    def ask():
        try:
            with line.client.stream("POST", url, content=b"1", timeout=httpx2.Timeout(20)) as response:
                response.read()
        except httpx2.TransportError as error:
            ended.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    return thread, ended


@pytest.fixture
def hung():
    """Answers nothing until the test ends."""
    let_go, asked = threading.Event(), threading.Event()

    def serve(connection: socket.socket):
        connection.recv(10)
        asked.set()
        let_go.wait(20)

    serve.asked, serve.let_go = asked, let_go
    yield serve
    let_go.set()


def end_at_once(line, thread, hung):
    assert hung.asked.wait(5)
    time.sleep(0.05)  # so that it waits for the answer, and not for what it sends
    started = time.monotonic()
    line.hang_up()
    thread.join(5)
    assert time.monotonic() - started < 1
    hung.let_go.set()


def test_hanging_up_ends_a_wait_at_once(hung):
    line = Line()
    with listening(hung) as port:
        thread, ended = waits(line, f"http://127.0.0.1:{port}/")
        end_at_once(line, thread, hung)
    assert len(ended) == 1
    assert line.is_closed


def test_hanging_up_ends_a_secure_wait_at_once(hung, tmp_path, monkeypatch):
    key, pem = certificate("localhost", starts=-1, ends=1)
    (tmp_path / "key.pem").write_bytes(key)
    (tmp_path / "cert.pem").write_bytes(pem)
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    trusting = ssl.create_default_context(cafile=tmp_path / "cert.pem")
    monkeypatch.setattr(ssl, "create_default_context", lambda: trusting)
    line = Line()

    def serve(connection):
        with serving.wrap_socket(connection, server_side=True) as secure:
            hung(secure)

    with listening(serve) as port:
        thread, ended = waits(line, f"https://localhost:{port}/")
        end_at_once(line, thread, hung)
    assert len(ended) == 1


def test_hanging_up_twice_and_before_anything_is_no_harm():
    line = Line()
    line.hang_up()
    line.hang_up()
    assert line.is_closed
