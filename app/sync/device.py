"""This device before the server: enrolment, its key and token, and whether its data folder is the one it was."""

import base64
import hashlib
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import platformdirs
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.errors import NotAllowed, NotEnrolled
from app.fieldwork.identity import NOBODY, author_of
from app.models.database import Author, path_of, translated
from app.models.driver import Database
from app.models.ids import Clock, stamp
from app.models.registry import TABLES
from app.models.schema import quoted
from app.paths import DataFolder, replacing
from app.sync.engine import Server, Stores
from app.sync.journal import Journal
from app.sync.outbox import begin_incarnation
from app.sync.protocol import Enrol, Enrolled, NextIncarnation
from app.sync.state import read_state, transaction, write_state

STATE_VARIABLE = "GEMBA_STATE"
_NONCE_BYTES = 16
_USER_LINKS = [(table.name, field.name) for table in TABLES for field in table.fields if field.refers_to == "user"]


class EnrolServer(Protocol):
    def enrol(self, message: Enrol) -> Enrolled: ...


@dataclass(slots=True)
class DeviceIdentity:
    """What the server knows this device by. `keep`: stores a token where the next start finds it."""

    device: str
    key: Ed25519PrivateKey
    token: str | None
    keep: Callable[[str], None]

    def signed(self, text: str) -> str:
        return base64.b64encode(self.key.sign(text.encode("utf-8"))).decode("ascii")

    def keep_token(self, token: str) -> None:
        self.token = token
        self.keep(token)


def identity_of(stores: Stores) -> DeviceIdentity:
    """Raises NotEnrolled."""
    device, key, token, server_id = stores.records(
        lambda db: db.conn.execute("SELECT device_id, private_key, token, server_id FROM sync_state").fetchone()
    )
    if server_id is None or key is None:
        raise NotEnrolled

    def keep(token: str) -> None:
        stores.records(lambda db: _keep_token(db, token))

    return DeviceIdentity(device, Ed25519PrivateKey.from_private_bytes(bytes(key)), token, keep)


def _keep_token(db: Database, token: str) -> None:
    with transaction(db):
        write_state(db, token=token)


def enrol(db: Database, server: EnrolServer, code: str, *, url: str, clock: Clock, name: str = "") -> Author:
    """Make this folder work with a server, by a code that head office gave; who writes here from now on.

    The local user becomes the account: all that was recorded so far is theirs. It may be asked again with the same code
    when the answer was lost, and with a new one when the device was let in no more. Raises NotAllowed for a folder of
    sample data and for one that works with another server or account; the kinds of SyncTrouble.
    """
    return take_enrolled(db, server.enrol(ask_to_enrol(db, code, name=name)), url=url, clock=clock)


def ask_to_enrol(db: Database, code: str, *, name: str = "") -> Enrol:
    """What the server is asked with: the first half of `enrol`, for who must not wait for a network with `db` in hand.

    Raises NotAllowed for a folder of sample data.
    """
    if DataFolder(path_of(db).parent).sample_mark.exists():
        raise NotAllowed("sample-folder")
    public = base64.b64encode(_own_key(db).public_key().public_bytes_raw()).decode("ascii")
    return Enrol(code=code, device=read_state(db).device_id, key=public, name=name, program="gemba")


def take_enrolled(db: Database, said: Enrolled, *, url: str, clock: Clock) -> Author:
    """The second half of `enrol`, with what the server said. Raises NotAllowed when it is not the server or the account
    that this folder works with already."""
    state = read_state(db)
    before = author_of(db, clock)
    if state.server_id is not None and (state.server_id, before.user_id) != (said.server, said.user_id):
        raise NotAllowed("enrolled-elsewhere")
    nonce = secrets.token_bytes(_NONCE_BYTES)
    with transaction(db, applying=True):
        if before.user_id != said.user_id:
            _become(db, before.user_id, said, stamp(clock.now()))
        facts = {"tenant": said.tenant, "url": url, "token": None, "install_nonce": nonce, "last_trouble": None}
        write_state(db, server_id=said.server, **facts)
        if state.server_id is None:
            write_state(db, epoch=said.epoch, incarnation=said.inc)
    if state.server_id is not None and said.inc != state.incarnation:
        begin_incarnation(db, said.inc)
    _write_nonce(db, nonce)
    return Author(said.user_id, state.device_id, clock)


