"""The differences that a person settles: what both started from, what each wrote, and keep, take or edit both.

To settle is an ordinary edit, which writes the field where it must and names what it closes: undo takes the value back
and leaves the difference settled. What was not chosen stays among the settled ones and can be taken from there.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from app.errors import Invalid, NotAllowed, NotFound
from app.fieldwork.answers import answer_item
from app.fieldwork.records import require_writable
from app.fieldwork.whereabouts import Whereabouts, linked_title, whereabouts
from app.models.database import Author, edit
from app.models.disputes import DUPLICATE, Dispute, disputes_with, open_disputes, settled_disputes
from app.models.driver import Database
from app.models.registry import TABLE_BY_NAME, Field, Kind
from app.models.rows import Row, bin_row, find_row, list_rows, write_fields
from app.models.values import Stored
from app.models.visits import VisitStatus
from app.sync.protocol import CONFLICT

LIFE = "*"
_MOST_SETTLED = 200


@dataclass(frozen=True, slots=True)
class Hand:
    """Who wrote a value and when, corrected; `name` is empty and `at` None when it is not known."""

    name: str
    at: datetime | None
    is_mine: bool


@dataclass(frozen=True, slots=True)
class Part:
    """One field of a difference. `about` is None for the row's life and for a field only newer programs know.

    `now` is what the row holds here at this moment. `names`: what the rows are called that values link to, by id.
    """

    name: str
    about: Field | None
    base: Stored
    kept: Stored
    other: Stored
    now: Stored
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Difference:
    """What is settled in one step: one field, or several that only make sense together, or the row's life.

    `pair`: two enterprises that may be one and the same, see `app.sync.twins`; None where it is not about such.
    """

    id: str
    ids: tuple[str, ...]
    kind: str
    where: Whereabouts
    parts: tuple[Part, ...]
    kept_by: Hand
    other_by: Hand
    is_clock_suspect: bool
    is_open: bool
    settled_by: str
    pair: tuple[str, str] | None = None

    @property
    def is_about_life(self) -> bool:
        return self.parts[0].name == LIFE


def list_differences(db: Database, by: Author) -> list[Difference]:
    """What nobody settled yet, newest first."""
    return _shown(db, by, open_disputes(db))


def list_settled(db: Database, by: Author) -> list[Difference]:
    """What was settled lately, here or elsewhere, newest first."""
    return _shown(db, by, settled_disputes(db, most=_MOST_SETTLED))


def get_difference(db: Database, by: Author, difference_id: str) -> Difference:
    """By the id of any of its parts. Raises NotFound."""
    found = disputes_with(db, difference_id)
    if not found:
        raise NotFound(CONFLICT, difference_id)
    return _shown(db, by, [found])[0]


def keep(db: Database, by: Author, difference_id: str) -> None:
    """What stands in the row is right. Raises NotFound; a difference that is settled already stays as it is.

    Of two enterprises: they are two, also where the one was to become the other.
    """
    with edit(db, by):
        found = disputes_with(db, difference_id)
        close_disputes(db, found, difference_id)
        for row_id in pair_of(db, found[0]) or ():
            row = find_row(db, "enterprise", row_id)
            if row and row["merged_into"]:
                write_fields(db, by, "enterprise", row_id, {"merged_into": None})


def take(db: Database, by: Author, difference_id: str) -> None:
    """The other value is right: it is written, or the row goes to the bin. That of a settled difference, too.

    Raises NotFound; NotAllowed for what was finished meanwhile or is in the bin and where two enterprises may be one,
    and then nothing is settled.
    """
    with edit(db, by):
        found = disputes_with(db, difference_id)
        close_disputes(db, found, difference_id)
        if found[0].kind == DUPLICATE or pair_of(db, found[0]):
            raise NotAllowed("one-or-two")
        if found[0].field == LIFE:
            _bin(db, by, found[0])
        else:
            _write(db, by, found[0], {one.field: one.other for one in found})


def edit_both(db: Database, by: Author, difference_id: str, values: Mapping[str, object]) -> None:
    """Neither is right: `values`, by field, are. A field of the difference that is not named keeps what it holds.

    Raises NotFound, NotAllowed as `take`, and Invalid for a value or a field that cannot be taken.
    """
    with edit(db, by):
        found = disputes_with(db, difference_id)
        close_disputes(db, found, difference_id)
        if found[0].field == LIFE:
            raise NotAllowed("life-is-kept-or-not")
        if strange := set(values) - {one.field for one in found}:
            raise Invalid(sorted(strange)[0], "no-such-field", CONFLICT)
        _write(db, by, found[0], values)


def pair_of(db: Database, dispute: Dispute) -> tuple[str, str] | None:
    """The enterprises that have one number, or of which one was to become the other; both are here."""
    if dispute.table != "enterprise":
        return None
    one, other = dispute.row_id, ""
    if dispute.kind == DUPLICATE:
        other = str(dispute.other)
    elif dispute.field == "merged_into":
        other = str(dispute.kept or dispute.other)
    elif dispute.field == LIFE:
        other = _merged_with(db, one)
    both = (one, other)
    return both if all(find_row(db, "enterprise", row_id, binned=True) for row_id in both) else None


def _merged_with(db: Database, enterprise_id: str) -> str:
    """The one that it was to become, else a living one that was to become it or has its number; empty for none."""
    found = db.conn.execute(
        "SELECT merged_into FROM enterprise WHERE id = :id AND merged_into IS NOT NULL"
        " UNION ALL SELECT id FROM enterprise WHERE merged_into = :id AND binned_at IS NULL"
        " UNION ALL SELECT b.id FROM enterprise a JOIN enterprise b ON b.code = a.code AND b.id <> a.id"
        " WHERE a.id = :id AND a.code <> '' AND b.binned_at IS NULL LIMIT 1",
        {"id": enterprise_id},
    ).fetchone()
    return str(found[0]) if found else ""


def close_disputes(db: Database, found: Iterable[Dispute], difference_id: str) -> None:
    """Inside an edit, so that what closes and what is written travel as one."""
    if not found:
        raise NotFound(CONFLICT, difference_id)
    for one in found:
        if one.is_open:
            db.conn.execute("UPDATE sync_conflict SET closing = 1 WHERE id = ?", (one.id,))
            db.conn.execute(
                "INSERT INTO sync_capture(grp, tbl, row_id, kind, at_ms, user_id, seen, boot_id, mono_ms)"
                " SELECT grp, ?, ?, 'close', at_ms, coalesce(user_id, ''), seen, boot_id, mono_ms FROM edit_context",
                (CONFLICT, one.id),
            )


def _bin(db: Database, by: Author, dispute: Dispute) -> None:
    row = find_row(db, dispute.table, dispute.row_id, binned=True)
    if row is None:
        raise NotFound(dispute.table, dispute.row_id)
    if row["binned_at"] is None:
        require_writable(db, dispute.table, row)
        bin_row(db, by, dispute.table, dispute.row_id)


def _write(db: Database, by: Author, dispute: Dispute, values: Mapping[str, object]) -> None:
    row = find_row(db, dispute.table, dispute.row_id, binned=True) if dispute.table in TABLE_BY_NAME else None
    if row is None:
        raise NotFound(dispute.table, dispute.row_id)
    if row["binned_at"] is not None:
        raise NotAllowed("in-the-bin")
    if dispute.table == "visit" and "status" in values:
        _refuse_opening(db, row, values)
    else:
        require_writable(db, dispute.table, row)
    changed = {name: value for name, value in values.items() if name not in row or value != row[name]}
    _say_again(db, dispute, {name: value for name, value in values.items() if name not in changed})
    if dispute.table == "answer" and "value" in changed:
        _answer(db, by, row, changed)
    else:
        write_fields(db, by, dispute.table, dispute.row_id, changed)


def _say_again(db: Database, dispute: Dispute, values: Mapping[str, object]) -> None:
    """What is chosen and shown already may be one's own that only lies over what the server keeps: no trigger sees."""
    if values:
        db.conn.execute(
            "INSERT INTO sync_capture(grp, tbl, row_id, kind, vals, at_ms, user_id, seen, boot_id, mono_ms)"
            " SELECT grp, ?, ?, 'upd', ?, at_ms, coalesce(user_id, ''), seen, boot_id, mono_ms FROM edit_context",
            (dispute.table, dispute.row_id, json.dumps(values, ensure_ascii=False)),
        )


