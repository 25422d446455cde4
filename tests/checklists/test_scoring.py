"""Verdicts, counts and comparison."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.checklists.items import AnswerKind, Checklist, Choice, Item, Section, Words
from app.checklists.judging import judge
from app.checklists.scoring import Judged, Trend, Verdict, compare, compare_sections, points_of, result_of, verdict
from app.checklists.states import Key
from tests.checklists.forms import checklist, end, q

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


PARTLY = {
    "partly": [
        {"name": "yes", "label": "Yes"},
        {"name": "partly", "label": "Partly", "gemba_points": "0.5"},
        {"name": "no", "label": "No"},
        {"name": "na", "label": "Not applicable"},
    ]
}
SCALE = {"scale": ["0", "1", "2", "3", "4", "na"]}
ACTION = {"action": ["no", "yes", "priority"]}
AREAS = checklist(
    q("begin_repeat areas"),
    q("select_one scale tidy", gemba_nc_when=". <= 1", gemba_critical="yes"),
    q("select_one scale clean", gemba_nc_when="0 1"),
    end("repeat"),
    choices=SCALE,
)


@pytest.mark.parametrize(
    ("kind", "nc_when", "choices", "expected"),
    [
        ("select_one yes_no", "no", {}, {"yes": ("met", 1), "no": ("finding", 0), "na": ("not_applicable", None)}),
        ("select_one yes_no", "yes", {}, {"yes": ("finding", 0), "no": ("met", 1), "na": ("not_applicable", None)}),
        ("select_one partly", "no", PARTLY, {"yes": ("met", 1), "partly": ("met", 0.5), "no": ("finding", 0)}),
        ("select_one partly", "no partly", PARTLY, {"partly": ("finding", 0.5), "na": ("not_applicable", None)}),
        ("select_one scale", ". <= 1", SCALE, {"0": ("finding", 0), "1": ("finding", 0.25), "2": ("met", 0.5)}),
        ("select_one scale", ". <= 1", SCALE, {"4": ("met", 1), "na": ("not_applicable", None)}),
        ("select_one scale", ". <= 1", SCALE, {"5": ("not_assessed", None), "": ("not_assessed", None)}),
        ("select_one action", "yes priority", ACTION, {"no": ("met", 1), "yes": ("finding", 0)}),
        ("select_one action", "yes priority", ACTION, {"priority": ("finding", 0), "later": ("not_assessed", None)}),
        ("integer", ". < 15", {}, {"14": ("finding", 0), "15": ("met", 1), "x": ("not_assessed", None)}),
        ("decimal", ". > 48", {}, {"48.5": ("finding", 0), "48": ("met", 1), "na": ("not_applicable", None)}),
        ("select_multiple action", "priority", ACTION, {"yes no": ("met", 1), "yes priority": ("finding", 0)}),
        ("select_multiple yes_no", "no", {}, {"yes na": ("not_applicable", None), "yes x": ("not_assessed", None)}),
        ("select_multiple action", "count-selected(.) < 2", ACTION, {"yes": ("finding", 0), "yes no": ("met", 1)}),
    ],
)
def test_verdicts_and_points_of_every_way_to_answer(kind, nc_when, choices, expected):
    form = checklist(q(f"{kind} a", gemba_nc_when=nc_when), choices=choices)
    found = {value: judge(form, {"a": value}).judged[0] for value in expected}
    assert {value: (one.verdict.value, one.points) for value, one in found.items()} == expected


def test_points_count_by_their_weight_and_findings_by_their_number():
    form = checklist(
        q("select_one partly a", gemba_nc_when="no", gemba_weight="3"),
        q("select_one partly b", gemba_nc_when="no"),
        q("select_one partly c", gemba_nc_when="no"),
        q("integer informs"),
        choices=PARTLY,
    )
    total = judge(form, {"a": "partly", "b": "no", "c": "na", "informs": "7"}).total
    assert (total.met, total.findings, total.not_applicable, total.unanswered) == (1, 1, 1, 0)
    assert (total.share, total.weighted_share) == (0.5, 1.5 / 4)


def test_a_point_beyond_full_marks_is_full_marks():
    generous = replace(A, choices=(Choice("yes", Words(), points=3.0), Choice("no", Words(), points=-1.0)))
    assert points_of(generous, "yes", Verdict.MET) == 1.0
    assert points_of(generous, "no", Verdict.FINDING) == 0.0


def test_an_item_of_a_repeat_is_compared_by_its_gravest_round():
    before = judge(AREAS, {Key("tidy", "a").text: "4", Key("tidy", "b").text: "3", Key("clean", "a").text: "na"})
    after = judge(AREAS, {Key("tidy", "a").text: "4", Key("tidy", "b").text: "1", Key("clean", "a").text: "2"})
    assert {one.item.id: one.trend for one in compare(before, after)} == {
        "tidy": Trend.WORSE,
        "clean": Trend.NOT_COMPARABLE,
    }
    assert [one.id for one in after.critical_findings] == ["tidy"]


def test_sections_that_fell_come_first_and_what_cannot_be_compared_last():
    names = ("up", "down", "same", "empty")
    form = checklist(*[row for name in names for row in (q(f"begin_group g_{name}"), _asked(name), end())])
    before = judge(form, {"up": "no", "down": "yes", "same": "yes", "empty": "na"})
    after = judge(form, {"up": "yes", "down": "no", "same": "yes", "empty": "yes"})
    changes = [(one.section.id, one.change) for one in compare_sections(before, after)]
    assert changes == [("g_down", -1.0), ("g_same", 0.0), ("g_up", 1.0), ("g_empty", None)]


def _asked(name):
    return q(f"select_one yes_no {name}", gemba_nc_when="no")


verdicts = st.sampled_from(list(Verdict))
judgements = st.lists(
    st.tuples(verdicts, st.floats(0, 1), st.floats(0, 1_000_000)).map(
        lambda made: Judged(
            replace(A, weight=made[2]), made[0], made[1] if made[0] in (Verdict.MET, Verdict.FINDING) else None
        )
    ),
    max_size=30,
)


def total_of(judged):
    return result_of(CHECKLIST, judged).total


@given(judgements)
def test_shares_of_any_points_and_weights_are_shares(judged):
    for share in (total_of(judged).share, total_of(judged).weighted_share):
        assert share is None or 0 <= share <= 1


@given(judgements, st.randoms())
def test_the_order_of_the_answers_does_not_matter(judged, random):
    shuffled = random.sample(judged, len(judged))
    assert total_of(shuffled) == total_of(judged)


@given(judgements, st.floats(0, 1_000_000))
def test_one_more_finding_never_raises_a_share(judged, weight):
    before = total_of(judged)
    after = total_of([*judged, Judged(replace(A, weight=weight), Verdict.FINDING, 0.0)])
    assert before.share is None or after.share <= before.share
    assert before.weighted_share is None or after.weighted_share <= before.weighted_share


@given(judgements, st.sampled_from([Verdict.NOT_APPLICABLE, Verdict.NOT_ASSESSED]))
def test_what_is_not_assessed_moves_no_share(judged, kind):
    before, after = total_of(judged), total_of([*judged, Judged(A, kind)])
    assert (before.share, before.weighted_share) == (after.share, after.weighted_share)
