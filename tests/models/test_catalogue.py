"""The programmes' own catalogues."""

import pytest
from babel.numbers import get_currency_precision, get_territory_currencies

from app.errors import NotFound
from app.indicators.definitions import get_basis
from app.models.catalogue import (
    Evidence,
    Paper,
    Pillar,
    Programme,
    WeekStart,
    get_country,
    get_module,
    load_clusters,
    load_compliance_points,
    load_countries,
    load_improvement_categories,
    load_improvement_types,
    load_modules,
)


def test_the_classic_five_come_first_in_their_order():
    assert [(module.id, module.number) for module in load_modules()[:5]] == [
        ("wpc", 1),
        ("qm", 2),
        ("cp", 3),
        ("hrm", 4),
        ("osh", 5),
    ]
    assert all(module.number is None for module in load_modules()[5:])


def test_only_workplace_cooperation_is_mandatory():
    assert [module.id for module in load_modules() if module.is_mandatory] == ["wpc"]


def test_a_module_keeps_its_former_name():
    assert get_module("cp").former_name == "Clean Production"
    assert get_module("lean").former_name == ""


def test_eight_clusters_hold_39_points():
    assert [cluster.number for cluster in load_clusters()] == list(range(1, 9))
    assert [len(cluster.points) for cluster in load_clusters()] == [4, 4, 4, 5, 7, 4, 8, 3]
    assert len({point.id for point in load_compliance_points()}) == 39
    assert [cluster.is_core for cluster in load_clusters()] == [True] * 4 + [False] * 4


def test_points_carry_their_clusters_id():
    assert all(point.id.startswith(f"{point.cluster_id}.") for point in load_compliance_points())


@pytest.mark.parametrize(
    ("point_id", "evidence"),
    [("os.1", Evidence.SOURCE), ("os.7", Evidence.PROPOSAL), ("wt.1", Evidence.SOURCE), ("co.4", Evidence.PROPOSAL)],
)
def test_names_that_were_not_found_are_marked(point_id, evidence):
    assert {point.id: point.evidence for point in load_compliance_points()}[point_id] is evidence


@pytest.mark.parametrize("country", load_countries(), ids=lambda country: country.code)
def test_each_country_holds_together(country):
    assert country.currency in get_territory_currencies(country.code)
    assert country.minor_digits == get_currency_precision(country.currency)
    assert get_basis(country.injury_basis)
    assert country.programmes
    assert country.languages


def test_countries_of_each_programme():
    of = {programme: {c.code for c in load_countries() if programme in c.programmes} for programme in Programme}
    assert of[Programme.BETTER_WORK] == {"BD", "KH", "HT", "ID", "JO", "LS", "NI", "VN"}
    assert of[Programme.SIMAPRO] == {"CL", "CU", "DO", "SV", "HN", "MX"}
    assert of[Programme.SCORE] == {"BO", "CO", "CN", "GH", "IN", "ID", "PE", "ZA", "VN"}


def test_what_differs_by_country():
    assert {c.code for c in load_countries() if c.paper is Paper.LETTER} == {"MX", "CL", "CO", "SV", "NI"}
    assert {c.code: c.minimum_age for c in load_countries() if c.minimum_age} == {
        "BD": 14, "NI": 14, "HT": 15, "ID": 15, "VN": 15, "JO": 16,
    }  # fmt: skip
    assert get_country("JO").week_start is WeekStart.SUNDAY
    assert get_country("MX").injury_basis == "per_100_workers"


def test_improvements_are_sorted_by_category_and_by_simapro_type():
    assert len({category.id for category in load_improvement_categories()}) == 12
    assert all(category.pillar is None for category in load_improvement_categories())
    assert len({kind.id for kind in load_improvement_types()}) == 7
    assert {kind.pillar for kind in load_improvement_types()} == set(Pillar)


@pytest.mark.parametrize("get", [get_module, get_country])
def test_unknown_keys_are_said_to_be_unknown(get):
    with pytest.raises(NotFound):
        get("nothing")
