"""A checklist at an enterprise over the visits: sections, items and compliance points."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.checklists.items import AnswerKind, Checklist, Choice, Item, Section, Words
from app.checklists.judging import judge
from app.checklists.scoring import Trend, Verdict
from app.errors import NotFound
from app.fieldwork.answers import answer_item, begin_assessment, checklist_of
from app.fieldwork.catalogues import newest_checklist_id
from app.fieldwork.comparison import Occasion, checklists_held, compare_times, compare_visits
from app.fieldwork.finish import finish_visit
from app.fieldwork.plan import write_visit
from app.fieldwork.records import bin_record, set_record
from tests.factories import VISIT_DAY, make_enterprise, make_person_met, make_visit

M, F, NA, OPEN = Verdict.MET, Verdict.FINDING, Verdict.NOT_APPLICABLE, Verdict.NOT_ASSESSED
YES_NO_NA = tuple(Choice(name, Words()) for name in ("yes", "no", "na"))


def item(item_id, **changes):
    return Item(item_id, Words(), AnswerKind.CHOICE, choices=YES_NO_NA, nc_when=("no",), **changes)


A, B, C = item("a", compliance_point="p.1"), item("b", compliance_point="p.1"), item("c", compliance_point="p.2")
D = item("d", is_critical=True)
FORM = Checklist("fire", "Fire", "1", ("en",), (Section("one", Words(), (A, B)), Section("two", Words(), (C, D))))
WITHOUT_D = replace(FORM, version="0", sections=(FORM.sections[0], Section("two", Words(), (C,))))
answers = st.fixed_dictionaries({}, optional={name: st.sampled_from(["yes", "no", "na"]) for name in "abcd"})
occasions = st.builds(dict, is_full=st.booleans(), is_closed=st.booleans())


def compared(*times, form=FORM):
    """Each time: the answers as `a=yes b=no`, and what is not usual of the occasion."""
    made = []
    for number, (text, changes) in enumerate(times):
        given_ = dict(pair.split("=") for pair in text.split())
        made.append((occasion(number, **changes), judge(changes.get("form", form), given_)))
    return compare_times(made)


def occasion(number, **changes):
    facts = {name: value for name, value in changes.items() if name != "form"}
    return Occasion(f"a{number}", f"v{number}", date(2024, 1, 1) + timedelta(days=number), "interim", "1", **facts)


def trends(found):
    return {one.item.id: one.trend for one in found.items}


@pytest.mark.parametrize(
    ("times", "trend", "changed"),
    [
        ("yes yes", Trend.SAME, False),
        ("yes no", Trend.WORSE, True),
        ("no yes", Trend.BETTER, True),
        ("yes no yes", Trend.SAME, True),
        ("no na yes", Trend.BETTER, True),
        ("na yes", Trend.NOT_COMPARABLE, False),
        ("yes", Trend.NOT_COMPARABLE, False),
        ("no yes na", Trend.BETTER, True),
    ],
)
def test_an_item_moves_from_the_first_time_it_could_be_told_to_the_last(times, trend, changed):
    found = compared(*[(f"a={value}", {}) for value in times.split()])
    history = next(one for one in found.items if one.item.id == "a")
    assert (history.trend, history.has_changed) == (trend, changed)


def test_what_got_worse_comes_first_and_what_cannot_be_compared_last():
    found = compared(("a=yes b=no c=yes d=yes", {}), ("a=no b=yes c=yes d=no", {}))
    assert [one.item.id for one in found.items] == ["d", "a", "b", "c"]
    assert [one.section.id for one in found.sections] == ["two", "one"]
    assert [(one.shares, one.change) for one in found.sections] == [((1.0, 0.5), -0.5), ((0.5, 0.5), 0.0)]
    assert (found.total.shares, found.total.change) == ((0.75, 0.5), -0.25)
    never = compared(("a=yes b=yes c=na d=na", {}), ("a=yes b=no c=yes d=yes", {}))
    assert [(one.section.id, one.change) for one in never.sections] == [("one", -0.5), ("two", None)]


def test_a_compliance_point_is_met_when_all_that_was_assessed_is():
    found = compared(("a=yes b=yes c=na", {}), ("a=yes b=no c=yes", {}))
    assert [(one.point, one.compliant, one.trend) for one in found.points] == [
        ("p.1", (True, False), Trend.WORSE),
        ("p.2", (None, True), Trend.NOT_COMPARABLE),
    ]


@pytest.mark.parametrize("unrated", [{"is_full": False}, {"is_closed": False}])
def test_a_partial_or_open_time_is_shown_and_in_no_share(unrated):
    found = compared(("a=yes b=yes", {}), ("a=no", unrated), ("a=yes b=no", {}))
    one = next(section for section in found.sections if section.section.id == "one")
    assert (one.shares, one.change) == ((1.0, None, 0.5), -0.5)
    assert one.scores[1].findings == 1
    history = {item.item.id: item for item in found.items}
    assert (history["a"].verdicts, history["a"].has_changed) == ((M, F, M), True)
    assert history["b"].verdicts == (M, None if "is_full" in unrated else OPEN, F)


def test_each_time_is_judged_by_its_own_version_and_what_it_did_not_have_was_not_asked():
    found = compared(("a=yes c=no", {"form": WITHOUT_D}), ("a=yes c=yes d=no", {}))
    history = {one.item.id: one for one in found.items}
    assert history["d"].verdicts == (None, F)
    assert trends(found)["c"] is Trend.BETTER
    gone = compared(("d=no", {}), ("d=yes", {}), ("a=yes", {"form": WITHOUT_D}))
    assert (history_of(gone, "d").verdicts, history_of(gone, "d").trend) == ((F, M, None), Trend.BETTER)


def history_of(found, item_id):
    return next(one for one in found.items if one.item.id == item_id)


@given(st.lists(st.tuples(answers, occasions), min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_whatever_was_answered(times, chance):
    made = [(occasion(number, **facts), judge(FORM, given_)) for number, (given_, facts) in enumerate(times)]
    found = compare_times(made)
    chance.shuffle(made)
    assert compare_times(made) == found
    assert [one.day for one in found.occasions] == sorted(one.day for one in found.occasions)
    assert {one.item.id for one in found.items} == set("abcd")
    for rows in (found.items, found.points):
        order = [list(Trend).index(one.trend) for one in rows]
        assert order == sorted(order)
    for section in (found.total, *found.sections):
        assert len(section.shares) == len(times)
        assert all(
            share is None for one, share in zip(found.occasions, section.shares, strict=True) if not one.is_rated
        )
        assert section.change is None or -1 <= section.change <= 1
    changes = [one.change for one in found.sections]
    comparable = [change for change in changes if change is not None]
    assert changes == sorted(comparable) + [None] * (len(changes) - len(comparable))


@given(st.lists(answers, min_size=2, max_size=2))
def test_turned_round_in_time_better_is_worse(times):
    there = compare_times([(occasion(n), judge(FORM, one)) for n, one in enumerate(times)])
    back = compare_times([(occasion(n), judge(FORM, one)) for n, one in enumerate(reversed(times))])
    turned = {Trend.WORSE: Trend.BETTER, Trend.BETTER: Trend.WORSE}
    assert trends(back) == {name: turned.get(trend, trend) for name, trend in trends(there).items()}


def assess(db, by, visit_id, key, answered, **changes):
    facts = {"moment": "interim"} | changes
    assessment_id = begin_assessment(db, by, visit_id, newest_checklist_id(db, key), **facts)
    for name, value in answered.items():
        answer_item(db, by, assessment_id, name, value)
    return assessment_id


def test_the_store_is_read_in_the_order_of_the_days(db, by):
    enterprise_id = make_enterprise(db, by)
    later = make_visit(db, by, enterprise_id)
    earlier = make_visit(db, by, enterprise_id, on=VISIT_DAY - timedelta(days=90))
    set_record(db, by, "visit", earlier, {"started_at": "2026-08-26T08:00:00Z"})
    second = assess(db, by, later, "osh", {"policy": "no"}, moment="end_line")
    first = assess(db, by, earlier, "osh", {"policy": "yes"}, moment="baseline")
    other = make_visit(db, by)
    assess(db, by, other, "osh", {"policy": "no"})
    assess(db, by, later, "compliance_points", {"co_1": "nc"}, extent="partial")
    held = checklists_held(db, enterprise_id)
    assert {(one.key, one.count) for one in held} == {("osh", 2), ("compliance_points", 1)}
    assert all(one.newest == VISIT_DAY and one.title for one in held)
    found = compare_visits(db, enterprise_id, "osh")
    assert [(one.assessment_id, one.moment) for one in found.occasions] == [(first, "baseline"), (second, "end_line")]
    assert history_of(found, "policy").verdicts == (M, F)
    points = compare_visits(db, enterprise_id, "compliance_points")
    assert [one.is_full for one in points.occasions] == [False]
    assert next(one for one in points.points if one.point == "co.1").compliant == (False,)


def test_one_that_is_being_filled_in_is_rated_once_all_is_answered_or_the_visit_finished(db, by):
    visit_id = make_visit(db, by)
    enterprise_id = db.conn.execute("SELECT enterprise_id FROM visit").fetchone()[0]
    assessment_id = assess(db, by, visit_id, "osh", {"policy": "yes"})

    def is_rated():
        return compare_visits(db, enterprise_id, "osh").occasions[0].is_rated

    assert not is_rated()
    for one in checklist_of(db, assessment_id).items:
        if one.is_assessed:
            answer_item(db, by, assessment_id, one.id, "yes")
    assert is_rated()
    answer_item(db, by, assessment_id, "policy", None, not_assessed="no_time")
    assert not is_rated()
    make_person_met(db, by, visit_id)
    write_visit(db, by, visit_id, summary="All seen", next_steps="Go on")
    finish_visit(db, by, visit_id)
    assert is_rated()


def test_what_is_in_the_bin_is_nowhere(db, by):
    enterprise_id = make_enterprise(db, by)
    gone, kept = make_visit(db, by, enterprise_id), make_visit(db, by, enterprise_id)
    assess(db, by, gone, "osh", {"policy": "no"})
    held = assess(db, by, kept, "osh", {"policy": "yes"})
    bin_record(db, by, "visit", gone)
    assert [(one.key, one.count) for one in checklists_held(db, enterprise_id)] == [("osh", 1)]
    bin_record(db, by, "assessment", held)
    assert checklists_held(db, enterprise_id) == []
    with pytest.raises(NotFound):
        compare_visits(db, enterprise_id, "osh")


def test_zero_tolerance_is_in_no_history(db, by):
    visit_id = make_visit(db, by)
    enterprise_id = db.conn.execute("SELECT enterprise_id FROM visit").fetchone()[0]
    assess(db, by, visit_id, "better_work", {"total_workers": "90", "youngest_age": "11"})
    found = compare_visits(db, enterprise_id, "better_work")
    assert {one.item.zero_tolerance for one in found.items} == {""}
    assert not [one for one in found.points for there in one.results if there and there.findings]
