"""One checklist at one enterprise, time after time: its sections, items and compliance points."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from app.checklists.compliance import FULL, PointResult, point_results
from app.checklists.items import Item, Section
from app.checklists.judging import judged
from app.checklists.scoring import Result, Score, Trend, Verdict, by_item, compare_sections, trend_of
from app.errors import NotFound
from app.fieldwork.answers import filling_of
from app.models.driver import Database
from app.models.visits import Visit, list_visits_to

_ORDER = tuple(Trend)
_MOMENTS = {"baseline": 0, "interim": 1, "end_line": 2}


@dataclass(frozen=True, slots=True)
class Held:
    """A checklist that the enterprise has assessments of: how many, and the day of the newest. The title is that of the
    newest one."""

    key: str
    title: str
    count: int
    newest: date


@dataclass(frozen=True, slots=True)
class Occasion:
    """One assessment. `moment` is baseline, interim or end_line; `version` that of the form it was made with.

    `is_full`: no item was left out on purpose. `is_closed`: its visit is finished, or every item shown is answered.
    """

    assessment_id: str
    visit_id: str
    day: date
    moment: str
    version: str
    is_full: bool = True
    is_closed: bool = True
    started_at: datetime | None = None

    @property
    def is_rated(self) -> bool:
        """Whether shares are made of it: never of a partial one, nor of one that is still being filled in."""
        return self.is_full and self.is_closed


@dataclass(frozen=True, slots=True)
class SectionHistory:
    """`scores` and `shares` (weighted, 0-1) are one a time: no score where the form had no such section, no share where
    none is made. `change` is from the first rated time to the last, -1 to 1; None when one of them has no share."""

    section: Section
    scores: tuple[Score | None, ...]
    shares: tuple[float | None, ...]
    change: float | None


@dataclass(frozen=True, slots=True)
class ItemHistory:
    """`verdicts` are one a time; None where it was not asked. `trend` is from the first time it could be told to the
    last; `has_changed` when it was ever another one."""

    item: Item
    verdicts: tuple[Verdict | None, ...]
    trend: Trend
    has_changed: bool


@dataclass(frozen=True, slots=True)
class PointHistory:
    """A compliance point; `results` are one a time, None where it has no question."""

    point: str
    results: tuple[PointResult | None, ...]
    trend: Trend
    has_changed: bool

    @property
    def compliant(self) -> tuple[bool | None, ...]:
        """One a time; None where it was not assessed."""
        return tuple(None if one is None else one.is_compliant for one in self.results)


@dataclass(frozen=True, slots=True)
class Comparison:
    """`occasions` in the order of their days. Of sections, items and points what got worse comes first, then better,
    then the same, what cannot be compared last."""

    occasions: tuple[Occasion, ...]
    total: SectionHistory
    sections: tuple[SectionHistory, ...]
    items: tuple[ItemHistory, ...]
    points: tuple[PointHistory, ...]

    @property
    def rated(self) -> tuple[Occasion, ...]:
        return tuple(one for one in self.occasions if one.is_rated)


def checklists_held(db: Database, enterprise_id: str) -> list[Held]:
    """The checklists that were filled in at the enterprise, the newest first."""
    days = {visit.id: visit.day for visit in list_visits_to(db, enterprise_id)}
    found: dict[str, list[tuple[date, str]]] = {}
    for row in db.query(f"{_ASSESSMENTS} ORDER BY a.created_at, a.id", {"enterprise": enterprise_id, "key": None}):
        if row["visit_id"] in days:
            found.setdefault(row["checklist"], []).append((days[row["visit_id"]], row["title"]))
    held = [Held(key, max(times)[1], len(times), max(times)[0]) for key, times in found.items()]
    return sorted(held, key=lambda one: one.newest, reverse=True)


def compare_visits(db: Database, enterprise_id: str, checklist_key: str) -> Comparison:
    """Every assessment of the enterprise by the checklist (`osh`), each judged by its own version of the form.

    Items of zero tolerance are left out. Raises NotFound when there is none.
    """
    visits = {visit.id: visit for visit in list_visits_to(db, enterprise_id)}
    times = [
        _time(db, row, visits[row["visit_id"]])
        for row in db.query(_ASSESSMENTS, {"enterprise": enterprise_id, "key": checklist_key})
        if row["visit_id"] in visits
    ]
    if not times:
        raise NotFound("assessment", checklist_key)
    return compare_times(times)


def compare_times(times: Iterable[tuple[Occasion, Result]]) -> Comparison:
    """At least one, in any order."""
    ordered = sorted(times, key=lambda one: _when(one[0]))
    occasions, results = [one for one, _result in ordered], [result for _one, result in ordered]
    return Comparison(
        occasions=tuple(occasions),
        total=_total(occasions, results),
        sections=tuple(_sections(occasions, results)),
        items=tuple(_items(occasions, results)),
        points=tuple(_points(results)),
    )


def _when(one: Occasion) -> tuple[date, float, int, str]:
    started = one.started_at.timestamp() if one.started_at else math.inf
    return one.day, started, _MOMENTS.get(one.moment, 1), one.assessment_id


# The key of a version is that of the form and its version: `osh 2026.1`.
_ASSESSMENTS = """
SELECT a.id, a.visit_id, a.moment, a.extent, c.title, c.version,
  substr(c.key, 1, instr(c.key || ' ', ' ') - 1) AS checklist
