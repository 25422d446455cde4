"""Answers become verdicts, counts and a comparison with an earlier time; nothing here knows who answered or when."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.checklists.items import NOT_APPLICABLE, Checklist, Item, Section


class Verdict(StrEnum):
    MET = "met"
    FINDING = "finding"
    NOT_APPLICABLE = "not_applicable"
    NOT_ASSESSED = "not_assessed"


class Trend(StrEnum):
    """How an item moved since the earlier time, in the order a reader wants them."""

    WORSE = "worse"
    BETTER = "better"
    SAME = "same"
    NOT_COMPARABLE = "not_comparable"


@dataclass(frozen=True, slots=True)
class Judged:
    item: Item
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of verdicts; the weights are those of the items that were met, and of all that were assessed."""

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
        """The same share by weight; None when nothing that weighs anything was assessed.

        Source: docs/indicators.md#checklist-results.
        """
        return self.met_weight / self.assessed_weight if self.assessed_weight else None


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
    def findings(self) -> tuple[Item, ...]:
        """In the checklist's order."""
        return tuple(one.item for one in self.judged if one.verdict is Verdict.FINDING)

    @property
    def critical_findings(self) -> tuple[Item, ...]:
        """In the checklist's order."""
        return tuple(item for item in self.findings if item.is_critical)


@dataclass(frozen=True, slots=True)
class Difference:
    item: Item
    before: Verdict
    after: Verdict
    trend: Trend


def verdict(item: Item, value: str | None) -> Verdict | None:
    """What `value` says about `item`; None for an item that only informs.

    An answer that the item does not know (a newer form may) is not assessed: it must count neither way.
    """
    if not item.is_assessed:
        return None
    if value == NOT_APPLICABLE:
        return Verdict.NOT_APPLICABLE
    if value in item.nc_when:
        return Verdict.FINDING
    return Verdict.MET if value in {choice.name for choice in item.choices} else Verdict.NOT_ASSESSED


def judge(checklist: Checklist, answers: Mapping[str, str | None]) -> Result:
    """`answers` are raw values by item id; a missing one is not assessed, one for no item of this form is ignored."""
    sections = tuple(_judge_section(section, answers) for section in checklist.sections)
    return Result(checklist, sections, _score(one for section in sections for one in section.judged))


def compare(before: Result, after: Result) -> tuple[Difference, ...]:
    """What became of each item of `after`: worse first, then better, same, not comparable; critical first in each.

    Only met and finding can be compared. Items are matched by id, so the two may be different versions of a form, and
    each answer is judged by the rules of its own version.
    """
    earlier = {one.item.id: one.verdict for one in before.judged}
    differences = [
        _difference(one.item, before=earlier.get(one.item.id, Verdict.NOT_ASSESSED), after=one.verdict)
        for one in after.judged
    ]
    order = list(Trend)
    return tuple(sorted(differences, key=lambda one: (order.index(one.trend), not one.item.is_critical)))


def _judge_section(section: Section, answers: Mapping[str, str | None]) -> SectionResult:
    verdicts = ((item, verdict(item, answers.get(item.id))) for item in section.items)
    judged = tuple(Judged(item, found) for item, found in verdicts if found is not None)
    return SectionResult(section, judged, _score(judged))


def _score(judged: Iterable[Judged]) -> Score:
    weights: dict[Verdict, list[float]] = {kind: [] for kind in Verdict}
    for one in judged:
        weights[one.verdict].append(one.item.weight)
    return Score(
        met=len(weights[Verdict.MET]),
        findings=len(weights[Verdict.FINDING]),
        not_applicable=len(weights[Verdict.NOT_APPLICABLE]),
        unanswered=len(weights[Verdict.NOT_ASSESSED]),
        met_weight=math.fsum(weights[Verdict.MET]),
        assessed_weight=math.fsum(weights[Verdict.MET] + weights[Verdict.FINDING]),
    )


def _difference(item: Item, *, before: Verdict, after: Verdict) -> Difference:
    comparable = {Verdict.MET, Verdict.FINDING}
    if before not in comparable or after not in comparable:
        trend = Trend.NOT_COMPARABLE
    elif before is after:
        trend = Trend.SAME
    else:
        trend = Trend.WORSE if after is Verdict.FINDING else Trend.BETTER
    return Difference(item, before, after, trend)
