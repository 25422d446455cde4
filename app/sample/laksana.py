"""PT Laksana Tekhnik Makmur, Indonesia (SCORE): the enterprise of the day that is played; here, what came before it.

From the publication: defects from 5 % to 2 % in three months, spray cubicles, protective equipment, signs, the buyer's
A rank. Dates, head counts and the months in between are illustrative and say so.
"""

from dataclasses import dataclass
from datetime import time, timedelta

from app.checklists.catalogue import get_checklist
from app.fieldwork.agreement import follow_up, improve_answer
from app.fieldwork.answers import answer_id
from app.fieldwork.catalogues import module_id, programme_id
from app.fieldwork.pictures import mark_before
from app.fieldwork.plan import describe_enterprise, meet, plan_visit, register_enterprise
from app.fieldwork.sheet import month_before
from app.models.improvements import ImprovementStatus
from app.models.visits import VisitKind
from app.sample.pictures import Scene, State
from app.sample.scene import ILLUSTRATIVE, PUBLISHED, Stage

NAME = "PT Laksana Tekhnik Makmur"
_PROFILE = {"women_permanent": 58, "men_permanent": 112, "women_temporary": 12, "men_temporary": 18, "managers": 14}

# Three items are findings when answered with yes.
_YES_IS_FINDING = {"guards_removed", "wiring", "chem_eating"}
_NOT_APPLICABLE = {"eating_place"}
_FOUND_AT_INTAKE = frozenset(
    {
        *("committee", "risks", "ppe_provided", "ppe_worn", "ppe_condition", "chem_labels", "chem_sheets"),
        *("chem_spraying", "chem_eating", "guards", "exits", "drill", "aisles", "ventilation"),
        *("signs_posted", "signs_understood", "safety_talks"),
    }
)

# Checklist item: what was promised, who, what it costs in minor units, where the picture was taken.
_PROMISES = {
    "chem_spraying": ("Build three spray cubicles with extraction and filter", "Production head", 84_000_000_00),
    "ppe_provided": (
        "Buy masks, goggles and gloves for all who spray and press; keep a stock",
        "Purchasing",
        12_500_000_00,
    ),
    "signs_posted": ("Post warning and duty signs in every work area", "Safety officer", 1_800_000_00),
    "exits": ("Clear the emergency exit in packing and mark the floor before it", "Warehouse head", 350_000_00),
}
_PLACES = {
    Scene.SPRAYING_ROOM: ("chem_spraying", "Spraying room, from the door"),
    Scene.PPE: ("ppe_provided", "Press shop, store window"),
    Scene.SIGNS: ("signs_posted", "Press shop, north wall"),
    Scene.EXIT: ("exits", "Emergency exit, packing"),
}


@dataclass(frozen=True, slots=True)
class Laksana:
    """What the day stands on: made by the visits before it. `promised` is by checklist item."""

    enterprise_id: str
    visit_id: str
    promised: dict[str, str]
    pairs: dict[Scene, str]
    participants: list[str]


def prepare(stage: Stage) -> Laksana:
    """The enterprise, its intake three months ago, the first follow-up visit, and the visit planned for the day."""
    enterprise_id = _register(stage)
    promised, pairs = _intake(stage, enterprise_id)
    _first_follow_up(stage, enterprise_id, promised)
    participants = stage.people(enterprise_id, "1wm 3mm 6ww 8mw")
    stage.go_to(stage.day - timedelta(days=7), time(16, 0))
    purpose = "See what became of the improvements, assess safety and health again, agree the rest."
    visit_id = plan_visit(
        stage.db,
        stage.by,
        enterprise_id,
        kind=VisitKind.FOLLOW_UP,
        on=stage.day,
        number=2,
        module_id=module_id("osh"),
        mode="on_site",
        purpose=purpose,
    )
    return Laksana(enterprise_id, visit_id, promised, pairs, participants)


def answers(findings: frozenset[str]) -> dict[str, str]:
    """An answer to every item of the safety checklist such that exactly `findings` are findings."""
    return {item.id: answer_to(item.id, findings) for item in get_checklist("osh").items if item.is_assessed}


def answer_to(item: str, findings: frozenset[str]) -> str:
    if item in _NOT_APPLICABLE:
        return "na"
    return "yes" if (item in findings) == (item in _YES_IS_FINDING) else "no"


