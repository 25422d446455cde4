from dataclasses import replace

import pytest

from app.checklists.stored import checklist_from_text, checklist_to_text
from app.fieldwork.agreement import improve_answer
from app.fieldwork.answers import answer_id, answer_item, begin_assessment
from app.fieldwork.catalogues import load_catalogues, newest_checklist_id
from app.fieldwork.undo import undo
from app.fieldwork.upgrades import find_upgrade, upgrade_assessment
from app.models.rows import find_row, get_row, list_rows, save_row
from tests.factories import make_visit


@pytest.fixture
def begun(db, by, clock):
    """An OSH checklist that was begun and answered."""
    load_catalogues(db, clock)
    visit = make_visit(db, by)
    assessment = begin_assessment(db, by, visit, newest_checklist_id(db, "osh"), moment="baseline")
    answer_item(db, by, assessment, "policy", "no", note="Not found", evidence=["documents"])
    answer_item(db, by, assessment, "drill", "yes")
    return visit, assessment


def publish(db, by, clock):
    """A newer version: no drill any more, and a question with a new name."""
    old = checklist_from_text(get_row(db, "checklist", newest_checklist_id(db, "osh"))["definition"])
    sections = tuple(
        replace(s, items=tuple(replace(i, id="drills") if i.id == "drill" else i for i in s.items))
        for s in old.sections
    )
    form = replace(old, version="99", sections=sections)
    clock.advance(60) if hasattr(clock, "advance") else None
    row = {"key": "osh 99", "title": form.title, "version": "99", "definition": checklist_to_text(form)}
    return save_row(db, by, "checklist", row)


def test_without_a_newer_version_nothing_is_offered(db, by, begun):
    assert find_upgrade(db, begun[1]) is None
    assert upgrade_assessment(db, by, begun[1]) == begun[1]


def test_answers_go_over_with_what_hangs_on_them_and_undo_brings_them_back(db, by, clock, begun):
    visit, old = begun
    improvement = improve_answer(db, by, answer_id(old, "policy"), "Write it")
    newest = publish(db, by, clock)
    offered = find_upgrade(db, old)
    assert offered.version == "99"
    assert [key.name for key in offered.plan.moved] == ["policy"]
    assert [key.name for key in offered.plan.dropped] == ["drill"]
    new = upgrade_assessment(db, by, old)
    assert get_row(db, "assessment", new)["checklist_id"] == newest
    answer = get_row(db, "answer", answer_id(new, "policy"))
    assert (answer["value"], answer["note"], answer["finding"]) == ("no", "Not found", "finding")
    assert answer["evidence"] == '["documents"]'
    assert get_row(db, "improvement", improvement)["answer_id"] == answer["id"]
    assert [row["id"] for row in list_rows(db, "assessment", visit_id=visit)] == [new]
    assert get_row(db, "answer", answer_id(old, "drill"))["value"] == "yes"  # kept where it was given
    undo(db, by)
    assert [row["id"] for row in list_rows(db, "assessment", visit_id=visit)] == [old]
    assert get_row(db, "improvement", improvement)["answer_id"] == answer_id(old, "policy")
    assert find_row(db, "answer", answer_id(new, "policy")) is None
