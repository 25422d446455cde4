"""Where a record belongs, for people: the enterprise, the visit, the question, and what it is called."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.checklists.items import Item, Words
from app.checklists.stored import checklist_from_text
from app.errors import NotFound
from app.models.driver import Database
from app.models.registry import TABLE_BY_NAME, Field, Kind
from app.models.rows import Row, find_row
from app.models.visits import Visit, get_visit

_NAMED = frozenset({Kind.TEXT, Kind.NOTE})
# The photos and reports whose bytes these are; of a photo also where it is filed, on a visit before elsewhere.
_OF_BYTES = """SELECT 'photo', p.id, (
  SELECT l.id FROM photo_link l WHERE l.photo_id = p.id
  ORDER BY l.binned_at IS NOT NULL, l.visit_id IS NULL, l.id LIMIT 1)
FROM photo p WHERE EXISTS (
  SELECT 1 FROM json_each(:hashes) WHERE value IN (p.original_sha256, p.working_sha256, p.thumbnail_sha256))
UNION ALL
SELECT 'report', r.id, NULL FROM report r WHERE r.pdf_sha256 IN (SELECT value FROM json_each(:hashes))
ORDER BY 1, 2"""


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """`title` is what the record itself is called, empty where it has no name. What is not here (yet) is empty or None.

    `item` is the question as its checklist has it, `round` that of a repeat. `is_binned`: the record is in the bin.
    """

    table: str
    row_id: str
    enterprise_id: str = ""
    enterprise: str = ""
    visit: Visit | None = None
    question: Words | None = None
    item: Item | None = None
    round: str = ""
    title: str = ""
    is_here: bool = True
    is_binned: bool = False


def whereabouts(db: Database, table: str, row_id: str) -> Whereabouts:
    """Never raises: a record that is not here, or of a table that only newer programs know, is named by its table."""
    row = find_row(db, table, row_id, binned=True) if table in TABLE_BY_NAME else None
    if row is None:
        return Whereabouts(table, row_id, is_here=False)
    enterprise_id, visit_id = _above(db, table, row)
    visit = _visit(db, visit_id)
    enterprise = find_row(db, "enterprise", enterprise_id, binned=True) if enterprise_id else None
    item = _item(db, row) if table == "answer" else None
    return Whereabouts(
        table,
        row_id,
        enterprise_id,
        str(enterprise["name"] or "") if enterprise else "",
        visit,
        _question(row, item) if table == "answer" else None,
        item,
        str(row["repeat_id"] or "") if table == "answer" else "",
        "" if table in {"enterprise", "visit", "answer"} else title_of(table, row),
        is_binned=row["binned_at"] is not None,
    )


def of_bytes(db: Database, hashes: Sequence[str]) -> tuple[Whereabouts, ...]:
    """The photos and reports that are made of these bytes, also those in the bin; a photo belongs where it is filed."""
    found = db.conn.execute(_OF_BYTES, {"hashes": json.dumps(list(hashes))}).fetchall()
    return tuple(
        _photo(db, row_id, link) if table == "photo" else whereabouts(db, table, row_id)
        for table, row_id, link in found
    )


def _photo(db: Database, row_id: str, link: str | None) -> Whereabouts:
    where = whereabouts(db, "photo", row_id)
    row = find_row(db, "photo", row_id, binned=True) or {}
    titles = (row.get("caption"), row.get("place"), row.get("file_name"))
    filed = whereabouts(db, "photo_link", link) if link else where
    return replace(
        where,
        enterprise_id=filed.enterprise_id,
        enterprise=filed.enterprise,
        visit=filed.visit,
        title=next((str(one).splitlines()[0] for one in titles if one), ""),
    )


def title_of(table: str, row: Row) -> str:
    """What a row is called, by its first text that is not empty; the first line only."""
    known = TABLE_BY_NAME[table]
    names = [*known.searched, *(f.name for f in known.fields if f.kind in _NAMED)]
    found = (str(row[name]).strip() for name in names if row[name])
    return next((text.splitlines()[0] for text in found if text), "")


def linked_title(db: Database, field: Field, row_id: str) -> str:
    """What the row is called that a link names; empty when it is not here."""
    row = find_row(db, field.refers_to, row_id, binned=True)
    return title_of(field.refers_to, row) if row else ""


def _above(db: Database, table: str, row: Row) -> tuple[str, str]:
    """Ids of the enterprise and the visit that a row belongs to, empty where there is none: its own links first, then
    those of what it stands under."""
    enterprise_id = row["id"] if table == "enterprise" else row.get("enterprise_id") or ""
    visit_id = row["id"] if table == "visit" else row.get("visit_id") or ""
    above = [("visit", visit_id)] if visit_id and table != "visit" else []
    above += [(f.refers_to, row[f.name]) for f in TABLE_BY_NAME[table].fields if f.parent and row[f.name]]
    for name, row_id in above:
        found = find_row(db, name, str(row_id), binned=True)
        if found and not (enterprise_id and visit_id):
            higher = _above(db, name, found)
            enterprise_id, visit_id = enterprise_id or higher[0], visit_id or higher[1]
    return str(enterprise_id), str(visit_id)


def _visit(db: Database, visit_id: str) -> Visit | None:
    try:
        return get_visit(db, visit_id) if visit_id else None
    except NotFound:
        return None


def _item(db: Database, answer: Row) -> Item | None:
    """The question in the checklist it was asked in; None where that is not here, or has no such question."""
    found = db.conn.execute(
        "SELECT c.definition FROM assessment a JOIN checklist c ON c.id = a.checklist_id WHERE a.id = ?",
        (answer["assessment_id"],),
    ).fetchone()
    items = checklist_from_text(found[0]).items if found and found[0] else ()
    return next((item for item in items if item.id == answer["item"]), None)


def _question(answer: Row, item: Item | None) -> Words:
    """As the person was asked; the permanent name where the checklist is not here."""
    return item.label if item and item.label.by_language else Words((("", str(answer["item"])),))
