"""What a checklist is: sections of items, each item with the rule that says which answers are findings."""

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from hashlib import sha256

# The choice that every checklist uses for "does not apply here"; such an answer counts for nothing.
NOT_APPLICABLE = "na"


class AnswerKind(StrEnum):
    """What an answer may be, and how its raw value is written.

    Choices of a question that takes several, and a ranking, are names separated by blanks. Dates and times are ISO
    text. An acknowledgement is `OK`. What is `unsupported` (a sound, a drawn line on a map) is shown and takes nothing.
    """

    CHOICE = "choice"
    CHOICES = "choices"
    RANK = "rank"
    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    RANGE = "range"
    DATE = "date"
    TIME = "time"
    DATE_TIME = "date_time"
    ACKNOWLEDGE = "acknowledge"
    IMAGE = "image"
    NOTE = "note"
    CALCULATED = "calculated"
    HIDDEN = "hidden"
    METADATA = "metadata"
    UNSUPPORTED = "unsupported"


NUMBERS = frozenset({AnswerKind.INTEGER, AnswerKind.DECIMAL, AnswerKind.RANGE})
OF_CHOICES = frozenset({AnswerKind.CHOICE, AnswerKind.CHOICES, AnswerKind.RANK})
# No person answers these, and nobody sees the last three.
UNASKED = frozenset(
    {AnswerKind.NOTE, AnswerKind.UNSUPPORTED, AnswerKind.CALCULATED, AnswerKind.HIDDEN, AnswerKind.METADATA}
)
UNSEEN = frozenset({AnswerKind.CALCULATED, AnswerKind.HIDDEN, AnswerKind.METADATA})


class EvidenceSource(StrEnum):
    """Where an answer can be seen or heard."""

    OBSERVATION = "observation"
    DOCUMENTS = "documents"
    WORKERS = "workers"
    REPRESENTATIVES = "representatives"
    MANAGEMENT = "management"
    PHOTO = "photo"


# What the zero tolerance protocol is about.
ZERO_TOLERANCE = ("child_labour", "forced_labour", "violence", "retaliation", "imminent_danger")


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
class Medium:
    """A picture, sound or film that belongs to a text; `kind` as XLSForm names it, `file` is its name."""

    kind: str
    file: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """`points` is the share of full marks it is worth, 0-1; None where the form does not say. `more` are the columns
    that choice filters look at."""

    name: str
    label: Words
    points: float | None = None
    more: tuple[tuple[str, str], ...] = ()
    media: tuple[Medium, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a checklist; `id` is permanent, the wording is not.

    Expressions are as the author wrote them, with `${name}` for another item; empty where there is none. A `default`
    that is not `default_is_computed` is the value itself. `within` are the groups it stands in below its section,
    outermost first. `kept` are columns that mean nothing here, so that they survive an export.

    `nc_when` are the answers that make a finding: none for a question that only informs. `nc_if` says the same by a
    condition, for numbers and scales. `mapping_id` names the same question in the lists of other countries; it is the
    item's own id where the form gives none. `evidence` is where to look. `wants_pair` asks for a photo before and
    after. `parameter` is the setting of the country that fills a hidden item. `zero_tolerance` is what a finding makes
    people suspect (one of ZERO_TOLERANCE): it takes its own path, and the item is in no normal report.
    """

    id: str
    label: Words
    kind: AnswerKind
    hint: Words = Words()
    choices: tuple[Choice, ...] = ()
    nc_when: tuple[str, ...] = ()
    weight: float = 1.0
    is_critical: bool = False
    compliance_point: str = ""
    mapping_id: str = ""
    evidence: tuple[EvidenceSource, ...] = ()
    legal_reference: str = ""
    wants_pair: bool = False
    nc_if: str = ""
    zero_tolerance: str = ""
    parameter: str = ""
    within: tuple[str, ...] = ()
    guidance: Words = Words()
    required: str = ""
    required_message: Words = Words()
    relevant: str = ""
    constraint: str = ""
    constraint_message: Words = Words()
    calculation: str = ""
    trigger: tuple[str, ...] = ()
    default: str = ""
    default_is_computed: bool = False
    readonly: str = ""
    choice_filter: str = ""
    choice_list: str = ""
    appearance: str = ""
    parameters: tuple[tuple[str, str], ...] = ()
    media: tuple[Medium, ...] = ()
    type: str = ""
    kept: tuple[tuple[str, str], ...] = ()

    @property
    def is_assessed(self) -> bool:
        """Whether an answer can be a finding; the others only inform and are in no count."""
        return bool(self.nc_when or self.nc_if)

    @property
    def is_asked(self) -> bool:
        """Whether a person is to answer it."""
        return self.kind not in UNASKED and not self.calculation


@dataclass(frozen=True, slots=True)
class Section:
    """Items under one heading; id and label are empty for items that stand outside every group."""

    id: str
    label: Words
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """What a section, or a group inside one, has beside its heading. `count` is how many rounds a repeat has, as an
    expression; empty when the person adds rounds."""

    id: str
    label: Words = Words()
    relevant: str = ""
    is_repeat: bool = False
    count: str = ""
    appearance: str = ""


@dataclass(frozen=True, slots=True)
class Checklist:
    """One version of one form. `languages` are those it has words in, its own first; `titles` has the title in them.

    `groups` are the repeats, the groups inside sections, and the sections that have a rule of their own. `module` is
    the module it belongs to; empty for none.
    """

    id: str
    title: str
    version: str
    languages: tuple[str, ...]
    sections: tuple[Section, ...]
    titles: Words = Words()
    module: str = ""
    groups: tuple[Group, ...] = ()
    kept: tuple[tuple[str, str], ...] = ()

    @property
    def items(self) -> tuple[Item, ...]:
        return tuple(item for section in self.sections for item in section.items)

    def title_in(self, tag: str) -> str:
        return self.titles.in_language(tag) or self.title

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
            inner = {key: _without_empty(one) for key, one in value.items()}
            return {key: one for key, one in inner.items() if not _is_empty(one)}
        case list() | tuple():
            return [_without_empty(inner) for inner in value]
        case _:
            return value


def _is_empty(value: object) -> bool:
    return value is None or value is False or value in ("", [], {})
