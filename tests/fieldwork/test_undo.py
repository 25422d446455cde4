"""Undo under the trade's own rule."""

import pytest

from app.errors import NotAllowed
from app.fieldwork.finish import finish_visit, reopen_visit
from app.fieldwork.plan import write_visit
from app.fieldwork.undo import redo, undo
from app.models.rows import get_row, save_row
from app.models.visits import get_visit
from tests.factories import make_person_met, make_visit


@pytest.fixture
def finished(db, by):
    visit_id = make_visit(db, by)
    make_person_met(db, by, visit_id)
    write_visit(db, by, visit_id, summary="S", next_steps="N")
    finish_visit(db, by, visit_id)
    return visit_id


def issue(db, by, visit_id):
    visit = get_visit(db, visit_id)
    issued = {"template": "t", "language": "en", "content_sha256": "a" * 64, "pdf_sha256": "b" * 64}
    row = {"enterprise_id": visit.enterprise_id, "visit_id": visit_id, "revision": visit.revision}
    return save_row(db, by, "report", row | issued | {"issued_at": by.clock.now()})


def test_finish_can_be_taken_back_and_done_again(db, by, finished):
    undo(db, by)
    assert get_row(db, "visit", finished)["status"] == "draft"
    redo(db, by)
    assert get_row(db, "visit", finished)["status"] == "finished"


def test_an_issued_report_closes_its_revision(db, by, finished):
    report_id = issue(db, by, finished)
    with pytest.raises(NotAllowed, match="report-issued"):
        undo(db, by)
    assert get_row(db, "visit", finished)["status"] == "finished"
    assert get_row(db, "report", report_id)
    reopen_visit(db, by, finished)
    write_visit(db, by, finished, summary="Second revision")
    undo(db, by)
    undo(db, by)  # the reopening itself
    assert get_row(db, "visit", finished)["revision"] == 1
    with pytest.raises(NotAllowed, match="report-issued"):
        undo(db, by)
