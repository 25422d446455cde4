"""Rows above and below: a delete that hides somebody's unseen work, work below what somebody deleted."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.sync.merge import ALIVE, DELETED, LIFE, SERVER, Arrival, Dispute, Who
from server.shelf import LINK_TABLES, Shelf
from server.stored import Entry, Key

CHILD_OF_DELETED = "child_of_deleted"


@dataclass(frozen=True, slots=True)
class Coming:
    """Whose mutation, the sequence it gets, and what its writer had seen."""

    who: Who
    seq: int
    base: int


def unseen_below(shelf: Shelf, key: Key, arrival: Arrival) -> tuple[bool, Who | None]:
    """Whether a living row below was made or changed by somebody else after the deleter had looked.

    Links do not count as such: they do not keep what they lead to. Who made the first unseen one is given apart.
    """
    link: Who | None = None
    for child in shelf.living_below(key):
        unseen = next((w for seq, w in child.parts if not arrival.saw(seq, w, arrival.life_base)), None)
        if unseen and child.key.table not in LINK_TABLES:
            return True, link
        link = link or unseen
    return False, link


def revived_above(shelf: Shelf, key: Key, coming: Coming) -> Iterator[tuple[Entry, Dispute]]:
    """Rows above `key` whose deletion its writer had not seen, with the dispute about each: they live again.

    For work that is nothing but a link they stay deleted, and the dispute is all.
    """
    for above in shelf.dead_above(key):
        entry = shelf.entry(above)
        state = entry.state
        if not state.deleted or _saw(coming, state.life_seq, state.life_who):
            continue
        if key.table in LINK_TABLES:
            if not any(dispute.field == LIFE and dispute.other == ALIVE for dispute in state.open):
                yield entry, child_of_deleted(kept_by=state.life_who, other_by=coming.who, revived=False)
            continue
        dispute = child_of_deleted(kept_by=coming.who, other_by=state.life_who, revived=True)
        state.deleted, state.life_seq, state.life_who = False, coming.seq, coming.who
        state.row_seq, state.plain_by = coming.seq, SERVER
        yield entry, dispute


def child_of_deleted(*, kept_by: Who, other_by: Who, revived: bool) -> Dispute:
    kept, other = (ALIVE, DELETED) if revived else (DELETED, ALIVE)
    return Dispute(LIFE, CHILD_OF_DELETED, ALIVE, kept, other, kept_by, other_by)


def _saw(coming: Coming, seq: int, writer: Who) -> bool:
    return seq <= coming.base or (writer.device == coming.who.device and writer.m <= coming.who.m)