def _own_key(db: Database) -> Ed25519PrivateKey:
    """Kept before the server hears of it, so that a lost answer can be asked for again by the same device."""
    known = db.conn.execute("SELECT private_key FROM sync_state").fetchone()[0]
    if known is not None:
        return Ed25519PrivateKey.from_private_bytes(bytes(known))
    key = Ed25519PrivateKey.generate()
    with transaction(db):
        write_state(db, private_key=key.private_bytes_raw())
    return key


def _become(db: Database, local: str, said: Enrolled, at: str) -> None:
    """The account takes the place of the local user, in rows, history and what waits; nothing of it is an edit."""
    account = said.user_id
    db.conn.execute(
        'INSERT INTO "user"(id, created_at, name, role) VALUES(?, ?, ?, ?) ON CONFLICT DO NOTHING',
        (account, at, said.user_name, said.user_role),
    )
    db.conn.execute("INSERT OR REPLACE INTO setting(name, value) VALUES('user_id', ?)", (account,))
    if local == NOBODY:
        return
    for table, field in _USER_LINKS:
        column = quoted(field)
        db.conn.execute(f"UPDATE {quoted(table)} SET {column} = ? WHERE {column} = ?", (account, local))
    db.conn.execute("DELETE FROM sync_capture WHERE tbl = 'user' AND row_id = ?", (local,))
    db.conn.execute("DELETE FROM history WHERE tbl = 'user' AND row_id = ?", (local,))
    db.conn.execute("DELETE FROM search_row WHERE tbl = 'user' AND row_id = ?", (local,))
    db.conn.execute('DELETE FROM "user" WHERE id = ?', (local,))
    db.conn.execute("UPDATE sync_capture SET vals = replace(vals, ?, ?) WHERE instr(vals, ?)", (local, account, local))
    for table, columns in _SIGNED.items():
        for column in columns:
            db.conn.execute(f"UPDATE {table} SET {column} = ? WHERE {column} = ?", (account, local))


_SIGNED = {"sync_capture": ("user_id",), "history": ("user_id", "old", "new"), "edit_context": ("user_id",)}


def claim(stores: Stores, server: Server, journal: Journal | None = None) -> bool:
    """Before a sync: whether this folder is the one that the device used last. A restored or copied one goes on as a
    new incarnation, and then it is false. Raises NotEnrolled and the kinds of SyncTrouble."""
    state = stores.records(read_state)
    if state.server_id is None:
        raise NotEnrolled
    if stores.records(_is_own):
        return True
    if journal:
        stores.records(journal.write)  # what is lost is known by the numbers of now
    number = server.next_incarnation(NextIncarnation(device=state.device_id, was=state.incarnation)).inc
    stores.records(lambda db: _begin_anew(db, state.incarnation, number))
    return False


def _begin_anew(db: Database, was: int, incarnation: int) -> None:
    if read_state(db).incarnation != was:  # a new code gave the folder another life meanwhile
        return
    begin_incarnation(db, incarnation)
    nonce = secrets.token_bytes(_NONCE_BYTES)
    with transaction(db):
        write_state(db, install_nonce=nonce)
    _write_nonce(db, nonce)


def _is_own(db: Database) -> bool:
    nonce = bytes(db.conn.execute("SELECT install_nonce FROM sync_state").fetchone()[0])
    path = _nonce_file(db)
    with translated(path):
        return path.exists() and path.read_text(encoding="ascii").strip() == nonce.hex()


def _write_nonce(db: Database, nonce: bytes) -> None:
    path = _nonce_file(db)
    with translated(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as half:
            handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(nonce.hex() + "\n")


def _nonce_file(db: Database) -> Path:
    """Outside of the folder, so that it is not copied and restored with it. One for each place of a device's folder."""
    named = os.environ.get(STATE_VARIABLE)
    root = Path(named) if named else Path(platformdirs.user_state_dir("Gemba", appauthor=False))
    place = hashlib.sha256(str(path_of(db)).encode()).hexdigest()[:16]
    return root / f"{read_state(db).device_id}-{place}"
