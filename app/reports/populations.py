"""Which assessments a rate is over, and what it leaves out, in words: said wherever a rate is shown."""

from datetime import date

from app.checklists.compliance import Population, Rate
from app.fieldwork.rates import Asked, ComplianceRates, Group, PointRate
from app.i18n import N_, Language
from app.models.catalogue import load_clusters, load_compliance_points

_NAMES = {point.id: point.name for point in load_compliance_points()}
_CLUSTERS = {point.id: cluster.name for cluster in load_clusters() for point in cluster.points}
NOTE = N_(
    "A compliance point is not met when at least one of its questions is not. The rate says nothing of how grave"
    " that is or how many workers it touches. Questions of the zero tolerance protocol, partial assessments, open"
    " visits and enterprises that left are in no rate."
)


def population_words(rates: ComplianceRates, language: Language) -> str:
    """`The newest full assessment of each enterprise: 24 enterprises, Mar 2024 to Nov 2026.`"""
    n = rates.groups[-1].enterprises
    counted = language.ngettext("{n} enterprise", "{n} enterprises", n).format(n=language.number(n))
    span = _span([day for group in rates.groups for day in (group.first, group.last) if day], language)
    words = language._("{population}: {n}, {span}.") if span else language._("{population}: {n}.")
    narrowed = _narrowed(rates.asked, language)
    return words.format(population=", ".join([_population(rates, language), *narrowed]), n=counted, span=span)


def group_words(group: Group, language: Language) -> str:
    """A heading: the cycle and its n; the n alone where there is one group."""
    n = language.number(group.enterprises)
    if group.cycle is None:
        return language._("Not met (n = {n})").format(n=n)
    return language._("Cycle {cycle} (n = {n})").format(cycle=group.cycle, n=n)


def point_words(rate: PointRate, language: Language) -> str:
    """The point, with those that are counted with it."""
    names = [language._(_NAMES.get(point, point)) for point in (rate.point, *rate.merged)]
    if len(names) == 1:
        return names[0]
    return language._("{point}, with {others}").format(point=names[0], others=", ".join(names[1:]))


def name_of_point(point: str, language: Language) -> str:
    return language._(_NAMES.get(point, point))


def cluster_of_point(point: str, language: Language) -> str:
    """Empty for a point that the programme does not have."""
    return language._(_CLUSTERS[point]) if point in _CLUSTERS else ""


def rate_words(rate: Rate | None, language: Language) -> str:
    """`62 %, 15 of 24`: never a share without its n."""
    if rate is None or rate.share is None:
        return language._("not assessed")
    words = language._("{percent} %, {count} of {n}")
    return words.format(
        percent=language.number(rate.share * 100), count=language.number(rate.count), n=language.number(rate.of)
    )


def _population(rates: ComplianceRates, language: Language) -> str:
    match rates.population:
        case Population.LATEST:
            return language._("The newest full assessment of each enterprise")
        case Population.CYCLE:
            return language._("The full assessment of each enterprise in cycle {cycle}").format(
                cycle=rates.groups[0].cycle
            )
        case Population.BALANCED_PANEL:
            return language._("Enterprises with a full assessment in each of the cycles 1 to {cycle}").format(
                cycle=rates.groups[-1].cycle
            )


def _narrowed(asked: Asked, language: Language) -> list[str]:
    words = []
    if asked.country:
        words.append(language.locale.territories.get(asked.country, asked.country))
    if asked.since:
        words.append(language._("since {day}").format(day=language.short_day(asked.since)))
    if asked.until:
        words.append(language._("until {day}").format(day=language.short_day(asked.until)))
    return words


def _span(days: list[date], language: Language) -> str:
    if not days:
        return ""
    first, last = language.month(min(days)), language.month(max(days))
    return first if first == last else language._("{first} to {last}").format(first=first, last=last)
