"""What waits to be sent, what is in the bin, who works here, and a visit as it was."""

import pytest

from app.errors import Invalid
from app.fieldwork.introduction import describe_user, introduce, needs_introduction
from app.fieldwork.outbox import outbox
from app.fieldwork.past_visit import moments, visit_then
from app.fieldwork.plan import write_visit
from app.fieldwork.records import bin_record, restore_record
from app.fieldwork.waste import binned_rows
from app.models.rows import get_row
from tests.factories import make_enterprise, make_improvement, make_person_met, make_visit


def test_what_was_captured_waits(db, by):
    before = outbox(db).total
    make_enterprise(db, by)
    found = outbox(db)
    assert dict(found.records)["enterprise"] == 1
    assert (found.total - before, found.photos, found.photo_bytes) == (1, 0, 0)
    assert found.oldest == by.clock.now().astimezone().date()


def test_catalogues_are_not_sent(db, by, clock):
    from app.fieldwork.catalogues import load_catalogues

    load_catalogues(db, clock)
    assert {table for table, __ in outbox(db).records} <= {"user"}


def test_the_bin_says_what_it_was_and_whose(db, by, clock):
    visit = make_visit(db, by, make_enterprise(db, by, "PT Laksana"))
    improvement, person = make_improvement(db, by, visit), make_person_met(db, by, visit)
    bin_record(db, by, "improvement", improvement)
    clock.move(minutes=1)
    bin_record(db, by, "visit_person", person)
    found = binned_rows(db)
    assert [(one.table, one.words) for one in found] == [
        ("visit_person", "Production head"),
        ("improvement", "Mark the walkways"),
    ]
    assert {one.enterprise for one in found} == {"PT Laksana"}
    restore_record(db, by, "improvement", improvement)
    assert [one.table for one in binned_rows(db)] == ["visit_person"]


def test_a_person_is_introduced_once(db, by):
    assert needs_introduction(db)
    with pytest.raises(Invalid):
        introduce(db, by, " ")
    assert needs_introduction(db)
    introduce(db, by, "Siti", role="expert", language="id")
    row = get_row(db, "user", by.user_id)
    assert (row["name"], row["role"], row["language"]) == ("Siti", "expert", "id")
    assert not needs_introduction(db)


def test_a_store_with_an_enterprise_is_begun(db, by):
    make_enterprise(db, by)
    assert not needs_introduction(db)


def test_a_user_keeps_a_name(db, by):
    with pytest.raises(Invalid):
        describe_user(db, by, name="")
    describe_user(db, by, role="expert")
    assert get_row(db, "user", by.user_id)["name"] == "Trainer"


def test_a_visit_is_seen_at_each_of_its_moments(db, by, clock):
    visit = make_visit(db, by)
    clock.move(minutes=5)
    write_visit(db, by, visit, summary="First")
    clock.move(minutes=5)
    write_visit(db, by, visit, summary="Second")
    found = moments(db, visit)
    assert [one.who for one in found[-2:]] == ["Trainer", "Trainer"]
    assert [visit_then(db, visit, one.group).visit.summary for one in found[-2:]] == ["First", "Second"]


def test_before_it_was_there_nothing_is_shown(db, by, clock):
    enterprise = make_enterprise(db, by)
    before = db.conn.execute("SELECT max(grp) FROM history").fetchone()[0]
    clock.move(minutes=5)
    visit = make_visit(db, by, enterprise)
    assert visit_then(db, visit, before) is None
