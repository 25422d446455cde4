"""The rows one batch works with: those it changes, locked, and glances at those its links lead to and up from there."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from app.models.registry import TABLES
from app.sync.merge import LIFE, OpenDispute, State, Who
from app.sync.protocol import Value
from server import tables
from server.database import one_of
from server.disputes import read_open
from server.judge import is_catalogue, links_of
from server.stored import Entry, Key, by_table, hands, read_entries

PARENTS_OF = {
    table.name: tuple((field.name, field.refers_to) for field in table.fields if field.parent) for table in TABLES
}
CHILDREN_OF: Mapping[str, tuple[tuple[str, str], ...]] = {
    table.name: tuple(
        (child.name, name) for child in TABLES for name, above in PARENTS_OF[child.name] if above == table.name
    )
    for table in TABLES
}
# Rows that say nothing but what belongs to what: they do not bring back what somebody threw away.
LINK_TABLES = frozenset({"photo_link", "training_enterprise"})


class Glance(NamedTuple):
    """What a batch must know of a row that it does not change."""

    deleted: bool
    scope: str
    parents: tuple[Key, ...]


class Child(NamedTuple):
    """A living row below another; `parts`: each sequence at which something of it was written, and whose hand.

    A value that lost is one of them, too.
    """

    key: Key
    parts: tuple[tuple[int, Who], ...]


@dataclass(slots=True)
class Shelf:
    connection: sa.Connection
    tenant: str
    entries: dict[Key, Entry] = field(default_factory=dict)
    glances: dict[Key, Glance | None] = field(default_factory=dict)

    def load(self, keys: Iterable[Key]) -> None:
        """Lock and read these rows with their open disputes; an unknown one is there as one that is not born."""
        missing = set(keys) - self.entries.keys()
        if not missing:
            return
        found = read_entries(self.connection, self.tenant, missing)
        for key, disputes in read_open(self.connection, self.tenant, found).items():
            found[key].state.open = disputes
        for key in missing:
            self.entries[key] = found.get(key) or Entry(key, State())

    def entry(self, key: Key) -> Entry:
        self.load([key])
        return self.entries[key]

    def look(self, keys: Iterable[Key]) -> None:
        """Glance at these rows, and at all rows above them."""
        wanted = {key for key in keys if key not in self.glances and not is_catalogue(key.id)}
        while wanted:
            found = self._glanced(wanted)
            self.glances |= dict.fromkeys(wanted) | found
            above = {parent for glance in found.values() for parent in glance.parents}
            wanted = {key for key in above if key not in self.glances}

    def look_around(self) -> None:
        """Glance at whatever the loaded rows hold links to."""
        self.look(
            Key(table, row_id)
            for entry in self.entries.values()
            for _, table, row_id in links_of(entry.key.table, entry.state.values)
        )

    def _glanced(self, keys: Iterable[Key]) -> dict[Key, Glance]:
        found = {}
        for name, ids in by_table(keys).items():
            statement = _glance_at(self.connection.dialect.name, name)
            for row_id, deleted, scope, *links in self.connection.execute(
                statement, {"tenant": self.tenant, "ids": ids}
            ):
                values = {link: value for (link, _), value in zip(PARENTS_OF[name], links, strict=True)}
                found[Key(name, row_id)] = Glance(bool(deleted), scope, _parents(name, values))
        return found

    def knows(self, key: Key) -> bool:
        """Whether there is or was such a row."""
        entry = self.entries.get(key)
        return entry.state.born if entry else self._glance(key) is not None

    def is_deleted(self, key: Key) -> bool:
        entry = self.entries.get(key)
        if entry:
            return entry.state.deleted
        glance = self._glance(key)
        return glance is not None and glance.deleted

    def scope(self, key: Key) -> str:
        entry = self.entries.get(key)
        if entry:
            return entry.scope
        glance = self._glance(key)
        return glance.scope if glance else ""

    def _glance(self, key: Key) -> Glance | None:
        if key not in self.glances:
            self.look([key])
        return self.glances.get(key)

    def _above(self, key: Key) -> tuple[Key, ...]:
        entry = self.entries.get(key)
        if entry:
            return _parents(key.table, entry.state.values)
        glance = self._glance(key)
        return glance.parents if glance else ()

    def dead_above(self, key: Key) -> list[Key]:
        """The deleted rows above a row, nearest first."""
        queue, dead = list(self._above(key)), []
        for parent in queue:  # grows while it is walked
            if self.is_deleted(parent) and parent not in dead:
                dead.append(parent)
            queue += self._above(parent)
        return dead

    def scope_of(self, key: Key, values: Mapping[str, Value]) -> str:
        """The enterprise to which a row with these values belongs; empty when to none."""
        if key.table == "enterprise":
            return key.id
        links = {name: Key(table, row_id) for name, table, row_id in links_of(key.table, values)}
        if "enterprise_id" in links:
            return links["enterprise_id"].id
        first = [name for name, _ in PARENTS_OF[key.table] if name in links]
        scopes = (self.scope(links[name]) for name in (*first, *(links.keys() - first)))
        return next((scope for scope in scopes if scope), "")

    def living_below(self, key: Key) -> Iterator[Child]:
        """Every living row below a row, at any depth."""
        level = [key]
        while level:
            below: list[Key] = []
            for name, ids in by_table(level).items():
                for child, link in CHILDREN_OF[name]:
                    for found in self._children(child, link, ids):
                        below.append(found.key)
                        yield found
            level = below

    def children(self, keys: Iterable[Key]) -> set[Key]:
        """The living rows right below these, those that this batch made or led there too."""
        above = set(keys)
        found = {
            key
            for key, entry in self.entries.items()
            if entry.state.born and not entry.state.deleted and not above.isdisjoint(self._above(key))
        }
        for name, ids in by_table(above).items():
            for child, link in CHILDREN_OF[name]:
                found |= {one.key for one in self._children(child, link, ids)}
        return found

    def _children(self, child: str, link: str, ids: list[str]) -> Iterator[Child]:
        statement = _children_of(self.connection.dialect.name, child, link)
        asked = {"tenant": self.tenant, "ids": ids}
        found = self.connection.execute(statement, asked).all()
        keys = [Key(child, row.row_id) for row in found]
        disputed = read_open(self.connection, self.tenant, (key for key in keys if key not in self.entries))
        for key, (_, row_seq, life_seq, deleted, fseq, fwho) in zip(keys, found, strict=True):
            entry = self.entries.get(key)
            if entry:
                state = entry.state
                if not state.deleted and state.values.get(link) in ids:  # else this batch moved it elsewhere
                    parts = _parts(state.seqs, state.whos, state.life_seq, state.life_who)
                    yield Child(key, parts + _lost(state.open))
            elif not deleted:
                seqs, whos, life = hands(fseq, fwho, row_seq)
                yield Child(key, _parts(seqs, whos, life_seq, life) + _lost(disputed.get(key, ())))


@cache
def _glance_at(dialect: str, name: str) -> sa.Select[Any]:
    row, table = tables.sync_row, tables.ENTITIES[name]
    wanted = (row.c.tenant_id == sa.bindparam("tenant"), row.c.tbl == name, one_of(dialect, row.c.row_id, "ids"))
    links = (table.c[link] for link, _ in PARENTS_OF[name])
    both = (table.c.tenant_id == row.c.tenant_id) & (table.c.id == row.c.row_id)
    return sa.select(row.c.row_id, row.c.deleted, row.c.scope_id, *links).join_from(row, table, both).where(*wanted)


@cache
def _children_of(dialect: str, name: str, link: str) -> sa.Select[Any]:
    row, table = tables.sync_row, tables.ENTITIES[name]
    wanted = (table.c.tenant_id == sa.bindparam("tenant"), row.c.tbl == name, one_of(dialect, table.c[link], "ids"))
    columns = (row.c.row_id, row.c.row_seq, row.c.life_seq, row.c.deleted, row.c.fseq, row.c.fwho)
    both = (row.c.tenant_id == table.c.tenant_id) & (row.c.row_id == table.c.id)
    return sa.select(*columns).join_from(table, row, both).where(*wanted).order_by(row.c.row_id)


def _parents(table: str, values: Mapping[str, Value]) -> tuple[Key, ...]:
    links = ((above, values.get(name)) for name, above in PARENTS_OF[table])
    return tuple(Key(above, value) for above, value in links if isinstance(value, str) and not is_catalogue(value))


def _parts(
    seqs: Mapping[str, int], whos: Mapping[str, Who], life_seq: int, life_who: Who
) -> tuple[tuple[int, Who], ...]:
    return (*((seq, whos[name]) for name, seq in seqs.items()), (life_seq, life_who))


def _lost(disputes: Iterable[OpenDispute]) -> tuple[tuple[int, Who], ...]:
    return tuple((dispute.opened, dispute.by) for dispute in disputes if dispute.field != LIFE)
