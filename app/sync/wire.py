"""Messages as bytes and back: packing, digest, end marker, limits. What is not exactly this is `NotOurs`."""

import base64
import bz2
import hashlib
import zlib
from collections.abc import Iterator, Mapping
from typing import TypeVar

import msgspec

from app.errors import NotOurs
from app.sync.compact import compacted, restored, rows_compacted, rows_restored
from app.sync.protocol import PROTO, Answer, Message, Request, encoded

CONTENT_TYPE = "application/vnd.gemba.sync+json"
PROTO_HEADER = "X-Sync-Proto"
DIGEST_HEADER = "Content-Digest"
MAX_PACKED = 1 << 20
_INFLATES = 8  # times what is packed
MAX_INFLATED = MAX_PACKED * _INFLATES
MAX_DEPTH = 32
MAX_PARTS = 500_000  # commas: each part of a list takes many times its own bytes once it is decoded
_GZIP = 16 + zlib.MAX_WBITS
_BZIP2 = b"BZh"  # how it begins
_FEW_WORDS = 512  # bytes that are never less as bzip2
_NO_STAGE = -1

M = TypeVar("M", bound=Message)


def pack(message: Message, *, bzip2: bool = False) -> tuple[bytes, dict[str, str]]:
    """The body and its headers. Sets the message's end marker. `bzip2`: its reader understands that, too.

    That it is packed lies in its type: what a Content-Encoding says, proxies on the way feel free to undo.
    """
    message.end = True  # type: ignore[attr-defined]
    raw = encoded(_on_its_way(message))
    return packed(raw, bzip2=bzip2), {
        "Content-Type": CONTENT_TYPE,
        PROTO_HEADER: str(PROTO),
        DIGEST_HEADER: digest_of(raw),
    }


def packed(raw: bytes, *, bzip2: bool) -> bytes:
    """As gzip or as bzip2, whichever is less: rows and texts are a quarter less as bzip2, a few words are not."""
    packer = zlib.compressobj(6, zlib.DEFLATED, _GZIP)
    zipped = packer.compress(raw) + packer.flush()
    return min(zipped, bz2.compress(raw), key=len) if bzip2 and len(raw) > _FEW_WORDS else zipped


def unpack(kind: type[M], body: bytes, headers: Mapping[str, str], *, max_packed: int = MAX_PACKED) -> M:
    """The message in `body`; raises NotOurs. `headers`: by name in any case; the body is still compressed."""
    named = {name.lower(): value for name, value in headers.items()}
    if named.get("content-type", "").split(";")[0].strip() != CONTENT_TYPE:
        raise NotOurs("type", named.get("content-type", ""))
    if named.get(PROTO_HEADER.lower()) != str(PROTO):
        raise NotOurs("proto", named.get(PROTO_HEADER.lower(), ""))
    if len(body) > max_packed:
        raise NotOurs("size", str(len(body)))
    raw = inflated(body, max_packed * _INFLATES)
    if named.get(DIGEST_HEADER.lower()) != digest_of(raw):
        raise NotOurs("digest")
    _refuse_deep(raw)
    try:
        message = msgspec.json.decode(raw, type=kind)
    except msgspec.ValidationError as error:
        raise NotOurs("shape", str(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise NotOurs("json", str(error)) from error
    if not message.end:  # type: ignore[attr-defined]
        raise NotOurs("end")
    return _arrived(message)


def _on_its_way(message: Message) -> Message:
    """Without what need not be said; `message` itself stays as it is, for it may be sent again."""
    less: dict[str, object] = {}
    if isinstance(message, Request):
        less["stage"] = _stage_less(message)
        if not message.mutations:
            less |= {"boot": "", "mono": None}  # they tell the true time of mutations
        elif said := compacted(message.mutations):
            less |= {"mutations": [], "compact": said}
    if isinstance(message, Answer):
        less["head"] = 0 if message.head == message.cursor else message.head
        if message.rows and (table := rows_compacted(message.rows)):
            less |= {"rows": [], "compact": table}
    return msgspec.structs.replace(message, **less)


def _stage_less(request: Request) -> int:
    """Nothing when it is where the cursor is; `_NO_STAGE` when there is none although there is a cursor."""
    return 0 if request.stage == request.cursor else request.stage or _NO_STAGE


def _arrived(message: M) -> M:
    if isinstance(message, Request):
        if message.compact:
            message.mutations, message.compact = restored(message.compact, most_bytes=MAX_INFLATED), None
        message.stage = {0: message.cursor, _NO_STAGE: 0}.get(message.stage, message.stage)
    if isinstance(message, Answer):
        if message.compact:
            message.rows, message.compact = rows_restored(message.compact), None
        message.head = message.head or message.cursor
    return message


def digest_of(raw: bytes) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(raw).digest()).decode('ascii')}:"


def inflated(body: bytes, most: int = MAX_INFLATED) -> bytes:
    """The inflated body; never more than `most` is held, whatever the stream says of itself. Raises NotOurs."""
    stream = bz2.BZ2Decompressor() if body.startswith(_BZIP2) else zlib.decompressobj(_GZIP)
    try:
        raw = stream.decompress(body, most + 1)
    except (zlib.error, OSError) as error:
        raise NotOurs("gzip", str(error)) from error
    if len(raw) > most:
        raise NotOurs("size")
    if not stream.eof or stream.unused_data:
        raise NotOurs("gzip", "cut or followed by something")
    return raw


def _refuse_deep(raw: bytes) -> None:
    """Brackets and commas outside strings, counted without building anything. Raises NotOurs."""
    depth = parts = 0
    for outside in _outside_strings(raw):
        brackets = outside.translate(None, delete=_NO_BRACKETS)
        parts += outside.count(b",")
        if parts > MAX_PARTS:
            raise NotOurs("size", "parts")
        for byte in brackets:
            depth += 1 if byte in b"[{" else -1
            if depth > MAX_DEPTH:
                raise NotOurs("depth")


def _outside_strings(raw: bytes) -> Iterator[bytes]:
    """What stands outside strings, a piece at a time: a list of all of it could be many times as large."""
    plain, inside = raw.replace(b"\\\\", b"").replace(b'\\"', b""), False
    for start in range(0, len(plain), _PIECE):
        said = plain[start : start + _PIECE].split(b'"')
        yield b"".join(said[inside::2])
        inside ^= len(said) % 2 == 0


_PIECE = 65_536
_NO_BRACKETS = bytes(byte for byte in range(256) if byte not in b"[]{}")
