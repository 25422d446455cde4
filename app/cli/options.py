"""What every command takes, and how every command answers: in words, or as JSON for scripts."""

import json
import sys
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from app.bootstrap import Store, reading, writing
from app.errors import Invalid, StoreMissing
from app.fieldwork.identity import ensure_user
from app.i18n import _, is_language
from app.models.database import Author, Key
from app.models.encryption import read_key
from app.paths import DataFolder, data_folder


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class Options:
    data: Annotated[Path | None, Parameter(help="Data folder; else GEMBA_DATA, else the system's place.")] = None
    key_file: Annotated[Path | None, Parameter(help="File with the key of encrypted data.")] = None
    json: Annotated[bool, Parameter(negative="", help="Answer as JSON.")] = False

    @property
    def folder(self) -> DataFolder:
        return data_folder(self.data)

    @property
    def key(self) -> Key | None:
        return read_key(self.key_file) if self.key_file else None

    def reading(self) -> AbstractContextManager[Store]:
        return reading(self.folder, self.key)

    def writing(self, *, begin: bool = False) -> AbstractContextManager[Store]:
        """`begin`: where there are no data yet, they begin here; else a mistyped folder is StoreMissing."""
        if not begin and not self.folder.records.exists():
            raise StoreMissing(self.folder.root)
        return writing(self.folder, self.key)

    def answer(self, facts: Mapping[str, object], lines: Iterable[str]) -> None:
        """`facts` as JSON when asked for, else `lines`, one a line."""
        text = json.dumps(facts, ensure_ascii=False, indent=2, default=str) if self.json else "\n".join(lines)
        if text:
            sys.stdout.write(text + "\n")


def spoken(tag: str | None) -> str | None:
    """`tag`, if it is a language. Raises Invalid."""
    if tag is not None and not is_language(tag):
        raise Invalid("language", "not-a-program-language", tag)
    return tag


def person(store: Store) -> Author:
    """The local user, made at the first start."""
    return ensure_user(store.records, store.author.clock, name=_("Trainer"), role="trainer")


def pairs(words: Iterable[str] | None) -> dict[str, Any]:
    """`field=value` each; None when none were given. Raises Invalid for one without an equals sign."""
    pairs = {}
    for word in words or ():
        name, sign, value = word.partition("=")
        if not sign:
            raise Invalid("value", "not-a-pair", word)
        pairs[name] = value
    return pairs
