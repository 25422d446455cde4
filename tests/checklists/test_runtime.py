"""A form that is being filled in: what is shown, asked, computed and wrong."""

from datetime import UTC, datetime

import pytest

from app.checklists.answer_text import AnswerProblem
from app.checklists.expressions import engine
from app.checklists.scoring import Verdict
from app.checklists.states import Surroundings
from tests.checklists.forms import afresh, end, filling, key_of, q, value, visible

SCALE = {"scale": ["0", "1", "2", "3", "4"]}
TOWNS = {
    "towns": [
        {"name": "lima", "label": "Lima", "country": "pe"},
        {"name": "cusco", "label": "Cusco", "country": "pe"},
        {"name": "quito", "label": "Quito", "country": "ec"},
    ]
}


def state(found, name):
    return found.state(key_of(name))


def changed(found, name, answer):
    return {one.name for one in found.answer(key_of(name), answer)}


@pytest.mark.parametrize(
    ("answers", "shown"),
    [
        ({}, ["unions"]),
        ({"unions": "0"}, ["unions"]),
        ({"unions": "2"}, ["unions", "members", "agreement"]),
        ({"unions": "2", "agreement": "yes"}, ["unions", "members", "agreement", "signed", "by"]),
        ({"unions": "0", "agreement": "yes"}, ["unions"]),
    ],
)
def test_items_and_groups_are_shown_when_they_are_relevant(answers, shown):
    found = filling(
        q("integer unions"),
        q("begin_group bargaining", relevant="${unions} > 0"),
        q("integer members"),
        q("select_one yes_no agreement"),
        q("begin_group text", relevant="${agreement} = 'yes'"),
        q("date signed"),
        q("begin_group sides"),
        q("text by"),
        end(),
        end(),
        end(),
        answers=answers,
    )
    assert visible(found) == shown


def test_a_hidden_answer_is_kept_read_as_empty_and_comes_back():
    found = filling(
        q("select_one yes_no has"),
        q("integer many", relevant="${has} = 'yes'"),
        q("integer double", calculation="${many} * 2"),
        q("text why", relevant="${many} > 3"),
        answers={"has": "yes", "many": "7", "why": "because"},
    )
    assert (value(found, "double"), visible(found)) == ("14", ["has", "many", "double", "why"])
    found.answer(key_of("has"), "no")
    assert visible(found) == ["has", "double"]
    assert (state(found, "many").answer, value(found, "many"), value(found, "double")) == ("7", "", "")
    assert (state(found, "why").answer, value(found, "why")) == ("because", "")
    found.answer(key_of("has"), "yes")
    assert (value(found, "many"), value(found, "double"), value(found, "why")) == ("7", "14", "because")


def test_calculations_follow_in_chains_whatever_their_order():
    found = filling(
        q("integer c", calculation="${b} + 1"),
        q("integer b", calculation="${a} + 1"),
        q("integer a"),
        q("text size", calculation="if(${c} > 10, 'large', 'small')"),
        answers={"a": "1"},
    )
    assert [value(found, name) for name in ("b", "c", "size")] == ["2", "3", "small"]
    assert changed(found, "a", "9") == {"a", "b", "c", "size"}
    assert [value(found, name) for name in ("b", "c", "size")] == ["10", "11", "large"]


def test_an_answer_says_what_it_may_have_changed_and_nothing_else():
    found = filling(
        q("integer a"),
        q("integer b", constraint=". > ${a}"),
        q("integer c", required="${a} > 1"),
        q("integer d", relevant="${a} > 1"),
        q("integer e", readonly="${a} > 1"),
        q("select_one yes_no f", choice_filter="${a} > 1"),
        q("integer g", gemba_nc_when=". > ${a}"),
        q("integer h", constraint=". > ${b}"),
    )
    assert changed(found, "a", "3") == {"a", "b", "c", "d", "e", "f", "g"}
    assert changed(found, "h", "3") == {"h"}
    assert changed(found, "b", "3") == {"b", "h"}


def test_each_calculation_is_made_once_for_an_answer(monkeypatch):
    # A diamond of ten storeys: followed path by path it would be a thousand evaluations.
    steps = [
        question
        for n in range(1, 11)
        for question in (
            q(f"integer l{n}", calculation=f"${{t{n - 1}}} + 1"),
            q(f"integer r{n}", calculation=f"${{t{n - 1}}} + 1"),
            q(f"integer t{n}", calculation=f"${{l{n}}} + ${{r{n}}}"),
        )
    ]
    found = filling(q("integer t0"), *steps)
    evaluated = []
    within = engine.Expression.within
    monkeypatch.setattr(
        engine.Expression, "within", lambda self, *rest: evaluated.append(self.text) or within(self, *rest)
    )
    found.answer(key_of("t0"), "1")
    assert len(evaluated) == len(set(evaluated)) + 10  # left and right are written alike
    assert value(found, "t10") == str(2**10 + 2 * (2**10 - 1))


