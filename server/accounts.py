"""Tenants, people and their devices; a code lets somebody's device in, once."""

import base64
import binascii
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa
import structlog

from app.models.ids import stamp
from app.models.registry import TABLE_BY_NAME
from app.sync.protocol import Enrol, Enrolled
from server import tables
from server.database import Database
from server.epochs import read_epochs
from server.feed import publish_row
from server.lives import begin_life
from server.log import FIRST_HASH
from server.refusals import Refused
from server.sessions import DEVICE, DeviceSession
from server.stored import Key

CODE_MS = 10 * 60_000
_MOST_FORGOTTEN = 1_000  # incarnations
ROLES = TABLE_BY_NAME["user"].field("role").choices
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # 32, none of which looks like another
_CODE_LENGTH = 12
_KEY_BYTES = 32
_SHORT_BYTES = 9
_LONGEST_NAME = 200

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who works with the program; `id` is also that of the row of `user`."""

    tenant: str
    id: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Device:
    """A laptop. Times in ms; `last_seen_ms` None: never."""

    id: str
    account: str
    name: str
    program: str
    incarnation: int
    enrolled_ms: int
    revoked_ms: int | None
    last_seen_ms: int | None


def new_id(database: Database, now_ms: int) -> str:
    """A UUIDv7 of this time."""
    noise = int.from_bytes(database.entropy(10), "big")
    value = (now_ms & (1 << 48) - 1) << 80 | 7 << 76 | (noise >> 62 & 0xFFF) << 64 | 2 << 62 | noise & (1 << 62) - 1
    digits = f"{value:032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def short_id(database: Database) -> str:
    """For what every exchange names: as short as can be, and never given twice."""
    return base64.urlsafe_b64encode(database.entropy(_SHORT_BYTES)).decode()


def identify(database: Database, now_ms: int) -> str:
    """The server's id, made at the first call."""
    made = short_id(database)

    def work(connection: sa.Connection, _alone: bool) -> str:
        identity = tables.server_identity
        found = connection.execute(sa.select(identity.c.id)).scalar_one_or_none()
        if found is None:
            connection.execute(identity.insert(), {"one": 1, "id": made, "made_ms": now_ms})
        return str(found or made)

    return database.write(work)


def create_tenant(database: Database, name: str, now_ms: int) -> str:
    """The id of a new organisation, with its own people, rows and sequences."""
    identify(database, now_ms)
    made, epoch = new_id(database, now_ms), short_id(database)
    database.write(lambda connection, _alone: _make_tenant(connection, (made, name), epoch, now_ms))
    return made


def create_first_tenant(database: Database, name: str, now_ms: int) -> bool:
    """The organisation of a server that has none yet; false when it has one."""
    identify(database, now_ms)
    made, epoch = new_id(database, now_ms), short_id(database)

    def work(connection: sa.Connection, _alone: bool) -> bool:
        # The one row there is of it: whoever else looks for an organisation at this moment waits here.
        connection.execute(sa.select(tables.server_identity).with_for_update()).one()
        if connection.execute(sa.select(tables.tenant.c.id).limit(1)).first():
            return False
        _make_tenant(connection, (made, name), epoch, now_ms)
        return True

    return database.write(work)


def _make_tenant(connection: sa.Connection, made: tuple[str, str], epoch: str, now_ms: int) -> None:
    tenant, name = made
    connection.execute(tables.tenant.insert(), {"id": tenant, "name": name, "made_ms": now_ms})
    head = {"tenant_id": tenant, "last_seq": 0, "sums": 0, "last_hash": FIRST_HASH}
    connection.execute(tables.sync_head.insert(), head)
    first = {"tenant_id": tenant, "number": 1, "id": epoch, "began_seq": 0, "began_ms": now_ms}
    connection.execute(tables.epoch.insert(), first)


def list_tenants(database: Database) -> list[tuple[str, str]]:
    """(id, name), oldest first."""
    statement = sa.select(tables.tenant.c.id, tables.tenant.c.name).order_by(tables.tenant.c.id)
    return database.read(lambda connection: [(row.id, row.name) for row in connection.execute(statement)])


