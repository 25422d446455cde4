"""What an indicator is: the records behind resources/catalogue/indicators.toml, in English as written there."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from app.models.catalogue import Evidence, entry, read_tables


class Better(StrEnum):
    """Which way is good. CONTEXT: a change says nothing by itself."""

    UP = "up"
    DOWN = "down"
    CONTEXT = "context"


class BasisRule(StrEnum):
    """Where factor and denominator come from: the indicator itself, or the country's injury basis."""

    FIXED = "fixed"
    INJURY = "injury"


class Frequency(StrEnum):
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    VISIT = "visit"
    FINAL = "final"
    BASELINE_AND_FINAL = "baseline_and_final"


@dataclass(frozen=True, slots=True)
class Unit:
    """What a value is counted in; `name` is what stands behind the number."""

    id: str
    name: str


PERCENT = "percent"


@dataclass(frozen=True, slots=True)
class Basis:
    """What an injury rate is counted per; its name is printed next to every such number.

    Source: docs/indicators.md#injury-rates.
    """

    id: str
    name: str
    factor: float
    denominator: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Indicator:
    """One figure that enterprises are asked for.

    `modules` is empty when it serves all. Without a denominator the numerator is the value itself, except for injury
    rates, whose denominator and factor are those of the Basis in use. `decimals` are what is shown, not what is kept.
    """

    key: str
    name: str
    formula: str
    unit: Unit
    better: Better
    basis: BasisRule
    frequency: Frequency
    modules: tuple[str, ...]
    numerator: str
    denominator: str
    factor: float
    decimals: int
    by_sex: bool
    evidence: Evidence

    @property
    def is_ratio(self) -> bool:
        return bool(self.denominator) or self.basis is BasisRule.INJURY

    @property
    def is_percent(self) -> bool:
        """Whether a difference of two values is in percentage points."""
        return self.unit.id == PERCENT

    def serves(self, module_id: str) -> bool:
        return not self.modules or module_id in self.modules


@cache
def load_units() -> tuple[Unit, ...]:
    return tuple(Unit(row["id"], row["name"]) for row in read_tables("indicators")["unit"])


@cache
def load_bases() -> tuple[Basis, ...]:
    """The bases an injury rate may have, the one of the labour statisticians' resolution first."""
    return tuple(
        Basis(row["id"], row["name"], float(row["factor"]), row["denominator"]["name"], Evidence(row["evidence"]))
        for row in read_tables("indicators")["basis"]
    )


def get_basis(basis_id: str) -> Basis:
    """Raises NotFound when there is no such basis."""
    return entry("basis", basis_id, {basis.id: basis for basis in load_bases()})


@cache
def load_indicators() -> tuple[Indicator, ...]:
    units = {unit.id: unit for unit in load_units()}
    return tuple(_indicator(row, units) for row in read_tables("indicators")["indicator"])


def get_indicator(key: str) -> Indicator:
    """Raises NotFound when the catalogue has no such indicator."""
    return entry("indicator", key, {indicator.key: indicator for indicator in load_indicators()})


def _indicator(row: dict[str, Any], units: dict[str, Unit]) -> Indicator:
    return Indicator(
        key=row["key"],
        name=row["name"],
        formula=row["formula"],
        unit=units[row["unit"]],
        better=Better(row["better"]),
        basis=BasisRule(row["basis"]),
        frequency=Frequency(row["frequency"]),
        modules=tuple(row.get("modules", ())),
        numerator=row["numerator"]["name"],
        denominator=row.get("denominator", {}).get("name", ""),
        factor=float(row["factor"]),
        decimals=row["decimals"],
        by_sex=row.get("by_sex", False),
        evidence=Evidence(row["evidence"]),
    )
