"""What networks answer instead of the server, and what they make of its answers."""

import gzip

from app.sync.wire import CONTENT_TYPE

SIGN_IN = b"<!DOCTYPE html><html><body><form action='/login'>Hotel Wi-Fi: room and name, please.</form></body></html>"


def answer(status: str, body: bytes = b"", *headers: str) -> bytes:
    """`status`: as it stands in the first line, such as `200 OK`."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


_HTML = "Content-Type: text/html; charset=utf-8"
_OURS = f"Content-Type: {CONTENT_TYPE}"

PORTALS: dict[str, bytes] = {
    "redirect": answer("302 Found", b"", "Location: http://login.example/"),
    "redirect kept": answer("307 Temporary Redirect", b"", "Location: http://login.example/"),
    "page": answer("200 OK", SIGN_IN, _HTML),
    "sign-in required": answer("511 Network Authentication Required", SIGN_IN, _HTML),
    "nothing": answer("204 No Content"),
    "empty": answer("200 OK"),
    "page in our name": answer("200 OK", SIGN_IN, _OURS),
    "page in our name, packed": answer("200 OK", gzip.compress(SIGN_IN), _OURS, "Content-Encoding: gzip"),
    "json": answer("200 OK", b'{"end":true}', "Content-Type: application/json"),
    "proxy wants a password": answer("407 Proxy Authentication Required", SIGN_IN, _HTML),
    "gateway": answer("502 Bad Gateway", b"<h1>Bad Gateway</h1>", _HTML),
}


def _parted(raw: bytes) -> tuple[bytes, bytes]:
    head, _, body = raw.partition(b"\r\n\r\n")
    return head, body


def with_body(raw: bytes, body: bytes) -> bytes:
    """The answer with another body, its length said as it is: a proxy on the way that lost or changed something."""
    head, _ = _parted(raw)
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith((b"content-length", b"transfer-enc"))]
    return b"\r\n".join([*lines, b"Content-Length: %d" % len(body)]) + b"\r\n\r\n" + body


def body_of(raw: bytes) -> bytes:
    """The body as it was before it was cut into chunks."""
    head, body = _parted(raw)
    if b"transfer-encoding: chunked" not in head.lower():
        return body
    whole = b""
    while body:
        size, _, body = body.partition(b"\r\n")
        whole, body = whole + body[: int(size, 16)], body[int(size, 16) + 2 :]
    return whole


def half(raw: bytes) -> bytes:
    """Truncated gzip that claims to be whole."""
    body = body_of(raw)
    return with_body(raw, body[: len(body) // 2])


def other_text(raw: bytes) -> bytes:
    """Whole gzip of something else."""
    return with_body(raw, gzip.compress(SIGN_IN))


def flipped(raw: bytes) -> bytes:
    """One bit is wrong in the middle of the body."""
    body = bytearray(body_of(raw))
    if body:
        body[len(body) // 2] ^= 1
    return with_body(raw, bytes(body))


def unpacked(raw: bytes) -> bytes:
    """A proxy that inflates for the client, and says nothing of it."""
    return with_body(raw, gzip.decompress(body_of(raw)))


def without(header: str):
    """Takes one header away."""
    name = header.lower().encode() + b":"

    def rewrite(raw: bytes) -> bytes:
        head, body = _parted(raw)
        return (
            b"\r\n".join(line for line in head.split(b"\r\n") if not line.lower().startswith(name)) + b"\r\n\r\n" + body
        )

    return rewrite


DAMAGES = {
    "half": half,
    "other text": other_text,
    "flipped": flipped,
    "unpacked": unpacked,
    "no digest": without("Content-Digest"),
    "no protocol": without("X-Sync-Proto"),
    "no type": without("Content-Type"),
}