def add_user(database: Database, tenant: str, name: str, role: str, now_ms: int) -> Account:
    """Makes the row of `user` that all see, too. Raises Refused: `name-taken`, `invalid-name`, `invalid-role`."""
    if not _is_name(name):
        raise Refused("invalid-name")
    if role not in ROLES:
        raise Refused("invalid-role", role)
    account = Account(tenant, new_id(database, now_ms), name, role)

    def work(connection: sa.Connection, _alone: bool) -> None:
        if _find(connection, tenant, tables.account.c.name == name):
            raise Refused("name-taken", name)
        row = {"tenant_id": tenant, "id": account.id, "name": name, "role": role, "made_ms": now_ms}
        connection.execute(tables.account.insert(), row)
        values = {"created_at": stamp(datetime.fromtimestamp(now_ms / 1000, UTC)), "name": name, "role": role}
        publish_row(connection, tenant, Key("user", account.id), values, now_ms)

    database.write(work)
    return account


def list_users(database: Database, tenant: str) -> list[Account]:
    """By name."""
    found = tables.account
    statement = sa.select(found).where(found.c.tenant_id == tenant, found.c.closed_ms.is_(None)).order_by(found.c.name)
    return database.read(
        lambda connection: [Account(tenant, row.id, row.name, row.role) for row in connection.execute(statement)]
    )


def new_code(database: Database, account: Account, now_ms: int) -> str:
    """Lets one device in within ten minutes; kept as a hash only, so it must be shown now."""
    noise = database.entropy(_CODE_LENGTH)
    code = "".join(_LETTERS[byte % len(_LETTERS)] for byte in noise)
    row = {
        "code_sha256": _code_hash(code),
        "tenant_id": account.tenant,
        "account_id": account.id,
        "expires_ms": now_ms + CODE_MS,
    }
    database.write(lambda connection, _alone: connection.execute(tables.enrol_code.insert(), row) and None)
    return "-".join(code[start : start + 4] for start in range(0, _CODE_LENGTH, 4))


def enrol(database: Database, message: Enrol, now_ms: int) -> Enrolled:
    """Raises Refused. The same device may ask again with its code: the answer may not have arrived."""
    if not DEVICE.fullmatch(message.device) or not _is_key(message.key):
        raise Refused("shape")
    if not (_is_text(message.name) and _is_text(message.program)):
        raise Refused("shape")

    def work(connection: sa.Connection, _alone: bool) -> Enrolled:
        account = _redeemed(connection, message, now_ms)
        incarnation = _let_in(connection, message, account, now_ms)
        return Enrolled(
            server=connection.execute(sa.select(tables.server_identity.c.id)).scalar_one(),
            epoch=read_epochs(connection, account.tenant).current,
            tenant=account.tenant,
            user_id=account.id,
            user_name=account.name,
            user_role=account.role,
            inc=incarnation,
        )

    done = database.write(work)
    logger.info("enrolled", device=message.device, user=done.user_id, inc=done.inc)
    return done


def _redeemed(connection: sa.Connection, message: Enrol, now_ms: int) -> Account:
    code = tables.enrol_code
    where = code.c.code_sha256 == _code_hash(message.code)
    found = connection.execute(sa.select(code).where(where).with_for_update()).one_or_none()
    if found is None or now_ms >= found.expires_ms or found.used_by not in (None, message.device):
        raise Refused("code", status=403)
    account = _find(connection, found.tenant_id, tables.account.c.id == found.account_id)
    if account is None:
        raise Refused("code", status=403)
    if found.used_by is None:
        connection.execute(code.update().where(where).values(used_ms=now_ms, used_by=message.device))
    return account


