"""The server's tables: those of the registry, with their metadata beside them, and our own. One shape for SQLite and
PostgreSQL: ids and JSON are TEXT, times are ms since 1970 as BIGINT, so that dumps of both are equal.
"""

from typing import Any

import sqlalchemy as sa

from app.models.registry import TABLES, Field, Kind, Table
from app.sync.protocol import BYTES_OF

METADATA = sa.MetaData()

BIG = sa.BigInteger().with_variant(sa.INTEGER(), "sqlite")
REAL: sa.types.TypeEngine[Any] = sa.Double().with_variant(sa.REAL(), "sqlite")
# By code points everywhere, so that both databases put rows into the same order.
TEXT: sa.types.TypeEngine[Any] = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
BYTES = sa.LargeBinary()
# Few rows, never removed: an index from the other side would cost every insert and help nobody.
_SMALL = {"country_programme", "partner", "user", "module", "checklist"}


def _key(name: str, kind: sa.types.TypeEngine[Any] = TEXT) -> sa.Column[Any]:
    return sa.Column(name, kind, primary_key=True, nullable=False, autoincrement=False)


def _must(name: str, kind: sa.types.TypeEngine[Any] = TEXT) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def _may(name: str, kind: sa.types.TypeEngine[Any] = TEXT) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=True)


def _own(name: str, *parts: sa.schema.SchemaItem, fill: int | None = None) -> sa.Table:
    options: dict[str, Any] = {"sqlite_strict": True}
    if fill:
        options["postgresql_with"] = {"fillfactor": fill}
    return sa.Table(name, METADATA, *parts, **options)


def type_of(field: Field) -> sa.types.TypeEngine[Any]:
    """The column type of a field of the registry."""
    if field.kind is Kind.NUMBER:
        return REAL
    return BIG if field.sql_type == "INTEGER" else TEXT


def _entity(table: Table) -> sa.Table:
    """Typed and plain, for reports; whether the row is deleted, and who wrote what, stands in `sync_row`.

    `extra`: JSON of the fields that a newer program sent and this one does not know.
    """
    links = [field.name for field in table.fields if field.refers_to and field.refers_to not in _SMALL]
    return _own(
        table.name,
        _key("tenant_id"),
        _key("id"),
        _may("created_at"),
        *(_may(field.name, type_of(field)) for field in table.fields),
        _may("extra"),
        *(sa.Index(f"{table.name}_{name}", "tenant_id", name) for name in (*links, *BYTES_OF.get(table.name, ()))),
    )


ENTITIES: dict[str, sa.Table] = {table.name: _entity(table) for table in TABLES}
sa.Index("enterprise_code", ENTITIES["enterprise"].c.tenant_id, ENTITIES["enterprise"].c.code)

