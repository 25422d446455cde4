"""Whatever is sent, to whichever route: never a 5xx, and a refusal has changed nothing."""

import copy
import gzip
import json
import os
import random
import zlib

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from starlette.testclient import TestClient

from app.sync.protocol import (
    BLOBS_PATH,
    CHALLENGE_PATH,
    ENROL_PATH,
    EXCHANGE_PATH,
    FETCH_PATH,
    MANIFEST_PATH,
    MARKS_PATH,
    SUMS_PATH,
    TOKEN_PATH,
    Answer,
)
from app.sync.wire import CONTENT_TYPE, PROTO_HEADER, digest_of, pack, unpack
from server import tables
from server.app import application
from server.database import open_database
from server.schema import create_schema
from server.service import Service
from server.settings import Settings
from tests.server.caller import Caller, refusal_in, sealed
from tests.server.world import World, made

TRIES = int(os.environ.get("GEMBA_FUZZ", "60"))  # requests of each seed
ODD = [
    None, True, False, 0, -1, 1, 2**31, 2**53, 2**63 - 1, 2**63, -(2**63), 2**64, 10**30, 0.5, -0.0, 1e308, 5e-324,
    "", " ", "x", "\x00", "\ud7ff", "\U0001f3ed", "é" * 40, "' OR 1=1 --", '"', "../../etc", "%s", "{}", "[]", "*",
    "id", "tenant_id", "extra", "sync_row", "conflict", "blob", "0" * 36, "0190a1b2-0000-7000-8000-000000000001",
    "00000000-0000-8000-8000-000000000000", [], {}, [[]], {"": ""}, [None] * 50, "x" * 5_000,
]  # fmt: skip


class Stage:
    """One server for a whole module: a request must not change what is compared, or the comparison is made anew."""

    def __init__(self, folder, database) -> None:
        self.world = World(database)
        self.service = Service(Settings(folder), database, b"s" * 32, self.world.clock)
        self.service.devices.per_second = self.service.devices.burst = 1e9
        self.service.strangers.per_second = self.service.strangers.burst = 1e9
        self.client = TestClient(application(self.service), raise_server_exceptions=False)
        self.ana = Caller(self.world, self.client)
        self.budi = Caller(self.world, self.client, "Budi", "d2")

    def begin(self) -> None:
        for caller in (self.ana, self.budi):
            caller.enrol()
            caller.sign_in()
        self.row_id = self.world.clock.new_id()
        self.ana.exchange(sealed(1, made("enterprise", self.row_id, name="A", code="C", notes="n")))

    def next_m(self) -> int:
        return self.world.rows(tables.device_life, device_id="d1", incarnation=1)[0]["last_mseq"] + 1

    def standing(self):
        """How many changes there ever were, and how many rows each table has, with what every request touches."""
        counts = " UNION ALL ".join(f'SELECT count(*) FROM "{name}"' for name in tables.METADATA.tables)
        database = self.world.database
        with database.engine.connect() as connection:
            asked = "SELECT NULL" if database.is_postgres else "SELECT total_changes()"  # the other does not tell
            changes = connection.exec_driver_sql(asked).scalar()
            numbers = connection.exec_driver_sql(counts).scalars().all()
        return changes, numbers, self.world.rows(tables.sync_head), self.world.rows(tables.device_life)

    def is_as(self, before) -> bool:
        """Also when something was written and taken back."""
        now = self.standing()
        return (now[0] is not None and now[0] == before[0]) or now[1:] == before[1:]

    def send(self, method, path, body=b"", headers=None, caller=None):
        """The status; what is refused has changed nothing."""
        named = {"Authorization": f"Bearer {(caller or self.ana).token}"} | (headers or {})
        before = self.standing()
        response = self.client.request(method, path, content=body, headers=named)
        assert response.status_code < 500, (path, response.content[:200])
        if response.status_code >= 400:
            assert self.is_as(before), (path, response.status_code)
            if method != "HEAD":
                refusal_in(response)
        return response


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def stage(request, tmp_path_factory):
    cluster = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    name = cluster.take() if cluster else ""
    database = open_database(cluster.url(name) if cluster else "sqlite://")
    if not cluster:
        create_schema(database)
    made_ = Stage(tmp_path_factory.mktemp("fuzz"), database)
    with made_.client:
        made_.begin()
        yield made_
    if cluster:
        cluster.give_back(name)


