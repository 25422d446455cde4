"""Head office's forms: taken in, offered from a day and in a country, retired, never changed."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from babel import Locale

from app.checklists.items import Checklist
from app.checklists.stored import checklist_from_text, checklist_to_text
from app.errors import Invalid, NotAllowed, NotFound
from app.fieldwork.identity import NOBODY
from app.models.database import Author, edit
from app.models.driver import Database
from app.models.rows import Row, find_row, get_row, natural_id_of, save_row, table_called, write_fields

# The one that a visit without a plan of its own begins with stands first.
_FIRST = "osh"


class Place(StrEnum):
    """How a checklist stands to what is stored: new; the same is there; or its version has other content there."""

    NEW = "new"
    SAME = "same"
    TAKEN = "taken"


class Standing(StrEnum):
    """Whether a version is offered on a day: now; from a day to come; not, for a newer one is; no more."""

    OFFERED = "offered"
    WAITING = "waiting"
    REPLACED = "replaced"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class Offered:
    """The version of a form that is used now; `key` is the form's own id (`osh`)."""

    checklist_id: str
    key: str
    title: str
    version: str


@dataclass(frozen=True, slots=True)
class StoredForm:
    """A version of a form. `country` is empty for all; `replaced_by` the version that is offered instead, if one is.
    `is_own`: it came with the program."""

    checklist_id: str
    checklist: Checklist
    country: str
    active_from: date | None
    standing: Standing
    replaced_by: str
    is_own: bool


def place_of(db: Database, checklist: Checklist) -> Place:
    """What is in the bin counts: its version is taken too."""
    row = find_row(db, "checklist", _row_id(_key(checklist)), binned=True)
    if row is None:
        return Place.NEW
    return Place.SAME if row["definition_sha256"] == checklist.hash else Place.TAKEN


def import_form(
    db: Database, by: Author, checklist: Checklist, *, country: str = "", from_day: date | None = None
) -> str:
    """Take a version in and offer it in the country, or in all, from the day on, or at once. Returns the row's id.

    `checklist` is that of an Examination. Raises NotAllowed when the version is there with other content: what was
    asked somewhere under that name stays what it was.
    """
    with edit(db, by):
        match place_of(db, checklist):
            case Place.TAKEN:
                raise NotAllowed("form-version-taken", _key(checklist))
            case Place.NEW:
                save_row(db, by, "checklist", _new_row(db, checklist))
        row_id = _row_id(_key(checklist))
        activate(db, by, row_id, country=country, from_day=from_day)
        return row_id


def activate(db: Database, by: Author, checklist_id: str, *, country: str, from_day: date | None) -> None:
    """Offer a version, also one that was retired, in the country (in all when empty) from the day on (None: at once).
    Raises NotFound, and Invalid for a country that is none."""
    if country and country not in Locale("en").territories:
        raise Invalid("country", "not-a-country", country)
    values = {"country": country or None, "active_from": from_day, "is_retired": None}
    write_fields(db, by, "checklist", checklist_id, values)


def retire(db: Database, by: Author, checklist_id: str) -> str:
    """Offer a version no more; what was filled in by it stays. Returns the version that is offered in its place: an
    older one that was not retired; empty for none. Raises NotFound."""
    with edit(db, by):
        write_fields(db, by, "checklist", checklist_id, {"is_retired": True})
        row = get_row(db, "checklist", checklist_id)
        instead = _newest(_versions(db), row["country"] or "", by.clock.today()).get(_form_id(row))
        return str(instead["version"]) if instead else ""


def offered(db: Database, country: str, day: date) -> list[Offered]:
    """The newest version of each form for enterprises of the country on that day, by title.

    A version made for the country goes before those for all, however new they are: its law decided.
    """
    newest = _newest(_versions(db), country, day)
    found = [Offered(row["id"], form_id, row["title"], row["version"]) for form_id, row in newest.items()]
    return sorted(found, key=lambda one: (one.key != _FIRST, one.title, one.key))


def newest_version(db: Database, form_id: str, country: str = "", day: date = date.max) -> str:
    """The row of the version of a form that is offered. Raises NotFound when none is."""
    row = _newest(_versions(db), country, day).get(form_id)
    if row is None:
        raise NotFound("checklist", form_id)
    return str(row["id"])


