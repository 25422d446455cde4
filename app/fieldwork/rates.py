"""Better Work's non-compliance rates over the enterprises: by compliance point, with the questions under each.

Source: docs/indicators.md#nc-rate. Items of zero tolerance are in no rate.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.checklists.compliance import (
    FULL,
    HAZARDOUS_WORK,
    Assessed,
    Population,
    Rate,
    assessed,
    balanced_panel,
    latest,
    of_cycle,
    point_rates,
    point_results,
    question_rates,
)
from app.checklists.items import Item
from app.checklists.judging import judged
from app.checklists.stored import checklist_from_text
from app.errors import NotFound
from app.fieldwork.answers import filling_of
from app.models.catalogue import load_compliance_points
from app.models.driver import Database
from app.models.visits import list_visits

# Assessments nearer to each other than this are of one yearly visit: it is held about every twelve months.
_ONE_CYCLE_DAYS = 183
_CATALOGUE = {point.id: place for place, point in enumerate(load_compliance_points())}


@dataclass(frozen=True, slots=True)
class Sort:
    """A checklist that rates can be made of."""

    key: str
    title: str


@dataclass(frozen=True, slots=True)
class Group:
    """The assessments that one rate is over, one an enterprise. `cycle` is None where they are of any."""

    cycle: int | None
    enterprises: int
    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class QuestionRate:
    """`rates` are one a group, None where nobody was asked. The words are those of the newest form that asks it."""

    item: Item
    rates: tuple[Rate | None, ...]


@dataclass(frozen=True, slots=True)
class PointRate:
    """`rates` are one a group, None where it was not assessed. `merged` are the points that are counted with it."""

    point: str
    merged: tuple[str, ...]
    rates: tuple[Rate | None, ...]
    questions: tuple[QuestionRate, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which assessments are looked at: from one day to another, both included, and in one country; None for any.

    `cycle` is that of the population of one cycle, the newest when None; `cycles` how many the panel goes through, as
    many as any enterprise was assessed in from the first on when None.
    """

    cycle: int | None = None
    cycles: int | None = None
    since: date | None = None
    until: date | None = None
    country: str | None = None


@dataclass(frozen=True, slots=True)
class ComplianceRates:
    """`groups` is one, or the cycles of the panel in turn. `points` in the order of the programme's clusters.

    `cycles` are the numbers of all cycles that there are full assessments of.
    """

    sort: Sort
    population: Population
    asked: Asked
    cycles: tuple[int, ...]
    groups: tuple[Group, ...]
    points: tuple[PointRate, ...]


@dataclass(frozen=True, slots=True)
class _Found:
    of: Assessed
    items: Mapping[tuple[str, str], Item]


def sorts_with_points(db: Database) -> list[Sort]:
    """The checklists with compliance points that full assessments were made by, by title."""
    found = {
        row["checklist"]: Sort(row["checklist"], row["title"])
        for row in db.query(_CHECKLISTS)
        if any(item.compliance_point for item in checklist_from_text(row["definition"]).items)
    }
    return sorted(found.values(), key=lambda one: one.title)


def compliance_rates(
    db: Database, checklist_key: str, population: Population, asked: Asked | None = None
) -> ComplianceRates:
    """Over the full assessments of finished visits by the checklist (`better_work`), without enterprises that left.

    A visit that says no cycle gets the number of the yearly assessment, counted from the enterprise's first full one.
    Raises NotFound when there is no such checklist.
    """
    asked = asked or Asked()
    found = _assessments(db, checklist_key, asked)
    every = [one.of for one in found]
    groups = _groups(every, population, asked)
    return ComplianceRates(
        sort=_sort(db, checklist_key),
        population=population,
        asked=asked,
        cycles=tuple(sorted({one.cycle for one in every})),
        groups=tuple(_group(number, members) for number, members in groups),
        points=tuple(_points([members for _number, members in groups], _items_of(found))),
    )


def yearly_numbers(times: Iterable[tuple[date, int | None]]) -> list[int]:
    """The cycle of each full assessment of one enterprise; `times`, oldest first, have the cycle their visit says."""
    numbers: list[int] = []
    begun: date | None = None
    for day, said in times:
        number = numbers[-1] if numbers else 0
        is_next = begun is None or (day - begun).days > _ONE_CYCLE_DAYS
        numbers.append(said if said is not None else number + 1 if is_next else number)
        if begun is None or numbers[-1] != number:
            begun = day
    return numbers