server_identity = _own("server_identity", _key("one", BIG), _must("id"), _must("made_ms", BIG))
tenant = _own("tenant", _key("id"), _must("name"), _must("made_ms", BIG))
account = _own(
    "account",
    _key("tenant_id"),
    _key("id"),
    _must("name"),
    _must("role"),
    _must("made_ms", BIG),
    _may("closed_ms", BIG),
)
_is_open = account.c.closed_ms.is_(None)
sa.Index(
    "account_name",
    account.c.tenant_id,
    account.c.name,
    unique=True,
    sqlite_where=_is_open,
    postgresql_where=_is_open,
)
enrol_code = _own(
    "enrol_code",
    _key("code_sha256", BYTES),
    _must("tenant_id"),
    _must("account_id"),
    _must("expires_ms", BIG),
    _may("used_ms", BIG),
    _may("used_by"),
)
device = _own(
    "device",
    _key("id"),
    _must("tenant_id"),
    _must("account_id"),
    _must("public_key"),
    _must("name"),
    _must("program"),
    _must("incarnation", BIG),
    _must("enrolled_ms", BIG),
    _may("revoked_ms", BIG),
    sa.Index("device_account", "tenant_id", "account_id"),
)
# One life of a device's data folder. `lost_seq`: how far it had seen `lost_epoch`, which this server lost; empty: none.
device_life = _own(
    "device_life",
    _key("tenant_id"),
    _key("device_id"),
    _key("incarnation", BIG),
    _must("last_mseq", BIG),
    _must("acked_m", BIG),
    _must("acked_cursor", BIG),
    _must("began_ms", BIG),
    _must("last_seen_ms", BIG),
    _must("lost_epoch"),
    _must("lost_seq", BIG),
    fill=50,
)
access_token = _own(
    "access_token",
    _key("token_sha256", BYTES),
    _must("device_id"),
    _must("expires_ms", BIG),
    sa.Index("access_token_device", "device_id"),
)
# `began_seq`: the head when the epoch began; what is newer was lost with the one before it.
epoch = _own(
    "epoch", _key("tenant_id"), _key("number", BIG), _must("id"), _must("began_seq", BIG), _must("began_ms", BIG)
)
# `sums`: of the digests of all rows that travel; `last_hash`: of the newest entry of the change log.
sync_head = _own(
    "sync_head",
    _key("tenant_id"),
    _must("last_seq", BIG),
    _must("sums", BIG),
    _must("last_hash"),
    fill=10,
)
# `fseq`: sequences of the fields that were not written at `row_seq`. `fwho`: the hands, each with the fields it wrote.
sync_row = _own(
    "sync_row",
    _key("tenant_id"),
    _key("tbl"),
    _key("row_id"),
    _must("scope_id"),
    _must("row_seq", BIG),
    _must("life_seq", BIG),
    _must("deleted", BIG),
    _must("fseq"),
    _must("fwho"),
    _must("plain_by"),
    _must("plain_after", BIG),
    _must("by_user"),
    _must("edited_ms", BIG),
    _must("digest", BIG),
    sa.Index("sync_row_feed", "tenant_id", "row_seq"),
    sa.Index("sync_row_scope", "tenant_id", "scope_id", "row_seq"),
)
change_log = _own(
    "change_log",
    _key("tenant_id"),
    _key("seq", BIG),
    _key("ord", BIG),
    _must("tbl"),
    _must("row_id"),
    _must("op"),
    _must("new_vals"),
    _must("old_vals"),
    _must("user_id"),
    _must("device"),
    _must("m", BIG),
    _must("hlc", BIG),
    _must("edited_ms", BIG),
    _must("received_ms", BIG),
    _must("prev_hash"),
    sa.Index("change_log_row", "tenant_id", "tbl", "row_id", "seq"),
)
mutation_result = _own(
    "mutation_result",
    _key("tenant_id"),
    _key("device_id"),
    _key("incarnation", BIG),
    _key("m", BIG),
    _must("body_sha256", BYTES),
    _must("status"),
    _must("seq", BIG),
    _must("detail"),
    _must("at_ms", BIG),
)
mutation_quarantine = _own(
    "mutation_quarantine",
    _key("tenant_id"),
    _key("device_id"),
    _key("incarnation", BIG),
    _key("m", BIG),
    _must("body", BYTES),
    _must("status"),
    _must("code"),
    _must("tbl"),
    _must("field"),
    _must("user_id"),
    _must("at_ms", BIG),
)
# base, kept and other are JSON. `other_hand`, `other_m`: device and incarnation of what lost, and its mutation.
conflict = _own(
    "conflict",
    _key("tenant_id"),
    _key("id"),
    _must("tbl"),
    _must("row_id"),
    _must("field"),
    _must("kind"),
    _must("base"),
    _must("kept"),
    _must("other"),
    _must("kept_by"),
    _must("other_by"),
    _must("other_hand"),
    _must("other_m", BIG),
    _must("kept_at", BIG),
    _must("other_at", BIG),
    _must("clock_suspect", BIG),
    _must("opened_seq", BIG),
    _may("resolved_seq", BIG),
    _may("resolved_by"),
    sa.Index("conflict_row", "tenant_id", "tbl", "row_id"),
)
# A snapshot in segments; `segments`: JSON of them, the segments themselves are in the store of objects.
snapshot = _own(
    "snapshot",
    _key("tenant_id"),
    _key("as_of", BIG),
    _must("rows", BIG),
    _must("built_ms", BIG),
    _must("segments"),
)
# What is known of bytes; those that are verified are in the store of objects. What is under way is in server.spool.
blob = _own(
    "blob",
    _key("tenant_id"),
    _key("sha256"),
    _must("size", BIG),
    _must("state"),
    _must("verified_ms", BIG),
)
