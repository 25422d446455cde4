"""The messages that laptops and the server exchange, and nothing of how they travel."""

from typing import Any, Literal, TypeAlias

import msgspec

from app.sync.columns import Table

PROTO = 1
SCHEMA = 1  # the version of the stored shape that this program seals and understands: app/sync/schemas.py
MAX_OPS = 2_000  # of one mutation: a page is never cut inside one sequence
MAX_FETCH = 500  # rows asked for by name at once
MAX_HASHES = 500  # bytes asked about at once
MAX_REHASHED = 50  # of these, when they are read again
MAX_BLOB = 64 << 20  # bytes of one file

CONFLICT = "conflict"  # tables of the feed that are not in the registry
BLOB = "blob"
PUSH_ONLY = frozenset({"incident"})
# Fields that name bytes: nobody may send or fetch what no row names.
BYTES_OF = {
    "photo": ("thumbnail_sha256", "working_sha256", "original_sha256"),
    "report": ("pdf_sha256",),
}
GIVEN_BACK = "recovered."  # + epoch: the hand of values that laptops gave back to a restored server

# Where each message is posted. All but the first three want a token.
ENROL_PATH = "/sync/v1/enrol"
CHALLENGE_PATH = "/sync/v1/challenge"
TOKEN_PATH = "/sync/v1/token"
INCARNATION_PATH = "/sync/v1/incarnation"
EXCHANGE_PATH = "/sync/v1/exchange"
MANIFEST_PATH = "/sync/v1/manifest"
SEGMENT_PATH = "/sync/v1/segments"  # GET with the segment's SHA-256 after it; takes a Range
SUMS_PATH = "/sync/v1/sums"
MARKS_PATH = "/sync/v1/marks"
FETCH_PATH = "/sync/v1/fetch"
BLOBS_PATH = "/sync/v1/blobs/known"
BLOB_PATH = "/sync/v1/blobs"  # GET with the SHA-256 of the bytes after it; takes a Range
FILES_PATH = "/files/"  # uploads, by tus 1.0
PING_PATH = "/sync/v1/ping"

Value: TypeAlias = str | int | float | None

Status: TypeAlias = Literal["applied", "merged", "conflict", "rejected", "parked"]
DONE: frozenset[str] = frozenset({"applied", "merged", "conflict"})
Life: TypeAlias = Literal["del", "undel"]


class Message(msgspec.Struct, omit_defaults=True, kw_only=True):
    """What is not known here is ignored, so that a newer side may say more."""


class Op(Message, rename={"table": "t"}):
    """What was done to one row: fields written, or its life changed, or both (the fields first).

    `bases`: the merge base of fields whose base is not the mutation's; `life_base` likewise for the row's life.
    """

    table: str
    id: str
    set: dict[str, Value] = {}
    bases: dict[str, int] = {}
    life: Life | None = None
    life_base: int | None = None


class Mutation(Message):
    """One edit group, sealed. `at` is the device's clock in ms, raw; `hlc` its corrected hybrid time.

    `base` and all bases are server sequences of `epoch`. `boot` and `mono` (ms) let the server find the true time.
    `closes`: conflicts that the person settled by it. `recovered`: rows that a restored server lost, given back; then
    `bases` and `life_base` are the sequences of `epoch` that the values had, and `base` the newest one that both know;
    `lost`: the newest sequence of `epoch` up to which this laptop had seen everything.
    """

    m: int
    schema: int
    hlc: int
    at: int
    base: int
    epoch: str = ""
    boot: str = ""
    mono: int | None = None
    ops: list[Op] = []
    closes: list[str] = []
    recovered: bool = False
    lost: int = 0


class Mutations(Message):
    """Mutations on their way, without what need not be said: app/sync/compact.py."""

    heads: Table
    ops: Table


