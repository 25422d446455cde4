"""People with laptops and a central server in processes of its own: who writes what, and what all agree on."""

import json
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import sqlalchemy as sa

from app.bootstrap import Store, writing
from app.fieldwork.identity import author_of
from app.fieldwork.plan import write_visit
from app.models.ids import Clock
from app.models.registry import TABLES
from app.paths import DataFolder
from app.sync.way import ServerWay, way_of
from benchmarks.sync.processes import ORGANISATION, CentralServer
from server import tables
from server.checks import looked_over
from tests.factories import make_enterprise, make_visit

NOT_SHARED = {"incident"}  # only ever sent
CATALOGUE = "00000000-0000-8%"


class Desk:
    """An open data folder and its way to the server, on this thread."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store = store
        self.db = store.records
        self.clock = clock
        self.way: ServerWay = way_of(store.folder, None, clock)

    def records(self, work):
        return work(self.db)

    def photos(self, work):
        return work(self.store.photos)

    @property
    def by(self):
        return author_of(self.db, self.clock)

    def visit(self, name: str = "PT Laksana") -> str:
        return make_visit(self.db, self.by, make_enterprise(self.db, self.by, name))

    def write(self, visit_id: str, text: str) -> None:
        write_visit(self.db, self.by, visit_id, summary=text)

    def waiting(self) -> int:
        """Mutations without an outcome, and edits that are not sealed."""
        outbox = "SELECT count(*) FROM sync_outbox WHERE status IS NULL"
        captured = "SELECT count(*) FROM sync_capture WHERE user_id <> ''"
        return sum(self.db.conn.execute(sql).fetchone()[0] for sql in (outbox, captured))

    def move_to(self, url: str) -> None:
        """The server is found at another address from now on."""
        self.db.conn.execute("UPDATE sync_state SET url = ?", (url,))


@contextmanager
def desk(root: Path) -> Iterator[Desk]:
    clock = Clock()
    with writing(DataFolder(root), clock=clock) as store:
        made = Desk(store, clock)
        try:
            yield made
        finally:
            made.way.close()


def rows_here(db) -> dict[str, list[tuple[object, ...]]]:
    """All that is shared, by table, as it is shown on a laptop."""
    found = {}
    for table in TABLES:
        if table.name in NOT_SHARED:
            continue
        columns = ", ".join(f'"{name}"' for name in ("id", *table.captured))
        sql = f'SELECT {columns}, binned_at IS NOT NULL FROM "{table.name}" WHERE id NOT LIKE ? ORDER BY id'
        if rows := [tuple(row) for row in db.conn.execute(sql, (CATALOGUE,))]:
            found[table.name] = rows
    return found


def rows_there(server: CentralServer, organisation: str = ORGANISATION) -> dict[str, list[tuple[object, ...]]]:
    """The same, as the server has it."""
    found = {}
    row = tables.sync_row
    is_ours = (
        row.c.tenant_id == sa.select(tables.tenant.c.id).where(tables.tenant.c.name == organisation).scalar_subquery()
    )
    with server.opened() as database, database.engine.connect() as connection:
        for table in TABLES:
            if table.name in NOT_SHARED:
                continue
            entity = tables.ENTITIES[table.name]
            columns = [entity.c[name] for name in ("id", *table.captured)]
            statement = (
                sa.select(*columns, row.c.deleted)
                .join_from(entity, row, (row.c.tbl == table.name) & (row.c.row_id == entity.c.id))
                .where(entity.c.id.not_like(CATALOGUE), is_ours)
                .order_by(entity.c.id)
            )
            if rows := [tuple(each) for each in connection.execute(statement)]:
                found[table.name] = rows
    return found


def times_applied(server: CentralServer, texts: Collection[str]) -> dict[str, int]:
    """How often each of these stands as a summary in the server's log."""
    log, wanted = tables.change_log, set(texts)
    counts: dict[str, int] = {}
    with server.opened() as database, database.engine.connect() as connection:
        for text in connection.execute(sa.select(log.c.new_vals).where(log.c.tbl == "visit")).scalars():
            summary = json.loads(text).get("summary")
            if summary in wanted:
                counts[summary] = counts.get(summary, 0) + 1
    return counts


def is_whole(server: CentralServer) -> bool:
    """Nothing wrong is found in the server's database: its log is without gap, its sums are right."""
    with server.opened() as database:
        return looked_over(database) == []


def conflicts_there(server: CentralServer) -> int:
    with server.opened() as database, database.engine.connect() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(tables.conflict)).scalar_one()


def agreed(server: CentralServer, organisation: str, folders: dict[str, Path], written: list[str]) -> None:
    """All that was written was applied once; both laptops and the server show the same, and dispute nothing."""
    with ExitStack() as stack:
        desks = [stack.enter_context(desk(folder)) for folder in folders.values()]
        for one in (*desks, *desks):
            assert one.way.exchange(one).rows.complete
            assert one.waiting() == 0
        ana, budi = (rows_here(one.db) for one in desks)
    assert ana == budi == rows_there(server, organisation)
    assert times_applied(server, written) == dict.fromkeys(written, 1)
    assert conflicts_there(server) == 0
    assert is_whole(server)
