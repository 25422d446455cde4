"""Suspicions of zero tolerance in words: what they are about, and their clock."""

from datetime import datetime

from app.fieldwork.incidents import CLOSED, Incident
from app.i18n import N_, _, ngettext, window_language
from app.models.ids import on_the_wall

KINDS = {
    "child_labour": N_("Child labour"),
    "forced_labour": N_("Forced labour"),
    "violence": N_("Violence or harassment"),
    "retaliation": N_("Retaliation"),
    "imminent_danger": N_("Immediate danger"),
}


def clock_words(incident: Incident, now: datetime) -> str:
    """`Tell the office in 47 h 58 min`; who was told, once somebody was."""
    if incident.status == CLOSED:
        return _("Closed")
    if incident.told_at:
        day = window_language().short_day(on_the_wall(incident.told_at).date())
        return _("{who} was told: {day}").format(who=incident.told_to or _("The office"), day=day)
    minutes = int((incident.report_by - now).total_seconds() // 60)
    hours, rest = divmod(abs(minutes), 60)
    if minutes < 0:
        return ngettext("{n} hour late: tell the office now", "{n} hours late: tell the office now", hours).format(
            n=hours
        )
    return _("Tell the office in {hours} h {minutes} min").format(hours=hours, minutes=rest)


def kind_words(kind: str) -> str:
    return _(KINDS[kind]) if kind in KINDS else _("Zero tolerance")
