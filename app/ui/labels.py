"""Codes in the words of the window: one table for all pages."""

from datetime import date, datetime

from babel.dates import format_time

from app.checklists.scoring import Trend, Verdict
from app.i18n import N_, _, ngettext, window_language
from app.models.ids import on_the_wall
from app.models.improvements import Improvement, ImprovementStatus
from app.models.visits import Visit, VisitKind, VisitStatus

_KINDS = {
    VisitKind.INTAKE: N_("Intake visit"),
    VisitKind.FOLLOW_UP: N_("Follow-up visit"),
    VisitKind.YEAR_AFTER: N_("Year-after visit"),
    VisitKind.ASSESSMENT: N_("Assessment"),
    VisitKind.ADVISORY: N_("Advisory visit"),
    VisitKind.FEEDBACK_MEETING: N_("Feedback meeting"),
}
_STATUSES = {
    VisitStatus.DRAFT: N_("Draft"),
    VisitStatus.FINISHED: N_("Finished"),
    VisitStatus.SUBMITTED: N_("Submitted"),
    VisitStatus.RETURNED: N_("Returned"),
    VisitStatus.APPROVED: N_("Approved"),
}
_IMPROVEMENTS = {
    ImprovementStatus.PROPOSED: N_("Proposed"),
    ImprovementStatus.AGREED: N_("Agreed"),
    ImprovementStatus.IN_PROGRESS: N_("In progress"),
    ImprovementStatus.DONE: N_("Done"),
    ImprovementStatus.DROPPED: N_("Dropped"),
}
PROGRAMMES = {"score": N_("SCORE"), "better_work": N_("Better Work"), "simapro": N_("SIMAPRO")}
MODES = {"on_site": N_("In the factory"), "hybrid": N_("Partly from afar"), "remote": N_("From afar")}
PRIORITIES = {"low": N_("Low"), "normal": N_("Normal"), "high": N_("High")}
BASES = {"estimated": N_("Estimated"), "measured": N_("Measured")}
CONSENTS = {
    "given": N_("People agreed"),
    "not_needed": N_("Nobody can be recognised"),
    "refused": N_("People did not agree"),
    "unknown": N_("Not known"),
}
SEXES = {"woman": N_("Woman"), "man": N_("Man"), "other": N_("Other"), "not_said": N_("Not said")}
PARTICIPANT_ROLES = {"manager": N_("Manager"), "worker": N_("Worker"), "other": N_("Other")}
MET_ROLES = {
    "manager": N_("Manager"),
    "worker": N_("Worker"),
    "worker_representative": N_("Workers' representative"),
    "other": N_("Other"),
}
USER_ROLES = {
    "trainer": N_("Trainer"),
    "expert": N_("Expert trainer"),
    "me_officer": N_("M&E officer"),
    "head_office": N_("Head office"),
    "admin": N_("Administrator"),
}
MOMENTS = {"baseline": N_("Baseline"), "interim": N_("Interim"), "end_line": N_("End line")}
VERDICTS = {
    Verdict.MET: N_("Met"),
    Verdict.FINDING: N_("Finding"),
    Verdict.NOT_APPLICABLE: N_("Not applicable"),
    Verdict.NOT_ASSESSED: N_("No answer"),
    None: N_("Not asked"),
}
COMPLIANT = {True: N_("Compliant"), False: N_("Not compliant"), None: N_("Not assessed")}
TRENDS = {
    Trend.WORSE: N_("Worse"),
    Trend.BETTER: N_("Better"),
    Trend.SAME: N_("The same"),
    Trend.NOT_COMPARABLE: N_("Not comparable"),
}
NO_NUMBER = {"not_tracked": N_("Not tracked"), "refused": N_("Refused"), "not_applicable": N_("Not applicable")}
SOURCES = {"record": N_("Company record"), "estimate": N_("Estimate"), "observed": N_("Observed")}


def options(table: dict[str, str]) -> list[tuple[str, str]]:
    """(code, words) of a table above, in its order, in the window's language."""
    return [(str(code), _(words)) for code, words in table.items()]


def kind_words(kind: VisitKind) -> str:
    return _(_KINDS[kind])


def kinds() -> list[tuple[str, str]]:
    return [(str(code), _(words)) for code, words in _KINDS.items()]


def status_words(status: VisitStatus) -> str:
    return _(_STATUSES[status])


def improvement_words(status: ImprovementStatus) -> str:
    return _(_IMPROVEMENTS[status])


def improvement_statuses() -> list[tuple[str, str]]:
    return [(str(code), _(words)) for code, words in _IMPROVEMENTS.items()]


def visit_title(visit: Visit) -> str:
    """`Follow-up visit 2: Occupational Safety and Health`."""
    if visit.number and visit.module:
        words = _("{kind} {number}: {module}")
    elif visit.number:
        words = _("{kind} {number}")
    else:
        words = _("{kind}: {module}") if visit.module else "{kind}"
    return words.format(
        kind=kind_words(visit.kind), number=visit.number, module=_(visit.module) if visit.module else ""
    )


def near_day(day: date, today: date) -> str:
    """Today, tomorrow, yesterday, the weekday within a week, else the day."""
    distance = (day - today).days
    near = {0: _("Today"), 1: _("Tomorrow"), -1: _("Yesterday")}
    if distance in near:
        return near[distance]
    if 0 < distance < 7:
        return window_language().weekday(day)
    return window_language().short_day(day)


def near_moment(at: datetime, today: date) -> str:
    """`Yesterday, 14:32`, by the clock on the wall."""
    local = on_the_wall(at)
    time = format_time(local, format="short", locale=window_language().locale)
    return _("{day}, {time}").format(day=near_day(local.date(), today), time=time)


def due_words(improvement: Improvement, today: date) -> str:
    """`4 days overdue`, `due Dec 15, 2026`, or that no day was set."""
    late = improvement.days_overdue(today)
    if late:
        return ngettext("{n} day overdue", "{n} days overdue", late).format(n=late)
    if improvement.due_on is None:
        return _("no due date")
    return _("due {day}").format(day=window_language().short_day(improvement.due_on))
