"""A laptop with a key of its own that speaks to a server over HTTP."""

import base64
import hashlib

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.sync.protocol import (
    CHALLENGE_PATH,
    ENROL_PATH,
    EXCHANGE_PATH,
    TOKEN_PATH,
    Answer,
    Challenge,
    Enrol,
    Enrolled,
    Mutation,
    Refusal,
    Request,
    SignIn,
    Token,
    encoded,
)
from app.sync.wire import CONTENT_TYPE, PROTO_HEADER, pack, unpack
from server.accounts import new_code


def refusal_in(response):
    """A message for who speaks as a laptop does, plain JSON for everybody else; both say whose they are."""
    asked = response.request.headers
    if response.headers["content-type"] == CONTENT_TYPE:
        assert CONTENT_TYPE in (asked.get("content-type"), asked.get("accept"))
        return unpack(Refusal, response.content, response.headers)
    assert (response.headers["content-type"], response.headers[PROTO_HEADER]) == ("application/json", "1")
    return msgspec.json.decode(response.content, type=Refusal)


class Caller:
    """`status`: of the newest answer. `client` has `post`."""

    def __init__(self, world, client, name="Ana", device="d1"):
        self.world, self.client, self.name, self.device = world, client, name, device
        self.key = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(device.encode()).digest())
        self.token, self.epoch, self.status = "", "", 0

    @property
    def public(self):
        return base64.b64encode(self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()

    def post(self, path, message, kind, **headers):
        body, named = pack(message)
        return self.send(path, body, named | headers, kind)

    def send(self, path, body, headers, kind=None):
        """Any bytes; the answer is a message of ours, or this fails."""
        signed = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        response = self.client.post(path, content=body, headers=signed | headers)
        self.status = response.status_code
        return unpack(kind, response.content, response.headers) if self.status == 200 else refusal_in(response)

    def code(self):
        return new_code(self.world.database, self.world.people[self.name], self.world.now)

    def enrol(self, code="", **known):
        usual = {"code": code or self.code(), "device": self.device, "key": self.public, "name": "Laptop"}
        answer = self.post(ENROL_PATH, Enrol(**(usual | known)), Enrolled)
        self.epoch = answer.epoch if self.status == 200 else ""
        return answer

    def challenge(self):
        return self.post(CHALLENGE_PATH, SignIn(device=self.device), Challenge).challenge

    def signed(self, challenge):
        signature = self.key.sign(f"{self.device}\n{challenge}".encode())
        return SignIn(device=self.device, challenge=challenge, signature=base64.b64encode(signature).decode())

    def sign_in(self):
        answer = self.post(TOKEN_PATH, self.signed(self.challenge()), Token)
        self.token = answer.token if self.status == 200 else ""
        return answer

    def request(self, *mutations, **known):
        usual = {"proto": 1, "schema": 1, "device": self.device, "inc": 1, "epoch": self.epoch, "client_ms": 0}
        return Request(mutations=list(mutations), **(usual | known))

    def exchange(self, *mutations, **known):
        return self.post(EXCHANGE_PATH, self.request(*mutations, **known), Answer)


def sealed(m, *ops):
    return msgspec.Raw(encoded(Mutation(m=m, schema=1, hlc=0, at=0, base=0, ops=list(ops))))