class Want(Message):
    """What the laptop can take: `max_bytes` of the answer, compressed; `bzip2`: it reads that as well as gzip;
    `parts`: it has every row as it was at its cursor, so of a row only what is newer. `rows` false: only push."""

    max_bytes: int = 262_144
    rows: bool = True
    bzip2: bool = False
    parts: bool = False


class Request(Message, kw_only=True):
    """`client_ms`, `boot`, `mono`: the device's clocks; the last two only travel with `mutations`, sealed, in order.

    `cursor` is the promoted one, `stage` how far pages are staged: the next page starts there. `acked`: the newest `m`
    whose result the laptop has stored. `sent`: `m` and SHA-256 of the newest mutation sent before, where `mutations`
    end below it. `checksum`: of all its rows, when it is to be compared at this cursor.
    """

    proto: int = PROTO  # a header says it, too
    schema: int
    inc: int
    epoch: str
    client_ms: int
    device: str = ""  # the token says it
    boot: str = ""
    mono: int | None = None
    mutations: list[msgspec.Raw] = []
    compact: Mutations | None = None  # only on the way, in the place of `mutations`
    cursor: int = 0
    stage: int = 0  # on the way: only when it is not the cursor
    want: Want = msgspec.field(default_factory=Want)
    acked: int = 0
    sent: tuple[int, str] | None = None
    checksum: int | None = None
    end: bool = False


class Result(Message):
    """`n` mutations from `m` on had this outcome; they got the sequences from `seq` on. `dup`: not for the first time.

    For rejected and parked: `code` (a key of app.messages), `field` and `table` where one is to blame, and no `seq`.
    """

    m: int
    status: Status
    n: int = 1
    seq: int = 0
    dup: bool = False
    code: str = ""
    table: str = ""
    field: str = ""
    conflicts: list[str] = []


class Row(Message, rename={"table": "t", "values": "v", "seqs": "f"}):
    """A row as the server holds it. `values`: those that are not null. `seqs`: only those that differ from `seq`, and
    those of fields that hold nothing any more.

    `life` is the sequence of its birth, deletion or return when that differs from `seq`. `by`, `at`: user and edit time
    in ms of the newest change. `part`: only fields written after the cursor that the laptop told; it lives as before.
    """

    table: str
    id: str
    seq: int
    values: dict[str, Any] = {}
    seqs: dict[str, int] = {}
    life: int | None = None
    deleted: bool = False
    scope: str = ""
    by: str = ""
    at: int = 0
    part: bool = False


class Trouble(Message):
    """Why the queue stopped at a mutation: `gap` (send on from `last_mseq` + 1) or `reuse`: the folder was restored."""

    kind: Literal["gap", "reuse"]
    m: int


class Answer(Message):
    """`rows` reach up to `cursor`; `more`: ask again from there. `head`: the newest sequence when it was read.

    `update`: this program is too old to be sent rows; its work is taken all the same. `checksum_differs`: of the rows
    at the cursor of the request. `notices`: codes of what a person should hear, such as `two-incarnations`.
    """

    server: str
    epoch: str
    epoch_head: int = 0  # what is newer was lost since the laptop's epoch; of the same epoch: the head when it began
    server_ms: int = 0
    last_mseq: int = 0
    results: list[Result] = []
    trouble: Trouble | None = None
    rows: list[Row] = []
    compact: Table | None = None  # only on the way, in the place of `rows`
    cursor: int = 0
    more: bool = False
    head: int = 0  # on the way: only when it is not the cursor
    min_schema: int = 1
    max_schema: int = SCHEMA
    update: bool = False
    checksum_differs: bool = False
    notices: list[str] = []
    end: bool = False


class Enrol(Message):
    """`key`: the device's public Ed25519 key, base64. `code`: shown once on the server, good for ten minutes."""

    code: str
    device: str
    key: str
    name: str = ""
    program: str = ""
    end: bool = False


class Enrolled(Message):
    """`user`: the account the device now works for; the local user of the device becomes it."""

    server: str
    epoch: str
    tenant: str
    user_id: str
    user_name: str
    user_role: str
    inc: int = 1
    end: bool = False