def _let_in(connection: sa.Connection, message: Enrol, account: Account, now_ms: int) -> int:
    """The incarnation that the device's folder lives from now on."""
    device = tables.device
    where = device.c.id == message.device
    known = connection.execute(sa.select(device).where(where).with_for_update()).one_or_none()
    row = {
        "account_id": account.id,
        "public_key": message.key,
        "name": message.name,
        "program": message.program,
        "incarnation": known.incarnation + 1 if known else 1,
        "enrolled_ms": now_ms,
        "revoked_ms": None,
    }
    if known is None:
        connection.execute(device.insert(), {"id": message.device, "tenant_id": account.tenant} | row)
    elif known.tenant_id != account.tenant or (known.revoked_ms is None and known.public_key != message.key):
        raise Refused("device-taken", status=403)
    elif known.revoked_ms is None and known.enrolled_ms > now_ms - CODE_MS and known.account_id == account.id:
        return int(known.incarnation)  # asked again
    else:
        connection.execute(device.update().where(where).values(row))
        token = tables.access_token
        connection.execute(token.delete().where(token.c.device_id == message.device))
    session = DeviceSession(account.tenant, account.id, message.device)
    begin_life(connection, session, int(str(row["incarnation"])), now_ms)
    return int(str(row["incarnation"]))


def next_incarnation(database: Database, session: DeviceSession, now_ms: int, *, was: int = 0) -> int:
    """For a folder that was restored or cloned: one that no other folder of the device has or gets.

    `was`: the one it had, which a server that was restored itself may have forgotten that it gave.
    """

    def work(connection: sa.Connection, _alone: bool) -> int:
        device = tables.device
        where = (device.c.id == session.device, device.c.tenant_id == session.tenant)
        known = connection.execute(sa.select(device.c.incarnation).where(*where).with_for_update()).scalar_one()
        made = max(known, min(was, known + _MOST_FORGOTTEN)) + 1
        begin_life(connection, session, made, now_ms)
        return int(made)

    return database.write(work)


def revoke(database: Database, device_id: str, now_ms: int) -> bool:
    """Takes a device's access back, and the codes that let it in; false when there is none of this id."""

    def work(connection: sa.Connection, _alone: bool) -> bool:
        device, code = tables.device, tables.enrol_code
        done = connection.execute(device.update().where(device.c.id == device_id).values(revoked_ms=now_ms))
        connection.execute(code.delete().where(code.c.used_by == device_id))
        return done.rowcount > 0

    is_known = database.write(work)
    if is_known:
        logger.warning("access taken back", device=device_id)
    return is_known


def list_devices(database: Database, tenant: str) -> list[Device]:
    """The newest enrolled last."""
    device, life, account = tables.device, tables.device_life, tables.account
    seen = sa.select(sa.func.max(life.c.last_seen_ms)).where(life.c.device_id == device.c.id).scalar_subquery()
    statement = (
        sa.select(
            device.c.id,
            account.c.name,
            device.c.name.label("device_name"),
            device.c.program,
            device.c.incarnation,
            device.c.enrolled_ms,
            device.c.revoked_ms,
            seen,
        )
        .join_from(device, account, (account.c.tenant_id == device.c.tenant_id) & (account.c.id == device.c.account_id))
        .where(device.c.tenant_id == tenant)
        .order_by(device.c.enrolled_ms, device.c.id)
    )
    return database.read(lambda connection: [Device(*row) for row in connection.execute(statement)])


def forget_expired(database: Database, now_ms: int) -> None:
    """Codes and tokens that let nobody in any more."""

    def work(connection: sa.Connection, _alone: bool) -> None:
        for table in (tables.enrol_code, tables.access_token):
            connection.execute(table.delete().where(table.c.expires_ms <= now_ms))

    database.write(work)


def _find(connection: sa.Connection, tenant: str, condition: sa.ColumnElement[bool]) -> Account | None:
    account = tables.account
    statement = sa.select(account).where(account.c.tenant_id == tenant, account.c.closed_ms.is_(None), condition)
    found = connection.execute(statement).one_or_none()
    return Account(tenant, found.id, found.name, found.role) if found else None


def _code_hash(code: str) -> bytes:
    plain = "".join(letter for letter in code.upper() if letter in _LETTERS)
    return hashlib.sha256(plain.encode()).digest()


def _is_key(text: str) -> bool:
    try:
        return len(base64.b64decode(text, validate=True)) == _KEY_BYTES
    except (binascii.Error, ValueError):
        return False


def _is_text(text: str) -> bool:
    return len(text) <= _LONGEST_NAME and "\x00" not in text


def _is_name(text: str) -> bool:
    return _is_text(text) and bool(text.strip()) and text.isprintable()
