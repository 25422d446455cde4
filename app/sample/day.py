"""The day that is played: a trainer's visit to PT Laksana Tekhnik Makmur, deed by deed, from the gate to Finish."""

import io
from datetime import time, timedelta

from PIL import Image

from app.fieldwork.agreement import agree, follow_up, improve_answer
from app.fieldwork.answers import answer_id, answer_item
from app.fieldwork.attendance import tick
from app.fieldwork.finish import finish_visit
from app.fieldwork.pictures import add_after
from app.fieldwork.plan import meet, open_visit, write_visit
from app.fieldwork.sheet import month_before
from app.models.improvements import ImprovementStatus
from app.models.rows import save_row
from app.sample.laksana import Laksana, answer_to, answers
from app.sample.pictures import CameraNote, Scene, State, draw_scene
from app.sample.scene import ILLUSTRATIVE, PUBLISHED, Stage, seed_of

_CIBUBUR = (-6.37, 106.89)
_PEOPLE = (
    ("Owner", "manager", "man", 1, "opening"),
    ("Production head", "manager", "man", 1, "opening"),
    ("Human resources officer", "manager", "woman", 1, "opening"),
    ("Workers' representative", "worker_representative", "woman", 1, "opening"),
    ("Sprayers", "worker", "man", 5, "walk_through"),
    ("Press operators", "worker", "woman", 3, "group_interview"),
)
_FOUND = frozenset({"ppe_condition", "chem_sheets", "drill", "lighting", "exits"})
_NOTES = {
    "ppe_worn": "All five sprayers wore respirators; filters are dated.",
    "ppe_condition": "Two goggles are scratched, one respirator has a torn strap.",
    "chem_sheets": "Sheets are in English only; workers read Indonesian.",
    "chem_spraying": "Three cubicles with extraction and filter; none in the open any more.",
    "drill": "The last drill was in February.",
    "exits": "Boxes stand before the exit in packing again; cleared while we were there.",
    "lighting": "The inspection table is dim since the lamps were moved.",
    "signs_posted": "Signs at the gate, the spraying room and the presses.",
}
_AFTERS = {
    Scene.SPRAYING_ROOM: "Spraying now happens in three cubicles with extraction and filter.",
    Scene.PPE: "Masks, goggles and gloves hang at the place of work; everybody wears them.",
    Scene.SIGNS: "Warning and duty signs in every work area.",
}
_EFFECTS = {
    "chem_spraying": "Defects fell from 5 % to 2 % in three months; no haze in the hall.",
    "ppe_provided": "All who spray wear respirators.",
    "signs_posted": "Workers can say what they mean.",
}
# Checklist item: what is agreed, who, in how many days.
_AGREED = {
    "chem_sheets": ("Put Indonesian data sheets beside every chemical", "Safety officer", 14),
    "drill": ("Hold an evacuation drill with both shifts and write down the times", "Safety officer", 21),
    "ppe_condition": ("Replace two goggles and one respirator; check all each Monday", "Purchasing", 7),
}
_TEXTS = {
    "summary": (
        "Spraying moved into three extracted cubicles, protective equipment is worn, signs are up: the buyer raised"
        " the factory to rank A. Data sheets and the drill are stuck. Next: equipment care and drill."
    ),
    "advice": (
        "Give the cubicle filters an owner and a change date. Ask the sprayers each week what is worn out: they say"
        " it supports their families' health as well."
    ),
    "good_practice": "The improvement team photographs each place from the same spot before and after.",
    "next_steps": (
        "Indonesian data sheets, evacuation drill and new goggles by the dates in the table; the team reports to the"
        " trainer by telephone in two weeks."
    ),
}


def play_day(stage: Stage, ready: Laksana) -> None:
    db, by, visit_id = stage.db, stage.by, ready.visit_id
    stage.go_to(stage.day, time(8, 12))
    open_visit(db, by, visit_id)
    _opening_meeting(stage, ready)
    _walk_through(stage, ready)
    _plan(stage, ready)
    _figures(stage, visit_id)
    stage.go_to(stage.day, time(14, 40))
    write_visit(db, by, visit_id, next_visit_on=stage.day + timedelta(days=35), **_TEXTS)
    stage.clock.move(minutes=5)
    finish_visit(db, by, visit_id)


