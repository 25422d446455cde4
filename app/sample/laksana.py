"""PT Laksana Tekhnik Makmur, Indonesia (SCORE): the enterprise of the day that is played.

From the publication: defects from 5 % to 2 % in three months, spray cubicles, protective equipment, signs, the buyer's
A rank. Dates, head counts and the months in between are illustrative and say so.
"""

import io
from dataclasses import dataclass
from datetime import time, timedelta

from PIL import Image

from app.checklists.catalogue import get_checklist
from app.fieldwork.agreement import agree, follow_up, improve_answer
from app.fieldwork.answers import answer_id, answer_item
from app.fieldwork.attendance import tick
from app.fieldwork.catalogues import module_id, programme_id
from app.fieldwork.finish import finish_visit
from app.fieldwork.pictures import add_after, mark_before
from app.fieldwork.plan import describe_enterprise, meet, open_visit, plan_visit, register_enterprise, write_visit
from app.models.improvements import ImprovementStatus
from app.models.rows import save_row
from app.models.visits import VisitKind
from app.sample.pictures import CameraNote, Scene, State, draw_scene
from app.sample.scene import ILLUSTRATIVE, PUBLISHED, Stage, month_before, seed_of

NAME = "PT Laksana Tekhnik Makmur"
_CIBUBUR = (-6.37, 106.89)
# The answers that were findings at the intake; all others were met. Three items are findings when answered with yes.
_YES_IS_FINDING = {"guards_removed", "wiring", "chem_eating"}
_NOT_APPLICABLE = {"eating_place"}
_FOUND_AT_INTAKE = {
    "committee",
    "risks",
    "ppe_provided",
    "ppe_worn",
    "ppe_condition",
    "chem_labels",
    "chem_sheets",
    "chem_spraying",
    "chem_eating",
    "guards",
    "exits",
    "drill",
    "aisles",
    "ventilation",
    "signs_posted",
    "signs_understood",
    "safety_talks",
}
_FOUND_TODAY = {"ppe_condition", "chem_sheets", "drill", "lighting", "exits"}
_NOTES_TODAY = {
    "ppe_worn": "All five sprayers wore respirators; filters are dated.",
    "ppe_condition": "Two goggles are scratched, one respirator has a torn strap.",
    "chem_sheets": "Sheets are in English only; workers read Indonesian.",
    "chem_spraying": "Three cubicles with extraction and filter; none in the open any more.",
    "drill": "The last drill was in February.",
    "exits": "Boxes stand before the exit in packing again; cleared while we were there.",
    "lighting": "The inspection table is dim since the lamps were moved.",
    "signs_posted": "Signs at the gate, the spraying room and the presses.",
}


@dataclass(frozen=True, slots=True)
class Laksana:
    """What the day stands on: made by the visits before it."""

    enterprise_id: str
    visit_id: str
    promised: dict[str, str]
    pairs: dict[Scene, str]
    participants: list[str]


def prepare(stage: Stage) -> Laksana:
    """The enterprise, its intake three months ago, the first follow-up visit, and the visit planned for the day."""
    db, by = stage.db, stage.by
    stage.go_to(stage.ago(100), time(9, 0))
    enterprise_id = register_enterprise(
        db,
        by,
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
        advisor_id=by.user_id,
        notes=f"City and figures: {ILLUSTRATIVE}",
    )
    describe_enterprise(
        db,
        by,
        enterprise_id,
        stage.ago(100),
        women_permanent=58,
        men_permanent=112,
        women_temporary=12,
        men_temporary=18,
        managers=14,
        shifts=2,
        source="estimate",
    )
    pairs, promised = _intake(stage, enterprise_id)
    _first_follow_up(stage, enterprise_id, promised)
    participants = stage.people(enterprise_id, "1wm 3mm 6ww 8mw")
    stage.go_to(stage.day - timedelta(days=7), time(16, 0))
    visit_id = plan_visit(
        db,
        by,
        enterprise_id,
        kind=VisitKind.FOLLOW_UP,
        on=stage.day,
        number=2,
        module_id=module_id("osh"),
        mode="on_site",
        purpose="See what became of the improvements, assess safety and health again, agree the rest.",
    )
    return Laksana(enterprise_id, visit_id, promised, pairs, participants)


