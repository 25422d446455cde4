"""Parts of a form that are asked several times: areas of a workplace, people, days."""

import pytest

from app.checklists.judging import judged
from app.checklists.scoring import by_round
from tests.checklists.forms import afresh, end, filling, key_of, q, value, visible

AREAS = [
    q("text site"),
    q("begin_repeat areas"),
    q("text area"),
    q("integer people"),
    q("integer with_boss", calculation="${people} + 1"),
    q("text why", relevant="${people} > 5"),
    q("text label", calculation="concat(${site}, ': ', ${area})"),
    end("repeat"),
    q("integer in_all", calculation="sum(${people})"),
    q("integer how_many", calculation="count(${areas})"),
    q("integer most", calculation="max(${people})"),
    q("text named", calculation="join(', ', ${area})"),
    q("text second", calculation="indexed-repeat(${area}, ${areas}, 2)"),
    q("text small", relevant="count(${areas}) < 2"),
]
COUNTED = [q("integer n"), q("begin_repeat days", repeat_count="${n}"), q("integer hours"), end("repeat")]
NESTED = [
    q("begin_repeat lines"),
    q("text line"),
    q("begin_repeat people"),
    q("integer age"),
    q("text where", calculation="concat(${line}, position(..))"),
    end("repeat"),
    q("integer ages", calculation="sum(${age})"),
    end("repeat"),
    q("integer all_ages", calculation="sum(${age})"),
]


def values(found, *names):
    return [value(found, name) for name in names]


def changed(keys):
    return {f"{key.name}@{key.round}".rstrip("@") for key in keys}


def test_a_form_without_rounds_shows_what_is_outside():
    found = filling(*AREAS)
    assert visible(found) == ["site", "in_all", "how_many", "most", "named", "second", "small"]
    assert values(found, "in_all", "how_many", "named") == ["0", "0", ""]


def test_each_round_has_its_own_answers_and_follows_its_own():
    found = filling(*AREAS, answers={"people@a": "3", "people@b": "9", "area@a": "store", "site": "Lima"})
    assert values(found, "with_boss@a", "with_boss@b") == ["4", "10"]
    assert ("why@a" in visible(found), "why@b" in visible(found)) == (False, True)
    assert values(found, "label@a", "label@b") == ["Lima: store", "Lima: "]
    found.answer(key_of("people@a"), "6")
    assert ("why@a" in visible(found), value(found, "with_boss@a"), value(found, "with_boss@b")) == (True, "7", "10")


def test_an_answer_in_one_round_touches_no_other():
    found = filling(*AREAS, answers={"people@a": "3", "people@b": "9"})
    assert changed(found.answer(key_of("people@a"), "4")) == {"people@a", "with_boss@a", "why@a", "in_all", "most"}


def test_items_come_round_by_round():
    found = filling(*AREAS[:4], end("repeat"), answers={"area@b": "x", "area@a": "y"})
    assert visible(found) == ["site", "area@a", "people@a", "area@b", "people@b"]


def test_what_looks_at_all_rounds():
    answers = {"people@a": "3", "people@b": "9", "area@a": "store", "area@b": "sewing"}
    found = filling(*AREAS, answers=answers)
    names = ("in_all", "how_many", "most", "named", "second")
    assert values(found, *names) == ["12", "2", "9", "store, sewing", "sewing"]
    assert "small" not in visible(found)
    found.answer(key_of("people@b"), "1")
    assert values(found, "in_all", "most") == ["4", "3"]