def find_version(db: Database, key: str) -> str:
    """The row called `osh 2`, or for `osh` alone the newest that is not retired, else the newest. Raises NotFound."""
    found = [row for row in _versions(db) if key in (row["key"], _form_id(row))]
    if not found:
        raise NotFound("checklist", key)
    return str(max(found, key=lambda row: (not row["is_retired"], version_order(row["version"])))["id"])


def checklist_called(db: Database, checklist_id: str) -> Checklist:
    """Raises NotFound when there is no such version."""
    return checklist_from_text(get_row(db, "checklist", checklist_id)["definition"])


def list_forms(db: Database, day: date) -> list[StoredForm]:
    """Every version as it stands on that day, by title, the newest first."""
    rows = _versions(db)
    newest = {country: _newest(rows, country, day) for country in {row["country"] or "" for row in rows}}
    own = {one[0] for one in db.conn.execute(_MADE_BY_NOBODY, (NOBODY,))}
    found = []
    for row in rows:
        instead = newest[row["country"] or ""].get(_form_id(row))
        standing = _standing(row, instead, day)
        replaced_by = instead["version"] if instead and standing is Standing.REPLACED else ""
        active_from = date.fromisoformat(row["active_from"]) if row["active_from"] else None
        checklist, is_own = checklist_called(db, row["id"]), row["id"] in own
        country = row["country"] or ""
        found.append(StoredForm(row["id"], checklist, country, active_from, standing, replaced_by, is_own))
    found.sort(key=lambda one: version_order(one.checklist.version), reverse=True)
    return sorted(found, key=lambda one: (one.checklist.title, one.checklist.id))


def version_order(version: str) -> tuple[tuple[int, str], ...]:
    """Numbers in a version count as numbers: 10 is newer than 9, 1.10 than 1.9."""
    return tuple((int(part), "") if part.isdecimal() else (-1, part) for part in re.findall(r"\d+|[^\W\d_]+", version))


# Without the definitions, which are the bulk of a row.
_VERSIONS = """
SELECT id, created_at, key, title, version, country, active_from, is_retired FROM checklist
WHERE binned_at IS NULL ORDER BY id"""
_MADE_BY_NOBODY = """
SELECT row_id FROM history WHERE tbl = 'checklist' AND field = '*' AND new = 'alive' AND old IS NULL AND user_id = ?"""


def _versions(db: Database) -> list[Row]:
    return list(db.query(_VERSIONS))


def _newest(rows: list[Row], country: str, day: date) -> dict[str, Row]:
    """By form; of equal versions the one that came last."""
    open_ = [row for row in rows if _is_open(row, country, day)]
    open_.sort(key=lambda row: (bool(row["country"]), version_order(row["version"]), row["created_at"]))
    return {_form_id(row): row for row in open_}


def _is_open(row: Row, country: str, day: date) -> bool:
    is_here = row["country"] in (None, "", country)
    return is_here and not row["is_retired"] and (row["active_from"] or "") <= day.isoformat()


def _standing(row: Row, newest: Row | None, day: date) -> Standing:
    if row["is_retired"]:
        return Standing.RETIRED
    if (row["active_from"] or "") > day.isoformat():
        return Standing.WAITING
    return Standing.OFFERED if newest is row else Standing.REPLACED


def _new_row(db: Database, checklist: Checklist) -> dict[str, object]:
    module_id = natural_id_of(table_called("module"), {"key": checklist.module})
    return {
        "key": _key(checklist),
        "title": checklist.title,
        "version": checklist.version,
        "definition": checklist_to_text(checklist),
        "definition_sha256": checklist.hash,
        "languages": list(checklist.languages),
        "module_id": module_id if find_row(db, "module", module_id) else None,
    }


def _key(checklist: Checklist) -> str:
    return f"{checklist.id} {checklist.version}"


def _form_id(row: Row) -> str:
    return str(row["key"]).split()[0]


def _row_id(key: str) -> str:
    return natural_id_of(table_called("checklist"), {"key": key})
