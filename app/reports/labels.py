"""Words for the codes of the records, as reports print them. A code that a newer program brings is printed itself."""

from collections.abc import Mapping
from types import MappingProxyType

from app.i18n import N_, Language
from app.models.improvements import ImprovementStatus
from app.models.visits import Visit, VisitKind

Labels = Mapping[str, str]

VISIT_KINDS: Labels = MappingProxyType(
    {
        VisitKind.INTAKE: N_("Intake visit"),
        VisitKind.FOLLOW_UP: N_("Follow-up visit"),
        VisitKind.YEAR_AFTER: N_("Visit after one year"),
        VisitKind.ASSESSMENT: N_("Assessment visit"),
        VisitKind.ADVISORY: N_("Advisory visit"),
        VisitKind.FEEDBACK_MEETING: N_("Feedback meeting"),
    }
)
_NUMBERED_VISITS: Labels = MappingProxyType(
    {
        VisitKind.INTAKE: N_("Intake visit {number}"),
        VisitKind.FOLLOW_UP: N_("Follow-up visit {number}"),
        VisitKind.YEAR_AFTER: N_("Visit {number} after one year"),
        VisitKind.ASSESSMENT: N_("Assessment visit {number}"),
        VisitKind.ADVISORY: N_("Advisory visit {number}"),
        VisitKind.FEEDBACK_MEETING: N_("Feedback meeting {number}"),
    }
)
PROGRAMMES: Labels = MappingProxyType(
    {"score": N_("SCORE Training"), "better_work": N_("Better Work"), "simapro": N_("SIMAPRO")}
)
STATUSES: Labels = MappingProxyType(
    {
        ImprovementStatus.PROPOSED: N_("Proposed"),
        ImprovementStatus.AGREED: N_("Agreed"),
        ImprovementStatus.IN_PROGRESS: N_("In progress"),
        ImprovementStatus.DONE: N_("Done"),
        ImprovementStatus.DROPPED: N_("Dropped"),
    }
)
ROLES: Labels = MappingProxyType(
    {
        "manager": N_("Manager"),
        "worker": N_("Worker"),
        "worker_representative": N_("Workers' representative"),
        "other": N_("Other"),
    }
)
SEXES: Labels = MappingProxyType(
    {"woman": N_("Woman"), "man": N_("Man"), "other": N_("Other"), "not_said": N_("Not said")}
)
NO_NUMBER: Labels = MappingProxyType(
    {"not_tracked": N_("not tracked"), "refused": N_("refused"), "not_applicable": N_("not applicable")}
)
SOURCES: Labels = MappingProxyType(
    {"record": N_("Company record"), "estimate": N_("Estimate"), "observed": N_("Observed")}
)
EVIDENCE: Labels = MappingProxyType(
    {
        "observation": N_("observation"),
        "documents": N_("documents"),
        "workers": N_("workers"),
        "representatives": N_("workers' representatives"),
        "management": N_("management"),
        "photo": N_("photo"),
    }
)
NOT_ASSESSED: Labels = MappingProxyType(
    {
        "no_access": N_("no access"),
        "no_time": N_("no time"),
        "refused": N_("refused"),
        "not_in_scope": N_("not in scope"),
        "other": N_("another reason"),
    }
)
NO_REASON = N_("no reason given")


def label(labels: Labels, code: str, language: Language) -> str:
    """Empty for an empty code, the code itself for one that is not known."""
    return language._(labels[code]) if code in labels else code


def visit_words(visit: Visit, language: Language) -> str:
    """The kind of the visit, with its number where it has one: `Follow-up visit 2`."""
    if visit.number is None:
        return label(VISIT_KINDS, visit.kind, language)
    number = language.number(visit.number)
    if visit.kind not in _NUMBERED_VISITS:
        return f"{visit.kind} {number}".strip()
    return language._(_NUMBERED_VISITS[visit.kind]).format(number=number)


def joined(parts: list[str]) -> str:
    """Parts of one line, those that are not empty."""
    return " \N{MIDDLE DOT} ".join(part for part in parts if part)
