"""Visits: when, why, whom the trainer met, who signed."""

from app.i18n import N_
from app.models.registry.field import Merge, Sensitivity, Table
from app.models.registry.places import SEXES
from app.models.registry.shorthand import choice, day, flag, instant, json, link, note, parent, sha256, text, whole

VISIT_KINDS = "intake follow_up year_after assessment advisory feedback_meeting"
VISIT_STATUSES = "draft finished submitted returned approved"

VISIT = Table(
    "visit",
    N_("Visit"),
    N_("One visit to an enterprise."),
    (
        parent("enterprise_id", "enterprise", N_("Enterprise"), N_("Where.")),
        choice("kind", N_("Kind"), N_("What sort of visit."), VISIT_KINDS, required=True),
        whole("number", N_("Number"), N_("Of a follow-up visit: 1, 2, 3."), low=1, high=99),
        link("module_id", "module", N_("Module"), N_("The module it follows up, if one.")),
        link("training_id", "training", N_("Training"), N_("The delivery it belongs to, if one.")),
        choice("mode", N_("Mode"), N_("How it is held."), "on_site hybrid remote"),
        link("trainer_id", "user", N_("Trainer"), N_("Who visits.")),
        link("second_trainer_id", "user", N_("Second trainer"), N_("Who comes along.")),
        day("planned_on", N_("Planned for"), N_("The day agreed."), required=True),
        instant("started_at", N_("Started"), N_("When the visit was opened.")),
        instant("finished_at", N_("Finished"), N_("When the trainer finished it; empty again when it is reopened.")),
        choice("status", N_("Status"), N_("How far it has come."), VISIT_STATUSES, required=True, merge=Merge.ASK),
        whole("revision", N_("Revision"), N_("1 at first; one more each time a finished visit is reopened."), low=1),
        note("purpose", N_("Purpose"), N_("Why this visit."), required=True, searched=True),
        note(
            "summary",
            N_("Summary"),
            N_("What improved, what is stuck, what happens next."),
            required=True,
            searched=True,
        ),
        note("advice", N_("Observations and advice"), N_("What the trainer saw and advised."), searched=True),
        note("good_practice", N_("Good practice"), N_("What is worth showing to others."), searched=True),
        note("next_steps", N_("Next steps"), N_("What was agreed until the next visit."), required=True, searched=True),
        day("next_visit_on", N_("Next visit"), N_("The day agreed.")),
        whole("cycle", N_("Cycle"), N_("Yearly visit number of an assessment."), low=1),
        flag("is_unannounced", N_("Unannounced"), N_("The enterprise did not know the day.")),
        note("internal_notes", N_("Internal notes"), N_("Never in a report."), sensitivity=Sensitivity.RESTRICTED),
    ),
    atomic=(("status", "finished_at", "revision"),),
)
VISIT_PERSON = Table(
    "visit_person",
    N_("Person met"),
    N_("People met on a visit: roles and numbers, no names of interviewed workers."),
    (
        parent("visit_id", "visit", N_("Visit"), N_("Which visit.")),
        text("position", N_("Position"), N_("What they do there, such as production head."), required=True),
        choice("role", N_("Role"), N_("For the counts."), "manager worker worker_representative other", required=True),
        choice("sex", N_("Sex"), N_("As stated."), SEXES, required=True),
        whole("count", N_("Number"), N_("How many of them."), low=1, high=10_000),
        choice(
            "met_in", N_("Met in"), N_("On what occasion."), "opening walk_through interview group_interview closing"
        ),
    ),
)
SIGNATURE = Table(
    "signature",
    N_("Signature"),
    N_("Who signed which version of a report."),
    (
        parent("visit_id", "visit", N_("Visit"), N_("Which visit.")),
        choice("side", N_("Side"), N_("For whom."), "trainer management workers", required=True),
        text("position", N_("Position"), N_("Of the person who signed."), required=True),
        json("strokes", N_("Strokes"), N_("The lines drawn, as points with times."), sensitivity=Sensitivity.PERSONAL),
        sha256("content_sha256", N_("What was signed"), N_("Content hash of the report."), required=True),
        instant("signed_at", N_("Signed"), N_("When."), required=True),
    ),
)
REVIEW_COMMENT = Table(
    "review_comment",
    N_("Review comment"),
    N_("What a reviewer asks or says about a visit."),
    (
        parent("visit_id", "visit", N_("Visit"), N_("Which visit.")),
        text("about", N_("About"), N_("Table, row and field it points to; empty for the whole visit.")),
        note("comment", N_("Comment"), N_("In words."), required=True),
        link("author_id", "user", N_("Author"), N_("Who wrote it.")),
        instant("resolved_at", N_("Resolved"), N_("When the trainer dealt with it.")),
    ),
)

TABLES = (VISIT, VISIT_PERSON, SIGNATURE, REVIEW_COMMENT)
