"""The checklists that come with the program."""

from collections import Counter
from xml.etree import ElementTree

import pytest
from pyxform.xls2xform import convert

from app.checklists.catalogue import get_checklist, list_checklists
from app.errors import NotFound
from app.models.catalogue import load_compliance_points
from app.paths import resource

FILES = sorted(resource("checklists").glob("*.md"))
GEMBA = "{urn:gemba:checklist}"


@pytest.fixture(scope="module")
def osh():
    return get_checklist("osh")


def test_every_file_is_a_checklist_under_its_own_name():
    assert [checklist.id for checklist in list_checklists()] == [path.stem for path in FILES]


def test_an_unknown_key_is_said_to_be_unknown():
    with pytest.raises(NotFound):
        get_checklist("nothing")


@pytest.mark.parametrize("checklist", list_checklists(), ids=lambda checklist: checklist.id)
def test_each_checklist_is_whole(checklist):
    points = {point.id for point in load_compliance_points()}
    for item in checklist.items:
        assert not item.compliance_point or item.compliance_point in points
        for words in (item.label, *(choice.label for choice in item.choices)):
            assert [tag for tag, text in words.by_language if text] == list(checklist.languages)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_other_tools_can_use_the_same_file(path):
    checklist = get_checklist(path.stem)
    root = ElementTree.fromstring(convert(path).xform)
    binds = {bind.get("nodeset").rpartition("/")[2]: bind for bind in root.iter("{http://www.w3.org/2002/xforms}bind")}
    for item in checklist.items:
        assert binds[item.id].get(f"{GEMBA}nc_when", "").split() == list(item.nc_when)


def test_the_walk_through_asks_yes_no_or_not_applicable(osh):
    assert len(osh.items) == 32
    assert len(osh.sections) == 8
    assert {tuple(choice.name for choice in item.choices) for item in osh.items} == {("yes", "no", "na")}
    assert Counter(item.nc_when for item in osh.items) == {("no",): 29, ("yes",): 3}
    assert sum(item.is_critical for item in osh.items) == 9
    assert osh.languages == ("en", "es")
