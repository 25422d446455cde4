"""What every country shares and no person edits: modules, compliance points, countries, improvement categories.

The texts come from resources/catalogue and stay in English here; whoever shows them translates them.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar

from app.errors import NotFound
from app.paths import resource

T = TypeVar("T")


class Evidence(StrEnum):
    """Whether public material names a thing, or the wording is a proposal that must not be printed as fact."""

    SOURCE = "source"
    PROPOSAL = "proposal"


class ModuleStatus(StrEnum):
    """The place of a module in the programme: where every enterprise starts, by choice, instead of the first, apart."""

    FIRST = "first"
    OPTIONAL = "optional"
    ENTRY = "entry"
    SEPARATE = "separate"


class Programme(StrEnum):
    SCORE = "score"
    BETTER_WORK = "better_work"
    SIMAPRO = "simapro"


class Paper(StrEnum):
    A4 = "a4"
    LETTER = "letter"


class WeekStart(StrEnum):
    MONDAY = "monday"
    SUNDAY = "sunday"


class Pillar(StrEnum):
    """The share that a SIMAPRO improvement counts in."""

    SOCIAL = "social"
    ENVIRONMENT = "environment"
    ECONOMIC = "economic"


@dataclass(frozen=True, slots=True)
class Module:
    """A SCORE module. `number` is its place in the classic set of five; countries number their own sets differently."""

    id: str
    name: str
    former_name: str
    number: int | None
    is_mandatory: bool
    status: ModuleStatus
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class CompliancePoint:
    """What Better Work reports on; the questions under it differ by country."""

    id: str
    name: str
    cluster_id: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Cluster:
    """A family of compliance points. `is_core`: measured against ILO conventions, not against national law."""

    id: str
    number: int
    name: str
    is_core: bool
    points: tuple[CompliancePoint, ...]


@dataclass(frozen=True, slots=True)
class Country:
    """What a country programme starts with. `minimum_age` is None where none was found, not where there is none.

    `languages` in the order they are offered; `injury_basis` is the id of a Basis of app.indicators.
    """

    code: str
    name: str
    programmes: tuple[Programme, ...]
    languages: tuple[str, ...]
    paper: Paper
    currency: str
    minor_digits: int
    injury_basis: str
    minimum_age: int | None
    week_start: WeekStart


@dataclass(frozen=True, slots=True)
class ImprovementCategory:
    """What an improvement is about. Only SIMAPRO's types have a pillar."""

    id: str
    name: str
    pillar: Pillar | None
    evidence: Evidence


def read_tables(name: str) -> dict[str, list[dict[str, Any]]]:
    """The arrays of tables in the catalogue file called `name`, in the file's order."""
    return tomllib.loads(resource("catalogue", f"{name}.toml").read_text(encoding="utf-8"))


def entry(table: str, key: str, entries: Mapping[str, T]) -> T:
    """Raises NotFound when `entries`, those of `table` by their keys, have no such one."""
    if key not in entries:
        raise NotFound(table, key)
    return entries[key]


@cache
def load_modules() -> tuple[Module, ...]:
    """The classic five first, in their order."""
    return tuple(
        Module(
            id=row["id"],
            name=row["name"],
            former_name=row.get("former", {}).get("name", ""),
            number=row.get("number"),
            is_mandatory=row["mandatory"],
            status=ModuleStatus(row["status"]),
            evidence=Evidence(row["evidence"]),
        )
        for row in read_tables("modules")["module"]
    )


def get_module(module_id: str) -> Module:
    """Raises NotFound when the catalogue has no such module."""
    return entry("module", module_id, {module.id: module for module in load_modules()})


@cache
def load_clusters() -> tuple[Cluster, ...]:
    return tuple(
        Cluster(row["id"], row["number"], row["name"], row["core"], _points(row))
        for row in read_tables("compliance_points")["cluster"]
    )


def _points(cluster: dict[str, Any]) -> tuple[CompliancePoint, ...]:
    return tuple(
        CompliancePoint(row["id"], row["name"], cluster["id"], Evidence(row["evidence"])) for row in cluster["point"]
    )


@cache
def load_compliance_points() -> tuple[CompliancePoint, ...]:
    """All 39, cluster by cluster."""
    return tuple(point for cluster in load_clusters() for point in cluster.points)


@cache
def load_countries() -> tuple[Country, ...]:
    return tuple(
        Country(
            code=row["code"],
            name=row["name"],
            programmes=tuple(Programme(code) for code in row["programmes"]),
            languages=tuple(row["languages"]),
            paper=Paper(row["paper"]),
            currency=row["currency"],
            minor_digits=row["minor_digits"],
            injury_basis=row["injury_basis"],
            minimum_age=row.get("minimum_age"),
            week_start=WeekStart(row["week_start"]),
        )
        for row in read_tables("countries")["country"]
    )


def get_country(code: str) -> Country:
    """`code` is ISO 3166, two capitals. Raises NotFound when no programme of ours works there."""
    return entry("country", code, {country.code: country for country in load_countries()})


def minor_digits(currency: str) -> int:
    """Decimals of the currency's smallest unit; 2, as most have, for one that none of our countries uses."""
    return next((country.minor_digits for country in load_countries() if country.currency == currency), 2)


@cache
def load_improvement_categories() -> tuple[ImprovementCategory, ...]:
    """What improvements of every programme are sorted by."""
    return _categories("category")


@cache
def load_improvement_types() -> tuple[ImprovementCategory, ...]:
    """The list that SIMAPRO's shares of social and environmental improvements are made from."""
    return _categories("type")


def _categories(table: str) -> tuple[ImprovementCategory, ...]:
    return tuple(
        ImprovementCategory(
            row["id"], row["name"], Pillar(row["pillar"]) if "pillar" in row else None, Evidence(row["evidence"])
        )
        for row in read_tables("improvement_categories")[table]
    )