def test_a_calculation_with_a_trigger_waits_for_it_and_is_kept():
    found = filling(
        q("text name"),
        q("integer count"),
        q("text greeting", calculation="concat(${name}, ' ', ${count})", trigger="${name}"),
        q("integer length", calculation="string-length(${greeting})"),
    )
    found.answer(key_of("count"), "1")
    assert value(found, "greeting") == ""
    assert changed(found, "name", "Ana") == {"name", "greeting", "length"}
    assert (value(found, "greeting"), value(found, "length")) == ("Ana 1", "5")
    found.answer(key_of("count"), "2")
    assert value(found, "greeting") == "Ana 1"
    assert value(afresh(found), "greeting") == "Ana 1"


def test_a_form_begins_with_its_defaults():
    found = filling(
        q("date day", default="today()"),
        q("integer workers", default="20"),
        q("integer half", default="${workers} div 2"),
        q("text area", default="cutting"),
        q("text kept", default="not this"),
        q("text open"),
        q("integer sum", calculation="${workers} + 1"),
        q("hidden age", default="15", gemba_parameter="minimum_age"),
        answers={"kept": "mine"},
        surroundings=Surroundings(now=datetime(2026, 11, 24, 12, tzinfo=UTC)),
    )
    defaults = {key.name: default for key, default in found.defaults().items()}
    assert defaults == {"day": "2026-11-24", "workers": "20", "half": "10", "area": "cutting"}


def test_required_and_readonly_may_hang_on_answers():
    found = filling(
        q("select_one yes_no hurt"), q("integer days", required="${hurt} = 'yes'", readonly="${hurt} = 'no'")
    )
    assert [(one.is_required, one.is_readonly, one.problem) for one in [state(found, "days")]] == [(False, False, None)]
    found.answer(key_of("hurt"), "yes")
    assert (state(found, "days").is_required, state(found, "days").problem) == (True, AnswerProblem.REQUIRED)
    found.answer(key_of("hurt"), "no")
    assert (state(found, "days").is_readonly, state(found, "days").is_open) == (True, False)


@pytest.mark.parametrize(
    ("kind", "cells", "answer", "problem"),
    [
        ("integer", {}, "12", None),
        ("integer", {}, "-12", None),
        ("integer", {}, "1.5", AnswerProblem.NOT_WHOLE),
        ("integer", {}, "a dozen", AnswerProblem.NOT_WHOLE),
        ("integer", {}, "1" * 16, AnswerProblem.NOT_WHOLE),
        ("decimal", {}, "1.5", None),
        ("decimal", {}, "1,5", AnswerProblem.NOT_A_NUMBER),
        ("decimal", {}, "nan", AnswerProblem.NOT_A_NUMBER),
        ("decimal", {}, "1e999", AnswerProblem.NOT_A_NUMBER),
        ("range", {}, "10", None),
        ("range", {}, "11", AnswerProblem.OUT_OF_RANGE),
        ("range", {"parameters": "start=0 end=1 step=0.1"}, "0.3", None),
        ("range", {"parameters": "start=0 end=1 step=0.1"}, "0.35", AnswerProblem.OUT_OF_RANGE),
        ("range", {"parameters": "start=10 end=0 step=5"}, "5", None),
        ("range", {}, "high", AnswerProblem.NOT_A_NUMBER),
        ("date", {}, "2026-02-28", None),
        ("date", {}, "2026-02-29", AnswerProblem.NOT_A_DATE),
        ("date", {}, "28/02/2026", AnswerProblem.NOT_A_DATE),
        ("dateTime", {}, "2026-02-28T10:00:00+01:00", None),
        ("dateTime", {}, "yesterday", AnswerProblem.NOT_A_DATE),
        ("time", {}, "23:59", None),
        ("time", {}, "24:30", AnswerProblem.NOT_A_TIME),
        ("acknowledge", {}, "OK", None),
        ("acknowledge", {}, "no", AnswerProblem.NOT_A_CHOICE),
        ("select_one yes_no", {}, "no", None),
        ("select_one yes_no", {}, "maybe", AnswerProblem.NOT_A_CHOICE),
        ("select_multiple yes_no", {}, "yes no", None),
        ("select_multiple yes_no", {}, "yes maybe", AnswerProblem.NOT_A_CHOICE),
        ("rank yes_no", {}, "na yes no", None),
        ("rank yes_no", {}, "na yes nobody", AnswerProblem.NOT_A_CHOICE),
        ("text", {}, "anything", None),
        ("text", {"constraint": "regex(., '[a-z]+')"}, "abc", None),
        ("text", {"constraint": "regex(., '[a-z]+')"}, "ABC", AnswerProblem.CONSTRAINT),
        ("integer", {"constraint": ". > 3"}, "2", AnswerProblem.CONSTRAINT),
        ("integer", {"constraint": ". > 3"}, "two", AnswerProblem.NOT_WHOLE),
        ("integer", {"constraint": ". > 3"}, None, None),
        ("integer", {"constraint": ". > 3", "required": "yes"}, None, AnswerProblem.REQUIRED),
        ("note", {"required": "yes"}, None, None),
    ],
)
def test_what_is_wrong_with_an_answer_is_said_and_it_is_kept(kind, cells, answer, problem):
    found = filling(q(f"{kind} a", **cells))
    found.answer(key_of("a"), answer)
    assert (state(found, "a").problem, state(found, "a").answer) == (problem, answer or "")


