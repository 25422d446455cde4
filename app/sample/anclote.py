"""Anclote, a restaurant (SIMAPRO): 34 improvements in 4 months, food waste down 20 %, sales up 80 % as published.

Country, wording and dates of the single improvements are illustrative and say so.
"""

from datetime import time, timedelta

from app.fieldwork.agreement import agree, follow_up
from app.fieldwork.catalogues import programme_id
from app.fieldwork.pictures import add_after, mark_before
from app.fieldwork.plan import describe_enterprise, meet, register_enterprise
from app.fieldwork.sheet import month_before
from app.models.improvements import ImprovementStatus
from app.models.visits import VisitKind
from app.sample.pictures import Scene, State
from app.sample.scene import ILLUSTRATIVE, PUBLISHED, Stage

_IMPROVEMENTS = (
    (
        "wellbeing",
        (
            "Rest corner with shade and water",
            "Lockers for every worker",
            "Rota posted two weeks ahead",
            "Fans in the kitchen",
            "Anti-slip mats at the stoves",
            "Staff meal eaten together at a table",
            "Birthday board",
            "First-aid box filled and signed for",
            "Shoes for the dish wash",
            "Suggestions read out every Monday",
            "Break times kept by a bell",
        ),
    ),
    (
        "recognition",
        (
            "Tips shared by a written rule",
            "Worker of the month chosen by the team",
            "Bonus for a month without waste above target",
            "Certificates on the wall",
            "Wage slips explained one by one",
        ),
    ),
    (
        "environment",
        (
            "Food waste weighed every night",
            "Bins apart for compost and glass",
            "Smaller first servings of rice, more on wish",
            "Peelings to the pig farm",
            "Taps with aerators",
            "Lights off list at closing",
            "Oil collected for the recycler",
        ),
    ),
    (
        "quality",
        (
            "Recipe cards with weights",
            "Fish bought by the day's bookings",
            "Date labels on every container",
            "Tasting before service",
            "Complaints written down and answered",
        ),
    ),
    ("working_conditions", ("Knives kept in a rack", "Gas bottles chained outside", "Extinguisher at the grill door")),
    (
        "training",
        (
            "Self-training guide for waiters",
            "Two cooks teach the others each week",
            "Practice of greeting in two languages",
        ),
    ),
)


def prepare(stage: Stage) -> None:
    db, by = stage.db, stage.by
    stage.go_to(stage.ago(140), time(10, 0))
    enterprise_id = register_enterprise(
        db,
        by,
        "Anclote",
        country="MX",
        country_programme_id=programme_id("simapro", "MX"),
        sector="Restaurant",
        products="Meals",
        market="local",
        report_language="es",
        joined_on=stage.ago(140),
        notes=f"Country: {ILLUSTRATIVE}",
    )
    describe_enterprise(
        db,
        by,
        enterprise_id,
        stage.ago(140),
        women_permanent=9,
        men_permanent=8,
        women_temporary=4,
        men_temporary=3,
        source="estimate",
    )
    visit_id = _start(stage, enterprise_id)
    _end(stage, enterprise_id, visit_id)


def _start(stage: Stage, enterprise_id: str) -> str:
    """The first meeting: all that the marathon of improvements proposed."""
    db, by = stage.db, stage.by
    visit_id = stage.visit(enterprise_id, VisitKind.INTAKE, stage.ago(125), mode="on_site")
    meet(db, by, visit_id, "Owner", role="manager", sex="not_said", met_in="opening")
    meet(db, by, visit_id, "Cooks and waiters", role="worker", sex="not_said", count=12, met_in="group_interview")
    before = stage.photo(visit_id, Scene.KITCHEN, State.BEFORE, place="Kitchen, by the back door")
    mark_before(db, by, before, place="Kitchen, by the back door")
    for number, (kind, whats) in enumerate(_IMPROVEMENTS):
        for what in whats:
            stage.clock.move(minutes=1)
            agree(
                db,
                by,
                visit_id,
                what,
                type=kind,
                responsible="Improvement team",
                origin="suggestion",
                due_on=stage.ago(100 - 15 * number),
                effect=ILLUSTRATIVE,
            )
    waste = {"value": 100.0, "role": "baseline", "note": f"100 stands for the first month. {PUBLISHED}"}
    stage.figures(visit_id, "waste", [(month_before(stage.day, 5), waste)])
    stage.close(
        visit_id,
        purpose="Start of SIMAPRO: baseline, areas, first proposals.",
        summary="34 proposals in six areas.",
        next_steps="Carry out what costs nothing first; weigh food waste every night.",
        next_visit_on=stage.ago(5),
    )
    return visit_id


def _end(stage: Stage, enterprise_id: str, first_visit_id: str) -> None:
    """Four months later: all 34 are done."""
    db, by = stage.db, stage.by
    visit_id = stage.visit(enterprise_id, VisitKind.FEEDBACK_MEETING, stage.ago(5), mode="on_site")
    meet(db, by, visit_id, "Improvement team", role="worker", sex="not_said", count=6, met_in="group_interview")
    for row in list(db.query("SELECT id FROM improvement WHERE visit_id = ? ORDER BY id", [first_visit_id])):
        stage.clock.move(seconds=45)
        follow_up(db, by, row["id"], ImprovementStatus.DONE, visit_id=visit_id)
    pair_id = db.conn.execute("SELECT id FROM photo_pair WHERE enterprise_id = ?", (enterprise_id,)).fetchone()[0]
    after = stage.photo(visit_id, Scene.KITCHEN, State.AFTER, place="Kitchen, by the back door")
    add_after(db, by, pair_id, after, what_changed="Waste is kept apart and weighed every night.")
    values = [
        (month_before(stage.day, back), {"value": value, "note": note, "role": role})
        for back, value, note, role in (
            (4, 96.0, ILLUSTRATIVE, "monthly"),
            (3, 90.0, ILLUSTRATIVE, "monthly"),
            (2, 85.0, ILLUSTRATIVE, "monthly"),
            (1, 80.0, PUBLISHED, "end_line"),
        )
    ]
    stage.figures(visit_id, "waste", values)
    stage.close(
        visit_id,
        purpose="Feedback meeting after four months.",
        summary="34 improvements in four months; food waste is down by 20 % and sales are up by 80 %.",
        next_steps="Weigh on; two new proposals a month.",
        next_visit_on=stage.day + timedelta(days=40),
    )
