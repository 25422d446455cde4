"""Head office's forms are looked at, taken in whole or not at all, offered where and when they should be, and kept."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from app.checklists.catalogue import get_checklist, list_checklists
from app.checklists.items import Checklist
from app.checklists.remarks import Doubt
from app.errors import Invalid, NotAllowed, NotFound
from app.fieldwork.answers import begin_assessment, checklist_of
from app.fieldwork.catalogues import load_catalogues, newest_checklist_id
from app.fieldwork.form_check import examine_form
from app.fieldwork.forms import (
    Place,
    Standing,
    activate,
    checklist_called,
    find_version,
    import_form,
    list_forms,
    newest_version,
    offered,
    place_of,
    retire,
    version_order,
)
from app.fieldwork.undo import undo
from app.fieldwork.walkthrough import walk_through
from app.models.rows import change_row, get_row, natural_id_of, table_called
from tests.factories import VISIT_DAY, make_enterprise, make_visit

FORM = """
| survey |
| | type | name | label | bind::gemba:nc_when |
| | select_one yes_no | exits | Are exits free? | no |
| choices |
| | list_name | name | label |
| | yes_no | yes | Yes |
| | yes_no | no | No |
| settings |
| | form_id | form_title | version | namespaces |
| | fire | Fire | 1 | gemba="urn:gemba:checklist" |
"""


@pytest.fixture
def written(tmp_path):
    """Writes a form with some words replaced; the file's path."""

    def write(*changes: tuple[str, str]) -> Path:
        text = FORM
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        path = tmp_path / "fire.md"
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def version(written):
    """The form as a version of its own, whose question says so."""

    def make(number: str) -> Checklist:
        path = written(("| Fire | 1 |", f"| Fire | {number} |"), ("Are exits free?", f"Exits free ({number})?"))
        found = examine_form(path).checklist
        assert found is not None
        return found

    return make


def versions(db, country="PE", day=VISIT_DAY):
    return [one.version for one in offered(db, country, day) if one.key == "fire"]


def standings(db, day=VISIT_DAY):
    return {one.checklist.version: one.standing for one in list_forms(db, day) if one.checklist.id == "fire"}


def test_a_clean_form_is_there_with_what_may_have_been_overlooked(written):
    found = examine_form(written((" | bind::gemba:nc_when", " | bind::gemba:weight"), ("free? | no", "free? | 2")))
    assert found.checklist == found.draft
    assert [one.doubt for one in found.remarks] == [Doubt.WEIGHT_WITHOUT_RULE]
    assert [one.doubt for one in examine_form(written(("| version ", ""), (" 1 |", ""))).remarks] == [Doubt.NO_VERSION]


@pytest.mark.parametrize(
    ("changes", "problem", "has_draft"),
    [
        ([("| no |\n| choices", "| never |\n| choices")], "form_bad_value", True),
        ([("select_one yes_no", "select_one nothing")], "form_refused", False),
        ([("| fire |", "| fire walk |")], "form_id_missing", True),
        ([("form_id | ", ""), ("| fire |", "|")], "form_id_missing", True),
    ],
)
def test_a_faulty_form_is_no_checklist(written, changes, problem, has_draft):
    found = examine_form(written(*changes))
    assert found.checklist is None
    assert (found.draft is not None) == has_draft
    assert [one.problem for one in found.troubles] == [problem]
    assert found.remarks == ()


def test_a_file_that_is_no_form_is_said(tmp_path):
    for name, content in (("a.pdf", b"%PDF"), ("a.xlsx", b"PK"), ("a.csv", b"\xff\xfe\x00")):
        (tmp_path / name).write_bytes(content)
        assert examine_form(tmp_path / name).troubles
    assert examine_form(tmp_path / "gone.xlsx").troubles


def test_a_form_is_taken_in_and_offered_at_once(db, by, version):
    checklist = version("1")
    assert place_of(db, checklist) is Place.NEW
    row_id = import_form(db, by, checklist)
    assert place_of(db, checklist) is Place.SAME
    row = get_row(db, "checklist", row_id)
    assert (row["key"], row["title"], row["definition_sha256"]) == ("fire 1", "Fire", checklist.hash)
    assert checklist_called(db, row_id) == checklist
    assert versions(db) == versions(db, "ID") == versions(db, "") == ["1"]


def test_what_it_belongs_to_is_linked(db, by, written):
    path = written(("| namespaces |", "| namespaces | gemba:module |"), ('checklist" |', 'checklist" | osh |'))
    row = get_row(db, "checklist", import_form(db, by, examine_form(path).checklist))
    assert get_row(db, "module", row["module_id"])["key"] == "osh"


def test_the_same_version_with_other_content_is_refused(db, by, version):
    import_form(db, by, version("1"))
    changed = replace(version("1"), title="Other")
    assert place_of(db, changed) is Place.TAKEN
    before = db.conn.total_changes
    with pytest.raises(NotAllowed) as refused:
        import_form(db, by, changed)
    assert (refused.value.reason, refused.value.detail) == ("form-version-taken", "fire 1")
    assert db.conn.total_changes - before <= 2  # the edit that was taken back
    assert checklist_called(db, find_version(db, "fire")) == version("1")


def test_a_form_for_a_country_that_is_none_changes_nothing(db, by, version):
    for country in ("XX", "pe", "Peru"):
        with pytest.raises(Invalid) as refused:
            import_form(db, by, version("1"), country=country)
        assert refused.value.problem == "not-a-country"
    assert place_of(db, version("1")) is Place.NEW


