"""Better Work's rates over enterprises: three populations, each named."""

import shutil
from datetime import date, timedelta

import pytest

from app.checklists.compliance import Population, Rate
from app.errors import NotFound
from app.fieldwork.answers import answer_item, begin_assessment, checklist_of, keep_beside
from app.fieldwork.catalogues import newest_checklist_id
from app.fieldwork.finish import finish_visit, gaps_of_visit
from app.fieldwork.gaps import GapKind
from app.fieldwork.identity import ensure_user
from app.fieldwork.plan import write_visit
from app.fieldwork.rates import Asked, compliance_rates, sorts_with_points, yearly_numbers
from app.fieldwork.records import set_record
from app.i18n import language
from app.models.database import connect
from app.models.ids import FixedClock
from app.reports.populations import point_words, population_words, rate_words
from tests.conftest import GATE
from tests.factories import make_enterprise, make_person_met, make_visit

FORM = "compliance_points"
JAN = date(2024, 1, 10)


def assess(db, by, enterprise_id, day, findings="", *, extent="full", is_finished=True, **visit):
    """A yearly assessment in which all is met but `findings`."""
    visit_id = make_visit(db, by, enterprise_id, on=day, **visit)
    set_record(db, by, "visit", visit_id, {"started_at": f"{day}T08:00:00Z"})
    made = begin_assessment(db, by, visit_id, newest_checklist_id(db, FORM), moment="interim", extent=extent)
    for one in checklist_of(db, made).items:
        answer_item(db, by, made, one.id, "nc" if one.id in findings.split() else "ok")
    if is_finished:
        make_person_met(db, by, visit_id)
        write_visit(db, by, visit_id, summary="All seen", next_steps="Go on")
        finish_visit(db, by, visit_id)
    return visit_id


def rates(db, population=Population.LATEST, **asked):
    return compliance_rates(db, FORM, population, Asked(**asked))


def of(found, point):
    return next(one.rates for one in found.points if one.point == point)


@pytest.fixture(scope="module")
def three_store(filled_store, tmp_path_factory):
    """A store with three enterprises over three years; the last has only the first year and is not in Peru."""
    path = tmp_path_factory.mktemp("three") / "records.db"
    shutil.copyfile(filled_store, path)
    db = connect(path, None)
    by = ensure_user(db, FixedClock(GATE), name="Trainer", role="trainer")
    ids = [make_enterprise(db, by, name) for name in ("Nova", "Andina", "Textiles")]
    set_record(db, by, "enterprise", ids[2], {"country": "KH"})
    for enterprise_id, years in zip(ids, (("co_1", "co_1", ""), ("co_1", "", "co_1"), ("",)), strict=True):
        for year, findings in enumerate(years):
            assess(db, by, enterprise_id, JAN + timedelta(days=360 * year), findings)
    db.close()
    return path, ids


@pytest.fixture
def three(three_store, tmp_path):
    """The ids of the three; `db` is the store with them."""
    shutil.copyfile(three_store[0], tmp_path / "records.db")
    return three_store[1]


@pytest.fixture
def db(request, filled_store, tmp_path):
    if "three" in request.fixturenames:
        request.getfixturevalue("three")
    else:
        shutil.copyfile(filled_store, tmp_path / "records.db")
    db = connect(tmp_path / "records.db", None)
    yield db
    db.close()


@pytest.mark.parametrize(
    ("times", "numbers"),
    [
        ([], []),
        ([(0, None), (365, None), (700, None)], [1, 2, 3]),
        ([(0, None), (30, None), (365, None)], [1, 1, 2]),
        ([(0, 3), (365, None)], [3, 4]),
        ([(0, None), (100, None), (200, None)], [1, 1, 2]),
        ([(0, None), (365, 2), (400, None)], [1, 2, 2]),
    ],
)
def test_a_yearly_assessment_has_the_number_its_visit_says_or_the_next(times, numbers):
    assert yearly_numbers([(JAN + timedelta(days=day), said) for day, said in times]) == numbers


