"""Rows below rows that came to another enterprise: they go there, too, and everybody is told."""

from app.sync.merge import SERVER, Who
from server.log import Logged
from server.shelf import Shelf
from server.stored import RELATIVE, Entry, Key

ROWS_AT_ONCE = 100  # under one sequence, which must fit into a page


def follow(shelf: Shelf, moved: set[Key]) -> list[Entry]:
    """The living rows below `moved` that belong elsewhere now; those nearest first."""
    level, followed = moved, dict[Key, Entry]()
    while level:
        below = shelf.children(level)
        shelf.load(below)
        shelf.look_around()
        level = set()
        for entry in (shelf.entries[key] for key in sorted(below)):
            scope = shelf.scope_of(entry.key, entry.state.values)
            if scope != entry.scope and not entry.state.deleted:
                entry.scope = scope
                followed[entry.key] = entry
                level.add(entry.key)
    return list(followed.values())


def told(entries: list[Entry], used: int, who: Who, hlc: int) -> list[Logged]:
    """What the log says of them: a few under each sequence after the `used` ones of the batch, by the server's hand."""
    log, servers = [], who._replace(device=SERVER, m=0)
    for place, entry in enumerate(entries):
        seq, number = RELATIVE + used + 1 + place // ROWS_AT_ONCE, place % ROWS_AT_ONCE + 1
        entry.state.row_seq, entry.state.plain_by, entry.changed = seq, SERVER, True
        log.append(Logged(seq, number, entry.key, "write", {}, {}, servers, hlc))
    return log