def _opening_meeting(stage: Stage, ready: Laksana) -> None:
    db, by, visit_id = stage.db, stage.by, ready.visit_id
    for position, role, sex, count, met_in in _PEOPLE:
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
    assessment_id = stage.assess(visit_id, "osh", "end_line", answers(_FOUND))
    for item, note in _NOTES.items():
        evidence = ["observation", "workers"]
        answer_item(db, by, assessment_id, item, answer_to(item, _FOUND), note=note, evidence=evidence)
    for scene, what_changed in _AFTERS.items():
        photo_id = stage.photo(visit_id, scene, State.AFTER, data=_from_phone(stage, scene))
        add_after(db, by, ready.pairs[scene], photo_id, what_changed=what_changed)
    caption = "Shelves labelled by the improvement team, on its own idea."
    stage.photo(visit_id, Scene.STORAGE, State.AFTER, place="Store", caption=caption)
    for item, (what, responsible, days) in _AGREED.items():
        stage.clock.move(minutes=1)
        finding = answer_id(assessment_id, item)
        due = stage.day + timedelta(days=days)
        kind = {"type": "working_conditions", "category": "safety"}
        improve_answer(db, by, finding, what, responsible=responsible, due_on=due, **kind)


def _plan(stage: Stage, ready: Laksana) -> None:
    """What became of the promises, and one more that nobody had asked for."""
    db, by, visit_id = stage.db, stage.by, ready.visit_id
    for item, effect in _EFFECTS.items():
        follow_up(db, by, ready.promised[item], ImprovementStatus.DONE, visit_id=visit_id, effect=effect)
    still = ready.promised["exits"]
    follow_up(db, by, still, ImprovementStatus.IN_PROGRESS, visit_id=visit_id, effect="Cleared, then blocked again.")
    what = "Hang a lamp over the inspection table"
    kind = {"responsible": "Maintenance", "type": "quality", "category": "quality"}
    cost = {"cost": 900_000_00, "cost_basis": "estimated", "currency": "IDR"}
    agree(db, by, visit_id, what, due_on=stage.day + timedelta(days=10), **kind, **cost)


def _figures(stage: Stage, visit_id: str) -> None:
    months = [month_before(stage.day, back) for back in (3, 2, 1, 0)]
    record = {"denominator": 10_000, "source": "record", "told_by": "Production head"}
    defects = [
        (months[2], record | {"numerator": 300, "note": ILLUSTRATIVE}),
        (months[3], record | {"numerator": 200, "role": "end_line", "note": PUBLISHED}),
    ]
    stage.figures(visit_id, "defect", defects)
    told = {"source": "record", "told_by": "Human resources officer", "note": ILLUSTRATIVE}
    for indicator, denominator, counts in (
        ("absenteeism", 4_400, (172, 160, 148, 131)),
        ("turnover", 200, (9, 8, 6, 5)),
    ):
        roles = ("baseline", "monthly", "monthly", "monthly")
        values = [
            (month, told | {"numerator": count, "denominator": denominator, "role": role})
            for month, count, role in zip(months, counts, roles, strict=True)
        ]
        stage.figures(visit_id, indicator, values)
    accidents: list[tuple[str, dict[str, object]]] = [
        (months[2], {"status": "not_tracked"}),
        (months[3], {"value": 1, "note": ILLUSTRATIVE}),
    ]
    stage.figures(visit_id, "accidents", accidents)
    refused = {"status": "refused", "note": "The owner will say at year end."}
    stage.figures(visit_id, "savings", [(months[3], refused)])


def _from_phone(stage: Stage, scene: Scene) -> bytes:
    """As phones send them: one lying on its side with its place inside, one as WebP, the others plain."""
    note = CameraNote(taken_at=stage.clock.now(), location=_CIBUBUR, is_sideways=scene is Scene.PPE)
    data = draw_scene(scene, State.AFTER, seed=seed_of(scene), note=note)
    if scene is not Scene.SIGNS:
        return data
    webp = io.BytesIO()
    with Image.open(io.BytesIO(data)) as picture:
        picture.save(webp, format="WEBP", quality=85, exif=picture.getexif())
    return webp.getvalue()
