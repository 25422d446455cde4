"""Messages are found in a stream whatever its pieces are."""

from collections import deque

import pytest

from benchmarks.framing import Framing

POST = b"POST /sync/v1/exchange?x=1 HTTP/1.1\r\nContent-Length: 9\r\n\r\nPOST / no"
HEAD = b"HEAD /blobs/1 HTTP/1.1\r\nHost: a\r\n\r\n"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n1\r\n\n\r\n0\r\nTrailer: x\r\n\r\n"
LONG = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabcd"
OF_HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n"
EMPTY = b"HTTP/1.1 204 No Content\r\nX: y\r\n\r\n"
GO_ON = b"HTTP/1.1 100 Continue\r\n\r\n"


def in_pieces(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


@pytest.mark.parametrize("size", [1, 7, 1_000])
def test_requests(size):
    framing = Framing(keep=True)
    found = [message for piece in in_pieces(POST + HEAD + POST[:30], size) for message in framing.feed(piece)]
    assert [message.raw for message in found] == [POST, HEAD]
    assert [(message.method, message.path) for message in found] == [
        (b"POST", "/sync/v1/exchange"),
        (b"HEAD", "/blobs/1"),
    ]
    assert framing.rest == POST[:30]


@pytest.mark.parametrize("size", [1, 7, 1_000])
def test_answers(size):
    framing = Framing(asked=deque([b"POST", b"HEAD", b"POST", b"DELETE", b"POST"]), keep=True)
    stream = CHUNKED + OF_HEAD + LONG + EMPTY + GO_ON + LONG
    found = [message for piece in in_pieces(stream, size) for message in framing.feed(piece)]
    assert [message.raw for message in found] == [CHUNKED, OF_HEAD, LONG, EMPTY, GO_ON + LONG]


def test_bodies_are_only_kept_when_asked_for():
    framing = Framing()
    assert [message.raw for message in framing.feed(POST)] == [b""]
    assert framing.rest == b""


def test_an_answer_without_length_lasts_as_long_as_the_connection():
    framing = Framing(asked=deque([b"GET"]), keep=True)
    assert framing.feed(b"HTTP/1.1 200 OK\r\n\r\nabc") == []
    assert framing.feed(LONG) == []
    assert framing.rest == b"HTTP/1.1 200 OK\r\n\r\nabc" + LONG


@pytest.mark.parametrize(
    "noise", [b"\r\n\r\n\r\n\r\n", b"\x16\x03\x01\r\n\r\n", b"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n"]
)
def test_what_is_not_http_ends_never_and_breaks_nothing(noise):
    framing = Framing(asked=deque())
    assert framing.feed(noise) == []
    assert framing.feed(LONG) == []
