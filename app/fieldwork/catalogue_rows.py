"""The rows of the store that are made from the program's catalogues."""

from app.checklists.catalogue import list_checklists
from app.checklists.items import Checklist
from app.checklists.stored import checklist_to_text
from app.indicators.definitions import Frequency, Indicator, load_indicators
from app.models.catalogue import load_countries, load_modules
from app.models.database import Author
from app.models.driver import Database
from app.models.ids import programme_key
from app.models.rows import find_row, natural_id_of, save_row, table_called

_RATE_BASIS = {Frequency.BASELINE_AND_FINAL: "visit", Frequency.FINAL: "visit"}


def save_catalogues(db: Database, nobody: Author) -> None:
    """Modules, indicators, country programmes and checklists, inside the edit of whoever calls."""
    for module in load_modules():
        names = {"key": module.id, "programme": "score", "name": module.name}
        save_row(db, nobody, "module", names | {"number": module.number, "is_mandatory": module.is_mandatory})
    for indicator in load_indicators():
        save_row(db, nobody, "indicator", _indicator(indicator))
    _load_programmes(db, nobody)
    for checklist in list_checklists():
        _save_checklist(db, nobody, checklist)


def _save_checklist(db: Database, nobody: Author, checklist: Checklist) -> None:
    """A version that is there never changes: visits were answered by it, or it is a form of head office's own."""
    key = {"key": f"{checklist.id} {checklist.version}"}
    there = find_row(db, "checklist", natural_id_of(table_called("checklist"), key), binned=True)
    if there is None or there["definition_sha256"] == checklist.hash:
        definition = {"definition": checklist_to_text(checklist), "definition_sha256": checklist.hash}
        named = {"title": checklist.title, "version": checklist.version, "languages": list(checklist.languages)}
        save_row(db, nobody, "checklist", {**key, **definition, **named})


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
                "key": programme_key(programme, country.code),
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
