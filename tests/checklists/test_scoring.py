"""Verdicts, counts and comparison."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.checklists.items import AnswerKind, Checklist, Choice, Item, Section, Words
from app.checklists.judging import judge
from app.checklists.scoring import Trend, Verdict, compare, verdict

YES_NO_NA = tuple(Choice(name, Words()) for name in ("yes", "no", "na"))


def item(item_id, *, nc_when="no", **changes):
    return Item(item_id, Words(), AnswerKind.CHOICE, choices=YES_NO_NA, nc_when=tuple(nc_when.split()), **changes)


A = item("a", weight=3, is_critical=True)
B = item("b")
C = item("c", nc_when="yes")
INFORMS = Item("count", Words(), AnswerKind.INTEGER)
CHECKLIST = Checklist(
    "fire", "Fire", "1", ("en",), (Section("one", Words(), (A, B)), Section("two", Words(), (C, INFORMS)))
)
answers = st.dictionaries(
    st.sampled_from(["a", "b", "c", "count", "gone"]), st.sampled_from(["yes", "no", "na", "partly", "", None])
)


@pytest.mark.parametrize(
    ("asked", "value", "expected"),
    [
        (A, "yes", Verdict.MET),
        (A, "no", Verdict.FINDING),
        (C, "yes", Verdict.FINDING),
        (C, "no", Verdict.MET),
        (A, "na", Verdict.NOT_APPLICABLE),
        (C, "na", Verdict.NOT_APPLICABLE),
        (A, None, Verdict.NOT_ASSESSED),
        (A, "", Verdict.NOT_ASSESSED),
        (A, "of a newer form", Verdict.NOT_ASSESSED),
        (INFORMS, "7", None),
    ],
)
def test_verdict(asked, value, expected):
    assert verdict(asked, value) is expected


def test_counts_by_section_and_in_all():
    result = judge(CHECKLIST, {"a": "yes", "b": "no", "c": "na", "count": "7"})
    first, second = (section.score for section in result.sections)
    assert (first.met, first.findings, first.share, first.weighted_share) == (1, 1, 0.5, 0.75)
    assert (second.not_applicable, second.share, second.weighted_share) == (1, None, None)
    assert (result.total.met, result.total.findings, result.total.not_applicable) == (1, 1, 1)


def test_findings_and_the_critical_among_them():
    result = judge(CHECKLIST, {"a": "no", "b": "no", "c": "no"})
    assert result.findings == (A, B)
    assert result.critical_findings == (A,)


def test_an_empty_form_has_no_share():
    result = judge(CHECKLIST, {})
    assert (result.total.unanswered, result.total.share) == (3, None)


def test_what_weighs_nothing_has_no_weighted_share():
    light = replace(CHECKLIST, sections=(Section("one", Words(), (replace(B, weight=0.0),)),))
    total = judge(light, {"b": "yes"}).total
    assert (total.share, total.weighted_share) == (1.0, None)


def test_what_got_worse_comes_first_and_the_critical_before_the_rest():
    before = judge(CHECKLIST, {"a": "yes", "b": "yes", "c": "yes"})
    after = judge(CHECKLIST, {"a": "no", "b": "no", "c": "no"})
    assert [(one.item.id, one.trend) for one in compare(before, after)] == [
        ("a", Trend.WORSE),
        ("b", Trend.WORSE),
        ("c", Trend.BETTER),
    ]


@pytest.mark.parametrize(
    ("before", "after", "trend"),
    [
        ("yes", "no", Trend.WORSE),
        ("no", "yes", Trend.BETTER),
        ("no", "no", Trend.SAME),
        ("yes", "yes", Trend.SAME),
        ("na", "no", Trend.NOT_COMPARABLE),
        ("yes", "na", Trend.NOT_COMPARABLE),
        (None, "yes", Trend.NOT_COMPARABLE),
        ("yes", None, Trend.NOT_COMPARABLE),
    ],
)
def test_only_assessed_answers_compare(before, after, trend):
    found = compare(judge(CHECKLIST, {"a": before}), judge(CHECKLIST, {"a": after}))
    assert {one.item.id: one.trend for one in found}["a"] is trend


def test_each_version_is_judged_by_its_own_rules():
    # The newer form asks the question the other way round, so "yes" was good and "no" is.
    turned = replace(CHECKLIST, version="2", sections=(Section("one", Words(), (replace(A, nc_when=("yes",)),)),))
    assert compare(judge(CHECKLIST, {"a": "yes"}), judge(turned, {"a": "no"}))[0].trend is Trend.SAME


def test_an_item_that_is_new_has_nothing_to_compare_with():
    newer = replace(CHECKLIST, sections=(Section("one", Words(), (item("new"),)),))
    found = compare(judge(CHECKLIST, {"a": "yes"}), judge(newer, {"new": "yes"}))
    assert [(one.item.id, one.trend) for one in found] == [("new", Trend.NOT_COMPARABLE)]


@given(answers)
def test_counts_add_up(given_answers):
    result = judge(CHECKLIST, given_answers)
    total = result.total
    assert total.met + total.findings + total.not_applicable + total.unanswered == len(result.judged) == 3
    for count in ("met", "findings", "not_applicable", "unanswered", "met_weight", "assessed_weight"):
        assert getattr(total, count) == sum(getattr(section.score, count) for section in result.sections)


@given(answers)
def test_shares_are_shares(given_answers):
    total = judge(CHECKLIST, given_answers).total
    for share in (total.share, total.weighted_share):
        assert (share is None) == (total.assessed == 0)
        assert share is None or 0 <= share <= 1


@given(answers, st.sampled_from(["a", "b", "c"]))
def test_not_applicable_counts_as_if_it_had_not_been_asked(given_answers, item_id):
    without = {key: value for key, value in given_answers.items() if key != item_id}
    left_out, not_applicable = judge(CHECKLIST, without).total, judge(CHECKLIST, without | {item_id: "na"}).total
    assert left_out.share == not_applicable.share
    assert left_out.weighted_share == not_applicable.weighted_share


@given(answers, answers)
def test_every_item_is_compared_once_and_backwards_turns_the_trend_round(earlier, later):
    before, after = judge(CHECKLIST, earlier), judge(CHECKLIST, later)
    there = {one.item.id: one.trend for one in compare(before, after)}
    back = {one.item.id: one.trend for one in compare(after, before)}
    turned = {Trend.WORSE: Trend.BETTER, Trend.BETTER: Trend.WORSE}
    assert sorted(there) == ["a", "b", "c"]
    assert back == {key: turned.get(trend, trend) for key, trend in there.items()}