def test_choices_follow_other_answers():
    found = filling(
        q("text land"),
        q("select_one towns town", choice_filter="country = ${land}"),
        q("select_multiple towns seen", choice_filter="country != ${land} and name != ${town}"),
        choices=TOWNS,
        answers={"land": "pe", "town": "lima"},
    )
    offered = {name: [one.name for one in state(found, name).choices] for name in ("town", "seen")}
    assert offered == {"town": ["lima", "cusco"], "seen": ["quito"]}
    assert changed(found, "land", "ec") == {"land", "town", "seen"}
    assert [one.name for one in state(found, "town").choices] == ["quito"]
    assert (state(found, "town").problem, state(found, "town").answer) == (AnswerProblem.NOT_A_CHOICE, "lima")


@pytest.mark.parametrize(
    ("answer", "verdict", "points"),
    [
        ("14", Verdict.FINDING, 0.0),
        ("15", Verdict.MET, 1.0),
        (None, Verdict.NOT_ASSESSED, None),
        ("na", Verdict.NOT_APPLICABLE, None),
        ("young", Verdict.NOT_ASSESSED, None),
    ],
)
def test_a_number_is_a_finding_by_its_condition_over_a_setting_of_the_country(answer, verdict, points):
    found = filling(
        q("hidden least", gemba_parameter="minimum_age", default="16"),
        q("integer age", gemba_nc_when=". < ${least}"),
        answers={"age": answer},
        surroundings=Surroundings(settings={"minimum_age": "15"}),
    )
    assert (state(found, "age").verdict, state(found, "age").points) == (verdict, points)


def test_a_setting_that_the_country_does_not_have_is_the_forms_own():
    assert value(filling(q("hidden least", gemba_parameter="minimum_age", default="16")), "least") == "16"


def test_a_scale_that_the_form_does_not_know_is_not_assessed():
    found = filling(q("select_one scale a", gemba_nc_when=". <= 1"), choices=SCALE, answers={"a": "7"})
    assert state(found, "a").verdict is Verdict.NOT_ASSESSED


def test_what_the_computer_knows():
    surroundings = Surroundings(metadata={"username": "ana", "today": "2026-11-24"})
    found = filling(q("username who"), q("today day"), q("text note", default="x"), surroundings=surroundings)
    assert (value(found, "who"), value(found, "day")) == ("ana", "2026-11-24")


def test_labels_quote_answers_in_words():
    found = filling(
        q("select_one towns town"),
        q("select_multiple towns seen"),
        q("integer workers"),
        q("text a", label="In ${town} work ${workers}, not in ${seen}."),
        choices=TOWNS,
        answers={"town": "lima", "seen": "cusco quito"},
    )
    label = found.layout.items["a"].label.in_language("en")
    assert found.words(key_of("a"), label, "en") == "In Lima work …, not in Cusco, Quito."


def test_completeness_counts_what_is_shown():
    found = filling(
        q("note hello"),
        q("select_one yes_no a", required="yes"),
        q("integer b", constraint=". > 0"),
        q("text c", relevant="${a} = 'yes'", required="yes"),
        q("text d"),
        q("integer e", calculation="1 + 1"),
        answers={"b": "-1"},
    )
    before = found.completeness()
    assert (before.asked, before.answered, before.is_complete) == (3, 1, False)
    assert (before.open_required, before.problems) == ((key_of("a"),), (key_of("b"),))
    found.answer(key_of("a"), "yes")
    found.answer(key_of("b"), "1")
    assert found.completeness().open_required == (key_of("c"),)
    found.answer(key_of("c"), "done")
    after = found.completeness()
    assert (after.asked, after.answered, after.is_complete) == (4, 3, True)


def test_an_answer_of_another_version_is_left_alone():
    found = filling(q("text a"), answers={"a": "x", "gone": "y", "gone@r1": "z"})
    assert [one.answer for one in found.states()] == ["x"]


@pytest.mark.parametrize("name", ["gone", "g", "a@r1"])
def test_what_is_not_there_takes_no_answer(name):
    found = filling(q("begin_group g"), q("text a"), end())
    with pytest.raises(KeyError):
        found.answer(key_of(name), "x")


def test_what_cannot_be_computed_is_empty_and_hides_nothing():
    found = filling(
        q("text pattern"),
        q("integer n", calculation="regex('a', ${pattern})"),
        q("text a", relevant="regex('a', ${pattern})", constraint="regex(., ${pattern})"),
        answers={"pattern": "(", "a": "x"},
    )
    assert (value(found, "n"), visible(found), state(found, "a").problem) == ("", ["pattern", "n", "a"], None)


def test_a_finding_that_cannot_be_told_counts_neither_way():
    found = filling(q("text pattern"), q("text a", gemba_nc_when="regex(., ${pattern})"), answers={"a": "x"})
    found.answer(key_of("pattern"), "(")
    assert state(found, "a").verdict is Verdict.NOT_ASSESSED
