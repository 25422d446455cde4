"""Rows that the server itself makes: people, and which bytes it has verified. They take sequences like any other."""

from collections.abc import Mapping

import sqlalchemy as sa

from app.sync.merge import SERVER, State, Who
from app.sync.protocol import Value
from server import tables
from server.commit import keep_head, take_sequences
from server.log import Logged, write_log
from server.stored import Entry, Key, metadata, read_entries, write_entries, write_rows


def publish_row(connection: sa.Connection, tenant: str, key: Key, values: Mapping[str, Value], now_ms: int) -> int:
    """Write these values of a row of the registry, which lives from now on if it did not; its sequence.

    To be the last thing of a transaction but for others of its kind: it holds the counter.
    """
    entry = read_entries(connection, tenant, [key]).get(key) or Entry(key, State())
    state, counted = entry.state, entry.digest
    head = take_sequences(connection, tenant, 1)
    seq, who = head.seq + 1, Who(SERVER, 0, now_ms, "")
    old = {name: state.values.get(name) for name in values}
    for name, value in values.items():
        state.values[name], state.seqs[name], state.whos[name] = value, seq, who
    born = not state.born or state.deleted
    if born:
        state.born, state.deleted, state.life_seq, state.life_who = True, False, seq, who
    state.row_seq, state.plain_by = seq, SERVER
    write_entries(connection, tenant, [entry])
    logged = Logged(seq, 1, key, "live" if born else "write", dict(values), old, who, 0)
    last_hash = write_log(connection, tenant, [logged], now_ms=now_ms, last_hash=head.last_hash)
    keep_head(connection, tenant, sums=head.sums + entry.digest - counted, last_hash=last_hash)
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