# The key of a version is that of the form and its version: `better_work 2026.1`.
_KEY = "substr(c.key, 1, instr(c.key || ' ', ' ') - 1)"
_CHECKLISTS = f"""
SELECT {_KEY} AS checklist, c.title, c.definition FROM checklist c
WHERE c.binned_at IS NULL AND EXISTS (SELECT 1 FROM assessment a
  WHERE a.checklist_id = c.id AND a.binned_at IS NULL AND a.extent = '{FULL}')
ORDER BY c.created_at, c.key"""
_ASSESSMENTS = f"""
SELECT a.id, a.visit_id, v.cycle, v.enterprise_id
FROM assessment a JOIN visit v ON v.id = a.visit_id JOIN enterprise e ON e.id = v.enterprise_id
JOIN checklist c ON c.id = a.checklist_id
WHERE a.binned_at IS NULL AND a.extent = '{FULL}' AND {_KEY} = :key AND (:country IS NULL OR e.country = :country)
  AND coalesce(e.status, '') NOT IN ('left', 'closed')"""


def _sort(db: Database, key: str) -> Sort:
    rows = db.query(
        f"SELECT c.title FROM checklist c WHERE c.binned_at IS NULL AND {_KEY} = ? ORDER BY c.created_at DESC", [key]
    )
    for row in rows:
        return Sort(key, row["title"] or key)
    raise NotFound("checklist", key)


def _assessments(db: Database, key: str, asked: Asked) -> list[_Found]:
    """Those of finished visits, oldest first. Cycles are counted before the days are narrowed."""
    visits = {visit.id: visit for visit in list_visits(db) if not visit.can_be_edited}
    by_enterprise: dict[str, list[tuple[date, str, int | None]]] = {}
    for row in db.query(_ASSESSMENTS, {"key": key, "country": asked.country}):
        if row["visit_id"] in visits:
            times = by_enterprise.setdefault(row["enterprise_id"], [])
            times.append((visits[row["visit_id"]].day, row["id"], row["cycle"]))
    found = [
        _found(db, assessment_id, enterprise_id, day, number)
        for enterprise_id, times in by_enterprise.items()
        for (day, assessment_id, _said), number in _numbered(sorted(times))
        if (asked.since or date.min) <= day <= (asked.until or date.max)
    ]
    return sorted(found, key=lambda one: one.of.day)


def _numbered(times: Sequence[tuple[date, str, int | None]]) -> Iterable[tuple[tuple[date, str, int | None], int]]:
    return zip(times, yearly_numbers((day, said) for day, _id, said in times), strict=True)


def _found(db: Database, assessment_id: str, enterprise_id: str, day: date, cycle: int) -> _Found:
    result = judged(filling_of(db, assessment_id))
    items = {
        (point, item.mapping_id or item.id): item
        for point, found in point_results(result).items()
        for item in found.assessed
    }
    return _Found(assessed(result, enterprise_id=enterprise_id, cycle=cycle, day=day, extent=FULL), items)


def _groups(every: Sequence[Assessed], population: Population, asked: Asked) -> list[tuple[int | None, list[Assessed]]]:
    match population:
        case Population.LATEST:
            return [(None, latest(every))]
        case Population.CYCLE:
            cycle = asked.cycle or max((one.cycle for one in every), default=1)
            return [(cycle, of_cycle(every, cycle))]
        case Population.BALANCED_PANEL:
            panel = balanced_panel(every, asked.cycles or _longest_panel(every))
            return [(number, members) for number, members in enumerate(panel, start=1)]


def _longest_panel(every: Sequence[Assessed]) -> int:
    """Through as many cycles as any enterprise was assessed in from the first on; at least two, else nothing moves."""
    numbers = range(2, max((one.cycle for one in every), default=1) + 1)
    return max((number for number in numbers if balanced_panel(every, number)[0]), default=2)


def _group(cycle: int | None, members: Sequence[Assessed]) -> Group:
    days = [one.day for one in members]
    return Group(cycle, len(members), min(days, default=None), max(days, default=None))


def _items_of(found: Iterable[_Found]) -> dict[str, dict[str, Item]]:
    """By point, those of a merged one under the point it counts as; the newest wording of each question."""
    items: dict[str, dict[str, Item]] = {}
    for one in found:
        for (point, question), item in one.items.items():
            items.setdefault(HAZARDOUS_WORK.get(point, point), {})[question] = item
    return items


def _points(groups: Sequence[Sequence[Assessed]], items: Mapping[str, Mapping[str, Item]]) -> list[PointRate]:
    rates = [point_rates(members) for members in groups]
    asked = [question_rates(members) for members in groups]
    counted = sorted({point for there in rates for point in there}, key=lambda one: (_CATALOGUE.get(one, 99), one))
    merged = {point for members in groups for one in members for point in one.points()} & HAZARDOUS_WORK.keys()
    return [
        PointRate(
            point=point,
            merged=tuple(sorted(other for other in merged if HAZARDOUS_WORK[other] == point)),
            rates=tuple(there.get(point) for there in rates),
            questions=tuple(
                QuestionRate(item, tuple(there.get(question) for there in asked))
                for question, item in items.get(point, {}).items()
                if any(question in there for there in asked)
            ),
        )
        for point in counted
    ]
