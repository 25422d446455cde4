"""Better Work's compliance points: which are not met in an assessment, and the rates over factories.

Source: docs/indicators.md#nc-rate.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.checklists.items import Item
from app.checklists.scoring import Judged, Result, Verdict

FULL = "full"
# Better Work's own rates count these two as one point, which makes 38 of 39.
HAZARDOUS_WORK = {"cl.3": "cl.2"}


class Population(StrEnum):
    """Which assessments a rate is over."""

    LATEST = "latest"
    CYCLE = "cycle"
    BALANCED_PANEL = "balanced_panel"


@dataclass(frozen=True, slots=True)
class PointResult:
    """A compliance point in one assessment, with its counted questions that were assessed or found wanting."""

    point: str
    assessed: tuple[Item, ...]
    findings: tuple[Item, ...]

    @property
    def is_compliant(self) -> bool | None:
        """None when none of its questions was assessed."""
        return not self.findings if self.assessed else None


@dataclass(frozen=True, slots=True)
class Assessed:
    """One assessment of one factory. `cycle` is its yearly number, from 1; `findings` says of each question that was
    assessed whether it is one, by (compliance point, question)."""

    enterprise_id: str
    cycle: int
    day: date
    extent: str
    findings: Mapping[tuple[str, str], bool]

    def points(self) -> dict[str, bool]:
        """Whether each assessed point is non-compliant: one finding is enough."""
        found: dict[str, bool] = {}
        for (point, _item), is_finding in self.findings.items():
            found[point] = found.get(point, False) or is_finding
        return found


@dataclass(frozen=True, slots=True)
class Rate:
    """`count` of `of` factories, or assessments."""

    count: int
    of: int

    @property
    def share(self) -> float | None:
        """0-1; None when nothing was assessed."""
        return self.count / self.of if self.of else None


def point_results(result: Result) -> dict[str, PointResult]:
    """By compliance point, in the order of the checklist. Questions that only inform count for nothing."""
    judged: dict[str, list[Judged]] = defaultdict(list)
    for one in result.judged:
        if one.item.compliance_point:
            judged[one.item.compliance_point].append(one)
    return {point: _point(point, found) for point, found in judged.items()}


def _point(point: str, judged: Iterable[Judged]) -> PointResult:
    counted = [one for one in judged if one.verdict in (Verdict.MET, Verdict.FINDING)]
    findings = tuple(dict.fromkeys(one.item for one in counted if one.verdict is Verdict.FINDING))
    return PointResult(point, tuple(dict.fromkeys(one.item for one in counted)), findings)


def assessed(result: Result, *, enterprise_id: str, cycle: int, day: date, extent: str) -> Assessed:
    """The result of a checklist as one of the assessments that rates are over."""
    findings: dict[tuple[str, str], bool] = {}
    for point, found in point_results(result).items():
        for item in found.assessed:
            question = (point, item.mapping_id or item.id)
            # Two items may ask the same question: one finding is enough.
            findings[question] = findings.get(question, False) or item in found.findings
    return Assessed(enterprise_id, cycle, day, extent, findings)


def factory_rate(one: Assessed) -> Rate:
    """Non-compliant points of the points that were assessed, in one factory."""
    points = one.points()
    return Rate(sum(points.values()), len(points))


def latest(assessments: Iterable[Assessed], *, since: date = date.min, until: date = date.max) -> list[Assessed]:
    """The newest full assessment of each factory between two days, both included."""
    newest: dict[str, Assessed] = {}
    for one in _full(assessments):
        if since <= one.day <= until:
            newest[one.enterprise_id] = one
    return list(newest.values())


def of_cycle(assessments: Iterable[Assessed], cycle: int) -> list[Assessed]:
    """The full assessment of each factory in its yearly visit number `cycle`; the newest where there are several."""
    return list({one.enterprise_id: one for one in _full(assessments) if one.cycle == cycle}.values())


def balanced_panel(assessments: Sequence[Assessed], cycles: int) -> list[list[Assessed]]:
    """The factories that have a full assessment in every cycle from 1 to `cycles`: those of each cycle in turn."""
    by_cycle = [{one.enterprise_id: one for one in of_cycle(assessments, n)} for n in range(1, cycles + 1)]
    throughout = set.intersection(*(set(found) for found in by_cycle)) if by_cycle else set()
    return [[found[factory] for factory in sorted(throughout)] for found in by_cycle]


def point_rates(assessments: Iterable[Assessed], *, merged: Mapping[str, str] = HAZARDOUS_WORK) -> dict[str, Rate]:
    """Non-compliant factories of the assessed ones, by compliance point. `merged` points count as those they name.

    One assessment a factory: take `latest`, `of_cycle` or a cycle of `balanced_panel`.
    """
    counted: dict[str, list[bool]] = defaultdict(list)
    for one in _full(assessments):
        points: dict[str, bool] = {}
        for point, is_non_compliant in one.points().items():
            name = merged.get(point, point)
            points[name] = points.get(name, False) or is_non_compliant
        for point, is_non_compliant in points.items():
            counted[point].append(is_non_compliant)
    return {point: Rate(sum(found), len(found)) for point, found in sorted(counted.items())}


def question_rates(assessments: Iterable[Assessed]) -> dict[str, Rate]:
    """Findings of the assessments that asked it, by the question's mapping id."""
    counted: dict[str, list[bool]] = defaultdict(list)
    for one in _full(assessments):
        questions: dict[str, bool] = {}
        for (_point, question), is_finding in one.findings.items():
            questions[question] = questions.get(question, False) or is_finding
        for question, is_finding in questions.items():
            counted[question].append(is_finding)
    return {question: Rate(sum(found), len(found)) for question, found in sorted(counted.items())}


def _full(assessments: Iterable[Assessed]) -> list[Assessed]:
    """Oldest first; partial ones never enter rates."""
    return sorted((one for one in assessments if one.extent == FULL), key=lambda one: (one.day, one.cycle))