def test_the_newest_of_each_enterprise(db, three):
    found = rates(db)
    assert of(found, "co.1") == (Rate(1, 3),)
    assert of(found, "os.1") == (Rate(0, 3),)
    assert found.cycles == (1, 2, 3)
    assert population_words(found, language("en")) == (
        "The newest full assessment of each enterprise: 3 enterprises, Jan 2024 to Dec 2025."
    )
    assert of(rates(db, until=JAN), "co.1") == (Rate(2, 3),)
    assert of(rates(db, country="PE"), "co.1") == (Rate(1, 2),)


def test_one_cycle(db, three):
    assert of(rates(db, Population.CYCLE, cycle=1), "co.1") == (Rate(2, 3),)
    newest = rates(db, Population.CYCLE)
    assert (newest.groups[0].cycle, of(newest, "co.1")) == (3, (Rate(1, 2),))
    assert rates(db, Population.CYCLE, cycle=9).points == ()


def test_a_panel_has_the_same_enterprises_in_every_cycle(db, three):
    found = rates(db, Population.BALANCED_PANEL)
    assert [(one.cycle, one.enterprises) for one in found.groups] == [(1, 2), (2, 2), (3, 2)]
    assert of(found, "co.1") == (Rate(2, 2), Rate(1, 2), Rate(1, 2))
    assert population_words(found, language("en")) == (
        "Enterprises with a full assessment in each of the cycles 1 to 3: 2 enterprises, Jan 2024 to Dec 2025."
    )
    assert of(rates(db, Population.BALANCED_PANEL, cycles=1), "co.1") == (Rate(2, 3),)


def test_points_stand_in_the_order_of_the_clusters_with_their_questions(db, three):
    found = rates(db)
    points = [one.point for one in found.points]
    assert (points[0], points[-1]) == ("cl.1", "wt.3")
    assert "cl.3" not in points
    hazardous = next(one for one in found.points if one.point == "cl.2")
    assert point_words(hazardous, language("en")) == "Unconditional Worst Forms, with Hazardous Work"
    assert [(one.item.id, one.rates) for one in hazardous.questions] == [
        ("cl_2", (Rate(0, 3),)),
        ("cl_3", (Rate(0, 3),)),
    ]
    assert rate_words(of(found, "co.1")[0], language("en")) == "33 %, 1 of 3"


@pytest.mark.parametrize("status", ["left", "closed"])
def test_an_enterprise_that_left_is_dropped(db, by, three, status):
    set_record(db, by, "enterprise", three[1], {"status": status})
    assert of(rates(db), "co.1") == (Rate(0, 2),)


def test_partial_assessments_and_open_visits_are_in_no_rate(db, by):
    enterprise_id = make_enterprise(db, by)
    assess(db, by, enterprise_id, JAN, extent="partial")
    assert sorts_with_points(db) == []
    assess(db, by, enterprise_id, JAN + timedelta(days=40), is_finished=False)
    assert [one.key for one in sorts_with_points(db)] == [FORM]
    assert rates(db).groups[0].enterprises == 0
    assess(db, by, enterprise_id, JAN + timedelta(days=80), "co_1")
    assert of(rates(db), "co.1") == (Rate(1, 1),)


def test_an_unknown_checklist_is_not_found(db):
    with pytest.raises(NotFound):
        compliance_rates(db, "nope", Population.LATEST)


def test_zero_tolerance_is_in_no_rate(db, by):
    visit_id = make_visit(db, by)
    made = begin_assessment(db, by, visit_id, newest_checklist_id(db, "better_work"), moment="interim")
    for name, value in {"total_workers": "90", "youngest_age": "11"}.items():
        answer_item(db, by, made, name, value)
    for gap in gaps_of_visit(db, visit_id):
        if gap.kind is GapKind.UNANSWERED:
            keep_beside(db, by, made, gap.field, not_assessed="no_time")
    make_person_met(db, by, visit_id)
    write_visit(db, by, visit_id, summary="All seen", next_steps="Go on")
    finish_visit(db, by, visit_id)
    found = compliance_rates(db, "better_work", Population.LATEST)
    asked = [question.item for point in found.points for question in point.questions]
    assert (found.groups[0].enterprises, [one.id for one in asked if one.zero_tolerance]) == (1, [])
    assert not [rate for point in found.points for rate in point.rates if rate and rate.count]
