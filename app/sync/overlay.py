"""Own operations that lie over what the server last said of a row, and the merge bases they pass on (R4, R9).

Numbers of mutations below zero are not on their way: what the server refused, and what it took from an earlier
incarnation.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from app.models.driver import Database
from app.sync.protocol import Value

LIFE = "*"
DELETED: Final = "del"
ALIVE: Final = "undel"
REFUSED = -(1 << 40)  # a refused mutation lies under REFUSED + its number in sync_rejected
TAKEN = -(1 << 50)  # what an earlier incarnation had confirmed, until the cursor has passed it

RowKey = tuple[str, str]


class Laid(NamedTuple):
    """One row of `sync_overlay`: a field written, or under `*` a life changed, by mutation `mseq`."""

    field: str
    mseq: int
    base: int
    value: Value


def in_order(laid: Iterable[Laid]) -> list[Laid]:
    """As they were done: by mutation, in each the fields first."""
    return sorted(laid, key=lambda each: (each.mseq, each.field == LIFE))


def inherited_base(laid: Sequence[Laid], field: str) -> int | None:
    """The base of the own operation behind which the server's value of `field` hides; None when it is to be seen.

    A delete hides all of a row until it is taken back.
    """
    own = died = None
    for each in laid:
        if each.field == LIFE:
            died = each.base if each.value == DELETED else None
        elif each.field == field and own is None:
            own = each.base
    return own if died is None else died


def base_of_delete(laid: Sequence[Laid], seen: int, seqs: Mapping[str, int], row_seq: int) -> int:
    """What somebody knew of the whole row who deletes it having seen `seen`: less, where an own operation hides a value
    that came after it. `seqs`, `row_seq`: the sequences in `sync_base`."""
    hidden = [each.base for each in laid if seqs.get(each.field, row_seq) > each.base]
    return min([seen, *hidden])


def base_of_life(laid: Sequence[Laid], seen: int, died: int) -> int:
    """What somebody knew of a row's life who writes on it having seen `seen`: less, where own work that lies over the
    row keeps from being seen that it was deleted at `died`; 0 while it lives."""
    return min([seen, *(each.base for each in laid if each.base < died)])


def laid_over(values: Mapping[str, Value], laid: Sequence[Laid], *, deleted: bool) -> tuple[dict[str, Value], bool]:
    """Values and death of a row as it is shown. Whoever writes a field wants the row to live."""
    shown = dict(values)
    for each in laid:
        if each.field == LIFE:
            deleted = each.value == DELETED
        else:
            shown[each.field] = each.value
            deleted = False
    return shown, deleted


def laid_on(db: Database, table: str, row_ids: Sequence[str]) -> defaultdict[str, list[Laid]]:
    """All own operations on these rows of one table, by row, in order."""
    found: defaultdict[str, list[Laid]] = defaultdict(list)
    for row_id, *rest in db.conn.execute(
        "SELECT row_id, field, mseq, base_seq, value FROM sync_overlay WHERE tbl = ?"
        " AND row_id IN (SELECT value FROM json_each(?)) ORDER BY mseq, field = '*'",
        (table, json.dumps(row_ids)),
    ):
        found[row_id].append(Laid(*rest))
    return found


def put_laid(db: Database, rows: Iterable[tuple[str, str, str, int, int, Value]]) -> None:
    """`rows`: table, row id, field, mseq, base, value each."""
    db.conn.executemany("INSERT INTO sync_overlay(tbl, row_id, field, mseq, base_seq, value) VALUES(?,?,?,?,?,?)", rows)
