"""Checklists and what was answered to them."""

from app.i18n import N_
from app.models.registry.field import Kind, Merge, Sensitivity, Table
from app.models.registry.shorthand import (
    choice,
    choices,
    day,
    flag,
    instant,
    json,
    link,
    note,
    of_kind,
    parent,
    sha256,
    text,
)

EVIDENCE = "observation documents workers representatives management photo"

CHECKLIST = Table(
    "checklist",
    N_("Checklist"),
    N_("A version of a checklist, with its whole definition."),
    (
        text("key", N_("Key"), N_("Permanent key and version."), required=True),
        text("title", N_("Title"), N_("Shown in lists."), required=True, searched=True),
        text("version", N_("Version"), N_("As the form states it."), required=True),
        sha256("definition_sha256", N_("Hash"), N_("Of the canonical definition.")),
        json("definition", N_("Definition"), N_("Sections, items and choices.")),
        choices("languages", N_("Languages"), N_("It is written in these."), ""),
        text("country", N_("Country"), N_("ISO 3166 code, or empty for all.")),
        link("module_id", "module", N_("Module"), N_("The module it belongs to, if one.")),
        day("active_from", N_("Offered from"), N_("The first day on which it is offered; empty: at once.")),
        flag("is_retired", N_("Retired"), N_("No longer offered for new visits.")),
    ),
    Sensitivity.PUBLIC,
    natural_key=("key",),
)
ASSESSMENT = Table(
    "assessment",
    N_("Assessment"),
    N_("A checklist filled in on a visit."),
    (
        parent("visit_id", "visit", N_("Visit"), N_("When it was filled in.")),
        parent("checklist_id", "checklist", N_("Checklist"), N_("Which version.")),
        choice("moment", N_("Moment"), N_("What it is compared as."), "baseline interim end_line", required=True),
        choice(
            "extent", N_("Extent"), N_("All items, or some on purpose; partial ones never enter rates."), "full partial"
        ),
        instant("completed_at", N_("Completed"), N_("When the last item was answered.")),
        note("notes", N_("Notes"), N_("On the whole."), merge=Merge.APPEND),
    ),
    natural_key=("visit_id", "checklist_id", "moment"),
)
ANSWER = Table(
    "answer",
    N_("Answer"),
    N_("What was said to one item."),
    (
        parent("assessment_id", "assessment", N_("Assessment"), N_("Which one.")),
        text("item", N_("Item"), N_("Permanent id of the question."), required=True),
        text("repeat_id", N_("Repeat"), N_("Which round of a repeated group; empty outside one.")),
        text("value", N_("Answer"), N_("The raw answer, as the form's code or number.")),
        choice("finding", N_("Finding"), N_("What the rules make of the answer."), "met finding not_applicable"),
        choice(
            "not_assessed",
            N_("Not assessed because"),
            N_("Why there is no answer."),
            "no_access no_time refused not_in_scope other",
        ),
        note("note", N_("Note"), N_("What was seen."), searched=True, merge=Merge.APPEND),
        choices("evidence", N_("Evidence"), N_("How it was found out."), EVIDENCE, merge=Merge.UNION),
        text("override_reason", N_("Reason"), N_("Why a warning was passed over.")),
    ),
    natural_key=("assessment_id", "item", "repeat_id"),
    atomic=(("value", "not_assessed", "finding"),),
)
LEGAL_REFERENCE = Table(
    "legal_reference",
    N_("Legal reference"),
    N_("The law or convention behind a question in a country."),
    (
        text("key", N_("Key"), N_("Permanent key."), required=True),
        text("country", N_("Country"), N_("ISO 3166 code of two letters, or empty for international.")),
        text("item", N_("Item"), N_("Question or compliance point it stands behind.")),
        text("title", N_("Title"), N_("Law and article."), required=True, searched=True),
        note("text", N_("Text"), N_("What it says, shortly.")),
        of_kind(Kind.LANGUAGE, "language", N_("Language"), N_("Of the text.")),
    ),
    Sensitivity.PUBLIC,
    natural_key=("key",),
)

TABLES = (CHECKLIST, ASSESSMENT, ANSWER, LEGAL_REFERENCE)
