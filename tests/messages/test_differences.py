"""Differences in words: where, which field, each value, who and when."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.checklists.items import AnswerKind, Choice, Item, Words
from app.fieldwork.whereabouts import Whereabouts, whereabouts
from app.i18n import use
from app.messages.codes import code_words
from app.messages.differences import (
    count_words,
    field_words,
    fields_words,
    hand_words,
    kind_words,
    place_words,
    thing_words,
    value_words,
)
from app.models.registry import TABLE_BY_NAME, TABLES
from app.models.visits import VisitKind
from app.sync.conflicts import Difference, Hand, Part
from tests.factories import make_enterprise, make_visit

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
HAND = Hand("Siti", NOON, False)


@pytest.fixture(autouse=True)
def english():
    use("en")


def when(at):
    return f"{at:%H:%M}"


def part(table, field):
    return Part(field, TABLE_BY_NAME[table].field(field), None, None, None, None, {"a": "Sewing"})


def difference(*parts, kind="field"):
    where = Whereabouts("visit", "v")
    return Difference("1", ("1",), kind, where, parts, HAND, HAND, False, True, "")


LIFE = Part("*", None, "alive", "alive", "deleted", None)


def test_where_it_is(db, by):
    visit = make_visit(db, by, make_enterprise(db, by, "PT Laksana"), kind=VisitKind.FOLLOW_UP, number=2)
    words = place_words(whereabouts(db, "visit", visit))
    assert words.startswith("PT Laksana · Follow-up visit 2, Nov 24, 2026")
    assert thing_words(whereabouts(db, "visit", visit)) == "Visit"
    assert place_words(Whereabouts("module", "m")) == "Module"
    assert place_words(Whereabouts("wages", "m")) == "wages"
    assert thing_words(Whereabouts("area", "m", title="Sewing")) == "Sewing"
    question = Words((("en", "Is it?"), ("es", "¿Lo es?")))
    assert thing_words(Whereabouts("answer", "m", question=question)) == "Is it?"


def test_which_fields_differ():
    two = difference(part("answer", "value"), part("answer", "finding"))
    assert fields_words(two) == "Answer, Finding"
    assert fields_words(difference(LIFE)) == "Keep it or not"
    assert field_words(Part("mood", None, None, 1, 2, 1)) == "mood"


def test_what_happened_to_a_row():
    for kind in ("edit_after_delete", "delete_vs_edit", "delete_vs_child"):
        assert kind_words(difference(LIFE, kind=kind)).startswith("It was put in the bin")
    assert kind_words(difference(part("visit", "summary"))) == ""


def test_who_and_when():
    assert hand_words(HAND, when) == "Siti, 12:00"
    assert hand_words(replace(HAND, is_mine=True), when) == "You, 12:00"
    assert hand_words(Hand("", None, False), when) == "Somebody else"
    assert hand_words(HAND, when, is_suspect=True) == "Siti, 12:00 (the clock may have been wrong)"


@pytest.mark.parametrize(
    ("table", "field", "value", "words"),
    [
        ("visit", "summary", "It went well", "It went well"),
        ("visit", "summary", None, "Nothing"),
        ("visit", "summary", "", "Nothing"),
        ("visit", "summary", "a" * 500, "a" * 400 + "…"),
        ("visit", "status", "finished", "Finished"),
        ("visit", "status", "sealed_in_wax", "sealed in wax"),
        ("visit", "is_unannounced", 1, "Yes"),
        ("visit", "is_unannounced", 0, "No"),
        ("visit", "planned_on", "2026-11-24", "Nov 24, 2026"),
        ("visit", "planned_on", "one day", "one day"),
        ("visit", "number", 2, "2"),
        ("answer", "evidence", '["documents", "photo"]', "Documents, Photo"),
        ("answer", "evidence", "[]", "Nothing"),
        ("answer", "evidence", "torn", "torn"),
        ("improvement", "cost", 125_000, "1,250"),
        ("improvement", "area_id", "a", "Sewing"),
        ("improvement", "area_id", "b", "A record that is not here"),
    ],
)
def test_values_as_people_say_them(table, field, value, words):
    assert value_words(part(table, field), value) == words


def test_a_moment_is_said_by_the_clock_on_the_wall():
    assert "2026" in value_words(part("visit", "started_at"), "2026-11-24T08:12:00.000Z")


def test_a_life_in_words():
    assert value_words(LIFE, "alive") == "It stays"
    assert value_words(LIFE, "deleted") == "It goes to the bin"


def test_answers_are_said_as_they_were_offered():
    choices = (Choice("no", Words((("en", "No, never"),))), Choice("z", Words()))
    item = Item("q", Words(), AnswerKind.CHOICES, choices=choices)
    value = part("answer", "value")
    assert value_words(value, "no z other", item) == "No, never, z, other"
    assert value_words(value, "17", replace(item, kind=AnswerKind.INTEGER)) == "17"
    assert value_words(part("answer", "finding"), "met", item) == "Met"


def test_a_field_that_only_newer_programs_know():
    assert value_words(Part("mood", None, None, 1, 2, 1), 7) == "7"


def test_how_many():
    assert count_words(1) == "1 difference to settle"
    assert count_words(3) == "3 differences to settle"


def test_every_code_a_person_writes_has_words():
    by_program = {"country_programme", "module", "indicator", "annotation", "incident", "committee"}
    codes = {code for table in TABLES if table.name not in by_program for f in table.fields for code in f.choices}
    assert [code for code in sorted(codes) if code_words(code) == code.replace("_", " ")] == []
