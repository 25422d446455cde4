"""Better Work's compliance points and their rates."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.checklists.compliance import (
    Assessed,
    assessed,
    balanced_panel,
    factory_rate,
    latest,
    of_cycle,
    point_rates,
    point_results,
    question_rates,
)
from app.checklists.judging import judge
from tests.checklists.forms import checklist, end, q


def asked(name, point, **cells):
    return q(f"select_one yes_no {name}", gemba_compliance_point=point, **{"gemba_nc_when": "no"} | cells)


FORM = checklist(
    asked("exits", "os.8"),
    asked("drills", "os.8", gemba_weight="5"),
    asked("blocked", "os.8", gemba_nc_when="yes"),
    asked("drills_held", "os.8", gemba_nc_when="", label="Only informs"),
    q("integer age", gemba_compliance_point="cl.1", gemba_nc_when=". < 15"),
    asked("wage", "co.1", gemba_mapping_id="bw.wage"),
    asked("wage_of_trainees", "co.1", gemba_mapping_id="bw.wage"),
    asked("elsewhere", "", gemba_mapping_id="bw.other"),
    q("begin_group dormitory", relevant="${exits} = 'yes'"),
    asked("beds", "os.7"),
    end(),
)


def as_assessed(answers, **changes):
    place = {"enterprise_id": "f", "cycle": 1, "day": date(2026, 1, 1), "extent": "full"} | changes
    return assessed(judge(FORM, answers), **place)


def visit(factory, cycle, findings, *, extent="full", day=None):
    keyed = {tuple(key.split()): is_finding for key, is_finding in findings.items()}
    return Assessed(factory, cycle, day or date(2020 + cycle, 1, 1), extent, keyed)


@pytest.mark.parametrize(
    ("answers", "compliant"),
    [
        ({}, {"os.8": None, "cl.1": None, "co.1": None}),
        ({"exits": "yes", "age": "18"}, {"os.8": True, "cl.1": True, "co.1": None, "os.7": None}),
        ({"exits": "no", "drills": "yes", "blocked": "no"}, {"os.8": False, "cl.1": None, "co.1": None}),
        ({"drills": "yes", "blocked": "yes"}, {"os.8": False, "cl.1": None, "co.1": None}),
        ({"drills_held": "no", "age": "14"}, {"os.8": None, "cl.1": False, "co.1": None}),
        ({"wage": "na", "wage_of_trainees": "no"}, {"os.8": None, "cl.1": None, "co.1": False}),
    ],
)
def test_one_finding_among_its_counted_questions_makes_a_point_non_compliant(answers, compliant):
    found = point_results(judge(FORM, answers))
    assert {point: one.is_compliant for point, one in found.items()} == compliant


def test_a_point_names_what_was_assessed_and_found():
    found = point_results(judge(FORM, {"exits": "no", "drills": "yes", "blocked": "na"}))["os.8"]
    assert ([one.id for one in found.assessed], [one.id for one in found.findings]) == (["exits", "drills"], ["exits"])


def test_questions_that_inform_or_were_not_assessed_are_not_in_the_assessment():
    found = as_assessed({"exits": "yes", "drills": "na", "drills_held": "no", "elsewhere": "no"})
    assert found.findings == {("os.8", "exits"): False}


@pytest.mark.parametrize(
    ("first", "second", "is_finding"), [("no", "yes", True), ("yes", "no", True), ("yes", "yes", 0)]
)
def test_two_items_that_ask_the_same_question_are_one_question(first, second, is_finding):
    found = as_assessed({"wage": first, "wage_of_trainees": second})
    assert found.findings == {("co.1", "bw.wage"): bool(is_finding)}
    assert found.points() == {"co.1": bool(is_finding)}


def test_the_rate_of_one_factory_is_over_its_assessed_points():
    rate = factory_rate(as_assessed({"exits": "no", "drills": "no", "age": "18", "wage": "na"}))
    assert (rate.count, rate.of, rate.share) == (1, 2, 0.5)
    assert factory_rate(as_assessed({})).share is None


VISITS = [
    visit("a", 1, {"os.8 x": True}),
    visit("a", 2, {"os.8 x": False}),
    visit("b", 1, {"os.8 x": True, "cl.2 y": False, "cl.3 z": True}),
    visit("b", 2, {"os.8 x": True}, extent="partial"),
    visit("b", 3, {"os.8 x": False}),
    visit("c", 2, {"os.8 x": True}),
]


def rates(assessments, **changes):
    return {point: (one.count, one.of) for point, one in point_rates(assessments, **changes).items()}


def test_the_latest_full_assessment_of_each_factory():
    found = latest(VISITS)
    assert {(one.enterprise_id, one.cycle) for one in found} == {("a", 2), ("b", 3), ("c", 2)}
    assert rates(found) == {"os.8": (1, 3)}


def test_the_latest_between_two_days_both_included():
    found = latest(VISITS, since=date(2021, 1, 1), until=date(2022, 1, 1))
    assert {(one.enterprise_id, one.cycle) for one in found} == {("a", 2), ("b", 1), ("c", 2)}


def test_a_chosen_cycle():
    assert {one.enterprise_id for one in of_cycle(VISITS, 2)} == {"a", "c"}
    assert rates(of_cycle(VISITS, 1)) == {"os.8": (2, 2), "cl.2": (1, 1)}


def test_the_balanced_panel_has_the_factories_with_every_cycle():
    panel = balanced_panel(VISITS, 2)
    assert [[(one.enterprise_id, one.cycle) for one in cycle] for cycle in panel] == [[("a", 1)], [("a", 2)]]
    assert balanced_panel(VISITS, 0) == []
    assert balanced_panel(VISITS, 3) == [[], [], []]


def test_a_partial_assessment_never_enters():
    partial = visit("p", 1, {"os.8 x": True}, extent="partial")
    for population in (latest([partial]), of_cycle([partial], 1), [partial]):
        assert (point_rates(population), question_rates(population)) == ({}, {})
    assert balanced_panel([partial], 1) == [[]]


def test_an_assessment_entered_twice_counts_once():
    assert rates(latest([*VISITS, *VISITS])) == rates(latest(VISITS))
    assert rates(of_cycle([*VISITS, *VISITS], 1)) == rates(of_cycle(VISITS, 1))
    assert balanced_panel([*VISITS, *VISITS], 2) == balanced_panel(VISITS, 2)


def test_hazardous_work_counts_as_one_point_unless_told_otherwise():
    assert rates(of_cycle(VISITS, 1), merged={}) == {"os.8": (2, 2), "cl.2": (0, 1), "cl.3": (1, 1)}


def test_a_question_under_two_points_is_one_question():
    found = question_rates([visit("a", 1, {"os.8 x": True, "os.7 x": False}), visit("b", 1, {"os.8 x": False})])
    assert {question: (one.count, one.of) for question, one in found.items()} == {"x": (1, 2)}


POINTS = ["cl.1", "cl.2", "cl.3", "os.8"]
assessments = st.lists(
    st.builds(
        Assessed,
        st.sampled_from("abcd"),
        st.integers(1, 3),
        st.integers(0, 400).map(lambda days: date(2025, 1, 1) + timedelta(days)),
        st.sampled_from(["full", "full", "partial"]),
        st.dictionaries(st.tuples(st.sampled_from(POINTS), st.sampled_from("xyz")), st.booleans(), max_size=6),
    ),
    max_size=12,
    unique_by=lambda one: (one.enterprise_id, one.day),
)


def naive_point_rate(population, point):
    """As Better Work's script has it: the findings of a point added up, by assessment."""
    rows = [
        (number, "cl.2" if at == "cl.3" else at, finding)
        for number, one in enumerate(population)
        for (at, _question), finding in one.findings.items()
    ]
    sums = {}
    for number, at, finding in rows:
        if at == point:
            sums[number] = sums.get(number, 0) + finding
    return sum(1 for added in sums.values() if added > 0), len(sums)