def _register(stage: Stage) -> str:
    stage.go_to(stage.ago(100), time(9, 0))
    enterprise_id = register_enterprise(
        stage.db,
        stage.by,
        NAME,
        country="ID",
        country_programme_id=programme_id("score", "ID"),
        city="Cibubur",
        sector="Metal parts, coated",
        products="Spray-painted metal components",
        market="national",
        ownership="private",
        report_language="en",
        joined_on=stage.ago(100),
        advisor_id=stage.by.user_id,
        notes=f"City and figures: {ILLUSTRATIVE}",
    )
    describe_enterprise(stage.db, stage.by, enterprise_id, stage.ago(100), shifts=2, source="estimate", **_PROFILE)
    return enterprise_id


def _intake(stage: Stage, enterprise_id: str) -> tuple[dict[str, str], dict[Scene, str]]:
    db, by = stage.db, stage.by
    visit_id = stage.visit(enterprise_id, VisitKind.INTAKE, stage.ago(92), module_id=module_id("osh"), mode="on_site")
    meet(db, by, visit_id, "Owner", role="manager", sex="man", met_in="opening")
    meet(db, by, visit_id, "Production workers", role="worker", sex="woman", count=3, met_in="walk_through")
    assessment_id = stage.assess(visit_id, "osh", "baseline", answers(_FOUND_AT_INTAKE))
    promised = {item: _promise(stage, answer_id(assessment_id, item), *what) for item, what in _PROMISES.items()}
    pairs = {scene: _before(stage, visit_id, scene, promised) for scene in _PLACES}
    baseline = {"numerator": 500, "denominator": 10_000, "role": "baseline", "source": "record", "note": PUBLISHED}
    stage.figures(visit_id, "defect", [(month_before(stage.day, 3), baseline)])
    stage.close(
        visit_id,
        purpose="Baseline before the safety module.",
        summary="Open spraying, little protective equipment, hardly any signs. The owner wants the buyer's A rank.",
        next_steps="Build spray cubicles; buy protective equipment; post signs; clear the exit in packing.",
        next_visit_on=stage.ago(56),
    )
    return promised, pairs


def _promise(stage: Stage, answer: str, what: str, responsible: str, cost: int) -> str:
    facts = {"type": "working_conditions", "category": "safety", "priority": "high", "currency": "IDR"}
    money = {"cost": cost, "cost_basis": "estimated"}
    due = stage.day - timedelta(days=14)
    return improve_answer(stage.db, stage.by, answer, what, responsible=responsible, due_on=due, **facts, **money)


def _before(stage: Stage, visit_id: str, scene: Scene, promised: dict[str, str]) -> str:
    item, place = _PLACES[scene]
    photo_id = stage.photo(visit_id, scene, State.BEFORE, place=place)
    return mark_before(stage.db, stage.by, photo_id, place=place, improvement_id=promised[item])


def _first_follow_up(stage: Stage, enterprise_id: str, promised: dict[str, str]) -> None:
    db, by = stage.db, stage.by
    visit_id = stage.visit(
        enterprise_id, VisitKind.FOLLOW_UP, stage.ago(56), number=1, module_id=module_id("osh"), mode="on_site"
    )
    meet(db, by, visit_id, "Production head", role="manager", sex="man", met_in="opening")
    stage.train(visit_id, enterprise_id, "Protective equipment: choose, wear, keep", "2mm 5ww 6mw", minutes=90)
    follow_up(db, by, promised["signs_posted"], ImprovementStatus.IN_PROGRESS, visit_id=visit_id)
    follow_up(db, by, promised["chem_spraying"], ImprovementStatus.IN_PROGRESS, visit_id=visit_id)
    monthly = {"numerator": 410, "denominator": 10_000, "source": "record", "note": ILLUSTRATIVE}
    stage.figures(visit_id, "defect", [(month_before(stage.day, 2), monthly)])
    stage.figures(visit_id, "accidents", [(month_before(stage.day, 2), {"status": "not_tracked"})])
    stage.close(
        visit_id,
        purpose="Help the improvement team with the first actions.",
        summary="The team meets every week. Two of the four actions are under way.",
        next_steps="Finish cubicles and signs; start an accident register; invite workers to the drill.",
        next_visit_on=stage.day,
    )
