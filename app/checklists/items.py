"""What a checklist is: sections of items, each item with the rule that says which answers are findings."""

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from hashlib import sha256

# The choice that every checklist uses for "does not apply here"; such an answer counts for nothing.
NOT_APPLICABLE = "na"


class AnswerKind(StrEnum):
    """What an answer may be. A note is read aloud and takes no answer."""

    CHOICE = "choice"
    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    NOTE = "note"


class EvidenceSource(StrEnum):
    """Where an answer can be seen or heard."""

    OBSERVATION = "observation"
    DOCUMENTS = "documents"
    WORKERS = "workers"
    REPRESENTATIVES = "representatives"
    MANAGEMENT = "management"
    PHOTO = "photo"


@dataclass(frozen=True, slots=True)
class Words:
    """One text in the languages the checklist has it in: (tag, text) pairs, the checklist's own language first."""

    by_language: tuple[tuple[str, str], ...] = ()

    def in_language(self, tag: str) -> str:
        """The text for `tag` (`es-CL`), else for its language alone (`es`), else in the checklist's own language."""
        texts = dict(self.by_language)
        for wanted in (tag, tag.replace("_", "-").split("-")[0]):
            if wanted in texts:
                return texts[wanted]
        return self.by_language[0][1] if self.by_language else ""


@dataclass(frozen=True, slots=True)
class Choice:
    name: str
    label: Words


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a checklist; `id` is permanent, the wording is not.

    `nc_when` are the answers that make a finding: none for a question that only informs. `mapping_id` names the same
    question in the lists of other countries; it is the item's own id where the form gives none. `evidence` is where
    to look. `wants_pair` asks for a photo before and after.
    """

    id: str
    label: Words
    kind: AnswerKind
    hint: Words = Words()
    choices: tuple[Choice, ...] = ()
    is_required: bool = False
    nc_when: tuple[str, ...] = ()
    weight: float = 1.0
    is_critical: bool = False
    compliance_point: str = ""
    mapping_id: str = ""
    evidence: tuple[EvidenceSource, ...] = ()
    legal_reference: str = ""
    wants_pair: bool = False

    @property
    def is_assessed(self) -> bool:
        """Whether an answer can be a finding; the others only inform and are in no count."""
        return bool(self.nc_when)


@dataclass(frozen=True, slots=True)
class Section:
    """Items under one heading; id and label are empty for items that stand outside every group."""

    id: str
    label: Words
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Checklist:
    """One version of one form. `languages` are those it has words in, its own first."""

    id: str
    title: str
    version: str
    languages: tuple[str, ...]
    sections: tuple[Section, ...]

    @property
    def items(self) -> tuple[Item, ...]:
        return tuple(item for section in self.sections for item in section.items)

    @property
    def hash(self) -> str:
        """SHA-256 of the definition in hexadecimal: the same for the same form, whatever file it came in."""
        return sha256(canonical_text(self).encode()).hexdigest()


def canonical_text(checklist: Checklist) -> str:
    """The definition as JSON, the same bytes for the same meaning.

    What is empty is left out, so that a field which later versions add does not change the hash of the forms that
    do not use it.
    """
    return json.dumps(_without_empty(asdict(checklist)), sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _without_empty(value: object) -> object:
    match value:
        case dict():
            return {key: _without_empty(inner) for key, inner in value.items() if inner not in ("", (), False, None)}
        case list() | tuple():
            return [_without_empty(inner) for inner in value]
        case _:
            return value