def _intake(stage: Stage, enterprise_id: str) -> tuple[dict[Scene, str], dict[str, str]]:
    db, by = stage.db, stage.by
    on = stage.ago(92)
    visit_id = stage.visit(enterprise_id, VisitKind.INTAKE, on, module_id=module_id("osh"), mode="on_site")
    meet(db, by, visit_id, "Owner", role="manager", sex="man", met_in="opening")
    meet(db, by, visit_id, "Production workers", role="worker", sex="woman", count=3, met_in="walk_through")
    assessment_id = stage.assess(visit_id, "osh", "baseline", _answers(_FOUND_AT_INTAKE))
    places = {
        Scene.SPRAYING_ROOM: "Spraying room, from the door",
        Scene.PPE: "Press shop, store window",
        Scene.SIGNS: "Press shop, north wall",
        Scene.EXIT: "Emergency exit, packing",
    }
    befores = {scene: stage.photo(visit_id, scene, State.BEFORE, place=place) for scene, place in places.items()}
    due = stage.day - timedelta(days=14)
    promised = {
        item: improve_answer(
            db,
            by,
            answer_id(assessment_id, item),
            what,
            responsible=who,
            due_on=due,
            type=kind,
            category="safety",
            priority="high",
            cost=cost,
            cost_basis="estimated",
            currency="IDR",
        )
        for item, what, who, kind, cost in (
            (
                "chem_spraying",
                "Build three spray cubicles with extraction and filter",
                "Production head",
                "working_conditions",
                84_000_000_00,
            ),
            (
                "ppe_provided",
                "Buy masks, goggles and gloves for all who spray and press; keep a stock",
                "Purchasing",
                "working_conditions",
                12_500_000_00,
            ),
            (
                "signs_posted",
                "Post warning and duty signs in every work area",
                "Safety officer",
                "working_conditions",
                1_800_000_00,
            ),
            (
                "exits",
                "Clear the emergency exit in packing and mark the floor before it",
                "Warehouse head",
                "working_conditions",
                350_000_00,
            ),
        )
    }
    of_scene = {
        Scene.SPRAYING_ROOM: "chem_spraying",
        Scene.PPE: "ppe_provided",
        Scene.SIGNS: "signs_posted",
        Scene.EXIT: "exits",
    }
    pairs = {
        scene: mark_before(db, by, photo_id, place=places[scene], improvement_id=promised[of_scene[scene]])
        for scene, photo_id in befores.items()
    }
    baseline = {"numerator": 500, "denominator": 10_000, "role": "baseline", "source": "record"}
    stage.figures(visit_id, "defect", [(month_before(stage.day, 3), baseline | {"note": PUBLISHED})])
    stage.close(
        visit_id,
        purpose="Baseline before the safety module.",
        next_visit_on=stage.ago(56),
        summary="Open spraying, little protective equipment, hardly any signs. The owner wants the buyer's A rank.",
        next_steps="Build spray cubicles; buy protective equipment; post signs; clear the exit in packing.",
    )
    return pairs, promised


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
        next_visit_on=stage.day,
        summary="The team meets every week. Two of the four actions are under way.",
        next_steps="Finish cubicles and signs; start an accident register; invite workers to the drill.",
    )


def play_day(stage: Stage, ready: Laksana) -> None:
    """The day of a trainer, deed by deed, from the gate to Finish."""
    db, by, visit_id = stage.db, stage.by, ready.visit_id
    stage.go_to(stage.day, time(8, 12))
    open_visit(db, by, visit_id)
    _opening(stage, ready)
    _walk_through(stage, ready)
    _figures(stage, visit_id)
    stage.go_to(stage.day, time(14, 40))
    write_visit(
        db,
        by,
        visit_id,
        summary="Spraying moved into three extracted cubicles, protective equipment is worn, signs are up: the buyer"
        " raised the factory to rank A. Data sheets and the drill are stuck. Next: equipment care and drill.",
        advice="Give the cubicle filters an owner and a change date. Ask the sprayers each week what is worn out:"
        " they say it supports their families' health as well.",
        good_practice="The improvement team photographs each place from the same spot before and after.",
        next_steps="Indonesian data sheets, evacuation drill and new goggles by the dates in the table;"
        " the team reports to the trainer by telephone in two weeks.",
        next_visit_on=stage.day + timedelta(days=35),
    )
    stage.clock.move(minutes=5)
    finish_visit(db, by, visit_id)


def _opening(stage: Stage, ready: Laksana) -> None:
    db, by, visit_id = stage.db, stage.by, ready.visit_id
    for position, role, sex, count, met_in in (
        ("Owner", "manager", "man", 1, "opening"),
        ("Production head", "manager", "man", 1, "opening"),
        ("Human resources officer", "manager", "woman", 1, "opening"),
        ("Workers' representative", "worker_representative", "woman", 1, "opening"),
        ("Sprayers", "worker", "man", 5, "walk_through"),
        ("Press operators", "worker", "woman", 3, "group_interview"),
    ):
        stage.clock.move(seconds=40)
        meet(db, by, visit_id, position, role=role, sex=sex, count=count, met_in=met_in)
    session_id = stage.train(visit_id, ready.enterprise_id, "Caring for respirators and filters", "", minutes=60)
    tick(db, by, session_id, ready.participants)
    for number, score in enumerate((5, 4, 5, 4, 3, 5), start=1):
        sheet = {"kind": "satisfaction", "session_id": session_id, "visit_id": visit_id, "role": "worker"}
        scores = {"clear": score, "useful": 5 if number % 2 else 4, "pace": 4}
        save_row(db, by, "survey_response", sheet | {"sex": "woman" if number % 2 else "man", "scores": scores})


