"""Rows of any table, by the registry: insert, change, bin, restore, list. The families' modules stand on these."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.errors import Invalid, NotFound
from app.models.database import Author, edit
from app.models.driver import Database, dbapi
from app.models.ids import catalogue_id, natural_id, stamp
from app.models.registry import TABLE_BY_NAME, Field, Table
from app.models.schema import quoted
from app.models.values import Stored, checked, missing

Row = dict[str, Any]


def table_called(name: str) -> Table:
    """Raises NotFound("table", name)."""
    if name not in TABLE_BY_NAME:
        raise NotFound("table", name)
    return TABLE_BY_NAME[name]


def checked_values(table: Table, values: Mapping[str, object]) -> dict[str, Stored]:
    """Raises Invalid for a field the table does not have and for a value its field cannot take."""
    return {name: checked(_field(table, name), value) for name, value in values.items()}


def _field(table: Table, name: str) -> Field:
    try:
        return table.field(name)
    except KeyError:
        raise Invalid(name, "no-such-field", table.name) from None


def gaps(table: Table, row: Mapping[str, object]) -> list[Field]:
    """The required fields that `row` leaves empty, in the registry's order."""
    return [field for field in table.fields if missing(field, row.get(field.name))]


def natural_id_of(table: Table, values: Mapping[str, object]) -> str:
    """The id that the natural key in `values` gives on every device; an absent part counts as empty."""
    key = [str(values.get(name) or "") for name in table.natural_key]
    first = table.field(table.natural_key[0])
    return natural_id(key[0], table.name, *key) if first.parent else catalogue_id(table.name, *key)


def save_row(db: Database, by: Author, table_name: str, values: Mapping[str, object]) -> str:
    """Add a row and return its id. Where the table has a natural key and the row is there, it is changed and un-binned.

    Raises Invalid, also when a row that a link names is not there.
    """
    table = table_called(table_name)
    stored = checked_values(table, values)
    with edit(db, by):
        if table.natural_key:
            row_id = natural_id_of(table, stored)
            if find_row(db, table_name, row_id, binned=True):
                _write(db, table, row_id, stored | {"binned_at": None})
                return row_id
        else:
            row_id = by.clock.new_id()
        _insert(db, table, {"id": row_id, "created_at": stamp(by.clock.now())} | stored)
        return row_id


def change_row(db: Database, by: Author, table_name: str, row_id: str, **values: object) -> None:
    """See `write_fields`."""
    write_fields(db, by, table_name, row_id, values)


def write_fields(db: Database, by: Author, table_name: str, row_id: str, values: Mapping[str, object]) -> None:
    """Raises NotFound and Invalid. A field of the natural key cannot be changed: it is another row then."""
    table = table_called(table_name)
    stored = checked_values(table, values)
    if fixed := set(stored) & set(table.natural_key):
        raise Invalid(fixed.pop(), "part-of-key", row_id)
    with edit(db, by):
        get_row(db, table_name, row_id)
        _write(db, table, row_id, stored)


def put_row(db: Database, by: Author, table_name: str, row_id: str, values: Mapping[str, Stored]) -> None:
    """Values that stand in some row already, taken as they are: a newer program may have written them.

    The row is made where there is none, also under a key of its own; one in the bin is written there. Raises Invalid.
    """
    table = table_called(table_name)
    with edit(db, by):
        if find_row(db, table_name, row_id, binned=True):
            _write(db, table, row_id, values)
        else:
            _insert(db, table, {"id": row_id, **values})


def bin_row(db: Database, by: Author, table_name: str, row_id: str) -> None:
    """Raises NotFound when the row is not there or already in the bin."""
    with edit(db, by):
        get_row(db, table_name, row_id)
        _write(db, table_called(table_name), row_id, {"binned_at": stamp(by.clock.now())})


def restore_row(db: Database, by: Author, table_name: str, row_id: str) -> None:
    """Take a row back out of the bin. Raises NotFound when there is no such row."""
    with edit(db, by):
        get_row(db, table_name, row_id, binned=True)
        _write(db, table_called(table_name), row_id, {"binned_at": None})


def find_row(db: Database, table_name: str, row_id: str, *, binned: bool = False) -> Row | None:
    """The row, or None when there is none; one in the bin only when `binned`."""
    alive = "" if binned else " AND binned_at IS NULL"
    found = db.query(f"SELECT * FROM {quoted(table_called(table_name).name)} WHERE id = ?{alive}", [row_id])
    return next(iter(found), None)


def get_row(db: Database, table_name: str, row_id: str, *, binned: bool = False) -> Row:
    """Raises NotFound when there is no such row."""
    row = find_row(db, table_name, row_id, binned=binned)
    if row is None:
        raise NotFound(table_name, row_id)
    return row


def list_rows(db: Database, table_name: str, **equal: object) -> Iterator[Row]:
    """Rows whose fields equal what is given, oldest first; none that is in the bin."""
    return rows_where(db, table_name, equal)


def rows_where(db: Database, table_name: str, equal: Mapping[str, object], *, binned: bool = False) -> Iterator[Row]:
    """Rows whose fields equal what is given, oldest first; those in the bin instead when `binned`. Raises Invalid."""
    table = table_called(table_name)
    for name in equal:
        _field(table, name)
    life = "binned_at IS NOT NULL" if binned else "binned_at IS NULL"
    conditions = " AND ".join([life, *(f"{quoted(name)} IS ?" for name in equal)])
    return iter(db.query(f"SELECT * FROM {quoted(table.name)} WHERE {conditions} ORDER BY id", list(equal.values())))


def _insert(db: Database, table: Table, values: Mapping[str, Stored]) -> None:
    columns = ", ".join(quoted(name) for name in values)
    marks = ", ".join("?" * len(values))
    sql = f"INSERT INTO {quoted(table.name)}({columns}) VALUES({marks})"
    _run(db, table, values, sql, list(values.values()))


def _write(db: Database, table: Table, row_id: str, values: Mapping[str, Stored]) -> None:
    if not values:
        return
    sets = ", ".join(f"{quoted(name)} = ?" for name in values)
    sql = f"UPDATE {quoted(table.name)} SET {sets} WHERE id = ?"
    _run(db, table, values, sql, [*values.values(), row_id])


def _run(db: Database, table: Table, values: Mapping[str, Stored], sql: str, parameters: list[Stored]) -> None:
    try:
        db.conn.execute(sql, parameters)
    except dbapi.IntegrityError as error:
        raise _refusal(db, table, values) or error from error


def _refusal(db: Database, table: Table, values: Mapping[str, Stored]) -> Invalid | None:
    """Which field made the database refuse, or None when it was something else."""
    for field in table.fields:
        value = values.get(field.name)
        if field.parent and value is None:
            return Invalid(field.name, "missing")
        if field.refers_to and value is not None and not find_row(db, field.refers_to, str(value), binned=True):
            return Invalid(field.name, "no-such-row", value)
    return None