FROM assessment a JOIN visit v ON v.id = a.visit_id JOIN checklist c ON c.id = a.checklist_id
WHERE a.binned_at IS NULL AND v.enterprise_id = :enterprise
  AND (:key IS NULL OR substr(c.key, 1, instr(c.key || ' ', ' ') - 1) = :key)"""


def _time(db: Database, row: Mapping[str, str | None], visit: Visit) -> tuple[Occasion, Result]:
    result = judged(filling_of(db, str(row["id"])))
    occasion = Occasion(
        assessment_id=str(row["id"]),
        visit_id=visit.id,
        day=visit.day,
        moment=row["moment"] or "interim",
        version=row["version"] or "",
        is_full=row["extent"] == FULL,
        is_closed=not visit.can_be_edited or not result.total.unanswered,
        started_at=visit.started_at,
    )
    return occasion, result


def _total(occasions: Sequence[Occasion], results: Sequence[Result]) -> SectionHistory:
    scores = tuple(result.total for result in results)
    shares = tuple(_share(one, score) for one, score in zip(occasions, scores, strict=True))
    rated = [share for one, share in zip(occasions, shares, strict=True) if one.is_rated]
    ends = (rated[0], rated[-1]) if len(rated) > 1 else (None, None)
    change = ends[1] - ends[0] if ends[0] is not None and ends[1] is not None else None
    return SectionHistory(Section("", results[-1].checklist.titles, ()), scores, shares, change)


def _sections(occasions: Sequence[Occasion], results: Sequence[Result]) -> list[SectionHistory]:
    """What fell most comes first. Left out is what stands outside every section, or can be no finding: it is in the
    total only."""
    rated = [result for one, result in zip(occasions, results, strict=True) if one.is_rated]
    changes = {one.section.id: one.change for one in compare_sections(rated[0], rated[-1])} if len(rated) > 1 else {}
    by_id = [{one.section.id: one for one in result.sections if one.section.id and one.judged} for result in results]
    newest = {name: found.section for there in by_id for name, found in there.items()}
    found = [
        _section(newest[name], [there[name].score if name in there else None for there in by_id], occasions, changes)
        for name in dict.fromkeys(name for there in reversed(by_id) for name in there)
    ]
    return sorted(found, key=lambda one: (one.change is None, one.change or 0.0))


def _section(
    section: Section,
    scores: Sequence[Score | None],
    occasions: Sequence[Occasion],
    changes: Mapping[str, float | None],
) -> SectionHistory:
    shares = tuple(_share(one, score) for one, score in zip(occasions, scores, strict=True))
    return SectionHistory(section, tuple(scores), shares, changes.get(section.id))


def _share(occasion: Occasion, score: Score | None) -> float | None:
    return score.weighted_share if score and occasion.is_rated else None


def _items(occasions: Sequence[Occasion], results: Sequence[Result]) -> list[ItemHistory]:
    verdicts = [_asked(one, by_item(result)) for one, result in zip(occasions, results, strict=True)]
    newest = {one.item.id: one.item for result in results for one in result.judged}
    found = [_item(newest[name], [there.get(name) for there in verdicts]) for name in _in_order(results)]
    return sorted(found, key=lambda one: (_ORDER.index(one.trend), not one.item.is_critical))


def _in_order(results: Sequence[Result]) -> list[str]:
    """Items in the order of the newest form that has them, what only older ones had last."""
    return list(dict.fromkeys(one.item.id for result in reversed(results) for one in result.judged))


def _asked(occasion: Occasion, verdicts: Mapping[str, Verdict]) -> dict[str, Verdict]:
    """What was left out on purpose was not asked."""
    if occasion.is_full:
        return dict(verdicts)
    return {name: found for name, found in verdicts.items() if found is not Verdict.NOT_ASSESSED}


def _item(item: Item, verdicts: Sequence[Verdict | None]) -> ItemHistory:
    told = [one is Verdict.MET for one in verdicts if one in (Verdict.MET, Verdict.FINDING)]
    return ItemHistory(item, tuple(verdicts), _trend(told), len(set(told)) > 1)


def _points(results: Sequence[Result]) -> list[PointHistory]:
    found = [point_results(result) for result in results]
    names = dict.fromkeys(point for there in reversed(found) for point in there)
    histories = [_point(name, [there.get(name) for there in found]) for name in names]
    return sorted(histories, key=lambda one: _ORDER.index(one.trend))


def _point(point: str, results: Sequence[PointResult | None]) -> PointHistory:
    told = [one.is_compliant for one in results if one is not None and one.is_compliant is not None]
    return PointHistory(point, tuple(results), _trend(told), len(set(told)) > 1)


def _trend(told: Sequence[bool]) -> Trend:
    return trend_of(told[0], told[-1]) if len(told) > 1 else Trend.NOT_COMPARABLE