def _answer(db: Database, by: Author, row: Row, values: dict[str, object]) -> None:
    """As it is answered on a visit: what the answer means, and what follows from it, is worked out from it."""
    value = values.pop("value")
    values.pop("finding", None)
    answered = None if value is None else str(value)
    answer_item(db, by, row["assessment_id"], row["item"], answered, round=row["repeat_id"] or "", **values)


def _refuse_opening(db: Database, visit: Row, values: Mapping[str, object]) -> None:
    """An issued report closes its revision: only a later revision can be open again."""
    opens = values["status"] == VisitStatus.DRAFT and values.get("revision", visit["revision"]) == visit["revision"]
    if opens and any(list_rows(db, "report", visit_id=visit["id"], revision=visit["revision"])):
        raise NotAllowed("report-issued")


def _shown(db: Database, by: Author, groups: list[tuple[Dispute, ...]]) -> list[Difference]:
    names = {row[0]: row[1] or "" for row in db.conn.execute('SELECT id, name FROM "user"')}
    return [_difference(db, by, group, names) for group in groups]


def _difference(db: Database, by: Author, group: tuple[Dispute, ...], names: Mapping[str, str]) -> Difference:
    first = group[0]
    row = find_row(db, first.table, first.row_id, binned=True) if first.table in TABLE_BY_NAME else None
    pair = pair_of(db, first)
    kept = max(group, key=lambda one: one.kept_at_ms or 0)
    other = max(group, key=lambda one: one.other_at_ms or 0)

    def hand(user_id: str | None, at_ms: int | None) -> Hand:
        at = datetime.fromtimestamp(at_ms / 1000, UTC) if at_ms else None
        return Hand(names.get(user_id or "", ""), at, bool(user_id) and user_id == by.user_id)

    return Difference(
        first.id,
        tuple(one.id for one in group),
        first.kind,
        whereabouts(db, first.table, first.row_id),
        tuple(_part(db, one, row, pair) for one in group),
        hand(kept.kept_by, kept.kept_at_ms),
        hand(other.other_by, other.other_at_ms),
        any(one.is_clock_suspect for one in group),
        any(one.is_open for one in group),
        names.get(first.resolved_by or "", "") or (names.get(by.user_id, "") if first.is_closing else ""),
        pair,
    )


def _part(db: Database, one: Dispute, row: Row | None, pair: tuple[str, str] | None) -> Part:
    table = TABLE_BY_NAME.get(one.table)
    about = next((f for f in table.fields if f.name == one.field), None) if table else None
    now = row.get(one.field) if row else None
    names = {}
    if pair or one.kind == DUPLICATE:
        others = {*(pair or [str(one.other)])} - {one.row_id}
        found = ((row_id, find_row(db, "enterprise", row_id, binned=True)) for row_id in others)
        names = {row_id: str(other["name"] or "") if other else "" for row_id, other in found}
    elif about and about.kind is Kind.LINK:
        ids = {str(value) for value in (one.base, one.kept, one.other, now) if value}
        names = {row_id: linked_title(db, about, row_id) for row_id in ids}
    return Part(one.field, about, one.base, one.kept, one.other, now, names)
