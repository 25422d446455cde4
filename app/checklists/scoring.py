"""Verdicts, points, counts and comparison with an earlier time; nothing here knows who answered or when."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.checklists.items import NOT_APPLICABLE, AnswerKind, Checklist, Item, Section


class Verdict(StrEnum):
    MET = "met"
    FINDING = "finding"
    NOT_APPLICABLE = "not_applicable"
    NOT_ASSESSED = "not_assessed"


# Of several rounds, the one that speaks for the item.
_GRAVEST = (Verdict.FINDING, Verdict.MET, Verdict.NOT_ASSESSED, Verdict.NOT_APPLICABLE)


class Trend(StrEnum):
    """How an item moved since the earlier time, in the order a reader wants them."""

    WORSE = "worse"
    BETTER = "better"
    SAME = "same"
    NOT_COMPARABLE = "not_comparable"


@dataclass(frozen=True, slots=True)
class Judged:
    """`points` is the share of full marks, 0-1; None for what is not counted. `round` is that of a repeat."""

    item: Item
    verdict: Verdict
    points: float | None = None
    round: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of verdicts; the weights are those earned, by points, and those of all that were assessed."""

    met: int
    findings: int
    not_applicable: int
    unanswered: int
    met_weight: float
    assessed_weight: float

    @property
    def assessed(self) -> int:
        return self.met + self.findings

    @property
    def share(self) -> float | None:
        """Share of assessed items that are met, 0-1; None when nothing was assessed.

        Source: docs/indicators.md#checklist-results.
        """
        return self.met / self.assessed if self.assessed else None

    @property
    def weighted_share(self) -> float | None:
        """Points earned by weight, 0-1; None when nothing that weighs anything was assessed.

        Source: docs/indicators.md#checklist-results.
        """
        return min(1.0, self.met_weight / self.assessed_weight) if self.assessed_weight else None


@dataclass(frozen=True, slots=True)
class SectionResult:
    section: Section
    judged: tuple[Judged, ...]
    score: Score


@dataclass(frozen=True, slots=True)
class Result:
    """A checklist with its answers judged. Items that only inform are in no count."""

    checklist: Checklist
    sections: tuple[SectionResult, ...]
    total: Score

    @property
    def judged(self) -> tuple[Judged, ...]:
        """Every assessable item, in the checklist's order."""
        return tuple(one for section in self.sections for one in section.judged)

    @property
    def found(self) -> tuple[Judged, ...]:
        """The findings, each in its round, in the checklist's order."""
        return tuple(one for one in self.judged if one.verdict is Verdict.FINDING)

    @property
    def findings(self) -> tuple[Item, ...]:
        """The items that are a finding in any round, in the checklist's order."""
        return tuple({one.item.id: one.item for one in self.found}.values())

    @property
    def critical_findings(self) -> tuple[Item, ...]:
        """In the checklist's order."""
        return tuple(item for item in self.findings if item.is_critical)


@dataclass(frozen=True, slots=True)
class SectionChange:
    section: Section
    before: Score
    after: Score

    @property
    def change(self) -> float | None:
        """Of the weighted share, -1 to 1; None when one of the two times nothing was assessed."""
        if self.before.weighted_share is None or self.after.weighted_share is None:
            return None
        return self.after.weighted_share - self.before.weighted_share


@dataclass(frozen=True, slots=True)
class Difference:
    item: Item
    before: Verdict
    after: Verdict
    trend: Trend


def verdict(item: Item, value: str | None, *, is_finding: bool | None = None) -> Verdict | None:
    """What `value` says about `item`; None for an item that only informs.

    `is_finding` is what the item's own condition says of the value, where it has one; None when that is not known. An
    answer that the item does not know (a newer form may) is not assessed: it must count neither way.
    """
    if not item.is_assessed:
        return None
    names = (value or "").split() if item.kind is AnswerKind.CHOICES else [value] if value else []
    if NOT_APPLICABLE in names:
        return Verdict.NOT_APPLICABLE
    if not names:
        return Verdict.NOT_ASSESSED
    if item.nc_if:
        return Verdict.NOT_ASSESSED if is_finding is None else Verdict.FINDING if is_finding else Verdict.MET
    if set(names) & set(item.nc_when):
        return Verdict.FINDING
    return Verdict.MET if set(names) <= {choice.name for choice in item.choices} else Verdict.NOT_ASSESSED