@given(assessments)
def test_point_rates_are_those_of_a_naive_count(given_assessments):
    for population in (
        latest(given_assessments),
        of_cycle(given_assessments, 1),
        *balanced_panel(given_assessments, 2),
    ):
        found = rates(population)
        naive = {point: naive_point_rate(population, point) for point in ("cl.1", "cl.2", "os.8")}
        assert found == {point: rate for point, rate in naive.items() if rate[1]}


@given(assessments)
def test_populations_are_those_of_a_naive_choice(given_assessments):
    full = [one for one in given_assessments if one.extent == "full"]
    newest = {one.enterprise_id: one.day for one in sorted(full, key=lambda one: one.day)}
    assert {one.enterprise_id: one.day for one in latest(given_assessments)} == newest
    cycles = [{one.enterprise_id for one in full if one.cycle == cycle} for cycle in (1, 2)]
    for cycle, found in enumerate(balanced_panel(given_assessments, 2), start=1):
        assert [one.enterprise_id for one in found] == sorted(cycles[0] & cycles[1])
        assert {one.cycle for one in found} <= {cycle}


@given(assessments)
def test_the_order_of_the_assessments_does_not_matter(given_assessments):
    backwards = given_assessments[::-1]
    assert rates(latest(backwards)) == rates(latest(given_assessments))
    assert question_rates(backwards) == question_rates(given_assessments)
    for rate in point_rates(latest(given_assessments)).values():
        assert 0 <= rate.share <= 1


@given(assessments)
def test_a_finding_everywhere_is_a_rate_of_one(given_assessments):
    population = latest(given_assessments)
    worse = [
        Assessed(one.enterprise_id, one.cycle, one.day, one.extent, dict.fromkeys(one.findings, True))
        for one in population
    ]
    for point, (count, of) in rates(population).items():
        assert rates(worse)[point] == (of, of)
        assert count <= of