def test_the_newest_version_is_offered(db, by, version):
    for number in ("9", "10", "1.5"):
        import_form(db, by, version(number))
    assert versions(db) == ["10"]
    assert standings(db) == {
        "10": Standing.OFFERED,
        "9": Standing.REPLACED,
        "1.5": Standing.REPLACED,
    }
    replaced = next(one for one in list_forms(db, VISIT_DAY) if one.checklist.version == "9")
    assert (replaced.replaced_by, replaced.is_own) == ("10", False)


def test_a_version_waits_for_its_day(db, by, version):
    import_form(db, by, version("1"))
    import_form(db, by, version("2"), from_day=date(2027, 1, 1))
    assert versions(db, day=date(2026, 12, 31)) == ["1"]
    assert versions(db, day=date(2027, 1, 1)) == ["2"]
    assert standings(db) == {"2": Standing.WAITING, "1": Standing.OFFERED}
    assert standings(db, date(2027, 1, 1)) == {"2": Standing.OFFERED, "1": Standing.REPLACED}


def test_a_countrys_own_version_goes_before_those_for_all(db, by, version):
    import_form(db, by, version("1"), country="PE")
    import_form(db, by, version("2"))
    assert (versions(db, "PE"), versions(db, "ID"), versions(db, "")) == (["1"], ["2"], ["2"])
    assert standings(db) == {"1": Standing.OFFERED, "2": Standing.OFFERED}


def test_a_retired_version_is_offered_no_more_and_stays_readable(db, by, version):
    first, second = import_form(db, by, version("1")), import_form(db, by, version("2"))
    assert retire(db, by, second) == "1"
    assert versions(db) == ["1"]
    assert retire(db, by, first) == ""
    assert versions(db) == []
    assert standings(db) == {"1": Standing.RETIRED, "2": Standing.RETIRED}
    assert checklist_called(db, second) == version("2")
    undo(db, by)
    assert versions(db) == ["1"]
    activate(db, by, second, country="", from_day=None)
    assert versions(db) == ["2"]


def test_what_was_begun_goes_on_by_its_version(db, by, version):
    visit = make_visit(db, by)
    first = import_form(db, by, version("1"))
    assessment = begin_assessment(db, by, visit, first, moment="baseline")
    import_form(db, by, version("2"))
    retire(db, by, first)
    assert checklist_of(db, assessment) == version("1")
    begun = walk_through(db, visit)
    assert begun.sheet.checklist == version("1")
    assert [one.version for one in begun.offers if one.title == "Fire"] == ["2"]


def test_a_visit_is_offered_what_its_country_and_day_allow(db, by, version):
    import_form(db, by, version("1"), country="ID")
    import_form(db, by, version("2"), from_day=date(2027, 1, 1))
    visit = make_visit(db, by, make_enterprise(db, by, country="PE"))
    assert "Fire" not in [one.title for one in walk_through(db, visit).offers]
    there = make_visit(db, by, make_enterprise(db, by, "PT Laksana", country="ID"))
    assert [one.version for one in walk_through(db, there).offers if one.title == "Fire"] == ["1"]


def test_importing_again_offers_again_with_another_day_and_country(db, by, version):
    row_id = import_form(db, by, version("1"))
    retire(db, by, row_id)
    assert import_form(db, by, version("1"), country="PE", from_day=date(2027, 1, 1)) == row_id
    row = get_row(db, "checklist", row_id)
    assert (row["country"], row["active_from"], row["is_retired"]) == ("PE", "2027-01-01", None)


def test_the_programs_own_are_known_as_such(db, by, version):
    import_form(db, by, version("1"))
    found = {one.checklist.id: one for one in list_forms(db, VISIT_DAY)}
    assert {name for name, one in found.items() if one.is_own} == {one.id for one in list_checklists()}
    assert not found["fire"].is_own
    assert offered(db, "PE", VISIT_DAY)[0].key == "osh"
    assert found["osh"].checklist == get_checklist("osh")


def test_a_version_is_found_by_its_key_or_its_forms(db, by, version):
    first, second = import_form(db, by, version("1")), import_form(db, by, version("2"))
    assert (find_version(db, "fire 1"), find_version(db, "fire")) == (first, second)
    retire(db, by, second)
    assert find_version(db, "fire") == first
    for key in ("fire 3", "fir", ""):
        with pytest.raises(NotFound):
            find_version(db, key)


def test_one_home_says_which_is_newest(db, by, version):
    import_form(db, by, version("1"))
    second = import_form(db, by, version("2"))
    assert newest_checklist_id(db, "fire") == newest_version(db, "fire") == second
    with pytest.raises(NotFound):
        newest_checklist_id(db, "fires")


def test_versions_are_ordered_as_people_count():
    found = ["1.10", "2", "1.9", "10", "1", "2024-06", "b", "1.9a"]
    assert sorted(found, key=version_order) == ["b", "1", "1.9", "1.9a", "1.10", "2", "10", "2024-06"]


def test_an_update_of_the_program_leaves_a_version_that_is_there(db, by, clock):
    key = {"key": "osh 2"}
    row_id = natural_id_of(table_called("checklist"), key)
    change_row(db, by, "checklist", row_id, title="Ours", definition_sha256="0" * 64)
    db.conn.execute("DELETE FROM setting WHERE name = 'catalogues_sha256'")
    load_catalogues(db, clock)
    row = get_row(db, "checklist", row_id)
    assert (row["title"], row["definition_sha256"]) == ("Ours", "0" * 64)
