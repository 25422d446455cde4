"""`gemba rates`: non-compliance rates by compliance point, over a population that is always named."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from cyclopts import Parameter
from cyclopts.validators import Number

from app.checklists.compliance import Population, Rate
from app.cli.options import Options
from app.errors import Invalid
from app.fieldwork.rates import Asked, ComplianceRates, PointRate, compliance_rates
from app.i18n import _, window_language
from app.reports.populations import NOTE, cluster_of_point, group_words, point_words, population_words, rate_words

_DEFAULTS = Options()
_POPULATIONS = {"latest": Population.LATEST, "cycle": Population.CYCLE, "panel": Population.BALANCED_PANEL}


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class Which:
    """The population, and what it is narrowed to."""

    population: Annotated[
        Literal["latest", "cycle", "panel"],
        Parameter(help="The newest of each enterprise, those of one cycle, or enterprises that are in every cycle."),
    ] = "latest"
    cycle: Annotated[
        int | None, Parameter(validator=Number(gte=1, lte=99), help="Which one, or the last of the panel.")
    ] = None
    country: Annotated[str | None, Parameter(help="ISO 3166 code of two letters.")] = None
    since: Annotated[date | None, Parameter(help="First day.")] = None
    until: Annotated[date | None, Parameter(help="Last day.")] = None


_EVERY = Which()


def rates(key: str, /, *, which: Which = _EVERY, options: Options = _DEFAULTS) -> None:
    """Rates of what is not met, by compliance point of the checklist KEY; which population they are over is said."""
    if which.country is not None and which.country not in window_language().locale.territories:
        raise Invalid("country", "not-a-country", which.country)
    asked = Asked(which.cycle, which.cycle, which.since, which.until, which.country)
    with options.reading() as store:
        found = compliance_rates(store.records, key, _POPULATIONS[which.population], asked)
    options.answer(_facts(found), _lines(found))


def _facts(found: ComplianceRates) -> dict[str, object]:
    language = window_language()
    return {
        "checklist": found.sort.key,
        "population": str(found.population),
        "population_words": population_words(found, language),
        "groups": [
            {"cycle": one.cycle, "enterprises": one.enterprises, "first": one.first, "last": one.last}
            for one in found.groups
        ],
        "points": [_point_facts(one) for one in found.points],
        "note": _(NOTE),
    }


def _point_facts(one: PointRate) -> dict[str, Any]:
    questions = [
        {"id": asked.item.mapping_id or asked.item.id, "rates": [_rate_facts(rate) for rate in asked.rates]}
        for asked in one.questions
    ]
    rates_ = [_rate_facts(rate) for rate in one.rates]
    return {"point": one.point, "merged": list(one.merged), "rates": rates_, "questions": questions}


def _rate_facts(rate: Rate | None) -> dict[str, object] | None:
    return {"not_met": rate.count, "of": rate.of, "share": rate.share} if rate else None


def _lines(found: ComplianceRates) -> Iterator[str]:
    language = window_language()
    yield _("{checklist}: rates of what is not met").format(checklist=found.sort.title)
    yield population_words(found, language)
    if len(found.groups) > 1:
        yield "  " + "; ".join(group_words(group, language) for group in found.groups)
    cluster = ""
    for one in found.points:
        if (now := cluster_of_point(one.point, language)) != cluster:
            cluster = now
            yield cluster
        shares = "; ".join(rate_words(rate, language) for rate in one.rates)
        yield f"  {point_words(one, language)}: {shares}"
    if not found.points:
        yield _("There is no such assessment yet.")
    yield _(NOTE)
