"""Any record by its table and fields, under the same rules as the deeds: what `gemba data` and imports stand on."""

from collections.abc import Mapping

from app.errors import Invalid, NotAllowed
from app.fieldwork.answers import answer_item
from app.fieldwork.measure import take_figure
from app.models.database import Author, edit
from app.models.driver import Database
from app.models.rows import (
    Row,
    bin_row,
    change_row,
    checked_values,
    gaps,
    get_row,
    restore_row,
    save_row,
    table_called,
)
from app.models.values import Stored
from app.models.visits import require_open

# Written by the program alone: catalogues by itself, photos and reports together with their bytes.
_KEPT_BY_PROGRAM = {"module", "indicator", "checklist", "country_programme", "photo", "report", "signature"}
# An improvement outlives the visit it was agreed on.
_OUTLIVES_VISIT = {"improvement", "improvement_event", "photo_pair"}


def new_record(db: Database, by: Author, table: str, values: Mapping[str, object]) -> str:
    """Add a record; required fields must be there. Returns its id.

    An answer is judged and a rate computed as on a visit. Raises Invalid, NotFound and NotAllowed.
    """
    _refuse_kept(table)
    stored = checked_values(table_called(table), values)
    with edit(db, by):
        if visit_id := _visit_of(db, table, stored):
            require_open(db, visit_id)
        match table:
            case "answer":
                return _answer(db, by, stored)
            case "indicator_value":
                return _figure(db, by, stored)
        if missing := gaps(table_called(table), stored):
            raise Invalid(missing[0].name, "missing")
        return save_row(db, by, table, stored)


def _answer(db: Database, by: Author, stored: Mapping[str, Stored]) -> str:
    given = {name: value for name, value in stored.items() if name not in {"finding", "repeat_id"}}
    assessment_id, item = (_taken(given, name) for name in ("assessment_id", "item"))
    value = given.pop("value", None)
    return answer_item(db, by, assessment_id, item, None if value is None else str(value), **given)


def _figure(db: Database, by: Author, stored: Mapping[str, Stored]) -> str:
    given = {name: value for name, value in stored.items() if name not in {"enterprise_id", "area_id"}}
    visit_id, indicator, period = (_taken(given, name) for name in ("visit_id", "indicator", "period"))
    return take_figure(db, by, visit_id, indicator, period, **{n: v for n, v in given.items() if v is not None})


def _taken(given: dict[str, Stored], name: str) -> str:
    """Raises Invalid when it is not there."""
    value = given.pop(name, None)
    if value is None:
        raise Invalid(name, "missing")
    return str(value)


def set_record(db: Database, by: Author, table: str, row_id: str, values: Mapping[str, object]) -> None:
    """Change fields of a record. Raises Invalid, NotFound and NotAllowed."""
    _refuse_kept(table)
    with edit(db, by):
        row = get_row(db, table, row_id)
        _require_open(db, table, row)
        match table:
            case "answer":
                kept = {name: row[name] for name in ("assessment_id", "item", "value")}
                new_record(db, by, table, kept | dict(values))
            case "indicator_value":
                new_record(db, by, table, _kept_of_figure(row, values) | dict(values))
            case _:
                change_row(db, by, table, row_id, **values)


def _kept_of_figure(row: Row, values: Mapping[str, object]) -> Row:
    """What a figure keeps when `values` change: the old number gives way to a new one or to a reason."""
    kept = {name: row[name] for name in ("visit_id", "indicator", "period", "role", "status", "basis")}
    if values.get("status", "number") != "number":
        return kept
    parts = {name: row[name] for name in ("numerator", "denominator") if row[name] is not None}
    if "value" in values:
        return kept | {"status": "number"}
    return kept | (parts or {"value": row["value"]})


def bin_record(db: Database, by: Author, table: str, row_id: str) -> None:
    """To the bin, from which `restore_record` takes it back."""
    _refuse_kept(table)
    with edit(db, by):
        _require_open(db, table, get_row(db, table, row_id))
        bin_row(db, by, table, row_id)


def restore_record(db: Database, by: Author, table: str, row_id: str) -> None:
    with edit(db, by):
        _require_open(db, table, get_row(db, table, row_id, binned=True))
        restore_row(db, by, table, row_id)


def _refuse_kept(table: str) -> None:
    if table in _KEPT_BY_PROGRAM:
        raise NotAllowed("cannot-be-written", table)


def _require_open(db: Database, table: str, row: Row) -> None:
    """Raises NotAllowed when the row belongs to a finished visit."""
    visit_id = row["id"] if table == "visit" else _visit_of(db, table, row)
    if visit_id and table not in _OUTLIVES_VISIT and get_row(db, "visit", visit_id, binned=True)["binned_at"] is None:
        require_open(db, visit_id)


def _visit_of(db: Database, table_name: str, values: Mapping[str, object]) -> str | None:
    """The visit a row was recorded on: named by the row itself or by what it stands under; None for none."""
    if visit_id := values.get("visit_id"):
        return str(visit_id)
    for field in table_called(table_name).fields:
        above = values.get(field.name)
        if field.parent and above:
            found = _visit_of(db, field.refers_to, get_row(db, field.refers_to, str(above), binned=True))
            if found:
                return found
    return None
