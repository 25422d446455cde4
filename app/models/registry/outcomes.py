"""Reports that were issued, and incidents that take their own path."""

from app.i18n import N_
from app.models.registry.field import Kind, Merge, Sensitivity, Table
from app.models.registry.shorthand import choice, flag, instant, link, note, of_kind, parent, sha256, text, whole

REPORT = Table(
    "report",
    N_("Report"),
    N_("A report as it was issued."),
    (
        parent("enterprise_id", "enterprise", N_("Enterprise"), N_("About whom.")),
        link("visit_id", "visit", N_("Visit"), N_("About which visit, if one.")),
        of_kind(Kind.PERIOD, "period", N_("Period"), N_("About which period, if one.")),
        text("template", N_("Template"), N_("Name and version of the template."), required=True),
        of_kind(Kind.LANGUAGE, "language", N_("Language"), N_("Of the report."), required=True),
        whole("revision", N_("Revision"), N_("1, 2, 3."), low=1),
        sha256("content_sha256", N_("Content hash"), N_("Of what the report says; people sign this."), required=True),
        sha256("pdf_sha256", N_("File hash"), N_("Of the PDF, kept in photos.db."), required=True),
        flag("is_redacted", N_("Redacted"), N_("Confidential parts were left out.")),
        instant("issued_at", N_("Issued"), N_("When."), required=True),
    ),
    atomic=(("content_sha256", "pdf_sha256", "revision"),),
)
INCIDENT = Table(
    "incident",
    N_("Incident"),
    N_("A suspected zero-tolerance case. Never in a factory's report nor in a workbook."),
    (
        parent("enterprise_id", "enterprise", N_("Enterprise"), N_("Where.")),
        link("visit_id", "visit", N_("Visit"), N_("On which visit it was found.")),
        link("answer_id", "answer", N_("Answer"), N_("The answer that brought it up.")),
        choice(
            "kind",
            N_("Kind"),
            N_("What is suspected."),
            "child_labour forced_labour violence retaliation imminent_danger",
            required=True,
        ),
        instant("found_at", N_("Found"), N_("When."), required=True),
        instant("report_by", N_("Report by"), N_("The protocol's deadline.")),
        note("what", N_("What"), N_("What was seen and heard, without names."), required=True, merge=Merge.APPEND),
        choice("status", N_("Status"), N_("How far it has come."), "open reported closed", merge=Merge.ASK),
        text("told_to", N_("Told to"), N_("Which office was told.")),
        instant("told_at", N_("Told"), N_("When the office was told.")),
    ),
    Sensitivity.RESTRICTED,
)

TABLES = (REPORT, INCIDENT)
