"""The server over HTTP, in process: what goes in and out, and that nothing makes it fail."""

import base64
import gzip
import hashlib
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from starlette.testclient import TestClient

from app.models.ids import FixedClock
from app.sync.protocol import (
    Answer,
    Challenge,
    Enrol,
    Enrolled,
    Incarnation,
    Mutation,
    NextIncarnation,
    Refusal,
    Request,
    SignIn,
    Token,
    encoded,
)
from app.sync.wire import pack, unpack
from server import tables
from server.accounts import new_code, revoke
from server.app import application
from server.service import Service
from server.settings import Settings
from tests.server.world import World, put

SECRET = b"s" * 32


class Caller:
    """A laptop with a key of its own, over HTTP."""

    def __init__(self, world: World, client: TestClient, name: str = "Ana", device: str = "d1") -> None:
        self.world, self.client, self.name, self.device = world, client, name, device
        self.key = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(device.encode()).digest())
        self.token = ""

    def post(self, path, message, kind, **headers):
        body, named = pack(message)
        named |= {"Authorization": f"Bearer {self.token}"} | headers
        response = self.client.post(path, content=body, headers=named)
        self.status = response.status_code
        return unpack(kind if response.status_code == 200 else Refusal, _gzipped(response), response.headers)

    def enrol(self):
        code = new_code(self.world.database, self.world.people[self.name], self.world.now)
        public = self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        message = Enrol(code=code, device=self.device, key=base64.b64encode(public).decode(), name="Laptop")
        return self.post("/sync/v1/enrol", message, Enrolled)

    def sign_in(self):
        asked = self.post("/sync/v1/challenge", SignIn(device=self.device), Challenge)
        signature = self.key.sign(f"{self.device}\n{asked.challenge}".encode())
        message = SignIn(device=self.device, challenge=asked.challenge, signature=base64.b64encode(signature).decode())
        answer = self.post("/sync/v1/token", message, Token)
        self.token = answer.token if self.status == 200 else ""
        return answer

    def request(self, *mutations, **known):
        usual = {"proto": 1, "schema": 1, "device": self.device, "inc": 1, "epoch": "", "client_ms": 0}
        return Request(mutations=list(mutations), **(usual | known))

    def exchange(self, *mutations, **known):
        return self.post("/sync/v1/exchange", self.request(*mutations, **known), Answer)


def _gzipped(response):
    """The test's client has inflated the body already."""
    return gzip.compress(response.content)


@pytest.fixture
def client(world: World, tmp_path):
    service = Service(Settings(tmp_path), world.database, SECRET, world.clock)
    with TestClient(application(service), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def ana(world: World, client: TestClient):
    caller = Caller(world, client)
    caller.enrol()
    caller.sign_in()
    return caller


def test_from_code_to_rows(world: World, client: TestClient):
    ana = Caller(world, client)
    enrolled = ana.enrol()
    assert (enrolled.user_name, enrolled.user_role, enrolled.inc) == ("Ana", "trainer", 1)
    ana.sign_in()
    row_id = world.clock.new_id()
    sealed = Mutation(m=1, schema=1, hlc=0, at=0, base=0, ops=[put("enterprise", row_id, name="A")])
    answer = ana.exchange(encoded_raw(sealed), epoch=enrolled.epoch)
    assert [result.status for result in answer.results] == ["applied"]
    assert answer.server == enrolled.server
    assert world.value("enterprise", row_id, "name") == "A"


def encoded_raw(mutation):
    import msgspec

    return msgspec.Raw(encoded(mutation))