def _walk_through(stage: Stage, ready: Laksana) -> None:
    db, by, visit_id = stage.db, stage.by, ready.visit_id
    assessment_id = stage.assess(visit_id, "osh", "end_line", _answers(_FOUND_TODAY))
    for item, note in _NOTES_TODAY.items():
        value = _answer(item, _FOUND_TODAY)
        answer_item(db, by, assessment_id, item, value, note=note, evidence=["observation", "workers"])
    afters = {
        Scene.SPRAYING_ROOM: "Spraying now happens in three cubicles with extraction and filter.",
        Scene.PPE: "Masks, goggles and gloves hang at the place of work; everybody wears them.",
        Scene.SIGNS: "Warning and duty signs in every work area.",
    }
    for scene, what_changed in afters.items():
        photo_id = stage.photo(visit_id, scene, State.AFTER, data=_from_phone(stage, scene))
        add_after(db, by, ready.pairs[scene], photo_id, what_changed=what_changed)
    stage.photo(
        visit_id,
        Scene.STORAGE,
        State.AFTER,
        place="Store",
        caption="Shelves labelled by the improvement team, on its own idea.",
    )
    done = ImprovementStatus.DONE
    follow_up(
        db,
        by,
        ready.promised["chem_spraying"],
        done,
        visit_id=visit_id,
        saving=96_000_000_00,
        saving_basis="estimated",
        effect="Defects fell from 5 % to 2 % in three months; no haze in the hall.",
    )
    follow_up(db, by, ready.promised["ppe_provided"], done, visit_id=visit_id, effect="All who spray wear respirators.")
    follow_up(db, by, ready.promised["signs_posted"], done, visit_id=visit_id, effect="Workers can say what they mean.")
    for item, what, who, days in (
        ("chem_sheets", "Put Indonesian data sheets beside every chemical", "Safety officer", 14),
        ("drill", "Hold an evacuation drill with both shifts and write down the times", "Safety officer", 21),
        ("ppe_condition", "Replace two goggles and one respirator; check all each Monday", "Purchasing", 7),
    ):
        stage.clock.move(minutes=1)
        improve_answer(
            db,
            by,
            answer_id(assessment_id, item),
            what,
            responsible=who,
            type="working_conditions",
            category="safety",
            due_on=stage.day + timedelta(days=days),
        )
    agree(
        db,
        by,
        visit_id,
        "Hang a lamp over the inspection table",
        responsible="Maintenance",
        type="quality",
        category="quality",
        due_on=stage.day + timedelta(days=10),
        cost=900_000_00,
        cost_basis="estimated",
        currency="IDR",
    )


def _figures(stage: Stage, visit_id: str) -> None:
    months = [month_before(stage.day, back) for back in (3, 2, 1, 0)]
    record = {"denominator": 10_000, "source": "record", "told_by": "Production head"}
    stage.figures(
        visit_id,
        "defect",
        [
            (months[2], record | {"numerator": 300, "note": ILLUSTRATIVE}),
            (months[3], record | {"numerator": 200, "role": "end_line", "note": PUBLISHED}),
        ],
    )
    for indicator, numerators in (("absenteeism", (172, 160, 148, 131)), ("turnover", (9, 8, 6, 5))):
        denominator = 4_400 if indicator == "absenteeism" else 200
        given = {
            "denominator": denominator,
            "source": "record",
            "told_by": "Human resources officer",
            "note": ILLUSTRATIVE,
        }
        values = [
            (month, given | {"numerator": numerator, "role": "monthly" if number else "baseline"})
            for number, (month, numerator) in enumerate(zip(months, numerators, strict=True))
        ]
        stage.figures(visit_id, indicator, values)
    stage.figures(
        visit_id,
        "accidents",
        [
            (months[2], {"status": "not_tracked"}),
            (months[3], {"value": 1, "source": "record", "note": ILLUSTRATIVE}),
        ],
    )
    stage.figures(visit_id, "savings", [(months[3], {"status": "refused", "note": "The owner will say at year end."})])


def _from_phone(stage: Stage, scene: Scene) -> bytes:
    """As phones send them: one lying on its side with its place inside, one as HEIC, the others plain."""
    note = CameraNote(taken_at=stage.clock.now(), location=_CIBUBUR, is_sideways=scene is Scene.PPE)
    data = draw_scene(scene, State.AFTER, seed=seed_of(scene), note=note)
    if scene is not Scene.SIGNS:
        return data
    heic = io.BytesIO()
    with Image.open(io.BytesIO(data)) as picture:
        picture.save(heic, format="HEIF", quality=80)
    return heic.getvalue()


def _answers(findings: set[str]) -> dict[str, str]:
    return {item.id: _answer(item.id, findings) for item in get_checklist("osh").items if item.is_assessed}


def _answer(item: str, findings: set[str]) -> str:
    if item in _NOT_APPLICABLE:
        return "na"
    return "yes" if (item in findings) == (item in _YES_IS_FINDING) else "no"
