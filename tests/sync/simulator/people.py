"""What a person does on a laptop: forms that stay open, edits, births, the bin, settling what is disputed."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from typing import Any

from app.errors import AppError
from app.models.database import Author, cursor_of, edit
from app.models.disputes import open_disputes
from app.models.driver import Database
from app.models.rows import bin_row, find_row, restore_row, save_row, write_fields
from app.models.schema import quoted
from app.sync import conflicts, refused
from tests.sync.simulator.kinds import KIND_OF, KINDS, TOGETHER, Kind, Token, tokens, written
from tests.sync.simulator.ledger import Draft, Ledger, RowKey, Writing
from tests.sync.simulator.stores import Death

Row = dict[str, Any]
_MANY = 40  # values
_LIKED = 3  # rows


@dataclass(frozen=True, slots=True)
class Form:
    """An open form: the row as it was shown when it opened, and the cursor of then."""

    key: RowKey
    shown: Mapping[str, Any]
    seen: int


@dataclass
class Person:
    """Writes on `device` through the doors of the app, and into the ledger what came of it."""

    device: str
    by: Author
    random: Random
    ledger: Ledger
    form: Form | None = None

    @property
    def is_early(self) -> bool:
        """Few values are written yet: there must be something to quarrel about."""
        return self.ledger.number < _MANY

    def act(self, db: Database) -> None:
        """One thing that somebody does. Raises Death."""
        if self.form and self.random.random() < 0.35:
            self.save_form(db)
            return
        deeds: dict[Callable[[Database], None], float] = {
            self.write: 40,
            self.open_form: 0 if self.form else 14,
            self.make: 24 if self.is_early else 8,
            self.throw_away: 10,
            self.bring_back: 5,
            self.settle: 6,
            self.write_several: 6,
            self.write_nonsense: 1.5,
            self.deal_with_refused: 2,
        }
        deed = self.random.choices(list(deeds), list(deeds.values()))[0]
        try:
            deed(db)
        except AppError as refused:
            self.ledger.events[f"refused: {type(refused).__name__}"] += 1

    @contextmanager
    def saving(self, db: Database, *, seen: int | None = None) -> Iterator[Draft]:
        draft = Draft()
        try:
            with edit(db, self.by, seen=seen):
                yield draft
        except Death as death:
            if death.is_after_commit:
                self.ledger.keep_unsure(draft)
            raise
        self.ledger.keep(draft)

    def living(self, db: Database, kinds: tuple[Kind, ...] = KINDS) -> list[tuple[Kind, Row]]:
        """The rows a person can see, but for the one that is open in a form: not in the bin, nor anything above."""
        found = [(kind, row) for kind in kinds for row in self.shown(db, kind)]
        return [(kind, row) for kind, row in found if not self.form or self.form.key != (kind.table, row["id"])]

    def shown(self, db: Database, kind: Kind) -> list[Row]:
        if not kind.above:
            where = "t.binned_at IS NULL"
        else:
            where = " AND ".join(
                ("t.binned_at IS NULL", *(f"t.{link} IN ({_alive(table)})" for link, table in kind.above))
            )
        return list(db.query(f"SELECT t.* FROM {quoted(kind.table)} t WHERE {where} ORDER BY t.id"))

    def one_of(self, rows: list[tuple[Kind, Row]]) -> tuple[Kind, Row]:
        """More often one that the others write too: everybody has the same favourites."""
        liked = sorted(rows, key=lambda found: found[1]["id"][-4:])[:_LIKED]
        return self.random.choice(liked if self.random.random() < 0.7 else rows)

    def write(self, db: Database) -> None:
        if rows := [(kind, row) for kind, row in self.living(db) if kind.fields]:
            kind, row = self.one_of(rows)
            with self.saving(db) as draft:
                self.write_some(db, draft, kind, row["id"], row)

    def write_several(self, db: Database) -> None:
        """Several rows in one step, such as an import."""
        rows = [(kind, row) for kind, row in self.living(db) if kind.fields]
        with self.saving(db) as draft:
            for kind, row in self.random.sample(rows, min(len(rows), 3)):
                self.write_some(db, draft, kind, row["id"], row)
            if self.random.random() < 0.5:
                self.make_in(db, draft)

    def write_some(
        self, db: Database, draft: Draft, kind: Kind, row_id: str, shown: Mapping[str, Any], seen: int = 1 << 60
    ) -> None:
        name = self.random.choice(list(kind.fields)[: self.random.choice((1, 2, 9))])
        names = TOGETHER.get(name, (name,)) if self.random.random() < 0.7 else (name,)
        if self.random.random() < 0.2:
            names = tuple({*names, self.random.choice(list(kind.fields))})
        values = {one: self.new_value(kind, one, shown.get(one)) for one in sorted(names)}
        for name in values:
            draft.replaced |= asked_about(db, (kind.table, row_id), seen, name)
        write_fields(db, self.by, kind.table, row_id, values)
        self.note(draft, (kind.table, row_id), shown, values)

    def new_value(self, kind: Kind, name: str, old: object) -> object:
        return written(kind.fields[name], old, self.ledger.next_number(), self.random)

    def note(self, draft: Draft, key: RowKey, shown: Mapping[str, Any], values: Mapping[str, object]) -> None:
        for name, value in values.items():
            before, after = tokens(key[0], name, shown.get(name)), tokens(key[0], name, value)
            draft.replaced |= before - after
            for token in after - before:
                draft.writings.append(Writing(token, self.device, key, name, before))

    def open_form(self, db: Database) -> None:
        if rows := [(kind, row) for kind, row in self.living(db) if kind.fields]:
            kind, row = self.one_of(rows)
            self.form = Form((kind.table, row["id"]), row, cursor_of(db))
            self.ledger.events["form opened"] += 1

    def save_form(self, db: Database) -> None:
        """What the form showed is what its person replaces, whatever came in from the server since."""
        form, self.form = self.form, None
        if form is None or find_row(db, form.key[0], form.key[1]) is None:
            return
        self.ledger.events["form saved over a pull" if cursor_of(db) > form.seen else "form saved"] += 1
        with self.saving(db, seen=form.seen) as draft:
            self.write_some(db, draft, KIND_OF[form.key[0]], form.key[1], form.shown, form.seen)

    def make(self, db: Database) -> None:
        with self.saving(db) as draft:
            self.make_in(db, draft)

    def make_in(self, db: Database, draft: Draft) -> None:
        kind = self.random.choice(KINDS)
        values: dict[str, Any] = dict(kind.fixed)
        for link, table in kind.above:
            rows = self.shown(db, KIND_OF[table])
            if not rows:
                kind, values = KINDS[0], dict(KINDS[0].fixed)
                break
            values[link] = self.random.choice(rows)["id"]
        for link, table in kind.optional:
            if (rows := self.shown(db, KIND_OF[table])) and self.random.random() < 0.5:
                values[link] = self.random.choice(rows)["id"]
        if kind.is_natural:
            values |= self.random.choice(kind.keys)
        chosen = [name for name in kind.fields if self.random.random() < 0.6]
        values |= {name: self.new_value(kind, name, None) for name in chosen}
        self.save_new(db, draft, kind, values)

    def save_new(self, db: Database, draft: Draft, kind: Kind, values: dict[str, Any]) -> None:
        before = {row["id"]: row for row in db.query(f"SELECT * FROM {quoted(kind.table)}")} if kind.is_natural else {}
        row_id = save_row(db, self.by, kind.table, values)
        if self.form and self.form.key == (kind.table, row_id):
            self.form = None
        shown = before.get(row_id, {})
        if shown.get("binned_at"):
            draft.revived.add((kind.table, row_id))
        for name in values:
            draft.replaced |= asked_about(db, (kind.table, row_id), name=name)
        self.note(draft, (kind.table, row_id), shown, {name: values[name] for name in kind.fields if name in values})

    def throw_away(self, db: Database) -> None:
        if not (rows := self.living(db)):
            return
        kind, row = self.one_of(rows)
        with self.saving(db) as draft:
            bin_row(db, self.by, kind.table, row["id"])
            draft.replaced |= self.all_tokens(db, kind, row) | asked_about(db, (kind.table, row["id"]))
        self.leave_form(db)

    def leave_form(self, db: Database) -> None:
        """Nobody goes on with a form of what they threw away themselves."""
        if self.form:
            kind = KIND_OF[self.form.key[0]]
            if self.form.key[1] not in {row["id"] for row in self.shown(db, kind)}:
                self.form = None

    def all_tokens(self, db: Database, kind: Kind, row: Row) -> set[Any]:
        """Of a row and of everything below it: who throws it away, throws them away."""
        found = {token for name in kind.fields for token in tokens(kind.table, name, row[name])}
        for child in KINDS:
            for link, table in child.above:
                if table == kind.table:
                    for below in db.query(
                        f"SELECT * FROM {quoted(child.table)} WHERE {link} = ? AND binned_at IS NULL", [row["id"]]
                    ):
                        found |= self.all_tokens(db, child, below)
        return found

    def bring_back(self, db: Database) -> None:
        binned = [
            (kind.table, row["id"])
            for kind in KINDS
            for row in db.query(f"SELECT id FROM {quoted(kind.table)} WHERE binned_at IS NOT NULL ORDER BY id")
        ]
        if binned:
            table, row_id = self.random.choice(binned)
            with self.saving(db) as draft:
                restore_row(db, self.by, table, row_id)
                draft.revived.add((table, row_id))

    def settle(self, db: Database) -> None:
        groups = [group for group in open_disputes(db) if not any(one.is_closing for one in group)]
        if not groups:
            return
        group = self.random.choice(groups)
        how: Callable[[Database, Author, str], None] = self.random.choice((conflicts.keep, conflicts.take))
        first = group[0]
        row = find_row(db, first.table, first.row_id, binned=True) or {}
        with self.saving(db) as draft:
            how(db, self.by, first.id)
            self.ledger.events["settled"] += 1
            after = find_row(db, first.table, first.row_id, binned=True) or {}
            for one in group:
                kept, other, before, left = (
                    tokens(one.table, one.field, value)
                    for value in (one.kept, one.other, row.get(one.field), after.get(one.field))
                )
                if how is conflicts.keep:  # also where one's own value, not confirmed yet, still hides what is kept
                    draft.replaced |= other - kept
                    continue
                draft.replaced |= (kept | other | before) - left
                if left != before:  # that answers whatever was asked about the field
                    draft.replaced |= asked_about(db, (first.table, first.row_id), name=one.field) - left
                self.ledger.copied |= left - before  # an old value, written anew
            if row and after and row["binned_at"] is None and after["binned_at"]:
                key = (first.table, first.row_id)
                draft.replaced |= self.all_tokens(db, KIND_OF[first.table], row) | asked_about(db, key)
        if self.form and self.form.key == (first.table, first.row_id):
            self.form = None
        self.leave_form(db)

    def write_nonsense(self, db: Database) -> None:
        """What no server takes, past all that the app checks."""
        rows = self.shown(db, KINDS[0])
        with self.saving(db) as draft:
            if rows and self.random.random() < 0.4:
                row_id = self.random.choice(rows)["id"]
            else:
                values = dict(KINDS[0].fixed) | {"name": self.new_value(KINDS[0], "name", None)}
                row_id = save_row(db, self.by, "enterprise", values)
                self.note(draft, ("enterprise", row_id), {}, {"name": values["name"]})
            db.conn.execute("UPDATE enterprise SET legal_name = 'nonsense' || char(0) || ? WHERE id = ?", (row_id,) * 2)
        self.ledger.events["nonsense written"] += 1

    def deal_with_refused(self, db: Database) -> None:
        if not (listed := refused.list_refused(db)):
            return
        one = self.random.choice(listed)
        if self.random.random() < 0.5:
            refused.send_again(db, self.by, one.id)
            self.ledger.events["sent again"] += 1
            return
        given_up = {
            token
            for row in one.rows
            for name, value in row.values.items()
            for token in tokens(row.where.table, name, value)
        }
        self.ledger.given_up |= given_up
        refused.give_up(db, self.by, one.id)
        self.ledger.events["given up"] += 1


def asked_about(db: Database, key: RowKey, seen: int = 1 << 60, name: str = "") -> set[Token]:
    """The values between which somebody was asked to choose, and then wrote another one, or threw the row away.

    Of fields that are merged as one, people are asked in one question: who writes one of them has answered.
    """
    found = db.conn.execute(
        "SELECT field, kept_value, other_value FROM sync_conflict"
        " WHERE tbl = ? AND row_id = ? AND opened_seq <= ? AND resolved_seq IS NULL",
        (*key, seen),
    )
    about = TOGETHER.get(name, (name,))
    asked = ((field, value) for field, *values in found for value in values if not name or field in about)
    return {token for field, value in asked for token in tokens(key[0], field, value)}


def _alive(table: str) -> str:
    """The ids of rows that can be seen, as a query."""
    kind = KIND_OF[table]
    above = "".join(f" AND {link} IN ({_alive(over)})" for link, over in kind.above)
    return f"SELECT id FROM {quoted(table)} WHERE binned_at IS NULL{above}"
