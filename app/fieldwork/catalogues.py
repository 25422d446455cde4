"""The program's catalogues as rows of the store, so that they are joined, synced and exported like all else."""

from hashlib import sha256

from app.fieldwork.identity import NOBODY, device_of
from app.indicators.definitions import Frequency, Indicator, load_indicators
from app.models.catalogue import load_countries, load_modules
from app.models.database import Author, edit
from app.models.driver import Database
from app.models.ids import Clock
from app.models.rows import natural_id_of, save_row, table_called
from app.paths import resource

_LOADED = "catalogues_sha256"
_RATE_BASIS = {Frequency.BASELINE_AND_FINAL: "visit", Frequency.FINAL: "visit"}


def load_catalogues(db: Database, clock: Clock) -> bool:
    """Bring modules, indicators, country programmes and checklists up to what this program brings.

    False when they already are. The rows have the same ids on every device, and are signed by nobody.
    """
    now = catalogues_hash()
    before = db.conn.execute("SELECT value FROM setting WHERE name = ?", (_LOADED,)).fetchone()
    if before and before[0] == now:
        return False
    # Reading XLSForms costs a third of a second, and is needed only when the program was updated.
    from app.checklists.catalogue import list_checklists
    from app.checklists.stored import checklist_to_text

    nobody = Author(NOBODY, device_of(db), clock)
    with edit(db, nobody):
        for module in load_modules():
            names = {"key": module.id, "programme": "score", "name": module.name}
            save_row(db, nobody, "module", names | {"number": module.number, "is_mandatory": module.is_mandatory})
        for indicator in load_indicators():
            save_row(db, nobody, "indicator", _indicator(indicator))
        _load_programmes(db, nobody)
        for checklist in list_checklists():
            key = {"key": f"{checklist.id} {checklist.version}", "title": checklist.title, "version": checklist.version}
            words = {"definition": checklist_to_text(checklist), "languages": list(checklist.languages)}
            save_row(db, nobody, "checklist", key | words | {"definition_sha256": checklist.hash})
        db.conn.execute("INSERT OR REPLACE INTO setting(name, value) VALUES(?, ?)", (_LOADED, now))
    return True


def catalogues_hash() -> str:
    """Of the files behind the catalogues, in a fixed order."""
    files = sorted([*resource("catalogue").glob("*.toml"), *resource("checklists").glob("*.md")])
    return sha256(b"\0".join(file.name.encode() + b"\0" + file.read_bytes() for file in files)).hexdigest()


def module_id(key: str) -> str:
    return natural_id_of(table_called("module"), {"key": key})


def programme_id(programme: str, country: str) -> str:
    return natural_id_of(table_called("country_programme"), {"key": _programme_key(programme, country)})


def newest_checklist_id(db: Database, key: str) -> str:
    """The row of the newest version of the checklist called `key` (`osh`) that is still offered."""
    found = db.conn.execute(
        "SELECT id FROM checklist WHERE key LIKE ? || ' %' AND is_retired IS NOT 1 AND binned_at IS NULL"
        " ORDER BY created_at DESC, key DESC LIMIT 1",
        (key,),
    ).fetchone()
    return str(found[0])


def _programme_key(programme: str, country: str) -> str:
    return f"{programme} {country}"


def _indicator(indicator: Indicator) -> dict[str, object]:
    return {
        "key": indicator.key,
        "name": indicator.name,
        "formula": indicator.formula,
        "unit": indicator.unit.name,
        "better": indicator.better,
        "basis": indicator.basis,
        "frequency": _RATE_BASIS.get(indicator.frequency, indicator.frequency),
        "modules": list(indicator.modules),
        "digits": indicator.decimals,
    }


def _load_programmes(db: Database, nobody: Author) -> None:
    for country in load_countries():
        for programme in country.programmes:
            settings = {
                "key": _programme_key(programme, country.code),
                "programme": programme,
                "country": country.code,
                "name": country.name,
                "languages": list(country.languages),
                "number_locale": f"{country.languages[0]}_{country.code}",
                "paper": country.paper,
                "injury_basis": country.injury_basis,
                "minimum_age": country.minimum_age,
            }
            save_row(db, nobody, "country_programme", settings)