def packed(said) -> tuple[bytes, dict[str, str]]:
    """Any JSON, dressed as a message of ours."""
    raw = json.dumps(said, ensure_ascii=True).encode() if not isinstance(said, bytes) else said
    return gzip.compress(raw), {"Content-Type": CONTENT_TYPE, PROTO_HEADER: "1", "Content-Digest": digest_of(raw)}


def test_whatever_fits_the_document_is_answered(stage: Stage):
    """The document says which messages there are; the bytes around them are ours."""
    described = schemathesis.openapi.from_dict(stage.client.get("/schema/openapi.json").json())
    operations = [found.ok() for found in described.get_all_operations()]
    assert {operation.path for operation in operations} >= {EXCHANGE_PATH, ENROL_PATH, "/ready"}
    for operation in operations:

        @settings(
            max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), database=None, derandomize=True
        )
        @given(operation.as_strategy())
        def answered(case):
            headers = {str(name): str(value) for name, value in (case.headers or {}).items() if name != "Authorization"}
            body, dressed = packed(case.body | {"end": True} if isinstance(case.body, dict) else b"")
            stage.send(case.method, case.formatted_path, body, headers | dressed)

        answered()


def mutated(chance: random.Random, said):
    """One place in a message changed: another value, one more, one less, or twice the same."""
    said = copy.deepcopy(said)
    places = list(_places(said))
    holder, key = chance.choice(places)
    kind = chance.random()
    if kind < 0.7:
        holder[key] = copy.deepcopy(chance.choice(ODD))
    elif kind < 0.85:
        del holder[key]
    elif isinstance(holder, list):
        holder.insert(key, copy.deepcopy(holder[key]))
    else:
        holder[str(chance.choice(ODD))[:80]] = holder[key]
    return said


def _places(said):
    keys = range(len(said)) if isinstance(said, list) else list(said)
    for key in keys:
        yield said, key
        if isinstance(said[key], dict | list):
            yield from _places(said[key])


def good(stage: Stage):
    mutation = {
        "m": stage.next_m(), "schema": 1, "hlc": 1, "at": 1, "base": 1, "epoch": stage.ana.epoch,
        "boot": "b", "mono": 5, "closes": ["0190a1b2-0000-7000-8000-000000000001"],
        "ops": [
            {"t": "enterprise", "id": stage.row_id, "set": {"name": "B", "notes": "m"}, "bases": {"name": 0}},
            {"t": "visit", "id": stage.world.clock.new_id(),
             "set": {"created_at": "2026", "enterprise_id": stage.row_id, "number": 1}},
            {"t": "indicator_value", "id": stage.world.clock.new_id(),
             "set": {"created_at": "2026", "enterprise_id": stage.row_id, "value": 0.5}},
            {"t": "enterprise", "id": stage.row_id, "life": "del", "life_base": 1},
        ],
    }  # fmt: skip
    return {
        "proto": 1, "schema": 1, "device": "d1", "inc": 1, "epoch": stage.ana.epoch, "client_ms": 1, "boot": "b",
        "mono": 6, "mutations": [mutation, mutation | {"m": mutation["m"] + 1}], "cursor": 0, "stage": 0,
        "want": {"max_bytes": 1000, "rows": True}, "acked": 0, "checksum": 1, "end": True,
    }  # fmt: skip


def test_what_is_not_odd_is_taken(stage: Stage):
    response = stage.send("POST", EXCHANGE_PATH, *packed(good(stage)))
    answer = unpack(Answer, response.content, response.headers)
    assert {result.status for result in answer.results} <= {"applied", "merged", "conflict"}


@pytest.mark.parametrize("seed", range(12))
def test_exchanges_with_something_odd_in_them(stage: Stage, seed):
    chance = random.Random(seed)
    for _ in range(TRIES):
        said = good(stage)
        for _ in range(chance.randint(1, 3)):
            said = mutated(chance, said)
        body, headers = packed(said)
        response = stage.send("POST", EXCHANGE_PATH, body, headers)
        if response.status_code == 200:
            unpack(Answer, response.content, response.headers)


def others(stage: Stage):
    """A good message to every other route that takes one."""
    sha256 = "0" * 64
    yield CHALLENGE_PATH, {"device": "d1"}
    yield TOKEN_PATH, {"device": "d1", "challenge": "1.a.b", "signature": "c2ln"}
    yield ENROL_PATH, {"code": "ABCD-EFGH-JKLM", "device": "d9", "key": stage.ana.public, "name": "n", "program": "p"}
    yield SUMS_PATH, {"schema": 1}
    yield MARKS_PATH, {"prefixes": [1, 2], "after": ["enterprise", stage.row_id]}
    yield FETCH_PATH, {"keys": [["enterprise", stage.row_id], ["visit", stage.row_id]]}
    yield MANIFEST_PATH, {"schema": 1}
    yield BLOBS_PATH, {"hashes": [sha256], "rehash": False}


