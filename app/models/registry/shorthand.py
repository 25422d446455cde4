"""Short names for writing fields down: one line a field in the families."""

from typing import TypedDict, Unpack

from app.models.registry.field import Field, Kind, Merge, Sensitivity


class Options(TypedDict, total=False):
    unit: str
    low: float
    high: float
    required: bool
    searched: bool
    merge: Merge
    sensitivity: Sensitivity


def text(name: str, label: str, meaning: str, **options: Unpack[Options]) -> Field:
    return Field(name=name, kind=Kind.TEXT, label=label, meaning=meaning, **options)


def note(name: str, label: str, meaning: str, **options: Unpack[Options]) -> Field:
    return Field(name=name, kind=Kind.NOTE, label=label, meaning=meaning, **options)


def choice(name: str, label: str, meaning: str, choices: str, **options: Unpack[Options]) -> Field:
    """`choices`: the codes, separated by spaces."""
    return Field(name=name, kind=Kind.CHOICE, label=label, meaning=meaning, choices=tuple(choices.split()), **options)


def choices(name: str, label: str, meaning: str, codes: str, **options: Unpack[Options]) -> Field:
    """Several codes at once; no `codes` means an open list."""
    return Field(name=name, kind=Kind.CHOICES, label=label, meaning=meaning, choices=tuple(codes.split()), **options)


def whole(name: str, label: str, meaning: str, **options: Unpack[Options]) -> Field:
    return Field(name=name, kind=Kind.WHOLE, label=label, meaning=meaning, **options)


def number(name: str, label: str, meaning: str, **options: Unpack[Options]) -> Field:
    return Field(name=name, kind=Kind.NUMBER, label=label, meaning=meaning, **options)


def money(name: str, label: str, meaning: str, currency: str, **options: Unpack[Options]) -> Field:
    """`currency`: the field that holds the currency code."""
    return Field(name=name, kind=Kind.MONEY, label=label, meaning=meaning, currency=currency, **options)


def flag(name: str, label: str, meaning: str, **options: Unpack[Options]) -> Field:
    return Field(name=name, kind=Kind.FLAG, label=label, meaning=meaning, **options)


def of_kind(kind: Kind, name: str, label: str, meaning: str, **options: Unpack[Options]) -> Field:
    return Field(name=name, kind=kind, label=label, meaning=meaning, **options)


def day(name: str, label: str, meaning: str, **options: Unpack[Options]) -> Field:
    return of_kind(Kind.DAY, name, label, meaning, **options)


def instant(name: str, label: str, meaning: str, **options: Unpack[Options]) -> Field:
    return of_kind(Kind.INSTANT, name, label, meaning, **options)


def sha256(name: str, label: str, meaning: str, **options: Unpack[Options]) -> Field:
    return of_kind(Kind.HASH, name, label, meaning, **options)


def json(name: str, label: str, meaning: str, **options: Unpack[Options]) -> Field:
    return of_kind(Kind.JSON, name, label, meaning, **options)


def link(name: str, refers_to: str, label: str, meaning: str, **options: Unpack[Options]) -> Field:
    return Field(name=name, kind=Kind.LINK, refers_to=refers_to, label=label, meaning=meaning, **options)


def parent(name: str, refers_to: str, label: str, meaning: str) -> Field:
    """A link without which the row makes no sense."""
    return Field(
        name=name, kind=Kind.LINK, refers_to=refers_to, label=label, meaning=meaning, required=True, parent=True
    )