def points_of(item: Item, value: str | None, found: Verdict | None) -> float | None:
    """The share of full marks that an answer earns, 0-1; None when it is not counted.

    What the form says of the chosen answer; on a scale of numbers, the number by the highest; else all or nothing.
    """
    if found not in (Verdict.MET, Verdict.FINDING):
        return None
    chosen = next((choice for choice in item.choices if choice.name == value), None)
    if chosen is not None and chosen.points is not None:
        return min(1.0, max(0.0, chosen.points))
    scale = [choice.name for choice in item.choices if choice.name != NOT_APPLICABLE]
    if chosen is not None and scale and all(name.isdecimal() for name in scale) and max(map(int, scale)):
        return int(chosen.name) / max(map(int, scale))
    return 1.0 if found is Verdict.MET else 0.0


def result_of(checklist: Checklist, judged: Iterable[Judged]) -> Result:
    """Counts by section and in all; `judged` in the checklist's order, with only what is shown and can be a finding."""
    by_item: dict[str, list[Judged]] = {}
    for one in judged:
        by_item.setdefault(one.item.id, []).append(one)
    sections = tuple(_section_result(section, by_item) for section in checklist.sections)
    return Result(checklist, sections, _score(one for section in sections for one in section.judged))


def _section_result(section: Section, by_item: Mapping[str, list[Judged]]) -> SectionResult:
    found = tuple(one for item in section.items for one in by_item.get(item.id, ()))
    return SectionResult(section, found, _score(found))


def by_round(judged: Iterable[Judged]) -> dict[str, Score]:
    """The score of each round of a repeat, in their order: the areas of an audit. What is in no round is left out."""
    rounds: dict[str, list[Judged]] = {}
    for one in judged:
        if one.round:
            rounds.setdefault(one.round, []).append(one)
    return {round_: _score(found) for round_, found in rounds.items()}


def compare(before: Result, after: Result) -> tuple[Difference, ...]:
    """What became of each item of `after`: worse first, then better, same, not comparable; critical first in each.

    Only met and finding can be compared. Items are matched by id, so the two may be different versions of a form, and
    each answer is judged by the rules of its own version. An item of a repeat is a finding when it is one in any round.
    """
    earlier, now = by_item(before), by_item(after)
    items = {one.item.id: one.item for one in after.judged}
    differences = [
        _difference(item, before=earlier.get(name, Verdict.NOT_ASSESSED), after=now[name])
        for name, item in items.items()
    ]
    order = list(Trend)
    return tuple(sorted(differences, key=lambda one: (order.index(one.trend), not one.item.is_critical)))


def compare_sections(before: Result, after: Result) -> tuple[SectionChange, ...]:
    """The sections that both have, by id: what fell most comes first, what cannot be compared last."""
    earlier = {one.section.id: one for one in before.sections if one.section.id}
    changes = [
        SectionChange(one.section, earlier[one.section.id].score, one.score)
        for one in after.sections
        if one.section.id in earlier
    ]
    return tuple(sorted(changes, key=lambda one: math.inf if one.change is None else one.change))


def by_item(result: Result) -> dict[str, Verdict]:
    """One verdict an item, by its id: of several rounds the gravest speaks for it."""
    found: dict[str, Verdict] = {}
    for one in result.judged:
        found[one.item.id] = min(one.verdict, found.get(one.item.id, one.verdict), key=_GRAVEST.index)
    return found


def _score(judged: Iterable[Judged]) -> Score:
    counts = dict.fromkeys(Verdict, 0)
    earned: list[float] = []
    weights: list[float] = []
    for one in judged:
        counts[one.verdict] += 1
        if one.points is not None:
            earned.append(one.item.weight * one.points)
            weights.append(one.item.weight)
    return Score(
        met=counts[Verdict.MET],
        findings=counts[Verdict.FINDING],
        not_applicable=counts[Verdict.NOT_APPLICABLE],
        unanswered=counts[Verdict.NOT_ASSESSED],
        met_weight=math.fsum(earned),
        assessed_weight=math.fsum(weights),
    )


def _difference(item: Item, *, before: Verdict, after: Verdict) -> Difference:
    return Difference(item, before, after, trend_of(_is_met(before), _is_met(after)))


def _is_met(found: Verdict) -> bool | None:
    """None for what was not assessed, or does not apply."""
    return found is Verdict.MET if found in (Verdict.MET, Verdict.FINDING) else None


def trend_of(before: bool | None, after: bool | None) -> Trend:
    """Whether it was met and is met; None for a time at which that was not assessed."""
    if before is None or after is None:
        return Trend.NOT_COMPARABLE
    if before is after:
        return Trend.SAME
    return Trend.BETTER if after else Trend.WORSE
