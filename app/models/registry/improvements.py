"""Improvements: what was agreed, by whom, until when, and what came of it."""

from app.i18n import N_
from app.models.registry.field import Merge, Table
from app.models.registry.places import currency
from app.models.registry.shorthand import choice, day, instant, link, money, note, parent, text

IMPROVEMENT_STATUSES = "proposed agreed in_progress done dropped"

IMPROVEMENT = Table(
    "improvement",
    N_("Improvement"),
    N_("A change agreed with the enterprise."),
    (
        parent("enterprise_id", "enterprise", N_("Enterprise"), N_("Where.")),
        link("visit_id", "visit", N_("Visit"), N_("The visit it was agreed on.")),
        link("area_id", "area", N_("Area"), N_("Which line or room.")),
        choice(
            "origin",
            N_("Comes from"),
            N_("How it came up."),
            "answer committee suggestion feedback_meeting visit other",
        ),
        link("answer_id", "answer", N_("Finding"), N_("The answer it mends.")),
        link("committee_id", "committee", N_("Committee"), N_("Which committee proposed it.")),
        note("what", N_("What"), N_("What will be changed."), required=True, searched=True),
        note("root_cause", N_("Root cause"), N_("Why it is as it is.")),
        text("category", N_("Category"), N_("Code of the category list.")),
        choice(
            "type",
            N_("Type"),
            N_("For the programme's statistics."),
            "production working_conditions wellbeing environment recognition quality training",
        ),
        choice("priority", N_("Priority"), N_("How soon."), "low normal high"),
        text("responsible", N_("Responsible"), N_("Position of the person in charge."), required=True, searched=True),
        day("due_on", N_("Due"), N_("Until when."), required=True),
        money("cost", N_("Cost"), N_("One-off cost."), "currency", low=0),
        choice("cost_basis", N_("Cost is"), N_("How it was found out."), "estimated measured"),
        money("saving", N_("Yearly saving"), N_("What it saves in a year."), "currency"),
        choice("saving_basis", N_("Saving is"), N_("How it was found out."), "estimated measured"),
        currency(),
        choice("status", N_("Status"), N_("What the enterprise says."), IMPROVEMENT_STATUSES, required=True),
        day("done_on", N_("Done on"), N_("When it was finished.")),
        link("verified_by", "user", N_("Verified by"), N_("The advisor who saw it."), merge=Merge.ASK),
        day("verified_on", N_("Verified on"), N_("When it was seen."), merge=Merge.ASK),
        text("compliance_point", N_("Compliance point"), N_("Which one it mends.")),
        text("indicator", N_("Indicator"), N_("Key of the figure it should move.")),
        note("public_response", N_("Public response"), N_("What the factory says where findings are published.")),
        note("effect", N_("Effect"), N_("What changed, in words."), searched=True),
    ),
    atomic=(("verified_by", "verified_on"), ("cost", "cost_basis"), ("saving", "saving_basis")),
)
IMPROVEMENT_EVENT = Table(
    "improvement_event",
    N_("Improvement event"),
    N_("One step in an improvement's life, in words."),
    (
        parent("improvement_id", "improvement", N_("Improvement"), N_("Which one.")),
        link("visit_id", "visit", N_("Visit"), N_("On which visit it was told.")),
        instant("at", N_("When"), N_("When it was told."), required=True),
        choice("status", N_("Status"), N_("The status after it."), IMPROVEMENT_STATUSES),
        note("words", N_("What happened"), N_("In words.")),
        link("author_id", "user", N_("Author"), N_("Who wrote it.")),
    ),
)

TABLES = (IMPROVEMENT, IMPROVEMENT_EVENT)
