"""The program's catalogues as rows of the store, so that they are joined, synced and exported like all else."""

from collections.abc import Callable
from hashlib import sha256
from pkgutil import resolve_name

from app.fieldwork.forms import newest_version
from app.fieldwork.identity import NOBODY, device_of
from app.models.database import Author, edit
from app.models.driver import Database
from app.models.ids import Clock, programme_key
from app.models.rows import natural_id_of, table_called
from app.paths import resource

_LOADED = "catalogues_sha256"


def load_catalogues(db: Database, clock: Clock) -> bool:
    """Bring modules, indicators, country programmes and checklists up to what this program brings.

    False when they already are. The rows have the same ids on every device, and are signed by nobody.
    """
    now = catalogues_hash()
    before = db.conn.execute("SELECT value FROM setting WHERE name = ?", (_LOADED,)).fetchone()
    if before and before[0] == now:
        return False
    # Named, not imported: what reads catalogues and XLSForms takes a while to load, and is needed only when the program
    # was updated.
    save: Callable[[Database, Author], None] = resolve_name("app.fieldwork.catalogue_rows:save_catalogues")
    nobody = Author(NOBODY, device_of(db), clock)
    with edit(db, nobody):
        save(db, nobody)
        db.conn.execute("INSERT OR REPLACE INTO setting(name, value) VALUES(?, ?)", (_LOADED, now))
    return True


def catalogues_hash() -> str:
    """Of the files behind the catalogues, in a fixed order."""
    files = sorted([*resource("catalogue").glob("*.toml"), *resource("checklists").glob("*.md")])
    return sha256(b"\0".join(file.name.encode() + b"\0" + file.read_bytes() for file in files)).hexdigest()


def module_id(key: str) -> str:
    return natural_id_of(table_called("module"), {"key": key})


def programme_id(programme: str, country: str) -> str:
    return natural_id_of(table_called("country_programme"), {"key": programme_key(programme, country)})


def newest_checklist_id(db: Database, key: str) -> str:
    """The row of the newest version of the checklist called `key` (`osh`) that is still offered everywhere.

    Raises NotFound.
    """
    return newest_version(db, key)