class SignIn(Message):
    """`challenge` comes from the server; `signature`: Ed25519 over device, newline, challenge; base64."""

    device: str
    challenge: str = ""
    signature: str = ""
    end: bool = False


class Challenge(Message):
    challenge: str
    end: bool = False


class Token(Message):
    """An opaque bearer token; only the server knows how long it is good for."""

    token: str
    end: bool = False


class NextIncarnation(Message):
    """Asked for by a folder that was restored or cloned; `was` is the one it had."""

    device: str
    was: int
    end: bool = False


class Incarnation(Message):
    inc: int
    end: bool = False


class SegmentInfo(Message):
    """A packed, immutable piece of a snapshot. `scopes`: whose rows are in it; a scope alone in several segments is cut
    into them, every other one is in it whole. `size` in bytes as packed, whose SHA-256 is the name."""

    sha256: str
    size: int
    rows: int
    scopes: list[str]


class ManifestWanted(Message):
    """`schema`: segments hold rows in the server's newest shape only."""

    schema: int
    end: bool = False


class Manifest(Message):
    """A snapshot of all rows as they were at `as_of`, in segments, the scope "" first. No segments: pull the rows.

    `first`: scopes that the user is likely to want before others, by the visits planned.
    """

    server: str
    epoch: str
    as_of: int = 0
    rows: int = 0
    segments: list[SegmentInfo] = []
    first: list[str] = []
    end: bool = False


class SegmentRows(Message):
    """What a segment inflates to: `rows`, or what says the same in less."""

    rows: list[Row] = []
    compact: Table | None = None


class SumsWanted(Message):
    """`schema`: sums are only of use to a program that understands the server's newest shape."""

    schema: int
    end: bool = False


class Sums(Message):
    """256 sums of row digests, by the end of the row's id, of all rows as they were at `head`."""

    server: str
    epoch: str
    head: int
    sums: list[int]
    min_cursor: int = 0  # a laptop that is behind this one may hold rows whose deletion nobody remembers
    end: bool = False


class MarksWanted(Message):
    """The rows that count in some of the 256 sums, in order of table and id, from after the key `after`."""

    prefixes: list[int]
    after: tuple[str, str] | None = None
    end: bool = False


class Marks(Message):
    """Table, id, sequence and digest of rows; `more`: ask again after the last one."""

    server: str
    epoch: str
    head: int
    marks: list[tuple[str, str, int, int]] = []
    more: bool = False
    end: bool = False


class Fetch(Message):
    """Rows by table and id, at most MAX_FETCH."""

    keys: list[tuple[str, str]]
    end: bool = False


class Fetched(Message):
    """The first `count` keys are answered: a row each, or none where the server has none. Ask again for the rest."""

    server: str
    epoch: str
    head: int
    count: int = 0
    rows: list[Row] = []
    end: bool = False


class Refusal(Message):
    """The body of every 4xx of ours. `code` is a key of app.messages. Nothing was changed."""

    code: str
    detail: str = ""
    end: bool = False


class BlobsAsked(Message):
    """`hashes`: SHA-256, at most MAX_HASHES; with `rehash` the bytes are read again, at most MAX_REHASHED of them."""

    hashes: list[str]
    rehash: bool = False
    end: bool = False


class BlobKnown(Message):
    """`have`: verified. `partial`: `offset` of `size` bytes are safe at `url`. `unnamed`: no row names them."""

    sha256: str
    state: Literal["have", "partial", "missing", "unnamed"]
    offset: int = 0
    size: int = 0
    url: str = ""


class BlobsKnown(Message):
    """In the order in which they were asked."""

    blobs: list[BlobKnown] = []
    end: bool = False


_canonical = msgspec.json.Encoder(order="deterministic")


def encoded(message: Message) -> bytes:
    """Canonical JSON: the same message gives the same bytes."""
    return _canonical.encode(message)


mutation_decoder = msgspec.json.Decoder(Mutation)