@pytest.mark.parametrize("seed", range(4))
def test_other_messages_with_something_odd_in_them(stage: Stage, seed):
    chance = random.Random(seed)
    for path, said in others(stage):
        for _ in range(TRIES // 2):
            body, headers = packed(mutated(chance, said) | {"end": True})
            stage.send("POST", path, body, headers)


@pytest.mark.parametrize("text", ["\x00", "a\x00b", "\U0001f3ed\x00"])
def test_a_text_with_a_nil_in_it_is_refused_by_either_database(stage: Stage, text):
    """PostgreSQL: so it stands wherever an id, a name or a device may."""
    said = good(stage)
    said["mutations"] = [said["mutations"][0] | {"closes": [text], "ops": [{"t": "enterprise", "id": text}]}]
    for path, message in (
        (EXCHANGE_PATH, said),
        (CHALLENGE_PATH, {"device": text}),
        (MARKS_PATH, {"prefixes": [1], "after": [text, text]}),
        (MARKS_PATH, {"prefixes": [1], "after": ["enterprise", text]}),
        (FETCH_PATH, {"keys": [["enterprise", text], [text, text]]}),
    ):
        stage.send("POST", path, *packed(message | {"end": True}))
    response = stage.send("POST", CHALLENGE_PATH, *packed({"device": text, "end": True}))
    assert response.status_code == 400


@pytest.mark.parametrize("seed", range(4))
def test_bytes_that_flipped(stage: Stage, seed):
    chance = random.Random(seed)
    for _ in range(TRIES):
        body, headers = packed(good(stage))
        flipped = bytearray(body)
        for _ in range(chance.randint(1, 4)):
            flipped[chance.randrange(len(flipped))] ^= 1 << chance.randrange(8)
        kept = chance.randrange(len(flipped)) if chance.random() < 0.3 else len(flipped)
        stage.send("POST", EXCHANGE_PATH, bytes(flipped[:kept]), headers)


@pytest.mark.parametrize("seed", range(4))
def test_json_that_is_broken(stage: Stage, seed):
    chance = random.Random(seed)
    for _ in range(TRIES):
        raw = bytearray(json.dumps(good(stage)).encode())
        for _ in range(chance.randint(1, 6)):
            at = chance.randrange(len(raw))
            raw[at : at + chance.randint(0, 3)] = bytes(
                chance.choices(b'{}[]",:\\u0ed8\x00\xff9-.e', k=chance.randint(0, 3))
            )
        stage.send("POST", EXCHANGE_PATH, *packed(bytes(raw)))


def test_headers_of_any_sort(stage: Stage):
    body, headers = packed(good(stage))
    for name in (*headers, "Authorization", "Content-Length", "Content-Encoding", "Accept", "Range", "Expect"):
        for value in (
            "",
            " ",
            "x",
            "0",
            "-1",
            "9" * 30,
            "gzip, gzip",
            "bytes=0-",
            "Bearer",
            "é".encode(),
        ):
            stage.send("POST", EXCHANGE_PATH, body, headers | {name: value})


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "TRACE", "BREW"])
def test_methods_and_paths_of_any_sort(stage: Stage, method):
    known = ["/sync/v1/exchange", "/sync/v1/segments/x", "/metrics", "/schema", "/health"]
    odd = ["/", "//", "/%00", "/..%2f..%2fetc", "/sync/v1/exchange/", "/é", "/" + "x" * 5_000, "/sync/v1/segments/%00"]
    for path in (*known, *odd):
        stage.send(method, path, b"x")


def test_a_replay_under_another_token_does_nothing(stage: Stage):
    body, headers = pack(stage.ana.request(sealed(1, made("enterprise", stage.world.clock.new_id(), name="Theirs"))))
    assert stage.send("POST", EXCHANGE_PATH, body, headers, caller=stage.budi).status_code == 403


def test_gzip_of_any_sort(stage: Stage):
    raw = json.dumps(good(stage)).encode()
    headers = packed(raw)[1]
    squeezed = zlib.compressobj(9, zlib.DEFLATED, -15)
    for body in (
        zlib.compress(raw),
        squeezed.compress(raw) + squeezed.flush(),
        gzip.compress(raw) * 2,
        raw,
        b"\x1f\x8b",
    ):
        assert stage.send("POST", EXCHANGE_PATH, body, headers).status_code == 400
