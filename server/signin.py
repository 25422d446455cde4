"""Signing in: the device signs what the server asks and gets a token; each step can be done again."""

import base64
import binascii
import hashlib
import hmac

import sqlalchemy as sa
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from app.sync.protocol import SignIn
from server import tables
from server.database import Database
from server.refusals import Refused
from server.sessions import DEVICE, DeviceSession

TOKEN_MS = 60 * 60_000
CHALLENGE_MS = 2 * 60_000
_NONCE_BYTES = 16
_SEAL_BYTES = 16


def new_challenge(database: Database, secret: bytes, device_id: str, now_ms: int) -> str:
    """Nothing of it is kept: it carries its own end, and the server's seal over that and the device. Raises Refused."""
    if not DEVICE.fullmatch(device_id):
        raise Refused("shape")
    nonce = base64.urlsafe_b64encode(database.entropy(_NONCE_BYTES)).decode()
    said = f"{now_ms + CHALLENGE_MS}.{nonce}"
    return f"{said}.{_seal(secret, device_id, said)}"


def _seal(secret: bytes, device_id: str, said: str) -> str:
    return hmac.new(secret, f"{device_id}\n{said}".encode(), hashlib.sha256).hexdigest()


def new_token(database: Database, secret: bytes, message: SignIn, now_ms: int) -> str:
    """A bearer token, kept as a hash only. Raises Refused: `challenge`, `signature`, `revoked`."""
    said, _, seal = message.challenge.rpartition(".")
    if not hmac.compare_digest(seal.encode(), _seal(secret, message.device, said).encode()):
        raise Refused("challenge")
    if now_ms >= int(said.partition(".")[0]):
        raise Refused("challenge", "too old")
    token = _token(secret, database.entropy(_NONCE_BYTES))

    def work(connection: sa.Connection, _alone: bool) -> str:
        device, kept = tables.device, tables.access_token
        statement = sa.select(device.c.public_key, device.c.revoked_ms).where(device.c.id == message.device)
        found = connection.execute(statement).one_or_none()
        if found is None or found.revoked_ms is not None:
            raise Refused("revoked", status=403)
        _verify(found.public_key, message)
        old = (kept.c.device_id == message.device, kept.c.expires_ms <= now_ms)
        connection.execute(kept.delete().where(*old))
        row = {"token_sha256": _token_hash(token), "device_id": message.device, "expires_ms": now_ms + TOKEN_MS}
        connection.execute(kept.insert(), row)
        return token

    return database.write(work)


def _verify(public_key: str, message: SignIn) -> None:
    try:
        signature = base64.b64decode(message.signature, validate=True)
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key))
        key.verify(signature, f"{message.device}\n{message.challenge}".encode())
    except (InvalidSignature, binascii.Error, ValueError) as error:
        raise Refused("signature", status=403) from error


def _token(secret: bytes, nonce: bytes) -> str:
    seal = hmac.digest(secret, b"token\n" + nonce, "sha256")[:_SEAL_BYTES]
    return base64.urlsafe_b64encode(nonce + seal).decode().rstrip("=")


def was_given(secret: bytes, token: str) -> bool:
    """Whether it is one of ours, of now or of once: one that is made up costs no look into the database."""
    try:
        said = base64.urlsafe_b64decode(token + "=")
    except binascii.Error:
        return False
    return hmac.compare_digest(_token(secret, said[:_NONCE_BYTES]), token)


def session_of(database: Database, token: str, now_ms: int) -> DeviceSession:
    """Raises Refused: 401 when the token is unknown or too old, 403 when the device's access was taken back."""
    kept, device = tables.access_token, tables.device
    statement = (
        sa.select(kept.c.expires_ms, device.c.tenant_id, device.c.account_id, device.c.id, device.c.revoked_ms)
        .join_from(kept, device, device.c.id == kept.c.device_id)
        .where(kept.c.token_sha256 == _token_hash(token))
    )
    found = database.read(lambda connection: connection.execute(statement).one_or_none())
    if found is None or now_ms >= found.expires_ms:
        raise Refused("token", status=401)
    if found.revoked_ms is not None:
        raise Refused("revoked", status=403)
    return DeviceSession(found.tenant_id, found.account_id, found.id)


def _token_hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
