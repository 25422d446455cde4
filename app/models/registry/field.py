"""What a stored field is: its type, unit, choices, who may see it and how two versions of it are merged."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """How a value is written. The storage type follows from it, see `Field.sql_type`."""

    TEXT = "text"  # one line
    NOTE = "note"  # several lines
    CHOICE = "choice"  # one code of `choices`
    CHOICES = "choices"  # a JSON list of codes
    WHOLE = "whole number"
    NUMBER = "number"  # measured, REAL
    MONEY = "money"  # whole minor units; the currency is in the field `currency` names
    FLAG = "yes or no"  # 1 or 0
    DAY = "day"  # ISO date
    INSTANT = "instant"  # ISO instant, UTC, milliseconds, Z
    PERIOD = "period"  # 2026, 2026-Q3, 2026-09 or 2026-09-14
    LANGUAGE = "language"  # BCP 47 tag
    CURRENCY = "currency"  # ISO 4217 code
    HASH = "hash"  # SHA-256, lower-case hexadecimal
    LINK = "link"  # id of a row of `refers_to`
    JSON = "json"


class Merge(StrEnum):
    """What happens to two values written apart from each other (docs: sync policy)."""

    TOP_BY_TIME = "top_by_time"
    ASK = "ask"
    UNION = "union"
    MAX = "max"
    OR = "or"
    APPEND = "append"
    SERVER_ONLY = "server_only"


class Sensitivity(StrEnum):
    """Who may see a value, from everybody to very few."""

    PUBLIC = "public"
    CONFIDENTIAL = "enterprise-confidential"
    PERSONAL = "personal"
    RESTRICTED = "restricted"


_WHOLE_NUMBERS = {Kind.WHOLE, Kind.MONEY, Kind.FLAG}


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One column. `label` and `meaning` are English and marked for translation; `low` and `high` are inclusive."""

    name: str
    kind: Kind
    label: str
    meaning: str
    unit: str = ""
    choices: tuple[str, ...] = ()
    refers_to: str = ""
    currency: str = ""
    low: float | None = None
    high: float | None = None
    required: bool = False
    parent: bool = False  # the row cannot be without it: NOT NULL
    searched: bool = False
    merge: Merge = Merge.TOP_BY_TIME
    sensitivity: Sensitivity | None = None  # None: that of the table

    @property
    def sql_type(self) -> str:
        if self.kind in _WHOLE_NUMBERS:
            return "INTEGER"
        return "REAL" if self.kind is Kind.NUMBER else "TEXT"


@dataclass(frozen=True, slots=True)
class Table:
    """A synced table: its own fields; every one also has id, created_at, binned_at, stub, extra.

    `natural_key` names the fields whose values are the row: the same key gives the same id on every device.
    `atomic`: groups of fields that are merged as one, since half of one hand and half of another makes no sense.
    """

    name: str
    label: str
    meaning: str
    fields: tuple[Field, ...]
    sensitivity: Sensitivity = Sensitivity.CONFIDENTIAL
    natural_key: tuple[str, ...] = ()
    atomic: tuple[tuple[str, ...], ...] = ()

    def field(self, name: str) -> Field:
        """Raises KeyError when the table has no such field."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(name)

    @property
    def field_names(self) -> tuple[str, ...]:
        return tuple(field.name for field in self.fields)

    @property
    def captured(self) -> tuple[str, ...]:
        """The columns whose changes are captured, kept in history and sent."""
        return ("created_at", *self.field_names)

    @property
    def searched(self) -> tuple[str, ...]:
        return tuple(field.name for field in self.fields if field.searched)

    def sensitivity_of(self, field: Field) -> Sensitivity:
        return field.sensitivity or self.sensitivity
