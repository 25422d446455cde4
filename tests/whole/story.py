"""What is entered by hand, in the order of the sample: intake, first follow-up, and the day that is played."""

from datetime import timedelta

from app.sample.pictures import Scene
from app.sample.scene import ILLUSTRATIVE, PUBLISHED
from tests.whole.by_hand import (
    AFTERS,
    AGREED,
    EFFECTS,
    FOUND,
    FOUND_AT_INTAKE,
    NOTES,
    PEOPLE,
    PLACES,
    PROMISES,
    TEXTS,
    Figure,
    Trainer,
)

URGENT = {"Priority": "high", "The cost is": "estimated"}
SAFETY = {"About": "safety", "Type": "working_conditions"}
LAMP = "Hang a lamp over the inspection table"
PURPOSE = "See what became of the improvements, assess safety and health again, agree the rest."


def intake(trainer: Trainer) -> None:
    on = trainer.ago(92)
    trainer.plan("intake", on, purpose="Baseline before the safety module.")
    trainer.start(on)
    trainer.met([("Owner", "manager", "man", 1, "opening"),
                 ("Production workers", "worker", "woman", 3, "walk_through")])  # fmt: skip
    trainer.assess("baseline", FOUND_AT_INTAKE)
    due = trainer.day - timedelta(days=14)
    for item, (what, responsible, _cost) in PROMISES.items():
        trainer.improve(item, what, responsible, due)
    for what, _responsible, cost in PROMISES.values():
        trainer.detail(what, choices=SAFETY | URGENT, texts={"Cost, once (IDR)": str(cost // 100)})
    trainer.take_photos(*(f"{scene}-before.jpg" for scene in PLACES))
    for scene, (item, place) in PLACES.items():
        trainer.mark_before(f"{scene}-before.jpg", place, PROMISES[item][0])
    trainer.enter(Figure("defect", 3, "500/10000", {"source": "record", "note": PUBLISHED}, "baseline"))
    trainer.sum_up(
        {
            "summary": "Open spraying, little protective equipment, hardly any signs."
            " The owner wants the buyer's A rank.",
            "next_steps": "Build spray cubicles; buy protective equipment; post signs; clear the exit in packing.",
        },
        trainer.ago(56),
    )
    trainer.finish()


def first_follow_up(trainer: Trainer) -> None:
    on = trainer.ago(56)
    trainer.plan("follow_up", on, number=1, purpose="Help the improvement team with the first actions.")
    trainer.start(on)
    trainer.met([("Production head", "manager", "man", 1, "opening")])
    groups = {("man", "manager"): 2, ("woman", "worker"): 5, ("man", "worker"): 6}
    trainer.train("Protective equipment: choose, wear, keep", 90, groups)
    trainer.follow("in_progress", PROMISES["signs_posted"][0], PROMISES["chem_spraying"][0])
    trainer.enter(
        Figure("defect", 2, "410/10000", {"source": "record", "note": ILLUSTRATIVE}),
        Figure("accidents", 2, "not_tracked", {}),
    )
    trainer.sum_up(
        {
            "summary": "The team meets every week. Two of the four actions are under way.",
            "next_steps": "Finish cubicles and signs; start an accident register; invite workers to the drill.",
        },
        trainer.day,
    )
    trainer.finish()


def the_day(trainer: Trainer) -> None:
    trainer.plan("follow_up", trainer.day, number=2, purpose=PURPOSE)
    trainer.start(trainer.day)
    trainer.met(PEOPLE)
    groups = {("woman", "manager"): 1, ("man", "manager"): 3, ("woman", "worker"): 6, ("man", "worker"): 8}
    trainer.train("Caring for respirators and filters", 60, groups)
    trainer.assess("end_line", FOUND)
    for item, words in NOTES.items():
        trainer.note(item, words)
    for item, (what, responsible, days) in AGREED.items():
        trainer.improve(item, what, responsible, trainer.day + timedelta(days=days))
    _photos(trainer)
    _plan(trainer)
    _figures(trainer)
    trainer.sum_up(TEXTS, trainer.day + timedelta(days=35))
    trainer.finish()


def _photos(trainer: Trainer) -> None:
    tab = trainer.take_photos(*(f"{scene}-after.jpg" for scene in (*AFTERS, Scene.STORAGE)))
    for scene, what_changed in AFTERS.items():
        trainer.close_pair(f"{scene}-after.jpg", PLACES[scene][1], what_changed)
    trainer.hands.click(tab.filters["all"])
    panel = trainer.at_photo(tab, f"{Scene.STORAGE}-after.jpg")
    trainer.say_nobody_is_seen(panel)
    trainer.hands.write(trainer.hands.text(panel, "Place"), "Store")
    caption = "Shelves labelled by the improvement team, on its own idea."
    trainer.hands.write(trainer.hands.text(panel, "Caption"), caption)
    trainer.hands.settle()


def _plan(trainer: Trainer) -> None:
    for what, _responsible, _days in AGREED.values():
        trainer.detail(what, choices=SAFETY, texts={})
    for item, effect in EFFECTS.items():
        trainer.follow("done", PROMISES[item][0])
        trainer.detail(PROMISES[item][0], choices={}, texts={"Effect": effect})
    trainer.follow("in_progress", PROMISES["exits"][0])
    trainer.detail(PROMISES["exits"][0], choices={}, texts={"Effect": "Cleared, then blocked again."})
    trainer.agree(LAMP)
    trainer.detail(
        LAMP,
        choices={"About": "quality", "Type": "quality", "The cost is": "estimated"},
        texts={"Responsible": "Maintenance", "Cost, once (IDR)": "900,000"},
        due=trainer.day + timedelta(days=10),
    )


def _figures(trainer: Trainer) -> None:
    head = {"source": "record", "told_by": "Production head"}
    trainer.enter(
        Figure("defect", 1, "300/10000", head | {"note": ILLUSTRATIVE}),
        Figure("defect", 0, "200/10000", head | {"note": PUBLISHED}, "end_line"),
    )
    told = {"source": "record", "told_by": "Human resources officer", "note": ILLUSTRATIVE}
    for indicator, denominator, counts in (
        ("absenteeism", 4_400, (172, 160, 148, 131)),
        ("turnover", 200, (9, 8, 6, 5)),
    ):
        for back, count in zip((3, 2, 1, 0), counts, strict=True):
            role = "baseline" if back == 3 else "monthly"
            trainer.enter(Figure(indicator, back, f"{count}/{denominator}", told, role))
    trainer.enter(
        Figure("accidents", 1, "not_tracked", {}),
        Figure("accidents", 0, "1", {"note": ILLUSTRATIVE}),
        Figure("savings", 0, "refused", {"note": "The owner will say at year end."}),
    )
