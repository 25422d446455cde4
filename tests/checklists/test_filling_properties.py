"""A form kept true answer by answer says what it would say if it were opened anew."""

from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from app.checklists.form import form_of
from app.checklists.judging import judge, judged
from app.checklists.runtime import Filling
from app.checklists.scoring import Verdict
from app.checklists.states import Key
from tests.checklists.forms import afresh, checklist, end, q

TOWNS = {"towns": [{"name": "lima", "land": "pe"}, {"name": "cusco", "land": "pe"}, {"name": "quito", "land": "ec"}]}
EVERYTHING = checklist(
    q("select_one yes_no a", gemba_nc_when="no"),
    q("integer n"),
    q("begin_group g", relevant="${a} = 'yes' or ${in_all} > 20"),
    q("integer b", relevant="${n} > 1", constraint=". > ${n}", gemba_nc_when=". < ${n}"),
    q("begin_group h", relevant="${b} > 2"),
    q("select_multiple yes_no c", gemba_nc_when="no", required="${b} = 4"),
    q("integer twice", calculation="${b} * 2"),
    end(),
    end(),
    q("integer kept", calculation="${n} + ${b}", trigger="${a}"),
    q("integer after_kept", calculation="${kept} + 1"),
    q("text land"),
    q("select_one towns town", choice_filter="land = ${land}", readonly="${n} = 3"),
    q("begin_repeat lines", relevant="${n} != 7"),
    q("integer x", default="2"),
    q("select_one yes_no ok", gemba_nc_when="no", relevant="${x} > 1 and position(..) < 3"),
    q("begin_repeat people", repeat_count="${x}"),
    q("integer age", gemba_nc_when=". < ${x}"),
    q("integer here", calculation="count(${people}) + ${x}"),
    q("text told", calculation="concat(${land}, ${x}, ${age})", trigger="${age}"),
    end("repeat"),
    q("integer ages", calculation="sum(${age})"),
    end("repeat"),
    q("integer in_all", calculation="sum(${x})"),
    q("integer all_ages", calculation="sum(${ages})"),
    q("begin_repeat days", repeat_count="count(${lines}) + ${n}"),
    q("integer hours", relevant="${in_all} > 3"),
    q("begin_repeat breaks"),
    q("text why", required="${hours} > 2"),
    end("repeat"),
    end("repeat"),
    q("text fourth", calculation="join(' ', ${hours})", relevant="count(${days}) > 1"),
    choices=TOWNS,
)
answers = st.sampled_from(["", "0", "1", "2", "3", "4", "7", "yes", "no", "na", "yes no", "pe", "lima", "x"])
steps = st.lists(
    st.one_of(
        st.tuples(st.just("answer"), st.integers(0, 1000), answers),
        st.tuples(st.just("add"), st.sampled_from(["lines", "breaks"]), st.integers(0, 1000)),
        st.tuples(st.just("remove"), st.sampled_from(["lines", "breaks"]), st.integers(0, 1000)),
    ),
    max_size=25,
)


def said(filling):
    """Whatever there is to say of it. An empty round beyond those that are counted says nothing."""
    return [one for one in filling.states() if one.is_visible or one.answer], [
        sorted(filling.rounds(name)) for name, group in filling.layout.groups.items() if group.is_repeat
    ]


def take(filling, step, new_id):
    match step:
        case ("answer", place, text):
            keys = [key for key in list(filling.keys()) if not filling.layout.items[key.name].calculation]
            return filling.answer(keys[place % len(keys)], text)
        case ("add", repeat, place):
            outer = [""] if repeat == "lines" else filling.rounds("days")
            if outer:
                within = outer[place % len(outer)]
                return filling.add_round(repeat, f"{within}/r{new_id:03}".strip("/"))
        case ("remove", repeat, place):
            rounds = filling.rounds(repeat)
            if rounds:
                return filling.remove_round(repeat, rounds[place % len(rounds)])
    return frozenset()


@given(steps)
def test_kept_true_step_by_step_it_is_as_if_made_anew(steps):
    filling, ids = Filling(form_of(EVERYTHING), {}), count()
    for step in steps:
        before = {one.key: one for one in filling.states()}
        may_have_changed = take(filling, step, next(ids))
        after = {one.key: one for one in filling.states()}
        assert {key for key, one in after.items() if one != before.get(key)} <= may_have_changed | {
            key for key in after if not (after[key].is_visible or after[key].answer)
        }
    again = afresh(filling)
    assert said(again) == said(filling)
    assert again.completeness() == filling.completeness()
    assert judged(again) == judged(filling)


@given(steps)
def test_a_state_that_nobody_asked_for_meanwhile_is_the_same(steps):
    filling, ids = Filling(form_of(EVERYTHING), {}), count()
    for step in steps:
        take(filling, step, next(ids))
    assert said(filling) == said(afresh(filling))


CONDITIONS = ["", "${{{0}}} > 2", "${{{0}}} = ''", "${{{0}}} < ${{{1}}}", "not(${{{0}}} = 1 or ${{{1}}} = 2)"]
SUMS = ["", "", "${{{0}}} + 1", "coalesce(${{{0}}}, ${{{1}}})", "if(${{{0}}} > 2, ${{{1}}}, '')"]


@st.composite
def small_forms(draw):
    """Items that read only items made before them, and stand in any order."""
    made = [{"name": "i0"}, {"name": "i1"}]
    for n in range(2, draw(st.integers(3, 9))):
        one, other = (f"i{draw(st.integers(0, n - 1))}" for _ in range(2))
        columns = {"relevant": CONDITIONS, "calculation": SUMS, "constraint": CONDITIONS, "required": CONDITIONS}
        made.append(
            {"name": f"i{n}"} | {name: draw(st.sampled_from(of)).format(one, other) for name, of in columns.items()}
        )
    shuffled = draw(st.permutations(made))
    return checklist(*[q(f"integer {one.pop('name')}", gemba_nc_when=". > 2", **one) for one in map(dict, shuffled)])


@given(small_forms(), st.lists(st.tuples(st.integers(0, 8), st.sampled_from(["", "0", "1", "2", "3", "x"]))))
def test_any_small_form_is_kept_true(form, given_answers):
    filling = Filling(form_of(form), {})
    for place, text in given_answers:
        item = form.items[place % len(form.items)]
        if not item.calculation:
            filling.answer(Key(item.id), text)
    assert list(afresh(filling).states()) == list(filling.states())


@given(st.dictionaries(st.sampled_from([item.id for item in EVERYTHING.items]), answers))
def test_what_is_hidden_counts_nowhere(given_answers):
    filling = Filling(form_of(EVERYTHING), {Key(name): text for name, text in given_answers.items()})
    result = judge(EVERYTHING, given_answers)
    shown = {one.key for one in filling.states() if one.is_visible}
    assert {Key(one.item.id, one.round) for one in result.judged} <= shown
    # Nor does it matter what a hidden item was answered.
    others = {name: text for name, text in given_answers.items() if Key(name) in shown}
    assert judge(EVERYTHING, others).total == result.total


@given(small_forms(), st.dictionaries(st.sampled_from([f"i{n}" for n in range(9)]), answers))
def test_counts_are_those_of_what_is_shown(form, given_answers):
    filling = Filling(form_of(form), {Key(name): text for name, text in given_answers.items()})
    verdicts = [one.verdict for one in filling.states() if one.is_visible]
    total = judged(filling).total
    assert (total.met, total.findings) == (verdicts.count(Verdict.MET), verdicts.count(Verdict.FINDING))
    assert total.unanswered + total.not_applicable + total.assessed == len(verdicts)
