"""Rows that the server itself makes: people, and which bytes it has verified. They take sequences like any other."""

from collections.abc import Mapping

import sqlalchemy as sa

from app.sync.merge import SERVER, State, Who
from app.sync.protocol import Value
from server import tables
from server.commit import keep_head, take_sequences
from server.log import Logged, write_log
from server.stored import Entry, Key, metadata, write_entries, write_rows


def publish_row(connection: sa.Connection, tenant: str, key: Key, values: Mapping[str, Value], now_ms: int) -> int:
    """Make a row of the registry, of which there is none yet; its sequence.

    To be the last thing of a transaction but for others of its kind: it holds the counter.
    """
    head = take_sequences(connection, tenant, 1)
    seq, who = head.seq + 1, Who(SERVER, 0, now_ms, "")
    seqs, whos = dict.fromkeys(values, seq), dict.fromkeys(values, who)
    entry = Entry(key, State(dict(values), seqs, whos, born=True, life_seq=seq, life_who=who, row_seq=seq))
    write_entries(connection, tenant, [entry])
    logged = Logged(seq, 1, key, "live", dict(values), dict.fromkeys(values), who, 0)
    last_hash = write_log(connection, tenant, [logged], now_ms=now_ms, last_hash=head.last_hash)
    keep_head(connection, tenant, sums=head.sums + entry.digest, last_hash=last_hash)
    return seq


def publish(connection: sa.Connection, tenant: str, key: Key, now_ms: int, *, scope: str = "") -> int:
    """Let every laptop pull a row of a table that is not in the registry, as it is now; its sequence. As above."""
    head = take_sequences(connection, tenant, 1)
    seq, row = head.seq + 1, tables.sync_row
    where = (row.c.tenant_id == tenant, row.c.tbl == key.table, row.c.row_id == key.id)
    known = connection.execute(sa.select(row.c.row_seq).where(*where)).one_or_none()
    if known is None:
        write_rows(connection, [metadata(tenant, key, scope, seq, edited_ms=now_ms)], [])
    else:
        connection.execute(row.update().where(*where).values(row_seq=seq, edited_ms=now_ms))
    logged = Logged(seq, 1, key, "write", {}, {}, Who(SERVER, 0, now_ms, ""), 0)
    last_hash = write_log(connection, tenant, [logged], now_ms=now_ms, last_hash=head.last_hash)
    keep_head(connection, tenant, sums=head.sums, last_hash=last_hash)
    return seq
