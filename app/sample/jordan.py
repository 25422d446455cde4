"""A garment factory in Jordan (Better Work), unnamed by the publication: eleven compliance points, year by year.

The publication shows the points and the yearly visits and gives no numbers: every verdict here is illustrative.
"""

from datetime import time, timedelta

from app.fieldwork.catalogues import programme_id
from app.fieldwork.plan import describe_enterprise, meet, register_enterprise
from app.models.visits import VisitKind
from app.sample.scene import ILLUSTRATIVE, Stage

# Compliance point: in which of four cycles it was non-compliant (n) or not (-).
_BY_CYCLE = {
    "co_1": "n---",
    "co_2": "nn--",
    "co_6": "n---",
    "co_5": "nnn-",
    "hr_4": "n-n-",
    "hr_1": "nn--",
    "os_8": "nnnn",
    "os_5": "nnn-",
    "os_1": "nn--",
    "os_3": "nnnn",
    "wt_1": "nnn-",
}
_CYCLES = 4


def prepare(stage: Stage) -> None:
    db, by = stage.db, stage.by
    stage.go_to(stage.ago(365 * _CYCLES + 30), time(9, 30))
    enterprise_id = register_enterprise(
        db,
        by,
        "Garment factory in Jordan (not named)",
        country="JO",
        sector="Garments",
        market="export",
        country_programme_id=programme_id("better_work", "JO"),
        report_language="ar",
        products="Knitted garments",
        notes=f"All verdicts: {ILLUSTRATIVE}",
    )
    describe_enterprise(db, by, enterprise_id, stage.ago(400), workers=1_150, source="estimate")
    for cycle in range(_CYCLES):
        on = stage.ago(365 * (_CYCLES - cycle) - 20)
        visit_id = stage.visit(
            enterprise_id, VisitKind.ASSESSMENT, on, cycle=cycle + 1, mode="on_site", is_unannounced=True
        )
        meet(db, by, visit_id, "Compliance manager", role="manager", sex="not_said", met_in="opening")
        meet(db, by, visit_id, "Workers interviewed", role="worker", sex="not_said", count=34, met_in="interview")
        verdicts = {point: "nc" if cycles[cycle] == "n" else "ok" for point, cycles in _BY_CYCLE.items()}
        moment = "baseline" if cycle == 0 else "interim"
        stage.assess(visit_id, "compliance_points", moment, verdicts, extent="partial")
        found = sum(verdict == "nc" for verdict in verdicts.values())
        stage.close(
            visit_id,
            purpose="Yearly assessment.",
            next_visit_on=on + timedelta(days=365),
            summary=f"{found} of the {len(verdicts)} compliance points shown are non-compliant. {ILLUSTRATIVE}",
            next_steps="The committee makes the improvement plan within thirty days.",
        )
