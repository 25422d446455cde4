"""What the workspace says about a visit in its header, its tabs and its banner."""

from app.fieldwork.workspace import Workspace
from app.i18n import _, ngettext, window_language
from app.models.ids import on_the_wall
from app.models.visits import Visit, VisitStatus
from app.ui.labels import PROGRAMMES


def second_line(workspace: Workspace) -> str:
    """`Nov 24, 2026 · Cibubur, Indonesia · 200 workers · SCORE · Trainer`; what nobody knows is left out."""
    language = window_language()
    country = str(language.locale.territories.get(workspace.country, workspace.country))
    parts = [language.short_day(workspace.visit.day)]
    if workspace.city and country:
        parts.append(_("{city}, {country}").format(city=workspace.city, country=country))
    else:
        parts.append(workspace.city or country)
    if workspace.workers:
        words = ngettext("{n} worker", "{n} workers", workspace.workers)
        parts.append(words.format(n=language.number(workspace.workers)))
    parts += [_(PROGRAMMES.get(workspace.programme, "")) if workspace.programme else "", workspace.visit.trainer]
    return " · ".join(part for part in parts if part)


def tab_count(tab: str, workspace: Workspace) -> str:
    """What the tab counts; empty for a tab that counts nothing."""
    counts, number = workspace.counts, window_language().number
    if tab == "checklists":
        done = {"done": number(counts.answered), "all": number(counts.asked)}
        return _("{done}/{all}").format(**done) if counts.asked else ""
    found = {
        "attendance": counts.attended,
        "photos": counts.photos,
        "indicators": counts.indicators,
        "improvements": counts.improvements,
    }
    return number(found[tab]) if tab in found else ""


def finished_words(visit: Visit) -> str:
    if visit.status is VisitStatus.APPROVED:
        words = _("This visit was finished on {day} and is approved. Reopen it to change something.")
    else:
        words = _("This visit was finished on {day}. Reopen it to change something.")
    at = on_the_wall(visit.finished_at).date() if visit.finished_at else visit.day
    return words.format(day=window_language().short_day(at))
