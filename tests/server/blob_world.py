"""A server's bytes without its HTTP: a database, a spool and a store of objects, in which rows can name bytes."""

import hashlib
import itertools
from dataclasses import dataclass

import sqlalchemy as sa

from app.sync.merge import State, Who
from app.sync.protocol import BLOB, BYTES_OF
from server import tables
from server.accounts import create_tenant
from server.blobs import Blobs
from server.commit import keep_head, take_sequences
from server.database import open_database
from server.objects import ObjectTroubleError, objects_at
from server.spool import Spool
from server.stored import Entry, Key, write_entries

NOW_MS = 1_795_000_000_000
_ids = itertools.count(1)


def sha_of(data):
    return hashlib.sha256(data).hexdigest()


def some_bytes(size, seed=0):
    """Bytes that no packing makes smaller, the same for the same seed."""
    return hashlib.shake_128(str(seed).encode()).digest(size)


@dataclass
class Away:
    """A store of objects that can be out of reach. `puts`: how many it took."""

    store: object
    is_away: bool = False
    puts: int = 0

    def put(self, tenant, sha256, file):
        if self.is_away:
            raise ObjectTroubleError("away")
        self.puts += 1
        self.store.put(tenant, sha256, file)

    def has_right(self, tenant, sha256):
        return self.store.has_right(tenant, sha256)

    def read(self, tenant, sha256, start, end):
        return self.store.read(tenant, sha256, start, end)


class World:
    def __init__(self, folder, url="sqlite://"):
        self._open(folder, url)
        tables.METADATA.create_all(self.database.engine)
        self.tenant = create_tenant(self.database, "ILO", NOW_MS)
        self.other = create_tenant(self.database, "Somebody else", NOW_MS)

    @classmethod
    def again(cls, folder, url, tenant):
        """The same one from another process."""
        world = cls.__new__(cls)
        world._open(folder, url)
        world.tenant = tenant
        return world

    def _open(self, folder, url):
        self.database = open_database(url)
        self.now_ms = NOW_MS
        self.photos = folder / "photos"
        self.spool = Spool(folder / "spool")
        self.objects = Away(objects_at(str(self.photos)))
        self.blobs = Blobs(self.database, self.spool, self.objects, lambda: self.now_ms)

    def name(self, *hashes, tenant=None, table="photo", field=None, scope=""):
        """A row for each hash that names it."""
        tenant = tenant or self.tenant

        def work(connection, _alone):
            for sha256 in hashes:
                head = take_sequences(connection, tenant, 1)
                key = Key(table, f"0193{next(_ids):04d}-0000-7000-8000-000000000000")
                who = Who("d.1", 1, NOW_MS, "u")
                name = field or BYTES_OF[table][-1]
                state = State({name: sha256}, {name: head.seq + 1}, {name: who}, True, False, head.seq + 1, who)
                state.row_seq = head.seq + 1
                write_entries(connection, tenant, [Entry(key, state, scope)])
                keep_head(connection, tenant, sums=head.sums, last_hash=head.last_hash)

        self.database.write(work)

    def upload(self, data, tenant=None):
        """All of it at once; returns its hash."""
        tenant, sha256 = tenant or self.tenant, sha_of(data)
        self.blobs.begin(tenant, sha256, len(data))
        with self.spool.hold(tenant, sha256) as writing:
            writing.write(data[writing.upload.offset :])
            writing.keep(self.now_ms)
            self.blobs.finish(writing)
        return sha256

    def state_of(self, sha256, tenant=None, **more):
        return self.blobs.known(tenant or self.tenant, [sha256], **more)[0]

    def head(self, tenant=None):
        head = tables.sync_head
        with self.database.engine.connect() as connection:
            return connection.execute(
                sa.select(head.c.last_seq).where(head.c.tenant_id == (tenant or self.tenant))
            ).scalar_one()

    def feed(self, tenant=None):
        """(sequence, hash, scope) of the rows of bytes in the tenant's feed."""
        row = tables.sync_row
        with self.database.engine.connect() as connection:
            return [
                tuple(found)
                for found in connection.execute(
                    sa.select(row.c.row_seq, row.c.row_id, row.c.scope_id)
                    .where(row.c.tenant_id == (tenant or self.tenant), row.c.tbl == BLOB)
                    .order_by(row.c.row_seq)
                )
            ]
