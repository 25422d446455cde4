"""Two enterprises that are one and the same: all that belongs to the one comes under the other, which is kept.

One edit, taken back by one undo. Nothing is lost by it: what only the other one had is filled in, texts that grow are
joined, and where both say something, the kept one's word stands and what differs is named; the other's stays in its
row, which is in the bin. The steps are in an order that may be cut anywhere, as the server gets more than fits in one
mutation in several: first what is added to the kept one, then what comes over, at the end the other one goes.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from app.errors import NotAllowed
from app.fieldwork.whereabouts import linked_title, title_of
from app.models.database import Author, edit
from app.models.driver import Database
from app.models.ids import stamp
from app.models.registry import TABLE_BY_NAME, TABLES, Field, Merge, Table
from app.models.rows import Row, find_row, get_row, natural_id_of, put_row
from app.models.schema import quoted
from app.models.values import Stored

ENTERPRISE = "enterprise"
Report = Callable[[int, int], object]
_MERGED_INTO = "merged_into"
_REPORTED_EVERY = 50
_PHOTOS = """
SELECT count(DISTINCT l.photo_id) FROM photo_link l JOIN photo p ON p.id = l.photo_id
WHERE l.binned_at IS NULL AND p.binned_at IS NULL AND (
  l.visit_id IN (SELECT id FROM visit WHERE enterprise_id = :id AND binned_at IS NULL)
  OR l.improvement_id IN (SELECT id FROM improvement WHERE enterprise_id = :id AND binned_at IS NULL)
  OR l.area_id IN (SELECT id FROM area WHERE enterprise_id = :id AND binned_at IS NULL))"""


@dataclass(frozen=True, slots=True)
class Unlike:
    """What both said of one thing. `kept` stands; `other` stays in the other's row `other_id`, in the bin.

    `title`: what the row is called. `names`: what the rows are called that the two values link to, by id.
    """

    table: str
    row_id: str
    other_id: str
    title: str
    about: Field
    kept: Stored
    other: Stored
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Step:
    """`bins`: the row is in the bin afterwards."""

    table: str
    row_id: str
    values: Mapping[str, Stored]
    bins: bool = False


@dataclass(slots=True)
class Merging:
    """What it takes to make two enterprises one. `moved`: by table, how many living records come over, `photos` those
    of them; `filled`: fields in which the kept one said nothing."""

    kept: Row
    other: Row
    moved: Counter[str] = field(default_factory=Counter)
    photos: int = 0
    filled: list[Field] = field(default_factory=list)
    unlike: list[Unlike] = field(default_factory=list)
    steps: list[_Step] = field(default_factory=list)


def plan_merging(db: Database, keep_id: str, other_id: str) -> Merging:
    """What `merge_enterprises` would do now. Raises NotFound, and NotAllowed when the one to keep is in the bin."""
    kept, other = (get_row(db, ENTERPRISE, row_id, binned=True) for row_id in (keep_id, other_id))
    if kept["binned_at"] is not None:
        raise NotAllowed("in-the-bin")
    made = Merging(kept, other)
    table = TABLE_BY_NAME[ENTERPRISE]
    values = _blend(db, made, table, (kept, other))
    made.filled = [table.field(name) for name in values]
    made.steps.append(_Step(ENTERPRISE, keep_id, values | {_MERGED_INTO: None}))
    for below, link, row in _linked(db, made):
        if table.name != below.name and row["binned_at"] is None:
            made.moved[below.name] += 1
        if link in below.natural_key:
            _rekey(db, made, below, row, {link: keep_id})
        else:
            made.steps.append(_Step(below.name, row["id"], {link: keep_id}))
    made.photos = db.conn.execute(_PHOTOS, {"id": other_id}).fetchone()[0]
    made.steps.append(_Step(ENTERPRISE, other_id, {_MERGED_INTO: keep_id}, bins=True))
    return made


def merge_enterprises(
    db: Database, by: Author, keep_id: str, other_id: str, report: Report = lambda _done, _all: None
) -> Merging:
    """Make them one; what was done. `report` hears how far it is; what it raises takes everything back.

    Raises as `plan_merging` does.
    """
    with edit(db, by):
        made = plan_merging(db, keep_id, other_id)
        at = stamp(by.clock.now())
        for number, step in enumerate(made.steps):
            if step.values:
                put_row(db, by, step.table, step.row_id, step.values)
            if step.bins and find_row(db, step.table, step.row_id):
                put_row(db, by, step.table, step.row_id, {"binned_at": at})
            if number % _REPORTED_EVERY == 0:
                report(number, len(made.steps))
    return made


def _linked(db: Database, made: Merging) -> Iterator[tuple[Table, str, Row]]:
    """Every row that links to the other one, in the bin or not, and by which field; not the two themselves."""
    two = {(ENTERPRISE, made.kept["id"]), (ENTERPRISE, made.other["id"])}
    for table in TABLES:
        for link in (one.name for one in table.fields if one.refers_to == ENTERPRISE):
            found = db.query(f"SELECT * FROM {quoted(table.name)} WHERE {quoted(link)} = ?", [made.other["id"]])
            yield from ((table, link, row) for row in list(found) if (table.name, row["id"]) not in two)


def _rekey(db: Database, made: Merging, table: Table, row: Row, link: dict[str, Stored]) -> None:
    """The row is its key: another one takes its place, or is there already; in the bin it stays in the bin."""
    values = {name: row[name] for name in table.captured} | link
    twin_id = natural_id_of(table, values)
    twin, is_binned = find_row(db, table.name, twin_id, binned=True), row["binned_at"] is not None
    if twin is None:
        made.steps.append(_Step(table.name, twin_id, values, bins=is_binned))
    elif not is_binned and twin["binned_at"] is not None:
        made.steps.append(_Step(table.name, twin_id, values | {"binned_at": None}))
    elif not is_binned:
        made.steps.append(_Step(table.name, twin_id, _blend(db, made, table, (twin, row))))
    made.steps.append(_Step(table.name, row["id"], {}, bins=True))


def _blend(db: Database, made: Merging, table: Table, rows: tuple[Row, Row]) -> dict[str, Stored]:
    """What the kept row takes over of the other one; what differs is noted."""
    kept, other = rows
    values: dict[str, Stored] = {}
    for unit in _units(table):
        if all(_is_empty(kept[name]) for name in unit):
            values |= {name: other[name] for name in unit if not _is_empty(other[name])}
            continue
        for name in unit:
            if _is_empty(other[name]) or other[name] == kept[name]:
                continue
            about = table.field(name)
            if about.merge is not Merge.APPEND:
                made.unlike.append(_unlike(db, table, about, rows))
            elif str(other[name]) not in str(kept[name]):
                values[name] = f"{kept[name]}\n\n{other[name]}"
    return values


def _unlike(db: Database, table: Table, about: Field, rows: tuple[Row, Row]) -> Unlike:
    kept, other = rows
    values = (kept[about.name], other[about.name])
    names = {str(value): linked_title(db, about, str(value)) for value in values if about.refers_to and value}
    title = title_of(table.name, kept)
    return Unlike(table.name, kept["id"], other["id"], title, about, *values, names)


def _units(table: Table) -> Iterator[tuple[str, ...]]:
    """Fields that only make sense together, then single ones; not those that say which row it is."""
    together = {name for unit in table.atomic for name in unit}
    yield from table.atomic
    for name in table.field_names:
        if name not in together and name not in table.natural_key and name != _MERGED_INTO:
            yield (name,)


def _is_empty(value: Stored) -> bool:
    return value is None or value == ""