def test_rounds_come_and_go():
    found = filling(*AREAS, answers={"site": "Lima"})
    new = found.add_round("areas", "a")
    assert {"area@a", "label@a", "how_many", "small", "in_all"} <= changed(new)
    assert (found.rounds("areas"), value(found, "how_many"), value(found, "label@a")) == (("a",), "1", "Lima: ")
    found.add_round("areas", "b")
    found.answer(key_of("area@b"), "sewing")
    found.answer(key_of("people@b"), "4")
    assert values(found, "how_many", "in_all", "named", "second") == ["2", "4", ", sewing", "sewing"]
    gone = found.remove_round("areas", "a")
    assert {"how_many", "in_all", "second", "named"} <= changed(gone)
    assert not any(key.round == "a" for key in gone)
    assert (found.rounds("areas"), *values(found, "how_many", "second", "named")) == (("b",), "1", "", "sewing")
    with pytest.raises(KeyError):
        found.state(key_of("area@a"))


def test_a_round_that_was_taken_away_may_come_again_empty():
    found = filling(*AREAS, answers={"area@a": "store"})
    found.remove_round("areas", "a")
    found.add_round("areas", "a")
    assert (value(found, "area@a"), value(found, "how_many")) == ("", "1")


def test_rounds_without_an_answer_are_known_by_their_ids():
    found = filling(*NESTED, rounds={"people": ["a/1"], "lines": ["b"]})
    assert (found.rounds("lines"), found.rounds("people"), found.rounds("people", "b")) == (("a", "b"), ("a/1",), ())


def test_a_form_may_count_its_rounds():
    found = filling(*COUNTED, q("integer days_seen", calculation="count(${days})"), answers={"n": "2"})
    assert (found.rounds("days"), value(found, "days_seen")) == (("1", "2"), "2")
    found.answer(key_of("hours@2"), "8")
    new = found.answer(key_of("n"), "3")
    assert "days_seen" in changed(new)
    assert (found.rounds("days"), value(found, "days_seen")) == (("1", "2", "3"), "3")
    found.answer(key_of("n"), "1")
    assert (visible(found), value(found, "days_seen")) == (["n", "hours@1", "days_seen"], "1")
    assert (found.state(key_of("hours@2")).answer, value(found, "hours@2")) == ("8", "")
    found.answer(key_of("n"), "2")
    assert value(found, "hours@2") == "8"


@pytest.mark.parametrize(
    ("count", "rounds"), [("", 0), ("-3", 0), ("2.9", 2), ("many", 0), ("501", 500), ("9" * 15, 500)]
)
def test_a_count_is_a_whole_number_within_reason(count, rounds):
    assert len(filling(*COUNTED, answers={"n": count}).rounds("days")) == rounds


def test_a_count_that_cannot_be_told_is_none():
    found = filling(
        q("begin_repeat a"),
        q("integer x"),
        end("repeat"),
        q("begin_repeat b", repeat_count="${x}"),
        q("text y"),
        end("repeat"),
        answers={"x@1": "1", "x@2": "2"},
    )
    assert found.rounds("b") == ()


def test_rounds_that_the_form_counts_keep_the_order_of_their_numbers():
    hours = {f"hours@{day}": str(day) for day in (10, 2)}
    place = q("integer place", calculation="position(..)")
    found = filling(*COUNTED[:3], place, COUNTED[3], answers={"n": "11"} | hours)
    assert found.rounds("days") == tuple(str(day) for day in range(1, 12))
    assert values(found, "place@10", "place@2") == ["10", "2"]


def test_repeats_in_repeats():
    answers = {"line@a": "sewing", "age@a/1": "20", "age@a/2": "30", "age@b/1": "40"}
    found = filling(*NESTED, answers=answers)
    assert found.rounds("people", "a") == ("a/1", "a/2")
    assert values(found, "ages@a", "ages@b", "all_ages") == ["50", "40", "90"]
    assert values(found, "where@a/2", "where@b/1") == ["sewing2", "1"]
    assert changed(found.answer(key_of("line@a"), "cutting")) >= {"line@a", "where@a/1", "where@a/2"}
    found.remove_round("people", "a/1")
    assert values(found, "ages@a", "all_ages", "where@a/2") == ["30", "70", "cutting1"]
    found.remove_round("lines", "a")
    assert (found.rounds("people"), value(found, "all_ages")) == (("b/1",), "40")


