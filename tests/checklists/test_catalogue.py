"""The checklists that come with the program."""

import logging
from collections import Counter
from xml.etree import ElementTree

import pytest
from pyxform.xls2xform import convert

from app.checklists.catalogue import get_checklist, list_checklists
from app.checklists.compliance import HAZARDOUS_WORK
from app.checklists.form import form_of
from app.checklists.items import NOT_APPLICABLE, AnswerKind
from app.checklists.runtime import Filling
from app.checklists.states import Key
from app.errors import NotFound
from app.models.catalogue import load_compliance_points, load_modules
from app.paths import resource

FILES = sorted(resource("checklists").glob("*.md"))
GEMBA = "{urn:gemba:checklist}"
SCORE = ["cp", "hrm", "osh", "qm", "wpc"]
# Better Work's questions are country by country; its own list here is the core one, in English.
IN_ENGLISH = {"better_work", "compliance_points"}
POINTS = {point.id for point in load_compliance_points()}
by_id = pytest.mark.parametrize("checklist", list_checklists(), ids=lambda checklist: checklist.id)


def assessed(checklist):
    return [item for item in checklist.items if item.is_assessed]


def texts_of(checklist):
    yield from (section.label for section in checklist.sections)
    yield from (group.label for group in checklist.groups)
    for item in checklist.items:
        yield from (item.label, item.hint, item.guidance, item.constraint_message, item.required_message)
        yield from (choice.label for choice in item.choices)


@pytest.fixture(scope="module")
def osh():
    return get_checklist("osh")


def test_every_file_is_a_checklist_under_its_own_name():
    assert [checklist.id for checklist in list_checklists()] == [path.stem for path in FILES]


def test_an_unknown_key_is_said_to_be_unknown():
    with pytest.raises(NotFound):
        get_checklist("nothing")


@by_id
def test_names_are_used_once(checklist):
    names = [item.id for item in checklist.items] + list(form_of(checklist).layout.groups)
    assert [name for name, count in Counter(names).items() if count > 1] == []


@by_id
def test_every_text_is_in_every_language(checklist):
    assert checklist.languages == (("en",) if checklist.id in IN_ENGLISH else ("en", "es"))
    for words in texts_of(checklist):
        assert not words.by_language or [tag for tag, text in words.by_language if text] == list(checklist.languages)
    seen = [item for item in checklist.items if item.kind is not AnswerKind.HIDDEN]
    assert all(item.label.by_language for item in seen)


@by_id
def test_the_title_is_in_every_language(checklist):
    tags = [tag for tag, _title in checklist.titles.by_language] or ["en"]
    assert tags == list(checklist.languages)


@by_id
def test_modules_and_compliance_points_are_those_of_the_catalogue(checklist):
    assert checklist.module in {"", *(module.id for module in load_modules())}
    assert {item.compliance_point for item in checklist.items} <= {"", *POINTS}


@by_id
def test_not_applicable_is_called_what_the_program_calls_it(checklist):
    for item in checklist.items:
        for choice in item.choices:
            assert (choice.name == NOT_APPLICABLE) == (choice.label.in_language("en").lower() == "not applicable")


@by_id
def test_what_is_counted_can_be_met_and_can_be_a_finding(checklist):
    for item in assessed(checklist):
        answers = {choice.name for choice in item.choices} - {NOT_APPLICABLE}
        assert item.nc_if or (answers & set(item.nc_when) and answers - set(item.nc_when))
        assert item.weight > 0


@by_id
@pytest.mark.parametrize("place", [0, 1, -1])
def test_every_expression_can_be_told_when_all_is_answered(checklist, place, caplog):
    form = form_of(checklist)
    rounds = {name: ["r1"] for name, group in form.layout.groups.items() if group.is_repeat and not group.count}
    filling = Filling(form, {}, rounds=rounds)
    for key in list(filling.keys()):
        if form.layout.items[key.name].is_asked:
            filling.answer(key, answer_to(form.layout.items[key.name], place))
    assert len(list(filling.states())) == len(list(filling.keys()))
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == []


def answer_to(item, place):
    if item.choices:
        return item.choices[place].name
    texts = {AnswerKind.DATE: "2026-11-24", AnswerKind.TIME: "08:00", AnswerKind.ACKNOWLEDGE: "OK"}
    return texts.get(item.kind, str(12 + place))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_other_tools_can_use_the_same_file(path):
    checklist = get_checklist(path.stem)
    root = ElementTree.fromstring(convert(path).xform)
    binds = {bind.get("nodeset").rpartition("/")[2]: bind for bind in root.iter("{http://www.w3.org/2002/xforms}bind")}
    for item in checklist.items:
        if item.is_assessed:
            assert bool(item.nc_when) != bool(item.nc_if)
        if item.nc_when:
            assert binds[item.id].get(f"{GEMBA}nc_when").split() == list(item.nc_when)
        assert bool(binds[item.id].get(f"{GEMBA}nc_when")) == item.is_assessed


def test_the_walk_through_asks_yes_no_or_not_applicable(osh):
    assert len(osh.items) == 32
    assert len(osh.sections) == 8
    assert {tuple(choice.name for choice in item.choices) for item in osh.items} == {("yes", "no", "na")}
    assert Counter(item.nc_when for item in osh.items) == {("no",): 29, ("yes",): 3}
    assert sum(item.is_critical for item in osh.items) == 9
    assert osh.languages == ("en", "es")


@pytest.mark.parametrize("key", SCORE)
def test_each_module_of_score_has_its_good_practice(key):
    checklist = get_checklist(key)
    assert (checklist.module, len(assessed(checklist)) >= 15) == (key, True)


def test_the_core_assessment_covers_every_point_and_asks_both_ways():
    checklist = get_checklist("better_work")
    counted = assessed(checklist)
    assert len(counted) >= 150
    assert {item.compliance_point for item in counted} == POINTS
    assert len(POINTS) == 39
    assert HAZARDOUS_WORK.keys() | set(HAZARDOUS_WORK.values()) <= POINTS
    ways = Counter(item.nc_when for item in counted)
    assert min(ways["yes",], ways["no",]) > 20
    assert any(item.nc_if for item in counted)
    mapping_ids = Counter(item.mapping_id for item in counted)
    assert mapping_ids.most_common(1)[0][1] == 1


def test_zero_tolerance_is_always_critical():
    for checklist in list_checklists():
        assert all(item.is_critical for item in checklist.items if item.zero_tolerance)


def test_the_critical_issues_are_21_and_one_each():
    checklist = get_checklist("critical_issues")
    assert (len(checklist.items), len(assessed(checklist))) == (21, 21)


def test_one_verdict_for_each_compliance_point():
    checklist = get_checklist("compliance_points")
    assert sorted(item.compliance_point for item in checklist.items) == sorted(POINTS)


def test_an_audit_goes_area_by_area():
    five_s = form_of(get_checklist("five_s"))
    areas = {name for name, repeats in five_s.layout.repeats.items() if repeats and name in five_s.layout.items}
    assert {item.id for item in assessed(five_s.checklist)} <= areas
    filling = Filling(five_s, {Key("sort_needed", "a"): "1", Key("sort_needed", "b"): "4"})
    assert [filling.state(Key("sort_needed", area)).points for area in "ab"] == [0.25, 1.0]
