"""Any record by its table and fields, under the same rules as the deeds: what `gemba data` and imports stand on."""

from collections.abc import Iterable, Mapping

from app.errors import Invalid, NotAllowed
from app.fieldwork.agreement import follow_up
from app.fieldwork.answers import answer_item
from app.fieldwork.measure import take_figure
from app.models.database import Author, edit
from app.models.driver import Database
from app.models.improvements import ImprovementStatus
from app.models.rows import (
    Row,
    bin_row,
    checked_values,
    gaps,
    get_row,
    restore_row,
    save_row,
    table_called,
    write_fields,
)
from app.models.values import Stored
from app.models.visits import VisitStatus, require_open

# Written by the program alone: catalogues by itself, photos and reports together with their bytes.
_KEPT_BY_PROGRAM = {"module", "indicator", "checklist", "country_programme", "photo", "report", "signature"}
# An improvement outlives the visit it was agreed on.
_OUTLIVES_VISIT = {"improvement", "improvement_event", "photo_pair"}
# Fields that only a deed sets: opening, finishing, reopening, judging, verifying.
_BY_DEED = {
    "visit": {"status", "revision", "finished_at"},
    "answer": {"finding"},
    "improvement": {"verified_by", "verified_on"},
}

Values = Mapping[str, object]


def new_record(db: Database, by: Author, table: str, values: Values) -> str:
    """Add a record; required fields must be there. Returns its id.

    An answer is judged and a rate computed as on a visit; a visit begins as a draft. Raises Invalid, NotFound and
    NotAllowed.
    """
    stored = checked_values(table_called(table), values)
    if table == "visit":
        begins: dict[str, Stored] = {"status": VisitStatus.DRAFT, "revision": 1}
        stored = {name: value for name, value in stored.items() if value != begins.get(name)}
        _refuse_kept(table, stored.keys())
        stored |= begins
    else:
        _refuse_kept(table, stored.keys())
    with edit(db, by):
        require_writable(db, table, stored)
        match table:
            case "answer":
                return _answer(db, by, stored)
            case "indicator_value":
                return _figure(db, by, stored)
        if missing := gaps(table_called(table), stored):
            raise Invalid(missing[0].name, "missing", about=missing[0])
        return save_row(db, by, table, stored)


def set_record(db: Database, by: Author, table: str, row_id: str, values: Values) -> None:
    """Change fields of a record. Raises Invalid, NotFound and NotAllowed."""
    _refuse_kept(table, values.keys())
    with edit(db, by):
        row = get_row(db, table, row_id)
        stored = checked_values(table_called(table), values)
        require_writable(db, table, row)
        require_writable(db, table, row | stored)
        for name in table_called(table).natural_key:
            if name in stored:
                raise Invalid(name, "part-of-key", row_id, about=table_called(table).field(name))
        match table:
            case "answer":
                kept = {name: row[name] for name in ("assessment_id", "item", "repeat_id", "value")}
                _answer(db, by, kept | stored)
            case "indicator_value":
                _figure(db, by, _kept_of_figure(row, stored) | stored)
            case "improvement" if stored.get("status"):
                status = ImprovementStatus(str(stored.pop("status")))
                follow_up(db, by, row_id, status)
                write_fields(db, by, table, row_id, stored)
            case _:
                write_fields(db, by, table, row_id, stored)


def bin_record(db: Database, by: Author, table: str, row_id: str) -> None:
    """To the bin, from which `restore_record` takes it back."""
    _refuse_kept(table, ())
    with edit(db, by):
        require_writable(db, table, get_row(db, table, row_id))
        bin_row(db, by, table, row_id)


def restore_record(db: Database, by: Author, table: str, row_id: str) -> None:
    with edit(db, by):
        row = get_row(db, table, row_id, binned=True)
        require_writable(db, table, row)
        restore_row(db, by, table, row_id)
        if row.get("merged_into"):  # it is one of its own again
            write_fields(db, by, table, row_id, {"merged_into": None})


def _refuse_kept(table: str, names: Iterable[str]) -> None:
    if table in _KEPT_BY_PROGRAM:
        raise NotAllowed("cannot-be-written", table)
    if by_deed := _BY_DEED.get(table, set()) & set(names):
        raise NotAllowed("by-deed", sorted(by_deed)[0])


def _answer(db: Database, by: Author, stored: Mapping[str, Stored]) -> str:
    given = dict(stored)
    assessment_id, item = (_taken(given, name) for name in ("assessment_id", "item"))
    value, round_ = given.pop("value", None), str(given.pop("repeat_id", None) or "")
    return answer_item(db, by, assessment_id, item, None if value is None else str(value), round=round_, **given)


def _figure(db: Database, by: Author, stored: Mapping[str, Stored]) -> str:
    given: dict[str, Stored] = {name: value for name, value in stored.items() if value is not None}
    visit_id, indicator, period = (_taken(given, name) for name in ("visit_id", "indicator", "period"))
    return take_figure(db, by, visit_id, indicator, period, **given)


def _taken(given: dict[str, Stored], name: str) -> str:
    """Raises Invalid when it is not there."""
    value = given.pop(name, None)
    if value is None:
        raise Invalid(name, "missing")
    return str(value)


def _kept_of_figure(row: Row, values: Values) -> Row:
    """What a figure keeps when `values` change: the old number gives way to a new one or to a reason."""
    names = ("visit_id", "indicator", "period", "role", "status", "basis", "area_id")
    kept = {name: row[name] for name in names}
    if values.get("status", "number") != "number":
        return kept
    parts = {name: row[name] for name in ("numerator", "denominator") if row[name] is not None}
    if "value" in values:
        return kept | {"status": "number"}
    return kept | (parts or {"value": row["value"]})


def require_writable(db: Database, table: str, row: Values) -> None:
    """Raises NotAllowed when the row belongs to a finished visit."""
    visit_id = row.get("id") if table == "visit" else _visit_of(db, table, row)
    if not visit_id or (table in _OUTLIVES_VISIT and "id" in row):
        return
    if get_row(db, "visit", str(visit_id), binned=True)["binned_at"] is None:
        require_open(db, str(visit_id))


def _visit_of(db: Database, table_name: str, values: Values) -> str | None:
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