@pytest.mark.parametrize("count", ["2", "${n}", "${m}"])
def test_a_new_round_has_the_rounds_that_the_form_counts_in_it(count):
    found = filling(
        q("integer n"),
        q("begin_repeat lines"),
        q("integer m", calculation="${n}"),
        q("begin_repeat people", repeat_count=count),
        q("text name"),
        end("repeat"),
        end("repeat"),
        answers={"n": "2"},
    )
    found.add_round("lines", "a")
    assert found.rounds("people") == ("a/1", "a/2")
    assert [one for one in visible(found) if one.startswith("name")] == ["name@a/1", "name@a/2"]


def test_a_hidden_repeat_keeps_its_rounds():
    found = filling(
        q("select_one yes_no any"),
        q("begin_repeat accidents", relevant="${any} = 'yes'"),
        q("integer days"),
        end("repeat"),
        q("integer lost", calculation="sum(${days})"),
        answers={"any": "yes", "days@a": "3", "days@b": "4"},
    )
    assert value(found, "lost") == "7"
    found.answer(key_of("any"), "no")
    assert (visible(found), value(found, "lost"), found.state(key_of("days@a")).answer) == (["any", "lost"], "0", "3")
    found.answer(key_of("any"), "yes")
    assert value(found, "lost") == "7"


def test_a_trigger_makes_the_calculation_of_its_own_round():
    found = filling(
        q("begin_repeat lines"),
        q("integer people"),
        q("integer double", calculation="${people} * 2", trigger="${people}"),
        q("begin_repeat shifts"),
        q("integer late"),
        end("repeat"),
        q("integer seen", calculation="sum(${late})", trigger="${late}"),
        end("repeat"),
        answers={"late@a/1": "1", "late@b/1": "2"},
    )
    found.answer(key_of("people@a"), "3")
    assert values(found, "double@a", "double@b") == ["6", ""]
    found.answer(key_of("late@b/1"), "5")
    assert values(found, "seen@a", "seen@b") == ["", "5"]


def test_labels_quote_the_answers_of_their_own_round():
    found = filling(*NESTED, answers={"line@a": "sewing", "line@b": "cutting", "age@b/1": "40"})
    assert found.words(key_of("age@b/1"), "${line}: ${age}", "en") == "cutting: 40"
    assert found.words(key_of("line@a"), "${line}: ${age}", "en") == "sewing: …"


def test_a_new_round_begins_with_its_defaults():
    found = filling(q("begin_repeat r"), q("integer a", default="3"), q("integer b", default="${a} + 1"), end("repeat"))
    assert found.defaults() == {}
    found.add_round("r", "x")
    assert found.defaults(["x"]) == {key_of("a@x"): "3", key_of("b@x"): "4"}


def test_areas_of_an_audit_have_scores_of_their_own():
    found = filling(
        q("begin_repeat areas"),
        q("select_one scale tidy", gemba_nc_when=". <= 1"),
        q("select_one scale clean", gemba_nc_when=". <= 1", gemba_weight="3"),
        end("repeat"),
        choices={"scale": ["0", "1", "2", "3", "4"]},
        answers={"tidy@a": "4", "clean@a": "2", "tidy@b": "0"},
    )
    result = judged(found)
    scores = by_round(result.judged)
    assert {name: (one.weighted_share, one.unanswered) for name, one in scores.items()} == {
        "a": (0.625, 0),
        "b": (0, 1),
    }
    assert (result.total.met, result.total.findings, result.total.weighted_share) == (2, 1, 0.5)


def test_a_form_opened_again_is_the_same():
    found = filling(*NESTED, answers={"line@a": "sewing", "age@a/1": "20"})
    found.add_round("lines", "b")
    found.add_round("people", "b/1")
    again = afresh(found)
    assert list(again.states()) == list(found.states())
