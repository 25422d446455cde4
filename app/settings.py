"""A person's own choices, kept as JSON in the data folder; what the enterprise's data need is in the store."""

import json
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from app.errors import BadFile


@dataclass(frozen=True, slots=True)
class Settings:
    """`theme` is system, light or dark; `scale` in percent; `route` is the page shown last, `places` the route of each
    page by its name.

    `other` keeps what a newer program wrote.
    """

    language: str = "en"
    theme: str = "system"
    scale: int = 100
    number_locale: str = ""
    route: str = "today"
    places: dict[str, str] = field(default_factory=dict)
    other: dict[str, Any] = field(default_factory=dict)


_TYPES = {f.name: type(getattr(Settings(), f.name)) for f in fields(Settings) if f.name != "other"}


def load_settings(path: Path) -> Settings:
    """The defaults when there is no file. Raises BadFile when there is one that is no JSON object."""
    if not path.exists():
        return Settings()
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise BadFile(path, "not-json", detail=str(error)) from error
    if not isinstance(found, dict):
        raise BadFile(path, "not-json")
    known: dict[str, Any] = {name: value for name, value in found.items() if type(value) is _TYPES.get(name)}
    return replace(Settings(**known), other={name: value for name, value in found.items() if name not in known})


def save_settings(path: Path, settings: Settings) -> None:
    """Written beside and swapped in, so that a crash leaves the old or the new."""
    values = asdict(settings)
    text = json.dumps(values.pop("other") | values, ensure_ascii=False, indent=2, sort_keys=True)
    half = path.with_name(path.name + ".part")
    half.write_text(text + "\n", encoding="utf-8")
    half.replace(path)
