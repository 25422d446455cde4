"""Enough generated enterprises to fill lists: no real names, every figure illustrative, the same on every run."""

import random
from datetime import time, timedelta

from app.checklists.catalogue import get_checklist
from app.fieldwork.agreement import agree, follow_up
from app.fieldwork.catalogues import module_id, programme_id
from app.fieldwork.plan import describe_enterprise, meet, plan_visit, register_enterprise
from app.models.improvements import ImprovementStatus
from app.models.visits import VisitKind
from app.sample.scene import ILLUSTRATIVE, Stage

_COUNTRIES = (
    ("score", "VN"),
    ("score", "ID"),
    ("score", "GH"),
    ("score", "PE"),
    ("score", "IN"),
    ("simapro", "MX"),
    ("better_work", "KH"),
    ("better_work", "BD"),
    ("simapro", "CL"),
    ("score", "CN"),
)
_SECTORS = ("Metal parts", "Furniture", "Garments", "Footwear", "Food", "Plastics", "Car parts", "Hotel", "Packaging")
_WORDS = (
    "Label shelves and keep aisles free",
    "Daily ten-minute meeting at the line",
    "Guards on both cutters",
    "Board with the day's defects",
    "Suggestion box read every week",
    "New lamps in the sewing hall",
    "Drinking water on each floor",
    "Spare parts ordered by a card",
)


# Enterprises of Better Work by their numbers: how many yearly assessments each has.
_ASSESSED = {6: 3, 7: 3, 16: 3, 17: 2, 26: 1}
# Share of factories in which a cluster's points are not met in the first year; a third is mended by each next one.
_NOT_MET = {"cl": 0.05, "di": 0.1, "fl": 0.05, "fa": 0.35, "co": 0.5, "hr": 0.45, "os": 0.7, "wt": 0.6}


def prepare(stage: Stage, *, count: int = 36) -> None:
    chance = random.Random(5)
    for number in range(1, count + 1):
        programme, country = _COUNTRIES[number % len(_COUNTRIES)]
        _enterprise(stage, chance, number, programme, country)


def _enterprise(stage: Stage, chance: random.Random, number: int, programme: str, country: str) -> None:
    db, by = stage.db, stage.by
    joined_on = stage.ago(200 - number + 365 * _ASSESSED.get(number, 0))
    stage.go_to(joined_on, time(9, 0))
    sector = chance.choice(_SECTORS)
    enterprise_id = register_enterprise(
        db,
        by,
        f"Sample enterprise {number:02}, {sector.lower()}",
        country=country,
        sector=sector,
        country_programme_id=programme_id(programme, country),
        joined_on=joined_on,
        notes=ILLUSTRATIVE,
    )
    women, men = chance.randint(8, 160), chance.randint(8, 160)
    describe_enterprise(
        db, by, enterprise_id, stage.ago(190 - number), women_permanent=women, men_permanent=men, source="estimate"
    )
    if number in _ASSESSED:
        _assess_yearly(stage, enterprise_id, number)
    if number % 3:
        _visit(stage, chance, enterprise_id, number)
    if number % 9 == 0:
        stage.go_to(stage.ago(2), time(15, 0))
        on = stage.day + timedelta(days=number // 3)
        plan_visit(
            db, by, enterprise_id, kind=VisitKind.FOLLOW_UP, on=on, number=1, purpose="Follow the first actions."
        )


def _visit(stage: Stage, chance: random.Random, enterprise_id: str, number: int) -> None:
    db, by = stage.db, stage.by
    visit_id = stage.visit(
        enterprise_id, VisitKind.INTAKE, stage.ago(40 + number), module_id=module_id("wpc"), mode="on_site"
    )
    meet(db, by, visit_id, "Manager", role="manager", sex=chance.choice(("woman", "man")), met_in="opening")
    stage.train(visit_id, enterprise_id, "Working together: the improvement team", "1wm 1mm 2ww 2mw", minutes=60)
    for what in chance.sample(_WORDS, 2):
        due = stage.day + timedelta(days=chance.randint(-20, 60))
        improvement_id = agree(db, by, visit_id, what, responsible="Improvement team", due_on=due, type="production")
        if chance.random() < 0.4:
            stage.clock.move(minutes=3)
            follow_up(db, by, improvement_id, ImprovementStatus.DONE, visit_id=visit_id)
    stage.figures(visit_id, "suggestions", [(f"{stage.clock.today():%Y-%m}", {"value": chance.randint(0, 30)})])
    stage.close(
        visit_id,
        purpose="First visit before the module on workplace cooperation.",
        summary="The team was chosen; the first actions are agreed.",
        next_steps="Meet every week; keep minutes.",
    )


def _assess_yearly(stage: Stage, enterprise_id: str, number: int) -> None:
    """With a chance of its own, so that the other enterprises stay what they are."""
    chance = random.Random(number)
    open_points = {
        item.id for item in get_checklist("compliance_points").items if chance.random() < _NOT_MET[item.id[:2]]
    }
    years = _ASSESSED[number]
    for year in range(years):
        on = stage.ago(365 * (years - 1 - year) + 150 + number)
        visit_id = stage.visit(enterprise_id, VisitKind.ASSESSMENT, on, mode="on_site", is_unannounced=True)
        meet(stage.db, stage.by, visit_id, "Compliance manager", role="manager", sex="not_said", met_in="opening")
        verdicts = {
            item.id: "nc" if item.id in open_points else "ok" for item in get_checklist("compliance_points").items
        }
        stage.assess(visit_id, "compliance_points", "interim" if year else "baseline", verdicts)
        stage.close(
            visit_id,
            purpose="Yearly assessment.",
            summary=f"{len(open_points)} compliance points are not met. {ILLUSTRATIVE}",
            next_steps="The committee makes the improvement plan within thirty days.",
        )
        open_points = {point for point in sorted(open_points) if chance.random() < 2 / 3}
