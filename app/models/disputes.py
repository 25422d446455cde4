"""Values that were written apart from each other and that a person has to choose between, as the server told them."""

from dataclasses import dataclass
from typing import Any

from app.models.driver import Database
from app.models.registry import TABLE_BY_NAME
from app.models.values import Stored

# Cases of zero tolerance take their own path: what is disputed about them is shown to nobody here.
_SHOWN = "tbl <> 'incident'"
# Two enterprises under one code are settled when that is true no more; the server says so later, and says it anew when
# it is true again.
_CLOSING = (
    "(closing OR kind = 'duplicate' AND EXISTS (SELECT 1 FROM enterprise a JOIN enterprise b ON b.id = other_value"
    " WHERE a.id = row_id AND (a.binned_at IS NOT NULL OR b.binned_at IS NOT NULL OR a.code IS NOT b.code)))"
)
_OPEN = f"resolved_seq IS NULL AND NOT {_CLOSING}"
DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True)
class Dispute:
    """Two values of one field of one row; field `*` is the row's life. `kept` is on top; `base` is what both saw.

    `kept_by`, `other_by`: ids of users, None when not told. Times in ms of the true time. `is_closing`: settled here,
    and the server has not confirmed it.
    """

    id: str
    table: str
    row_id: str
    field: str
    kind: str
    base: Stored
    kept: Stored
    other: Stored
    kept_by: str | None
    other_by: str | None
    kept_at_ms: int | None
    other_at_ms: int | None
    opened: int
    resolved: int | None
    resolved_by: str | None
    is_clock_suspect: bool
    is_closing: bool

    @property
    def is_open(self) -> bool:
        return self.resolved is None and not self.is_closing


def open_disputes(db: Database) -> list[tuple[Dispute, ...]]:
    """What nobody settled yet, newest first; fields that only make sense together are one."""
    return _together(_read(db, _OPEN))


def settled_disputes(db: Database, *, most: int) -> list[tuple[Dispute, ...]]:
    """What was settled, here or elsewhere, newest first."""
    return _together(_read(db, f"NOT ({_OPEN})", most))


def disputes_with(db: Database, dispute_id: str) -> tuple[Dispute, ...]:
    """The dispute and those that are settled with it; empty when there is none of this id."""
    same_row = "(tbl, row_id, opened_seq) = (SELECT tbl, row_id, opened_seq FROM sync_conflict WHERE id = ?)"
    groups = _together(_read(db, same_row, -1, dispute_id))
    return next((group for group in groups if any(one.id == dispute_id for one in group)), ())


def count_disputes(db: Database) -> int:
    return len(open_disputes(db))


def _read(db: Database, condition: str, most: int = -1, *parameters: object) -> list[Dispute]:
    rows = db.conn.execute(
        f"SELECT clock_suspect, {_CLOSING}, id, tbl, row_id, field, kind, base_value, kept_value, other_value, kept_by,"
        " other_by, kept_at_ms, other_at_ms, opened_seq, resolved_seq, resolved_by FROM sync_conflict"
        f" WHERE {_SHOWN} AND {condition} ORDER BY opened_seq DESC, id LIMIT ?",
        (*parameters, most),
    )
    return [_dispute(*row) for row in rows]


def _dispute(suspect: int, closing: int, *told: Any) -> Dispute:
    values = [*told, bool(suspect), bool(closing)]
    return Dispute(*values)


def _together(found: list[Dispute]) -> list[tuple[Dispute, ...]]:
    """Grouped by what is settled in one step, each group in the registry's order of fields.

    Of fields that only make sense together, one half may be of another hand: it was there before, and was taken over.
    """
    groups: dict[tuple[object, ...], list[Dispute]] = {}
    for one in found:
        groups.setdefault((*_place_of(one), one.kept_by, one.other_by), []).append(one)
    wholes: dict[tuple[object, ...], list[list[Dispute]]] = {}
    for group in groups.values():
        others = wholes.setdefault(_place_of(group[0]), [])
        fields = {one.field for one in group}
        whole = next((other for other in others if fields.isdisjoint(one.field for one in other)), None)
        if whole is None:
            others.append(group)
        else:
            whole += group
    return [tuple(sorted(group, key=_place)) for others in wholes.values() for group in others]


def _place_of(one: Dispute) -> tuple[object, ...]:
    return one.table, one.row_id, one.opened, one.kind, one.is_open, _group_of(one)


def _group_of(one: Dispute) -> str:
    """The first field of the group that is merged as one, else the field itself."""
    table = TABLE_BY_NAME.get(one.table)
    groups = (group for group in table.atomic if one.field in group) if table else iter(())
    return next((group[0] for group in groups), one.field)


def _place(one: Dispute) -> int:
    table = TABLE_BY_NAME.get(one.table)
    names = table.field_names if table else ()
    return names.index(one.field) if one.field in names else len(names)
